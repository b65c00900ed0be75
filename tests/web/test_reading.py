"""What came at once is read in one go, and everybody hears of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from bot.correlation import new_root, root, working
from bot.domain.events import Incoming
from bot.engine.intake import Full, Told
from bot.redaction import Redactor
from bot.webhooks.reading import Reader, Unreadable
from tests.web.test_receive import Receiver

FULL = "too-many"


class Door:
    """Everybody comes at once, each in a task with a root of its own."""

    def __init__(self) -> None:
        self.handed: list[tuple[str, list[str]]] = []
        self.stumbled: list[str] = []
        self._reader = Reader(self._hand_in, Redactor(), self.stumbled.append)

    def _hand_in(self, incoming: Sequence[Incoming], told: Told) -> None:
        keys = [i.key for i in incoming]
        if FULL in keys:
            raise Full
        self.handed.append((root.get(), keys))
        if not told.done():
            told.set_result([key != "known" for key in keys])

    def come(self, *bodies: bytes) -> list[tuple[str, asyncio.Task[list[bool]]]]:
        return [(of, asyncio.create_task(self._one(of, body))) for body in bodies if (of := new_root())]

    async def _one(self, of: str, body: bytes) -> list[bool]:
        working(of)
        return await self._reader.read(Receiver(), {}, body)


def body(key: str) -> bytes:
    return json.dumps({"id": key}).encode()


async def test_everybody_hears_of_their_own_and_is_handed_in_under_their_own_root() -> None:
    door = Door()
    came = door.come(body("new"), b"no json", body(FULL), b'{"nothing": "of interest"}', body("known"))
    heard = await asyncio.gather(*(task for _, task in came), return_exceptions=True)
    new, unreadable, full, ignored, known = heard
    assert (new, ignored, known) == ([True], [], [False])
    assert isinstance(unreadable, Unreadable)
    assert isinstance(full, Full)
    roots = [of for of, _ in came]
    assert door.handed == [(roots[0], ["new"]), (roots[3], []), (roots[4], ["known"])]


async def test_who_has_hung_up_is_read_all_the_same_and_takes_nobody_along() -> None:
    door = Door()
    (_, first), (_, second) = door.come(body("a"), body("b"))
    await asyncio.sleep(0)  # both have come, and nothing is read yet
    assert door.handed == []
    first.cancel()
    assert await second == [True]
    assert [keys for _, keys in door.handed] == [["a"], ["b"]]


async def test_who_has_hung_up_and_could_not_be_stored_takes_nobody_along() -> None:
    door = Door()
    (_, first), (_, second) = door.come(body(FULL), body("b"))
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.wait_for(second, 5) == [True]


async def test_a_body_that_its_receiver_stumbles_over_is_handed_in_as_unreadable() -> None:
    class Clumsy(Receiver):
        def events(self, headers: object, body: object) -> list[Incoming]:
            raise KeyError("a name that is nobody's business")

    stored: list[Incoming] = []

    def hand_in(incoming: Sequence[Incoming], told: Told) -> None:
        stored.extend(incoming)
        told.set_result([True for _ in incoming])

    stumbled: list[str] = []
    reader = Reader(hand_in, Redactor(), stumbled.append)
    assert await reader.read(Clumsy(), {}, b'{"cpf": "529.982.247-25"}') == [True]
    assert stumbled == ["pay"]
    assert stored[0].key.startswith("unreadable/")
    assert stored[0].raw == '{"cpf":"•••"}'
