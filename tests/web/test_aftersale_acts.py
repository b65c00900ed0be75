"""What the console offers of an order whose part goes back, and the events that ask for it."""

from __future__ import annotations

import pytest

from bot.console.acts import ACTS
from bot.domain.disputes import Dispute, DisputeState
from bot.domain.events import (
    DebtPaid,
    DisputeAnswered,
    LabelCorrected,
    ReturnAnswered,
    ReturnAsked,
    ReturnReceived,
    ShareAsked,
)
from bot.domain.order import (
    Charge,
    ChargeState,
    Method,
    Order,
    OrderState,
    Return,
    ReturnReason,
    ReturnState,
    Shipment,
    SplitState,
)
from tests.orders.story import START, an_order
from tests.support_shop import sample_shop

BY = "operator:ana"


def an(state: OrderState, back: ReturnState | None = None) -> Order:
    return_ = Return(reason=ReturnReason.BROKEN, state=back, asked_at=START) if back else None
    return an_order(sample_shop(), state=state, back=return_)


@pytest.mark.parametrize(
    ("state", "back", "offered"),
    [
        (OrderState.PAID, None, set()),
        (OrderState.SHIPPED, None, {"abrir-devolucao"}),
        (OrderState.DELIVERED, None, {"abrir-devolucao"}),
        (OrderState.DELIVERED, ReturnState.ASKED, {"abrir-devolucao", "aceitar-devolucao", "recusar-devolucao"}),
        (OrderState.DELIVERED, ReturnState.ACCEPTED, {"peca-voltou"}),
        (OrderState.RETURNING, ReturnState.POSTED, {"peca-voltou"}),
        (OrderState.RETURNED, ReturnState.RECEIVED, set()),
    ],
)
def test_what_is_offered(state: OrderState, back: ReturnState | None, offered: set[str]) -> None:
    names = ("abrir-devolucao", "aceitar-devolucao", "recusar-devolucao", "peca-voltou")
    assert {name for name in names if ACTS[name].possible(an(state, back))} == offered


def test_what_is_asked_for() -> None:
    shipped, delivered = an(OrderState.SHIPPED), an(OrderState.DELIVERED, ReturnState.ASKED)
    make = {name: act.make for name, act in ACTS.items()}
    asked = make["abrir-devolucao"](shipped, BY, {"reason": "voltou"})
    assert asked == ReturnAsked(order=1042, by=BY, reason="undelivered", words="voltou")
    assert make["abrir-devolucao"](an(OrderState.DELIVERED), BY, {}) == ReturnAsked(order=1042, by=BY, reason="regret")
    assert make["aceitar-devolucao"](delivered, BY, {}) == ReturnAnswered(order=1042, by=BY, accepted=True)
    assert make["recusar-devolucao"](delivered, BY, {}) == ReturnAnswered(order=1042, by=BY, accepted=False)
    assert make["peca-voltou"](delivered, BY, {}) == ReturnReceived(order=1042, by=BY)


def test_what_is_offered_of_a_chargeback_and_a_share() -> None:
    order = an(OrderState.CLOSED)
    names = ("contestar", "nao-contestar", "repasse")

    def offered(state: DisputeState | None, **changes: bool) -> set[str]:
        dispute = Dispute(charge="order-1042-a1", state=state, opened_at=START, **changes) if state else None
        return {name for name in names if ACTS[name].possible(order.but(dispute=dispute))}

    assert offered(None) == offered(DisputeState.CONTESTED) == offered(DisputeState.LOST) == set()
    assert offered(DisputeState.OPEN) == {"contestar", "nao-contestar"}
    assert offered(DisputeState.OPEN, sending=True) == {"nao-contestar"}
    assert offered(DisputeState.CONCEDED) == {"contestar"}
    made = ACTS["contestar"].make(order, BY, {"reason": "ligou", "words": " foi entregue "})
    assert made == DisputeAnswered(order=1042, by=BY, contest=True, words="foi entregue")
    assert ACTS["nao-contestar"].make(order, BY, {}) == DisputeAnswered(order=1042, by=BY, contest=False)
    assert ACTS["repasse"].make(order, BY, {}) == ShareAsked(order=1042, by=BY)


def test_a_line_of_the_wallet_s_statement_is_noted_for_the_newest_label() -> None:
    order, act = an(OrderState.CLOSED), ACTS["conciliacao"]
    assert not act.possible(order)
    labels = [Shipment(reference=f"order-1042-s{n}", provider_id=f"ship_{n}") for n in (1, 2)]
    order = order.but(shipments=tuple(labels))
    assert act.possible(order)
    noted = LabelCorrected(shipment_id="ship_2", amount=12_50, name="lançada por ana")
    assert act.make(order, BY, {"amount": "12,50"}) == noted
    assert act.make(order, BY, {"amount": ""}) is None
    assert act.make(order, BY, {"amount": "0"}) is None


def test_what_is_offered_of_a_share_that_is_owed() -> None:
    order, act = an(OrderState.CANCELLED), ACTS["repasse-devolvido"]
    charge = Charge(
        reference="order-1042-a1",
        method=Method.PIX,
        amount=512_40,
        share=439_61,
        state=ChargeState.REFUNDED,
        due_date=START.date(),
    )
    assert not act.possible(order.but(charges=(charge,))), "a split comes back by itself"
    owing = charge.but(split=SplitState.TRANSFERRED)
    assert act.possible(order.but(charges=(owing,)))
    assert not act.possible(order.but(charges=(owing.but(repaid=439_61),)))
    assert act.make(order, BY, {"amount": "39,61"}) == DebtPaid(order=1042, by=BY, amount=39_61)
    assert act.make(order, BY, {"amount": ""}) == DebtPaid(order=1042, by=BY)
    assert act.make(order, BY, {"amount": "uns trocados"}) is None
