"""Events that the engine itself makes: timers, outcomes of commands, notices."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import Field

from bot.domain.commands import Command
from bot.domain.common import Value

R = TypeVar("R", bound=Value)


class Tick(Value):
    """A timer is due. ``name`` and ``data`` are those it was set with."""

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
"""``Refused.reason`` of a command that no provider refused: a fault of ours made every attempt fail."""


class Refused(Value):
    """The provider refused, and would again. ``reason`` is our class of it, ``detail`` the provider's words,
    redacted."""

    kind: Literal["command.refused"] = "command.refused"
    key: str
    command: Command
    reason: str
    detail: str = ""


class Parked(Value):
    """All attempts failed; the command waits and is resumed automatically. At most one such event per command.

    ``refused_by``: the provider that refuses our credentials, until the operator corrects them; "" for other reasons.
    """

    kind: Literal["command.parked"] = "command.parked"
    key: str
    command: Command
    reason: str
    refused_by: str = ""


class Expired(Value):
    """The command was dropped: its ``expires_at`` passed before it could be carried out."""

    kind: Literal["command.expired"] = "command.expired"
    key: str
    command: Command


class Notice(Value):
    """A notice for a person, delivered once on the channel that works. ``name``: entry of the catalogue."""

    kind: Literal["notice"] = "notice"
    key: str
    name: str
    person_id: str
    order: int = 0
    data: dict[str, str] = Field(default_factory=dict)
