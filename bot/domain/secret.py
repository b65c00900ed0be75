"""Comparison of secrets: in one place, in constant time over raw bytes, with several valid during a rotation."""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def same(given: str | bytes, ours: str | bytes) -> bool:
    """Whether ``given`` is the secret. Nothing equals an empty secret; any text is accepted as input, including lone
    surrogates and bytes that are not UTF-8."""
    return hmac.compare_digest(_bytes(given), _bytes(ours)) and bool(ours)


def one_of(given: str | bytes, ours: Iterable[str | bytes]) -> bool:
    """Like :func:`same` for any of several; all are compared, so that the time does not reveal which one matched."""
    return sum(same(given, one) for one in ours) > 0


def several(text: str) -> list[str]:
    """The secrets of a setting that may hold two during a rotation, separated by a comma or blank. The first is the one
    that we hand out."""
    return text.replace(",", " ").split()


def _bytes(value: str | bytes) -> bytes:
    # aiohttp passes header bytes that are not UTF-8 as lone surrogates: those too are just a wrong secret
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
