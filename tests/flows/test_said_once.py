"""What was said once is used, whenever it was said; and what is said in other words is not taken for something else."""

from __future__ import annotations

import pytest

from bot.domain.events import NewCodeAsked
from bot.domain.order import Method
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop
from tests.support_shop import marina

EVERYTHING = (
    "boa tarde, preciso do farol direito do corolla 2015, meu cep é 80010-000, rua xv de novembro 210 ap 31, "
    "cpf 529.982.247-25, Marina Souza, pago no pix"
)


def stranger() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


def test_a_first_message_that_says_it_all() -> None:
    chat = stranger().buyer(EVERYTHING).bot("Farol dianteiro direito Corolla 2015", "Curitiba/PR", "É aí mesmo?")
    chat.buyer("sim").bot("1 Jadlog")
    chat.buyer("1").bot("Marina Souza, Rua XV de Novembro, 210, ap 31", "Confirmo o pedido?")


def test_a_document_before_its_turn_is_no_cep() -> None:
    chat = stranger().buyer("farol direito corolla").bot("Para qual CEP")
    chat.buyer("529.982.247-25").bot("Anotei o CPF", "Para qual CEP").not_bot("precisa de 8")
    chat.buyer("80010-000").buyer("sim").buyer("1").buyer("pix").bot("nome completo").not_bot("CPF ou CNPJ")


@pytest.mark.parametrize(("text", "noted"), [("no boleto", "boleto"), ("no pix", "Pix"), ("no cartão", "cartão")])
def test_a_way_of_paying_with_its_preposition_is_no_no(text: str, noted: str) -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000").bot("É aí mesmo?")
    chat.buyer(text).bot(f"Anotei: {noted}", "É aí mesmo?").not_bot("Para qual CEP")


def test_a_short_no_is_still_one() -> None:
    stranger().buyer("farol direito corolla pra 80010000").buyer("no").bot("CEP")


def test_a_part_that_was_not_found_is_said_in_more_words() -> None:
    chat = stranger().buyer("amortecedor").bot("Não achei amortecedor")
    chat.buyer("hb20 2018 dianteiro").bot("Não achei amortecedor dianteiro HB20 2018")
    chat.buyer("farol corolla 2015").bot("Farol dianteiro direito Corolla 2015")


def test_what_is_wrong_is_noted_for_the_person_who_comes() -> None:
    chat = buyer_with_orders().buyer("atendente").bot("Quer acrescentar algo?")
    chat.buyer("não serviu no meu carro").bot("Anotado, a equipe vai ler")
    assert "não serviu no meu carro" in chat.alerts[-1].text
    chat = buyer_with_orders().buyer("atendente")
    chat.buyer("não, só isso").bot("Certo. A equipe responde por aqui")


def test_a_long_greeting_is_a_greeting() -> None:
    chat = stranger()
    chat.buyer("asdfgh").buyer("qwerty").bot("Vou chamar uma pessoa")
    chat.buyer("bom dia meu querido tudo bem").bot("Posso:").not_bot("Já estou chamando")


def test_a_part_that_was_found_is_told_more_of() -> None:
    chat = stranger().buyer("retrovisor").bot("Retrovisor direito Onix 2018", "Para qual CEP")
    for text in ("onix", "do lado direito", "2018"):
        chat.buyer(text).bot("Retrovisor direito Onix 2018", "Para qual CEP").not_bot("Não peguei")
    chat.buyer("do lado esquerdo").not_bot("Não peguei")


def test_another_car_takes_the_place_of_the_one_before() -> None:
    chat = stranger().buyer("lanterna traseira do fox 2012").bot("Não achei lanterna traseira Fox 2012")
    chat.buyer("e a do gol").bot("Não achei lanterna traseira Gol com")


def test_two_parts_without_a_car_are_a_wish_to_buy() -> None:
    chat = (
        stranger().buyer("oi, queria um farol e um retrovisor").bot("uma peça por vez", "Farol").not_bot("Não peguei")
    )
    chat.buyer("quantos tem?").bot("em estoque", "Para qual CEP")


def test_a_city_at_the_question_for_the_cep() -> None:
    stranger().buyer("farol direito corolla").buyer("pra são paulo").bot("São Paulo", "CEP").not_bot("Não peguei")


def test_a_plain_no_with_more_words_is_no_yes() -> None:
    chat = buyer_with_orders().buyer("cancela o 1001").bot("Cancelar o #1001")
    chat.buyer("não, só isso").not_bot("cancelando o #1001")


# --- while money is waited for ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["cadê o link", "cade o pix", "manda o código de novo", "não recebi o qr code"])
def test_the_code_is_sent_again(text: str) -> None:
    chat = buyer_with_orders().buyer(text)
    assert any("PIXCODE" in line for line in chat.last)


@pytest.mark.parametrize("text", ["pago mais tarde", "ok, vou pagar de noite", "até que horas posso pagar o pix?"])
def test_who_pays_later_learns_until_when(text: str) -> None:
    buyer_with_orders().buyer(text).bot("Combinado. O Pix do #1001 vale até", "novo código").not_bot("outro boleto")
    buyer_with_orders(paid_with=Method.BOLETO).buyer(text).bot("O boleto do #1001 pode ser pago até sex, 27/11")


TOMORROW = (
    "posso pagar o pix amanhã?",
    "pago amanhã cedo",
    "vou pagar amanhã",
    "só consigo pagar na sexta, tem problema?",
    "vou pagar quando cair meu salário",
    "amanhã eu faço o pix blz?",
)


@pytest.mark.parametrize("text", TOMORROW)
def test_who_pays_on_another_day_is_offered_a_boleto_or_another_pix(text: str) -> None:
    chat = buyer_with_orders().buyer(text)
    chat.bot("O Pix do #1001 vale até 19:00 de hoje", "guarda a peça", "1 Trocar por boleto, vence qui, 26/11")
    assert not chat.heard_by_orders
    chat.buyer("2").bot("No dia, escreva pagar 1001")
    assert not chat.heard_by_orders
    taken = buyer_with_orders().buyer(text).buyer("boleto")
    assert (taken.orders_hear(NewCodeAsked).method, taken.orders_hear(NewCodeAsked).order) == ("boleto", 1001)


def test_a_pix_that_has_expired_and_a_boleto_that_is_due_later() -> None:
    chat = buyer_with_orders()
    chat.passes(hours=1).buyer("posso pagar amanhã?").bot("O Pix do #1001 já venceu", "boleto")
    due = buyer_with_orders(paid_with=Method.BOLETO).buyer("posso pagar amanhã?").bot("pode ser pago até sex, 27/11")
    due.buyer("só consigo pagar dia 5").bot("O boleto muda de número")
    stranger().buyer("posso pagar o pix amanhã?").bot("Para pagar outro dia, escolha boleto")


def test_the_way_of_paying_is_not_chosen_by_who_asks_for_another_day() -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000").buyer("sim").buyer("1").bot("Como prefere pagar?")
    chat.buyer("posso pagar o pix amanhã?").bot("vale 30 minutos", "escolha boleto", "Como prefere pagar?")


@pytest.mark.parametrize("text", ["meu pedido tá atrasado", "não chegou ainda", "cadê minha encomenda?"])
def test_what_has_not_come_is_the_one_on_its_way(text: str) -> None:
    buyer_with_orders().buyer(text).bot("#1003", "em trânsito").not_bot("Você tem 3 pedidos")


def test_an_address_of_ones_own_accord() -> None:
    chat = stranger().buyer("meu email é marina@loja.example").bot("marina@loja.example", "código")
    assert chat.mails[-1].to == "marina@loja.example"
    stranger().buyer("marina@gmial.com").bot("gmail.com")
