"""Texts for paying on another day, or later today."""

from __future__ import annotations

from datetime import date, datetime

from bot.conversations.texts.buying import METHODS
from bot.domain import calendar
from bot.domain.order import Charge, Method


def later(number: int, charge: Charge, now: datetime, *, by_hand: bool) -> str:
    """The code expires before the announced payment."""
    what = "O link do cartão" if charge.method is Method.CARD else "O Pix"
    if charge.expires_at is not None and charge.expires_at > now:
        day = calendar.local(charge.expires_at).date()
        when = "hoje" if day == calendar.local(now).date() else calendar.show_day(day)
        ends = f"{what} do *#{number}* vale até *{calendar.show_time(charge.expires_at)} de {when}*"
    else:
        ends = f"{what} do *#{number}* já venceu"
    kept = "" if by_hand else " Só o boleto guarda a peça até o vencimento."
    return f"{ends}; sem pagamento, nada é cobrado. Para pagar outro dia, tem dois jeitos.{kept}"


def later_rows(boleto_due: date) -> tuple[tuple[str, str], ...]:
    return (("boleto", f"Trocar por boleto, vence {calendar.show_day(boleto_due)}"), ("wait", "Novo Pix no dia"))


def write_to_pay(number: int) -> str:
    return (
        f"Combinado, o pedido fica aqui. No dia, escreva *pagar {number}* que eu gero um Pix novo na hora, se a peça "
        "ainda estiver à venda. O código de agora continua valendo até o horário dele."
    )


def holds_until(number: int, charge: Charge) -> str:
    """Until when the code of an announced payment is valid."""
    if charge.expires_at is not None:
        until = (
            f"{calendar.show_time(charge.expires_at)} de {calendar.show_day(calendar.local(charge.expires_at).date())}"
        )
        what = "O link" if charge.method is Method.CARD else f"O {METHODS[charge.method]}"
        return (
            f"Combinado. {what} do *#{number}* vale até *{until}*. "
            "Se passar, é só pedir *novo código* que eu gero outro, enquanto houver a peça."
        )
    due = calendar.show_day(charge.due_date)
    return f"Combinado. O boleto do *#{number}* pode ser pago até *{due}*; eu aviso quando o pagamento cair."
