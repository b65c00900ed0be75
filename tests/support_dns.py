"""A name server on this machine: real datagrams, made-up records."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer(asyncio.DatagramProtocol):
    """``records``: name and kind → values as a zone file writes them. A name without any does not exist."""

    def __init__(self, records: Mapping[tuple[str, str], list[str]] | None = None) -> None:
        self.records = dict(records or {})
        self.asked: list[tuple[str, str]] = []
        self.answers = True
        self.address = ""
        self._transport: asyncio.DatagramTransport | None = None

    async def start(self) -> NameServer:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._transport = transport
        host, port = transport.get_extra_info("sockname")
        self.address = f"{host}:{port}"
        return self

    def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if not self.answers:
            return
        answer = dns.message.make_response(query, recursion_available=True)
        values = self.records.get((name, kind), [])
        if values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        assert self._transport is not None
        self._transport.sendto(answer.to_wire(), address)
