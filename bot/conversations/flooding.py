"""Rate limit per person: messages beyond it are kept, but not answered; this is said once per flood.

The state is a single moment (GCRA, as for notices): each message moves it on by its share of the minute.
"""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.talk import Talk
from bot.conversations.texts import common as texts
from bot.domain.commands import AlertOperator

MINUTE = timedelta(minutes=1)
CALM = MINUTE / 2
"""The room that must be free before a flood is over, so that it does not end and begin with every message."""
GOES_ON = timedelta(minutes=2)
"""Operators are alerted once to a flood that lasts this long."""


def is_over(talk: Talk) -> bool:
    """Count the message of this turn; whether it is over the limit. The first such message is answered with one
    sentence."""
    at = talk.stored.received_at
    room = MINUTE - ahead(talk)
    if room >= (CALM if talk.flooding_since else MINUTE / talk.rules.messages_per_minute):
        talk.flooding_since = None
        count(talk, 1)
        return False
    count(talk, 1)
    if talk.flooding_since is None:
        talk.flooding_since = at
        talk.say(texts.too_many())
    elif at - talk.flooding_since >= GOES_ON:
        _alert(talk)
    return True


def count(talk: Talk, messages: int) -> None:
    """Count this many messages as of now."""
    share = messages * MINUTE / talk.rules.messages_per_minute
    talk.full_until = talk.stored.received_at + min(MINUTE, ahead(talk) + share)


def ahead(talk: Talk) -> timedelta:
    """How much of the minute is used up."""
    at = talk.stored.received_at
    return max(talk.full_until - at, timedelta()) if talk.full_until else timedelta()


def _alert(talk: Talk) -> None:
    """The key belongs to the flood, so there is one alert."""
    alert = AlertOperator(topic="mensagens demais", text=texts.flood_alert(talk.person.id))
    talk.decision.do(alert, key=f"alert/{talk.person.id}/flood/{talk.flooding_since:%Y%m%dT%H%M%S.%f}")
