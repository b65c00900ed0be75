"""Shops that are paused, and the parts of one shop in order

Revision ID: 0010_paused
Revises: 0009_money
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010_paused"
down_revision = "0009_money"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sellers", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, body FROM sellers")).all():
        if not json.loads(row.body).get("active", True):
            connection.execute(sa.text("UPDATE sellers SET active = :no WHERE id = :id"), {"no": False, "id": row.id})
    paused = sa.text("NOT active")
    op.create_index("ix_sellers_paused", "sellers", ["id"], sqlite_where=paused, postgresql_where=paused)
    op.create_index("ix_products_seller", "products", ["seller_id", "listing"])


def downgrade() -> None:
    op.drop_index("ix_products_seller", "products")
    op.drop_index("ix_sellers_paused", "sellers")
    op.drop_column("sellers", "active")
