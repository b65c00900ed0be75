"""The command line: ``python -m bot`` or ``autopars``. ``--help`` works on every level."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Connection

from bot import settings
from bot.domain.catalogue import Product
from bot.settings import Settings

Verb = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 0 for success, 1 for a failure, 2 for wrong use or settings."""
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
    demo.add_argument("--port", type=int, default=8080)
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    demo.add_argument("--database", default="", help="database address (default: var/demo.db)")
    verb("migrate", _migrate, "bring the schema up to date")
    loading = verb("import", _import, "load sellers and products from .json or .csv, all or nothing")
    loading.add_argument("file", type=Path)
    verb("doctor", _doctor, "check settings, database and every provider; say what to fix")
    whatsapp = verb("whatsapp", _whatsapp, "the WhatsApp number")
    whatsapp.add_argument("action", choices=["connect"], help="register all webhooks, show the pairing code")
    verb("understand", _understand, "one message a line (JSON) in, what was understood out")
    verb("search", _search, "one query a line in, a JSON list of SKUs out")
    replay = verb("replay", _replay, "put stored events back to work")
    replay.add_argument("event", type=int, nargs="+")
    verb("flows", _flows, "the conversation state machines as Mermaid")

    options = parser.parse_args(arguments)
    run: Verb = options.run
    try:
        return run(options)
    except settings.SettingsError as error:
        sys.stderr.write(f"settings are not right:\n{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _configured() -> Settings:
    from bot import logs
    from bot.redaction import Redactor

    config = settings.load()
    logs.configure(config.log_level, config.log_format, Redactor(config.secrets()))
    return config


async def _until_told() -> None:
    """Wait for SIGTERM or Ctrl-C."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def _serve(options: argparse.Namespace) -> int:
    config = _configured()

    async def run() -> int:
        from aiohttp import web

        from bot.app import Bot

        bot = Bot(config)
        runner = web.AppRunner(bot.application(work=options.only != "web"), access_log=None)
        await runner.setup()
        # several processes may listen at once, so that a new release takes over without a refused connection
        await web.TCPSite(runner, config.host, config.port, reuse_port=True).start()
        logging.getLogger("bot").info("listening on %s:%s", config.host, config.port)
        await _until_told()
        await runner.cleanup()
        return 0

    return asyncio.run(run())


def _worker(_: argparse.Namespace) -> int:
    config = _configured()

    async def run() -> int:
        from bot.app import Bot

        async with Bot(config).run():
            await _until_told()
        return 0

    return asyncio.run(run())


def _demo(options: argparse.Namespace) -> int:
    from bot.demo import demo

    return asyncio.run(demo(options.port, browser=not options.no_browser, database=options.database))


def _with_database(work: Callable[[Settings], Awaitable[int]]) -> int:
    config = _configured()

    async def run() -> int:
        return await work(config)

    return asyncio.run(run())


def _migrate(_: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot.storage.database import Database
        from bot.storage.migrate import migrate

        database = Database(config.database_url)
        try:
            _say(f"schema at {await migrate(database)}")
        finally:
            await database.close()
        return 0

    return _with_database(work)


def _import(options: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot import importing
        from bot.engine.clock import Clock
        from bot.storage.database import Database

        database = Database(config.database_url)
        try:
            sellers = importing.read(options.file)
            done = await importing.load(database, config.rules(), sellers, Clock()())
        except importing.ImportRefused as error:
            sys.stderr.write(f"nothing was imported:\n{error}\n")
            return 1
        except OSError as error:
            sys.stderr.write(f"{options.file}: {error.strerror}\n")
            return 1
        finally:
            await database.close()
        _say(f"{done.sellers} sellers and {done.products} products imported")
        return 0

    return _with_database(work)


def _doctor(_: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot.app import Bot
        from bot.doctor import examine

        return await examine(Bot(config), _say)

    return _with_database(work)


def _whatsapp(_: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot.app import Bot
        from bot.doctor import connect

        return await connect(Bot(config), _say)

    return _with_database(work)


def _understand(_: argparse.Namespace) -> int:
    from bot.conversations.language import understand

    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError:
            sys.stderr.write("a line is a JSON string, or an object with text and role\n")
            return 2
        text, role = (given, "") if isinstance(given, str) else (given.get("text", ""), given.get("role", ""))
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


def _search(_: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot.conversations.finding import find
        from bot.storage.database import Database
        from bot.storage.shop import SqlShop

        def _find(connection: Connection, text: str) -> list[Product]:
            return find(SqlShop(connection, config.rules()), text)

        database = Database(config.database_url)
        try:
            async with database.read() as connection:
                for line in sys.stdin:
                    found = await connection.run_sync(_find, line.strip())
                    _say(json.dumps([product.sku for product in found]))
        finally:
            await database.close()
        return 0

    return _with_database(work)


def _replay(options: argparse.Namespace) -> int:
    async def work(config: Settings) -> int:
        from bot.engine.clock import Clock
        from bot.storage.database import Database
        from bot.storage.store import SqlStore

        database = Database(config.database_url)
        try:
            count = await SqlStore(database, config.rules()).replay(options.event, Clock()())
        finally:
            await database.close()
        _say(f"{count} of {len(options.event)} events are back to work")
        return 0 if count == len(options.event) else 1

    return _with_database(work)


def _flows(_: argparse.Namespace) -> int:
    from bot.conversations.drawing import mermaid

    for name, drawing in mermaid().items():
        _say(f"%% {name}\n{drawing}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
