"""Traces for OpenTelemetry, from the webhook to the last call that follows from it. Off unless an address is set.

They are made of what the loop tells whoever watches it, after the fact: nothing is kept open, and nothing is carried
from task to task. What belongs together is known by its root (:mod:`bot.correlation`): the trace's id is a digest of
it, and a span's id one of what it stands for. So whatever follows from one webhook is one trace, though several
processes worked it, over days, and one of them was killed meanwhile.

===================  =======================================  ==================================================
span                 from, to                                 below
===================  =======================================  ==================================================
``receive zapi``     the moment it was stored                 nothing: the beginning
``event …``          received, worked                         the beginning, or the command that it tells of
``command …``        wanted, over                             the event that wanted it, where this process saw it
``asaas …``          one try of one call                      its command
===================  =======================================  ==================================================

Attributes are names and numbers of ours (kind, provider, operation, status, an order's number): no text, key, address,
phone or id of a person. This module, and with it the SDK, is imported only when there is an address.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot.domain.events import Done, Expired, Incoming, Parked, Refused
from bot.engine.store import Turned, Waiting
from bot.integrations.http import CallRecord

log = logging.getLogger(__name__)

CLOSED_WITHIN_S = 3.0
MOST_OPEN = 5000
"""Commands whose beginning is remembered; the span of an older one begins when it ends."""
Attributes = Mapping[str, str | int]


class Digests(IdGenerator):
    """Gives out the ids that were set last: a digest of what the span stands for."""

    trace_id = span_id = 0

    def generate_trace_id(self) -> int:
        return self.trace_id

    def generate_span_id(self) -> int:
        return self.span_id


class Tracing:
    """A watch of the loop (see :class:`bot.engine.loop.Watch`) that hands spans to an exporter, in batches."""

    def __init__(self, exporter: SpanExporter, clock: Callable[[], datetime]) -> None:
        self._ids, self._clock = Digests(), clock
        about = Resource.create({"service.name": "autopars"})
        self._provider = TracerProvider(resource=about, id_generator=self._ids)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("autopars")
        self._wanted: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        """Of a command's key: the event that wanted it, and when."""
        self._newest = ""

    def close(self) -> None:
        """Hand over what waits. Blocks until it is taken; who gives no answer holds up no end: a trace is no loss."""
        handing_over = threading.Thread(target=self._provider.shutdown, name="last traces", daemon=True)
        handing_over.start()
        handing_over.join(CLOSED_WITHIN_S)
        if handing_over.is_alive():
            log.warning("whoever takes traces gives no answer: the last ones are lost")

    def watch(self, step: str, what: object) -> None:
        try:
            self._watch(what)
        except Exception:  # whatever is wrong with traces, the work goes on
            log.exception("a trace could not be made")

    def _watch(self, what: object) -> None:
        match what:
            case Incoming():
                self._came(what)
            case Turned():
                self._turned(what)
            case (Waiting() as waiting, Done() | Refused() | Expired() as event):
                self._over(waiting, event)
            case CallRecord():
                self._call(what)
            case _:
                pass  # what is parked goes on

    def _came(self, incoming: Incoming) -> None:
        if incoming.root == self._newest:
            return  # a webhook may bring several
        self._newest = incoming.root
        now = _nanoseconds(self._clock())
        more: Attributes = {"autopars.source": incoming.source, "autopars.kind": incoming.event.kind}
        self._span(f"receive {incoming.source}", incoming.root, incoming.root, "", now, now, more, SpanKind.SERVER)

    def _turned(self, turned: Turned) -> None:
        stored, now = turned.stored, self._clock()
        event, name = stored.event, f"event/{stored.id}"
        above = event.key if isinstance(event, Done | Refused | Parked | Expired) else stored.root
        more: Attributes = {"autopars.kind": event.kind, "autopars.event": stored.id, **_order(stored.lane)}
        error = "" if turned.decision is not None else "set aside"
        begun, ended = _nanoseconds(stored.received_at), _nanoseconds(now)
        self._span(f"event {event.kind}", stored.root, name, above, begun, ended, more, error=error)
        for command in turned.decision.commands if turned.decision is not None else ():
            self._wanted[command.key] = (stored.id, now)
            while len(self._wanted) > MOST_OPEN:
                self._wanted.popitem(last=False)

    def _over(self, waiting: Waiting, event: Done | Refused | Expired) -> None:
        now = self._clock()
        event_id, begun = self._wanted.pop(waiting.key, (0, now))
        above = f"event/{event_id}" if event_id else waiting.root
        outcome = event.kind.removeprefix("command.")
        kind = waiting.command.kind
        more: Attributes = {"autopars.kind": kind, "autopars.outcome": outcome, **_order(waiting.lane)}
        error = "" if isinstance(event, Done) else outcome
        times = _nanoseconds(begun), _nanoseconds(now)
        self._span(f"command {kind}", waiting.root, waiting.key, above, *times, more, error=error)

    def _call(self, call: CallRecord) -> None:
        more: Attributes = {
            "autopars.provider": call.provider,
            "autopars.attempt": call.attempt,
            "autopars.outcome": call.outcome,
            "http.request.method": call.method,
            "http.response.status_code": call.status,
        }
        failed = call.outcome if call.outcome != "answered" else str(call.status) if call.status >= 400 else ""
        itself = f"{call.correlation}/{call.operation}/{call.started_at.isoformat()}/{call.attempt}"
        begun = _nanoseconds(call.started_at)
        ended, above = begun + call.ms * 1_000_000, call.correlation or call.root
        name = f"{call.provider} {call.operation}"
        self._span(name, call.root, itself, above, begun, ended, more, SpanKind.CLIENT, failed)

    def _span(
        self,
        name: str,
        root: str,
        itself: str,
        above: str,
        begun: int,
        ended: int,
        more: Attributes,
        kind: SpanKind = SpanKind.INTERNAL,
        error: str = "",
    ) -> None:
        """``itself`` and ``above`` name what the span and the one above it stand for ("": nothing is above it);
        ``begun`` and ``ended`` in nanoseconds."""
        if not root:
            return  # of the time before there were any, or of the house itself
        self._ids.trace_id, self._ids.span_id = _digest(root, 16), _digest(f"{root}/{itself}", 8)
        sampled, parent = TraceFlags(TraceFlags.SAMPLED), trace.INVALID_SPAN_CONTEXT
        if above:
            parent = SpanContext(self._ids.trace_id, _digest(f"{root}/{above}", 8), is_remote=True, trace_flags=sampled)
        context = trace.set_span_in_context(NonRecordingSpan(parent))
        span = self._tracer.start_span(name, context, kind, {"autopars.root": root, **more}, start_time=begun)
        if error:
            span.set_status(Status(StatusCode.ERROR, error))
        span.end(max(begun, ended))


def to(address: str, clock: Callable[[], datetime]) -> Tracing:
    """Traces that are sent by OTLP over HTTP; ``OTEL_EXPORTER_OTLP_…`` in the environment say headers and the rest."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return Tracing(OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/v1/traces"), clock)


def _digest(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest()) or 1


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000


def _order(lane: str) -> Attributes:
    """An order's number; of a person's lane nothing, it is named by the phone."""
    kind, _, number = lane.partition(":")
    return {"autopars.order": int(number)} if kind == "order" and number.isdecimal() else {}
