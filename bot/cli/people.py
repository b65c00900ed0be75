"""Verbs about people: inviting shops, exporting or erasing a person's data."""

from __future__ import annotations

import argparse
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection

from bot.cli.terminal import Stopped, say, with_database
from bot.conversations.forgetting import open_orders
from bot.domain import calendar
from bot.domain.events import ForgetAsked, Incoming, SellerInvited
from bot.domain.invitation import code_of
from bot.domain.lanes import SYSTEM
from bot.domain.order import Order
from bot.domain.people import Person
from bot.domain.phone import canonical
from bot.engine.clock import Clock
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.privacy import Privacy
from bot.storage.shop import SqlShop
from bot.storage.store import SqlStore


def invite(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        now, rules, name = Clock()(), config.rules(), uuid4().hex
        until = now + timedelta(days=options.days)
        event = SellerInvited(
            invitation=name, by="operator", expires_at=until, email=options.email, note=options.note[:200]
        )
        incoming = Incoming(source="cli", key=f"invite/{name}", lane=SYSTEM, event=event)
        await SqlStore(database, rules).accept([incoming], now)
        mailed = f", to be mailed to {options.email}" if options.email else ""
        say(f"{code_of(rules.salt, name)} opens one shop until {calendar.today(until).isoformat()}{mailed}")
        return 0

    return with_database(work)


def export(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        person, _ = await _who(config, database, options.phone)
        say((await Privacy(database).copy_of(person.id) or "").rstrip())
        return 0

    return with_database(work)


def erase(options: argparse.Namespace) -> int:
    """As in the chat: an event of the person's lane, handled by the running bot."""

    async def work(config: Settings, database: Database) -> int:
        person, blocking = await _who(config, database, options.phone)
        if blocking:
            numbers = ", ".join(f"#{order.number}" for order in blocking)
            raise Stopped(f"nothing was erased: {numbers} must end first")
        event = ForgetAsked(person_id=person.id, by="operator:cli")
        incoming = Incoming(source="cli", key=f"forget/{uuid4().hex}", lane=person.lane, event=event)
        await SqlStore(database, config.rules()).accept([incoming], Clock()())
        say(f"the erasure of {person.id} is asked for; the bot that runs does it, or the next one that starts")
        return 0

    return with_database(work)


async def _who(config: Settings, database: Database, named: str) -> tuple[Person, list[Order]]:
    """The person with a phone or id, and their orders that prevent an erasure."""

    def look(connection: Connection) -> tuple[Person, list[Order]]:
        shop = SqlShop(connection, config.rules())
        person = shop.person_known_as([i for i in (canonical(named), named) if i]) or shop.person(named)
        if person is None:
            raise Stopped("nobody is known by that phone or id")
        return person, open_orders(shop, person)

    async with database.read() as connection:
        return await connection.run_sync(look)
