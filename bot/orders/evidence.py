"""Evidence against a chargeback, from the order's own record: the purchase, the delivery, the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain import calendar, money
from bot.domain.disputes import Paper
from bot.domain.order import Order, ShipmentState
from bot.domain.shop import Shop

BEFORE = timedelta(days=1)
"""Messages up to this long before the order are included."""
STATES: Mapping[ShipmentState, str] = {
    ShipmentState.WANTED: "ainda não comprada",
    ShipmentState.IN_CART: "ainda não comprada",
    ShipmentState.BOUGHT: "comprada, ainda não emitida",
    ShipmentState.GENERATED: "emitida, ainda não postada",
    ShipmentState.POSTED: "postada",
    ShipmentState.DELIVERED: "entregue",
    ShipmentState.STOPPED: "parada na transportadora",
    ShipmentState.UNDELIVERED: "não entregue",
    ShipmentState.RETURNING: "voltando ao remetente",
    ShipmentState.CANCELLING: "sendo cancelada",
    ShipmentState.CANCELLED: "cancelada",
    ShipmentState.EXPIRED: "vencida sem postagem",
}
"""As the card's bank reads it."""


def collect(order: Order, shop: Shop, now: datetime, words: str = "") -> tuple[Paper, ...]:
    """The papers. ``words``: what the seller or an operator adds. They contain no card data, and nothing about other
    people."""
    purchase = Paper(name=f"pedido-{order.number}", title=f"Pedido {order.number}", lines=_purchase(order, shop, words))
    delivery = Paper(name=f"entrega-{order.number}", title=f"Entrega do pedido {order.number}", lines=_delivery(order))
    talk = _talk(order, shop, now)
    said = Paper(name=f"conversa-{order.number}", title=f"Conversa do pedido {order.number}", lines=talk)
    return (purchase, delivery, said) if talk else (purchase, delivery)


def _purchase(order: Order, shop: Shop, words: str) -> tuple[str, ...]:
    seller, where = shop.seller(order.seller_id), order.destination
    lines = [
        f"Loja: {seller.name if seller else order.seller_id}" + (f" (CNPJ/CPF {seller.document})" if seller else ""),
        f"Comprador: {order.recipient.name} (CPF/CNPJ {order.recipient.document})",
        f"Pedido feito em {_moment(order.created_at)}, aceito pelo comprador por mensagem no WhatsApp.",
        "",
        *(f"{one.quantity} x {one.title}: {money.show(one.unit_price * one.quantity)}" for one in order.lines),
        f"Frete ({order.offer.carrier} {order.offer.service}): {money.show(order.freight)}",
        f"Total: {money.show(order.total)}",
        "",
        f"Entrega em: {where.street}, {where.number} {where.complement}".rstrip(),
        f"{where.district} {where.city}/{where.state}, CEP {where.postal_code}".strip(),
    ]
    if order.paid_at is not None:
        lines.append(f"Pagamento confirmado em {_moment(order.paid_at)}.")
    if order.nfe_key:
        lines.append(f"Nota fiscal eletrônica: {order.nfe_key}")
    if words:
        lines += ["", "O vendedor acrescenta:", words[:2000]]
    return tuple(lines)


def _delivery(order: Order) -> tuple[str, ...]:
    lines = []
    for parcel in order.parcels:
        lines.append(f"Etiqueta {parcel.reference} · {order.offer.carrier} {order.offer.service}")
        lines.append(f"Código de rastreio: {parcel.tracking or 'não emitido'}")
        if parcel.tracking_url:
            lines.append(f"Rastreio público: {parcel.tracking_url}")
        lines.append(f"Situação na transportadora: {STATES[parcel.state]}")
        lines.append("")
    if order.delivered_at is not None:
        lines.append(f"Entregue em {_moment(order.delivered_at)}, segundo a transportadora.")
        lines.append("O comprador foi avisado do prazo de 7 dias para desistir.")
    elif not lines:
        lines.append("O pedido ainda não foi enviado; o envio parou com a contestação.")
    if order.back is not None:
        lines.append(f"Devolução pedida em {_moment(order.back.asked_at)}: {order.back.state}.")
    return tuple(lines)


def _talk(order: Order, shop: Shop, now: datetime) -> tuple[str, ...]:
    said = shop.talk(order.buyer_id, order.created_at - BEFORE, now)
    return tuple(
        f"{_moment(one.at)} {'Loja' if one.by_us else 'Comprador'}: {' '.join(one.text.split())}" for one in said
    )


def _moment(at: datetime) -> str:
    return f"{calendar.local(at):%d/%m/%Y %H:%M} (Brasília)"
