"""A seller charges somebody by message: *cobra 150 do joão 41 99999-0000 pelo farol, no pix*.

Nothing is sent before the complete charge was shown and confirmed. It goes out as an event of the payer's lane
(:mod:`bot.conversations.flows.payer`), where the order is created once the payer's document and name are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.conversations.flows import reading, sales
from bot.conversations.flows.buying import remarks
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import collecting as texts
from bot.domain import calendar, lanes, money, phone
from bot.domain.conversation import ChargeSent
from bot.domain.events import ChargeOffered
from bot.domain.text import words

_TO = re.compile(
    r"(?:^|\s)(?:d[oae]|pr[oa]|para(?: [oa])?|ao|à|[oa])\s+(?P<name>[^\W\d_][^\d,;:()]*?)[\s,;:(]*$", re.IGNORECASE
)
_AFTER_AMOUNT = re.compile(
    r"^cobr\w+ (?:r\$ ?)?[\d.,]+(?: reais)? (?:d[oae]|pr[oa]|para [oa]|ao|à) (?P<name>[^\W\d_][^\d,;:()?]*)$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![0-9A-Za-z.,/])(?:\+?55 ?)?\(?0?\d{2}\)? ?(?:9 ?)?\d{4}[- ]?\d{4}(?![0-9A-Za-z/])")
_OWES = re.compile(
    r"^(?:o|a) ((?!cliente|rapaz|mo[cç]|cara|comprador)[^\W\d_]+) (?:me )?(?:deve|t[aá] devendo)\b", re.IGNORECASE
)
_FIRST = re.compile(
    r"^\W*cobr\w+ (?:(?:d[oae]|ao|à|[oa]) )?(?P<name>[^\W\d_]{2,}(?: [^\W\d_]+){0,3}?),? (?:r\$ ?)?\d", re.IGNORECASE
)
"""*Cobra o João 350*."""
_ABOUT = re.compile(r"^(?:pel[oa]|por|ref(?:erente)?\.?(?: [aà]o?)?|d[oae]|valor d[oae])\s+", re.IGNORECASE)
_WAY = re.compile(r"[,\s]*\b(?:n[oa]|via|por|pelo|com)?\s*(?:pix|boleto|cart[aã]o)\b", re.IGNORECASE)
_NEW_AMOUNT = re.compile(
    r"\b(?:mud\w+|troc\w+|corrig\w+|valor|na verdade|nao|sao)\b"
    r".*?(?:pra|para|por|e|eh)?\s*(?:r\$ ?)?(\d[\d.,]*)(?: reais)?\W*$"
)
_NO_LEAD = re.compile(r"^\W*n[aã]o\b\W*", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:ele|ela|já|pag\w+|quando|como|quanto)\b.*\?", re.IGNORECASE)
_SMALL = words("de da do das dos e")
_NO_NAMES = words("cliente comprador rapaz moco cara valor pix boleto cartao reais real total frete")


_NEXT = re.compile(r"\s*(?:[,;+\n]|\be\b|\bmais\b)\s*(?=(?:cobr\w+ )?(?:r\$ ?)?\d{1,6}(?:[.,]\d{2})?\b)", re.IGNORECASE)


def one_by_one(text: str) -> tuple[str, str]:
    """The first person's charge and the rest of the message, if it names several phones."""
    phones = list(_PHONE.finditer(text))
    if len(phones) < 2:
        return text, ""
    cuts = list(_NEXT.finditer(text, phones[0].end(), phones[1].start()))
    cut = cuts[-1] if cuts else None
    start, end = (cut.start(), cut.end()) if cut else (phones[1].start(), phones[1].start())
    return text[:start].strip(" ,;e"), text[end:].strip()


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says."""
    data: dict[str, Any] = {}
    if heard.slot("amount") and not heard.slot("percent") and "%" not in heard.text:
        data["amount"] = money.from_decimal(heard.slot("amount"))
    number = _PHONE.search(heard.text)
    if heard.slot("phone") and number:
        data["phone"] = heard.slot("phone")
        before, after = heard.text[: number.start()], heard.text[number.end() :]
        named = _TO.search(before)
        if named and not set(named["name"].lower().split()) & _NO_NAMES:
            data["name"] = _name(named["name"])
        about = _ABOUT.sub("", _WAY.sub("", after).strip(" ,.;:-")).strip()
        if sum(c.isalpha() for c in about) >= 3:
            data["title"] = _title(about)
    elif heard.slot("amount"):
        named = _AFTER_AMOUNT.search(heard.text)
        if named and not heard.slot("part") and not set(named["name"].lower().split()) & _NO_NAMES:
            data["name"] = _name(named["name"])
    if "name" not in data and (owes := _OWES.search(heard.text)):
        data["name"] = _name(owes[1])
    first = _FIRST.search(heard.text)
    if "name" not in data and first and not set(first["name"].lower().split()) & (_NO_NAMES | {heard.slot("part")}):
        data["name"] = _name(first["name"])
    if "title" not in data and remarks.query_of(heard):
        data["title"] = _title(remarks.query_of(heard))
    method = answers.payment_method(heard.text)
    return {**data, "method": method or "pix"}


def _name(text: str) -> str:
    return " ".join(w.lower() if w.lower() in _SMALL else w.capitalize() for w in text.split())[:60]


def _title(text: str) -> str:
    plain = " ".join(text.split())[:80]
    return plain[:1].upper() + plain[1:]


def _check(talk: Talk) -> str:
    if sales.seller(talk).wallet_id in ("", talk.rules.platform_wallet_id):
        talk.say(texts.no_wallet())
        return "no_wallet"
    if _is_enough(talk):
        return "enough"
    if talk.data.get("phone") and _is_own(talk, talk.data["phone"]):
        del talk.data["phone"]
        talk.note(texts.own_phone())
    if talk.data.get("amount", texts.LEAST) < texts.LEAST:
        del talk.data["amount"]
        talk.note(texts.too_little())
    return "seller"


def _today(talk: Talk) -> tuple[datetime, ...]:
    """When charges were sent today."""
    today = calendar.today(talk.now)
    return tuple(at for at in talk.charged if calendar.today(at) == today)


def _is_enough(talk: Talk) -> bool:
    """Whether the shop's daily limit of charges is reached; if so, it is told."""
    most = talk.rules.charges_per_day
    if len(_today(talk)) < most:
        return False
    talk.say(texts.enough_today(most))
    return True


def _is_own(talk: Talk, number: str) -> bool:
    return phone.identity(number, "") in {phone.identity(i, "") for i in talk.person.identifiers if i.isdigit()}


def _said(name: str) -> Callable[[Talk], str | None]:
    return lambda talk: "said" if talk.data.get(name) else None


def _read_amount(talk: Talk, heard: Heard) -> str | None:
    amount = money.read(heard.text)
    if amount is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.wrong_amount())
        return STAY
    if amount < texts.LEAST:
        talk.say(texts.too_little())
        return STAY
    talk.data["amount"] = amount
    return "said"


def _read_phone(talk: Talk, heard: Heard) -> str | None:
    number = phone.canonical(heard.slot("phone") or heard.text)
    if not number:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.wrong_phone())
        return STAY
    if _is_own(talk, number):
        talk.say(texts.own_phone())
        return STAY
    talk.data["phone"] = number
    return "said"


def _read_words(name: str) -> Callable[[Talk, Heard], str | None]:
    def read(talk: Talk, heard: Heard) -> str | None:
        amount = money.read(found[1]) if (found := _NEW_AMOUNT.search(heard.folded)) else None
        if amount is not None and amount >= texts.LEAST and heard.folded.startswith("nao"):
            talk.data["amount"] = amount
            talk.note(texts.amount_noted(amount))
            return "again"
        if sum(c.isalpha() for c in heard.text) < 2 or _ASKS.search(heard.text):
            return None
        if name == "name" and (any(c.isdigit() for c in heard.text) or heard.folded in _NO_NAMES | {"nao", "sim"}):
            return None
        talk.data[name] = _name(heard.text) if name == "name" else _title(heard.text)
        return "said"

    return read


def _read_method(talk: Talk, heard: Heard) -> str | None:
    method = heard.choice or answers.payment_method(heard.text)
    if not method:
        return None
    talk.data["method"] = method
    return "said"


def _ask_review(talk: Talk) -> None:
    kept = talk.data
    twin = next((c for c in talk.charges if (c.phone, c.amount) == (kept["phone"], kept["amount"])), None)
    if twin is not None:
        talk.note(texts.sent_already(twin.name, twin.at))
    shown = texts.review(kept["amount"], kept["name"], kept["phone"], kept["title"], kept["method"], talk.rules)
    talk.ask(shown, texts.REVIEW_ROWS)


def _read_review(talk: Talk, heard: Heard) -> str | None:
    """Send, change or drop it; a new amount (*muda o valor pra 250*) or payment method (*não, boleto*) is taken over,
    and everything is shown again."""
    method = answers.payment_method(_NO_LEAD.sub("", heard.text)) if not heard.choice else ""
    if method and method != talk.data["method"]:
        talk.data["method"] = method
        _ask_review(talk)
        return STAY
    amount = money.read(found[1]) if not heard.choice and (found := _NEW_AMOUNT.search(heard.folded)) else None
    if amount is not None and amount >= texts.LEAST:
        talk.data["amount"] = amount
        _ask_review(talk)
        return STAY
    number = _PHONE.search(heard.text) if not heard.choice else None
    other = phone.canonical(number[0]) if number else ""
    if other and other != talk.data["phone"]:
        if _is_own(talk, other):
            talk.say(texts.own_phone())
            return STAY
        talk.data["phone"] = other
        _ask_review(talk)
        return STAY
    answer = heard.choice or {"yes": "send", "no": "cancel"}.get(reading.yes_or_no(talk, heard) or "")
    if answer == "cancel":
        talk.say(texts.not_sent())
    return answer or None


def _read_fix(talk: Talk, heard: Heard) -> str | None:
    if heard.choice:
        talk.data["_forced"] = heard.choice
    return heard.choice or None


def _send(talk: Talk) -> str:
    kept, seller = talk.data, sales.seller(talk)
    if _is_enough(talk):  # reached while this one waited for its yes
        return "enough"
    offer = ChargeOffered(
        seller_id=seller.id,
        phone=kept["phone"],
        name=kept["name"],
        title=kept["title"],
        amount=kept["amount"],
        method=kept["method"],
        reference=talk.root,
    )
    talk.decision.emit(lanes.person(phone.identity(kept["phone"], "")), offer, key=f"offer/{talk.root}")
    sent = ChargeSent(
        reference=talk.root, phone=offer.phone, name=offer.name, title=offer.title, amount=offer.amount, at=talk.now
    )
    talk.charges = (*talk.charges, sent)
    talk.charged = (*_today(talk), talk.now)
    if len(talk.charged) == talk.rules.charges_per_day:
        talk.alert("cobranças do dia", f"{seller.name} ({seller.id}) chegou ao limite de cobranças do dia.")
    talk.say(texts.sent(kept["name"]))
    return "sent"


FLOW = Flow(
    name="collecting",
    title="a cobrança",
    role="seller",
    steps=(
        Step("check", {"seller": "amount", "no_wallet": END, "enough": END}, act=_check),
        Step(
            "amount",
            {"said": "phone"},
            ask=lambda talk: talk.ask(texts.which_amount()),
            read=_read_amount,
            known=_said("amount"),
            fills=("amount",),
        ),
        Step(
            "phone",
            {"said": "name"},
            ask=lambda talk: talk.ask(texts.which_phone()),
            read=_read_phone,
            known=_said("phone"),
            fills=("phone",),
        ),
        Step(
            "name",
            {"said": "title", "again": "name"},
            ask=lambda talk: talk.ask(texts.which_name()),
            read=_read_words("name"),
            known=_said("name"),
            fills=("name",),
            free=True,
        ),
        Step(
            "title",
            {"said": "method", "again": "title"},
            ask=lambda talk: talk.ask(texts.which_title()),
            read=_read_words("title"),
            known=_said("title"),
            fills=("title",),
            free=True,
        ),
        Step(
            "method",
            {"said": "review"},
            ask=lambda talk: talk.ask(texts.which_method(), texts.METHOD_ROWS),
            read=_read_method,
            known=_said("method"),
            fills=("method",),
        ),
        Step("review", {"send": "send", "fix": "fix", "cancel": END}, ask=_ask_review, read=_read_review),
        Step(
            "fix",
            {name: name for name, _ in texts.FIX_ROWS},
            ask=lambda talk: talk.ask(texts.fix(), texts.FIX_ROWS),
            read=_read_fix,
        ),
        Step("send", {"sent": END, "enough": END}, act=_send),
    ),
)
