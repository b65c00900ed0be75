"""First contact, identity, e-mail, leaving, personal data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import conversations
from bot.domain.commands import SendText
from bot.domain.decision import Decision, Moved, Stored
from bot.domain.events import Message, Sender
from bot.domain.order import Method, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.support_shop import MemoryShop, marina


def test_first_contact_says_who_speaks_and_what_for() -> None:
    chat = Chat(parts_shop())
    chat.buyer("oi").bot(
        "Oi, Marina! Sou o assistente da AutoPars (robô).",
        "autopars.example/privacidade*SAIR",
        "Posso: 1 Cotar frete e comprar*2 Meus pedidos*3 Pagamento / boleto*4 Falar com atendente",
    )
    chat.buyer("oi").bot("Posso:").not_bot("Sou o assistente")
    person = chat.person
    assert person.lane == "person:4198123456"
    assert person.id.startswith("p")
    assert person.greeted


def test_a_seller_gets_a_sellers_menu() -> None:
    Chat(parts_shop()).seller("menu").bot("1 O que falta enviar*2 Cadastrar peça*4 Minhas compras")


def test_the_chat_follows_the_latest_message_and_identifiers_grow() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    again = Sender(chat="554198123456@c.us", phone="5541998123456", lid="777@lid", nickname="Má")
    chat.writes(again, "oi")
    assert chat.person.chat == "554198123456@c.us"
    assert set(chat.person.identifiers) == {"5541998123456", "777@lid"}
    assert chat.said[-1][0] == "554198123456@c.us"


def test_one_person_is_worked_in_one_lane() -> None:
    shop = parts_shop(marina(greeted=True, identifiers=("5541998123456", "777@lid")))
    hidden = Sender(chat="777@lid", lid="777@lid")
    event = Message(sender=hidden, message_id="1", sent_at=START, content="text", text="oi")
    stored = Stored(9, "person:lid:777@lid", event, START)
    decision = Decision(stored)
    conversations.decide(stored, shop, START, decision)
    assert not decision.commands
    assert decision.again
    assert decision.writes == [Moved("person:lid:777@lid", shop.persons["p-marina"])]


def test_trouble_is_answered_and_leaves_nothing_to_trip_over() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("farol direito corolla")
    event = Message(sender=chat.sender, message_id="x", sent_at=chat.now, content="text", text="sim")
    stored = Stored(900, chat.lane, event, chat.now)
    decision = Decision(stored)
    conversations.apologise(stored, chat.shop, chat.now, decision)
    chat.shop.apply(decision)
    said = decision.commands[0].command
    assert isinstance(said, SendText)
    assert "problema aqui" in said.text
    assert not chat.shop.conversation("p-marina").frames


# --- e-mail -----------------------------------------------------------------------------------------------


def after_the_code() -> Chat:
    shop = MemoryShop()
    shop.add(marina(greeted=True), order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    chat = Chat(shop)
    ends = (chat.now + timedelta(minutes=30)).isoformat()
    return chat.notice("charge_ready", "p-marina", 1001, method="pix", amount="51240", pix_code="X", expires_at=ends)


def test_an_address_is_asked_for_once_after_the_code_and_confirmed() -> None:
    chat = after_the_code().bot("Se o WhatsApp falhar, quero te avisar por e-mail. Qual o seu? (ou pular)")
    chat.buyer("marina@gmial.com").bot("É marina@gmail.com? 1 Sim 2 Não, é gmial.com mesmo")
    chat.buyer("1").bot("Mandei um código de 6 números para marina@gmail.com. Digite aqui (vale 10 min)")
    code = chat.mails[-1].data["code"]
    assert len(code) == 6
    assert chat.mails[-1].to == "marina@gmail.com"
    wrong = "000000" if code != "000000" else "111111"
    chat.buyer(wrong).bot("Não é esse código*4 tentativas")
    chat.buyer(code).bot("E-mail confirmado")
    assert chat.person.email_confirmed
    assert "marina@gmail.com" in chat.person.identifiers
    assert code not in str(chat.shop.conversations)


def test_skipping_is_fine_and_nobody_is_asked_again() -> None:
    chat = after_the_code().buyer("pular").bot("Sem problema")
    chat.notice("charge_ready", "p-marina", 1001, method="pix", amount="51240", pix_code="X", expires_at="")
    chat.not_bot("Qual o seu?")


def test_a_code_ends_after_ten_minutes_and_after_five_tries() -> None:
    chat = after_the_code().buyer("marina@exemplo.com.br")
    code = chat.mails[-1].data["code"]
    chat.now += timedelta(minutes=11)
    chat.buyer(code).bot("Esse código não vale mais. Quer que eu mande outro?")
    chat.buyer("sim").bot("Mandei um código")
    assert len(chat.mails) == 2
    wrong = "000000" if chat.mails[-1].data["code"] != "000000" else "111111"
    for _ in range(4):
        chat.buyer(wrong).bot("Não é esse código")
    chat.buyer(wrong).bot("não vale mais")
    assert not chat.person.email_confirmed


def test_an_address_that_is_none_and_one_that_bounces() -> None:
    chat = after_the_code().buyer("marina@").bot("parece incompleto")
    chat.buyer("paguei").bot("Ainda não caiu").not_bot("Qual o seu?")  # asked once, not nagged about
    chat.buyer("marina@gmail.exemplo").bot("código de 6 números")


# --- leaving ----------------------------------------------------------------------------------------------


def test_leaving_and_coming_back() -> None:
    chat = Chat(parts_shop(marina(greeted=True, email="marina@gmail.com", email_confirmed=True)))
    chat.buyer("SAIR").bot("não envio mais lembretes e novidades", "SAIR TUDO", "VOLTAR AVISOS")
    assert (chat.person.reminders, chat.person.mail_only) == (False, False)
    chat.buyer("SAIR TUDO").bot("Avisos de pedidos vão só por e-mail (m•••@gmail.com)")
    assert chat.person.mail_only
    chat.buyer("voltar avisos").bot("os avisos voltaram")
    assert (chat.person.reminders, chat.person.mail_only) == (True, False)


def test_leaving_all_without_an_address_asks_for_one() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("sair tudo").bot("não envio mais avisos por aqui", "qual é o seu? (ou pular)")
    assert chat.person.mail_only


def test_words_that_look_like_leaving_are_not() -> None:
    for said in ("quero cancelar o pedido 1001", "quero parar de usar cartão", "sair do cadastro"):
        chat = buyer_with_orders()
        chat.buyer(said)
        assert chat.person.reminders, said
    for said in ("não quero mais receber avisos", "cancelar avisos", "sem lembrete", "pare"):
        chat = buyer_with_orders()
        chat.buyer(said)
        assert not chat.person.reminders, said


@pytest.mark.parametrize("said", ["nota fiscal do 1777", "1777 veio quebrado"])
def test_who_names_anothers_order_is_no_buyer_of_it_for_who_takes_over(said: str) -> None:
    """They would tell a stranger what is another's. The stranger hears the same of an order that there is not."""
    told = []
    for others in (False, True):
        chat = buyer_with_orders()
        if others:
            chat.shop.add(order(1777, OrderState.PAID, buyer_id="p-other"))
        chat.buyer(said).bot("cita o pedido #1777, que não é deste número")
        assert "não é deste número" in chat.alerts[-1].text
        told.append(chat.last)
    assert told[0] == told[1]
    buyer_with_orders().buyer("nota fiscal do 1001").not_bot("não é deste número")
