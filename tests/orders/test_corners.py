"""What happens seldom, and must still end well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import CreateCharge
from bot.domain.decision import Decision, Stored
from bot.domain.events import NewCodeAsked, OrderPlaced, Receipt, Tick
from bot.domain.order import ChargeState, OrderState, ShipmentState
from bot.orders import decide
from tests.orders.story import BUYER, SELLER, START, Story
from tests.support_shop import headlight, sample_shop, silva


def test_an_event_of_an_order_that_is_not_there_is_nobodys() -> None:
    shop = sample_shop()
    for lane in ("order:7", "order:x"):
        stored = Stored(1, lane, OrderPlaced(order=7, method="pix"), START)
        decision = Decision(stored)
        decide(stored, shop, START, decision)
        assert (decision.writes, decision.commands, decision.events) == ([], [], [])


def test_words_that_are_not_an_orders_business_move_nothing() -> None:
    story = Story().placed()
    before = story.order
    story.play(Receipt(message_id="x", status="read"), Tick(name="unknown"))
    assert story.order == before


# --- charges ----------------------------------------------------------------------------------------------


def test_a_charge_found_again_after_a_crash_was_paid_meanwhile() -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed()
    command = next(c.command for c in story.waiting() if isinstance(c.command, CreateCharge))
    bill = story.bank.create(command)
    story.bank.set(bill.charge_id, status="settled")
    story.comes_back("charge.create", story.bank.bills[bill.charge_id])
    assert story.state() is OrderState.PAID
    assert "charge_ready" not in story.names(BUYER)


@pytest.mark.parametrize("wrong", [{"amount": 1}, {"reference": "order-1042-a7"}])
def test_a_charge_of_other_sums_is_taken_back(wrong: dict[str, object]) -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed()
    command = next(c.command for c in story.waiting() if isinstance(c.command, CreateCharge))
    story.comes_back("charge.create", story.bank.create(command).but(**wrong))
    assert story.charge_state() is ChargeState.VOID
    assert story.names(BUYER) == ["charge_delayed", "charge_failed"]


def test_the_mind_is_changed_while_the_payer_is_looked_for_in_vain() -> None:
    story = Story()
    story.turn(OrderPlaced(order=1042, method="pix"))
    story.turn(NewCodeAsked(order=1042, by=BUYER, method="boleto"))
    story.refuse["payer.ensure"] = "invalid_document"
    story.step()  # a1 is refused, and no longer matters
    story.refuse.clear()
    story.work()
    assert [c.state for c in story.order.charges] == [ChargeState.REFUSED, ChargeState.PENDING]
    assert story.names(BUYER) == ["charge_ready"]


def test_a_mind_changed_while_the_charge_is_made_ends_it_before_the_next() -> None:
    story = Story()
    story.turn(OrderPlaced(order=1042, method="pix"))
    story.step()  # the payer is known, the charge is under way
    story.turn(NewCodeAsked(order=1042, by=BUYER, method="boleto"))
    story.work()
    assert [b.status for b in story.bank.bills.values()] == ["void", "pending"]
    assert story.names(BUYER) == ["charge_ready"]


def test_cancelled_while_the_payer_is_looked_for() -> None:
    story = Story()
    story.turn(OrderPlaced(order=1042, method="pix"))
    story.cancels()
    assert story.charge_state() is ChargeState.REFUSED
    assert story.bank.bills == {}


def test_a_charge_that_waited_past_the_hold_is_not_made() -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed("boleto").wait(timedelta(days=16))
    story.down.clear()
    story.wait(timedelta(minutes=1))
    assert story.state() is OrderState.CANCELLED
    assert story.bank.bills == {}
    assert story.charge_state() is ChargeState.REFUSED


def test_no_code_while_the_operator_looks_at_wrong_money() -> None:
    story = Story().placed().pays(amount=1).asks_code()
    assert len(story.order.charges) == 1


def test_a_boleto_that_was_replaced_is_not_reminded_of() -> None:
    story = Story().placed("boleto").asks_code("card").wait(timedelta(days=6))
    assert "boleto_reminder" not in story.names(BUYER)


def test_a_charge_deleted_in_the_panel_has_ended() -> None:
    story = Story().placed().bank_says("void")
    assert story.charge_state() is ChargeState.VOID
    assert story.stock == 1
    assert story.names(BUYER) == ["charge_ready", "pix_expired"]


def test_a_charge_opened_again_in_the_panel_alarms() -> None:
    story = Story().placed().wait(timedelta(minutes=30)).bank_says("restored", status="pending")
    assert story.charge_state() is ChargeState.VOID
    assert story.alerts == ["pedido 1042: cobrança order-1042-a1"]


def test_a_state_that_nobody_knows_alarms() -> None:
    story = Story().placed().bank_says("updated", status="other")
    assert story.charge_state() is ChargeState.PENDING
    assert story.alerts == ["pedido 1042: cobrança order-1042-a1"]


@pytest.mark.parametrize("word", ["overdue", "void"])
def test_an_old_word_after_the_payment_moves_nothing(word: str) -> None:
    story = Story().placed().pays().bank_says(word)
    assert story.charge_state() is ChargeState.SETTLED
    assert story.state() is OrderState.PAID


def test_a_card_turned_down_after_review_lives_on_in_its_day_only() -> None:
    story = Story().placed("card").bank_says("under_review").bank_says("updated", status="pending")
    assert story.charge_state() is ChargeState.PENDING
    story.bank_says("under_review").wait(timedelta(hours=6)).bank_says("updated", status="pending")
    assert story.charge_state() is ChargeState.VOID
    assert "card_expired" in story.names(BUYER)


def test_a_charge_that_cannot_be_taken_back_reaches_the_operator_and_is_read() -> None:
    story = Story().placed()
    story.refuse["charge.cancel"] = "unauthorised"
    story.cancels()
    assert story.alerts == ["pedido 1042: cobrança order-1042-a1"]
    assert any("/read/" in key for key in story.carried)


def test_readings_that_are_refused_reach_the_operator() -> None:
    story = Story().placed()
    story.refuse["charge.read"] = "notfound"
    story.pays()
    assert story.alerts == ["pedido 1042: leitura order-1042-a1"]


def test_paid_and_disputed_before_we_heard_of_either() -> None:
    shop = sample_shop()
    shop.add(silva(auto_accept=True))
    story = Story(shop).placed("card").bank_says("disputed")
    assert story.state() is OrderState.PAID
    assert story.order.disputed
    assert "seller:s-silva" not in story.balances
    story.bank_says("dispute_won", status="paid")
    assert story.state() is OrderState.ACCEPTED
    assert "label_ready" in story.names(SELLER)


def test_paid_and_given_back_before_we_heard_of_either() -> None:
    story = Story().placed().bank_says("refunded")
    assert story.state() is OrderState.CANCELLED
    assert story.names(BUYER) == ["charge_ready", "refund_done"]
    assert story.names(SELLER) == []
    assert story.stock == 1
    assert story.open_accounts == {}


def test_paid_after_the_part_was_freed_and_sold() -> None:
    story = Story().placed()
    # the parts were freed although the charge lives: an operator's hand in the store
    story.shop.add(story.order.but(stock_held=False))
    story.pays()
    assert story.state() is OrderState.CANCELLED
    assert story.order.cancel_reason == "sold"
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.stock == 0


def test_a_share_that_cannot_be_paid_reaches_the_operator() -> None:
    story = Story().placed().wait(timedelta(hours=1))
    story.refuse["share.pay"] = "insufficient_balance"
    story.pays(share=0)
    assert story.state() is OrderState.PAID
    assert story.alerts == ["pedido 1042: repasse"]


def test_late_money_of_a_wrong_amount_goes_back() -> None:
    story = Story().placed().wait(timedelta(hours=1)).pays(share=0, amount=99)
    assert story.state() is OrderState.CANCELLED
    assert story.bank.bills["pay_1"].refunded == 99
    assert story.open_accounts == {}


def test_a_revived_order_may_be_cancelled_and_told_again() -> None:
    story = Story().placed("boleto").wait(timedelta(days=16)).pays(share=0).cancels()
    assert story.names(BUYER).count("order_cancelled") == 2
    assert story.charge_state() is ChargeState.REFUNDING
    assert story.stock == 1


def test_the_answer_to_a_refund_may_lag_behind() -> None:
    story = Story().placed().pays()
    story.bank.slow_refunds = True
    story.down.add("charge.refund")
    story.cancels()
    story.comes_back("charge.refund", story.bank.bills["pay_1"])  # it still says settled
    assert story.charge_state() is ChargeState.REFUNDING
    story.bank_says("refunded")
    assert story.charge_state() is ChargeState.REFUNDED


def test_money_back_on_a_late_payment_that_is_denied_stays_ours_to_settle() -> None:
    story = Story().placed().wait(timedelta(hours=30))
    story.bank.slow_refunds = True
    story.pays(share=0).bank_says("refund_denied", status="settled")
    assert story.charge_state() is ChargeState.PAID_LATE
    assert story.alerts == ["pedido 1042: devolução negada order-1042-a1"]
    assert story.balances["in_transit"] == 51041


# --- labels and parcels -----------------------------------------------------------------------------------


def test_a_label_the_carrier_cannot_make_is_told_with_its_reason() -> None:
    story = Story().placed().pays()
    story.carrier.looks = 10_000
    story.down.add("label.generate")
    story.answers(True)
    story.carrier.set("ship_1", failure="CPF do destinatário")
    story.down.clear()
    story.wait(timedelta(minutes=2))
    assert story.alerts == ["pedido 1042: etiqueta order-1042-s1"]


def test_a_label_that_ran_out_in_the_cart_is_replaced_but_not_for_ever() -> None:
    story = Story().placed().pays()
    story.refuse["label.buy"] = "expired"
    story.answers(True)
    assert [s.state for s in story.order.shipments] == [ShipmentState.EXPIRED] * 3
    assert story.alerts[-1] == "pedido 1042: etiquetas vencidas"


def test_a_chargeback_while_the_label_is_being_made() -> None:
    story = Story().placed("card").pays(status="paid")
    story.carrier.looks = 1
    story.answers(True).bank_says("disputed").wait(timedelta(minutes=1))
    assert story.shipment_state() is ShipmentState.GENERATED
    assert "label_ready" not in story.names(SELLER)
    story.bank_says("dispute_won", status="paid")
    assert "label_ready" in story.names(SELLER)


def test_a_quote_without_parcels_reaches_the_operator() -> None:
    story = Story()
    story.shop.add(story.order.but(offer=story.order.offer.but(volumes=())))
    story.placed().pays().answers(True)
    assert story.alerts == ["pedido 1042: etiqueta"]


def test_unread_labels_reach_the_operator() -> None:
    story = Story().placed().pays()
    story.carrier.looks = 5
    story.refuse["label.read"] = "notfound"
    story.answers(True).wait(timedelta(minutes=2))
    assert story.alerts == ["pedido 1042: leitura order-1042-s1"]


def test_two_listings_are_taken_and_freed_together() -> None:
    story = Story()
    story.shop.add(headlight(listing=559, stock=3))
    line = story.order.lines[0]
    story.shop.add(story.order.but(lines=(line, line.but(listing=559, quantity=2)), stock_held=False))
    story.shop.add(headlight(stock=1))
    story.asks_code()
    assert [p.stock for p in story.shop.products_of("s-silva")] == [0, 1]
    story.wait(timedelta(minutes=30))
    assert [p.stock for p in story.shop.products_of("s-silva")] == [1, 3]
