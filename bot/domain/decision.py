"""The result of a decision: writes, commands, events for other lanes and timers, all applied in one commit.

A decision is a pure function ``decide(stored, shop, now, decision) -> None``: it reads the event and the view, and
collects what is to happen in the :class:`Decision` it is given. No I/O, no clock, no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.catalogue import Product
from bot.domain.commands import Command
from bot.domain.consent import Consent
from bot.domain.conversation import Conversation
from bot.domain.difference import Difference, Healed
from bot.domain.events import Event
from bot.domain.invitation import Invitation
from bot.domain.ledger import Entry
from bot.domain.notice import NoticeState
from bot.domain.order import Order
from bot.domain.pace import Traffic
from bot.domain.people import Person, Seller
from bot.domain.wish import Wish


@dataclass(frozen=True)
class Stored:
    """An event from the inbox. ``id`` grows in order of arrival; keys derived from the event begin with it."""

    id: int
    lane: str
    event: Event
    received_at: datetime
    root: str = ""
    """Correlation id of the external cause (:mod:`bot.correlation`); everything decided inherits it."""
    waiting: tuple[Stored, ...] = ()
    """For a message: the events behind it in the lane when its turn begins, in order."""


@dataclass(frozen=True)
class StockMove:
    """Subtract ``pieces`` from the free stock (negative: add). Guarded: a result below zero is a ``Conflict``."""

    listing: int
    pieces: int


@dataclass(frozen=True)
class DebtMove:
    """Add ``amount`` centavos to a seller's open debt (negative: subtract). Guarded: a result below zero is a
    ``Conflict``."""

    seller_id: str
    amount: int


@dataclass(frozen=True)
class SentMessage:
    """Record which person and notice a message of ours belongs to, for its receipts."""

    message_id: str
    person_id: str
    notice_key: str = ""
    text: str = ""


@dataclass(frozen=True)
class ChannelWrite:
    """The last known state of the WhatsApp number."""

    connected: bool
    detail: str
    at: datetime


@dataclass(frozen=True)
class Moved:
    """Redirect the lane ``from_lane``, which belongs to nobody else, to the lane of ``person``: this event and
    everything that waits or arrives there is handled in that lane, in order of arrival."""

    from_lane: str
    person: Person


@dataclass(frozen=True)
class Merged:
    """Merge two rows of one person: everything of ``gone`` becomes ``into``'s. Both are as they were read (optimistic
    locking); changes to the remaining row are a write of their own."""

    gone: Person
    gone_talk: Conversation
    into: Person
    queues: tuple[tuple[str, str], ...]
    """(old, new) names of the person's message queues."""
    dropped: tuple[str, ...] = ()
    """Identifiers that are removed: a number that was given up."""


@dataclass(frozen=True)
class StepMark:
    """Count a step of a conversation for the funnel. ``what``: entered, answered, misunderstood, left."""

    flow: str
    step: str
    what: str
    day: date


@dataclass(frozen=True)
class Misheard:
    """Record a message that was not understood. ``flow`` and ``step`` that were open, "" if none."""

    event_id: int
    flow: str
    step: str
    at: datetime


@dataclass(frozen=True)
class Unwished:
    """Delete a wish: the person does not wait for this part any more."""

    person_id: str
    words: str


@dataclass(frozen=True)
class Forget:
    """Erase a person (LGPD): row, conversation, message texts of both sides, call records. What the law requires
    (orders, payments, the selling shop) stays, with ``alias`` in place of the person's id.

    Without ``person`` only the contents of the lane are emptied, if it belongs to nobody. ``until``: id of the event
    being handled; later ones are from somebody who has come back.
    """

    lane: str
    alias: str
    until: int
    person: Person | None = None


Write = (
    Person
    | Product
    | Order
    | Conversation
    | NoticeState
    | Seller
    | Invitation
    | StockMove
    | DebtMove
    | SentMessage
    | Entry
    | ChannelWrite
    | Traffic
    | Consent
    | Moved
    | Merged
    | Forget
    | StepMark
    | Misheard
    | Difference
    | Healed
    | Wish
    | Unwished
)
"""Everything a decision can write. Documents carry the version that was read (optimistic locking): the store raises
``Conflict`` if a newer one was stored since."""


@dataclass(frozen=True)
class NewCommand:
    key: str
    command: Command
    queue: str
    """Commands of one queue are carried out in order, one at a time; "": independently of others."""
    lane: str
    """The lane of its outcome event."""
    expires_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class NewEvent:
    key: str
    lane: str
    event: Event


@dataclass(frozen=True)
class NewTimer:
    key: str
    lane: str
    name: str
    due_at: datetime
    data: dict[str, str] = field(default_factory=dict)


class Decision:
    """Collects the results of one turn. Keys that are not given are derived from the event, so that a replay of the
    decision yields the same."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._count = 0
        self.writes: list[Write] = []
        self.commands: list[NewCommand] = []
        self.events: list[NewEvent] = []
        self.timers: list[NewTimer] = []
        self.cancelled_timers: list[str] = []
        self.cancelled_commands: list[str] = []
        self.taken: list[Stored] = []
        """Waiting events that were decided together with the event; closed by the same commit."""
        self.again = False
        """Whether the event stays open and is decided again after the commit, on what was written."""

    def _key(self) -> str:
        self._count += 1
        return f"e{self._stored.id}/{self._count}"

    def write(self, *writes: Write) -> None:
        """Add writes; a later write of the same document replaces an earlier one."""
        for write in writes:
            name = _NAMED_BY.get(type(write))
            if name is not None:
                self.writes = [w for w in self.writes if not _same(w, write, name)]
            self.writes.append(write)

    def take(self, waiting: Stored) -> None:
        """Consume one of ``stored.waiting``: it gets no turn of its own."""
        self.taken.append(waiting)

    def decide_again(self, *writes: Write) -> None:
        """Commit these writes and decide the event again on their result."""
        self.write(*writes)
        self.again = True

    def do(
        self,
        command: Command,
        *,
        key: str = "",
        queue: str = "",
        lane: str = "",
        expires_at: datetime | None = None,
        not_before: datetime | None = None,
    ) -> str:
        """Add a command; returns its key. ``key`` is an idempotency key: the same key, ever, is one command. Times are
        aware UTC."""
        name = key or self._key()
        self.commands.append(NewCommand(name, command, queue, lane or self._stored.lane, expires_at, not_before))
        return name

    def emit(self, lane: str, event: Event, *, key: str = "") -> None:
        """Add an event to another lane, or to the end of this one. ``key`` as for :meth:`do`."""
        self.events.append(NewEvent(key or self._key(), lane, event))

    def timer(self, key: str, name: str, due_at: datetime, *, lane: str = "", **data: str) -> None:
        """Set or move the timer ``key``; when due, it becomes a ``Tick`` event of its lane with ``name`` and
        ``data``."""
        self.timers.append(NewTimer(key, lane or self._stored.lane, name, due_at, data))

    def cancel_timer(self, key: str) -> None:
        self.cancelled_timers.append(key)

    def cancel_command(self, key: str) -> None:
        """Cancel a command that has not begun. One that has, or may have taken effect, is not undone, but not tried
        again."""
        self.cancelled_commands.append(key)


_NAMED_BY: dict[type, str] = {
    Person: "id",
    Seller: "id",
    Invitation: "id",
    Product: "listing",
    Order: "number",
    Conversation: "person_id",
    NoticeState: "key",
    Difference: "key",
    Traffic: "name",
}
"""Identity of documents. Other writes (moves, entries, messages) add up."""


def _same(a: Write, b: Write, name: str) -> bool:
    """Whether two writes are of the same document."""
    return type(a) is type(b) and getattr(a, name) == getattr(b, name)
