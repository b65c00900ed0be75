"""Names of lanes (ordered queues of events, handled one event at a time) and of references derived from them."""

from __future__ import annotations

import re

SYSTEM = "system"
BOOKS = "books"
"""The lane of reconciliation."""

_REFERENCE = re.compile(r"^order-([0-9]{1,9})-([a-z])([0-9]+)$")


def person(identity: str) -> str:
    """The lane of a person. ``identity`` is the result of :func:`bot.domain.phone.identity` for the chat."""
    return f"person:{identity}"


def order(number: int) -> str:
    """The lane of an order."""
    return f"order:{number}"


def reference(number: int, what: str, attempt: int) -> str:
    """Our own reference at a provider: ``order-1042-a1`` (a: charge, s: shipment, r: refund, t: transfer)."""
    return f"order-{number}-{what}{attempt}"


def order_of(reference_text: str | None) -> int | None:
    """The order number in a reference of ours; None for a foreign reference."""
    match = _REFERENCE.match(reference_text or "")
    return int(match[1]) if match else None
