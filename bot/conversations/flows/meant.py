"""Which of somebody's orders a message means without its number: *o do farol*, *o da semana passada*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.conversations.language import dates
from bot.domain import calendar, part_words
from bot.domain.order import Order
from bot.domain.text import fold

_THE_SIDE = re.compile(r"(?<!nao )(?<!nao e )\b[ao] (esquerd|direit)[oa]\b(?! (?:de|a|ao|do)\b)")
_WEAK = part_words.SIDES | part_words.ENDS


def by_part(orders: Sequence[Order], text: str) -> list[Order]:
    """The orders whose parts most of a text's words fit; empty if no word names one. A side alone names the only
    order of that side (*cancela o esquerdo*)."""
    said = frozenset(part_words.tokens(text))
    words = {o.number: frozenset(t for line in o.lines for t in part_words.tokens(line.title)) for o in orders}
    points = {n: len(said & of) for n, of in words.items() if any(w[0].isalpha() for w in (said & of) - _WEAK)}
    best = max(points.values(), default=0)
    if not points:
        side = _THE_SIDE.search(fold(text))
        of_side = [o for o in orders if side and side[1] in fold(o.title)]
        return of_side if len(of_side) == 1 else []
    return [o for o in orders if points.get(o.number) == best]


def says_several(orders: Sequence[Order], text: str) -> bool:
    """Whether a text names parts of different orders (*farol e velas*) rather than one word that fits several."""
    said = frozenset(part_words.tokens(text)) - _WEAK
    of = [said & frozenset(t for line in o.lines for t in part_words.tokens(line.title)) for o in orders]
    named = {frozenset(w for w in words if w[0].isalpha()) for words in of} - {frozenset()}
    return any(not one & other for one in named for other in named)


def by_day(orders: Sequence[Order], text: str, now: datetime) -> list[Order]:
    """The orders made in the named period (*ontem*, *semana passada*)."""
    plain = fold(text)
    said = next((plain[start:end] for start, end in dates.find_periods(plain)), "")
    days = dates.period_of(said, calendar.today(now)) if said else None
    return [o for o in orders if days and days[0] <= calendar.local(o.created_at).date() <= days[1]]


def the_one(orders: Sequence[Order], text: str, now: datetime) -> Order | None:
    """The only order that matches by its part, or by its day."""
    for found in (by_part(orders, text), by_day(orders, text, now)):
        if len(found) == 1:
            return found[0]
    return None
