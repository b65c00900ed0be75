"""``autopars demo``: bot, scheduler and the stand-ins of all providers in one process, over real HTTP."""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import importing, logs, looping, settings
from bot.app import Bot
from bot.cli.terminal import Stopped
from bot.domain.common import Value
from bot.domain.events import Incoming
from bot.engine.clock import Clock
from bot.engine.store import Turned, Waiting
from bot.integrations.http import CallRecord
from bot.redaction import Redactor
from bot.storage.migrate import migrate
from bot.storage.schema import NewerSchema
from sandbox.app import create_app
from sandbox.config import SAMPLE_SHOP, SandboxConfig
from sandbox.stand_ins import Sandbox

HOST = "127.0.0.1"
Publish = Callable[[str, dict[str, Any]], None]


def watcher(publish: Publish) -> Callable[[str, object], None]:
    """Publishes every step of the loop to the page: ``publish("loop", {step, title, lane, detail})``."""

    def watch(step: str, what: object) -> None:
        match what:
            case Incoming():
                title = f"{what.event.kind} · {what.source}"
                publish("loop", {"step": "event", "title": title, "lane": what.lane, "detail": _plain(what.event)})
            case Turned(decision=None):
                publish(
                    "loop", {"step": "decision", "title": "separado", "lane": what.stored.lane, "detail": what.error}
                )
            case Turned():
                _turned(publish, what)
            case CallRecord():
                title = f"{what.provider} {what.operation} → {what.status or what.outcome}"
                publish(
                    "loop",
                    {"step": "call", "title": title, "lane": what.correlation, "detail": _call(what), "ms": what.ms},
                )
            case (Waiting() as waiting, Value() as event):
                detail = _plain(event)
                publish("loop", {"step": "result", "title": detail["kind"], "lane": waiting.lane, "detail": detail})
            case _:
                pass

    return watch


def _turned(publish: Publish, turned: Turned) -> None:
    decision = turned.decision
    if decision is None:
        return
    publish(
        "loop",
        {
            "step": "decision",
            "title": turned.stored.event.kind,
            "lane": turned.stored.lane,
            "detail": {
                "writes": [type(w).__name__ for w in decision.writes],
                "commands": [c.command.kind for c in decision.commands],
                "events": [e.event.kind for e in decision.events],
                "timers": [t.name for t in decision.timers],
            },
        },
    )
    for new in decision.commands:
        publish(
            "loop",
            {"step": "command", "title": new.command.kind, "lane": new.lane, "detail": _plain(new.command)},
        )


def _call(call: CallRecord) -> dict[str, Any]:
    return {**call.__dict__, "started_at": call.started_at.isoformat()}


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json")


def configured(base: str, database: str, port: int, **more: str) -> tuple[settings.Settings, SandboxConfig]:
    """Settings that point every provider to the stand-ins under ``base``; no key, no network."""
    config = SandboxConfig(whatsapp=os.environ.get("WHATSAPP_PROVIDER") or "zapi")
    environment = {
        "database_url": database,
        "port": port,
        "public_url": base,
        "operator_emails": "operador@autopars.example",
        "log_format": "pretty",
        "log_level": "WARNING",
        **{name.lower(): value for name, value in config.environment(f"{base}/sandbox").items()},
        **more,
    }
    return settings.load(_env_file=None, **environment), config


class Demo:
    """The bot with the stand-ins mounted under ``/sandbox``. ``start`` listens, ``stop`` ends everything."""

    def __init__(self, port: int, database: str, **more: str) -> None:
        self.base = f"http://{HOST}:{port}"
        self.clock = Clock()
        self.settings, self.config = configured(self.base, database, port, **more)
        self.sandbox = Sandbox(self.config, base=f"{self.base}/sandbox", bot=self.base)
        self.sandbox.world.clock = self.clock
        self.sandbox.world.jump = self._jump
        self.bot = Bot(self.settings, clock=self.clock, watch=watcher(self.sandbox.world.publish))
        self._port = port
        self._runner: web.AppRunner | None = None

    async def _jump(self, by: timedelta) -> None:
        self.clock.jump(by)
        await self.bot.loop.tick()

    async def start(self) -> None:
        logs.configure(self.settings.log_level, self.settings.log_format, Redactor(self.settings.secrets()))
        await migrate(self.bot.database)
        sellers = importing.read(SAMPLE_SHOP)
        await importing.load(self.bot.database, self.bot.rules, sellers, self.clock())
        application = self.bot.application()
        application.add_subapp("/sandbox", create_app(self.sandbox))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        await self.bot.providers.messenger.register_webhooks(self.bot.whatsapp_webhook)

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        else:  # only the database was opened
            await self.bot.http.close()
            await self.bot.database.close()


def run(options: argparse.Namespace) -> int:
    port: int = options.port
    if not is_free(port):
        raise Stopped(f"port {port} is taken; try `make demo PORT={port + 1 if port < 65535 else 8080}`")
    database = options.database or f"sqlite+aiosqlite:///{database_file(port)}"
    return looping.run(_serve(port, browser=not options.no_browser, database=database))


async def _serve(port: int, *, browser: bool, database: str) -> int:
    """Serve until Ctrl-C."""
    told = looping.told_to_end()  # before anything starts, so that everything ends in order
    shop = Demo(port, database)
    try:
        await shop.start()
    except OSError as error:
        sys.stderr.write(f"port {port} cannot be used ({error.strerror}); try `make demo PORT={port + 1}`\n")
        await shop.stop()
        return 1
    except NewerSchema:
        await shop.stop()
        raise
    sys.stdout.write(
        f"\n  the two phones   {shop.base}/sandbox\n"
        f"  the console      {shop.base}/console  (owner / {shop.settings.console_password.get_secret_value()})\n"
        f"  health           {shop.base}/readyz\n"
        f"  a part's page    {shop.base}/p/501\n\n"
        "  Write on the left phone: qto fica o farol do corolla 2015 pro 80010-000?\n"
        "  Ctrl-C ends it.\n\n"
    )
    sys.stdout.flush()
    if browser and not told.is_set():
        webbrowser.open(f"{shop.base}/sandbox")
    await told.wait()
    shop.bot.loop.hold()  # the stand-ins end along with the web server
    await shop.stop()
    return 0


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def database_file(port: int) -> Path:
    """The demo's database, continued from last time; a second simultaneous demo gets a file of its own."""
    usual = Path("var/demo.db")
    usual.parent.mkdir(exist_ok=True)
    lock = os.open(usual.with_name(f"{usual.name}.worker.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return usual
    except BlockingIOError:
        return usual.with_name(f"demo-{port}.db")
    finally:
        os.close(lock)
