"""The API below ``/v3``: one module per resource; here are the checks that all calls pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.asaas.accounts import Accounts
from sandbox.asaas.actions import Actions
from sandbox.asaas.answers import Refusal, refuse
from sandbox.asaas.customers import Customers
from sandbox.asaas.finance import Finance
from sandbox.asaas.paying import Paying
from sandbox.asaas.payments import Payments
from sandbox.asaas.plans import Plans
from sandbox.asaas.refunds import Refunds
from sandbox.asaas.webhooks import Webhooks
from sandbox.core import Handler, faulty

RESOURCES = (Customers, Paying, Payments, Refunds, Plans, Finance, Accounts, Webhooks)


def routes(account: Actions) -> list[web.RouteDef]:
    return [
        web.route(method, "/v3" + path, faulty(account.world, "asaas", _guarded(account, handler)))
        for resource in RESOURCES
        for method, path, handler in resource(account).routes()
    ]


def _guarded(account: Actions, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            if request.method == "GET" and await request.read():
                # Sheet 1: the CDN answers a GET with a body with 403, perhaps not in JSON.
                return web.Response(status=403, text="<html>403 Forbidden</html>", content_type="text/html")
            _authenticate(account, request)
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()

    return wrapped


def _authenticate(account: Actions, request: web.Request) -> None:
    """Sheet 1: the four kinds of 401, and the name of the application."""
    key = request.headers.get("access_token")
    if not key:
        raise Refusal(401, "access_token_not_found", "O cabeçalho 'access_token' não foi informado.")
    sub_keys = [sub.api_key for sub in account.sub_accounts.values()]
    if key in sub_keys and request.path.endswith("/wallets/"):
        return  # of sellers' accounts the stand-in keeps only the wallet
    if key != account.api_key:
        if not key.startswith("$aact_"):
            raise Refusal(401, "invalid_access_token_format", "A chave de API não está no formato correto.")
        if key.startswith("$aact_prod_") != account.api_key.startswith("$aact_prod_"):
            raise Refusal(401, "invalid_environment", "A chave de API não pertence a este ambiente.")
        raise Refusal(401, "invalid_access_token", "A chave de API fornecida é inválida.")
    if not request.headers.get("User-Agent"):
        # Mandatory for accounts created since 2024-06-13; the response to its absence is not documented.
        raise refuse("user_agent_not_found", "O cabeçalho 'User-Agent' deve ser informado.")
