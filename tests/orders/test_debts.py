"""A share that was paid by transfer does not come back with a refund: the seller owes it, and later sales pay it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import DebtPaid, ShareAsked
from bot.domain.order import ChargeState, OrderState, SplitState
from tests.orders.story import BUYER, SELLER, Story
from tests.support_shop import MemoryShop, sample_shop

V, S, COST, FEE, FREIGHT = 512_40, 439_61, 1_99, 38_40, 32_40


def by_transfer() -> Story:
    """Paid; the split was cancelled, and an operator had the share paid by transfer."""
    story = Story().placed().pays()
    story.bank_says("split_cancelled", status="settled", share=0)
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert story.charge.split is SplitState.TRANSFERRED
    return story


def owing(amount: int) -> MemoryShop:
    shop = sample_shop()
    shop.debts["s-silva"] = amount
    return shop


# --- how it comes about -----------------------------------------------------------------------------------


def test_all_goes_back_and_the_seller_owes_the_share() -> None:
    story = by_transfer().gives_back()
    assert (story.state(), story.charge_state()) == (OrderState.CANCELLED, ChargeState.REFUNDED)
    assert story.balances == {
        "owed:s-silva": S,
        "platform": -COST - S,  # laid out, until the seller has paid
        "provider_fees": COST,
    }
    assert story.shop.debt("s-silva") == S
    assert story.news("share_due", SELLER)["amount"] == str(S)
    assert "share_due" not in story.names(BUYER)
    assert story.open_accounts == {}, "no account of the order is open"


def test_a_part_goes_back_and_the_seller_owes_its_part_of_it() -> None:
    story = by_transfer().gives_back(10_00)
    assert (story.charge.refunded, story.charge.share_back) == (10_00, 0)
    assert story.balances["owed:s-silva"] == story.shop.debt("s-silva") == 8_58
    assert story.balances["seller:s-silva"] == S - 8_58
    assert story.balances["platform"] == FEE - 10_00, "it has laid out all of the part"
    story.gives_back()
    assert story.balances["owed:s-silva"] == S
    assert [d["amount"] for who, n, d in story.told if n == "share_due"] == ["858", str(S - 8_58)]


def test_a_lost_chargeback_is_owed_too() -> None:
    story = by_transfer().bank_says("disputed").bank_says("refunded")
    assert story.balances["owed:s-silva"] == story.shop.debt("s-silva") == S


def test_a_transfer_that_arrives_after_the_refund_is_owed_then() -> None:
    story = Story().placed().pays()
    story.bank_says("split_cancelled", status="settled", share=0)
    story.down.add("share.pay")
    story.play(ShareAsked(order=1042, by="operator:ana"))
    story.bank_says("refunded", refunded=V)
    assert story.balances.get("owed:s-silva", 0) == 0, "nobody has it yet"
    story.down.clear()
    story.work()
    assert story.balances["owed:s-silva"] == story.shop.debt("s-silva") == S
    assert story.names(SELLER)[-1] == "share_due"


def test_revived_late_money_that_goes_back_is_owed() -> None:
    story = Story().placed().asks_code("boleto")
    old = story.order.charges[0]
    story.pays(old, share=0)
    assert story.bank.transfers == [("wallet-silva", S)]
    story.answers(has_it=False)
    assert story.state() is OrderState.CANCELLED
    assert story.balances["owed:s-silva"] == S


# --- how it is paid ---------------------------------------------------------------------------------------


def test_the_next_sales_pay_at_most_half_of_each() -> None:
    story = Story(owing(S)).placed().pays()
    kept = S // 2
    assert (story.charge.share, story.charge.withheld) == (S - kept, kept)
    assert story.bank.bills["pay_1"].share == S - kept
    assert story.shop.debt("s-silva") == S - kept
    assert story.balances == {
        "buyer": -V,
        "freight": FREIGHT,
        "owed:s-silva": -kept,
        "platform": FEE + kept,
        "provider_fees": COST,
        "seller:s-silva": S,
    }
    assert story.news("sale_new", SELLER)["withheld"] == str(kept)


def test_no_more_than_is_owed_is_kept() -> None:
    story = Story(owing(7_00)).placed().pays()
    assert story.charge.withheld == 7_00
    assert story.shop.debt("s-silva") == 0


def test_what_a_code_would_keep_no_other_keeps() -> None:
    shop = owing(100_00)
    assert Story(shop).placed().charge.withheld == 100_00
    assert shop.debt("s-silva") == 0, "though nobody has paid it yet"


@pytest.mark.parametrize("way", ["pix", "boleto", "card"])
def test_a_code_that_ends_unpaid_gives_back_what_it_would_have_kept(way: str) -> None:
    story = Story(owing(100_00)).placed()
    story.asks_code(way)
    assert (story.charge.withheld, story.shop.debt("s-silva")) == (100_00, 0), "the new one keeps it now"
    story.cancels()
    assert story.shop.debt("s-silva") == 100_00


def test_a_sale_that_goes_back_pays_no_debt() -> None:
    story = Story(owing(100_00)).placed().pays().answers(has_it=False)
    assert story.charge_state() is ChargeState.REFUNDED
    assert story.shop.debt("s-silva") == 100_00
    assert story.balances == {"platform": -COST, "provider_fees": COST}


def test_of_a_part_that_goes_back_the_seller_gives_as_if_nothing_were_kept() -> None:
    story = Story(owing(100_00)).placed().pays().gives_back(10_00)
    assert story.charge.share_back == 8_58
    assert story.balances["owed:s-silva"] == -100_00


def test_a_part_of_a_transferred_share_is_owed_as_if_nothing_had_been_kept() -> None:
    story = Story(owing(100_00)).placed().pays().bank_says("split_cancelled", status="settled", share=0)
    story.play(ShareAsked(order=1042, by="operator:ana")).gives_back(10_00)
    assert story.charge.split is SplitState.TRANSFERRED
    assert story.shop.debt("s-silva") == 8_58
    assert story.balances["owed:s-silva"] == 8_58 - 100_00


def test_a_payment_that_is_not_credited_yet_keeps_it_too() -> None:
    story = Story(owing(100_00)).placed("card").pays(status="paid")
    assert story.balances["owed:s-silva"] == -100_00
    assert story.shop.debt("s-silva") == 0


def test_a_charge_that_the_provider_refuses_keeps_nothing() -> None:
    story = Story(owing(100_00))
    story.refuse["charge.create"] = "unauthorised"
    story.placed()
    assert (story.charge.withheld, story.charge_state()) == (100_00, ChargeState.REFUSED)
    assert story.shop.debt("s-silva") == 100_00


def test_late_money_that_revives_the_order_keeps_it_again() -> None:
    story = Story(owing(100_00)).placed().wait(timedelta(hours=3))
    assert (story.charge_state(), story.shop.debt("s-silva")) == (ChargeState.VOID, 100_00)
    story.pays(share=0)
    assert story.state() is OrderState.PAID
    assert story.bank.transfers == [("wallet-silva", S - 100_00)]
    assert story.shop.debt("s-silva") == 0


def test_late_money_whose_debt_was_paid_meanwhile_goes_back() -> None:
    story = Story(owing(100_00)).placed()
    old = story.charge
    story.cancels()
    story.shop.debts["s-silva"] = story.owes_elsewhere = 0
    story.pays(old, share=0)
    assert story.state() is OrderState.CANCELLED
    assert next(c for c in story.order.charges if c.reference == old.reference).state is ChargeState.REFUNDED


def test_paid_back_by_hand_once_and_told() -> None:
    story = by_transfer().gives_back()
    story.play(DebtPaid(order=1042, by="operator:ana", amount=39_61))
    assert story.news("debt_paid", SELLER) == {"amount": "3961", "left": "40000"}
    story.play(DebtPaid(order=1042, by=SELLER), DebtPaid(order=1042, by="operator:ana", amount=400_01))
    assert story.balances["owed:s-silva"] == 400_00, "neither by themselves nor more than is owed"
    story.play(DebtPaid(order=1042, by="operator:ana"), DebtPaid(order=1042, by="operator:ana"))
    assert story.balances == {"platform": -COST, "provider_fees": COST}
    assert story.shop.debt("s-silva") == 0
    assert story.names(SELLER).count("debt_paid") == 2


def test_what_a_sale_keeps_already_is_not_paid_by_hand_too() -> None:
    story = by_transfer().gives_back()
    story.shop.debts["s-silva"] -= 400_00  # kept by a code of another order
    story.owes_elsewhere = -400_00
    story.play(DebtPaid(order=1042, by="operator:ana"))
    assert story.charge.repaid == 39_61
