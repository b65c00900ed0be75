"""The door and every act behind it: guessed at, forged, by the wrong role; and each on record."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from multidict import CIMultiDict

from bot import console
from bot.console import acts
from bot.console.access import FREE_TRIES, PLACE_TRIES, Role
from bot.console.pages.door import BY_LINK
from bot.storage import tables as t
from tests.web.test_console import ANAS, OWNERS, Office, office
from tests.web.test_console_acts import as_role, paid_order

__all__ = ["office"]

SHOP, PART = "s1177770001", "501"
NOTICE = "order-1042/charge_ready/order-1042-a1"
ACTS: dict[str, tuple[str, dict[str, str]]] = {
    r"/pedidos/{order:\d{1,9}}/nota": ("/pedidos/1042/nota", {"text": "x"}),
    r"/pedidos/{order:\d{1,9}}/reenviar": ("/pedidos/1042/reenviar", {"key": NOTICE}),
    r"/pedidos/{order:\d{1,9}}/aceitar": ("/pedidos/1042/aceitar", {}),
    r"/pedidos/{order:\d{1,9}}/recusar": ("/pedidos/1042/recusar", {}),
    r"/pedidos/{order:\d{1,9}}/pagamento": ("/pedidos/1042/pagamento", {}),
    r"/pedidos/{order:\d{1,9}}/devolver": ("/pedidos/1042/devolver", {"amount": "1,00"}),
    r"/pedidos/{order:\d{1,9}}/cancelar": ("/pedidos/1042/cancelar", {}),
    "/pessoas/{person}/mensagem": ("/pessoas/p-marina/mensagem", {"text": "Olá"}),
    "/pessoas/{person}/devolver": ("/pessoas/p-marina/devolver", {}),
    "/pessoas/{person}/esquecer": ("/pessoas/p-marina/esquecer", {"sure": "Apagar"}),
    "/pessoas/{person}/nota": ("/pessoas/p-marina/nota", {"text": "x"}),
    "/respostas": ("/respostas", {"text": "Já vejo."}),
    r"/respostas/{number:\d{1,9}}/apagar": ("/respostas/1/apagar", {}),
    "/eventos/repetir": ("/eventos/repetir", {"all": "1", "status": "done"}),
    "/comandos/agora": ("/comandos/agora", {"ids": "1"}),
    "/diferencas": ("/diferencas", {}),
    "/vendedores/convidar": ("/vendedores/convidar", {"note": "Zé"}),
    "/vendedores/{seller}": (f"/vendedores/{SHOP}", {"name": "Silva"}),
    r"/pecas/{listing:\d{1,9}}": (
        f"/pecas/{PART}",
        {"title": "Farol", "price": "10,00", "seen": "1", "stock": "1", "active": "1"},
    ),
    "/whatsapp/parear": ("/whatsapp/parear", {}),
    "/contas": ("/contas", {"name": "bia", "role": "reader", "password": "p" * 20}),
    "/contas/convidar": ("/contas/convidar", {"name": "bia", "role": "reader", "email": "bia@exemplo.com"}),
    "/contas/{name}/fechar": ("/contas/closing/fechar", {}),
}
"""Each act by its route, with a form that does it."""
ORDERS = {rf"/pedidos/{{order:\d{{1,9}}}}/{name}" for name in (*acts.ACTS, "provas", r"provas/{id:\d{1,18}}/apagar")}
"""All that can be asked of an order, some of it in other states only: see test_console_acts, test_console_exhibits."""
OWN = {"/sair", "/senha"}
"""What everybody may do, of their own session."""


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)


async def prepared(office: Office) -> None:
    """Something that each act can act on."""
    await paid_order(office)
    await office.access.save("closing", Role.READER, "p" * 20)
    now = office.clock()
    event = {
        "source": "asaas",
        "key": "k",
        "lane": "order:1042",
        "kind": "timer",
        "body": '{"kind":"timer","name":"x"}',
    }
    command = {"key": "k", "kind": "charge.read", "needs": "payments", "lane": "order:1042", "body": "{}"}
    times = {"not_before": now, "event_id": 1, "created_at": now, "updated_at": now}
    async with office.database.write() as connection:
        await connection.execute(sa.insert(t.events).values(**event, status="done", received_at=now))
        await connection.execute(sa.insert(t.commands).values(**command, status="parked", **times))


async def audited(office: Office) -> int:
    async with office.database.read() as connection:
        looks = t.audit.c.action.in_(["viu", "entrou"])
        return int((await connection.execute(sa.select(sa.func.count()).where(~looks))).scalar_one())


def known(office: Office) -> list[tuple[str, dict[str, str]]]:
    there = routes(office, "POST")
    return [ACTS[route] for route in ACTS if route in there]


def routes(office: Office, method: str) -> set[str]:
    found = console.routes(office.desk)
    return {route.path.removeprefix("/console") for route in found if route.method == method}


async def test_every_act_is_known_here(office: Office) -> None:
    """An act that is added needs a line above, and so the tests below."""
    assert routes(office, "POST") - set(ACTS) - ORDERS - OWN == {"/entrar", "/esqueci", BY_LINK}


async def test_every_act_asks_for_a_session_the_forms_token_and_a_permit(office: Office) -> None:
    await prepared(office)
    owner = await office.enter("owner", OWNERS)
    reader, readers = await as_role(office, Role.READER)
    before = await audited(office)
    for path, form in known(office):
        full = form | {"reason": "x"}
        answer = await office.post(path, token="x" * 43, **full)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/console/entrar"), path
        assert (await office.post(path, owner, token="x" * 43, **full)).status == 403, path
        assert (await office.post(path, owner, token=readers, **full)).status == 403, f"{path}: another's token"
        assert (await office.post(path, reader, token=readers, **full)).status == 403, path
    assert await audited(office) == before


SHOPS_AND_HOUSE = {
    "/vendedores/convidar",
    f"/vendedores/{SHOP}",
    "/whatsapp/parear",
    "/contas",
    "/contas/convidar",
    "/contas/closing/fechar",
    "/pessoas/p-marina/esquecer",
}
TALKING = {
    "/pedidos/1042/nota",
    "/pedidos/1042/reenviar",
    "/pessoas/p-marina/mensagem",
    "/pessoas/p-marina/devolver",
    "/pessoas/p-marina/nota",
    "/respostas",
    "/respostas/1/apagar",
}
MENDING = {"/eventos/repetir", "/comandos/agora"}
MONEY = {
    "/diferencas",
    "/pedidos/1042/devolver",
    "/pedidos/1042/contestar",
    "/pedidos/1042/nao-contestar",
    "/pedidos/1042/repasse",
    "/pedidos/1042/repasse-devolvido",
    "/pedidos/1042/conciliacao",
    "/pedidos/1042/peca-voltou",
}


@pytest.mark.parametrize(
    ("role", "not_theirs"),
    [(Role.SUPPORT, MONEY | SHOPS_AND_HOUSE), (Role.FINANCE, TALKING | MENDING | SHOPS_AND_HOUSE)],
)
async def test_a_role_may_do_what_the_handbook_says(office: Office, role: Role, not_theirs: set[str]) -> None:
    """The table of docs/console.md, not the code's own."""
    await prepared(office)
    cookie, token = await as_role(office, role)
    paths = {path for path, _ in known(office)} | {f"/pedidos/1042/{name}" for name in acts.ACTS}
    refused = {path for path in paths if (await office.post(path, cookie, token=token)).status == 403}
    assert refused == not_theirs
    for page in ("/contas", "/auditoria", "/pessoas/p-marina/dados.json"):
        assert (await office.get(page, cookie))[0] == 403, page


async def test_every_act_is_on_record_once(office: Office) -> None:
    await prepared(office)
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    for number, (path, form) in enumerate(known(office)):
        before = await audited(office)
        answer = await office.post(path, owner, token=token, act=f"act-{number}", **form, reason="porque sim")
        assert answer.status == 303, path
        assert await audited(office) == before + 1, path


async def test_every_page_asks_for_a_session_and_is_kept_by_nobody(office: Office) -> None:
    await prepared(office)
    owner = await office.enter("owner", OWNERS)
    values = {"order": "1042", "person": "p-marina", "id": "1", "seller": SHOP, "listing": PART, "root": "a" * 16}
    for route in routes(office, "GET") - {"/entrar", ".css", ".js", "/esqueci", BY_LINK}:
        path = re.sub(r"\{(\w+)[^/]*?\}(?=/|\.|$)", lambda match: values[match[1]], route)
        status, _, answer = await office.get(path)
        assert status == 303, path
        status, text, answer = await office.get(path, owner)
        assert status in (200, 404), (path, status)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "style=" not in text, path
        assert "onclick" not in text, path


async def test_a_guesser_of_many_names_has_to_wait(office: Office) -> None:
    for number in range(PLACE_TRIES):
        assert await office.enter(f"name{number}", "guess") == ""
    assert await office.enter("owner", OWNERS) == "", "the right one too, from there"
    office.clock.jump(timedelta(minutes=6))
    assert await office.enter("owner", OWNERS)


async def test_another_address_does_not_wait(office: Office) -> None:
    for number in range(PLACE_TRIES):
        await office.send("/entrar", {"X-Forwarded-For": "203.0.113.7"}, {"name": f"n{number}", "password": "guess"})
    through = {"X-Forwarded-For": "1.2.3.4, 203.0.113.7"}
    blocked = await office.send("/entrar", through, {"name": "owner", "password": OWNERS})
    assert blocked.status == 401, "what the client itself put in front does not count"
    assert await office.enter("owner", OWNERS)


async def test_what_a_client_puts_in_front_on_a_line_of_its_own_does_not_count(office: Office) -> None:
    """As some proxies hand it on: another line, behind the one that the client has sent."""

    async def guess(number: int) -> str:
        through = CIMultiDict([("X-Forwarded-For", f"1.2.3.{number}"), ("X-Forwarded-For", "203.0.113.7")])
        answer = await office.send("/entrar", through, {"name": f"n{number}", "password": "guess"})
        return await answer.text()

    for number in range(PLACE_TRIES):
        await guess(number)
    assert "Tente de novo" in await guess(PLACE_TRIES)


async def test_a_wait_does_not_tell_who_has_an_account(office: Office) -> None:
    async def guessed(name: str) -> list[bool]:
        answers = [await office.post("/entrar", name=name, password="guess") for _ in range(FREE_TRIES + 2)]
        return ["Tente de novo" in await answer.text() for answer in answers]

    assert await guessed("owner") == await guessed("nobody") == [False] * (FREE_TRIES - 1) + [True] * 3
    office.clock.jump(timedelta(seconds=31))
    again = [await office.post("/entrar", name=name, password="guess") for name in ("owner", "nobody")]
    waits = [re.search(r"Tente de novo às [\d:]+", await answer.text()) for answer in again]
    assert all(waits)
    assert len({wait[0] for wait in waits if wait}) == 1


async def test_a_cookie_of_any_bytes_is_only_a_wrong_one(office: Office) -> None:
    reader, writer = await asyncio.open_connection(office.server.host, office.server.port or 0)
    writer.write(b"GET /console HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: autopars_console=\xff\xfe\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 303")


async def test_the_way_back_is_a_path_of_the_console(office: Office) -> None:
    for back in ("//evil", "/console.evil", "/console/\r\nX: y", "https://evil"):
        answer = await office.post("/entrar", name="owner", password=OWNERS, back=back)
        assert (answer.status, answer.headers["Location"]) == (303, "/console"), back


async def test_ones_own_password(office: Office) -> None:
    await office.access.save("ana", Role.READER, ANAS)
    ana, other = await office.enter("ana", ANAS), await office.enter("ana", ANAS)
    token = await office.token(ana)
    for old, new in (("wrong", "a new password!"), (ANAS, "short")):
        assert (await office.post("/senha", ana, token=token, old=old, new=new)).status == 400
    answer = await office.post("/senha", ana, token=token, old=ANAS, new="a new password!")
    assert answer.headers["Location"] == "/console/entrar"
    for cookie in (ana, other):
        assert (await office.get("", cookie))[0] == 303, "every session with the old one is over"
    assert await office.enter("ana", ANAS) == ""
    assert await office.enter("ana", "a new password!")
    assert (await office.accounts.log(subject="account:ana", action="mudou a senha"))[0]["by"] == "ana"


async def test_nobody_changes_the_owners_password_here(office: Office) -> None:
    owner = await office.enter("owner", OWNERS)
    token = await office.token(owner)
    assert (await office.post("/senha", owner, token=token, old=OWNERS, new="a new password!")).status == 400
    assert await office.enter("owner", OWNERS)


async def test_who_guesses_the_old_password_of_an_open_session_has_to_wait(office: Office) -> None:
    await office.access.save("ana", Role.READER, ANAS)
    ana = await office.enter("ana", ANAS)
    token = await office.token(ana)
    for _ in range(6):
        await office.post("/senha", ana, token=token, old="guess", new="a new password!")
    assert (await office.post("/senha", ana, token=token, old=ANAS, new="a new password!")).status == 400
