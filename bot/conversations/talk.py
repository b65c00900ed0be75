"""One turn of the conversation with one person: what is known, and the messages and commands that result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bot.conversations.language import Understanding
from bot.domain import calendar
from bot.domain.catalogue import Product
from bot.domain.commands import AlertOperator, Command, Option, SendBoleto, SendLabel, SendText
from bot.domain.consent import Consent
from bot.domain.conversation import Conversation, Frame
from bot.domain.decision import Decision, Misheard, StepMark, Stored
from bot.domain.events import Message
from bot.domain.order import Order
from bot.domain.people import Person, Seller
from bot.domain.shop import Rules, Shop

ANSWERS_LAST = timedelta(minutes=10)
"""An answer older than this would only confuse: it is dropped, not sent late."""
CHARGES_KEPT = timedelta(hours=24)
"""How long a charge by message is kept for questions about it: as long as it waits for the payer's answer."""
MOST_PURCHASES, MOST_SALES = 20, 60
INLINE = 64
"""Menus up to this length are written on one line."""


@dataclass
class Open:
    """A frame while it is in use."""

    flow: str
    version: int
    step: str
    data: dict[str, Any]


ACTS = frozenset(["mark_posted", "print_label", "cancel_order"])
ACTS_FROM = 0.72


@dataclass(frozen=True)
class Heard:
    """A message as read by the steps. ``choice`` is the row of the open menu that it picks, empty if none."""

    message: Message
    text: str
    folded: str
    choice: str
    meaning: Understanding

    def slot(self, name: str) -> str:
        return self.meaning.slots.get(name, "")

    @property
    def is_act(self) -> bool:
        """*postei 1042* is an instruction about an order: it must not open that row of a list."""
        return self.meaning.intent in ACTS and self.meaning.confidence >= ACTS_FROM and bool(self.slot("order"))


@dataclass(frozen=True)
class Outgoing:
    command: Command
    expires_at: datetime


def numbered(rows: Sequence[tuple[str, str]]) -> str:
    """The rows of a menu as text: ``*1* Pix   *2* Boleto``, one per line if they are long."""
    labels = [f"*{i}* {label}" for i, (_, label) in enumerate(rows, start=1)]
    line = "   ".join(labels)
    return line if len(line) <= INLINE else "\n".join(labels)


class Talk:
    """Passed to every step. ``data`` is the current frame's; :meth:`say`, :meth:`ask` and :meth:`want` collect what the
    turn does."""

    def __init__(self, stored: Stored, shop: Shop, now: datetime, decision: Decision, person: Person) -> None:
        self.stored = stored
        self.shop = shop
        self.now = now
        self.decision = decision
        self.person = person
        known = person.version > 0  # a new person has no shop and no conversation
        self.seller: Seller | None = shop.seller_of(person.id) if known else None
        self.before = shop.conversation(person.id) if known else Conversation(person_id=person.id)
        self.frames = [Open(f.flow, f.version, f.step, _copied(f.data)) for f in self.before.frames]
        self.frame: Open | None = self.frames[-1] if self.frames else None
        self.options = self.before.options
        self.misunderstood = self.before.misunderstood
        self.silent_until = self.before.silent_until
        self.silent_by = self.before.silent_by
        self.wanted_since = self.before.wanted_since
        self.wanted_about = self.before.wanted_about
        self.full_until = self.before.full_until
        self.flooding_since = self.before.flooding_since
        self.recent = list(self.before.recent)
        self.guesses = self.before.guesses
        self.charged = self.before.charged
        self.charges = tuple(c for c in self.before.charges if now - (c.repeated_at or c.at) < CHARGES_KEPT)
        self.seen_at = self.before.seen_at
        self.told_at = self.before.told_at
        self.heard_id = stored.id
        """The event of the message being handled."""
        self.seed: dict[str, Any] = {}
        """Initial data of the next flow, for leads into another flow."""
        self.out: list[Outgoing] = []
        self.muted = False
        """Set while a frame below the open one is run: it moves on without a message."""
        self.hushed = False
        """Set while a person of the shop is talking: nothing is said, but outcomes of commands still arrive."""
        self.person_changed = False
        self.settled: set[Any] = set()
        """Frames that were answered in this turn, or completed: ending them leaves nothing unanswered."""
        self._notes: list[str] = []
        self._count = 0
        self._uttered = 0

    # --- reading ---------------------------------------------------------------------------------------

    @property
    def is_silent(self) -> bool:
        """Whether a person of the shop handles this chat instead of the bot."""
        return self.silent_until is not None and self.silent_until > self.now

    @property
    def rules(self) -> Rules:
        return self.shop.rules

    @property
    def data(self) -> dict[str, Any]:
        """What was said in the current frame."""
        assert self.frame is not None  # noqa: S101 - steps are worked inside a frame only
        return self.frame.data

    @property
    def role(self) -> str:
        return "seller" if self.seller else "buyer"

    @property
    def root(self) -> str:
        """Unique to this turn."""
        return str(self.stored.id)

    @cached_property
    def purchases(self) -> Sequence[Order]:
        """The person's latest orders, newest first. Read once per turn, like the two below: many steps ask for them."""
        return self.shop.orders_of_buyer(self.person.id, MOST_PURCHASES)

    @cached_property
    def sales(self) -> Sequence[Order]:
        """The orders of the person's shop, newest first; none without one."""
        return self.shop.orders_of_seller(self.seller.id, MOST_SALES) if self.seller else ()

    @cached_property
    def parts(self) -> Sequence[Product]:
        """The parts of that shop."""
        return self.shop.products_of(self.seller.id) if self.seller else ()

    # --- messages --------------------------------------------------------------------------------------

    def say(self, text: str, options: Sequence[Option] = ()) -> None:
        """Send a message; pending notes precede it."""
        if self.muted or self.hushed:
            return
        whole = "\n".join([*self._notes, text])
        self._notes.clear()
        self.send(SendText(to=self.person.chat, text=whole, options=tuple(options)))

    def note(self, text: str) -> None:
        """Text to put before the next message."""
        if text and not (self.muted or self.hushed):
            self._notes.append(text)

    def drop_notes(self) -> None:
        """Forget the notes that are still waiting for a message."""
        self._notes.clear()

    def add(self, text: str) -> None:
        """Append to the last text of this turn."""
        if not text:
            return
        for place in range(len(self.out) - 1, -1, -1):
            last = self.out[place]
            if isinstance(last.command, SendText):
                self.out[place] = Outgoing(last.command.but(text=f"{last.command.text}\n{text}"), last.expires_at)
                return
        self.say(text)

    @property
    def has_notes(self) -> bool:
        return bool(self._notes)

    def just_said(self, words: str) -> bool:
        """Whether the last text of this turn contains these words."""
        last = self.out[-1].command if self.out else None
        return isinstance(last, SendText) and words in last.text

    def ask(self, text: str, rows: Sequence[tuple[str, str]] = (), after: str = "") -> None:
        """Ask a question; ``rows`` are (value, label) of its menu, numbered below the text."""
        parts = [text, numbered(rows) if rows else "", after]
        self._question("\n".join(p for p in parts if p), rows)

    def ask_yes(self, text: str) -> None:
        """Ask a yes-or-no question."""
        self._question(f"{text} *sim* / *não*", (("yes", "Sim"), ("no", "Não")))

    def _question(self, text: str, rows: Sequence[tuple[str, str]]) -> None:
        if self.muted or self.hushed:
            return
        self.options = tuple(Option(id=self.option_id(value), label=label) for value, label in rows)
        self.say(text, self.options)

    def option_id(self, value: str) -> str:
        """Contains frame and step too, so that an old button does not answer a new question."""
        if self.frame is None:
            return f"-@0:{value}"
        return f"{self.frame.flow}.{self.frame.step}@{self.frame.data.get('_id', 0)}:{value}"

    def send(self, command: Command, *, lasts: timedelta = ANSWERS_LAST) -> None:
        """Send a command to the person's chat, in order with the other messages."""
        if self.muted or self.hushed:
            return
        if not isinstance(command, SendText) and self._notes:
            notes, self._notes = self._notes, []
            self.say("\n".join(notes))
        self.out.append(Outgoing(command, self.now + lasts))

    # --- commands --------------------------------------------------------------------------------------

    def want(self, command: Command, *, lasts: timedelta | None = None, loose: bool = False) -> str:
        """Issue a command; its outcome comes back to the current frame, or with ``loose`` to none. Returns its key."""
        self._count += 1
        key = f"ask/{self.person.id}/{self.stored.id}/{self._count}"
        if self.frame is not None and not loose:
            self.frame.data["_keys"] = [*self.frame.data.get("_keys", []), key]
        return self.decision.do(command, key=key, expires_at=self.now + lasts if lasts else None)

    def want_person(self, about: str) -> None:
        """Put the chat into the console's inbox."""
        self.wanted_since = self.wanted_since or self.now
        self.wanted_about = about or self.wanted_about

    def alert(self, topic: str, text: str) -> None:
        self._count += 1
        self.decision.do(
            AlertOperator(topic=topic, text=text), key=f"alert/{self.person.id}/{self.stored.id}/{self._count}"
        )

    def consent(self, purpose: str, text: str, *, given: bool = True, channel: str = "whatsapp") -> None:
        """Record what the person agreed to, or withdrew. ``text``: :func:`bot.domain.consent.version` of the words."""
        self.decision.write(
            Consent(
                event_id=self.stored.id,
                purpose=purpose,
                person_id=self.person.id,
                given=given,
                text=text,
                channel=channel,
                at=self.stored.received_at,
            )
        )

    def know(self, **changes: object) -> None:
        """Change what is known about the person."""
        self.person = self.person.but(**changes)
        self.person_changed = True

    # --- statistics -------------------------------------------------------------------------------------

    def mark(self, what: str) -> None:
        """Count what happened at the open question: entered, answered, misunderstood."""
        if self.frame is None:
            return
        self.decision.write(StepMark(self.frame.flow, self.frame.step, what, calendar.today(self.now)))
        if what == "answered":
            self.settle()

    def settle(self) -> None:
        """Mark the current frame as answered."""
        if self.frame is not None:
            self.settled.add(_name(self.frame))

    def misheard(self) -> None:
        """Record that this message was not understood, for improving the language."""
        self.mark("misunderstood")
        flow, step = (self.frame.flow, self.frame.step) if self.frame else ("", "")
        self.decision.write(Misheard(self.heard_id, flow, step, self.now))

    def _mark_left(self) -> None:
        open_ones = {_name(f) for f in self.frames} | self.settled
        for frame in self.before.frames:
            if _name(frame) not in open_ones:
                self.decision.write(StepMark(frame.flow, frame.step, "left", calendar.today(self.now)))

    def utter(self) -> None:
        """Send what was said so far before the next command."""
        for number, outgoing in enumerate(self.out[self._uttered :], start=self._uttered):
            self.decision.do(
                outgoing.command,
                key=f"say/{self.person.id}/{self.stored.id}/{number}",
                queue=queue_of(self.person, outgoing.command),
                expires_at=outgoing.expires_at,
            )
        self._uttered = len(self.out)

    # --- the end of the turn ---------------------------------------------------------------------------

    def close(self) -> None:
        """Write everything to the decision."""
        if self._notes:
            notes, self._notes = self._notes, []
            self.say("\n".join(notes))
        self.utter()
        if self.person_changed:
            self.decision.write(self.person)
        after = self.before.but(
            frames=tuple(Frame(flow=f.flow, version=f.version, step=f.step, data=f.data) for f in self.frames),
            options=self.options,
            misunderstood=self.misunderstood,
            silent_until=self.silent_until,
            silent_by=self.silent_by,
            wanted_since=self.wanted_since,
            wanted_about=self.wanted_about,
            full_until=self.full_until,
            flooding_since=self.flooding_since,
            guesses=self.guesses,
            charged=self.charged,
            charges=self.charges,
            seen_at=self.seen_at,
            told_at=self.told_at,
            recent=tuple(self.recent[-12:]),
        )
        self._mark_left()
        if after != self.before:
            self.decision.write(after)


def _copied(value: Any) -> Any:
    """A deep copy of a JSON value."""
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list | tuple) else value


def _name(frame: Open | Frame) -> tuple[str, Any]:
    """What distinguishes a frame from others of its flow."""
    return frame.flow, frame.data.get("_id")


def queue_of(person: Person, command: Command) -> str:
    """Messages to one person are sent one after the other. A label's or boleto's PDF is fetched from another provider
    and may have to wait for it: they have a queue of their own, so that answers never wait behind them."""
    answers, papers = queues_of(person)
    return papers if isinstance(command, SendLabel | SendBoleto) else answers


def queues_of(person: Person) -> tuple[str, ...]:
    """All queues of a person's messages."""
    return f"wa:{person.id}", f"wa:{person.id}:label"


def person_of_key(key: str) -> str:
    """The person in the key of a command issued by one of their turns; empty for other keys."""
    head, _, rest = key.partition("/")
    if head not in ("say", "ask", "alert", "document"):
        return ""
    return rest.rsplit("/", 2)[0]
