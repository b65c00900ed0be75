"""The by-ways of who has bought: another day, another place, back again, and a mind that is changed."""

from __future__ import annotations

from datetime import date

from bot.domain import commands as c
from bot.domain.events import DeliveryAsked, DueDateAsked, ReturnAsked
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop, shipment
from tests.flows.test_by_ways import stranger
from tests.flows.test_delivery_changes import paid, waiting
from tests.flows.test_due_dates import with_boleto
from tests.flows.test_returns import DELIVERED, delivered
from tests.flows.test_streets import FAR, XV, asked
from tests.support_shop import marina

# --- the street instead of the CEP ------------------------------------------------------------------------

FLORES = c.Street(address=XV.address.but(postal_code="80050000", street="Rua das Flores"))


def test_the_place_is_not_here_but_in_a_street_that_is_named() -> None:
    chat = asked(FLORES).buyer("80010-000").bot("É aí mesmo?")
    chat.buyer("não, é na rua das flores, 10").bot("80050-000", "É aí mesmo?").buyer("sim").bot("Opções de entrega")


def test_another_street_at_the_question_for_the_town() -> None:
    chat = asked(XV).buyer("rua das flores").bot("Em qual cidade")
    chat.buyer("rua xv de novembro, curitiba").bot("entrega em Curitiba/PR")


def test_another_street_instead_of_those_that_were_found() -> None:
    chat = asked(XV, FAR).buyer("rua xv de novembro, curitiba/pr").bot("Achei mais de um CEP")
    chat.streets = lambda _: (FLORES,)
    chat.buyer("rua das flores, 10, curitiba").bot("80050-000", "É aí mesmo?")


# --- where an order goes ----------------------------------------------------------------------------------


def test_the_same_cep_asks_for_the_house_alone() -> None:
    chat = waiting().buyer("quero mudar o endereço pro cep 80010-000").bot("Qual o número")
    chat.buyer("215").bot("Rua XV de Novembro, 215, Curitiba/PR, sem mudar o valor").buyer("sim")
    assert chat.orders_hear(DeliveryAsked).destination.number == "215"


def test_no_other_carrier_and_no_person_after_all() -> None:
    waiting().buyer("quero trocar a transportadora").buyer("não").bot("a entrega do #1001 continua como estava")
    chat = paid().buyer("quero mudar o endereço pro cep 50030-230").bot("Chamo?").buyer("não")
    chat.bot("a entrega do #1001 continua como estava")
    assert not chat.alerts


def test_where_nothing_waits_to_be_delivered_and_where_two_do() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)))
    Chat(shop).buyer("quero mudar o endereço").bot("O #1003 já está com a transportadora", "chamar uma pessoa")
    chat = buyer_with_orders().buyer("quero mudar o endereço").bot("De qual pedido é a entrega?", "1002", "1001")
    chat.not_bot("1003").buyer("1001").bot("O #1001 vai para")


# --- another day for a boleto -----------------------------------------------------------------------------


def test_another_day_than_the_one_that_was_asked_for() -> None:
    chat = with_boleto().buyer("muda pra 15/12").bot("Fica 04/12?").buyer("fica").bot("para sex, 04/12")
    assert chat.orders_hear(DueDateAsked).due_date == date(2026, 12, 4)
    chat = with_boleto().buyer("muda pra 15/12").bot("Fica 04/12?").buyer("não").bot("continua de sex, 27/11")
    assert not chat.heard_by_orders


def test_another_mind_at_the_yes_and_between_two_fridays() -> None:
    chat = with_boleto().buyer("muda pra 02/12").bot("Fica para qua, 02/12").buyer("melhor dia 3").bot("qui, 03/12")
    chat.buyer("sim")
    assert chat.orders_hear(DueDateAsked).due_date == date(2026, 12, 3)
    chat = with_boleto().buyer("bota pra sexta que vem").bot("Sexta, 27/11 ou sexta, 04/12?").buyer("não precisa")
    chat.bot("continua de sex, 27/11")


def test_a_later_day_that_wins_nothing() -> None:
    chat = with_boleto().buyer("muda o boleto pra 28/11").bot("dá para pagar até seg, 30/11")
    chat = Chat(parts_shop(marina(greeted=True)))
    boleto = charge(Method.BOLETO, due_date=date(2026, 12, 4))
    chat.shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(boleto,)))
    chat.buyer("muda pra 15/12").bot("o boleto já vence nesse dia", "Quer mudar?")
    chat.buyer("dia 2").bot("Fica para qua, 02/12")


def test_of_two_boletos_the_one_that_is_meant_is_asked_for() -> None:
    chat = with_boleto()
    chat.shop.add(order(1004, OrderState.AWAITING_PAYMENT, charges=(charge(Method.BOLETO),)))
    chat.buyer("quero mudar o vencimento").bot("1004", "1001").buyer("1004").bot("O boleto do #1004 vence sex, 27/11")


# --- back again -------------------------------------------------------------------------------------------


def two_delivered() -> Chat:
    chat = delivered()
    there = shipment(ShipmentState.DELIVERED, reference="order-1004-s1")
    settled = charge(Method.PIX, ChargeState.SETTLED, received=512_40)
    chat.shop.add(order(1004, OrderState.DELIVERED, delivered_at=DELIVERED, charges=(settled,), shipments=(there,)))
    return chat


def test_of_two_parcels_the_one_that_goes_back_is_asked_for() -> None:
    chat = two_delivered().buyer("quero devolver, me arrependi").bot("De qual pedido é a peça?", "1004", "1003")
    chat.buyer("1004").bot("Devolver o #1004").buyer("sim")
    assert chat.orders_hear(ReturnAsked).order == 1004


def test_nothing_goes_back_after_all() -> None:
    chat = delivered().buyer("devolver 1003").bot("O que houve").press("Nada").bot("não abri devolução do #1003")
    assert not chat.heard_by_orders


def test_a_person_hears_of_what_came_broken() -> None:
    chat = delivered().buyer("a peça veio com defeito").buyer("pronto").bot("3 Falar com atendente").buyer("3")
    chat.bot("Já estou chamando", "pedido #1003")
    assert not chat.heard_by_orders


def test_a_person_from_the_rows_of_an_order() -> None:
    chat = buyer_with_orders().buyer("1002").bot("2 Falar com atendente").buyer("2")
    chat.bot("Já estou chamando", "pedido #1002")


# --- e-mail -----------------------------------------------------------------------------------------------


def test_another_address_at_the_question_for_the_code() -> None:
    chat = stranger().buyer("meu email é marina@loja.example").bot("código")
    first = chat.mails[-1].data["code"]
    chat.buyer("não, é marina@exemplo.com.br").bot("para marina@exemplo.com.br")
    assert chat.mails[-1].to == "marina@exemplo.com.br"
    chat.buyer(first).bot("Não é esse código").buyer(chat.mails[-1].data["code"]).bot("E-mail confirmado")
    assert chat.person.email == "marina@exemplo.com.br"


def test_one_mistyped_address_after_another() -> None:
    chat = stranger().buyer("meu email é marina@gmial.com").bot("É marina@gmail.com?")
    chat.buyer("marina@hotmial.com").bot("É marina@hotmail.com?").buyer("sim")
    assert chat.mails[-1].to == "marina@hotmail.com"
