"""Texts about a shop's figures: what was sold, and when the money comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain import calendar, money
from bot.domain.order import Charge, ChargeState, Method, Order


def span(first: date, last: date) -> str:
    """``16 a 22/11``, ``28/11 a 04/12``, ``23/11``."""
    if first == last:
        return f"{first:%d/%m}"
    start = f"{first:%d}" if (first.year, first.month) == (last.year, last.month) else f"{first:%d/%m}"
    return f"{start} a {last:%d/%m}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def report(when: str, sales: Sequence[Order], cancelled: int, to_ship: int) -> str:
    goods = sum(o.goods for o in sales)
    gone = f" · {_count(cancelled, 'cancelada', 'canceladas')}" if cancelled else ""
    share = sum(o.charge.share for o in sales if o.charge)
    return (
        f"*{when}*: {_count(len(sales), 'venda', 'vendas')} · *{money.show(goods)}*{gone}\n"
        f"Sua parte nelas: *{money.show(share)}* · {to_ship} para postar"
    )


def best(day: str, amount: int) -> str:
    return f"Melhor: *{day}*, com {money.show(amount)}."


def nothing_sold(when: str) -> str:
    return f"*{when}*: nenhuma venda paga. Quer ver outro período? Ex.: *quanto vendi em outubro*"


def unclear(said: str) -> str:
    return f"Não entendi o período *{said[:40]}*, então mostro os últimos 7 dias."


MORE_ROWS = (("parts", "Ver por peça"), ("sheet", "Planilha"))


def chart_title(when: str) -> str:
    return f"Vendas de {when}"


def by_part(rows: Sequence[tuple[str, int, int]], rest: int) -> str:
    """``rows``: title, pieces, centavos."""
    if not rows:
        return "Nenhuma dessas vendas ficou de pé nesse período."
    lines = [f"{pieces}x {title} · {money.show(amount)}" for title, pieces, amount in rows]
    return "\n".join([*lines, *([f"… e mais {rest}"] if rest else [])])


def sheet_caption(when: str) -> str:
    return f"Suas vendas de {when}, uma por linha. Abre no Excel ou no Google Planilhas."


SHEET_HEAD = ("venda", "paga em", "peça", "quantidade", "valor", "frete", "taxa", "sua parte", "estado")


# --- the money --------------------------------------------------------------------------------------------


def payout(coming: Sequence[Order], held: Sequence[Order], came: int, today: date) -> str:
    total = sum(o.charge.share for o in coming if o.charge)
    head = f"*A receber: {money.show(total)}*" + (f" de {_count(len(coming), 'venda', 'vendas')}" if coming else "")
    shown = [(o.number, o.charge) for o in coming[:6] if o.charge]
    lines = [head, *(f"*#{number}* · {money.show(charge.share)} · {when(charge, today)}" for number, charge in shown)]
    if len(coming) > 6:
        lines.append(f"… e mais {len(coming) - 6}")
    if held:
        numbers = ", ".join(f"#{o.number}" for o in held[:5])
        lines.append(f"Parado: {numbers} (contestação ou devolução em andamento).")
    lines.append(f"Já caiu nos últimos 30 dias: {money.show(came)}.")
    return "\n".join(lines)


def when(charge: Charge, today: date) -> str:
    """When the share of a paid charge is available, from the payment provider's date if there is one."""
    if charge.credit_on is not None:
        day = "*hoje*" if charge.credit_on <= today else f"*{calendar.show_day(charge.credit_on)}*"
        plan = f" (1ª de {charge.installments} parcelas)" if charge.installments > 1 else ""
        return f"{_NAMES[charge.method]}, cai {day}{plan}"
    return _USUAL[charge.method]


_NAMES = {Method.PIX: "Pix", Method.BOLETO: "boleto", Method.CARD: "cartão"}
_USUAL = {
    Method.PIX: "Pix, cai assim que o Asaas confirmar",
    Method.BOLETO: "boleto, cai depois da compensação (até 3 dias úteis)",
    Method.CARD: "cartão, o Asaas ainda não disse o dia",
}

COMING = frozenset([ChargeState.PAID])
CAME = frozenset([ChargeState.SETTLED])
HELD = frozenset([ChargeState.DISPUTED, ChargeState.REFUNDING])
