"""Z-API's callbacks, turned into events. All arrive at one URL and are distinguished by ``type``.

They are not signed. They are accepted if the secret in our URL is right, the ``z-api-token`` header is the instance's
token, and the body names our instance. They never move money.

The header is undocumented, but present on every callback seen. So by default it may be missing until it has come once;
from then on it is required. A process remembers that only until it ends: should Z-API drop the header one day, a
restart accepts callbacks again, while somebody who knows only the URL cannot pass once a real callback has arrived.
``always`` requires it from the first callback on; ``never`` ignores it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Literal

from bot.domain import lanes, phone
from bot.domain.events import ChannelState, Event, Incoming, MessageDeleted, OwnerMessage, Receipt, Sender
from bot.domain.secret import one_of, same, several
from bot.integrations.protocols import OtherAccount
from bot.integrations.whatsapp.echoes import Echoes, mark
from bot.integrations.whatsapp.fields import Body, called, flag, text, words
from bot.integrations.whatsapp.origin import digest
from bot.integrations.whatsapp.zapi import content, failures

log = logging.getLogger(__name__)

STATUSES = {"SENT": "sent", "RECEIVED": "received", "READ": "read", "PLAYED": "read"}
"""Ignored because not listed: READ_BY_ME (we read theirs), PENDING, and new ones."""

CALLS = frozenset(
    ["CALL_RECEIVED", "CALL_VOICE", "CALL_VIDEO", "CALL_MISSED", "CALL_MISSED_VOICE", "CALL_MISSED_VIDEO"]
)

ECHOES = "zapi-echo"
"""Source of the events for echoes of our own messages."""

HeaderCheck = Literal["when_seen", "always", "never"]


class ZapiReceiver:
    """See :class:`bot.integrations.protocols.Receiver`. ``echoes``, if given, records our own messages."""

    source = "zapi"

    def __init__(
        self,
        instance_id: str,
        instance_token: str,
        webhook_secret: str,
        *,
        echoes: Echoes | None = None,
        header: HeaderCheck = "when_seen",
    ) -> None:
        self._instance_id = instance_id
        self._instance_token = instance_token
        self._webhook_secrets = several(webhook_secret)
        self._echoes = echoes
        self._header = header
        self._token_seen = header == "always"
        self._readers: dict[str, Callable[[Body], list[Incoming]]] = {
            "ReceivedCallback": self._received,
            "DeliveryCallback": self._delivery,
            "MessageStatusCallback": self._status,
            "ConnectedCallback": self._connection,
            "DisconnectedCallback": self._connection,
            "PresenceChatCallback": _nothing,
            "ProxyCallback": _nothing,
        }

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        secret_fits = one_of(secret_in_path, self._webhook_secrets)
        if self._header == "never":
            return secret_fits
        tokens = [value for name, value in headers.items() if name.lower() == "z-api-token"]
        token_fits = all(same(token, self._instance_token) for token in tokens)
        if not (secret_fits and token_fits):
            return False
        if not tokens and self._token_seen:
            log.warning("a Z-API callback lacks the z-api-token that others had; it is refused")
            return False
        self._token_seen = self._token_seen or bool(tokens)
        return True

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        kind = text(body, "type")
        if not same(text(body, "instanceId"), self._instance_id):
            raise OtherAccount
        reader = self._readers.get(kind)
        if reader is None:
            log.warning("a Z-API callback of an unknown type was ignored")
            return []
        return reader(body)

    # --- by type ---------------------------------------------------------------------------------------

    def _received(self, body: Body) -> list[Incoming]:
        chat = text(body, "phone")
        person = _identity(body, chat)
        if not person or _is_crowd(body, chat) or flag(body, "waitingMessage"):
            # a waiting message leaves no trace, so that the real one is new when it arrives under the same id
            return []
        if flag(body, "fromMe"):
            return self._ours(body, person)
        notification = text(body, "notification")
        if notification:
            return self._notification(body, person, notification)
        name = content.key(body)
        event = content.read(body, name, _sender(body))
        if event is None:
            return []
        key = self._key(body, person, name or "unknown", _edit(body))
        return [self._incoming(key, lanes.person(person), event)]

    def _ours(self, body: Body, person: str) -> list[Incoming]:
        """Messages from our own number: by the bot, or by a human on the shop's phone."""
        name = content.key(body)
        if flag(body, "fromApi"):
            return self._echo(body, person, name)
        if text(body, "notification") or name in content.GESTURES:
            return []
        sender = _sender(body).but(nickname=called(body, "chatName"))
        event = OwnerMessage(sender=sender, text=content.words_of(body, name))
        key = self._key(body, person, f"owner-{name}", _edit(body))
        return [self._incoming(key, lanes.person(person), event)]

    def _echo(self, body: Body, person: str, name: str) -> list[Incoming]:
        """Recorded for this process, and stored for the one that sent it."""
        message_id, said, kind = text(body, "messageId"), content.shown(body, name), content.sent_kind(name)
        if not message_id:
            return []
        if self._echoes is not None:
            self._echoes.note(person, said, message_id, kind)
        key, event = f"{mark(person, said, kind)}:{message_id}", Receipt(message_id=message_id, status="sent")
        return [Incoming(source=ECHOES, key=key, lane=lanes.person(person), event=event)]

    def _notification(self, body: Body, person: str, notification: str) -> list[Incoming]:
        event: Event
        if notification == "REVOKE" and text(body, "messageId"):
            event = MessageDeleted(sender=_sender(body), message_id=text(body, "messageId"))
            key = self._key(body, person, "REVOKE", _time(body))
        elif notification in CALLS and text(body, "callDirection") != "outgoing":
            event = content.call(body, _sender(body))
            # ringing and then missed is one call, to be answered once
            call_id = text(body, "callId")
            key = f"call:{call_id}" if call_id else self._key(body, person, notification, _time(body))
        else:
            return []
        return [self._incoming(key, lanes.person(person), event)]

    def _delivery(self, body: Body) -> list[Incoming]:
        """Success only means that WhatsApp accepted it; the status callbacks report the rest."""
        error, message_id = text(body, "error"), text(body, "messageId") or text(body, "zaapId")
        if not error or not message_id:
            return []
        failure = failures.failure_of(error, text(body, "errorCode"))
        event = Receipt(message_id=message_id, status="failed", failure=failure, detail=words(body, "error")[:300])
        key = f"delivery:{text(body, 'zaapId') or message_id}:{digest(error)}"
        return [self._incoming(key, _lane(body), event)]

    def _status(self, body: Body) -> list[Incoming]:
        status, ids = text(body, "status"), body.get("ids")
        if status not in STATUSES or flag(body, "isGroup") or not isinstance(ids, list):
            return []
        named = dict.fromkeys(i for i in (text({"id": one}, "id") for one in ids) if i)
        return [
            self._incoming(f"status:{one}:{status}", _lane(body), Receipt(message_id=one, status=STATUSES[status]))
            for one in named
        ]

    def _connection(self, body: Body) -> list[Incoming]:
        kind = text(body, "type")
        connected = kind == "ConnectedCallback"
        detail = "" if connected else words(body, "error")[:300]
        # without its time, a repeat cannot be distinguished from the next one; reporting it twice does no harm
        key = f"{kind}:{_time(body) or secrets.token_hex(8)}"
        return [self._incoming(key, lanes.SYSTEM, ChannelState(connected=connected, detail=detail))]

    # --- keys ------------------------------------------------------------------------------------------

    def _key(self, body: Body, person: str, what: str, extra: str) -> str:
        """A message id alone is no key: deletions, edits and waiting messages carry another message's id.

        Person and instance are contained only as a digest, since keys are logged.
        """
        message_id = text(body, "messageId") or _time(body) or digest(repr(sorted(body.items(), key=str)))
        return f"received:{message_id}:{what}:{extra}:{digest(f'{self._instance_id} {person}')}"

    def _incoming(self, key: str, lane: str, event: Event) -> Incoming:
        return Incoming(source=self.source, key=key, lane=lane, event=event)


def _nothing(_: Body) -> list[Incoming]:
    return []


def _time(body: Body) -> str:
    return text(body, "momment") or text(body, "moment")


def _edit(body: Body) -> str:
    """What distinguishes one edit of a message from the next, and both from the message itself."""
    return f"edit-{text(body, 'editMessageId')}-{_time(body)}" if flag(body, "isEdit") else ""


def _lid(body: Body, chat: str) -> str:
    return text(body, "chatLid") or text(body, "senderLid") or (chat if chat.endswith("@lid") else "")


def _identity(body: Body, chat: str) -> str:
    """What identifies the chat, "" if there is no person."""
    try:
        return phone.identity(chat, _lid(body, chat))
    except ValueError:
        return ""


def _lane(body: Body) -> str:
    chat = text(body, "phone")
    person = "" if "-" in chat else _identity(body, chat)
    return lanes.person(person) if person else lanes.SYSTEM


def _is_crowd(body: Body, chat: str) -> bool:
    """Groups, channels, broadcast lists, replies to a status: not for us."""
    if "-" in chat or chat.endswith(("@g.us", "@newsletter", "@broadcast")):
        return True
    return flag(body, "isGroup") or flag(body, "isNewsletter") or flag(body, "broadcast") or flag(body, "isStatusReply")


def _sender(body: Body) -> Sender:
    chat = text(body, "phone")
    lid = _lid(body, chat)
    return Sender(
        chat=chat or lid,
        phone=phone.canonical(chat),
        lid=lid,
        nickname=called(body, "senderName") or called(body, "chatName"),
    )
