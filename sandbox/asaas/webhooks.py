"""Webhook configurations (sheet 7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from sandbox.asaas.answers import Routes, body_of, page, reply
from sandbox.asaas.books import Books


@dataclass
class Webhooks:
    account: Books

    def routes(self) -> Routes:
        return [
            ("POST", "/webhooks", self.create_webhook),
            ("GET", "/webhooks", self.list_webhooks),
            ("GET", "/webhooks/{id}", self.read_webhook),
            ("PUT", "/webhooks/{id}", self.change_webhook),
            ("DELETE", "/webhooks/{id}", self.remove_webhook),
            ("POST", "/webhooks/{id}/removeBackoff", self.remove_backoff),
        ]

    async def create_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.create(await body_of(request)).json())

    async def list_webhooks(self, request: web.Request) -> web.Response:
        return page([hook.json() for hook in self.account.hooks.hooks.values()], request)

    async def read_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.get(request.match_info["id"]).json())

    async def change_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.update(request.match_info["id"], await body_of(request)).json())

    async def remove_webhook(self, request: web.Request) -> web.Response:
        hook = self.account.hooks.get(request.match_info["id"])
        hook.enabled = False
        del self.account.hooks.hooks[hook.id]
        return reply({"deleted": True, "id": hook.id})

    async def remove_backoff(self, request: web.Request) -> web.Response:
        self.account.hooks.remove_backoff(request.match_info["id"])
        return web.Response(status=204)
