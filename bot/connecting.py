"""How an operator lets the bot use an account that its owner must allow."""

from __future__ import annotations

from collections.abc import Callable

from bot.app import SHIPPING
from bot.engine.clock import Clock
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
