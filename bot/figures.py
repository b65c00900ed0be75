"""Counters of this process for Prometheus, collected by watching the loop."""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from bot.domain.common import Value
from bot.engine.loop import Watch
from bot.engine.store import Turned, Waiting
from bot.integrations.http import CallRecord

disable_created_metrics()  # type: ignore[no-untyped-call]  # a line more for each, which nobody asks for

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Figures:
    """``watch`` is called by the loop, ``registry`` is read by the scraper. Labels are names of ours, never of
    people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        calls = Counter(
            "autopars_calls", "Tries of calls to providers", ["provider", "outcome"], registry=self.registry
        )
        seconds = Histogram(
            "autopars_call_seconds", "How long a try took", ["provider"], buckets=BUCKETS, registry=self.registry
        )
        turns = Counter("autopars_turns", "Events worked, or set aside", ["result"], registry=self.registry)
        commands = Counter("autopars_commands", "What came of commands", ["needs", "result"], registry=self.registry)
        # the label lookups are cached: they are few, and Prometheus would check and lock each time
        self._calls, self._seconds = cache(calls.labels), cache(seconds.labels)
        self._turns, self._commands = cache(turns.labels), cache(commands.labels)

    def watch(self, step: str, what: object) -> None:
        match what:
            case CallRecord():
                self._calls(what.provider, what.outcome).inc()
                self._seconds(what.provider).observe(what.ms / 1000)
            case Turned():
                self._turns("failed" if what.decision is None else "done").inc()
            case (Waiting() as waiting, Value() as event):
                kind = str(getattr(event, "kind", "")).removeprefix("command.")
                self._commands(waiting.command.needs, kind).inc()
            case _:
                pass


def both(first: Watch, second: Watch) -> Watch:
    """Calls both for every step."""

    def watch(step: str, what: object) -> None:
        first(step, what)
        second(step, what)

    return watch
