"""Only cues that can fire are tried: those of which the line holds a piece."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import claimed
from bot.conversations.language.cues import CUES, PIECES
from bot.conversations.language.cues.pieces import pieces
from bot.conversations.language.intents import model, read_words

DATA = Path(__file__).parent.parent / "data"
SAID = sorted({word for cue in CUES for piece in pieces(cue.shape.pattern) for word in piece.split()} | model().known)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\bfretes?\b", {"frete"}),
        (r"\b(?:mand|envi)\w+ (?:pra|para) casa\b", {" casa"}),
        (r"\b(?:mandar|manda|envio)\b", {"mandar", "manda", "envio"}),
        (r"^(?!.*\btroca\b).*\bendereco\b", {"endereco"}),
        (r"(?:quero )?(?:boleto)+\d*", {"boleto"}),
        (r"(?:caro ){2,3}mesmo", {"caro "}),
        (r"_(?:part|vehicle)_", {"part", "vehicle"}),
        # nothing that every match holds, or nothing long enough
        (r"(?:quero)?\d+", set()),
        (r"(?:quero|\d+)", set()),
        (r"[abc]{3}", set()),
        (r"\boi\b", set()),
        (r"(?:boleto){0,2}", set()),
    ],
)
def test_what_a_line_must_hold(pattern: str, needed: set[str]) -> None:
    assert pieces(pattern) == needed


def fires(line: str) -> list[str]:
    return [cue.shape.pattern for cue in CUES if cue.shape.search(line)]


def fires_of_those_tried(line: str) -> list[str]:
    return [cue.shape.pattern for cue in PIECES.may_fire(line) if cue.shape.search(line)]


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("utterances*.csv")))
def test_every_example_fires_the_same_cues(name: str) -> None:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        lines = [" ".join(read_words(claimed(row["text"]), model().known)) for row in csv.DictReader(file)]
    assert lines
    for line in lines:
        assert fires_of_those_tried(line) == fires(line), line


@given(st.lists(st.sampled_from(SAID), max_size=9).map(" ".join))
def test_any_words_fire_the_same_cues(line: str) -> None:
    assert fires_of_those_tried(line) == fires(line)


def test_few_cues_are_tried() -> None:
    line = "quero cotar o frete pra _cep_"
    assert len(PIECES.may_fire(line)) < len(CUES) / 5
