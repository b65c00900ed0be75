"""Limits wrong codes (for a shop or an account): a few per person and day, whatever the code."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations.talk import Talk

WINDOW = timedelta(hours=24)
MOST = 5


def may_guess(talk: Talk) -> bool:
    return len(_lately(talk)) < MOST


def was_wrong(talk: Talk) -> bool:
    """Count a wrong code; whether another attempt is allowed. The last one alerts the operator."""
    talk.guesses = (*_lately(talk), talk.now)
    if may_guess(talk):
        return True
    talk.alert("códigos errados", f"{talk.person.id} errou {MOST} códigos em 24 horas e não pode mais tentar hoje.")
    return False


def _lately(talk: Talk) -> tuple[datetime, ...]:
    return tuple(at for at in talk.guesses if talk.now - at < WINDOW)


def left(talk: Talk) -> int:
    """Remaining attempts."""
    return MOST - len(_lately(talk))
