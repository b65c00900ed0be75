"""The store as the engine sees it: inbox (events), outbox (commands), timers, call records and circuit states.

A *lane* is an ordered queue of events that is worked by one worker at a time. One contract test suite runs over both
databases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.commands import AlertOperator, Command
from bot.domain.decision import Decision, Stored
from bot.domain.events import Event, Incoming
from bot.domain.shop import Shop
from bot.integrations.circuit import Circuit
from bot.integrations.http import CallRecord

Decide = Callable[[Stored, Shop, datetime, Decision], None]
"""A pure decision ``(event, view, now, decision)``: reads the first three, collects writes and commands in the last."""
MayBegin = Callable[[Command], bool | None]
"""Whether the commit that stores a command also records its first attempt: None if not; else whether the effect is in
doubt until its outcome is known."""


EVENTS, COMMANDS = "events", "commands"
Wake = Callable[[str], None]
"""Called with :data:`EVENTS` or :data:`COMMANDS` when another process has stored some."""


def later(command: Command) -> bool | None:
    """The :data:`MayBegin` that begins nothing."""
    return None


class StoreDown(Exception):
    """The database fails (locked, full, unreachable). Nothing was written; a retry may succeed."""


class OtherRelease(Exception):
    """This release cannot read the event; a newer one that runs beside it, or starts soon, can."""


class Conflict(Exception):
    """Optimistic locking failed (a stale version, or a guard such as stock), or another worker owns the command now."""


@dataclass(frozen=True)
class Waiting:
    """A command that is due."""

    id: int
    key: str
    command: Command
    queue: str
    lane: str
    attempts: int
    in_doubt: bool
    told_parked: bool
    expires_at: datetime | None
    repeats: int = 0
    """Attempts that were made although an earlier one may have succeeded (see ``Effect.repeats``)."""
    root: str = ""
    """See :mod:`bot.correlation`."""
    cut_off: bool = False
    """Whether the last attempt was interrupted by the death of its worker, and has not been looked up since."""


@dataclass(frozen=True)
class Turned:
    """A finished turn: an event and its decision."""

    stored: Stored
    decision: Decision | None
    """None if the event was set aside as poison."""
    error: str = ""
    more: bool = True
    """Whether more events may wait in the lane."""
    begun: tuple[Waiting, ...] = ()
    """Commands whose first attempt was recorded by the same commit: the dispatcher carries them out now."""


class Store(Protocol):
    """Every method raises :class:`StoreDown` if the database fails. One that writes is one transaction, and has then
    written nothing."""

    async def appear(self, wake: Wake) -> None:
        """Register this worker with the others, so that the death of any of them is noticed. ``wake`` is called when
        other processes have stored events or commands. No work is handed out before this returns."""
        ...

    async def disappear(self) -> None: ...

    async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
        """Store events; returns for each whether it is new (its ``(source, key)`` was not stored before). Durable when
        this returns."""
        ...

    @property
    def lanes(self) -> int:
        """How many lanes one worker works concurrently."""
        ...

    async def open_lanes(self, limit: int, busy: Sequence[str] = ()) -> list[str]:
        """At most ``limit`` lanes with open events, the longest waiting first, without those in ``busy`` and those that
        another worker holds. With several workers, a random choice among the longest waiting, so that they differ."""
        ...

    async def turn(
        self, lane: str, decide: Decide, poisoned: Decide, now: datetime, may_begin: MayBegin = later
    ) -> Turned | None:
        """Decide the oldest event of a lane and commit event, state and commands together; None if nothing waits there.

        Of messages that arrived within two seconds, the provider's time decides which is the oldest. The decision of a
        message sees those waiting behind it and may consume some of them in the same commit; if that fails, the message
        is decided alone. ``may_begin``: for commands with nothing before them in their queue, whether the first attempt
        is recorded too. Raises :class:`OtherRelease` for an event that this release cannot read."""
        ...

    async def waiting_commands(
        self, now: datetime, busy: Sequence[int], limit: int, without: Sequence[str] = ()
    ) -> list[Waiting]:
        """Due commands, at most one per queue: the head of it. A command whose ``not_before`` has not come yet does not
        block its queue. ``busy``: ids that are in progress here; ``without``: needs that are left out."""
        ...

    async def begin(self, waiting: Waiting, *, in_doubt: bool, now: datetime, repeats: int | None = None) -> bool:
        """Record an attempt, with a lease, before the call. False if another worker has taken the command since it was
        read. ``repeats``: new value of :attr:`Waiting.repeats`."""
        ...

    async def begin_together(self, attempts: Sequence[tuple[Waiting, bool]], now: datetime) -> Collection[int]:
        """As :meth:`begin` for several commands in one transaction, each with its ``in_doubt``; the ids of those that
        are not another worker's."""
        ...

    async def renew(self, ids: Sequence[int]) -> None:
        """Extend the leases of these commands."""
        ...

    async def finish(
        self,
        waiting: Waiting,
        status: str,
        event: Event,
        error: str,
        now: datetime,
        decide: Decide | None = None,
        may_begin: MayBegin = later,
    ) -> Turned | None:
        """Close a command and store its outcome as an event of its lane, in one transaction. With ``decide``, the
        oldest event of that lane (almost always this one) is decided in the same transaction, as by :meth:`turn`; None
        if another worker holds the lane or the decision fails, which leaves the event to :meth:`turn`. Raises
        :class:`Conflict` if the command is not ours any more."""
        ...

    async def park(
        self,
        waiting: Waiting,
        event: Event | None,
        error: str,
        until: datetime,
        *,
        in_doubt: bool,
        now: datetime,
        aside: bool = False,
        door: str = "",
        refused_by: str = "",
    ) -> None:
        """Postpone a command until ``until``. ``event``: stored with it (``Parked``, once). ``aside``: it leaves its
        queue, so that it does not block those behind it. ``door``: the need whose provider it waits for, if not its
        own. ``refused_by``: the provider that refuses our credentials. Raises :class:`Conflict` if the command is not
        ours any more."""
        ...

    async def unpark(
        self, most: Mapping[str, int], later_than: datetime, parked_by: Mapping[str, datetime] | None = None
    ) -> Mapping[str, int]:
        """Make parked commands due now: per need at most ``most[need]`` of those parked until after ``later_than``, the
        soonest first; returns how many per need. Commands in doubt keep their time (a lookup too early proves
        nothing). ``parked_by``: per need, only those parked until then."""
        ...

    async def fire_timers(self, now: datetime, limit: int = 200) -> int:
        """Turn due timers into events of their lanes, at most ``limit``; returns how many."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next timer is due; None if there is none."""
        ...

    async def recover(self, now: datetime, *, starting: bool = False, under_way: Collection[int] = ()) -> int:
        """Make abandoned commands due again, marked in doubt, and those whose time moved far into the future because
        the clock was set back; returns how many. On PostgreSQL abandoned means an expired lease. On SQLite, where one
        process works: with ``starting`` everything in progress; later what is not among ``under_way`` at two
        consecutive calls (its commit succeeded but was reported as failed)."""
        ...

    async def ask(
        self, command: Command, *, key: str, lane: str, now: datetime, expires_at: datetime | None = None
    ) -> None:
        """Store a command without an event as its cause (an alert of the engine itself, the hourly poll of labels).
        ``key``: idempotency key, a second call with it does nothing."""
        ...

    async def record(self, calls: Sequence[CallRecord], *, again: bool = False) -> None:
        """Store call records. ``again``: an earlier write failed ambiguously, so those already stored are skipped."""
        ...

    async def save_circuit(self, circuit: Circuit, alert: AlertOperator, now: datetime) -> None:
        """Store a circuit state for all processes. The transaction that opens or closes a circuit also stores
        ``alert``: once at the start of an outage and once at its end, whichever process sees it first."""
        ...

    async def circuits(self) -> list[Circuit]: ...
    async def backlog(self) -> Mapping[str, Any]:
        """Counts and ages for readiness and metrics; ``refused``: providers that refuse our credentials, since when."""
        ...

    async def replay(self, event_ids: Sequence[int]) -> int:
        """Reopen events that were worked or set aside; returns how many there were."""
        ...

    async def hurry(self, command_ids: Sequence[int], now: datetime) -> int:
        """Make parked commands due now and reopen those set aside; returns how many there were."""
        ...
