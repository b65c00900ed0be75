"""One turn of an order's lane: the order as it changes, and the resulting commands."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from bot.domain import debts, lanes
from bot.domain.commands import AlertOperator, Command
from bot.domain.decision import DebtMove, Decision, StockMove, Stored
from bot.domain.ledger import Entry
from bot.domain.order import Charge, Line, Order, OrderState, Shipment
from bot.domain.people import Person, Seller
from bot.domain.shop import Rules, Shop
from bot.domain.states import Actor
from bot.orders import books

SALE_TIMERS = ("sale_reminder", "sale_alert", "sale_unanswered")
"""Timers that run while the seller is asked for the part."""


class Turn:
    """Collects the changes to the order; :meth:`finish` writes them once."""

    def __init__(self, stored: Stored, shop: Shop, now: datetime, decision: Decision, order: Order) -> None:
        self.stored = stored
        self.shop = shop
        self.now = now
        self.decision = decision
        self.order = order
        self._before = order
        self._owed = 0
        self._booked: Counter[str] = Counter()

    @property
    def before(self) -> Order:
        """The order at the start of the turn."""
        return self._before

    def finish(self) -> None:
        if self.order != self._before:
            self.decision.write(self.order)

    # --- reading ---------------------------------------------------------------------------------------

    @property
    def rules(self) -> Rules:
        return self.shop.rules

    @property
    def name(self) -> str:
        """``order-1042``, the prefix of all keys of this order."""
        return f"order-{self.order.number}"

    @property
    def buyer(self) -> Person | None:
        return self.shop.person(self.order.buyer_id)

    @property
    def seller(self) -> Seller | None:
        return self.shop.seller(self.order.seller_id)

    @property
    def debt(self) -> int:
        """Centavos that the seller owes and no sale withholds yet, including this turn's changes."""
        return self.shop.debt(self.order.seller_id) + self._owed

    @property
    def seller_person(self) -> Person | None:
        seller = self.seller
        return self.shop.person(seller.person_id) if seller else None

    def actor(self, by: str) -> Actor | None:
        """Who a person is to this order; ``operator`` and ``operator:<name>`` are the console's users."""
        seller, person = self.seller, self.shop.person(by)
        by = person.id if person else by  # the asking person's row may have been merged since
        if seller is not None and by == seller.person_id:
            return Actor.SELLER
        if by == self.order.buyer_id:
            return Actor.BUYER
        return Actor.OPERATOR if by.partition(":")[0] == "operator" else None

    def charge(self, *, reference: str = "", provider_id: str = "") -> Charge | None:
        for charge in self.order.charges:
            if (provider_id and charge.provider_id == provider_id) or (reference and charge.reference == reference):
                return charge
        return None

    def shipment(self, *, reference: str = "", provider_id: str = "") -> Shipment | None:
        for shipment in self.order.shipments:
            if (provider_id and shipment.provider_id == provider_id) or (reference and shipment.reference == reference):
                return shipment
        return None

    # --- changing --------------------------------------------------------------------------------------

    def change(self, **changes: object) -> None:
        self.order = self.order.but(**changes)

    def put_charge(self, after: Charge, cause: str) -> Charge:
        """Replace or add a charge, and book the change; the seller's debt follows."""
        before = self.charge(reference=after.reference)
        owed = debts.opened(after) - (debts.opened(before) if before else 0)
        if owed:
            self.decision.write(DebtMove(self.order.seller_id, owed))
            self._owed += owed
        self._book(books.of_charge(self.order, before, after, cause, self.stored.id, self.now))
        self.order = self.order.with_charge(after)
        return after

    def _book(self, entries: list[Entry]) -> None:
        """A charge may change more than once in a turn: each entry needs its own key, or the second is taken for a
        repeat of the first and never booked."""
        for entry in entries:
            self._booked[entry.key] += 1
            number = self._booked[entry.key]
            self.decision.write(entry if number == 1 else entry.but(key=f"{entry.key}/{number}"))

    def put_shipment(self, after: Shipment, cause: str) -> Shipment:
        """Replace or add a shipment, and book the change of its label's cost."""
        before = self.shipment(reference=after.reference)
        self._book(books.of_shipment(self.order, before, after, cause, self.stored.id, self.now))
        self.order = self.order.with_shipment(after)
        return after

    def take_stock(self) -> bool:
        """Reserve the pieces for this order; False, and nothing reserved, if one of them is gone."""
        if self.order.stock_held:
            return True
        wanted: dict[int, int] = {}
        for line in self._stocked:
            wanted[line.listing] = wanted.get(line.listing, 0) + line.quantity
        for listing, pieces in wanted.items():
            product = self.shop.product(listing)
            if product is None or product.stock < pieces:
                return False
        self.decision.write(*(StockMove(listing, pieces) for listing, pieces in wanted.items()))
        self.change(stock_held=True)
        return True

    @property
    def _stocked(self) -> list[Line]:
        return [line for line in self.order.lines if line.listing]

    def free_stock(self) -> None:
        """Release the reserved pieces."""
        if self.order.stock_held:
            self.decision.write(*(StockMove(line.listing, -line.quantity) for line in self._stocked))
            self.change(stock_held=False)

    # --- commands --------------------------------------------------------------------------------------

    def do(self, command: Command, key: str, *, expires_at: datetime | None = None) -> None:
        """Queue a command behind this order's earlier commands for the same provider: payments do not wait for
        labels."""
        queue = lanes.order(self.order.number) + ("" if command.needs == "payments" else f"/{command.needs}")
        self.decision.do(command, key=key, queue=queue, expires_at=expires_at)

    def alert(self, what: str, text: str) -> None:
        """Alert the operator, once per ``what`` of this order. Waits in no queue."""
        topic = f"pedido {self.order.number}: {what}"
        text = f"Pedido #{self.order.number}: {text}"
        self.decision.do(AlertOperator(topic=topic, text=text), key=f"{self.name}/alert/{what}")

    def timer(self, key: str, name: str, after: timedelta, **data: str) -> None:
        self.decision.timer(key, name, self.now + after, **data)

    def stop_sale_timers(self) -> None:
        for name in SALE_TIMERS:
            self.decision.cancel_timer(f"{self.name}/{name}")

    @property
    def over(self) -> bool:
        """Whether the order will not go on: cancelled, or about to be."""
        return self.order.state is OrderState.CANCELLED or bool(self.order.cancel_reason)
