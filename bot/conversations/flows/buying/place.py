"""The destination: the CEP, its lookup, and every doubt about it."""

from __future__ import annotations

import re

from bot.conversations.flows import lookup, reading
from bot.conversations.flows.buying import facts, remarks, streets
from bot.conversations.steps import STAY, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.texts import places as place_texts
from bot.conversations.wishes import slots_as
from bot.domain import postal_code
from bot.domain.events import Done
from bot.domain.people import Address
from bot.domain.text import fold, words

LIKE_A_CEP = 4
"""Digits from which a number counts as an attempt at a CEP."""
WHOLE_CEP, HEAD = 8, 5
"""Digits of a CEP, and those before its hyphen."""
WHOLE = {"said": "look"}
"""Where a complete CEP leads."""
LEADS = {**WHOLE, "zero": "zero", "street": "town_of_street"}
"""Where :func:`read_cep` leads: seven digits may lack the leading zero, and a street may be named instead."""


def _known_cep(talk: Talk) -> str | None:
    if talk.data.get("street_wanted"):
        return "street"
    said = talk.data.pop("cep_said", "")
    if said and not talk.data.get("cep"):
        if _lost_zero(talk, said):
            return "zero"
        talk.data["problem"] = place_texts.cep_digits(len(said))
        return None
    if not talk.data.get("cep") and talk.person.address is not None and not talk.data.get("city_said"):
        talk.data["cep"] = talk.person.address.postal_code
    return "said" if talk.data.get("cep") else None


def _ask_cep(talk: Talk) -> None:
    city = talk.data.get("city_said")
    problem = talk.data.get("problem")
    asked = place_texts.another_place if talk.data.get("not_here") else place_texts.which_cep
    product = facts.product_of(talk)
    talk.ask(problem or (place_texts.cep_for_city(city.title(), product) if city else asked(product)))


def read_cep(talk: Talk, heard: Heard) -> str | None:
    if heard.meaning.confidence >= remarks.SURE and remarks.query_of(heard):
        return None  # another part is named as well: a new search
    cep = reading.cep_in(heard) or _rest_of_cep(talk, heard)
    if cep:
        facts.forget_place(talk)
        facts.forget(talk, "problem", "not_here")
        talk.data["cep"] = cep
        return "said"
    if reading.has_several_ceps(heard):
        talk.say(place_texts.several_ceps())
        return STAY
    digits = reading.lone_digits(heard)
    if digits and remarks.document_in(heard):
        return None  # a CPF before its turn
    if digits and (len(digits) < LIKE_A_CEP or remarks.YEAR.fullmatch(digits) or remarks.is_engine(heard.folded)):
        return None  # "2": a quantity; "2018", "1.0 2011": about the car
    if not digits:
        digits = reading.short_cep(heard)
    if not digits:
        return _other_than_cep(talk, heard)
    talk.data["cep_begun"] = digits if len(digits) == HEAD else ""
    return _not_eight(talk, digits)


def _rest_of_cep(talk: Talk, heard: Heard) -> str:
    """*000* after an incomplete *80010*: the complete CEP, "" for anything else."""
    rest, begun = reading.lone_digits(heard), str(talk.data.pop("cep_begun", ""))
    return begun + rest if begun and len(rest) == WHOLE_CEP - HEAD else ""


def _lost_zero(talk: Talk, digits: str) -> bool:
    """Whether it is a CEP without its leading zero, which is asked about."""
    if len(digits) != 7 or not postal_code.state_of("0" + digits):
        return False
    talk.data["zero"] = "0" + digits
    return True


def _not_eight(talk: Talk, digits: str) -> str:
    if _lost_zero(talk, digits):
        return "zero"
    talk.say(place_texts.cep_missing() if len(digits) == 8 else place_texts.cep_digits(len(digits)))
    return STAY


def _other_than_cep(talk: Talk, heard: Heard) -> str | None:
    street = streets.wanted(heard)
    if street:
        return streets.keep(talk, street)
    city = heard.slot("city") or slots_as(heard.text, "quote_shipping").get("city", "")
    if not city:
        return None
    talk.data["city_said"] = city
    talk.say(place_texts.cep_for_city(city.title()))
    return STAY


def _ask_zero(talk: Talk) -> None:
    cep = talk.data["zero"]
    talk.ask(place_texts.lost_zero(cep, postal_code.state_of(cep) or ""))


def _read_zero(talk: Talk, heard: Heard) -> str | None:
    answer = None if reading.lone_digits(heard) else reading.yes_or_no(talk, heard)
    if answer == "yes":
        facts.forget_place(talk)
        talk.data["cep"] = talk.data["zero"]
        return "said"
    if answer == "no":
        talk.data["_forced"] = "cep"
        return "no"
    return read_cep(talk, heard)


def _known_place(talk: Talk) -> str | None:
    address, kept, cep = facts.address(talk), talk.person.address, talk.data.get("cep")
    if address is not None and address.postal_code == cep and address.city:
        return "found"
    if kept is not None and kept.postal_code == cep and kept.city:
        talk.data["address"] = kept.model_dump()
        return "found"
    return None


def _place_found(talk: Talk, outcome: Outcome) -> str | None:
    if not lookup.is_answered(talk, outcome):
        return None
    code = talk.data["cep"]
    if isinstance(outcome, Done):
        address = lookup.address_in(outcome)
        if address is None:
            facts.forget(talk, "cep")
            talk.data["problem"] = place_texts.cep_missing()
            talk.data["_forced"] = "cep"
            return "missing"
        talk.data["address"] = address.model_dump()
        return "generic" if not address.street and postal_code.looks_generic(code) else "found"
    state = postal_code.state_of(code) or ""
    talk.data["address"] = Address(postal_code=code, city="", state=state).model_dump()
    talk.note(place_texts.place_unknown(code, state))
    return "unknown"


def _check_city(talk: Talk) -> str:
    """Whether the place is the one that was named."""
    address = facts.address(talk)
    said, uf = talk.data.get("city_said", ""), talk.data.get("uf_said", "")
    if address is None or not (said or uf):
        return "same"
    other = (said and fold(said) != fold(address.city)) or (not said and uf and uf.upper() != address.state)
    return "other" if other else "same"


def _ask_mismatch(talk: Talk) -> None:
    address = facts.address(talk)
    if address is None:
        return
    said = str(talk.data.get("city_said", "")).title() or str(talk.data.get("uf_said", "")).upper()
    rows = [("keep", f"{address.city}/{address.state}"), ("change", "Vou mandar outro CEP")]
    talk.ask(place_texts.other_city(address, said), rows)


def _read_mismatch(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and reading.cep_in(heard):
        return read_cep(talk, heard)
    if heard.choice in ("keep", "change"):
        facts.forget(talk, "city_said", "uf_said")
        if heard.choice == "change":
            facts.forget_place(talk)
            facts.forget(talk, "cep", "problem")
            talk.data["_forced"] = "cep"
        return heard.choice
    return None


def _ask_generic(talk: Talk) -> None:
    address = facts.address(talk)
    if address is not None:
        talk.ask(place_texts.generic_cep(address))


def _read_generic(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if reading.cep_in(heard) or (answer is None and reading.lone_digits(heard)) or _is_elsewhere(answer, heard):
        return read_cep(talk, heard)
    if answer == "no":
        facts.forget_place(talk)
        facts.forget(talk, "cep", "problem")
        talk.data["_forced"] = "cep"
    return answer


def _is_elsewhere(answer: str | None, heard: Heard) -> bool:
    """*Não, é na rua das Flores, 10*."""
    return answer != "yes" and streets.wanted(heard) is not None


def _ask_here(talk: Talk) -> None:
    address = facts.address(talk)
    if address is not None:
        talk.ask(place_texts.here(facts.product(talk), facts.quantity(talk), address))


_SAME_PLACE = re.compile(
    r"(?:\b(?:n?o|pro|para o) )?\bmesm[oa] (?:endereco|lugar|local|casa)\b(?: de sempre)?"
    r"|\b(?:n?est[ea]|n?ess[ea]) (?:[oa] )?(?:endereco|lugar)\b(?: mesmo)?|\b(?:e )?ai mesmo\b"
)
_DOUBTED = re.compile(r"\b(?:nao|nem|antes|morava|antig\w+|velh[oa]|quanto|quando|mas)\b|\?")
_AROUND = words(
    "entrega entregar manda mandar envia enviar pode ser pra e eh sim isso ok ta tudo por favor quero obrigado"
)


def _is_this_place(folded: str) -> bool:
    """*Pro mesmo endereço*, *agradeço. Sim, é neste endereço*: as the last sentence, with nothing else in it."""
    last = re.split(r"[.;,!]\s*", folded.strip(" .!,;"))[-1]
    rest, found = _SAME_PLACE.subn(" ", last)
    return bool(found) and not _DOUBTED.search(folded) and set(re.findall(r"\w+", rest)) <= _AROUND


def _read_here(talk: Talk, heard: Heard) -> str | None:
    """*Pro mesmo endereço*, *sim, é nesse endereço* are a yes to the place shown."""
    answer = reading.yes_or_no(talk, heard) or ("yes" if _is_this_place(heard.folded) else None)
    is_like_a_cep = len(reading.lone_digits(heard)) >= LIKE_A_CEP
    if reading.cep_in(heard) or is_like_a_cep or _is_elsewhere(answer, heard):
        return read_cep(talk, heard)
    if answer == "no":
        facts.forget_place(talk)
        facts.forget(talk, "cep", "problem", "city_said", "uf_said")
        talk.data["_forced"] = "cep"
        talk.data["not_here"] = True
    return answer


def _ask_looking(talk: Talk) -> None:
    talk.say(place_texts.looking())


def read_only_cep(talk: Talk, heard: Heard) -> str | None:
    """While a provider is asked, another CEP is still accepted."""
    return read_cep(talk, heard) if reading.cep_in(heard) else None


STEPS = (
    Step(
        "cep",
        LEADS,
        ask=_ask_cep,
        read=read_cep,
        known=_known_cep,
        fills=("cep", "address", "offers"),
        needs=("listing",),
        hint=texts.HINT_CEP,
    ),
    Step("zero", {**LEADS, "no": "cep"}, ask=_ask_zero, read=_read_zero, needs=("listing",)),
    Step(
        "look",
        {**WHOLE, "found": "city", "generic": "generic", "missing": "cep", "unknown": "quote"},
        ask=_ask_looking,
        read=read_only_cep,
        known=_known_place,
        enter=lookup.look_up,
        result=_place_found,
        waits=True,
    ),
    Step(
        "generic",
        {**LEADS, "yes": "quote", "no": "cep"},
        ask=_ask_generic,
        read=_read_generic,
        needs=("listing", "cep"),
        hint=texts.HINT_CEP,
    ),
    Step("city", {"same": "here", "other": "mismatch"}, act=_check_city),
    Step(
        "mismatch",
        {**WHOLE, "keep": "here", "change": "cep"},
        ask=_ask_mismatch,
        read=_read_mismatch,
        needs=("listing", "cep"),
    ),
    Step("here", {**LEADS, "yes": "quote", "no": "cep"}, ask=_ask_here, read=_read_here, needs=("listing", "cep")),
)
