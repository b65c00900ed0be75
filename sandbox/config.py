"""The made-up keys, tokens, ids and people of the demo. None of them opens anything outside this machine."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SHOP = Path(__file__).with_name("sample_shop.json")
"""The shop that the demo imports: its sellers hold the second phone."""


def made_up(what: str, length: int = 48) -> str:
    """A value that looks random and is the same at every start; at most 64 hexadecimal digits."""
    return hashlib.sha256(f"autopars sandbox: {what}".encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Person:
    """Somebody who can use one of the page's phones."""

    phone: str
    name: str


def _sellers() -> tuple[Person, ...]:
    shop = json.loads(SAMPLE_SHOP.read_text(encoding="utf-8"))
    return tuple(Person(seller["phone"], seller["name"]) for seller in shop["sellers"])


def _wallets() -> tuple[str, ...]:
    shop = json.loads(SAMPLE_SHOP.read_text(encoding="utf-8"))
    return tuple(seller["asaas_wallet_id"] for seller in shop["sellers"])


@dataclass(frozen=True)
class SandboxConfig:
    """Every value has the format of its provider."""

    whatsapp: str = "zapi"
    """The gateway of the demo: ``zapi`` or ``evolution``."""
    shop_name: str = "AutoPars"
    shop_phone: str = "5511933330000"
    buyers: tuple[Person, ...] = (Person("5511988880001", "Marina Souza"), Person("5511988880002", "João Pereira"))
    sellers: tuple[Person, ...] = field(default_factory=_sellers)
    seller_wallets: tuple[str, ...] = field(default_factory=_wallets)
    platform_wallet: str = "0f6a2c54-6c1e-4d0a-8f57-3b9d1e77a210"

    secret_key: str = made_up("secret key")
    console_password: str = made_up("console", 12)
    metrics_token: str = ""
    operator_email: str = "operador@autopars.example"

    zapi_instance_id: str = made_up("zapi instance", 32).upper()
    zapi_instance_token: str = made_up("zapi token", 24).upper()
    zapi_client_token: str = "F" + made_up("zapi client", 32)
    zapi_webhook_secret: str = made_up("zapi webhook")

    evolution_instance: str = "autopars"
    evolution_api_key: str = made_up("evolution key", 32).upper()
    evolution_webhook_secret: str = made_up("evolution webhook")

    asaas_api_key: str = "$aact_hmlg_" + made_up("asaas key", 64)
    asaas_webhook_token: str = made_up("asaas webhook")

    melhor_envio_client_id: str = "4711"
    melhor_envio_client_secret: str = made_up("melhor envio client", 40)
    melhor_envio_access_token: str = made_up("melhor envio access", 64)
    melhor_envio_refresh_token: str = made_up("melhor envio refresh", 64)
    melhor_envio_contact_email: str = "suporte@autopars.example"

    resend_api_key: str = "re_" + made_up("resend key", 32)
    resend_from: str = "AutoPars <pedidos@autopars.example>"
    resend_webhook_secret: str = "whsec_" + base64.b64encode(made_up("resend webhook", 24).encode()).decode()

    cloudflare_account_id: str = made_up("cloudflare account", 32)
    cloudflare_api_token: str = made_up("cloudflare token", 40)
    cloudflare_images_hash: str = made_up("cloudflare images", 22)
    cloudflare_stream_webhook_secret: str = made_up("cloudflare stream", 32)

    def environment(self, base: str) -> dict[str, str]:
        """The environment of a bot whose providers are all below ``base``, e.g. ``http://127.0.0.1:8080``."""
        root = sandbox_root(base)
        origin = root.removesuffix("/sandbox")
        host = origin.partition("://")[2]
        return {
            "PUBLIC_URL": origin,
            "SECRET_KEY": self.secret_key,
            "CONSOLE_PASSWORD": self.console_password,
            "METRICS_TOKEN": self.metrics_token,
            "OPERATOR_EMAILS": self.operator_email,
            "PLATFORM_NAME": self.shop_name,
            "PLATFORM_WALLET_ID": self.platform_wallet,
            "WHATSAPP_PROVIDER": self.whatsapp,
            "ZAPI_BASE_URL": f"{root}/zapi",
            "ZAPI_INSTANCE_ID": self.zapi_instance_id,
            "ZAPI_INSTANCE_TOKEN": self.zapi_instance_token,
            "ZAPI_CLIENT_TOKEN": self.zapi_client_token,
            "ZAPI_WEBHOOK_SECRET": self.zapi_webhook_secret,
            "EVOLUTION_BASE_URL": f"{root}/evolution",
            "EVOLUTION_INSTANCE": self.evolution_instance,
            "EVOLUTION_API_KEY": self.evolution_api_key,
            "EVOLUTION_WEBHOOK_SECRET": self.evolution_webhook_secret,
            "ASAAS_BASE_URL": f"{root}/asaas/v3",
            "ASAAS_API_KEY": self.asaas_api_key,
            "ASAAS_WEBHOOK_TOKEN": self.asaas_webhook_token,
            "MELHOR_ENVIO_BASE_URL": f"{root}/melhor_envio",
            "MELHOR_ENVIO_CLIENT_ID": self.melhor_envio_client_id,
            "MELHOR_ENVIO_CLIENT_SECRET": self.melhor_envio_client_secret,
            "MELHOR_ENVIO_ACCESS_TOKEN": self.melhor_envio_access_token,
            "MELHOR_ENVIO_REFRESH_TOKEN": self.melhor_envio_refresh_token,
            "MELHOR_ENVIO_CONTACT_EMAIL": self.melhor_envio_contact_email,
            "RESEND_BASE_URL": f"{root}/resend",
            "RESEND_API_KEY": self.resend_api_key,
            "RESEND_FROM": self.resend_from,
            "RESEND_WEBHOOK_SECRET": self.resend_webhook_secret,
            "CLOUDFLARE_BASE_URL": f"{root}/cloudflare/client/v4",
            "CLOUDFLARE_ACCOUNT_ID": self.cloudflare_account_id,
            "CLOUDFLARE_API_TOKEN": self.cloudflare_api_token,
            "CLOUDFLARE_IMAGES_ACCOUNT_HASH": self.cloudflare_images_hash,
            "CLOUDFLARE_STREAM_WEBHOOK_SECRET": self.cloudflare_stream_webhook_secret,
            "VIACEP_BASE_URL": f"{root}/viacep",
            "BRASILAPI_BASE_URL": "",
            "MEDIA_ALLOWED_HOSTS": host,
        }


def sandbox_root(base: str) -> str:
    """``http://127.0.0.1:8080``, with or without ``/sandbox`` → with ``/sandbox``."""
    base = base.rstrip("/")
    return base if base.endswith("/sandbox") else f"{base}/sandbox"
