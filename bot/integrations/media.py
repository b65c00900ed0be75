"""Fetching files that people send, from URLs given from outside: the one place exposed to request forgery (SSRF).

============================================  ============================================================
threat                                        countermeasure
============================================  ============================================================
a URL in our own network                      exact allowlist of hosts; the connected IP address is checked
a name that resolves differently a moment on  … when the socket is created, after the last DNS lookup
a redirect to elsewhere                       redirects are not followed
a file without end, or drop by drop           a limit in bytes while reading; one deadline for everything
leaking our keys to a stranger                none of our headers is sent
a picture that is none                        the type is determined from the content
============================================  ============================================================

It has its own connections: the guard works where the socket is created, and no other call may share them.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import mimetypes
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import puremagic
from yarl import URL

from bot.correlation import correlation, root
from bot.integrations.errors import NotFound, ProviderError, Refused, Unavailable
from bot.integrations.http import CallRecord, Record
from bot.integrations.protocols import File

NAME = "media"
CHUNK = 64 * 1024
SNIFFED = 64 * 1024
"""The first bytes determine the type."""
NOT_WORTH_WAITING = 10.0

_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is routed on the internet; outside are the ranges that gateways translate into IPv4 (NAT64 and
others)."""
_6TO4 = ipaddress.ip_network("2002::/16")
_RELAYS = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
"""IPv4 ranges of protocols and relays, some of which ``is_global`` accepts."""

Resolver = aiohttp.abc.AbstractResolver


def _now() -> datetime:
    return datetime.now(UTC)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, in whatever notation or embedding."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        # these embed an IPv4 address
        if ip not in _UNICAST or ip in _6TO4 or ip.teredo is not None:
            return False
    elif any(ip in net for net in _RELAYS):
        return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True)
class _Place:
    """An address on the allowlist. If listed with its port, it may be private and without TLS."""

    url: URL
    named: bool


@dataclass
class MediaFetcher:
    """A :class:`~bot.integrations.protocols.MediaSource`.

    ``allowed_hosts``: ``host`` (https on port 443, public) or ``host:port`` (as it is, for sandboxes).
    ``timeout``: seconds for a fetch in all, its repeats included. Raises ``Refused`` with reason ``not_allowed``,
    ``too_large``, ``gone`` or ``http_…``, and ``Unavailable`` where a later fetch may succeed.
    """

    allowed_hosts: Iterable[str]
    timeout: float = 30.0
    clock: Callable[[], datetime] = _now
    record: Record | None = None
    delays: tuple[float, ...] = (0.0, 1.0, 4.0)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    resolver: Resolver | None = None
    """A custom name resolver, for tests."""
    _hosts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._hosts = frozenset(host.strip().lower() for host in self.allowed_hosts if host.strip())

    async def fetch(self, url: str, *, limit: int) -> File:
        place = self._vet(url)
        try:
            async with asyncio.timeout(self.timeout):
                return await self._tries(place, limit)
        except TimeoutError as error:
            raise Unavailable(NAME, f"longer than {self.timeout} s", reason="timeout") from error

    def _vet(self, url: str) -> _Place:
        """Refuse what is not on the allowlist, before any lookup."""
        try:
            parsed = URL(url)
            host, port = (parsed.host or "").lower(), parsed.port
        except (ValueError, TypeError) as error:
            raise _not_allowed("not an address") from error
        if parsed.scheme not in ("http", "https") or not host or parsed.user is not None or parsed.password is not None:
            raise _not_allowed("not a plain web address")
        shown = f"[{host}]" if ":" in host else host
        if f"{shown}:{port}" in self._hosts:
            return _Place(parsed, named=True)
        if parsed.scheme != "https" or port != 443 or shown not in self._hosts:
            raise _not_allowed("not on the list of hosts")
        return _Place(parsed, named=False)

    async def _tries(self, place: _Place, limit: int) -> File:
        for attempt, delay in enumerate(self.delays, start=1):
            if delay:
                await self.sleep(delay)
            try:
                return await self._recorded(place, limit, attempt)
            except Unavailable as error:
                if attempt == len(self.delays) or error.retry_after > NOT_WORTH_WAITING:
                    raise
        raise AssertionError("no tries configured")

    async def _recorded(self, place: _Place, limit: int, attempt: int) -> File:
        started_at, started = self.clock(), time.perf_counter()
        outcome, status, told = "cut", 0, ""
        try:
            file = await self._once(place, limit)
            outcome, status, told = "answered", 200, f"{file.mime_type}, {len(file.data)} bytes"
            return file
        except ProviderError as error:
            outcome, status, told = type(error).__name__.lower(), error.status, f"{error.reason}: {error.detail}"
            raise
        finally:
            if self.record is not None:
                await self.record(
                    CallRecord(
                        provider=NAME,
                        operation="media.fetch",
                        correlation=correlation.get(),
                        root=root.get(),
                        attempt=attempt,
                        method="GET",
                        url=_shown(place.url),
                        started_at=started_at,
                        ms=round((time.perf_counter() - started) * 1000),
                        status=status,
                        outcome=outcome,
                        request="",
                        response=told,
                    )
                )

    async def _once(self, place: _Place, limit: int) -> File:
        guard = _Guard(private_too=place.named)
        connector = aiohttp.TCPConnector(
            socket_factory=guard.make, use_dns_cache=False, force_close=True, limit=1, resolver=self.resolver
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        try:
            async with session, session.get(place.url, allow_redirects=False) as response:
                self._check_status(response)
                return await _read(response, limit)
        except (aiohttp.ClientError, OSError) as error:
            if guard.blocked:
                raise _not_allowed("the host has no public address") from error
            if isinstance(error, aiohttp.InvalidURL):
                raise _not_allowed("not an address") from error
            raise Unavailable(NAME, type(error).__name__, reason="unreachable") from error

    @staticmethod
    def _check_status(response: aiohttp.ClientResponse) -> None:
        status = response.status
        if status == 200:
            return
        if 300 <= status < 400:
            raise Refused(NAME, "redirects are not followed", reason="not_allowed", status=status)
        if status in (404, 410):
            raise NotFound(NAME, f"HTTP {status}", reason="gone", status=status)
        if status == 429 or status >= 500:
            wish = response.headers.get("Retry-After", "")
            raise Unavailable(
                NAME,
                f"HTTP {status}",
                reason=f"http_{status}",
                status=status,
                retry_after=float(wish) if wish.isascii() and wish.isdigit() else 0.0,
            )
        raise Refused(NAME, f"HTTP {status}", reason=f"http_{status}", status=status)


class _Guard:
    """Creates the sockets of one fetch, to public addresses only. ``blocked`` records that one was refused."""

    def __init__(self, *, private_too: bool) -> None:
        self._private_too = private_too
        self.blocked = False

    def make(self, info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._private_too and not is_public(str(address[0])):
            self.blocked = True
            raise OSError("not a public address")
        return socket.socket(family=family, type=kind, proto=protocol)


async def _read(response: aiohttp.ClientResponse, limit: int) -> File:
    announced = response.content_length
    if announced is not None and announced > limit:
        raise _too_large(limit)
    data = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
    mime_type, ending = sniff(bytes(data[:SNIFFED]))
    digest = hashlib.sha256(data).hexdigest()[:16]
    return File(bytes(data), mime_type, f"{digest}{ending}")


def sniff(head: bytes) -> tuple[str, str]:
    """Type and file extension by the first bytes; ``application/octet-stream`` and "" if unknown."""
    try:
        found = [m for m in puremagic.magic_string(head) if m.mime_type]
    except (puremagic.PureError, ValueError):
        found = []
    if not found and head[4:8] == b"ftyp":
        # the container of videos and of phones' pictures, with a brand that the list does not contain
        return ("image/heif", ".heif") if head[8:12] in (b"mif1", b"msf1") else ("video/mp4", ".mp4")
    if not found:
        return "application/octet-stream", ""
    # phones' pictures (HEIC) use the same container as their videos: if both are likely, it is a picture
    best = max(found, key=lambda m: (m.confidence, m.mime_type.startswith("image/")))
    return best.mime_type, mimetypes.guess_extension(best.mime_type) or best.extension


def _shown(url: URL) -> str:
    """For the record: the whole URL gives access to the file, so only its two ends are written."""
    return f"{url.scheme}://{url.host}:{url.port}/…/{url.name[-24:]}"


def _not_allowed(detail: str) -> Refused:
    return Refused(NAME, detail, reason="not_allowed")


def _too_large(limit: int) -> Refused:
    return Refused(NAME, f"more than {limit} bytes", reason="too_large")
