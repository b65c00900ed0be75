"""Texts about rating a purchase, and about its invoice."""

from __future__ import annotations

from bot.conversations.texts.notices import News
from bot.domain import nfe
from bot.domain.order import Order

STARS = {5: "5 · ótimo", 4: "4 · bom", 3: "3 · mais ou menos", 2: "2 · ruim", 1: "1 · péssimo"}


def which_stars(order: Order) -> str:
    return f"De 1 a 5, que nota você dá para a compra *#{order.number}* ({order.title})?"


def stars_noted(stars: int) -> str:
    return f"Anotei: *{stars} de 5*."


def which_words() -> str:
    return "Quer contar por quê? O vendedor lê. (ou *pular*)"


def thanks(stars: int) -> str:
    if stars >= 4:
        return "Obrigado pela nota! O vendedor vai gostar de saber."
    return "Obrigado por contar, o vendedor vai ler. Se ficou algo para resolver, digite *atendente*."


def not_yet(order: Order | None) -> str:
    if order is None:
        return "Você ainda não tem uma compra entregue para avaliar. Quando chegar uma, eu pergunto."
    return f"A compra *#{order.number}* ainda não foi entregue. Quando chegar, eu pergunto."


def sale_rated(news: News) -> str:
    words = f': "{news.get("words")}"' if news.get("words") else "."
    return f"{news.get('buyer')} deu nota *{news.get('stars')}* de 5 para a venda *#{news.order}*{words}"


def invoice(order: Order) -> str:
    return (
        f"A nota do *#{order.number}* é a NF-e {nfe.number(order.nfe_key)}. Consulte e baixe em www.nfe.fazenda.gov.br "
        "com a chave da próxima mensagem: é só segurar e copiar."
    )
