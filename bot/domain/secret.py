"""Secrets: compared in one place, in constant time over raw bytes, and several of them right while one is changed."""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def same(given: str | bytes, ours: str | bytes) -> bool:
    """Whether what a stranger gave is the secret. Nothing is the same as an empty secret; any text may be given,
    halves of characters and bytes that are no UTF-8 included."""
    return hmac.compare_digest(_bytes(given), _bytes(ours)) and bool(ours)


def one_of(given: str | bytes, ours: Iterable[str | bytes]) -> bool:
    """As :func:`same` with any of several; all are looked at, so that the time says nothing of which."""
    return sum(same(given, one) for one in ours) > 0


def several(text: str) -> list[str]:
    """The secrets of a setting that may hold two while one is changed, with a comma or a blank between. The first is
    the one that we hand out."""
    return text.replace(",", " ").split()


def _bytes(value: str | bytes) -> bytes:
    # of a header, aiohttp hands over bytes that are no UTF-8 as halves of characters: those too are only a wrong secret
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
