"""From a message to its intent and slots. Pure: no network, no clock, no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.conversations.language import doubts, intents, normalise, slots
from bot.conversations.language.normalise import Text

UNSURE = 0.45
"""The cap for a thin or contradictory reading: below every threshold for acting without asking."""
UNCUED = 0.7
"""The maximum confidence without a cue."""


@dataclass(frozen=True)
class Understanding:
    """The meaning of a message. ``alternatives`` are further intents with their confidence, best first."""

    intent: str
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)
    alternatives: Sequence[tuple[str, float]] = field(default_factory=list)


# Within a turn the same words are read for several questions, as different intents and for either role.
_OF_A_TURN = 64


@lru_cache(maxsize=_OF_A_TURN)
def claimed(text: str) -> Text:
    """A message with all possible values claimed. The result is shared: nothing more may be claimed in it."""
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

    ``confidence`` is between 0 and 1. An intent that moves money never exceeds :data:`UNSURE` without a cue of its own,
    or if the words leave a doubt (:mod:`doubts`). Several orders are joined by commas in ``slots["order"]``. Any text
    is accepted.
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
    # an intent with a cue of its own counts as a further one, however sure the first is: "frete pra … no pix"
    others = [(name, round(p, 3)) for name, p in ranked[1:] if p >= 0.01 or name in cues][:4]
    return Understanding(best, round(confidence, 3), slots.collect(claimed(text), best), others)


def _familiarity(said: list[str], known: frozenset[str]) -> float:
    """How much of the message consists of known words, from 0.5 (nothing) to 1."""
    words_said = [w for w in said if w not in "?!" and not w.isdigit()]
    if not words_said:
        return 0.5
    familiar = sum(1 for w in words_said if w[0] == "_" or w in known)
    return 0.5 + 0.5 * familiar / len(words_said)
