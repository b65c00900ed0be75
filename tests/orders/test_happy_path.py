"""An order as it should go: from the yes to the closed door."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.order import ChargeState, OrderState, ShipmentState
from tests.orders.story import BUYER, SELLER, Story
from tests.support_shop import marina, sample_shop, silva


def test_from_the_yes_to_delivered_and_closed() -> None:
    story = Story().placed()

    assert story.stock == 0
    assert story.charge_state() is ChargeState.PENDING
    ready = story.news("charge_ready")
    assert ready["amount"] == "51240"
    assert ready["pix_code"] == "00020101"
    assert ready["expires_at"] == (story.now + timedelta(minutes=30)).isoformat()
    assert ready["due_date"] == "2026-11-24"
    person = story.shop.person(BUYER)
    assert person is not None
    assert person.customer_id == "cus_52998224725"

    story.pays()
    assert story.state() is OrderState.PAID
    assert story.news("payment_confirmed") == {"ship_by": "2026-11-25", "seller": "Auto Peças Silva"}
    sale = story.news("sale_new", SELLER)
    assert (sale["goods"], sale["share"], sale["fee"], sale["cost"]) == ("48000", "43961", "3840", "199")
    assert (sale["buyer"], sale["city"], sale["state"], sale["auto"]) == ("Marina S.", "Curitiba", "PR", "")
    assert story.balances == {
        "buyer": -51240,
        "freight": 3240,
        "platform": 3840,
        "provider_fees": 199,
        "seller:s-silva": 43961,
    }

    story.answers(True)
    assert story.state() is OrderState.ACCEPTED
    assert story.shipment_state() is ShipmentState.GENERATED
    label = story.news("label_ready", SELLER)
    assert label == {"shipment_id": "ship_1", "carrier": "Jadlog", "tracking": "ME1BR", "ship_by": "2026-11-25"}
    declared = story.declared
    assert [v.insured for v in declared.volumes] == [48000]
    assert sum(c.unit_value * c.quantity for c in declared.contents) == 48000
    assert declared.recipient.phone == "5541998123456"

    story.carrier_says("posted")
    assert story.state() is OrderState.SHIPPED
    assert story.news("order_posted")["tracking"] == "ME1BR"

    story.wait(timedelta(days=3)).carrier_says("delivered")
    assert story.state() is OrderState.DELIVERED
    assert story.news("order_delivered") == {"until": "2026-12-03"}

    story.wait(timedelta(days=7))
    assert story.state() is OrderState.DELIVERED, "to the end of the last day"
    story.wait(timedelta(hours=6))
    assert story.state() is OrderState.CLOSED
    assert story.open_accounts == {}
    assert story.balances["freight"] == 3240 - 3100
    assert story.names(BUYER) == ["charge_ready", "payment_confirmed", "order_posted", "order_delivered"]
    assert story.names(SELLER) == ["sale_new", "label_ready", "sale_delivered"]
    assert story.alerts == []


def test_a_known_payer_is_not_asked_for_again() -> None:
    shop = sample_shop()
    shop.add(marina(customer_id="cus_known"))
    story = Story(shop).placed()

    assert not any(key.endswith("/customer") for key in story.carried)
    assert story.charge_state() is ChargeState.PENDING


def test_another_documents_payer_is_looked_up() -> None:
    shop = sample_shop()
    shop.add(marina(customer_id="cus_known", document="11144477735"))
    story = Story(shop)
    story.shop.add(story.order.but(recipient=story.order.recipient.but(document="52998224725")))
    story.placed()

    assert "order-1042-a1/customer" in story.carried
    person = story.shop.person(BUYER)
    assert person is not None
    assert person.customer_id == "cus_known"


def test_a_seller_who_always_accepts_gets_the_label_at_once() -> None:
    shop = sample_shop()
    shop.add(silva(auto_accept=True))
    story = Story(shop).placed().pays()

    assert story.state() is OrderState.ACCEPTED
    assert story.names(SELLER) == ["sale_new", "label_ready"]
    assert story.news("sale_new", SELLER)["auto"] == "1"


def test_everything_said_twice_happens_once() -> None:
    story = Story().placed().placed().pays().pays()
    story.play(story.payment(story.charge, "paid"))
    story.answers(True).answers(True).answers(False)
    story.carrier_says("posted").carrier_says("posted").carrier_says("delivered").carrier_says("delivered")

    assert story.state() is OrderState.DELIVERED
    assert len(story.told) == len({(who, name) for who, name, _ in story.told})
    assert len(story.bank.bills) == 1
    assert len(story.carrier.labels) == 1
    assert story.balances["buyer"] == -51240


def test_the_sellers_word_moves_nothing() -> None:
    from bot.domain.events import SaidPosted

    story = Story().placed().pays().answers(True)
    story.play(SaidPosted(order=1042, by=SELLER))
    assert story.order.seller_says_posted
    assert story.state() is OrderState.ACCEPTED
    story.play(SaidPosted(order=1042, by=SELLER, posted=False))
    assert not story.order.seller_says_posted


def test_several_parcels_have_a_label_each_and_the_order_waits_for_all() -> None:
    story = Story()
    volume = story.order.offer.volumes[0].but(insured=0)
    offer = story.order.offer.but(volumes=(volume, volume, volume))
    story.shop.add(story.order.but(offer=offer))
    story.placed().pays().answers(True)

    assert [v.insured for s in story.order.shipments for v in s.volumes] == [16000, 16000, 16000]
    assert story.names(SELLER).count("label_ready") == 3
    for shipment in story.order.shipments:
        assert story.state() in (OrderState.ACCEPTED, OrderState.SHIPPED)
        story.carrier_says("posted", shipment).carrier_says("delivered", shipment)
    assert story.state() is OrderState.DELIVERED
    assert story.names(BUYER).count("order_posted") == 1
