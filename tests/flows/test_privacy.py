"""Somebody's own data: a copy, and their end."""

from __future__ import annotations

import pytest

from bot.domain import commands as c
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop
from tests.support_shop import marina


def with_past(**changes: object) -> Chat:
    """Marina has one order that is long over."""
    shop = parts_shop(marina(greeted=True, **changes))
    shop.add(order(1001, OrderState.CLOSED))
    return Chat(shop)


def test_a_copy_in_the_chat_after_it_is_plain_who_asks() -> None:
    chat = with_past().buyer("quero meus dados").bot("os 3 últimos números do seu CPF?")
    assert not [x for _, x in chat.said if isinstance(x, c.SendMyData)]
    chat.buyer("725").bot("Aqui vai a cópia de tudo o que guardamos", "person.copy")
    sent = next(x for _, x in chat.said if isinstance(x, c.SendMyData))
    assert (sent.to, sent.person_id) == ("5541998123456@c.us", "p-marina")
    assert not chat.copies


def test_a_confirmed_address_gets_it_too() -> None:
    chat = with_past(email="marina@gmail.com", email_confirmed=True)
    chat.buyer("me manda uma cópia dos meus dados").buyer("529.982.247-25").bot("Mando também para m•••@gmail.com")
    assert [m.to for m in chat.copies] == ["marina@gmail.com"]
    chat = with_past(email="marina@gmail.com").buyer("quero meus dados").buyer("725")
    assert not chat.copies


def test_the_wrong_figures_end_after_a_few_tries() -> None:
    chat = with_past().buyer("apaga meus dados").buyer("2")
    for left in ("4 tentativas", "3 tentativas", "2 tentativas", "1 tentativa"):
        chat.buyer("111").bot(f"Não são esses. Confere? (mais {left})")
    chat.buyer("222").bot("Não consegui confirmar que é você")
    chat.buyer("apaga meus dados").buyer("2").bot("Não consegui confirmar que é você")
    chat.passes(hours=25)
    chat.buyer("apaga meus dados").buyer("2").buyer("725").bot("Não dá para desfazer")
    assert "p-marina" in chat.shop.persons


def test_an_open_order_stands_against_it() -> None:
    chat = with_past()
    chat.shop.add(order(1002, OrderState.SHIPPED), order(1003, OrderState.DELIVERED))
    chat.buyer("quero apagar meus dados").buyer("apagar").bot(
        "os pedidos #1002, #1003 estão abertos", "posso mandar uma cópia"
    )
    chat.shop.add(order(1002, OrderState.CLOSED), order(1003, OrderState.CLOSED))
    refunding = charge(Method.CARD, ChargeState.REFUNDING)
    chat.shop.add(order(1004, OrderState.CANCELLED, charges=(refunding,)))
    chat.buyer("exclui minha conta").buyer("2").bot("o pedido #1004 está aberto")


def test_an_explicit_yes_erases_all_but_what_the_law_keeps() -> None:
    chat = with_past()
    chat.buyer("apaga meus dados").buyer("2").buyer("725").bot(
        "Não dá para desfazer", "pedidos, notas e pagamentos", "Apago?"
    )
    chat.buyer("não").bot("não apaguei nada")
    chat.buyer("apaga meus dados").buyer("2").buyer("725").buyer("sim").bot(
        "Estou apagando", "Pronto, apaguei seus dados"
    )
    assert "p-marina" not in chat.shop.persons
    assert "p-marina" not in chat.shop.conversations
    kept = chat.shop.orders[1001]
    assert kept.buyer_id.startswith("erased-")
    assert kept.recipient.document == "52998224725"
    chat.buyer("oi").bot("Sou o assistente da AutoPars")
    chat.buyer("meus pedidos").not_bot("#1001")
    assert not [a for a in chat.alerts if "p-marina" in a.text or "5541" in a.text]


def test_who_gave_no_document_is_known_by_the_chat() -> None:
    chat = Chat(parts_shop(marina(greeted=True, document="")))
    chat.buyer("apaga meus dados").buyer("2").bot("Apago?").buyer("sim").bot("Pronto, apaguei")


def test_a_shop_closes() -> None:
    chat = Chat(parts_shop())
    chat.seller("quero apagar meus dados").seller("2").bot("A sua loja fecha e os anúncios saem do ar").seller(
        "sim"
    ).bot("apaguei")
    assert chat.shop.seller_of("p-silva") is None


@pytest.mark.parametrize("said", ["lgpd", "o que vocês sabem de mim? meus dados"])
def test_what_is_wanted_is_asked_where_it_is_not_clear(said: str) -> None:
    chat = with_past().buyer(said).bot("1 Uma cópia dos meus dados 2 Apagar", "prazo da lei")
    chat.buyer("2").bot("3 últimos números")


@pytest.mark.parametrize("said", ["quero apagar meus dados", "exclui minha conta"])
def test_erasure_is_chosen_beside_the_copy(said: str) -> None:
    chat = with_past(document="").buyer(said).bot("1 Uma cópia dos meus dados 2 Apagar", "até 15 dias", "prazo da lei")
    chat.buyer("1").bot("Aqui vai a cópia").buyer(said).buyer("2").bot("Não dá para desfazer").buyer("não")
    assert "p-marina" in chat.shop.persons


def test_a_copy_that_cannot_be_sent_is_told() -> None:
    chat = with_past()
    chat.down = {"person.copy"}
    chat.buyer("quero meus dados").buyer("725").bot("Aqui vai a cópia")
    chat.up_again()
    assert any(isinstance(x, c.SendMyData) for _, x in chat.said)
    chat.refused = {"person.copy"}
    chat.buyer("quero meus dados").buyer("725").bot("O arquivo com os seus dados não saiu agora")
