"""From a message to its intent and slots. Pure: no network, no clock, no state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.conversations.language import intents, normalise, slots
from bot.conversations.language.normalise import Text
from bot.domain.text import words

UNSURE = 0.45
"""What a thin or contradicted reading is capped at: below every threshold for acting without asking."""
UNCUED = 0.7
"""The most that is held of what no cue speaks for."""
_REFUSAL = words("nao nem nunca jamais")
_WAYS = words("pix boleto cartao")
_BACK = ("devol", "estorn", "reembols", "ressarc", "cancel", "desist", "volt")
# "não consigo pagar no pix" and "não quero mais o pedido" ask for something; "não quero pix" does not
_ASKS_ANYWAY = words(
    "consigo consegui recebi chegou funciona funcionou achei abriu abre serviu veio le passou tem tenho temos"
)


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
    or against a *não*. Several orders stand in ``slots["order"]`` joined by commas. Any text is taken.
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
    if best in intents.MONEY and (
        not cued or _is_refused(best, said) or _names_two_ways(said) or _is_undone(best, said)
    ):
        confidence = min(confidence, UNSURE)
    # what has a cue of its own is a further wish, however sure the first one is: "frete pra … no pix"
    others = [(name, round(p, 3)) for name, p in ranked[1:] if p >= 0.01 or name in cues][:4]
    return Understanding(best, round(confidence, 3), slots.collect(claimed(text), best), others)


def _is_undone(intent: str, said: list[str]) -> bool:
    """Whether words of getting money back stand in what looks like paying: which of the two is asked."""
    return intent.startswith("pay_") and any(word.startswith(_BACK) for word in said)


def _names_two_ways(said: list[str]) -> bool:
    """Whether two ways of paying are named: "tô sem limite no cartão, faz no pix". Which one is wanted is asked."""
    return len({w for w in said if w in _WAYS}) > 1


def _familiarity(said: list[str], known: frozenset[str]) -> float:
    """How much of the message we have words for, from 0.5 (nothing) to 1."""
    words_said = [w for w in said if w not in "?!" and not w.isdigit()]
    if not words_said:
        return 0.5
    familiar = sum(1 for w in words_said if w[0] == "_" or w in known)
    return 0.5 + 0.5 * familiar / len(words_said)


def _is_refused(intent: str, said: list[str]) -> bool:
    """Whether a *não* stands against the wish itself ("não quero pagar no pix", "não cancela")."""
    gives_up = intent in ("cancel_order", "refund")
    for i, word in enumerate(said):
        if word not in _REFUSAL:
            continue
        after = said[i + 1 : i + 4]
        if gives_up and ("mais" in after or "vou" in after):
            continue  # "não quero mais a peça": that is a wish to cancel
        if not after or after[0] not in _ASKS_ANYWAY:
            return True
    return False
