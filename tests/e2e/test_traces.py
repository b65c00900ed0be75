"""Traces: from a webhook to the last call that follows from it, to a collector over a socket, with nobody in them."""

from __future__ import annotations

import gzip
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing as module
from bot.correlation import is_root, new_root
from bot.domain.commands import ReadCharge
from bot.domain.decision import Decision, Stored
from bot.domain.events import Incoming, Parked, Refused, Tick
from bot.engine.store import Turned, Waiting
from bot.integrations.http import CallRecord
from bot.tracing import Tracing
from tests.conftest import TestClock
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import order_by_pix, pay

KNOWN = {
    "autopars.root", "autopars.kind", "autopars.source", "autopars.event", "autopars.order", "autopars.outcome",
    "autopars.provider", "autopars.attempt", "http.request.method", "http.response.status_code",
}  # fmt: skip
PRIVATE = (BUYER, SELLER, BUYER[2:], BUYER[-8:], "Marina", "Souza", "529", "Marechal", "80010", "000201", "@")


@dataclass
class Collector:
    """Takes spans as any OpenTelemetry collector does."""

    spans: list[Any] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return web.Response(body=b"", content_type="application/x-protobuf")


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    made, app = Collector(), web.Application()
    app.router.add_post("/v1/traces", made.take)
    server = TestServer(app)
    await server.start_server()
    yield made, str(server.make_url(""))
    await server.close()


def told(span: Any) -> dict[str, Any]:
    return {a.key: a.value.string_value or a.value.int_value for a in span.attributes}


async def test_a_sale_is_seen_from_its_webhooks_to_its_calls(tmp_path: Path, collector: tuple[Collector, str]) -> None:
    taken, address = collector
    house = House(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=address)
    await house.open()
    try:
        number = await order_by_pix(house)
        await house.quiet()
        await house.stop()  # a process that ends hands over what it has
        await house.start()
        await pay(house, number)
        await house.quiet()
    finally:
        await house.close()

    traces: dict[bytes, list[Any]] = defaultdict(list)
    for span in taken.spans:
        traces[span.trace_id].append(span)
    for spans in traces.values():
        assert len({told(span)["autopars.root"] for span in spans}) == 1, "a trace is what followed from one root"
        ids = [span.span_id for span in spans]
        assert len(ids) == len(set(ids))
    roots = [told(spans[0])["autopars.root"] for spans in traces.values()]
    assert len(roots) == len(set(roots))
    assert all(is_root(root) for root in roots)

    paid = next(
        spans for spans in traces.values() if any(s.name == "receive asaas" for s in spans)
        and any(s.name == "event notice" for s in spans)
    )  # fmt: skip
    by_id = {span.span_id: span for span in paid}
    ways = {tuple(_way(span, by_id)) for span in paid}
    assert (
        "receive asaas", "event payment.fact", "command charge.read", "asaas charge.read",
    ) in ways  # fmt: skip
    ends = {way[-1] for way in ways}
    assert {"zapi message.text", "event command.done", "command message.text"} <= ends, "up to what people were told"
    assert all(way[0] == "receive asaas" for way in ways), "each leads back to the webhook"
    assert {told(span).get("autopars.order") for span in paid} == {None, number}

    for span in taken.spans:
        assert set(told(span)) <= KNOWN, span.name
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        text = span.name + str({k: v for k, v in told(span).items() if k != "autopars.root"})
        assert not [word for word in PRIVATE if word in text], text


def _way(span: Any, by_id: dict[bytes, Any]) -> list[str]:
    way = [span.name]
    while span.parent_span_id:
        span = by_id[span.parent_span_id]  # whatever is named above is there
        way.insert(0, span.name)
    return way


async def test_nothing_is_made_where_nobody_takes_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    try:
        assert house.bot is not None
        assert house.bot.tracing is None
    finally:
        await house.close()


def test_what_goes_wrong_is_seen_and_what_waits_is_one_span(clock: TestClock) -> None:
    exporter = InMemorySpanExporter()
    tracing, root, now = Tracing(exporter, clock), new_root(), clock()
    incoming = [Incoming(source="asaas", key=k, lane="order:7", event=Tick(name="x"), root=root) for k in "ab"]
    for one in incoming:
        tracing.watch("event", one)
    stored, command = Stored(5, "order:7", Tick(name="x"), now, root), ReadCharge(charge_id="pay_1")
    decision = Decision(stored)
    decision.do(command, key="order-7-a1/read")
    tracing.watch("turn", Turned(stored, decision))
    waiting = Waiting(1, "order-7-a1/read", command, "", "order:7", 1, False, False, None, root=root)
    call = CallRecord("asaas", "charge.read", waiting.key, 1, "GET", "u", now, 30, 503, "unavailable", "", "", root)
    tracing.watch("call", call)
    tracing.watch("result", (waiting, Parked(key=waiting.key, command=command, reason="down")))
    tracing.watch("result", (waiting, Refused(key=waiting.key, command=command, reason="gone")))
    tracing.watch("turn", Turned(Stored(6, "person:1187654321", Tick(name="x"), now, root), None))
    tracing.watch("call", CallRecord("asaas", "x", "", 1, "GET", "u", now, 1, 200, "answered", "", ""))
    tracing.watch("result", (waiting, "nonsense"))
    tracing.watch("turn", None)
    tracing.close()
    spans = exporter.get_finished_spans()
    assert [(span.name, span.status.description) for span in spans] == [
        ("receive asaas", None),
        ("event timer", None),
        ("asaas charge.read", "unavailable"),
        ("command charge.read", "refused"),
        ("event timer", "set aside"),
    ]
    above = {span.context.span_id: span.name for span in spans if span.context}
    assert [above.get(span.parent.span_id) if span.parent else None for span in spans] == [
        None,
        "receive asaas",
        "command charge.read",
        "event timer",
        "receive asaas",
    ]
    assert "autopars.order" not in dict(spans[-1].attributes or {})


def test_a_watch_that_fails_stops_nothing(clock: TestClock, caplog: pytest.LogCaptureFixture) -> None:
    tracing = Tracing(InMemorySpanExporter(), clock)
    tracing.watch("turn", Turned(None, None))  # type: ignore[arg-type]
    tracing.close()
    assert "a trace could not be made" in caplog.text


def test_who_takes_traces_and_gives_no_answer_holds_up_no_end(
    clock: TestClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It was waited for for 30 s, which is all that a process has to end."""
    monkeypatch.setattr(module, "CLOSED_WITHIN_S", 0.2)
    asked, answers = threading.Event(), threading.Event()

    class Silent(InMemorySpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            asked.set()
            answers.wait(60)
            return super().export(spans)

    tracing = Tracing(Silent(), clock)
    tracing.watch("event", Incoming(source="asaas", key="a", lane="order:7", event=Tick(name="x"), root=new_root()))
    started = time.monotonic()
    tracing.close()
    assert time.monotonic() - started < 10
    assert asked.is_set()
    assert "the last ones are lost" in caplog.text
    answers.set()
