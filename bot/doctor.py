"""``doctor``: one harmless call to each provider, and what to do where something is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.app import Bot
from bot.integrations.errors import ProviderError, Unauthorised, Unavailable
from bot.storage.migrate import is_current

Say = Callable[[str], None]


async def examine(bot: Bot, say: Say) -> int:
    """Check everything; 0 if all is well, 1 otherwise."""
    providers, s = bot.providers, bot.settings

    async def database() -> str:
        if not await is_current(bot.database):
            raise _Wrong("the schema is old", "run `autopars migrate`")
        return s.database_url.split("://")[0]

    async def number() -> str:
        state = await providers.messenger.status()
        if not state.connected:
            raise _Wrong(f"disconnected: {state.detail}", "run `autopars whatsapp connect` and scan the code")
        return "connected"

    async def payments() -> str:
        balance = await providers.payments.balance()
        return f"balance {balance / 100:.2f}"

    async def shipping() -> str:
        balance = await providers.shipping.balance()
        if balance <= 0:
            raise _Wrong("the wallet for labels is empty", "top it up in Melhor Envio's panel")
        return f"wallet {balance / 100:.2f}"

    async def images() -> str:
        await providers.images.find("doctor")
        return "answers"

    async def places() -> str:
        if await providers.postal_codes.look_up("01310100") is None:
            raise _Wrong("does not know CEP 01310-100", "check VIACEP_BASE_URL")
        return "answers"

    async def public() -> str:
        if s.public_url.startswith("http://") and "127.0.0.1" not in s.public_url:
            raise _Wrong("PUBLIC_URL is not https", "providers send webhooks to https only")
        return s.public_url

    checks: list[tuple[str, Callable[[], Awaitable[str]], str]] = [
        ("database", database, "DATABASE_URL"),
        ("public address", public, "PUBLIC_URL"),
        ("whatsapp", number, "ZAPI_INSTANCE_ID, ZAPI_INSTANCE_TOKEN, ZAPI_CLIENT_TOKEN"),
        ("payments", payments, "ASAAS_API_KEY and ASAAS_BASE_URL (sandbox and production keys differ)"),
        ("shipping", shipping, "MELHOR_ENVIO_ACCESS_TOKEN, MELHOR_ENVIO_REFRESH_TOKEN"),
        ("images", images, "CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID"),
        ("postal codes", places, "VIACEP_BASE_URL"),
    ]
    wrong = 0
    await bot.loop.start()
    try:
        for name, check, names in checks:
            try:
                say(f"ok    {name}: {await check()}")
                continue
            except _Wrong as error:
                problem, mend = str(error), error.mend
            except Unauthorised as error:
                problem, mend = f"refused our credentials ({error.code or error.status})", f"check {names}"
            except Unavailable as error:
                problem, mend = f"does not answer ({error.reason})", "try again later, or check its address"
            except ProviderError as error:
                problem, mend = f"{error.reason}: {error.detail[:200]}", f"check {names}"
            except Exception as error:  # a doctor reports what it finds, whatever it is
                problem, mend = f"{type(error).__name__}", f"check {names}"
            wrong += 1
            say(f"WRONG {name}: {problem}\n      → {mend}")
    finally:
        await bot.loop.stop()
        await bot.http.close()
        await bot.database.close()
    return 1 if wrong else 0


async def connect(bot: Bot, say: Say) -> int:
    """Register all webhooks at the WhatsApp provider and show the pairing code."""
    s = bot.settings
    await bot.loop.start()
    try:
        await bot.providers.messenger.register_webhooks(bot.whatsapp_webhook)
        say(f"all webhooks point to {s.public_url}/webhooks/{s.whatsapp_provider}/•••")
        code = await bot.providers.messenger.qr_code()
        if code is None:
            say("the number is connected already")
        else:
            say("open this in a browser and scan it with WhatsApp › Linked devices (it lives 20 s):")
            say(code)
    except ProviderError as error:
        say(f"WRONG {error.reason}: {error.detail[:200]}")
        return 1
    finally:
        await bot.loop.stop()
        await bot.http.close()
        await bot.database.close()
    return 0


class _Wrong(Exception):
    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.mend = mend
