"""The page's view of charges: name, state, and the actions of a buyer or bank on each."""

from __future__ import annotations

import re
from typing import Any

from sandbox.asaas import AsaasSandbox
from sandbox.asaas.charges import PAID, UNPAID, Charge

Json = dict[str, Any]

_STATUSES = {
    "PENDING": ("esperando", "wait"),
    "OVERDUE": ("vencida", "bad"),
    "AWAITING_RISK_ANALYSIS": ("em análise", "wait"),
    "CONFIRMED": ("confirmada", "good"),
    "RECEIVED": ("recebida", "good"),
    "REFUND_REQUESTED": ("estorno pedido", "wait"),
    "REFUNDED": ("estornada", ""),
    "CHARGEBACK_REQUESTED": ("contestada", "bad"),
    "AWAITING_CHARGEBACK_REVERSAL": ("contestação ganha", "wait"),
}
_PAY = {"PIX": "Pagar este Pix", "BOLETO": "Pagar este boleto", "CREDIT_CARD": "Passar o cartão"}
_MOST = 40


def order_title(reference: str | None) -> str:
    """``order-1042-a1`` → ``#1042``; a foreign reference unchanged."""
    match = re.match(r"order-(\d+)-", reference or "")
    return f"#{match[1]}" if match else reference or "sem referência"


def charges(asaas: AsaasSandbox) -> list[Json]:
    """Newest first; a card plan is one row with its total."""
    firsts = [charge for charge in asaas.charges.values() if charge.number <= 1]
    return [_row(asaas, charge) for charge in reversed(firsts[-_MOST:])]


def _row(asaas: AsaasSandbox, charge: Charge) -> Json:
    status, tone = ("cancelada", "") if charge.deleted else _STATUSES.get(charge.status, (charge.status.lower(), ""))
    plan = asaas.plan(charge.id)
    return {
        "id": charge.id,
        "method": charge.billing_type,
        "title": order_title(charge.reference) + (f" · {len(plan)}x" if len(plan) > 1 else ""),
        "amount": sum(part.value for part in plan),
        "status": status,
        "tone": tone,
        "live": not charge.deleted and charge.status in UNPAID,
        "actions": [{"do": do, "label": label} for do, label in _actions(charge)],
    }


def _actions(charge: Charge) -> list[tuple[str, str]]:
    if charge.deleted:
        return [("pay_late", "Pagar mesmo assim")] if charge.status in UNPAID else []
    if charge.status in UNPAID:
        actions = [("pay", _PAY.get(charge.billing_type, "Pagar"))]
        if charge.is_card:
            actions.append(("refuse", "Banco recusa"))
        if charge.status == "PENDING":
            actions.append(("overdue", "Deixar vencer"))
        return actions
    if charge.status in PAID:
        actions = [("settle", "Liquidar")] if charge.status == "CONFIRMED" else []
        return [*actions, ("chargeback", "Contestar")] if charge.is_card else actions
    if charge.status == "REFUND_REQUESTED" and charge.billing_type == "BOLETO":
        return [("refund_form", "Preencher o estorno")]
    if charge.status == "CHARGEBACK_REQUESTED":
        return [("win", "Loja ganha"), ("lose", "Loja perde")]
    return []


async def act(asaas: AsaasSandbox, charge_id: str, do: str) -> None:
    """Raises KeyError for an unknown charge, ValueError if it is not possible now."""
    charge = asaas.charges[charge_id]
    if do not in {name for name, _ in _actions(charge)}:
        raise ValueError(do)
    if do == "pay":
        await asaas.pay(charge_id)
    elif do == "pay_late":
        await asaas.pay(charge_id, late=True)
    elif do == "refuse":
        await asaas.refuse_card(charge_id)
    elif do == "overdue":
        await asaas.overdue(charge_id)
    elif do == "settle":
        await asaas.settle(charge_id)
    elif do == "chargeback":
        await asaas.chargeback(charge_id)
    elif do == "refund_form":
        await asaas.finish_boleto_refund(charge_id)
    elif do == "win":
        await asaas.win_chargeback(charge_id)
    elif do == "lose":
        await asaas.lose_chargeback(charge_id)
