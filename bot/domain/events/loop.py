"""What the loop says to itself: timers, what came of commands, news for somebody."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import Field

from bot.domain.commands import Command
from bot.domain.common import Value

R = TypeVar("R", bound=Value)


class Tick(Value):
    """A timer is due. ``name`` says which, ``data`` is what was put into it."""

    kind: Literal["timer"] = "timer"
    name: str
    data: dict[str, str] = Field(default_factory=dict)


class Done(Value):
    """A command was carried out; ``result`` has the shape of its ``Result``."""

    kind: Literal["command.done"] = "command.done"
    key: str
    command: Command
    result: dict[str, Any]

    def result_as(self, shape: type[R]) -> R:
        """The result, read in its shape."""
        return shape.model_validate(self.result)


SET_ASIDE = "internal_error"
"""The reason of what no provider refused: a fault of ours kept it from being carried out, time and again."""


class Refused(Value):
    """The provider said no, and would say no again. ``reason`` is our class of it, ``detail`` its words."""

    kind: Literal["command.refused"] = "command.refused"
    key: str
    command: Command
    reason: str
    detail: str = ""


class Parked(Value):
    """The provider does not answer; the command waits and is resumed by itself. Told once a command."""

    kind: Literal["command.parked"] = "command.parked"
    key: str
    command: Command
    reason: str


class Expired(Value):
    """The command waited until it was pointless, and was dropped."""

    kind: Literal["command.expired"] = "command.expired"
    key: str
    command: Command


class Notice(Value):
    """News for a person, told once on the channel that works. ``name`` is one of the catalogue."""

    kind: Literal["notice"] = "notice"
    key: str
    name: str
    person_id: str
    order: int = 0
    data: dict[str, str] = Field(default_factory=dict)
