"""A ninth round: stories over days in which both sides write, and the orders between them decide. What was
dangerous."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from tests.flows.town import Town, two_shops

BUYS = ("80010-000", "sim", "a mais barata", "pix", "529.982.247-25", "Marina Souza, 210 apto 31")


def headlight_sold() -> Town:
    """Marina has paid the headlight, and Silva is asked whether it is there."""
    town = two_shops()
    town.buyer("oi, preciso de um farol direito do corolla 2015")
    return town.plays_out(*BUYS).pays()


def three_sold() -> Town:
    town = headlight_sold().plays_out("agora o retrovisor direito do onix", "sim", "1", "pix").pays()
    return town.plays_out("e o jogo de velas do civic 2012", "sim", "1", "pix").pays()


def accepted(town: Town) -> list[int]:
    return [n for n, order in sorted(town.shop.orders.items()) if order.state is OrderState.ACCEPTED]


def test_who_writes_is_no_yes_to_a_sale() -> None:
    """*Aqui é a Cida* was *aqui*: the part is here."""
    town = headlight_sold()
    town.seller("oi aqui é a Cida, funcionária do Silva").bot("Oi!", "Ainda tem a peça?")
    assert not accepted(town)
    town.seller("tá aqui na mão").bot("Separa a peça")


def test_a_part_that_is_gone_is_not_accepted() -> None:
    """*Não tenho mais*, said again at *confirma?*, was a *não* to that, and *tenho* to the question before."""
    town = headlight_sold()
    town.seller("vendi o farol direito aqui na loja agora pouco").bot("Sem a peça eu cancelo", "Confirma?")
    town.seller("não tenho mais").bot("cancelando a venda #1001")
    assert town.order(1001).state is OrderState.CANCELLED


def test_three_sales_in_one_breath() -> None:
    """Only the plugs were accepted, and *sim* then accepted the mirror that broke."""
    town = three_sold()
    town.seller("farol e velas tenho, o retrovisor quebrou").bot("cancelo a venda #1002", "Confirma?")
    assert accepted(town) == [1001, 1003]
    town.seller("sim")
    assert (accepted(town), town.order(1002).state) == ([1001, 1003], OrderState.CANCELLED)


def test_one_more_of_what_waits() -> None:
    """It was not understood, and the sale was cancelled a day later."""
    town = three_sold()
    town.seller("tenho o retrovisor também").bot("Separa a peça da #1002")
    assert accepted(town) == [1002]


def test_a_part_that_broke_after_the_yes_goes_to_a_person() -> None:
    town = headlight_sold()
    town.seller("tenho").seller("o farol quebrou").bot("chamando", "já aceita: o farol quebrou")


def test_a_part_sold_at_the_counter_that_somebody_waits_for() -> None:
    town = headlight_sold()
    town.seller("tenho").seller("vendi um farol direito corolla no balcão")
    town.bot("sem estoque", "a venda #1001 espera uma dessa", "não tenho 1001")
    town.seller("vendi um jogo de velas no balcão").not_bot("espera uma dessa")


def test_the_reason_for_a_return_is_no_refusal_of_it() -> None:
    """*Não serviu no carro* was *não*, and the seven days passed."""
    town = headlight_sold()
    town.seller("tenho").seller("postei").carrier_says("posted").passes(days=3)
    town.carrier_says("delivered").buyer("quero devolver").bot("Confirmo?")
    town.buyer("não serviu no carro").bot("Confirmo?").not_bot("não abri")
    town.buyer("sim").bot("Devolução do #1001 aberta")


def test_instalments_are_no_house_number() -> None:
    """*Não, faz no cartão em 3x* moved the parcel to number 3X."""
    town = headlight_sold()
    town.plays_out("agora o retrovisor direito do onix", "sim", "1", "boleto", "não, faz no cartão em 3x")
    town.not_bot("3X").bot("cartão")


def test_who_comes_back_on_monday() -> None:
    """Said on a Monday it closed the shop until the day before."""
    town = headlight_sold()
    town.seller("tenho").seller("viajo amanhã e volto segunda").bot("de ter, 24/11", "até dom, 29/11", "em seg, 30/11")


def test_two_of_them_is_no_second_row() -> None:
    """*Quero 2* bought the brake disc. The pads of another car are not among them."""
    town = two_shops().buyer("freio do hb20 2019").bot("Achei 2").buyer("quero 2").bot("Anotei: 2 unidades", "Achei 2")
    town.buyer("1").buyer("80010000").bot("2x Jogo de pastilha")


@pytest.mark.parametrize("said", ["não quero boleto", "eu não quero boleto"])
def test_what_is_refused_is_not_chosen(said: str) -> None:
    """*Corrigi: boleto.*"""
    town = two_shops()
    town.buyer("oi, preciso de um farol direito do corolla 2015")
    town.plays_out(*BUYS[:3], "boleto", said).bot("Como prefere pagar?").not_bot("Corrigi")
    town.buyer("pix").bot("CPF ou CNPJ")


def test_the_other_way_that_is_refused_changes_nothing() -> None:
    town = two_shops()
    town.buyer("oi, preciso de um farol direito do corolla 2015")
    town.plays_out(*BUYS[:4], "não, quero boleto").bot("Corrigi: Boleto", "CPF ou CNPJ")


def test_several_acts_of_one_message_are_taken_back_together() -> None:
    """Only the last was."""
    town = headlight_sold()
    town.seller("tenho").seller("postei o 1001, zera a lanterna e pausa o retrovisor").bot("Marquei", "Pausei")
    town.seller("desfaz").bot("Desfeito: Retrovisor", "Desfeito: Lanterna", "Desfeito: 1001")
    assert (town.shop.products[561].stock, town.shop.products[560].active) == (1, True)
    town.seller("desfaz").bot("Não há nada para desfazer")


# --- in stories told after these were mended -----------------------------------------------------------------------


def test_a_present_goes_to_who_receives_it() -> None:
    """It went in the buyer's name, and the brother's address was offered for the next part."""
    town = headlight_sold().buyer("quero mandar um retrovisor direito do onix pro meu irmão em recife, 50030-230")
    town.plays_out("sim", "1", "pix").bot("nome completo").plays_out("Paulo Souza, 88")
    town.bot("criado", "Paulo Souza, Rua do Bom Jesus, 88").passes(minutes=1)
    town.buyer("agora a vela do civic pra mim").bot("Rua XV de Novembro, 210")
    assert town.person.name == "Marina Souza"


def test_the_name_of_who_receives_it_comes_after_the_order() -> None:
    headlight_sold().buyer("o nome dele é Paulo Souza").bot("chamando", "corrigir o nome")


def test_stock_and_price_in_one_breath() -> None:
    """The price was not heard, and the parts were on sale for the old one."""
    town = two_shops()
    town.seller("chegou 2 farol direito corolla, coloca por 500").bot("agora tem 3", "para R$ 500,00", "Confirma?")
    town.seller("sim")
    assert (town.shop.products[558].stock, town.shop.products[558].price) == (3, 500_00)
