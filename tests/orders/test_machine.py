"""A random walk through an order's life: people, bank, carrier, faults and time in any order, step by step.

After every turn the ledger agrees with the order, every state was reached by allowed moves, and stock is neither lost
nor made (:meth:`tests.orders.story.Story.check`). In the end everybody answers, and nothing may be left open.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.commands import OrderLabel, OrderReturn
from bot.domain.events import (
    CancelAsked,
    DebtPaid,
    DeliveryAsked,
    DisputeAnswered,
    DueDateAsked,
    Event,
    NewCodeAsked,
    OrderPlaced,
    PaymentFact,
    PostingPromised,
    RefundAsked,
    ReturnAnswered,
    ReturnAsked,
    ReturnReceived,
    SaidPosted,
    SaleAnswered,
    ShareAsked,
)
from bot.domain.order import ChargeState, OrderState, ReturnReason, ShipmentState, SplitState
from bot.orders import books
from tests.orders.story import BUYER, SELLER, Story
from tests.support_shop import headlight, sample_shop, silva

PEOPLE = st.sampled_from([BUYER, SELLER, "operator:ana", "p-somebody"])
RARELY = st.integers(0, 5).map(lambda dice: dice == 0)
KINDS = st.sampled_from(
    [
        "payer.ensure", "charge.create", "charge.read", "charge.cancel", "charge.refund",
        "label.order", "label.buy", "label.generate", "label.read", "label.cancel", "label.return",
        "charge.due_date", "dispute.read", "dispute.contest", "share.pay",
    ]
)  # fmt: skip
REFUSALS = st.sampled_from([
        "charge.create", "charge.refund", "charge.due_date", "label.order", "label.return", "label.buy",
        "label.generate", "dispute.contest", "share.pay",
    ]
)  # fmt: skip
NEXT = {
    "pending": ["overdue", "under_review", "paid", "settled", "settled", "settled"],
    "overdue": ["pending", "paid", "settled"],
    "under_review": ["paid", "pending"],
    "paid": ["settled", "settled", "settled", "disputed", "refunded"],
    "settled": [*["settled"] * 6, "disputed", "refunded"],
    "disputed": ["settled", "refunded"],
    "void": ["settled"],
    "refunding": ["refunded"],
    "refunded": [],
}
ROAD = {
    "in_cart": [],
    "bought": ["generated"],
    "generated": ["posted", "posted", "posted", "expired"],
    "posted": ["undelivered", "stopped", "delivered", "delivered", "delivered"],
    "undelivered": ["posted", "returning"],
    "stopped": ["posted"],
    "delivered": [],
    "returning": [],
    "expired": [],
    "cancelled": [],
}


class OrderLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.hooks: list[Event] = []
        """Webhooks under way: they come when they like, and again."""

    @initialize(
        method=st.sampled_from(["pix", "boleto", "card"]),
        auto=st.booleans(),
        stock=st.integers(1, 2),
        looks=st.integers(0, 3),
        price=st.sampled_from([3100, 9900]),
        slow=st.booleans(),
        owes=st.sampled_from([0, 0, 100_00, 900_00]),
    )
    def begin(self, method: str, auto: bool, stock: int, looks: int, price: int, slow: bool, owes: int) -> None:
        shop = sample_shop()
        shop.add(silva(auto_accept=auto), headlight(stock=stock))
        shop.debts["s-silva"] = owes
        self.story = Story(shop)
        self.pieces = stock
        self.story.carrier.looks, self.story.carrier.price = looks, price
        self.story.bank.slow_refunds = slow
        self.story.turn(OrderPlaced(order=1042, method=method))

    # --- people ----------------------------------------------------------------------------------------

    @rule(by=PEOPLE, method=st.sampled_from(["pix", "boleto", "card"]), whim=RARELY)
    def ask_code(self, by: str, method: str, whim: bool) -> None:
        if whim:
            self.story.turn(NewCodeAsked(order=1042, by=by, method=method))

    @rule(by=PEOPLE, whim=RARELY)
    def cancel(self, by: str, whim: bool) -> None:
        if whim:
            self.story.turn(CancelAsked(order=1042, by=by))

    @rule(by=PEOPLE, has_it=st.sampled_from([True, True, True, False]))
    def answer(self, by: str, has_it: bool) -> None:
        self.story.turn(SaleAnswered(order=1042, by=by, has_it=has_it))

    @rule(by=PEOPLE, amount=st.sampled_from([0, 1, 1000, 1000, 20_000, 51_240, 99_999]), whim=RARELY)
    def ask_for_money_back(self, by: str, amount: int, whim: bool) -> None:
        if whim:
            self.story.turn(RefundAsked(order=1042, by=by, amount=amount))

    @rule(by=PEOPLE, posted=st.booleans())
    def say_posted(self, by: str, posted: bool) -> None:
        self.story.turn(SaidPosted(order=1042, by=by, posted=posted))

    @rule(by=PEOPLE, days=st.integers(0, 20), whim=RARELY)
    def ask_another_day(self, by: str, days: int, whim: bool) -> None:
        if whim:
            day = (self.story.now + timedelta(days=days)).date()
            self.story.turn(DueDateAsked(order=1042, by=by, due_date=day))

    @rule(by=PEOPLE, price=st.sampled_from([0, 3240, 6120]), number=st.sampled_from(["1", "2"]), whim=RARELY)
    def ask_another_way(self, by: str, price: int, number: str, whim: bool) -> None:
        if not whim:
            return
        order = self.story.order
        offer = order.offer.but(service_id=f"s{price}", price=price) if price else None
        destination = order.destination.but(number=number)
        self.story.turn(DeliveryAsked(order=1042, by=by, destination=destination, offer=offer))

    @rule(by=PEOPLE, days=st.integers(-1, 9))
    def post_later(self, by: str, days: int) -> None:
        before = self.story.order.ship_by
        day = (before or self.story.now.date()) + timedelta(days=days)
        self.story.turn(PostingPromised(order=1042, by=by, day=day))
        after = self.story.order.ship_by
        assert after in (before, day)
        assert after is None or before is None or after >= before

    @rule(by=PEOPLE, reason=st.sampled_from(list(ReturnReason)), whim=RARELY)
    def give_back(self, by: str, reason: ReturnReason, whim: bool) -> None:
        if whim:
            self.story.turn(ReturnAsked(order=1042, by=by, reason=reason))

    @rule(by=PEOPLE, accepted=st.booleans())
    def take_back(self, by: str, accepted: bool) -> None:
        self.story.turn(ReturnAnswered(order=1042, by=by, accepted=accepted))

    @rule(by=PEOPLE, whim=RARELY)
    def has_it_back(self, by: str, whim: bool) -> None:
        if whim:
            self.story.turn(ReturnReceived(order=1042, by=by))

    @rule(by=PEOPLE, contest=st.booleans())
    def answer_the_dispute(self, by: str, contest: bool) -> None:
        self.story.turn(DisputeAnswered(order=1042, by=by, contest=contest))

    @rule(by=PEOPLE, whim=RARELY)
    def mend_the_share(self, by: str, whim: bool) -> None:
        if whim:
            self.story.turn(ShareAsked(order=1042, by=by))

    @rule(by=PEOPLE, amount=st.sampled_from([0, 0, 1, 50_00, 999_00]))
    def the_seller_pays_back(self, by: str, amount: int) -> None:
        self.story.turn(DebtPaid(order=1042, by=by, amount=amount))

    @precondition(lambda self: self.story.bank.bills)
    @rule(data=st.data(), fact=st.sampled_from(["split_done", "split_blocked", "split_cancelled"]))
    def the_split_goes_on(self, data: st.DataObject, fact: str) -> None:
        bill = self.story.bank.bills[data.draw(st.sampled_from(sorted(self.story.bank.bills)))]
        charge = next((c for c in self.story.order.charges if c.provider_id == bill.charge_id), None)
        # money that is first read without its share does not count as paid: the operator decides, without end
        taken = charge is not None and charge.state in (ChargeState.PAID, ChargeState.SETTLED)
        if fact == "split_cancelled" and taken and bill.status in ("paid", "settled"):
            self.story.bank.set(bill.charge_id, share=0)
        self.hooks.append(PaymentFact(charge_id=bill.charge_id, reference=bill.reference, fact=fact))

    @precondition(lambda self: self.story.stock > 0)
    @rule(whim=RARELY)
    def somebody_else_buys_one(self, whim: bool) -> None:
        if not whim:
            return
        product = self.story.shop.product(558)
        assert product is not None
        self.story.shop.add(product.but(stock=product.stock - 1))
        self.pieces -= 1

    # --- the bank and the carrier ----------------------------------------------------------------------

    @precondition(lambda self: self.story.bank.bills)
    @rule(data=st.data())
    def the_bank_goes_on(self, data: st.DataObject) -> None:
        bills = self.story.bank.bills
        bill = bills[data.draw(st.sampled_from(sorted(bills)))]
        if not NEXT[bill.status]:
            return
        status = data.draw(st.sampled_from(NEXT[bill.status]))
        self.story.bank.set(bill.charge_id, status=status)
        charge = next((c for c in self.story.order.charges if c.reference == bill.reference), None)
        assert charge is not None
        self.hooks.append(self.story.payment(charge.but(provider_id=bill.charge_id), status))

    @precondition(lambda self: self.story.carrier.labels)
    @rule(data=st.data())
    def the_carrier_goes_on(self, data: st.DataObject) -> None:
        labels = self.story.carrier.labels
        label = labels[data.draw(st.sampled_from(sorted(labels)))]
        if not ROAD[label.state]:
            return
        state = data.draw(st.sampled_from(ROAD[label.state]))
        self.story.carrier.set(label.shipment_id, state=state)
        reference = self.story.carrier.contents[label.shipment_id].reference
        shipment = next(s for s in self.story.order.shipments if s.reference == reference)
        self.hooks.append(self.story.scan(shipment.but(provider_id=label.shipment_id), state))

    @precondition(lambda self: self.hooks)
    @rule(data=st.data(), again=st.booleans())
    def a_webhook_comes(self, data: st.DataObject, again: bool) -> None:
        hook = self.hooks[data.draw(st.integers(0, len(self.hooks) - 1))]
        if not again:
            self.hooks.remove(hook)
        self.story.turn(hook)

    # --- time and faults -------------------------------------------------------------------------------

    @precondition(lambda self: self.story.waiting())
    @rule(many=st.integers(1, 4))
    def commands_are_carried_out(self, many: int) -> None:
        for _ in range(many):
            self.story.step()

    @rule()
    def all_is_carried_out(self) -> None:
        self.story.work()

    @rule(
        passed=st.sampled_from([*[timedelta(minutes=7)] * 6, timedelta(hours=5), timedelta(days=1), timedelta(days=4)])
    )
    def time_passes(self, passed: timedelta) -> None:
        self.story.wait(passed)

    @rule(kind=KINDS, whim=RARELY)
    def a_provider_goes_away(self, kind: str, whim: bool) -> None:
        if whim:
            self.story.down.add(kind)

    @rule(kind=REFUSALS, whim=RARELY)
    def a_provider_refuses(self, kind: str, whim: bool) -> None:
        if whim:
            self.story.refuse[kind] = "insufficient_balance"

    @rule()
    def all_is_well_again(self) -> None:
        self.story.down.clear()
        self.story.refuse.clear()

    # --- what must hold --------------------------------------------------------------------------------

    @invariant()
    def stock_is_neither_lost_nor_made(self) -> None:
        assert self.story.stock + self.story.order.stock_held == getattr(self, "pieces", 1)

    @invariant()
    def never_two_codes_can_be_paid(self) -> None:
        bills = self.story.bank.bills.values()
        assert sum(bill.status in ("pending", "overdue", "under_review") for bill in bills) <= 1

    @invariant()
    def at_most_one_label_is_good(self) -> None:
        labels, contents = self.story.carrier.labels, self.story.carrier.contents
        for kind in (OrderLabel, OrderReturn):
            good = [i for i, one in labels.items() if one.state not in ("cancelled", "expired")]
            assert sum(isinstance(contents[i], kind) for i in good) <= 1

    @invariant()
    def a_label_goes_where_the_order_goes_or_the_seller_knows(self) -> None:
        order, contents = self.story.order, self.story.carrier.contents
        for parcel in order.parcels:
            label = contents.get(parcel.provider_id)
            good = isinstance(label, OrderLabel) and parcel.state in (ShipmentState.GENERATED, ShipmentState.POSTED)
            if isinstance(label, OrderLabel) and good and not parcel.replaced:
                told = "address_on_box" in self.story.names(SELLER)
                assert told or label.recipient.address.number == order.destination.number

    @invariant()
    def the_share_is_paid_once(self) -> None:
        """By the split or by a transfer, never by both, and by no transfer twice."""
        assert len(self.story.bank.transfers) <= len({c.reference for c in self.story.order.charges})

    def wallet_agrees(self) -> None:
        """What the seller's wallet holds is the seller's by the ledger, or owed: a refund takes back what a split
        brought, never what a transfer did."""
        order, bank, sums = self.story.order, self.story.bank, self.story.balances
        if any(books.place(charge) == "held" for charge in order.charges):
            return
        there = [b for b in bank.bills.values() if b.status in ("paid", "settled")]
        wallet = sum(amount for _, amount in bank.transfers) + sum(b.share - b.share_back for b in there)
        on_its_way = [
            c
            for c in order.charges
            if books.place(c) == "spread"
            and not bank.bills[c.provider_id].share
            and c.split is not SplitState.TRANSFERRED
        ]
        paid_back = sum(c.repaid for c in order.charges)
        promised = wallet + sum(c.share for c in on_its_way) - paid_back
        assert promised == sums.get("seller:s-silva", 0) + sums.get("owed:s-silva", 0)

    @invariant()
    def news_are_told_once(self) -> None:
        assert len(set(self.story.order.told)) == len(self.story.order.told) == len(self.story.told)

    def teardown(self) -> None:
        """Everybody answers, all webhooks arrive, and a month passes."""
        story = self.story
        self.all_is_well_again()
        for _ in range(2):
            story.work()
            for bill in list(story.bank.bills.values()):
                if bill.status in ("disputed", "refunding", "under_review"):
                    self.bank_ends(bill.charge_id)
            for hook in self.hooks:
                story.play(hook)
            story.wait(timedelta(days=20))
        self.wallet_agrees()
        order = story.order
        assert not any(c.state is ChargeState.PENDING for c in order.charges)
        if order.state in (OrderState.CANCELLED, OrderState.CLOSED, OrderState.RETURNED):
            assert story.open_accounts == {}
        if order.state in (OrderState.CANCELLED, OrderState.RETURNED):
            assert all(b.status in ("void", "refunded") for b in story.bank.bills.values())
        assert order.state not in (OrderState.AWAITING_PAYMENT, OrderState.PAID), "nobody waits without end"
        paid = [b for b in story.bank.bills.values() if b.status in ("paid", "settled")]
        assert len(paid) <= 1, "one order is paid for once"

    def bank_ends(self, charge_id: str) -> None:
        bill = self.story.bank.set(charge_id, status="refunded")
        charge = next(c for c in self.story.order.charges if c.reference == bill.reference)
        self.hooks.append(self.story.payment(charge, "refunded"))


TestOrderLife = OrderLife.TestCase
TestOrderLife.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
