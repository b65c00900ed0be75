"""Money that comes in time, late, twice, wrong, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import Bill
from bot.domain.events import NewCodeAsked, OrderPlaced, PaymentFact, Tick
from bot.domain.order import ChargeState, Method, OrderState
from bot.domain.shop import Rules
from tests.orders.story import BUYER, SELLER, Story
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


def test_a_charge_withdrawn_as_it_was_made_does_not_expire_before_the_buyer_too() -> None:
    story = Story()
    story.refuse["charge.create"] = "split_missing"
    story.placed()
    # made, refused afterwards and deleted: the provider tells of the deletion
    story.bank.bills["pay_1"] = Bill(
        charge_id="pay_1", reference=story.charge.reference, status="void", amount=story.charge.amount, net=0
    )
    story.play(PaymentFact(charge_id="pay_1", reference=story.charge.reference, fact="void"))

    assert story.charge_state() is ChargeState.REFUSED
    assert story.names(BUYER) == ["charge_failed"]
    assert story.stock == 0  # held a while, for another way of paying


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


def test_reminders_that_were_not_sent_yet_are_looked_at_again_once_it_is_paid() -> None:
    story = Story().placed("boleto").wait(timedelta(days=3)).pays()
    reminders = [key for key in story.order.told if key.startswith("order-1042/boleto_reminder/")]
    looks = [e for e in story.shop.events.values() if isinstance(e.event, Tick) and e.event.name == "notice_look"]
    assert [e.event for e in looks] == [
        Tick(name="notice_look", data={"notice": key, "person": BUYER}) for key in reminders
    ]
    assert reminders
    assert len(story.order.told) > len(reminders)


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
    assert story.alerts == ["pedido 1042: reserva"]
    story.bank.set("pay_1", status="void")  # and nobody says so: it is looked at again
    assert story.wait(timedelta(days=2)).state() is OrderState.CANCELLED


def test_a_payment_that_passes_review_after_the_hold_pays() -> None:
    story = Story().placed("card").bank_says("under_review").wait(timedelta(days=16, hours=1))
    story.pays(status="paid")
    assert story.state() is OrderState.PAID
