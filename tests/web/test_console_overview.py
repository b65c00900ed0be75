"""The first page says how today goes, who does not answer and what needs a person; and pairs the number."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.console.access import Role
from bot.console.pages.overview import health
from bot.console.server import Visit
from bot.decide import decide
from bot.domain.commands import AlertOperator, ReadPairing
from bot.domain.decision import Decision, Stored
from bot.domain.events import EVENT, Done, Incoming, PairingAsked
from bot.domain.lanes import SYSTEM
from bot.domain.ledger import Entry
from bot.integrations.circuit import Circuit
from bot.storage import tables as t
from tests.support_shop import MemoryShop
from tests.web.test_console import Office, office
from tests.web.test_console_acts import as_role

__all__ = ["office"]

PICTURE = "data:image/png;base64," + "A" * 400


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)


def plain(page: str) -> str:
    """What is read of a page."""
    return " ".join(re.sub("<[^>]+>", " ", page).split())


async def command(office: Office, key: str, kind: str, **more: object) -> None:
    now = office.clock()
    row: dict[str, object] = {
        "key": key,
        "kind": kind,
        "needs": "messenger",
        "lane": SYSTEM,
        "body": "{}",
        "status": "done",
    }
    row |= {"not_before": now, "event_id": 1, "created_at": now, "updated_at": now, **more}
    async with office.database.write() as connection:
        await connection.execute(sa.insert(t.commands).values(row))


async def answered(office: Office, key: str, result: dict[str, object]) -> None:
    """The pairing was asked for, and this came of it."""
    await command(office, key, "channel.pairing")
    done = Done(key=key, command=ReadPairing(), result=result)
    await office.store.accept([Incoming(source="command", key=f"{key}/done", lane=SYSTEM, event=done)], office.clock())


async def test_money_counts_in_the_hour_in_which_it_came(office: Office) -> None:
    """Whenever the order was placed; São Paulo's day begins at three in UTC."""
    now = office.clock().replace(hour=3, minute=0)
    came = [("order-1-a1/payment/5", -1, 500), ("order-1-a1/payment/6", 0, 1000), ("order-2-a1/payment/7", 13, 2000)]
    entries = [
        Entry(key=key, order=int(key[6]), debit="in_transit", credit="buyer", amount=amount, cause="payment", at=at)
        for key, hours, amount in came
        for at in [now + timedelta(hours=hours)]
    ]
    fee = entries[2].but(key="order-2-a1/fee/7", credit="in_transit", debit="platform", amount=90)
    async with office.database.write() as connection:
        rows = [e.model_dump(exclude={"order"}) | {"order_number": e.order} for e in [*entries, fee]]
        await connection.execute(sa.insert(t.entries), rows)
    day = await office.records.day(now)
    assert (day.sales[0], day.sales[13], sum(day.sales)) == (1000, 2000, 3000)
    assert day.paid == 2


async def test_each_provider_with_what_waits_for_it(office: Office) -> None:
    now = office.clock()
    await command(office, "a", "charge.create", needs="payments", status="parked", created_at=now - timedelta(hours=2))
    await command(office, "b", "charge.read", needs="payments", status="new")
    desk = office.desk
    (asaas,) = [one for one in await health(Visit(desk, None, None, {}), {}) if one.name == "asaas"]  # type: ignore[arg-type]
    assert (asaas.waiting, asaas.parked, asaas.oldest) == (2, 1, now - timedelta(hours=2))
    cookie, _ = await as_role(office, Role.READER)
    _, page, _ = await office.get("", cookie)
    assert "(1 em espera)" in page


async def test_what_is_out_of_order_stands_first_with_who_waits_and_what_to_do(office: Office) -> None:
    """At two in the morning: what, since when, for whom, and now what; within ten seconds."""
    now = office.clock()
    cookie, _ = await as_role(office, Role.READER)
    _, page, _ = await office.get("", cookie)
    assert 'class="outage"' not in page
    since = now - timedelta(minutes=12)
    circuit = Circuit("asaas", failures=9, opened_at=since, probe_at=now, wait_s=300)
    await office.store.save_circuit(circuit, AlertOperator(topic="asaas", text="fora"), now)
    for number in range(1, 11):
        lane = f"order:{1000 + number}"
        await command(office, f"c{number}", "charge.create", needs="payments", status="parked", lane=lane)
    await command(office, "p", "charge.find", needs="payments", status="doing", lane="person:x")
    call = {"provider": "asaas", "operation": "charge.create", "correlation": "c1", "attempt": 1, "method": "POST"}
    call |= {
        "url": "/",
        "started_at": now,
        "ms": 5,
        "status": 503,
        "outcome": "answered",
        "request": "",
        "response": "",
    }
    async with office.database.write() as connection:
        await connection.execute(sa.insert(t.calls).values(call))
    _, page, _ = await office.get("", cookie)
    banner = plain(page)
    assert "Pagamentos fora do ar (asaas) há 12 min Códigos de pagamento" in banner
    assert (
        "11 comandos esperam , dos pedidos #1010 #1009 #1008 #1007 #1006 #1005 #1004 #1003 e de 1 conversa e mais"
        in banner
    )
    assert "O que fazer: Nada agora" in banner
    assert "última falha: charge.create 503" in banner
    assert 'href="/console/comandos?status=open&amp;needs=payments"' in page
    assert 'href="/console/pedidos/1010"' in page
    assert page.index('class="outage"') < page.index(">Hoje<")


async def test_refused_credentials_stand_there_with_what_to_correct(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    kept_out = {"error": "bad_credentials", "refused_by": "zapi"}
    await command(office, "m", "message.text", needs="messenger", status="parked", lane="person:x", **kept_out)
    await command(office, "m2", "message.text", needs="messenger", status="parked", lane="person:y", error="timeout")
    office.clock.jump(timedelta(minutes=12))
    _, page, _ = await office.get("", cookie)
    banner = plain(page)
    assert "WhatsApp: credenciais recusadas (zapi) há 12 min Quem escreve não recebe resposta." in banner
    assert "2 comandos esperam , de 2 conversas" in banner
    assert "O que fazer: autopars doctor diz qual ajuste corrigir" in banner
    assert "recusa as credenciais há 12 min" in banner, "among the providers"
    _, page, _ = await office.get("/comandos", cookie)
    assert "o provedor recusa as nossas credenciais (zapi bad_credentials)" in plain(page)


async def test_a_number_that_is_cut_off_and_a_queue_that_stands_come_before_all(office: Office) -> None:
    now = office.clock()
    cut = {"id": 1, "connected": False, "detail": "Device <b>gone</b>", "at": now - timedelta(hours=2)}
    circuit = Circuit("zapi", failures=9, opened_at=now - timedelta(hours=1), probe_at=now, wait_s=300)
    await office.store.save_circuit(circuit, AlertOperator(topic="zapi", text="fora"), now)
    async with office.database.write() as connection:
        await connection.execute(sa.insert(t.channel).values(cut))
    await command(office, "m", "message.text", status="parked", lane="person:x")
    cookie, _ = await as_role(office, Role.OWNER)
    for role, todo in ((Role.OWNER, "peça um código novo"), (Role.SUPPORT, "chame o dono")):
        theirs, _ = await as_role(office, role)
        _, page, _ = await office.get("", theirs)
        assert "WhatsApp desconectado há 2 h Nada chega e nada sai" in plain(page)
        assert "1 comando espera , de 1 conversa." in plain(page)
        assert todo in plain(page)
        assert "“Device &lt;b&gt;gone&lt;/b&gt;”" in page
        assert page.count('class="outage"') == 1, "its circuit says the same"
        assert todo in plain((await office.get("/whatsapp", theirs))[1])
    await office.store.accept([Incoming(source="x", key="1", lane=SYSTEM, event=PairingAsked(by="x"))], now)
    _, page, _ = await office.get("", cookie)
    assert "parada" not in page
    office.clock.jump(timedelta(minutes=3))
    _, page, _ = await office.get("", cookie)
    assert plain(page).index("A fila de entrada está parada há 3 min") < plain(page).index("WhatsApp desconectado")


async def test_a_code_is_asked_for_by_an_event_and_shown_while_it_lives(office: Office) -> None:
    cookie, token = await as_role(office, Role.OWNER)
    for said in ("/console/whatsapp?live=1", "/console/whatsapp?live=1&said=twice"):
        answer = await office.post("/whatsapp/parear", cookie, token=token, act="a")
        assert answer.headers["Location"] == said
    (row,) = (await office.records.events(source="console", whole=True)).rows
    assert EVENT.validate_json(row["body"]) == PairingAsked(by="operator:owner")
    assert row["lane"] == SYSTEM
    await answered(office, "k1", {"connected": False, "picture": PICTURE})
    _, page, _ = await office.get("/whatsapp", cookie)
    assert f'src="{PICTURE}"' in page
    office.clock.jump(timedelta(seconds=21))
    _, page, _ = await office.get("/whatsapp?live=1", cookie)
    assert "data:image/png" not in page
    assert "venceu" in page


async def test_nobody_but_the_owner_sees_a_code(office: Office) -> None:
    """Whoever scans it takes the shop's number over."""
    await answered(office, "k1", {"connected": False, "picture": PICTURE})
    for role in (Role.SUPPORT, Role.FINANCE, Role.READER):
        cookie, token = await as_role(office, role)
        assert (await office.post("/whatsapp/parear", cookie, token=token)).status == 403
        for path in ("/whatsapp", "/eventos/1", "/comandos/1"):
            _, page, _ = await office.get(path, cookie)
            assert "AAAAAAAA" not in page, (role, path)


async def test_only_a_picture_is_shown_as_one(office: Office) -> None:
    cookie, _ = await as_role(office, Role.OWNER)
    await answered(office, "k1", {"connected": False, "picture": "https://evil.example/x.png"})
    _, page, _ = await office.get("/whatsapp", cookie)
    assert "evil.example" not in page


async def test_the_decision_asks_for_a_fresh_code(office: Office) -> None:
    stored = Stored(7, SYSTEM, PairingAsked(by="operator:owner"), office.clock())
    decision = Decision(stored)
    decide(stored, MemoryShop(), office.clock(), decision)
    (new,) = decision.commands
    assert new.command == ReadPairing()
    assert new.expires_at == office.clock() + timedelta(seconds=30)


async def test_the_balances_are_those_that_were_read_last(office: Office) -> None:
    cookie, _ = await as_role(office, Role.READER)
    _, page, _ = await office.get("", cookie)
    assert "Ainda não foram lidos" in page
    for key, status in (("b1", "done"), ("b2", "done"), ("b3", "parked")):
        await command(office, key, "balance.read", needs="payments", status=status)
        office.clock.jump(timedelta(minutes=10))
    body = '{"kind": "command.done", "result": {"left": 123456}}'
    row = {"source": "command", "key": "b2/done", "lane": SYSTEM, "kind": "command.done", "body": body}
    async with office.database.write() as connection:
        await connection.execute(sa.insert(t.events).values(**row, status="done", received_at=office.clock()))
    _, page, _ = await office.get("", cookie)
    assert "R$ 1.234,56" in page
    assert "há 20 min" in page
