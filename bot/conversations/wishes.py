"""A message read as if it had another intent: what else it says beside its main wish."""

from __future__ import annotations

from dataclasses import replace

from bot.conversations.language import Understanding, claimed, slots
from bot.conversations.talk import Heard


def slots_as(text: str, intent: str) -> dict[str, str]:
    """The slots that a message would have with this intent."""
    return slots.collect(claimed(text), intent)


def heard_as(heard: Heard, intent: str) -> Heard:
    """The message with another intent and its slots; an open menu is not answered by it."""
    return replace(heard, choice="", meaning=Understanding(intent, 1.0, slots_as(heard.text, intent), []))
