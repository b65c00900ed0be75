"""Actions on an order: who may take them, when they make sense, and the event that requests each.

The page offers what is possible now; the order's lane decides again when it handles the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.console.access import Permit, User
from bot.domain import debts, money
from bot.domain.disputes import DISPUTE_MOVES, DisputeState
from bot.domain.events import (
    CancelAsked,
    DebtPaid,
    DisputeAnswered,
    Event,
    LabelCorrected,
    NewCodeAsked,
    PaymentFact,
    RefundAsked,
    ReturnAnswered,
    ReturnAsked,
    ReturnReceived,
    SaidPosted,
    SaleAnswered,
    ShareAsked,
    ShipmentFact,
)
from bot.domain.order import ChargeState, Method, Order, OrderState, ReturnReason, ReturnState, SplitState

Form = Mapping[str, str]
WITH_US = (ChargeState.PAID, ChargeState.SETTLED, ChargeState.PAID_LATE)


@dataclass(frozen=True)
class Act:
    """One action. ``make`` builds the event from the form; None if the input makes no sense."""

    name: str
    """Used in the URL."""
    label: str
    noted: str
    """The entry in the audit log."""
    permit: Permit
    possible: Callable[[Order], bool]
    make: Callable[[Order, str, Form], Event | None]
    asks: tuple[str, ...] = ("reason",)
    """Fields of the form: reason, amount, method, and text that others will read."""
    grave: bool = False


def _answer(*, has_it: bool) -> Callable[[Order, str, Form], Event]:
    return lambda order, by, _: SaleAnswered(order=order.number, by=by, has_it=has_it)


def _new_code(order: Order, by: str, form: Form) -> Event | None:
    last, method = order.charge, form.get("method", "")
    if last is None or method not in set(Method):
        return None
    same = method == last.method
    return NewCodeAsked(order=order.number, by=by, method=method, installments=last.installments if same else 1)


def _refund(order: Order, by: str, form: Form) -> Event | None:
    said = form.get("amount", "").strip()
    amount = money.read(said) if said else 0
    if amount is None or (said and amount < 1):
        return None
    return RefundAsked(order=order.number, by=by, amount=amount)


def _debt_paid(order: Order, by: str, form: Form) -> Event | None:
    asked = _refund(order, by, form)
    return DebtPaid(order=order.number, by=by, amount=asked.amount) if isinstance(asked, RefundAsked) else None


def _correction(order: Order, by: str, form: Form) -> Event | None:
    """A correction found in the wallet's statement only, booked on the newest label."""
    amount, label = money.read(form.get("amount", "")), next(s for s in reversed(order.shipments) if s.provider_id)
    name = f"lançada por {by.partition(':')[2] or by}"
    return LabelCorrected(shipment_id=label.provider_id, amount=amount, name=name) if amount else None


def _check_payment(order: Order, _: str, __: Form) -> Event:
    charge = next(c for c in reversed(order.charges) if c.provider_id)
    return PaymentFact(charge_id=charge.provider_id, reference=charge.reference, fact="updated")


def _check_label(order: Order, _: str, __: Form) -> Event:
    shipment = next(s for s in reversed(order.shipments) if s.provider_id)
    return ShipmentFact(shipment_id=shipment.provider_id, reference=shipment.reference, fact="other")


def _give_back(order: Order, by: str, form: Form) -> Event:
    """For a parcel on its way: the carrier brings it back."""
    reason = ReturnReason.UNDELIVERED if order.state is OrderState.SHIPPED else ReturnReason.REGRET
    return ReturnAsked(order=order.number, by=by, reason=reason, words=form.get("reason", "")[:300])


def _takes_back(*, accepted: bool) -> Callable[[Order, str, Form], Event]:
    return lambda order, by, _: ReturnAnswered(order=order.number, by=by, accepted=accepted)


def _back(order: Order) -> ReturnState | None:
    return order.back.state if order.back is not None else None


_GOING_BACK = frozenset({ReturnState.ACCEPTED, ReturnState.POSTED})


_NOT_THERE = (SplitState.PLANNED, SplitState.BLOCKED, SplitState.CANCELLED)


def _may_contest(order: Order) -> bool:
    dispute = order.dispute
    return dispute is not None and not dispute.sending and DisputeState.CONTESTED in DISPUTE_MOVES[dispute.state]


def _is_sale(order: Order) -> bool:
    return order.state is OrderState.PAID and not order.disputed


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("aceitar", "Aceitar pelo vendedor", "aceitou a venda", Permit.ORDERS, _is_sale, _answer(has_it=True)),
        Act(
            "recusar",
            "Não há a peça",
            "respondeu que não há a peça",
            Permit.ORDERS,
            _is_sale,
            _answer(has_it=False),
            grave=True,
        ),
        Act(
            "codigo",
            "Novo código de pagamento",
            "pediu novo código",
            Permit.ORDERS,
            lambda order: order.state is OrderState.AWAITING_PAYMENT and order.charge is not None,
            _new_code,
            asks=("method", "reason"),
        ),
        Act(
            "postado",
            "Marcar como postado",
            "marcou como postado",
            Permit.ORDERS,
            lambda order: order.state is OrderState.ACCEPTED and not order.seller_says_posted,
            lambda order, by, _: SaidPosted(order=order.number, by=by),
        ),
        Act(
            "nao-postado",
            "Desmarcar postado",
            "desmarcou postado",
            Permit.ORDERS,
            lambda order: order.state is OrderState.ACCEPTED and order.seller_says_posted,
            lambda order, by, _: SaidPosted(order=order.number, by=by, posted=False),
        ),
        Act(
            "pagamento",
            "Conferir o pagamento no provedor",
            "mandou conferir o pagamento",
            Permit.ORDERS,
            lambda order: any(c.provider_id for c in order.charges),
            _check_payment,
            asks=(),
        ),
        Act(
            "etiqueta",
            "Conferir a etiqueta na transportadora",
            "mandou conferir a etiqueta",
            Permit.ORDERS,
            lambda order: any(s.provider_id for s in order.shipments),
            _check_label,
            asks=(),
        ),
        Act(
            "devolver",
            "Devolver dinheiro",
            "mandou devolver",
            Permit.MONEY,
            lambda order: any(c.state in WITH_US for c in order.charges),
            _refund,
            asks=("amount", "reason"),
            grave=True,
        ),
        Act(
            "contestar",
            "Contestar o chargeback com as provas",
            "contestou o chargeback",
            Permit.MONEY,
            _may_contest,
            lambda order, by, form: DisputeAnswered(
                order=order.number, by=by, contest=True, words=form.get("words", "").strip()[:2000]
            ),
            asks=("words", "reason"),
        ),
        Act(
            "nao-contestar",
            "Não contestar o chargeback",
            "deixou o chargeback sem resposta",
            Permit.MONEY,
            lambda order: order.dispute is not None and order.dispute.state is DisputeState.OPEN,
            lambda order, by, _: DisputeAnswered(order=order.number, by=by, contest=False),
            grave=True,
        ),
        Act(
            "repasse",
            "Mandar o repasse por transferência",
            "mandou o repasse",
            Permit.MONEY,
            lambda order: any(c.state is ChargeState.SETTLED and c.split in _NOT_THERE for c in order.charges),
            lambda order, by, _: ShareAsked(order=order.number, by=by),
            grave=True,
        ),
        Act(
            "repasse-devolvido",
            "O vendedor devolveu o repasse",
            "registrou o repasse devolvido",
            Permit.MONEY,
            lambda order: any(debts.unpaid(c) > 0 for c in order.charges),
            _debt_paid,
            asks=("amount", "reason"),
        ),
        Act(
            "conciliacao",
            "Lançar conciliação de frete",
            "lançou conciliação de frete",
            Permit.MONEY,
            lambda order: any(s.provider_id for s in order.shipments),
            _correction,
            asks=("amount", "reason"),
        ),
        Act(
            "abrir-devolucao",
            "Abrir devolução da peça",
            "abriu devolução",
            Permit.ORDERS,
            lambda order: order.state in (OrderState.SHIPPED, OrderState.DELIVERED) and _back(order) not in _GOING_BACK,
            _give_back,
        ),
        Act(
            "aceitar-devolucao",
            "Aceitar a devolução",
            "aceitou a devolução",
            Permit.ORDERS,
            lambda order: _back(order) is ReturnState.ASKED,
            _takes_back(accepted=True),
        ),
        Act(
            "recusar-devolucao",
            "Recusar a devolução",
            "recusou a devolução",
            Permit.ORDERS,
            lambda order: _back(order) is ReturnState.ASKED,
            _takes_back(accepted=False),
            grave=True,
        ),
        Act(
            "peca-voltou",
            "A peça voltou: devolver o dinheiro",
            "recebeu a devolução",
            Permit.MONEY,
            lambda order: _back(order) in _GOING_BACK and order.state in (OrderState.DELIVERED, OrderState.RETURNING),
            lambda order, by, _: ReturnReceived(order=order.number, by=by),
            grave=True,
        ),
        Act(
            "cancelar",
            "Cancelar o pedido",
            "cancelou",
            Permit.ORDERS,
            lambda order: order.state in (OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED),
            lambda order, by, _: CancelAsked(order=order.number, by=by, reason="operator"),
            grave=True,
        ),
    )
}


def possible(order: Order, user: User) -> list[Act]:
    """The actions this user may take now."""
    return [act for act in ACTS.values() if user.may(act.permit) and act.possible(order)]


def detail(act: Act, form: Form) -> str:
    """What the audit log keeps of the form."""
    return " · ".join(word for field in act.asks if (word := form.get(field, "").strip()[:300]))
