"""Money that comes in time, late, twice, wrong, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import NewCodeAsked, OrderPlaced, Tick
from bot.domain.order import ChargeState, Method, OrderState
from bot.domain.shop import Rules
from bot.orders import books
from tests.orders.story import BUYER, SELLER, START, Story
from tests.support_shop import headlight, marina, sample_shop, silva

HALF_HOUR = timedelta(minutes=30)


# --- making the charge ------------------------------------------------------------------------------------


def test_an_invalid_document_is_told_and_the_corrected_one_counts() -> None:
    story = Story()
    story.refuse["payer.ensure"] = "invalid_document"
    story.placed()

    assert story.news("charge_failed") == {"method": "pix", "reason": "invalid_document"}
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.charge_state() is ChargeState.REFUSED
    assert story.alerts == []

    story.refuse.clear()
    story.shop.add(marina(document="11144477735"))
    story.asks_code()
    assert story.charge.reference == "order-1042-a2"
    assert story.charge_state() is ChargeState.PENDING
    assert story.order.recipient.document == "11144477735"


def test_after_a_refusal_the_parts_wait_a_while_and_go_back() -> None:
    story = Story()
    story.refuse["charge.create"] = "share_too_small"
    story.placed()
    assert story.stock == 0
    story.wait(HALF_HOUR)
    assert story.stock == 1
    assert story.state() is OrderState.AWAITING_PAYMENT
    story.wait(timedelta(days=16))
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1


def test_a_refusal_that_is_no_fault_of_the_buyer_reaches_the_operator() -> None:
    story = Story()
    story.refuse["charge.create"] = "unauthorised"
    story.placed()
    assert story.alerts == ["pedido 1042: cobrança order-1042-a1"]


def test_while_the_bank_is_away_the_buyer_is_told_and_the_code_comes_later() -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed()
    assert story.names(BUYER) == ["charge_delayed"]
    story.down.clear()
    story.wait(timedelta(minutes=10))
    assert story.names(BUYER) == ["charge_delayed", "charge_ready"]
    assert story.charge.expires_at == story.now + HALF_HOUR  # counted from the code, not from the yes


def test_a_bank_that_is_away_for_days_gets_a_charge_of_today() -> None:
    story = Story()
    story.down.add("charge.create")
    story.placed("card").wait(timedelta(days=1))
    story.down.clear()
    story.wait(timedelta(minutes=1))

    assert [c.state for c in story.order.charges] == [ChargeState.REFUSED, ChargeState.PENDING]
    assert story.charge.due_date.isoformat() == "2026-11-24"
    assert len(story.bank.bills) == 1


def test_due_days() -> None:
    assert Story().placed("boleto").charge.due_date.isoformat() == "2026-11-26"
    card = Story().placed("card", 3).charge
    assert card.due_date.isoformat() == "2026-11-23"
    assert card.installments == 3
    assert card.expires_at is not None
    assert card.expires_at.isoformat() == "2026-11-24T02:59:59+00:00"


def test_a_split_that_is_not_as_agreed_is_never_shown() -> None:
    story = Story()
    story.bank.wrong_share = 1
    story.placed()

    assert story.charge_state() is ChargeState.VOID
    assert story.names(BUYER) == ["charge_failed"]
    assert story.news("charge_failed")["reason"] == "internal"
    assert story.alerts == ["pedido 1042: cobrança order-1042-a1"]
    assert all(bill.status == "void" for bill in story.bank.bills.values())


@pytest.mark.parametrize("wallet", ["", "wallet-platform"])
def test_a_seller_without_an_own_wallet_is_not_charged_for(wallet: str) -> None:
    shop = sample_shop()
    shop.add(silva(wallet_id=wallet))
    story = Story(shop).placed()
    assert story.bank.bills == {}
    assert story.names(BUYER) == ["charge_failed"]
    assert len(story.alerts) == 1


def test_less_than_five_reais_is_not_charged() -> None:
    story = Story(goods=300, freight=199, fee=24).placed()
    assert story.bank.bills == {}
    assert story.news("charge_failed")["reason"] == "too_small"


# --- another code -----------------------------------------------------------------------------------------


def test_a_new_code_ends_the_old_one_before_it_is_made() -> None:
    story = Story().placed()
    story.asks_code("boleto")

    assert [c.state for c in story.order.charges] == [ChargeState.VOID, ChargeState.PENDING]
    assert story.charge.method is Method.BOLETO
    made = story.carried.index("order-1042-a2/create")
    assert any(key.startswith("order-1042-a1/cancel/") for key in story.carried[:made])
    assert story.names(BUYER) == ["charge_ready", "charge_ready"]
    assert story.stock == 0


def test_the_same_wish_twice_while_it_is_being_made_is_one_charge() -> None:
    story = Story()
    story.turn(OrderPlaced(order=1042, method="pix"))
    story.turn(NewCodeAsked(order=1042, by=BUYER, method="pix"))
    story.work()
    assert len(story.order.charges) == 1


def test_minds_changed_faster_than_the_bank_leave_one_living_charge() -> None:
    story = Story()
    story.turn(OrderPlaced(order=1042, method="pix"))
    for method in ("boleto", "card", "pix"):
        story.turn(NewCodeAsked(order=1042, by=BUYER, method=method))
    story.work()

    assert [b.status for b in story.bank.bills.values()] == ["pending"]
    assert story.charge.reference == "order-1042-a4"
    assert story.charge_state() is ChargeState.PENDING
    assert story.names(BUYER) == ["charge_ready"]


def test_the_old_code_paid_while_a_new_one_is_asked_for_pays_the_order() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")  # the webhook is still on its way
    story.asks_code("boleto")

    assert story.state() is OrderState.PAID
    assert [c.state for c in story.order.charges] == [ChargeState.SETTLED, ChargeState.REFUSED]
    assert len(story.bank.bills) == 1


def test_a_stranger_and_the_seller_get_no_code() -> None:
    story = Story().placed()
    for by in ("p-somebody", SELLER):
        story.asks_code("card", by)
    assert len(story.order.charges) == 1


# --- the end of a code ------------------------------------------------------------------------------------


def test_an_unpaid_pix_ends_and_the_part_goes_back_on_the_shelf() -> None:
    story = Story().placed().wait(HALF_HOUR)

    assert story.charge_state() is ChargeState.VOID
    assert story.bank.bills["pay_1"].status == "void"
    assert story.stock == 1
    assert story.news("pix_expired") == {"amount": "51240"}
    assert story.state() is OrderState.AWAITING_PAYMENT

    story.asks_code()
    assert story.stock == 0
    assert story.charge_state() is ChargeState.PENDING
    story.pays()
    assert story.state() is OrderState.PAID


def test_a_new_code_for_a_part_that_was_sold_meanwhile() -> None:
    story = Story().placed().wait(HALF_HOUR)
    story.shop.add(headlight(stock=0))
    story.asks_code()
    assert story.state() is OrderState.CANCELLED
    assert story.news("order_cancelled") == {"reason": "sold", "refund": ""}
    assert story.stock == 0


def test_paid_in_the_second_of_its_end_before_we_can_end_it() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")
    story.wait(HALF_HOUR)  # the end comes first, the webhook is slow

    assert story.state() is OrderState.PAID
    assert "pix_expired" not in story.names(BUYER)
    story.play(story.payment(story.charge, "settled"))
    assert story.names(BUYER).count("payment_confirmed") == 1


def test_paid_in_the_second_of_its_end_with_the_webhook_between() -> None:
    story = Story().placed()
    story.now += HALF_HOUR
    story.turn(Tick(name="pix_expiry", data={"reference": "order-1042-a1"}))
    story.bank.set("pay_1", status="settled")
    story.turn(story.payment(story.charge, "settled"))
    story.work()

    assert story.state() is OrderState.PAID
    assert story.charge_state() is ChargeState.SETTLED
    assert story.balances["seller:s-silva"] == 43961


def test_an_unpaid_card_page_ends_with_the_day() -> None:
    story = Story().placed("card").wait(timedelta(hours=6))
    assert story.charge_state() is ChargeState.VOID
    assert story.names(BUYER) == ["charge_ready", "card_expired"]


def test_an_unpaid_boleto_is_reminded_of_and_ends_with_the_hold() -> None:
    story = Story(sample_shop(Rules(boleto_days=6, platform_wallet_id="wallet-platform"))).placed("boleto")
    story.wait(timedelta(days=15))
    whens = [data["when"] for _, name, data in story.told if name == "boleto_reminder"]
    assert whens == ["days_before", "day_before", "today", "day_after"]
    assert story.state() is OrderState.AWAITING_PAYMENT
    story.wait(timedelta(days=1))
    assert story.state() is OrderState.CANCELLED
    assert story.news("order_cancelled") == {"reason": "unpaid", "refund": ""}
    assert story.charge_state() is ChargeState.VOID
    assert story.stock == 1
    assert "sale_cancelled" not in story.names(SELLER)


def test_an_overdue_boleto_can_still_be_paid() -> None:
    story = Story().placed("boleto").bank_says("overdue")
    assert story.charge_state() is ChargeState.OVERDUE
    story.pays(status="paid")
    assert story.state() is OrderState.PAID
    story.pays(status="settled")
    assert story.charge_state() is ChargeState.SETTLED
    assert story.names(SELLER) == ["sale_new"]


def test_a_payment_under_review_outlasts_the_hold() -> None:
    story = Story().placed("card").bank_says("under_review").wait(timedelta(days=16, hours=1))
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.stock == 0
    story.pays(status="paid")
    assert story.state() is OrderState.PAID


# --- late money -------------------------------------------------------------------------------------------


def test_late_money_revives_the_order_while_the_part_is_there() -> None:
    story = Story().placed().wait(timedelta(hours=3)).pays(share=0)

    assert story.state() is OrderState.PAID
    assert story.charge_state() is ChargeState.SETTLED
    assert story.stock == 0
    assert story.news("late_payment") == {"amount": "51240", "outcome": "revived"}
    assert story.news("late_payment", SELLER)["outcome"] == "revived"
    assert story.bank.transfers == [("wallet-silva", 43961)]  # the split went with the charge's end
    assert story.balances["seller:s-silva"] == 43961
    story.answers(True)
    assert "label_ready" in story.names(SELLER)


def test_late_money_for_a_part_that_is_gone_goes_back() -> None:
    story = Story().placed().wait(timedelta(hours=3))
    story.shop.add(headlight(stock=0))
    story.pays(share=0)

    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.names(BUYER)[-2:] == ["late_payment", "refund_done"]
    assert story.news("late_payment") == {"amount": "51240", "outcome": "refunded"}
    assert story.names(SELLER) == ["late_payment"]
    assert story.bank.transfers == []
    assert story.balances == {"platform": -199, "provider_fees": 199}
    assert story.stock == 0


def test_money_that_comes_more_than_a_day_late_goes_back() -> None:
    story = Story().placed().wait(timedelta(hours=25)).pays(share=0)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1


def test_late_money_after_the_hold_is_over_revives_too() -> None:
    story = Story().placed("boleto").wait(timedelta(days=16))
    assert story.state() is OrderState.CANCELLED
    story.pays(share=0)
    assert story.state() is OrderState.PAID
    assert story.stock == 0


@pytest.mark.parametrize("by", [BUYER, SELLER, "operator"])
def test_money_after_somebody_cancelled_goes_back(by: str) -> None:
    story = Story().placed().cancels(by)
    assert story.state() is OrderState.CANCELLED
    assert story.stock == 1
    story.pays(share=0)
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.news("late_payment")["outcome"] == "refunded"
    assert books.open_accounts(story.order, story.shop.entries.values()) == {}


def test_paid_in_the_second_of_cancelling() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")
    story.cancels()

    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.names(BUYER) == ["charge_ready", "order_cancelled", "late_payment", "refund_done"]
    assert story.stock == 1


def test_two_payments_the_second_goes_back() -> None:
    story = Story().placed().asks_code("boleto").pays()
    first = story.order.charges[0]
    story.pays(first, share=0)

    assert story.state() is OrderState.PAID
    assert [c.state for c in story.order.charges] == [ChargeState.REFUNDED, ChargeState.SETTLED]
    assert story.news("late_payment") == {"amount": "51240", "outcome": "second"}
    assert story.names(SELLER) == ["sale_new"]
    assert story.balances["buyer"] == -51240
    story.play(story.payment(first, "refunded"))
    assert story.names(BUYER).count("refund_done") == 1


def test_the_old_code_is_paid_while_the_new_one_waits() -> None:
    story = Story().placed().asks_code("boleto")
    story.pays(story.order.charges[0], share=0)

    assert story.state() is OrderState.PAID
    assert [c.state for c in story.order.charges] == [ChargeState.SETTLED, ChargeState.VOID]
    assert story.stock == 0


def test_an_old_code_paid_too_late_does_not_end_the_order_that_waits_for_a_new_one() -> None:
    story = Story().placed().asks_code("boleto").wait(timedelta(hours=30))
    story.pays(story.order.charges[0], share=0)
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert [c.state for c in story.order.charges] == [ChargeState.REFUNDED, ChargeState.PENDING]
    story.pays()
    assert story.state() is OrderState.PAID


def test_a_second_charge_with_our_reference_is_ended_and_if_paid_given_back() -> None:
    story = Story().placed().pays()
    twin = story.bank.bills["pay_1"].but(charge_id="pay_twin", status="pending")
    story.bank.bills["pay_twin"] = twin
    story.bank.methods["pay_twin"] = Method.PIX
    fact = story.payment(story.charge, "overdue").but(charge_id="pay_twin")
    story.play(fact)
    assert story.bank.bills["pay_twin"].status == "void"

    story.bank.set("pay_twin", status="settled")
    story.play(fact.but(fact="settled"))
    assert story.bank.bills["pay_twin"].status == "refunded"
    assert story.state() is OrderState.PAID
    assert story.charge.reference == "order-1042-a1"
    assert story.balances["buyer"] == -51240


# --- money that is not right ------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"amount": 51239}, {"share": 1}, {"reference": "order-1042-a9"}])
def test_a_payment_that_does_not_agree_stops_for_the_operator(wrong: dict[str, object]) -> None:
    story = Story().placed()
    story.bank.set(story.charge.provider_id, **wrong)
    story.pays()

    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.names(BUYER) == ["charge_ready"]
    assert story.alerts == ["pedido 1042: pagamento order-1042-a1"]
    assert "seller:s-silva" not in story.balances
    assert story.balances["in_transit"] > 0

    story.wait(timedelta(days=17))  # nothing happens behind the operator's back
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.charge_state() is ChargeState.SETTLED

    story.cancels("operator:ana")
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.REFUNDED
    assert books.open_accounts(story.order, story.shop.entries.values()) == {}


def test_a_webhooks_amount_is_not_believed() -> None:
    story = Story().placed()
    story.bank.set("pay_1", status="settled")
    story.play(story.payment(story.charge, "settled").but(amount=1))
    assert story.state() is OrderState.PAID


def test_a_webhook_without_money_behind_it_moves_nothing_and_alarms() -> None:
    story = Story().placed()
    for fact in ("paid", "settled", "refunded", "disputed"):
        story.play(story.payment(story.charge, fact))
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.charge_state() is ChargeState.PENDING
    assert story.balances == {}
    assert story.alerts == ["pedido 1042: pagamento order-1042-a1"]


def test_facts_of_charges_that_are_not_ours_are_left_alone() -> None:
    story = Story().placed()
    foreign = story.payment(story.charge, "settled").but(charge_id="pay_x", reference="order-1042-a77")
    story.play(foreign, foreign.but(reference=""))
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert story.alerts == []


def test_viewed_and_created_are_not_worth_a_reading() -> None:
    story = Story().placed()
    for fact in ("viewed", "created", "other"):
        story.play(story.payment(story.charge, fact))
    assert not any("/read/" in key for key in story.carried)


def test_a_broken_split_reaches_the_operator() -> None:
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.play(story.payment(story.charge, "split_cancelled").but(detail="wallet_cannot_receive"))
    assert story.alerts == ["pedido 1042: repasse order-1042-a1"]
    assert story.state() is OrderState.PAID


# --- refunds ----------------------------------------------------------------------------------------------


def test_a_refund_that_needs_days_is_told_when_it_is_done() -> None:
    story = Story().placed().pays()
    story.bank.slow_refunds = True
    story.cancels()
    assert story.charge_state() is ChargeState.REFUNDING
    assert story.balances == {"buyer": -51240, "in_transit": 51041, "provider_fees": 199}
    assert "refund_done" not in story.names(BUYER)

    story.bank.set("pay_1", status="settled")  # a laggard's reading is no denial
    story.play(story.payment(story.charge, "settled"))
    assert story.charge_state() is ChargeState.REFUNDING

    story.bank_says("refunded")
    assert story.news("refund_done") == {"amount": "51240"}
    assert story.balances == {"platform": -199, "provider_fees": 199}


def test_a_denied_refund_reaches_the_operator_and_may_succeed_later() -> None:
    story = Story().placed().pays()
    story.bank.slow_refunds = True
    story.cancels().bank_says("refund_denied", status="settled")
    assert story.charge_state() is ChargeState.SETTLED
    assert story.alerts == ["pedido 1042: devolução negada order-1042-a1"]
    story.bank_says("refunded")
    assert story.charge_state() is ChargeState.REFUNDED
    assert books.open_accounts(story.order, story.shop.entries.values()) == {}


def test_a_boleto_is_given_back_by_a_form() -> None:
    story = Story().placed("boleto").pays().cancels()
    assert story.news("refund_form") == {"amount": "51240", "page_url": "https://bank.example/form"}
    assert story.charge_state() is ChargeState.REFUNDING


def test_a_refund_that_is_refused_is_tried_again_every_hour() -> None:
    story = Story().placed().pays()
    story.refuse["charge.refund"] = "insufficient_balance"
    story.cancels().wait(timedelta(hours=3))
    assert story.state() is OrderState.CANCELLED
    assert story.charge_state() is ChargeState.SETTLED
    assert story.alerts == ["pedido 1042: devolução order-1042-a1"]
    story.refuse.clear()
    story.wait(timedelta(hours=1))
    assert story.charge_state() is ChargeState.REFUNDED
    assert sum("/refund" in key for key in story.carried) == 5


def test_a_refund_made_in_the_panel_cancels_the_order() -> None:
    story = Story().placed().pays().bank_says("refunded")
    assert story.state() is OrderState.CANCELLED
    assert story.order.cancel_reason == "refunded"
    assert story.names(BUYER)[-2:] == ["refund_done", "order_cancelled"]
    assert story.names(SELLER) == ["sale_new", "sale_cancelled"]
    assert story.stock == 1
    assert "order-1042-a1/refund" not in story.carried


def test_a_part_given_back_in_the_panel_is_booked_and_shown() -> None:
    story = Story().placed().pays()
    story.bank_says("partially_refunded", status="settled", refunded=1000)
    assert story.state() is OrderState.PAID
    assert story.balances["buyer"] == -50240
    assert story.alerts == ["pedido 1042: devolução parcial order-1042-a1"]
    story.cancels()
    assert story.bank.bills["pay_1"].refunded == 51240
    assert books.open_accounts(story.order, story.shop.entries.values()) == {}


def test_money_times_are_kept() -> None:
    story = Story().placed().wait(timedelta(minutes=5)).pays()
    assert story.order.paid_at == START + timedelta(minutes=5)
    assert story.charge.paid_at == START + timedelta(minutes=5)
