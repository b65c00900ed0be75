"""Asaas' stand-in on a real socket, and somebody who listens to its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.commands import Bill
from bot.domain.order import Method, Recipient
from bot.domain.people import Address
from bot.integrations.asaas import AsaasPayments
from bot.integrations.payments import Share
from sandbox.asaas import AsaasSandbox
from sandbox.core import Fault, Mode, World

KEY = "$aact_hmlg_000example"
TOKEN = "whsec-Kq7mZ2pX9vB4nR6tY8wE3sD5fG1hJ0aL"
SELLER = "48548710-9baa-4ec1-a11f-9010193527c6"
OWN = "0d2b7c1e-4f7e-4f0a-8d5c-3e9a6b1f2c77"
CPF = "24971563792"
SHARES = (Share(SELLER, 43961),)
DUE = date(2026, 11, 26)
PAYER = Recipient(name="Maria Exemplo", document=CPF, email="maria@autopars.example", phone="5547996321478")
HOME = Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV", number="10", district="Centro")


@dataclass
class Ear:
    """Answers webhooks with ``status`` and remembers them."""

    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [body["event"] for body in self.bodies]

    async def hear(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.json())
        return web.Response(status=self.status)


@dataclass
class Stand:
    world: World
    account: AsaasSandbox
    ear: Ear
    base_url: str
    """Ends in ``/v3``."""
    hook_url: str

    @property
    def root(self) -> str:
        return self.base_url.removesuffix("/v3")


@asynccontextmanager
async def asaas(clock: Callable[[], Any], *, hooked: bool = False, **dials: Any) -> AsyncIterator[Stand]:
    """``hooked``: the webhook is registered from the start. ``dials`` go to :class:`AsaasSandbox`."""
    world, ear = World(clock=clock), Ear()
    ears = web.Application()
    ears.router.add_post("/hook", ear.hear)
    ear_server = TestServer(ears)
    await ear_server.start_server()
    hook_url = str(ear_server.make_url("/hook"))
    webhook: dict[str, Any] = {"webhook_url": hook_url, "webhook_token": TOKEN} if hooked else {}
    account = AsaasSandbox(world, api_key=KEY, wallets={SELLER}, own_wallet=OWN, **webhook, **dials)
    app = web.Application()
    app.router.add_routes(account.routes())
    server = TestServer(app)
    await server.start_server()
    root = str(server.make_url("")).rstrip("/")
    account.public_base = root
    try:
        yield Stand(world, account, ear, f"{root}/v3", hook_url)
    finally:
        await world.close()
        await server.close()
        await ear_server.close()


async def charge(payments: AsaasPayments, **changes: Any) -> Bill:
    """A charge like any other; the payer is made when it is not there yet."""
    customer = await payments.find_customer(CPF) or await payments.create_customer(
        PAYER, reference="person-9", address=HOME
    )
    wanted: dict[str, Any] = {
        "reference": "order-1042-a1",
        "customer_id": customer,
        "method": Method.PIX,
        "installments": 1,
        "amount": 51240,
        "due_date": DUE,
        "description": "Pedido 1042",
        "shares": SHARES,
    }
    return await payments.create_charge(**(wanted | changes))


def fault(stand: Stand, mode: Mode, only: str = "", times: int = 0, delay: float = 8.0) -> None:
    stand.world.faults["asaas"] = Fault(mode, delay=delay, times=times, only=only)


def calls(stand: Stand, method: str, path: str) -> int:
    """How often a path below ``/v3`` was called."""
    return sum((call.method, call.path) == (method, f"/v3{path}") for call in stand.world.calls)
