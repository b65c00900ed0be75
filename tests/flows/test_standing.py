"""How a shop stands: its marks, and what nobody buys. And pictures, on which nobody here sees anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import SendChart
from bot.domain.events import Media
from bot.domain.order import Line, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import order, parts_shop
from tests.flows.test_fresh_eyes import at
from tests.support_shop import headlight, marina


def rated(*stars: int) -> Chat:
    shop = parts_shop(marina(greeted=True))
    for number, one in enumerate(stars, start=1003):
        shop.add(order(number, OrderState.CLOSED, rating=one, delivered_at=START - timedelta(days=2000 - number)))
    return Chat(shop)


@pytest.mark.parametrize(
    "said", ["quais minhas avaliações?", "minha nota", "como tá a reputação da loja?", "quantas estrelas eu tenho?"]
)
def test_what_buyers_say_of_a_shop(said: str) -> None:
    chat = rated(5, 4, 5, 0).seller(said).bot("Sua nota é 4,7 de 5, de 3 avaliações", "5★ 2 · 4★ 1", "#1005")
    chat.not_bot("#1006")
    rated().seller(said).bot("Ainda ninguém avaliou")
    rated(3).seller(said).bot("de 1 avaliação", "Foi esta:")


@pytest.mark.parametrize(
    "said", ["minha nota fiscal", "quais minhas notas fiscais", "nota 5", "cadastrar estrela de roda"]
)
def test_what_asks_for_no_marks(said: str) -> None:
    rated(5).seller(said).not_bot("Sua nota é")


@pytest.mark.parametrize(
    "said", ["o que não vende?", "peças paradas", "quais peças tão encalhadas?", "o que tá parado no estoque?"]
)
def test_what_nobody_buys(said: str) -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(
        headlight(listing=561, sku="A", title="Polia Gol", price=50_00, stock=3),
        headlight(listing=562, sku="B", title="Pausada", price=900_00, active=False),
        headlight(listing=563, sku="C", title="Acabou", price=900_00, stock=0),
        order(1003, OrderState.CLOSED, created_at=START - timedelta(days=30)),  # of 558
        order(
            1001, OrderState.AWAITING_PAYMENT, lines=(Line(listing=560, sku="R", title="R", quantity=1, unit_price=1),)
        ),
    )
    chat = Chat(shop).seller(said)
    chat.bot("Sem venda nos últimos 90 dias: 2 anúncios, R$ 500,00 parados", "560 · Retrovisor", "561 · Polia")
    chat.bot("pausa o 560", "(chart Valor parado por anúncio").not_bot("558 ·", "562 ·", "563 ·")
    drawn = next(command for _, command in chat.said if isinstance(command, SendChart))
    assert [(bar.label, bar.value) for bar in drawn.bars] == [("560", 350_00), ("561", 150_00)]


def test_a_shop_that_sells_all_and_one_without_parts() -> None:
    shop = parts_shop(marina(greeted=True))
    lines = tuple(Line(listing=n, sku="R", title="R", quantity=1, unit_price=1) for n in (558, 560))
    shop.add(order(1003, OrderState.CLOSED, lines=lines, created_at=START - timedelta(days=3)))
    Chat(shop).seller("peças paradas").bot("vendeu nos últimos 90 dias")
    Chat(shop).seller("meu pedido tá parado nos correios").not_bot("vendeu nos últimos", "Sem venda")
    shop.products.clear()
    Chat(shop).seller("peças paradas").bot("ainda não tem anúncios")


# --- pictures ----------------------------------------------------------------------------------------------


def picture(text: str) -> dict[str, Any]:
    return {
        "text": text,
        "content": "image",
        "media": Media(url="https://media.example/f.jpg", mime_type="image/jpeg", file_name="f.jpg"),
    }


@pytest.mark.parametrize(
    "said", ["tem essa?", "vcs tem essa peça?", "quanto é essa", "procuro essa peça aqui", "é essa?"]
)
def test_nobody_sees_what_is_on_a_picture(said: str) -> None:
    chat = Chat(parts_shop()).buyer(**picture(said)).bot("não enxergo o que está na foto", "código", "atendente")
    chat.not_bot("Não peguei").buyer("farol do corolla").bot("Farol dianteiro direito Corolla 2015", "CEP")


def test_the_picture_first_and_the_words_behind_it() -> None:
    chat = Chat(parts_shop()).buyer("oi").photo().buyer("tem dessa?").bot("não enxergo", "Qual peça")
    chat.buyer("FAR-COR15-D").bot("CEP")
    Chat(parts_shop()).buyer("tem essa pro onix 2018?").bot("não enxergo", "Qual peça do Onix 2018", "1 Retrovisor")


def test_a_picture_beside_a_part_that_is_shown_is_compared_by_who_sees_it() -> None:
    chat = at("cep").buyer(**picture("é essa?")).bot("Compare com as do anúncio", "/p/558", "CEP")
    chat.buyer("80010000").bot("Curitiba/PR")


@pytest.mark.parametrize("said", ["tem outro mais barato que esse?", "é essa mesmo", "quanto fica essa entrega?"])
def test_words_without_a_picture_keep_their_own_answers(said: str) -> None:
    at("carrier").buyer(said).not_bot("não enxergo")
