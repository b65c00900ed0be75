"""The parts that people wait for, as listed by the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.text import fold
from bot.storage import tables as t
from bot.storage.reading import Reader, Row

PAGE = 50


class Wishes(Reader):
    async def by_words(self, search: str = "", after: int = 0) -> Sequence[Row]:
        """Most wanted first: ``words``, ``people``, ``first`` and ``last`` request, and the ``listing`` that was sold
        out, 0 if unknown; a page starting at number ``after``. ``search``: words that must all occur, whatever their
        accents."""
        c = t.wishes.c
        people = sa.func.count().label("people")
        first, last = sa.func.min(c.asked_at).label("first"), sa.func.max(c.asked_at).label("last")
        query: sa.Select[Any] = sa.select(c.words, people, first, last, sa.func.max(c.listing).label("listing"))
        for word in fold(search).split():
            query = query.where(c.folded.contains(word, autoescape=True))
        by = (people.desc(), first, c.words)
        return await self._all(query.group_by(c.words).order_by(*by).limit(PAGE).offset(after))

    async def who(self, words: str, after: int = 0) -> Sequence[Row]:
        """The people who wait for it, longest first: ``person_id``, ``asked_at``, and the ``body`` of their
        document."""
        c = t.wishes.c
        query = sa.select(c.person_id, c.asked_at, t.people.c.body).join(t.people, t.people.c.id == c.person_id)
        query = query.where(c.words == words).order_by(c.asked_at, c.person_id)
        return await self._all(query.limit(PAGE).offset(after))
