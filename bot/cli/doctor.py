"""``doctor``: one harmless call to each provider, and advice if something is wrong.

The output is Portuguese if the machine's language is (LC_ALL, LC_MESSAGES, LANG), otherwise English.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from bot.app import Bot
from bot.cli.doctor_mail import MailChecks
from bot.cli.doctor_work import WorkChecks
from bot.cli.findings import Check, Text, Wrong
from bot.integrations.circuit import Circuit
from bot.integrations.dns import Dns
from bot.integrations.errors import Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.payments import Wallets, WebhookEntry
from bot.integrations.protocols import VideoNews
from bot.settings import CHANGING, GATEWAYS
from bot.storage import server
from bot.storage.database import Database, its_name
from bot.storage.dedicated import ConnectionLost, DedicatedConnection, Pooled
from bot.storage.schema import NEWER, what_is_wrong

Say = Callable[[str], None]

NAMES = {
    "payments": "ASAAS_API_KEY, ASAAS_BASE_URL",
    "shipping": "MELHOR_ENVIO_ACCESS_TOKEN, MELHOR_ENVIO_REFRESH_TOKEN, MELHOR_ENVIO_BASE_URL",
    "images": "CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID",
    "cep": "VIACEP_BASE_URL",
}
"""The settings behind each check."""


def in_portuguese(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the machine's language is Portuguese, by the precedence of POSIX."""
    chosen = next((environment[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(n)), "")
    return chosen.lower().startswith("pt")


class Checks:
    """Each returns what is well, or raises :class:`Wrong` or a provider's error."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.database_well = True
        self._providers = bot.providers

    async def public(self) -> Text:
        address = self._bot.settings.public_url
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise Wrong(
                Text("PUBLIC_URL is not https", "PUBLIC_URL não é https"),
                Text(
                    "set it to the https address that providers reach this server by",
                    "ponha nela o endereço https por onde os provedores chegam a este servidor",
                ),
            )
        return Text(address, address)

    async def number(self) -> Text:
        state = await self._providers.messenger.status()
        if not state.connected:
            raise Wrong(
                Text(f"the number is disconnected ({state.detail})", f"o número está desconectado ({state.detail})"),
                Text(
                    "run `autopars whatsapp connect` and scan the code; if none comes, before it "
                    "`autopars whatsapp restart`",
                    "rode `autopars whatsapp connect` e leia o código no celular; se não vier código, antes "
                    "`autopars whatsapp restart`",
                ),
            )
        if state.detail:
            return Text(f"connected; {state.detail}", f"conectado; {state.detail}")
        return Text("connected", "conectado")

    async def number_webhooks(self) -> Text:
        found = await self._providers.messenger.webhooks()
        elsewhere = sorted(name for name, url in found.items() if url != self._bot.whatsapp_webhook)
        if elsewhere:
            names = ", ".join(elsewhere)
            raise Wrong(
                Text(f"callbacks do not come here: {names}", f"avisos não chegam aqui: {names}"),
                Text("run `autopars whatsapp connect`", "rode `autopars whatsapp connect`"),
            )
        return Text(f"{len(found)} callbacks come here", f"{len(found)} avisos chegam aqui")

    async def payments(self) -> Text:
        balance = await self._providers.payments.balance()
        return Text(f"balance {balance / 100:.2f}", f"saldo {balance / 100:.2f}")

    async def payments_webhook(self) -> Text | None:
        payments, url = self._providers.payments, self._bot.payments_webhook
        if not isinstance(payments, WebhookEntry):
            return None
        mend = Text("run `autopars payments connect`", "rode `autopars payments connect`")
        hook = await payments.find_webhook(url)
        if hook is None:
            raise Wrong(Text(f"no webhook calls {url}", f"nenhum webhook chama {url}"), mend)
        if hook.interrupted or not hook.enabled:
            paused = Text(
                "the webhook's queue is paused; events wait there for 14 days",
                "a fila do webhook está pausada; os eventos esperam lá por 14 dias",
            )
            raise Wrong(paused, mend)
        if hook.missing:
            names = ", ".join(hook.missing)
            raise Wrong(Text(f"the webhook does not send: {names}", f"o webhook não envia: {names}"), mend)
        if hook.failures:
            raise Wrong(
                Text(
                    f"the last {hook.failures} calls of the webhook failed; it is paused after 15",
                    f"as últimas {hook.failures} chamadas do webhook falharam; na 15ª a fila para",
                ),
                Text(
                    "see why in the log; then `autopars payments connect` ends the waiting",
                    "veja o motivo no log; depois `autopars payments connect` encerra a espera",
                ),
            )
        return Text("registered and active", "cadastrado e ativo")

    async def wallet(self) -> Text | None:
        payments, ours = self._providers.payments, self._bot.settings.platform_wallet_id
        if not isinstance(payments, Wallets) or not ours:
            return None
        found = await payments.wallet()
        if found != ours:
            raise Wrong(
                Text(f"the key's wallet is {found}", f"a carteira da chave é {found}"),
                Text("put it into PLATFORM_WALLET_ID", "ponha-a em PLATFORM_WALLET_ID"),
            )
        return Text("is PLATFORM_WALLET_ID", "é a PLATFORM_WALLET_ID")

    async def pix(self) -> Text | None:
        payments = self._providers.payments
        if not isinstance(payments, Wallets):
            return None
        if not await payments.has_pix_key():
            raise Wrong(
                Text("the account has no Pix key of its own", "a conta não tem chave Pix própria"),
                Text(
                    "register one in the panel: without it a code ends with its day",
                    "cadastre uma no painel: sem ela o código vale só até o fim do dia",
                ),
            )
        return Text("there is a key", "há uma chave")

    async def shipping(self) -> Text | None:
        if not self.database_well:  # its tokens are in the database
            return None
        try:
            wallet = await self._providers.shipping.wallet()
        except Unauthorised as error:
            raise Wrong(
                Text(f"refused our credentials ({error.reason})", f"recusou as credenciais ({error.reason})"),
                Text(
                    "run `autopars melhor-envio connect`, or set another MELHOR_ENVIO_ACCESS_TOKEN",
                    "rode `autopars melhor-envio connect`, ou ponha outro MELHOR_ENVIO_ACCESS_TOKEN",
                ),
            ) from None
        left = wallet.balance - wallet.owed
        if left <= 0:
            raise Wrong(
                Text("the wallet for labels is empty", "a carteira de etiquetas está vazia"),
                Text("top it up in Melhor Envio's panel", "ponha saldo no painel do Melhor Envio"),
            )
        tokens = self._bot.shipping_tokens
        if not tokens.renewable:
            until = f" ({tokens.ends:%d/%m/%Y})" if tokens.ends else ""
            return Text(
                f"wallet {left / 100:.2f}; a personal token{until}: labels bought with it send no webhooks",
                f"carteira {left / 100:.2f}; token pessoal{until}: etiquetas compradas com ele não mandam webhooks",
            )
        return Text(f"wallet {left / 100:.2f}", f"carteira {left / 100:.2f}")

    async def images(self) -> Text:
        await self._providers.images.find("doctor")
        return Text("answers", "responde")

    async def videos(self) -> Text | None:
        videos = self._providers.videos
        if not isinstance(videos, VideoNews):
            return None
        found = await videos.webhook()
        mend = Text(
            "run `autopars videos connect` and set the secret that it shows",
            "rode `autopars videos connect` e configure o segredo que ele mostra",
        )
        if found is None or found[0] != self._bot.videos_webhook:
            told = found[0] if found else "-"
            raise Wrong(Text(f"news of videos go to: {told}", f"os avisos de vídeos vão para: {told}"), mend)
        if found[1] and found[1] not in self._bot.video_secrets:
            raise Wrong(
                Text("CLOUDFLARE_STREAM_WEBHOOK_SECRET is another", "CLOUDFLARE_STREAM_WEBHOOK_SECRET é outro"), mend
            )
        return Text("news of videos come here", "os avisos de vídeos chegam aqui")

    async def places(self) -> Text:
        if await self._providers.postal_codes.look_up("01310100") is None:
            raise Wrong(
                Text("does not know CEP 01310-100", "não conhece o CEP 01310-100"),
                Text("check VIACEP_BASE_URL", "confira VIACEP_BASE_URL"),
            )
        return Text("answers", "responde")


async def examine(bot: Bot, say: Say, *, portuguese: bool) -> int:
    """Check everything; 0 if all is well, 1 otherwise."""
    checks = Checks(bot)
    mail = MailChecks(bot.providers.mailer, Dns(bot.settings.dns_servers), f"{bot.settings.public_url}/webhooks/resend")
    gateway = ", ".join(name.upper() for name in GATEWAYS[bot.settings.whatsapp_provider] if name not in CHANGING)
    groups: list[list[Check]] = [
        [Check(Text("public address", "endereço público"), checks.public, "PUBLIC_URL")],
        [
            Check(Text("whatsapp", "whatsapp"), checks.number, gateway),
            Check(Text("whatsapp webhooks", "webhooks do whatsapp"), checks.number_webhooks, gateway),
        ],
        [
            Check(Text("payments", "pagamentos"), checks.payments, NAMES["payments"]),
            Check(Text("payments webhook", "webhook de pagamentos"), checks.payments_webhook, NAMES["payments"]),
            Check(Text("wallet", "carteira"), checks.wallet, "PLATFORM_WALLET_ID"),
            Check(Text("pix", "pix"), checks.pix, NAMES["payments"]),
        ],
        [Check(Text("shipping", "frete"), checks.shipping, NAMES["shipping"])],
        mail.all(),
        [
            Check(Text("images", "imagens"), checks.images, NAMES["images"]),
            Check(Text("videos", "vídeos"), checks.videos, NAMES["images"]),
        ],
        [Check(Text("postal codes", "CEP"), checks.places, NAMES["cep"])],
    ]

    def show(name: Text, found: Text | Wrong | None) -> bool:
        title = name.of(portuguese)
        if isinstance(found, Wrong):
            say(f"{'ERRO ' if portuguese else 'WRONG'} {title}: {found.problem.of(portuguese)}")
            say(f"      → {found.mend.of(portuguese)}")
        elif found is not None:
            say(f"ok    {title}: {found.of(portuguese)}")
        return not isinstance(found, Wrong)

    # the doctor's findings must neither open a circuit nor alert the operator
    bot.circuits.on_change(_nothing)
    stored = await _database(bot.database)
    well = show(Text("database", "banco de dados"), stored)
    checks.database_well = well
    if well:
        groups.insert(0, WorkChecks(bot.database, bot.clock).all())
        await bot.loop.start()  # records the calls
        bot.circuits.load([])
    try:
        results = await asyncio.gather(*map(_checked, groups))
    finally:
        if well:
            await bot.loop.stop()
        await bot.http.close()
        await bot.database.close()
    for name, found in (result for group in results for result in group):
        well = show(name, found) and well
    _by_hand(bot, say, portuguese, mail_too=mail.may_only_send)
    return 0 if well else 1


async def _nothing(_: Circuit) -> None:
    return None


HANDED_ON = Wrong(
    Text(
        "a pooler hands connections on: workers and schedulers cannot keep their locks",
        "um pooler repassa as conexões: workers e schedulers não conseguem manter as suas travas",
    ),
    Text(
        "give them the server's own address, or a pool in session mode (docs/production.md, 4)",
        "dê a eles o endereço do próprio servidor, ou um pool em modo session (docs/production.md, 4)",
    ),
)


NO_CONNECTION = Wrong(
    Text("the server has no free connection", "o servidor não tem conexão livre"),
    Text(
        "raise max_connections, or run fewer processes (docs/production.md, 4)",
        "aumente max_connections, ou rode menos processos (docs/production.md, 4)",
    ),
)


async def _database(database: Database) -> Text | Wrong:
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        wrong = await what_is_wrong(database)
        if not wrong:
            await database.may_write()
        if not database.is_sqlite:
            (await DedicatedConnection.open(database.url)).close()
    except Exception as error:  # whatever the driver raises
        if isinstance(error, Pooled) or server.of_a_pooler(error):
            return HANDED_ON
        name = str(error) if isinstance(error, ConnectionLost) else its_name(error)
        if name == "TooManyConnectionsError":
            return NO_CONNECTION
        if database.is_sqlite:
            return Wrong(
                Text(f"cannot be used ({name})", f"não pode ser usado ({name})"),
                Text(
                    "look whether its disk is full, and whose its file is (docs/operations.md)",
                    "veja se o disco dele está cheio, e de quem é o arquivo (docs/operations.md)",
                ),
            )
        return Wrong(
            Text(f"cannot be reached ({name})", f"não responde ({name})"),
            Text("check DATABASE_URL and that the server runs", "confira DATABASE_URL e se o servidor está no ar"),
        )
    if wrong:
        migrate = Text("run `autopars migrate`", "rode `autopars migrate`")
        return Wrong(
            Text("the schema is not this version's", "o esquema não é o desta versão"),
            Text("start the newer release", "inicie a versão mais nova") if wrong == NEWER else migrate,
        )
    return Text(kind, kind)


async def _checked(group: list[Check]) -> list[tuple[Text, Text | Wrong | None]]:
    """The checks of one provider; if a call fails, the others would fail the same way."""
    results: list[tuple[Text, Text | Wrong | None]] = []
    for check in group:
        try:
            results.append((check.name, await check.run()))
        except Wrong as error:
            results.append((check.name, error))
        except Exception as error:  # report whatever it finds
            results.append((check.name, _failed(error, check.settings)))
            break
    return results


def _failed(error: Exception, names: str) -> Wrong:
    look = Text(f"check {names}", f"confira {names}")
    match error:
        case Unauthorised():
            why = error.code or str(error.status)
            return Wrong(Text(f"refused our credentials ({why})", f"recusou as credenciais ({why})"), look)
        case Unavailable() | Uncertain():
            # only where nothing was sent is the detail the machine's own: a name without address, a certificate
            why = f"{error.reason}: {error.detail[:200]}" if error.reason == "unreachable" else error.reason
            advice = Text("try again later, or check its address", "tente mais tarde, ou confira o endereço dele")
            if error.reason in ("blocked", "unreadable", "unreadable_answer"):
                advice = Text(
                    "something else may answer in its place (a proxy, a firewall, a network's login page); "
                    "check its address",
                    "talvez outro responda no lugar dele (um proxy, um firewall, a página de login da rede); "
                    "confira o endereço dele",
                )
            return Wrong(Text(f"does not answer ({why})", f"não responde ({why})"), advice)
        case Refused():
            text = f"{error.reason}: {error.detail[:200]}" if error.detail else error.reason
            return Wrong(Text(text, text), look)
        case _:
            return Wrong(Text(type(error).__name__, type(error).__name__), look)


def _by_hand(bot: Bot, say: Say, portuguese: bool, *, mail_too: bool) -> None:
    """What no API shows: only the providers' panels do."""
    base = bot.settings.public_url
    text = Text("look yourself that these panels call", "confira nos painéis que eles chamam")
    say(f"      {text.of(portuguese)}:")
    say(f"      Melhor Envio → {base}/webhooks/melhor-envio")
    if mail_too:
        say(f"      Resend → {base}/webhooks/resend")
