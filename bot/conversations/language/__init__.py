"""Language understanding: intents, slots and answers, in the Portuguese of WhatsApp. No network, no model server."""

from __future__ import annotations

from bot.conversations.language.understand import UNSURE, Understanding, claimed, understand

__all__ = ["UNSURE", "Understanding", "claimed", "understand"]
