"""The words of all parts anew: years as in "96 a 2011", codes printed with blanks, "de cima"

Revision ID: 0025_part_words
Revises: 0024_sent_without_command
"""

from __future__ import annotations

from alembic import op

from bot.storage.search import index_again

revision = "0025_part_words"
down_revision = "0024_sent_without_command"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_again(op.get_bind())


def downgrade() -> None:
    """The words of an older release are found less often, and harm nothing."""
