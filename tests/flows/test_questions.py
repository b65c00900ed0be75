"""What is asked of every shop before a purchase is answered, and the open question comes back."""

from __future__ import annotations

import pytest

from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop
from tests.support_shop import marina

ASKED = [
    ("parcela em quantas vezes?", "até 6x sem juros"),
    ("da pra dividir no cartao?", "até 6x sem juros"),
    ("quais as formas de pagamento", "Pix, boleto ou cartão (até 6x)"),
    ("vcs aceitam cartão?", "Pix, boleto ou cartão (até 6x)"),
    ("tem loja física?", "Não há retirada em loja"),
    ("vocês são de onde", "Não há retirada em loja"),
    ("onde fica a loja", "Não há retirada em loja"),
    ("posso retirar na loja?", "Não há retirada em loja"),
    ("é confiável?", "Nunca pedimos senha"),
    ("como sei que não é golpe", "Nunca pedimos senha"),
    ("e se não servir?", "7 dias"),
    ("e se a peça vier errada", "mande fotos"),
    ("tem garantia?", "90 dias"),
    ("qual o horário de atendimento", "seg a sex 8h–18h"),
    ("vcs atendem sábado?", "seg a sex 8h–18h"),
    ("quanto tempo demora pra chegar", "2 dias úteis"),
    ("entregam em Manaus?", "todo o Brasil"),
    ("quanto custa a entrega?", "depende da peça e do CEP"),
    ("frete grátis?", "depende da peça e do CEP"),
    ("vocês instalam?", "a instalação fica com a oficina"),
]


def stranger() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


@pytest.mark.parametrize(("text", "answer"), ASKED)
def test_a_question_of_every_shop(text: str, answer: str) -> None:
    stranger().buyer(text).bot(answer).not_bot("Não peguei", "Não achei")


@pytest.mark.parametrize(("text", "answer"), ASKED)
def test_it_is_answered_while_a_part_is_asked_for(text: str, answer: str) -> None:
    chat = stranger().buyer("quero comprar uma peça").bot("peça e o carro")
    chat.buyer(text).bot(answer, "Continuando a sua compra").not_bot("Não peguei", "Não achei")


def test_in_a_purchase_it_is_about_that_part() -> None:
    chat = stranger().buyer("farol direito corolla pra 80010000").bot("É aí mesmo?")
    chat.buyer("tem garantia?").bot("só o vendedor")
    chat.buyer("não").buyer("quanto tempo demora?").bot("É aí mesmo?").not_bot("todo o Brasil")
    chat.buyer("parcela em quantas vezes?").bot("até 6x sem juros", "É aí mesmo?")


@pytest.mark.parametrize(
    "text", ["e se der defeito?", "se vier com defeito", "oque acontece se chegar quebrado", "e se não servir"]
)
def test_what_may_happen_is_no_complaint(text: str) -> None:
    """It was taken for one, and a person was called."""
    buying = stranger().buyer("farol direito corolla pra 80010000").bot("É aí mesmo?")
    for chat in (buying.buyer(text).bot("É aí mesmo?"), buyer_with_orders().buyer(text)):
        chat.bot("7 dias", "com o frete de volta por nossa conta", "90 dias").not_bot("Já estou chamando")
        assert not chat.alerts


def test_the_guarantee_of_the_law_is_told_whatever_is_open() -> None:
    buyer_with_orders().buyer("tem garantia?").bot("90 dias", "é só contar aqui").not_bot("Não peguei")
    chat = stranger().buyer("farol direito corolla pra 80010000")
    chat.buyer("tem garantia?").bot("90 dias", "só o vendedor")


@pytest.mark.parametrize("text", ["em 3x no cartão", "quero parcelar em 3 vezes", "no cartão em 2x?"])
def test_a_wish_with_a_number_is_no_question(text: str) -> None:
    stranger().buyer("farol direito corolla pra 80010000").buyer(text).bot("Anotei: cartão")


@pytest.mark.parametrize("text", ["quanto tempo demora?", "posso devolver?", "onde fica meu pedido?"])
def test_with_an_order_it_is_about_the_order(text: str) -> None:
    buyer_with_orders().buyer(text).not_bot("todo o Brasil", "reúne autopeças", "mande fotos por aqui que resolvemos")


def test_a_shop_is_not_told_how_to_buy() -> None:
    chat = Chat(parts_shop())
    chat.seller("tem garantia?").not_bot("90 dias")


# --- how it is paid, whatever is open ---------------------------------------------------------------------

HOW_TO_PAY = (
    "quais as formas de pagamento?",
    "quais formas de pagamento vocês aceitam",
    "que opções de pagamento tem?",
    "vcs aceitam pix?",
    "aceita cartão?",
    "como faço pra pagar?",
)
PURCHASE = ("farol direito corolla pra 80010000", "sim", "1", "pix", "529.982.247-25")
OPEN_QUESTIONS = ("É aí mesmo?", "Opções de entrega", "Como prefere pagar?", "CPF ou CNPJ", "nome completo")


@pytest.mark.parametrize("asked", HOW_TO_PAY)
@pytest.mark.parametrize("said", range(1, len(PURCHASE) + 1))
def test_how_it_is_paid_chooses_nothing_and_keeps_the_question(asked: str, said: int) -> None:
    chat = stranger()
    for line in PURCHASE[:said]:
        chat.buyer(line)
    before = chat.shop.conversation(chat.person.id).frames[-1].data
    chat.buyer(asked).bot("Pix, boleto ou cartão (até 6x) sem juros", OPEN_QUESTIONS[said - 1])
    chat.not_bot("Escreva a peça", "Não peguei")
    after = chat.shop.conversation(chat.person.id).frames[-1].data
    assert after.get("method") == before.get("method")


@pytest.mark.parametrize("asked", HOW_TO_PAY)
def test_how_it_is_paid_after_the_order_makes_no_new_code(asked: str) -> None:
    chat = buyer_with_orders().buyer(asked)
    chat.bot("Pix, boleto ou cartão (até 6x) sem juros").not_bot("Estou gerando", "Não peguei", "Em quantas vezes")
    assert not chat.heard_by_orders


@pytest.mark.parametrize("asked", ["dá pra pagar no débito?", "posso pagar em dinheiro?", "paga na entrega?"])
def test_ways_of_paying_that_there_are_not(asked: str) -> None:
    stranger().buyer(asked).bot("não temos", "Pix, boleto ou cartão de crédito", "até 6x sem juros")
    chat = stranger().buyer("farol direito corolla pra 80010000").buyer("sim").buyer("1")
    chat.buyer(asked).bot("não temos", "Como prefere pagar?").not_bot("CPF ou CNPJ")
    buyer_with_orders().buyer("quando pagam meu dinheiro de volta?").not_bot("não temos")


def test_another_way_of_paying_is_a_wish_and_no_question() -> None:
    buyer_with_orders().buyer("posso mudar a forma de pagamento?").bot("#1001", "Como prefere pagar?")
