"""Answers that people of the shop give often

Revision ID: 0011_canned
Revises: 0010_paused
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_canned"
down_revision = "0010_paused"
branch_labels = None
depends_on = None

FIRST = (
    "Olá! Sou da equipe e vou cuidar do seu caso. Me dá um minutinho?",
    "Pode me mandar uma foto da peça e da etiqueta?",
    "Já falei com o vendedor e te retorno assim que ele responder.",
    "Resolvido! Se precisar de mais alguma coisa, é só chamar.",
)


def upgrade() -> None:
    table = op.create_table(
        "canned",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned"),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(table, [{"text": text} for text in FIRST])


def downgrade() -> None:
    op.drop_table("canned")
