"""A shop closes for some days, by message, and opens by itself."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversations.flows.away import days_in
from bot.domain.people import Seller
from bot.domain.shop import on_sale
from tests.flows.chat import Chat
from tests.flows.stories import seller_with_sales

TODAY = date(2026, 11, 23)


def shop_of(chat: Chat) -> Seller:
    return chat.shop.sellers["s-silva"]


def sells(chat: Chat) -> bool:
    return on_sale(chat.shop, chat.shop.product(558))


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("vou viajar de 20 a 27", date(2026, 12, 20), date(2026, 12, 27)),
        ("vou viajar do dia 28 ao dia 3", date(2026, 11, 28), date(2026, 12, 3)),
        ("ferias de 20/12 ate 05/01", date(2026, 12, 20), date(2027, 1, 5)),
        ("fecha a loja ate dia 10", None, date(2026, 12, 10)),
        ("vou viajar e volto dia 10", None, date(2026, 12, 9)),
        ("ferias por uma semana", None, date(2026, 11, 29)),
        ("pausa tudo por 10 dias a partir de amanha", date(2026, 11, 24), date(2026, 12, 3)),
        ("pausa tudo", None, None),
        ("vou viajar de 45 a 99", None, None),
    ],
)
def test_the_days_that_are_said(said: str, first: date | None, last: date | None) -> None:
    assert days_in(said, TODAY) == (first, last)


def test_from_one_day_to_another_and_back_by_itself() -> None:
    chat = (
        seller_with_sales()
        .seller("vou viajar de 28/11 a 5/12")
        .bot("Fecho a loja de sáb, 28/11 até sáb, 05/12?", "voltam sozinhos em dom, 06/12", "Falta", "sim / não")
    )
    assert sells(chat)
    chat.seller("sim").bot("fecho a loja em sáb, 28/11 e reabro em dom, 06/12")
    assert sells(chat)
    chat.passes(days=4, hours=6).silence()  # the night to Saturday
    assert not sells(chat)
    assert shop_of(chat).active, "that is the operators' word"
    chat.passes(days=8, hours=12).bot("Bem-vindo de volta! A loja reabriu hoje")
    assert sells(chat)


def test_all_of_it_at_once_is_asked_until_when_and_confirmed() -> None:
    chat = seller_with_sales().seller("pausa tudo").bot("Até que dia a loja fica fechada?")
    chat.seller("hmm talvez").seller("dia 99").bot("Não entendi o dia")
    chat.seller("20/11").bot("Esse dia já passou")
    chat.seller("dia 30").bot("Fecho a loja agora até seg, 30/11?")
    chat.seller("pode fechar").bot("Loja fechada. Volto com tudo em ter, 01/12")
    assert not sells(chat)
    chat.buyer("quero o farol do corolla").not_bot("Farol dianteiro direito")
    chat.seller("reabrir a loja").bot("Loja aberta")
    assert sells(chat)
    chat.passes(days=20).silence()


def test_without_a_day_it_stays_closed_until_it_is_opened() -> None:
    chat = seller_with_sales().seller("fecha minha loja").seller("sem data").bot("até você escrever reabrir a loja")
    chat.seller("sim").bot("Loja fechada.").passes(days=60)
    assert not sells(chat)
    chat.seller("voltei de férias").bot("Loja aberta")
    assert sells(chat)


def test_no_keeps_it_open_and_a_plan_is_dropped() -> None:
    chat = seller_with_sales().seller("estou de férias até dia 10").bot("agora até qui, 10/12").seller("não")
    chat.bot("continua aberta")
    assert sells(chat)
    chat.seller("reabre a loja").bot("já está aberta")
    chat.seller("vou viajar de 28 a 30").seller("sim").seller("reabrir a loja").bot("Loja aberta")
    chat.passes(days=6)
    assert sells(chat)


def test_it_is_a_seller_s_word_only_and_one_part_stays_one_part() -> None:
    chat = seller_with_sales().buyer("vou viajar de 20 a 27").not_bot("Fecho a loja")
    chat.seller("pausa o farol").not_bot("Até que dia")
    assert shop_of(chat).sells
