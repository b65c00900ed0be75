"""What waits after three attempts is told to operators: of each provider once an hour. What is set aside: each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.decide import decide, poisoned
from bot.domain.commands import AlertOperator, CancelCharge, PayShare, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import SET_ASIDE, Parked, Refused, Tick
from bot.domain.lanes import SYSTEM
from tests.support_shop import MemoryShop

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def alerts(event: Parked | Refused, lane: str, now: datetime = NOW) -> list[tuple[str, AlertOperator]]:
    decision = Decision(Stored(7, lane, event, now))
    decide(Stored(7, lane, event, now), MemoryShop(), now, decision)
    assert all(new.lane == SYSTEM for new in decision.commands)
    return [(new.key, new.command) for new in decision.commands if isinstance(new.command, AlertOperator)]


def test_once_an_hour_for_each_provider() -> None:
    text = SendText(to="x", text="y")
    first = alerts(Parked(key="say/p/1/0", command=text, reason="timeout"), "person:1")
    ((key, alert),) = first
    assert alert.topic == "messenger em espera"
    assert "Depois de três tentativas" in alert.text
    again = alerts(Parked(key="say/p/2/0", command=text, reason="timeout"), "person:2", NOW + timedelta(minutes=30))
    assert again[0][0] == key, "the same key is the same alert"
    later = alerts(Parked(key="say/p/3/0", command=text, reason="timeout"), "person:3", NOW + timedelta(hours=1))
    assert later[0][0] != key
    money = alerts(Parked(key="order-1/x", command=CancelCharge(charge_id="c"), reason="down"), "order:1")
    assert money[0][0] != key


def test_a_transfer_under_way_is_no_trouble() -> None:
    """*Depois de três tentativas, share.pay espera* was told of each that did not arrive at once."""
    share = PayShare(reference="order-1-t1", wallet_id="w", amount=1)
    assert alerts(Parked(key="order-1/share", command=share, reason="transfer_pending"), "order:1") == []
    assert alerts(Parked(key="order-1/share", command=share, reason="timeout"), "order:1") != []


def test_refused_credentials_are_told_apart_with_what_to_do() -> None:
    """Also within the hour of another alert about the same provider."""
    text = SendText(to="x", text="y")
    down = alerts(Parked(key="say/p/1/0", command=text, reason="timeout"), "person:1")
    wrong = Parked(key="say/p/2/0", command=text, reason="bad_credentials", refused_by="zapi")
    ((key, alert),) = alerts(wrong, "person:1")
    assert key != down[0][0]
    assert alert.topic == "zapi: credenciais recusadas"
    assert "bad_credentials" in alert.text
    assert "autopars doctor" in alert.text


def test_what_is_set_aside_is_told_with_the_way_to_put_it_back() -> None:
    charge = CancelCharge(charge_id="c")
    ((key, alert),) = alerts(Refused(key="order-1/x", command=charge, reason=SET_ASIDE), "order:1")
    assert key == "set_aside/order-1/x"
    assert "autopars replay --commands --lane order:1" in alert.text
    told = alerts(Refused(key="order-1/x", command=charge, reason="no_such_charge"), "order:1")
    assert key not in [other for other, _ in told]


def test_an_alert_that_cannot_be_told_raises_no_other() -> None:
    assert alerts(Refused(key="a", command=AlertOperator(topic="t", text="x"), reason=SET_ASIDE), SYSTEM) == []


def test_an_event_that_nobody_can_read_is_not_called_a_timer() -> None:
    stored = Stored(7, "order:1", Tick(name="unreadable"), NOW)
    decision = Decision(stored)
    poisoned(stored, MemoryShop(), NOW, decision)
    (alert,) = [new.command for new in decision.commands if isinstance(new.command, AlertOperator)]
    assert "O evento 7 (ilegível, order:1)" in alert.text
    assert "autopars replay 7" in alert.text
