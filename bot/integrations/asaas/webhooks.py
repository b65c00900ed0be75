"""Asaas' webhooks: ``{"id": "evt_…&…", "event": "PAYMENT_RECEIVED", "payment": {…}, …}`` becomes a fact.

There is no signature, only a shared token in the header ``asaas-access-token``. Delivery is at least once. The key
consists of the whole id (its hexadecimal part is the same for all events of a kind) and the object of the event: it is
not documented whether the rest of the id, a counter, is unique across webhooks and the sandbox. The same event sent by
two webhooks is still one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import lanes
from bot.domain.events import AccountFact, Incoming, PaymentFact, TransferFact
from bot.domain.secret import one_of, several
from bot.integrations.asaas.bills import hint, stopped_of
from bot.integrations.asaas.calls import Json
from bot.integrations.asaas.disputes import reason_of

TOKEN_HEADER = "asaas-access-token"  # noqa: S105 - the header's name

FACTS = {
    "PAYMENT_CREATED": "created",
    "PAYMENT_UPDATED": "updated",
    "PAYMENT_AWAITING_RISK_ANALYSIS": "under_review",
    "PAYMENT_APPROVED_BY_RISK_ANALYSIS": "paid",
    "PAYMENT_REPROVED_BY_RISK_ANALYSIS": "card_refused",
    "PAYMENT_AUTHORIZED": "other",
    "PAYMENT_CREDIT_CARD_CAPTURE_REFUSED": "card_refused",
    "PAYMENT_CONFIRMED": "paid",
    "PAYMENT_RECEIVED": "settled",
    "PAYMENT_ANTICIPATED": "other",
    "PAYMENT_OVERDUE": "overdue",
    "PAYMENT_DELETED": "void",
    "PAYMENT_RESTORED": "restored",
    "PAYMENT_REFUND_IN_PROGRESS": "refunding",
    "PAYMENT_PARTIALLY_REFUNDED": "partially_refunded",
    "PAYMENT_REFUNDED": "refunded",
    "PAYMENT_REFUND_DENIED": "refund_denied",
    "PAYMENT_RECEIVED_IN_CASH_UNDONE": "updated",
    "PAYMENT_CHARGEBACK_REQUESTED": "disputed",
    "PAYMENT_CHARGEBACK_DISPUTE": "disputed",
    "PAYMENT_AWAITING_CHARGEBACK_REVERSAL": "dispute_won",
    "PAYMENT_DUNNING_REQUESTED": "other",
    "PAYMENT_DUNNING_RECEIVED": "paid",
    "PAYMENT_BANK_SLIP_VIEWED": "viewed",
    "PAYMENT_CHECKOUT_VIEWED": "viewed",
    "PAYMENT_BANK_SLIP_CANCELLED": "other",
    "PAYMENT_SPLIT_CANCELLED": "split_cancelled",
    "PAYMENT_SPLIT_DIVERGENCE_BLOCK": "split_blocked",
    "PAYMENT_SPLIT_DIVERGENCE_BLOCK_FINISHED": "split_cancelled",
    "PAYMENT_SPLIT_DONE": "split_done",
}
"""Our word for each of their events, which is also the list to subscribe to. ``detail`` of an ``other`` is their
word."""

TRANSFERS = {
    "TRANSFER_DONE": "done",
    "TRANSFER_FAILED": "failed",
    "TRANSFER_CANCELLED": "failed",
    "TRANSFER_BLOCKED": "blocked",
}
"""Final events of transfers; intermediate ones are ignored."""
ACCOUNT = {
    "ACCESS_TOKEN_CREATED": ("key", "created"),
    "ACCESS_TOKEN_ENABLED": ("key", "enabled"),
    "ACCESS_TOKEN_DISABLED": ("key", "disabled"),
    "ACCESS_TOKEN_DELETED": ("key", "deleted"),
    "ACCESS_TOKEN_EXPIRED": ("key", "expired"),
    "ACCESS_TOKEN_EXPIRING_SOON": ("key", "expiring"),
    "ACCOUNT_STATUS_COMMERCIAL_INFO_REJECTED": ("commercial_info", "rejected"),
    "ACCOUNT_STATUS_COMMERCIAL_INFO_EXPIRED": ("commercial_info", "expired"),
    "ACCOUNT_STATUS_COMMERCIAL_INFO_EXPIRING_SOON": ("commercial_info", "expiring"),
    "ACCOUNT_STATUS_BANK_ACCOUNT_INFO_REJECTED": ("bank_account", "rejected"),
    "ACCOUNT_STATUS_DOCUMENT_REJECTED": ("documents", "rejected"),
    "ACCOUNT_STATUS_GENERAL_APPROVAL_REJECTED": ("approval", "rejected"),
    "ACCOUNT_STATUS_GENERAL_APPROVAL_APPROVED": ("approval", "approved"),
}
"""Events of the account that somebody must know about."""
SUBSCRIBED = frozenset({*FACTS, *TRANSFERS, *ACCOUNT})

_IN_CASH = "RECEIVED_IN_CASH"


class AsaasReceiver:
    """Origin check and parser of Asaas' webhook. ``token``: several separated by commas during a rotation."""

    source = "asaas"

    def __init__(self, token: str) -> None:
        self._tokens = several(token)

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        given = next((value for name, value in headers.items() if name.lower() == TOKEN_HEADER), "")
        return one_of(given, self._tokens)

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        name = body.get("event")
        if isinstance(name, str) and not name.startswith("PAYMENT_"):
            return self._others(name, body)
        payment = body.get("payment")
        if not isinstance(name, str) or not name.startswith("PAYMENT_") or not isinstance(payment, dict):
            return []
        charge_id = payment.get("id")
        if not isinstance(charge_id, str) or not charge_id:
            return []
        reference = payment.get("externalReference")
        reference = reference if isinstance(reference, str) else ""
        number = lanes.order_of(reference)
        fact = PaymentFact(
            charge_id=charge_id,
            reference=reference,
            fact=_fact(name, payment),
            amount=hint(payment.get("value")),
            detail=_detail(name, payment, body.get("additionalInfo")),
        )
        return [
            Incoming(
                source=self.source,
                key=_key(name, body, charge_id),
                lane=lanes.SYSTEM if number is None else lanes.order(number),
                event=fact,
            )
        ]

    def _others(self, name: str, body: dict[str, object]) -> list[Incoming]:
        """Transfers of shares go to their orders; events of the account go to the operator."""
        event: TransferFact | AccountFact | None
        about: object
        if name in ACCOUNT:
            what, fact = ACCOUNT[name]
            key, account = body.get("accessToken"), body.get("account")
            detail = str(key.get("name") or "") if isinstance(key, dict) else ""
            event = AccountFact(about=what, fact=fact, detail=detail)
            number, about = None, account.get("id") if isinstance(account, dict) else ""
        else:
            event = _transfer(name, body.get("transfer"))
            number = lanes.order_of(event.reference) if event else None
            if event is None or number is None:
                return []  # made by hand in their panel
            about = event.transfer_id
        lane = lanes.BOOKS if number is None else lanes.order(number)
        return [Incoming(source=self.source, key=_key(name, body, about), lane=lane, event=event)]


def _key(name: str, body: Json, about: object) -> str:
    return f"{body.get('id') or name + ':' + str(body.get('dateCreated'))}/{about or ''}"


def _transfer(name: str, transfer: Any) -> TransferFact | None:
    if name not in TRANSFERS or not isinstance(transfer, dict) or not isinstance(transfer.get("id"), str):
        return None
    reference = transfer.get("externalReference")
    return TransferFact(
        transfer_id=transfer["id"],
        reference=reference if isinstance(reference, str) else "",
        fact=TRANSFERS[name],
        amount=hint(transfer.get("value")),
    )


def _fact(name: str, payment: Json) -> str:
    # marked as "received" by hand in their panel: no money came in and the split is off, so it is not a payment
    if name == "PAYMENT_RECEIVED" and _IN_CASH in (payment.get("status"), payment.get("billingType")):
        return "other"
    return FACTS.get(name, "other")


def _detail(name: str, payment: Json, more: Any) -> str:
    """The reason for the end of a split, the split entry that was paid, or the card holder's reason; for ``other``, the
    event's name."""
    match name:
        case "PAYMENT_SPLIT_CANCELLED" | "PAYMENT_SPLIT_DIVERGENCE_BLOCK_FINISHED":
            return stopped_of(payment)
        case "PAYMENT_SPLIT_DONE":
            return str(more.get("splitId") or "") if isinstance(more, dict) else ""
        case "PAYMENT_CHARGEBACK_REQUESTED" | "PAYMENT_CHARGEBACK_DISPUTE" | "PAYMENT_AWAITING_CHARGEBACK_REVERSAL":
            chargeback = payment.get("chargeback")
            return reason_of(chargeback.get("reason")) if isinstance(chargeback, dict) else ""
        case _:
            return name if _fact(name, payment) in ("other", "updated") else ""
