"""From a message to its intent and slots. Pure: no network, no clock, no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.conversations.language import doubts, intents, normalise, slots
from bot.conversations.language.normalise import Text

UNSURE = 0.45
"""What a thin or contradicted reading is capped at: below every threshold for acting without asking."""
UNCUED = 0.7
"""The most that is held of what no cue speaks for."""


@dataclass(frozen=True)
class Understanding:
    """What a message wants. ``alternatives`` are further intents with their confidence, best first."""

    intent: str
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)
    alternatives: Sequence[tuple[str, float]] = field(default_factory=list)


# Within one turn the same words are read for several questions, as different wishes and for either role.
_OF_A_TURN = 64


@lru_cache(maxsize=_OF_A_TURN)
def claimed(text: str) -> Text:
    """A message with all that can be a value claimed. It is everybody's: nothing more is claimed of it."""
    read = normalise.read(text)
    slots.find(read, intents.model().known)
    return read


@lru_cache(maxsize=_OF_A_TURN)
def _cued(text: str) -> tuple[list[str], dict[int, float]]:
    """The words of a message, and the points of its cues."""
    said = intents.read_words(claimed(text), intents.model().known)
    return said, intents.cue_points(said)


@lru_cache(maxsize=_OF_A_TURN)
def understand(text: str, role: str = "") -> Understanding:
    """Read one message of a person. ``role`` (``buyer``, ``seller``) only breaks ties.

    ``confidence`` is between 0 and 1. What moves money is never held above :data:`UNSURE` without a cue of its own,
    or where the words leave a doubt (:mod:`doubts`). Several orders stand in ``slots["order"]`` joined by commas. Any
    text is taken.
    """
    known = intents.model().known
    said, fired = _cued(text)
    if not any(w[0].isalnum() or w[0] == "_" for w in said):
        return Understanding("out_of_scope", 0.0)
    ranked = intents.rank(said, fired, role)
    best, share = ranked[0]
    confidence = share * _familiarity(said, known)
    cues = {intents.INTENTS[place] for place in fired}
    cued = best in cues
    if not cued:
        confidence = min(confidence, UNCUED)
    if best in intents.MONEY and (not cued or doubts.is_doubted(best, said)):
        confidence = min(confidence, UNSURE)
    # what has a cue of its own is a further wish, however sure the first one is: "frete pra … no pix"
    others = [(name, round(p, 3)) for name, p in ranked[1:] if p >= 0.01 or name in cues][:4]
    return Understanding(best, round(confidence, 3), slots.collect(claimed(text), best), others)


def _familiarity(said: list[str], known: frozenset[str]) -> float:
    """How much of the message we have words for, from 0.5 (nothing) to 1."""
    words_said = [w for w in said if w not in "?!" and not w.isdigit()]
    if not words_said:
        return 0.5
    familiar = sum(1 for w in words_said if w[0] == "_" or w in known)
    return 0.5 + 0.5 * familiar / len(words_said)
