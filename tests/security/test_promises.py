"""docs/security.md and docs/reliability.md name a test for each promise; each named test is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
RELIABILITY = (ROOT / "docs" / "reliability.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("page", [PAGE, RELIABILITY], ids=["security", "reliability"])
def test_every_test_that_is_named_exists(page: str) -> None:
    named = sorted(set(NAMED.findall(page)))
    assert len(named) > 40
    missing = []
    for file, name in named:
        path = ROOT / file
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
        there = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
        if name not in there:
            missing.append(f"{file}::{name}")
    assert missing == []


def test_each_of_the_thirty_promises_has_one() -> None:
    rows = {int(number): line for number, line in re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.M)}
    assert sorted(rows) == list(range(1, 31))
    assert [number for number, line in rows.items() if not NAMED.search(line)] == []


def test_each_promise_of_the_engine_has_one() -> None:
    rows = [line for line in RELIABILITY.partition("## What is not promised")[0].splitlines() if line.startswith("|")]
    assert len(rows) > 20
    assert [row for row in rows[2:] if not NAMED.search(row)] == []
