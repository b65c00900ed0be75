"""The seller's share: it falls, it stops, it is mended; and a card that is turned down."""

from __future__ import annotations

import pytest

from bot.domain.events import PaymentFact, ShareAsked, Tick, TransferFact
from bot.domain.order import OrderState, SplitState
from tests.orders.story import BUYER, SELLER, Story


def fact(story: Story, name: str, detail: str = "") -> PaymentFact:
    charge = story.charge
    return PaymentFact(charge_id=charge.provider_id, reference=charge.reference, fact=name, detail=detail)


def test_it_falls_and_is_told_once() -> None:
    story = Story().placed().pays()
    story.play(fact(story, "split_done", "spl_1"), fact(story, "split_done", "spl_1"))
    assert story.names(SELLER).count("share_paid") == 1
    assert story.news("share_paid", SELLER)["amount"] == str(story.charge.share)


def test_its_word_overtakes_the_payment_s() -> None:
    story = Story().placed()
    story.bank.set(story.charge.provider_id, status="settled")
    story.play(fact(story, "split_done", "spl_1"))
    assert story.state() is OrderState.PAID
    assert story.names(SELLER) == ["sale_new", "share_paid"]


def test_each_part_of_instalments() -> None:
    story = Story().placed("card", 3).pays()
    story.play(
        fact(story, "split_done", "spl_1"), fact(story, "split_done", "spl_2"), fact(story, "split_done", "spl_2")
    )
    assert story.names(SELLER).count("share_paid") == 2
    assert story.news("share_paid", SELLER)["amount"] == ""


@pytest.mark.parametrize("reason", ["wallet_cannot_receive", "receivables_pledged"])
def test_it_stops_and_is_mended_by_one_transfer(reason: str) -> None:
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.play(fact(story, "split_cancelled", reason))
    assert story.news("share_stopped", SELLER) == {"amount": str(story.charge.share), "reason": reason}
    assert "share_stopped" not in story.names(BUYER)
    for by in ("operator:ana", "operator:ana", SELLER):
        story.play(ShareAsked(order=1042, by=by))
    assert story.bank.transfers == [("wallet-silva", story.charge.share)]
    assert story.names(SELLER)[-1] == "share_paid"


@pytest.mark.parametrize("method", ["pix", "boleto", "card"])
@pytest.mark.parametrize("told", ["before", "after", "never"])
def test_a_split_that_was_cancelled_before_the_money_came_in_holds_up_no_order(method: str, told: str) -> None:
    """A Pix is split at once, so its split may have failed by the time at which the payment is read back."""
    story = Story().placed(method)
    story.bank.set(story.charge.provider_id, share=0, stopped="documents_pending")
    if told == "before":
        story.play(fact(story, "split_cancelled", "documents_pending"))
        assert story.names(SELLER) == []
    story.pays(share=0)
    if told == "after":
        story.play(fact(story, "split_cancelled", "documents_pending"))
    assert story.state() is OrderState.PAID
    assert story.names(SELLER) == ["sale_new", "share_stopped"]
    assert story.news("share_stopped", SELLER)["reason"] == "documents_pending"
    assert story.alerts == ["pedido 1042: repasse order-1042-a1"]
    story.answers(True).bank_says("settled", status="settled")
    for _ in range(2):
        story.play(ShareAsked(order=1042, by="operator:ana"))
    assert story.bank.transfers == [("wallet-silva", story.charge.share)]


def test_of_a_sale_that_cannot_be_no_share_is_missed() -> None:
    """The part went to somebody else while the boleto was overdue: the money goes back."""
    story = Story().placed("boleto")
    story.turn(Tick(name="no_charge"))
    story.shop.add(story.order.but(stock_held=False))
    story.shop.products[558] = story.shop.products[558].but(stock=0)
    story.pays(share=0)
    assert story.state() is OrderState.CANCELLED
    assert "share_stopped" not in story.names(SELLER)


def test_late_news_of_the_split_open_no_second_way_for_the_share() -> None:
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.play(fact(story, "split_cancelled", "wallet_cannot_receive"))
    story.down.add("share.pay")
    story.play(ShareAsked(order=1042, by="operator:ana"), fact(story, "split_cancelled", "more_than_the_net"))
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert story.charge.split is SplitState.TRANSFERRING
    story.down.clear()
    story.work()
    assert story.bank.transfers == [("wallet-silva", story.charge.share)]


def test_a_split_that_stands_is_not_paid_a_second_time() -> None:
    story = Story().placed().pays()
    story.play(fact(story, "split_cancelled", "wallet_cannot_receive"))
    assert "share_stopped" not in story.names(SELLER), "read back, it stands"
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert story.bank.transfers == []
    assert any("repasse" in alert for alert in story.alerts)


def test_a_transfer_that_is_refused_is_told_and_asked_for_again() -> None:
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.refuse["share.pay"] = "invalid_wallet"
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert story.news("share_stopped", SELLER)["reason"] == "invalid_wallet"
    story.refuse.clear()
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert len(story.bank.transfers) == 1


def test_the_end_of_a_charge_takes_its_split_along_in_silence() -> None:
    story = Story().placed()
    story.play(fact(story, "split_cancelled", "charge_removed"))
    assert story.names(SELLER) == []
    story.pays().answers(False)
    story.play(fact(story, "split_cancelled", "charge_refunded"))
    assert "share_stopped" not in story.names(SELLER)


# --- what the webhook says of a transfer ------------------------------------------------------------------


def on_its_way() -> Story:
    """The transfer was begun, and the answer to it is still out."""
    story = Story().placed().pays()
    story.bank.set(story.charge.provider_id, share=0)
    story.play(fact(story, "split_cancelled", "wallet_cannot_receive"))
    story.turn(ShareAsked(order=1042, by="operator:ana"))
    story.step()  # the charge is read
    assert story.charge.split is SplitState.TRANSFERRING
    return story


def transfer(story: Story, what: str, amount: int = 0, reference: str = "order-1042-t1") -> TransferFact:
    return TransferFact(transfer_id="tra_1", reference=reference, fact=what, amount=amount or story.charge.share)


def test_a_transfer_that_arrived_is_told_once_whoever_says_it_first() -> None:
    story = on_its_way()
    story.turn(transfer(story, "done"))
    assert story.charge.split is SplitState.TRANSFERRED
    story.work()  # our own command learns it too
    story.play(transfer(story, "done"))
    assert story.names(SELLER).count("share_paid") == 1


@pytest.mark.parametrize("what", ["failed", "blocked"])
def test_a_transfer_that_stops_is_told_and_opens_no_second_one(what: str) -> None:
    story = on_its_way()
    story.turn(transfer(story, what))
    assert story.charge.split is SplitState.TRANSFERRING, "only the look-up of our command says that it is over"
    story.turn(ShareAsked(order=1042, by="operator:ana"))
    story.work()
    assert story.bank.transfers == [("wallet-silva", story.charge.share)]
    assert f"pedido 1042: transferência tra_1 {what}" in story.alerts


def test_a_transfer_that_comes_back_after_it_arrived_is_told() -> None:
    story = on_its_way()
    story.work()
    story.play(transfer(story, "failed"))
    assert "share_stopped" in story.names(SELLER)
    assert story.alerts[-1] == "pedido 1042: transferência tra_1 failed"


@pytest.mark.parametrize("what", ["failed", "blocked"])
def test_that_a_transfer_stopped_is_known_where_its_refusal_came_first(what: str) -> None:
    story = on_its_way()
    story.refuse["share.pay"] = "invalid_wallet"
    story.work()
    alerts = list(story.alerts)
    story.play(transfer(story, what))
    assert story.alerts == alerts


@pytest.mark.parametrize(("amount", "reference"), [(1, "order-1042-t1"), (0, "order-1042-t9"), (0, "order-1042-t0")])
def test_a_transfer_that_is_not_ours_is_told_to_the_operator_alone(amount: int, reference: str) -> None:
    story = on_its_way()
    told = story.names(SELLER)
    story.turn(transfer(story, "done", amount, reference))
    assert story.names(SELLER) == told
    assert story.charge.split is SplitState.TRANSFERRING
    story.work()
    assert "pedido 1042: transferência tra_1" in story.alerts


# --- cards ------------------------------------------------------------------------------------------------


def test_a_card_that_is_turned_down_leaves_the_charge_and_offers_other_ways() -> None:
    story = Story().placed("card")
    story.play(fact(story, "card_refused"), fact(story, "card_refused"))
    failures = [data for _, name, data in story.told if name == "charge_failed"]
    assert [data["reason"] for data in failures] == ["card_refused", "card_refused"], "each try is told"
    story.pays(status="paid")
    assert story.state() is OrderState.PAID


def test_a_card_under_review_is_told_and_then_turned_down_or_taken() -> None:
    story = Story().placed("card").bank_says("under_review")
    assert story.names(BUYER)[-1] == "payment_review"
    story.bank_says("card_refused", status="pending")
    assert story.names(BUYER)[-1] == "charge_failed"
    told = story.names(BUYER).count("charge_failed")
    story.bank_says("card_refused", status="under_review")  # one card was turned down, and another is looked at
    assert story.names(BUYER).count("charge_failed") == told
    story.pays(status="paid")
    assert story.names(BUYER).count("payment_review") == 1
    assert story.state() is OrderState.PAID


def test_a_refusal_that_comes_after_the_money_is_no_news() -> None:
    story = Story().placed("card").pays(status="paid")
    story.play(fact(story, "card_refused"))
    assert "charge_failed" not in story.names(BUYER)


# --- without a word of its own ----------------------------------------------------------------------------


def test_a_share_that_is_read_as_arrived_is_told_without_its_webhook_and_once_with_it() -> None:
    story = Story().placed().pays(share_done=439_61)
    assert story.charge.split is SplitState.DONE
    story.play(fact(story, "split_done", "spl_1"))
    assert story.names(SELLER).count("share_paid") == 1


def test_what_has_arrived_of_instalments_is_not_yet_all() -> None:
    story = Story().placed("card", 3)
    story.pays(share_done=story.charge.share // 3)
    assert story.charge.split is SplitState.PLANNED
    story.bank_says("updated", status="settled", share_done=story.charge.share)
    assert story.news("share_paid", SELLER)["amount"] == str(story.charge.share)
