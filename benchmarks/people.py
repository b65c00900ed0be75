"""People who hold a conversation of four steps, at three paces, and know what they should have been told."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.messages import message
from benchmarks.wire import Caller, call, post

STORY = (
    ("menu", "Posso:"),
    ("1", "Qual peça"),
    ("farol do corolla 2015", "CEP"),
    ("cancelar", "Parei a sua compra"),
)
"""What is written, and a part of the answer that fits only there."""

Pace = Literal["at the 200", "at the reply", "all at once"]
PACES: tuple[Pace, ...] = ("at the reply", "at the 200", "all at once")
PATIENCE_S = 60.0

Say = Callable[[str, int, str], bytes]
"""Person, number of the message and text in, the bytes of the webhook out."""


def on_whatsapp(person: str, number: int, text: str) -> bytes:
    return message(person, text, number)


def on_telegram(person: str, number: int, text: str) -> bytes:
    user = {"id": int(person), "is_bot": False, "first_name": "Marina"}
    chat = {"id": int(person), "type": "private", "first_name": "Marina"}
    sent = {"message_id": number + 1, "date": int(time.time()), "chat": chat, "from": user, "text": text}
    update = {"update_id": int(person) * 10 + number, "message": sent}
    return post("/hook", json.dumps(update).encode())


@dataclass
class Heard:
    """Replies as the stand-in takes them."""

    replies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _waiting: dict[tuple[str, int], asyncio.Future[None]] = field(default_factory=dict)

    def note(self, to: str, text: str) -> None:
        self.replies[to].append(text)
        self.at[to].append(time.perf_counter())
        waiting = self._waiting.pop((to, len(self.replies[to])), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def until(self, person: str, count: int) -> None:
        """Wait until a person has so many replies."""
        if len(self.replies[person]) < count:
            self._waiting[person, count] = asyncio.get_running_loop().create_future()
            await self._waiting[person, count]


@dataclass
class Talked:
    """What came of many conversations."""

    people: int
    right: int
    seconds: float
    took: list[float]
    """Seconds from each message to its reply."""

    @property
    def turns_per_second(self) -> float:
        return self.people * len(STORY) / self.seconds


async def converse(
    port: int, say: Say, heard: Heard, persons: Sequence[str], pace: Pace, at_a_time: int = 20
) -> Talked:
    """All persons go through the story, so many at a time."""
    waiting = list(reversed(persons))
    took: list[float] = []
    began = time.perf_counter()

    async def one(callers: Sequence[Caller]) -> None:
        while waiting:
            person = waiting.pop()
            sent = await _talk(callers, say, heard, person, pace)
            took.extend(at - start for at, start in zip(heard.at[person], sent, strict=False))

    lines = [[await call(port) for _ in STORY] for _ in range(at_a_time)]
    await asyncio.gather(*map(one, lines))
    seconds = time.perf_counter() - began
    for caller in itertools.chain.from_iterable(lines):
        caller.hang_up()
    right = sum(_is_right(heard.replies[person]) for person in persons)
    return Talked(len(persons), right, seconds, took)


async def _talk(callers: Sequence[Caller], say: Say, heard: Heard, person: str, pace: Pace) -> list[float]:
    """One conversation; when each message was sent."""
    sent, answers = [], []
    with contextlib.suppress(TimeoutError):  # a conversation that never ends is a wrong one
        async with asyncio.timeout(PATIENCE_S):
            for number, (text, _) in enumerate(STORY):
                request = say(person, number, text)
                sent.append(time.perf_counter())
                answer = asyncio.ensure_future(callers[number].ask(request))
                answers.append(answer)
                if pace != "all at once":
                    await answer
                if pace == "at the reply":
                    await heard.until(person, number + 1)
            await asyncio.gather(*answers)
            await heard.until(person, len(STORY))
    return sent


def _is_right(replies: Sequence[str]) -> bool:
    return len(replies) == len(STORY) and all(part in reply for reply, (_, part) in zip(replies, STORY, strict=True))
