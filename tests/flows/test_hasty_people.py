"""People in a hurry, at the counter, or talking to their telephone. Each answer here was once wrong."""

from __future__ import annotations

import pytest

from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, charge, order, seller_with_sales
from tests.flows.test_journeys import HEADLIGHT, stranger
from tests.flows.test_returns import delivered

TO_PAY = (HEADLIGHT, "sim", "1")


def says(chat: Chat, *lines: str) -> Chat:
    for line in lines:
        chat.buyer(line)
    return chat


def counter(*lines: str) -> Chat:
    chat = seller_with_sales()
    for line in lines:
        chat.seller(line)
    return chat


# --- buyers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["em 3", "em três", "quero em 3", "pode ser em 3"])
def test_how_many_instalments_in_few_words(said: str) -> None:
    chat = says(stranger(), *TO_PAY, "cartao", said).bot("CPF ou CNPJ")
    assert chat.shop.conversation(chat.person.id).frames[-1].data["installments"] == 3


@pytest.mark.parametrize("said", ["boleto nao, pix", "não quero boleto, pix", "pix, cartão não"])
def test_the_way_that_is_left_is_meant(said: str) -> None:
    chat = says(stranger(), *TO_PAY, said).bot("CPF ou CNPJ")
    assert chat.shop.conversation(chat.person.id).frames[-1].data["method"] == "pix"


def test_a_way_that_is_only_refused_is_none() -> None:
    says(stranger(), *TO_PAY, "boleto não").bot("Como prefere pagar?").not_bot("CPF")


@pytest.mark.parametrize("said", ["perai, na vdd é o esquerdo", "ops, é o esquerdo", "desculpa, errei, é o esquerdo"])
def test_the_other_side_after_all(said: str) -> None:
    says(stranger(), HEADLIGHT, said).bot("Farol dianteiro esquerdo Corolla 2015", "É aí mesmo?")


def test_a_misspelt_side_is_a_side() -> None:
    says(stranger(), "vc tem fraol dirreito do corola").bot("Farol dianteiro direito").not_bot("esquerdo")


def test_a_cep_before_the_part_is_chosen_is_noted() -> None:
    chat = says(stranger(), "farol corolla", "qto fica pra 80010000").bot("Anotei o CEP 80010-000", "Achei 2")
    chat.buyer("1").bot("CEP 80010-000", "É aí mesmo?")


def test_a_document_that_is_dictated_is_no_cep() -> None:
    digits = "cinco dois nove nove oito dois dois quatro sete dois cinco"
    says(stranger(), "farol direito corolla", f"meu cpf é {digits}").bot("Anotei o CPF", "CEP").not_bot("não existe")
    says(stranger(), *TO_PAY, "pix", digits).bot("nome completo")
    says(stranger(), "farol direito corolla", "oito zero zero um zero zero zero zero").bot("CEP 80010-000")


@pytest.mark.parametrize("said", ["corolla", "Corolla 2015", "meu carro é corolla"])
def test_a_car_by_itself_is_asked_about(said: str) -> None:
    stranger().buyer(said).bot("Qual peça do Corolla").buyer("farol direito").bot("Farol dianteiro direito Corolla")


def test_the_year_of_the_one_that_was_chosen_keeps_it() -> None:
    says(stranger(), "farol corolla", "2", "2015").bot("esquerdo Corolla 2015", "CEP").not_bot("Achei")


@pytest.mark.parametrize("said", ["cade meu dinheiro", "kd o meu dinheiro de volta", "cadê meu estorno"])
def test_where_the_money_is(said: str) -> None:
    buyer_with_orders().buyer(said).bot("#1001").not_bot("Não peguei")
    chat = buyer_with_orders()
    refunding = charge(Method.PIX, ChargeState.REFUNDING, received=512_40)
    chat.shop.add(order(1002, OrderState.CANCELLED, charges=(refunding,)))
    chat.buyer(said).bot("#1002").not_bot("#1003")


# --- at the counter ---------------------------------------------------------------------------------------


def test_sold_at_the_counter() -> None:
    counter("vendi o farol no balcao agora").bot("(558) ficou sem estoque").not_bot("Não peguei")


@pytest.mark.parametrize("said", ["qual o preço do retrovisor", "o 560 ta quanto", "quanto tenho de retrovisor"])
def test_a_shop_asks_for_its_own_part(said: str) -> None:
    counter(said).bot("560 · Retrovisor direito Onix 2018 · R$ 350,00 · 1 em estoque").not_bot("própria loja")
    counter(said, "poe 10% a mais no 560").bot("Anúncio 560: de R$ 350,00 para R$ 385,00")


def test_a_shop_still_buys_and_still_hears_of_money() -> None:
    counter("quanto vou receber da 1002").bot("#1002").not_bot("em estoque")
    counter("qual o preço do frete do retrovisor pra 80010000").bot("Frete para 80010-000")


def test_back_on_a_day_of_the_week() -> None:
    chat = counter("vou fechar a loja amanha e volto segunda").bot("de ter, 24/11 até dom, 29/11", "seg, 30/11")
    chat.seller("sim").bot("Combinado").seller("voltei").not_bot("Não peguei")
    assert not chat.shop.sellers["s-silva"].away_planned
    counter("voltei").not_bot("reabr")


def test_what_is_open_is_cancelled_by_its_name() -> None:
    chat = counter("cobra 150 do ze no pix 11 98765-1111 pelo parachoque").bot("nome")
    chat.seller("ele pagou?").seller("cancela essa cobrança").bot("Parei a cobrança").not_bot("Confere?")
    says(stranger(), HEADLIGHT, "cancela essa compra").bot("Parei a sua compra")
    buyer_with_orders().buyer("cancela essa compra").bot("Qual pedido você quer cancelar?")


def test_who_cannot_post_has_not_posted() -> None:
    for said in ("nao vou conseguir postar hoje a 1002", "não consigo enviar a 1002 hoje"):
        chat = counter(said).not_bot("Marquei")
        assert not chat.heard_by_orders


# --- the second round -------------------------------------------------------------------------------------


def test_the_number_of_the_order_is_asked_for() -> None:
    buyer_with_orders().buyer("qual o numero do pedido").bot("#1003", "#1001").not_bot("Não peguei")


def test_a_car_is_no_part_where_the_part_is_asked_for() -> None:
    chat = says(stranger(), "preciso urgente de uma peça pro meu carro", "é um gol 2012/13")
    chat.bot("Qual peça do Gol 2012/2013").buyer("parachoque dianteiro").bot("parachoque dianteiro Gol 2012/2013")


def test_another_part_of_the_same_car() -> None:
    chat = says(stranger(), "tem farol de milha do gol?", "e lanterna?").bot("Não achei lanterna Gol")
    chat.buyer("me avisa quando tiver").bot("quando entrar lanterna Gol, te aviso")


def test_words_of_waiting_are_no_part() -> None:
    chat = says(stranger(), "quero comprar uma peça", "me avisa quando tiver").not_bot("quando entrar me avisa")
    assert not chat.shop.wishes


def test_the_yes_to_a_return_in_its_own_word() -> None:
    says(delivered(), "a peça nao serviu no meu carro", "devolver").bot("aberta").not_bot("O que houve")


def test_where_a_return_is_posted() -> None:
    says(delivered(), "a peça nao serviu no meu carro", "onde posto?").bot("agência dos Correios", "Confirmo?")


def test_another_percentage() -> None:
    counter("aumenta tudo 10%", "nao, 5%").bot("+5%", "R$ 504,00").not_bot("nenhum preço")
    counter("desconto de 10% em tudo", "5%").bot("-5%", "R$ 456,00")


def test_another_bank_account() -> None:
    for said in ("muda minha conta do banco", "quero trocar a minha conta bancária"):
        counter(said).not_bot("pedido esperando pagamento", "Não peguei")
