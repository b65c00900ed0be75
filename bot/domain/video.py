"""Videos of parts: how long they may be, and the name under which each is kept and found again."""

from __future__ import annotations

import re

LONGEST = 60
"""Seconds."""

_NAME = re.compile(r"^video\.(.+)\.(\d+)$")


def name_of(seller_id: str, event_id: int) -> str:
    """Ours, and the same for a repeat: ``video.s-1.4711``. It goes for a file's name, so no slash is in it."""
    return f"video.{seller_id}.{event_id}"


def seller_of(name: str) -> str:
    """The seller whose video it is, empty for a name that is not ours."""
    match = _NAME.match(name)
    return match[1] if match else ""
