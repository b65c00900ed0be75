"""Whole turns a second: webhook in, state and reply committed, reply accepted; against aiogram on the same machine.

``python -m benchmarks.turns``. 500 people hold a conversation of four steps, 20 at a time, once at each of three paces:
the next message at the 200, at the reply, and all four at once. Speed is that of the pace "at the reply", where both
always have 20 turns under way. The bot is the whole product on SQLite; aiogram runs a conversation of four states, in
the foreground, with one lock a person (see ``rivals/telegram.py``). A third server is the bot with aiogram's
conversation instead of its own (``plain.py``): what is between the two is the language and the flows.
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
    ours, plainly, theirs = Heard(), Heard(), Heard()
    talked: dict[tuple[str, str], list[Talked]] = defaultdict(list)
    ports = unused_port(), unused_port(), unused_port()
    with tempfile.TemporaryDirectory() as folder:
        database, plain_database = sqlite(Path(folder)), sqlite(Path(folder), "plain")
        for one in (database, plain_database):
            await prepare(one)
        async with (
            StandIn(whatsapp(ours.note)) as zapi,
            StandIn(whatsapp(plainly.note)) as plain_zapi,
            StandIn(telegram(theirs.note)) as api,
        ):
            plain_names = environment(plain_database, ports[2], plain_zapi.port)
            rival = ["benchmarks.rivals.telegram", str(ports[1]), f"{folder}/rival.db", str(api.port)]
            with (
                serving(["bot", "serve"], ports[0], environment(database, ports[0], zapi.port)) as bot,
                serving(["benchmarks.plain"], ports[2], plain_names) as plain,
                serving(rival, ports[1], {}, "/x") as aiogram,
            ):
                rest = bot.memory
                everybody = phones(30)
                sides: tuple[tuple[str, int, Say, Heard], ...] = (
                    ("bot", bot.port, on_whatsapp, ours),
                    ("plain", plain.port, on_whatsapp, plainly),
                    ("aiogram", aiogram.port, on_telegram, theirs),
                )
                for number in range(size.rounds):
                    for pace in PACES if number == 0 else PACES[:1]:
                        for name, port, say, heard in sides:
                            persons = list(itertools.islice(everybody, size.of(PEOPLE, 20)))
                            talked[name, pace].append(await converse(port, say, heard, persons, pace))
                load, their_load = bot.memory, aiogram.memory
    speeds = [[one.turns_per_second for one in talked[name, PACES[0]]] for name in ("bot", "plain", "aiogram")]
    late = [
        statistics.median(ms(one.took, 99) for one in talked[name, PACES[0]]) for name in ("bot", "plain", "aiogram")
    ]
    to_aiogram, plain_to_aiogram = ratio(speeds[0], speeds[2]), ratio(speeds[1], speeds[2])
    each = " / ".join(f"{statistics.median(speed):.0f}" for speed in speeds)
    figures = [
        Figure("turns", "", f"{each} a second (bot / its engine with aiogram's conversation / aiogram)"),
        Figure("  × aiogram", "≥ 1.3", f"{to_aiogram:.2f}", to_aiogram >= 1.3),
        Figure("  the same conversation × aiogram", "≥ 1.3", f"{plain_to_aiogram:.2f}", plain_to_aiogram >= 1.3),
        Figure(
            "  reply p99", "≤ 120 ms", f"{late[0]:.0f} ms ({late[1]:.0f} ms; aiogram {late[2]:.0f} ms)", late[0] <= 120
        ),
    ]
    for pace in PACES:
        right, of = (sum(getattr(one, name) for one in talked["bot", pace]) for name in ("right", "people"))
        right, of = (
            right + sum(o.right for o in talked["plain", pace]),
            of + sum(o.people for o in talked["plain", pace]),
        )
        other = sum(one.right for one in talked["aiogram", pace])
        figures.append(Figure(f"  right, next {pace}", "all", f"{right} of {of} (aiogram {other})", right == of))
    figures += [
        Figure("memory at rest", "≤ 120 MB", f"{rest:.0f} MB", rest <= 120),
        Figure("memory under that load", "≤ 200 MB", f"{load:.0f} MB (aiogram {their_load:.0f} MB)", load <= 200),
    ]
    return figures


if __name__ == "__main__":
    alone(measure)
