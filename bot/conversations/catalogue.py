"""Everything that the shop tells people without being asked: one row a notice. ``docs/notices.md`` is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from bot.conversations.texts import notices as texts
from bot.conversations.texts import seller_news
from bot.conversations.texts import selling as selling_texts
from bot.conversations.texts.notices import News
from bot.domain import lanes
from bot.domain.notice import NoticeState
from bot.domain.order import ChargeState, Order, OrderState

SOON = timedelta(minutes=10)
LATER = timedelta(minutes=30)
LIFE = timedelta(days=7)

Purpose = Literal["essential", "reminder", "news"]
Opens = Callable[[News], "tuple[str, dict[str, Any]] | None"]
Stale = Callable[[Order, NoticeState], bool]


def _no_question(_: News) -> None:
    return None


def _never(_: Order, __: NoticeState) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """A notice of the catalogue. ``text`` says the news; ``opens`` names a flow whose question says it instead."""

    audience: Literal["buyer", "seller", "both"]
    text: Callable[[News], str]
    purpose: Purpose = "essential"
    patience: timedelta = LATER
    life: timedelta | None = LIFE
    """How long it is news; None: a code until it expires, a reminder that day."""
    opens: Opens = _no_question
    carries: Literal["", "code", "label"] = ""
    """What follows the text in messages of its own."""
    stale: Stale = _never
    """Whether the order has gone on, so that this is no news any more: it is dropped, not told late."""


# --- no news any more -------------------------------------------------------------------------------------

_ENDED = frozenset({OrderState.RETURNING, OrderState.RETURNED, OrderState.CLOSED, OrderState.CANCELLED})
_ARRIVED = _ENDED | {OrderState.DELIVERED}
_POSTED = _ARRIVED | {OrderState.SHIPPED}
_ANSWERED = _POSTED | {OrderState.ACCEPTED}
_PAYABLE = frozenset({ChargeState.PENDING, ChargeState.OVERDUE})


def _once(states: frozenset[OrderState]) -> Stale:
    return lambda order, _: order.state in states


def _not_payable(order: Order, notice: NoticeState) -> bool:
    """A code or a reminder: paid, cancelled, or replaced by another charge."""
    charge = order.charge
    about = next((part for part in notice.key.split("/") if lanes.order_of(part) == order.number), "")
    replaced = charge is not None and bool(about) and about != charge.reference
    return order.state is not OrderState.AWAITING_PAYMENT or replaced


def _not_owed(order: Order, notice: NoticeState) -> bool:
    """A reminder: nothing to pay by then, or another day to pay by."""
    charge = order.charge
    if charge is None or charge.state not in _PAYABLE or _not_payable(order, notice):
        return True
    return notice.data.get("due_date", "") not in ("", charge.due_date.isoformat())


def _charge_is_there(order: Order, notice: NoticeState) -> bool:
    charge = order.charge
    there = charge is not None and f"order-{order.number}/charge_ready/{charge.reference}" in order.told
    return there or _not_payable(order, notice)


def _sale_is_answered(order: Order, notice: NoticeState) -> bool:
    return order.state in (_POSTED if notice.data.get("auto") else _ANSWERED)


def _no_answer_wanted(order: Order, _: NoticeState) -> bool:
    return order.state is not OrderState.PAID


def _label_is_there(order: Order, _: NoticeState) -> bool:
    told = any(key.startswith(f"order-{order.number}/label_ready") for key in order.told)
    return told or order.state in _POSTED


# --- questions that say the news --------------------------------------------------------------------------


def _ask_renew(news: News) -> tuple[str, dict[str, Any]] | None:
    return "paying", {"order": news.order, "entry": "renew"}


def _ask_failed(news: News) -> tuple[str, dict[str, Any]] | None:
    entry = {"entry": "failed", "failed": news.get("method"), "reason": news.get("reason")}
    return "paying", {"order": news.order, **entry}


def _ask_sale(news: News) -> tuple[str, dict[str, Any]] | None:
    if news.get("auto"):
        return None
    return "sale", {"order": news.order, "notice": dict(news.data)}


def _ask_arrived(news: News) -> tuple[str, dict[str, Any]] | None:
    return "arrived", {"order": news.order, "until": news.day("until")}


def _ask_undelivered(news: News) -> tuple[str, dict[str, Any]] | None:
    return "undelivered", {"order": news.order, "carrier": news.get("carrier")}


def _sale(news: News) -> str:
    ask = selling_texts.automatic() if news.get("auto") else selling_texts.answer_in_words(news.order)
    return f"{selling_texts.sale(news.order, news.data)}\n{ask}\n{selling_texts.post_by(news.data)}"


CATALOGUE: dict[str, Kind] = {
    "charge_ready": Kind("buyer", texts.charge_ready, patience=SOON, life=None, carries="code", stale=_not_payable),
    "charge_failed": Kind("buyer", texts.charge_failed, patience=SOON, opens=_ask_failed, stale=_not_payable),
    "charge_delayed": Kind("buyer", texts.charge_delayed, stale=_charge_is_there),
    "payment_confirmed": Kind("buyer", texts.payment_confirmed, patience=SOON, stale=_once(_POSTED)),
    "pix_expired": Kind("buyer", texts.pix_expired, patience=SOON, opens=_ask_renew, stale=_not_payable),
    "card_expired": Kind("buyer", texts.card_expired, patience=SOON, stale=_not_payable),
    "boleto_reminder": Kind(
        "buyer", texts.boleto_reminder, purpose="reminder", life=None, carries="code", stale=_not_owed
    ),
    "due_date_changed": Kind("buyer", texts.due_date_changed, patience=SOON, carries="code", stale=_not_payable),
    "due_date_kept": Kind("buyer", texts.due_date_kept, patience=SOON),
    "order_cancelled": Kind("buyer", texts.order_cancelled),
    "refund_form": Kind("buyer", texts.refund_form),
    "refund_done": Kind("buyer", texts.refund_done),
    "late_payment": Kind("both", texts.late_payment, patience=SOON),
    "order_posted": Kind("buyer", texts.order_posted, stale=_once(_ARRIVED)),
    "order_delivered": Kind("buyer", texts.order_delivered, opens=_ask_arrived, stale=_once(_ENDED)),
    "order_undelivered": Kind("buyer", texts.order_undelivered, opens=_ask_undelivered, stale=_once(_ARRIVED)),
    "cancel_refused": Kind("buyer", texts.cancel_refused),
    "mail_came_back": Kind("both", texts.mail_came_back),
    "sale_new": Kind("seller", _sale, patience=SOON, opens=_ask_sale, stale=_sale_is_answered),
    "sale_reminder": Kind(
        "seller", texts.sale_reminder, purpose="reminder", life=timedelta(days=2), stale=_no_answer_wanted
    ),
    "label_ready": Kind("seller", texts.label_ready, patience=SOON, carries="label", stale=_once(_POSTED)),
    "label_delayed": Kind("seller", texts.label_delayed, stale=_label_is_there),
    "sale_cancelled": Kind("seller", texts.sale_cancelled, patience=SOON),
    "invoice_missing": Kind("seller", seller_news.invoice_missing, stale=_once(_POSTED)),
    "label_kept": Kind("seller", seller_news.label_kept, patience=SOON, stale=_once(_POSTED)),
    "charge_offered": Kind("buyer", seller_news.charge_offered, patience=SOON),
    "charge_taken": Kind("seller", seller_news.charge_taken),
    "charge_declined": Kind("seller", seller_news.charge_declined),
    "charge_unanswered": Kind("seller", seller_news.charge_unanswered),
    "charge_paid": Kind("seller", seller_news.charge_paid, patience=SOON),
    "charge_expired": Kind("seller", seller_news.charge_expired),
    "sale_delivered": Kind("seller", texts.sale_delivered, purpose="news"),
}
