"""One id from a webhook to the last call that follows from it: in the log, the events, the commands and the calls."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot import logs
from bot.correlation import is_root
from bot.integrations.http import CallRecord
from bot.redaction import Redactor
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.records import Records
from tests.e2e import stories
from tests.e2e.house import BUYER, SELLER, House

INSIDE = ("bot", "timer", "command")
"""Sources of events that follow from others."""
CALLS = "calls"
OTHER = "5541977776666"
QUESTION = "qto fica o farol do corolla 2015 pro 80010-000?"


@pytest.fixture
def log(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The process's log as in production, with a line for every call that goes out."""
    assert house.bot is not None
    record = house.bot.http.record

    async def told(call: CallRecord) -> None:
        logging.getLogger(CALLS).info("%s %s", call.provider, call.operation)
        await record(call)

    monkeypatch.setattr(house.bot.http, "record", told)
    top = logging.getLogger()
    before, level = top.handlers[:], top.level
    stream = io.StringIO()
    logs.configure("INFO", "json", Redactor())
    handler = top.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    top.handlers[:] = before
    top.setLevel(level)


def lines(log: io.StringIO, logger: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["logger"] == logger]


class Chains:
    """What is stored, by its roots."""

    def __init__(self, events: list[Any], commands: list[Any], calls: list[Any]) -> None:
        self.events, self.commands, self.calls = events, commands, calls
        self.by_id = {event.id: event for event in events}
        self.by_key = {command.key: command for command in commands}
        self.wanted: dict[str, set[str]] = defaultdict(set)
        self.called: dict[str, set[str]] = defaultdict(set)
        for command in commands:
            self.wanted[command.root].add(command.kind)
        for call in calls:
            self.called[call.root].add(f"{call.provider} {call.operation}")

    @classmethod
    async def of(cls, house: House) -> Chains:
        """As it stands when the bot has stopped, which writes the last calls."""
        await house.quiet()
        await house.stop()
        return cls(*[list(await ask(house, sa.select(table))) for table in (t.events, t.commands, t.calls)])

    def check(self) -> None:
        """Everything has its cause's root; what came from outside has its own."""
        outside = [event.root for event in self.events if event.source not in INSIDE]
        assert len(set(outside)) == len(outside)
        for row in (*self.events, *self.commands):
            assert is_root(row.root), row
        asked = {command.root for command in self.commands if not command.event_id}  # by a job
        begun = {event.root for event in self.events} - asked
        assert begun == set(outside), "whatever happens began outside, or with a job"
        for command in self.commands:
            if command.event_id:
                assert command.root == self.by_id[command.event_id].root, command.key
        for event in self.events:
            if event.source == "command":
                assert event.root == self.by_key[event.key.rpartition("/")[0]].root, event.key
        for call in self.calls:
            if call.correlation in self.by_key:
                assert call.root == self.by_key[call.correlation].root, call

    def of_message(self, lane: str, text: str) -> str:
        """The root of what somebody wrote."""
        wrote = [e for e in self.events if e.kind == "message.received" and e.lane == lane]
        return str(next(e.root for e in wrote if json.loads(e.body)["text"] == text))


async def ask(house: House, query: sa.Select[Any]) -> list[Any]:
    database = Database(house.settings.database_url)
    async with database.read() as connection:
        found = list((await connection.execute(query)).all())
    await database.close()
    return found


async def lane_of(house: House, phone: str) -> str:
    query = sa.select(t.people.c.lane).join(t.identifiers, t.identifiers.c.person_id == t.people.c.id)
    return str((await ask(house, query.where(t.identifiers.c.value == phone)))[0][0])


async def test_a_sale_hangs_together(house: House, log: io.StringIO) -> None:
    number = await stories.whole_sale(house)
    chains = await Chains.of(house)
    chains.check()
    buyer, seller = await lane_of(house, BUYER), await lane_of(house, SELLER)

    confirmed = chains.of_message(buyer, "sim")
    assert "freight.quote" in chains.wanted[confirmed], chains.wanted[confirmed]
    ordered = chains.of_message(buyer, "Marina Souza, 210 apto 31")
    assert {"charge.create", "message.text"} <= chains.wanted[ordered], "from the last answer to the code"
    assert any(call.startswith("asaas") for call in chains.called[ordered])
    assert any(call.startswith("zapi") for call in chains.called[ordered])
    lanes = {event.lane for event in chains.events if event.root == ordered}
    assert {buyer, f"order:{number}"} <= lanes, "over the lanes"
    accepted = chains.of_message(seller, "1")
    assert "label.order" in chains.wanted[accepted], chains.wanted[accepted]
    # the label is ready by our own look, or by the carrier's webhook if that comes first: a request of its own
    assert any("message.label" in kinds for kinds in chains.wanted.values())
    assert any(call.startswith("melhor_envio") for call in chains.called[accepted])

    told = [line for line in lines(log, CALLS) if line.get("correlation") in chains.by_key]
    assert {line["root"] for line in told} >= {confirmed, ordered, accepted}
    for line in told:
        assert line["root"] == chains.by_key[line["correlation"]].root

    database = Database(house.settings.database_url)
    events, commands = await Records(database).from_root(accepted)
    await database.close()
    assert {row["id"] for row in events} == {e.id for e in chains.events if e.root == accepted}
    assert {row["id"] for row in commands} == {c.id for c in chains.commands if c.root == accepted}


async def test_two_people_at_once_never_mix(house: House) -> None:
    async def writes(phone: str) -> None:
        await house.say(phone, QUESTION)
        await house.hears(phone, "Curitiba/PR")
        await house.say(phone, "sim")
        await house.hears(phone, "Jadlog", "R$")

    await asyncio.gather(writes(BUYER), writes(OTHER))
    chains = await Chains.of(house)
    chains.check()
    lanes: dict[str, set[str]] = defaultdict(set)
    for row in (*chains.events, *chains.commands):
        lanes[row.root].add(row.lane)
    assert all(len(of_one) == 1 for of_one in lanes.values()), lanes
    mine, theirs = [chains.of_message(await lane_of(house, phone), "sim") for phone in (BUYER, OTHER)]
    assert mine != theirs
    assert chains.wanted[mine] == chains.wanted[theirs]
    assert chains.called[mine] == chains.called[theirs]


async def test_the_answer_to_a_webhook_names_its_root(house: House, log: io.StringIO) -> None:
    body = {"id": "evt_1", "event": "PAYMENT_RECEIVED", "payment": {"id": "pay_nobody", "object": "payment"}}
    token = house.settings.asaas_webhook_token.get_secret_value()
    seen = []
    async with aiohttp.ClientSession() as session:
        for given in (token, token, "forged"):
            async with session.post(
                f"{house.bot_base}/webhooks/asaas", json=body, headers={"asaas-access-token": given}
            ) as answer:
                seen.append((answer.status, answer.headers["X-Correlation-Id"]))
    assert [status for status, _ in seen] == [200, 200, 401]
    stored, repeated, forged = [root for _, root in seen]
    assert len({stored, repeated, forged}) == 3
    roots = await house.rows(sa.select(t.events.c.root).where(t.events.c.source == "asaas"))
    assert [row.root for row in roots] == [stored], "the second one brought nothing new"
    (line,) = lines(log, "bot.webhooks.receive")
    assert line["root"] == forged
