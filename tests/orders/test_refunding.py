"""Operators give money back, whole or in part; nobody else can, and never more than came in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import split
from bot.domain.order import ChargeState, OrderState
from tests.orders.story import BUYER, SELLER, Story

V = 512_40


def test_a_part_goes_back_and_the_sale_goes_on() -> None:
    story = Story().placed().pays().answers(has_it=True).gives_back(10_00)
    assert story.state() is OrderState.ACCEPTED
    assert story.charge_state() is ChargeState.SETTLED
    assert story.charge.refunded == story.charge.giving_back == 10_00
    assert story.bank.bills["pay_1"].refunded == 10_00
    assert story.news("refund_done") == {"amount": "1000"}
    # S 439,61 x 10,00 / 512,40, the fraction of a centavo rounded up; the rest of the part is the platform's
    assert story.charge.share_back == story.bank.bills["pay_1"].share_back == 8_58
    assert story.news("share_reduced", SELLER)["share"] == "858"
    assert story.balances["buyer"] == -(V - 10_00)
    assert story.balances["seller:s-silva"] == 439_61 - 8_58
    assert story.balances["platform"] == 38_40 - (10_00 - 8_58)
    assert story.alerts == []


def test_the_seller_s_part_is_compared_with_what_the_provider_took() -> None:
    story = Story().placed().pays()
    story.bank.wrong_share_back = -1
    story.gives_back(10_00)
    assert story.charge.share_back == 8_57, "the ledger says what is"
    assert story.alerts == ["pedido 1042: repasse devolvido order-1042-a1/1000"]
    story.bank_says("updated", status="settled", share_back=8_58)
    assert story.balances["seller:s-silva"] == 439_61 - 8_58, "it was only read too soon"


def test_a_part_of_the_panels_is_booked_as_it_was_made() -> None:
    story = Story().placed().pays().bank_says("partially_refunded", status="settled", refunded=10_00, share_back=5_00)
    assert story.balances["seller:s-silva"] == 439_61 - 5_00
    assert story.balances["buyer"] == -(V - 10_00)


@given(amounts=st.lists(st.integers(1, V), min_size=1, max_size=8))
def test_parts_never_take_more_than_the_share_and_all_take_all_of_it(amounts: list[int]) -> None:
    share, left, taken = 439_61, V, 0
    for part in [*amounts, V]:
        part = min(part, left)
        if not part:
            break
        back = split.share_back(share - taken, part, left)
        assert 0 <= back <= min(part, share - taken)
        left, taken = left - part, taken + back
        assert abs(taken * V - share * (V - left)) < V * len(amounts) + V, "in proportion but for a centavo a part"
    assert (left, taken) == (0, share)


def test_parts_add_up_and_each_is_told() -> None:
    story = Story().placed().pays().gives_back(10_00).gives_back(10_00)
    assert story.bank.bills["pay_1"].refunded == 20_00
    assert [data["amount"] for who, name, data in story.told if name == "refund_done"] == ["1000", "1000"]


def test_what_is_left_goes_back_and_ends_the_order() -> None:
    story = Story().placed().pays().gives_back(10_00).gives_back()
    assert story.bank.bills["pay_1"].refunded == V
    assert story.charge_state() is ChargeState.REFUNDED
    assert (story.state(), story.order.cancel_reason) == (OrderState.CANCELLED, "refunded")
    assert story.stock == 1
    assert story.open_accounts == {}


def test_after_delivery_money_goes_back_and_the_order_stays_delivered() -> None:
    story = Story().placed().pays().answers(has_it=True).carrier_says("posted").carrier_says("delivered").gives_back()
    assert story.state() is OrderState.DELIVERED
    assert story.charge_state() is ChargeState.REFUNDED


def test_money_that_is_not_credited_yet_goes_back_too() -> None:
    story = Story().placed("card").pays(status="paid").gives_back(10_00)
    assert story.charge_state() is ChargeState.PAID
    assert story.bank.bills["pay_1"].refunded == 10_00


def test_all_of_it_may_be_named() -> None:
    story = Story().placed().pays().gives_back(10_00).gives_back(V - 10_00)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.alerts == []


@pytest.mark.parametrize("by", [BUYER, SELLER, "p-somebody", ""])
def test_only_operators_give_back(by: str) -> None:
    story = Story().placed().pays().gives_back(by=by)
    assert story.bank.bills["pay_1"].refunded == 0


@pytest.mark.parametrize("amount", [V + 1, 10**9])
def test_never_more_than_came_in(amount: int) -> None:
    story = Story().placed().pays().gives_back(amount)
    assert story.bank.bills["pay_1"].refunded == 0
    assert len(story.alerts) == 1


def test_nothing_came_in_yet() -> None:
    story = Story().placed().gives_back()
    assert story.state() is OrderState.AWAITING_PAYMENT
    assert len(story.alerts) == 1


def test_the_second_wish_waits_for_the_first() -> None:
    """Two parts at once could not be told apart at the provider."""
    story = Story().placed().pays()
    story.down.add("charge.refund")
    story.gives_back(10_00).gives_back(10_00)
    story.down.clear()
    story.work()
    assert story.bank.bills["pay_1"].refunded == 10_00
    assert len(story.alerts) == 1


def test_our_own_part_is_not_taken_for_the_panels() -> None:
    """The webhook of the part may be read before the answer to our call is worked."""
    story = Story().placed().pays()
    story.down.add("charge.refund")
    story.gives_back(10_00)
    story.bank_says("partially_refunded", status="settled", refunded=10_00, share_back=8_58)
    story.comes_back("charge.refund", story.bank.bills["pay_1"])
    assert story.alerts == []
    assert story.charge.refunded == 10_00
    assert story.names(BUYER).count("refund_done") == 1


def test_what_the_panel_gave_back_meanwhile_is_seen_with_the_answer() -> None:
    story = Story().placed().pays()
    story.down.add("charge.refund")
    story.gives_back(10_00)
    story.comes_back("charge.refund", story.bank.set("pay_1", refunded=15_00, share_back=12_87))
    assert (story.charge.refunded, story.charge.share_back) == (15_00, 12_87)
    assert story.balances["seller:s-silva"] == 439_61 - 12_87
    assert "pedido 1042: devolução parcial order-1042-a1" in story.alerts


def test_a_refused_part_is_not_tried_again_as_the_whole() -> None:
    story = Story().placed().pays()
    story.refuse["charge.refund"] = "insufficient_balance"
    story.gives_back(10_00)
    assert story.shop.timers.keys() & {"order-1042-a1/refund_retry"} == set()
    assert len(story.alerts) == 1
    story.refuse.clear()
    story.gives_back(10_00)
    assert story.bank.bills["pay_1"].refunded == 10_00


def test_a_boleto_goes_back_whole_only() -> None:
    story = Story().placed(method="boleto").pays().gives_back(10_00)
    assert story.charge_state() is ChargeState.SETTLED
    assert len(story.alerts) == 1
    assert story.gives_back().charge.state is ChargeState.REFUNDING


# --- who is told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["pending", "disputed"])
def test_a_part_of_the_panels_that_is_read_together_with_the_payment_is_booked_too(before: str) -> None:
    """Two changes of one charge in one turn: the second must not be taken for a repeat of the first."""
    story = Story().placed("card")
    if before == "disputed":
        story.pays().bank_says("disputed")
    story.bank_says("paid", status="settled", refunded=10_00, share_back=8_58)
    assert (story.charge.refunded, story.charge.share_back) == (10_00, 8_58)
    assert story.balances["seller:s-silva"] == 43961 - 8_58
    assert story.balances["buyer"] == 10_00 - 51240


def test_a_part_of_the_panels_is_told_to_both() -> None:
    story = Story().placed().pays().bank_says("partially_refunded", status="settled", refunded=10_00, share_back=5_00)
    assert story.news("refund_done") == {"amount": "1000"}
    assert story.news("share_reduced", SELLER)["share"] == "500"


def test_a_part_that_takes_nothing_of_the_share_is_told_to_the_seller_too() -> None:
    story = Story().placed().pays().bank_says("partially_refunded", status="settled", refunded=10_00)
    assert story.news("share_reduced", SELLER) == {"amount": "1000", "share": "0", "title": story.order.title}


def test_the_rest_is_told_as_what_it_is() -> None:
    story = Story().placed().pays().gives_back(10_00).gives_back()
    assert [data["amount"] for who, name, data in story.told if name == "refund_done"] == ["1000", str(V - 10_00)]


@pytest.mark.parametrize("state", ["shipped", "delivered", "closed"])
@pytest.mark.parametrize("by", ["console", "panel"])
def test_the_seller_hears_that_the_money_of_a_part_that_was_sent_goes_back(state: str, by: str) -> None:
    story = Story().delivered()
    story.shop.add(story.order.but(state=state, version=story.order.version + 1))
    if by == "console":
        story.gives_back()
    else:
        story.bank_says("refunded", refunded=V)
    assert story.news("sale_refunded", SELLER) == {"amount": str(V), "title": story.order.title}
    assert story.names(SELLER).count("sale_refunded") == 1


@pytest.mark.parametrize("accepted", [False, True])
def test_before_it_is_sent_the_seller_hears_of_the_cancellation(accepted: bool) -> None:
    story = Story().placed().pays()
    if accepted:
        story.answers(has_it=True)
    story.gives_back()
    assert story.state() is OrderState.CANCELLED
    assert story.news("sale_cancelled", SELLER)["reason"] == "refunded"
    assert "sale_refunded" not in story.names(SELLER)
