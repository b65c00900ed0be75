"""The by-ways of selling: sales that are not there, of which there are several, or that somebody else answers."""

from __future__ import annotations

import pytest

from bot.domain.disputes import Dispute, DisputeState
from bot.domain.events import DisputeAnswered, InvoiceGiven, ReturnAnswered, ReturnReceived, SaidPosted, SaleAnswered
from bot.domain.order import ChargeState, Method, Order, OrderState, Return, ReturnReason, ReturnState, ShipmentState
from tests.flows.chat import START, Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales, shipment
from tests.flows.test_invoicing import KEY, labelled, one_to_ship
from tests.support_shop import marina


def sold(*orders: Order) -> Chat:
    """Silva has sold these, and no more."""
    shop = parts_shop(marina(greeted=True))
    shop.add(*orders)
    return Chat(shop)


# --- is the part still there ------------------------------------------------------------------------------


def test_an_answer_to_a_sale_that_waits_for_none() -> None:
    chat = seller_with_sales().seller("tenho 1002").bot("A venda #1002 não espera resposta: está")
    chat.seller("tenho 4477").bot("O 4477 não é uma venda da sua loja", "Suas vendas abertas: 1002, 1001")
    assert not chat.heard_by_orders


# --- the list of sales ------------------------------------------------------------------------------------


def test_from_a_sale_to_its_answer() -> None:
    chat = seller_with_sales().seller("detalhes 1002").seller("o que falta enviar").seller("1").press("Não tenho")
    chat.bot("cancelo a venda #1001", "Confirma?").seller("sim")
    assert chat.orders_hear(SaleAnswered).has_it is False


def test_from_a_sale_back_to_the_list_and_away() -> None:
    chat = seller_with_sales().seller("o que falta enviar").seller("1").press("Voltar à lista").bot("2 para postar")
    chat.seller("2").press("Só isso").bot("é só escrever")


def test_from_a_sale_to_a_person_by_the_number_of_the_row() -> None:
    chat = seller_with_sales().seller("o que falta enviar").seller("2").bot("3 Falar com atendente")
    chat.seller("3").bot("Já estou chamando", "venda #1002")


def test_from_a_sale_to_posted() -> None:
    chat = seller_with_sales().seller("o que falta enviar").seller("2").press("Já postei").bot("Marquei 1002")
    assert chat.orders_hear(SaidPosted).order == 1002


# --- posted, and the label --------------------------------------------------------------------------------


def test_posted_where_nothing_is_to_be_posted() -> None:
    sold().seller("já postei").bot("Nada para postar agora")


def test_posted_and_the_label_where_several_may_be_meant() -> None:
    chat = seller_with_sales()
    chat.shop.add(order(1005, OrderState.ACCEPTED, shipments=(shipment(ShipmentState.GENERATED),)))
    chat.seller("quero a etiqueta").bot("De qual venda é a etiqueta?", "1005", "1002").seller("1005")
    chat.bot("(etiqueta-1005.pdf)")
    chat.seller("já postei").bot("Qual venda você postou?").seller("1005").bot("Marquei 1005 como postado")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [1005]


# --- the note and the box ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [KEY, "quero mudar as medidas"])
def test_a_note_and_a_box_where_nothing_is_to_be_posted(said: str) -> None:
    chat = sold().seller(said).bot("Nada para postar agora")
    assert not chat.heard_by_orders


def test_a_box_where_several_may_be_meant() -> None:
    chat = seller_with_sales().seller("quero mudar as medidas").bot("De qual venda são as medidas?", "1001", "1002")
    chat.seller("1002").bot("Agora está: 35x30x60 cm")


def test_a_box_of_a_sale_that_is_not_theirs() -> None:
    chat = seller_with_sales().seller("medidas do 4477: 50x40x30 4kg").bot("O 4477 não é uma venda da sua loja")
    assert not chat.heard_by_orders


def test_a_label_is_left_as_it_is_at_the_question_for_the_key() -> None:
    chat = one_to_ship(shipments=labelled()).seller("vou mandar a nota do 1002").bot("deixa assim")
    chat.seller("deixa assim").bot("a #1002 fica como está")
    assert not [e for e in chat.heard_by_orders if isinstance(e, InvoiceGiven)]


# --- a part that the buyer gives back ---------------------------------------------------------------------


def given_back(number: int, state: ReturnState, of: OrderState = OrderState.DELIVERED) -> Order:
    back = Return(reason=ReturnReason.BROKEN, state=state, asked_at=START)
    return order(number, of, back=back)


def test_a_claim_is_not_accepted_in_words() -> None:
    chat = sold(given_back(1003, ReturnState.ASKED)).seller("não aceito devolução 1003")
    chat.bot("você não aceita a devolução da #1003")
    assert chat.orders_hear(ReturnAnswered) == ReturnAnswered(order=1003, by="p-silva", accepted=False)


def test_of_two_claims_the_one_that_is_meant_is_asked_for() -> None:
    chat = sold(given_back(1003, ReturnState.ASKED), given_back(1004, ReturnState.ASKED), order(1005, OrderState.PAID))
    chat.seller("não aceito a devolução").bot("De qual venda é a devolução?", "1003", "1004").not_bot("1005")
    assert not chat.heard_by_orders
    chat.seller("1004").bot("você não aceita a devolução da #1004")
    assert chat.orders_hear(ReturnAnswered) == ReturnAnswered(order=1004, by="p-silva", accepted=False)


def test_a_claim_of_a_sale_that_is_not_theirs() -> None:
    chat = sold(given_back(1003, ReturnState.ASKED)).seller("aceito devolução 4477")
    chat.bot("O 4477 não é uma venda da sua loja")
    assert not chat.heard_by_orders


def test_a_claim_for_a_person() -> None:
    chat = sold(given_back(1003, ReturnState.ASKED))
    news = {"reason": "broken", "words": "não liga", "photos": "", "title": "farol", "buyer": "Marina S.", "asked": "1"}
    chat.notice("return_opened", "p-silva", 1003, **news).bot("3 Falar com atendente")
    chat.seller("3").bot("Já estou chamando", "venda #1003, devolução")


def test_of_two_parts_on_their_way_back_one_has_come() -> None:
    chat = sold(given_back(1003, ReturnState.ACCEPTED), given_back(1004, ReturnState.POSTED, OrderState.RETURNING))
    chat.seller("recebi a devolução").bot("De qual venda é a peça que voltou?", "1003", "1004")
    chat.seller("1003").bot("A peça da #1003", "está com você?").seller("sim")
    assert chat.orders_hear(ReturnReceived) == ReturnReceived(order=1003, by="p-silva")


def test_two_labels_back_are_out_and_no_part_is_on_its_way_yet() -> None:
    chat = sold(given_back(1003, ReturnState.ACCEPTED), given_back(1004, ReturnState.ACCEPTED))
    chat.seller("recebi a devolução").bot("De qual venda é a peça que voltou?").not_bot("Não há peça voltando")


def test_a_part_that_came_back_of_no_sale_of_theirs() -> None:
    chat = sold(given_back(1003, ReturnState.POSTED, OrderState.RETURNING)).seller("recebi a devolução 4477")
    chat.bot("O 4477 não é uma venda da sua loja").not_bot("#1003")


def test_a_part_that_came_back_of_a_purchase_of_their_own() -> None:
    chat = sold(given_back(1003, ReturnState.POSTED, OrderState.RETURNING), order(1009, OrderState.PAID).but(
        buyer_id="p-silva", seller_id="s-other"
    ))  # fmt: skip
    chat.seller("recebi a devolução do pedido 1009").not_bot("está com você?", "não é uma venda")


# --- a card holder objects --------------------------------------------------------------------------------


def disputed(number: int) -> Order:
    held = charge(Method.CARD, ChargeState.DISPUTED, received=512_40)
    dispute = Dispute(charge=held.reference, state=DisputeState.OPEN, opened_at=START, reason="not_received")
    return order(number, OrderState.CLOSED, charges=(held,), disputed=True, dispute=dispute)


def test_a_card_holder_is_not_answered() -> None:
    chat = sold(disputed(1001))
    news = {"amount": "51240", "reason": "not_received", "answer_by": "2026-12-14", "title": "farol", "buyer": "M."}
    chat.notice("dispute_opened", "p-silva", 1001, **news).seller("2").bot("fica sem resposta")
    assert chat.orders_hear(DisputeAnswered).contest is False


def test_of_two_that_were_contested_the_one_that_is_meant_is_asked_for() -> None:
    chat = sold(disputed(1001), disputed(1002), order(1003, OrderState.PAID)).seller("contestar")
    chat.bot("De qual venda é a contestação?", "1001", "1002").not_bot("1003")
    chat.seller("1002").bot("Quer acrescentar algo").seller("não").bot("mandando as provas da #1002")
    event = chat.orders_hear(DisputeAnswered)
    assert (event.order, event.contest) == (1002, True)


def test_a_payment_that_was_contested_of_a_sale_that_is_not_theirs() -> None:
    chat = sold(disputed(1001)).seller("contestar 4477").bot("O 4477 não é uma venda da sua loja")
    assert not chat.heard_by_orders
