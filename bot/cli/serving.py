"""The long-running verbs: ``serve`` and ``worker``, until SIGTERM, SIGHUP or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
from contextlib import suppress

from bot import looping
from bot.app import Bot
from bot.cli.terminal import Stopped, configured, up_to_date
from bot.listening import Door

log = logging.getLogger("bot")


def serve(options: argparse.Namespace) -> int:
    config = configured()

    async def run() -> int:
        told = looping.told_to_end()
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
        for weak in config.weak_secrets:
            log.warning("only for this machine: %s", weak)
        _settle()
        code = await _end(told, bot if options.only != "web" else None)
        await door.close()
        log.info("ended")
        return code

    return looping.run(run())


def worker(_: argparse.Namespace) -> int:
    config = configured()
    _give_way()

    async def run() -> int:
        told = looping.told_to_end()
        bot = Bot(config)
        await up_to_date(bot.database)
        async with bot.run():
            log.info("working events and commands")
            _settle()
            code = await _end(told, bot)
        log.info("ended")
        return code

    return looping.run(run())


def _give_way() -> None:
    """This process does not pre-empt others: neither the web side, which people wait for, nor the database."""
    if hasattr(os, "SCHED_BATCH"):  # Linux
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


async def _end(told: asyncio.Event, working: Bot | None) -> int:
    """Wait until the process is to end; the exit code: 1 has its supervisor start the installed release."""
    ends: list[asyncio.Task[object]] = [asyncio.create_task(told.wait())]
    if working is not None:
        ends.append(asyncio.create_task(working.store.fence.shut_out()))
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if working is not None:
        working.loop.hold()  # while the web server closes, too
    log.info("ending: what is in progress may finish")
    return 0 if told.is_set() else 1


def _settle() -> None:
    """Objects from the start stay: exclude them from garbage collection. And collect less often than every 700 objects,
    which a few dozen simultaneous requests hold anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
