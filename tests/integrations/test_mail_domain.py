"""The sender's domain in DNS, asked of a real name server over datagrams."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.integrations.dns import Dns
from bot.integrations.errors import Unavailable
from bot.integrations.mail_domain import DnsRecord, absolute, dmarc, missing_records, usual_records
from tests.support_dns import NameServer

MX = DnsRecord("SPF", "send.loja.example", "MX", "feedback-smtp.sa-east-1.amazonses.com")
SPF = DnsRecord("SPF", "send.loja.example", "TXT", '"v=spf1 include:amazonses.com ~all"')
DKIM = DnsRecord("DKIM", "resend._domainkey.loja.example", "TXT", "p=MIGfMA0G")
CNAME = DnsRecord("DKIM", "abc._domainkey.loja.example", "CNAME", "abc.dkim.amazonses.com.")


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    server = await NameServer().start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("record", "kind", "there"),
    [
        (MX, "MX", "10 Feedback-SMTP.sa-east-1.amazonses.com."),
        (SPF, "TXT", '"v=spf1 include:amazonses.com ~all"'),
        (SPF, "TXT", '"v=spf1 include:other.example include:amazonses.com -all"'),
        (DKIM, "TXT", '"p=MIGf" "MA0G"'),
        (DKIM, "TXT", '"v=DKIM1; k=rsa; p=MIGfMA0G"'),
        (CNAME, "CNAME", "abc.dkim.amazonses.com."),
    ],
)
async def test_what_serves(names: NameServer, record: DnsRecord, kind: str, there: str) -> None:
    names.records[record.name, kind] = [there]
    assert await missing_records(Dns([names.address]), [record]) == []


@pytest.mark.parametrize(
    ("record", "kind", "there"),
    [
        (MX, "MX", "10 mail.loja.example."),
        (SPF, "TXT", '"v=spf1 include:other.example ~all"'),
        (SPF, "TXT", '"google-site-verification=amazonses.com"'),
        (DKIM, "TXT", '"p=OtherKey"'),
        (CNAME, "CNAME", "abc.dkim.other.example."),
    ],
)
async def test_what_does_not(names: NameServer, record: DnsRecord, kind: str, there: str) -> None:
    names.records[record.name, kind] = [there]
    assert await missing_records(Dns([names.address]), [record]) == [record]


async def test_a_domain_without_any(names: NameServer) -> None:
    records = usual_records("loja.example")
    assert await missing_records(Dns([names.address]), records) == records
    assert names.asked == [("send.loja.example", "TXT"), ("resend._domainkey.loja.example", "TXT")]


@pytest.mark.parametrize(
    ("domain", "records", "policy"),
    [
        ("loja.example", {"_dmarc.loja.example": ['"v=DMARC1; p=none; rua=mailto:d@loja.example"']}, "none"),
        ("pedidos.loja.example", {"_dmarc.loja.example": ['"v=DMARC1;p=Reject"']}, "reject"),
        (
            "pedidos.loja.example",
            {
                "_dmarc.pedidos.loja.example": ['"v=DMARC1; p=quarantine"'],
                "_dmarc.loja.example": ['"v=DMARC1; p=none"'],
            },
            "quarantine",
        ),
        ("loja.example", {"_dmarc.loja.example": ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, ""),
        ("loja.example", {"_dmarc.loja.example": ['"v=DMARC1; p=perhaps"']}, ""),
        ("loja.example", {"_dmarc.loja.example": ['"other"']}, ""),
        ("loja.example", {}, ""),
    ],
)
async def test_dmarc(names: NameServer, domain: str, records: dict[str, list[str]], policy: str) -> None:
    names.records = {(name, "TXT"): values for name, values in records.items()}
    assert await dmarc(Dns([names.address]), domain) == policy


@pytest.mark.parametrize(
    ("name", "domain", "whole"),
    [
        ("send", "example.com", "send.example.com"),
        ("resend._domainkey", "example.com", "resend._domainkey.example.com"),
        ("send.pedidos", "pedidos.example.com", "send.pedidos.example.com"),
        ("send", "pedidos.example.com", "send.pedidos.example.com"),
        ("send.example.com.", "example.com", "send.example.com"),
    ],
)
def test_names_below_the_zone(name: str, domain: str, whole: str) -> None:
    assert absolute(name, domain) == whole


async def test_a_name_server_that_says_nothing(names: NameServer) -> None:
    names.answers = False
    with pytest.raises(Unavailable):
        await Dns([names.address], timeout=0.2).look_up("loja.example", "TXT")
