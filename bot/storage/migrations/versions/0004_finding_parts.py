"""The search index over the catalogue, and its vocabulary

Revision ID: 0004_finding
Revises: 0003_doubt
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from alembic import op

from bot.storage.search import VECTOR, index_again

revision = "0004_finding"
down_revision = "0003_doubt"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE product_search USING fts5(words, content='products', content_rowid='listing',"
    " detail='none', columnsize=0, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    "CREATE TRIGGER product_search_new AFTER INSERT ON products BEGIN"
    " INSERT INTO product_search (rowid, words) VALUES (new.listing, new.words); END",
    "CREATE TRIGGER product_search_gone AFTER DELETE ON products BEGIN"
    " INSERT INTO product_search (product_search, rowid, words) VALUES ('delete', old.listing, old.words); END",
    "CREATE TRIGGER product_search_changed AFTER UPDATE OF words ON products WHEN old.words <> new.words BEGIN"
    " INSERT INTO product_search (product_search, rowid, words) VALUES ('delete', old.listing, old.words);"
    " INSERT INTO product_search (rowid, words) VALUES (new.listing, new.words); END",
    # `^^` and `$` around a word give its beginning and end trigrams of their own, as pg_trgm does with blanks
    "CREATE VIRTUAL TABLE vocabulary_search USING fts5(word, content='', tokenize='trigram')",
    "CREATE TRIGGER vocabulary_search_new AFTER INSERT ON vocabulary BEGIN"
    " INSERT INTO vocabulary_search (rowid, word) VALUES (new.id, '^^' || new.word || '$'); END",
)


def upgrade() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary")),
        sa.UniqueConstraint("word", name=op.f("uq_vocabulary_word")),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
        op.execute("INSERT INTO product_search (product_search) VALUES ('rebuild')")
    else:
        op.execute(f"CREATE INDEX ix_products_words ON products USING gin ({VECTOR})")
        _with_trigrams(connection)
    index_again(connection)


def _with_trigrams(connection: sa.Connection) -> None:
    try:
        with connection.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        logging.getLogger(__name__).warning(
            "pg_trgm could not be created (%s): typos in a word's first letter will not be corrected;"
            " have an administrator run CREATE EXTENSION pg_trgm",
            type(error.orig).__name__,
        )
        return
    op.execute("CREATE INDEX ix_vocabulary_word_trigrams ON vocabulary USING gin (word gin_trgm_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("product_search_new", "product_search_gone", "product_search_changed", "vocabulary_search_new"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.drop_table("product_search")
        op.drop_table("vocabulary_search")
    else:
        op.execute("DROP INDEX ix_products_words")
    op.drop_table("vocabulary")
