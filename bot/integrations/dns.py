"""DNS lookups, from the point of view of other mail servers."""

from __future__ import annotations

from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from bot.integrations.errors import Unavailable

NAME = "dns"
LONGEST = 5.0
PORT = 53


class Dns:
    """``servers``: ``host`` or ``host:port`` of IPv4 name servers; none: those of the machine.

    Raises ``Unavailable`` if no name server answers.
    """

    def __init__(self, servers: Sequence[str] = (), *, timeout: float = LONGEST) -> None:
        self._servers = tuple(servers)
        self._timeout = timeout

    async def look_up(self, name: str, kind: str) -> list[str]:
        """The values of a name's records of a type (``TXT``, ``MX``, ``CNAME``), without trailing dots and quotes;
        empty if there are none."""
        try:
            answer = await self._resolver().resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unavailable(NAME, type(error).__name__, reason="unreachable") from error
        return [_value(record) for record in answer]

    def _resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = [_server(text) for text in self._servers]
        resolver.lifetime = self._timeout
        return resolver


def _server(text: str) -> dns.nameserver.Nameserver:
    host, _, port = text.partition(":")
    return dns.nameserver.Do53Nameserver(host, int(port or PORT))


def _value(record: object) -> str:
    match record:
        case TXT():
            return b"".join(record.strings).decode("utf-8", "replace")
        case MX():
            return str(record.exchange).rstrip(".").lower()
        case CNAME():
            return str(record.target).rstrip(".").lower()
        case _:
            return str(record)
