"""What a buyer says of the parcel before it is asked: the place, the name, the house, the document."""

from __future__ import annotations

import re

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, remarks, who
from bot.conversations.language import answers
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.texts import places as place_texts
from bot.conversations.wishes import heard_as

_FULL_NAME = re.compile(r"\W*[A-ZÀ-Ý][\w'-]+(?: (?:d[aeo]s?|e))?(?: [A-ZÀ-Ý][\w'-]+(?: d[aeo]s?)?){1,4}\W*")
_HOUSE_NUMBER = re.compile(r"(?:casa |n[uo]?\.? |numero )+\d")


def cep(talk: Talk, heard: Heard) -> str | None:
    """*O meu CEP é 80010-000, salvo engano*, at the question which part: store it, whatever else is said."""
    cep = reading.cep_in(heard)
    asked = talk.frame is not None and talk.frame.step in ("part", "pick", "unknown")
    if not asked or not cep or heard.slot("order") or remarks.query_of(heard_as(heard, "find_part")):
        return None
    facts.forget_place(talk)
    talk.data["cep"] = cep
    talk.note(place_texts.cep_kept(cep))
    return talk.frame.step if talk.frame else None


def cep_cut_short(talk: Talk, heard: Heard) -> str | None:
    """*0131010*, *cep 0131010*, at the choice of an offer or payment method: another destination, with a digit
    missing."""
    digits = reading.lone_digits(heard) or reading.short_cep(heard)
    if talk.frame is None or talk.frame.step not in ("carrier", "method") or not 6 <= len(digits) <= 9:
        return None
    if len(digits) == 8 or remarks.document_in(heard):
        return None
    talk.note(place_texts.cep_digits(len(digits)))
    return talk.frame.step


def gift(talk: Talk, heard: Heard) -> str | None:
    """*Manda pro meu irmão*: whose name and address it takes."""
    if not remarks.is_gift(heard) or talk.frame is None or not talk.data.get("listing"):
        return None
    talk.note(texts.for_somebody_else())
    return talk.frame.step


def before_the_document(talk: Talk, heard: Heard) -> str | None:
    """*Luciana Mota* / *numero 88*, each by itself, at the question for the document."""
    if talk.frame is None or talk.frame.step != "document":
        return None
    name, number, complement = answers.name_and_number(heard.text)
    if name and not number and _FULL_NAME.fullmatch(heard.text):
        talk.data["name"] = name
    elif number and not name and _HOUSE_NUMBER.match(heard.folded):
        who.keep_house(talk, number, complement)
    else:
        return None
    talk.note(texts.who_noted(name, number))
    return talk.frame.step


def name_and_house(talk: Talk, heard: Heard) -> str | None:
    """*Luciana Mota, 88*, at any question."""
    name, number, complement = remarks.who_ahead(talk, heard.text)
    unclear = heard.meaning.confidence < remarks.SURE or heard.meaning.intent == "change_address"
    if not (name and number and unclear) or talk.frame is None or not talk.data.get("listing"):
        return None
    talk.data["name"] = name
    who.keep_house(talk, number, complement)
    talk.note(texts.who_noted(name, number))
    return talk.frame.step


def document(talk: Talk, heard: Heard) -> str | None:
    """A CPF or CNPJ, which the flow keeps."""
    if not remarks.document_in(heard) or talk.frame is None:
        return None
    talk.note(texts.document_noted())
    return talk.frame.step
