"""Shops and their parts: invite, edit, pause. Each action is an event of the seller's own lane."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from aiohttp import web

from bot.console.access import Permit
from bot.console.listing import Filter, Listing
from bot.console.server import HOME, Console, Visit
from bot.domain import invitation, lanes, money
from bot.domain.catalogue import Product
from bot.domain.events import PartEdited, SellerInvited, ShopEdited
from bot.domain.invitation import Invitation
from bot.domain.people import Person, Seller
from bot.storage.lists import PAGE
from bot.storage.shop import SqlShop

PARTS = Listing(
    "products.html",
    lambda desk, span, wanted: desk.records.products(span, **wanted),
    (Filter("seller", "Loja", hint="id da loja"), Filter("paused", "só pausadas", flag=True)),
)
NAME = 120


def routes(console: Console) -> list[web.RouteDef]:
    one, part = "/vendedores/{seller}", r"/pecas/{listing:\d{1,9}}"
    return [
        console.get("/vendedores", sellers),
        console.post("/vendedores/convidar", invite, Permit.MANAGE),
        console.get(one, shop),
        console.post(one, edit_shop, Permit.MANAGE),
        console.get("/pecas", PARTS.page),
        console.get(part, product),
        console.post(part, edit_part, Permit.ORDERS),
    ]


async def sellers(visit: Visit) -> web.Response:
    rows = await visit.desk.records.sellers(visit.word("after"))
    invited = []
    if visit.may("manage"):
        found = [Invitation.model_validate_json(row["body"]) for row in await visit.desk.records.invitations()]
        salt, now = visit.desk.rules.salt, visit.desk.clock()
        newest = sorted(found, key=lambda i: i.created_at, reverse=True)[:20]
        invited = [(i, invitation.code_of(salt, i.id) if i.is_good(now) else "") for i in newest]
    return visit.page(
        "sellers.html",
        sellers=[(Seller.model_validate_json(row["body"]), row["parts"]) for row in rows],
        after=rows[-1]["id"] if len(rows) == PAGE else "",
        invited=invited,
    )


async def invite(visit: Visit) -> web.Response:
    name = secrets.token_hex(16)
    email, note = visit.form.get("email", "").strip()[:320], visit.form.get("note", "").strip()[:200]
    if not note or (email and "@" not in email):
        return visit.go(f"{HOME}/vendedores", "unclear")
    until = visit.desk.clock() + invitation.VALID
    event = SellerInvited(invitation=name, by=visit.by, expires_at=until, email=email, note=note)
    said = await visit.act(lanes.SYSTEM, event, subject="invitations", what="convidou", detail=note)
    return visit.go(f"{HOME}/vendedores", "invited" if said == "asked" else said)


async def shop(visit: Visit) -> web.Response:
    found, _ = await _shop(visit)
    if found is None:
        return visit.missing()
    await visit.looked_at(f"seller:{found.id}")
    page = await visit.desk.records.products(seller=found.id)
    desk = visit.desk
    async with desk.database.read() as connection:
        debt = await connection.run_sync(lambda c: SqlShop(c, desk.rules).debt(found.id))
    return visit.page("shop.html", seller=found, page=page, debt=debt)


async def edit_shop(visit: Visit) -> web.Response:
    found, person = await _shop(visit)
    if found is None or person is None:
        return visit.missing()
    form, back = visit.form, f"{HOME}/vendedores/{found.id}"
    event = shop_event(found, visit.by, form)
    if event is None or event.wallet_id == visit.desk.rules.platform_wallet_id != "":
        return visit.go(back, "unclear")
    if not form.get("reason", "").strip():
        return visit.go(back, "why")
    changed = ", ".join(
        name
        for name in ("name", "email", "wallet_id", "state_register", "auto_accept", "active")
        if getattr(event, name) != getattr(found, name)
    )
    detail = f"{changed} · {form['reason'].strip()[:300]}"
    said = await visit.act(person.lane, event, subject=f"seller:{found.id}", what="mudou a loja", detail=detail)
    return visit.go(back, "saved" if said == "asked" else said)


def shop_event(seller: Seller, by: str, form: Mapping[str, str]) -> ShopEdited | None:
    """The event for a shop's form; None if it makes no sense."""
    name, email = form.get("name", "").strip()[:NAME], form.get("email", "").strip()[:320]
    if len(name) < 2 or (email and "@" not in email):
        return None
    return ShopEdited(
        seller_id=seller.id,
        by=by,
        name=name,
        email=email,
        wallet_id=form.get("wallet_id", "").strip()[:60],
        state_register=form.get("state_register", "").strip()[:40],
        auto_accept=form.get("auto_accept") == "1",
        active=form.get("active") == "1",
    )


async def product(visit: Visit) -> web.Response:
    found, seller, _ = await _part(visit)
    return visit.missing() if found is None else visit.page("product.html", part=found, seller=seller)


async def edit_part(visit: Visit) -> web.Response:
    found, _, person = await _part(visit)
    if found is None or person is None:
        return visit.missing()
    form, back = visit.form, f"{HOME}/pecas/{found.listing}"
    event = part_event(found, visit.by, form)
    if event is None:
        return visit.go(back, "unclear")
    if not form.get("reason", "").strip():
        return visit.go(back, "why")
    state = "à venda" if event.active else "pausada"
    detail = f"{event.title} · {money.show(event.price)} · {event.stock:+d} · {state}"
    said = await visit.act(
        person.lane,
        event,
        subject=f"product:{found.listing}",
        what="mudou a peça",
        detail=f"{detail} · {form['reason'].strip()[:300]}",
    )
    return visit.go(back, "saved" if said == "asked" else said)


def part_event(part: Product, by: str, form: Mapping[str, str]) -> PartEdited | None:
    """The event for a part's form; None if it makes no sense. Stock is a difference from what the page showed, so that
    a piece sold meanwhile stays sold."""
    title, price = form.get("title", "").strip()[:NAME], money.read(form.get("price", ""))
    seen, wanted = form.get("seen", ""), form.get("stock", "").strip()
    if len(title) < 3 or price is None or price < 1:
        return None
    if not (seen.isdecimal() and wanted.isdecimal() and len(seen + wanted) < 12):
        return None
    stock = int(wanted) - int(seen)
    active = form.get("active") == "1"
    return PartEdited(listing=part.listing, by=by, title=title, price=price, stock=stock, active=active)


async def _shop(visit: Visit) -> tuple[Seller | None, Person | None]:
    desk, wanted = visit.desk, visit.word("seller")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: _seller_and_person(SqlShop(c, desk.rules), wanted))


async def _part(visit: Visit) -> tuple[Product | None, Seller | None, Person | None]:
    desk, listing = visit.desk, visit.number("listing")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: _part_and_shop(SqlShop(c, desk.rules), listing))


def _seller_and_person(view: SqlShop, seller_id: str) -> tuple[Seller | None, Person | None]:
    seller = view.seller(seller_id)
    return seller, view.person(seller.person_id) if seller else None


def _part_and_shop(view: SqlShop, listing: int) -> tuple[Product | None, Seller | None, Person | None]:
    part = view.product(listing)
    return (part, *_seller_and_person(view, part.seller_id)) if part else (None, None, None)
