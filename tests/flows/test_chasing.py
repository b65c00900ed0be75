"""A charge by message that its seller comes back to: told again, or taken back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import SendText
from bot.domain.events import CancelAsked, ChargeOffered, Notice, NoticeAgain
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import OFFERS, Chat
from tests.flows.stories import charge, order, parts_shop
from tests.flows.test_collecting import JOAO
from tests.support_shop import marina

TO_JOAO = "cobrar 350 do joão 41 99999-0000 retrovisor onix"
TO_ANA = "cobrar 80 da ana 41 98888-1111 polia"


def sent(*more: str) -> Chat:
    chat = Chat(parts_shop(marina(greeted=True)))
    for said in (TO_JOAO, *more):
        chat.seller(said).seller("1").bot("Enviado para")
    return chat


def to_joao(chat: Chat) -> list[str]:
    return [text.text for to, text in chat.said if "99990000" in to and hasattr(text, "text")]


@pytest.mark.parametrize(
    "said",
    [
        "manda de novo o link",
        "não chegou o boleto",
        "ele disse que não chegou nada",
        "o cliente não recebeu o pix",
        "reenvia a cobrança pro joão",
        "cobra o joão de novo",
    ],
)
def test_what_did_not_come_is_told_again_once_an_hour(said: str) -> None:
    chat = sent()
    chat.seller(said).bot("Mandei a cobrança de novo para João")
    assert len(to_joao(chat)) == 2
    assert "mande o seu *CPF ou CNPJ*" in to_joao(chat)[-1]
    chat.seller("manda de novo o link").bot("Já mandei de novo para João às")
    assert len(to_joao(chat)) == 2
    chat.passes(hours=1).seller("manda de novo o link").bot("Mandei a cobrança de novo")
    chat.writes(JOAO, "529.982.247-25").writes(JOAO, "João Pereira").bot("Pedido #1001 criado")


@pytest.mark.parametrize("said", ["cancela essa cobrança", "apaga a cobrança", "retira essa cobrança do joão"])
def test_before_the_payer_answers_it_is_taken_back_after_a_yes(said: str) -> None:
    chat = sent()
    chat.seller(said).bot("Cancelar a cobrança de R$ 350,00 para João · Retrovisor onix?")
    chat.seller("não").bot("continua valendo")
    assert not [t for t in to_joao(chat) if "cancelou" in t]
    chat.seller(said).seller("sim").bot(
        "retirando a cobrança de João", "retirada ✅", "A loja Auto Peças Silva cancelou"
    )
    assert not [t for t in chat.shop.timers.values() if t.name == "offer_over"]
    chat.writes(JOAO, "529.982.247-25")
    assert not chat.shop.orders
    chat.seller("manda de novo o link").bot("Não há cobrança sua em aberto").not_bot("Mandei a cobrança")
    chat.passes(hours=30).silence()


def test_of_several_the_one_that_is_named_or_picked() -> None:
    chat = sent(TO_ANA)
    chat.seller("manda de novo o link").bot("Qual cobrança?", "1 R$ 80,00 · Ana · Polia", "2 R$ 350,00 · João")
    chat.seller("2").bot("Mandei a cobrança de novo para João")
    chat.seller("cancela a cobrança da ana").bot("R$ 80,00 para Ana").seller("sim").bot("retirando a cobrança de Ana")
    chat.seller("cancela essa cobrança").bot("R$ 350,00 para João")
    sent(TO_ANA).seller("cancela essa cobrança").bot("Qual cobrança?").seller("a da ana").bot("R$ 80,00 para Ana")


def test_one_that_is_answered_while_it_is_picked() -> None:
    chat = sent(TO_ANA).seller("manda de novo o link").bot("Qual cobrança?")
    chat.writes(JOAO, "não")
    chat.seller("2").bot("já foi respondida")


def test_a_no_and_a_day_of_silence_end_it() -> None:
    chat = sent()
    chat.writes(JOAO, "não")
    chat.seller("manda de novo o link").not_bot("Mandei a cobrança")
    late = sent()
    late.passes(hours=25).seller("manda de novo o link").not_bot("Mandei a cobrança")


def test_who_answers_while_it_is_being_taken_back_keeps_the_code() -> None:
    chat = sent().seller("cancela essa cobrança").bot("Cancelar a cobrança de R$ 350,00")
    chat.writes(JOAO, "529.982.247-25").writes(JOAO, "João Pereira").bot("Pedido #1001 criado")
    chat.seller("sim").bot("já foi respondida", "quem não pagou?")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.seller("cancela essa cobrança").bot("Cancelar a cobrança #1001").seller("sim")
    assert chat.orders_hear(CancelAsked).order == 1001


def taken(state: ChargeState, method: Method = Method.PIX) -> Chat:
    """Marina has taken a charge of Silva, and was told the code."""
    shop = parts_shop(marina(greeted=True))
    by_hand = OFFERS[0].but(service_id="")
    made = order(1001, OrderState.AWAITING_PAYMENT, offer=by_hand, charges=(charge(method, state),))
    shop.add(made)
    chat = Chat(shop)
    data = {"method": str(method), "amount": "35000", "pix_code": "PIXCODE", "expires_at": "2026-11-23T22:00:00+00:00"}
    name = "charge_ready" if state is ChargeState.PENDING else "pix_expired"
    key = f"order-1001/{name}/{made.charges[0].reference}"
    person = shop.person("p-marina")
    assert person is not None
    return chat.event(person.lane, Notice(key=key, name=name, person_id=person.id, order=1001, data=data))


def test_the_code_of_a_charge_that_was_taken_comes_again() -> None:
    chat = taken(ChargeState.PENDING)
    chat.seller("não chegou o pix pra ela").bot("Mandei de novo para Marina: Pix da #1001", "PIXCODE")
    assert len([1 for _, told in chat.said if isinstance(told, SendText) and told.text == "PIXCODE"]) == 2
    again = [e.event for d in chat.decisions for e in d.events if isinstance(e.event, NoticeAgain)]
    assert [a.by for a in again] == ["p-silva"]
    chat.seller("manda de novo").bot("Já mandei de novo para Marina")


def test_a_code_that_has_expired_is_offered_anew() -> None:
    taken(ChargeState.VOID).seller("manda de novo o link").bot("venceu, então perguntei a Marina", "novo")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["again", "withdraw", "no", "document", "name", "refuse", "hours", "charge"]), max_size=10)
)
def test_in_any_order_a_charge_is_one_order_or_none(acts: list[str]) -> None:
    """Told again, taken back, answered, left: never two orders of one charge, and none of one that was taken back."""
    chat = sent()
    for act in acts:
        match act:
            case "again":
                chat.seller("manda de novo o link pro joão")
            case "withdraw" | "no":
                chat.seller("cancela essa cobrança do joão")
                if "Cancelar" in "".join(chat.last):
                    chat.seller("sim" if act == "withdraw" else "não")
            case "document":
                chat.writes(JOAO, "529.982.247-25")
            case "name":
                chat.writes(JOAO, "João Pereira")
            case "refuse":
                chat.writes(JOAO, "não")
            case "hours":
                chat.passes(hours=13)
            case _:
                chat.seller(TO_JOAO).seller("1")
    charges = sum(isinstance(n.event, ChargeOffered) for n in chat.shop.events.values())
    open_ones = [t for t in chat.shop.timers.values() if t.name == "offer_over"]
    named = [n.event.name for n in chat.shop.events.values() if isinstance(n.event, Notice)]
    ended = sum(named.count(name) for name in ("charge_declined", "charge_unanswered", "charge_taken_back"))
    assert len(chat.shop.orders) == named.count("charge_taken")
    assert len(chat.shop.orders) + ended + len(open_ones) == charges
    assert named.count("charge_taken_back") == named.count("charge_withdrawn") + sum(
        "cancelou a cobrança" in text for text in to_joao(chat)
    )
