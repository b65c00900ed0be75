"""What a seller asks in a day besides sales and parts."""

from __future__ import annotations

import pytest

from bot.domain.events import SaleAnswered
from tests.flows.stories import seller_with_sales


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
