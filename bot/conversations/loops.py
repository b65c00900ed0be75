"""Detects that the other side is a bot, so that two bots do not talk all night.

``Conversation.recent`` keeps the last texts as ``<ISO time>|<?>|<folded text>``; ``?`` marks those without an intent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

SAME_TEXT = timedelta(seconds=60)
MANY_TEXTS = timedelta(minutes=2)
TOO_MANY = 6
SILENCE = timedelta(minutes=30)
LONG_ENOUGH = 20
"""Shorter texts are repeated by people too: *oi*, *alô?*."""


def remember(recent: list[str], now: datetime, folded: str, *, wants_nothing: bool) -> None:
    """Texts that answered something are not kept: they may contain documents and codes."""
    recent.append(f"{now.isoformat()}|{'?' if wants_nothing else ''}|{folded[:120] if wants_nothing else ''}")


def is_machine(recent: list[str], now: datetime) -> bool:
    """Whether the newest text (just remembered) shows an automatic reply."""
    entries = [(datetime.fromisoformat(at), mark, text) for at, mark, text in (e.split("|", 2) for e in recent)]
    if not entries or entries[-1][1] != "?":
        return False
    newest = entries[-1][2]
    same = [e for e in entries if e[2] == newest and now - e[0] <= SAME_TEXT]
    aimless = [e for e in entries if e[1] == "?" and now - e[0] <= MANY_TEXTS]
    return (len(newest) >= LONG_ENOUGH and len(same) >= 2) or len(aimless) > TOO_MANY
