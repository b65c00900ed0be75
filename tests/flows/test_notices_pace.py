"""Many notices at once: the number's health, the order in which they go, and what is dropped on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain import commands as c
from bot.domain.commands import SendText
from bot.domain.events import ChannelState, Notice, Receipt
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage
from bot.domain.order import OrderState, ShipmentState
from bot.domain.pace import HOUR
from tests.flows.chat import Chat
from tests.flows.stories import order, parts_shop, shipment
from tests.support_shop import marina

NOON = datetime(2026, 11, 23, 15, tzinfo=UTC)


class Crowd:
    """Many buyers of one shop, each with an order on its way. ``mailed``: every so many has a confirmed address."""

    def __init__(self, people: int, *, mailed: int = 0, known: bool = True) -> None:
        self.chat = Chat(parts_shop(), now=NOON)
        self.sent_at: list[tuple[datetime, str]] = []
        for n in range(people):
            has_mail = bool(mailed) and n % mailed == 0
            person = marina(
                id=f"p{n}",
                lane=f"person:{n}",
                chat=f"{n}@c.us",
                identifiers=(f"{n}",),
                greeted=True,
                email=f"p{n}@exemplo.com" if has_mail else "",
                email_confirmed=has_mail,
            )
            self.chat.shop.add(person)
            if known:
                talk = self.chat.shop.conversation(person.id).but(seen_at=NOON - timedelta(days=2))
                self.chat.shop.add(talk)
            on_its_way = order(2000 + n, OrderState.SHIPPED, buyer_id=person.id)
            self.chat.shop.add(on_its_way.but(shipments=(shipment(ShipmentState.POSTED),)))

    def notice(self, name: str, n: int, **data: str) -> None:
        key = f"order-{2000 + n}/{name}"
        said = Notice(key=key, name=name, person_id=f"p{n}", order=2000 + n, data=data)
        self.chat.event(f"person:{n}", said)
        self._note()

    def passes(self, *, minutes: int) -> None:
        """Time passes in steps of ten seconds, so that it is known when each message left."""
        for _ in range(minutes * 6):
            self.chat.passes(seconds=10)
            self._note()

    def _note(self) -> None:
        for to, _ in self.chat.said[len(self.sent_at) :]:
            self.sent_at.append((self.chat.now, to))

    @property
    def whom(self) -> list[int]:
        return [int(to.partition("@")[0]) for _, to in self.sent_at]

    def stages(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for state in self.chat.shop.notices.values():
            found[state.stage.value] = found.get(state.stage.value, 0) + 1
        return found

    def most_in_an_hour(self) -> int:
        return max(len({to for at, to in self.sent_at if first <= at < first + HOUR}) for first, _ in self.sent_at)


def test_some_go_at_once_and_the_others_at_their_pace() -> None:
    crowd = Crowd(40)
    for n in range(40):
        crowd.notice("order_posted", n, carrier="Jadlog")
    assert crowd.whom == list(range(10))
    assert crowd.stages() == {"sent": 10, "waiting": 30}
    crowd.passes(minutes=10)
    assert len(crowd.whom) in (28, 29)
    assert crowd.whom == sorted(crowd.whom)
    crowd.passes(minutes=10)
    assert crowd.whom == list(range(40))


def test_the_essential_goes_first() -> None:
    crowd = Crowd(30)
    for n in range(20):
        crowd.notice("sale_delivered", n, buyer="Marina S.")
    for n in range(20, 30):
        crowd.notice("order_posted", n, carrier="Jadlog")
    crowd.passes(minutes=20)
    assert crowd.whom == [*range(10), *range(20, 30), *range(10, 20)]


def test_who_writes_is_answered_and_told_at_once() -> None:
    crowd = Crowd(30)
    for n in range(20):
        crowd.notice("order_posted", n, carrier="Jadlog")
    talk = crowd.chat.shop.conversation("p29")
    crowd.chat.shop.add(talk.but(seen_at=crowd.chat.now))
    crowd.notice("order_posted", 29, carrier="Jadlog")
    assert crowd.whom[-1] == 29


def test_first_contacts_have_a_pace_of_their_own() -> None:
    crowd = Crowd(10, known=False)
    for n in range(10):
        crowd.notice("order_posted", n, carrier="Jadlog")
    assert len(crowd.whom) == 1
    crowd.passes(minutes=30)
    assert len(crowd.whom) == 10


def test_all_that_waits_for_one_person_goes_together_and_only_the_newest_state() -> None:
    crowd = Crowd(12)
    for n in range(11):
        crowd.notice("order_posted", n, carrier="Jadlog")
    crowd.notice("order_posted", 11, carrier="Jadlog")
    order = crowd.chat.shop.orders[2011]
    crowd.chat.shop.add(order.but(state=OrderState.DELIVERED, version=order.version + 1))
    crowd.notice("order_delivered", 11, until="2026-12-01")
    crowd.passes(minutes=5)
    told = [command.text for to, command in crowd.chat.said if to == "11@c.us" and isinstance(command, c.SendText)]
    assert len(told) == 1
    assert "foi entregue" in told[0]
    posted = crowd.chat.shop.notices["order-2011/order_posted"]
    assert (posted.stage, posted.reason) == (NoticeStage.DROPPED, "outdated")


def test_what_waits_too_long_is_mailed() -> None:
    crowd = Crowd(150, mailed=1)
    for n in range(150):
        crowd.notice("order_posted", n, carrier="Jadlog")
    crowd.passes(minutes=31)
    sent = len(crowd.whom)
    assert 60 <= sent <= 70
    assert len(crowd.chat.mails) == 150 - 53  # all but those that were given to WhatsApp a short while ago
    crowd.passes(minutes=31)
    assert len(crowd.whom) == sent
    assert crowd.stages() == {"mailed": 150}  # nobody's phone has said that it arrived


# --- pauses -----------------------------------------------------------------------------------------------


def test_a_rejected_message_stops_notices_for_an_hour_and_alerts() -> None:
    crowd = Crowd(20)
    crowd.notice("order_posted", 0, carrier="Jadlog")
    first = next(iter(crowd.chat.shop.sent))
    crowd.chat.event("person:0", Receipt(message_id=first, status="failed", failure="rejected"))
    assert [a.topic for a in crowd.chat.alerts] == ["WhatsApp recusa mensagens"]
    for n in range(1, 6):
        crowd.notice("order_posted", n, carrier="Jadlog")
    assert crowd.chat.shop.notices["order-2001/order_posted"].reason == "paused (rejected)"
    crowd.passes(minutes=58)
    assert crowd.whom == [0]
    crowd.passes(minutes=4)
    assert crowd.whom == list(range(6))


def test_the_number_comes_back_to_a_pace_and_not_to_a_flood() -> None:
    crowd = Crowd(100)
    crowd.chat.event(SYSTEM, ChannelState(connected=False))
    for n in range(100):
        crowd.notice("order_posted", n, carrier="Jadlog")
    crowd.passes(minutes=45)
    assert not crowd.whom
    crowd.chat.event(SYSTEM, ChannelState(connected=True))
    crowd.passes(minutes=1)
    assert 10 <= len(crowd.whom) <= 12
    crowd.passes(minutes=60)
    assert crowd.whom == list(range(100))


def test_an_outage_of_an_hour_with_a_thousand_notices() -> None:
    """WhatsApp's gateway is silent for an hour while 1,000 people are to be told; two of three have no address, and a
    tenth of the parcels arrive before it is back."""
    crowd = Crowd(1000, mailed=3)
    crowd.chat.down = {"messenger"}
    for minute in range(60):
        for n in range(minute * 17, min(1000, (minute + 1) * 17)):
            crowd.notice("order_posted", n, carrier="Jadlog")
        crowd.chat.passes(minutes=1)
    assert not crowd.whom
    given = [n for n in crowd.chat.parked if n.key.startswith("notice/")]
    assert len(given) <= 12  # all others wait with us, where they can be decided anew
    for n in range(0, 1000, 10):
        arrived = crowd.chat.shop.orders[2000 + n]
        crowd.chat.shop.add(arrived.but(state=OrderState.DELIVERED, version=arrived.version + 1))
    back = crowd.chat.now
    crowd.chat.up_again()
    crowd.passes(minutes=7 * 60)
    in_the_first_minute = len([at for at, _ in crowd.sent_at if at <= back + timedelta(minutes=1)])
    assert in_the_first_minute <= 25
    assert crowd.most_in_an_hour() <= 120 + len(given)
    assert len(set(crowd.whom)) == len(crowd.whom)  # nobody was told twice
    mailed = {int(mail.to[1:].partition("@")[0]) for mail in crowd.chat.mails}
    with_it = {int(n.command.to.partition("@")[0]) for n in given if isinstance(n.command, SendText)}
    assert len(with_it) == len(given)
    assert not mailed & set(crowd.whom) - with_it
    outdated = [s for s in crowd.chat.shop.notices.values() if s.reason == "outdated"]
    told = mailed | set(crowd.whom)
    assert len(told) + len(outdated) == 1000
    without_mail = [n for n in crowd.whom if n % 3]
    assert without_mail == sorted(without_mail)  # the oldest first


def test_those_who_wait_in_an_outage_are_looked_at_once_a_minute() -> None:
    crowd = Crowd(300)
    crowd.chat.down = {"messenger"}
    looked = 0
    for n in range(300):
        crowd.notice("order_posted", n, carrier="Jadlog")
        before = len(crowd.chat.decisions)
        crowd.chat.passes(seconds=2)
        looked += len([d for d in crowd.chat.decisions[before:] if d._stored.lane == SYSTEM])
    assert looked <= 12  # in ten minutes
