"""Talking with people: flows, language, texts, and the news that they are told. Decisions only; nothing is sent here."""

from bot.conversations.room import apologise, decide

__all__ = ["apologise", "decide"]
