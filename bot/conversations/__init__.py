"""Decisions in a person's lane: flows, language understanding, texts, and notices."""

from bot.conversations.room import apologise, decide

__all__ = ["apologise", "decide"]
