"""The verbs that stay: ``serve`` and ``worker``, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import signal

from bot import looping
from bot.app import Bot
from bot.cli.terminal import Stopped, configured, up_to_date
from bot.listening import Door

log = logging.getLogger("bot")


def serve(options: argparse.Namespace) -> int:
    config = configured()

    async def run() -> int:
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
        log.info("listening on %s:%s", config.host, config.port)
        _settle()
        await told.wait()
        await door.close()
        return 0

    return looping.run(run())


def worker(_: argparse.Namespace) -> int:
    config = configured()

    async def run() -> int:
        told = _told_to_end()
        bot = Bot(config)
        await up_to_date(bot.database)
        async with bot.run():
            log.info("working events and commands")
            _settle()
            await told.wait()
        return 0

    return looping.run(run())


def _told_to_end() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


def _settle() -> None:
    """What was made at the start stays: keep the collector from walking it again and again. And let it look for cycles
    less often than after 700 objects, which are what a few dozen requests at once hold anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
