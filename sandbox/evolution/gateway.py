"""The gateway as the bot sees it: guards, endpoints, files."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import segno
from aiohttp import web

from sandbox.chats import ChatMessage
from sandbox.core import World, faulty
from sandbox.evolution import contents, events, sends
from sandbox.evolution.jids import jid_of
from sandbox.evolution.people import People
from sandbox.evolution.sends import Bad

Body = dict[str, Any]
Endpoint = Callable[[web.Request, Body], Awaitable[web.StreamResponse]]

FAMILIES = "message|chat|instance|webhook"
VERSION = "2.3.7"


class EvolutionSandbox(People):
    """An Evolution server with one instance and the phones of its customers.

    Serve its routes from an application with a ``client_max_size`` large enough for pictures (they come as base64).
    Phones are strings of digits, ``5511987654321``. The fault dial is ``world.faults["evolution"]``.
    """

    def __init__(self, world: World, *, instance: str, api_key: str, webhook_url: str = "") -> None:
        super().__init__(world, instance=instance, api_key=api_key, webhook_url=webhook_url)
        self._endpoints: dict[tuple[str, str], Endpoint] = {
            ("POST", "chat/whatsappNumbers"): self._numbers,
            ("POST", "chat/markMessageAsRead"): self._mark_as_read,
            ("DELETE", "chat/deleteMessageForEveryone"): self._delete_for_all,
            ("POST", "chat/updateMessage"): self._update_message,
            ("POST", "chat/sendPresence"): self._presence,
            ("POST", "chat/findMessages"): self._find_messages,
            ("POST", "chat/getBase64FromMediaMessage"): self._base64,
            ("POST", "message/sendReaction"): self._react,
            ("GET", "instance/connectionState"): self._state,
            ("GET", "instance/connect"): self._connect,
            ("POST", "instance/restart"): self._restart,
            ("DELETE", "instance/logout"): self._log_out,
            ("POST", "webhook/set"): self._set_webhook,
            ("GET", "webhook/find"): self._find_webhook,
            **{("POST", f"message/{verb}"): self._sender(read) for verb, read in sends.SENDS.items()},
        }

    # --- HTTP ------------------------------------------------------------------------------------------

    def routes(self) -> list[web.RouteDef]:
        """The real paths; ``/`` is the welcome page, which needs no key."""
        return [
            web.get("/", self._welcome),
            web.route(
                "*", f"/{{family:{FAMILIES}}}/{{verb}}/{{instance}}", faulty(self.world, "evolution", self._handle)
            ),
            web.route("*", f"/{{family:{FAMILIES}}}/{{rest:.*}}", faulty(self.world, "evolution", self._unknown)),
        ]

    async def _welcome(self, _: web.Request) -> web.StreamResponse:
        said = {"status": 200, "message": "Welcome to the Evolution API, it is working!", "version": VERSION}
        return web.json_response(said)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        return _refusal(404, [f"Cannot {request.method} {request.path}"])

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = request.match_info
        endpoint = self._endpoints.get((request.method, f"{at['family']}/{at['verb']}"))
        if endpoint is None:
            return await self._unknown(request)
        # sheet 1: the instance is looked up before the key
        if at["instance"] != self.instance:
            return _refusal(404, [f'The "{at["instance"]}" instance does not exist'])
        if request.headers.get("apikey") != self.api_key:
            return _refusal(401, "Unauthorized")
        body: Any = {}
        raw = await request.read()
        if request.content_type == "application/json" and raw:
            try:
                body = json.loads(raw)
            except ValueError as error:
                return _refusal(400, str(error))
        try:
            return await endpoint(request, body if isinstance(body, dict) else {})
        except Bad as bad:
            return _refusal(bad.status, bad.message)

    # --- sending ---------------------------------------------------------------------------------------

    def _sender(self, read: Callable[[Body], Body]) -> Endpoint:
        async def send(_: web.Request, body: Body) -> web.StreamResponse:
            sends.common(body)
            made = read(body)
            return web.json_response(self.record_of(await self._accept(body, made)), status=201)

        return send

    async def _react(self, _: web.Request, body: Body) -> web.StreamResponse:
        key = _object(body, "key")
        found = self._chats.find(sends.text(key, "id"))
        for name in ("remoteJid", "id"):
            sends.text(key, name)
        if not isinstance(key.get("fromMe"), bool):
            raise sends.schema('.key requires property "fromMe"')
        emoji = sends.text(body, "reaction", empty=True)
        if found is not None:
            found.reaction = emoji
            self._show(found)
        return web.json_response({"key": key, "messageType": "reactionMessage"}, status=201)

    # --- messages --------------------------------------------------------------------------------------

    async def _mark_as_read(self, _: web.Request, body: Body) -> web.StreamResponse:
        rows = body.get("readMessages")
        if not isinstance(rows, list) or not rows:
            raise sends.schema(' requires property "readMessages"')
        for row in rows:
            if not isinstance(row, dict) or not {"id", "fromMe", "remoteJid"} <= row.keys():
                raise sends.schema('.readMessages[0] requires property "id"')
            self._read(str(row["id"]))
        return web.json_response({"message": "Read messages", "read": "success"}, status=201)

    async def _delete_for_all(self, _: web.Request, body: Body) -> web.StreamResponse:
        for name in ("id", "remoteJid"):
            sends.text(body, name)
        found = self._chats.find(body["id"])
        if found is not None:
            found.deleted = True
            self._show(found)
        return web.json_response({"key": body, "messageType": "protocolMessage"}, status=201)

    async def _update_message(self, _: web.Request, body: Body) -> web.StreamResponse:
        """Sheet 2, source: the number must be the address under which the message is in the database."""
        key, said, number = _object(body, "key"), sends.text(body, "text"), sends.text(body, "number")
        for name in ("id", "remoteJid"):
            sends.text(key, name)
        found = self._chats.find(key["id"])
        if self.saves_messages:
            if found is None:
                raise Bad("NotFoundException: Message not found")
            if self.key_of(found)["remoteJid"] != jid_of(number):
                raise Bad("RemoteJid does not match")
        if found is not None:
            found.text, found.edited = said, True
            self._show(found)
        new = {"remoteJid": jid_of(number), "fromMe": True, "id": "3EB0" + secrets.token_hex(8).upper()}
        edit = {"key": key, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": said}}
        self.world.later(self._post("send.message.update", edit))
        return web.json_response({"key": new, "message": {"protocolMessage": edit}, "status": "PENDING"})

    async def _presence(self, _: web.Request, body: Body) -> web.StreamResponse:
        for name in ("number", "presence"):
            sends.text(body, name)
        return web.json_response({"presence": body["presence"]}, status=201)

    async def _find_messages(self, _: web.Request, body: Body) -> web.StreamResponse:
        """Source: newest first; a key that is false or missing is no filter; 50 per page."""
        wanted = (body.get("where") or {}).get("key") or {}
        page, size = int(body.get("page") or 1), int(body.get("offset") or 50)
        saved = sorted(self._chats.all() if self.saves_messages else [], key=lambda m: m.at, reverse=True)
        keys = {m.id: self.key_of(m) for m in saved}
        fitting = [m for m in saved if all(keys[m.id].get(n) == v for n, v in wanted.items() if v)]
        records = [self._saved(m) for m in fitting[(page - 1) * size : page * size]]
        found = {"total": len(fitting), "pages": math.ceil(len(fitting) / size), "currentPage": page}
        return web.json_response({"messages": {**found, "records": records}})

    def _saved(self, bubble: ChatMessage) -> Body:
        content = None
        if not bubble.from_bot:
            key = contents.MEDIA_KEYS.get(bubble.kind)
            content = {key: contents.media_of(bubble)} if key else {"conversation": bubble.text}
        record = self.record_of(bubble, content)
        return {"id": f"cm{bubble.id[-12:].lower()}", **record, "MessageUpdate": []}

    async def _base64(self, _: web.Request, body: Body) -> web.StreamResponse:
        """Sheet 6: the only way to a file, and only for saved messages."""
        message_id = str(_object(_object(body, "message"), "key").get("id") or "")
        found = self._chats.find(message_id) if self.saves_messages else None
        if found is None:
            raise Bad("Message not found")
        if not found.data:
            raise Bad("The message is not of the media type")
        if message_id in self._lost_files:
            raise Bad("Error: Failed to fetch stream from https://mmg.whatsapp.net")  # UNCONFIRMED
        kind = contents.MEDIA_KEYS[found.kind]
        encoded = found.media.partition(",")[2]
        file = {"mediaType": kind, "fileName": found.file_name or f"{found.id}.bin", "caption": found.caption}
        size = {"fileLength": str(len(found.data))}
        answer = {**file, "size": size, "mimetype": found.mime_type, "base64": encoded, "buffer": None}
        return web.json_response(answer, status=201)

    async def _numbers(self, _: web.Request, body: Body) -> web.StreamResponse:
        """Sheet 3."""
        numbers = body.get("numbers")
        if not isinstance(numbers, list) or not numbers or not all(isinstance(n, str) for n in numbers):
            raise sends.schema(' requires property "numbers"')
        rows: list[Body] = []
        for number in numbers:
            try:
                address = self._reachable(number)
            except Bad as bad:
                if bad.status != 400:
                    raise
                rows += bad.message
                continue
            name = self._names.get(self._chats.key(address), "")
            row = {"jid": jid_of(number), "exists": True, "number": number, "name": name}
            rows.append({**row, "lid": self.lid_of(address)})
        return web.json_response(rows)

    # --- the instance ----------------------------------------------------------------------------------

    async def _state(self, _: web.Request, __: Body) -> web.StreamResponse:
        state = "open" if self.connected else "close"
        return web.json_response({"instance": {"instanceName": self.instance, "state": state}})

    async def _connect(self, request: web.Request, body: Body) -> web.StreamResponse:
        if self.connected:
            return await self._state(request, body)  # source
        code = f"2@{secrets.token_urlsafe(32)}"
        picture = segno.make(code).png_data_uri(scale=4)
        pairing = secrets.token_hex(4).upper() if request.query.get("number") else None
        return web.json_response({"pairingCode": pairing, "code": code, "base64": picture, "count": 1})

    async def _restart(self, request: web.Request, body: Body) -> web.StreamResponse:
        return await self._state(request, body)

    async def _log_out(self, _: web.Request, __: Body) -> web.StreamResponse:
        self.world.later(self.set_connected(False))
        said = {"message": "Instance logged out"}
        return web.json_response({"status": "SUCCESS", "error": False, "response": said})

    async def _set_webhook(self, _: web.Request, body: Body) -> web.StreamResponse:
        """Sheet 5."""
        hook = _object(body, "webhook")
        if not isinstance(hook.get("enabled"), bool):
            raise sends.schema('.webhook requires property "enabled"')
        url, listed = sends.text(hook, "url"), hook.get("events") or []
        if not isinstance(listed, list) or not set(listed) <= events.EVENTS:
            raise sends.schema(".webhook.events[0] is not one of enum values")
        more = {name: hook[name] for name in ("headers", "byEvents", "base64") if name in hook}
        self.set_webhook(url, listed, **more)
        self.webhook["enabled"] = hook["enabled"]
        return web.json_response(self.webhook, status=201)

    async def _find_webhook(self, _: web.Request, __: Body) -> web.StreamResponse:
        return web.json_response(self.webhook or None)


def _object(body: Body, name: str) -> Body:
    value = body.get(name)
    if not isinstance(value, dict):
        raise sends.schema(f' requires property "{name}"')
    return value


def _refusal(status: int, message: Any) -> web.Response:
    """Sheet 1: one envelope for all errors."""
    names = {400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
    return web.json_response(
        {"status": status, "error": names[status], "response": {"message": message}}, status=status
    )
