"""What people wait for is found whatever its accents

Revision ID: 0021_wishes_folded
Revises: 0020_queues
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.domain.text import fold

revision = "0021_wishes_folded"
down_revision = "0020_queues"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wishes", sa.Column("folded", sa.Text(), server_default="", nullable=False))
    wishes = sa.table("wishes", *(sa.column(name) for name in ("person_id", "words", "folded")))
    connection, mine = op.get_bind(), wishes.c.person_id == sa.bindparam("person")
    change = sa.update(wishes).where(mine, wishes.c.words == sa.bindparam("as_said"))
    rows = connection.execute(sa.select(wishes.c.person_id, wishes.c.words)).all()
    if rows:
        values = [{"person": person, "as_said": words, "as_found": fold(words)} for person, words in rows]
        connection.execute(change.values(folded=sa.bindparam("as_found")), values)


def downgrade() -> None:
    op.drop_column("wishes", "folded")
