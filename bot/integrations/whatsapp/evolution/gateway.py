"""The connection to one Evolution instance: its paths, its key, its error bodies."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.integrations.http import MAX_JSON, Answer, Http
from bot.integrations.whatsapp.evolution import failures

PNG_TOO = 4 * MAX_JSON


class Gateway:
    """Calls ``/{family}/{verb}/{instance}``. The key never leaves this class unredacted."""

    def __init__(self, http: Http, *, base_url: str, instance: str, api_key: str) -> None:
        http.redactor.hide(api_key)
        self._instance = quote(instance, safe="")
        self._way = http.provider(failures.NAME, base_url, {"apikey": api_key}, failures.refusal)

    async def call(self, method: str, verb: str, operation: str, *, max_bytes: int = PNG_TOO, **more: Any) -> Answer:
        """``verb`` is the path before the instance, ``message/sendText``; ``more`` as for
        :meth:`bot.integrations.http.ProviderHttp.call`."""
        path = f"/{verb}/{self._instance}"
        return await self._way.call(method, path, operation=operation, max_bytes=max_bytes, **more)

    def hide(self, secret: str) -> None:
        """Have the redactor hide this from now on."""
        self._way.http.redactor.hide(secret)
