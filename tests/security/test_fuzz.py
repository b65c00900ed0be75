"""2,000 odd requests over all public routes (100,000 in ``make soak``): no 5xx, nothing stored from a bad origin, no
memory that grows, and no event that a decision stumbles over."""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import aiohttp
import psutil
import pytest
import sqlalchemy as sa

from bot.decide import decide, poisoned
from bot.storage import tables as t
from tests.security.conftest import Door, Open
from tests.security.fuzz import Fuzz, Try

AT_ONCE = 25
BATCH = 250
MEBIBYTE = 1024 * 1024


async def send(door: Door, one: Try) -> int:
    try:
        async with door.session.request(
            one.method, door.url + one.path, data=one.body, headers=one.headers, allow_redirects=False
        ) as answer:
            await answer.read()
            if answer.status >= 500 and not (answer.status == 503 and "Retry-After" in answer.headers):
                pytest.fail(f"{answer.status} for {one.method} {one.path[:200]} {one.headers} {one.body!r}"[:1500])
            assert answer.headers.get("Server") in ("autopars", None)
            return answer.status
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        return 0  # refused before all of it was sent


async def run(door: Door, tries: Sequence[Try]) -> Counter[int]:
    statuses: Counter[int] = Counter()
    waiting = iter(tries)

    async def sender() -> None:
        for one in waiting:
            statuses[await send(door, one)] += 1

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    return statuses


async def fuzz(door: Door, gateway: str, seed: int, count: int) -> tuple[Counter[int], list[int]]:
    """What was answered, and the memory in use after each batch."""
    source = Fuzz(seed, door.keys, gateway, door.bot.clock, door.routes).tries(count)
    statuses: Counter[int] = Counter()
    memory = []
    while batch := list(islice(source, BATCH)):
        before = await door.stored()
        statuses += await run(door, [one for one in batch if one.forged])
        assert await door.stored() == before, "a bad origin left an event"
        statuses += await run(door, [one for one in batch if not one.forged])
        gc.collect()
        memory.append(psutil.Process().memory_info().rss)
    return statuses, memory


async def work_off(door: Door) -> list[str]:
    """Decide all that was stored; what a decision stumbled over, by the end of its trace."""
    store, clock = door.bot.store, door.bot.clock
    while lanes := await store.open_lanes(500):
        for lane in lanes:
            while await store.turn(lane, decide, poisoned, clock()):
                pass
    async with door.bot.database.read() as connection:
        failed = sa.select(t.events.c.kind, t.events.c.body, t.events.c.error).where(sa.text("status = 'failed'"))
        rows = (await connection.execute(failed)).all()
    return [f"{row.kind}: {row.error[-600:]}\n{row.body[:400]}" for row in rows]


@pytest.mark.parametrize("gateway", ["zapi", "evolution"])
async def test_odd_requests_are_answered_and_worked(open_door: Open, gateway: str) -> None:
    seed = secrets.randbelow(2**32)
    door = await open_door(gateway)
    statuses, _ = await fuzz(door, gateway, seed, 1000)
    assert statuses.total() == 1000
    assert {200, 400, 401, 404} <= set(statuses), f"seed {seed}: {statuses}"
    assert await work_off(door) == [], f"seed {seed}"


@pytest.mark.soak
@pytest.mark.parametrize("gateway", ["zapi", "evolution"])
async def test_a_hundred_thousand_and_no_growth(open_door: Open, gateway: str) -> None:
    seed = secrets.randbelow(2**32)
    door = await open_door(gateway)
    statuses, memory = await fuzz(door, gateway, seed, 50_000)
    assert statuses.total() == 50_000
    warm, end = memory[len(memory) // 4], memory[-1]
    assert end - warm < 40 * MEBIBYTE, f"seed {seed}: {[m // MEBIBYTE for m in memory[::20]]}"
    assert await work_off(door) == [], f"seed {seed}"
