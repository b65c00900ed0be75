"""WhatsApp's own limits, for any gateway: splitting texts, shortening labels."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commands import Option

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_BUTTONS = 3
LONGEST_BUTTON = 20
MOST_ROWS = 10
LONGEST_ROW = 24
LONGEST_DESCRIPTION = 72
LIST_TITLE = "Opções"
LIST_BUTTON = "Ver opções"


def split(text: str, limit: int = LONGEST_TEXT) -> list[str]:
    """A text in pieces of at most ``limit`` characters, cut at a paragraph, otherwise a line, a blank, or anywhere."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        cut = max(rest.rfind("\n\n", 0, limit + 1), 0)
        cut = cut or max(rest.rfind("\n", 0, limit + 1), 0) or max(rest.rfind(" ", 0, limit + 1), 0) or limit
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def short(label: str, limit: int) -> str:
    """A label of at most ``limit`` characters."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def distinct(options: Sequence[Option], limit: int) -> bool:
    """Whether no label is empty, and all still differ after shortening."""
    labels = {short(o.label.strip(), limit) for o in options}
    return len(labels) == len(options) and "" not in labels
