"""Talking with people: flows, language, texts, and the news that they are told. Decisions only."""

from bot.conversations.room import apologise, decide

__all__ = ["apologise", "decide"]
