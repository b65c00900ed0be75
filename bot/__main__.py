"""The command line: ``python -m bot`` or ``autopars``. ``--help`` works on every level."""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import looping
from bot.arguments import moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.domain.catalogue import Product
    from bot.domain.order import Order
    from bot.domain.people import Person
    from bot.settings import Settings
    from bot.storage.database import Database

Verb = Callable[[argparse.Namespace], int]

MOST_EVENT_ID = 2**63 - 1


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 0 for success, 1 for a failure, 2 for wrong use or settings."""
    options = _parser().parse_args(arguments)
    try:
        from bot.terminal import plainly  # each verb imports what it needs: `--help` answers at once
    except KeyboardInterrupt:
        return 130
    run: Verb = options.run
    return plainly(lambda: run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autopars", description="A shop assistant for auto parts, on WhatsApp.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: Verb, text: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=text, description=text)
        one.set_defaults(run=run)
        return one

    serve = verb("serve", _serve, "web process; with SQLite also the worker and the scheduler")
    serve.add_argument("--only", choices=["web"], help="accept events, work none")
    verb("worker", _worker, "works events and commands, serves nothing")
    demo = verb("demo", _demo, "bot, scheduler and stand-ins of all providers in one process")
    demo.add_argument("--port", type=_port, default=8080, help="where it listens (default: 8080)")
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    demo.add_argument("--database", default="", help="database address (default: var/demo.db)")
    verb("migrate", _migrate, "bring the schema up to date")
    keeping = verb("backup", _backup, "copy the SQLite file while the bot runs")
    keeping.add_argument("file", type=Path, help="where to; must not be there yet")
    loading = verb("import", _import, "load sellers and products from .json or .csv, all or nothing")
    loading.add_argument("file", type=Path)
    verb("doctor", _doctor, "check settings, database and every provider; say what to fix")
    whatsapp = verb("whatsapp", _whatsapp, "the WhatsApp number")
    actions = whatsapp.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "register all webhooks, show the pairing code"
    connecting = actions.add_parser("connect", help=text, description=text)
    connecting.add_argument(
        "--phone", type=_phone, default="", help="the shop's number: show a code to be typed there, no picture"
    )
    text = "start the gateway's session anew"
    actions.add_parser("restart", help=text, description=text)
    freight = verb("melhor-envio", _melhor_envio, "the account that buys labels")
    freight.add_argument("action", choices=["connect"], help="a one-time link to allow this application")
    payments = verb("payments", _payments, "the payment provider")
    payments.add_argument("action", choices=["connect"], help="register the webhook, wake a paused queue")
    videos = verb("videos", _videos, "the store of videos")
    videos.add_argument("action", choices=["connect"], help="register the webhook, show its secret where it is not set")
    sellers = verb("sellers", _invite, "the shops")
    deeds = sellers.add_subparsers(dest="action", required=True, metavar="ACTION")
    text = "a code that opens a shop, once; to be sent in the chat"
    inviting = deeds.add_parser("invite", help=text, description=text)
    inviting.add_argument("--email", type=_email, default="", help="mail the code there")
    inviting.add_argument("--note", default="", help="who it is for, in your words")
    inviting.add_argument("--days", type=_days, default=14, help="how long it is good (default: 14)")
    books = verb("reconcile", _reconcile, "compare our books with the providers', all of them or one order's")
    books.add_argument("--order", type=_number, default=0, metavar="N", help="only this order")
    books.add_argument("--days", type=_number, default=7, help="how far back money that moved is looked for (7)")
    verb("understand", _understand, "one message a line (JSON) in, what was understood out")
    verb("search", _search, "one query a line in, a JSON list of SKUs out")
    replay = verb("replay", _replay, "put stored events back to work")
    replay.add_argument("event", type=_event_id, nargs="*", help="the id of a stored event")
    found = replay.add_argument_group("instead of ids: all that fit")
    found.add_argument("--source", default="", help="who told it: zapi, evolution, asaas, melhor_envio, resend, timer…")
    found.add_argument("--kind", default="", help="what happened, e.g. message.received")
    found.add_argument("--lane", default="", help="whom it concerns, e.g. order:1042")
    found.add_argument("--root", default="", help="what came from outside first: the root of a log line")
    found.add_argument("--status", choices=["failed", "done"], help="set aside (the default) or worked")
    found.add_argument("--since", type=moment, help="arrived from then on (ISO 8601 with a zone)")
    found.add_argument("--until", type=moment, help="arrived before then")
    text = "send a sample of a provider's webhook, rightly signed, to a bot under development"
    triggering = verb("trigger", _trigger, text)
    triggering.add_argument("event", nargs="?", default="", help="its name; without one, the list of them")
    triggering.add_argument("--to", default="", help="the bot's address (default: HOST and PORT, or the demo's)")
    triggering.add_argument(
        "--set",
        dest="given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="such as payment.value=12",
    )
    triggering.add_argument("--times", type=int, default=1, choices=range(1, 101), metavar="N", help="the same N times")
    triggering.add_argument("--show", action="store_true", help="print the body, send nothing")
    triggering.add_argument("--anyway", action="store_true", help="also to an address outside of this network")
    copy = verb("export-person", _export_person, "all that is known of somebody, as JSON (LGPD)")
    erase = verb("erase-person", _erase_person, "erase what the law does not keep of somebody (LGPD)")
    for one in (copy, erase):
        one.add_argument("phone", help="a phone, or the person's id in the console")
    verb("flows", _flows, "the conversation state machines as Mermaid")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _phone(text: str) -> str:
    from bot.domain.phone import canonical

    if text and not canonical(text):
        raise argparse.ArgumentTypeError(f"{text[:40]} is no Brazilian phone; write it as 5511987654321")
    return canonical(text)


def _email(text: str) -> str:
    from bot.conversations.language.answers import email

    if text and not email(text):
        raise argparse.ArgumentTypeError(f"{text[:80]} is no e-mail address")
    return email(text)


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 90:
        raise argparse.ArgumentTypeError("days are a number from 1 to 90")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"{text[:40]} is no number from 1 on")
    return int(text)


def _event_id(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_EVENT_ID:
        raise argparse.ArgumentTypeError(f"{text[:40]} is no event id")
    return int(text)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _lines() -> Iterator[str]:
    """Standard input; what is no UTF-8 is replaced."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    yield from sys.stdin


def _told_to_end() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


def _serve(options: argparse.Namespace) -> int:
    from bot.terminal import Stopped, configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.app import Bot
        from bot.listening import Door

        told = _told_to_end()
        bot = Bot(config)
        await up_to_date(bot.database)
        door = Door(bot.application(work=options.only != "web"), config.host, config.port)
        try:
            await door.open()
        except OSError as error:
            raise Stopped(
                f"cannot listen on {config.host}:{config.port} ({error.strerror}); check HOST and PORT"
            ) from None
        logging.getLogger("bot").info("listening on %s:%s", config.host, config.port)
        _settle()
        await told.wait()
        await door.close()
        return 0

    return looping.run(run())


def _settle() -> None:
    """What was made at the start stays: keep the collector from walking it again and again."""
    gc.collect()
    gc.freeze()


def _worker(_: argparse.Namespace) -> int:
    from bot.terminal import configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.app import Bot

        told = _told_to_end()
        bot = Bot(config)
        await up_to_date(bot.database)
        async with bot.run():
            logging.getLogger("bot").info("working events and commands")
            _settle()
            await told.wait()
        return 0

    return looping.run(run())


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import database_file, demo, is_free
    from bot.terminal import Stopped

    port: int = options.port
    if not is_free(port):
        raise Stopped(f"port {port} is taken; try `make demo PORT={port + 1 if port < 65535 else 8080}`")
    database = options.database or f"sqlite+aiosqlite:///{database_file(port)}"
    return looping.run(demo(port, browser=not options.no_browser, database=database))


def _with_database(work: Callable[[Settings, Database], Awaitable[int]], *, any_schema: bool = False) -> int:
    from bot.terminal import configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.storage.database import Database

        database = Database(config.database_url)
        try:
            if not any_schema:
                await up_to_date(database)
            return await work(config, database)
        finally:
            await database.close()

    return looping.run(run())


def _migrate(_: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from bot.storage.migrate import migrate

        _say(f"schema at {await migrate(database)}")
        return 0

    return _with_database(work, any_schema=True)


def _backup(options: argparse.Namespace) -> int:
    from bot.storage.backup import back_up
    from bot.storage.database import sqlite_path
    from bot.terminal import Stopped, configured

    source = sqlite_path(configured().database_url)
    if source is None:
        raise Stopped("this is for SQLite; PostgreSQL has pg_dump (see docs/production.md)")
    try:
        back_up(source, options.file)
    except OSError as error:
        raise Stopped(f"nothing was copied: {error.filename or options.file}: {error.strerror}") from None
    _say(f"{options.file}: {options.file.stat().st_size} bytes")
    return 0


def _import(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from bot import importing
        from bot.engine.clock import Clock
        from bot.engine.store import Conflict
        from bot.terminal import Stopped

        try:
            sellers = importing.read(options.file)
            done = await importing.load(database, config.rules(), sellers, Clock()())
        except importing.ImportRefused as error:
            raise Stopped(f"nothing was imported:\n{error}") from None
        except OSError as error:
            raise Stopped(f"nothing was imported:\n{options.file}: {error.strerror}") from None
        except Conflict:
            raise Stopped("nothing was imported: the shop was busy with the same rows; run it again") from None
        _say(f"{done.sellers} sellers and {done.products} products imported")
        return 0

    return _with_database(work)


def _doctor(_: argparse.Namespace) -> int:
    from bot.terminal import configured

    config = configured()

    async def run() -> int:
        from bot.app import Bot
        from bot.doctor import examine, in_portuguese

        return await examine(Bot(config), _say, portuguese=in_portuguese())

    return looping.run(run())


def _whatsapp(options: argparse.Namespace) -> int:
    from bot.terminal import configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.app import Bot
        from bot.pairing import connect, restart

        bot = Bot(config)
        await up_to_date(bot.database)
        if options.action == "restart":
            return await restart(bot, _say)
        return await connect(bot, _say, phone=options.phone, attended=sys.stdout.isatty())

    return looping.run(run())


def _invite(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from datetime import timedelta
        from uuid import uuid4

        from bot.domain import calendar
        from bot.domain.events import Incoming, SellerInvited
        from bot.domain.invitation import code_of
        from bot.domain.lanes import SYSTEM
        from bot.engine.clock import Clock
        from bot.storage.store import SqlStore

        now, rules, name = Clock()(), config.rules(), uuid4().hex
        until = now + timedelta(days=options.days)
        event = SellerInvited(
            invitation=name, by="operator", expires_at=until, email=options.email, note=options.note[:200]
        )
        incoming = Incoming(source="cli", key=f"invite/{name}", lane=SYSTEM, event=event)
        await SqlStore(database, rules).accept([incoming], now)
        mailed = f", mailed to {options.email}" if options.email else ""
        _say(f"{code_of(rules.salt, name)} opens one shop until {calendar.today(until).isoformat()}{mailed}")
        return 0

    return _with_database(work)


def _melhor_envio(_: argparse.Namespace) -> int:
    from bot.connecting import connect_shipping
    from bot.terminal import configured

    return connect_shipping(configured(), _say)


def _payments(_: argparse.Namespace) -> int:
    from bot.terminal import configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.app import Bot
        from bot.connecting import connect_payments

        bot = Bot(config)
        await up_to_date(bot.database)
        return await connect_payments(bot, _say)

    return looping.run(run())


def _videos(_: argparse.Namespace) -> int:
    from bot.terminal import configured, up_to_date

    config = configured()

    async def run() -> int:
        from bot.app import Bot
        from bot.connecting import connect_videos

        bot = Bot(config)
        await up_to_date(bot.database)
        return await connect_videos(bot, _say)

    return asyncio.run(run())


def _understand(_: argparse.Namespace) -> int:
    from bot.conversations.language import understand
    from bot.terminal import Stopped

    for number, line in enumerate(_lines(), start=1):
        if not line.strip():
            continue
        try:
            text, role = _message(json.loads(line))
        except (ValueError, RecursionError):
            raise Stopped(
                f'line {number}: neither a JSON string nor an object {{"text": …, "role": "buyer" or "seller"}}'
            ) from None
        found = understand(text, role)
        _say(
            json.dumps(
                {
                    "intent": found.intent,
                    "confidence": round(found.confidence, 3),
                    "slots": found.slots,
                    "alternatives": [name for name, _ in found.alternatives],
                },
                ensure_ascii=False,
            )
        )
    return 0


def _message(given: Any) -> tuple[str, str]:
    """Text and role of a line. Raises ``ValueError`` for another form."""
    from bot.redaction import storable

    fields = given if isinstance(given, dict) else {"text": given}
    text, role = fields.get("text"), fields.get("role") or ""
    if not isinstance(text, str) or role not in ("", "buyer", "seller"):
        raise ValueError
    return storable(text), role


def _search(_: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from bot.conversations.finding import look
        from bot.storage.shop import SqlShop

        def _find(connection: Connection, text: str) -> list[Product]:
            found = look(SqlShop(connection, config.rules()), text)
            return [] if found.unknown else found.products  # an unknown car: the buyer is asked first

        async with database.read() as connection:
            for line in _lines():
                found = await connection.run_sync(_find, line.strip())
                _say(json.dumps([product.sku for product in found], ensure_ascii=False))
        return 0

    return _with_database(work)


def _replay(options: argparse.Namespace) -> int:
    fitting = (options.source, options.kind, options.lane, options.root, options.status, options.since, options.until)
    if bool(options.event) == any(fitting):
        sys.stderr.write("replay: name events by their ids, or say what fits; see replay --help\n")
        return 2

    async def work(config: Settings, database: Database) -> int:
        from bot.replaying import replay

        return await replay(config, database, options)

    return _with_database(work)


def _trigger(options: argparse.Namespace) -> int:
    from bot.triggering import trigger
    from sandbox import samples

    if not options.event:
        _say("\n".join(samples.names()))
        return 0
    run = trigger(
        options.event,
        to=options.to,
        given=options.given,
        times=options.times,
        show=options.show,
        anyway=options.anyway,
        say=_say,
    )
    return 0 if run is None else looping.run(run())


def _export_person(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from bot.storage.privacy import Privacy

        person, _ = await _who(config, database, options.phone)
        _say((await Privacy(database).copy_of(person.id) or "").rstrip())
        return 0

    return _with_database(work)


def _erase_person(options: argparse.Namespace) -> int:
    """The same road as in the chat: an event of the person's lane, worked by the bot that runs."""

    async def work(config: Settings, database: Database) -> int:
        from uuid import uuid4

        from bot.domain.events import ForgetAsked, Incoming
        from bot.engine.clock import Clock
        from bot.storage.store import SqlStore
        from bot.terminal import Stopped

        person, blocking = await _who(config, database, options.phone)
        if blocking:
            numbers = ", ".join(f"#{order.number}" for order in blocking)
            raise Stopped(f"nothing was erased: {numbers} must end first")
        event = ForgetAsked(person_id=person.id, by="operator:cli")
        incoming = Incoming(source="cli", key=f"forget/{uuid4().hex}", lane=person.lane, event=event)
        await SqlStore(database, config.rules()).accept([incoming], Clock()())
        _say(f"the erasure of {person.id} is asked for; the bot that runs does it, or the next one that starts")
        return 0

    return _with_database(work)


def _reconcile(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        from bot.asking import reconcile
        from bot.engine.clock import Clock
        from bot.storage.store import SqlStore

        store, number = SqlStore(database, config.rules()), options.order
        if not await reconcile(store, Clock()(), order=number, days=options.days):
            _say(f"there is no order {number}")
            return 1
        _say("asked for: what differs is mended, or listed in the console under Diferenças")
        return 0

    return _with_database(work)


async def _who(config: Settings, database: Database, named: str) -> tuple[Person, list[Order]]:
    """The person of a phone or id, and their orders that stand against an erasure."""
    from bot.conversations.forgetting import open_orders
    from bot.domain.phone import canonical
    from bot.storage.shop import SqlShop
    from bot.terminal import Stopped

    def look(connection: Connection) -> tuple[Person, list[Order]]:
        shop = SqlShop(connection, config.rules())
        person = shop.person_known_as([i for i in (canonical(named), named) if i]) or shop.person(named)
        if person is None:
            raise Stopped("nobody is known by that phone or id")
        return person, open_orders(shop, person)

    async with database.read() as connection:
        return await connection.run_sync(look)


def _flows(_: argparse.Namespace) -> int:
    from bot.conversations.drawing import mermaid

    for name, drawing in mermaid().items():
        _say(f"%% {name}\n{drawing}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
