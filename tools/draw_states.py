"""Write the state tables of orders and their money as Mermaid diagrams into ``docs/states.md``, from the code.

python -m tools.draw_states            # writes
python -m tools.draw_states --check    # writes nothing, exit 1 if the page is stale
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias, TypeVar

from bot.domain import states
from bot.domain.disputes import DISPUTE_MOVES
from bot.domain.states import Actor

PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
MADE = "Made by `python -m tools.draw_states` from `bot/domain/states.py`; changes belong there."
MEANING = {
    Actor.BUYER: "the buyer",
    Actor.SELLER: "the seller, or their standing word (`auto_accept`)",
    Actor.OPERATOR: "a user of the console",
    Actor.PROVIDER: "the payment provider or the carrier, by its facts, read back",
    Actor.CLOCK: "a deadline",
}
State = TypeVar("State", bound=StrEnum)
Table: TypeAlias = Mapping[StrEnum, Mapping[StrEnum, frozenset[Actor]]]
"""State → what it may become → by whose doing."""


def _table(moves: Mapping[State, Mapping[State, frozenset[Actor]]]) -> Table:
    return {state: dict(targets.items()) for state, targets in moves.items()}


def _caused(moves: Mapping[State, Collection[State]], causes: Mapping[State, frozenset[Actor]]) -> Table:
    return {state: {target: causes[target] for target in targets} for state, targets in moves.items()}


TABLES: Mapping[str, Table] = {
    "order": _table(states.ORDER_MOVES),
    "charge": _caused(states.CHARGE_MOVES, states.CHARGE_CAUSES),
    "split": _caused(states.SPLIT_MOVES, states.SPLIT_CAUSES),
    "chargeback": _caused(DISPUTE_MOVES, states.DISPUTE_CAUSES),
    "label": _caused(states.SHIPMENT_MOVES, states.SHIPMENT_CAUSES),
    "return": _table(states.RETURN_MOVES),
}
"""Moves of each machine, and who may make each."""


def page() -> str:
    actors = "\n".join(f"- *{actor}*: {meaning}" for actor, meaning in MEANING.items())
    drawn = "\n".join(f"## {name}\n\n```mermaid\n{_draw(table)}\n```\n" for name, table in TABLES.items())
    refusals = "\n".join(f"- `{reason}`: {why}" for reason, why in states.REFUSALS.items())
    head = f"# States\n\n{MADE}\n\nWho may cause a move stands at its arrow:\n\n{actors}\n"
    return f"{head}\n{drawn}\n## Refusals\n\n{refusals}\n"


def _draw(moves: Table) -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(moves))}"]
    for state, targets in moves.items():
        lines += [f"    {state} --> {target}: {', '.join(sorted(targets[target]))}" for target in sorted(targets)]
        if not targets:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)


def stale(path: Path = PAGE) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != page()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.draw_states", description="Draw the state tables.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")
    if parser.parse_args(arguments).check:
        return int(stale())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
