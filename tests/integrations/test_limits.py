"""What a provider allows is kept before it has to say so; what it says is heeded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import pairwise

import pytest

from bot.integrations.asaas.calls import LIMITS as ASAAS
from bot.integrations.cloudflare.client import LIMITS as CLOUDFLARE
from bot.integrations.errors import HeldBack
from bot.integrations.http import CallRecord
from bot.integrations.limits import APART, Gate, Limits
from bot.integrations.melhor_envio.refusals import LIMITS as MELHOR_ENVIO
from bot.integrations.resend.client import LIMITS as RESEND
from tests.integrations.test_http import Server, status
from tests.support import make_http


class Stopwatch:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.at += seconds
        await asyncio.sleep(0)


def moments(gate: Gate, watch: Stopwatch, calls: int) -> list[float]:
    """When each of so many calls goes out that all want to at once."""
    return [watch() + gate.wait(float("inf")) for _ in range(calls)]


@pytest.mark.parametrize("limits", [MELHOR_ENVIO, RESEND, CLOUDFLARE, ASAAS], ids=["freight", "mail", "media", "money"])
@pytest.mark.parametrize("share", [1, 3])
def test_no_window_ever_holds_more_calls_than_are_allowed(limits: Limits, share: int) -> None:
    watch = Stopwatch()
    processes = [Gate(limits, share, watch) for _ in range(share)]
    out = sorted(at for gate in processes for at in moments(gate, watch, 2 * limits.calls // share))
    most, first = 0, 0
    for last, at in enumerate(out):
        while out[first] <= at - limits.window_s:
            first += 1
        most = max(most, last - first + 1)
    assert limits.calls * 0.7 <= most <= limits.calls + share  # kept, and made use of


def test_what_is_seldom_called_never_waits() -> None:
    watch = Stopwatch()
    gate = Gate(MELHOR_ENVIO, 1, watch)
    for _ in range(500):
        assert gate.wait(10) == 0
        watch.at += 1


def test_who_does_not_wait_takes_nobodys_turn() -> None:
    watch = Stopwatch()
    gate = Gate(MELHOR_ENVIO, 1, watch)
    gate.close(60)
    for _ in range(1000):
        assert gate.wait(1) == 60
    watch.at += 60
    assert gate.wait(1) == 0


def test_after_a_pause_they_come_one_after_the_other() -> None:
    watch = Stopwatch()
    gate = Gate(ASAAS, 1, watch)
    gate.close(30)
    waits = [gate.wait(float("inf")) for _ in range(4)]
    assert waits[0] == 30
    assert [round(b - a, 3) for a, b in pairwise(waits)] == [APART] * 3
    watch.at += 31
    assert [gate.wait(10) for _ in range(100)] == [0.0] * 100  # and what they had to their credit is not lost


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"ratelimit-limit": "2", "ratelimit-remaining": "1", "ratelimit-reset": "1"}, 0.625),
        ({"ratelimit-limit": "2", "ratelimit-policy": "2;w=10", "ratelimit-remaining": "1"}, 6.25),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "4"}, 4.0),
        ({"ratelimit-limit": "9" * 5000, "ratelimit-policy": "2;w=10"}, 0.125),
        ({"ratelimit-limit": "2", "ratelimit-policy": f"2;w={'9' * 400}"}, 0.625),
        ({"ratelimit-limit": "2", "ratelimit-policy": "2;w=0"}, 0.625),
        ({"ratelimit-limit": "٣", "retry-after": "nan"}, 0.125),
        ({"ratelimit-limit": "many", "ratelimit-remaining": "few", "ratelimit-reset": "soon"}, 0.125),
        ({}, 0.125),
    ],
)
def test_the_mailers_own_numbers_count(headers: Mapping[str, str], waits: float) -> None:
    gate = Gate(RESEND, 1, Stopwatch())
    gate.learn(headers)
    first, second, third = (gate.wait(100) for _ in range(3))
    assert waits == pytest.approx(first or third - second)


async def test_a_call_waits_its_turn_before_its_deadline_and_its_tries_begin() -> None:
    watch = Stopwatch()
    records: list[CallRecord] = []
    http = make_http(records, timeout=0.5)
    http.sleep, http.monotonic = watch.sleep, watch
    server = Server()
    server.handlers = [status(200)]
    way = http.provider("slow", await server.start(), limits=Limits(calls=10, window_s=60))
    for _ in range(3):
        assert (await way.call("GET", "/", operation="x")).ok
    assert watch.waits == [7.5]  # far longer than the deadline
    assert [record.attempt for record in records] == [1, 1, 1]
    await http.close()
    await server.stop()


async def test_what_would_wait_too_long_is_not_called_and_says_until_when() -> None:
    watch = Stopwatch()
    records: list[CallRecord] = []
    http = make_http(records)
    http.sleep, http.monotonic = watch.sleep, watch
    server = Server()
    server.handlers = [status(429, Retry_After="120"), status(200)]
    way = http.provider("full", await server.start())
    with pytest.raises(Exception, match="rate_limited"):
        await way.call("POST", "/", operation="x", json={})
    with pytest.raises(HeldBack) as caught:  # another call, that need not ask to know
        await way.call("POST", "/", operation="x", json={})
    assert caught.value.retry_after == pytest.approx(120)
    assert server.calls == len(records) == 1
    watch.at += 121
    assert (await way.call("POST", "/", operation="x", json={})).ok
    await http.close()
    await server.stop()


def test_several_processes_have_a_part_each() -> None:
    assert Gate(ASAAS, 1, Stopwatch()).slots == 40
    assert Gate(ASAAS, 4, Stopwatch()).slots == 10
    assert Gate(ASAAS, 100, Stopwatch()).slots == 1
