"""Whole turns a second: webhook in, state and reply committed, reply accepted; against aiogram on the same machine.

``python -m benchmarks.turns``. 500 people hold a conversation of four steps, 20 at a time, once at each of three paces:
the next message at the 200, at the reply, and all four at once. Speed is that of the pace "at the reply", where both
always have 20 turns under way. The bot is the whole product on SQLite; aiogram runs a conversation of four states, in
the foreground, with one lock a person (see ``rivals/telegram.py``).
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Size, alone, environment, ms, prepare, ratio, serving, sqlite
from benchmarks.messages import phones
from benchmarks.people import PACES, Heard, Say, Talked, converse, on_telegram, on_whatsapp
from benchmarks.standins import telegram, whatsapp
from benchmarks.wire import StandIn

PEOPLE = 500


async def measure(size: Size) -> list[Figure]:
    ours, theirs = Heard(), Heard()
    talked: dict[tuple[str, str], list[Talked]] = defaultdict(list)
    ports = unused_port(), unused_port()
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite(Path(folder))
        await prepare(database)
        async with StandIn(whatsapp(ours.note)) as zapi, StandIn(telegram(theirs.note)) as api:
            rival = ["benchmarks.rivals.telegram", str(ports[1]), f"{folder}/rival.db", str(api.port)]
            with (
                serving(["bot", "serve"], ports[0], environment(database, ports[0], zapi.port)) as bot,
                serving(rival, ports[1], {}, "/x") as aiogram,
            ):
                rest = bot.memory
                everybody = phones(30)
                sides: tuple[tuple[str, int, Say, Heard], ...] = (
                    ("bot", bot.port, on_whatsapp, ours),
                    ("aiogram", aiogram.port, on_telegram, theirs),
                )
                for number in range(size.rounds):
                    for pace in PACES if number == 0 else PACES[:1]:
                        for name, port, say, heard in sides:
                            persons = list(itertools.islice(everybody, size.of(PEOPLE, 20)))
                            talked[name, pace].append(await converse(port, say, heard, persons, pace))
                load, their_load = bot.memory, aiogram.memory
    speeds = [[one.turns_per_second for one in talked[name, PACES[0]]] for name in ("bot", "aiogram")]
    late = [statistics.median(ms(one.took, 99) for one in talked[name, PACES[0]]) for name in ("bot", "aiogram")]
    to_aiogram = ratio(speeds[0], speeds[1])
    each = " / ".join(f"{statistics.median(speed):.0f}" for speed in speeds)
    figures = [
        Figure("turns", "", f"{each} a second (bot / aiogram)"),
        Figure("  × aiogram", "≥ 1.3", f"{to_aiogram:.2f}", to_aiogram >= 1.3),
        Figure("  reply p99", "≤ 120 ms", f"{late[0]:.0f} ms (aiogram {late[1]:.0f} ms)", late[0] <= 120),
    ]
    for pace in PACES:
        right, of = (sum(getattr(one, name) for one in talked["bot", pace]) for name in ("right", "people"))
        other = sum(one.right for one in talked["aiogram", pace])
        figures.append(Figure(f"  right, next {pace}", "all", f"{right} of {of} (aiogram {other})", right == of))
    figures += [
        Figure("memory at rest", "≤ 120 MB", f"{rest:.0f} MB", rest <= 120),
        Figure("memory under that load", "≤ 200 MB", f"{load:.0f} MB (aiogram {their_load:.0f} MB)", load <= 200),
    ]
    return figures


if __name__ == "__main__":
    alone(measure)
