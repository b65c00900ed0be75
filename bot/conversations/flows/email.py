"""Asks for an e-mail address once, and confirms it with a code of six digits.

Decisions use no randomness, so the code is derived from a hash of the shop's own salt, the person and the event that
sends it: outsiders cannot guess it, and a replayed turn gives the same one. The frame stores the event's number, not
the code.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from bot.conversations import letters
from bot.conversations.flows import reading
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts
from bot.conversations.texts import recovery as recovery_texts
from bot.domain.commands import SendEmail
from bot.domain.consent import version
from bot.domain.events import AccountRecovered, Refused
from bot.domain.people import Person
from bot.domain.secret import same

VALID = timedelta(minutes=10)
TRIES = 5
_OTHER = re.compile(
    r"\b(?:outro|troc\w+|mud\w+|corrig\w+|errei|errado)\b.{0,12}\b(?:e-?mail|endereco)\b"
    r"|\be-?mail (?:ta |esta |e )?errado\b|^errei\W*$"
)
SKIP = frozenset(["pular", "pula", "nao", "nao quero", "depois", "agora nao", "sem email", "nao tenho"])


def code_of(salt: str, person_id: str, root: str) -> str:
    """The six digits for a person and the event that sent them."""
    digest = hmac.new(salt.encode(), f"{person_id}/{root}".encode(), hashlib.sha256).hexdigest()
    return f"{int(digest, 16) % 1_000_000:06d}"


def _known_address(talk: Talk) -> str | None:
    if talk.data.get("problem"):
        return None  # given, but not usable
    if talk.data.get("address"):
        return "said"  # another flow has asked for it
    if talk.data.get("given"):
        return _take(talk, talk.data["given"])
    return "skip" if talk.person.email_confirmed and not talk.data.get("change") else None


def _ask_address(talk: Talk) -> None:
    problem = talk.data.get("problem")
    talk.ask(problem or (texts.which_email_for_all() if talk.data.get("all") else texts.which_email()))


def _read_address(talk: Talk, heard: Heard) -> str | None:
    if heard.folded.strip(" .!") in SKIP:
        talk.say(texts.email_skipped())
        return "skip"
    found = answers.email(heard.text)
    if not found:
        if "@" not in heard.text:
            return None
        talk.say(texts.email_wrong())
        return STAY
    return _take(talk, found)


def _take(talk: Talk, found: str) -> str:
    talk.data.pop("problem", None)
    talk.data["given"] = found
    suggestion = answers.email_suggestion(found)
    if suggestion:
        talk.data["suggestion"] = suggestion
        return "typo"
    talk.data["address"] = found
    return "said"


def ask_typo(talk: Talk) -> None:
    talk.ask(texts.email_typo(talk.data["suggestion"]), texts.email_typo_rows(talk.data["given"]))


def _read_typo(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and ("@" in heard.text or heard.folded.strip(" .!") in SKIP - {"nao", "nao quero"}):
        return _read_address(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer is not None:
        talk.data["address"] = talk.data["suggestion"] if answer == "yes" else talk.data["given"]
        return "said"
    return None


def _send(talk: Talk) -> str:
    code = code_of(talk.rules.salt, talk.person.id, talk.root)
    talk.data.update(root=talk.root, until=(talk.now + VALID).isoformat(), tries=0)
    talk.want(
        SendEmail(
            to=talk.data["address"],
            subject=texts.code_subject(code),
            template="code",
            data={"code": code, "brand": talk.rules.platform_name},
        ),
        lasts=VALID,
    )
    return "sent"


def _ask_code(talk: Talk) -> None:
    talk.ask(texts.code_sent(talk.data["address"], int(VALID.total_seconds() // 60)))


def _read_code(talk: Talk, heard: Heard) -> str | None:
    if heard.folded.strip(" .!") in SKIP:
        talk.say(texts.email_skipped())
        return "skip"
    if "@" in heard.text:
        return _read_address(talk, heard)
    if reading.wants_it_again(heard):
        return "said"
    if _OTHER.search(heard.folded):
        for name in ("address", "given", "suggestion"):
            talk.data.pop(name, None)
        talk.data["change"] = True
        return "other"
    digits = re.sub(r"\D", "", heard.text)
    if not digits or len(digits) > 8:
        return None
    if talk.now >= datetime.fromisoformat(talk.data["until"]) or talk.data["tries"] >= TRIES:
        return "over"
    if same(digits, code_of(talk.rules.salt, talk.person.id, talk.data["root"])):
        return "right"
    talk.data["tries"] += 1
    if talk.data["tries"] >= TRIES:
        return "over"
    talk.say(texts.code_wrong(TRIES - talk.data["tries"]))
    return STAY


def _mail_refused(talk: Talk, outcome: Outcome) -> str | None:
    if isinstance(outcome, Refused) and isinstance(outcome.command, SendEmail):
        talk.data["problem"] = texts.email_unreachable(outcome.command.to)
        talk.data.pop("address", None)
        return "unreachable"
    return None


def _confirm(talk: Talk) -> str:
    address = talk.data["address"]
    others = tuple(i for i in talk.person.identifiers if "@" not in i or i.endswith("@lid"))
    bad = tuple(a for a in talk.person.bad_emails if a != address.casefold())
    talk.know(email=address, email_confirmed=True, bad_emails=bad, identifiers=(*others, address))
    if talk.seller is not None and talk.seller.email == address and not talk.seller.email_confirmed:
        talk.decision.write(talk.seller.but(email_confirmed=True))
    talk.consent("email", version("which_email", texts.which_email()))
    talk.say(texts.email_done())
    letters.send_receipts(talk, address)
    return "other" if _other_account(talk) else "told"


def _other_account(talk: Talk) -> Person | None:
    """The only account of another number with this address: the code has proved whose mailbox it is."""
    found = [p for p in talk.shop.people_with_email(talk.data["address"]) if p.id != talk.person.id]
    shops = bool(talk.seller) and any(talk.shop.seller_of(p.id) for p in found)
    return found[0] if len(found) == 1 and not shops else None


def _read_other(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    account = _other_account(talk)
    if answer == "yes" and account is not None:
        talk.decision.emit(talk.person.lane, AccountRecovered(person_id=talk.person.id, account=account.id))
        talk.say(recovery_texts.moving())
    elif answer == "no":
        talk.say(recovery_texts.left_apart())
    return answer


def _read_over(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.email_skipped())
    return answer


FLOW = Flow(
    name="email",
    title="o seu e-mail",
    steps=(
        Step(
            "address",
            {"said": "send", "typo": "typo", "skip": END},
            ask=_ask_address,
            read=_read_address,
            known=_known_address,
            fills=("address", "given", "suggestion"),
            once=True,
            hint=texts.HINT_EMAIL,
        ),
        Step(
            "typo",
            {"said": "send", "typo": "typo", "skip": END},
            ask=ask_typo,
            read=_read_typo,
            needs=("given", "suggestion"),
        ),
        Step("send", {"sent": "code"}, act=_send),
        Step(
            "code",
            {
                "right": "confirm",
                "over": "over",
                "skip": END,
                "said": "send",
                "typo": "typo",
                "unreachable": "address",
                "other": "address",
            },
            ask=_ask_code,
            read=_read_code,
            result=_mail_refused,
            needs=("address",),
        ),
        Step("over", {"yes": "send", "no": END}, ask=lambda talk: talk.ask_yes(texts.code_over()), read=_read_over),
        Step("confirm", {"told": END, "other": "other"}, act=_confirm),
        Step(
            "other",
            {"yes": END, "no": END},
            ask=lambda talk: talk.ask_yes(recovery_texts.other_account()),
            read=_read_other,
        ),
    ),
)
