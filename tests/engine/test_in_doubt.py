"""What may have been done, of messages and of money: what a review found, one test a defect."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.commands import Bill, CreateCharge, MoveDueDate, PayShare, ReadCharge, SendText, Sent
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Expired, Message, Parked, Refused
from bot.domain.order import Method
from bot.domain.shop import Rules, Shop
from bot.effects import money
from bot.engine.dispatcher import Effect
from bot.engine.loop import Loop
from bot.engine.store import StoreDown
from bot.integrations import errors
from bot.integrations.circuit import Circuits
from bot.integrations.payments import Share, Transfer
from bot.storage.database import Database
from bot.storage.store import SqlStore
from bot.storage.turns import Turns, close
from tests.conftest import TestClock
from tests.engine.support import Watcher, echo, effect, loop_over, nothing, results, said, sent, status

# --- doubt --------------------------------------------------------------------------------------------


def wanting(command: object, **more: object) -> Callable[..., None]:
    def decide(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(command, key="c", **more)  # type: ignore[arg-type]

    return decide


async def test_what_is_over_and_was_not_done_is_not_done_late(store: SqlStore, clock: TestClock) -> None:
    """In doubt, looked up, not found: it was sent although its time was over."""
    text = SendText(to="1", text="lembrete")
    await store.accept([said("oi")], clock())
    await store.turn("person:1", wanting(text, expires_at=clock() + timedelta(minutes=1)), nothing, clock())
    (waiting,) = await store.waiting_commands(clock(), [], 10)
    await store.begin(waiting, in_doubt=True, now=clock())
    clock.jump(timedelta(hours=1))
    arrived, watcher = [], Watcher()

    async def send(command: SendText, key: str) -> Sent:
        arrived.append(command.text)
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> None:
        return None

    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(send, find))
    async with asyncio.timeout(10):
        while not results(watcher, Expired):
            clock.jump(timedelta(seconds=1))
            await loop.tick()
            await asyncio.sleep(0)
    await loop.stop()
    assert arrived == []


@pytest.mark.parametrize("what", ["turn", "outcome"])
async def test_what_was_begun_by_a_commit_that_was_done_and_not_told_is_looked_up(
    what: str, database: Database, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was ill when it was to say that it had it, and had it when it was well again. Nobody knew of what it had
    begun: it was being done until the next start, and held up its queue. On a server its lease runs out."""
    store, arrived, commit = SqlStore(database, Rules()), list[str](), sa.Connection.commit
    troubles, ill = [what], False

    def answer_twice(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        nonlocal ill
        event = stored.event
        if isinstance(event, Message) or (isinstance(event, Done) and event.key == "first"):
            here, key = ("turn", "first") if isinstance(event, Message) else ("outcome", "second")
            decision.do(SendText(to="1", text=key), key=key, queue="q")
            if here in troubles:
                ill = bool(troubles.pop())

    def done_and_not_told(connection: sa.Connection) -> None:
        nonlocal ill
        commit(connection)
        if ill:
            ill = False
            raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))

    async def send(command: SendText, key: str) -> Sent:
        arrived.append(key)
        return Sent(message_id=key)

    async def find(command: SendText, key: str) -> Sent | None:
        return Sent(message_id=key) if key in arrived else None

    loop = Loop(store, answer_twice, nothing, clock, circuits=Circuits(clock), names={})
    await loop.start()
    await loop.work(effect(send, find))
    monkeypatch.setattr(sa.Connection, "commit", done_and_not_told)
    await loop.put([said("oi")])
    async with asyncio.timeout(20):
        while await status(store, "second") != "done":
            clock.jump(timedelta(seconds=5))
            with contextlib.suppress(StoreDown):  # it may have been in the same commit
                await loop.heartbeat()
                await loop.tick()
            await asyncio.sleep(0.05)
    await loop.stop()
    assert troubles == []
    assert arrived == ["first", "second"]


async def test_a_fault_of_ours_does_not_hold_a_queue_for_ever(store: SqlStore, clock: TestClock) -> None:
    """It was tried every thirty seconds without end, also after its time, and what was behind it waited."""

    def two(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        if isinstance(stored.event, Message):
            decision.do(ReadCharge(charge_id="c"), key="fault", queue="q")
            decision.do(SendText(to="1", text="x"), key="behind", queue="q")

    async def fault(command: ReadCharge, key: str) -> Bill:
        raise KeyError("a fault of ours")

    watcher = Watcher()
    loop = Loop(store, two, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"charge.read": Effect(fault), "message.text": Effect(sent)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    async with asyncio.timeout(20):
        while not results(watcher, Refused):
            clock.jump(timedelta(minutes=10))
            await loop.tick()
            await asyncio.sleep(0.005)
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()
    assert await status(store, "fault") == "failed"


async def test_a_command_without_a_look_up_is_never_in_doubt(store: SqlStore, clock: TestClock) -> None:
    """After one fault of ours its refusal was taken for that of a look-up, and it was tried for ever."""
    answers: list[Exception] = [KeyError("a fault of ours"), errors.Refused("pay", reason="no_such_charge")]

    async def read(command: ReadCharge, key: str) -> Bill:
        raise answers.pop(0)

    watcher = Watcher()
    decide = wanting(ReadCharge(charge_id="c"))
    loop = Loop(store, decide, nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    await loop.work({"charge.read": Effect(read)})
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    clock.jump(timedelta(minutes=10))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Refused)) == 1)
    await loop.stop()


async def test_an_absurd_pause_is_not_kept(store: SqlStore, clock: TestClock) -> None:
    """A ``RateLimit-Reset`` that is a date in seconds parked a command, and its queue, for fifty years."""
    answers: list[Exception] = [errors.RateLimited("zapi", retry_after=1_764_000_000.0)]

    async def send(command: SendText, key: str) -> Sent:
        if answers:
            raise answers.pop()
        return Sent(message_id=key)

    watcher = Watcher()
    loop = loop_over(store, clock, watcher)
    await loop.start()
    await loop.work(effect(send))
    await loop.put([said("oi")])
    await watcher.until(lambda: len(results(watcher, Parked)) == 1)
    clock.jump(timedelta(minutes=61))
    await loop.tick()
    await watcher.until(lambda: len(results(watcher, Done)) == 1)
    await loop.stop()


async def test_a_worker_does_not_try_what_another_left_in_doubt_since(store: SqlStore, clock: TestClock) -> None:
    """Read at the same moment by two workers, tried by one, parked in doubt: the other repeated it without a look."""
    await store.accept([said("oi")], clock())
    await store.turn("person:1", echo, nothing, clock())
    other = SqlStore(store.database, Rules())
    (mine,) = await store.waiting_commands(clock(), [], 10)
    (theirs,) = await other.waiting_commands(clock(), [], 10)
    assert await store.begin(mine, in_doubt=True, now=clock())
    await store.park(mine, None, "timeout", clock() + timedelta(seconds=5), in_doubt=True, now=clock())
    assert not await other.begin(theirs, in_doubt=True, now=clock())


async def test_only_the_event_that_failed_is_set_aside(
    store: SqlStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the failure and its record another worker may have worked it: the next event was blamed."""
    await store.accept([said("poison"), said("innocent")], clock())

    def poison(stored: Stored, shop: Shop, now: object, decision: Decision) -> None:
        raise ValueError

    class Overtaken(Turns):
        def set_aside(self, connection: sa.Connection, *args: object) -> object:  # type: ignore[override]
            close(connection, 1, "done", "", clock())  # by another worker
            return super().set_aside(connection, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_turns", Overtaken(Rules()))
    assert await store.turn("person:1", poison, nothing, clock()) is None
    assert await store.open_lanes(10) == ["person:1"]


# --- money --------------------------------------------------------------------------------------------


class Payments:
    """A provider that makes charges whose code cannot be had."""

    def __init__(self, *cancelling: Exception) -> None:
        self.alive: list[str] = []
        self.most = 0
        self.cancelling = list(cancelling)
        self.lost_answer = False

    async def simulate_net(self, *_: object) -> int:
        return 9900

    async def create_charge(self, *, reference: str, shares: Sequence[Share], **_: object) -> Bill:
        self.alive.append(f"pay_{len(self.alive)}")
        self.most = max(self.most, len(self.alive))
        if self.lost_answer:
            self.lost_answer = False
            raise errors.Uncertain("asaas", reason="timeout")
        return self.bill(reference, sum(share.amount for share in shares))

    def bill(self, reference: str, share: int) -> Bill:
        return Bill(
            charge_id=self.alive[-1], reference=reference, status="pending", amount=10000, net=9900, share=share
        )

    async def find_charge(self, reference: str) -> Bill | None:
        return self.bill(reference, 9900 - 1000 - 500) if self.alive else None

    async def pix_code(self, charge_id: str) -> str:
        raise errors.Refused("asaas", reason="no_pix_key")

    async def cancel_charge(self, charge_id: str) -> None:
        if self.cancelling:
            raise self.cancelling.pop(0)
        self.alive.remove(charge_id)


CHARGE = CreateCharge(
    reference="order-1-a1",
    customer_id="cus_1",
    method=Method.PIX,
    amount=10000,
    freight=1000,
    fee=500,
    wallet_id="w",
    due_date=date(2026, 11, 24),
    description="x",
)


async def test_a_charge_for_another_amount_is_taken_back_before_anybody_sees_it() -> None:
    payments = Payments()
    create = money.effects(payments, payments)["charge.create"]  # type: ignore[arg-type]
    with pytest.raises(errors.Refused) as refused:
        await create.run(CHARGE.but(amount=10001), "k")
    assert refused.value.reason == "wrong_amount"
    assert (payments.alive, payments.most) == ([], 1)


async def test_a_card_charge_without_its_page_is_looked_up_and_not_made_again() -> None:
    payments = Payments()
    create = money.effects(payments, payments)["charge.create"]  # type: ignore[arg-type]
    for run in (create.run, create.find):
        assert run is not None
        with pytest.raises(errors.Uncertain):
            await run(CHARGE.but(method=Method.CARD), "k")
    assert payments.most == 1


async def refusals(store: SqlStore, clock: TestClock, payments: Payments, command: object) -> list[str]:
    """Why a command was refused in the end, however long that takes."""
    watcher = Watcher()
    loop = Loop(store, wanting(command), nothing, clock, circuits=Circuits(clock), names={}, watch=watcher)
    await loop.start()
    try:
        await loop.work(money.effects(payments, payments))  # type: ignore[arg-type]
        await loop.put([said("oi")])
        async with asyncio.timeout(10):
            while not results(watcher, Refused):
                clock.jump(timedelta(minutes=10))
                await loop.tick()
                await asyncio.sleep(0.005)
    finally:
        await loop.stop()
    return [one.reason for one in results(watcher, Refused)]


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("cancelling", [[], [errors.Unavailable("asaas", reason="unreachable")]])
async def test_a_charge_that_cannot_be_had_is_withdrawn_and_never_doubled(
    store: SqlStore, clock: TestClock, lost: bool, cancelling: list[Exception]
) -> None:
    payments = Payments(*cancelling)
    payments.lost_answer = lost
    assert await refusals(store, clock, payments, CHARGE) == ["no_pix_key"]
    assert payments.alive == []
    assert payments.most == 1


@pytest.mark.parametrize(("status", "reason"), [("paid", "already_paid"), ("void", "void")])
async def test_a_new_day_of_a_boleto_that_has_ended_since_is_refused(
    store: SqlStore, clock: TestClock, status: str, reason: str
) -> None:
    """It was set without an answer, and paid before it was looked up: each look was refused, for ever."""
    move = MoveDueDate(charge_id="pay_1", method=Method.BOLETO, due_date=date(2026, 12, 1), wallet_id="w", share=9000)
    bill = Bill(
        charge_id="pay_1", reference="r", status="overdue", amount=10000, net=9900, share=9000, due_date=move.due_date
    )

    class Boletos(Payments):
        async def read_charge(self, _: str) -> Bill:
            return bill.but(status=status) if self.alive else bill.but(due_date=None)

        async def set_due_date(self, *_: object, **__: object) -> Bill:
            self.alive.append("moved")
            raise errors.Uncertain("asaas", reason="timeout")

    payments = Boletos()
    assert await refusals(store, clock, payments, move) == [reason]
    assert payments.alive == ["moved"], "the day is not set again"


async def test_a_share_that_came_back_after_it_was_under_way_is_refused(store: SqlStore, clock: TestClock) -> None:
    """The lookup that found it was taken for one that found out nothing: it was looked up for ever, nobody was told."""

    class Transfers(Payments):
        looked = False

        async def transfer(self, wallet_id: str, amount: int, reference: str) -> Transfer:
            self.alive.append(reference)
            return Transfer("tr_1", reference, wallet_id, amount, "pending")

        async def find_transfer(self, reference: str) -> Transfer:
            looked, self.looked = self.looked, True
            return Transfer("tr_1", reference, "w", 100, "failed" if looked else "pending")

    payments = Transfers()
    assert await refusals(store, clock, payments, PayShare(reference="order-1-t1", wallet_id="w", amount=100)) == [
        "transfer_failed"
    ]
    assert payments.alive == ["order-1-t1"], "it is not paid again"
