"""The sender's domain: the DNS records that the mail provider requires, and whether they exist.

Records listed by the provider are never guessed: it knows which variant this domain uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a large library that only the doctor needs
    from bot.integrations.dns import Dns

USUAL = (("SPF", "send", "TXT"), ("DKIM", "resend._domainkey", "TXT"))
"""Default locations of the records; only for a key that may not read the domain."""
_POLICIES = frozenset(["none", "quarantine", "reject"])


@dataclass(frozen=True)
class DnsRecord:
    """A record that the domain should have. ``name`` is absolute; an empty ``value``: any that serves ``what``."""

    what: str
    name: str
    type: str
    value: str = ""
    status: str = ""


@dataclass(frozen=True)
class Domain:
    """``status``: verified, pending, failed and others; an open set."""

    name: str
    status: str
    records: tuple[DnsRecord, ...]


def absolute(name: str, domain: str) -> str:
    """A record's absolute name. The provider's names are relative to the zone, so those of ``pedidos.example.com`` end
    in ``.pedidos``; a name without any part of the domain is relative to the domain."""
    labels, whole = name.rstrip(".").lower().split("."), domain.rstrip(".").lower().split(".")
    for shared in range(min(len(labels), len(whole)), 0, -1):
        if labels[-shared:] == whole[:shared]:
            return ".".join([*labels, *whole[shared:]])
    return ".".join([*labels, *whole])


def usual_records(domain: str) -> list[DnsRecord]:
    return [DnsRecord(what, f"{name}.{domain}", kind) for what, name, kind in USUAL]


async def missing_records(dns: Dns, records: Sequence[DnsRecord]) -> list[DnsRecord]:
    """The records that DNS lacks, or has with another value."""
    wanted = [r for r in records if r.what in ("SPF", "DKIM")]
    return [r for r in wanted if not any(_serves(v, r) for v in await dns.look_up(r.name, r.type))]


async def dmarc(dns: Dns, domain: str) -> str:
    """The DMARC policy (none, quarantine, reject) for mail of the domain, its own or a parent's; empty if there is
    none. Two at one name count as none (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        found = [v for v in await dns.look_up(".".join(["_dmarc", *labels[start:]]), "TXT") if _tag(v, "v") == "DMARC1"]
        if found:
            policy = _tag(found[0], "p").lower()
            return policy if len(found) == 1 and policy in _POLICIES else ""
    return ""


def _serves(value: str, record: DnsRecord) -> bool:
    wanted = _bare(record.value)
    if record.type != "TXT":
        return value == wanted.rstrip(".").lower()
    if record.what == "SPF":
        mechanisms = wanted.split()[1:-1] or ["include:amazonses.com"]
        return value.lower().startswith("v=spf1") and all(m.lower() in value.lower().split() for m in mechanisms)
    key = _tag(value, "p")
    return key == _tag(wanted, "p") if wanted else bool(key)


def _bare(text: str) -> str:
    return text.strip().strip('"')


def _tag(text: str, name: str) -> str:
    """The value of ``name`` in a list ``name=value; …``."""
    for part in text.split(";"):
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return "".join(value.split())
    return ""
