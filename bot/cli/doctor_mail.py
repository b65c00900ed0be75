"""``doctor`` for e-mail: key, domain at the provider and in DNS, and the webhook for delivery reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar, runtime_checkable

from bot.cli.findings import Check, Text, Wrong
from bot.integrations.dns import Dns
from bot.integrations.errors import Unauthorised, Unavailable
from bot.integrations.mail_domain import DnsRecord, Domain, dmarc, missing_records, usual_records
from bot.integrations.protocols import Mailer

SETTINGS = "RESEND_API_KEY, RESEND_BASE_URL"
NEEDED = frozenset(["email.delivered", "email.bounced", "email.complained", "email.suppressed", "email.failed"])

T = TypeVar("T")


class _Hook(Protocol):
    @property
    def enabled(self) -> bool: ...
    @property
    def events(self) -> tuple[str, ...]: ...


@runtime_checkable
class _Account(Protocol):
    """What can be looked up in a mail provider's account."""

    @property
    def sender_domain(self) -> str: ...
    async def check(self) -> None: ...
    async def domain(self) -> Domain | None: ...
    async def find_webhook(self, url: str) -> _Hook | None: ...


class MailChecks:
    def __init__(self, mailer: Mailer, dns: Dns, webhook_url: str) -> None:
        self._account = mailer if isinstance(mailer, _Account) else None
        self._dns = dns
        self._url = webhook_url
        self._records: tuple[DnsRecord, ...] = ()
        self.may_only_send = False
        """The key cannot look anything up, so the webhook has to be checked by hand."""

    def all(self) -> list[Check]:
        return [
            Check(Text("e-mail", "e-mail"), self.key, SETTINGS),
            Check(Text("e-mail domain", "domínio de e-mail"), self.domain, "RESEND_FROM"),
            Check(Text("e-mail webhook", "webhook de e-mail"), self.webhook, SETTINGS),
            Check(Text("e-mail DNS", "DNS do e-mail"), self.records, "DNS_SERVERS"),
        ]

    async def key(self) -> Text | None:
        if self._account is None:
            return None
        await self._account.check()
        return Text("the key is taken", "a chave é aceita")

    async def domain(self) -> Text | None:
        account = self._account
        if account is None:
            return None
        found = await self._unless_restricted(account.domain)
        if self.may_only_send:
            return None
        name = account.sender_domain
        if found is None:
            raise Wrong(
                Text(f"the account has no domain {name}", f"a conta não tem o domínio {name}"),
                Text(
                    "add it in Resend › Domains, or change RESEND_FROM", "crie em Resend › Domains, ou mude RESEND_FROM"
                ),
            )
        self._records = found.records
        if found.status != "verified":
            wanted = "; ".join(_shown(r) for r in found.records if r.status != "verified")
            raise Wrong(
                Text(f"{name} is not verified ({found.status})", f"{name} não está verificado ({found.status})"),
                Text(
                    f"put these into its DNS, then press Verify in Resend › Domains: {wanted}",
                    f"ponha no DNS dele e depois clique em Verify em Resend › Domains: {wanted}",
                ),
            )
        return Text(f"{name} is verified", f"{name} está verificado")

    async def webhook(self) -> Text | None:
        account = self._account
        if account is None:
            return None
        hook = await self._unless_restricted(lambda: account.find_webhook(self._url))
        if self.may_only_send:
            return None
        mend = Text(
            "mend it in Resend › Webhooks, with its signing secret in RESEND_WEBHOOK_SECRET",
            "acerte em Resend › Webhooks, com o segredo dele em RESEND_WEBHOOK_SECRET",
        )
        if hook is None:
            raise Wrong(Text(f"no webhook calls {self._url}", f"nenhum webhook chama {self._url}"), mend)
        if not hook.enabled:
            raise Wrong(Text("the webhook is disabled", "o webhook está desativado"), mend)
        lacking = ", ".join(sorted(NEEDED - set(hook.events)))
        if lacking:
            raise Wrong(Text(f"the webhook does not tell {lacking}", f"o webhook não avisa {lacking}"), mend)
        return Text("registered and active", "cadastrado e ativo")

    async def records(self) -> Text | None:
        if self._account is None:
            return None
        domain = self._account.sender_domain
        try:
            lacking = await missing_records(self._dns, self._records or usual_records(domain))
            policy = await dmarc(self._dns, domain)
        except Unavailable:
            # a machine without DNS says nothing about the domain
            return Text("not looked up: no name server answers", "não consultado: nenhum servidor DNS responde")
        if lacking:
            shown = "; ".join(_shown(r) for r in lacking)
            raise Wrong(
                Text(f"not in DNS: {shown}", f"não está no DNS: {shown}"),
                Text(
                    "put the records that Resend › Domains shows into the DNS of the domain",
                    "ponha no DNS do domínio os registros que Resend › Domains mostra",
                ),
            )
        if not policy:
            record = f'TXT _dmarc.{domain} "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"'
            raise Wrong(
                Text(
                    "the domain has no (single, right) DMARC record",
                    "o domínio não tem um registro DMARC (um só, certo)",
                ),
                Text(f"put it into DNS, e.g. {record}", f"ponha no DNS, por exemplo {record}"),
            )
        return Text(f"SPF, DKIM and DMARC (p={policy}) are there", f"SPF, DKIM e DMARC (p={policy}) estão lá")

    async def _unless_restricted(self, look: Callable[[], Awaitable[T | None]]) -> T | None:
        try:
            return await look()
        except Unauthorised as error:
            if error.code != "restricted_api_key":
                raise
            self.may_only_send = True
            return None


def _shown(record: DnsRecord) -> str:
    return f"{record.what} {record.type} {record.name} {record.value[:200]}".rstrip()
