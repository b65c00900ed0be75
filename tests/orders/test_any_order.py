"""What providers say, in any order and any number of times, ends in the same state."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import PaymentFact
from bot.domain.order import ChargeState, OrderState, ShipmentState, SplitState
from tests.orders.story import Story

LIVES = {
    "paid": (["paid"], OrderState.PAID, ChargeState.PAID),
    "settled": (["overdue", "paid", "settled"], OrderState.PAID, ChargeState.SETTLED),
    "disputed": (["paid", "settled", "disputed"], OrderState.PAID, ChargeState.DISPUTED),
    "won": (["paid", "disputed", "paid"], OrderState.PAID, ChargeState.PAID),
    "lost": (["paid", "disputed", "refunded"], OrderState.CANCELLED, ChargeState.REFUNDED),
    "given back": (["paid", "settled", "refunding", "refunded"], OrderState.CANCELLED, ChargeState.REFUNDED),
}
"""What happens at the bank, and what must have come of it in the end."""


def end_of(story: Story) -> tuple[object, ...]:
    return (story.state(), story.charge_state(), story.order.disputed, story.stock, story.balances)


@pytest.mark.parametrize("life", LIVES)
def test_every_permutation_of_the_banks_facts(life: str) -> None:
    """All webhooks come after all has happened, in every order, each also twice."""
    statuses, order_state, charge_state = LIVES[life]
    ends = []
    for order in set(itertools.permutations([*statuses, "created", statuses[0]])):
        story = Story().placed()
        story.bank.set("pay_1", status=statuses[-1])
        for fact in order:
            story.play(story.payment(story.charge, fact))
        ends.append(end_of(story))
    assert all(end == ends[0] for end in ends)
    assert ends[0][:2] == (order_state, charge_state)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(LIVES)), st.randoms(use_true_random=False))
def test_facts_that_come_while_it_happens(life: str, dice: random.Random) -> None:
    """The bank goes on while older webhooks are under way, are repeated, and overtake each other."""
    statuses, order_state, charge_state = LIVES[life]
    story = Story().placed()
    under_way = ["created"]
    for status in statuses:
        story.bank.set("pay_1", status=status)
        under_way.append(status)
        for _ in range(dice.randint(0, 3)):
            story.play(story.payment(story.charge, dice.choice(under_way)))
    dice.shuffle(under_way)
    for fact in under_way:
        story.play(story.payment(story.charge, fact))
    assert end_of(story)[:2] == (order_state, charge_state)
    assert story.order.disputed is (charge_state is ChargeState.DISPUTED)


ROADS = {
    "posted": (["bought", "generated", "posted"], OrderState.SHIPPED, ShipmentState.POSTED),
    "delivered": (["generated", "posted", "undelivered", "delivered"], OrderState.DELIVERED, ShipmentState.DELIVERED),
    "missed": (["generated", "posted", "undelivered"], OrderState.SHIPPED, ShipmentState.UNDELIVERED),
    "again": (["posted", "undelivered", "stopped", "posted"], OrderState.SHIPPED, ShipmentState.POSTED),
    "back": (["posted", "undelivered", "delivered", "returning"], OrderState.RETURNING, ShipmentState.RETURNING),
}


@pytest.mark.parametrize("road", ROADS)
def test_every_permutation_of_the_carriers_facts(road: str) -> None:
    facts, order_state, shipment_state = ROADS[road]
    for order in set(itertools.permutations([*facts, facts[0]])):
        story = Story().placed().pays().answers(True)
        story.carrier.set("ship_1", state=facts[-1])
        for fact in order:
            story.play(story.scan(story.shipment, fact))
        assert (story.state(), story.shipment_state()) == (order_state, shipment_state), order


# --- ways back, chargebacks and shares --------------------------------------------------------------------


@pytest.mark.parametrize("facts", [["posted", "delivered"], ["posted", "undelivered", "posted", "delivered"]])
def test_every_permutation_of_a_way_back(facts: list[str]) -> None:
    ends = []
    for order in set(itertools.permutations([*facts, facts[0]])):
        story = Story().delivered().returns_it("regret")
        label = story.order.parcels_back[0]
        story.carrier.set(label.provider_id, state=facts[-1])
        for fact in order:
            story.play(story.scan(label, fact))
        ends.append((*end_of(story), story.order.back and story.order.back.state))
    assert all(end == ends[0] for end in ends)
    assert ends[0][:2] == (OrderState.RETURNED, ChargeState.REFUNDED)


@pytest.mark.parametrize(("last", "state"), [("settled", "won"), ("refunded", "lost")])
def test_every_permutation_of_a_chargeback(last: str, state: str) -> None:
    """Told as it happened, or all at once when it is over: the money and the order are the same."""
    facts = ["disputed", "disputed", last, "dispute_won" if state == "won" else "refunding"]
    ends = []
    for order in set(itertools.permutations(facts)):
        story = Story().delivered("card").bank_says("disputed")
        story.bank.set(story.charge.provider_id, status=last)
        for fact in order:
            story.play(story.payment(story.charge, fact))
        dispute = story.order.dispute
        assert dispute is not None
        ends.append((*end_of(story), dispute.state))
    assert all(end == ends[0] for end in ends)
    assert ends[0][-1] == state


@pytest.mark.parametrize(("share", "split"), [(True, SplitState.DONE), (False, SplitState.CANCELLED)])
def test_every_permutation_of_a_share(share: bool, split: SplitState) -> None:
    last = "split_done" if share else "split_cancelled"
    for order in set(itertools.permutations(["paid", "settled", "split_blocked", last, last])):
        story = Story().placed()
        story.bank.set("pay_1", status="settled", **({} if share else {"share": 0}))
        for fact in order:
            story.play(story.payment(story.charge, fact))
        if story.charge.problem:
            continue  # read without its split before it ever counted as paid: the operator's
        assert story.charge.split is split


# --- a whole life at the bank, of every kind of fact ------------------------------------------------------

GOES_ON: dict[str, list[str]] = {
    "pending": ["overdue", "under_review", "paid", "settled", "void"],
    "overdue": ["pending", "paid", "settled", "void"],
    "under_review": ["paid", "pending"],
    "paid": ["settled", "disputed", "refunding", "refunded"],
    "settled": ["disputed", "refunding", "refunded", "parted", "arrived", "stopped"],
    "disputed": ["settled", "refunded"],
    "refunding": ["refunded", "settled"],
    "refunded": [],
    "void": ["settled", "pending"],
}
"""Beside the states themselves: a part is given back, the share arrives, the share stops."""
SAYS = {
    ("under_review", "pending"): "card_refused",
    ("void", "pending"): "restored",
    ("disputed", "settled"): "dispute_won",
    ("refunding", "settled"): "refund_denied",
}


def bank_life(story: Story, dice: random.Random) -> list[tuple[str, str]]:
    """The charge's way at the bank, with none of it told: the facts that its webhooks would say, and their details."""
    status, told = "pending", [("created", ""), ("viewed", "")]
    for _ in range(dice.randint(1, 7)):
        if not GOES_ON[status]:
            break
        step = dice.choice(GOES_ON[status])
        bill = story.bank.bills["pay_1"]
        match step:
            case "parted":
                part = dice.randint(1, bill.amount - bill.refunded - 1)
                story.bank.set("pay_1", refunded=bill.refunded + part)
                told.append(("partially_refunded", ""))
            case "arrived":
                story.bank.set("pay_1", share_done=bill.share)
                told.append(("split_done", "spl_1"))
            case "stopped":
                if bill.share_done or bill.share_back:
                    continue
                story.bank.set("pay_1", share=0)
                told += [("split_blocked", ""), ("split_cancelled", "wallet_cannot_receive")]
            case _:
                lost = {"share": 0} if step == "void" else {}
                story.bank.set("pay_1", status=step, **lost)
                told.append((SAYS.get((status, step), step), ""))
                status = step
    return told


def told(story: Story, facts: list[tuple[str, str]]) -> tuple[object, ...]:
    for name, detail in facts:
        bill = story.bank.bills["pay_1"]
        story.play(PaymentFact(charge_id="pay_1", reference=bill.reference, fact=name, detail=detail))
    charge = story.order.charges[0]
    order = (story.state(), story.order.cancel_reason, story.order.disputed, story.stock, story.balances)
    return (*order, charge.state, charge.split, charge.refunded, charge.problem, story.bank.bills["pay_1"].status)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["pix", "boleto", "card"]), st.randoms(use_true_random=False))
def test_any_life_told_in_any_order_ends_the_same(method: str, dice: random.Random) -> None:
    """Every kind of event, each once or more, after all has happened: what comes of it does not hang on their order."""
    seed = dice.random()
    ends = []
    for _ in range(3):
        story = Story().placed(method)
        facts = bank_life(story, random.Random(seed))
        facts += dice.choices(facts, k=dice.randint(0, 3))
        dice.shuffle(facts)
        ends.append((told(story, facts), facts))
    assert all(end[0] == ends[0][0] for end in ends), ends
