"""Shops and orders that the stories start from."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.order import (
    Charge,
    ChargeState,
    Line,
    Method,
    Order,
    OrderState,
    Recipient,
    Shipment,
    ShipmentState,
)
from bot.domain.people import Person
from tests.flows.chat import CURITIBA, OFFERS, START, Chat
from tests.support_shop import MemoryShop, headlight, marina, silva, silva_person


def parts_shop(*people: Person) -> MemoryShop:
    """Silva's shop with two parts, and the people given."""
    shop = MemoryShop()
    shop.add(silva_person(greeted=True), silva(), headlight(), *people)
    shop.add(headlight(listing=560, sku="RET", title="Retrovisor direito Onix 2018", fits=("Onix 2018",), price=350_00))
    return shop


def order(number: int, state: OrderState, **changes: object) -> Order:
    """An order of Marina at Silva's."""
    made = Order(
        number=number,
        state=state,
        buyer_id="p-marina",
        seller_id="s-silva",
        lines=(Line(listing=558, sku="FAR", title="Farol Corolla", quantity=1, unit_price=480_00),),
        goods=480_00,
        freight=32_40,
        fee=38_40,
        offer=OFFERS[0],
        destination=CURITIBA.but(number="210"),
        recipient=Recipient(name="Marina Souza", document="52998224725"),
        created_at=START - timedelta(days=2),
        ship_by=date(2026, 11, 25),
        paid_at=None if state is OrderState.AWAITING_PAYMENT else START - timedelta(days=1),
    )
    return made.but(**changes)


def charge(method: Method, state: ChargeState = ChargeState.PENDING, **changes: object) -> Charge:
    made = Charge(
        reference="order-1001-a1",
        method=method,
        amount=512_40,
        state=state,
        provider_id="pay_1",
        share=439_61,
        due_date=date(2026, 11, 27),
        pix_code="PIXCODE" if method is Method.PIX else "",
        line="46191234506789012345767890123457116430000051240" if method is Method.BOLETO else "",
        page_url="https://pay.example/i/1",
        expires_at=START + timedelta(minutes=30) if method is Method.PIX else None,
    )
    return made.but(**changes)


def shipment(state: ShipmentState, **changes: object) -> Shipment:
    made = Shipment(
        reference="order-1003-s1",
        volumes=OFFERS[0].volumes,
        state=state,
        provider_id="label-1",
        tracking="JD123",
        tracking_url="https://track.example/JD123",
    )
    return made.but(**changes)


def buyer_with_orders(*, stranger: bool = False, paid_with: Method = Method.PIX) -> Chat:
    """Marina waits to pay 1001, has paid 1002, and 1003 is on its way. As a ``stranger`` her data are not known."""
    unknown: dict[str, object] = {"address": None, "document": "", "name": ""} if stranger else {}
    shop = parts_shop(marina(greeted=True, **unknown))
    shop.add(
        order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(paid_with),)),
        order(1002, OrderState.PAID, charges=(charge(Method.PIX, ChargeState.SETTLED),)),
        order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)),
    )
    return Chat(shop)


def seller_with_sales() -> Chat:
    """Silva has to answer 1001 and to post 1002; 1003 is on its way."""
    shop = parts_shop(marina(greeted=True))
    shop.add(
        order(1001, OrderState.PAID, charges=(charge(Method.PIX, ChargeState.SETTLED),)),
        order(1002, OrderState.ACCEPTED, shipments=(shipment(ShipmentState.GENERATED),)),
        order(1003, OrderState.SHIPPED, shipments=(shipment(ShipmentState.POSTED),)),
    )
    return Chat(shop)
