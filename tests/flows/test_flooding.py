"""Somebody writes more than anybody could answer: it is said once, and kept quiet until it calms down."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.events import CancelAsked
from bot.domain.shop import Rules
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders

MOST = 30
TOLD = "muitas mensagens de uma vez"


def flooded(chat: Chat, count: int, *, pause: float = 0.1) -> list[str]:
    """What is answered to so many messages, one after the other."""
    told = []
    for number in range(count):
        chat.buyer(f"kd meu pedido {1001 + number % 3}", pause=pause)
        told += chat.last
    return told


def chat_with_limit() -> Chat:
    chat = buyer_with_orders()
    chat.shop.use(Rules(messages_per_minute=MOST))
    chat.buyer("oi").passes(minutes=2)
    return chat


def test_what_is_too_much_is_said_once() -> None:
    chat = chat_with_limit()
    assert not any(TOLD in said for said in flooded(chat, MOST))
    chat.buyer("kd meu pedido 1001", pause=0.1)
    # a share of the minute may have come free meanwhile
    rest = chat.last + flooded(chat, 100)
    assert sum(TOLD in said for said in rest) == 1
    assert TOLD in rest[-1]


def test_a_yes_in_a_flood_moves_nothing() -> None:
    chat = chat_with_limit()
    flooded(chat, MOST + 10)
    chat.buyer("cancela o 1001", pause=0.1).buyer("sim", pause=0.1).silence()
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


def test_after_it_has_calmed_down_all_is_answered_again() -> None:
    chat = chat_with_limit()
    flooded(chat, MOST + 10)
    chat.buyer("kd meu pedido 1003", pause=20).silence()
    chat.buyer("kd meu pedido 1003", pause=40).bot("#1003")
    assert sum(TOLD in said for said in flooded(chat, MOST)) == 1


def test_operators_hear_of_it_once_when_it_goes_on() -> None:
    chat = chat_with_limit()
    flooded(chat, MOST + 10)
    assert not [a for a in chat.alerts if a.topic == "mensagens demais"]
    flooded(chat, 300, pause=1)
    told = [n.key for n in chat.shop.commands.values() if getattr(n.command, "topic", "") == "mensagens demais"]
    assert len(told) == 1
    assert chat.person.id in chat.alerts[-1].text


def test_who_writes_fast_but_not_too_fast_is_always_answered() -> None:
    chat = chat_with_limit()
    assert not any(TOLD in said for said in flooded(chat, 100, pause=60 / MOST))


def test_every_bubble_of_a_burst_counts() -> None:
    chat = chat_with_limit()
    for _ in range(MOST // 5):
        chat.bubbles("queria", "um farol", "do corolla", "do ano de 2015", "pra 80010-000", pause=0.1)
    full_until = chat.shop.conversation(chat.person.id).full_until
    assert full_until is not None
    assert full_until - chat.now > timedelta(seconds=55)


def test_while_a_person_of_the_shop_talks_nothing_is_counted() -> None:
    chat = chat_with_limit()
    chat.owner("Oi, aqui é o Silva")
    assert flooded(chat, 3 * MOST) == []
    chat.owner("encerrar")
    chat.buyer("kd meu pedido 1003").bot("#1003")
