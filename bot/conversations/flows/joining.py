"""Opening a shop with an invitation: one question at a time, each echoed, and a summary to confirm.

The invitation is used up by the same write that opens the shop, so two people with one code open one shop.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from bot.conversations import guessing
from bot.conversations.flows import account, email, filling, lookup, reading
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as buying_texts
from bot.conversations.texts import joining as texts
from bot.conversations.texts import people as people_texts
from bot.conversations.texts import places as place_texts
from bot.domain import documents, invitation, phone, postal_code
from bot.domain.events import Done
from bot.domain.people import Seller

_WALLET = re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f-])")
_NONE_YET = re.compile(r"^(?:ainda )?(?:eu )?(?:nao (?:tenho|sei)|sem|depois|pular|pula|nenhum\w*)\b")

# --- the code ---------------------------------------------------------------------------------------------


_HAS_CODE = re.compile(r"^(?:sim,? )?(?:eu )?(?:ja )?(?:tenho|recebi)\b.*\b(?:codigo|convite)\b")


def _read_code(talk: Talk, heard: Heard) -> str | None:
    code = invitation.read_code(heard.text) or invitation.read_code(f"loja {heard.text}")
    if code:
        talk.data["code"] = code
        return "said"
    if any(c.isdigit() for c in heard.text) or heard.folded.startswith("loja"):
        talk.say(texts.wrong_code())
        return STAY
    if _HAS_CODE.match(heard.folded):
        talk.ask(texts.which_code())
        return STAY
    return None


def _invitation(talk: Talk) -> invitation.Invitation | None:
    found = talk.shop.invitation(invitation.digest(talk.rules.salt, str(talk.data["code"])))
    return found if found is not None and found.is_good(talk.now) else None


def _check(talk: Talk) -> str:
    if talk.seller is not None:
        talk.say(texts.has_shop(talk.seller.name))
        return "over"
    if not guessing.may_guess(talk):
        talk.say(texts.too_many_codes())
        return "over"
    if _invitation(talk) is None:
        return _wrong(talk)
    talk.note(texts.welcome())
    return "right"


def _wrong(talk: Talk) -> str:
    del talk.data["code"]
    if not guessing.was_wrong(talk):
        talk.say(texts.too_many_codes())
        return "over"
    talk.note(texts.wrong_code())
    return "wrong"


# --- the shop ---------------------------------------------------------------------------------------------


def _read_name(talk: Talk, heard: Heard) -> str | None:
    name = " ".join(heard.text.split())[:60]
    return filling.keep(talk, "name", name, name) if sum(c.isalpha() for c in name) >= 3 else None


def _read_document(talk: Talk, heard: Heard) -> str | None:
    found = documents.read(heard.text)
    if found:
        account.forget_owner(talk)
        return filling.keep(talk, "document", found, documents.show(found))
    if sum(c.isdigit() for c in heard.text) >= 8:
        talk.say(texts.wrong_document())
        return STAY
    return None


def _read_phone(talk: Talk, heard: Heard) -> str | None:
    found = phone.canonical(heard.text)
    if found:
        return filling.keep(talk, "phone", found, phone.show(found))
    if any(c.isdigit() for c in heard.text):
        talk.say(texts.wrong_phone())
        return STAY
    return None


def _ask_cep(talk: Talk) -> None:
    talk.ask(str(talk.data.pop("problem", "") or texts.which_cep()))


def _read_cep(talk: Talk, heard: Heard) -> str | None:
    cep = reading.cep_in(heard)
    if cep:
        for name in ("address", "street", "number"):
            talk.data.pop(name, None)
        talk.data["cep"] = cep
        return "said"
    digits = reading.lone_digits(heard)
    if not digits:
        return None
    talk.say(place_texts.cep_missing() if len(digits) == 8 else place_texts.cep_digits(len(digits)))
    return STAY


def _place_found(talk: Talk, outcome: Outcome) -> str | None:
    if not lookup.is_answered(talk, outcome):
        return None
    if not isinstance(outcome, Done):
        # a shop's address is printed on every label: it must be looked up, not guessed
        return "later"
    address = lookup.address_in(outcome)
    if address is None:
        talk.data["problem"] = place_texts.cep_missing()
        talk.data.pop("cep")
        return "missing"
    talk.data["address"] = address.model_dump()
    return "found"


def _say_later(talk: Talk) -> str:
    talk.data["problem"] = f"Não consegui conferir o CEP {postal_code.show(talk.data.pop('cep'))} agora. Manda de novo?"
    return "again"


def _known_street(talk: Talk) -> str | None:
    return "said" if filling.address_of(talk).street else None


def _read_street(talk: Talk, heard: Heard) -> str | None:
    street = " ".join(heard.text.split())[:80]
    return filling.keep(talk, "street", street, street) if sum(c.isalpha() for c in street) >= 3 else None


def _read_number(talk: Talk, heard: Heard) -> str | None:
    _, number, complement = answers.name_and_number(heard.text)
    if not number:
        return None
    talk.data["complement"] = complement
    return filling.keep(talk, "number", number, " ".join(w for w in (number, complement) if w))


def _read_pickup(talk: Talk, heard: Heard) -> str | None:
    choice = heard.choice
    if not choice:
        fetched = re.search(r"\b(?:busc\w+|colet\w+|retir\w+|peg\w+)\b", heard.folded)
        takes = re.search(r"\b(?:lev\w+|agencia|correios?|post\w+)\b", heard.folded)
        choice = "" if bool(fetched) == bool(takes) else "fetched" if fetched else "takes"
    if not choice:
        return None
    label = dict(texts.PICKUP_ROWS)[choice]
    return filling.keep(talk, "pickup", choice, label)


def _read_email(talk: Talk, heard: Heard) -> str | None:
    found = answers.email(heard.text)
    if not found:
        if "@" not in heard.text:
            return None
        talk.say(people_texts.email_wrong())
        return STAY
    talk.data["given"] = found
    talk.data["suggestion"] = answers.email_suggestion(found)
    if talk.data["suggestion"]:
        return "typo"
    return filling.keep(talk, "address_of_mail", found, found)


def _read_typo(talk: Talk, heard: Heard) -> str | None:
    if "@" in heard.text and not heard.choice:
        return _read_email(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer is None:
        return None
    address = talk.data["suggestion" if answer == "yes" else "given"]
    return filling.keep(talk, "address_of_mail", address, address)


def wallet_in(text: str) -> str:
    """The id of a wallet at the payment provider in a text, "" if there is none."""
    found = _WALLET.search(text.lower())
    return str(UUID(found.group())) if found else ""


def _known_wallet(talk: Talk) -> str | None:
    if account.wanted(talk):
        return "none"
    return "said" if "wallet" in talk.data else None


def _read_wallet(talk: Talk, heard: Heard) -> str | None:
    wallet = wallet_in(heard.text)
    if wallet and wallet == talk.rules.platform_wallet_id:
        talk.say(texts.platform_wallet())
        return STAY
    if wallet:
        return filling.keep(talk, "wallet", wallet, wallet)
    if _NONE_YET.match(heard.folded) or reading.yes_or_no(talk, heard) == "no":
        return "none"
    if any(c.isdigit() for c in heard.text):
        talk.say(texts.wrong_wallet())
        return STAY
    return None


# --- summary ----------------------------------------------------------------------------------------------


def _seller(talk: Talk) -> Seller:
    kept = talk.data
    return Seller(
        id=f"s{talk.person.id}",
        person_id=talk.person.id,
        name=kept["name"],
        document=kept["document"],
        email=kept["address_of_mail"],
        email_confirmed=talk.person.email_confirmed and talk.person.email == kept["address_of_mail"],
        phone=filling.phone_of(talk),
        wallet_id=kept["wallet"],
        address=filling.address_of(talk),
        pickup=kept["pickup"] == "fetched",
    )


def _ask_review(talk: Talk) -> None:
    s = _seller(talk)
    shown = texts.review(s.name, s.document, phone.show(s.phone), s.address, s.pickup, s.email, s.wallet_id)
    talk.ask(shown, texts.REVIEW_ROWS)


def _read_review(talk: Talk, heard: Heard) -> str | None:
    return heard.choice or ("open" if reading.yes_or_no(talk, heard) == "yes" else None)


def _read_fix(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice:
        return None
    talk.data["_forced"] = heard.choice
    if heard.choice == "cep":
        for name in ("cep", "address", "street", "number", "complement", "district"):
            talk.data.pop(name, None)
    return heard.choice


def _discard(talk: Talk) -> str:
    talk.say(texts.discarded())
    return "told"


def _open(talk: Talk) -> str:
    if talk.seller is not None:
        talk.say(texts.has_shop(talk.seller.name))
        return "over"
    invited = _invitation(talk)
    if invited is None:
        return _wrong(talk)
    seller = _seller(talk)
    talk.decision.write(seller, invited.but(used_by=talk.person.id, used_at=talk.now))
    talk.seller = seller
    notes = ["coleta a combinar"] if seller.pickup else []
    notes += [] if seller.wallet_id else ["sem carteira, não pode publicar"]
    about = f" ({', '.join(notes)})" if notes else ""
    talk.alert("loja nova", f"{seller.name} ({seller.id}) abriu uma loja com o convite {invited.id}{about}.")
    talk.note(texts.opened(seller.name) if seller.wallet_id else texts.opened_without_wallet(seller.name))
    talk.seed = {} if seller.email_confirmed else {"given": seller.email, "address": seller.email, "change": True}
    return "opened"


FLOW = Flow(
    name="joining",
    title="o cadastro da loja",
    lasts=timedelta(days=3),
    lost=lambda _: texts.lost(),
    result=account.came,
    steps=(
        Step(
            "code",
            {"said": "check"},
            ask=lambda talk: talk.ask(texts.which_code()),
            read=_read_code,
            known=filling.known("code"),
            fills=("code",),
            hint=texts.HINT_CODE,
        ),
        Step("check", {"right": "name", "wrong": "code", "over": END}, act=_check),
        Step(
            "name",
            {"said": "document"},
            ask=lambda talk: talk.ask(texts.which_name()),
            read=_read_name,
            known=filling.known("name"),
            fills=("name",),
            free=True,
        ),
        Step(
            "document",
            {"said": "phone"},
            ask=lambda talk: talk.ask(texts.which_document()),
            read=_read_document,
            known=filling.known("document"),
            fills=("document",),
        ),
        Step(
            "phone",
            {"said": "cep"},
            ask=lambda talk: talk.ask(texts.which_phone()),
            read=_read_phone,
            known=lambda talk: "said" if filling.phone_of(talk) else None,
            fills=("phone",),
        ),
        Step(
            "cep",
            {"said": "look"},
            ask=_ask_cep,
            read=_read_cep,
            known=filling.known("cep"),
            fills=("cep", "address"),
            hint=buying_texts.HINT_CEP,
        ),
        Step(
            "look",
            {"found": "street", "missing": "cep", "later": "later", "said": "look"},
            ask=lambda talk: talk.say(place_texts.looking()),
            read=_read_cep,
            known=lambda talk: "found" if talk.data.get("address") else None,
            enter=lookup.look_up,
            result=_place_found,
            waits=True,
        ),
        Step("later", {"again": "cep"}, act=_say_later),
        Step(
            "street",
            {"said": "number"},
            ask=lambda talk: talk.ask(texts.which_street(filling.address_of(talk))),
            read=_read_street,
            known=_known_street,
            fills=("street",),
            needs=("address",),
            free=True,
        ),
        Step(
            "number",
            {"said": "pickup"},
            ask=lambda talk: talk.ask(texts.which_number(filling.address_of(talk))),
            read=_read_number,
            known=filling.known("number"),
            fills=("number", "complement"),
            needs=("address",),
            hint=buying_texts.HINT_NUMBER,
        ),
        Step(
            "pickup",
            {"said": "email"},
            ask=lambda talk: talk.ask(texts.which_pickup(), texts.PICKUP_ROWS),
            read=_read_pickup,
            known=filling.known("pickup"),
            fills=("pickup",),
            hint=texts.HINT_PICKUP,
        ),
        Step(
            "email",
            {"said": "wallet", "typo": "typo"},
            ask=lambda talk: talk.ask(texts.which_email()),
            read=_read_email,
            known=filling.known("address_of_mail"),
            fills=("address_of_mail",),
        ),
        Step("typo", {"said": "wallet", "typo": "typo"}, ask=email.ask_typo, read=_read_typo),
        Step(
            "wallet",
            {"said": "review", "none": "account"},
            ask=lambda talk: talk.ask(texts.which_wallet()),
            read=_read_wallet,
            known=_known_wallet,
            fills=("wallet",),
            hint=texts.HINT_WALLET,
        ),
        *account.STEPS,
        Step("review", {"open": "open", "fix": "fix", "discard": "discard"}, ask=_ask_review, read=_read_review),
        Step(
            "fix",
            {name: name for name, _ in texts.FIX_ROWS},
            ask=lambda talk: talk.ask(texts.fix(), texts.FIX_ROWS),
            read=_read_fix,
        ),
        Step("open", {"opened": ">email", "wrong": "code", "over": END}, act=_open),
        Step("discard", {"told": END}, act=_discard),
    ),
)
