"""Texts about changing the prices of many parts at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import money
from bot.domain.catalogue import Product

Change = tuple[Product, int]
"""A part and its new price, in centavos."""


def sure(count: int, percent: int, examples: Sequence[Change]) -> str:
    """``percent`` in hundredths, with its sign."""
    what = "1 anúncio" if count == 1 else f"{count} anúncios"
    rows = [f"*{p.listing}* · {p.title[:50]} · {money.show(p.price)} → *{money.show(new)}*" for p, new in examples]
    more = [f"… e mais {count - len(examples)}."] if count > len(examples) else []
    return "\n".join([f"*{what}*, *{_percent(percent)}*:", *rows, *more, "Mudo os preços?"])


def _percent(percent: int) -> str:
    figures = f"{abs(percent) / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{'+' if percent > 0 else '-'}{figures}%"


def done(count: int) -> str:
    what = "o preço de *1 anúncio*" if count == 1 else f"os preços de *{count} anúncios*"
    return f"Pronto, mudei {what}. Para voltar como estava, responda *desfaz*."


def undone(count: int) -> str:
    return "Desfeito: o preço voltou." if count == 1 else f"Desfeito: {count} preços voltaram ao que eram."


def none_undone() -> str:
    return "Esses preços já mudaram de novo, então deixei como estão. Para mudar um: *preço do 558 agora é 350*."


def kept() -> str:
    return "Certo, nenhum preço mudou."


def none_meant(said: bool) -> str:
    if said:
        return "Não achei anúncio no ar com esse nome. Digite *meus anúncios* para ver a lista."
    return "Você não tem anúncio no ar agora."


def in_percent() -> str:
    return (
        "Vários preços de uma vez mudo em porcentagem. Ex.: *aumenta tudo 10%* ou *desconto de 5% em todos os faróis*."
    )


def out_of_bounds() -> str:
    return "Essa porcentagem não dá preço que se venda. Vai de *-90%* a *+200%*."


def too_many(most: int) -> str:
    return f"São mais de {most} anúncios: mudo por tipo de peça. Ex.: *aumenta todos os faróis 10%*."
