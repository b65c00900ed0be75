"""Their payment object as our :class:`Bill`. Instalments form one bill with the plan's totals.

Asaas omits keys that do not apply, and adds new ones without notice. So texts are read with defaults; amounts, and the
lists they are summed over, are not: if they cannot be read, the result is ``Uncertain``, never 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain import money
from bot.domain.commands import Bill
from bot.domain.order import Method
from bot.integrations.asaas.calls import Json, rows, unreadable
from bot.integrations.errors import Uncertain
from bot.integrations.http import LONGEST_ID
from bot.integrations.payments import Share

BILLING_TYPES = {Method.PIX: "PIX", Method.BOLETO: "BOLETO", Method.CARD: "CREDIT_CARD"}

STATUSES = {
    "PENDING": "pending",
    "OVERDUE": "overdue",
    "AWAITING_RISK_ANALYSIS": "under_review",
    "CONFIRMED": "paid",
    "RECEIVED": "settled",
    "REFUND_REQUESTED": "refunding",
    "REFUND_IN_PROGRESS": "refunding",
    "REFUNDED": "refunded",
    "CHARGEBACK_REQUESTED": "disputed",
    "CHARGEBACK_DISPUTE": "disputed",
    "AWAITING_CHARGEBACK_REVERSAL": "disputed",
    "DUNNING_REQUESTED": "overdue",
    "DUNNING_RECEIVED": "paid",
}
"""RECEIVED_IN_CASH is deliberately not one of ours: no money came in, and the split was cancelled."""

SPLIT_ENDS = {
    "PAYMENT_DELETED": "charge_removed",
    "PAYMENT_OVERDUE": "charge_overdue",
    "PAYMENT_RECEIVED_IN_CASH": "received_in_cash",
    "PAYMENT_REFUNDED": "charge_refunded",
    "VALUE_DIVERGENCE_BLOCK": "more_than_the_net",
    "WALLET_UNABLE_TO_RECEIVE": "wallet_cannot_receive",
    "BANK_ACCOUNT_AWAITING_AUTHORIZATION": "bank_account_pending",
    "BANK_ACCOUNT_PENDING": "bank_account_pending",
    "BANK_ACCOUNT_REJECTED": "bank_account_rejected",
    "CUSTOMER_DOCUMENTS_PENDING": "documents_pending",
    "CUSTOMER_DOCUMENTS_REJECTED": "documents_rejected",
    "RECEIVABLE_UNIT_AFFECTED_BY_EXTERNAL_CONTRACTUAL_EFFECT": "receivables_pledged",
}
"""Why a split ends, in our words. Anything else (CHECKOUT_VALIDATION_FAILED, new ones) is ``other``."""

# The state of a plan as a whole: the first of these words that any instalment has.
_WEIGHT = ("other", "disputed", "refunding", "under_review", "overdue", "pending", "paid", "settled", "refunded")
_NOT_CONFIRMED = ("CANCELLED", "REFUSED")
_GONE = (*_NOT_CONFIRMED, "REFUNDED")


def cents(value: Any, least: int | None = None) -> int:
    """Their amount in centavos, rounded to the nearest. Raises ``Uncertain`` if there is none, or it is below
    ``least``."""
    try:
        found = money.nearest(value)
    except ValueError:
        raise unreadable("not an amount") from None
    if least is not None and found < least:
        raise unreadable("an amount that is too low")
    return found


def hint(value: Any) -> int:
    """Like :func:`cents`, for amounts that are only displayed: 0 if there is none."""
    try:
        return cents(value)
    except Uncertain:
        return 0


def status_of(payment: Json) -> str:
    """Our word for its status. A removed charge is void, unless money came in on it all the same."""
    status = STATUSES.get(str(payment.get("status")), "other")
    unpaid = status in ("pending", "overdue", "under_review", "other")
    return "void" if payment.get("deleted") is True and unpaid else status


def refunded_of(payment: Json) -> int:
    """Centavos refunded or being refunded. A full refund without a list counts as the whole value."""
    total = refund_sum(payment.get("refunds"))
    return total or (cents(payment.get("value")) if status_of(payment) == "refunded" else 0)


def refund_sum(refunds: Any) -> int:
    return sum(cents(refund.get("value"), 0) for refund in rows(refunds) if refund.get("status") != "CANCELLED")


def shares_back(refunds: Any) -> dict[str, int]:
    """What was taken back from each split entry, by its id."""
    found: dict[str, int] = defaultdict(int)
    for refund in rows(refunds):
        if refund.get("status") != "CANCELLED":
            for entry in rows(refund.get("refundedSplits")):
                found[str(entry.get("id"))] += cents(entry.get("value"), 0)
    return found


def shares_left(payments: Sequence[Json]) -> dict[str, int]:
    """What is left of each split entry, by its id: of the first instalment first."""
    return {
        str(entry.get("id")): left
        for payment in in_order(payments)
        for entry in rows(payment.get("split"))
        if entry.get("status") not in _GONE
        if (left := _total(entry) - shares_back(payment.get("refunds"))[str(entry.get("id"))]) > 0
    }


def share_of(payment: Json) -> int:
    """The sum of the remaining split entries."""
    return sum(_total(entry) for entry in rows(payment.get("split")) if entry.get("status") not in _NOT_CONFIRMED)


def stopped_of(payment: Json) -> str:
    """Why its split ended, "" if no reason is given."""
    listed = payment.get("split")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    reasons = [entry.get(name) for name in ("cancellationReason", "refusalReason") for entry in entries]
    return next((SPLIT_ENDS.get(str(reason), "other") for reason in reasons if reason), "")


def share_done_of(payment: Json) -> int:
    """The sum of the split entries that were paid out."""
    return sum(_total(entry) for entry in rows(payment.get("split")) if entry.get("status") == "DONE")


def confirms(payments: Sequence[Json], shares: Sequence[Share]) -> bool:
    """Whether the payments of a charge carry exactly these shares: the fixed ones to the centavo, and for each other
    one an entry with the same percentage."""
    entries = [
        entry
        for payment in payments
        for entry in rows(payment.get("split"))
        if entry.get("status") not in _NOT_CONFIRMED
    ]
    shown = {(str(e.get("walletId")), _percent(e)) for e in entries}
    wanted = {(share.wallet_id, share.percent) for share in shares}
    fixed = sum(cents(entry.get("fixedValue")) for entry in entries if _percent(entry) is None)
    return shown == wanted and fixed == sum(share.amount for share in shares if share.percent is None)


def id_of(item: Json) -> str:
    """Raises ``Uncertain`` if there is no id."""
    found = item.get("id")
    if isinstance(found, bool) or not isinstance(found, (str, int)) or not 0 < len(str(found).strip()) <= LONGEST_ID:
        raise unreadable("no id")
    return str(found)


def page_of(value: Any) -> str:
    """The address of a page, "" for anything else."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def day_of(value: Any) -> date | None:
    """The day of ``YYYY-MM-DD``, with or without a time; None for anything else."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _total(entry: Json) -> int:
    """0 for an entry that has only a percentage."""
    value = entry.get("totalValue") if entry.get("totalValue") is not None else entry.get("fixedValue")
    return 0 if value is None and entry.get("percentualValue") is not None else cents(value)


def _percent(entry: Json) -> Decimal | None:
    value = entry.get("percentualValue")
    try:
        return None if value is None else money.parse(value)
    except ValueError:
        raise unreadable("not a percentage") from None


def in_order(payments: Sequence[Json]) -> list[Json]:
    """The instalments of a plan, in order. Raises ``Uncertain`` if they are not numbered."""
    if len(payments) < 2:
        return list(payments)
    numbers = [str(payment.get("installmentNumber")) for payment in payments]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        raise unreadable("instalments without numbers")
    return [payment for _, payment in sorted(zip(map(int, numbers), payments, strict=True), key=lambda pair: pair[0])]


def bill_of(payments: Sequence[Json]) -> Bill:
    """The bill of one payment, or of all the instalments of a plan. Its id is that of the first instalment."""
    first = in_order(payments)[0]
    living = [payment for payment in payments if status_of(payment) != "void"]
    words = {status_of(payment) for payment in living}
    return Bill(
        charge_id=id_of(first),
        reference=str(first.get("externalReference") or ""),
        status=next((word for word in _WEIGHT if word in words), "void"),
        amount=sum(cents(payment.get("value"), 1) for payment in living or payments),
        net=sum(cents(payment.get("netValue")) for payment in living or payments),
        share=sum(share_of(payment) for payment in living),
        share_done=sum(share_done_of(payment) for payment in living),
        stopped=next((why for payment in living if (why := stopped_of(payment))), ""),
        page_url=page_of(first.get("invoiceUrl")),
        refunded=sum(refunded_of(payment) for payment in payments),
        share_back=sum(sum(shares_back(payment.get("refunds")).values()) for payment in payments),
        due_date=day_of(first.get("dueDate")),
        credit_on=day_of(first.get("creditDate") or first.get("estimatedCreditDate")),
    )
