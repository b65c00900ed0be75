"""Conversations of people who have never seen this bot: what a clerk of the shop would have answered better."""

from __future__ import annotations

import pytest

from bot.conversations.routes.questions import clauses
from bot.domain.events import OrderRated
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales, shipment
from tests.flows.test_fresh_eyes import at
from tests.flows.test_returns import delivered
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "não está ligado a uma loja")


def newcomer() -> Chat:
    return Chat(parts_shop())


# --- questions in the middle of a wish -------------------------------------------------------------------------


def test_a_message_falls_into_its_questions() -> None:
    said = "tem retrovisor do onix 2018? é elétrico? qual a garantia? vcs dão nota?"
    assert clauses(said) == ["tem retrovisor do onix 2018?", "é elétrico?", "qual a garantia?", "vcs dão nota?"]
    assert clauses("farol do corolla, 80010-000 e queria saber se parcela no cartão")[-1] == "parcela no cartão"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("tem farol do corolla? aceita cartão?", ("Pix, boleto ou cartão",)),
        (
            "bom dia, quanto tá o farol do corolla 2015, tem nota fiscal e parcela no cartão?",
            ("6x", "nota fiscal, só o"),
        ),
        ("tem farol do corolla? qual a garantia? vcs montam?", ("90 dias", "fica com a oficina")),
        ("farol do corolla 2015 é pronta entrega?", ("2 em estoque",)),
        ("esse farol do corolla é novo ou usado?", ("é usado",)),
        ("tem farol do corolla 2015 original ou paralelo?", ("original ou paralela, só o vendedor",)),
        ("precisamos do farol corolla 2015, somos empresa, fazem boleto faturado 28 dias?", ("a prazo não temos",)),
    ],
)
def test_a_question_beside_a_wish_is_answered_in_front_of_it(said: str, heard: tuple[str, ...]) -> None:
    shop = parts_shop()
    shop.add(headlight(stock=2))
    Chat(shop).buyer(said).bot(*heard, "Farol dianteiro direito Corolla 2015", "CEP").not_bot(*DEAD_ENDS)


def test_a_run_on_sentence_is_answered_whole() -> None:
    newcomer().buyer(
        "oi tudo bem então eu tava precisando de um farol pro corolla 2015 do lado direito porque bateram no meu carro "
        "e eu queria saber quanto que tá e se vocês entregam aqui em curitiba e se é original ou paralelo"
    ).bot("original ou paralela, só o vendedor", "Farol dianteiro direito Corolla 2015 (R$ 480,00)", "Curitiba", "CEP")


def test_a_question_beside_the_answer_to_ours() -> None:
    chat = at("cep").buyer("80010000 mas antes me diz se tem garantia")
    chat.bot("90 dias", "Curitiba/PR", "É aí mesmo?")


def test_what_is_no_question_beside_is_not_answered() -> None:
    newcomer().buyer("farol do corolla 2015, pago no cartão em 3x").not_bot("6x sem juros", "só o vendedor")
    newcomer().buyer("o farol do corolla que comprei veio quebrado, e a garantia?").not_bot("CEP")
    at("cep").buyer("80010000, casa com portão verde").not_bot("só o vendedor")


# --- while buying ----------------------------------------------------------------------------------------------


def test_does_it_fit_keeps_to_the_part_that_is_open() -> None:
    chat = at("cep").buyer("tem garantia?").bot("só o vendedor").buyer("serve no meu corolla 2016?")
    chat.bot("O vendedor anunciou", "Corolla").not_bot("Qual peça do")


@pytest.mark.parametrize("text", ["1.8 2015", "2.0 flex 2015", "1.8 16v"])
def test_the_engine_is_no_cep(text: str) -> None:
    at("cep").buyer(text).bot("Farol dianteiro direito Corolla 2015", "CEP").not_bot("Esse CEP tem", *DEAD_ENDS)


def test_the_other_side() -> None:
    shop = parts_shop()
    shop.add(headlight(listing=559, sku="FE", title="Farol dianteiro esquerdo Corolla 2015"))
    chat = Chat(shop).buyer("farol direito corolla").bot("direito").buyer("não, o outro lado").bot("esquerdo", "CEP")
    chat.buyer("do outro lado").bot("direito")
    newcomer().buyer("farol direito corolla").buyer("o outro lado").bot("Não achei farol esquerdo").not_bot(*DEAD_ENDS)


def test_a_cep_that_came_with_the_freight_is_kept() -> None:
    chat = newcomer().buyer("qual valor do frete pra 80010000").bot("Qual peça")
    chat.buyer("do farol do corolla").bot("Farol dianteiro direito Corolla 2015", "Curitiba/PR")


@pytest.mark.parametrize("text", ["sei la o cep", "sei lá meu cep"])
def test_who_does_not_know_the_cep_is_helped(text: str) -> None:
    at("cep").buyer(text).bot("rua").not_bot(*DEAD_ENDS)


def test_which_way_of_paying_costs_least() -> None:
    at("method").buyer("pix ou cartão, qual sai mais barato?").bot("O total é o mesmo", "Como prefere pagar?")


@pytest.mark.parametrize("text", ["nenhuma dessas, muito caro", "o frete tá caro"])
def test_none_of_the_carriers_suits(text: str) -> None:
    at("carrier").buyer(text).bot("São as transportadoras", "1 Jadlog").not_bot(*DEAD_ENDS)


def test_the_cheapest_in_other_words() -> None:
    at("here").buyer("prefiro a opção mais econômica, por favor").bot("mais barato").not_bot(*DEAD_ENDS)


def test_the_second_part_of_a_wish_is_asked_after() -> None:
    chat = newcomer().buyer("quero o retrovisor do onix e o farol do corolla juntos").bot("depois desta")
    chat.buyer("e o farol?").bot("uma peça por vez", "Retrovisor").not_bot(*DEAD_ENDS)


# --- with an order, or with nothing ------------------------------------------------------------------------------


def test_money_goes_back_to_who_paid() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1002, OrderState.PAID, charges=(charge(Method.PIX, ChargeState.SETTLED),)))
    chat = (
        Chat(shop)
        .buyer("cancelar pedido 1002")
        .buyer("pode mandar pra outra chave pix?")
        .bot("para quem pagou", "Cancelo?")
    )
    chat.buyer("minha chave é marina@mail.com").bot("para quem pagou").not_bot(*DEAD_ENDS)


def test_by_when_it_comes() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)))
    chat = Chat(shop).buyer("kd meu pedido").bot("Previsão: até ter, 01/12")
    chat.passes(days=12).buyer("ta atrasado").bot("Previsão era até ter, 01/12 e passou", "atendente")


@pytest.mark.parametrize(("text", "stars"), [("nota 10", 5), ("nota 7", 4), ("nota 4", 4)])
def test_a_mark_is_no_invoice(text: str, stars: int) -> None:
    chat = delivered().buyer(text).not_bot("nota fiscal", *DEAD_ENDS).buyer("pular")
    assert chat.orders_hear(OrderRated).stars == stars


@pytest.mark.parametrize("text", ["esse codigo ta dando erro", "o pix nao ta indo", "o link nao abre"])
def test_a_code_that_fails_comes_again(text: str) -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)))
    Chat(shop).buyer(text).bot("PIXCODE").not_bot(*DEAD_ENDS)


def test_a_wrong_number_calls_nobody() -> None:
    chat = newcomer().buyer("amor vc já saiu?").buyer("desculpa, numero errado").bot("Sem problema")
    assert not chat.alerts
    at("cep").buyer("numero errado, desculpa").not_bot("Sem problema")


def test_pictures_of_what() -> None:
    newcomer().buyer("manda foto").bot("De qual peça?").not_bot(*DEAD_ENDS)
    at("cep").buyer("manda foto").bot("/p/558")


def test_whether_there_is_a_company_behind_it() -> None:
    newcomer().buyer("vcs tem cnpj?").bot("Asaas").not_bot(*DEAD_ENDS)


# --- shops -------------------------------------------------------------------------------------------------------


def test_so_many_of_a_part_are_listed() -> None:
    chat = newcomer().seller("cadastrar calota gol g5 120 cada").bot("Calota", "R$ 120,00")
    chat.seller("tenho 4").bot("Anotei: 4 em estoque").seller("não tem lado").seller("usada").photo()
    chat.seller("pronto").seller("1kg 40x40x10").bot("4 em estoque").seller("1").bot("Publicado")
    assert chat.shop.products_of("s-silva")[-1].stock == 4
    two = newcomer().seller("cadastrar 2 lanternas uno 2010 esquerda usada 90 reais").photo()
    two.seller("pronto").seller("1kg 20x20x20").bot("2 em estoque").seller("1")
    assert two.shop.products_of("s-silva")[-1].stock == 2


@pytest.mark.parametrize("text", ["posto amanhã", "posto amh", "blz, mando quarta", "vou levar hoje mais tarde"])
def test_who_will_post_has_not_posted(text: str) -> None:
    seller_with_sales().seller(text).bot("continua para postar").not_bot("Marquei", *DEAD_ENDS)


def test_small_questions_about_a_parcel() -> None:
    seller_with_sales().seller("pra onde vai?").bot("etiqueta").not_bot(*DEAD_ENDS)
    seller_with_sales().seller("não tenho impressora").bot("papelaria").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("text", ["farol por 500 reais", "só o farol pra 500", "o 558 a 500"])
def test_a_price_in_few_words_is_asked_about(text: str) -> None:
    chat = newcomer().seller(text).bot("de R$ 480,00 para R$ 500,00", "Confirma?")
    part = chat.shop.product(558)
    assert part is not None
    assert part.price == 480_00
    newcomer().seller("vendi o farol por 400 no balcão").bot("sem estoque")


def test_the_first_part_first_keeps_how_many() -> None:
    shop = parts_shop()
    shop.add(
        headlight(listing=561, sku="P1", title="Pastilha dianteira HB20 2019", fits=("HB20 2019",), stock=9),
        headlight(listing=562, sku="P2", title="Pastilha traseira Corolla 2015", fits=("Corolla 2015",), stock=9),
    )
    chat = Chat(shop).buyer("preciso de pastilha do hb20 2019 dois jogos e retrovisor do onix 2018").bot("HB20 2019")
    chat.buyer("pastilha primeiro").bot("Pastilha dianteira HB20 2019").not_bot("Qual delas?")
    chat.buyer("80010000").bot("2x Pastilha dianteira HB20 2019")


def test_an_engine_after_a_part_that_was_picked() -> None:
    chat = newcomer().buyer("tem algo pro corolla?").buyer("1").bot("CEP")
    chat.buyer("1.8 2015").bot("CEP").not_bot(*DEAD_ENDS)
