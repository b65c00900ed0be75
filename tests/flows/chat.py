"""Plays conversations without a machine room: ``chat.buyer("oi").bot("…")``.

Decisions run over a :class:`MemoryShop`; commands are carried out at once by made-up providers, whose answers a test
may replace (``chat.quotes``, ``chat.places``, ``chat.photos``) or switch off (``chat.down``). Patterns are parts of
what the bot said, with ``*`` for anything; stars of WhatsApp's bold and ends of lines need not be written.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from bot import conversations
from bot.domain import commands as c
from bot.domain import lanes, phone
from bot.domain.decision import Decision, Moved, NewCommand, NewEvent, Stored
from bot.domain.events import (
    CancelAsked,
    Done,
    Event,
    Media,
    Message,
    MessageDeleted,
    NewCodeAsked,
    Notice,
    OrderPlaced,
    OwnerMessage,
    Parked,
    Receipt,
    Refused,
    SaidPosted,
    SaleAnswered,
    Sender,
    Tick,
    VideoFact,
)
from bot.domain.order import Offer, Volume
from bot.domain.people import Address, Person
from tests.support_shop import MemoryShop

START = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
"""A Monday, 18:30 in São Paulo."""

CURITIBA = Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV de Novembro")
SAO_PAULO = Address(postal_code="01310100", city="São Paulo", state="SP", street="Avenida Paulista")
INHUMAS = Address(postal_code="75400000", city="Inhumas", state="GO")
RECIFE = Address(postal_code="50030230", city="Recife", state="PE", street="Rua do Bom Jesus")


def offer(service: str, carrier: str, name: str, price: int, days: int) -> Offer:
    box = Volume(width_cm=35, height_cm=30, length_cm=60, weight_g=2400)
    return Offer(service_id=service, carrier=carrier, service=name, price=price, cost=price, days=days, volumes=(box,))


OFFERS = (
    offer("3", "Jadlog", ".Package", 32_40, 4),
    offer("1", "Correios", "PAC", 38_90, 7),
    offer("2", "Correios", "SEDEX", 61_20, 2),
)

T = TypeVar("T")
OPENED = "5a8d0c1e-2222-4333-8444-555566667777"


class Chat:
    """One shop and the people who write to it."""

    def __init__(self, shop: MemoryShop | None = None, *, now: datetime = START) -> None:
        self.shop = shop or MemoryShop()
        self.now = now
        self.places: dict[str, Address | None] = {a.postal_code: a for a in (CURITIBA, SAO_PAULO, INHUMAS, RECIFE)}
        self.streets: Callable[[c.FindPostalCode], tuple[c.Street, ...]] = lambda _: ()
        self.quotes: c.QuoteFreight.Quoted | Callable[[c.QuoteFreight], Any] = c.QuoteFreight.Quoted(offers=OFFERS)
        self.photos: Callable[[c.StorePhoto], Any] = lambda command: c.StorePhoto.Stored(
            photo_id=command.photo_id, url=f"https://img.example/{command.photo_id}"
        )
        self.videos: Callable[[c.StoreVideo], Any] = lambda command: c.KeptVideo(
            video_id="uid-1", name=command.name, state="processing"
        )
        self.films: Callable[[c.ReadVideo], Any] = lambda command: c.KeptVideo(
            video_id=command.video_id, name=command.name, state="processing"
        )
        self.deleted_videos: list[str] = []
        self.down: set[str] = set()
        """Kinds of commands whose provider does not answer; they wait in ``parked``."""
        self.refusals: dict[str, str] = {}
        """Kind of command → the reason with which its provider refuses it."""
        self.slow: set[str] = set()
        """Kinds of commands whose provider takes its time: they wait in ``parked``, and nobody is told."""
        self.refused: set[str] = set()
        """Kinds of commands whose provider says no."""
        self.parked: list[NewCommand] = []
        self.said: list[tuple[str, c.Command]] = []
        """Everything that was sent to a chat, in order."""
        self.heard_by_orders: list[Event] = []
        self.accounts: list[c.OpenAccount] = []
        """Accounts that were opened at the payment provider; the wallet is :data:`OPENED`."""
        self.mails: list[c.SendEmail] = []
        self.documents: list[c.SendEmail] = []
        """Receipts, which are mailed whatever WhatsApp does."""
        self.copies: list[c.MailMyData] = []
        self.alerts: list[c.AlertOperator] = []
        self.decisions: list[Decision] = []
        self._unread: list[c.Command] = []
        self._done: set[str] = set()
        self._handed: set[str] = set()
        self._ids = 100
        self.who: Person | None = None
        self.sender = Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Marina")

    # --- people write ----------------------------------------------------------------------------------

    def buyer(self, text: str = "", **content: Any) -> Self:
        """Marina writes."""
        return self.writes(Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Marina"), text, **content)

    def seller(self, text: str = "", **content: Any) -> Self:
        """Silva of the parts shop writes."""
        return self.writes(Sender(chat="5511987654321@c.us", phone="5511987654321", nickname="Silva"), text, **content)

    def writes(
        self,
        sender: Sender,
        text: str = "",
        *,
        content: str = "text",
        choice: str = "",
        media: Media | None = None,
        reply_to: str = "",
        edits: str = "",
        pause: float = 20,
    ) -> Self:
        """A message, and its writer waits until what is gathered is answered."""
        self.sender = sender
        self.now += timedelta(seconds=pause)
        self._unread.clear()
        message = Message(
            sender=sender,
            message_id=f"in-{self._ids}",
            sent_at=self.now,
            content="choice" if choice else content,
            text=text,
            choice=choice,
            media=media,
            reply_to=reply_to,
            edits=edits,
        )
        return self._waits_after(lambda: self.event(self.lane, message))

    def types(self, *bubbles: str | dict[str, Any], apart: float = 1, pause: float = 20) -> Self:
        """The last writer sends several messages, each by itself, so many seconds after the one before; then waits for
        the answer. As in :meth:`bubbles`, a dict is one with more than a text."""
        self.now += timedelta(seconds=pause)
        self._unread.clear()
        base = self._ids

        def write() -> None:
            for number, one in enumerate(bubbles, start=1):
                if number > 1:
                    self._pass(apart)
                self.event(self.lane, self._written(one, base, number))

        return self._waits_after(write)

    def _written(self, one: str | dict[str, Any], base: int, number: int) -> Event:
        more = {"text": one} if isinstance(one, str) else dict(one)
        names = {k: f"in-{base}-{more.pop(k)[3:]}" for k in ("edits", "deletes") if k in more}
        if "deletes" in names:
            return MessageDeleted(sender=self.sender, message_id=names["deletes"])
        content = {"content": "choice" if more.get("choice") else "text", "sent_at": self.now, **names, **more}
        return Message(sender=self.sender, message_id=f"in-{base}-{number}", **content)

    def _waits_after(self, writes: Callable[[], Any]) -> Self:
        """Whoever wrote waits until what is gathered is answered."""
        place = len(self.decisions)
        writes()
        due = [t.due_at for d in self.decisions[place:] for t in d.timers if t.name == "quiet"]
        if due:
            self._pass(max(0.0, (due[-1] - self.now).total_seconds()))
        return self

    def bubbles(self, *waiting: str | dict[str, Any], pause: float = 20) -> Self:
        """The last writer sends several messages before the bot looks; a dict is one with more than a text, or with
        ``deletes``: the name of another (``in-1`` is the first)."""
        self.now += timedelta(seconds=pause)
        self._unread.clear()
        lane, queue = self.lane, list[Stored]()
        base = self._ids
        for number, one in enumerate(waiting, start=1):
            queue.append(Stored(base + number, lane, self._written(one, base, number), self.now))
        self._ids += len(queue)

        def work() -> None:
            left = queue
            while left:
                first, *left = left
                place = len(self.decisions)
                self.event(lane, first.event, waiting=tuple(left))
                taken = {s.id for s in self.decisions[place].taken}
                left = [s for s in left if s.id not in taken]

        return self._waits_after(work)

    def photo(self, name: str = "foto.jpg", **more: Any) -> Self:
        """The last writer sends a picture."""
        media = Media(url=f"https://media.example/{name}", mime_type="image/jpeg", file_name=name)
        return self._sends("image", media, **more)

    def video(self, seconds: int = 20) -> Self:
        """The last writer sends a video."""
        media = Media(url="https://media.example/v.mp4", mime_type="video/mp4", seconds=seconds)
        return self._sends("video", media)

    def _sends(self, content: str, media: Media, **more: Any) -> Self:
        """One of an album: more may follow."""
        self.now += timedelta(seconds=1)
        self._unread.clear()
        return self.event(self.lane, self._written({"content": content, "media": media, **more}, self._ids, 1))

    def video_news(self, state: str = "ready", **more: Any) -> Self:
        """The store of videos tells what became of the last one."""
        self._unread.clear()
        name = next(
            n.command.name for n in reversed(self.shop.commands.values()) if isinstance(n.command, c.StoreVideo)
        )
        fact: dict[str, Any] = {"video_id": "uid-1", "name": name, "state": state}
        if state == "ready":
            fact |= {"page": "https://video.example/watch", "poster": "https://video.example/1.jpg"}
        return self.event("system", VideoFact(**{**fact, **more}))

    def owner(self, text: str) -> Self:
        """A person of the shop types into the open chat."""
        self._unread.clear()
        return self.event(self.lane, OwnerMessage(sender=self.sender, text=text))

    def press(self, label: str) -> Self:
        """The last writer presses the button of that label in the newest menu."""
        menu = next(x for x in reversed(self.said) if isinstance(x[1], c.SendText) and x[1].options)[1]
        assert isinstance(menu, c.SendText)
        option = next(o for o in menu.options if label.lower() in o.label.lower())
        return self.writes(self.sender, option.label, choice=option.id)

    @property
    def lane(self) -> str:
        return lanes.person(phone.identity(self.sender.phone, self.sender.lid))

    @property
    def person(self) -> Person:
        """Who wrote last."""
        found = self.shop.person_known_as([i for i in (self.sender.phone, self.sender.lid) if i])
        assert found is not None
        return found

    # --- the world turns -------------------------------------------------------------------------------

    def notice(self, name: str, person_id: str, order: int = 0, **data: str) -> Self:
        """The order's lane has news for somebody."""
        self._unread.clear()
        person = self.shop.person(person_id)
        assert person is not None
        key = f"order-{order}/{name}/{self._ids}"
        return self.event(person.lane, Notice(key=key, name=name, person_id=person_id, order=order, data=data))

    def passes(self, **time: float) -> Self:
        """Time passes, and timers fire on the way."""
        self._unread.clear()
        return self._pass(timedelta(**time).total_seconds())

    def _pass(self, seconds: float) -> Self:
        until = self.now + timedelta(seconds=seconds)
        while True:
            due = sorted((t for t in self.shop.timers.values() if t.due_at <= until), key=lambda t: t.due_at)
            if not due:
                break
            timer = due[0]
            del self.shop.timers[timer.key]
            self.now = max(self.now, timer.due_at)
            self.event(timer.lane, Tick(name=timer.name, data=timer.data))
        self.now = until
        return self

    def up_again(self, *kinds: str) -> Self:
        """Providers answer again: what was parked is done."""
        self.down -= set(kinds) or set(self.down)
        self.slow -= set(kinds) or set(self.slow)
        self._unread.clear()
        waiting, self.parked = self.parked, []
        for command in waiting:
            self._carry_out(command)
        return self

    def receipts(self, status: str = "received", *, last: int = 1) -> Self:
        """What became of the last messages sent."""
        self._unread.clear()
        for message_id in [m for m in self.shop.sent if m.startswith("out-")][-last:]:
            self.event(self.lane, Receipt(message_id=message_id, status=status))
        return self

    def event(self, lane: str, event: Event, *, waiting: tuple[Stored, ...] = ()) -> Self:
        self._ids += 1
        stored = Stored(self._ids, lane, event, self.now, waiting=waiting)
        decision = Decision(stored)
        self._decide(stored, decision)
        self.shop.apply(decision)
        self.decisions.append(decision)
        for key in decision.cancelled_commands:
            self._done.add(key)
        new = [n for n in decision.events if n.key not in self._handed]
        self._handed |= {n.key for n in new}
        self._hand(n for n in new if not n.lane.startswith("order:"))
        sends = [n for n in decision.commands if n.command.needs == "messenger"]
        for command in [*sends, *(n for n in decision.commands if n not in sends)]:
            self._carry_out(command)
        self._hand(n for n in new if n.lane.startswith("order:"))
        if decision.again:
            moved = next((w for w in decision.writes if isinstance(w, Moved)), None)
            return self.event(moved.person.lane if moved else lane, event)
        return self

    def _hand(self, events: Iterable[NewEvent]) -> None:
        for new in events:
            if new.lane.startswith("order:"):
                self.heard_by_orders.append(new.event)
            if self.plays(new.lane):
                self.event(new.lane, new.event)

    def plays(self, lane: str) -> bool:
        """Whether what that lane hears is decided too."""
        return not lane.startswith("order:")

    def _decide(self, stored: Stored, decision: Decision) -> None:
        conversations.decide(stored, self.shop, self.now, decision)

    def _carry_out(self, new: NewCommand) -> None:
        if new.key in self._done:
            return
        command = new.command
        if command.kind in self.down or command.needs in self.down:
            self.parked.append(new)
            self.event(new.lane, Parked(key=new.key, command=command, reason="down"))
            return
        if command.kind in self.slow:
            self.parked.append(new)
            return
        self._done.add(new.key)
        result = self.refusals.get(command.kind) or self._result(command)
        if isinstance(result, str):
            self.event(new.lane, Refused(key=new.key, command=command, reason=result))
        elif result is not None:
            self.event(new.lane, Done(key=new.key, command=command, result=result.model_dump(mode="json")))

    def _result(self, command: c.Command) -> Any:
        if command.kind in self.refused:
            return "refused"
        match command:
            case (
                c.SendText()
                | c.SendQr()
                | c.SendImage()
                | c.SendLabel()
                | c.SendBoleto()
                | c.SendChart()
                | c.SendFile()
            ):
                self.said.append((command.to, command))
                self._unread.append(command)
                return c.Sent(message_id=f"out-{len(self.said)}")
            case c.LookUpPostalCode():
                return c.LookUpPostalCode.Place(address=self.places.get(command.postal_code))
            case c.OpenAccount():
                self.accounts.append(command)
                return c.OpenAccount.Opened(wallet_id=OPENED)
            case c.FindPostalCode():
                return c.FindPostalCode.Found(streets=self.streets(command))
            case c.QuoteFreight():
                return self.quotes(command) if callable(self.quotes) else self.quotes
            case c.StorePhoto():
                return self.photos(command)
            case c.StoreVideo():
                return self.videos(command)
            case c.ReadVideo():
                return self.films(command)
            case c.DeleteVideo():
                self.deleted_videos.append(command.video_id)
                return c.Nothing()
            case c.SendEmail():
                if command.template == "receipt":
                    self.documents.append(command)
                    return c.SendEmail.Mailed(email_id=f"document-{len(self.documents)}")
                self.mails.append(command)
                return c.SendEmail.Mailed(email_id=f"mail-{len(self.mails)}")
            case c.SendMyData():
                self.said.append((command.to, command))
                self._unread.append(command)
                return c.Sent(message_id=f"out-{len(self.said)}")
            case c.MailMyData():
                self.copies.append(command)
                return c.SendEmail.Mailed(email_id=f"copy-{len(self.copies)}")
            case c.AlertOperator():
                self.alerts.append(command)
                return c.Nothing()
            case _:
                raise AssertionError(f"nobody plays {command.kind}")

    # --- what the bot said -----------------------------------------------------------------------------

    @property
    def last(self) -> list[str]:
        """The texts since the last message, notice or pause."""
        return [_text(command) for command in self._unread]

    def bot(self, *patterns: str) -> Self:
        """The bot's answers hold each pattern."""
        whole = _plain("\n".join(self.last))
        for pattern in patterns:
            assert fnmatch.fnmatchcase(whole, f"*{_pattern(pattern)}*"), f"{pattern!r} is not in:\n" + "\n--\n".join(
                self.last
            )
        return self

    def not_bot(self, *patterns: str) -> Self:
        whole = _plain("\n".join(self.last))
        for pattern in patterns:
            assert not fnmatch.fnmatchcase(whole, f"*{_pattern(pattern)}*"), f"{pattern!r} is in:\n" + "\n".join(
                self.last
            )
        return self

    def silence(self) -> Self:
        assert not self.last, self.last
        return self

    def orders_hear(self, kind: type[T]) -> T:
        """The newest event of that kind that was handed to an order's lane."""
        return next(e for e in reversed(self.heard_by_orders) if isinstance(e, kind))


def _text(command: c.Command) -> str:
    match command:
        case c.SendText():
            return command.text
        case c.SendQr():
            return f"[qr {command.pix_code}] {command.caption}"
        case c.SendLabel() | c.SendBoleto() | c.SendFile():
            return f"[{command.file_name}]"
        case c.SendChart():
            return f"[chart {command.title}]"
        case _:
            return command.kind


def _plain(text: str) -> str:
    """Without bold, single blanks."""
    return _pattern(text.replace("*", ""))


def _pattern(text: str) -> str:
    """Single blanks; square brackets are no patterns."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())


__all__ = ["CancelAsked", "Chat", "NewCodeAsked", "OrderPlaced", "SaidPosted", "SaleAnswered", "offer"]
