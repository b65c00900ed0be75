"""A hidden number writes, then its phone is told: what one person knows of the two."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.events import Sender
from bot.domain.order import OrderState
from bot.domain.people import Person
from tests.flows.chat import CURITIBA, RECIFE, START, Chat
from tests.flows.stories import order, parts_shop
from tests.support_shop import marina

LID = "777@lid"
HIDDEN = Sender(chat=LID, lid=LID, nickname="Má")
BOTH = Sender(chat="5541998123456@c.us", phone="5541998123456", lid=LID, nickname="Marina")


def hidden(**changes: object) -> Person:
    made = Person(id="p-hidden", lane=f"person:lid:{LID}", chat=LID, identifiers=(LID,), greeted=True, created_at=START)
    return made.but(**changes)


def test_orders_and_talk_of_both_are_kept() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(hidden(), order(1001, OrderState.PAID), order(1002, OrderState.PAID, buyer_id="p-hidden"))
    chat = Chat(shop)
    chat.writes(HIDDEN, "qto fica o farol do corolla 2015 pro 80010-000?").bot("Curitiba/PR")
    chat.writes(BOTH, "sim").bot("Jadlog")  # the talk that was open goes on
    assert set(shop.persons) == {"p-silva", "p-marina"}
    assert {o.number for o in shop.orders_of_buyer("p-marina")} == {1001, 1002}
    person = chat.person
    assert (person.id, person.chat, person.lane) == ("p-marina", BOTH.chat, "person:4198123456")
    assert set(person.identifiers) == {"5541998123456", LID}
    assert shop.person("p-hidden") == person  # by the old id too


def test_who_wrote_last_knows_best_and_what_only_one_knows_is_kept() -> None:
    shop = parts_shop(marina(greeted=True, address=CURITIBA, email="marina@gmail.com", email_confirmed=True))
    shop.add(hidden(address=RECIFE, email="outra@gmail.com"))
    chat = Chat(shop).writes(HIDDEN, "oi").writes(BOTH, "oi")
    assert chat.person.address == RECIFE
    assert (chat.person.name, chat.person.document) == ("Marina Souza", "52998224725")
    assert (chat.person.email, chat.person.email_confirmed) == ("marina@gmail.com", True)


def test_a_no_to_news_is_kept() -> None:
    for first, second in ((False, True), (True, False)):
        shop = parts_shop(marina(greeted=True, reminders=first))
        shop.add(hidden(reminders=second))
        assert not Chat(shop).writes(BOTH, "oi").person.reminders


def test_a_shop_stays_a_shop() -> None:
    shop = parts_shop()
    shop.add(hidden(created_at=START - timedelta(days=90)))  # older than the shop's own row
    seller = Sender(chat="5511987654321@c.us", phone="5511987654321", lid=LID)
    Chat(shop).writes(seller, "menu").bot("O que falta enviar")
    assert shop.seller_of("p-silva") is not None
    assert "p-hidden" not in shop.persons


def test_an_account_that_has_anothers_phone_now_is_another_person() -> None:
    shop = parts_shop(marina(greeted=True, identifiers=("5541998123456", "111@lid")))
    shop.add(hidden(), order(1001, OrderState.PAID))
    chat = Chat(shop).writes(BOTH, "meus pedidos")
    assert {"p-marina", "p-hidden"} <= set(shop.persons)
    chat.not_bot("#1001")
    assert shop.persons["p-hidden"].chat == BOTH.chat
    assert shop.persons["p-hidden"].identifiers == (LID,)  # the phone stays who had it first


def test_a_correction_and_the_owner_bring_them_together_too() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(hidden())
    chat = Chat(shop).writes(BOTH, "oi")
    chat.owner("deixa comigo")
    assert chat.shop.conversation("p-marina").silent_by == "owner"
