"""The composition root: settings in, a running bot out. The only module that knows the providers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web, web_response
from aiohttp.typedefs import Handler

from bot import console, health
from bot.console.access import Access
from bot.console.passwords import PasswordLinks
from bot.console.server import Desk, Outline
from bot.conversations.flows import FLOWS
from bot.conversations.texts.common import INTENTS
from bot.correlation import new_root, working
from bot.decide import decide, poisoned
from bot.domain.links import Links
from bot.domain.secret import several
from bot.effects.registry import Providers, all_effects
from bot.engine.clock import Clock
from bot.engine.loop import Loop, Watch, unwatched
from bot.figures import Figures, both
from bot.integrations.asaas.client import AsaasPayments
from bot.integrations.asaas.papers import HOSTS as PAPERS
from bot.integrations.asaas.webhooks import AsaasReceiver
from bot.integrations.circuit import Circuits
from bot.integrations.cloudflare.images import CloudflareImages
from bot.integrations.cloudflare.stream import CloudflareStream
from bot.integrations.cloudflare.webhooks import StreamReceiver
from bot.integrations.http import Http
from bot.integrations.media import MediaFetcher
from bot.integrations.melhor_envio.client import MelhorEnvioShipping
from bot.integrations.melhor_envio.oauth import Tokens, authorize_url
from bot.integrations.melhor_envio.webhooks import MelhorEnvioReceiver
from bot.integrations.protocols import MediaSource, Messenger, Receiver
from bot.integrations.resend.client import ResendMailer
from bot.integrations.resend.webhooks import ResendReceiver
from bot.integrations.viacep import BrasilApi, PostalCodeLookup, ViaCep
from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.evolution import EvolutionMedia, EvolutionMessenger, EvolutionReceiver
from bot.integrations.whatsapp.zapi.client import ZapiMessenger
from bot.integrations.whatsapp.zapi.webhooks import ECHOES, ZapiReceiver
from bot.pages import oauth, personal
from bot.pages import routes as pages
from bot.pages.tickets import Tickets
from bot.redaction import Redactor
from bot.settings import Settings
from bot.storage.accounts import Accounts
from bot.storage.alerts import AlertBook
from bot.storage.database import Database
from bot.storage.echoes import StoredEchoes
from bot.storage.exhibits import Exhibits
from bot.storage.privacy import Privacy
from bot.storage.process_lock import holding, process_lock
from bot.storage.records import Records
from bot.storage.schema import what_is_wrong
from bot.storage.store import SqlStore
from bot.storage.tokens import TokenVault
from bot.webhooks.receive import Webhooks
from scheduler.jobs import all_jobs
from scheduler.standing import stand_by
from scheduler.ticker import Ticker

if TYPE_CHECKING:
    from bot.tracing import Tracing

log = logging.getLogger(__name__)

START_AGAIN_S = 1.0
SHIPPING = "melhor-envio"
"""Its part of our URLs, and its verb on the command line."""
NAMES = {
    "payments": "asaas",
    "shipping": "melhor_envio",
    "mailer": "resend",
    "images": "cloudflare",
    "videos": "cloudflare",
    "postal_codes": "viacep",
}


@dataclass(frozen=True)
class Gateway:
    """What one WhatsApp gateway provides: sending, receiving, and access to its files."""

    messenger: Messenger
    receiver: Receiver
    media: MediaSource
    path: str


class Bot:
    """All parts of one process. ``app`` serves it over HTTP; ``run()`` runs everything else."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, watch: Watch = unwatched) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.rules = settings.rules()
        self.redactor = Redactor(settings.secrets())
        self.database = Database(settings.database_url)
        self.process_lock = process_lock(self.database, "worker") if self.database.is_sqlite else None
        self.store = SqlStore(self.database, self.rules)
        self.circuits = Circuits(self.clock)
        self.names = {**NAMES, "messenger": settings.whatsapp_provider}
        self.figures = Figures()
        self.tracing = _tracing(settings, self.clock)
        self.loop = Loop(
            self.store,
            decide,
            poisoned,
            self.clock,
            circuits=self.circuits,
            names=self.names,
            watch=both(self.figures.watch, both(self.tracing.watch, watch) if self.tracing else watch),
        )
        self.http = Http(
            record=self.loop.record,
            circuits=self.circuits,
            redactor=self.redactor,
            clock=self.clock,
            timeout=settings.http_timeout_s,
            delays=settings.http_retry_delays_s,
            share=settings.worker_processes,
        )
        self.vault = TokenVault(self.database, settings.secret_key.get_secret_value(), self.clock)
        self.tickets = Tickets(settings.secret_key.get_secret_value(), self.clock)
        self.links = Links(settings.public_url, settings.link_secrets)
        self.shipping_tokens = self._shipping_tokens()
        self.gateway = self._gateway()
        self.providers = self._providers()
        self.webhooks = Webhooks(self.loop.hand_in, self.redactor)
        self.ticker = Ticker(self.store, [], self.clock)

    def _providers(self) -> Providers:
        s = self.settings
        return Providers(
            messenger=self.gateway.messenger,
            payments=AsaasPayments(
                self.http,
                base_url=s.asaas_base_url,
                api_key=s.asaas_api_key.get_secret_value(),
                files=self._fetcher(*PAPERS, urlsplit(s.asaas_base_url).netloc),
                upload_timeout=s.media_timeout_s,
            ),
            shipping=MelhorEnvioShipping(
                self.http,
                base_url=s.melhor_envio_base_url,
                tokens=self.shipping_tokens,
                files=self._fetcher(urlsplit(s.melhor_envio_base_url).netloc),
                contact_email=s.melhor_envio_contact_email,
                platform_name=s.platform_name,
            ),
            mailer=ResendMailer(
                self.http,
                base_url=s.resend_base_url,
                api_key=s.resend_api_key.get_secret_value(),
                sender=s.resend_from,
            ),
            images=CloudflareImages(
                self.http,
                base_url=s.cloudflare_base_url,
                account_id=s.cloudflare_account_id,
                api_token=s.cloudflare_api_token.get_secret_value(),
                account_hash=s.cloudflare_images_account_hash,
                variant=s.cloudflare_images_variant,
                upload_timeout=s.media_timeout_s,
            ),
            videos=CloudflareStream(
                self.http,
                base_url=s.cloudflare_base_url,
                account_id=s.cloudflare_account_id,
                api_token=s.cloudflare_api_token.get_secret_value(),
                upload_timeout=s.media_timeout_s,
            ),
            postal_codes=PostalCodeLookup(
                [
                    ViaCep(self.http, s.viacep_base_url),
                    *([BrasilApi(self.http, s.brasilapi_base_url)] if s.brasilapi_base_url else []),
                ]
            ),
            media=self.gateway.media,
            alerts=AlertBook(self.database, self.clock),
            personal=Privacy(self.database),
            exhibits=Exhibits(self.database, self.clock),
        )

    def _shipping_tokens(self) -> Tokens:
        s = self.settings
        return Tokens(
            self.http,
            base_url=s.melhor_envio_base_url,
            client_id=s.melhor_envio_client_id,
            client_secret=next(iter(several(s.melhor_envio_client_secret.get_secret_value())), ""),
            access_token=s.melhor_envio_access_token.get_secret_value(),
            refresh_token=s.melhor_envio_refresh_token.get_secret_value(),
            vault=self.vault,
            exclusive=lambda: holding(process_lock(self.database, "renewal of tokens")),
            user_agent=f"{s.platform_name} ({s.melhor_envio_contact_email})",
        )

    def _shipping_authorisation(self) -> oauth.Authorisation:
        s = self.settings
        return oauth.Authorisation(
            SHIPPING,
            "Melhor Envio",
            ask=lambda back, state: authorize_url(
                s.melhor_envio_base_url, client_id=s.melhor_envio_client_id, redirect_uri=back, state=state
            ),
            exchange=self.shipping_tokens.exchange,
        )

    def _gateway(self) -> Gateway:
        """The gateway that WHATSAPP_PROVIDER selects."""
        s, echoes, files = self.settings, Echoes(), self._fetcher()
        if s.whatsapp_provider == "evolution":
            base_url, instance = s.evolution_base_url, s.evolution_instance
            key, secret = s.evolution_api_key.get_secret_value(), s.evolution_webhook_secret.get_secret_value()
            return Gateway(
                EvolutionMessenger(
                    self.http,
                    base_url=base_url,
                    instance=instance,
                    api_key=key,
                    style=s.whatsapp_style,
                    media_timeout=s.media_timeout_s,
                    echoes=echoes,
                ),
                EvolutionReceiver(instance, secret, echoes=echoes),
                EvolutionMedia(
                    self.http,
                    base_url=base_url,
                    instance=instance,
                    api_key=key,
                    others=files,
                    timeout=s.media_timeout_s,
                ),
                f"/webhooks/evolution/{several(secret)[0]}",
            )
        token, secret = s.zapi_instance_token.get_secret_value(), s.zapi_webhook_secret.get_secret_value()
        return Gateway(
            ZapiMessenger(
                self.http,
                base_url=s.zapi_base_url,
                instance_id=s.zapi_instance_id,
                instance_token=token,
                client_token=s.zapi_client_token.get_secret_value(),
                style=s.whatsapp_style,
                media_timeout=s.media_timeout_s,
                echoes=echoes,
                stored=StoredEchoes(self.database, self.clock, ECHOES).find,
            ),
            ZapiReceiver(s.zapi_instance_id, token, secret, echoes=echoes, header=s.zapi_header),
            files,
            f"/webhooks/zapi/{several(secret)[0]}",
        )

    def _fetcher(self, *more_hosts: str) -> MediaFetcher:
        return MediaFetcher(
            allowed_hosts=(*self.settings.media_allowed_hosts, *more_hosts),
            timeout=self.settings.media_timeout_s,
            clock=self.clock,
            record=self.loop.record,
        )

    @property
    def whatsapp_webhook(self) -> str:
        """The URL that the WhatsApp gateway calls; it contains the secret."""
        return self.settings.public_url + self.gateway.path

    @property
    def video_secrets(self) -> list[str]:
        """The secrets accepted for video webhooks; several during a rotation."""
        return several(self.settings.cloudflare_stream_webhook_secret.get_secret_value())

    @property
    def videos_webhook(self) -> str:
        return f"{self.settings.public_url}/webhooks/cloudflare-stream"

    @property
    def payments_webhook(self) -> str:
        """The URL that the payment provider calls."""
        return f"{self.settings.public_url}/webhooks/asaas"

    def application(self, *, work: bool = True) -> web.Application:
        """The web side: webhooks, health, pages. Starting and stopping it starts and stops the bot."""
        s = self.settings
        app = web.Application(client_max_size=1024 * 1024, middlewares=[_answers], handler_args=HTTP)
        app.add_routes(
            [
                *self.webhooks.route(
                    f"/webhooks/{s.whatsapp_provider}/{{secret}}",
                    self.gateway.receiver,
                    allowed_ips=s.whatsapp_allowed_ips,
                ),
                *self.webhooks.route(
                    "/webhooks/asaas",
                    AsaasReceiver(s.asaas_webhook_token.get_secret_value()),
                    allowed_ips=s.asaas_allowed_ips,
                ),
                *self.webhooks.probed_route(
                    "/webhooks/melhor-envio",
                    MelhorEnvioReceiver(s.melhor_envio_client_secret.get_secret_value()),
                ),
                *self.webhooks.route(
                    "/webhooks/resend",
                    ResendReceiver(s.resend_webhook_secret.get_secret_value(), clock=self.clock),
                ),
                *self.webhooks.route(
                    "/webhooks/cloudflare-stream",
                    StreamReceiver(s.cloudflare_stream_webhook_secret.get_secret_value(), clock=self.clock),
                ),
                *health.routes(
                    self.store,
                    self.database,
                    self.webhooks,
                    self.clock,
                    s.metrics_token.get_secret_value(),
                    self.figures.registry,
                ),
                *pages.routes(self.database, self.rules),
                *personal.routes(self.database, self.rules, self.links, self.loop.put),
                *console.routes(self._desk()),
                *oauth.routes(
                    self._shipping_authorisation(),
                    self.tickets,
                    self.loop.put,
                    public_url=s.public_url,
                    platform=s.platform_name,
                ),
            ]
        )

        async def life(_: web.Application) -> AsyncIterator[None]:
            # a cleanup context ends after the last request, whereas on_shutdown comes before it
            async with self.run(work=work):
                yield

        app.cleanup_ctx.append(life)
        return app

    def _desk(self) -> Desk:
        """What the console works with."""
        s, accounts = self.settings, Accounts(self.database, self.clock)
        access = Access(accounts, self.clock, s.console_password.get_secret_value(), s.secret_key.get_secret_value())
        return Desk(
            database=self.database,
            records=Records(self.database),
            accounts=accounts,
            access=access,
            passwords=PasswordLinks(accounts, access, self.links, self.loop.put, self.clock),
            store=self.store,
            put=self.loop.put,
            clock=self.clock,
            rules=self.rules,
            settings=s.shown(),
            https=s.public_url.startswith("https:"),
            flows={f.name: Outline(f.title, tuple(step.name for step in f.steps)) for f in FLOWS.values()},
            providers=self.names,
            intents={**INTENTS, "out_of_scope": "Nada que a loja faça"},
        )

    @contextlib.asynccontextmanager
    async def run(self, *, work: bool = True) -> AsyncIterator[None]:
        """Accept events and, with ``work``, process them; on SQLite once the previous process has ended."""
        if wrong := await what_is_wrong(self.database):
            raise SystemExit(wrong)
        await self.loop.start()
        working = asyncio.create_task(self._work(), name="start working") if work else None
        try:
            yield
        finally:
            self.loop.hold()
            if working is not None:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
            self.ticker.stop()
            await self.ticker.ended()
            await self.loop.stop()
            if self.process_lock is not None:
                await self.process_lock.release()
            await self.http.close()
            await self.database.close()
            if self.tracing is not None:
                await asyncio.to_thread(self.tracing.close)

    async def _work(self) -> None:
        if self.process_lock is not None:
            await _until_it_succeeds(self.process_lock.acquire, "the lock of the worker cannot be had")
        effects = all_effects(self.providers, self.links, self.payments_webhook)
        await _until_it_succeeds(lambda: self.loop.work(effects, self.http.slots()), "work cannot start yet")
        self.ticker.add("loop", 0.5, self.loop.tick)
        self.ticker.add("heartbeat", 5, self.loop.heartbeat)
        self.ticker.start()
        await _until_it_succeeds(
            lambda: stand_by(process_lock(self.database, "scheduler"), self._timed_jobs),
            "the timed jobs cannot start yet",
        )

    def _timed_jobs(self) -> Ticker:
        return Ticker(self.store, all_jobs(self.settings.retention_days, self.settings.body_retention_days), self.clock)


def _tracing(settings: Settings, clock: Clock) -> Tracing | None:
    """Tracing, if an address is set; otherwise its modules are not even imported."""
    if not settings.otel_exporter_otlp_endpoint:
        return None
    try:
        from bot import tracing
    except ImportError:
        raise SystemExit(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is not there: pip install 'autopars[otel]'"
        ) from None
    return tracing.to(settings.otel_exporter_otlp_endpoint, clock)


async def _until_it_succeeds(start: Callable[[], Awaitable[None]], trouble: str) -> None:
    """A process that accepts events but processes none looks healthy: it must keep trying, and log it."""
    while True:
        try:
            return await start()
        except Exception:
            log.exception("%s; it is tried again", trouble)
            await asyncio.sleep(START_AGAIN_S)


HTTP = {
    "auto_decompress": False,  # compressed bodies are refused before kilobytes become hundreds of megabytes
    # longer than the keep-alive of any proxy or load balancer, but not an hour for an idle client
    "keepalive_timeout": 630,
}
"""How connections are kept open and bodies are read."""
web_response.SERVER_SOFTWARE = "autopars"  # type: ignore[attr-defined]  # also of what is no request, and gets no further


@web.middleware
async def _answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every request gets a root, which the response names. No traceback in the body."""
    of = new_root()
    working(of)
    headers = {"X-Correlation-Id": of}
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(headers)
        raise
    except web.RequestPayloadError:  # a body that breaks off or is malformed
        response = web.Response(status=400, text="unreadable")
        response.force_close()
    except Exception as error:
        log.error("%s %s failed: %s", request.method, request.match_info.route.resource, type(error).__name__)
        response = web.Response(status=500, text="error")
    response.headers.update(headers)
    return response
