"""A webhook that holds several events is several events: each with its key and its lane, each stored once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from sandbox import samples
from tests.security.conftest import Door, Open


async def _rows(door: Door) -> list[tuple[str, str]]:
    async with door.bot.database.read() as connection:
        rows = await connection.execute(sa.select(t.events.c.lane, t.events.c.key).order_by(t.events.c.id))
        return [(row.lane, row.key) for row in rows]


def _changed(delivery: samples.Delivery, **fields: Any) -> samples.Delivery:
    return replace(delivery, body=json.dumps(json.loads(delivery.body) | fields).encode())


def _message(one: dict[str, Any], message_id: str, phone: str) -> dict[str, Any]:
    return {**one, "key": {**one["key"], "id": message_id, "remoteJid": f"{phone}@s.whatsapp.net"}}


async def test_messages_that_come_in_one_list(open_door: Open) -> None:
    door = await open_door("evolution")
    sample = door.sample("evolution.text")
    one = json.loads(sample.body)["data"]
    ana, rui = "5511988880001", "5511988880002"
    said = [_message(one, "A1", ana), _message(one, "R1", rui), _message(one, "A2", ana)]
    assert await door.send(_changed(sample, data=said[:1])) == 200
    assert await door.send(_changed(sample, data=[*said, "no message", {}])) == 200
    assert [lane for lane, _ in await _rows(door)] == ["person:1188880001", "person:1188880002", "person:1188880001"]
    assert await door.send(_changed(sample, data=said)) == 200
    keys = [key for _, key in await _rows(door)]
    assert len(keys) == len(set(keys)) == 3
    assert [name for key in keys for name in ("A1", "R1", "A2") if name in key] == ["A1", "R1", "A2"]


async def test_receipts_of_several_messages(door: Door) -> None:
    sample = door.sample("zapi.read")
    assert await door.send(_changed(sample, ids=["M1", "M2"])) == 200
    assert await door.send(_changed(sample, ids=["M2", "M3", "M3"])) == 200
    keys = [key for _, key in await _rows(door)]
    assert [name for key in keys for name in ("M1", "M2", "M3") if name in key] == ["M1", "M2", "M3"]
