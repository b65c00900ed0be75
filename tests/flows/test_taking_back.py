"""A shop takes back what it has done, and says more of it: stock, prices, parcels."""

from __future__ import annotations

import pytest

from bot.domain.events import SaidPosted
from bot.domain.order import OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop, seller_with_sales, shipment
from tests.support_shop import headlight


def newcomer() -> Chat:
    return Chat(parts_shop())


def stock(chat: Chat, listing: int) -> int:
    return chat.shop.products[listing].stock


def two_headlights() -> Chat:
    shop = parts_shop()
    shop.add(headlight(listing=559, sku="FE", title="Farol dianteiro esquerdo Corolla 2015", stock=9))
    return Chat(shop)


@pytest.mark.parametrize("word", ["voltar", "volta", "desfaz", "ops, era a 2", "não, era o 559"])
def test_what_is_done_is_taken_back_before_anything_else_is_chosen(word: str) -> None:
    """No other row is an answer once the first is done: both would be, and the second from the first's stock."""
    chat = two_headlights().seller("chegaram 5 farol corolla").seller("1").bot("agora tem 6")
    chat.seller(word).bot("Desfeito", "558", "1 em estoque")
    assert (stock(chat, 558), stock(chat, 559)) == (1, 9)
    paused = two_headlights().seller("pausa o farol corolla").seller("1").seller(word).bot("Desfeito", "no ar")
    assert all(p.active for p in paused.shop.products.values())
    price = two_headlights().seller("o 558 agora é 450").seller("sim").seller(word).bot("o preço voltou")
    assert price.shop.products[558].price == 480_00


@pytest.mark.parametrize("word", ["voltar", "ops, era a 2", "cancela", "desfazer"])
def test_what_was_marked_as_posted_is_taken_back(word: str) -> None:
    chat = seller_with_sales()
    posted = shipment(ShipmentState.GENERATED)
    for number in (1002, 1003):
        chat.shop.add(order(number, OrderState.ACCEPTED, shipments=(posted,)))
    chat.seller("postei").seller("1").bot("Marquei")
    number = chat.orders_hear(SaidPosted).order
    chat.seller(word).bot("Desfeito", f"{number} continua para postar")
    marked, taken_back = [e for e in chat.heard_by_orders if isinstance(e, SaidPosted)]
    assert (marked.posted, taken_back.posted, len(chat.heard_by_orders)) == (True, False, 2)


def test_hours_later_only_the_word_itself_takes_back() -> None:
    chat = newcomer().seller("chegaram 5 farol")
    chat.passes(hours=5).seller("voltar").not_bot("Desfeito")
    assert stock(chat, 558) == 6


def test_nobody_is_told_that_nothing_was_changed_where_it_was() -> None:
    chat = newcomer().seller("aumenta tudo 10%").seller("sim").bot("mudei os preços")
    chat.seller("cancelar").bot("o que já foi feito fica").not_bot("nem mudado")
    newcomer().seller("cadastrar farol uno").seller("cancelar").bot("Nada foi cobrado nem mudado")


def test_another_number_is_no_price() -> None:
    chat = newcomer().seller("o 558 agora é 450").seller("sim").seller("e o 560").not_bot("de R$ 450,00")
    assert chat.shop.products[558].price == 450_00


@pytest.mark.parametrize(
    ("said", "then", "left"),
    [
        ("chegaram 5 farol", "vendi 1", 5),  # another thing that happened, and no other number for the first
        ("chegaram 5 farol", "chegaram 2", 8),
        ("vendi 2 farol", "vendi 1", 2),
        ("chegaram 5 farol", "não, vendi 1", 5),
        ("vendi 2 farol", "ops, vendi 3", 2),
    ],
)
def test_more_of_it_is_no_correction(said: str, then: str, left: int) -> None:
    shop = parts_shop()
    shop.add(headlight(stock=1 if said.startswith("chegaram") else 5))
    chat = Chat(shop).seller(said).seller(then).bot(f"agora tem {left}")
    assert stock(chat, 558) == left


def test_what_was_sold_meanwhile_cannot_be_taken_back() -> None:
    """The stock is guarded: a move below nothing would fail again and again."""
    chat = newcomer().seller("chegaram 5 farol").bot("agora tem 6")
    chat.shop.add(chat.shop.products[558].but(stock=2))
    chat.seller("desfaz").bot("Desfeito", "sem estoque")
    assert stock(chat, 558) == 0


@pytest.mark.parametrize(
    "text",
    [
        "cadastrar farol gol direito 250, tenho 2 unidades",
        "quero cadastrar um farol de gol, tenho 4",
        "cadastrar retrovisor onix 2016 R$ 250, 3 unidades",
    ],
)
def test_how_many_there_are_of_a_new_part_touches_no_other(text: str) -> None:
    chat = newcomer().seller(text).bot("Entendi assim")
    assert (stock(chat, 558), stock(chat, 560)) == (1, 1)
