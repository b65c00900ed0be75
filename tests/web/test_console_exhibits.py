"""The shop's own files for a dispute: what is taken, from whom, how much, and that they go and end."""

from __future__ import annotations

import io
from datetime import timedelta

import aiohttp
import pytest
import sqlalchemy as sa

from bot.console.access import Role
from bot.console.server import COOKIE
from bot.domain.disputes import MOST_BYTES, MOST_EXHIBITS, Dispute, DisputeState, exhibit
from bot.domain.order import Order
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.exhibits import Exhibits
from bot.storage.store import SqlStore
from scheduler.trimming import trim
from tests.conftest import TestClock
from tests.web.test_console import Office, office
from tests.web.test_console_acts import as_role, paid_order

__all__ = ["office"]

PDF, JPEG, PNG = b"%PDF-1.7 recibo", b"\xff\xd8\xff\xe0 foto", b"\x89PNG\r\n\x1a\n foto"


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("Recibo assinado (João).PDF", PDF, ("recibo-assinado-joao.pdf", "application/pdf")),
        ("foto.exe", JPEG, ("foto.jpg", "image/jpeg")),
        ("../../etc/passwd", PNG, ("prova.png", "image/png")),
        ("\u202egpj.\r\nX: y", PNG, ("gpj.png", "image/png")),
        ("", PDF, ("prova.pdf", "application/pdf")),
        ("x" * 300 + ".pdf", PDF, ("x" * 60 + ".pdf", "application/pdf")),
    ],
)
def test_a_file_is_what_stands_in_it(name: str, data: bytes, kept: tuple[str, str]) -> None:
    found = exhibit(name, data)
    assert (found.name, found.mime_type, found.data) == (*kept, data)


@pytest.mark.parametrize(
    "data", [b"", b"MZ", b"<svg/>", b"<html>%PDF-", b"GIF89a", b" %PDF-", PDF + b"x" * MOST_BYTES], ids=range(7)
)
def test_nothing_else_is_taken(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"PDF|MB"):
        exhibit("recibo.pdf", data)


async def disputed(office: Office, state: DisputeState = DisputeState.OPEN) -> None:
    await paid_order(office)
    await be(office, state)


async def be(office: Office, state: DisputeState) -> None:
    which = t.orders.c.number == 1042
    async with office.database.write() as connection:
        body = (await connection.execute(sa.select(t.orders.c.body).where(which))).scalar_one()
        dispute = Dispute(charge="order-1042-a1", state=state, opened_at=office.clock())
        order = Order.model_validate_json(body).but(disputed=True, dispute=dispute)
        await connection.execute(sa.update(t.orders).where(which).values(body=order.model_dump_json()))


async def send(office: Office, cookie: str, token: str, data: bytes, name: str = "recibo.pdf") -> tuple[int, str]:
    """The answer's status, and what it says or where it leads."""
    form = aiohttp.FormData({"token": token, "act": "x"})
    form.add_field("file", io.BytesIO(data), filename=name, content_type="application/octet-stream")
    url = office.server.make_url("/console/pedidos/1042/provas")
    with_cookie = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    async with office.session.post(url, headers=with_cookie, data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text()


def kept(office: Office) -> Exhibits:
    return Exhibits(office.database, office.clock)


async def test_added_listed_and_taken_off_again_until_it_was_sent(office: Office) -> None:
    await disputed(office)
    cookie, token = await as_role(office, Role.FINANCE)
    assert await send(office, cookie, token, PDF, "Recibo.pdf") == (303, "/console/pedidos/1042?said=added")
    _, page, _ = await office.get("/pedidos/1042", cookie)
    assert "recibo.pdf" in page
    assert "juntou prova" in page, "it stands in the order's story"
    status, said = await send(office, cookie, token, b"<script>")
    assert (status, "só vão PDF, JPEG e PNG" in said) == (400, True)
    (one,) = await kept(office).listed(1042)
    dropping = "/pedidos/{}/provas/{}/apagar"
    assert (await office.post(dropping.format(7, one["id"]), cookie, token=token)).status == 404
    assert (
        (await office.post(dropping.format(1042, one["id"]), cookie, token=token))
        .headers["Location"]
        .endswith("said=saved")
    )
    assert await kept(office).of(1042) == []
    for _ in range(MOST_EXHIBITS):
        await send(office, cookie, token, JPEG)
    assert await send(office, cookie, token, JPEG) == (303, "/console/pedidos/1042?said=full")
    await be(office, DisputeState.CONTESTED)
    (one, *others) = await kept(office).listed(1042)
    assert len(others) == MOST_EXHIBITS - 1
    answer = await office.post(dropping.format(1042, one["id"]), cookie, token=token)
    assert answer.headers["Location"].endswith("said=nothing"), "what was sent stays listed"
    assert await send(office, cookie, token, PDF) == (303, "/console/pedidos/1042?said=nothing")
    assert len(await kept(office).listed(1042)) == MOST_EXHIBITS


async def test_nobody_else_leaves_anything(office: Office) -> None:
    await disputed(office)
    cookie, token = await as_role(office, Role.FINANCE)
    assert (await send(office, "", token, PDF))[1].startswith("/console/entrar")
    assert (await send(office, cookie, "x" * 43, PDF))[0] == 403
    for role in (Role.READER, Role.SUPPORT):
        other, others = await as_role(office, role)
        assert (await send(office, other, others, PDF))[0] == 403
        assert (await office.post("/pedidos/1042/provas/1/apagar", other, token=others)).status == 403
        assert "Juntar às provas" not in (await office.get("/pedidos/1042", other))[1]
    assert (await send(office, cookie, token, PDF + b"x" * (MOST_BYTES + 10)))[0] == 400
    assert (await send(office, cookie, token, b"x" * (MOST_BYTES + 2**17)))[0] == 413, "it is not even read"
    answer = await office.post("/pedidos/1042/provas", cookie, token=token, file="words")
    assert answer.headers["Location"].endswith("said=nothing")
    assert await kept(office).of(1042) == []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> SqlStore:
    name = "database" if request.param == "sqlite" else "postgres_database"
    return SqlStore(request.getfixturevalue(name), Rules())


async def test_they_are_kept_whole_and_trimmed(store: SqlStore, clock: TestClock) -> None:
    found, one = Exhibits(store.database, clock), exhibit("a.png", PNG + bytes(range(256)))
    assert await found.add(1042, one, "ana")
    assert await found.of(1042) == [one]
    assert await found.of(0) == await found.of(7) == []
    await trim(30, 90)(store, clock() + timedelta(days=89))
    assert await found.of(1042) == [one]
    await trim(30, 90)(store, clock() + timedelta(days=91))
    assert await found.of(1042) == []
