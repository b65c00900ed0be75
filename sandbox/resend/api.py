"""The API itself. Sent e-mails are in ``mailbox``; nothing leaves the machine."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from aiohttp import web

from sandbox.core import World, faulty
from sandbox.resend.door import Door
from sandbox.resend.errors import Refusal, invalid, missing
from sandbox.resend.hooks import PROVIDER, Hooks
from sandbox.resend.mails import Mail, an_object, parse, read, scheduled
from sandbox.resend.panel import Panel

MOST_IN_A_BATCH = 100


class ResendSandbox(Door, Panel, Hooks):
    """Sends wait while ``gate`` is cleared (``at_gate``: one has arrived), to test a second call under the same key.
    See :class:`Door`, :class:`Panel` and :class:`Hooks` for the other dials."""

    def __init__(
        self, world: World, *, api_key: str, sender_domain: str, webhook_url: str = "", webhook_secret: str = ""
    ) -> None:
        Door.__init__(self, world, api_key=api_key)
        Hooks.__init__(self, world, webhook_url=webhook_url, webhook_secret=webhook_secret)
        Panel.__init__(self, sender_domain)
        self.mailbox: list[Mail] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_gate = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        def api(handler: Any, *, sending: bool = False) -> Any:
            return faulty(self.world, PROVIDER, self.admitted(handler, sending=sending))

        return [
            web.post("/emails", api(self._send, sending=True)),
            web.post("/emails/batch", api(self._send_batch, sending=True)),
            web.get("/emails", api(self._list)),
            web.get("/emails/{id}", api(self._read)),
            web.patch("/emails/{id}", api(self._reschedule)),
            web.post("/emails/{id}/cancel", api(self._cancel)),
            web.get("/domains", api(self.list_domains)),
            web.get("/domains/{id}", api(self.read_domain)),
            web.post("/domains/{id}/verify", api(self.verify_domain)),
            web.get("/webhooks", api(self.list_webhooks)),
        ]

    # --- sending -----------------------------------------------------------------------------------------

    async def _send(self, request: web.Request) -> web.StreamResponse:
        async def work(raw: bytes, key: str) -> dict[str, Any]:
            mail = await self._accept(an_object(parse(raw)), key)
            self._deliver(mail)
            return {"id": mail.id}

        return web.json_response(await self.once(request, work))

    async def _send_batch(self, request: web.Request) -> web.StreamResponse:
        """Sheet 4: all or nothing, unless ``permissive``."""
        permissive = request.headers.get("x-batch-validation", "strict") == "permissive"

        async def work(raw: bytes, key: str) -> dict[str, Any]:
            items = parse(raw)
            if not isinstance(items, list) or not 1 <= len(items) <= MOST_IN_A_BATCH:
                raise invalid("A batch is an array of 1 to 100 emails.")
            mails: list[Mail] = []
            errors: list[dict[str, Any]] = []
            for index, item in enumerate(items):
                try:
                    if isinstance(item, dict) and item.get("attachments"):
                        raise invalid("`attachments` are not supported in a batch.")
                    mails.append(await self._accept(an_object(item), key))
                except Refusal as refusal:
                    if not permissive:
                        raise
                    errors.append({"index": index, "message": refusal.message})
            for mail in mails:
                self._deliver(mail)
            return {"data": [{"id": mail.id} for mail in mails], **({"errors": errors} if permissive else {})}

        return web.json_response(await self.once(request, work))

    async def _accept(self, body: dict[str, Any], key: str) -> Mail:
        mail = read(body, key, self.world.clock(), self.sender_domain)
        self.at_gate.set()
        await self.gate.wait()
        return mail

    def _deliver(self, mail: Mail) -> None:
        self.mailbox.append(mail)
        self.world.publish(
            "mail",
            {
                "id": mail.id,
                "from": mail.sender,
                "to": mail.to,
                "subject": mail.subject,
                "html": mail.html,
                "text": mail.text,
                "at": mail.created_at.isoformat(),
            },
        )
        if mail.scheduled_at:
            mail.last_event = "scheduled"  # the stand-in does not wait for days: it stays scheduled
            self.world.later(self.send_event(mail, "scheduled"))
        else:
            self.world.later(self.tell(mail))

    # --- reading and changing ----------------------------------------------------------------------------

    def _find(self, request: web.Request) -> Mail:
        email_id = request.match_info["id"]
        try:
            uuid.UUID(email_id)
        except ValueError:
            # sheet 6, row invalid_parameter
            raise Refusal(422, "invalid_parameter", "The `id` must be a valid UUID.") from None
        mail = next((m for m in self.mailbox if m.id == email_id), None)
        if mail is None:
            raise Refusal(404, "not_found", "Email not found")  # sheet 5
        return mail

    async def _list(self, request: web.Request) -> web.StreamResponse:
        limit = request.query.get("limit", "20")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise Refusal(422, "invalid_parameter", "The `limit` must be between 1 and 100.")
        rows = [mail.row() for mail in reversed(self.mailbox)]
        if after := request.query.get("after"):  # sheet 5: the id of the last one shown
            rows = rows[[row["id"] for row in rows].index(after) + 1 :] if after in [r["id"] for r in rows] else []
        shown = rows[: int(limit)]
        return web.json_response({"object": "list", "has_more": len(rows) > len(shown), "data": shown})

    async def _read(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._find(request).public())

    async def _reschedule(self, request: web.Request) -> web.StreamResponse:
        mail, body = self._waiting(request), an_object(parse(await request.read()))
        if not body.get("scheduled_at"):
            raise missing("scheduled_at")
        mail.scheduled_at = scheduled(body["scheduled_at"], self.world.clock())
        return web.json_response({"object": "email", "id": mail.id})

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        mail = self._waiting(request)
        mail.last_event = "canceled"
        return web.json_response({"object": "email", "id": mail.id})

    def _waiting(self, request: web.Request) -> Mail:
        """Sheet 5: only a scheduled e-mail can be changed; the error for others is UNCONFIRMED."""
        mail = self._find(request)
        if mail.last_event != "scheduled":
            raise invalid("The email is not scheduled any more.")
        return mail
