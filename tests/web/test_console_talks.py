"""The funnel and the messages that nobody understood: counted in turns, shown, and a click away from a test case."""

from __future__ import annotations

import csv
from datetime import timedelta

import sqlalchemy as sa

from bot.console.access import Role
from bot.domain.decision import Decision, Misheard, StepMark, Stored
from bot.domain.events import Incoming, Message, Sender, Tick
from bot.storage import tables as t
from bot.storage.writes import apply
from tests.web.test_console import EVIL, Office, office
from tests.web.test_console_acts import as_role

__all__ = ["office"]


async def turn(office: Office, event_id: int, *marks: StepMark | Misheard) -> None:
    stored = Stored(event_id, "person:1", Tick(name="test"), office.clock())
    decision = Decision(stored)
    decision.write(*marks)
    async with office.database.write() as connection:
        await connection.run_sync(lambda c: apply(c, stored, decision, office.clock()))


async def written(office: Office, text: str) -> int:
    """A message that nobody understood; its event."""
    message = Message(sender=Sender(chat="1"), message_id=text[:20], sent_at=office.clock(), content="text", text=text)
    await office.store.accept([Incoming(source="zapi", key=text[:50], lane="person:1", event=message)], office.clock())
    async with office.database.read() as connection:
        event = (await connection.execute(sa.select(sa.func.max(t.events.c.id)))).scalar_one()
    await turn(office, event, Misheard(event, "buying", "cep", office.clock()))
    return int(event)


async def test_turns_side_by_side_add_up(office: Office) -> None:
    today = office.clock().date()
    for event in range(20):
        asked, answered = StepMark("buying", "cep", "entered", today), StepMark("buying", "cep", "answered", today)
        await turn(office, event, asked, asked, *[answered][: event % 2])
    rows = await office.records.steps(today)
    assert {row["what"]: row["count"] for row in rows} == {"entered": 40, "answered": 10}
    async with office.database.read() as connection:
        parts = (await connection.execute(sa.select(sa.func.count()).select_from(t.steps))).scalar_one()
    assert parts == 2, "one writes at a time"


async def test_the_funnel_is_shown_by_days(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    today = office.clock().date()
    old = StepMark("selling", "price", "left", today - timedelta(days=20))
    await turn(office, 1, StepMark("buying", "cep", "entered", today), old)
    _, page, _ = await office.get("/funil", cookie)
    assert "cep" in page
    assert "price" not in page
    _, page, _ = await office.get("/funil?days=30", cookie)
    assert "price" in page
    assert (await office.get("/funil?days=x", cookie))[0] == 200


async def test_one_click_makes_a_test_case_without_personal_data(office: Office) -> None:
    cookie, _ = await as_role(office, Role.SUPPORT)
    event = await written(office, 'qdo chega, "meu" cpf 529.982.247-25 e marina@exemplo.com')
    _, page, _ = await office.get("/mal-entendidas", cookie)
    assert "529" not in page
    assert f"/mal-entendidas/{event}.csv" in page
    status, text, answer = await office.get(f"/mal-entendidas/{event}.csv?intent=track_order", cookie)
    assert status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    ((words, intent, slots, part),) = csv.reader([text])
    assert words == 'qdo chega, "meu" cpf ••• e •••'
    assert (intent, slots, part) == ("track_order", "{}", "aside")
    assert [row["subject"] for row in await office.accounts.log(action="viu")] == [f"event:{event}", "misheard"]


async def test_no_message_becomes_a_formula_or_markup(office: Office) -> None:
    cookie, _ = await as_role(office, Role.OWNER)
    event = await written(office, "=1+1")
    await written(office, EVIL)
    _, text, _ = await office.get(f"/mal-entendidas/{event}.csv?intent=out_of_scope", cookie)
    assert text.startswith(" =1+1,")
    _, page, _ = await office.get("/mal-entendidas", cookie)
    assert EVIL not in page


async def test_what_is_no_case_is_not_found(office: Office) -> None:
    cookie, _ = await as_role(office, Role.OWNER)
    event = await written(office, "oi")
    for path in (f"{event}.csv?intent=made_up", f"{event}.csv", "999.csv?intent=out_of_scope"):
        assert (await office.get(f"/mal-entendidas/{path}", cookie))[0] == 404


async def test_erased_words_leave_the_count(office: Office) -> None:
    cookie, _ = await as_role(office, Role.OWNER)
    event = await written(office, "oi")
    of_it = t.events.c.id == event
    for change in (sa.update(t.events).where(of_it).values(body="{}"), sa.delete(t.events).where(of_it)):
        async with office.database.write() as connection:
            await connection.execute(change)
        _, page, _ = await office.get("/mal-entendidas", cookie)
        assert "não está mais guardada" in page
