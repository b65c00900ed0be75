"""Roots: in order of time, of one shape, and nobody's number."""

from __future__ import annotations

import pytest

from bot.correlation import is_root, new_root
from bot.redaction import Redactor


def test_they_grow_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for moment in (0, 0.5, 0.9999, 1, 1_000_000_000.5, 1_796_000_000, 1_796_000_000.9999999, 4_102_444_800):
        monkeypatch.setattr("bot.correlation.time.time", lambda at=moment: at)
        made.append(new_root())
    assert made == sorted(made)
    assert all(map(is_root, made))


def test_those_of_one_moment_differ_and_are_not_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.correlation.time.time", lambda: 1_796_000_000.25)
    made = {new_root() for _ in range(10)}
    assert len(made) == 10
    assert all(Redactor().text(root) == root for root in made)


@pytest.mark.parametrize("text", ["", "bcdfghjklmnpqrs", "bcdfghjklmnpqrstv", "marina souza abc", "BCDFGHJKLMNPQRST"])
def test_nothing_else_is_one(text: str) -> None:
    assert not is_root(text)
