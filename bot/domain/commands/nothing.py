"""The empty result."""

from __future__ import annotations

from bot.domain.common import Value


class Nothing(Value):
    """The result of a command that returns nothing."""
