"""``python -m benchmarks``: all of them, one table. ``--rounds`` and ``--share`` make it quicker and rougher."""

from __future__ import annotations

from benchmarks import accept, boletos, console, drain, growth, reply, search, start, turns
from benchmarks.harness import Figure, Size, alone

ALL = (accept, turns, drain, growth, console, boletos, start, reply, search)


async def measure(size: Size) -> list[Figure]:
    figures: list[Figure] = []
    for one in ALL:
        figures += await one.measure(size)
    return figures


if __name__ == "__main__":
    alone(measure)
