"""Webhook queues, one per configuration (sheet 7): only 200 is a success; 15 attempts, then the queue pauses."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox import signing
from sandbox.asaas.answers import Json, missing, refuse
from sandbox.core import World

# Sheet 7.2: seconds to wait before each attempt.
LADDER = (0, 30, 60, 210, 300, 900, 1500, 3600, 3600, 3600, 3600, 3600, 7200, 7200, 10800)
KEPT = timedelta(days=14)
TIMEOUT = 10.0

_PAYMENT_EVENTS = (
    "CREATED UPDATED AWAITING_RISK_ANALYSIS APPROVED_BY_RISK_ANALYSIS REPROVED_BY_RISK_ANALYSIS AUTHORIZED "
    "CREDIT_CARD_CAPTURE_REFUSED CONFIRMED RECEIVED ANTICIPATED OVERDUE DELETED RESTORED REFUND_IN_PROGRESS "
    "PARTIALLY_REFUNDED REFUNDED REFUND_DENIED RECEIVED_IN_CASH_UNDONE CHARGEBACK_REQUESTED CHARGEBACK_DISPUTE "
    "AWAITING_CHARGEBACK_REVERSAL DUNNING_REQUESTED DUNNING_RECEIVED BANK_SLIP_VIEWED CHECKOUT_VIEWED "
    "BANK_SLIP_CANCELLED SPLIT_CANCELLED SPLIT_DIVERGENCE_BLOCK SPLIT_DIVERGENCE_BLOCK_FINISHED SPLIT_DONE"
)
_TRANSFER_EVENTS = "CREATED PENDING IN_BANK_PROCESSING BLOCKED DONE FAILED CANCELLED"
_KEY_EVENTS = "CREATED DELETED DISABLED ENABLED EXPIRED EXPIRING_SOON"
_PAPERS = ("BANK_ACCOUNT_INFO", "COMMERCIAL_INFO", "DOCUMENT", "GENERAL_APPROVAL")
_STANDINGS = ("APPROVED", "AWAITING_APPROVAL", "PENDING", "REJECTED")

# Sheet 7.4, and the transfers of sheet 6.
EVENTS = (
    *(f"PAYMENT_{name}" for name in _PAYMENT_EVENTS.split()),
    *(f"TRANSFER_{name}" for name in _TRANSFER_EVENTS.split()),
    *(f"ACCESS_TOKEN_{name}" for name in _KEY_EVENTS.split()),
    *(f"ACCOUNT_STATUS_{paper}_{standing}" for paper in _PAPERS for standing in _STANDINGS),
    "ACCOUNT_STATUS_COMMERCIAL_INFO_EXPIRED",
    "ACCOUNT_STATUS_COMMERCIAL_INFO_EXPIRING_SOON",
)


@dataclass
class Waiting:
    body: bytes
    created: datetime
    due: float
    """On the loop's clock."""
    failures: int = 0


@dataclass
class Hook:
    id: str
    url: str
    token: str
    name: str = "webhook"
    email: str = ""
    enabled: bool = True
    interrupted: bool = False
    sequential: bool = True
    events: tuple[str, ...] = EVENTS
    queue: list[Waiting] = field(default_factory=list)
    working: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def json(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "url": self.url,
            "email": self.email,
            "enabled": self.enabled,
            "interrupted": self.interrupted,
            "apiVersion": 3,
            "hasAuthToken": bool(self.token),
            "sendType": "SEQUENTIALLY" if self.sequential else "NON_SEQUENTIALLY",
            "penalizedRequestsCount": max((item.failures for item in self.queue), default=0),
            "events": list(self.events),
        }


class Hooks:
    """All configurations of the account. ``delay_factor`` scales the waits: 0 retries at once."""

    def __init__(self, world: World, delay_factor: float, account_id: str) -> None:
        self._world = world
        self.delay_factor = delay_factor
        self._account = {"id": account_id, "ownerId": None}
        self._count = 20_000_000
        self.hooks: dict[str, Hook] = {}

    # --- configurations --------------------------------------------------------------------------------

    def add(self, url: str, token: str) -> Hook:
        hook = Hook(str(uuid.uuid4()), url, token)
        self.hooks[hook.id] = hook
        return hook

    def create(self, body: Json) -> Hook:
        if len(self.hooks) >= 10:  # sheet 7.1: up to 10 per account
            raise refuse("invalid_action", "O limite de 10 webhooks foi atingido.")
        hook = Hook(str(uuid.uuid4()), "", "")
        if body.get("apiVersion", 3) != 3:
            raise refuse("invalid_object", "A versão da API deve ser 3.")
        self._change(hook, body)
        if not hook.url:
            raise refuse("invalid_object", "A URL deve ser informada.")
        hook.email = str(body.get("email") or "")
        self.hooks[hook.id] = hook
        return hook

    def update(self, hook_id: str, body: Json) -> Hook:
        hook = self.get(hook_id)
        paused = hook.interrupted or not hook.enabled
        self._change(hook, body)
        if paused and hook.enabled and not hook.interrupted:
            for item in hook.queue:  # sheet 7.2: the backlog comes in chronological order
                item.failures, item.due = 0, 0.0
            self._start(hook)
        return hook

    def get(self, hook_id: str) -> Hook:
        if hook_id not in self.hooks:
            raise missing()
        return self.hooks[hook_id]

    def remove_backoff(self, hook_id: str) -> None:
        """Sheet 7.2: skips the waiting of a penalised queue that is not yet paused."""
        hook = self.get(hook_id)
        for item in hook.queue:
            item.due = 0.0
        hook.wake.set()

    def _change(self, hook: Hook, body: Json) -> None:
        if "url" in body:
            if not re.match(r"https?://\S+$", str(body["url"])):
                raise refuse("invalid_object", "A URL informada é inválida.")
            hook.url = str(body["url"])
        if "authToken" in body:
            check_token(body["authToken"])
            hook.token = body["authToken"]
        if "events" in body:
            if not isinstance(body["events"], list) or not set(body["events"]) <= set(EVENTS):
                raise refuse("invalid_object", "Evento inválido.")
            hook.events = tuple(body["events"])
        if "sendType" in body:
            if body["sendType"] not in ("SEQUENTIALLY", "NON_SEQUENTIALLY"):
                raise refuse("invalid_object", "Tipo de envio inválido.")
            hook.sequential = body["sendType"] == "SEQUENTIALLY"
        hook.name = str(body.get("name", hook.name))
        hook.enabled = body.get("enabled", hook.enabled) is True
        hook.interrupted = body.get("interrupted", hook.interrupted) is True

    # --- events ----------------------------------------------------------------------------------------

    def emit(self, event: str, subject: str, data: Json, local_time: str, more: Json | None = None) -> None:
        """Queue an event for every configuration that wants it. The id is the MD5 of the event's name, the same for all
        of a kind, and a counter (sheet 7.3)."""
        self._count += 1
        kind = hashlib.md5(event.encode(), usedforsecurity=False).hexdigest()
        envelope: Json = {
            "id": f"evt_{kind}&{self._count}",
            "event": event,
            "dateCreated": local_time,
            "account": self._account,
            subject: data,
        }
        if more:
            envelope["additionalInfo"] = more
        body = json.dumps(envelope, ensure_ascii=False).encode()
        for hook in self.hooks.values():
            if hook.enabled and event in hook.events:
                hook.queue.append(Waiting(body, self._world.clock(), 0.0))
                self._start(hook)

    async def idle(self) -> None:
        """Wait until every queue is empty or paused."""
        for hook in list(self.hooks.values()):
            if hook.working:
                await hook.idle.wait()

    def _start(self, hook: Hook) -> None:
        hook.wake.set()
        if not hook.working and hook.enabled and not hook.interrupted:
            hook.working = True
            hook.idle.clear()
            self._world.later(self._work(hook))

    async def _work(self, hook: Hook) -> None:
        try:
            while hook.enabled and not hook.interrupted:
                oldest = self._world.clock() - KEPT  # sheet 7.2: then deleted for good
                hook.queue = [item for item in hook.queue if item.created >= oldest]
                if not hook.queue:
                    return
                await self._step(hook)
        finally:
            hook.working = False
            hook.idle.set()

    async def _step(self, hook: Hook) -> None:
        loop = asyncio.get_running_loop()
        # Sheet 7.2: in a sequential queue a failing event blocks all later ones.
        item = hook.queue[0] if hook.sequential else min(hook.queue, key=lambda waiting: waiting.due)
        wait = item.due - loop.time()
        if wait > 0:
            hook.wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hook.wake.wait(), wait)
            return
        status = await self._world.deliver("asaas", hook.url, item.body, signing.asaas(hook.token), timeout=TIMEOUT)
        if status == 200:  # sheet 7.2, the stricter reading: 201 or 204 is a failure
            hook.queue.remove(item)
            return
        item.failures += 1
        if item.failures >= len(LADDER):
            hook.interrupted = True
            self._world.publish("webhook_paused", {"provider": "asaas", "url": hook.url})
            return
        item.due = loop.time() + LADDER[item.failures] * self.delay_factor


def check_token(token: object) -> None:
    """Sheet 7.1: 32-255 characters, no white space, no runs like 12345, no character four times, no API key."""
    good = (
        isinstance(token, str)
        and 32 <= len(token) <= 255
        and not re.search(r"\s", token)
        and not re.search(r"(.)\1{3}", token)
        and not any(run in token for run in ("01234", "12345", "23456", "34567", "45678", "56789"))
        and not token.startswith("$aact_")
    )
    if not good:
        raise refuse("invalid_object", "O token de autenticação não atende aos requisitos.")
