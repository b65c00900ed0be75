"""Conversations of buyers and sellers read with fresh eyes. Each answer here was once wrong, rude or a dead end."""

from __future__ import annotations

import pytest

from bot.conversations.language import answers, asides
from bot.domain.commands import Option
from bot.domain.events import CancelAsked, OrderPlaced, OrderRated, ReturnAsked, SaleAnswered
from bot.domain.order import Method
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.flows.test_returns import delivered
from tests.support_shop import marina

HEADLIGHT = "farol direito corolla pra 80010000"


def at(step: str) -> Chat:
    """Marina, of whom nothing is known, in front of that question."""
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    said = {"cep": 0, "here": 1, "carrier": 2, "method": 3, "document": 4, "who": 5}[step]
    if not said:
        return chat.buyer("farol direito corolla")
    for text in (HEADLIGHT, "sim", "1", "pix", "529.982.247-25")[:said]:
        chat.buyer(text)
    return chat


# --- before buying ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["cep", "here", "carrier", "method"])
def test_what_the_listing_says_is_answered_and_the_rest_asked_of_the_seller(step: str) -> None:
    at(step).buyer("ele é novo ou usado?").bot("é usado").not_bot("Não peguei", "chamar uma pessoa")
    at(step).buyer("qual a cor?").bot("Isso só o vendedor").not_bot("Não peguei")
    assert not at(step).buyer("tá funcionando certinho?").bot("Isso só o vendedor").alerts


def test_a_question_about_a_way_of_paying_does_not_choose_it() -> None:
    chat = at("method").buyer("tem desconto no pix?").bot("Isso só o vendedor").not_bot("CPF ou CNPJ")
    chat.buyer("não").bot("Como prefere pagar?")
    chat.buyer("dá pra ser no pix?").bot("CPF ou CNPJ")


def test_who_thinks_it_over_is_not_misunderstood() -> None:
    chat = at("cep")
    for text in ("hmm", "vou pensar", "deixa eu ver aqui"):
        chat.buyer(text).bot("Sem pressa").not_bot("Não peguei", "chamar uma pessoa")
    chat.passes(hours=3).buyer("oi voltei").bot("Para qual CEP").not_bot("chamar uma pessoa")
    chat.buyer("tá caro").bot("Pergunto").not_bot("Não peguei")


def test_the_side_that_the_part_has_said_once_more_is_no_misunderstanding() -> None:
    Chat(parts_shop(marina(greeted=True, address=None))).buyer("farol corolla").buyer("é o do lado direito, 2015").bot(
        "Farol dianteiro direito Corolla 2015", "CEP"
    ).not_bot("Não peguei")


def test_how_many_in_other_words() -> None:
    at("carrier").buyer("e se eu pegar 2?").bot("Só tem").not_bot("Não peguei")


def test_whose_document() -> None:
    at("document").buyer("cpf de quem? meu ou da oficina?").bot("de quem paga", "CPF ou CNPJ").not_bot("Não peguei")


def test_when_a_boleto_may_be_paid_before_there_is_one() -> None:
    chat = at("method").buyer("boleto").buyer("posso pagar sexta?").bot("O boleto vence em 3 dias úteis", "CPF")
    chat.not_bot("não tem pedido")


def test_a_house_that_is_called_so_is_a_number_and_nobody_is_called() -> None:
    chat = at("who").buyer("Marina Souza").buyer("casa 210, apto 31").bot("Pedido #1001 criado")
    made = chat.shop.order(1001)
    assert made is not None
    assert (made.destination.number, made.destination.complement) == ("210", "apto 31")
    assert not chat.alerts


def test_a_wish_to_pay_at_the_way_of_paying() -> None:
    chat = at("method").buyer("quero pagar agora").bot("Como prefere pagar?").not_bot("Não peguei")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]


# --- money --------------------------------------------------------------------------------------------------


def test_the_time_that_money_takes_is_no_business_of_a_shop() -> None:
    chat = buyer_with_orders().buyer("quanto tempo demora pra cair?").bot("Pix", "menos de 1 minuto", "boleto")
    chat.not_bot("não está ligado a uma loja")
    buyer_with_orders().buyer("pera coloquei errado é 210").not_bot("não está ligado a uma loja")


def test_another_code() -> None:
    buyer_with_orders().buyer("gera outro").bot("PIXCODE").not_bot("Tudo bem")


def test_the_day_that_does_not_suit_is_not_offered() -> None:
    chat = buyer_with_orders(paid_with=Method.BOLETO).buyer("nao vou conseguir pagar esse boleto amanhã")
    chat.not_bot("Fica para ter, 24/11")


def test_when_the_money_comes_back_does_not_cancel_anything() -> None:
    buyer_with_orders().buyer("quando volta meu dinheiro?").not_bot("quer cancelar", "Cancelar o")


@pytest.mark.parametrize("text", ["na verdade deixa", "melhor deixar", "deixa quieto", "ah deixa"])
def test_leaving_it_is_a_no(text: str) -> None:
    chat = buyer_with_orders().buyer("cancelar pedido 1001").buyer(text)
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.not_bot("Não peguei", "chamar uma pessoa")


def test_pode_deixar_is_no_no() -> None:
    assert answers.affirmation("pode deixar") is not False


# --- parts that come back -----------------------------------------------------------------------------------


def test_a_picture_after_all() -> None:
    chat = delivered().buyer("chegou quebrado").buyer("to sem foto agora, mando depois").bot("O que prefere?")
    chat.photo().passes(seconds=5).bot("Recebi a foto", "O que prefere?").not_bot("não leio imagens")
    chat.buyer("devolver")
    assert len(chat.orders_hear(ReturnAsked).photos) == 1


def test_questions_before_the_return_is_chosen() -> None:
    chat = delivered().buyer("chegou quebrado").buyer("pronto")
    chat.buyer("quem paga o frete?").bot("por nossa conta", "O que prefere?").not_bot("Qual peça")
    chat.buyer("quanto tempo demora pra eu receber?").bot("por nossa conta", "O que prefere?")
    chat.buyer("quero outro igual").bot("A troca é assim")
    assert not chat.heard_by_orders


def test_another_rating_is_no_invoice() -> None:
    chat = delivered().buyer("quero mudar minha nota pra 5").bot("Quer contar por quê?").buyer("pular")
    assert chat.orders_hear(OrderRated).stars == 5


def test_an_order_on_its_way_seen_is_seen() -> None:
    buyer_with_orders().buyer("pedido 1003").buyer("tá bom").not_bot("Escolhe pelo número")


def test_a_cep_where_the_new_house_is_to_be_confirmed() -> None:
    chat = buyer_with_orders().buyer("mudar endereço do pedido 1002").buyer("rua XV de novembro 1000").bot("sim / não")
    chat.buyer("80010000").not_bot("Qual peça você procura")


# --- sellers ------------------------------------------------------------------------------------------------


def test_a_yes_is_no_word_of_a_label() -> None:
    rows = [Option(id="1002", label="#1002 · Farol"), Option(id="1001", label="#1001 · Farol (falta o seu sim)")]
    assert answers.choice("sim", rows) is None
    said = answers.choice("sim", [Option(id="y", label="Sim, separar"), Option(id="n", label="Não tenho")])
    assert said is not None
    assert said.id == "y"


def test_the_first_one_is_opened() -> None:
    seller_with_sales().seller("o que falta enviar").seller("abre a primeira").bot("#1001").not_bot("Não peguei")


@pytest.mark.parametrize("text", ["baixa o farol do corolla pra 400", "sobe o 560 pra 390", "abaixa o 558 p/ 450"])
def test_a_price_goes_up_or_down(text: str) -> None:
    seller_with_sales().seller(text).bot("R$").not_bot("Não peguei", "chamando")


def test_a_new_wish_while_a_person_is_called_is_no_remark_to_the_person() -> None:
    chat = seller_with_sales().seller("quero falar com atendente").bot("Quer acrescentar algo?")
    chat.seller("sobe o 560 pra 390").bot("390,00").not_bot("a equipe vai ler")


def test_a_charge_is_no_search() -> None:
    chat = seller_with_sales().seller("comprar uma peça").seller("cobra 480 do joão 41 99876-5432 pelo farol")
    chat.bot("R$ 480,00").not_bot("própria loja")


def test_the_freight_for_another_customer() -> None:
    chat = seller_with_sales().seller("frete do farol pra um cliente 80010-000").bot("Jadlog")
    chat.seller("e pra 01310100?").bot("Frete para 01310-100").not_bot("Qual peça")


def test_pieces_of_a_listing_are_no_sale() -> None:
    seller_with_sales().seller("tenho 3 do 558").bot("558").not_bot("não é uma venda")


@pytest.mark.parametrize("text", ["tenho", "calma, achei uma aqui", "opa, tem sim"])
def test_a_part_found_after_all_cancels_nothing(text: str) -> None:
    chat = seller_with_sales().seller("nao tenho mais o farol da 1001").bot("Confirma?").seller(text)
    chat.bot("Ainda tem a peça?").not_bot("chamar uma pessoa")
    assert not [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered)]


def test_another_month_of_the_report() -> None:
    seller_with_sales().seller("como foi a semana?").seller("e o mês passado?").bot("outubro").not_bot("Não peguei")


def test_the_address_of_a_sale_is_not_unknown() -> None:
    seller_with_sales().seller("o comprador da 1002 mudou de endereço?").bot("#1002").not_bot("Não achei")


def test_patience_and_coming_back() -> None:
    assert asides.needs_time("vou pensar e te falo")
    assert not asides.needs_time("pensando em devolver a peça")
    assert asides.nudges("oi, voltei")


# --- second look --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["pode cancelar", "sim, cancela", "quero cancelar sim", "isso, pode cancelar por favor"]
)
def test_a_yes_with_the_verb_of_the_question(text: str) -> None:
    chat = buyer_with_orders().buyer("cancelar pedido 1001").bot("Cancelar o #1001").buyer(text)
    assert chat.orders_hear(CancelAsked).order == 1001


@pytest.mark.parametrize(
    "text", ["pode cancelar?", "não pode cancelar", "pode cancelar o 1002", "posso cancelar depois?"]
)
def test_what_is_no_such_yes(text: str) -> None:
    chat = buyer_with_orders().buyer("cancelar pedido 1001").buyer(text)
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


@pytest.mark.parametrize("text", ["quanto volta?", "e o frete?"])
def test_what_comes_back_of_a_cancelled_order(text: str) -> None:
    chat = buyer_with_orders().buyer("cancelar pedido 1002").buyer(text)
    chat.bot("peça e frete", "Cancelo?").not_bot("Não peguei", "Qual peça")


def test_what_does_not_fit_goes_back_like_what_is_not_wanted() -> None:
    chat = delivered().buyer("a peça não serviu no meu carro").bot("Devolver o #1003", "Confirmo?")
    assert not chat.heard_by_orders
    chat.buyer("sim")
    assert chat.orders_hear(ReturnAsked).reason == "regret"
    chat = delivered().buyer("quero devolver esse farol").buyer("nao é que veio errado, é que nao serviu")
    chat.bot("Devolver o #1003").not_bot("foto da peça")


def test_a_mailed_code_that_did_not_come() -> None:
    chat = buyer_with_orders().buyer("quero cadastrar meu email").bot("Qual o seu").buyer("marina@gmail.com")
    chat.buyer("nao recebi o codigo").bot("Mandei um código").not_bot("PIXCODE")
    assert len(chat.mails) == 2


def test_the_house_before_the_order_is_known() -> None:
    chat = buyer_with_orders().buyer("quero mudar o endereço").bot("De qual pedido")
    chat.buyer("01310100").bot("Anotei o CEP 01310-100", "De qual pedido").not_bot("Não achei")
    chat.buyer("1001").bot("São Paulo/SP", "número")
    buyer_with_orders().buyer("quero que entregue o 1001 em outro lugar").bot("O #1001 vai para")


def test_a_rating_corrected_and_a_complaint_in_its_words() -> None:
    chat = delivered().buyer("quero avaliar").buyer("ruim").buyer("a peça veio suja").bot("Obrigado", "atendente")
    assert chat.orders_hear(OrderRated).words == "a peça veio suja"
    delivered().buyer("na verdade nota 3").bot("Quer contar por quê?")


def test_until_when_a_pix_holds() -> None:
    buyer_with_orders().buyer("quando vence?").bot("19:00").not_bot("Não peguei")


def test_who_cannot_pay_in_one_way_is_shown_the_others() -> None:
    chat = buyer_with_orders().buyer("nao to conseguindo pagar no pix, meu banco travou").bot("Como prefere pagar?")
    assert not chat.heard_by_orders


def test_the_sum_is_of_the_order_that_is_spoken_of() -> None:
    chat = buyer_with_orders().buyer("trocar a transportadora do 1001").buyer("sedex").bot("R$ 541,20")
    chat.buyer("qual o total?").bot("R$ 541,20").not_bot("#1003")


def test_the_box_in_more_words() -> None:
    seller_with_sales().seller("a caixa da 1002 mudou").bot("peso e medida da caixa da #1002")
    seller_with_sales().seller("pesei de novo a 1002").bot("peso e medida da caixa da #1002")


def test_a_sale_without_its_number() -> None:
    chat = seller_with_sales().seller("aceito a venda").bot("Anotado").not_bot("peça e o carro")
    assert chat.orders_hear(SaleAnswered).order == 1001


def test_a_charge_is_left_by_its_name() -> None:
    chat = seller_with_sales().seller("quero cobrar um cliente").seller("350 reais").seller("cancela essa cobrança")
    chat.bot("Parei a cobrança").not_bot("Quanto é a cobrança")


def test_a_day_without_sales_is_no_dead_end() -> None:
    seller_with_sales().seller("quanto vendi hoje").bot("nenhuma venda").seller("e ontem?").bot("22/11").not_bot(
        "Não peguei"
    )


def test_pieces_that_a_seller_counts_call_nobody() -> None:
    chat = seller_with_sales().seller("chegou mais 2 farol do corolla").seller("na verdade chegou só 1")
    assert not chat.alerts


def test_pictures_of_a_listing_that_is_there_are_no_new_part() -> None:
    chat = seller_with_sales().seller("quero por um video no 558").not_bot("Qual é a peça e o carro")
    chat.bot("558")


# --- third look ---------------------------------------------------------------------------------------------


def test_everything_in_one_breath_is_a_purchase_and_confirmed_before_it_is_one() -> None:
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    chat.buyer("retrovisor onix 2018 pra 80010000 no sedex pix cpf 52998224725 Marina Souza numero 210")
    chat.bot("Retrovisor direito Onix 2018", "É aí mesmo?").not_bot("Não peguei")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]


def test_the_name_before_its_turn_at_any_question() -> None:
    chat = at("here").buyer("Marina Souza 210 ap 3").bot("Anotei o nome Marina Souza", "É aí mesmo?")
    chat.buyer("obrigada, vou pagar amanhã").bot("Sem pressa").not_bot("não tem pedido")


@pytest.mark.parametrize("text", ["não chegou nada aqui", "não recebi", "o porteiro não recebeu"])
def test_a_parcel_that_is_said_to_be_there_and_is_not_calls_a_person(text: str) -> None:
    chat = delivered().notice("order_delivered", "p-marina", 1003, until="2026-11-28").buyer(text)
    chat.bot("Já estou chamando")
    assert "não recebeu" in chat.alerts[-1].text


def test_who_has_not_tried_it_yet_has_time() -> None:
    chat = delivered().notice("order_delivered", "p-marina", 1003, until="2026-11-28")
    chat.buyer("chegou sim, mas ainda nao testei").bot("Sem pressa").buyer("serviu").bot("De 1 a 5")


def test_the_sum_of_a_charge_is_changed_where_it_is_checked() -> None:
    chat = seller_with_sales().seller("cobra 200 reais do joão 41 98888-3456 por um parachoque").bot("R$ 200,00")
    chat.seller("muda o valor pra 250").bot("Confere?", "R$ 250,00").not_bot("Qual anúncio")


def test_a_bare_tenho_is_asked_about() -> None:
    seller_with_sales().seller("etiqueta da 1001").seller("tenho").bot("Ainda tem a peça?").not_bot("Não peguei")
