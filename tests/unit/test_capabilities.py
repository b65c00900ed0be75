"""The page of capabilities names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/capabilities.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_row_is_there_once_and_says_its_state() -> None:
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in ROWS]
    assert [int(row[0]) for row in cells] == list(range(1, 56))
    assert {row[2] for row in cells} == {"whole", "part", "no"}
    for row in cells:
        assert bool(row[3]) == bool(row[4]) == (row[2] != "no"), row
        assert row[5] or row[2] == "whole", row


def test_every_file_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:bot|tests|sandbox|docs)[\w/.]*)`", PAGE)
    assert len(named) > 80
    assert not [name for name in named if not (ROOT / name).exists()]
