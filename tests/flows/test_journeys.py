"""Journeys with changes of mind, wrong answers and odd contents in the middle. Each answer here was once wrong."""

from __future__ import annotations

import pytest

from bot.domain.events import CancelAsked, NewCodeAsked, OrderPlaced, OrderRated
from bot.domain.order import Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

HEADLIGHT = "farol direito corolla pra 80010000"


def stranger() -> Chat:
    """Marina, of whom nothing is known, in a shop with the other headlight too."""
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    left = headlight(listing=562, sku="E", title="Farol dianteiro esquerdo Corolla 2015", fits=("Corolla 2015",))
    chat.shop.add(left)
    return chat


# --- paying -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "method"),
    [("não consigo pagar o pix, quero boleto", "boleto"),
     ("não tô conseguindo pagar no pix, pode ser cartão?", "cartão"),
     ("quero trocar a forma de pagamento do 1001 pra boleto", "boleto")],
)  # fmt: skip
def test_another_way_of_paying_that_is_named_needs_a_yes(text: str, method: str) -> None:
    chat = buyer_with_orders().buyer(text)
    if method == "cartão":
        chat.bot("Em quantas vezes").buyer("3x")
    chat.bot(f"Trocando para {method}*, o anterior deixa de valer. Troco?")
    assert not chat.heard_by_orders
    chat.buyer("sim")
    assert chat.orders_hear(NewCodeAsked).method == {"boleto": Method.BOLETO, "cartão": Method.CARD}[method]


def test_another_way_of_paying_that_is_not_named_is_chosen() -> None:
    chat = buyer_with_orders().buyer("quero mudar a forma de pagamento").bot("#1001", "Como prefere pagar?")
    chat.buyer("cartão em 12x").bot("Aqui o cartão vai até 6x", "6x de R$ 85,40").buyer("2").bot("Troco?").buyer("não")
    assert not chat.heard_by_orders


def test_more_instalments_than_there_are_is_said() -> None:
    chat = stranger().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("cartão em 10x")
    chat.bot("Aqui o cartão vai até 6x", "1 1x de R$ 512,40")
    chat.buyer("6x").bot("CPF ou CNPJ")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("e se eu não pagar?", "cancelado sozinho, sem custo"), ("o código antigo ainda vale?", "Só vale o último"),
     ("posso pagar o boleto anterior?", "Só vale o último"), ("como eu recuso a entrega?", "recusa o pacote")],
)  # fmt: skip
def test_what_is_asked_about_an_order_that_is_there(text: str, answer: str) -> None:
    buyer_with_orders().buyer(text).bot(answer).not_bot("PIXCODE", "Não peguei")


@pytest.mark.parametrize("content", ["image", "document"])
def test_a_receipt_that_is_sent_is_not_needed(content: str) -> None:
    chat = buyer_with_orders().buyer(content=content).bot("Se é o comprovante do #1001, não precisa")
    chat.not_bot("peça e o carro")
    chat = buyer_with_orders().buyer("farol direito corolla").buyer(content=content)
    chat.bot("Se é o comprovante do #1001", "É aí mesmo?")


def test_a_picture_of_what_came_is_asked_about() -> None:
    delivered().photo().bot("É da peça do #1003?", "veio com defeito")
    stranger().photo().bot("não reconheço peças por imagem")


# --- where it is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["já saiu pra entrega?", "chega sexta?", "chegou?", "tem previsão de chegada?"])
def test_the_one_on_its_way_is_meant(text: str) -> None:
    buyer_with_orders().buyer(text).bot("#1003", "JD123").not_bot("Você tem 3 pedidos")
    buyer_with_orders().buyer("meus pedidos").buyer(text).bot("#1003", "JD123")


def test_who_wants_to_be_told_will_be() -> None:
    for said in ("me avisa quando chegar", "avisar", "quero receber cada atualização"):
        buyer_with_orders().buyer(said).bot("aviso aqui a cada novidade", "#1003")


def test_what_is_posted_cannot_be_stopped_and_the_way_is_shown() -> None:
    chat = (
        buyer_with_orders().buyer("cancela o pedido 1003").bot("já foi postado", "Te mando o passo a passo? sim / não")
    )
    chat.buyer("sim").bot("Recusar", "Devolver", "devolver 1003")
    buyer_with_orders().buyer("cancela o pedido 1003").buyer("não").bot("o #1003 continua valendo")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


def test_what_is_cancelled_may_be_ordered_again() -> None:
    chat = buyer_with_orders()
    chat.shop.add(order(1002, OrderState.CANCELLED))
    chat.buyer("ops, não queria cancelar").bot("O #1002 já foi cancelado", "Farol dianteiro direito Corolla 2015")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]
    stranger().buyer("não queria cancelar").not_bot("já foi cancelado")


def test_a_message_about_an_order_that_is_quoted_with_few_words() -> None:
    chat = buyer_with_orders().buyer("pedido 1002").bot("#1002")
    shown = [m for m in chat.shop.sent if m.startswith("out-")][-1]
    chat.buyer("menu").buyer("e esse?", reply_to=shown).bot("#1002").not_bot("Não peguei")


# --- finding and choosing -------------------------------------------------------------------------------------


def test_the_other_side_after_the_freight() -> None:
    chat = stranger().buyer(HEADLIGHT).buyer("sim").bot("Jadlog").buyer("quero ver o outro, o esquerdo")
    chat.bot("Farol dianteiro esquerdo Corolla 2015", "É aí mesmo?").not_bot("Não peguei")
    chat.buyer("sim").bot("Jadlog")


def test_both_pairs_are_two() -> None:
    chat = stranger()
    chat.shop.add(headlight(stock=5))
    chat.buyer(HEADLIGHT).buyer("e se eu levar os dois pares?").bot("Anotei: 2 unidades")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("vocês vendem pra oficina com cnpj?", "CPF ou no CNPJ"), ("quanto vocês cobram?", "A taxa é de 8%"),
     ("quero vender, qual a taxa?", "A taxa é de 8%")],
)  # fmt: skip
def test_what_companies_ask(text: str, answer: str) -> None:
    stranger().buyer(text).bot(answer)


@pytest.mark.parametrize("text", ["vocês são uns ladrões", "que merda de atendimento", "tô com muita raiva de vocês"])
def test_who_is_upset_is_offered_a_person_and_not_told_that_they_were_not_understood(text: str) -> None:
    chat = buyer_with_orders().buyer(text).not_bot("Não peguei")
    assert any(w in " ".join(chat.last) for w in ("Sinto muito", "Já estou chamando"))
    buyer_with_orders().buyer("farol pro gol, to com raiva de esperar").not_bot("Sinto muito")


def test_another_wish_at_which_order_is_no_answer_to_it() -> None:
    chat = buyer_with_orders()
    chat.shop.add(order(1004, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    chat.buyer("quero pagar no boleto").bot("Qual pedido você quer pagar?")
    chat.buyer("trocar a transportadora do 1001").not_bot("Troco?", "Estou gerando")
    assert not chat.heard_by_orders
    chat.buyer("cancelar a troca").buyer("cancelar")
    chat.buyer("quero pagar no boleto").buyer("1004").bot("#1004 está no Pix", "Troco?")


def test_more_words_for_a_list_of_parts_are_no_misunderstanding() -> None:
    chat = stranger().buyer("farol").bot("Achei 2")
    chat.buyer("corolla").bot("Achei 2").buyer("2015").bot("Achei 2").not_bot("Não peguei", "chamar uma pessoa")
    chat.buyer("os dois").bot("Vamos um de cada vez", "Qual delas?").buyer("o esquerdo").bot("Farol dianteiro esquerdo")


def test_a_carrier_before_there_are_any_is_noted() -> None:
    chat = stranger().buyer("farol direito corolla").buyer("vou de pac").bot("Anotei: frete por PAC", "Para qual CEP")
    chat.buyer("80010000").buyer("sim").bot("Frete escolhido como você pediu: Correios PAC")


def test_a_second_part_after_the_first_order() -> None:
    chat = (
        buyer_with_orders().buyer("e o retrovisor do onix?").bot("Retrovisor direito Onix 2018").not_bot("Não peguei")
    )
    stranger().buyer("farol direito corolla").buyer("rua XV de novembro, 10").buyer("sp capital").not_bot(
        "Em qual cidade"
    )
    assert not chat.heard_by_orders


# --- who is who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["quem é você?", "é robô?", "vc é um robô ou uma pessoa?", "com quem eu falo?"])
def test_who_this_is(text: str) -> None:
    stranger().buyer(text).bot("um robô", "digite atendente")
    buyer_with_orders().buyer("farol direito corolla").buyer(text).bot("um robô", "É aí mesmo?")


@pytest.mark.parametrize("text", ["pra que o cpf?", "não quero dar meu cpf", "por que precisa do CPF?"])
def test_why_a_document(text: str) -> None:
    chat = stranger().buyer(text).bot("o Asaas não emite a cobrança")
    chat.buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").bot("CPF ou CNPJ")
    chat.buyer(text).bot("o Asaas não emite a cobrança", "CPF ou CNPJ").not_bot("Não peguei")


def test_another_address_where_the_code_went_to_the_wrong_one() -> None:
    chat = Chat(parts_shop(marina(greeted=True))).buyer("quero cadastrar meu email").buyer("marina@exemplo.com.br")
    chat.buyer("errei o email").bot("Qual o seu?").buyer("outra@exemplo.com.br").bot("código de 6 números para outra@")
    assert [m.to for m in chat.mails] == ["marina@exemplo.com.br", "outra@exemplo.com.br"]


def test_who_does_not_know_the_address_of_the_account_is_shown_the_way() -> None:
    chat = stranger().buyer("troquei de número, cadê meus pedidos?").bot("e-mail")
    chat.buyer("não lembro o email").bot("Sem o e-mail", "atendente").not_bot("Não peguei")


# --- many at once, and money back -----------------------------------------------------------------------------


def test_all_of_them_are_cancelled_one_by_one() -> None:
    chat = buyer_with_orders().buyer("cancela tudo").bot("Qual pedido você quer cancelar?")
    chat.buyer("os dois").bot("um pedido por vez").buyer("1001").bot("Cancelar o #1001").buyer("sim")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, CancelAsked)] == [1001]


def test_how_soon_money_would_come_back_and_that_nothing_is_fetched() -> None:
    chat = buyer_with_orders().buyer("quanto tempo pra devolver o dinheiro?").bot("Pix", "1 dia útil")
    chat.buyer("tira o frete, eu mesmo busco").bot("Não há retirada em loja")
    assert not chat.heard_by_orders


# --- a correction before the yes ------------------------------------------------------------------------------


def test_another_order_at_the_yes_of_a_cancellation_is_the_one_that_is_cancelled() -> None:
    chat = buyer_with_orders().buyer("cancelar 1002").bot("O #1002 já está pago").buyer("não, o 1001")
    chat.bot("Cancelar o #1001").buyer("sim")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, CancelAsked)] == [1001]
    chat = buyer_with_orders().buyer("cancelar 1002").buyer("não, o 9999").buyer("não")
    assert not chat.heard_by_orders


def test_other_instalments_at_the_yes_of_a_swap_are_those_that_are_charged() -> None:
    chat = buyer_with_orders().buyer("quero pagar no cartão").buyer("3").bot("cartão em 3x de R$ 170,80", "Troco?")
    chat.buyer("na verdade em 6").bot("cartão em 6x de R$ 85,40", "Troco?").buyer("sim")
    asked = chat.orders_hear(NewCodeAsked)
    assert (asked.method, asked.installments) == (Method.CARD, 6)
    chat = buyer_with_orders().buyer("quero pagar no cartão").buyer("3").buyer("melhor no boleto").bot("para boleto")
    assert not chat.heard_by_orders


def test_fewer_pieces_before_the_carrier_is_chosen() -> None:
    chat = stranger()
    chat.shop.add(headlight(stock=5))
    chat.buyer("2 farol direito corolla pra 80010000").buyer("sim").bot("Jadlog").buyer("na verdade só 1")
    chat.bot("Anotei: 1 unidade").buyer("1").bot("farol R$ 480,00").not_bot("2x")


@pytest.mark.parametrize(("text", "stars"), [("nota 10", 5), ("10", 5), ("9", 5), ("7", 4), ("5", 5), ("1", 1)])
def test_a_mark_out_of_ten_is_no_invoice(text: str, stars: int) -> None:
    chat = delivered().buyer("quero avaliar").buyer(text).bot("Quer contar por quê?").buyer("pular")
    assert chat.orders_hear(OrderRated).stars == stars


@pytest.mark.parametrize("text", ["a peça parou de funcionar", "o farol não acende", "não liga"])
def test_what_does_not_work_is_broken(text: str) -> None:
    delivered().buyer("quero devolver o farol").buyer(text).bot("Me manda 1 foto")


def test_a_code_of_an_invitation_that_is_none_is_said_to_be_wrong() -> None:
    chat = stranger().buyer("quero ser vendedor").bot("código do convite").buyer("tenho o código").bot("código")
    chat.not_bot("Não peguei").buyer("LOJA-XXXX").bot("código").not_bot("Não peguei")
    chat.buyer("quanto tempo demora pra aprovar?").bot("a loja abre na hora").not_bot("Entregamos em todo o Brasil")


# --- what else is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [("como você está?", "Tudo certo por aqui"), ("tem entrega por motoboy?", "só pelas transportadoras"),
     ("tem seguro?", "segurada pelo valor dela"), ("quem recebe pode ser outra pessoa?", "a quem estiver no endereço"),
     ("pode deixar na portaria?", "a quem estiver no endereço"), ("posso pagar metade agora?", "em partes"),
     ("quem é o recebedor do pix?", "o recebedor é a AutoPars"), ("qual seu nome?", "um robô")],
)  # fmt: skip
def test_what_else_is_asked(text: str, answer: str) -> None:
    buyer_with_orders().buyer(text).bot(answer)
    chat = stranger().buyer(HEADLIGHT).buyer("sim").bot("Jadlog").buyer(text).bot(answer, "Jadlog")
    assert not chat.heard_by_orders


def test_another_offer_of_the_same_part() -> None:
    chat = stranger().buyer("anuncio 558").buyer("tem outra mais barata?").bot("só tenho este anúncio", "CEP")
    dear = stranger()
    dear.shop.add(headlight(listing=563, sku="D2", price=300_00))
    dear.buyer("anuncio 558").buyer("tem algum desconto?").bot("Isso só o vendedor").buyer("não")
    dear.buyer("é seguro comprar aqui?").bot("Nunca pedimos senha").buyer("tem mais barato?").bot(
        "R$ 300,00", "R$ 480,00"
    )
    assert not chat.heard_by_orders


def test_who_doubts_the_sum_is_shown_how_it_is_made() -> None:
    buyer_with_orders().buyer("o valor tá errado").bot("#1001", "R$ 480,00 + frete R$ 32,40", "atendente")


def test_what_has_come_is_not_cancelled_and_the_way_back_is_said() -> None:
    delivered().buyer("cancelar 1003").bot("já foi entregue", "devolver 1003")


def test_word_of_a_part_that_is_not_there_is_no_word_of_an_order() -> None:
    chat = stranger().buyer("tem motor de kombi?").bot("Não achei").buyer("me avisa quando chegar")
    chat.bot("quando entrar motor Kombi, te aviso", "Quer ver outra?").not_bot("Não achei pedidos")
    chat.buyer("farol direito corolla").bot("Farol dianteiro direito")
