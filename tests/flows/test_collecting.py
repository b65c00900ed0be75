"""A seller charges somebody by message."""

from __future__ import annotations

import pytest

from bot.conversations.flows import collecting
from bot.conversations.language import understand
from bot.conversations.talk import Heard
from bot.domain.events import CancelAsked, Message, OrderPlaced, Sender
from bot.domain.order import ChargeState, Method, OrderState
from bot.domain.text import fold
from tests.flows.chat import START, Chat
from tests.flows.stories import charge, parts_shop
from tests.support_shop import marina, silva

JOAO = Sender(chat="554199990000@c.us", phone="5541999990000", nickname="JP")
SAID = "cobra 150 do joão 41 99999-0000 pelo farol, no pix"


def asked() -> Chat:
    chat = Chat(parts_shop(marina(greeted=True)))
    return chat.seller(SAID).bot(
        "Confere? Cobrança de R$ 150,00 para João, (41) 99999-0000 · Farol. Pix com validade de 30 min.",
        "1 Enviar 2 Mudar 3 Cancelar",
    )


def test_a_stranger_is_asked_who_he_is_and_gets_an_order() -> None:
    chat = asked()
    assert chat.shop.person_known_as(["5541999990000"]) is None
    chat.seller("1").bot(
        "Enviado para João", "A loja Auto Peças Silva mandou uma cobrança para você: R$ 150,00 · Farol"
    )
    chat.bot("mande o seu CPF ou CNPJ. Não reconhece? Responda não.")
    assert not chat.shop.orders
    chat.writes(JOAO, "529.982.247-20").bot("não confere como CPF")
    chat.writes(JOAO, "529.982.247-25").bot("E o seu nome completo?")
    chat.writes(JOAO, "João").bot("nome completo")
    chat.writes(JOAO, "João Pereira").bot(
        "Pedido #1001 criado ✅ R$ 150,00 no Pix", "João recebeu o código*É a venda #1001"
    )
    order = chat.shop.orders[1001]
    assert (order.goods, order.freight, order.fee, order.by_hand) == (150_00, 0, 12_00, True)
    assert (order.recipient.name, order.recipient.document) == ("João Pereira", "52998224725")
    assert chat.orders_hear(OrderPlaced) == OrderPlaced(order=1001, method="pix")
    assert order.buyer_id == chat.person.id
    assert not [t for t in chat.shop.timers.values() if t.name == "offer_over"]


def test_who_is_known_gets_the_code_at_once() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.seller("cobrar 350 da marina 41 99812-3456 retrovisor onix").bot(
        "R$ 350,00 para Marina, (41) 99812-3456 · Retrovisor onix"
    )
    chat.seller("sim").bot("Enviado para Marina", "O código do pedido #1001 vem a seguir*cancelar pedido 1001")
    assert chat.orders_hear(OrderPlaced).order == 1001
    assert chat.shop.orders[1001].buyer_id == "p-marina"


def test_another_way_of_paying_is_no_no() -> None:
    chat = asked().seller("não, boleto").bot("Confere?", "Boleto").not_bot("não enviei")
    chat.seller("sim").bot("Enviado para João")
    assert next(t for t in chat.shop.timers.values() if t.name == "offer_over").data["offer"].count('"boleto"') == 1


@pytest.mark.parametrize("no", ["não", "não reconheço isso", "deve ser engano"])
def test_a_no_is_told_to_the_shop(no: str) -> None:
    chat = asked().seller("1")
    chat.writes(JOAO, no).bot(
        "avisei a loja que você não reconhece", "João não reconheceu a cobrança de R$ 150,00 · Farol"
    )
    assert not chat.shop.orders


def test_no_answer_in_a_day_is_told_and_the_charge_is_void() -> None:
    chat = asked().seller("1")
    chat.passes(hours=25).bot("João não respondeu à cobrança de R$ 150,00")
    chat.writes(JOAO, "529.982.247-25")
    assert not chat.shop.orders


def test_in_the_middle_of_something_the_question_waits() -> None:
    chat = Chat(parts_shop(marina(greeted=True, document="", name="")))
    chat.buyer("farol do corolla 2015 pra 80010-000").bot("Curitiba/PR")
    chat.seller("cobrar 350 da marina 41 99812-3456 retrovisor onix").seller("1").bot("Quando acabarmos aqui")
    chat.buyer("cancelar").bot("Parei a sua compra", "Cobrança da loja Auto Peças Silva: R$ 350,00")
    chat.buyer("529.982.247-25").buyer("Marina Souza").bot("Pedido #1001 criado")


def test_what_is_missing_is_asked_one_at_a_time_and_may_be_changed() -> None:
    chat = Chat(parts_shop())
    chat.seller("quero cobrar um cliente").bot("Quanto é a cobrança?")
    chat.seller("3 reais").bot("O menor valor de uma cobrança é R$ 5,00")
    chat.seller("R$ 90").bot("Manda o WhatsApp com DDD")
    chat.seller("99999").bot("não parece completo")
    chat.seller("11 98765-4321").bot("Esse é o seu próprio número")
    chat.seller("41 99999-0000").bot("Qual o nome de quem vai pagar?")
    chat.seller("joão pereira").bot("Do que é a cobrança?")
    chat.seller("pastilha HB20").bot("R$ 90,00 para João Pereira, (41) 99999-0000 · Pastilha HB20")
    chat.seller("mudar").bot("O que você quer mudar?").seller("forma de pagar").bot("Como vai ser pago?")
    chat.seller("boleto").bot("Pastilha HB20. Boleto.").seller("3").bot("não enviei nada")
    assert not chat.shop.persons.keys() - {"p-silva"}


def test_nothing_goes_out_without_a_yes_and_without_a_wallet() -> None:
    chat = asked().seller("não").bot("não enviei nada")
    assert not [d for d in chat.decisions for e in d.events]
    chat.shop.add(silva(wallet_id=""))
    chat.seller(SAID).bot("a loja precisa de uma carteira")


def test_an_unpaid_charge_is_taken_back() -> None:
    chat = asked().seller("1")
    chat.writes(JOAO, "529.982.247-25").writes(JOAO, "João Pereira")
    chat.seller("cancelar venda 1001").bot("Cancelar a cobrança #1001 (R$ 150,00, não paga)?")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.seller("sim").bot("cancelando a cobrança #1001")
    assert chat.orders_hear(CancelAsked) == CancelAsked(order=1001, by="p-silva")


def test_a_charge_in_the_sellers_lists_is_handed_over_not_posted() -> None:
    chat = asked().seller("1")
    chat.writes(JOAO, "529.982.247-25").writes(JOAO, "João Pereira")
    order = chat.shop.orders[1001]
    paid = charge(Method.PIX, ChargeState.SETTLED, amount=150_00, share=136_01)
    chat.shop.add(order.but(state=OrderState.ACCEPTED, charges=(paid,), paid_at=START))
    chat.seller("o que falta enviar").bot("#1001 · Farol · para entregar em mãos")
    chat.seller("1").bot("cobrança por mensagem, sem frete · R$ 150,00", "Você recebe R$ 136,01")
    chat.seller("etiqueta 1001").bot("não há etiqueta")


def test_a_buyer_charges_nobody() -> None:
    Chat(parts_shop(marina(greeted=True))).buyer(SAID).not_bot("Confere?")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (SAID, (150_00, "5541999990000", "João", "Farol", "pix")),
        ("cobrar 350 do joão 11 98765-4321 retrovisor onix",
         (350_00, "5511987654321", "João", "Retrovisor onix", "pix")),
        ("faz uma cobrança de R$ 80,50 pra Maria Souza (21) 98888-7777 ref. pastilha HB20 no boleto",
         (80_50, "5521988887777", "Maria Souza", "Pastilha HB20", "boleto")),
        ("cobra 200 reais do cliente 41 98888-7777", (200_00, "5541988887777", None, None, "pix")),
        ("cobra no cartão 1.200 da oficina do Zé, 51999887766, motor de partida",
         (1200_00, "5551999887766", "Oficina do Zé", "Motor de partida", "card")),
        ("gera cobrança pro 41988887777", (None, "5541988887777", None, None, "pix")),
    ],
)  # fmt: skip
def test_what_the_first_message_says_already(said: str, wanted: tuple[object, ...]) -> None:
    sender = Sender(chat="x", phone="5511987654321")
    message = Message(sender=sender, message_id="1", sent_at=START, content="text", text=said)
    seed = collecting.seed(Heard(message, said, fold(said), "", understand(said, "seller")))
    assert tuple(seed.get(n) for n in ("amount", "phone", "name", "title", "method")) == wanted


def limited(most: int) -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop._rules = shop.rules.but(charges_per_day=most)
    return Chat(shop)


def test_a_shop_sends_so_many_a_day_and_is_told_politely() -> None:
    chat = limited(2)
    chat.seller(SAID).seller("1").bot("Enviado para João")
    assert not chat.alerts
    chat.seller(SAID).seller("3").bot("não enviei nada")
    chat.seller(SAID).seller("1").bot("Enviado para João")
    assert [a.topic for a in chat.alerts] == ["cobranças do dia"]
    chat.seller(SAID).bot("Por hoje a loja já enviou 2 cobranças, que é o limite do dia", "Amanhã", "atendente")
    assert len(chat.alerts) == 1
    chat.passes(hours=24)
    chat.seller(SAID).seller("1").bot("Enviado para João")


def test_the_day_ends_at_midnight_in_sao_paulo() -> None:
    chat = limited(1)
    chat.now = START.replace(hour=2, minute=55)  # 23:55 of the day before
    chat.seller(SAID).seller("1").bot("Enviado para João")
    chat.seller(SAID).bot("já enviou 1 cobrança, que")
    chat.passes(minutes=10)
    chat.seller(SAID).seller("1").bot("Enviado para João")


def test_a_charge_that_waits_for_its_yes_does_not_slip_past_the_limit() -> None:
    """The limit is reached between the question and the yes, by a talk that was merged into this one."""
    chat = limited(1)
    chat.seller(SAID).bot("Confere?")
    talk = chat.shop.conversation("p-silva")
    chat.shop.add(talk.but(charged=(chat.now,)))
    chat.seller("1").bot("Por hoje a loja já enviou 1 cobrança")
    assert not [c for c in chat.said if "mandou uma cobrança" in str(c)]
