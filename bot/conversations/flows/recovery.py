"""Recovering an account from a new number, by a code mailed to its confirmed address.

The answers reveal nothing: an unknown address is answered like a known one, and no code opens it. Codes expire, and
both requests and attempts are limited per day (:mod:`bot.conversations.guessing`).
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.conversations import guessing
from bot.conversations.flows import reading
from bot.conversations.flows.email import VALID, code_of
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import recovery as texts
from bot.domain import secret
from bot.domain.commands import SendEmail
from bot.domain.events import AccountRecovered
from bot.domain.people import Person


def _accounts(talk: Talk) -> list[Person]:
    found = talk.shop.people_with_email(str(talk.data["address"]))
    return [person for person in found if person.id != talk.person.id]


def _code(talk: Talk, account: Person) -> str:
    return code_of(talk.rules.salt, f"recover/{account.id}/{talk.person.id}", str(talk.data["root"]))


def _known_address(talk: Talk) -> str | None:
    return "said" if talk.data.get("address") else None


def _read_address(talk: Talk, heard: Heard) -> str | None:
    address = answers.email(heard.text)
    if not address:
        if "@" not in heard.text:
            return None
        talk.say(texts.email_wrong())
        return STAY
    talk.data["address"] = address
    return "said"


def _request(talk: Talk) -> str:
    if not guessing.may_guess(talk):
        return "over"
    guessing.was_wrong(talk)  # requests count too, so that nobody's mailbox is flooded
    talk.data.update(root=talk.root, until=(talk.now + VALID).isoformat())
    accounts = _accounts(talk)
    if accounts:
        code = _code(talk, accounts[0])
        talk.want(
            SendEmail(
                to=str(talk.data["address"]),
                subject=texts.code_subject(code),
                template="code",
                data={"code": code, "text": texts.code_text(), "brand": talk.rules.platform_name},
            ),
            lasts=VALID,
            loose=True,
        )
    return "asked"


def _ask_code(talk: Talk) -> None:
    talk.ask(texts.asked(str(talk.data["address"]), int(VALID.total_seconds() // 60)))


def _read_code(talk: Talk, heard: Heard) -> str | None:
    if "@" in heard.text:
        return _read_address(talk, heard)
    if reading.wants_it_again(heard):
        return "said"
    digits = re.sub(r"\D", "", heard.text)
    if not digits or len(digits) > 8:
        return None
    if not guessing.may_guess(talk):
        return "over"
    accounts = _accounts(talk)
    fresh = talk.now < datetime.fromisoformat(talk.data["until"])
    if accounts and fresh and secret.same(digits, _code(talk, accounts[0])):
        return "right" if len(accounts) == 1 else "several"
    if not guessing.was_wrong(talk):
        return "over"
    talk.say(texts.wrong())
    return STAY


def _recover(talk: Talk) -> str:
    account = _accounts(talk)[0]
    talk.decision.emit(talk.person.lane, AccountRecovered(person_id=talk.person.id, account=account.id))
    talk.guesses = ()
    talk.say(texts.checking())
    return "told"


def _say_several(talk: Talk) -> str:
    talk.say(texts.several())
    return "told"


def _say_over(talk: Talk) -> str:
    talk.say(texts.too_many())
    return "told"


FLOW = Flow(
    name="recovery",
    title="a recuperação da conta",
    steps=(
        Step(
            "address",
            {"said": "request"},
            ask=lambda talk: talk.ask(texts.which_email()),
            read=_read_address,
            known=_known_address,
            fills=("address",),
            hint=texts.HINT,
        ),
        Step("request", {"asked": "code", "over": "over"}, act=_request),
        Step(
            "code",
            {"right": "recover", "several": "several", "over": "over", "said": "request"},
            ask=_ask_code,
            read=_read_code,
            hint=texts.HINT,
        ),
        Step("recover", {"told": END}, act=_recover),
        Step("several", {"told": END}, act=_say_several),
        Step("over", {"told": END}, act=_say_over),
    ),
)
