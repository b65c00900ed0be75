"""Accounts have an e-mail address, and passwords come by a link

Revision ID: 0017_password_links
Revises: 0016_debts
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_password_links"
down_revision = "0016_debts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("email", sa.String(length=320), server_default="", nullable=False))
    op.create_index("ix_accounts_email", "accounts", ["email"])
    op.create_table(
        "password_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_password_links"),
    )
    op.create_index("ix_password_links_account", "password_links", ["account", "created_at"])


def downgrade() -> None:
    op.drop_table("password_links")
    op.drop_index("ix_accounts_email", table_name="accounts")
    op.drop_column("accounts", "email")
