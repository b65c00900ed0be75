"""The files that an answer points to: fetched from known hosts only, without our token, within a size."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from bot.integrations.errors import Refused, Unavailable
from bot.integrations.http import MAX_FILE, ProviderHttp
from bot.integrations.melhor_envio.refusals import PROVIDER

_PORTS = {"https": 443, "http": 80}


class Hosts:
    """Where files may come from: the API's own origin, ``host`` (https on its port), or ``host:port``."""

    def __init__(self, base_url: str, allowed: Sequence[str] = ()) -> None:
        self._own = _origin(urlsplit(base_url))
        self._allowed = {a.lower() for a in allowed}

    def __contains__(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            scheme, host, port = _origin(parts)
        except ValueError:
            return False
        if scheme not in _PORTS or not host or parts.username or parts.password:
            return False
        if (scheme, host, port) == self._own or f"{host}:{port}" in self._allowed:
            return True
        return scheme == "https" and port == 443 and (host == self._own[1] or host in self._allowed)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)


async def fetch(http: ProviderHttp, url: str, hosts: Hosts, *, timeout: float, limit: int = MAX_FILE) -> bytes:
    """The bytes behind an address. ``Refused`` with reason ``not_allowed``, ``too_large`` or ``gone``."""
    if url not in hosts:
        raise Refused(PROVIDER, "the file's host is not on the list", reason="not_allowed")
    data = bytearray()
    async with http.stream(url, timeout=timeout) as (status, _, chunks):
        if status == 429 or status >= 500:
            raise Unavailable(PROVIDER, reason=f"http_{status}", status=status)
        if status != 200:
            raise Refused(PROVIDER, reason="gone", status=status)
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise Refused(PROVIDER, f"more than {limit} bytes", reason="too_large")
    return bytes(data)
