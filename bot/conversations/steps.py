"""What a conversation is made of: flows of steps, as data that the engine works and the drawing draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.domain.events import Done, Expired, Parked, Refused

if TYPE_CHECKING:
    from bot.conversations.talk import Heard, Talk

Outcome = Done | Refused | Parked | Expired

END = "END"
"""A lead that ends the flow; the question below comes back."""
STAY = "STAY"
"""What a step's reader returns when it has answered the message itself and its question stays open."""

LATER = "LATER"
"""As :data:`STAY`, but nothing need be said now: more may come (an album comes picture by picture), and ``quiet``
answers a moment after the last."""


def _nothing(_: Talk) -> None:
    return None


def _unread(_: Talk, __: Heard) -> str | None:
    return None


@dataclass(frozen=True)
class Step:
    """One question, or one act.

    ``leads`` maps the names of answers to steps of the flow, to :data:`END`, or to another flow (``>paying``), which
    takes this one's place and starts with ``talk.seed``.
    """

    name: str
    leads: Mapping[str, str]
    ask: Callable[[Talk], None] = _nothing
    """Says the question. Must be repeatable: it is said again after a digression."""
    read: Callable[[Talk, Heard], str | None] = _unread
    """The name of the answer in a message (having kept its values in ``talk.data``), :data:`STAY`, or None."""
    known: Callable[[Talk], str | None] = _nothing
    """The name of the answer if it was given before: the question is skipped."""
    act: Callable[[Talk], str] | None = None
    """A step without a question: does something and names the answer."""
    enter: Callable[[Talk], None] = _nothing
    """Done once on arrival: asks providers for what the step waits for."""
    result: Callable[[Talk, Outcome], str | None] | None = None
    """The name of the answer in what came of a command of this flow; None: nothing moves."""
    fills: tuple[str, ...] = ()
    """Names in ``talk.data`` that this step's answers fill; *voltar* forgets them."""
    needs: tuple[str, ...] = ()
    """Names in ``talk.data`` without which this question makes no sense; *voltar* goes past it then."""
    free: bool = False
    """Any text is an answer here, so clear wishes of another kind go first; and it may come in several bubbles, which
    are waited for (:mod:`bot.conversations.gathering`)."""
    media: tuple[str, ...] = ()
    """Contents other than text that ``read`` takes: ``image``."""
    quiet: Callable[[Talk], str | None] = _nothing
    """Answers what ``read`` took with :data:`LATER`, a moment after the last of it; may return a lead."""
    waits: bool = False
    """Nothing is asked on arrival: the answer comes from a provider. ``ask`` says so to who writes meanwhile."""
    once: bool = False
    """Asked once: after a digression it still takes its answer, but is not said again."""
    hint: str = ""
    """What helps who does not know the answer, or asks what it is for."""


def _nowhere(_: Talk, __: Heard) -> str | None:
    return None


def _unused(_: Talk, __: Heard) -> None:
    return None


@dataclass(frozen=True)
class Flow:
    """A conversation with a purpose. The first step is where it starts."""

    name: str
    title: str
    """What people call it, with its article: ``a sua compra``."""
    steps: tuple[Step, ...]
    version: int = 1
    role: str = ""
    """Whose flow it is: ``buyer``, ``seller``; breaks ties in understanding. A seller's opens for a shop only, so its
    steps need not ask whether there is one."""
    lasts: timedelta = timedelta(days=1)
    """How long it may pause before it is dropped."""
    transient: bool = False
    """Gives way to whatever else is wanted, and never comes back (a menu)."""
    many: bool = False
    """Several may be open at once (one a sale)."""
    use: Callable[[Talk, Heard], None] = _unused
    """Keeps what a message says beyond the open question."""
    turn: Callable[[Talk, Heard], str | None] = _nowhere
    """Where in this flow a message leads that the open question could not read; None: nowhere."""
    turns: tuple[str, ...] = ()
    """The steps that ``turn`` may name, for the drawing."""
    result: Callable[[Talk, Outcome], None] | None = None
    """Keeps what came of a command when the open step has no use for it."""
    lost: Callable[[Talk], str] = field(default=lambda _: "")
    """A sentence on what was lost when the flow is dropped after a pause."""
    about: Callable[[Talk, Mapping[str, Any]], str] = field(default=lambda *_: "")
    """What it is about, from the data of its frame, for the person of the shop who takes over; empty: its title."""

    @cached_property
    def by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    def step(self, name: str) -> Step:
        return self.by_name[name]
