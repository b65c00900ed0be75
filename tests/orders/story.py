"""Plays an order's life: events through the decision, commands to a bank and a carrier in memory, time by timers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from bot.conversations.catalogue import CATALOGUE
from bot.domain import debts, lanes, split
from bot.domain.commands import (
    AlertOperator,
    BuyLabel,
    CancelCharge,
    CancelLabel,
    Command,
    ContestDispute,
    CreateCharge,
    EnsureCustomer,
    GenerateLabel,
    MoveDueDate,
    Nothing,
    OrderLabel,
    OrderReturn,
    PayShare,
    ReadCharge,
    ReadDispute,
    ReadLabel,
    RefundCharge,
    StorePhoto,
)
from bot.domain.common import Value
from bot.domain.decision import Decision, NewCommand, StockMove, Stored
from bot.domain.disputes import DISPUTE_MOVES, Objection
from bot.domain.events import (
    CancelAsked,
    DeliveryAsked,
    DisputeAnswered,
    Done,
    DueDateAsked,
    Event,
    Expired,
    LabelCorrected,
    NewCodeAsked,
    Notice,
    OrderPlaced,
    Parked,
    PaymentFact,
    RefundAsked,
    Refused,
    ReturnAnswered,
    ReturnAsked,
    ReturnReceived,
    SaleAnswered,
    ShipmentFact,
    Tick,
)
from bot.domain.order import (
    Charge,
    ChargeState,
    Line,
    Offer,
    Order,
    OrderState,
    Recipient,
    Shipment,
    ShipmentState,
    Volume,
)
from bot.domain.states import CHARGE_MOVES, ORDER_MOVES, RETURN_MOVES, SHIPMENT_MOVES, SPLIT_MOVES
from bot.orders import books, decide
from tests.orders.providers import Bank, Carrier, No
from tests.support_shop import MemoryShop, sample_shop

START = datetime(2026, 11, 23, 21, 35, tzinfo=UTC)
"""18:35 in São Paulo, a Monday."""


def is_key_of(name: str, key: str) -> bool:
    """Whether a notice's key looks as the catalogue says."""
    written = CATALOGUE[name].key(name)
    shape = re.sub(r"/<[^>]*, [^>]*>", "(/.+)?", written)
    return re.fullmatch(re.sub(r"<[^>]*>", r"[^/].*", shape), key) is not None


ORDER_STEPS = {state: frozenset(moves) for state, moves in ORDER_MOVES.items()}
RETURN_STEPS = {state: frozenset(moves) for state, moves in RETURN_MOVES.items()}

BUYER, SELLER = "p-marina", "p-silva"


_State = TypeVar("_State", bound=StrEnum)


def reachable(moves: Mapping[_State, frozenset[_State]], state: _State) -> frozenset[_State]:
    """All states that can follow, in any number of moves, and the state itself: webhooks between may be missed."""
    found, waiting = {state}, [state]
    while waiting:
        for following in moves[waiting.pop()] - found:
            found.add(following)
            waiting.append(following)
    return frozenset(found)


class Story:
    """One order, number 1042, from the moment when the buyer said yes to all."""

    def __init__(self, shop: MemoryShop | None = None, **changes: object) -> None:
        self.shop = shop or sample_shop()
        self.now = START
        self.bank, self.carrier = Bank(), Carrier()
        self.refuse: dict[str, str] = {}
        """Kind of command, or reference of ours → the reason for which it is refused."""
        self.down: set[str] = set()
        """Kinds of commands whose provider does not answer."""
        self.told: list[tuple[str, str, dict[str, str]]] = []
        """(who, name, data) of every notice."""
        self.alerts: list[str] = []
        self.carried: list[str] = []
        """Keys of the commands that were carried out."""
        self.owes_elsewhere = self.shop.debts["s-silva"]
        """What the seller owes of other orders when this one begins."""
        self._ids = 0
        self._ended: set[str] = set()
        self._parked: set[str] = set()
        self._seen_events: set[str] = set()
        order = an_order(self.shop, **changes)
        decision = Decision(Stored(0, "person:x", Tick(name="turn"), self.now))
        decision.write(order, *(StockMove(line.listing, line.quantity) for line in order.lines if line.listing))
        self.shop.apply(decision)

    # --- looking ---------------------------------------------------------------------------------------

    @property
    def order(self) -> Order:
        order = self.shop.order(1042)
        assert order is not None
        return order

    @property
    def charge(self) -> Charge:
        charge = self.order.charge
        assert charge is not None
        return charge

    @property
    def shipment(self) -> Shipment:
        return self.order.shipments[-1]

    @property
    def declared(self) -> OrderLabel:
        """What the carrier was told of the parcel to the buyer."""
        label = self.carrier.contents[self.shipment.provider_id]
        assert isinstance(label, OrderLabel)
        return label

    # methods, not properties: a type checker takes a state that was asserted for the state at the end of the test

    def state(self) -> OrderState:
        return self.order.state

    def charge_state(self) -> ChargeState:
        return self.charge.state

    def shipment_state(self) -> ShipmentState:
        return self.shipment.state

    @property
    def stock(self) -> int:
        product = self.shop.product(558)
        assert product is not None
        return product.stock

    @property
    def balances(self) -> dict[str, int]:
        return books.balances(self.shop.entries.values())

    @property
    def open_accounts(self) -> dict[str, int]:
        """What is still open of an order that has ended: nothing, once money on its way has arrived.

        A closed order has nothing in transit; a cancelled or returned one owes nothing to buyer and seller either. What
        the seller owes is no account of the order: it is paid by other sales.
        """
        ended = {books.IN_TRANSIT}
        if self.order.state in (OrderState.CANCELLED, OrderState.RETURNED):
            ended |= {"buyer", f"seller:{self.order.seller_id}"}
        return {account: amount for account, amount in self.balances.items() if account in ended}

    def names(self, who: str) -> list[str]:
        """Names of the notices that somebody got, in order."""
        return [name for person, name, _ in self.told if person == who]

    def news(self, name: str, who: str = BUYER) -> dict[str, str]:
        """The data of the latest notice of that name."""
        return next(data for person, n, data in reversed(self.told) if n == name and person == who)

    # --- playing ---------------------------------------------------------------------------------------

    def turn(self, event: Event) -> Decision:
        """Work one event, without carrying out anything."""
        before = self.order
        self._ids += 1
        stored = Stored(self._ids, lanes.order(1042), event, self.now)
        decision = Decision(stored)
        decide(stored, self.shop, self.now, decision)
        again = Decision(stored)
        decide(stored, self.shop, self.now, again)
        assert vars(again) == vars(decision), "the same event and view must give the same decision"
        self.shop.apply(decision)
        self.check(before)
        for new in self.shop.events.values():
            if new.key in self._seen_events:
                continue
            self._seen_events.add(new.key)
            if isinstance(new.event, Tick | LabelCorrected):
                continue  # what was told may be pointless by now
            assert isinstance(new.event, Notice)
            assert new.key == f"notice/{new.event.key}"
            assert new.event.order == 1042
            assert is_key_of(new.event.name, new.event.key), new.event.key
            assert all(isinstance(value, str) for value in new.event.data.values())
            self.told.append((new.event.person_id, new.event.name, new.event.data))
        return decision

    def check(self, before: Order) -> None:
        """What must hold after every turn."""
        order = self.order
        assert order.state in reachable(ORDER_STEPS, before.state)
        for charge in before.charges:
            after = next(c for c in order.charges if c.reference == charge.reference)
            assert after.state in reachable(CHARGE_MOVES, charge.state), (charge, after)
            assert after.split in reachable(SPLIT_MOVES, charge.split), (charge, after)
        for shipment in before.shipments:
            now = next(s for s in order.shipments if s.reference == shipment.reference)
            assert now.state in reachable(SHIPMENT_MOVES, shipment.state), (shipment, now)
        if before.dispute is not None and order.dispute is not None:
            same = before.dispute.opened_at == order.dispute.opened_at
            assert not same or order.dispute.state in reachable(DISPUTE_MOVES, before.dispute.state)
        assert self.balances == books.expected(order)
        assert sum(self.balances.values()) == 0
        free = self.shop.debts[order.seller_id] - self.owes_elsewhere
        assert free == sum(debts.opened(charge) for charge in order.charges) >= -self.owes_elsewhere
        assert all(product.stock >= 0 for product in self.shop.products.values())
        if order.back is not None and before.back is not None and order.back.asked_at == before.back.asked_at:
            assert order.back.state in reachable(RETURN_STEPS, before.back.state)
        if order.state not in (OrderState.AWAITING_PAYMENT, OrderState.CANCELLED, OrderState.RETURNED):
            assert order.stock_held
        if order.state is OrderState.CANCELLED:
            assert not order.stock_held

    def play(self, *events: Event) -> Story:
        """Work events and carry out all that follows."""
        for event in events:
            self.turn(event)
            self.work()
        return self

    def work(self) -> None:
        """Carry out commands until nothing is left that can be."""
        while command := self._next():
            self.carry_out(command)

    def step(self) -> None:
        """Carry out one command, if there is one that can be."""
        if command := self._next():
            self.carry_out(command)

    def comes_back(self, kind: str, result: Value) -> None:
        """What came of the waiting command of that kind, told by us instead of the bank or the carrier."""
        new = next(c for c in self.waiting() if c.command.kind == kind)
        self._ended.add(new.key)
        self.down.discard(kind)
        self.turn(Done(key=new.key, command=new.command, result=result.model_dump(mode="json")))
        self.work()

    def waiting(self) -> list[NewCommand]:
        return [c for key, c in self.shop.commands.items() if key not in self._ended]

    def _next(self) -> NewCommand | None:
        blocked: set[str] = set()
        for command in self.waiting():
            if command.queue in blocked:
                continue
            if command.command.kind in self.down and command.key in self._parked:
                blocked |= {command.queue} - {""}
                continue
            return command
        return None

    def carry_out(self, new: NewCommand) -> None:
        """One command, and the turn on what came of it."""
        command = new.command
        if new.expires_at is not None and new.expires_at <= self.now:
            self._ended.add(new.key)
            self.turn(Expired(key=new.key, command=command))
            return
        if command.kind in self.down:
            self._parked.add(new.key)
            self.turn(Parked(key=new.key, command=command, reason="timeout"))
            return
        self._ended.add(new.key)
        self.carried.append(new.key)
        try:
            if reason := self.refuse.get(command.kind) or self.refuse.get(getattr(command, "reference", "")):
                raise No(reason)
            result = self._effect(command)
        except No as no:
            self.turn(Refused(key=new.key, command=command, reason=no.reason))
        else:
            self.turn(Done(key=new.key, command=command, result=result.model_dump(mode="json")))

    def _effect(self, command: Command) -> Value:
        match command:
            case AlertOperator():
                self.alerts.append(command.topic)
                return Nothing()
            case EnsureCustomer():
                return EnsureCustomer.Customer(customer_id=f"cus_{command.payer.document}")
            case CreateCharge():
                return self.bank.create(command)
            case ReadCharge():
                return self.bank.bills[command.charge_id]
            case MoveDueDate():
                return self.bank.move(command)
            case ReadDispute():
                return Objection(status="open", reason="not_received", answer_by=(self.now + timedelta(days=15)).date())
            case ContestDispute():
                self.bank.papers = list(command.papers)
                return Objection(status="contested")
            case CancelCharge():
                return self.bank.cancel(command.charge_id)
            case RefundCharge():
                return self.bank.refund(command)
            case PayShare():
                self.bank.transfers.append((command.wallet_id, command.amount))
                return PayShare.Paid(transfer_id="tra_1")
            case StorePhoto():
                return StorePhoto.Stored(photo_id=command.photo_id, url=f"https://img.example/{command.photo_id}")
            case OrderLabel() | OrderReturn():
                return self.carrier.order(command)
            case BuyLabel():
                return self.carrier.set(command.shipment_id, state="bought")
            case GenerateLabel() | ReadLabel():
                return self.carrier.look(command.shipment_id)
            case CancelLabel():
                return self.carrier.cancel(command.shipment_id)
            case _:
                raise AssertionError(f"an order does not want {command.kind}")

    def wait(self, passed: timedelta) -> Story:
        """Let time pass; timers fire when they are due."""
        end = self.now + passed
        while True:
            due = sorted((t for t in self.shop.timers.values() if t.due_at <= end), key=lambda t: (t.due_at, t.key))
            if not due:
                break
            timer = due[0]
            del self.shop.timers[timer.key]
            self.now = max(self.now, timer.due_at)
            self.play(Tick(name=timer.name, data=timer.data))
        self.now = end
        self.work()
        return self

    # --- what people and providers do ------------------------------------------------------------------

    def placed(self, method: str = "pix", installments: int = 1) -> Story:
        return self.play(OrderPlaced(order=1042, method=method, installments=installments))

    def asks_code(self, method: str = "pix", by: str = BUYER) -> Story:
        return self.play(NewCodeAsked(order=1042, by=by, method=method))

    def pays(self, charge: Charge | None = None, status: str = "settled", **changes: object) -> Story:
        """The money comes in at the bank, and its webhook follows."""
        charge = charge or self.charge
        self.bank.set(charge.provider_id, status=status, **changes)
        return self.play(self.payment(charge, status))

    def payment(self, charge: Charge, fact: str) -> PaymentFact:
        return PaymentFact(charge_id=charge.provider_id, reference=charge.reference, fact=fact)

    def bank_says(self, fact: str, charge: Charge | None = None, *, status: str = "", **changes: object) -> Story:
        charge = charge or self.charge
        self.bank.set(charge.provider_id, status=status or fact, **changes)
        return self.play(self.payment(charge, fact))

    def answers(self, has_it: bool, by: str = SELLER) -> Story:
        return self.play(SaleAnswered(order=1042, by=by, has_it=has_it))

    def asks_due_date(self, day: date, by: str = BUYER) -> Story:
        return self.play(DueDateAsked(order=1042, by=by, due_date=day))

    def returns_it(self, reason: str = "regret", by: str = BUYER, **more: Any) -> Story:
        return self.play(ReturnAsked(order=1042, by=by, reason=reason, **more))

    def takes_back(self, accepted: bool, by: str = SELLER) -> Story:
        return self.play(ReturnAnswered(order=1042, by=by, accepted=accepted))

    def has_it_back(self, by: str = SELLER) -> Story:
        return self.play(ReturnReceived(order=1042, by=by))

    def delivered(self, method: str = "pix") -> Story:
        """Paid, accepted, labelled, posted and delivered."""
        self.placed(method).pays().answers(True)
        return self.carrier_says("posted").carrier_says("delivered")

    def contests(self, contest: bool = True, by: str = SELLER, words: str = "") -> Story:
        return self.play(DisputeAnswered(order=1042, by=by, contest=contest, words=words))

    def goes_by(self, offer: Offer | None = None, by: str = BUYER, **place: Any) -> Story:
        """Another carrier, or another place."""
        destination = self.order.destination.but(**place)
        return self.play(DeliveryAsked(order=1042, by=by, destination=destination, offer=offer))

    def cancels(self, by: str = BUYER) -> Story:
        return self.play(CancelAsked(order=1042, by=by))

    def gives_back(self, amount: int = 0, by: str = "operator:ana") -> Story:
        return self.play(RefundAsked(order=1042, by=by, amount=amount))

    def carrier_says(self, fact: str, shipment: Shipment | None = None) -> Story:
        shipment = shipment or self.shipment
        self.carrier.set(shipment.provider_id, state=fact)
        return self.play(self.scan(shipment, fact))

    def scan(self, shipment: Shipment, fact: str) -> ShipmentFact:
        return ShipmentFact(
            shipment_id=shipment.provider_id,
            reference=shipment.reference,
            fact=fact,
            tracking="ME1BR",
            tracking_url="https://carrier.example/ME1BR",
        )


def an_order(shop: MemoryShop, **changes: object) -> Order:
    """Number 1042: the headlight of R$ 480,00 to Curitiba for R$ 32,40, not yet paid."""
    buyer = shop.person(BUYER)
    assert buyer is not None
    assert buyer.address is not None
    goods, freight = 480_00, 32_40
    volume = Volume(width_cm=35, height_cm=30, length_cm=60, weight_g=2400, insured=goods)
    order = Order(
        number=1042,
        buyer_id=buyer.id,
        seller_id="s-silva",
        lines=(
            Line(
                listing=558,
                sku="FAR-COR-15D",
                title="Farol dianteiro direito Corolla 2015",
                quantity=1,
                unit_price=goods,
            ),
        ),
        goods=goods,
        freight=freight,
        fee=split.fee(goods, shop.rules.fee_percent),
        offer=Offer(
            service_id="3", carrier="Jadlog", service=".Package", price=freight, cost=3100, days=4, volumes=(volume,)
        ),
        destination=buyer.address,
        recipient=Recipient(name=buyer.name, document=buyer.document),
        created_at=START,
    )
    return order.but(**changes)
