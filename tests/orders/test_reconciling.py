"""The lane ``books``: a reconciliation run, our own orders, balances and the payment webhook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.decide import decide
from bot.domain.bills import Bill, Movement, Objection
from bot.domain.commands import AlertOperator, Command, ReadCharge
from bot.domain.commands.accounts import (
    ListCharges,
    ListDisputes,
    ListLabels,
    ListMovements,
    ReadBalance,
    ReadFreightBalance,
    TendWebhook,
)
from bot.domain.common import Value
from bot.domain.decision import Decision, Stored
from bot.domain.events import (
    AccountFact,
    DifferenceFound,
    Done,
    Event,
    PaymentFact,
    ReconcileAsked,
    Refused,
    ShipmentFact,
)
from bot.domain.lanes import BOOKS
from bot.domain.order import ChargeState, Method
from bot.orders import reconciling
from tests.orders.story import START, Story

# --- a run --------------------------------------------------------------------------------------------------


class Run:
    """The lane ``books`` over the shop of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.now = START + timedelta(days=1)
        self._ids = 500

    def turn(self, event: Event) -> Decision:
        self._ids += 1
        stored = Stored(self._ids, BOOKS, event, self.now)
        decision = Decision(stored)
        decide(stored, self.story.shop, self.now, decision)
        self.story.shop.apply(decision)
        return decision

    def whole(self, bills: Sequence[Bill] = (), refuse: type[Value] | None = None) -> list[Decision]:
        """A run in which every list is empty but that of today's charges."""
        turns = [self.turn(ReconcileAsked())]
        while commands := [c for c in turns[-1].commands if not isinstance(c.command, AlertOperator)]:
            (new,) = commands
            if isinstance(new.command, refuse or ()):
                turns.append(self.turn(Refused(key=new.key, command=new.command, reason="unauthorised")))
                continue
            turns.append(self.turn(Done(key=new.key, command=new.command, result=self.answer(new.command, bills))))
        return turns

    def answer(self, command: Command, bills: Sequence[Bill]) -> dict[str, object]:
        if isinstance(command, ListCharges) and command.day == command.until:
            return ListCharges.Listed(bills=tuple(bills)).model_dump(mode="json")
        return {}

    @property
    def open(self) -> list[str]:
        return sorted(d.kind for d in self.story.shop.differences.values())


def test_a_run_reads_every_list_to_its_end() -> None:
    run = Run(Story().placed())
    kinds = [c.command.kind for decision in run.whole() for c in decision.commands]
    assert kinds[:31] == ["books.charges"] * 31
    assert kinds[31:] == ["books.movements"] * 4 + ["books.disputes", "books.labels"]


def test_a_long_day_is_read_page_by_page() -> None:
    run = Run(Story().placed())
    (new,) = run.turn(ReconcileAsked()).commands
    (second,) = run.turn(Done(key=new.key, command=new.command, result={"more": True})).commands
    assert isinstance(second.command, ListCharges)
    assert isinstance(new.command, ListCharges)
    assert (second.command.day, second.command.page) == (new.command.day, 1)


def test_what_a_webhook_would_have_said_is_said() -> None:
    story = Story().placed()
    run = Run(story)
    events = [
        e
        for decision in run.whole([story.bank.bills[story.charge.provider_id].but(status="settled")])
        for e in decision.events
    ]
    assert [(e.lane, e.event.fact) for e in events if isinstance(e.event, PaymentFact)] == [("order:1042", "settled")]
    assert run.open == []


def test_a_difference_is_told_once_and_heals() -> None:
    story = Story().placed()
    run = Run(story)
    wrong = story.bank.bills[story.charge.provider_id].but(amount=1)
    told = [c.command for d in run.whole([wrong]) for c in d.commands if isinstance(c.command, AlertOperator)]
    assert len(told) == 1
    assert "#1042" in told[0].text
    assert run.open == ["amount"]
    run.now += timedelta(days=1)
    again = [c for d in run.whole([wrong]) for c in d.commands if isinstance(c.command, AlertOperator)]
    assert again == []
    run.now += timedelta(days=1)
    run.whole()
    assert run.open == []


def test_a_run_that_could_not_read_all_heals_nothing() -> None:
    story = Story().placed()
    run = Run(story)
    run.whole([story.bank.bills[story.charge.provider_id].but(amount=1)])
    run.now += timedelta(days=1)
    turns = run.whole(refuse=ListCharges)
    kinds = [c.command.kind for d in turns for c in d.commands]
    assert kinds.count("operator.alert") == 1
    assert kinds[-1] == "books.labels"  # the rest is read all the same
    assert run.open == ["amount"]


def test_a_refund_that_the_provider_never_heard_of_was_denied() -> None:
    story = Story().placed(method="boleto").pays()
    story.shop.add(story.order.but(charges=(story.charge.but(state=ChargeState.REFUNDING),)))
    run = Run(story)
    bill = story.bank.bills[story.charge.provider_id].but(status="settled")
    first = [e.event for d in run.whole([bill]) for e in d.events]
    assert not [e for e in first if isinstance(e, PaymentFact)]
    assert run.open == ["refund"]
    run.now += timedelta(days=1)
    second = [e.event for d in run.whole([bill]) for e in d.events]
    assert [e.fact for e in second if isinstance(e, PaymentFact)] == ["refund_denied"]


def test_money_of_a_charge_that_no_order_knows_by_its_id_is_read_first() -> None:
    run = Run(Story().placed())
    (new,) = run.turn(ReconcileAsked()).commands
    assert isinstance(new.command, ListCharges)
    rest = new.command.model_dump(exclude={"kind"})
    listed = ListMovements.Listed(
        movements=(
            Movement(
                movement_id="m",
                day=None,
                kind="charge",
                amount=3550,
                balance=0,
                charge_id="pay_x",
                transfer_id="",
                text="",
            ),
        )
    )
    decision = run.turn(Done(key="k", command=ListMovements(**rest), result=listed.model_dump(mode="json")))
    (read,) = [c for c in decision.commands if isinstance(c.command, ReadCharge)]
    bill = Bill(charge_id="pay_x", reference="", status="settled", amount=3550, net=3351)
    run.turn(Done(key=read.key, command=read.command, result=bill.model_dump(mode="json")))
    assert run.open == ["unknown_charge"]


def test_every_list_says_what_it_found() -> None:
    story = Story().placed().pays().answers(True)
    run = Run(story)
    (new,) = run.turn(ReconcileAsked()).commands
    assert isinstance(new.command, ListCharges)
    rest = new.command.model_dump(exclude={"kind", "day"})
    label = story.carrier.labels[story.shipment.provider_id].but(state="posted")
    labels = ListLabels.Listed(labels=(label,)).model_dump(mode="json")
    said = run.turn(Done(key="k", command=ListLabels(**rest), result=labels)).events
    assert [e.event.fact for e in said if isinstance(e.event, ShipmentFact)] == ["posted"]
    found = ListDisputes.Listed(objections=(Objection(charge_id=story.charge.provider_id, status="open"),))
    done = Done(key="k", command=ListDisputes(**rest), result=found.model_dump(mode="json"))
    assert [e.event.fact for e in run.turn(done).events if isinstance(e.event, PaymentFact)] == ["disputed"]


# --- our own orders -----------------------------------------------------------------------------------------


def test_only_orders_that_wait_for_a_lost_word_are_checked() -> None:
    story = Story().placed()
    run = Run(story)

    def checked() -> list[str]:
        return [e.lane for e in run.turn(ReconcileAsked()).events if isinstance(e.event, ReconcileAsked)]

    run.now = START
    assert checked() == []
    run.now = START + timedelta(minutes=91)  # its code has run out, and nobody told us what became of it
    assert checked() == ["order:1042"]
    story.shop.events.clear()  # the lane of the books is played here, not by the story
    story.shop.commands = {k: c for k, c in story.shop.commands.items() if c.lane != BOOKS}
    story.pays()
    assert checked() == []
    charge = story.charge.but(state=ChargeState.DISPUTED)
    story.shop.orders[1042] = story.order.but(charges=(charge,))
    assert checked() == ["order:1042"]


def test_a_long_shop_is_looked_through_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "BATCH", 2)
    story = Story().placed()
    for number in (1043, 1044):
        story.shop.add(story.order.but(number=number, version=0, charges=()))
    run = Run(story)
    asked = [e.event for e in run.turn(ReconcileAsked()).events if e.lane == BOOKS]
    assert [e.after for e in asked if isinstance(e, ReconcileAsked)] == [1043]
    rest = run.turn(asked[0])
    assert [c for c in rest.commands if isinstance(c.command, ListCharges)] == []  # begun once
    assert [e for e in rest.events if e.lane == BOOKS] == []


def test_a_ledger_that_does_not_agree_is_found_told_and_heals() -> None:
    story = Story().placed().pays()
    key, entry = next(iter(story.shop.entries.items()))
    del story.shop.entries[key]
    run = Run(story)
    lanes = [e.lane for e in run.turn(ReconcileAsked()).events if isinstance(e.event, ReconcileAsked)]
    assert lanes == ["order:1042"]
    stored = Stored(900, "order:1042", ReconcileAsked(order=1042), START)
    decision = Decision(stored)
    decide(stored, story.shop, START, decision)
    story.shop.apply(decision)
    assert run.open == ["ledger"]
    (alert,) = [c.command for c in decision.commands if isinstance(c.command, AlertOperator)]
    assert alert.topic == "pedido 1042: razão"
    found = [(e.lane, e.event.difference) for e in decision.events if isinstance(e.event, DifferenceFound)]
    assert found == [("order:1042", "ledger/1042")]
    story.shop.entries[key] = entry
    run.turn(ReconcileAsked())
    healed = Decision(stored)
    decide(stored, story.shop, START, healed)
    story.shop.apply(healed)
    assert run.open == []


def test_one_order_is_read_back_whole() -> None:
    story = Story().placed(method=Method.PIX.value).pays().answers(True)
    decision = Decision(Stored(901, "order:1042", ReconcileAsked(order=1042), START))
    decide(decision._stored, story.shop, START, decision)
    assert [c.command.kind for c in decision.commands] == ["charge.read", "label.read"]


# --- what must not run out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [ReadBalance(), ReadFreightBalance()])
def test_a_low_balance_is_told_once_and_once_when_it_has_healed(command: Command) -> None:
    run = Run(Story().placed())

    def told(left: int) -> list[str]:
        decision = run.turn(Done(key="k", command=command, result={"left": left}))
        return [c.command.text for c in decision.commands if isinstance(c.command, AlertOperator)]

    assert told(20_000) == []
    (low,) = told(1_999)
    assert "R$ 19,99" in low
    assert told(1_500) == told(0) == []
    assert run.open == ["balance"]
    (well,) = told(20_000)
    assert well.startswith("Resolvido")
    assert told(20_000) == []
    assert run.open == []


def test_a_webhook_is_woken_missed_and_found_again() -> None:
    run = Run(Story().placed())

    def told(state: str) -> int:
        decision = run.turn(Done(key="k", command=TendWebhook(), result={"state": state}))
        return len([c for c in decision.commands if isinstance(c.command, AlertOperator)])

    assert [told(s) for s in ("well", "woken", "missing", "missing", "well", "well")] == [0, 1, 1, 0, 1, 0]
    assert run.open == []


def test_news_of_the_account_reach_the_operator_with_what_to_do() -> None:
    run = Run(Story().placed())
    (new,) = run.turn(AccountFact(about="key", fact="created", detail="intruso")).commands
    assert isinstance(new.command, AlertOperator)
    assert "chave de API (intruso): criada" in new.command.text
    assert "apague-a agora" in new.command.text
    (new,) = run.turn(AccountFact(about="documents", fact="rejected")).commands
    assert isinstance(new.command, AlertOperator)
    assert "documentos: recusada" in new.command.text
