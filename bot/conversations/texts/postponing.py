"""Texts for a sale that is posted later than promised."""

from __future__ import annotations

from datetime import date

from bot.domain import calendar
from bot.domain.order import Order


def which() -> str:
    return "Qual venda você posta depois do prazo?"


def which_day(order: Order) -> str:
    by = f"O prazo da *#{order.number}* é *{calendar.show_day(order.ship_by)}*. " if order.ship_by else ""
    return f"{by}Até que dia você consegue postar? Ex.: *sexta*"


def sure(order: Order, day: date) -> str:
    before = f", e não {calendar.show_day(order.ship_by)}" if order.ship_by else ""
    return (
        f"Aviso o comprador de que a *#{order.number}* sai até *{calendar.show_day(day)}*{before}? Ele pode esperar ou "
        "cancelar."
    )


def told(number: int, day: date) -> str:
    return f"Certo, avisei o comprador. Agora a *#{number}* é para postar até *{calendar.show_day(day)}*."


def too_late(number: int, last: date) -> str:
    return (
        f"Até *{calendar.show_day(last)}* dá para pedir ao comprador que espere. Precisa de mais? Digite *atendente*. "
        f"Sem a peça, responda *não tenho {number}*."
    )


def too_often(number: int) -> str:
    return f"O prazo da *#{number}* já mudou o que podia. Se não der para postar, digite *atendente*."


def nothing_waits() -> str:
    return "Não há venda sua com prazo de postagem correndo."
