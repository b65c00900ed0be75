"""The page of differences: what stands there, who may have the books compared, and that a form does it once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.decision import Decision, Stored
from bot.domain.difference import Difference, Healed
from bot.domain.events import Tick
from bot.storage import tables as t
from bot.storage.writes import apply
from tests.conftest import TestClock
from tests.web.test_console import ANAS, EVIL, OWNERS, Office
from tests.web.test_console import office as office


async def found(office: Office, *writes: Difference | Healed) -> None:
    decision = Decision(Stored(1, "books", Tick(name="x"), office.clock()))
    decision.write(*writes)
    async with office.database.write() as connection:
        await connection.run_sync(lambda c: apply(c, decision._stored, decision, office.clock()))


def one(office: Office, key: str = "charge/pay_1/amount", **changes: object) -> Difference:
    now = office.clock()
    fields = {"key": key, "kind": "amount", "order": 1042, "ours": f"R$ 10,00 {EVIL}", "theirs": "R$ 9,00"}
    return Difference.model_validate({**fields, "found_at": now, "seen_at": now, **changes})


async def test_what_is_open_and_what_has_healed(office: Office, clock: TestClock) -> None:
    cookie = await office.enter("owner", OWNERS)
    assert "Tudo bate" in (await office.get("/diferencas", cookie))[1]
    await found(office, one(office))
    clock.jump(timedelta(hours=1))
    await found(office, one(office, theirs="R$ 8,00"), one(office, "ledger/7", kind="ledger", order=7))
    _, text, _ = await office.get("/diferencas", cookie)
    assert "R$ 8,00" in text
    assert EVIL not in text
    assert text.index("#1042") < text.index("#7")  # open for an hour: the oldest first
    await found(office, Healed(at=clock(), kinds=("amount",), before=clock() + timedelta(seconds=1)))
    _, text, _ = await office.get("/diferencas", cookie)
    assert "#1042" not in text
    _, text, _ = await office.get("/diferencas?estado=resolvidas", cookie)
    assert "#1042" in text
    assert (await office.get("/differences", cookie))[1]


async def test_one_that_comes_back_is_found_anew(office: Office, clock: TestClock) -> None:
    await found(office, one(office))
    await found(office, Healed(at=clock(), key="charge/pay_1/amount"))
    clock.jump(timedelta(days=3))
    await found(office, one(office))
    async with office.database.read() as connection:
        (row,) = (await connection.execute(sa.select(t.differences))).mappings()
    assert (row["found_at"], row["healed_at"]) == (clock(), None)


async def test_the_books_are_compared_on_demand(office: Office) -> None:
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    for _ in range(2):
        await office.post("/diferencas", owner, token=token, act="once")
    async with office.database.read() as connection:
        events = (await connection.execute(sa.select(t.events.c.lane, t.events.c.kind))).all()
    assert [tuple(event) for event in events] == [("books", "books.asked")]
    answer = await office.post("/diferencas", owner, token=token, act="other", order="#9999")
    assert answer.headers["Location"].endswith("said=nothing")


async def test_a_reader_sees_and_asks_for_nothing(office: Office) -> None:
    owner = await office.enter("owner", OWNERS)
    await office.post("/contas", owner, token=await office.token(owner), name="Ana", role="reader", password=ANAS)
    ana = await office.enter("ana", ANAS)
    status, text, _ = await office.get("/diferencas", ana)
    assert status == 200
    assert "Comparar agora" not in text
    assert (await office.post("/diferencas", ana, token=await office.token(ana))).status == 403
