"""The sender's domain: what the mail provider wants in DNS, and whether it is there.

Records are never made up where the provider lists them: it knows which form this domain has got.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # its library is large, and the doctor's only
    from bot.integrations.dns import Dns

USUAL = (("SPF", "send", "TXT"), ("DKIM", "resend._domainkey", "TXT"))
"""Where the records stand unless the account was told otherwise; only for a key that may not read the domain."""
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
    """A record's name as DNS knows it. The provider's stand below the zone, so that those of ``pedidos.example.com``
    end in ``.pedidos``; where none of the domain is in it, it stands below the domain."""
    labels, whole = name.rstrip(".").lower().split("."), domain.rstrip(".").lower().split(".")
    for shared in range(min(len(labels), len(whole)), 0, -1):
        if labels[-shared:] == whole[:shared]:
            return ".".join([*labels, *whole[shared:]])
    return ".".join([*labels, *whole])


def usual_records(domain: str) -> list[DnsRecord]:
    return [DnsRecord(what, f"{name}.{domain}", kind) for what, name, kind in USUAL]


async def missing_records(dns: Dns, records: Sequence[DnsRecord]) -> list[DnsRecord]:
    """Those that DNS does not have, or has otherwise."""
    wanted = [r for r in records if r.what in ("SPF", "DKIM")]
    return [r for r in wanted if not any(_serves(v, r) for v in await dns.look_up(r.name, r.type))]


async def dmarc(dns: Dns, domain: str) -> str:
    """The policy (none, quarantine, reject) that holds for mail of the domain, its own or a parent's; empty if
    there is none. Two at one name count as none (RFC 7489, 6.6.3)."""
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
    """One ``name=value`` of a list with semicolons, without blanks."""
    for part in text.split(";"):
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return "".join(value.split())
    return ""
