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

from bot.domain import states
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
TABLES: Mapping[str, tuple[Mapping[StrEnum, Collection[StrEnum]], Mapping[StrEnum, frozenset[Actor]] | None]] = {
    "order": (states.ORDER_MOVES, None),
    "charge": (states.CHARGE_MOVES, states.CHARGE_CAUSES),
    "split": (states.SPLIT_MOVES, states.SPLIT_CAUSES),
    "chargeback": (states.DISPUTE_MOVES, states.DISPUTE_CAUSES),
    "label": (states.SHIPMENT_MOVES, states.SHIPMENT_CAUSES),
    "return": (states.RETURN_MOVES, None),
}
"""Moves of each machine, and who brings it into a state where the moves themselves do not say it."""


def page() -> str:
    actors = "\n".join(f"- *{actor}*: {meaning}" for actor, meaning in MEANING.items())
    drawn = "\n".join(f"## {name}\n\n```mermaid\n{_draw(*table)}\n```\n" for name, table in TABLES.items())
    refusals = "\n".join(f"- `{reason}`: {why}" for reason, why in states.REFUSALS.items())
    head = f"# States\n\n{MADE}\n\nWho may cause a move stands at its arrow:\n\n{actors}\n"
    return f"{head}\n{drawn}\n## Refusals\n\n{refusals}\n"


def _draw(moves: Mapping[StrEnum, Collection[StrEnum]], causes: Mapping[StrEnum, frozenset[Actor]] | None) -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(moves))}"]
    for state, targets in moves.items():
        for target in sorted(targets, key=str):
            who = causes[target] if causes is not None else targets[target]  # type: ignore[call-overload, index]
            lines.append(f"    {state} --> {target}: {', '.join(sorted(who))}")
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
