"""The way to one Evolution instance: its paths, its key, its error bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.integrations.errors import ProviderError, Unavailable
from bot.integrations.http import MAX_JSON, Answer, Http, Reader, Repeat
from bot.integrations.whatsapp.evolution import failures

PNG_TOO = 4 * MAX_JSON


class Gateway:
    """Calls ``/{family}/{verb}/{instance}``. The key never leaves this class unredacted."""

    def __init__(self, http: Http, *, base_url: str, instance: str, api_key: str) -> None:
        self._redactor = http.redactor
        self._redactor.hide(api_key)
        self._instance = quote(instance, safe="")
        self._provider = http.provider(failures.NAME, base_url, {"apikey": api_key}, failures.refusal)

    async def call(
        self,
        method: str,
        verb: str,
        operation: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        repeat: Repeat | None = None,
        timeout: float | None = None,
        max_bytes: int = PNG_TOO,
        refusal: Reader | None = None,
    ) -> Answer:
        """``verb`` is the path before the instance, ``message/sendText``."""
        try:
            return await self._provider.call(
                method,
                f"/{verb}/{self._instance}",
                operation=operation,
                json=json,
                params=params,
                repeat=repeat,
                timeout=timeout,
                max_bytes=max_bytes,
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
