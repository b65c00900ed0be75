"""A purchase is rated, and its invoice asked for."""

from __future__ import annotations

import pytest

from bot.domain.events import OrderRated
from bot.domain.order import OrderState
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop
from tests.support_shop import marina

KEY = "35261111222333000181550010000012341123456780"


def bought(state: OrderState = OrderState.DELIVERED, **changes: object) -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, state, **changes))
    return Chat(shop)


def test_after_the_parcel_it_fits_and_is_rated() -> None:
    chat = bought().notice("order_delivered", "p-marina", 1001, until="2026-12-07").bot("Serviu certinho?")
    chat.buyer("1").bot("Boa!", "De 1 a 5, que nota você dá para a compra #1001", "1 5 · ótimo")
    chat.buyer("4").bot("Quer contar por quê?")
    chat.buyer("chegou rápido e bem embalado").bot("Obrigado pela nota!")
    assert chat.orders_hear(OrderRated) == OrderRated(
        order=1001, by="p-marina", stars=4, words="chegou rápido e bem embalado"
    )


@pytest.mark.parametrize(
    ("said", "stars"),
    [("nota 5", 5), ("dou nota 2", 2), ("5 estrelas", 5), ("três estrelas", 3), ("minha nota é 4", 4)],
)
def test_stars_in_the_first_message(said: str, stars: int) -> None:
    chat = bought().buyer(said).bot("Quer contar por quê?").buyer("pular")
    assert chat.orders_hear(OrderRated).stars == stars


def test_a_wish_to_rate_asks_and_a_bad_one_offers_help() -> None:
    chat = bought(OrderState.CLOSED).buyer("quero avaliar minha compra").bot("De 1 a 5")
    chat.buyer("péssimo").bot("Quer contar").buyer("pular").bot("o vendedor vai ler", "atendente")
    assert chat.orders_hear(OrderRated).stars == 1


def test_what_has_not_arrived_is_not_rated() -> None:
    bought(OrderState.SHIPPED).buyer("nota 5").bot("ainda não tem uma compra entregue")
    chat = bought(OrderState.SHIPPED).buyer("quero avaliar o pedido 1001").bot("A compra #1001 ainda não foi entregue")
    chat.buyer("quero avaliar o pedido 4477").bot("Não achei o 4477")
    assert not chat.heard_by_orders


def test_the_invoice_of_a_purchase() -> None:
    chat = bought(nfe_key=KEY).buyer("cadê a nota fiscal do pedido 1001?").bot("NF-e 1234", "www.nfe.fazenda.gov.br")
    assert chat.last[-1] == KEY
    bought().buyer("cadê a nota fiscal do pedido 1001?").bot("Já estou chamando")
