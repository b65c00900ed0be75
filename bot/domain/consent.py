"""What somebody agreed to, or withdrew: purpose, words, channel and time, never changed afterwards (LGPD, art. 8)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.domain.common import Value


class Consent(Value):
    """One line of the log. ``purpose``: data (the privacy note was shown), email (the address may be used), reminders,
    whatsapp (essential messages there). ``text``: the version of the words shown."""

    event_id: int
    purpose: str
    person_id: str
    given: bool
    text: str
    channel: str
    at: datetime


def version(name: str, words: str) -> str:
    """An identifier of the wording: ``left@1a2b3c4d``. The words themselves are in the history of the code."""
    return f"{name}@{hashlib.sha256(words.encode()).hexdigest()[:8]}"
