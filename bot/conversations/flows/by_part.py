"""Which of somebody's orders a message means by its part: *o retrovisor tenho*, *o do farol*."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import part_words
from bot.domain.order import Order

_WEAK = part_words.SIDES | part_words.ENDS


def meant(orders: Sequence[Order], text: str) -> list[Order]:
    """The orders whose parts most of a text's words fit; empty if no word names one. Sides alone name nothing."""
    said = frozenset(part_words.tokens(text))
    words = {o.number: frozenset(t for line in o.lines for t in part_words.tokens(line.title)) for o in orders}
    points = {n: len(said & of) for n, of in words.items() if any(w[0].isalpha() for w in (said & of) - _WEAK)}
    best = max(points.values(), default=0)
    return [o for o in orders if points.get(o.number) == best]
