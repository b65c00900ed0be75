"""A buyer follows, pays and cancels orders."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import CancelAsked, NewCodeAsked
from bot.domain.order import Charge, ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop, shipment
from tests.support_shop import marina


def test_the_list_and_one_of_it() -> None:
    chat = buyer_with_orders(paid_with=Method.BOLETO)
    chat.buyer("meus pedidos").bot(
        "Você tem 3 pedidos:",
        "1 #1003 · Farol Corolla · em trânsito*2 #1002*3 #1001*aguardando pagamento (boleto vence 27/11)",
        "Mande o número para ver os detalhes.",
    )
    chat.buyer("3").bot(
        "#1001",
        "R$ 480,00 + frete R$ 32,40 = R$ 512,40",
        "1 Pagar agora*2 2ª via do boleto*3 Mudar vencimento*4 Cancelar",
    )
    chat.buyer("2").bot("2ª via do #1001*vence sex, 27/11")
    assert chat.last[-2:] == ["46191.23450 67890.123457 67890.123457 1 16430000051240", "[boleto-1001.pdf]"]


def test_one_order_by_its_number_and_the_whole_way() -> None:
    chat = buyer_with_orders()
    chat.buyer("pedido 1003").bot("em trânsito", "código JD123", "https://track.example/JD123", "Curitiba/PR")


def test_an_order_by_the_code_that_our_news_gave() -> None:
    chat = buyer_with_orders()
    sent = shipment(ShipmentState.POSTED, tracking="ME2600012ABCBR")
    foreign = shipment(ShipmentState.POSTED, tracking="AA123456785BR")
    chat.shop.add(
        order(1002, OrderState.SHIPPED, shipments=(sent,)),
        order(2000, OrderState.SHIPPED, buyer_id="p-other", shipments=(foreign,)),
    )
    chat.buyer("ME2600012ABCBR").bot("#1002 · Farol Corolla · em trânsito", "código ME2600012ABCBR")
    chat.buyer("rastreio AA123456785BR").bot("Você tem 3 pedidos:")


def test_a_strangers_order_and_one_that_does_not_exist_look_the_same() -> None:
    chat = buyer_with_orders()
    chat.shop.add(order(2000, OrderState.SHIPPED, buyer_id="p-other"))
    foreign = chat.buyer("pedido 2000").last[0]
    missing = chat.buyer("pedido 3000").last[0]
    assert foreign == missing.replace("3000", "2000")
    assert "Não achei o *2000* neste número" in foreign
    assert "*1003*, *1002*, *1001*" in foreign


def test_nobody_has_orders_yet() -> None:
    Chat(parts_shop(marina(greeted=True))).buyer("kd meu pedido").bot("Não achei pedidos neste número")


def test_paid_moves_nothing() -> None:
    chat = buyer_with_orders()
    before = dict(chat.shop.orders)
    chat.buyer("paguei").bot("Ainda não caiu aqui o pagamento do #1001. Costuma levar menos de 1 minuto")
    assert chat.shop.orders == before
    assert not chat.heard_by_orders
    chat.shop.add(order(1001, OrderState.CANCELLED), order(1003, OrderState.PAID))
    chat.buyer("já paguei").bot("O pagamento do #1003 já está confirmado")


def test_the_code_again_while_it_lives() -> None:
    chat = buyer_with_orders()
    chat.buyer("manda o pix do 1001").bot(
        "Pedido #1001: pague R$ 512,40 no Pix até 19:00. O código está na próxima mensagem."
    )
    assert chat.last[-1] == "PIXCODE"
    assert not chat.heard_by_orders


def test_a_new_code_after_the_end() -> None:
    chat = buyer_with_orders()
    chat.now += timedelta(hours=1)
    chat.buyer("o código não funciona").bot("Estou gerando o código Pix do #1001")
    assert chat.orders_hear(NewCodeAsked) == NewCodeAsked(order=1001, by="p-marina", method="pix", installments=1)


def test_another_way_after_a_yes() -> None:
    chat = buyer_with_orders()
    chat.buyer("quero pagar no boleto").bot(
        "O #1001 está no Pix. Trocando para boleto, o anterior deixa de valer. Troco?"
    )
    assert not chat.heard_by_orders
    chat.buyer("sim").bot("Estou gerando o boleto do #1001")
    assert chat.orders_hear(NewCodeAsked).method == "boleto"
    chat.buyer("cartão em 3x").buyer("não").bot("continua valendo")
    assert len(chat.heard_by_orders) == 1


def test_which_order_to_pay() -> None:
    chat = buyer_with_orders()
    chat.shop.add(order(1004, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX, ChargeState.VOID),)))
    chat.buyer("quero pagar no pix").bot("Qual pedido você quer pagar?", "1 #1004*2 #1001")
    chat.buyer("1004").bot("Estou gerando o código Pix do #1004")


def test_nothing_to_pay_and_paid_already() -> None:
    Chat(parts_shop(marina(greeted=True))).buyer("quero pagar no pix").bot("não tem pedido esperando pagamento")
    chat = buyer_with_orders()
    chat.buyer("quero pagar o pedido 1002 no pix").bot("O pagamento do #1002 já está confirmado")


def test_cancel_before_and_after_paying() -> None:
    chat = buyer_with_orders()
    chat.buyer("quero cancelar o pedido 1001").bot(
        "Cancelar o #1001 (Farol Corolla, R$ 512,40, não pago)? Não há custo."
    )
    chat.buyer("cancelar").bot("Para cancelar o #1001 responda sim; para manter, não.")
    assert not chat.heard_by_orders
    chat.buyer("sim").bot("cancelando o #1001")
    assert chat.orders_hear(CancelAsked).by == "p-marina"
    chat.buyer("cancela o pedido 1002").bot(
        "já está pago. Cancelando agora, R$ 512,40 voltam pelo Pix em até 1 dia útil"
    )
    chat.buyer("cancela o pedido 1003").bot("já foi postado, então não dá para parar a entrega*recusar na entrega")


def test_cancel_without_a_number() -> None:
    chat = buyer_with_orders()
    chat.buyer("quero cancelar minha compra").bot("Qual pedido você quer cancelar?", "1 #1002*2 #1001")
    chat.buyer("2").bot("Cancelar o #1001")


@pytest.mark.parametrize(
    "text", ["cadê meu dinheiro?", "já estornaram?", "não recebi o reembolso", "paguei ontem", "1003"]
)
def test_a_cancelled_order_says_where_its_money_is(text: str) -> None:
    """*Nada mais será cobrado* was all that it said, or that the payment is confirmed."""

    def told(charge_: Charge) -> Chat:
        shop = parts_shop(marina(greeted=True))
        shop.add(order(1003, OrderState.CANCELLED, charges=(charge_,)))
        return Chat(shop).buyer(text).not_bot("já está confirmado", "Nada mais será cobrado")

    under_way = charge(Method.BOLETO, ChargeState.REFUNDING, received=512_40)
    told(under_way).bot("Devolução de *R$ 512,40* a caminho: volta por um formulário")
    told(charge(Method.PIX, ChargeState.REFUNDED, received=512_40)).bot("*R$ 512,40* devolvidos.")
    in_two = charge(Method.CARD, ChargeState.REFUNDED, received=512_40, refunded=12_40)
    told(in_two).bot("*R$ 500,00* devolvidos (no cartão, aparece em até 10 dias úteis)")


def test_what_was_given_back_in_part_is_shown() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1003, OrderState.DELIVERED, charges=(charge(Method.PIX, ChargeState.PAID, refunded=20_00),)))
    Chat(shop).buyer("1003").bot("Devolvido em parte: *R$ 20,00*")
