"""A chargeback: told, held, answered from the record, and its outcome; a won one does not ship twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.disputes import DisputeState
from bot.domain.order import ChargeState, OrderState, ShipmentState
from bot.domain.shop import Said
from bot.orders import books
from bot.orders.evidence import STATES
from tests.orders.story import BUYER, SELLER, START, Story
from tests.support_shop import MemoryShop, sample_shop


def disputed(shop: MemoryShop | None = None) -> Story:
    """A delivered card order whose holder objects three weeks later."""
    return Story(shop).delivered("card").wait(timedelta(days=21)).bank_says("disputed")


def state_of(story: Story) -> DisputeState:
    assert story.order.dispute is not None
    return story.order.dispute.state


def test_seller_and_operator_are_told_and_the_money_is_held() -> None:
    story = disputed()
    told = story.news("dispute_opened", SELLER)
    assert (told["amount"], told["reason"], told["answer_by"]) == ("51240", "not_received", "2026-12-29")
    assert any("chargeback" in alert for alert in story.alerts)
    assert "dispute_opened" not in story.names(BUYER)
    assert books.place(story.charge) == "held"
    assert story.balances["in_transit"] == 51240 - 199
    assert "seller:s-silva" not in story.balances


def test_contested_with_what_is_on_record() -> None:
    shop = sample_shop()
    shop.said = [
        Said(at=START - timedelta(days=9), by_us=False, text="de outra compra"),
        Said(at=START - timedelta(minutes=5), by_us=True, text="Posso fechar? *sim* / *não*"),
        Said(at=START - timedelta(minutes=4), by_us=False, text="sim"),
    ]
    story = disputed(shop)
    story.shop.add(story.order.but(nfe_key="3525" * 11))
    story.contests(words="Postei no dia 24 com o código ME1BR")
    assert state_of(story) is DisputeState.CONTESTED
    assert story.names(SELLER)[-1] == "dispute_sent"
    purchase, delivery, talk = story.bank.papers
    assert any("Total: R$ 512,40" in line for line in purchase.lines)
    assert any("Postei no dia 24" in line for line in purchase.lines)
    assert f"Nota fiscal eletrônica: {'3525' * 11}" in purchase.lines
    assert "Código de rastreio: ME1BR" in delivery.lines
    assert "Rastreio público: https://carrier.example/ME1BR" in delivery.lines
    assert "Situação na transportadora: entregue" in delivery.lines
    assert any("Entregue em" in line for line in delivery.lines)
    assert [line.partition(") ")[2] for line in talk.lines] == ["Loja: Posso fechar? *sim* / *não*", "Comprador: sim"]


def test_the_bank_reads_portuguese_of_every_label() -> None:
    assert set(STATES) == set(ShipmentState)


def test_the_papers_of_an_order_that_was_not_shipped_say_so() -> None:
    story = Story().placed("card").pays().bank_says("disputed")
    story.contests(by="operator:ana")
    _, delivery = story.bank.papers
    assert delivery.lines == ("O pedido ainda não foi enviado; o envio parou com a contestação.",)


@pytest.mark.parametrize("shipped", [False, True])
def test_a_won_one_goes_on_and_ships_once(shipped: bool) -> None:
    story = Story().placed("card").pays()
    if shipped:
        story.answers(True).carrier_says("posted")
    story.bank_says("disputed").contests()
    story.bank_says("dispute_won", status="settled")
    assert state_of(story) is DisputeState.WON
    assert story.news("dispute_ended", SELLER)["outcome"] == "won"
    assert story.charge_state() is ChargeState.SETTLED
    story.play(story.payment(story.charge, "settled"), story.payment(story.charge, "paid"))
    if not shipped:
        story.answers(True)
    assert len(story.carrier.labels) == 1
    assert [name for name in story.names(SELLER) if name == "sale_new"] == ["sale_new"]
    assert [name for name in story.names(BUYER) if name == "payment_confirmed"] == ["payment_confirmed"]


def test_a_lost_one_is_booked_and_the_order_stays_as_it_was() -> None:
    story = disputed()
    story.contests().bank_says("refunded")
    assert state_of(story) is DisputeState.LOST
    assert story.news("dispute_ended", SELLER)["outcome"] == "lost"
    assert story.state() is OrderState.CLOSED
    assert not story.order.disputed
    assert story.open_accounts == {}


@pytest.mark.parametrize("answer", [None, True, False])
@pytest.mark.parametrize(("status", "outcome"), [("settled", DisputeState.WON), ("refunded", DisputeState.LOST)])
def test_it_ends_whatever_was_answered(answer: bool | None, status: str, outcome: DisputeState) -> None:
    story = disputed()
    if answer is not None:
        story.contests(answer)
    story.bank_says("dispute_won" if outcome is DisputeState.WON else status, status=status)
    assert state_of(story) is outcome
    assert story.names(SELLER).count("dispute_ended") == 1


def test_lost_before_it_was_sent_ends_the_order() -> None:
    story = Story().placed("card").pays().bank_says("disputed").bank_says("refunded")
    assert story.state() is OrderState.CANCELLED
    assert story.order.cancel_reason == "chargeback"
    assert state_of(story) is DisputeState.LOST


def test_nobody_answers_and_the_day_comes_near() -> None:
    story = disputed()
    story.wait(timedelta(days=12))
    assert "dispute_reminder" not in story.names(SELLER)
    story.wait(timedelta(days=2))
    assert story.news("dispute_reminder", SELLER)["answer_by"] == "2026-12-29"
    assert any("sem resposta" in alert for alert in story.alerts)


def test_conceded_and_thought_better_of() -> None:
    story = disputed()
    story.contests(False)
    assert state_of(story) is DisputeState.CONCEDED
    story.wait(timedelta(days=14))
    assert "dispute_reminder" not in story.names(SELLER)
    story.contests()
    assert state_of(story) is DisputeState.CONTESTED


def test_papers_that_are_refused_can_be_sent_again_and_are_never_sent_twice() -> None:
    story = disputed()
    story.refuse["dispute.contest"] = "refused"
    story.contests()
    assert state_of(story) is DisputeState.OPEN
    assert any("não contestado" in alert for alert in story.alerts)
    story.refuse.clear()
    story.contests().contests().contests(by="operator:ana")
    assert len([key for key in story.carried if "/contest/" in key]) == 2
    assert state_of(story) is DisputeState.CONTESTED


def test_strangers_and_the_buyer_answer_nothing() -> None:
    story = disputed()
    story.contests(by=BUYER).contests(by="p-somebody")
    assert state_of(story) is DisputeState.OPEN


def test_why_it_was_is_not_read_and_the_seller_is_told_all_the_same() -> None:
    story = Story().delivered("card")
    story.refuse["dispute.read"] = "not_found"
    story.bank_says("disputed")
    assert story.news("dispute_opened", SELLER)["answer_by"] == ""


def test_a_second_objection_is_another_one() -> None:
    story = disputed()
    story.contests().bank_says("dispute_won", status="settled").wait(timedelta(days=1)).bank_says("disputed")
    assert state_of(story) is DisputeState.OPEN
    assert story.names(SELLER).count("dispute_opened") == 2


def test_the_answer_day_is_the_provider_s() -> None:
    dispute = disputed().order.dispute
    assert dispute is not None
    assert dispute.answer_by == date(2026, 12, 29)


def two_payments() -> Story:
    """An order paid twice: by Pix, then by the card of its first charge, whose refund the provider refuses."""
    story = Story().placed("card").asks_code("pix").pays()
    story.refuse["charge.refund"] = "insufficient_balance"
    return story.pays(story.order.charges[0], share=0)


def test_a_disputed_second_payment_that_is_won_goes_back_after_all() -> None:
    story = two_payments()
    story.bank_says("disputed", story.order.charges[0])
    story.refuse.clear()
    story.bank_says("dispute_won", story.order.charges[0], status="settled")
    assert state_of(story) is DisputeState.WON
    assert [c.state for c in story.order.charges] == [ChargeState.REFUNDED, ChargeState.SETTLED]
    assert (story.state(), story.order.disputed) == (OrderState.PAID, False)
    assert story.balances["buyer"] == -51240


def test_a_disputed_second_payment_that_is_lost_stops_the_order_no_longer() -> None:
    story = two_payments()
    story.bank_says("disputed", story.order.charges[0]).wait(timedelta(days=9))
    assert story.state() is OrderState.PAID  # the seller's time to answer stood still
    story.bank_says("refunded", story.order.charges[0])
    assert (state_of(story), story.order.disputed) == (DisputeState.LOST, False)
    assert story.balances["buyer"] == -51240
    story.wait(timedelta(days=9))
    assert story.order.cancel_reason == "no_answer"


def test_one_dispute_that_ends_does_not_release_an_order_that_has_another() -> None:
    story = two_payments()
    card, pix = story.order.charges
    story.bank_says("disputed", card).bank_says("disputed", pix)
    story.bank_says("refunded", card)
    assert story.order.disputed
    story.bank_says("dispute_won", pix, status="settled")
    assert not story.order.disputed
