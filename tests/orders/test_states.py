"""The tables of moves, and the folds over what providers say."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.order import ChargeState as C
from bot.domain.order import OrderState as O
from bot.domain.order import ShipmentState as S
from bot.domain.states import (
    CHARGE_MOVES,
    ORDER_MOVES,
    SHIPMENT_MOVES,
    Actor,
    Refusal,
    charge_state,
    move_order,
    shipment_state,
    shipment_tie,
)
from tests.orders.story import reachable

CHARGE_FACTS = [
    "pending", "overdue", "under_review", "paid", "settled", "void", "refunding", "refunded", "refund_denied",
    "disputed", "dispute_won", "revived", "refused", "viewed", "split_done",
]  # fmt: skip
SHIPMENT_FACTS = [s.value for s in S] + ["other"]


def test_every_state_has_its_row() -> None:
    assert set(ORDER_MOVES) == set(O)
    assert set(CHARGE_MOVES) == set(C)
    assert set(SHIPMENT_MOVES) == set(S)


def test_what_is_final() -> None:
    assert {s for s in O if not ORDER_MOVES[s]} == {O.CLOSED, O.RETURNED}
    assert {s for s in C if not CHARGE_MOVES[s]} == {C.REFUSED, C.REFUNDED}


@pytest.mark.parametrize(
    ("state", "target", "actor", "reason"),
    [
        (O.AWAITING_PAYMENT, O.PAID, Actor.PROVIDER, None),
        (O.AWAITING_PAYMENT, O.PAID, Actor.BUYER, "not_yours"),
        (O.AWAITING_PAYMENT, O.CANCELLED, Actor.BUYER, None),
        (O.AWAITING_PAYMENT, O.ACCEPTED, Actor.SELLER, "not_possible"),
        (O.PAID, O.ACCEPTED, Actor.SELLER, None),
        (O.PAID, O.ACCEPTED, Actor.BUYER, "not_yours"),
        (O.PAID, O.CANCELLED, Actor.CLOCK, None),
        (O.ACCEPTED, O.CANCELLED, Actor.BUYER, None),
        (O.ACCEPTED, O.CANCELLED, Actor.CLOCK, "not_yours"),
        (O.ACCEPTED, O.SHIPPED, Actor.SELLER, "not_yours"),
        (O.SHIPPED, O.CANCELLED, Actor.BUYER, "shipped"),
        (O.RETURNING, O.CANCELLED, Actor.BUYER, "shipped"),
        (O.DELIVERED, O.CANCELLED, Actor.BUYER, "delivered"),
        (O.DELIVERED, O.RETURNING, Actor.BUYER, None),
        (O.CLOSED, O.CANCELLED, Actor.OPERATOR, "final"),
        (O.CANCELLED, O.PAID, Actor.PROVIDER, None),
        (O.CANCELLED, O.PAID, Actor.OPERATOR, "not_yours"),
    ],
)
def test_who_may_do_what(state: O, target: O, actor: Actor, reason: str | None) -> None:
    assert move_order(state, target, actor) == (Refusal(reason) if reason else None)


def test_a_chargeback_blocks_people_and_the_clock_only() -> None:
    assert move_order(O.PAID, O.ACCEPTED, Actor.SELLER, disputed=True) == Refusal("disputed")
    assert move_order(O.PAID, O.CANCELLED, Actor.CLOCK, disputed=True) == Refusal("disputed")
    assert move_order(O.PAID, O.CANCELLED, Actor.PROVIDER, disputed=True) is None


@pytest.mark.parametrize(
    ("facts", "read", "state"),
    [
        ([], "", C.REQUESTED),
        (["pending"], "pending", C.PENDING),
        (["pending", "overdue"], "", C.OVERDUE),
        (["pending", "overdue"], "pending", C.PENDING),
        (["overdue", "under_review"], "overdue", C.OVERDUE),
        (["pending", "paid", "settled"], "", C.SETTLED),
        (["settled", "paid"], "paid", C.SETTLED),
        (["paid", "overdue"], "overdue", C.PAID),
        (["pending", "void"], "pending", C.VOID),
        (["void", "settled"], "settled", C.PAID_LATE),
        (["void", "settled", "revived"], "settled", C.SETTLED),
        (["void", "settled", "refunding"], "refunding", C.REFUNDING),
        (["paid", "disputed"], "", C.DISPUTED),
        (["paid", "disputed", "dispute_won"], "", C.PAID),
        (["paid", "disputed"], "settled", C.PAID),
        (["settled", "refunding", "refund_denied"], "", C.SETTLED),
        (["settled", "refunding", "refunded", "disputed"], "settled", C.REFUNDED),
    ],
)
def test_charges_by_their_facts(facts: list[str], read: str, state: C) -> None:
    for order in itertools.permutations(facts):
        assert charge_state(order, read) is state
        assert charge_state(order * 2, read) is state


@pytest.mark.parametrize(
    ("facts", "read", "state"),
    [
        ([], "", S.WANTED),
        (["in_cart", "bought", "generated"], "", S.GENERATED),
        (["generated", "posted"], "", S.POSTED),
        (["posted", "undelivered"], "", S.UNDELIVERED),
        (["posted", "undelivered"], "posted", S.POSTED),
        (["posted", "stopped", "undelivered", "delivered"], "", S.DELIVERED),
        (["posted", "delivered", "returning"], "", S.RETURNING),
        (["generated", "cancelled"], "", S.CANCELLED),
        (["generated", "cancelling"], "", S.CANCELLING),
        (["generated", "cancelled", "posted"], "", S.POSTED),
        (["generated", "expired", "cancelling"], "", S.EXPIRED),
    ],
)
def test_shipments_by_their_facts(facts: list[str], read: str, state: S) -> None:
    for order in itertools.permutations(facts):
        assert shipment_state(order, read) is state
        assert shipment_state(order * 2, read) is state


def test_when_the_broker_has_to_be_read() -> None:
    assert shipment_tie(["posted", "undelivered"])
    assert not shipment_tie(["posted"])
    assert not shipment_tie(["posted", "undelivered", "delivered"])


@given(st.sets(st.sampled_from(CHARGE_FACTS)), st.sampled_from(CHARGE_FACTS), st.sampled_from(["", *CHARGE_FACTS]))
def test_more_facts_never_move_money_back(facts: set[str], more: str, read: str) -> None:
    ranks: dict[C, int] = {C.REFUNDED: 3, C.VOID: 1}
    ranks |= dict.fromkeys((C.PAID, C.SETTLED, C.REFUNDING, C.DISPUTED, C.PAID_LATE), 2)
    before, after = charge_state(facts, read), charge_state(facts | {more}, read)
    assert ranks.get(after, 0) >= ranks.get(before, 0)


@given(st.sets(st.sampled_from(SHIPMENT_FACTS)), st.sampled_from(SHIPMENT_FACTS))
def test_more_facts_never_bring_a_parcel_back_into_the_cart(facts: set[str], more: str) -> None:
    known = facts | {more}
    assert shipment_state(known) in reachable(SHIPMENT_MOVES, shipment_state(facts))
