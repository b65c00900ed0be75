"""A bank and a carrier in memory, which refuse what the real ones refuse."""

from __future__ import annotations

from bot.domain import split
from bot.domain.commands import (
    Bill,
    CreateCharge,
    Label,
    MoveDueDate,
    Nothing,
    OrderLabel,
    OrderReturn,
    RefundCharge,
)
from bot.domain.disputes import Paper
from bot.domain.order import (
    Method,
)


class No(Exception):
    """The provider refuses."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Bank:
    """Charges in memory. ``cost`` is what the provider keeps of a payment."""

    def __init__(self) -> None:
        self.bills: dict[str, Bill] = {}
        self.methods: dict[str, Method] = {}
        self.transfers: list[tuple[str, int]] = []
        self.cost = 199
        self.wrong_share = 0
        self.wrong_share_back = 0
        self.slow_refunds = False
        self.moves = 0
        self.papers: list[Paper] = []

    def create(self, command: CreateCharge) -> Bill:
        net = command.amount - self.cost
        share = split.share(net, command.freight, command.fee)
        share -= split.withheld(share, command.withheld)
        if share < 1:
            raise No("share_too_small")
        bill = Bill(
            charge_id=f"pay_{len(self.bills) + 1}",
            reference=command.reference,
            status="pending",
            amount=command.amount,
            net=net,
            share=share + self.wrong_share,
            page_url=f"https://bank.example/i/{command.reference}",
            pix_code="00020101" if command.method is Method.PIX else "",
            line="46191" if command.method is Method.BOLETO else "",
            due_date=command.due_date,
        )
        self.bills[bill.charge_id] = bill
        self.methods[bill.charge_id] = command.method
        return bill

    def set(self, charge_id: str, **changes: object) -> Bill:
        self.bills[charge_id] = self.bills[charge_id].but(**changes)
        return self.bills[charge_id]

    def move(self, command: MoveDueDate) -> Bill:
        bill = self.bills[command.charge_id]
        if bill.status not in ("pending", "overdue"):
            raise No("void" if bill.status == "void" else "already_paid")
        self.moves += bill.due_date != command.due_date
        return self.set(
            command.charge_id,
            status="pending",
            share=command.share,
            due_date=command.due_date,
            line=f"line{self.moves}",
        )

    def cancel(self, charge_id: str) -> Bill:
        bill = self.bills[charge_id]
        if bill.status not in ("pending", "overdue", "void"):
            raise No("already_paid")
        self.set(charge_id, status="void", share=0)
        return Bill(charge_id=charge_id, reference="", status="void", amount=0, net=0)

    def refund(self, command: RefundCharge) -> Bill:
        if command.before != self.bills[command.charge_id].refunded:
            raise No("refund_changed")
        if self.methods[command.charge_id] is Method.BOLETO:
            return self.set(command.charge_id, status="refunding").but(page_url="https://bank.example/form")
        gone = command.before + command.amount
        assert gone <= self.bills[command.charge_id].amount, "more than came in is given back"
        if gone < self.bills[command.charge_id].amount:
            back = self.bills[command.charge_id].share_back + command.share + self.wrong_share_back
            return self.set(command.charge_id, refunded=gone, share_back=back)
        status = "refunding" if self.slow_refunds else "refunded"
        return self.set(command.charge_id, status=status, refunded=command.before + command.amount)


class Carrier:
    """Labels in memory. ``looks``: how often a label is looked at before it is made."""

    def __init__(self) -> None:
        self.labels: dict[str, Label] = {}
        self.contents: dict[str, OrderLabel | OrderReturn] = {}
        self.price = 3100
        self.looks = 0

    def set(self, shipment_id: str, **changes: object) -> Label:
        self.labels[shipment_id] = self.labels[shipment_id].but(**changes)
        return self.labels[shipment_id]

    def order(self, command: OrderLabel | OrderReturn) -> Label:
        label = Label(shipment_id=f"ship_{len(self.labels) + 1}", state="in_cart", cost=self.price)
        self.labels[label.shipment_id] = label
        self.contents[label.shipment_id] = command
        return label

    def look(self, shipment_id: str) -> Label:
        label = self.labels[shipment_id]
        if label.state == "bought":
            if self.looks:
                self.looks -= 1
                return label
            code = "10000001" if isinstance(self.contents[shipment_id], OrderReturn) else ""
            return self.set(
                shipment_id,
                state="generated",
                tracking="ME1BR",
                tracking_url="https://carrier.example/ME1BR",
                posting_code=code,
            )
        return label

    def cancel(self, shipment_id: str) -> Nothing:
        if self.labels[shipment_id].state not in ("in_cart", "bought", "generated"):
            raise No("already_posted")
        self.set(shipment_id, state="cancelled")
        return Nothing()
