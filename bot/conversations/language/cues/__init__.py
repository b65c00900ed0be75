"""The handwritten cues, one module per subject; the ranker's weights are trained on top of them."""

from __future__ import annotations

from bot.conversations.language.cues import orders, parts, paying, selling, shop, talk
from bot.conversations.language.cues.cue import STRONG, Cue
from bot.conversations.language.cues.pieces import Pieces

CUES: tuple[Cue, ...] = (*parts.CUES, *paying.CUES, *orders.CUES, *selling.CUES, *shop.CUES, *talk.CUES)
PIECES = Pieces(CUES)

__all__ = ["CUES", "PIECES", "STRONG"]
