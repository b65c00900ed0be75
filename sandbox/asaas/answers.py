"""Request and response bodies: reais as JSON numbers, errors as ``{"errors": [{code, description}]}``."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.core import Handler

Json = dict[str, Any]
Routes = list[tuple[str, str, Handler]]
"""Method, path below ``/v3`` and handler of a resource's calls."""


class Refusal(Exception):
    """An error response; without a code it has no body (sheet 1: none is declared for 404)."""

    def __init__(self, status: int, code: str = "", description: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.description = status, code, description

    def response(self) -> web.Response:
        if not self.code:
            return web.Response(status=self.status)
        return reply({"errors": [{"code": self.code, "description": self.description}]}, self.status)


def refuse(code: str, description: str) -> Refusal:
    """A business or validation error (sheet 1: 400 with ``errors[]``; the live API often stops at the first)."""
    return Refusal(400, code, description)


def missing() -> Refusal:
    return Refusal(404)


def reply(body: Json, status: int = 200) -> web.Response:
    """Sheet 1: creations answer 200 as well, not 201."""
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


async def body_of(request: web.Request) -> Json:
    text = await request.text()
    try:
        body = json.loads(text, parse_float=Decimal) if text else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refuse("invalid_object", "O corpo da requisição não é um JSON válido.")
    return body


def cents(value: Any, code: str = "invalid_value", name: str = "value") -> int:
    """Centavos of a JSON number (sheet 1: reais with up to two decimals, never cents)."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise refuse(code, f"O campo {name} deve ser informado como número.")
    amount = Decimal(value) * 100
    if not amount.is_finite() or amount != amount.to_integral_value() or amount < 0:
        raise refuse(code, f"O campo {name} deve ter até duas casas decimais.")
    return int(amount)


def reais(amount: int) -> int | float:
    return amount // 100 if amount % 100 == 0 else float(Decimal(amount).scaleb(-2))


def day(value: Any, code: str, name: str) -> date:
    """Sheet 1: dates are ``YYYY-MM-DD``."""
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refuse(code, f"O campo {name} deve estar no formato AAAA-MM-DD.")


def page(items: list[Json], request: web.Request) -> web.Response:
    """Sheet 1, pagination: ``offset`` from 0, ``limit`` up to 100 (10 by default)."""
    try:
        offset, limit = int(request.query.get("offset", "0")), int(request.query.get("limit", "10"))
    except ValueError:
        raise refuse("invalid_object", "offset e limit devem ser números.") from None
    if offset < 0 or not 1 <= limit <= 100:
        raise refuse("invalid_object", "O limite máximo é de 100 registros.")
    part = items[offset : offset + limit]
    return reply(
        {
            "object": "list",
            "hasMore": offset + limit < len(items),
            "totalCount": len(items),
            "limit": limit,
            "offset": offset,
            "data": part,
        }
    )
