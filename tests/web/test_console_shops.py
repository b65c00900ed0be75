"""Shops and parts in the console: invited, put right and paused, by whom and on record."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.console.access import Role
from bot.decide import decide
from bot.domain import invitation
from bot.domain.decision import Decision, Stored
from bot.domain.events import EVENT, Event, PartEdited, SellerInvited, ShopEdited
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.shop import SqlShop
from bot.storage.writes import apply, put_seller
from tests.web.test_console import Office, found, office
from tests.web.test_console_acts import as_role

__all__ = ["office"]


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)


async def asked(office: Office) -> list[tuple[str, Event]]:
    page = await office.records.events(source="console", whole=True)
    return [(row["lane"], EVENT.validate_json(row["body"])) for row in page.rows]


async def first_shop(office: Office, cookie: str) -> str:
    _, page, _ = await office.get("/vendedores", cookie)
    return found(r'href="/console(/vendedores/[^"]+)"', page)


async def test_a_seller_is_invited_and_the_code_shown_to_the_owner(office: Office) -> None:
    cookie, token = await as_role(office, Role.OWNER)
    await office.post("/vendedores/convidar", cookie, token=token, act="a", note="Zé", email="ze@loja.example")
    ((lane, event),) = await asked(office)
    assert isinstance(event, SellerInvited)
    assert (lane, event.note, event.email, event.by) == ("system", "Zé", "ze@loja.example", "operator:owner")
    stored = Stored(900, lane, event, office.clock())
    async with office.database.write() as connection:
        decision = Decision(stored)
        await connection.run_sync(lambda c: decide(stored, SqlShop(c, Rules()), office.clock(), decision))
        await connection.run_sync(lambda c: apply(c, stored, decision, office.clock()))
    _, page, _ = await office.get("/vendedores", cookie)
    assert invitation.code_of(Rules().salt, event.invitation) in page
    reader, token = await as_role(office, Role.SUPPORT)
    _, page, _ = await office.get("/vendedores", reader)
    assert "LOJA-" not in page
    assert (await office.post("/vendedores/convidar", reader, token=token, note="x")).status == 403


async def test_a_shop_is_paused_once_with_a_reason(office: Office) -> None:
    cookie, token = await as_role(office, Role.OWNER)
    path = await first_shop(office, cookie)
    form = {"token": token, "act": "a", "name": "Auto Peças Silva", "email": "", "wallet_id": "w1"}
    answer = await office.post(path, cookie, **form)
    assert answer.headers["Location"].endswith("said=why")
    for said in ("saved", "twice"):
        answer = await office.post(path, cookie, **form, reason="pediu férias")
        assert answer.headers["Location"].endswith(f"said={said}")
    ((lane, event),) = await asked(office)
    assert isinstance(event, ShopEdited)
    assert lane.startswith("person:")
    assert (event.name, event.wallet_id, event.active) == ("Auto Peças Silva", "w1", False)
    (row,) = await office.accounts.log(action="mudou a loja")
    assert row["detail"].endswith("active · pediu férias")
    reader, token = await as_role(office, Role.FINANCE)
    assert (await office.post(path, reader, **form | {"token": token, "reason": "x"})).status == 403
    _, page, _ = await office.get(path, reader)
    assert "Mudar ou pausar" not in page


async def test_a_part_is_edited_from_what_the_page_showed(office: Office) -> None:
    cookie, token = await as_role(office, Role.SUPPORT)
    _, page, _ = await office.get("/pecas", cookie)
    listing = found(r'href="/console/pecas/(\d+)"', page)
    form = {"token": token, "title": "Farol novo", "price": "R$ 1.234,50", "seen": "3", "stock": "1", "reason": "erro"}
    await office.post(f"/pecas/{listing}", cookie, **form, active="1")
    ((_, event),) = await asked(office)
    assert event == PartEdited(
        listing=int(listing), by="operator:support", title="Farol novo", price=1234_50, stock=-2, active=True
    )


async def test_fields_that_make_no_sense_change_nothing(office: Office) -> None:
    cookie, token = await as_role(office, Role.OWNER)
    shop = await first_shop(office, cookie)
    good = {"title": "Farol", "price": "10,00", "seen": "1", "stock": "1", "reason": "x"}
    for wrong in ({"price": "x"}, {"price": "0"}, {"stock": "-1"}, {"seen": "9" * 20}, {"title": ""}):
        answer = await office.post("/pecas/501", cookie, token=token, **good | wrong)
        assert answer.status == 404 or answer.headers["Location"].endswith("said=unclear"), wrong
    answer = await office.post(shop, cookie, token=token, name="x", reason="x")
    assert answer.headers["Location"].endswith("said=unclear")
    answer = await office.post("/vendedores/convidar", cookie, token=token, note="Zé", email="no address")
    assert answer.headers["Location"].endswith("said=unclear")
    assert (await office.post("/vendedores/s-nobody", cookie, token=token, name="xyz", reason="x")).status == 404
    assert await asked(office) == []


async def test_a_paused_shop_is_not_found_by_buyers(office: Office) -> None:
    async with office.database.read() as connection:
        view = await connection.run_sync(lambda c: SqlShop(c, Rules()).search("farol", 9))
        seller = await connection.run_sync(lambda c: SqlShop(c, Rules()).seller(view[0].seller_id))
    assert seller is not None
    async with office.database.write() as connection:
        await connection.run_sync(lambda c: put_seller(c, seller.but(active=False)))
        kept = (await connection.execute(sa.select(t.sellers.c.active).where(t.sellers.c.id == seller.id))).scalar_one()
    assert kept is False
    async with office.database.read() as connection:
        found = await connection.run_sync(lambda c: SqlShop(c, Rules()).search("farol", 9))
    assert [p for p in found if p.seller_id == seller.id] == []
