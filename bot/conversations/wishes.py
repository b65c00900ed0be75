"""A message read as if it had another intent: what it says beside its main one."""

from __future__ import annotations

from dataclasses import replace

from bot.conversations.language import Understanding, claimed, slots
from bot.conversations.talk import Heard
from bot.domain.text import fold


def slots_as(text: str, intent: str) -> dict[str, str]:
    """The slots that a message would have with this intent."""
    return slots.collect(claimed(text), intent)


def heard_of(heard: Heard, piece: str, intent: str) -> Heard:
    """A piece of a message, as if it were the whole and had that intent."""
    return heard_as(replace(heard, text=piece, folded=fold(piece)), intent)


def heard_as(heard: Heard, intent: str) -> Heard:
    """The message with another intent and its slots; it does not answer an open menu."""
    return replace(heard, choice="", meaning=Understanding(intent, 1.0, slots_as(heard.text, intent), []))
