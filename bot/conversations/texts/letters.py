"""Contents of e-mails besides the notice itself: the order at a glance, receipts. One row per line, see
:mod:`bot.effects.mail`."""

from __future__ import annotations

from datetime import datetime

from bot.conversations.texts.notices import News
from bot.domain import calendar, documents, money
from bot.domain.order import Charge, ChargeState, Order
from bot.domain.people import Seller
from bot.domain.shop import Rules

_METHODS = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}
_WITH_MONEY = (ChargeState.PAID, ChargeState.SETTLED, ChargeState.REFUNDING, ChargeState.REFUNDED, ChargeState.DISPUTED)


def facts(order: Order, to_seller: bool) -> str:
    """The order at a glance."""
    place = order.destination
    rows = [
        ("Venda" if to_seller else "Pedido", f"#{order.number}"),
        ("Peça", order.title),
        ("Entrega", f"{place.city}/{place.state}, {order.offer.carrier}"),
        ("Valor das peças", money.show(order.goods)) if to_seller else ("Total", money.show(order.total)),
    ]
    return "\n".join(f"{name}: {_one_line(value)}" for name, value in rows)


def week(news: News) -> dict[str, str]:
    """The figures of a shop's week, and its parts."""
    parts = [line.split("|") for line in news.get("parts").splitlines()]
    rows = [
        ("Vendas pagas", news.get("sales")),
        ("Valor das peças", news.money()),
        ("Sua parte", news.money("share")),
        ("Canceladas", news.get("cancelled")),
        ("Para postar", news.get("to_ship")),
    ]
    return {
        "items": "\n".join(f"{pieces}x {title} | {money.show(int(amount))}" for title, pieces, amount in parts),
        "items_title": "O que mais vendeu",
        "facts": _rows(*rows),
        "facts_title": "A semana",
    }


def receipt_subject(order: Order) -> str:
    return f"Recibo do pedido #{order.number} ({money.show(order.total)})"


def receipt(order: Order, seller: Seller | None, rules: Rules) -> dict[str, str]:
    charge = _paid(order)
    paid = _moment(order.paid_at)
    return {
        "text": f"Recebemos o seu pagamento de *{money.show(order.total)}*. Guarde este recibo.",
        **_bought(order),
        "facts": _rows(
            ("Pedido", f"#{order.number}"),
            ("Pago em", paid),
            ("Forma", _way(charge)),
            ("Pago por", order.recipient.name),
            ("CPF/CNPJ", documents.masked(order.recipient.document)),
            ("Vendedor", seller.name if seller else ""),
            ("CNPJ do vendedor", documents.show(seller.document) if seller else ""),
            ("Cobrado por", rules.platform_name),
            ("Chave da nota fiscal", order.nfe_key),
        ),
        "facts_title": "Pagamento",
    }


def refund_subject(order: Order) -> str:
    return f"Comprovante de devolução do pedido #{order.number}"


def refund(order: Order, seller: Seller | None, rules: Rules, given_back: str) -> dict[str, str]:
    """``given_back``: centavos, as in the notice."""
    charge = _paid(order)
    amount = int(given_back) if given_back.isdigit() else order.total
    return {
        "text": f"A devolução de *{money.show(amount)}* foi feita. No Pix cai em até 1 dia; no cartão, em até 10 dias "
        "úteis, na fatura.",
        **_bought(order),
        "facts": _rows(
            ("Pedido", f"#{order.number}"),
            ("Devolvido", money.show(amount)),
            ("Forma", _way(charge)),
            ("Para", order.recipient.name),
            ("CPF/CNPJ", documents.masked(order.recipient.document)),
            ("Vendedor", seller.name if seller else ""),
            ("Devolvido por", rules.platform_name),
        ),
        "facts_title": "Devolução",
        "note": "Guarde este comprovante até o valor aparecer na sua conta.",
    }


def _bought(order: Order) -> dict[str, str]:
    items = [
        (f"{line.quantity}x {line.title}", money.show(line.quantity * line.unit_price), line.quantity, line.unit_price)
        for line in order.lines
    ]
    each = (f" ({money.show(price)} cada)" if count > 1 else "" for *_, count, price in items)
    rows = [f"{_one_line(name)}{more} | {amount}" for (name, amount, *_), more in zip(items, each, strict=True)]
    totals = [f"Total | {money.show(order.total)}"]
    if order.freight:
        totals.insert(0, f"Frete ({_one_line(order.offer.carrier)}) | {money.show(order.freight)}")
    return {"items": "\n".join(rows), "totals": "\n".join(totals)}


def _paid(order: Order) -> Charge | None:
    return next((c for c in reversed(order.charges) if c.state in _WITH_MONEY), order.charge)


def _way(charge: Charge | None) -> str:
    if charge is None:
        return ""
    name = _METHODS.get(charge.method, charge.method)
    return f"{name}, {charge.installments}x" if charge.installments > 1 else name


def _moment(at: datetime | None) -> str:
    return f"{calendar.local(at):%d/%m/%Y}, {calendar.show_time(at)}" if at else ""


def _rows(*rows: tuple[str, str]) -> str:
    return "\n".join(f"{name}: {_one_line(value)}" for name, value in rows if value)


def _one_line(text: str) -> str:
    """A row is one line, with its parts separated by ``|``."""
    return " ".join(text.replace("|", "/").split())
