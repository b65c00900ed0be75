"""A question for words waits a moment for the next bubble of its answer; what is whole by itself does not wait."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.conversations import routes
from bot.conversations.flows import FLOWS
from bot.conversations.language import understand
from bot.domain.events import Media, OrderPlaced, OrderRated, Tick
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.support_shop import marina

PAUSE = timedelta(seconds=3)
"""As by default."""


def at_who() -> Chat:
    """Everything is said but who pays, and where it goes to."""
    chat = Chat(parts_shop(marina(greeted=True, name="", document="")))
    chat.buyer("farol direito corolla pra 80010-000").buyer("sim").buyer("1").buyer("pix").buyer("529.982.247-25")
    return chat.bot("nome completo")


def at_note() -> Chat:
    return Chat(parts_shop(marina(greeted=True))).buyer("atendente").bot("Já estou chamando")


def at_words() -> Chat:
    """Stars are given, words may follow."""
    chat = buyer_with_orders()
    chat.shop.add(chat.shop.orders[1003].but(state="delivered"))
    return chat.buyer("quero avaliar o pedido 1003").buyer("4").bot("Quer contar por quê?")


def at_what() -> Chat:
    return seller_with_sales().seller("cadastrar peça").bot("Qual é a peça")


def added(chat: Chat) -> list[str]:
    return [a.text.partition("acrescenta: ")[2] for a in chat.alerts if "acrescenta: " in a.text]


# --- it waits ---------------------------------------------------------------------------------------------


def test_a_name_and_an_address_in_three_bubbles_are_one_answer() -> None:
    chat = at_who().types("Marina", "de Souza Lima, 210", "apto 31")
    assert len(chat.last) == 1
    (order,) = chat.shop.orders.values()
    assert chat.orders_hear(OrderPlaced).order == order.number
    assert order.recipient.name == "Marina de Souza Lima"
    assert (order.destination.number, order.destination.complement) == ("210", "apto 31")


def test_a_house_number_alone_belongs_to_the_name_before_it() -> None:
    at_who().types("Marina Souza", "210", "apto 31").bot("Pedido #1001 criado")


def test_a_phrase_may_be_cut_anywhere() -> None:
    at_what().types("para-choque", "dianteiro gol g5", "novo").bot("Qual o *preço*")
    at_who().types("meu", "nome é Marina Souza numero 210", "casa 2").bot("Pedido #1001 criado")


def test_the_answer_comes_a_moment_after_the_last_bubble() -> None:
    chat = at_note()
    before = chat.now
    chat.types("a peça veio sem o parafuso", "e a caixa aberta", apart=2)
    assert chat.now - before == timedelta(seconds=20 + 2) + PAUSE
    assert added(chat) == ["a peça veio sem o parafuso\ne a caixa aberta"]


def test_bubbles_without_end_are_answered_after_four_pauses() -> None:
    chat = at_note().types(*("e mais" for _ in range(9)), apart=2)
    assert added(chat)[0] == "\n".join(["e mais"] * 6)  # twelve seconds of them


def test_who_takes_longer_has_said_two_things() -> None:
    chat = at_who().types("Marina", "Marina Souza, 210", apart=8)
    chat.bot("sobrenome", "Pedido #1001 criado")


def test_it_can_be_switched_off() -> None:
    chat = at_note()
    chat.shop.use(chat.shop.rules.but(bubble_pause=timedelta()))
    chat.types("veio sem o parafuso", "e a caixa aberta")
    assert added(chat) == ["veio sem o parafuso"]


def test_an_album_with_words_for_a_person_is_answered_once() -> None:
    photo = {"content": "image", "media": Media(url="https://media.example/1.jpg", mime_type="image/jpeg")}
    chat = at_note().types(photo, photo, "veio assim", photo)
    assert len(chat.last) == 1
    chat.bot("Anotado, a equipe vai ler")
    assert added(chat) == ["veio assim"]
    chat = at_note().types(photo, photo, photo)
    assert len(chat.last) == 1
    chat.bot("Recebi, a equipe vê por aqui")


def test_what_was_written_first_stands_first_though_it_came_second() -> None:
    chat = at_note()
    written = chat.now + timedelta(seconds=19)
    chat.types("sem o parafuso", {"text": "o farol veio", "sent_at": written})
    assert added(chat) == ["o farol veio\nsem o parafuso"]
    chat = at_note()
    written = chat.now + timedelta(seconds=19)
    chat.types("sem o parafuso", {"text": "o farol veio", "sent_at": written}, apart=2.5)
    assert added(chat) == ["sem o parafuso\no farol veio"]  # too late to have been a race


# --- what is whole by itself ------------------------------------------------------------------------------


def waits(chat: Chat, said: str | dict[str, Any]) -> bool:
    before = chat.now
    chat.types(said)
    return chat.now - before > timedelta(seconds=20)


@pytest.mark.parametrize("word", ["cancelar", "voltar", "menu", "atendente", "ajuda", "não sei", "só um minuto"])
def test_a_word_that_works_everywhere_is_answered_at_once(word: str) -> None:
    assert not waits(at_who(), word)


@pytest.mark.parametrize("word", ["pular", "não", "nada", "kd meu pedido 1001"])
def test_an_end_and_another_wish_are_answered_at_once(word: str) -> None:
    assert not waits(at_words(), word)


def test_questions_of_a_menu_and_yes_or_no_never_wait() -> None:
    chat = Chat(parts_shop(marina(greeted=True, name="", document="")))
    talk = ("farol direito corolla pra 80010-000", "sim", "o mais barato", "no pix mesmo", "529.982.247-25")
    assert [waits(chat.buyer("oi"), said) for said in talk[:1]] == [False]
    assert [waits(chat, said) for said in talk[1:]] == [False] * 4
    chat = buyer_with_orders().buyer("cancela o pedido 1001").bot("sim / não")
    assert not waits(chat, "deixa, quero ele mesmo")


def test_a_button_is_pressed_at_once_behind_what_was_gathered() -> None:
    chat = at_words()
    chat.types("chegou rápido", "bem embalado", {"text": "Sim", "choice": "gone.sure@1:yes"})
    chat.bot("Obrigado pela nota!", "Esse botão é de uma pergunta que já passou")
    assert chat.orders_hear(OrderRated).words == "chegou rápido\nbem embalado"


def test_ready_ends_the_wait() -> None:
    chat = at_words()
    before = chat.now
    chat.types("chegou rápido", "pronto").bot("Obrigado pela nota!")
    assert len(chat.last) == 1
    assert chat.orders_hear(OrderRated).words == "chegou rápido"
    assert chat.now - before < timedelta(seconds=20) + PAUSE + timedelta(seconds=2)


def test_cancel_takes_back_what_nobody_has_answered_yet() -> None:
    chat = at_who().types("Marina Souza, 210 apto 31", "cancelar").bot("Parei a sua compra")
    assert not chat.shop.orders
    assert len(chat.last) == 1


def test_a_yes_behind_an_answer_says_yes_to_nothing_that_was_not_asked() -> None:
    chat = seller_with_sales().seller("cobra 150 da marina no 11 98888-0001 no pix").bot("Do que é a cobrança?")
    chat.types("retrovisor do onix", "sim").bot("Confere?")
    assert not chat.heard_by_orders
    assert len(chat.last) == 1


def test_another_wish_comes_after_what_was_said_before_it() -> None:
    chat = at_words().types("chegou rápido", "kd meu pedido 1002")
    chat.bot("Obrigado pela nota!*#1002")
    assert chat.orders_hear(OrderRated).words == "chegou rápido"


# --- corrected, deleted -----------------------------------------------------------------------------------


def test_what_is_corrected_meanwhile_counts_as_it_is_now() -> None:
    chat = at_who().types("Mariana Souza", "201", {"text": "210 apto 31", "edits": "in-2"})
    chat.bot("Pedido #1001 criado").not_bot("corrig")
    (order,) = chat.shop.orders.values()
    assert (order.destination.number, order.destination.complement) == ("210", "apto 31")


def test_what_is_deleted_meanwhile_was_not_said() -> None:
    chat = at_note().types("essa loja é uma vergonha", "veio sem o parafuso", {"deletes": "in-1"})
    assert added(chat) == ["veio sem o parafuso"]


def test_when_all_of_it_is_deleted_the_question_stays() -> None:
    chat = at_who().types("Marina Sousa", {"deletes": "in-1"}).passes(minutes=1).silence()
    chat.types("Marina Souza", "210 apto 31").bot("Pedido #1001 criado")


# --- what comes in between --------------------------------------------------------------------------------


def gathered(chat: Chat, *bubbles: str) -> Chat:
    """They have come, and their moment has not."""
    chat._unread.clear()
    for bubble in bubbles:
        chat.now += timedelta(seconds=1)
        chat.event(chat.lane, chat._written(bubble, chat._ids, 1))
    return chat


def test_news_does_not_come_between_the_bubbles() -> None:
    chat = gathered(at_note(), "veio sem o parafuso", "e a caixa aberta")
    chat.shop.add(buyer_with_orders().shop.orders[1003])
    chat.notice("order_delivered", "p-marina", 1003, until="2026-12-07").bot("Anotado*Serviu certinho?")
    assert added(chat) == ["veio sem o parafuso\ne a caixa aberta"]
    chat.passes(minutes=1).silence()


def test_who_is_answered_by_a_person_is_not_answered_by_the_bot() -> None:
    chat = gathered(at_who(), "Marina Souza, 210 apto 31")
    chat.owner("Oi, aqui é a Carla").passes(minutes=1).silence()
    assert not chat.shop.orders
    chat.owner("encerrar").buyer("sim").buyer("Marina Souza, 210 apto 31").bot("Pedido #1001 criado")


def test_a_timer_that_was_moved_says_nothing() -> None:
    chat = gathered(at_note(), "veio sem o parafuso", "e a caixa aberta")
    chat.event(chat.lane, Tick(name="quiet", data={"person": chat.person.id})).silence()
    chat.passes(seconds=3).bot("Anotado")
    chat.event(chat.lane, Tick(name="quiet", data={"person": chat.person.id}))
    assert len(chat.last) == 1


def test_words_too_long_for_one_message_are_two() -> None:
    chat = at_note().types("x" * 800, "y" * 800)
    assert added(chat) == ["x" * 500]  # as much as is handed on of one


# --- however it is cut ------------------------------------------------------------------------------------

ANSWERS: dict[Callable[[], Chat], tuple[str, ...]] = {
    at_who: (
        "Marina Souza, 210 apto 31",
        "meu nome é Marina de Souza Lima numero 210 casa 2",
        "Ana Paula Dias 1520 bloco B",
    ),
    at_note: ("a peça do pedido 1003 veio sem o parafuso e a caixa estava aberta", "me liguem depois das 14h"),
    at_words: ("chegou rápido e bem embalado mas a cor é outra", "serviu mas tive que adaptar o suporte"),
    at_what: ("retrovisor do onix 2018 lado direito usado", "para-choque dianteiro gol g5 novo na caixa"),
}
_open: dict[Callable[[], Chat], Chat] = {}


def left_by(chat: Chat) -> Any:
    """What the talk and the shop are then, whatever the events' numbers."""
    talk = chat.shop.conversation(chat.person.id)
    frames = [(f.flow, f.step, {k: v for k, v in f.data.items() if k[0] != "_"}) for f in talk.frames]
    orders = [o.model_dump(exclude={"placed_at", "hold_until", "version"}) for o in chat.shop.orders.values()]
    said = [" ".join(text.split()) for text in [*added(chat), *chat.last]]
    heard = [e.model_dump() for e in chat.heard_by_orders]
    return _plain([frames, orders, said, heard, [o.label for o in talk.options]])


def another_wish(chat: Chat, bubble: str) -> bool:
    """What by itself wants something else is not made part of an answer."""
    talk = chat.shop.conversation(chat.person.id)
    seller = chat.shop.seller_of(chat.person.id) is not None
    meaning = understand(bubble, FLOWS[talk.frames[-1].flow].role or ("seller" if seller else "buyer"))
    return routes.interrupts(meaning, talk.frames[-1].flow, talk.frames[-1].step)


def _plain(value: Any) -> Any:
    """Where a bubble ended is no difference."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not k.endswith("_at")}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return " ".join(value.split()) if isinstance(value, str) else value


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_split_at_any_pace_ends_as_the_one_message(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(list(ANSWERS)))
    text = data.draw(st.sampled_from(ANSWERS[question]))
    begun = _open.setdefault(question, question())
    said = text.split()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(said) - 1), max_size=4)))
    bubbles = [" ".join(said[a:b]) for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    assume(not any(another_wish(begun, bubble) for bubble in bubbles))
    paces = data.draw(st.lists(st.floats(0, 2.9), min_size=len(bubbles), max_size=len(bubbles)))

    whole = copy.deepcopy(begun)
    whole.types(text)
    split = copy.deepcopy(begun)
    split.now += timedelta(seconds=20)
    split._unread.clear()
    gaps = iter(paces)

    def write() -> None:
        for bubble in bubbles:
            split._pass(next(gaps))
            split.event(split.lane, split._written(bubble, split._ids, 1))

    split._waits_after(write)
    assert left_by(split) == left_by(whole), bubbles
