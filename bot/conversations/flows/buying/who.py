"""Who pays and receives: document, name, and what the label still needs of the address."""

from __future__ import annotations

import re

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, place, remarks
from bot.conversations.flows.buying import streets as street_search
from bot.conversations.flows.delivery_place import with_more
from bot.conversations.language import answers, streets
from bot.conversations.steps import STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.texts import places as place_texts
from bot.conversations.wishes import slots_as
from bot.domain import documents
from bot.domain.text import fold

LONGEST_COMPLEMENT = 60
_DOCUMENT = re.compile(r"\b(?:cpf|cnpj)\b\W*(?:[ée]\b\W*)?|\d[\d./-]{9,}\d", re.IGNORECASE)
_BEGINS = re.compile(r"\W*(\d{1,6}[a-zA-Z]?)\b\W*")


def _known_document(talk: Talk) -> str | None:
    return "said" if facts.document(talk) else None


def _read_document(talk: Talk, heard: Heard) -> str | None:
    if "cep" in heard.folded.split():
        return None
    found = remarks.document_in(heard)
    if found:
        talk.data["document"] = found
        _keep_more(talk, heard)
        return "said"
    if "?" in heard.text and remarks.is_anothers(heard):
        talk.note(texts.may_be_anothers())
        talk.ask(texts.which_document())
        return STAY
    if sum(c.isdigit() for c in heard.text) >= 8:
        talk.say(texts.which_of_two() if documents.has_several(heard.text) else texts.wrong_document())
        return STAY
    return STAY if _keep_who(talk, heard) else None


def _keep_more(talk: Talk, heard: Heard) -> None:
    """*CPF …, nome Marina Souza, número 210*: the name and house number after the document."""
    name, number, complement = remarks.who_ahead(talk, _DOCUMENT.sub(" ", heard.text))
    if name and number:
        talk.data["name"] = name
        keep_house(talk, number, complement)


def _keep_who(talk: Talk, heard: Heard) -> bool:
    """Whether the name came before its turn; it is stored, and the document asked for again."""
    name, number, complement = remarks.who_ahead(talk, heard.text)
    if not name or not (number or "nome" in heard.folded):
        return False
    talk.data["name"] = name
    if number:
        keep_house(talk, number, complement)
    talk.note(texts.who_noted(name, number))
    talk.ask(texts.which_document())
    return True


def _known_who(talk: Talk) -> str | None:
    name, number = bool(facts.name(talk)), bool(facts.number(talk))
    return "both" if name and number else "name" if name else "number" if number else None


def _ask_who(talk: Talk) -> None:
    talk.ask(texts.who_and_where(street=False))


def _read_who(talk: Talk, heard: Heard) -> str | None:
    name, number, complement = answers.name_and_number(heard.text)
    if name and " " not in name:
        if not number and len(name) > 2 and not any(c.isdigit() for c in name) and heard.folded == fold(name):
            talk.say(texts.whole_name(name))
            return STAY
        name = ""  # a label needs the surname too
    if name:
        talk.data["name"] = name
    if number:
        keep_house(talk, number, complement)
        _keep_street(talk, heard)
    return _known_who(talk) if name or number else None


def _known_name(talk: Talk) -> str | None:
    return "said" if facts.name(talk) else None


def _read_name(talk: Talk, heard: Heard) -> str | None:
    name, _, _ = answers.name_and_number(heard.text)
    if not name:
        return None
    if " " not in name:
        talk.say(texts.whole_name(name))
        return STAY
    talk.data["name"] = name
    return "said"


def _known_number(talk: Talk) -> str | None:
    return "said" if facts.number(talk) else None


def _read_number(talk: Talk, heard: Heard) -> str | None:
    _, number, complement = answers.name_and_number(heard.text)
    if not number:
        return None
    keep_house(talk, number, complement)
    _keep_street(talk, heard)
    return "said"


def behind_the_number(talk: Talk, heard: Heard) -> str | None:
    """*Esqueci o apto 31*, *210 bloco B*: what follows the house number, at any other question."""
    said = slots_as(heard.text, "change_address")
    if talk.frame is None or not said.get("complement") or {"cep", "street", "order"} & said.keys():
        return None
    if not talk.data.get("listing") or len(heard.text) > LONGEST_COMPLEMENT or "?" in heard.text:
        return None
    begins = _BEGINS.match(heard.text)
    if begins and not heard.text[begins.end() :].startswith(said["complement"]):
        begins = None
    _, other, complement = answers.name_and_number(heard.text)
    if not begins and other not in said["complement"]:
        return None  # *Marina Souza, 210 apto 31*, *2 unidades, apto 31*
    number = begins[1].upper() if begins else facts.number(talk)
    behind = complement if said["complement"] in complement else said["complement"]
    keep_house(talk, number, behind if begins else with_more(str(talk.data.get("complement", "")), behind))
    facts.forget(talk, "agreed")
    talk.note(place_texts.place_noted(number, talk.data["complement"]))
    return talk.frame.step


def keep_house(talk: Talk, number: str, complement: str) -> None:
    """Store a house number with the complement given before it."""
    if complement or talk.data.get("number"):
        talk.data["complement"] = complement
    if number:
        talk.data["number"] = number


def _keep_street(talk: Talk, heard: Heard) -> None:
    """The street in front of a house number, if the CEP has another one."""
    address, said = facts.address(talk), streets.where(heard.text)
    of_the_cep = address.street if address else ""
    of_this_house = bool(said.number) and said.number == talk.data.get("number")
    if of_the_cep and of_this_house and not streets.is_same(said.street, of_the_cep):
        talk.data["street_said"] = said.street


def _compare_streets(talk: Talk) -> str:
    return "other" if talk.data.get("street_said") else "same"


def _ask_other_street(talk: Talk) -> None:
    address = facts.address(talk)
    if address is not None:
        said = str(talk.data["street_said"])
        rows = [("keep", address.street), ("change", f"{said[:1].upper()}{said[1:]}")]
        talk.ask(place_texts.other_street(address, said), rows)


def _read_other_street(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and reading.cep_in(heard):
        facts.forget(talk, "street_said")
        return place.read_cep(talk, heard)
    if heard.choice == "change":
        said = streets.Where(street=talk.data["street_said"], number=facts.number(talk))
        complement = talk.data.get("complement", "")
        lead = street_search.keep(talk, said._asdict())
        talk.data["complement"] = complement
        return lead
    if heard.choice == "keep":
        facts.forget(talk, "street_said")
    return heard.choice or None


def _known_street(talk: Talk) -> str | None:
    address = facts.address(talk)
    return "said" if talk.data.get("street") or (address and address.street) else None


def _ask_street(talk: Talk) -> None:
    address = facts.address(talk)
    if address is not None:
        talk.ask(place_texts.which_street(address))


def _words_in(heard: Heard) -> str:
    """A place's name as written, empty if it contains hardly any letters."""
    kept = " ".join(heard.text.split())[:80]
    return kept if sum(c.isalpha() for c in kept) >= 3 else ""


def _read_street(talk: Talk, heard: Heard) -> str | None:
    street = _words_in(heard)
    if not street:
        return None
    talk.data["street"] = street
    return "said"


def _known_town(talk: Talk) -> str | None:
    address = facts.address(talk)
    return "said" if talk.data.get("town") or (address and address.city) else None


def _read_town(talk: Talk, heard: Heard) -> str | None:
    town = _words_in(heard)
    if not town:
        return None
    talk.data["town"] = heard.slot("city").title() or town
    return "said"


STEPS = (
    Step(
        "document",
        {"said": "who"},
        ask=lambda talk: talk.ask(texts.which_document()),
        read=_read_document,
        known=_known_document,
        fills=("document",),
        needs=("listing", "cep"),
        hint=texts.HINT_DOCUMENT,
    ),
    Step(
        "who",
        {"both": "whose_street", "name": "number", "number": "full_name"},
        ask=_ask_who,
        read=_read_who,
        known=_known_who,
        free=True,
        fills=("name", "number", "complement"),
        needs=("listing", "cep"),
        hint=texts.HINT_WHO,
    ),
    Step(
        "full_name",
        {"said": "whose_street"},
        ask=lambda talk: talk.ask(texts.which_name()),
        read=_read_name,
        known=_known_name,
        free=True,
        fills=("name",),
        needs=("listing", "cep"),
        hint=texts.HINT_WHO,
    ),
    Step(
        "number",
        {"said": "whose_street"},
        ask=lambda talk: talk.ask(texts.which_number()),
        read=_read_number,
        known=_known_number,
        free=True,
        fills=("number", "complement"),
        needs=("listing", "cep"),
        hint=texts.HINT_NUMBER,
    ),
    Step("whose_street", {"same": "street", "other": "other_street"}, act=_compare_streets),
    Step(
        "other_street",
        {**place.WHOLE, "keep": "street", "street": "town_of_street"},
        ask=_ask_other_street,
        read=_read_other_street,
        needs=("listing", "cep", "street_said"),
    ),
    Step(
        "street",
        {"said": "town"},
        ask=_ask_street,
        read=_read_street,
        known=_known_street,
        free=True,
        fills=("street",),
        needs=("listing", "cep"),
        hint=texts.HINT_STREET,
    ),
    Step(
        "town",
        {"said": "check"},
        ask=lambda talk: talk.ask(place_texts.which_city()),
        read=_read_town,
        known=_known_town,
        free=True,
        fills=("town",),
        needs=("listing", "cep"),
        hint=texts.HINT_STREET,
    ),
)
