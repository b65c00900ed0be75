"""What a seller asks in a day besides sales and parts."""

from __future__ import annotations

import pytest

from bot.domain.events import SaleAnswered
from bot.domain.order import OrderState
from tests.flows.stories import order, seller_with_sales


@pytest.mark.parametrize("said", ["aceitar 1001", "aceito a venda 1001", "confirmo a 1001", "vou separar a 1001"])
def test_a_sale_is_accepted_in_words(said: str) -> None:
    chat = seller_with_sales().seller(said).bot("Anotado")
    assert chat.orders_hear(SaleAnswered).has_it


@pytest.mark.parametrize("said", ["recusar 1001", "não aceito a 1001", "recuso a venda 1001"])
def test_a_sale_is_refused_in_words_after_a_yes(said: str) -> None:
    chat = seller_with_sales().seller(said).bot("cancelo a venda #1001", "Confirma?")
    assert not chat.heard_by_orders
    chat.seller("sim")
    assert chat.orders_hear(SaleAnswered).has_it is False


def test_details_of_any_sale() -> None:
    chat = seller_with_sales().seller("detalhes 1002").bot("#1002", "Curitiba/PR · Jadlog", "1 Etiqueta de novo")
    chat.seller("detalhes 1001").bot("Ainda tem a peça?")
    chat.seller("detalhes 4477").bot("não é uma venda da sua loja")


@pytest.mark.parametrize(
    "said",
    [
        "avisa o comprador do 1777 que atrasa",
        "o comprador do 1777 disse que veio quebrado",
        "não postei o 1777",
        "posto o 1777 amanhã",
        "só consigo postar o 1777 sexta",
        "o correio recusou o pacote do 1777",
    ],
)
def test_what_is_said_of_a_sale_that_is_none_of_the_shops_touches_no_other(said: str) -> None:
    """Nor does it tell whether there is such an order."""
    answers = []
    for others in (False, True):
        chat = seller_with_sales()
        if others:
            chat.shop.add(order(1777, OrderState.ACCEPTED, seller_id="s-other", buyer_id="p-other"))
        chat.seller(said).not_bot("Deixei anotado", "continua para postar", "#1001", "#1002")
        answers.append(chat.last)
    assert answers[0] == answers[1]
