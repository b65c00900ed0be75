"""Work that shares a transaction: each piece all or nothing, none told before the commit, none lost by a neighbour."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import group
from bot.storage.group import GroupCommit
from bot.storage.write_lock import WriteLock

metadata = sa.MetaData()
notes = sa.Table("notes", metadata, sa.Column("text", sa.String, primary_key=True))


class Shelf:
    """A file with one table, and how often it was committed."""

    def __init__(self, folder: Path) -> None:
        self.engine = sa.create_engine(
            f"sqlite:///{folder}/shelf.db",
            poolclass=sa.StaticPool,
            connect_args={"check_same_thread": False, "timeout": 0},
        )
        self.commits = 0
        self.broken = False
        sa.event.listen(self.engine, "connect", lambda c, _: setattr(c, "isolation_level", None))
        sa.event.listen(self.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
        sa.event.listen(self.engine, "commit", self._committed)
        metadata.create_all(self.engine)
        self.commits = 0
        self.group = GroupCommit(self.engine, WriteLock(None))

    def _committed(self, _: sa.Connection) -> None:
        if self.broken:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))
        self.commits += 1

    async def holds(self) -> set[str]:
        found: set[str] = await self.group.run(lambda c: set(c.execute(sa.select(notes.c.text)).scalars()))
        return found


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.engine.dispose()


def note(text: str, fails: Exception | None = None) -> Callable[[sa.Connection], str]:
    def work(connection: sa.Connection) -> str:
        connection.execute(sa.insert(notes), {"text": text})
        if fails is not None:
            raise fails
        return text

    return work


async def test_what_waits_is_committed_together(shelf: Shelf) -> None:
    texts = [str(n) for n in range(50)]
    assert await asyncio.gather(*(shelf.group.run(note(text)) for text in texts)) == texts
    assert shelf.commits < 10
    assert await shelf.holds() == set(texts)
    await shelf.group.close()


@pytest.mark.parametrize("place", [0, 2])
async def test_an_error_of_one_is_its_own(shelf: Shelf, place: int) -> None:
    """Also what it had written is taken back, wherever it stands."""
    works = [note("a"), note("b"), note("c")]
    works.insert(place, note("lost", fails=ValueError("a fault of ours")))
    done = await asyncio.gather(*map(shelf.group.run, works), return_exceptions=True)
    assert isinstance(done.pop(place), ValueError)
    assert done == ["a", "b", "c"]
    assert await shelf.holds() == {"a", "b", "c"}
    await shelf.group.close()


async def test_trouble_in_one_does_not_fail_its_neighbours(shelf: Shelf) -> None:
    """SQLite may end a transaction by itself when its disk is full: the others are worked again, alone."""
    ill = sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))
    works = [note("a"), note("b"), note("lost", fails=ill), note("c")]
    done = await asyncio.gather(*map(shelf.group.run, works), return_exceptions=True)
    assert done == ["a", "b", ill, "c"]
    assert await shelf.holds() == {"a", "b", "c"}
    await shelf.group.close()


async def test_nobody_is_told_before_the_commit(shelf: Shelf) -> None:
    shelf.broken = True
    done = await asyncio.gather(*(shelf.group.run(note(text)) for text in "abc"), return_exceptions=True)
    assert all(isinstance(one, sa.exc.OperationalError) for one in done), done
    shelf.broken = False
    assert await shelf.holds() == set()
    await shelf.group.close()


async def test_who_gives_up_waiting_holds_up_nobody(shelf: Shelf) -> None:
    impatient = asyncio.ensure_future(shelf.group.run(note("a")))
    patient = asyncio.ensure_future(shelf.group.run(note("b")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "b"
    assert "b" in await shelf.holds()
    await shelf.group.close()


async def test_a_neighbour_that_fails_is_left_out_and_the_others_are_done_anew(shelf: Shelf) -> None:
    tries: list[str] = []

    def counted(text: str) -> Callable[[sa.Connection], str]:
        def work(connection: sa.Connection) -> str:
            tries.append(text)
            return note(text)(connection)

        return work

    works = [counted("a"), counted("b"), note("lost", fails=ValueError("a fault of ours")), note("c")]
    done = await asyncio.gather(*map(shelf.group.run, works), return_exceptions=True)
    assert [done[0], done[1], done[3]] == ["a", "b", "c"]
    assert tries == ["a", "b", "a", "b"], "in their order, also when they are done anew"
    assert await shelf.holds() == {"a", "b", "c"}
    await shelf.group.close()


async def test_what_cannot_wait_goes_first(shelf: Shelf) -> None:
    order: list[str] = []

    def seen(text: str) -> Callable[[sa.Connection], None]:
        return lambda _: order.append(text)

    usual = [asyncio.ensure_future(shelf.group.run(seen(text))) for text in "abc"]
    await asyncio.gather(shelf.group.run(seen("accepted"), first=True), *usual)
    assert order == ["accepted", "a", "b", "c"]
    await shelf.group.close()


async def test_what_goes_first_does_not_wait_for_all_that_may_join(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hands something in at the door waits for the commit: at most some of the others join before it."""
    monkeypatch.setattr(group, "SOON_S", 0.0)
    monkeypatch.setattr(group, "LONGEST_S", 60.0)
    order: list[str] = []

    async def run(text: str, *, first: bool = False) -> None:
        await shelf.group.run(note(text), first=first)
        order.append(text if shelf.commits == 1 else f"{text} later")

    await asyncio.gather(run("a"), run("b"), run("c"), run("door", first=True))
    assert order == ["door", "a later", "b later", "c later"]
    await shelf.group.close()


async def test_a_file_that_another_process_writes_to_is_waited_for_off_the_loop(shelf: Shelf, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "shelf.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(shelf.group.run(note("a")))
    for _ in range(100):  # the loop is free meanwhile
        await asyncio.sleep(0)
    assert not waiting.done()
    other.execute("COMMIT")
    assert await waiting == "a"
    other.close()
    await shelf.group.close()


async def test_a_file_that_another_program_keeps_is_given_up_after_a_while(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "PATIENCE_S", 0.05)
    with contextlib.closing(sqlite3.connect(tmp_path / "shelf.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(5):
            with pytest.raises(sa.exc.OperationalError, match="locked"):
                await shelf.group.run(note("a"))
    assert await shelf.holds() == set()
    await shelf.group.close()


async def test_a_file_that_is_ill_is_not_waited_for(shelf: Shelf) -> None:
    def ill(_: sa.Connection) -> None:
        raise sa.exc.OperationalError("BEGIN", {}, Exception("disk I/O error"))

    sa.event.listen(shelf.engine, "begin", ill)
    async with asyncio.timeout(5):
        with pytest.raises(sa.exc.OperationalError, match="I/O"):
            await shelf.group.run(note("a"))
    await shelf.group.close()


async def test_what_cannot_be_taken_back_keeps_nobody_from_writing(shelf: Shelf, tmp_path: Path) -> None:
    """The driver fails at the rollback, too: its connection is given up, and the write lock is not kept."""
    broken = True

    def rolled_back(_: sa.Connection) -> None:
        nonlocal broken
        if broken:
            broken = False
            raise sa.exc.OperationalError("ROLLBACK", {}, Exception("disk I/O error"))

    sa.event.listen(shelf.engine, "rollback", rolled_back)
    ours, anothers = WriteLock(tmp_path / "shelf.db"), WriteLock(tmp_path / "shelf.db")
    shelf.group = GroupCommit(shelf.engine, ours)
    failing = shelf.group.run(note("bad", ValueError("mine")))
    async with asyncio.timeout(5):
        results = await asyncio.gather(shelf.group.run(note("a")), failing, return_exceptions=True)
        assert results[0] == "a"
        assert isinstance(results[1], ValueError)
        async with anothers.held():
            pass
        assert await shelf.group.run(note("b")) == "b"
    assert await shelf.holds() == {"a", "b"}
    await shelf.group.close()
    anothers.close()


async def test_a_lock_that_cannot_be_asked_for_leaves_nobody_waiting(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system has no room for locks: those that had joined the transaction were never told, the door among them."""
    answers: Iterator[bool | OSError] = iter([False, OSError("no locks available")])

    def others_wait(_: WriteLock) -> bool:
        if isinstance(answer := next(answers, False), OSError):
            raise answer
        return answer

    monkeypatch.setattr(WriteLock, "others_wait", others_wait)
    async with asyncio.timeout(5):
        told = await asyncio.gather(*(shelf.group.run(note(text)) for text in "abc"), return_exceptions=True)
    assert [str(one) for one in told] == ["a", "no locks available", "c"]
    assert await shelf.holds() == {"a", "c"}
