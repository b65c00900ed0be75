"""The catalogue of all notices: one entry each. ``docs/notices.md`` is generated from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from bot.conversations.texts import delivery_news, money_news, rating, seller_news, waiting
from bot.conversations.texts import notices as texts
from bot.conversations.texts import returns as returns_texts
from bot.conversations.texts import selling as selling_texts
from bot.conversations.texts.notices import News
from bot.domain import lanes
from bot.domain.notice import NoticeState
from bot.domain.order import Order, OrderState
from bot.domain.states import PAYABLE

SOON = timedelta(minutes=10)
LATER = timedelta(minutes=30)
LIFE = timedelta(days=7)

Purpose = Literal["essential", "reminder", "news"]
Opens = Callable[[News], "tuple[str, dict[str, Any]] | None"]
IsStale = Callable[[Order, NoticeState], bool]


@dataclass(frozen=True)
class Stale:
    """Whether the order has moved on, so that the notice is outdated. ``when`` describes it for the documentation."""

    when: str
    is_it: IsStale


def _no_question(_: News) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A notice of the catalogue. ``text`` gives its words; ``opens`` names a flow whose question replaces them."""

    audience: Literal["buyer", "seller", "both"]
    text: Callable[[News], str]
    purpose: Purpose = "essential"
    patience: timedelta = LATER
    life: timedelta | None = LIFE
    """How long it is worth sending; None: a code until it expires, a reminder on its day."""
    opens: Opens = _no_question
    carries: Literal["", "code", "label", "photos"] = ""
    """What follows the text in messages of its own."""
    stale: Stale | None = None
    """When it is dropped instead of sent late."""
    about: str = ""
    """What its key contains besides the order and the name: the notice is sent once for each."""

    always_mailed: bool = False
    """A table rather than a message: it is mailed too, whatever WhatsApp does."""
    whole_key: str = ""
    """The key of notices that belong to no order."""

    def key(self, name: str) -> str:
        """The format of its keys, for the documentation and for reading the record."""
        return self.whole_key or f"order-<n>/{name}" + (f"/{self.about}" if self.about else "")


# --- outdated notices -------------------------------------------------------------------------------------

_ENDED = frozenset({OrderState.RETURNING, OrderState.RETURNED, OrderState.CLOSED, OrderState.CANCELLED})
_ARRIVED = _ENDED | {OrderState.DELIVERED}
_POSTED = _ARRIVED | {OrderState.SHIPPED}
_ANSWERED = _POSTED | {OrderState.ACCEPTED}


def _once(when: str, states: frozenset[OrderState]) -> Stale:
    return Stale(when, lambda order, _: order.state in states)


def _not_payable(order: Order, notice: NoticeState) -> bool:
    """For a code or reminder: paid, cancelled, or replaced by another charge."""
    charge = order.charge
    about = next((part for part in notice.key.split("/") if lanes.order_of(part) == order.number), "")
    replaced = charge is not None and bool(about) and about != charge.reference
    return order.state is not OrderState.AWAITING_PAYMENT or replaced


def _not_owed(order: Order, notice: NoticeState) -> bool:
    """For a reminder: nothing to pay any more, or another due date."""
    charge = order.charge
    if charge is None or charge.state not in PAYABLE or _not_payable(order, notice):
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


POSTED = _once("posted, or ended", _POSTED)
ARRIVED = _once("arrived, or ended", _ARRIVED)
ENDED = _once("going back, or ended", _ENDED)
NOT_PAYABLE = Stale("paid, cancelled, or another charge", _not_payable)
NOT_OWED = Stale("paid, cancelled, another charge or another due date", _not_owed)
CHARGE_IS_THERE = Stale("the code is there, paid or cancelled", _charge_is_there)
SALE_IS_ANSWERED = Stale("answered, or cancelled", _sale_is_answered)
NO_ANSWER_WANTED = Stale("answered, or cancelled", _no_answer_wanted)
LABEL_IS_THERE = Stale("the label is there, posted or cancelled", _label_is_there)


# --- questions in place of texts --------------------------------------------------------------------------


def _ask_renew(news: News) -> tuple[str, dict[str, Any]] | None:
    return "paying", {"order": news.order, "entry": "renew"}


def _ask_overdue(news: News) -> tuple[str, dict[str, Any]] | None:
    return ("paying", {"order": news.order, "entry": "overdue"}) if news.get("when") == "day_after" else None


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


def _ask_claim(news: News) -> tuple[str, dict[str, Any]] | None:
    return ("claim", {"order": news.order, "notice": dict(news.data)}) if news.get("asked") else None


def _ask_dispute(news: News) -> tuple[str, dict[str, Any]] | None:
    return "contesting", {"order": news.order, "notice": dict(news.data)}


def _sale(news: News) -> str:
    ask = selling_texts.automatic() if news.get("auto") else selling_texts.answer_in_words(news.order)
    return f"{selling_texts.sale(news.order, news.data)}\n{ask}\n{selling_texts.post_by(news.data)}"


CATALOGUE: dict[str, Kind] = {
    "charge_ready": Kind(
        "buyer", texts.charge_ready, patience=SOON, life=None, carries="code", stale=NOT_PAYABLE, about="<charge>"
    ),
    "charge_failed": Kind(
        "buyer", texts.charge_failed, patience=SOON, opens=_ask_failed, stale=NOT_PAYABLE, about="<charge>"
    ),
    "charge_delayed": Kind("buyer", texts.charge_delayed, stale=CHARGE_IS_THERE, about="<command or charge>"),
    "payment_confirmed": Kind("buyer", texts.payment_confirmed, patience=SOON, stale=POSTED),
    "pix_expired": Kind(
        "buyer", texts.pix_expired, patience=SOON, opens=_ask_renew, stale=NOT_PAYABLE, about="<charge>"
    ),
    "card_expired": Kind("buyer", texts.card_expired, patience=SOON, stale=NOT_PAYABLE, about="<charge>"),
    "boleto_reminder": Kind(
        "buyer",
        texts.boleto_reminder,
        opens=_ask_overdue,
        purpose="reminder",
        life=None,
        carries="code",
        stale=NOT_OWED,
        about="<charge>/<due date>/<when>",
    ),
    "due_date_changed": Kind(
        "buyer", texts.due_date_changed, patience=SOON, carries="code", stale=NOT_PAYABLE, about="<command>"
    ),
    "due_date_kept": Kind("buyer", texts.due_date_kept, patience=SOON, about="<event>"),
    "order_cancelled": Kind("buyer", texts.order_cancelled, about="<event, if again>"),
    "refund_form": Kind("buyer", texts.refund_form, about="<charge>"),
    "refund_done": Kind("buyer", texts.refund_done, about="<charge>/<amount, if in part>"),
    "late_payment": Kind("both", texts.late_payment, patience=SOON, about="<charge>/<seller, to them>"),
    "posting_later": Kind("buyer", delivery_news.posting_later, stale=POSTED, about="<event>"),
    "order_posted": Kind("buyer", texts.order_posted, stale=ARRIVED),
    "order_delivered": Kind("buyer", texts.order_delivered, opens=_ask_arrived, stale=ENDED),
    "order_undelivered": Kind("buyer", texts.order_undelivered, opens=_ask_undelivered, stale=ARRIVED, about="<label>"),
    "cancel_refused": Kind("buyer", texts.cancel_refused, about="<event>"),
    "mail_came_back": Kind("both", texts.mail_came_back, whole_key="mail/<e-mail>"),
    "payment_review": Kind("buyer", money_news.payment_review, patience=SOON, stale=POSTED, about="<charge>"),
    "share_paid": Kind("seller", money_news.share_paid, purpose="news", about="<charge>/<part, of instalments>"),
    "share_stopped": Kind("seller", money_news.share_stopped, about="<charge>"),
    "sale_refunded": Kind("seller", money_news.sale_refunded, about="<charge>"),
    "share_due": Kind("seller", money_news.share_due, about="<charge>/<due so far>"),
    "debt_paid": Kind("seller", money_news.debt_paid, about="<event>"),
    "share_reduced": Kind("seller", money_news.share_reduced, about="<charge>/<given back so far>"),
    "dispute_opened": Kind(
        "seller", money_news.dispute_opened, patience=SOON, opens=_ask_dispute, about="<when opened>"
    ),
    "dispute_reminder": Kind("seller", money_news.dispute_reminder, about="<when opened>"),
    "dispute_sent": Kind("seller", money_news.dispute_sent, about="<when opened>"),
    "dispute_ended": Kind("seller", money_news.dispute_ended, about="<when opened>"),
    "address_changed": Kind("buyer", delivery_news.address_changed, stale=POSTED, about="<event>"),
    "delivery_kept": Kind("buyer", delivery_news.delivery_kept, about="<event or charge>"),
    "return_accepted": Kind("buyer", returns_texts.return_accepted, stale=ENDED, about="<when asked>"),
    "return_refused": Kind("buyer", returns_texts.return_refused, about="<event>"),
    "return_label": Kind("buyer", returns_texts.return_label, stale=ENDED, about="<label>"),
    "return_delayed": Kind("buyer", returns_texts.return_delayed, stale=ENDED, about="<label, or when asked>"),
    "return_reminder": Kind(
        "buyer", returns_texts.return_reminder, purpose="reminder", life=None, stale=ENDED, about="<when asked>"
    ),
    "return_over": Kind("both", returns_texts.return_over, stale=ENDED, about="<when asked>/<seller, to them>"),
    "parcel_returning": Kind("both", returns_texts.parcel_returning, about="<seller, to them>"),
    "return_done": Kind("both", returns_texts.return_done, about="<seller, to them>"),
    "return_opened": Kind(
        "seller",
        returns_texts.return_opened,
        patience=SOON,
        opens=_ask_claim,
        carries="photos",
        about="<when asked>",
    ),
    "return_posted": Kind("seller", returns_texts.return_posted, about="<label>"),
    "sale_new": Kind("seller", _sale, patience=SOON, opens=_ask_sale, stale=SALE_IS_ANSWERED),
    "sale_reminder": Kind(
        "seller", texts.sale_reminder, purpose="reminder", life=timedelta(days=2), stale=NO_ANSWER_WANTED
    ),
    "label_ready": Kind("seller", texts.label_ready, patience=SOON, carries="label", stale=POSTED, about="<label>"),
    "label_delayed": Kind("seller", texts.label_delayed, stale=LABEL_IS_THERE, about="<label>"),
    "sale_cancelled": Kind("seller", texts.sale_cancelled, patience=SOON, about="<event, if again>"),
    "invoice_missing": Kind("seller", seller_news.invoice_missing, stale=POSTED),
    "address_on_box": Kind("seller", delivery_news.address_on_box, patience=SOON, stale=POSTED, about="<event>"),
    "label_kept": Kind("seller", seller_news.label_kept, patience=SOON, stale=POSTED, about="<label>"),
    "charge_offered": Kind("buyer", seller_news.charge_offered, patience=SOON, whole_key="offer-<n>/charge_offered"),
    "charge_taken": Kind("seller", seller_news.charge_taken, whole_key="offer-<n>/charge_taken"),
    "charge_declined": Kind("seller", seller_news.charge_declined, whole_key="offer-<n>/charge_declined"),
    "charge_unanswered": Kind("seller", seller_news.charge_unanswered, whole_key="offer-<n>/charge_unanswered"),
    "charge_taken_back": Kind("seller", seller_news.charge_taken_back, whole_key="offer-<n>/charge_taken_back"),
    "charge_withdrawn": Kind("buyer", seller_news.charge_withdrawn, whole_key="offer-<n>/charge_withdrawn"),
    "charge_paid": Kind("seller", seller_news.charge_paid, patience=SOON),
    "charge_expired": Kind("seller", seller_news.charge_expired, about="<charge>/seller"),
    "sale_delivered": Kind("seller", texts.sale_delivered, purpose="news"),
    "sales_report": Kind(
        "seller",
        seller_news.sales_report,
        purpose="news",
        life=timedelta(days=2),
        always_mailed=True,
        whole_key="report/<shop>/<week>",
    ),
    "part_there": Kind("buyer", waiting.part_there, purpose="news", whole_key="wish/<person>/<event>/<part>"),
    "sale_rated": Kind("seller", rating.sale_rated, purpose="news", about="<event>"),
}
