"""Prefilter for cues: each needs some literal piece of text, and most lines contain the pieces of few."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.conversations.language.cues.cue import Cue

# Only the regex compiler knows a pattern's structure, and it has no public name. Patterns with unknown constructs are
# always tried.
_parser: Any = importlib.import_module("re._parser")
_op: Any = importlib.import_module("re._constants")
SHORTEST = 3
"""Minimum length; shorter pieces are in nearly every line."""
NONE: frozenset[str] = frozenset()


def pieces(pattern: str) -> frozenset[str]:
    """Literals of which a line must contain one for the pattern to match; empty if there are none long enough."""
    found = _needed(_parser.parse(pattern))
    return found if _shortest(found) >= SHORTEST else NONE


def _needed(parts: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Of the alternatives that each part requires, the set whose shortest piece is longest."""
    best, run = NONE, ""
    for op, value in (*parts, (None, None)):
        if op is _op.LITERAL:
            run += chr(value)
            continue
        best = max(best, frozenset([run]), key=_shortest)
        run = ""
        if op is _op.SUBPATTERN:
            best = max(best, _needed(value[-1]), key=_shortest)
        elif op is _op.BRANCH:
            ways = [_needed(way) for way in value[1]]
            best = max(best, NONE.union(*ways) if all(ways) else NONE, key=_shortest)
        elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[0] > 0:
            best = max(best, _needed(value[2]), key=_shortest)
    return best


def _shortest(some: frozenset[str]) -> int:
    return min(map(len, some), default=0)


class Pieces:
    """An index of cues by the beginnings of their pieces."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = cues
        self._always: list[int] = []
        self._by_beginning: Mapping[str, list[tuple[str, int]]] = defaultdict(list)
        for place, cue in enumerate(cues):
            needed = pieces(cue.shape.pattern)
            if not needed:
                self._always.append(place)
            for piece in needed:
                self._by_beginning[piece[:SHORTEST]].append((piece, place))

    def may_fire(self, line: str) -> list[Cue]:
        """The cues with a piece in the line, in order; no other can fire on it."""
        found = set(self._always)
        for at in range(len(line) - SHORTEST + 1):
            for piece, place in self._by_beginning.get(line[at : at + SHORTEST], ()):
                if line.startswith(piece, at):
                    found.add(place)
        return [self._cues[place] for place in sorted(found)]
