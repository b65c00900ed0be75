"""What a provider's record says of an order: nothing new, what a webhook would have said, or what no rule settles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.decide import decide
from bot.domain.bills import Bill, Label, Movement, Objection
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
    ShareAsked,
    ShipmentFact,
)
from bot.domain.lanes import BOOKS
from bot.domain.order import ChargeState, Method
from bot.orders import comparing, reconciling
from bot.orders.comparing import Odd
from tests.orders.story import START, Story


def facts(found: Sequence[comparing.Said]) -> list[str]:
    return [one.kind if isinstance(one, Odd) else one.fact for one in found]


def compared(story: Story, **changes: object) -> list[str]:
    bill = story.bank.bills[story.charge.provider_id].but(**changes)
    return facts(list(comparing.charge(story.order, bill)))


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("pending", []),
        ("overdue", ["overdue"]),
        ("under_review", ["under_review"]),
        ("paid", ["paid"]),
        ("settled", ["settled"]),
        ("refunded", ["refunded"]),
        ("disputed", ["disputed"]),
        ("other", ["state"]),
    ],
)
def test_an_open_charge(status: str, found: list[str]) -> None:
    assert compared(Story().placed(), status=status) == found


@pytest.mark.parametrize(
    ("status", "found"),
    [("settled", []), ("paid", []), ("pending", []), ("refunded", ["refunded"]), ("disputed", ["disputed"])],
)
def test_a_charge_that_is_paid(status: str, found: list[str]) -> None:
    assert compared(Story().placed().pays(), status=status) == found


@pytest.mark.parametrize(
    ("state", "status", "found"),
    [
        (ChargeState.VOID, "pending", ["restored"]),
        (ChargeState.VOID, "settled", ["settled"]),
        (ChargeState.PAID_LATE, "settled", []),
        (ChargeState.REFUNDING, "settled", ["refund"]),
        (ChargeState.REFUNDING, "refunding", []),
        (ChargeState.REFUNDED, "settled", []),
        (ChargeState.DISPUTED, "settled", ["dispute_won"]),
        (ChargeState.DISPUTED, "refunded", ["refunded"]),
        (ChargeState.SETTLED, "paid", []),
        (ChargeState.REQUESTED, "settled", []),
    ],
)
def test_a_charge_at_its_end(state: ChargeState, status: str, found: list[str]) -> None:
    story = Story().placed()
    charge = story.charge.but(state=state)
    order = story.order.but(charges=(charge,))
    bill = story.bank.bills[charge.provider_id].but(status=status)
    assert facts(list(comparing.charge(order, bill))) == found


def test_amounts_that_differ_are_nobody_s_to_settle() -> None:
    assert compared(Story().placed(), amount=1) == ["amount"]
    assert compared(Story().placed(), share=1) == ["share"]
    assert compared(Story().placed().pays(), net=1) == ["fee"]
    assert compared(Story().placed(), net=1) == []  # what a payment costs is known when it comes


def test_a_second_charge_under_our_reference_is_read() -> None:
    story = Story().placed()
    assert compared(story, charge_id="pay_other") == ["updated"]


def test_money_that_no_order_knows() -> None:
    bill = Bill(charge_id="pay_x", reference="", status="settled", amount=3550, net=3351)
    assert facts(list(comparing.charge(None, bill))) == ["unknown_charge"]
    assert facts(list(comparing.charge(None, bill.but(status="pending")))) == []
    assert facts(list(comparing.charge(None, bill.but(status="pending", reference="order-7-a1")))) == ["unknown_charge"]


def test_an_instalment_speaks_for_its_plan_only_where_it_must() -> None:
    story = Story().placed(method="card", installments=3)
    bill = story.bank.bills[story.charge.provider_id].but(amount=1, net=1, share=0)

    def said(state: ChargeState, status: str) -> list[str]:
        order = story.order.but(charges=(story.charge.but(state=state),))
        return facts(list(comparing.charge(order, bill.but(charge_id="pay_part_2", status=status))))

    assert said(ChargeState.PENDING, "pending") == []
    assert said(ChargeState.PENDING, "paid") == ["paid"]
    assert said(ChargeState.PAID, "settled") == []
    assert said(ChargeState.PAID, "refunded") == ["refunded"]
    assert said(ChargeState.REFUNDED, "refunded") == []


def line(story: Story, kind: str, amount: int) -> list[str]:
    one = Movement(
        movement_id="m",
        day=None,
        kind=kind,
        amount=amount,
        balance=0,
        charge_id=story.charge.provider_id,
        transfer_id="",
        text="",
    )
    return facts(list(comparing.movement(story.order, one)))


def test_lines_of_the_statement() -> None:
    open_one, paid = Story().placed(), Story().placed().pays()
    charge = paid.charge
    assert line(open_one, "charge", charge.amount) == ["settled"]
    assert line(paid, "charge", charge.amount) == []
    assert line(paid, "fee", charge.net - charge.amount) == []
    assert line(paid, "fee", -1) == ["statement_fee"]
    assert line(paid, "transfer", -charge.share) == []
    assert line(paid, "transfer", -charge.share - 1) == ["statement_share"]
    assert line(paid, "transfer", 5) == []
    assert line(paid, "refund", -charge.amount) == ["refunded"]
    assert line(paid, "dispute", -charge.amount) == ["disputed"]
    assert line(paid, "other", -1) == []


def test_objections() -> None:
    paid = Story().placed().pays()
    for status, found in [("open", ["disputed"]), ("contested", ["disputed"]), ("won", []), ("lost", [])]:
        one = Objection(charge_id=paid.charge.provider_id, status=status)
        assert facts(list(comparing.objection(paid.order, one))) == found, status


def test_labels() -> None:
    story = Story().placed().pays().answers(True)
    there = story.carrier.labels[story.shipment.provider_id].but(reference=story.shipment.reference)

    def said(label: Label) -> list[str]:
        return facts(list(comparing.label(story.order, label)))

    assert said(there) == []
    assert said(there.but(state="posted")) == ["posted"]
    assert said(there.but(cost=there.cost + 100)) == ["label_cost"]
    assert said(there.but(shipment_id="another")) == ["second_label"]
    assert said(there.but(shipment_id="another", state="cancelled")) == []
    assert facts(list(comparing.label(None, there))) == ["unknown_label"]
    assert facts(list(comparing.label(None, there.but(reference="")))) == []


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
    assert [e.event.difference for e in decision.events if isinstance(e.event, DifferenceFound)] == ["ledger/1042"]
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


def test_a_share_that_arrived_or_stopped_in_silence_is_found() -> None:
    story = Story().placed().pays()
    assert compared(story) == []
    assert compared(story, share_done=story.charge.share) == ["split_done"]
    assert compared(story, share=0) == ["split_cancelled", "share"]
    story.bank_says("split_cancelled", status="settled", share=0)
    assert compared(story) == ["share"], "told already, and to be mended"
    story.play(ShareAsked(order=1042, by="operator:ana"))
    assert compared(story) == [], "paid by transfer"
