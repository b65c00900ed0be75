"""The intent of a message: handwritten cues, and a small linear ranker trained on examples.

A cue is a pattern over the words in their usual spelling, with claimed values as placeholders; it gives points to its
intent. The ranker adds points for words, word pairs and pieces of words. ``tools/train_language.py`` trains its weights
*on top of* the cues, so both use the same scale: log-odds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversations.language import answers, lexicon
from bot.conversations.language.cues import PIECES, STRONG
from bot.conversations.language.normalise import COMMON, Text, usual
from bot.domain.text import words

INTENTS = (
    "quote_shipping", "pay_pix", "pay_boleto", "pay_card", "track_order", "list_orders", "order_details",
    "cancel_order", "refund", "upload_photo", "add_product", "edit_price", "mark_posted", "print_label",
    "seller_sales_report", "talk_to_human", "help_menu", "greeting", "thanks", "opt_out", "change_address",
    "change_due_date", "resend_boleto", "nfe_invoice", "complaint", "part_fitment", "find_part", "affirm",
    "deny", "cancel_flow", "out_of_scope", "charge_request", "payment_claim", "change_carrier",
    "privacy_request", "undo", "done", "opt_in", "join_shop", "recover_account", "pause_listing", "change_stock",
    "change_box",
)  # fmt: skip
MONEY = words("pay_pix pay_boleto pay_card cancel_order refund edit_price charge_request change_carrier")
"""Intents that move money or goods: never assigned high confidence on thin evidence."""
SELLERS = words(
    "mark_posted print_label add_product edit_price seller_sales_report upload_photo charge_request pause_listing "
    "change_stock change_box"
)
BUYERS = words("find_part quote_shipping pay_pix pay_boleto pay_card track_order refund complaint part_fitment")
_TIE_POINTS = 0.6
_NO_POINTS = (0.0,) * len(INTENTS)


class Model(NamedTuple):
    """``weights[feature]`` holds the points of every intent; ``known`` the words of the examples."""

    weights: dict[str, tuple[float, ...]]
    bias: tuple[float, ...]
    known: frozenset[str]
    temperature: float


@cache
def model() -> Model:
    data = json.loads(files(__package__).joinpath("data", "ranker.json").read_text(encoding="utf-8"))
    order = [INTENTS.index(name) for name in data["intents"]]

    def row(points: Iterable[tuple[int, float]]) -> tuple[float, ...]:
        found = list(_NO_POINTS)
        for place, hundredths in points:
            found[order[place]] = hundredths / 100
        return tuple(found)

    weights = {f: row((int(k), points) for k, points in pairs.items()) for f, pairs in data["weights"].items()}
    return Model(weights, row(enumerate(data["bias"])), frozenset(data["known"]) | COMMON, data["temperature"])


_SIZED = re.compile(r"(\w{3,}?)(?:(z)?inh[oa]s?|ao)")
_ENDING = re.compile(r"(?:[aei]r|[aei]ndo|[ai]d[oa]s?|[aei]u|ou|ei|[ai]va|mos|ram|em|am)$")


@lru_cache(maxsize=4096)
def _corrected(word: str, known: frozenset[str]) -> str:
    """The known word that a misspelt one stands for, or the word itself."""
    if len(word) < 5 or word in known or not word.isalpha():
        return word
    if sized := _SIZED.fullmatch(word):  # "precinho", "resumão"
        endings = ("", "o", "a", "e") if sized[2] else ("o", "a", "e")
        if plain := next((sized[1] + end for end in endings if sized[1] + end in known), ""):
            return plain
    near = [k for k in known if abs(len(k) - len(word)) <= 1 and len(k) >= 5 and k[0] == word[0]]
    if len(word) < 7:
        # in short words a different letter makes a different word ("lugar", "ligar"); a missing or swapped one does not
        near = [k for k in near if len(k) != len(word) or sorted(k) == sorted(word)]
    # sorted, so that ties are resolved alike in every process
    best = process.extractOne(word, sorted(near), scorer=OSA.distance, score_cutoff=1 if len(word) < 9 else 2)
    if best is None and len(word) > 6:  # autocorrect swaps letters too: "rasteiro" for "rastreio"
        near = [k for k in near if sorted(k) == sorted(word)]
        best = process.extractOne(word, sorted(near), scorer=OSA.distance, score_cutoff=2)
    return best[0] if best and not _is_another_form(word, best[0]) else word


def _is_another_form(word: str, known: str) -> bool:
    """Whether the two differ only in their ending ("despachar", "despachado"; "devolvo", "devolve"), so that it is no
    typo."""
    if len(word) == len(known) and word[:-1] == known[:-1]:
        return word[-1] in "aeo" and known[-1] in "aeo"
    return known.startswith(word[:-2]) and bool(_ENDING.search(word))


def read_words(text: Text, known: frozenset[str]) -> list[str]:
    """The words of a message with claims, in their usual spelling, small typos corrected."""
    said = [w if w[0] == "_" else _corrected(w, known) for w in usual(text.masked())][:80]
    return said[:1] + [_agreeing(w, before, known) for before, w in pairwise(said)]


_OF_MANY = words("meus minhas seus suas os as dos das nos nas todos todas quais uns umas esses essas varios varias")


def _agreeing(word: str, before: str, known: frozenset[str]) -> str:
    """*Pedidos* for *meus pedido*: spoken Portuguese marks the plural only on the first word."""
    if before not in _OF_MANY or word[0] in "_?!":
        return word
    return next((many for many in sorted(lexicon.plurals(word)) if many in known), word)


def features(said: Sequence[str], cued: Iterable[int]) -> Iterator[str]:
    """The ranker's features: words, pairs, gapped pairs, pieces of words, the length, which cues fired."""
    names = [INTENTS[place] for place in cued]
    yield from (f"!{name}" for name in names or ["none"])
    if len(names) == 1:
        yield f"!only {names[0]}"
    row = ["<", *said, ">"]
    for word in said:
        yield word
        if word[0] != "_" and len(word) > 4:
            yield "^" + word[:5]
            padded = f"^{word}$"
            for i in range(len(padded) - 3):
                yield "~" + padded[i : i + 4]
    for left, right in pairwise(row):
        yield f"{left} {right}"
    for left, right in zip(row, row[2:], strict=False):
        yield f"{left} * {right}"
    count = len(said)
    yield f"#{count if count < 4 else 4 if count < 7 else 7 if count < 12 else 12}"
    if not any(w[0] == "_" for w in said):
        yield "#plain"


_POLITE = words("opa oi ola valeu obrigado")
_ANSWERS = words("sim nao isso pode ok confirmo certo")


def scale_of(count: int) -> float:
    """The weight of word features: long messages have many, and are no more certain for it."""
    return 1 / math.sqrt(count + 1)


def cue_points(said: Sequence[str]) -> dict[int, float]:
    """The points of the cues that fire: the best of an intent in full, further ones for half."""
    line = " ".join(said)
    fired: dict[int, list[float]] = {}
    answer = answers.answered(said)
    # "opa, beleza" and "show, valeu" are polite phrases, not answers
    if answer is not None and not (_POLITE & set(said) and not _ANSWERS & set(said)):
        fired[_PLACE["affirm" if answer else "deny"]] = [STRONG]
    for cue in PIECES.may_fire(line):
        if cue.shape.search(line):
            fired.setdefault(_PLACE[cue.intent], []).append(cue.points)
    return {place: max(points) + (sum(points) - max(points)) / 2 for place, points in fired.items()}


_PLACE = {name: i for i, name in enumerate(INTENTS)}


def rank(said: Sequence[str], cued: Mapping[int, float], role: str = "") -> list[tuple[str, float]]:
    """All intents with their probabilities, best first. ``cued``: the :func:`cue_points` of the words."""
    weights, bias, _, temperature = model()
    found = [feature for feature in dict.fromkeys(features(said, cued)) if feature in weights]
    scale = scale_of(len(found))
    of_cues = _summed(weights[feature] for feature in found if feature[0] == "!")
    of_words = _summed(weights[feature] for feature in found if feature[0] != "!")
    points = [b + c + w * scale for b, c, w in zip(bias, of_cues, of_words, strict=True)]
    for place, value in cued.items():
        points[place] += value
    favoured = SELLERS if role == "seller" else BUYERS if role == "buyer" else ()
    for name in favoured:
        points[_PLACE[name]] += _TIE_POINTS
    top = max(points)
    odds = [math.exp((p - top) / temperature) for p in points]
    total = sum(odds)
    return sorted(zip(INTENTS, (o / total for o in odds), strict=True), key=itemgetter(1), reverse=True)


def _summed(rows: Iterable[Sequence[float]]) -> Iterator[float]:
    """The points of each intent in all of the rows."""
    return map(sum, zip(_NO_POINTS, *rows, strict=True))
