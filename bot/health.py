"""Liveness, readiness, and metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.domain.secret import same
from bot.engine.store import Store, StoreDown
from bot.storage.database import Database, its_name
from bot.storage.schema import what_is_wrong
from bot.webhooks.receive import Webhooks

OLDEST_EVENT_S = 60.0
"""A backlog older than this makes the process not ready."""


def routes(
    store: Store,
    database: Database,
    webhooks: Webhooks,
    clock: Callable[[], datetime],
    metrics_token: str,
    counted: CollectorRegistry | None = None,
) -> list[web.RouteDef]:
    """``counted``: further counters of this process."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_: web.Request) -> web.Response:
        parts: dict[str, object] = {}
        try:
            parts["schema"] = await what_is_wrong(database) or "current"
            await database.may_write()
            backlog = await store.backlog()
            oldest = backlog["oldest_event"]
            age = (clock() - oldest).total_seconds() if isinstance(oldest, datetime) else 0.0
            parts |= {"database": "ok", "events_waiting": backlog["events"], "oldest_event_s": round(age, 1)}
            parts["credentials_refused"] = sorted(backlog["refused"])
            parts["circuits_open"] = [c.provider for c in await store.circuits() if c.is_open]
            ready = parts["schema"] == "current" and age <= OLDEST_EVENT_S
        except Exception as error:  # whatever the database raises, the process is not ready
            parts["database"] = str(error) if isinstance(error, StoreDown) else its_name(error)
            ready = False
        return web.json_response({"ready": ready, **parts}, status=200 if ready else 503)

    async def _stored(registry: CollectorRegistry) -> None:
        """The figures that come from the database."""
        backlog, states = await store.backlog(), await store.circuits()
        events = Gauge("autopars_events_waiting", "Events stored and not yet worked", registry=registry)
        events.set(float(str(backlog["events"])))
        age = Gauge("autopars_oldest_event_seconds", "How long the oldest of them waits", registry=registry)
        oldest = backlog["oldest_event"]
        age.set((clock() - oldest).total_seconds() if isinstance(oldest, datetime) else 0.0)
        open_commands = Gauge("autopars_commands_open", "Commands by state", ["state"], registry=registry)
        commands = backlog["commands"]
        for state, count in commands.items() if isinstance(commands, dict) else ():
            open_commands.labels(state).set(count)
        circuits = Gauge("autopars_circuit_open", "1 while a provider is left alone", ["provider"], registry=registry)
        for circuit in states:
            circuits.labels(circuit.provider).set(int(circuit.is_open))

    async def metrics(request: web.Request) -> web.Response:
        if metrics_token and not same(request.headers.get("Authorization", ""), f"Bearer {metrics_token}"):
            return web.Response(status=401, text="unauthorised")
        registry = CollectorRegistry()
        received = Counter(
            "autopars_webhooks", "Webhooks by what became of them", ["source", "result"], registry=registry
        )
        for (source, result), count in webhooks.counts.items():
            received.labels(source, result).inc(count)
        up = Gauge("autopars_database_up", "1 while the database answers", registry=registry)
        try:
            await _stored(registry)
            up.set(1)
        except StoreDown:  # what this process has counted tells of the outage, also while it lasts
            up.set(0)
        text = generate_latest(registry) + (generate_latest(counted) if counted is not None else b"")
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4"})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
