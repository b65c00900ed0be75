"""Search of people and shops by the prefix of any word of their names; one row per word.

A plain index serves both databases, and a search follows its rarest word (see :func:`called`), so its cost does not
depend on how common a name is.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import documents
from bot.domain.text import fold
from bot.storage import prepared
from bot.storage import tables as t

PERSON, SHOP = "person", "shop"
LONGEST_WORD, MOST_WORDS = 40, 12
MOST_ASKED = 5
WINDOW = 5000
"""Rows of the rarest word that one search walks past. Two common words often occur together, so this finds a full page;
for a rare word it covers all rows."""


_MINE = sa.and_(t.names.c.person_id == sa.bindparam("person"), t.names.c.kind == sa.bindparam("sort"))
WORDS = sa.select(t.names.c.word).where(_MINE)
DROP = sa.delete(t.names).where(_MINE, t.names.c.word.in_(sa.bindparam("gone", expanding=True)))
ADD = sa.insert(t.names)


def words_of(name: str) -> list[str]:
    """The distinct words of a name, folded: ``São João Auto-Peças`` is ``sao joao auto pecas``."""
    found = dict.fromkeys(word[:LONGEST_WORD] for word in re.findall(r"\w+", fold(name)))
    return list(found)[:MOST_WORDS]


def write_names(connection: sa.Connection, person_id: str, kind: str, name: str, *, nameless: bool = False) -> None:
    """Replace the words under which a person, or their :data:`SHOP`, is found. ``nameless``: there are none yet, so
    nothing needs deleting."""
    words, mine = set(words_of(name)), {"person": person_id, "sort": kind}
    before: set[str] = set() if nameless else set(prepared.scalars(connection, WORDS, mine))
    if gone := before - words:
        prepared.change(connection, DROP, mine | {"gone": sorted(gone)})
    rows = [{"person_id": person_id, "kind": kind, "word": word} for word in sorted(words - before)]
    prepared.change_each(connection, ADD, rows)


def forget_names(connection: sa.Connection, person_id: str) -> None:
    connection.execute(sa.delete(t.names).where(t.names.c.person_id == person_id))


async def called(connection: AsyncConnection, text: str, most: int) -> list[str]:
    """The ids of people whose names, or whose shops' names, have for each word of ``text`` a word that begins with it;
    exact matches come first. A shop is also found by its CPF or CNPJ."""
    document = documents.read(text)
    asked = words_of(document or text)[:MOST_ASKED]
    if not document and (len(letters := "".join(asked)) < 2 or not any(c.isalpha() for c in letters)):
        return []
    counts = [(await connection.execute(_how_many(word))).scalar_one() for word in asked]
    rarest = asked[counts.index(min(counts))]
    n, walked = t.names.c, t.names.alias()
    walk = sa.select(n.word, n.person_id).where(_begins(n.word, rarest)).order_by(n.word, n.person_id).limit(WINDOW)
    met = walk.subquery()
    others = [
        sa.exists().where(walked.c.person_id == met.c.person_id, _begins(walked.c.word, word))
        for word in asked
        if word != rarest
    ]
    first = sa.func.min(met.c.word)
    query = sa.select(met.c.person_id).where(*others).group_by(met.c.person_id)
    return list((await connection.execute(query.order_by(first, met.c.person_id).limit(most))).scalars())


def _begins(column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= word, column < word + "\uffff")


def _how_many(word: str) -> sa.Select[int]:
    """The frequency of a word, counted up to :data:`WINDOW`."""
    some = sa.select(t.names.c.person_id).where(_begins(t.names.c.word, word)).limit(WINDOW).subquery()
    return sa.select(sa.func.count()).select_from(some)
