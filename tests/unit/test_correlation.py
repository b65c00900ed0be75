"""Roots: in order of time, of one shape, and nobody's number."""

from __future__ import annotations

import pytest

from bot import correlation
from bot.correlation import is_root, new_root
from bot.redaction import Redactor


def test_they_grow_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for second in (0, 1, 1_000_000_000, 1_796_000_000, 4_102_444_800):
        monkeypatch.setattr(correlation.time, "time", lambda at=second: at + 0.5)
        made.append(new_root())
    assert made == sorted(made)
    assert all(map(is_root, made))


def test_two_of_one_second_differ_and_are_not_redacted() -> None:
    made = {new_root() for _ in range(2000)}
    assert len(made) == 2000
    assert all(Redactor().text(root) == root for root in made)


@pytest.mark.parametrize("text", ["", "bcdfghjklmnpqrs", "bcdfghjklmnpqrstv", "marina souza abc", "BCDFGHJKLMNPQRST"])
def test_nothing_else_is_one(text: str) -> None:
    assert not is_root(text)
