"""A part that is not there is waited for: noted, told once when it can be bought, stopped, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.decision import StockMove
from bot.domain.events import ForgetAsked
from bot.domain.wish import MOST, Wish
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.flows.test_letters import week
from tests.support_shop import headlight, marina

MORNING = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
"""Half past nine in São Paulo: news may be told."""


def stranger(**changes: object) -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="", **changes)))


def waits(**changes: object) -> Chat:
    chat = stranger(**changes).buyer("tem motor de kombi?").bot("Não achei motor Kombi", "me avisa")
    return chat.buyer("me avisa quando chegar").bot("quando entrar motor Kombi, te aviso, uma vez só", "60 dias")


def engine_of_kombi(chat: Chat, **changes: object) -> Chat:
    part = headlight(listing=900, sku="KOMBI", title="Motor Kombi 1.6", fits=("Kombi 2008",), price=2_500_00, **changes)
    chat.shop.add(part)
    return chat


def until_morning(chat: Chat) -> Chat:
    return chat.passes(seconds=(MORNING - chat.now).total_seconds())


def test_it_is_told_once_when_the_part_is_listed() -> None:
    chat = engine_of_kombi(waits().bot("Quer ver outra?"))
    until_morning(chat).bot("Entrou a peça que você esperava: Motor Kombi 1.6 · R$ 2.500,00", "anúncio 900", "/p/900")
    assert [n.name for n in chat.shop.notices.values()] == ["part_there"]
    assert not chat.shop.wishes
    chat.receipts().passes(days=3)
    assert len(chat.shop.notices) == 1
    chat.buyer("anúncio 900").bot("Motor Kombi 1.6", "Para qual CEP")


def test_another_part_may_be_looked_for_meanwhile() -> None:
    waits().buyer("farol direito corolla").bot("Farol dianteiro direito", "Para qual CEP")


def test_it_is_told_when_the_stock_comes_back_however_it_does() -> None:
    chat = stranger()
    chat.shop.add(headlight(stock=0))
    chat.buyer("anúncio 558").bot("não está à venda agora", "me avisa").buyer("me avisa").bot("quando entrar Farol")
    assert [w.listing for w in chat.shop.wishes.values()] == [558]
    until_morning(chat).silence()
    chat.shop.write(StockMove(558, -1))
    chat.passes(hours=1).bot("Entrou a peça", "Farol dianteiro direito Corolla 2015", "anúncio 558")


def test_nothing_is_told_by_night_and_what_was_sold_by_morning_is_not_told() -> None:
    chat = engine_of_kombi(waits()).passes(hours=8).silence()
    chat.shop.write(StockMove(900, 1))
    until_morning(chat).silence()
    assert chat.shop.wishes
    assert not chat.shop.notices


def test_where_whatsapp_does_not_arrive_it_is_mailed() -> None:
    chat = engine_of_kombi(waits(email="marina@exemplo.example", email_confirmed=True))
    until_morning(chat).passes(hours=1)
    assert [(m.subject, m.unwanted) for m in chat.mails] == [("Entrou a peça que você esperava: R$ 2.500,00", True)]


@pytest.mark.parametrize("said", ["não precisa mais avisar", "não precisa mais me avisar", "pode parar de avisar"])
def test_it_can_be_stopped(said: str) -> None:
    chat = waits().buyer(said).bot("não aviso mais sobre motor Kombi").not_bot("Combinado")
    assert not chat.shop.wishes
    until_morning(engine_of_kombi(chat)).silence()
    assert chat.person.reminders, "the rest is told as before"
    chat.buyer(said).not_bot("motor Kombi")


def test_one_of_several_is_stopped_by_its_name() -> None:
    chat = stranger().buyer("me avisa quando tiver motor de fusca").buyer("me avisa quando tiver farol do gol")
    chat.buyer("quais peças eu tô esperando?").bot("Você espera motor Fusca, farol Gol")
    chat.buyer("cancela o aviso do motor").bot("não aviso mais sobre motor Fusca").not_bot("lembretes e novidades")
    assert [w.words for w in chat.shop.wishes.values()] == ["farol Gol"]
    assert chat.person.reminders
    assert [t for t in chat.shop.timers.values() if t.name == "wish_look"]


def others_wait(chat: Chat) -> Chat:
    """For what Silva has, for what Silva has not, and for what is gone."""
    waited = {"a": "motor Kombi", "b": "motor Kombi", "c": "lanterna Uno", "d": "farol Corolla 2015"}
    for person, words in waited.items():
        chat.shop.wishes[person, words] = Wish(person_id=person, words=words, asked_at=START)
    return chat


@pytest.mark.parametrize(
    "said",
    [
        "o que estão procurando?",
        "o que o pessoal mais procura, o que tão pedindo?",
        "quais peças os clientes estão esperando?",
        "que peça vale a pena comprar pra vender?",
        "oq os compradores tao buscando",
    ],
)
def test_a_shop_hears_what_people_wait_for_and_it_has_not(said: str) -> None:
    chat = others_wait(seller_with_sales())
    chat.seller(said).bot("motor Kombi: 2 pessoas", "lanterna Uno: 1 pessoa", "cadastrar").not_bot("Corolla")


def test_in_the_middle_of_a_question_a_shop_goes_on_with_it() -> None:
    chat = others_wait(seller_with_sales()).seller("muda o preço do 558").bot("preço")
    chat.seller("o que estão procurando?").bot("motor Kombi: 2 pessoas", "preço")


def test_a_shop_that_nobody_waits_beside_hears_so() -> None:
    seller_with_sales().seller("o que estão procurando?").bot("ninguém espera por peça que a sua loja não tenha")


def test_a_buyer_hears_nothing_of_what_others_wait_for() -> None:
    others_wait(stranger()).buyer("o que estão procurando?").not_bot("motor Kombi")


@pytest.mark.parametrize(
    "said", ["o que eu tenho pra postar?", "quais vendas tão esperando envio", "o que mais vendi?"]
)
def test_what_a_shop_asks_of_its_own_sales_is_another_thing(said: str) -> None:
    others_wait(seller_with_sales()).seller(said).not_bot("motor Kombi")


def test_no_word_of_a_price_is_promised() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("me avisa quando baixar o preço")
    chat.bot("Não aviso quando um preço muda", "CEP").not_bot("ligado a uma loja")
    assert not chat.shop.wishes


def test_it_is_forgotten_after_sixty_days() -> None:
    chat = waits().passes(days=59)
    assert chat.shop.wishes
    chat.passes(days=2).silence()
    assert not chat.shop.wishes
    assert not [timer for timer in chat.shop.timers.values() if timer.name == "wish_look"]


def test_who_waits_for_many_waits_for_the_last_few() -> None:
    chat = stranger()
    for car in ("gol", "onix", "uno", "palio", "corsa", "celta"):
        chat.buyer(f"me avisa quando tiver motor do {car}").bot("Combinado")
    assert len(chat.shop.wishes) == MOST
    assert not [w for w in chat.shop.wishes.values() if "gol" in w.words.lower()]


def test_words_and_part_in_one_message() -> None:
    stranger().buyer("me avisa quando tiver farol do gol g5").bot("quando entrar farol Gol G5").not_bot("Não achei")
    stranger().buyer("me avisa quando chegar farol direito do corolla").bot("Já tem:", "Farol dianteiro direito")
    chat = stranger().buyer("quero comprar uma peça").buyer("me avisa quando tiver motor de kombi")
    chat.bot("quando entrar motor Kombi", "Quer ver outra?").not_bot("Não achei")


def test_where_only_others_come_close() -> None:
    chat = stranger().buyer("farol do corolla 2009").bot("Parecidos").buyer("me avisa se chegar")
    chat.bot("quando entrar farol Corolla 2009", "Parecidos")


def test_an_order_on_its_way_is_another_thing() -> None:
    chat = buyer_with_orders().buyer("me avisa quando chegar").bot("aviso aqui a cada novidade", "#1003")
    assert not chat.shop.wishes


def test_who_wants_no_news_is_told_what_to_do_and_is_told_nothing() -> None:
    chat = waits(reminders=False).bot("VOLTAR AVISOS")
    until_morning(engine_of_kombi(chat)).silence()
    chat.buyer("voltar avisos").passes(hours=1).bot("Entrou a peça")


def test_a_shop_s_own_part_is_none_for_its_people() -> None:
    chat = seller_with_sales().seller("quero comprar um motor de kombi").bot("Não achei").seller("me avisa")
    chat.bot("quando entrar motor Kombi")
    until_morning(engine_of_kombi(chat)).passes(days=1)
    assert "part_there" not in [n.name for n in chat.shop.notices.values()]
    assert chat.shop.wishes


def test_who_is_erased_waits_for_nothing() -> None:
    chat = waits()
    chat.event(chat.person.lane, ForgetAsked(person_id=chat.person.id, by="person"))
    assert not chat.shop.wishes


def test_a_shop_reads_on_monday_what_is_waited_for() -> None:
    chat = seller_with_sales()
    waiting = (("p-1", "motor Kombi"), ("p-2", "motor Kombi"), ("p-3", "farol Gol"))
    chat.shop.write(*(Wish(person_id=person, words=words, asked_at=START) for person, words in waiting))
    week(chat).bot("Compradores esperam: motor Kombi (2), farol Gol. Tem? É só cadastrar.")
