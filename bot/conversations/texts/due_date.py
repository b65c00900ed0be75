"""Texts about the due date of a boleto."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain import calendar

_WEEKDAYS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")


def which_day(number: int, due: date, last: date, today: date) -> str:
    stands = "venceu" if due < today else "vence"
    return (
        f"O boleto do *#{number}* {stands} *{calendar.show_day(due)}*. Quer mudar? Me diz *o dia*: "
        f"dá até *{calendar.show_day(last)}*."
    )


def no_day(problem: str, day: date | None) -> str:
    if problem == "past" and day is not None:
        return f"{calendar.show_day(day)} já passou."
    return "Esse dia não existe no calendário." if problem == "impossible" else "Não entendi o dia."


def one_of(days: Sequence[date]) -> str:
    said = " ou ".join(f"*{_WEEKDAYS[day.weekday()]}, {day:%d/%m}*" for day in days) + "?"
    return said[0] + said[1].upper() + said[2:]


def sure(day: date, last: date) -> str:
    end = f"Dia *{calendar.show_day(day)}* é o último prazo para essa reserva." if day == last else ""
    return f"Dá sim. {end or f'Fica para *{calendar.show_day(day)}*.'} {_number_changes()} Confirmo?"


def instead(wanted: date, day: date, last: date) -> str:
    if wanted > last:
        return (
            f"O máximo é *{calendar.show_day(last)}* (o vendedor segura a peça até lá). {_number_changes()} "
            f"Fica {day:%d/%m}?"
        )
    what = "feriado no banco" if wanted.weekday() < 5 else _WEEKDAYS[wanted.weekday()]
    return (
        f"{wanted:%d/%m} é {what}: dá para pagar até *{calendar.show_day(day)}* sem juros. {_number_changes()} "
        f"Deixo {day:%d/%m}?"
    )


def _number_changes() -> str:
    return "O boleto muda de número: o antigo deixa de valer."


def same(number: int, due: date) -> str:
    return f"O boleto do *#{number}* já vence *{calendar.show_day(due)}*. Não precisa mudar nada."


def nothing_gained(wanted: date, due: date, last: date) -> str:
    if wanted > last:
        return (
            f"O máximo é *{calendar.show_day(last)}* (o vendedor segura a peça até lá), e o boleto já vence nesse dia."
        )
    return f"{wanted:%d/%m} não é dia útil no banco: o boleto de *{calendar.show_day(due)}* já vale até lá."


def over(number: int, due: date) -> str:
    return (
        f"O boleto do *#{number}* é de *{calendar.show_day(due)}* e não dá para adiar mais: a reserva da peça acaba. "
        f"Para pagar agora por Pix, escreva *pagar {number}*."
    )


def kept(number: int, due: date) -> str:
    return f"Tudo bem, o boleto do *#{number}* continua de *{calendar.show_day(due)}*."


def changing(number: int, day: date) -> str:
    return (
        f"Certo. Estou mudando o vencimento do *#{number}* para *{calendar.show_day(day)}* e já mando a linha nova. "
        "Não use mais a antiga."
    )
