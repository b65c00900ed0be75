"""The state of an order in sentences: what happened last, and whom everybody is waiting for."""

from __future__ import annotations

from bot.console import show
from bot.domain.order import Charge, ChargeState, Order, OrderState, Return, ReturnState, ShipmentState

CANCELLED_BY = {
    "buyer": "o comprador pediu",
    "seller": "o vendedor pediu",
    "operator": "a equipe pediu",
    "sold": "a peça já tinha sido vendida",
    "no_part": "o vendedor não tem a peça",
    "no_answer": "o vendedor não respondeu",
    "refunded": "o dinheiro voltou ao comprador",
    "chargeback": "a contestação no cartão foi perdida",
    "unpaid": "não foi pago a tempo",
}
LABELS = {
    ShipmentState.WANTED: "a etiqueta ainda não foi comprada",
    ShipmentState.IN_CART: "a etiqueta está no carrinho",
    ShipmentState.BOUGHT: "a etiqueta foi comprada e falta gerar",
    ShipmentState.GENERATED: "a etiqueta está pronta: espera o vendedor postar",
    ShipmentState.STOPPED: "o pacote está parado na transportadora",
    ShipmentState.UNDELIVERED: "a entrega não deu certo",
}
BACK = {
    ReturnState.ASKED: "Devolução pedida: espera o vendedor, ou nós, aceitar.",
    ReturnState.ACCEPTED: "Devolução aceita: espera o comprador postar.",
    ReturnState.POSTED: "A peça está voltando ao vendedor.",
}


def standing(order: Order) -> list[str]:
    """The sentences, most important first."""
    said = [_order(order)]
    if order.disputed:
        said.insert(0, "O comprador contestou o pagamento no banco: aceite e etiqueta estão parados.")
    said += [f"Cobrança {charge.reference}: {charge.problem}." for charge in order.charges if charge.problem]
    said += [
        f"Devolução de {show.reais(_going(charge))} a caminho do comprador."
        for charge in order.charges
        if charge.state is ChargeState.REFUNDING or charge.giving_back > charge.refunded
    ]
    return said


def _order(order: Order) -> str:
    match order.state:
        case OrderState.AWAITING_PAYMENT:
            return _unpaid(order.charge)
        case OrderState.PAID:
            return f"Pago em {show.moment(order.paid_at)}: espera o vendedor dizer se tem a peça."
        case OrderState.ACCEPTED:
            return f"O vendedor aceitou; {_label(order)}."
        case OrderState.SHIPPED:
            parcel = order.parcel
            tracking = parcel.tracking if parcel else ""
            posted = parcel is None or parcel.state is ShipmentState.POSTED
            where = "Postado, a caminho do comprador" if posted else f"A caminho do comprador, mas {_label(order)}"
            return f"{where}{f'; rastreio {tracking}' if tracking else ''}."
        case OrderState.DELIVERED | OrderState.RETURNING:
            return _delivered(order, order.back)
        case OrderState.RETURNED:
            return "A peça voltou ao vendedor."
        case OrderState.CLOSED:
            return f"Encerrado: entregue em {show.moment(order.delivered_at)}, e o prazo de desistência passou."
        case OrderState.CANCELLED:
            return f"Cancelado: {CANCELLED_BY.get(order.cancel_reason, order.cancel_reason or 'sem motivo')}."


def _unpaid(charge: Charge | None) -> str:
    if charge is None or charge.state is ChargeState.REQUESTED:
        return "Espera o código de pagamento, que o provedor ainda não fez."
    how, until = show.method(charge.method), charge.expires_at
    if charge.state is ChargeState.REFUSED:
        return "A cobrança foi recusada pelo provedor, o comprador não tem código: peça um novo, ou cancele."
    if charge.state is ChargeState.VOID:
        return f"Não foi pago, e o código de {how} não vale mais: peça um novo, ou cancele."
    if charge.state is ChargeState.UNDER_REVIEW:
        return "O cartão está em análise no provedor."
    ends = f" até {show.moment(until)}" if until else f"; vence em {charge.due_date:%d/%m}"
    return f"Espera o comprador pagar por {how}{ends}."


def _label(order: Order) -> str:
    if order.by_hand:
        return "as peças mudam de mão entre os dois"
    if order.label_held:
        return "a etiqueta espera a nota fiscal do vendedor"
    if order.cancel_reason:
        return "está sendo cancelado, falta devolver a etiqueta"
    state = order.parcel.state if order.parcel else ShipmentState.WANTED
    until = f" (até {order.ship_by:%d/%m})" if order.ship_by and order.state is OrderState.ACCEPTED else ""
    return LABELS.get(state, f"etiqueta {show.state(state)}") + until


def _delivered(order: Order, back: Return | None) -> str:
    if back is not None and back.state in BACK:
        return BACK[back.state]
    if order.state is OrderState.RETURNING:
        return "O pacote está voltando ao vendedor."
    return f"Entregue em {show.moment(order.delivered_at)}: corre o prazo de desistência."


def _going(charge: Charge) -> int:
    whole = charge.received - charge.refunded
    return whole if charge.state is ChargeState.REFUNDING else charge.giving_back - charge.refunded
