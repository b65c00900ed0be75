"""Texts for a shop that closes for some days: question, confirmation, automatic return."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain import calendar


def until_when() -> str:
    return "Até que dia a loja fica fechada? Ex.: *27/12*. Se ainda não sabe, escreva *sem data*."


def wrong_day() -> str:
    return "Não entendi o dia. Manda assim: *27/12*."


def past_day() -> str:
    return "Esse dia já passou. Qual é o último dia com a loja fechada? Ex.: *27/12*."


def _count(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count)


def sure(begin: date | None, until: date | None, listings: int, to_ship: int) -> str:
    """``begin``: None if it closes at once."""
    when = f"de *{calendar.show_day(begin)}* " if begin else "*agora* "
    end = f"até *{calendar.show_day(until)}*" if until else "até você escrever *reabrir a loja*"
    what = _count(listings, "O seu anúncio não é vendido", "Os seus {} anúncios não são vendidos")
    back = f" e volta sozinho em *{calendar.show_day(until + timedelta(days=1))}*" if until else ""
    if listings != 1:
        back = back.replace("volta sozinho", "voltam sozinhos")
    sold = (
        _count(to_ship, " Falta postar *1* venda já feita.", " Faltam postar *{}* vendas já feitas.") if to_ship else ""
    )
    return f"Fecho a loja {when}{end}? {what} nesse tempo{back}.{sold}"


def kept() -> str:
    return "Certo, a loja continua aberta."


def closed(until: date | None) -> str:
    back = f"Volto com tudo em *{calendar.show_day(until + timedelta(days=1))}*. " if until else ""
    return f"Loja fechada. {back}Para abrir antes, escreva *reabrir a loja*. Bom descanso!"


def planned(begin: date, until: date | None) -> str:
    end = f" e reabro em *{calendar.show_day(until + timedelta(days=1))}*" if until else ""
    return f"Combinado: fecho a loja em *{calendar.show_day(begin)}*{end}. Mudou de ideia? Escreva *reabrir a loja*."


def opened() -> str:
    return "Loja aberta ✅ Seus anúncios estão à venda de novo."


def open_already() -> str:
    return "A sua loja já está aberta."


def came_back() -> str:
    return "Bem-vindo de volta! A loja reabriu hoje e seus anúncios estão à venda de novo ✅"
