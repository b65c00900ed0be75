"""An account goes on from another number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import SendText
from bot.domain.events import Sender
from bot.domain.order import OrderState
from bot.domain.people import Person
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop
from tests.support_shop import marina, silva

NEW = Sender(chat="5541977776666@c.us", phone="5541977776666", lid="888@lid", nickname="Má")


def moved(**changes: object) -> Chat:
    """Marina has bought once from her old number, and confirmed her address."""
    known = {"email": "marina@gmail.com", "email_confirmed": True, "identifiers": ("5541998123456", "111@lid")}
    shop = parts_shop(marina(greeted=True, **{**known, **changes}))
    shop.add(order(1001, OrderState.CLOSED))
    return Chat(shop)


def code_in(chat: Chat) -> str:
    return chat.mails[-1].data["code"]


def test_a_code_by_email_brings_the_account_to_the_new_number() -> None:
    chat = moved().writes(NEW, "troquei de número, cadê meus pedidos?").bot("mande o e-mail que você confirmou")
    chat.writes(NEW, "marina@gmail.com").bot("Se marina@gmail.com for de uma conta daqui", "vale 10 min")
    assert chat.mails[-1].to == "marina@gmail.com"
    chat.writes(NEW, code_in(chat)).bot("Código certo", "a sua conta agora é deste número*Encontrei 1 pedido")
    person = chat.person
    assert person.id == "p-marina"
    assert (person.chat, person.document, person.email_confirmed) == (NEW.chat, "52998224725", True)
    assert "5541998123456" not in person.identifiers
    assert "111@lid" not in person.identifiers
    chat.writes(NEW, "meus pedidos").bot("#1001")
    warned = [x.text for to, x in chat.said if to == "5541998123456@c.us" and isinstance(x, SendText)]
    assert "passou para outro número" in warned[-1]
    assert chat.mails[-1].subject == "Sua conta passou para outro número"


def test_the_old_number_is_a_strangers_then() -> None:
    chat = moved().writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com")
    chat.writes(NEW, code_in(chat))
    chat.buyer("meus pedidos").not_bot("#1001")
    assert chat.person.id != "p-marina"


@pytest.mark.parametrize("address", ["ninguem@gmail.com", "marina@outro.com.br"])
def test_an_address_that_nobody_has_is_answered_alike_and_opens_nothing(address: str) -> None:
    known = moved().writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com").last[-1]
    chat = moved().writes(NEW, "recuperar conta").writes(NEW, address)
    assert chat.last[-1].replace(address, "x") == known.replace("marina@gmail.com", "x")
    assert not chat.mails
    chat.writes(NEW, "000000").bot("Não é esse código, ou ele não vale mais")


def test_an_address_that_was_never_confirmed_opens_nothing() -> None:
    chat = moved(email_confirmed=False).writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com")
    assert not chat.mails


def test_codes_run_out_and_tries_are_few() -> None:
    chat = moved().writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com")
    code = code_in(chat)
    chat.now += timedelta(minutes=11)
    chat.writes(NEW, code).bot("ou ele não vale mais")
    for _ in range(2):
        chat.writes(NEW, "000000" if code != "000000" else "111111").bot("Não é esse código")
    chat.writes(NEW, "marina@gmail.com")
    chat.writes(NEW, code_in(chat)).bot("tentativas demais por hoje")
    chat.writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com").bot("tentativas demais")
    assert len(chat.mails) == 2
    assert "p-marina" in chat.shop.persons
    assert chat.person.id != "p-marina"


def test_a_shops_account_comes_along() -> None:
    chat = Chat(parts_shop())
    chat.writes(NEW, "perdi meu número antigo, quero recuperar minha conta")
    chat.writes(NEW, "loja@autopars.example").writes(NEW, code_in(chat)).bot("Encontrei a loja Auto Peças Silva")
    seller = chat.shop.seller_of(chat.person.id)
    assert seller is not None
    assert seller.id == "s-silva"


def test_two_shops_stay_two_and_a_shared_address_is_a_persons_business() -> None:
    chat = moved()
    chat.shop.add(silva(id="s-2", person_id="p-marina", name="Loja 2"))
    chat.writes(NEW, "oi")
    mine = chat.person
    chat.shop.add(silva(id="s-3", person_id=mine.id, name="Loja 3"))
    chat.writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com").writes(NEW, code_in(chat)).bot(
        "não junto lojas"
    )
    assert chat.alerts[-1].topic == "contas"
    chat = moved()
    other = Person(id="p-z", lane="person:z", chat="z", identifiers=("z",), created_at=chat.now)
    chat.shop.add(other.but(email="marina@gmail.com", email_confirmed=True))
    chat.writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com").writes(NEW, code_in(chat)).bot(
        "mais de uma conta"
    )
    assert "p-z" in chat.shop.persons


def test_a_lone_address_after_an_unknown_order() -> None:
    chat = moved().writes(NEW, "pedido 1001").bot("e-mail da compra")
    chat.writes(NEW, "marina@gmail.com").bot("Mandei um código de 6 números para marina@gmail.com")
    chat.writes(NEW, code_in(chat)).bot("E-mail confirmado", "já é de uma conta daqui, de outro número. Passo ela")
    chat.writes(NEW, "não").bot("cada número continua com a sua conta")
    assert "p-marina" in chat.shop.persons
    chat.writes(NEW, "meu e-mail").writes(NEW, "marina@gmail.com").writes(NEW, code_in(chat))
    chat.writes(NEW, "sim").bot("estou passando", "a sua conta agora é deste número", "1 pedido")
    chat.writes(NEW, "pedido 1001").bot("#1001")


def test_what_was_bought_from_both_numbers_is_together() -> None:
    chat = moved()
    chat.writes(NEW, "oi")
    chat.shop.add(order(1002, OrderState.CLOSED, buyer_id=chat.person.id))
    chat.writes(NEW, "recuperar conta").writes(NEW, "marina@gmail.com").writes(NEW, code_in(chat))
    assert {o.number for o in chat.shop.orders_of_buyer("p-marina")} == {1001, 1002}
