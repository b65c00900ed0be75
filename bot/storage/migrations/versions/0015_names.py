"""People and shops are found by any word of their names

Revision ID: 0015_names
Revises: 0014_roots
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from bot.storage.names import PERSON, SHOP, words_of

revision = "0015_names"
down_revision = "0014_roots"
branch_labels = None
depends_on = None

SOME = 1000


def upgrade() -> None:
    word = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")
    op.create_table(
        "names",
        sa.Column("person_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "word", name="pk_names"),
    )
    op.create_index("ix_names_word", "names", ["word", "person_id"])
    _fill("people", "id", PERSON, ("name", "nickname"))
    _fill("sellers", "person_id", SHOP, ("name", "document"))
    op.drop_index("ix_people_name", table_name="people")
    op.drop_column("people", "name")


def _fill(table: str, owner: str, kind: str, fields: tuple[str, ...]) -> None:
    """Work out the words of what is there already."""
    connection, last = op.get_bind(), ""
    source = sa.table(table, *(sa.column(c) for c in {"id", owner, "body"}))
    names = sa.table("names", *(sa.column(c) for c in ("person_id", "kind", "word")))
    while True:
        query = sa.select(source).where(source.c.id > last).order_by(source.c.id).limit(SOME)
        found = connection.execute(query).mappings().all()
        if not found:
            return
        rows = [
            {"person_id": row[owner], "kind": kind, "word": word}
            for row in found
            for word in words_of(_joined(json.loads(row["body"]), fields))
        ]
        if rows:
            connection.execute(sa.insert(names), rows)
        last = found[-1]["id"]


def _joined(document: dict[str, str], fields: tuple[str, ...]) -> str:
    return " ".join(document.get(field, "") for field in fields)


def downgrade() -> None:
    op.add_column("people", sa.Column("name", sa.String(length=200), server_default="", nullable=False))
    op.create_index("ix_people_name", "people", ["name"])
    op.drop_table("names")
