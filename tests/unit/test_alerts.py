"""Operators with a phone are told there what they are told by e-mail, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.decide import decide
from bot.domain.commands import AlertOperator, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Event, Expired, Parked, Refused
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules
from tests.support_shop import MemoryShop

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
ALERT = AlertOperator(topic="asaas", text="O provedor não responde.")
OUTCOMES: list[Event] = [
    Done(key="alert/x", command=ALERT, result={}),
    Refused(key="alert/x", command=ALERT, reason="no"),
    Parked(key="alert/x", command=ALERT, reason="down"),
    Expired(key="alert/x", command=ALERT),
]


def wanted(event: Event, lane: str, *phones: str) -> Decision:
    stored = Stored(7, lane, event, NOW)
    decision = Decision(stored)
    decide(stored, MemoryShop(Rules(operator_phones=phones)), NOW, decision)
    return decision


@pytest.mark.parametrize("lane", [SYSTEM, "order:1042", "person:x"])
@pytest.mark.parametrize("event", OUTCOMES, ids=lambda e: e.kind)
def test_each_phone_is_told_whatever_became_of_the_mail(event: Event, lane: str) -> None:
    told = wanted(event, lane, "5511987654321", "5541988123456").commands
    text = "*[operador] asaas*\nO provedor não responde."
    assert [new.command for new in told] == [SendText(to=p, text=text) for p in ("5511987654321", "5541988123456")]
    assert [new.key for new in told] == ["alert/x/phone/0", "alert/x/phone/1"], "the same, whatever comes after it"
    assert {new.lane for new in told} == {SYSTEM}
    assert all("55" not in new.key for new in told), "a key is shown everywhere: no phone in it"


def test_nobody_is_told_without_a_phone() -> None:
    assert wanted(OUTCOMES[0], SYSTEM).commands == []


@pytest.mark.parametrize("event", ["done", "refused"])
def test_what_became_of_the_message_is_the_end_of_it(event: str) -> None:
    sent = SendText(to="5511987654321", text="x")
    outcome: Event = (
        Done(key="alert/p-1/7/1/phone/0", command=sent, result={"message_id": "M"})
        if event == "done"
        else Refused(key="order-1042/alert/x/phone/0", command=sent, reason="no_whatsapp")
    )
    decision = wanted(outcome, SYSTEM, "5511987654321")
    assert decision.commands == []
    assert decision.writes == []
