"""Response bodies: several error formats (sheet 3), money sometimes as text, sometimes as numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class Refusal(Exception):
    """An error response."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body

    def response(self) -> web.Response:
        return reply(self.body, self.status)


def reply(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def nothing() -> web.Response:
    """Shape I: 204 without a body."""
    return web.Response(status=204)


def unauthenticated() -> Refusal:
    return Refusal(401, {"message": "Unauthenticated."})  # shape A


def unauthorized() -> Refusal:
    return Refusal(403, {"message": "This action is unauthorized."})  # shape B: the scope is never named


def invalid(errors: dict[str, str]) -> Refusal:
    """Shape C: keys are dotted."""
    return Refusal(422, {"message": "The given data was invalid.", "errors": {k: [v] for k, v in errors.items()}})


def rule(sentence: str, status: int = 422) -> Refusal:
    return Refusal(status, {"error": sentence})  # shape D


def coded(code: str, sentence: str, suggestion: str) -> Refusal:
    """Shape E."""
    body = {"message": f"{code}: {sentence}", "suggestion": suggestion, "request_id": "100200300", "context": []}
    return Refusal(422, body)


def missing(order_id: str) -> Refusal:
    return Refusal(404, {"message": f"No query results for model [App\\Order] {order_id}"})  # shape F


def required(key: str) -> str:
    """Sheet 3: "O campo from.postal code é obrigatório." - only underscores become blanks."""
    return f"O campo {key.replace('_', ' ')} é obrigatório."


def chosen(key: str) -> str:
    return f"O campo {key.replace('_', ' ')} selecionado é inválido."


async def body_of(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid({"body": "O corpo da requisição deve ser um objeto JSON."})
    return body


def number(value: Any) -> Decimal | None:
    """A number or a numeric text (sheet 6), None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        parsed = Decimal(str(value))
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


def cents(value: Any) -> int:
    return int((number(value) or Decimal(0)) * 100)


def grams(value: Any) -> int:
    return int(((number(value) or Decimal(0)) * 1000).to_integral_value(ROUND_CEILING))


def text_of(amount: int) -> str:
    """Centavos or hundredths as text with two decimals: the format of money in quotes (sheet 4)."""
    return f"{amount // 100}.{amount % 100:02d}"


def reais(amount: int) -> float:
    """Centavos as a JSON number: the format of money in cart, orders and balance (sheet 6)."""
    return amount / 100


def page(request: web.Request, items: Sequence[Any], path: str) -> web.Response:
    """A Laravel page of ten, or 204 if there is nothing (sheets 6 and 8.2)."""
    size = 10
    asked = request.query.get("page", "1")
    current = int(asked) if asked.isdecimal() and int(asked) > 0 else 1
    shown = list(items[(current - 1) * size : current * size])
    if not shown:
        return nothing()
    last = -(-len(items) // size)
    return reply(
        {
            "current_page": current,
            "data": shown,
            "first_page_url": f"{path}?page=1",
            "from": (current - 1) * size + 1,
            "last_page": last,
            "last_page_url": f"{path}?page={last}",
            "links": [],
            "next_page_url": f"{path}?page={current + 1}" if current < last else None,
            "path": path,
            "per_page": size,
            "prev_page_url": f"{path}?page={current - 1}" if current > 1 else None,
            "to": (current - 1) * size + len(shown),
            "total": len(items),
        }
    )
