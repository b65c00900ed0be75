"""What a decision returns: writes, commands, events for other lanes, and timers, all of one commit.

A decision is ``decide(stored, shop, now, decision) -> None``: it reads the event and the view, and notes what it
wants in the :class:`Decision` that it was handed. It calls nobody, reads no clock and writes nothing itself.
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
    """An event out of the store. ``id`` grows with arrival and is the root of every key made from it."""

    id: int
    lane: str
    event: Event
    received_at: datetime
    root: str = ""
    """What came from outside first; all that is decided takes it over."""
    waiting: tuple[Stored, ...] = ()
    """What waits in the lane behind a message when its turn begins, in the order in which it will be worked."""


@dataclass(frozen=True)
class StockMove:
    """Take ``pieces`` off the free stock (or put them back, if negative). Guarded: never below zero."""

    listing: int
    pieces: int


@dataclass(frozen=True)
class DebtMove:
    """Add ``amount`` centavos to what a seller owes and nothing pays yet (or take them off, if negative). Guarded:
    never below zero."""

    seller_id: str
    amount: int


@dataclass(frozen=True)
class SentMessage:
    """Remember which person and notice a message of ours belongs to, for its receipts."""

    message_id: str
    person_id: str
    command_key: str
    notice_key: str = ""
    text: str = ""


@dataclass(frozen=True)
class ChannelWrite:
    """The WhatsApp number's state, as last heard."""

    connected: bool
    detail: str
    at: datetime


@dataclass(frozen=True)
class Moved:
    """The event is the person's, whose lane is another: it is worked there, at its place in order of arrival. So is
    whatever else waits, or will come, in a person's lane that is nobody's own."""

    from_lane: str
    person: Person


@dataclass(frozen=True)
class Merged:
    """Two rows turned out to be one person: everything of ``gone`` is ``into``'s from now on. Both are as they were
    read; what the one row knows afterwards is a write of its own."""

    gone: Person
    gone_talk: Conversation
    into: Person
    queues: tuple[tuple[str, str], ...]
    """The queues of the person's messages, as they were called and as they are called now."""
    dropped: tuple[str, ...] = ()
    """What leads to the person no more: a number that was given up."""


@dataclass(frozen=True)
class StepMark:
    """Something happened at a question of a conversation, for the funnel. ``what``: entered, answered, misunderstood,
    left."""

    flow: str
    step: str
    what: str
    day: date


@dataclass(frozen=True)
class Misheard:
    """Nobody knew what to do with the message of this event; ``flow`` and ``step`` were open, or "" where none was."""

    event_id: int
    flow: str
    step: str
    at: datetime


@dataclass(frozen=True)
class Unwished:
    """A person waits for this part no more."""

    person_id: str
    words: str


@dataclass(frozen=True)
class Forget:
    """What is known of a person goes: the row, the talk, the words on both sides, the calls made for them. What the law
    keeps (orders, payments, the shop that sold) stays, under ``alias`` where it named the person by id.

    Without a person only what stands in the lane is emptied, if it is nobody's. ``until``: the event that is worked;
    what came later is of somebody who has come back.
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
"""What can be written. Documents carry the version that was read; the store refuses an older one."""


@dataclass(frozen=True)
class NewCommand:
    key: str
    command: Command
    queue: str
    """Commands of one queue are carried out one after the other; empty: by themselves."""
    lane: str
    """Where what came of it is worked."""
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
    """Collects what one turn wants. Keys that are not given follow from the event, so a replay makes the same."""

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
        """Of what waited behind the event, what was decided with it: done in the same commit."""
        self.again = False
        """The event stays open: what was written changes where, or on what, it is decided."""

    def _key(self) -> str:
        self._count += 1
        return f"e{self._stored.id}/{self._count}"

    def write(self, *writes: Write) -> None:
        """Write documents and moves; a later write of the same document replaces an earlier one."""
        for write in writes:
            name = _NAMED_BY.get(type(write))
            if name is not None:
                self.writes = [w for w in self.writes if not _same(w, write, name)]
            self.writes.append(write)

    def take(self, waiting: Stored) -> None:
        """Decide this one of ``stored.waiting`` together with the event: it has no turn of its own."""
        self.taken.append(waiting)

    def decide_again(self, *writes: Write) -> None:
        """Write these, and have the event decided anew on what is written then."""
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
        """Want a command carried out; returns its key. The same key twice, ever, is one command."""
        name = key or self._key()
        self.commands.append(NewCommand(name, command, queue, lane or self._stored.lane, expires_at, not_before))
        return name

    def emit(self, lane: str, event: Event, *, key: str = "") -> None:
        """Hand an event to another lane (or to this one, after what already waits there)."""
        self.events.append(NewEvent(key or self._key(), lane, event))

    def timer(self, key: str, name: str, due_at: datetime, *, lane: str = "", **data: str) -> None:
        """Set the timer of that key, or move it; when due it comes back as a ``Tick`` of its lane."""
        self.timers.append(NewTimer(key, lane or self._stored.lane, name, due_at, data))

    def cancel_timer(self, key: str) -> None:
        self.cancelled_timers.append(key)

    def cancel_command(self, key: str) -> None:
        """No longer want a command; one that has begun, or may have had its effect, is not called back."""
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
}
"""What tells one document from another. Moves, entries and messages add up and are never the same."""


def _same(a: Write, b: Write, name: str) -> bool:
    """Whether two writes are of the same document."""
    return type(a) is type(b) and getattr(a, name) == getattr(b, name)
