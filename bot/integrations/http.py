"""HTTP client for all providers: every outgoing call goes through here.

It enforces the provider's rate limit, one deadline for the whole call (httpx's own timeouts are per read: a server that
drips a byte a second never times out), retries by class of outcome, the circuit breaker, and the redacted record of
every call.

======================================================  ============  =========================================
outcome                                                 class         what happens
======================================================  ============  =========================================
DNS, refused, TLS, connect timeout                      not done      retried after the configured delays
429, 503 with ``Retry-After``                           not done      retried after the longer of the two (a 429
                                                                      is ambiguous with ``busy_is_doubt``)
deadline, cut after sending, 500, 502, 503, 504         ambiguous     retried only if ``repeat="always"``
3xx: none is followed                                   ambiguous     as above: the provider itself has not answered
a body longer than is read                              ambiguous     as above, but a read is refused at once
2xx or 4xx with a page of HTML: a proxy, not the API    ambiguous     as above, unless its reader knows it otherwise
any other status                                        a response    returned, or refused by the provider's reader
======================================================  ============  =========================================

``httpx`` is imported in this module only.
"""

from __future__ import annotations

import asyncio
import functools
import json as jsonlib
import re
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.correlation import correlation, root
from bot.integrations.circuit import Circuits
from bot.integrations.errors import (
    CircuitOpen,
    HeldBack,
    NotCalled,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
    Uncertain,
)
from bot.integrations.limits import UNKNOWN, Gate, Limits, seconds
from bot.redaction import Redactor, storable_json

Repeat = Literal["always", "unsent"]
"""``always``: a repeat does no harm (reads, idempotency keys). ``unsent``: only what was certainly not done."""

_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[^/?#\\\s]+)*/?")
"""Segments that are neither empty nor dots, and no query: use ``params`` for that."""
MAX_JSON = 1024 * 1024
MAX_FILE = 25 * 1024 * 1024
ALWAYS = httpx.Headers({"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "AutoPars Bot"})
"""Headers of every call, unless a provider has its own. Only encodings that httpx can decode are requested. Asaas and
Resend require a User-Agent."""
LONGEST_ID = 100
"""Most characters of a provider's id. A longer value is not an id, and would not fit the tables."""
LONGEST_DETAIL = 500
"""Characters kept of a provider's error message."""
KEEPS_OUT = (401, 403, 413)
"""Statuses that mean the same from a proxy as from the provider itself."""
LONGEST_RETRY_AFTER = 10.0
"""A longer requested wait ends the attempts; the command is parked instead."""


class _TooLarge(Refused):
    """A response with more bytes than are read."""


@dataclass(frozen=True)
class CallRecord:
    """One attempt of one call, redacted, as stored."""

    provider: str
    operation: str
    correlation: str
    attempt: int
    method: str
    url: str
    started_at: datetime
    ms: int
    status: int
    outcome: str
    request: str
    response: str
    root: str = ""
    """The root of the work; see :mod:`bot.correlation`."""


Record = Callable[[CallRecord], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """A provider's response. ``json`` is None if the body is not JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


Reader = Callable[[Answer], ProviderError | None]
"""Turns a response into the provider's own refusal; None if there is nothing to refuse."""


@dataclass
class Http:
    """Shared by all providers: the connection pool, the deadline, the recorder and the circuits."""

    record: Record
    circuits: Circuits
    redactor: Redactor
    clock: Callable[[], datetime]
    timeout: float = 5.0
    delays: tuple[float, ...] = (0.0, 1.0, 4.0)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    share: int = 1
    """How many processes call the providers, each with an equal part of their limits."""
    monotonic: Callable[[], float] = time.monotonic
    _gates: dict[str, Gate] = field(default_factory=dict, init=False)
    _transport: httpx.AsyncBaseTransport | None = field(default=None, init=False)

    def open(self) -> httpx.AsyncBaseTransport:
        """The connections, without httpx's client on top: we need none of its redirects, cookies and authentication,
        which took a third of a call's work."""
        if self._transport is None:
            self._transport = AiohttpTransport(client=_session)
        return self._transport

    async def close(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def provider(
        self,
        name: str,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        refusal: Reader | None = None,
        *,
        limits: Limits = UNKNOWN,
        busy_is_doubt: bool = False,
    ) -> ProviderHttp:
        """The connection to one provider. ``headers`` are sent with every call; ``refusal`` reads its error bodies;
        ``limits``: what it allows, over all connections; ``busy_is_doubt``: there is no guarantee that a call answered
        with 429 was not done."""
        gate = self._gates.setdefault(name, Gate(limits, self.share, self.monotonic))
        given = _with(ALWAYS, headers or {})
        return ProviderHttp(self, name, base_url.rstrip("/"), given, gate, refusal, busy_is_doubt)

    def slots(self) -> dict[str, int]:
        """How many concurrent calls to each provider this process may make."""
        return {name: gate.slots for name, gate in self._gates.items()}


@dataclass
class ProviderHttp:
    http: Http
    name: str
    base_url: str
    headers: httpx.Headers
    gate: Gate
    refusal: Reader | None = None
    busy_is_doubt: bool = False

    async def call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        data: Mapping[str, Any] | None = None,
        repeat: Repeat | None = None,
        timeout: float | None = None,
        max_bytes: int = MAX_JSON,
        refusal: Reader | None = None,
    ) -> Answer:
        """Call ``base_url + path`` and return its 2xx answer.

        ``operation`` names the call in the record (``charge.create``). ``repeat`` is ``always`` for GET and
        ``unsent`` for the rest unless given. Raises the tree of :mod:`bot.integrations.errors`: a status that is
        not 2xx, or a body that ``refusal`` objects to, is ``Refused`` or what the reader made of it. The ``detail``
        of every error is redacted and cut here, so readers hand on what the provider said.
        """
        repeat = repeat or ("always" if method in ("GET", "HEAD") else "unsent")
        reader = refusal or self.refusal
        if not _PATH.fullmatch(path):  # ids come from webhooks and responses: none may lead to another host or endpoint
            raise Refused(self.name, "not a path", reason="bad_address")
        url = self.base_url + path
        given = _with(self.headers, headers) if headers else self.headers
        delays = self.http.delays
        for attempt, delay in enumerate(delays, start=1):
            if delay:
                await self.http.sleep(delay)
            last = attempt == len(delays)
            try:
                answer = await self._once(
                    method,
                    url,
                    operation,
                    attempt,
                    timeout or self.http.timeout,
                    max_bytes,
                    reader,
                    json=json,
                    params=params,
                    headers=given,
                    files=files,
                    data=data,
                )
                self._refuse(answer, reader)
            except NotCalled:
                raise
            except Unavailable as error:
                if self.busy_is_doubt and repeat != "always" and isinstance(error, RateLimited):
                    raise Uncertain(self.name, error.detail, reason=error.reason, status=error.status) from error
                if last or error.retry_after > LONGEST_RETRY_AFTER:
                    raise  # shorter pauses requested by the provider are waited for by the gate
            except _TooLarge as error:
                if repeat != "always":  # whatever it says, the request may have been carried out
                    raise Uncertain(self.name, error.detail, reason=error.reason) from error
                raise
            except Uncertain as error:
                if repeat != "always":
                    raise
                if last:
                    raise Unavailable(self.name, error.detail, reason=error.reason, status=error.status) from error
            else:
                return answer
        raise AssertionError("no tries configured")

    async def _once(
        self,
        method: str,
        url: str,
        operation: str,
        attempt: int,
        timeout: float,
        max_bytes: int,
        reader: Reader | None,
        **request: Any,
    ) -> Answer:
        circuits = self.http.circuits
        wait = circuits.wait(self.name)
        if wait > 0:
            raise CircuitOpen(self.name, reason="circuit_open", retry_after=wait)
        answer: Answer | None = None
        failure: ProviderError | None = None
        try:
            await self._in_turn()
        except BaseException:
            circuits.released(self.name)
            raise
        started_at, started = self.http.clock(), time.perf_counter()
        try:
            answer = await self._send(method, url, timeout, max_bytes, request)
            failure = _by_status(self.name, answer)
            if isinstance(failure, RateLimited) and reader:
                # a used-up quota is no short burst: the provider's message may ask for a longer pause
                said = reader(answer)
                failure = said if isinstance(said, RateLimited) and said.retry_after > failure.retry_after else failure
            elif failure is None and answer.json is None and _is_page(answer):
                failure = _by_page(self.name, answer, reader)
        except ProviderError as error:
            failure = error
        except BaseException:
            circuits.released(self.name)
            raise
        await self._learn(answer, failure)
        redactor = self.http.redactor
        if failure is not None:
            self._redact(failure)
        await self.http.record(
            CallRecord(
                provider=self.name,
                operation=operation,
                correlation=correlation.get(),
                root=root.get(),
                attempt=attempt,
                method=method,
                url=redactor.text(url),
                started_at=started_at,
                ms=round((time.perf_counter() - started) * 1000),
                status=answer.status if answer else 0,
                outcome="answered" if failure is None else type(failure).__name__.lower(),
                request=redactor.body(request["json"] or request["data"] or request["params"] or {}),
                response=redactor.body(answer.body if answer.json is None else answer.json, answer=True)
                if answer
                else (failure.detail if failure else ""),
            )
        )
        if failure is not None or answer is None:
            raise failure or AssertionError("neither an answer nor a failure")
        return answer

    async def _learn(self, answer: Answer | None, failure: ProviderError | None) -> None:
        """Tell the rate limiter and the circuit breaker how the attempt ended."""
        if answer is not None:
            self.gate.learn(answer.headers)
        if isinstance(failure, Unavailable):
            self.gate.close(failure.retry_after)
        if isinstance(failure, RateLimited):
            self.http.circuits.released(self.name)
        elif isinstance(failure, (Unavailable, Uncertain)):
            await self.http.circuits.failed(self.name)
        else:
            await self.http.circuits.succeeded(self.name)

    async def _in_turn(self) -> None:
        wait = self.gate.wait(LONGEST_RETRY_AFTER)
        if wait > LONGEST_RETRY_AFTER:
            raise HeldBack(self.name, reason="rate_limited", retry_after=wait)
        if wait > 0:
            await self.http.sleep(wait)

    async def _send(self, method: str, url: str, timeout: float, max_bytes: int, request: Mapping[str, Any]) -> Answer:
        # one deadline for everything, and a shorter one for getting a connection (the pool, DNS, TLS), so that a call
        # that was never sent is recognised as such
        limits = {"timeout": {"pool": timeout * 0.8}}
        try:
            async with asyncio.timeout(timeout):
                asked = _request(method, url, extensions=limits, **request)
                response = await self.http.open().handle_async_request(asked)
                headers, body = dict(response.headers.items()), bytearray()
                try:
                    async for chunk in _chunks(response, packed="content-encoding" in headers):
                        body += chunk
                        if len(body) > max_bytes:
                            raise _TooLarge(self.name, f"more than {max_bytes} bytes", reason="too_large")
                finally:
                    await response.aclose()
                return _answer(response.status_code, headers, bytes(body))
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise Refused(self.name, str(error), reason="bad_address") from error
        except (httpx.RequestError, TimeoutError) as error:  # in any of these cases it may have been done
            if _never_connected(error):
                raise Unavailable(self.name, str(error), reason="unreachable") from error
            raise Uncertain(self.name, str(error), reason="timeout" if _too_late(error) else "cut") from error

    def _refuse(self, answer: Answer, reader: Reader | None) -> None:
        objection = reader(answer) if reader else None
        if objection is None and not answer.ok:
            objection = Refused(self.name, answer.text, reason=f"http_{answer.status}", status=answer.status)
        if objection is not None:
            self._redact(objection)
            raise objection

    def _redact(self, error: ProviderError) -> None:
        """Cut after redacting: half a secret would not be recognised."""
        error.detail = self.http.redactor.text(error.detail[: 4 * LONGEST_DETAIL])[:LONGEST_DETAIL]


_ENCODE = jsonlib.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_DECODE = jsonlib.JSONDecoder(parse_float=str).decode
_url = functools.lru_cache(maxsize=256)(httpx.URL)


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200), cookie_jar=aiohttp.DummyCookieJar())
    # aiohttp repeats GET, PUT and DELETE by itself when a connection is cut: unrecorded, and for a non-repeatable PUT
    # or DELETE a second effect. There is no public switch; a test notices if this one disappears.
    session._retry_connection = False
    return session


def _request(method: str, url: str, *, json: Any = None, **more: Any) -> httpx.Request:
    """What goes out. JSON is encoded here, and its length and host are left to aiohttp: httpx would look every header
    over again for them."""
    if json is None:
        return httpx.Request(method, _url(url), **more)
    asked = httpx.Request(method, _url(url), stream=httpx.ByteStream(_ENCODE(json).encode()), **more)
    asked.headers["Content-Type"] = "application/json"
    asked.read()
    return asked


def _chunks(response: httpx.Response, *, packed: bool) -> AsyncIterable[bytes]:
    """The body as it comes; what is not packed needs no unpacking."""
    return response.aiter_bytes() if packed else cast(httpx.AsyncByteStream, response.stream)


def _with(headers: httpx.Headers, more: Mapping[str, str]) -> httpx.Headers:
    """The headers with others, which stand for those of the same name. As UTF-8: a shop's name may have accents."""
    merged = httpx.Headers(headers, encoding="utf-8")
    for name, value in more.items():
        merged[name] = value
    return merged


def _too_late(error: BaseException) -> bool:
    """Whether the time was over, by our deadline or by the system's own."""
    return isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError)


def _never_connected(error: BaseException) -> bool:
    """Whether nothing was sent. Judged by aiohttp's own error: the transport calls a connection that was cut after
    sending a ``ConnectTimeout`` too, and a repeat of that would be a second effect."""
    return isinstance(error.__cause__, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    try:
        parsed = _DECODE(body.decode(jsonlib.detect_encoding(body))) if body else None
        if b"\\u" in body:  # NUL and halves of characters can be written in no other way
            parsed = storable_json(parsed)
    except (ValueError, RecursionError):
        parsed = None
    return Answer(status, headers, body, parsed)


def _by_status(provider: str, answer: Answer) -> ProviderError | None:
    status = answer.status
    retry_after = seconds(answer.headers.get("retry-after") or answer.headers.get("ratelimit-reset"))
    if status == 429:
        return RateLimited(provider, reason="rate_limited", status=status, retry_after=retry_after)
    if status == 503 and "retry-after" in answer.headers:
        return Unavailable(provider, reason="unavailable", status=status, retry_after=retry_after)
    if status >= 500 or 300 <= status < 400:
        return Uncertain(provider, reason=f"http_{status}", status=status)
    return None


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<"


def _by_page(provider: str, answer: Answer, reader: Reader | None) -> ProviderError | None:
    """A page comes from somebody in front of the API: a proxy, a firewall, a network that wants a login. Unless the
    reader claims it, it says nothing about what was asked for. Whether we are kept out is left to the reader."""
    said = reader(answer) if reader else None
    if isinstance(said, (Unavailable, Uncertain)):
        return said
    if (said is None or isinstance(said, Refused)) and answer.status not in KEEPS_OUT:
        return Uncertain(provider, reason="blocked", status=answer.status)
    return None
