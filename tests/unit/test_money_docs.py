"""The pages about money say what the code does."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from bot.domain import states
from bot.domain.disputes import DISPUTE_MOVES
from tools import draw_states
from tools.draw_states import State

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/money.md").read_text(encoding="utf-8"))


def test_the_state_tables_are_drawn_from_the_code() -> None:
    assert not draw_states.stale(), "run python -m tools.draw_states"


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda part: part.rpartition("/")[2])
def test_every_test_that_the_page_names_is_there(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_all_eleven_defects_are_there() -> None:
    assert len(NAMED) == 11


def test_every_move_has_somebody_who_causes_it() -> None:
    for moves in draw_states.TABLES.values():
        assert all(state in moves and who for targets in moves.values() for state, who in targets.items())


def caused(moves: Mapping[State, Collection[State]], causes: Mapping[State, Collection[states.Actor]]) -> bool:
    return set(causes) == set(moves) and all(causes.values())


def test_every_state_has_its_cause() -> None:
    assert caused(states.CHARGE_MOVES, states.CHARGE_CAUSES)
    assert caused(states.SPLIT_MOVES, states.SPLIT_CAUSES)
    assert caused(DISPUTE_MOVES, states.DISPUTE_CAUSES)
    assert caused(states.SHIPMENT_MOVES, states.SHIPMENT_CAUSES)


def test_every_refusal_has_its_reason() -> None:
    tried = {
        refusal.reason
        for state in states.ORDER_MOVES
        for target in states.ORDER_MOVES
        for actor in states.Actor
        for disputed in (False, True)
        if (refusal := states.move_order(state, target, actor, disputed=disputed)) is not None
    }
    assert tried == set(states.REFUSALS)
