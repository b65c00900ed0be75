"""Whole turns a second: webhook in, state and reply committed, reply accepted; against aiogram on the same machine.

``python -m benchmarks.turns``. 500 people hold a conversation of four steps, 20 at a time, once at each of three paces:
the next message at the 200, at the reply, and all four at once. Speed is that of the pace "at the reply", where each
side always has 20 turns under way. The bot is the whole product on SQLite, in one process, or "apart": web side and
worker in one each. aiogram runs a conversation of four states, in the foreground, with one lock a person (see
``rivals/telegram.py``). "plain" is the bot with that conversation instead of its own (``plain.py``): what is between
the two is the language and the flows.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.test_utils import unused_port

from benchmarks.harness import Figure, Server, Size, alone, environment, ms, prepare, process, ratio, serving, sqlite
from benchmarks.messages import phones
from benchmarks.people import PACES, Heard, Pace, Say, Talked, converse, on_telegram, on_whatsapp
from benchmarks.standins import telegram, whatsapp
from benchmarks.wire import StandIn

PEOPLE = 500
AT_THE_REPLY = PACES[0]
BOT = {"bot": ["bot"], "plain": ["benchmarks.plain"]}
"""The bot with each conversation."""
SIDES = ("bot", "bot apart", "plain", "plain apart", "aiogram")


@dataclass
class Side:
    """One that is raced."""

    say: Say = on_whatsapp
    heard: Heard = field(default_factory=Heard)
    port: int = field(default_factory=unused_port)
    talked: dict[Pace, list[Talked]] = field(default_factory=lambda: defaultdict(list))
    servers: list[Server] = field(default_factory=list)

    @property
    def memory(self) -> float:
        return sum(one.memory for one in self.servers)

    @property
    def speeds(self) -> list[float]:
        return [one.turns_per_second for one in self.talked[AT_THE_REPLY]]

    @property
    def p99(self) -> float:
        return statistics.median(ms(one.took, 99) for one in self.talked[AT_THE_REPLY])

    def right(self, pace: Pace) -> int:
        return sum(one.right for one in self.talked[pace])


async def measure(size: Size) -> list[Figure]:
    async with AsyncExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        sides = {name: await _bot(running, folder, *name.split()) for name in SIDES[:-1]}
        sides["aiogram"] = await _aiogram(running, folder)
        rest = {name: side.memory for name, side in sides.items()}
        await _race(size, list(sides.values()), phones(30))
        load = {name: side.memory for name, side in sides.items()}
    return [*_speed(sides), *_right(sides), *_memory(rest, load)]


async def _bot(running: AsyncExitStack, folder: Path, conversation: str, apart: str = "") -> Side:
    side, database = Side(), sqlite(folder, conversation + apart)
    await prepare(database)
    there = await running.enter_async_context(StandIn(whatsapp(side.heard.note)))
    names, command = environment(database, side.port, there.port), BOT[conversation]
    web = [*command, "serve", *(["--only", "web"] if apart else [])]
    side.servers.append(await running.enter_async_context(serving(web, side.port, names)))
    if apart:
        side.servers.append(Server(await running.enter_async_context(process([*command, "worker"], names)), 0, 0.0))
    return side


async def _aiogram(running: AsyncExitStack, folder: Path) -> Side:
    side = Side(on_telegram)
    there = await running.enter_async_context(StandIn(telegram(side.heard.note)))
    rival = ["benchmarks.rivals.telegram", str(side.port), f"{folder}/rival.db", str(there.port)]
    side.servers.append(await running.enter_async_context(serving(rival, side.port, {}, "/x")))
    return side


async def _race(size: Size, sides: Sequence[Side], everybody: Iterator[str]) -> None:
    """Each round all of them one after the other, at every pace the first time."""
    for number in range(size.rounds):
        for pace in PACES if number == 0 else PACES[:1]:
            for side in sides:
                persons = list(itertools.islice(everybody, size.of(PEOPLE, 20)))
                side.talked[pace].append(await converse(side.port, side.say, side.heard, persons, pace))


def _speed(sides: dict[str, Side]) -> list[Figure]:
    figures = [Figure("turns", "", f"{_each(sides, 'speeds')} a second ({' / '.join(SIDES)})")]
    for name in SIDES[:-1]:
        times = ratio(sides[name].speeds, sides["aiogram"].speeds)
        figures.append(Figure(f"  {name} × aiogram", "≥ 1.3", f"{times:.2f}", times >= 1.3))
    late = sides["bot"].p99
    return [*figures, Figure("  reply p99", "≤ 120 ms", f"{_each(sides, 'p99')} ms", late <= 120)]


def _each(sides: dict[str, Side], what: str) -> str:
    values = [getattr(sides[name], what) for name in SIDES]
    return " / ".join(f"{statistics.median(value) if isinstance(value, list) else value:.0f}" for value in values)


def _right(sides: dict[str, Side]) -> list[Figure]:
    ours = [side for name, side in sides.items() if name != "aiogram"]
    figures = []
    for pace in PACES:
        right, of = sum(one.right(pace) for one in ours), sum(t.people for one in ours for t in one.talked[pace])
        result = f"{right} of {of} (aiogram {sides['aiogram'].right(pace)} of {of // len(ours)})"
        figures.append(Figure(f"  right, next {pace}", "all", result, right == of))
    return figures


def _memory(rest: dict[str, float], load: dict[str, float]) -> list[Figure]:
    """The goals are those of one process."""
    resting = f"{rest['bot']:.0f} MB (apart {rest['bot apart']:.0f} MB)"
    loaded = f"{load['bot']:.0f} MB (apart {load['bot apart']:.0f} MB, aiogram {load['aiogram']:.0f} MB)"
    return [
        Figure("memory at rest", "≤ 120 MB", resting, rest["bot"] <= 120),
        Figure("memory under that load", "≤ 200 MB", loaded, load["bot"] <= 200),
    ]


if __name__ == "__main__":
    alone(measure)
