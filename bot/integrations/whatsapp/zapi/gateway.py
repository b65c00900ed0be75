"""The connection to one Z-API instance. Its token is part of the URL, so URLs never leave this file unredacted."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.integrations.http import Answer, Http
from bot.integrations.whatsapp.zapi import failures


class Gateway:
    """Calls ``/instances/{id}/token/{token}/{endpoint}``."""

    def __init__(self, http: Http, *, base_url: str, instance_id: str, instance_token: str, client_token: str) -> None:
        path = f"{base_url.rstrip('/')}/instances/{quote(instance_id, safe='')}/token/{quote(instance_token, safe='')}"
        headers = {"Client-Token": client_token} if client_token else {}
        http.redactor.hide(instance_token, quote(instance_token, safe=""), client_token)
        self._way = http.provider(failures.NAME, path, headers, failures.refusal, limits=failures.LIMITS)

    async def call(self, method: str, endpoint: str, operation: str, **more: Any) -> Answer:
        """``more`` as for :meth:`bot.integrations.http.ProviderHttp.call`."""
        return await self._way.call(method, f"/{endpoint}", operation=operation, **more)

    def hide(self, secret: str) -> None:
        """Have the redactor hide this from now on."""
        self._way.http.redactor.hide(secret)
