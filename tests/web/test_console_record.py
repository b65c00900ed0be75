"""The record in the console: found by any filter, put back to work one or many, with a reason, on record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from bot.console.access import Role
from bot.correlation import new_root
from bot.domain.events import Incoming, PaymentFact
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.figures import Figures
from tests.web.test_console import Office, office
from tests.web.test_console_acts import as_role

__all__ = ["office"]


async def put(office: Office, keys: Sequence[str], *, status: str = "failed") -> list[int]:
    """Events of an order's lane that were worked, or set aside."""
    facts = [PaymentFact(charge_id=key, fact="paid") for key in keys]
    incoming = [Incoming(source="asaas", key=f.charge_id, lane="order:1042", event=f) for f in facts]
    await office.store.accept(incoming, office.clock())
    async with office.database.write() as connection:
        mine = t.events.c.key.in_(list(keys))
        await connection.execute(sa.update(t.events).where(mine).values(status=status, error="Traceback: oh no"))
        return list((await connection.execute(sa.select(t.events.c.id).where(mine).order_by(t.events.c.id))).scalars())


async def statuses(office: Office) -> list[str]:
    async with office.database.read() as connection:
        query = sa.select(t.events.c.status).where(t.events.c.source == "asaas").order_by(t.events.c.id)
        return list((await connection.execute(query)).scalars())


def rows(page: str) -> list[str]:
    return re.findall(r'href="/console/eventos/(\d+)"', page)


async def test_filters_and_times(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    (old,) = await put(office, ["pay_1"])
    office.clock.jump(timedelta(hours=2))
    (new,) = await put(office, ["pay_2"], status="done")
    later = (office.clock() - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")  # São Paulo is three hours behind UTC
    for query, expected in {
        "": [new, old],
        "?status=failed": [old],
        "?kind=payment.fact&source=asaas": [new, old],
        "?kind=timer": [new, old],  # no such kind: no choice, no filter
        "?lane=order:1042&status=done": [new],
        "?lane=order:7": [],
        f"?since={later}": [new],
        f"?until={later}": [old],
        "?since=nonsense&before=nonsense": [new, old],
    }.items():
        status, page, _ = await office.get(f"/eventos{query}", cookie)
        assert status == 200
        assert rows(page) == [str(i) for i in expected], query


async def test_the_trace_of_what_was_set_aside(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    (event,) = await put(office, ["pay_1"])
    _, page, _ = await office.get(f"/eventos/{event}", cookie)
    assert "Traceback: oh no" in page
    assert "eventos/repetir" not in page, "a reader mends nothing"


async def test_the_ticked_ones_are_worked_again(office: Office) -> None:
    cookie, token = await as_role(office, Role.SUPPORT)
    first, _, third = await put(office, ["a", "b", "c"])
    form = {f"id-{first}": "1", f"id-{third}": "1", "token": token, "reason": "corrigido", "back": "/console/eventos"}
    answer = await office.post("/eventos/repetir", cookie, **form)
    assert answer.headers["Location"] == "/console/eventos?said=replayed"
    assert await statuses(office) == ["new", "failed", "new"]
    (row,) = await office.accounts.log(action="repetiu")
    assert (row["by"], row["subject"], row["detail"]) == ("support", "events", f"corrigido · 2: {first} {third}")


async def test_all_that_the_filter_finds_is_worked_again(office: Office) -> None:
    cookie, token = await as_role(office, Role.OWNER)
    await put(office, [f"old-{i}" for i in range(60)])
    await put(office, ["fine"], status="done")
    form = {"token": token, "reason": "x", "all": "1", "status": "failed", "source": "asaas"}
    await office.post("/eventos/repetir", cookie, **form)
    assert await statuses(office) == ["new"] * 60 + ["done"]


async def test_no_replay_without_a_reason_nor_by_a_reader(office: Office) -> None:
    (event,) = await put(office, ["pay_1"])
    cookie, token = await as_role(office, Role.OWNER)
    answer = await office.post("/eventos/repetir", cookie, token=token, ids=str(event))
    assert answer.headers["Location"].endswith("said=why")
    reader, token = await as_role(office, Role.READER)
    assert (await office.post("/eventos/repetir", reader, token=token, ids=str(event), reason="x")).status == 403
    assert await statuses(office) == ["failed"]


async def test_the_way_back_stays_in_the_console(office: Office) -> None:
    (event,) = await put(office, ["pay_1"])
    cookie, token = await as_role(office, Role.OWNER)
    form = {"token": token, "ids": str(event), "reason": "x", "back": "https://evil.example/"}
    answer = await office.post("/eventos/repetir", cookie, **form)
    assert answer.headers["Location"] == "/console/eventos?said=replayed"


async def test_what_waits_is_tried_now(office: Office) -> None:
    now = office.clock()
    row = {
        "kind": "charge.read",
        "needs": "payments",
        "lane": "order:1042",
        "body": "{}",
        "not_before": now + timedelta(hours=1),
        "event_id": 1,
        "created_at": now,
        "updated_at": now,
    }
    async with office.database.write() as connection:
        for key, status in (("waits", "parked"), ("lost", "refused"), ("aside", "failed")):
            await connection.execute(sa.insert(t.commands).values(row | {"key": key, "status": status}))
    cookie, token = await as_role(office, Role.SUPPORT)
    _, page, _ = await office.get("/comandos?needs=payments", cookie)
    assert page.count('name="id-') == 2, "what was refused is not tried again"
    assert 'href="/console/pedidos/1042"' in page
    _, page, _ = await office.get("/comandos/1", cookie)
    assert 'href="/console/pedidos/1042"' in page
    for said in ("Espera por</dt><dd>pagamentos", "Tentado de novo</dt><dd><time", "Tentar agora"):
        assert said in page
    async with office.database.write() as connection:
        await connection.execute(sa.update(t.commands).where(t.commands.c.id == 1).values(error="circuit_open"))
    assert "Tentado de novo</dt><dd>quando o provedor voltar" in (await office.get("/comandos/1", cookie))[1]
    await office.post("/comandos/agora", cookie, token=token, ids="1 2 3")
    async with office.database.read() as connection:
        due = (await connection.execute(sa.select(t.commands.c.key).where(t.commands.c.not_before <= now))).scalars()
        assert list(due) == ["waits", "aside"]
        again = sa.select(t.commands.c.key).where(t.commands.c.status == "new", t.commands.c.kind == "charge.read")
        assert list((await connection.execute(again)).scalars()) == ["aside"]


async def test_a_page_watched_live_is_one_look(office: Office) -> None:
    (event,) = await put(office, ["pay_1"])
    cookie, _ = await as_role(office, Role.OWNER)
    for _ in range(3):
        await office.get(f"/eventos/{event}", cookie)
    assert len(await office.accounts.log(subject=f"event:{event}")) == 1
    office.clock.jump(timedelta(minutes=11))
    await office.get(f"/eventos/{event}", cookie)
    assert len(await office.accounts.log(subject=f"event:{event}")) == 2


async def test_the_thread_of_a_log_line(office: Office) -> None:
    """What stands in the log leads to all that followed from it; each of that leads there too."""
    cookie, _ = await as_role(office, Role.READER)
    now, mine = office.clock(), new_root()
    fact = PaymentFact(charge_id="pay_1", fact="paid")
    came = Incoming(source="asaas", key="evt_1", lane="order:1042", event=fact, root=mine)
    other = Incoming(source="asaas", key="evt_2", lane="order:7", event=fact)
    await office.store.accept([came, other], now)
    async with office.database.write() as connection:
        event = (await connection.execute(sa.select(t.events.c.id).where(t.events.c.root == mine))).scalar_one()
        command = {"key": "c/1", "kind": "charge.read", "needs": "payments", "lane": "order:1042", "body": "{}"}
        times = {"not_before": now, "created_at": now, "updated_at": now}
        await connection.execute(sa.insert(t.commands).values(command | times | {"event_id": event, "root": mine}))
    call = CallRecord("asaas", "charge.read", "c/1", 1, "GET", "http://x", now, 9, 200, "answered", "", "", mine)
    await office.store.record([call])
    _, _, answer = await office.get(f"/busca?q={mine}", cookie)
    assert answer.headers["Location"] == f"/console/fio/{mine}"
    _, page, _ = await office.get(f"/fio/{mine}", cookie)
    assert rows(page) == [str(event)]
    assert '"/console/comandos/1"' in page
    assert '"/console/chamadas/1"' in page
    assert "root" in (await office.accounts.log(subject=f"root:{mine}"))[0]["subject"]
    for path in (f"/eventos/{event}", "/comandos/1", "/chamadas/1"):
        assert f'"/console/fio/{mine}"' in (await office.get(path, cookie))[1], path
    assert rows((await office.get(f"/eventos?root={mine}", cookie))[1]) == [str(event)]
    status, page, _ = await office.get(f"/fio/{new_root()}", cookie)
    assert status == 404
    assert "Nada com" in (await office.get(f"/busca?q={new_root()}", cookie))[1]


async def test_a_look_up_that_finds_nothing_is_no_failure(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    now = office.clock()

    def call(method: str, status: int, outcome: str = "answered") -> CallRecord:
        return CallRecord("resend", "x", "c/1", 1, method, "http://x", now, 9, status, outcome, "", "", "")

    looks = [call("GET", 200), call("GET", 404), call("POST", 404), call("GET", 503), call("GET", 0, "unreachable")]
    await office.store.record(looks)
    (row,) = await Figures(office.database).provider_figures(now - timedelta(hours=1))
    assert (row["calls"], row["failures"]) == (5, 3)
    page = (await office.get("/chamadas?provider=resend&failed=1", cookie))[1]
    assert re.findall(r'"/console/chamadas/(\d+)"', page) == ["5", "4", "3"]
