"""``doctor``'s findings, in both languages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A text in both languages."""

    english: str
    portuguese: str

    def of(self, portuguese: bool) -> str:
        return self.portuguese if portuguese else self.english


class Wrong(Exception):
    """Something to fix: what it is, and how."""

    def __init__(self, problem: Text, mend: Text) -> None:
        super().__init__(problem.english)
        self.problem, self.mend = problem, mend


@dataclass(frozen=True)
class Check:
    name: Text
    run: Callable[[], Awaitable[Text | None]]
    settings: str
    """The names of the settings it depends on."""
