"""The way to one Z-API instance. Its token stands in the address, so addresses never leave this file unredacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.integrations.errors import ProviderError, Unavailable
from bot.integrations.http import Answer, Http, Reader, Repeat
from bot.integrations.whatsapp.zapi import failures


class Gateway:
    """Calls ``/instances/{id}/token/{token}/{endpoint}``."""

    def __init__(self, http: Http, *, base_url: str, instance_id: str, instance_token: str, client_token: str) -> None:
        path = f"{base_url.rstrip('/')}/instances/{quote(instance_id, safe='')}/token/{quote(instance_token, safe='')}"
        headers = {"Client-Token": client_token} if client_token else {}
        self._redactor = http.redactor
        self._redactor.hide(instance_token, quote(instance_token, safe=""), client_token)
        self._provider = http.provider(failures.NAME, path, headers, failures.refusal, limits=failures.LIMITS)

    async def call(
        self,
        method: str,
        endpoint: str,
        operation: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        repeat: Repeat | None = None,
        timeout: float | None = None,
        refusal: Reader | None = None,
    ) -> Answer:
        try:
            return await self._provider.call(
                method,
                f"/{endpoint}",
                operation=operation,
                json=json,
                params=params,
                repeat=repeat,
                timeout=timeout,
                refusal=refusal,
            )
        except ProviderError as error:
            error.detail = self._redactor.without_secrets(error.detail)
            raise

    def hide(self, secret: str) -> None:
        """From now on, never written."""
        self._redactor.hide(secret)


def held(answer: Answer) -> dict[str, Any]:
    """The answer's object. Raises ``Unavailable`` where it is something else."""
    if not isinstance(answer.json, dict):
        raise Unavailable(failures.NAME, reason="unreadable_answer", status=answer.status)
    return answer.json
