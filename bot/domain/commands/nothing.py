"""The result of what has nothing to tell."""

from __future__ import annotations

from bot.domain.common import Value


class Nothing(Value):
    """The result of a command that has nothing to tell but its success."""
