"""Every benchmark runs, with tiny numbers, and says what it measured. What it measured is nobody's business here."""

from __future__ import annotations

import asyncio
import sys

import pytest

FIGURES = {
    "accept": [
        "× bare aiohttp",
        "× a row a request",
        "bare aiohttp, so asked",
        "turns worked too: p99",
        "turns worked by another process: p99",
    ],
    "turns": ["bot × aiogram", "bot apart × aiogram", "plain × aiogram", "reply p99", "memory at rest"],
    "drain": ["two workers × one"],
    "growth": ["reply p50, 1 M old events", "reply p50, 1 M old events, PostgreSQL"],
    "console": ["slowest page", "events set aside"],
    "boletos": ["reminders raised, peak", "compared with the provider, peak", "calls to the provider"],
    "start": ["start to ready"],
    "reply": ["one reply, nothing else to do", "demo: page up"],
}


@pytest.mark.parametrize("name", FIGURES)
async def test_it_runs(name: str) -> None:
    if name == "turns":
        pytest.importorskip("aiogram", reason="the rival is an optional dependency")
    command = ["-m", f"benchmarks.{name}", "--rounds", "1", "--share", "0.01"]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    table = out.decode()
    assert [figure for figure in FIGURES[name] if figure not in table] == [], table
