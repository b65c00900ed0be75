"""*Dá pra jogar pra sexta?* A boleto's day moves by chat: bank days, the hold, one live charge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain import commands as c
from bot.domain.events import DueDateAsked
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop
from tests.flows.town import Town, two_shops
from tests.support_shop import marina


def with_boleto() -> Chat:
    """Monday, 23/11: order 1001 of Saturday is held until 07/12, so a boleto may be due until Friday, 04/12."""
    return buyer_with_orders(paid_with=Method.BOLETO)


def test_the_day_is_told_and_moved() -> None:
    chat = with_boleto()
    chat.buyer("vence que dia?").bot("O boleto do #1001 vence sex, 27/11. Quer mudar? Me diz o dia: dá até sex, 04/12.")
    chat.buyer("dia 2 dá?").bot(
        "Dá sim. Fica para qua, 02/12. O boleto muda de número: o antigo deixa de valer. Confirmo? sim / não"
    )
    assert not chat.heard_by_orders
    chat.buyer("sim").bot("Estou mudando o vencimento do #1001 para qua, 02/12", "Não use mais a antiga")
    assert chat.orders_hear(DueDateAsked) == DueDateAsked(order=1001, by="p-marina", due_date=date(2026, 12, 2))
    chat.notice(
        "due_date_changed",
        "p-marina",
        1001,
        amount="51240",
        due_date="2026-12-02",
        line="46191234506789012345767890123457116430000051240",
        page_url="https://pay.example/i/1",
    ).bot("Novo boleto do #1001, R$ 512,40, vence qua, 02/12. Use só este: o antigo não vale mais.")
    assert chat.last[-2:] == ["46191.23450 67890.123457 67890.123457 1 16430000051240", "[boleto-1001.pdf]"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("só recebo dia 4, adia?", "Dia sex, 04/12 é o último prazo para essa reserva"),
        ("muda pra 15/12", "O máximo é sex, 04/12 (o vendedor segura a peça até lá)*Fica 04/12?"),
        ("muda o boleto pra 29/11", "29/11 é domingo: dá para pagar até seg, 30/11 sem juros*Deixo 30/11?"),
        ("dá pra jogar pra quinta?", "Fica para qui, 26/11"),
        ("bota pra sexta que vem", "Sexta, 27/11 ou sexta, 04/12?*1 27/11*2 04/12"),
        ("muda pra 31/02", "Esse dia não existe no calendário*dá até sex, 04/12"),
        ("passa o boleto pro dia 20/11", "sex, 20/11 já passou*dá até sex, 04/12"),
        ("deixa pra sexta, 27/11", "O boleto do #1001 já vence sex, 27/11"),
    ],
)
def test_what_may_be(said: str, answer: str) -> None:
    with_boleto().buyer(said).bot(answer)


def test_one_of_two_fridays() -> None:
    chat = with_boleto()
    chat.buyer("bota pra sexta que vem").buyer("2").bot("Dia sex, 04/12 é o último prazo").buyer("pode ser")
    assert chat.orders_hear(DueDateAsked).due_date == date(2026, 12, 4)


def test_a_change_of_mind_at_the_yes() -> None:
    chat = with_boleto()
    chat.buyer("muda pra 15/12").buyer("então dia 3").bot("Fica para qui, 03/12").buyer("não")
    chat.bot("Tudo bem, o boleto do #1001 continua de sex, 27/11")
    assert not chat.heard_by_orders


def test_from_the_list_of_orders() -> None:
    chat = with_boleto()
    chat.buyer("meus pedidos").buyer("3").bot("2 2ª via do boleto*3 Mudar vencimento*4 Cancelar")
    chat.buyer("3").bot("O boleto do #1001 vence sex, 27/11")
    chat.buyer("deixa como está").bot("continua de sex, 27/11")


def test_an_overdue_boleto_too() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    boleto = charge(Method.BOLETO, ChargeState.OVERDUE, due_date=date(2026, 11, 20))
    chat.shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(boleto,)))
    chat.buyer("o boleto venceu, da pra mudar o vencimento?").bot("O boleto do #1001 venceu sex, 20/11. Quer mudar?")
    chat.buyer("amanhã").bot("Fica para ter, 24/11").buyer("s")
    assert chat.orders_hear(DueDateAsked).due_date == date(2026, 11, 24)


def test_the_hold_is_nearly_over() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    old = order(
        1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.BOLETO),), created_at=START - timedelta(days=16)
    )
    chat.shop.add(old)
    chat.buyer("prorroga o boleto").bot("não dá para adiar mais: a reserva da peça acaba", "escreva pagar 1001")


def test_who_has_a_pix_is_offered_a_boleto() -> None:
    buyer_with_orders().buyer("quero mudar o vencimento").bot(
        "O #1001 está no Pix. Trocando para boleto, o anterior deixa de valer. Troco?"
    )


def test_nothing_waits_and_somebody_elses() -> None:
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.buyer("quero mudar o vencimento").bot("Você não tem pedido esperando pagamento")
    chat.shop.add(order(2000, OrderState.AWAITING_PAYMENT, buyer_id="p-other", charges=(charge(Method.BOLETO),)))
    chat.buyer("muda o vencimento do pedido 2000").bot("Não achei o 2000 neste número")
    chat.shop.add(order(1002, OrderState.PAID))
    chat.buyer("muda o vencimento do pedido 1002").bot("O pagamento do #1002 já está confirmado")


def test_a_refusal_of_the_orders_lane_is_told() -> None:
    chat = with_boleto()
    told = {"wanted": "2026-12-15", "due_date": "2026-11-27", "last": "2026-12-04"}
    chat.notice("due_date_kept", "p-marina", 1001, reason="too_late", **told).bot(
        "Não mudei o vencimento do #1001: a peça fica reservada só até lá: o máximo é sex, 04/12.*continua vencendo"
    )
    chat.notice("due_date_kept", "p-marina", 1001, reason="paid", **told).bot("o pagamento já está confirmado.")


# --- the paper, and a boleto of a past day ----------------------------------------------------------------


def bought_by_boleto() -> Town:
    """Order 1001, due on Thursday, 26/11, held until 09/12, 18:31."""
    town = two_shops()
    town.buyer("quanto fica o frete do farol direito do corolla pra 80010000").buyer("s").buyer("1").buyer("boleto")
    return town.plays_out("529.982.247-25", "Marina Souza, 210 apto 31")


def test_a_boleto_comes_with_its_pdf_and_says_when_it_is_reminded_of() -> None:
    town = bought_by_boleto().bot("vence qui, 26/11*o PDF vai junto", "Eu lembro na véspera, qua, 25/11")
    paper = next(x for _, x in town.said if isinstance(x, c.SendBoleto))
    charge = town.order().charge
    assert charge is not None
    assert paper.charge_id == charge.provider_id
    assert paper.file_name == "boleto-1001.pdf"
    town.buyer("pular").buyer("perdi o boleto").bot("2ª via do #1001", "46191", "[boleto-1001.pdf]")


def test_what_is_overdue_is_told_with_ways_on_and_without_its_line() -> None:
    town = bought_by_boleto().buyer("pular")
    town.passes(days=4).bot(
        "O boleto do #1001 (R$ 512,40) venceu ontem e a peça ainda está reservada até qua, 09/12 às 18:",
        "1 Novo boleto 2 Pagar com Pix agora 3 Cancelar",
    )
    assert town.last[-1].endswith("*3* Cancelar"), "the old line is sent no more"
    town.buyer("1").bot("Estou gerando o boleto do #1001", "vence qua, 02/12")
    town.buyer("perdi o boleto").bot("2ª via do #1001*vence qua, 02/12")


@pytest.mark.parametrize(
    ("said", "answer"),
    [("2", "Estou gerando o código Pix"), ("no cartão em 2x", "Trocando para cartão em 2x"), ("3", "Cancelar o #1001")],
)
def test_an_overdue_boleto_is_not_sent_again_but_replaced(said: str, answer: str) -> None:
    town = bought_by_boleto().buyer("pular").passes(days=4)
    town.buyer("pagar 1001").buyer("boleto").bot("venceu ontem").not_bot("46191").buyer(said).bot(answer)


@pytest.mark.parametrize(
    "said",
    ["o boleto venceu, dá pra mudar pra daqui a 2 dias úteis?", "novo boleto pra daqui a 2 dias úteis", "terça"],
)
def test_who_names_a_day_at_the_overdue_boleto_is_heard(said: str) -> None:
    town = bought_by_boleto().buyer("pular").passes(days=4).bot("venceu ontem")
    town.buyer(said).bot("Fica para ter, 01/12", "Confirmo?").buyer("sim").bot("vence ter, 01/12")


@pytest.mark.parametrize("said", ["pago com pix hoje", "amanhã eu pago no pix"])
def test_a_day_named_with_another_method_is_no_new_due_date(said: str) -> None:
    town = bought_by_boleto().buyer("pular").passes(days=4)
    town.buyer(said).bot("Estou gerando o código Pix")
