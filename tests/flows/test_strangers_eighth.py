"""An eighth round, played after the seventh was mended: trouble on the way, two sales at once, the other side again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import OrderPlaced, SaleAnswered
from bot.domain.order import ChargeState, Line, Method, OrderState, ShipmentState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, seller_with_sales, shipment
from tests.flows.test_returns import delivered
from tests.flows.test_strangers_seventh import answered, two_sales
from tests.flows.test_strangers_seventh_buyers import DEAD_ENDS, HEADLIGHT, closed, customer, settled, stranger
from tests.flows.test_strangers_seventh_shops import counter
from tests.support_shop import headlight


def test_the_wrong_one_is_not_bought_again() -> None:
    """*Quero o outro lado* sold the same side once more."""
    chat = customer(closed(1001, 558, "Farol Corolla", 25))
    chat.shop.add(headlight(listing=561, sku="E", title="Farol dianteiro esquerdo Corolla 2015"))
    chat.buyer("comprei o farol errado da outra vez, agora quero o outro lado").buyer("isso").buyer("sim")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]
    chat.not_bot("Opções de entrega")


def test_the_last_order_once_more() -> None:
    chat = customer(closed(1001, 568, "Jogo de velas Civic 2012", 10)).buyer("repete o meu último pedido por favor")
    chat.bot("Jogo de velas Civic 2012", "É aí mesmo?").buyer("dessa vez são 4").bot("4 unidades")


@pytest.mark.parametrize("said", ["sim os dois", "tenho os dois", "sim, ambos"])
def test_both_sales_are_there(said: str) -> None:
    """*Os dois* was the second row: *não tenho*."""
    chat = two_sales().seller(said).bot("Separa a peça da #1001", "Venda #1004")
    assert answered(chat) == [(1001, True)]


def test_one_of_two_sales_is_there() -> None:
    chat = two_sales().seller("retrovisor sim, farol não").bot("Separa a peça da #1004", "cancelo a venda #1001")
    assert answered(chat) == [(1004, True)]


# --- trouble, for a person ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("fiz o pix pra outra chave, um zap mandou dizendo que era de vcs", "MED"),
        ("caí num golpe com o nome de vcs", "MED"),
        ("passei o cartão e deu erro mas cobrou na fatura", "sumir sozinha"),
        ("o entregador disse que só entrega se eu pagar 30 de taxa", "Não pague nada na entrega"),
    ],
)
def test_trouble_on_the_way(said: str, answer: str) -> None:
    chat = buyer_with_orders().buyer(said).bot(answer, "chamando").not_bot(*DEAD_ENDS)
    assert said in chat.alerts[-1].text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("diz entregue mas não chegou nada aqui", "quem recebeu"),
        ("quem assinou?", "quem recebeu"),
        ("veio faltando o parafuso e o suporte", "o envio do que falta"),
    ],
)
def test_trouble_at_the_door(said: str, answer: str) -> None:
    delivered().buyer(said).bot(answer, "chamando").not_bot(*DEAD_ENDS)


def test_trouble_afterwards() -> None:
    back = charge(Method.PIX, ChargeState.REFUNDED)
    customer(order(1001, OrderState.CANCELLED, charges=(back,))).buyer("cancelei e o dinheiro não voltou").bot(
        "em até 1 dia", "chamando"
    )
    long_ago = order(1001, OrderState.CLOSED, charges=settled(1001), delivered_at=START - timedelta(days=33))
    customer(long_ago).buyer("o farol que comprei com vocês queimou").bot("prazo da lei", "chamando")


@pytest.mark.parametrize("said", ["qual o prazo da taxa?", "o dinheiro não caiu"])
def test_a_stranger_has_none_of_it(said: str) -> None:
    assert not stranger().buyer(said).alerts


def test_an_order_in_the_wrong_name() -> None:
    chat = customer().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").bot("criado")
    chat.buyer("era pra ser no nome do carlos").bot("chamando").not_bot(*DEAD_ENDS)


def test_all_that_is_asked_in_one_line() -> None:
    chat = stranger().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").bot("CPF ou CNPJ")
    chat.buyer("cpf 529.982.247-25 nome Marina Souza número 210").bot("criado", "Marina Souza, Rua XV de Novembro, 210")


def test_the_first_one_in_spanish() -> None:
    stranger().buyer(HEADLIGHT).buyer("dale").bot("Opções").buyer("la primera").bot("Fechado", "R$ 32,40")


# --- shops ---------------------------------------------------------------------------------------------------


def test_a_sale_in_two_boxes() -> None:
    chat = counter().seller("a caixa do 1002 não cabe na medida, vai em 2 volumes").bot("chamando").not_bot("peça você")
    assert "#1002" in chat.alerts[-1].text


@pytest.mark.parametrize("said", ["fecha o caixa de hoje pra mim", "fechamento de hoje"])
def test_the_day_is_closed(said: str) -> None:
    seller_with_sales().seller(said).bot("23/11").not_bot(*DEAD_ENDS)


def test_a_holiday_by_its_name() -> None:
    seller_with_sales().seller("natal não abro").bot("Até que dia").not_bot(*DEAD_ENDS)


def test_the_side_goes_with_the_part_before_it() -> None:
    chat = counter().seller("farol direito 500, esquerdo 480").bot("558", "R$ 500,00").not_bot(*DEAD_ENDS)
    assert not [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered)]


# --- words that say the opposite, or something beside -----------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "não zera o farol direito",
        "não pausa o farol direito",
        "o farol direito não está zerado",
        "não é pra tirar o farol direito do ar",
    ],
)
def test_what_is_not_to_be_done_is_not(said: str) -> None:
    chat = counter().seller(said)
    assert (chat.shop.products[558].stock, chat.shop.products[558].active) == (1, True)


def test_not_the_one_but_the_other() -> None:
    chat = counter().seller("não zera o farol direito, zera o farol esquerdo")
    assert (chat.shop.products[558].stock, chat.shop.products[561].stock) in ((1, 1), (1, 0))


@pytest.mark.parametrize(
    "said", ["tenho o farol errado aqui", "tenho o cliente do farol aqui na loja", "o farol é do corolla sim"]
)
def test_what_is_said_beside_a_part_sells_nothing(said: str) -> None:
    assert not [e for e in counter().seller(said).heard_by_orders if isinstance(e, SaleAnswered)]


def test_a_part_that_the_shop_has_not_is_named() -> None:
    chat = counter().seller("chegou 3 pastilha hb20 e 1 motor fusca").bot("agora tem 11", "Não achei", "1 motor fusca")
    assert chat.shop.products[563].stock == 11


def test_years_are_no_prices() -> None:
    counter().seller("retrovisor direito 2018 e farol direito 2015").not_bot("2.018,00", "Confirma?")


@pytest.mark.parametrize("said", ["vou pagar o pix amanhã", "vou pagar o da farol amanhã"])
def test_tomorrow_is_tomorrow(said: str) -> None:
    buyer_with_orders().buyer(said).bot("vale até").not_bot("PIXCODE", "Como prefere pagar")


@pytest.mark.parametrize("said", ["manda o boleto pro meu email", "manda o pix pra minha conta"])
def test_what_goes_to_oneself_is_not_forwarded(said: str) -> None:
    buyer_with_orders().buyer(said).not_bot("encaminhar")


def test_the_part_that_is_named_is_the_order_that_is_cancelled() -> None:
    """*Cancela a lanterna*, which is on its way, offered to cancel the only other order."""
    chat = two_parcels().buyer("cancela a lanterna").bot("#1002", "postado").not_bot("#1003", "Cancelando agora")
    chat = two_parcels().buyer("cancela o amortecedor").bot("O #1003 já está pago")
    assert not chat.heard_by_orders


def two_parcels() -> Chat:
    light = Line(listing=562, sku="L", title="Lanterna traseira direita Corolla 2015", quantity=1, unit_price=260_00)
    damper = Line(listing=564, sku="A", title="Amortecedor dianteiro Gol G5", quantity=1, unit_price=210_00)
    sent = (shipment(ShipmentState.POSTED, reference="order-1002-s1"),)
    return customer(
        order(1002, OrderState.SHIPPED, lines=(light,), charges=settled(1002), shipments=sent),
        order(1003, OrderState.PAID, lines=(damper,), charges=settled(1003)),
    )


def test_several_sales_posted_are_taken_back_together() -> None:
    counter().seller("postei 1002, 1003 e 1001").bot("Marquei 1002").seller("desfaz").bot("Desfeito: 1002")


def test_a_question_of_the_first_act_is_kept() -> None:
    chat = (
        counter().seller("apaga o farol direito e pausa o farol esquerdo").bot("Tirar o anúncio 558", "mande de novo")
    )
    chat.seller("sim").bot("Pausei o anúncio 558")
    assert chat.shop.products[561].active


def test_who_moves_and_buys_is_asked_where_to() -> None:
    customer().buyer("me mudei, quero o farol direito do corolla").bot("Para qual CEP")


def test_not_in_my_name() -> None:
    chat = customer().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("boleto, mas não no meu cpf").bot("CPF ou CNPJ")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    "said",
    [
        "farol direito corolla no cpf da minha mãe, pra 80010000, pix",
        "quero o mesmo da outra vez, mas no cpf da minha mãe",
    ],
)
def test_whose_name_it_is_is_kept_from_the_first_word(said: str) -> None:
    """All in one breath, the order was placed with the CPF that was known."""
    chat = customer(closed(1001, 558, "Farol Corolla", 25)).buyer(said).bot("É aí mesmo?").buyer("sim").buyer("1")
    chat.buyer("pix").bot("CPF ou CNPJ")
    assert not [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]
