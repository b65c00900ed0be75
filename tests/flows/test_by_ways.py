"""The by-ways of buying: what stands beside the straight road from the first word to the order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain.events import OrderPlaced, Parked
from bot.domain.order import ChargeState, Method, NoOffer, OrderState
from tests.flows.chat import Chat, offer
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.support_shop import headlight, marina

HEADLIGHT = "farol direito corolla pra 80010000"
NOBODY = c.QuoteFreight.Quoted(
    offers=(), refusals=(NoOffer(service_id="3", carrier="Jadlog", service=".Package", reason="CEP fora"),)
)


def stranger() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


def parked_again(chat: Chat) -> None:
    """The providers say once more that they do not answer."""
    for new in list(chat.parked):
        chat.event(new.lane, Parked(key=new.key, command=new.command, reason="down"))


# --- where to ---------------------------------------------------------------------------------------------


def test_a_cep_of_a_whole_town_that_is_not_the_place() -> None:
    stranger().buyer("farol direito corolla pra 75400000").bot("CEP geral").buyer("não").bot("Para qual CEP")


def test_instead_of_a_whole_town_a_cep_that_has_lost_its_zero() -> None:
    chat = stranger().buyer("farol direito corolla pra 75400000").buyer("1310100").bot("01310-100")
    chat.buyer("sim").bot("São Paulo/SP")


def test_one_lost_zero_after_another() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("1310100").bot("01310-100")
    chat.buyer("1310-200").bot("01310-200")


def test_a_cep_that_nobody_has() -> None:
    chat = stranger().buyer("farol direito corolla pra 04567000").bot("Esse CEP não existe", "80010-000")
    chat.buyer("80010-000").bot("Curitiba/PR", "É aí mesmo?")


def test_another_cep_while_the_first_is_looked_up() -> None:
    chat = stranger()
    chat.slow = {"place.look_up"}
    chat.buyer(HEADLIGHT)
    chat.buyer("01310-100").up_again().bot("São Paulo/SP").not_bot("Curitiba/PR")


def test_the_town_named_differs_and_is_the_one_of_the_cep_after_all() -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000 em são paulo").bot("mas você escreveu", "São Paulo")
    chat.buyer("1").bot("Curitiba/PR", "É aí mesmo?")


def test_the_town_named_differs_and_another_cep_settles_it() -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000 em são paulo").bot("mas você escreveu")
    chat.buyer("01310-100").bot("São Paulo/SP", "É aí mesmo?")


# --- the quote --------------------------------------------------------------------------------------------


def test_another_cep_while_the_freight_is_quoted() -> None:
    chat = stranger()
    chat.slow = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim")
    chat.buyer("01310-100").bot("São Paulo/SP", "É aí mesmo?").buyer("sim")
    chat.up_again().bot("Opções de entrega")


def test_a_quote_that_is_refused_asks_for_the_cep_again() -> None:
    chat = stranger()
    chat.quotes = lambda command: "invalid_postal_code"
    chat.buyer(HEADLIGHT).buyer("sim").bot("CEP").not_bot("Opções de entrega")
    chat.quotes = c.QuoteFreight.Quoted(offers=(offer("1", "Correios", "PAC", 38_90, 7),))
    chat.buyer("01310-100").buyer("sim").bot("Correios PAC")


@pytest.mark.parametrize(("answer", "said"), [(NOBODY, "Nenhuma transportadora leva"), ("refused", "CEP")])
def test_the_quote_that_was_down_comes_back_without_an_offer(answer: object, said: str) -> None:
    chat = stranger()
    chat.down = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim").bot("A cotação está fora do ar")
    parked_again(chat)
    chat.quotes = lambda command: answer
    chat.up_again().bot(said)


def test_where_nobody_delivers_the_buyer_may_leave_it() -> None:
    chat = stranger()
    chat.quotes = NOBODY
    chat.buyer(HEADLIGHT).buyer("sim").bot("Nenhuma transportadora leva")
    chat.buyer("não").bot("outra peça ou outro CEP")


def test_where_nobody_delivers_another_place_is_tried() -> None:
    chat = stranger()
    chat.quotes = lambda command: NOBODY if command.destination == "80010000" else "refused"
    chat.buyer(HEADLIGHT).buyer("sim").bot("Nenhuma transportadora leva")
    chat.buyer("01310-100").bot("São Paulo/SP", "É aí mesmo?")


def settled_ahead() -> Chat:
    """Marina has told all she can while the quote is down."""
    chat = stranger()
    chat.down = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim").buyer("3").buyer("pix").buyer("529.982.247-25")
    return chat.buyer("Marina Souza, 210").bot("cotação")


@pytest.mark.parametrize(("answer", "said"), [(NOBODY, "Nenhuma transportadora leva"), ("refused", "CEP")])
def test_all_is_settled_and_then_there_is_no_offer(answer: object, said: str) -> None:
    chat = settled_ahead()
    parked_again(chat)
    chat.quotes = lambda command: answer
    chat.up_again().bot(said)


def test_all_is_settled_and_then_the_place_is_another() -> None:
    chat = settled_ahead().buyer("01310-100").bot("São Paulo/SP", "É aí mesmo?")
    chat.up_again().buyer("sim").bot("Opções de entrega").buyer("1").bot("número da casa")  # of the new place


def test_no_offer_comes_while_the_data_are_still_being_told() -> None:
    chat = stranger()
    chat.down = {"freight.quote"}
    chat.buyer(HEADLIGHT).buyer("sim").buyer("3").buyer("pix")
    chat.quotes = NOBODY
    chat.up_again()
    chat.buyer("529.982.247-25").buyer("Marina Souza, 210").bot("Nenhuma transportadora leva")


# --- the last yes -----------------------------------------------------------------------------------------


def test_a_total_that_is_too_small_to_charge() -> None:
    chat = stranger()
    chat.shop.add(headlight(listing=570, sku="PAR", title="Parafuso placa Gol", fits=("Gol",), price=1_00))
    chat.quotes = c.QuoteFreight.Quoted(offers=(offer("1", "Correios", "PAC", 2_00, 7),))
    chat.buyer("parafuso placa gol pra 80010000").buyer("sim").buyer("1").bot("total mínimo de um pedido é R$ 5,00")
    assert chat.shop.orders == {}


def test_a_yes_after_the_prices_have_run_out() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer(f"{HEADLIGHT} no pix pelo sedex").buyer("sim").bot("Confirmo o pedido?")
    chat.now += timedelta(hours=3)
    chat.buyer("sim").bot("Opções de entrega").not_bot("Pedido #")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]


# --- an order that waits for its money --------------------------------------------------------------------


def test_the_rows_of_an_order_that_waits() -> None:
    buyer_with_orders().buyer("1001").bot("Pagar agora").buyer("pagar agora").bot("Como prefere pagar")
    buyer_with_orders().buyer("1001").buyer("cancelar esse pedido").bot("Cancelar o #1001")
    buyer_with_orders().buyer("1001").buyer("só isso").bot("é só escrever")
    buyer_with_orders().buyer("1001").buyer("1003").bot("#1003", "em trânsito")
    buyer_with_orders().buyer("1002").press("atendente").bot("Já estou chamando", "pedido #1002")


def test_the_code_is_asked_for_while_it_is_being_made() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX, ChargeState.REQUESTED),)))
    Chat(shop).buyer("manda o pix").bot("Estou gerando o código Pix do #1001")


def test_an_expired_pix_is_not_made_again_without_a_yes() -> None:
    for said, answer in (("não", "pagar 1001"), ("no boleto", "boleto")):
        chat = buyer_with_orders()
        chat.notice("pix_expired", "p-marina", 1001).bot("venceu")
        chat.buyer(said).bot(answer).not_bot("Não peguei")


def test_cancelling_where_there_is_nothing_to_cancel() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.CANCELLED))
    Chat(shop).buyer("quero cancelar um pedido").bot("não tem pedido em aberto para cancelar")


def test_an_order_that_leaves_while_its_buyer_thinks_about_cancelling() -> None:
    chat = buyer_with_orders().buyer("cancela o 1002").bot("Cancelo?")
    chat.shop.add(chat.shop.orders[1002].but(state=OrderState.SHIPPED, version=chat.shop.orders[1002].version))
    chat.buyer("sim").bot("#1002").not_bot("cancelando o #1002")
    assert not [e for e in chat.heard_by_orders if type(e).__name__ == "CancelAsked"]


# --- e-mail -----------------------------------------------------------------------------------------------


def test_an_address_mended_at_the_question_for_the_code() -> None:
    chat = stranger().buyer("meu email é marina@loja.example").bot("código")
    chat.buyer("é marina@gmial.com").bot("gmail.com").buyer("pular").bot("Sem problema")


def test_an_address_that_e_mail_does_not_reach() -> None:
    chat = stranger()
    chat.refusals = {"mail.send": "bad_address"}
    chat.buyer("meu email é marina@loja.example").bot("Não consegui mandar para marina@loja.example")
    assert len(chat.mails) == 0


# --- a parcel that did not arrive -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer"), [("ok", "sobreaviso"), ("2", "endereço está errado"), ("3", "Já estou chamando")]
)
def test_a_parcel_that_could_not_be_handed_over(said: str, answer: str) -> None:
    chat = buyer_with_orders().notice("order_undelivered", "p-marina", 1003, carrier="Jadlog").bot("não conseguiu")
    chat.buyer(said).bot(answer)
