"""What the loop asks of its store. One implementation a database, one contract test suite over all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.commands import AlertOperator, Command
from bot.domain.decision import Decision, Stored
from bot.domain.events import Event, Incoming
from bot.domain.shop import Shop
from bot.integrations.circuit import Circuit
from bot.integrations.http import CallRecord

Decide = Callable[[Stored, Shop, datetime, Decision], None]
"""A pure decision: reads the event and the view, notes what it wants."""
MayBegin = Callable[[Command], bool | None]
"""Whether a command is begun by the commit that stores it: None if not, else whether its effect is in doubt until what
came of it is known."""


EVENTS, COMMANDS = "events", "commands"
Wake = Callable[[str], None]
"""Told which of the two others have stored, so that there may be something to be worked."""


def later(command: Command) -> bool | None:
    """None is begun at once."""
    return None


class StoreDown(Exception):
    """The database itself is ill (locked, full, gone): nothing was stored, and the same may succeed later."""


class OtherRelease(Exception):
    """An event that this release cannot read: another one that runs beside it, or starts soon, may."""


class Conflict(Exception):
    """The view was old, or a guard did not hold: decide again; or another worker has the command now."""


@dataclass(frozen=True)
class Waiting:
    """A command that may be carried out now."""

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
    """Tries that were made although an earlier one may have had its effect."""
    root: str = ""
    """See :mod:`bot.correlation`."""
    cut_off: bool = False
    """Whether whoever tried it last died over it: in doubt, and not looked up since."""


@dataclass(frozen=True)
class Turned:
    """A turn that was worked: the event and what was decided."""

    stored: Stored
    decision: Decision | None
    """None where the event was set aside as poison."""
    error: str = ""
    more: bool = True
    """Whether something may wait in the lane still."""
    begun: tuple[Waiting, ...] = ()
    """Commands whose first attempt is on record, to be carried out now."""


class Store(Protocol):
    """Every method raises :class:`StoreDown` where the database is ill; a writing one has then written nothing."""

    async def appear(self, wake: Wake) -> None:
        """Be seen to live by the workers of other hosts; what one of them was doing when it died is taken over.
        ``wake`` is called when other processes have stored what may be worked. Until it returns nothing is handed out
        to be done."""
        ...

    async def disappear(self) -> None: ...

    async def accept(self, incoming: Sequence[Incoming], now: datetime) -> list[bool]:
        """Store events, all in one transaction; for each, whether it is new. Durable when it returns."""
        ...

    @property
    def lanes(self) -> int:
        """How many lanes a worker has under way at a time."""
        ...

    async def open_lanes(self, limit: int, busy: Sequence[str] = ()) -> list[str]:
        """Lanes with events to work, the one waiting longest first, without those that are ``busy`` or worked by
        another just now. Where several workers look at once, each is given some of those that wait longest."""
        ...

    async def turn(
        self, lane: str, decide: Decide, poisoned: Decide, now: datetime, may_begin: MayBegin = later
    ) -> Turned | None:
        """Work the oldest event of a lane in one transaction; None if nothing waits there. Of messages that arrived
        within two seconds the one that was written first is the oldest. The decision of a message sees what waits
        behind it and may take of that: it is done in the same commit. Where that cannot be worked, the message is
        tried alone. What is wanted at once, and is behind nothing
        in its queue, may begin with the same commit. Raises :class:`OtherRelease` where that is to work the event."""
        ...

    async def waiting_commands(
        self, now: datetime, busy: Sequence[int], limit: int, without: Sequence[str] = ()
    ) -> list[Waiting]:
        """Commands that are due, at most one a queue, none behind an open one of its queue. One that was wanted for
        later (``not_before``) holds nobody up until then. ``without``: needs that are left out."""
        ...

    async def begin(self, waiting: Waiting, *, in_doubt: bool, now: datetime, repeats: int | None = None) -> bool:
        """Put an attempt on record before the call; False if another worker has it, or had it since it was read.
        ``repeats``: the new count of :attr:`Waiting.repeats`."""
        ...

    async def begin_together(self, attempts: Sequence[tuple[Waiting, bool]], now: datetime) -> Collection[int]:
        """As :meth:`begin` for several commands in one transaction, each with its ``in_doubt``; the ids of those that
        are not another worker's."""
        ...

    async def renew(self, ids: Sequence[int]) -> None:
        """Say that this worker still lives and works these commands."""
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
        """Close a command and store what came of it as an event of its lane, in one transaction. With ``decide`` the
        oldest event of that lane, which is almost always this one, is worked in the same transaction as by
        :meth:`turn`; None where somebody else has the lane or that event cannot be worked, which is left to
        :meth:`turn`. Raises :class:`Conflict` if the command is not ours any more."""
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
    ) -> None:
        """Have a command wait. ``aside``: it leaves its queue, so that what comes after it need not wait too.
        ``door``: it waits for the provider of this need, which may be another than its own. Raises :class:`Conflict`
        if it is not ours any more."""
        ...

    async def unpark(
        self, most: Mapping[str, int], later_than: datetime, parked_by: Mapping[str, datetime] | None = None
    ) -> Mapping[str, int]:
        """Of each need so many of the commands that are parked until after that moment are due now, those first that
        were to be due first; how many they were. What is in doubt is looked for again at its own time. ``parked_by``:
        of a need only what was parked by then."""
        ...

    async def fire_timers(self, now: datetime, limit: int = 200) -> int:
        """Turn due timers into events of their lanes; how many."""
        ...

    async def next_due(self) -> datetime | None: ...
    async def recover(self, now: datetime, *, starting: bool = False, under_way: Collection[int] = ()) -> int:
        """What a worker that died was doing is in doubt and due again, and so is what waits for a time that went far
        off when the clock was set back; how many. On SQLite, where one process works, all that was being done, when
        starting, and later what is not among those ``under_way`` at two looks: its commit was done and not told. On
        PostgreSQL what nobody renewed."""
        ...

    async def ask(
        self, command: Command, *, key: str, lane: str, now: datetime, expires_at: datetime | None = None
    ) -> None:
        """Store a command that no event caused (an operator alert of the engine itself, the hourly look at labels)."""
        ...

    async def record(self, calls: Sequence[CallRecord], *, again: bool = False) -> None:
        """Keep the record of calls. ``again``: an earlier try ended without a word of whether it was done; what is
        there by it is left out."""
        ...

    async def save_circuit(self, circuit: Circuit, alert: AlertOperator, now: datetime) -> None:
        """Keep the state for all processes. Where it begins or ends an outage, and no other process said so before,
        the alert is asked for in the same transaction: once an outage, once at its end."""
        ...

    async def circuits(self) -> list[Circuit]: ...
    async def backlog(self) -> Mapping[str, object]:
        """Counts and ages for readiness and metrics."""
        ...

    async def replay(self, event_ids: Sequence[int], now: datetime) -> int:
        """Events that were worked or set aside are worked again; how many there were."""
        ...

    async def hurry(self, command_ids: Sequence[int], now: datetime) -> int:
        """What waits for a provider is tried now, and what was set aside is put back to work; how many there were."""
        ...
