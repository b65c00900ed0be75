"""The gateway as the bot sees it: credentials, endpoints, files."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import segno
from aiohttp import web

from sandbox.chats import ChatMessage, new_id
from sandbox.core import World, faulty
from sandbox.zapi import callbacks, sends
from sandbox.zapi.instance import NOT_CONNECTED, URLS_OF_ME, Queued
from sandbox.zapi.people import People

Body = dict[str, Any]
Endpoint = Callable[[web.Request, Sequence[str], Body], Awaitable[web.StreamResponse]]

TYPES = {
    "update-webhook-received": "ReceivedCallback",
    "update-webhook-delivery": "DeliveryCallback",
    "update-webhook-message-status": "MessageStatusCallback",
    "update-webhook-connected": "ConnectedCallback",
    "update-webhook-disconnected": "DisconnectedCallback",
    "update-webhook-chat-presence": "PresenceChatCallback",
}
FILTERS = {
    "FILTER_RECEIVED_CALLBACK": "ReceivedCallback",
    "FILTER_DELIVERY_CALLBACK": "DeliveryCallback",
    "FILTER_CONNECTED_CALLBACK": "ConnectedCallback",
    "FILTER_DISCONNECTED_CALLBACK": "DisconnectedCallback",
    "FILTER_PRESENCE_CHAT_CALLBACK": "PresenceChatCallback",
    "FILTER_MESSAGE_STATUS_CALLBACK": "MessageStatusCallback",
}


class ZapiSandbox(People):
    """One instance of Z-API with the phones of its customers.

    Serve its routes from an application with a ``client_max_size`` large enough for pictures (they come as data URIs).
    ``public_base`` is the URL of that application: the URLs of pictures begin with it. Phones are strings of digits,
    ``5511987654321``.
    """

    def __init__(
        self,
        world: World,
        *,
        instance_id: str,
        instance_token: str,
        client_token: str,
        webhook_url: str = "",
        public_base: str = "",
    ) -> None:
        super().__init__(
            world,
            instance_id=instance_id,
            instance_token=instance_token,
            client_token=client_token,
            webhook_url=webhook_url,
            public_base=public_base,
        )
        self._endpoints = self._table()

    # --- HTTP --------------------------------------------------------------------------------------------

    def routes(self) -> list[web.RouteDef]:
        """The real paths. Files are on another company's server there, so the dial of Z-API does not affect them."""
        return [
            web.route(
                "*",
                "/instances/{instance}/token/{token}/{endpoint:.*}",
                faulty(self.world, "zapi", self._handle),
            ),
            web.get("/file/temp-file-download/instances/{instance}/{message}/{name}", self._file),
        ]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = request.match_info
        if (at["instance"], at["token"]) != (self.instance_id, self.instance_token):
            # sheet 1: status and text UNCONFIRMED, "something with an error key"
            return _error(400, "Instance not found")
        given = request.headers.get("Client-Token")
        if not given:
            # sheet 1 [FIELD]: the newer behaviour
            return _error(400, "your client-token is not configured")
        if given != self.client_token:
            # sheet 1 [FIELD]: it repeats the token
            return _error(403, f"Client-Token {given} not allowed")
        known = [(m, f, found) for m, p, f in self._endpoints if (found := re.fullmatch(p, at["endpoint"]))]
        if not known:
            # sheet 1 [FIELD]: 404, and sometimes 200
            text = "Unable to find matching target resource method"
            return web.json_response({"error": "NOT_FOUND", "message": text}, status=self.not_found_status)
        fitting = [(f, found) for m, f, found in known if m == request.method]
        if not fitting:
            return web.Response(status=405)  # sheet 1: wrong method, body unspecified
        body: Any = {}
        if request.method in ("POST", "PUT"):
            if request.content_type != "application/json":
                return web.Response(status=415)  # sheet 1: no or wrong Content-Type, body unspecified
            try:
                body = json.loads(await request.read())
            except ValueError:
                body = None
            if not isinstance(body, dict):
                return _error(400, "Invalid JSON")  # sheet 1: a bad body is a 400 with an error
        endpoint, found = fitting[0]
        try:
            return await endpoint(request, found.groups(), body)
        except sends.Bad as refusal:
            return _error(400, str(refusal))

    def _table(self) -> list[tuple[str, str, Endpoint]]:
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", "send-document/([a-z0-9]+)", self._send_document),
            ("POST", "send-reaction", self._react),
            ("POST", "send-remove-reaction", self._react),
            ("POST", "read-message", self._read_message),
            ("DELETE", "messages", self._delete_message),
            ("POST", "modify-chat", self._yes),
            ("POST", "queue", self._list_queue),
            ("GET", "queue/count", self._count_queue),
            ("DELETE", "queue", self._clear_queue),
            ("DELETE", "queue/(.+)", self._clear_queue),
            ("PUT", "update-queue-settings", self._queue_settings),
            ("PUT", "update-every-webhooks", self._every_webhook),
            ("PUT", "update-webhook-received-delivery", self._received_delivery),
            ("PUT", "update-notify-sent-by-me", self._notify),
            ("PUT", "update-filters", self._set_filters),
            ("GET", "status", self._status),
            ("GET", "qr-code", self._qr),
            ("GET", "qr-code/image", self._qr),
            ("GET", "phone-code/(.+)", self._phone_code),
            ("GET", "restart", self._yes),
            ("GET", "disconnect", self._disconnect),
            ("GET", "me", self._me),
            ("GET", "device", self._device),
            ("GET", "phone-exists/(.+)", self._phone_exists),
            ("POST", "phone-exists-batch", self._phones_exist),
        ]
        table += [("POST", name, self._sender(kind, read)) for name, (kind, read) in sends.SENDS.items()]
        table += [("PUT", name, self._one_webhook(of)) for name, of in TYPES.items()]
        return table

    async def _file(self, request: web.Request) -> web.StreamResponse:
        # sheet 10: a plain GET, no header; 404 once it has expired
        found = self._files.get((request.match_info["message"], request.match_info["name"]))
        if found is None:
            return web.Response(status=404, text="not found")
        return web.Response(body=found[0], headers={"Content-Type": found[1]})

    # --- endpoints: sending ------------------------------------------------------------------------------

    def _sender(self, kind: str, read: Callable[[Body], Body]) -> Endpoint:
        async def send(_: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
            sends.common(body, kind)
            return _triple(self._accept(body, read(body)))

        return send

    async def _send_document(self, _: web.Request, groups: Sequence[str], body: Body) -> web.StreamResponse:
        sends.common(body, "document")
        made = sends.file("document")(body)
        made["file_name"] = made["file_name"] or f"documento.{groups[0]}"
        return _triple(self._accept(body, made))

    async def _react(self, request: web.Request, _: Sequence[str], body: Body) -> web.StreamResponse:
        sends.common(body, "reaction")
        removes = request.path.endswith("send-remove-reaction")
        for name in ("messageId",) if removes else ("messageId", "reaction"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise sends.Bad(f"{name} is required")
        found = self._chats.find(body["messageId"])
        if found is not None:
            found.reaction = "" if removes else body["reaction"]
            self._show(found)
        return _answer(secrets.token_hex(16).upper(), new_id(from_bot=True))

    # --- endpoints: messages and queue -------------------------------------------------------------------

    async def _read_message(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        if not body.get("phone") or not body.get("messageId"):
            raise sends.Bad("phone and messageId are required")
        self._read(str(body["messageId"]))
        return web.Response(status=204)

    async def _delete_message(self, request: web.Request, _: Sequence[str], __: Body) -> web.StreamResponse:
        if not all(request.query.get(name) for name in ("messageId", "phone", "owner")):
            raise sends.Bad("messageId, phone and owner are required")
        found = self._chats.find(request.query["messageId"])
        if found is not None:
            found.deleted = True
            self._show(found)
        return web.Response(status=204)

    async def _list_queue(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        size, state = body.get("pageSize", 20), body.get("pagingState")
        if not isinstance(size, int) or not 1 <= size <= 30:
            raise sends.Bad("pageSize must be at most 30")  # sheet 5
        first = int(state) if isinstance(state, str) and state.isdigit() else 0
        after = first + size
        more = after < len(self.queue)
        rows = [self._queue_row(place, q) for place, q in enumerate(self.queue[first:after], start=first)]
        return web.json_response({"messages": rows, "pagingState": str(after) if more else None, "hasMore": more})

    def _queue_row(self, place: int, queued: Queued) -> Body:
        message = queued.message
        return {
            "_id": f"A{place}",
            "InstanceId": self.instance_id,
            "Phone": queued.address,
            "Message": message.text,
            "ZaapId": message.zaap_id,
            "MessageId": message.id,
            "DelayMessage": queued.delay,
            "DelayTyping": queued.typing,
            "Created": callbacks.milliseconds(message.at),
            "CreatedAt": message.at.isoformat(),
            "Beta": False,
            "IsTrial": False,
        }

    async def _count_queue(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        return web.json_response({"count": len(self.queue)})

    async def _clear_queue(self, _: web.Request, groups: Sequence[str], __: Body) -> web.StreamResponse:
        self.queue = [q for q in self.queue if groups and q.message.zaap_id != groups[0]]
        return web.json_response({"value": True})

    async def _queue_settings(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        value = body.get("disableEnqueueWhenDisconnected")
        if not isinstance(value, bool):
            raise sends.Bad("disableEnqueueWhenDisconnected is required")
        self.queue_disabled = value
        return web.json_response({"success": True})

    # --- endpoints: webhooks -----------------------------------------------------------------------------

    async def _every_webhook(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        url = _url(body)
        self.urls = dict.fromkeys(URLS_OF_ME, url)
        if "notifySentByMe" in body:
            self.notify_sent_by_me = body["notifySentByMe"] is True
        if self.notify_sent_by_me:
            self.received_delivery_url = url
        return web.json_response({"value": True})

    def _one_webhook(self, of: str) -> Endpoint:
        async def put(_: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
            self.urls[of] = _url(body)
            return web.json_response({"value": True})

        return put

    async def _received_delivery(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        self.received_delivery_url, self.notify_sent_by_me = _url(body), True
        return web.json_response({"value": True})

    async def _notify(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        self.notify_sent_by_me = body.get("notifySentByMe") is True
        return web.json_response({"value": True})

    async def _set_filters(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        listed = body.get("callbackTypeFilters") or []
        if not isinstance(listed, list) or not set(listed) <= FILTERS.keys():
            raise sends.Bad("unknown filter")
        self.filters = {FILTERS[name] for name in listed}  # sheet 7: listed means suppressed
        return web.json_response({"value": True})

    # --- endpoints: the instance -------------------------------------------------------------------------

    async def _yes(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        return web.json_response({"value": True})

    async def _status(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        # sheet 6: an error text even if all is well
        error = "You are already connected." if self.connected else NOT_CONNECTED
        return web.json_response({"connected": self.connected, "error": error, "smartphoneConnected": self.connected})

    async def _qr(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        if self.connected:
            return web.json_response({"connected": True})  # sheet 6: UNCONFIRMED
        code = segno.make(f"2@{secrets.token_urlsafe(32)},{self.instance_id}")
        return web.json_response({"value": code.png_data_uri(scale=4)})

    async def _phone_code(self, _: web.Request, groups: Sequence[str], __: Body) -> web.StreamResponse:
        if not re.fullmatch(r"\d{8,15}", groups[0]):
            raise sends.Bad("Invalid phone")
        if self.connected:
            return web.json_response({"connected": True})  # sheet 6: UNCONFIRMED
        code = secrets.token_hex(4).upper()
        return web.json_response({"value": f"{code[:4]}-{code[4:]}"})

    async def _disconnect(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        self.world.later(self.set_connected(False))
        return web.json_response({"value": True})

    async def _me(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        return web.json_response(
            {
                "id": self.instance_id,
                "token": self.instance_token,
                "name": "sandbox",
                "connected": self.connected,
                "paymentStatus": "PAID",
                "receiveCallbackSentByMe": self.notify_sent_by_me,
                "initialDataCallbackUrl": "",
                **{name: self._url_of(of) for of, name in URLS_OF_ME.items()},
            }
        )

    async def _device(self, _: web.Request, __: Sequence[str], ___: Body) -> web.StreamResponse:
        device = {"sessionName": "Z-API", "device_model": "Z-API"}
        who = {"phone": self.connected_phone, "imgUrl": None, "about": "", "name": "AutoPars", "device": device}
        return web.json_response({**who, "originalDevice": "smba", "sessionId": 1, "isBusiness": True})

    async def _phone_exists(self, _: web.Request, groups: Sequence[str], __: Body) -> web.StreamResponse:
        exists, phone, lid = self._exists(groups[0])
        row = {"exists": exists, "phone": phone, "lid": lid}
        return web.json_response([row] if self.exists_as_list else row)

    async def _phones_exist(self, _: web.Request, __: Sequence[str], body: Body) -> web.StreamResponse:
        phones = body.get("phones")
        if not isinstance(phones, list) or not all(isinstance(p, str) for p in phones):
            raise sends.Bad("phones is required")
        rows = []
        for given in phones:
            exists, phone, lid = self._exists(given)
            rows.append({"exists": exists, "inputPhone": given, "outputPhone": phone, "lid": lid})
        return web.json_response(rows)

    def _exists(self, phone: str) -> tuple[bool, str, str | None]:
        """Sheet 3: WhatsApp's own spelling lacks the ninth digit outside the area codes 11 to 28."""
        if not re.fullmatch(r"\d{8,15}", phone):
            raise sends.Bad("Invalid phone")
        if self._chats.key(phone) in self.without_whatsapp:
            return False, phone, None
        old_spelling = len(phone) == 13 and phone.startswith("55") and int(phone[2:4]) > 30
        return True, phone[:4] + phone[5:] if old_spelling else phone, self.lid_of(phone)


def _triple(message: ChatMessage) -> web.Response:
    """Sheet 2: the response only says that the message is queued."""
    return _answer(message.zaap_id, message.id)


def _answer(zaap_id: str, message_id: str) -> web.Response:
    return web.json_response({"zaapId": zaap_id, "messageId": message_id, "id": message_id})


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _url(body: Body) -> str:
    """Sheet 7: HTTPS only, per the documentation; plain HTTP is allowed here, since the bot runs on the same
    machine."""
    value = body.get("value")
    if not isinstance(value, str) or not re.match(r"https?://\S+$", value):
        raise sends.Bad("value must be an URL")
    return value
