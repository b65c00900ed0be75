"""How ``doctor`` says what it found, in both languages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """What is said, in both languages."""

    english: str
    portuguese: str

    def of(self, portuguese: bool) -> str:
        return self.portuguese if portuguese else self.english


class Wrong(Exception):
    """Something to mend: what it is, and how."""

    def __init__(self, problem: Text, mend: Text) -> None:
        super().__init__(problem.english)
        self.problem, self.mend = problem, mend


@dataclass(frozen=True)
class Check:
    name: Text
    run: Callable[[], Awaitable[Text | None]]
    settings: str
    """The names of what it depends on."""
