"""A person's own data: a copy, or its erasure. Identity is checked first.

The chat shows who writes, but phones change hands: whoever has given a CPF or CNPJ is asked for a piece of it.
"""

from __future__ import annotations

import re

from bot.conversations import forgetting, guessing
from bot.conversations.flows import reading
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import privacy as texts
from bot.domain import secret
from bot.domain.commands import MailMyData, SendMyData
from bot.domain.events import ForgetAsked, Parked, Refused

PIECE = 3
"""Digits of the document that are asked for."""


def _known_wish(talk: Talk) -> str | None:
    return str(talk.data["wish"]) if talk.data.get("wish") else None


def _wish_in(heard: Heard) -> str:
    if re.search(r"\bapag\w+|\bexclu\w+", heard.folded):
        return "erase"
    return "copy" if "copia" in heard.folded else ""


def _read_wish(talk: Talk, heard: Heard) -> str | None:
    wish = heard.choice or _wish_in(heard)
    if not wish:
        return None
    talk.data["wish"] = wish
    return wish


def _is_open(talk: Talk) -> str:
    orders = forgetting.open_orders(talk.shop, talk.person)
    if not orders:
        return "free"
    talk.say(texts.blocked(orders))
    return "open"


def _known_who(talk: Talk) -> str | None:
    if talk.data.get("plain") or not talk.person.document:
        return str(talk.data["wish"])
    return None if guessing.may_guess(talk) else "over"


def _ask_who(talk: Talk) -> None:
    talk.ask(texts.who(talk.person.document))


def _read_who(talk: Talk, heard: Heard) -> str | None:
    digits = re.sub(r"\W", "", heard.text)
    if not digits.isdigit():
        if _wish_in(heard) != talk.data["wish"]:
            return None
        _ask_who(talk)  # the request is clear, the identity is not
        return STAY
    document = talk.person.document
    if secret.one_of(digits, (document[-PIECE:], document)):
        talk.data["plain"] = True
        return str(talk.data["wish"])
    if not guessing.was_wrong(talk):
        return "over"
    talk.say(texts.not_that(guessing.left(talk)))
    return STAY


def _say_over(talk: Talk) -> str:
    talk.say(texts.too_many())
    return "told"


def _copy(talk: Talk) -> str:
    person = talk.person
    address = person.email if person.email_confirmed else ""
    talk.say(texts.copy(address))
    talk.want(SendMyData(to=person.chat, person_id=person.id, until=talk.stored.id, caption=texts.caption()))
    if address:
        brand = talk.rules.platform_name
        talk.want(MailMyData(to=address, person_id=person.id, until=talk.stored.id, brand=brand), loose=True)
    return "asked"


def _sent(_: Talk, outcome: Outcome) -> str | None:
    if not isinstance(outcome.command, SendMyData) or isinstance(outcome, Parked):
        return None
    return "failed" if isinstance(outcome, Refused) else "sent"


def _say_failed(talk: Talk) -> str:
    talk.say(texts.copy_failed())
    return "told"


def _ask_sure(talk: Talk) -> None:
    talk.ask_yes(texts.sure(shop=talk.seller is not None))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.kept())
    return answer


def _erase(talk: Talk) -> str:
    talk.decision.emit(talk.person.lane, ForgetAsked(person_id=talk.person.id, by="person"))
    talk.say(texts.erasing())
    return "asked"


FLOW = Flow(
    name="my_data",
    title="os seus dados",
    transient=True,
    steps=(
        Step(
            "data",
            {"copy": "who", "erase": "open"},
            ask=lambda talk: talk.ask(texts.which(), texts.ROWS, after=texts.which_end()),
            read=_read_wish,
            known=_known_wish,
            fills=("wish",),
        ),
        Step("open", {"free": "who", "open": END}, act=_is_open),
        Step(
            "who",
            {"copy": "copy", "erase": "sure", "over": "over"},
            ask=_ask_who,
            read=_read_who,
            known=_known_who,
        ),
        Step("copy", {"asked": "sending"}, act=_copy),
        Step(
            "sending",
            {"sent": END, "failed": "failed"},
            ask=lambda talk: talk.say(texts.copy("")),
            result=_sent,
            waits=True,
        ),
        Step("failed", {"told": END}, act=_say_failed),
        Step("sure", {"yes": "erase", "no": END}, ask=_ask_sure, read=_read_sure),
        Step("erase", {"asked": END}, act=_erase),
        Step("over", {"told": END}, act=_say_over),
    ),
)
