"""*Muda pro sedex*, *errei o endereço*: before and after the payment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain.events import DeliveryAsked
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import OFFERS, Chat
from tests.flows.stories import charge, order, parts_shop, shipment
from tests.support_shop import marina


def waiting(**changes: object) -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)).but(**changes))
    return Chat(shop)


def paid() -> Chat:
    settled = charge(Method.PIX, ChargeState.SETTLED, received=512_40)
    return waiting(state=OrderState.PAID, charges=(settled,))


def test_to_sedex_after_a_yes() -> None:
    chat = waiting()
    chat.buyer("muda pro sedex").bot(
        "Posso trocar para Correios SEDEX, mas o total muda de R$ 512,40 para R$ 541,20",
        "o código Pix anterior deixa de valer. Troco? sim / não",
    )
    assert not chat.heard_by_orders
    chat.buyer("sim").bot("O anterior foi cancelado, não pague mais ele. Estou gerando o código Pix do #1001")
    event = chat.orders_hear(DeliveryAsked)
    assert event.offer is not None
    assert (event.offer.service, event.destination.city) == ("SEDEX", "Curitiba")


def test_one_of_the_others_or_none() -> None:
    chat = waiting()
    chat.buyer("quero trocar a transportadora").bot("1 Correios PAC · R$ 38,90 · 7 dias*2 Correios SEDEX").not_bot(
        "Jadlog"
    )
    chat.buyer("1").bot("o total muda de R$ 512,40 para R$ 518,90").buyer("não").bot("continua como estava")
    assert not chat.heard_by_orders


def test_a_carrier_that_does_not_serve() -> None:
    chat = waiting()
    chat.buyer("muda pra loggi").bot("não atende esse envio", "1 Correios PAC")
    chat.quotes = c.QuoteFreight.Quoted(offers=OFFERS[:1])
    chat.buyer("quero trocar a transportadora").bot("Só Jadlog .Package atende esse envio, e é a sua escolha")


def test_another_cep_with_its_freight() -> None:
    chat = waiting()
    chat.buyer("mudar o endereço do pedido 1001 pra 50030-230").bot("Rua do Bom Jesus, Recife/PE. Qual o número")
    chat.buyer("45 fundos").bot("1 Jadlog .Package*2 Correios PAC*3 Correios SEDEX")
    chat.buyer("2").bot("Posso trocar para Correios PAC para Recife/PE, mas o total muda de R$ 512,40 para R$ 518,90")
    chat.buyer("pode")
    event = chat.orders_hear(DeliveryAsked)
    where = event.destination
    assert (where.postal_code, where.city, where.number, where.complement) == ("50030230", "Recife", "45", "fundos")


def test_a_cep_that_does_not_exist() -> None:
    chat = waiting()
    chat.buyer("errei o endereço, o cep é 80019-999").bot("Esse CEP não existe", "Qual é o certo?")


@pytest.mark.parametrize("before", [True, False])
def test_the_house_number_alone(before: bool) -> None:
    chat = waiting() if before else paid()
    chat.buyer("errei o numero da casa, é 215").bot(
        "Entrego o #1001 em Rua XV de Novembro, 215, Curitiba/PR, sem mudar o valor"
    )
    chat.buyer("sim").bot("corrigindo o endereço do #1001")
    event = chat.orders_hear(DeliveryAsked)
    assert event.offer is None
    assert event.destination.number == "215"


def test_asked_first() -> None:
    chat = waiting()
    chat.buyer("quero mudar o endereço").bot("O #1001 vai para Rua XV de Novembro, 210, Curitiba/PR (CEP 80010-000)")
    chat.buyer("215 apto 12").bot("Rua XV de Novembro, 215, apto 12")
    chat.buyer("não").bot("a entrega do #1001 continua como estava")


def test_after_the_payment() -> None:
    paid().buyer("muda pro sedex").bot("está pago e vai por Jadlog .Package", "cancelar 1001 e pedir de novo")
    chat = paid()
    chat.buyer("quero mudar o endereço pro cep 50030-230").bot(
        "para outro CEP eu preciso de uma pessoa da equipe. Chamo?"
    )
    chat.buyer("sim").bot("Já estou chamando", "pedido #1001, mudar a entrega para o CEP 50030230")


def accepted(state: ShipmentState, **changes: object) -> Chat:
    return waiting(state=OrderState.ACCEPTED, shipments=(shipment(state),), **changes)


@pytest.mark.parametrize(
    ("said", "house"),
    [
        ("esqueci o apto 32", "210, apto 32"),
        ("ops faltou o complemento, apartamento 32", "210, apartamento 32"),
        ("esqueci de falar o bloco B", "210, bloco B"),
        ("é casa dos fundos, esqueci de avisar", "210, casa dos fundos"),
        ("o número é 120 e não 12", "120"),
        ("o numero certo é 120", "120"),
        ("moro no 120, não no 210", "120"),
    ],
)
def test_what_was_forgotten_is_taken_over_until_the_label_is_bought(said: str, house: str) -> None:
    for chat in (waiting(), paid(), accepted(ShipmentState.WANTED), accepted(ShipmentState.IN_CART)):
        chat.buyer(said).bot(f"Entrego o #1001 em Rua XV de Novembro, {house}, Curitiba/PR, sem mudar o valor?")
        assert not chat.heard_by_orders
        chat.buyer("sim").bot("corrigindo o endereço do #1001")
        assert chat.orders_hear(DeliveryAsked).offer is None


def test_what_is_behind_the_number_is_joined_or_replaced() -> None:
    there = order(1001, OrderState.AWAITING_PAYMENT).destination
    chat = waiting(destination=there.but(complement="apto 31"))
    chat.buyer("esqueci o bloco B").bot("Rua XV de Novembro, 210, apto 31, bloco B, Curitiba/PR")
    chat.buyer("não").buyer("errei, é apto 32").bot("Rua XV de Novembro, 210, apto 32, Curitiba/PR")
    chat.buyer("não").buyer("o número é 120 e não 210").bot("Rua XV de Novembro, 120, apto 31, Curitiba/PR")
    chat.buyer("não").buyer("mudar o endereço").bot("Qual é o certo?").buyer("45").bot("Rua XV de Novembro, 45, Cur")


def test_with_a_label_the_seller_is_asked_to_write_it_on_the_box() -> None:
    chat = accepted(ShipmentState.GENERATED)
    chat.buyer("esqueci o apto 32").bot("A etiqueta do #1001 já saiu", "Peço ao vendedor para escrever na caixa")
    chat.buyer("sim").bot("passando ao vendedor do #1001")
    assert chat.orders_hear(DeliveryAsked).destination.complement == "apto 32"
    accepted(ShipmentState.GENERATED).buyer("errei o endereço do pedido 1001").bot("Qual é o certo?")


def test_what_is_posted_stays_as_it_is() -> None:
    accepted(ShipmentState.GENERATED, seller_says_posted=True).buyer("esqueci o apto 32").bot(
        "O #1001 já foi postado", "atendente"
    )


def test_a_number_of_something_else_is_no_house() -> None:
    for said in ("esqueci o numero do pedido", "o numero do telefone é 120 e não 12", "errei o cpf"):
        paid().buyer(said).not_bot("Entrego o #1001")


def test_a_quote_that_is_out_and_one_that_is_old() -> None:
    chat = waiting()
    chat.down.add("freight.quote")
    chat.buyer("muda pro sedex").bot("A cotação está fora do ar agora", "continua como está")
    chat.up_again().bot("Posso trocar para Correios SEDEX")
    chat.now += timedelta(hours=3)
    chat.buyer("sim").bot("O preço do frete venceu, então cotei de novo", "1 Correios PAC")
    assert not chat.heard_by_orders


def test_nobody_takes_it_there() -> None:
    chat = waiting()
    chat.quotes = c.QuoteFreight.Quoted(offers=())
    chat.buyer("quero mudar a entrega pro cep 50030-230, numero 45").bot(
        "Nenhuma transportadora leva essa peça até o CEP 50030-230"
    )


def test_somebody_elses_order() -> None:
    waiting(buyer_id="p-other").buyer("mudar o endereço do pedido 1001").bot("Não achei o 1001 neste número")
