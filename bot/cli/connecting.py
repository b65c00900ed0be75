"""Connecting the accounts: what an owner must allow, and where webhooks go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.app import SHIPPING, Bot
from bot.cli.terminal import Stopped
from bot.domain.secret import several
from bot.engine.clock import Clock
from bot.integrations.errors import ProviderError
from bot.integrations.payments import WebhookEntry
from bot.integrations.protocols import VideoNews
from bot.pages import oauth
from bot.pages.tickets import Tickets
from bot.settings import Settings


def connect_shipping(settings: Settings, say: Callable[[str], None]) -> int:
    """A one-time link that leads the account's owner to the broker's page."""
    if not settings.melhor_envio_client_id:
        say("WRONG MELHOR_ENVIO_CLIENT_ID is not set: a personal token has nothing to connect")
        return 1
    public, tickets = settings.public_url, Tickets(settings.secret_key.get_secret_value(), Clock())
    say(f"the application's redirect address must be exactly {oauth.callback(public, SHIPPING)}")
    minutes = int(oauth.LINK_LASTS.total_seconds() // 60)
    say(f"while the bot runs, open this in a browser; it works once, within {minutes} minutes:")
    say(oauth.one_time_link(public, SHIPPING, tickets))
    return 0


async def connect_payments(bot: Bot, say: Callable[[str], None]) -> int:
    """Subscribe to all payment events, and have waiting ones in a paused or slowed queue delivered now."""
    payments, s = bot.providers.payments, bot.settings
    if not isinstance(payments, WebhookEntry):
        say("this provider's webhook is set in its panel")
        return 1
    async with _calling(bot):
        before = await payments.find_webhook(bot.payments_webhook)
        alerts = s.operator_emails[0] if s.operator_emails else ""
        token = several(s.asaas_webhook_token.get_secret_value())[0]
        await payments.register_webhook(bot.payments_webhook, token, alerts)
        say(f"all payment events go to {bot.payments_webhook}")
        if before is not None and (before.interrupted or before.failures):
            await payments.resume_webhook(bot.payments_webhook)
            say("what waited there is on its way")
    return 0


async def connect_videos(bot: Bot, say: Callable[[str], None]) -> int:
    """Subscribe to video webhooks. The account has one URL, so a previous subscriber gets none any more."""
    videos, url = bot.providers.videos, bot.videos_webhook
    if not isinstance(videos, VideoNews):
        say("this provider's webhook is set in its panel")
        return 1
    async with _calling(bot):
        secret = await videos.subscribe(url)
    say(f"news of videos go to {url}")
    if secret in bot.video_secrets:
        say("they are signed with the secret that is set")
    else:
        say(f"set this and start again: CLOUDFLARE_STREAM_WEBHOOK_SECRET={secret}")
    return 0


@asynccontextmanager
async def _calling(bot: Bot) -> AsyncIterator[None]:
    """Calls to providers are possible and recorded; raises :class:`Stopped` with what one of them refused."""
    await bot.loop.start()
    try:
        yield
    except ProviderError as error:
        raise Stopped(f"WRONG {error.reason}: {error.detail[:200]}") from None
    finally:
        await bot.loop.stop()
        await bot.http.close()
        await bot.database.close()
