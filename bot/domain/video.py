"""Videos of parts: their maximum length, and the name under which each is stored and found."""

from __future__ import annotations

import re

LONGEST = 60
"""Seconds."""

_NAME = re.compile(r"^video\.(.+)\.(\d+)$")


def name_of(seller_id: str, event_id: int) -> str:
    """Our name, the same for a repeat: ``video.s-1.4711``. It is used as a file name, so it contains no slash."""
    return f"video.{seller_id}.{event_id}"


def seller_of(name: str) -> str:
    """The seller whose video it is, empty for a name that is not ours."""
    match = _NAME.match(name)
    return match[1] if match else ""
