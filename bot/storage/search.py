"""Full-text search over the catalogue, on both databases.

A part's tokens are in ``products.words``, separated by spaces. SQLite indexes them with FTS5 (kept current by
triggers), PostgreSQL with an expression index over a ``tsvector``; both evaluate ``bot.domain.shop.Words``. Misspelt
words are compared with ``vocabulary``: by an FTS5 trigram index, by ``pg_trgm``, or, where that extension cannot be
created, with the words of the same first letter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain import part_words
from bot.domain.catalogue import Product
from bot.domain.shop import AllOf, Words
from bot.storage import prepared
from bot.storage import tables as t

MOST_SPELLINGS = 40
_FOREIGN = re.compile("[^a-z0-9_]")
"""Characters that no token contains: none of them reaches a database's query language."""
LONGEST_WORD = 80
VECTOR = "array_to_tsvector(string_to_array(words, ' '))"
"""PostgreSQL's index is on exactly this expression: queries must use it literally."""


KNOWN = sa.select(t.vocabulary.c.word).where(t.vocabulary.c.word.in_(sa.bindparam("said", expanding=True)))


def words_of(product: Product) -> str:
    """The value of ``products.words`` for a product."""
    return " ".join(token[:LONGEST_WORD] for token in part_words.index(product.title, product.fits, product.sku))


def spelled(product: Product) -> Iterator[str]:
    """The words of a product for the vocabulary."""
    return (word[:LONGEST_WORD] for word in part_words.spelled(product.title, product.fits))


def matches(dialect: str) -> sa.TextClause:
    """The condition that a product matches the bound parameter ``wanted``, made by :func:`written`."""
    if dialect == "sqlite":
        return sa.text("listing IN (SELECT rowid FROM product_search WHERE product_search MATCH :wanted)")
    # as a subquery: otherwise a generic plan may walk the listings in order and test each of them
    return sa.text(f"listing = ANY(ARRAY(SELECT listing FROM products WHERE {VECTOR} @@ CAST(:wanted AS tsquery)))")  # noqa: S608 - a text of our own


def written(dialect: str, wanted: Words) -> str:
    """The query in the database's own full-text syntax."""
    signs = (" AND ", " OR ", '"') if dialect == "sqlite" else (" & ", " | ", "'")
    return _written(wanted, *signs)


def _written(wanted: Words, every: str, some: str, quote: str) -> str:
    if isinstance(wanted, str):
        return quote + (_FOREIGN.sub("", wanted) or "_") + quote
    joint = every if isinstance(wanted, AllOf) else some
    return "(" + joint.join(_written(one, every, some, quote) for one in wanted) + ")"


def spellings(connection: sa.Connection, said: Collection[str]) -> dict[str, list[str]]:
    """See :meth:`bot.domain.shop.Shop.spellings`."""
    known = set(prepared.scalars(connection, KNOWN, {"said": list(said)})) if said else set()
    unknown = [word for word in said if word not in known]
    found = {word: [word] for word in known}
    if unknown:
        look = _near_in_sqlite if connection.dialect.name == "sqlite" else _near_in_postgresql
        found |= look(connection, unknown)
    return found


def _near_in_sqlite(connection: sa.Connection, said: list[str]) -> dict[str, list[str]]:
    query = sa.text(
        "SELECT v.word FROM vocabulary_search s JOIN vocabulary v ON v.id = s.rowid"
        " WHERE vocabulary_search MATCH :grams ORDER BY s.rank LIMIT :most"
    )
    return {
        word: list(connection.execute(query, {"grams": " OR ".join(_trigrams(word)), "most": MOST_SPELLINGS}).scalars())
        for word in said
    }


def _trigrams(word: str) -> Iterator[str]:
    padded = f"^^{word}$".replace('"', "")
    return (f'"{padded[i : i + 3]}"' for i in range(len(padded) - 2))


def _near_in_postgresql(connection: sa.Connection, said: list[str]) -> dict[str, list[str]]:
    has_trigrams = connection.execute(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).scalar()
    near = "word % said ORDER BY similarity(word, said) DESC" if has_trigrams else "left(word, 1) = left(said, 1)"
    most = MOST_SPELLINGS if has_trigrams else 5000
    query = sa.text(
        f"SELECT said, n.word FROM unnest(:said) AS said,"  # noqa: S608 - two texts of our own
        f" LATERAL (SELECT word FROM vocabulary WHERE {near} LIMIT {most}) AS n"
    ).bindparams(sa.bindparam("said", type_=postgresql.ARRAY(sa.Text)))
    found: dict[str, list[str]] = {word: [] for word in said}
    for one, word in connection.execute(query, {"said": said}):
        found[one].append(word)
    return found


def learn(connection: sa.Connection, words: Iterable[str]) -> None:
    """Add words to the vocabulary."""
    # sorted, so that two writers of the same words cannot deadlock
    rows = [{"word": word} for word in sorted(set(words))]
    if rows:
        statement = sa.text("INSERT INTO vocabulary (word) VALUES (:word) ON CONFLICT DO NOTHING")
        connection.execute(statement, rows)


def index_again(connection: sa.Connection) -> None:
    """Recompute ``words`` and the vocabulary of all products, for migrations that change how they are made."""
    listing, vocabulary = 0, set[str]()
    while True:
        query = sa.select(t.products.c.listing, t.products.c.body).where(t.products.c.listing > listing)
        rows = connection.execute(query.order_by(t.products.c.listing).limit(1000)).all()
        if not rows:
            break
        products = [Product.model_validate_json(row.body) for row in rows]
        connection.execute(
            sa.text("UPDATE products SET words = :words WHERE listing = :listing"),
            [{"listing": p.listing, "words": words_of(p)} for p in products],
        )
        vocabulary.update(word for p in products for word in spelled(p))
        listing = rows[-1].listing
    learn(connection, vocabulary)
