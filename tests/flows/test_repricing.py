"""Prices of many parts at once: shown, agreed to, done, undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.flows.listing.remarks import CHEAPEST
from bot.domain import money
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, seller_with_sales
from tests.support_shop import headlight


def shop() -> Chat:
    chat = seller_with_sales()
    for listing, title, price in ((561, "Farol esquerdo Gol 2012", 199_90), (562, "Alternador Gol 2012", 333_33)):
        chat.shop.add(headlight(listing=listing, sku=f"S{listing}", title=title, fits=("Gol 2012",), price=price))
    chat.shop.add(headlight(listing=563, sku="OFF", title="Farol Uno 2012", fits=("Uno 2012",), active=False))
    chat.shop.add(headlight(listing=900, sku="X", seller_id="s-other", title="Farol Palio 2012", fits=("Palio",)))
    return chat


def prices(chat: Chat) -> dict[int, int]:
    return {listing: part.price for listing, part in chat.shop.products.items()}


BEFORE = {558: 480_00, 560: 350_00, 561: 199_90, 562: 333_33, 563: 480_00, 900: 480_00}


@pytest.mark.parametrize(
    "said",
    ["aumenta tudo 10%", "sobe 10% em todas as peças", "reajusta tudo em 10 por cento", "põe 10% em cima de tudo"],
)
def test_all_that_is_on_the_air(said: str) -> None:
    chat = shop().seller(said).bot("4 anúncios, +10%:", "558*R$ 480,00 → R$ 528,00", "e mais 1", "sim / não")
    assert prices(chat) == BEFORE
    chat.seller("sim").bot("mudei os preços de 4 anúncios", "desfaz")
    assert prices(chat) == {**BEFORE, 558: 528_00, 560: 385_00, 561: 219_89, 562: 366_66}
    chat.seller("desfaz").bot("4 preços voltaram")
    assert prices(chat) == BEFORE


@pytest.mark.parametrize(
    ("said", "changed"),
    [("desconto de 5% em todos os faróis", {558: 456_00, 561: 189_91}),
     ("aumenta todos os faróis do gol em 7,5%", {561: 214_89}),
     ("tira 5% de todos os retrovisores", {560: 332_50}),
     ("10% de desconto em tudo do gol", {561: 179_91, 562: 300_00})],
)  # fmt: skip
def test_those_that_are_named(said: str, changed: dict[int, int]) -> None:
    chat = shop().seller(said).seller("sim")
    assert prices(chat) == BEFORE | changed


def test_a_no_changes_nothing() -> None:
    chat = shop().seller("aumenta tudo 10%").seller("não").bot("nenhum preço mudou")
    assert prices(chat) == BEFORE


def test_the_way_back_is_there_for_half_an_hour_whatever_comes_between() -> None:
    chat = shop().seller("aumenta tudo 10%").seller("sim").seller("oi").seller("cadastrar peça")
    chat.seller("desfaz").bot("4 preços voltaram")
    assert prices(chat) == BEFORE
    chat = shop().seller("aumenta tudo 10%").seller("sim").passes(minutes=40)
    chat.seller("oi").not_bot("ficou parada").seller("desfaz").bot("Não há nada para desfazer")
    assert prices(chat)[558] == 528_00


def test_a_no_after_it_is_no_way_back() -> None:
    chat = shop().seller("aumenta tudo 10%").seller("sim").seller("não")
    assert prices(chat)[558] == 528_00


def test_what_was_changed_since_stays_as_it_is() -> None:
    chat = shop().seller("aumenta tudo 10%").seller("sim").seller("o 558 agora é 500").seller("sim")
    chat.seller("desfaz").bot("3 preços voltaram")
    assert prices(chat) == {**BEFORE, 558: 500_00}


@pytest.mark.parametrize(
    ("said", "answer"),
    [("aumenta todas as baterias 10%", "Não achei anúncio no ar"), ("tudo com 100% de desconto", "-90%"),
     ("aumenta todos os faróis 20 reais", "em porcentagem"), ("aumenta tudo 900%", "+200%")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(said: str, answer: str) -> None:
    chat = shop().seller(said).bot(answer)
    assert prices(chat) == BEFORE


def test_one_part_and_a_buyer_are_as_before() -> None:
    shop().seller("baixa 10% do 558").bot("Anúncio 558: de R$ 480,00 para R$ 432,00")
    buyer_with_orders().buyer("aumenta tudo 10%").not_bot("anúncios, +10%")
    buyer_with_orders().buyer("cancela tudo").not_bot("porcentagem")


def test_more_than_a_turn_can_write_is_refused() -> None:
    chat = seller_with_sales()
    for listing in range(1000, 1500):
        chat.shop.add(headlight(listing=listing, sku=f"S{listing}", title="Parafuso Gol", fits=("Gol 2012",)))
    chat.seller("aumenta tudo 10%").bot("mais de 500 anúncios")
    chat.seller("aumenta todos os faróis 10%").bot("1 anúncio, +10%")


@given(st.integers(-90, 200).filter(bool), st.integers(100, 5_000_000))
def test_a_price_moves_by_what_was_said(percent: int, price: int) -> None:
    chat = seller_with_sales()
    chat.shop.add(headlight(price=price))
    sign = "desconto de" if percent < 0 else "aumenta"
    chat.seller(f"{sign} {abs(percent)}% em todos os faróis").seller("sim")
    assert prices(chat)[558] == max(CHEAPEST, money.half_up(price * (100 + percent), 100))
