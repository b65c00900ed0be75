"""Texts about a shop's performance: its ratings, and what nobody buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain import money
from bot.domain.catalogue import Product
from bot.domain.order import Order


def ratings(latest: Sequence[Order], counts: Mapping[int, int]) -> str:
    """``counts``: stars → how often in the last year."""
    many = sum(counts.values())
    mean = sum(stars * times for stars, times in counts.items()) / many
    of = "1 avaliação" if many == 1 else f"{many} avaliações"
    each = " · ".join(f"{stars}★ {counts[stars]}" for stars in range(5, 0, -1) if counts.get(stars))
    rows = [f"*#{o.number}* · {o.title} · {o.rating} de 5" for o in latest]
    head = f"Sua nota é *{mean:.1f} de 5*, de {of} nos últimos 12 meses ({each}).".replace(".", ",", 1)
    return "\n".join([head, "As últimas:" if many > 1 else "Foi esta:", *rows])


def no_ratings() -> str:
    return "Ainda ninguém avaliou a loja nos últimos 12 meses. Quando uma compra chega, eu peço a nota e te conto."


def unsold(parts: Sequence[Product], many: int, worth: int, days: int) -> str:
    of = "1 anúncio" if many == 1 else f"{many} anúncios"
    rows = [f"*{p.listing}* · {p.title} · {money.show(p.price)} · {p.stock} em estoque" for p in parts]
    more = [f"… e mais {many - len(parts)}"] if many > len(parts) else []
    first = parts[0].listing
    hint = f"Para mexer: *o {first} agora é …*, *mais fotos no {first}* ou *pausa o {first}*."
    head = (
        f"*Sem venda nos últimos {days} dias*: {of}, {money.show(worth)} parados (os recém-anunciados contam também)."
    )
    return "\n".join([head, *rows, *more, hint])


def unsold_title(days: int) -> str:
    return f"Valor parado por anúncio, sem venda há {days} dias"


def all_sells(days: int) -> str:
    return f"Tudo o que está no ar com estoque vendeu nos últimos {days} dias."


def no_parts() -> str:
    return "A loja ainda não tem anúncios. Para começar, escreva *cadastrar* e a peça."
