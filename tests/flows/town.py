"""Both sides at once: a :class:`~tests.flows.chat.Chat` whose orders run too, over an in-memory bank and carrier.

What one side writes reaches the other: ``town.buyer("sim")``, ``town.pays()``, ``town.seller("tenho")``, over days.
"""

from __future__ import annotations

from typing import Any, Self

from bot.decide import decide
from bot.domain import commands as c
from bot.domain import lanes
from bot.domain.decision import Decision, Stored
from bot.domain.events import PaymentFact, Sender, ShipmentFact
from bot.domain.order import Charge, Order, Shipment
from bot.domain.people import Address
from tests.flows.chat import Chat
from tests.orders.providers import Bank, Carrier, No
from tests.support_shop import MemoryShop, headlight, marina, silva, silva_person

RITA = Sender(chat="5519933334444@c.us", phone="5519933334444", nickname="Rita")
ZECA = Sender(chat="5531977776666@c.us", phone="5531977776666", nickname="Zeca")


class Town(Chat):
    def __init__(self, shop: MemoryShop | None = None, **more: Any) -> None:
        super().__init__(shop, **more)
        self.bank, self.carrier = Bank(), Carrier()

    def plays(self, lane: str) -> bool:
        return True

    def _decide(self, stored: Stored, decision: Decision) -> None:
        decide(stored, self.shop, self.now, decision)

    def _result(self, command: c.Command) -> Any:
        try:
            return self._provided(command)
        except No as no:
            return no.reason

    def _provided(self, command: c.Command) -> Any:
        match command:
            case c.EnsureCustomer():
                return c.EnsureCustomer.Customer(customer_id=f"cus_{command.payer.document}")
            case c.CreateCharge():
                return self.bank.create(command)
            case c.ReadCharge():
                return self.bank.bills[command.charge_id]
            case c.MoveDueDate():
                return self.bank.move(command)
            case c.CancelCharge():
                return self.bank.cancel(command.charge_id)
            case c.RefundCharge():
                return self.bank.refund(command)
            case c.OrderLabel() | c.OrderReturn():
                return self.carrier.order(command)
            case c.BuyLabel():
                return self.carrier.set(command.shipment_id, state="bought")
            case c.GenerateLabel() | c.ReadLabel():
                return self.carrier.look(command.shipment_id)
            case c.CancelLabel():
                return self.carrier.cancel(command.shipment_id)
            case _:
                return super()._result(command)

    def plays_out(self, *lines: tuple[Sender, str] | str) -> Self:
        """Lines of the last writer, or of whom is named, one after the other."""
        for line in lines:
            self.writes(*((self.sender, line) if isinstance(line, str) else line))
        return self

    # --- the world ---------------------------------------------------------------------------------------

    def order(self, number: int = 0) -> Order:
        """That order, or the newest."""
        return self.shop.orders[number or max(self.shop.orders)]

    def pays(self, number: int = 0) -> Self:
        """The money of an order comes in."""
        order = self.order(number)
        assert order.charge is not None
        return self.bank_says(order.charge, order.number, "settled")

    def bank_says(self, charge: Charge, number: int, fact: str) -> Self:
        self._unread.clear()
        self.bank.set(charge.provider_id, status=fact)
        news = PaymentFact(charge_id=charge.provider_id, reference=charge.reference, fact=fact)
        self.event(lanes.order(number), news)
        return self

    def carrier_says(self, fact: str, number: int = 0) -> Self:
        order = self.order(number)
        self._unread.clear()
        parcel: Shipment = order.shipments[-1]
        self.carrier.set(parcel.provider_id, state=fact)
        news = ShipmentFact(
            shipment_id=parcel.provider_id,
            reference=parcel.reference,
            fact=fact,
            tracking=f"JD{order.number}",
            tracking_url=f"https://track.example/JD{order.number}",
        )
        self.event(lanes.order(order.number), news)
        return self


def two_shops() -> Town:
    """Silva's lights and Rita's brakes. Marina has written before, and nothing is known of her."""
    rita = silva_person(
        id="p-rita",
        lane="person:1933334444",
        chat="5519933334444@c.us",
        identifiers=("5519933334444",),
        name="Rita Lima",
        nickname="Rita",
        email="rita@autopars.example",
        greeted=True,
    )
    brakes = silva(
        id="s-rita",
        person_id="p-rita",
        name="Casa do Freio",
        document="11444777000161",
        email="rita@autopars.example",
        phone="5519933334444",
        wallet_id="wallet-rita",
    )
    shop = MemoryShop()
    shop.add(
        marina(greeted=True, address=None, document="", name=""), silva_person(greeted=True), silva(), rita, brakes
    )
    for listing, owner, title, price, stock in (
        (558, "s-silva", "Farol dianteiro direito Corolla 2015", 480_00, 1),
        (559, "s-silva", "Farol dianteiro esquerdo Corolla 2015", 470_00, 1),
        (560, "s-silva", "Retrovisor direito Onix 2018", 350_00, 2),
        (561, "s-silva", "Lanterna traseira direita Corolla 2015", 260_00, 1),
        (562, "s-rita", "Jogo de pastilha de freio dianteira HB20 2019", 94_90, 8),
        (563, "s-rita", "Disco de freio dianteiro HB20 2019 (par)", 230_00, 3),
        (565, "s-silva", "Jogo de velas Civic 2012", 120_00, 6),
        (566, "s-rita", "Jogo de pastilha de freio dianteira Corolla 2015", 139_90, 5),
    ):
        part = headlight(listing=listing, seller_id=owner, sku=f"L{listing}", title=title, fits=(), price=price)
        shop.add(part.but(stock=stock))
    town = Town(shop)
    town.places["30130010"] = Address(
        postal_code="30130010", city="Belo Horizonte", state="MG", street="Av. Afonso Pena"
    )
    return town
