"""A sale is posted later than promised, and the buyer hears of it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.events import PostingPromised, SaidPosted
from bot.domain.order import OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop, seller_with_sales, shipment
from tests.support_shop import marina


def sold(**changes: object) -> Chat:
    """Silva has 1002 to post by Wednesday, the 25th; it is Monday."""
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1002, OrderState.ACCEPTED, shipments=(shipment(ShipmentState.GENERATED),)).but(**changes))
    return Chat(shop)


def promised(chat: Chat) -> list[PostingPromised]:
    return [e for e in chat.heard_by_orders if isinstance(e, PostingPromised)]


@pytest.mark.parametrize(
    "said",
    [
        "atrasei a postagem",
        "vou postar depois do prazo",
        "preciso de mais prazo pra postar o 1002",
        "perdi o prazo",
        "dá pra prorrogar o prazo?",
        "me dá mais uns dias",
    ],
)
def test_until_when_is_asked_and_the_buyer_told_after_a_yes(said: str) -> None:
    chat = sold().seller(said).bot("O prazo da #1002 é qua, 25/11", "Até que dia").not_bot("Marquei")
    assert not [e for e in chat.heard_by_orders if isinstance(e, SaidPosted)]
    chat.seller("sexta").bot("Aviso o comprador de que a #1002 sai até sex, 27/11, e não qua, 25/11?")
    assert not promised(chat)
    chat.seller("sim").bot("Agora a #1002 é para postar até sex, 27/11")
    assert promised(chat) == [PostingPromised(order=1002, by="p-silva", day=date(2026, 11, 27))]


@pytest.mark.parametrize(
    "said",
    [
        "não vai dar pra postar até quarta, consigo só sexta",
        "só consigo mandar sexta",
        "vou postar na sexta",
        "blz, mando sexta",
    ],
)
def test_the_day_that_is_said_is_not_asked_again(said: str) -> None:
    sold().seller(said).bot("sai até sex, 27/11").seller("não, quinta").bot("sai até qui, 26/11").seller("sim")
    sold().seller(said).seller("não").bot("continua para postar, até qua, 25/11")


@pytest.mark.parametrize("said", ["posto amanhã", "não posto sábado", "ainda não postei"])
def test_what_is_in_time_moves_nothing(said: str) -> None:
    assert not promised(sold().seller(said).bot("continua para postar, até qua, 25/11"))


def test_how_late_and_how_often() -> None:
    sold().seller("vou postar só dia 20 de dezembro").bot("Até seg, 30/11", "atendente", "Até que dia")
    late = sold().seller("atrasei a postagem").seller("hoje").bot("continua para postar")
    assert not promised(late)
    often = ("order-1002/posting_later/1", "order-1002/posting_later/2")
    sold(told=often).seller("só consigo mandar sexta").bot("já mudou o que podia", "atendente")


def test_of_several_sales_the_one_that_is_picked() -> None:
    chat = seller_with_sales().seller("só consigo mandar sexta").bot("Qual venda")
    chat.seller("quinta").bot("Qual venda").seller("1002").bot("a #1002 sai até qui, 26/11")
    chat.seller("sim")
    assert [e.order for e in promised(chat)] == [1002]
    seller_with_sales().seller("só consigo mandar sexta").seller("1003").bot("Não há venda sua com prazo")
    gone = sold().seller("atrasei a postagem da 1002").seller("sexta")
    assert promised(gone.seller("sim"))


def test_who_has_nothing_to_post() -> None:
    chat = Chat(parts_shop()).seller("atrasei a postagem")
    assert not chat.heard_by_orders
