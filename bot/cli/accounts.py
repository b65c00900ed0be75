"""Verbs for accounts with providers: checking and connecting them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

from bot import looping
from bot.app import Bot
from bot.cli import connecting, pairing
from bot.cli.doctor import examine, in_portuguese
from bot.cli.terminal import configured, say, up_to_date


def doctor(_: argparse.Namespace) -> int:
    config = configured()

    async def run() -> int:
        return await examine(Bot(config), say, portuguese=in_portuguese())

    return looping.run(run())


def whatsapp(options: argparse.Namespace) -> int:
    async def work(bot: Bot) -> int:
        if options.action == "restart":
            return await pairing.restart(bot, say)
        return await pairing.connect(bot, say, phone=options.phone, attended=sys.stdout.isatty())

    return _with_bot(work)


def melhor_envio(_: argparse.Namespace) -> int:
    return connecting.connect_shipping(configured(), say)


def payments(_: argparse.Namespace) -> int:
    return _with_bot(lambda bot: connecting.connect_payments(bot, say))


def videos(_: argparse.Namespace) -> int:
    return _with_bot(lambda bot: connecting.connect_videos(bot, say))


def _with_bot(work: Callable[[Bot], Awaitable[int]]) -> int:
    """``work`` closes the bot that it is given."""
    config = configured()

    async def run() -> int:
        bot = Bot(config)
        await up_to_date(bot.database)
        return await work(bot)

    return looping.run(run())
