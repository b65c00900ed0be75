"""Argument types shared by several verbs. Errors come with an example."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

MOST_EVENT_ID = 2**63 - 1


def whole(least: int, most: int, refusal: str) -> Callable[[str], int]:
    """Reads a whole number; ``refusal`` is the error, with ``{}`` for what was given."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(refusal.format(text[:40]))
        return int(text)

    return read


port = whole(1, 65535, "a port is a number from 1 to 65535")
days = whole(1, 90, "days are a number from 1 to 90")
number = whole(1, 2**31 - 1, "{} is no number from 1 on")
times = whole(1, 100, "a number from 1 to 100")
event_id = whole(1, MOST_EVENT_ID, "{} is no event id")


def moment(text: str) -> datetime:
    """A point in time with its time zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not ISO 8601: {text[:40]}") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("it needs a zone, e.g. 2026-11-25T12:00:00-03:00")
    return at


def phone(text: str) -> str:
    from bot.domain.phone import canonical  # imported here, so that `--help` answers at once

    if text and not canonical(text):
        raise argparse.ArgumentTypeError(f"{text[:40]} is no Brazilian phone; write it as 5511987654321")
    return canonical(text)


def email(text: str) -> str:
    from bot.conversations.language import answers

    if text and not answers.email(text):
        raise argparse.ArgumentTypeError(f"{text[:80]} is no e-mail address")
    return answers.email(text)
