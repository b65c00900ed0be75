"""Evolution's webhooks, turned into events. All arrive at one URL and are distinguished by ``event``.

They are not signed. They are accepted if the secret in our URL is right and the body names our instance. They never
move money.
``date_time`` is local time labelled as UTC, so it only serves to distinguish bodies.
"""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bot.domain import lanes, phone
from bot.domain.events import ChannelState, Event, Incoming, Message, MessageDeleted, OwnerMessage, Receipt, Sender
from bot.domain.secret import one_of, same, several
from bot.integrations.protocols import OtherAccount
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import content, jids, messages
from bot.integrations.whatsapp.fields import Body, called, flag, part, text
from bot.integrations.whatsapp.origin import digest

log = logging.getLogger(__name__)

STATUSES = {
    "SERVER_ACK": "sent",
    "DELIVERY_ACK": "received",
    "READ": "read",
    "PLAYED": "read",
    "ERROR": "failed",
}
"""Ignored because not listed: PENDING, and DELETED, which 2.3.6 sends for updates that are none."""

LOGGED_OUT = "401"
REMEMBERED = 5000
"""Messages of people whose author is remembered, since an edit does not name its own."""


class EvolutionReceiver:
    """See :class:`bot.integrations.protocols.Receiver`. ``echoes``, if given, records our own messages."""

    source = "evolution"

    def __init__(self, instance: str, webhook_secret: str, *, echoes: Echoes | None = None) -> None:
        self._instance = instance
        self._webhook_secrets = several(webhook_secret)
        self._echoes = echoes
        self._authors: OrderedDict[str, Sender] = OrderedDict()
        self._readers: dict[str, Callable[[Body, Body], list[Incoming]]] = {
            "messages.upsert": self._upsert,
            "messages.update": self._update,
            "messages.edited": self._edited,
            "messages.delete": self._deleted,
            "send.message": self._sent,
            "connection.update": self._connection,
            "call": self._call,
            "send.message.update": _nothing,
            "qrcode.updated": _nothing,
            "status.instance": _nothing,  # the same information as connection.update
        }

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        return one_of(secret_in_path, self._webhook_secrets)

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        kind = text(body, "event").lower().replace("_", ".").replace("-", ".")
        if not same(text(body, "instance"), self._instance):
            raise OtherAccount
        reader = self._readers.get(kind)
        if reader is None:
            log.warning("an Evolution webhook of an unknown event was ignored")
            return []
        data = body.get("data")
        listed = data if isinstance(data, list) else [data]
        return [incoming for one in listed if isinstance(one, dict) for incoming in reader(one, body)]

    # --- by event --------------------------------------------------------------------------------------

    def _upsert(self, data: Body, _: Body) -> list[Incoming]:
        key = part(data, "key")
        chat = jids.read(key)
        message_id, person = text(key, "id"), chat.identity
        if not person or not part(data, "message"):
            return []
        if flag(key, "fromMe"):
            return self._by_owner(data, chat, message_id)
        sender = _sender(chat, called(data, "pushName"))
        event = content.read(data, sender, message_id)
        if event is None:
            return []
        self._remember(message_id, sender)
        return [self._incoming(self._key(data, message_id, person, event.content), lanes.person(person), event)]

    def _by_owner(self, data: Body, chat: jids.Chat, message_id: str) -> list[Incoming]:
        """What a human typed on the shop's phone; the bot's own messages come by another event."""
        message = content.of(data)
        is_ours = self._echoes is not None and self._echoes.is_ours(message_id)
        if is_ours or content.key(message) in content.GESTURES:
            return []
        event = OwnerMessage(sender=_sender(chat), text=content.words_of(message))
        person = chat.identity
        return [self._incoming(self._key(data, message_id, person, "owner"), lanes.person(person), event)]

    def _sent(self, data: Body, _: Body) -> list[Incoming]:
        key = part(data, "key")
        person = jids.read(key).identity
        if self._echoes is not None and person:
            said = messages.plain(content.shown(data))
            self._echoes.note(person, said, text(key, "id"), content.sent_kind(data))
        return []

    def _update(self, data: Body, _: Body) -> list[Incoming]:
        """The status of a message of ours. ``messageId`` is a key of Evolution's database; ``keyId`` is the id."""
        status, message_id = text(data, "status"), text(data, "keyId")
        chat = jids.read(data)
        is_crowd = bool(text(data, "remoteJid")) and not chat.address
        if status not in STATUSES or not message_id or not flag(data, "fromMe") or is_crowd:
            return []
        ours = STATUSES[status]
        event = Receipt(message_id=message_id, status=ours, failure="other" if ours == "failed" else "")
        person = chat.identity
        lane = lanes.person(person) if person else lanes.SYSTEM
        return [self._incoming(f"status:{message_id}:{status}", lane, event)]

    def _edited(self, data: Body, body: Body) -> list[Incoming]:
        """An edit comes as WhatsApp's bare protocol message: its key is written from the author's side, so it says
        "from me, to the shop". The author is known from the edited message. Deletions and settings also come by this
        event, without a new text; a deletion is reported again by its own event."""
        key, corrected = part(data, "key"), {"message": part(data, "editedMessage")}
        message_id = text(key, "id")
        if not part(corrected, "message") or not message_id:
            return []
        author = self._authors.get(message_id)
        chat = jids.read(key)
        if author is None and chat.identity and not flag(key, "fromMe"):
            author = _sender(chat)
        if author is None:
            # the shop's own, or of a message before this process started: the author is unknown
            log.warning("a correction of a message that is not known was ignored")
            return []
        said = content.words_of(content.of(corrected))
        message = content.key(content.of(corrected))
        at = content.sent_at({"messageTimestamp": text(data, "timestampMs")})
        event = Message(
            sender=author,
            message_id=message_id,
            sent_at=at,
            content=content.FILES.get(message, "text" if said else "unreadable"),
            text=said,
            edits=message_id,
        )
        person = jids.person_of(author.chat)
        stamp = text(data, "timestampMs") or text(body, "date_time")
        return [self._incoming(f"edited:{message_id}:{stamp}:{digest(said)}", lanes.person(person), event)]

    def _deleted(self, data: Body, _: Body) -> list[Incoming]:
        key = part(data, "key") or data
        chat, message_id = jids.read(key), text(key, "id")
        person = chat.identity
        if not person or not message_id or flag(key, "fromMe"):
            return []
        sender = self._authors.get(message_id) or _sender(chat)
        event = MessageDeleted(sender=sender, message_id=message_id)
        return [self._incoming(f"deleted:{message_id}:{digest(person)}", lanes.person(person), event)]

    def _connection(self, data: Body, body: Body) -> list[Incoming]:
        """``connecting`` is neither; an automatic reconnection is reported as ``open`` only."""
        state, reason = text(data, "state"), text(data, "statusReason")
        if state not in ("open", "close", "refused"):
            return []
        detail = ""
        if state == "refused":
            detail = "too many pairing codes were shown and none was scanned"
        elif state == "close":
            detail = "logged out on the phone" if reason == LOGGED_OUT else f"closed ({reason or 'no reason'})"
        # without its time, a repeat cannot be distinguished from the next one; reporting it twice does no harm
        when = text(body, "date_time") or secrets.token_hex(8)
        event = ChannelState(connected=state == "open", detail=detail)
        return [self._incoming(f"connection:{state}:{when}", lanes.SYSTEM, event)]

    def _call(self, data: Body, _: Body) -> list[Incoming]:
        """A call is a message that we cannot take. It rings, and ends in some way: one call, to be answered once."""
        chat, call_id = jids.read({"remoteJid": data.get("from")}), text(data, "id")
        person = chat.identity
        if text(data, "status") != "offer" or flag(data, "isGroup") or not person or not call_id:
            return []
        event = Message(sender=_sender(chat), message_id=call_id, sent_at=content.sent_at({}), content="call")
        return [self._incoming(f"call:{call_id}", lanes.person(person), event)]

    # --- keys ------------------------------------------------------------------------------------------

    def _remember(self, message_id: str, sender: Sender) -> None:
        if message_id:
            self._authors[message_id] = sender
            if len(self._authors) > REMEMBERED:
                self._authors.popitem(last=False)

    def _key(self, data: Body, message_id: str, person: str, what: str) -> str:
        """Contains person and instance only as a digest, since keys are logged."""
        name = message_id or digest(repr(sorted(data.items(), key=str)))
        return f"received:{name}:{what}:{digest(f'{self._instance} {person}')}"

    def _incoming(self, key: str, lane: str, event: Event) -> Incoming:
        return Incoming(source=self.source, key=key, lane=lane, event=event)


def _nothing(_: Body, __: Body) -> list[Incoming]:
    return []


def _sender(chat: jids.Chat, nickname: str = "") -> Sender:
    return Sender(chat=chat.address, phone=phone.canonical(chat.digits), lid=chat.lid, nickname=nickname)
