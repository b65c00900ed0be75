"""Building blocks of conversations: flows of steps, as data for the engine and the diagrams."""

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
"""Returned by a step's reader that has answered the message itself and keeps its question open."""

LATER = "LATER"
"""Like :data:`STAY`, but no answer is needed yet: more may come (an album arrives picture by picture), and ``quiet``
answers a moment after the last."""


def _nothing(_: Talk) -> None:
    return None


def _unread(_: Talk, __: Heard) -> str | None:
    return None


@dataclass(frozen=True)
class Step:
    """One question, or one action.

    ``leads`` maps the names of answers to steps of the flow, to :data:`END`, or to another flow (``>paying``), which
    replaces this one and starts with ``talk.seed``.
    """

    name: str
    leads: Mapping[str, str]
    ask: Callable[[Talk], None] = _nothing
    """Asks the question. Must be repeatable: it is asked again after a digression."""
    read: Callable[[Talk, Heard], str | None] = _unread
    """Returns the name of the answer in a message (with its values stored in ``talk.data``), :data:`STAY`, or None."""
    known: Callable[[Talk], str | None] = _nothing
    """Returns the name of the answer if it is known already: the question is skipped."""
    act: Callable[[Talk], str] | None = None
    """A step without a question: does something and names the answer."""
    enter: Callable[[Talk], None] = _nothing
    """Runs once on arrival: issues the commands that the step waits for."""
    result: Callable[[Talk, Outcome], str | None] | None = None
    """Returns the name of the answer in the outcome of one of this flow's commands; None: nothing moves."""
    fills: tuple[str, ...] = ()
    """Names in ``talk.data`` that this step's answers fill; *voltar* clears them."""
    needs: tuple[str, ...] = ()
    """Names in ``talk.data`` without which this question makes no sense; *voltar* then skips it."""
    free: bool = False
    """Any text is an answer, so clear intents of another kind are checked first; and it may come in several bubbles,
    which are waited for (:mod:`bot.conversations.gathering`)."""
    media: tuple[str, ...] = ()
    """Contents other than text that ``read`` takes: ``image``."""
    quiet: Callable[[Talk], str | None] = _nothing
    """Answers what ``read`` took with :data:`LATER`, a moment after the last of it; may return a lead."""
    waits: bool = False
    """Nothing is asked on arrival: the answer comes from a provider. ``ask`` tells this to whoever writes meanwhile."""
    once: bool = False
    """Asked once: after a digression it still takes its answer, but is not repeated."""
    hint: str = ""
    """Help for people who do not know the answer, or ask what it is for."""


def _nowhere(_: Talk, __: Heard) -> str | None:
    return None


def _unused(_: Talk, __: Heard) -> None:
    return None


@dataclass(frozen=True)
class Flow:
    """A conversation with a purpose. The first step is where it starts."""

    name: str
    title: str
    """Its name for people, with the article: ``a sua compra``."""
    steps: tuple[Step, ...]
    version: int = 1
    role: str = ""
    """Who uses it: ``buyer``, ``seller``; breaks ties in understanding. A seller's flow opens for a shop only, so its
    steps need not check for one."""
    lasts: timedelta = timedelta(days=1)
    """How long it may pause before it is dropped."""
    transient: bool = False
    """Gives way to any other intent, and never comes back (a menu)."""
    stays: bool = False
    """A transient flow that stays open below others until a message takes it up."""
    many: bool = False
    """Several may be open at once (one per sale)."""
    use: Callable[[Talk, Heard], None] = _unused
    """Stores what a message says beyond the open question."""
    turn: Callable[[Talk, Heard], str | None] = _nowhere
    """Where in this flow a message leads that the open question could not read; None: nowhere."""
    turns: tuple[str, ...] = ()
    """The steps that ``turn`` may name, for the diagram."""
    result: Callable[[Talk, Outcome], None] | None = None
    """Stores the outcome of a command that the open step does not use."""
    lost: Callable[[Talk], str] = field(default=lambda _: "")
    """A sentence on what was lost when the flow is dropped after a pause."""
    about: Callable[[Talk, Mapping[str, Any]], str] = field(default=lambda *_: "")
    """What the frame is about, from its data, for the person of the shop who takes over; empty: its title."""

    @cached_property
    def by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    def step(self, name: str) -> Step:
        return self.by_name[name]
