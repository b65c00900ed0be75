"""The environment as typed settings. A missing or malformed value stops the start with one line per problem.

Secrets are ``SecretStr``: their ``repr`` is asterisks. ``.env`` is read in development.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain import hours, phone, quiet
from bot.domain.secret import several
from bot.domain.shop import Rules

Words = Annotated[tuple[str, ...], NoDecode]
"""Comma-separated."""


def _url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// (or http://)")
    if "?" in value or "#" in value:  # paths are appended
        raise ValueError("must have neither ? nor #")
    return value.rstrip("/")


def _each(fits: Callable[[str], object], refusal: str) -> AfterValidator:
    """Check each item. ``fits`` returns a false value, or raises ``ValueError``, for an invalid one."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        for number, value in enumerate(values, start=1):
            try:
                well = fits(value)
            except ValueError:
                well = None
            if not well:
                raise ValueError(f"entry {number} {refusal}")
        return values

    return AfterValidator(check)


_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


def _sender(value: str) -> str:
    """``ana@loja.example``, or with a name: ``Loja <ana@loja.example>``."""
    if not _EMAIL.search(value):
        raise ValueError("holds no e-mail address")
    return value


def _delays(value: tuple[float, ...]) -> tuple[float, ...]:
    if any(not 0 <= one < math.inf for one in value):
        raise ValueError("is not like 0,1,4 (seconds)")
    return value


Url = Annotated[str, AfterValidator(_url)]
Addresses = Annotated[Words, _each(ipaddress.ip_address, "is not an IP address")]
Emails = Annotated[Words, _each(_EMAIL.fullmatch, "is not an e-mail address")]
Hosts = Annotated[Words, _each(re.compile(r"[^/\s]+").fullmatch, "is not a host or host:port")]
Delays = Annotated[tuple[float, ...], NoDecode, AfterValidator(_delays)]
Sender = Annotated[str, AfterValidator(_sender)]
Phones = Annotated[Words, _each(phone.canonical, "is not a Brazilian phone with its area code")]

_PASSWORD = re.compile(r"(?<=:)[^:/@]+(?=@)")
"""The password in a database URL."""
EXAMPLES = ("changeme", "change-me", "your-secret", "sua-chave", "xxxxxxxx")
"""Placeholders in secrets copied from a guide. A word like *example* may be part of a real one."""


CHANGING = (
    "zapi_webhook_secret",
    "evolution_webhook_secret",
    "asaas_webhook_token",
    "melhor_envio_client_secret",
    "resend_webhook_secret",
    "cloudflare_stream_webhook_secret",
    "link_secret",
)
"""Secrets that authenticate webhooks and links. Several may be set, separated by commas, during a rotation: the first
is the new one, which we hand out."""
GATEWAYS = {
    "zapi": ("zapi_instance_id", "zapi_instance_token", "zapi_client_token", "zapi_webhook_secret"),
    "evolution": ("evolution_base_url", "evolution_instance", "evolution_api_key", "evolution_webhook_secret"),
}
"""The settings that each choice of ``WHATSAPP_PROVIDER`` needs."""
KEY = 32
"""Characters of a key: 128 bits need 32 hexadecimal digits."""
OF_OUR_OWN_MAKING = {
    "secret_key": KEY,
    "console_password": 12,
    "zapi_webhook_secret": KEY,
    "evolution_webhook_secret": KEY,
    "asaas_webhook_token": KEY,
}
"""Secrets that no provider hands out, and how many characters each needs where the bot can be reached from outside."""


class SettingsError(Exception):
    """The environment is invalid; ``str()`` is one line per problem and contains no secret."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # core
    database_url: str = "sqlite+aiosqlite:///var/autopars.db"
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: Url = "http://127.0.0.1:8080"
    log_format: Literal["json", "pretty"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    secret_key: SecretStr
    link_secret: SecretStr = SecretStr("")
    console_password: SecretStr
    metrics_token: SecretStr = SecretStr("")
    otel_exporter_otlp_endpoint: Url = ""
    operator_emails: Emails = ()
    operator_phones: Phones = ()
    retention_days: int = Field(90, ge=1)
    body_retention_days: int = Field(180, ge=1)

    # shop
    platform_name: str = "AutoPars"
    platform_fee_percent: Decimal = Field(Decimal(8), ge=0, lt=100)
    platform_wallet_id: str = ""
    pix_minutes: int = Field(30, ge=1)
    boleto_days: int = Field(3, ge=1)
    stock_hold_hours: int = Field(384, ge=1)
    quote_minutes: int = Field(120, ge=1)
    ship_days: int = Field(2, ge=1)
    card_max_installments: int = Field(6, ge=1, le=21)
    low_payments_balance: Decimal = Field(Decimal(100), ge=0)
    low_freight_balance: Decimal = Field(Decimal(200), ge=0)
    quiet_hours: str = "19:00-09:00"
    support_hours: str = "mon-fri 08:00-18:00, sat 08:00-12:00"
    recipients_per_hour: int = Field(120, ge=1)
    first_contacts_per_hour: int = Field(20, ge=1)
    charges_per_day: int = Field(30, ge=1)
    messages_per_minute: int = Field(60, ge=2)
    bubble_pause_s: float = Field(3.0, ge=0, le=10)

    # WhatsApp
    whatsapp_provider: Literal["zapi", "evolution"] = "zapi"
    whatsapp_style: Literal["text", "buttons", "list"] = "text"
    whatsapp_allowed_ips: Addresses = ()
    zapi_base_url: Url = "https://api.z-api.io"
    zapi_instance_id: str = ""
    zapi_instance_token: SecretStr = SecretStr("")
    zapi_client_token: SecretStr = SecretStr("")
    zapi_webhook_secret: SecretStr = SecretStr("")
    zapi_header: Literal["when_seen", "always", "never"] = "when_seen"
    evolution_base_url: Url = ""
    evolution_instance: str = ""
    evolution_api_key: SecretStr = SecretStr("")
    evolution_webhook_secret: SecretStr = SecretStr("")

    # money
    asaas_base_url: Url = "https://api.asaas.com/v3"
    asaas_api_key: SecretStr
    asaas_webhook_token: SecretStr
    asaas_allowed_ips: Addresses = ()

    # freight
    melhor_envio_base_url: Url = "https://melhorenvio.com.br"
    melhor_envio_client_id: str = ""
    melhor_envio_client_secret: SecretStr
    melhor_envio_access_token: SecretStr = SecretStr("")
    melhor_envio_refresh_token: SecretStr = SecretStr("")
    melhor_envio_contact_email: Sender

    # e-mail
    resend_base_url: Url = "https://api.resend.com"
    resend_api_key: SecretStr
    resend_from: Sender
    resend_webhook_secret: SecretStr

    # pictures and video
    cloudflare_base_url: Url = "https://api.cloudflare.com/client/v4"
    cloudflare_account_id: str
    cloudflare_api_token: SecretStr
    cloudflare_images_account_hash: str
    cloudflare_images_variant: str = "public"
    cloudflare_stream_webhook_secret: SecretStr = SecretStr("")

    # CEP
    viacep_base_url: Url = "https://viacep.com.br"
    brasilapi_base_url: Url = ""

    # calls out
    http_timeout_s: float = Field(5.0, gt=0, allow_inf_nan=False)
    http_retry_delays_s: Delays = (0.0, 1.0, 4.0)
    worker_processes: int = Field(1, ge=1)
    media_allowed_hosts: Hosts = ("f004.backblazeb2.com", "storage.z-api.io")
    media_timeout_s: float = Field(30.0, gt=0, allow_inf_nan=False)
    dns_servers: Hosts = ()

    @field_validator(
        "operator_emails",
        "operator_phones",
        "whatsapp_allowed_ips",
        "asaas_allowed_ips",
        "media_allowed_hosts",
        "dns_servers",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(w.strip() for w in value.split(",") if w.strip()) if isinstance(value, str) else value

    @field_validator("http_retry_delays_s", mode="before")
    @classmethod
    def _delays(cls, value: object) -> object:
        return tuple(float(w) for w in value.split(",")) if isinstance(value, str) else value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        if not quiet.leave_time(*_clock_times(value)):
            raise ValueError("leaves no hour in which reminders are lawful (9:00 to 19:00 in every state)")
        return value

    @field_validator("support_hours")
    @classmethod
    def _open(cls, value: str) -> str:
        hours.read(value)
        return value

    @field_validator("operator_phones")
    @classmethod
    def _phones(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(phone.canonical(one) for one in value)

    @field_validator(*OF_OUR_OWN_MAKING)
    @classmethod
    def _hard_to_guess(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        weak = _weakness(info.field_name or "", value)
        if weak and not _is_this_machine(info.data.get("public_url", "")):
            raise ValueError(weak)
        return value

    @field_validator("resend_webhook_secret")
    @classmethod
    def _signing_secret(cls, value: SecretStr) -> SecretStr:
        for one in several(value.get_secret_value()):
            try:
                b64decode(one.removeprefix("whsec_"), validate=True)
            except ValueError:
                raise ValueError("is not the signing secret that the panel shows (whsec_…)") from None
        return value

    @field_validator(*GATEWAYS["zapi"], *GATEWAYS["evolution"])
    @classmethod
    def _chosen_messenger(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        if info.field_name in GATEWAYS.get(info.data.get("whatsapp_provider", ""), ()) and not _text(value):
            raise ValueError("is missing")
        return value

    @field_validator("melhor_envio_access_token")
    @classmethod
    def _some_way_to_ship(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if not _text(value) and not info.data.get("melhor_envio_client_id"):
            raise ValueError("is missing (a personal token), and so is MELHOR_ENVIO_CLIENT_ID: one of them is needed")
        return value

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def weak_secrets(self) -> list[str]:
        """A line per secret that is too easy to guess. While ``PUBLIC_URL`` is this machine, they do not stop the
        start."""
        found = {name: _weakness(name, getattr(self, name)) for name in OF_OUR_OWN_MAKING}
        return [f"{name.upper()}: {weak}" for name, weak in found.items() if weak]

    @property
    def link_secrets(self) -> list[str]:
        """The secrets that sign links in e-mails; several during a rotation, newest first."""
        return several(self.link_secret.get_secret_value()) or [self.secret_key.get_secret_value()]

    def rules(self) -> Rules:
        """The part that decisions see."""
        quiet_from, quiet_to = _clock_times(self.quiet_hours)
        return Rules(
            platform_name=self.platform_name,
            public_url=self.public_url,
            fee_percent=str(self.platform_fee_percent),
            platform_wallet_id=self.platform_wallet_id,
            pix_minutes=self.pix_minutes,
            boleto_days=self.boleto_days,
            stock_hold_hours=self.stock_hold_hours,
            quote_minutes=self.quote_minutes,
            ship_days=self.ship_days,
            card_max_installments=self.card_max_installments,
            low_payments_balance=int(self.low_payments_balance * 100),
            low_freight_balance=int(self.low_freight_balance * 100),
            quiet_from=quiet_from,
            quiet_to=quiet_to,
            support_hours=self.support_hours,
            recipients_per_hour=self.recipients_per_hour,
            first_contacts_per_hour=self.first_contacts_per_hour,
            charges_per_day=self.charges_per_day,
            messages_per_minute=self.messages_per_minute,
            bubble_pause=timedelta(seconds=self.bubble_pause_s),
            operator_emails=self.operator_emails,
            operator_phones=self.operator_phones,
            salt=hashlib.sha256(b"codes:" + self.secret_key.get_secret_value().encode()).hexdigest(),
        )

    def shown(self) -> list[tuple[str, str, str]]:
        """Every setting as ``(NAME, value, origin)`` for the console: secrets hidden, origin ambiente or padrão."""
        rows = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            text = ", ".join(str(v) for v in value) if isinstance(value, tuple) else str(value)
            text = _PASSWORD.sub("***", text)
            rows.append((name.upper(), text, "ambiente" if name in self.model_fields_set else "padrão"))
        return rows

    def secrets(self) -> list[str]:
        """Every secret value, for the redactor: none of these may ever be written anywhere."""
        found: list[str] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                found += several(text) if name in CHANGING else [text]
        in_address = _PASSWORD.search(self.database_url)
        if in_address:
            found += [in_address.group(), unquote(in_address.group())]
        return [one for one in found if one]


def _weakness(name: str, value: SecretStr) -> str:
    """What makes a secret of our own making easy to guess; empty if nothing does, or if none is set."""
    least = OF_OUR_OWN_MAKING[name]
    for one in several(value.get_secret_value()) if name in CHANGING else [value.get_secret_value()]:
        if len(one) < least:
            return f"needs at least {least} characters"
        if least >= KEY and (len(set(one)) < 4 or any(word in one.lower() for word in EXAMPLES)):
            return 'looks made up; take python -c "import secrets; print(secrets.token_urlsafe(32))"'
    return ""


def _is_this_machine(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


def _clock_times(text: str) -> tuple[time, time]:
    first, _, second = text.partition("-")
    try:
        return time.fromisoformat(first.strip()), time.fromisoformat(second.strip())
    except ValueError:
        raise ValueError("is not like 19:00-09:00") from None


def _told(problem: ErrorDetails) -> str:
    return "is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")


def load(**overrides: object) -> Settings:
    """Read the environment. Raises :class:`SettingsError` with one line per problem."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(p) for p in problem['loc']).upper()}: {_told(problem)}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None
