"""Verbs for language and search: line by line from standard input, or as diagrams."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.cli.terminal import Stopped, say, with_database
from bot.redaction import storable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.domain.catalogue import Product
    from bot.settings import Settings
    from bot.storage.database import Database


def understand(_: argparse.Namespace) -> int:
    from bot.conversations.language import foreign, understand

    for number, line in enumerate(_lines(), start=1):
        if not line.strip():
            continue
        try:
            text, role = _message(json.loads(line))
        except (ValueError, RecursionError):
            raise Stopped(
                f'line {number}: neither a JSON string nor an object {{"text": …, "role": "buyer" or "seller"}}'
            ) from None
        found = understand(foreign.in_portuguese(text), role)  # as in a conversation
        said = {
            "intent": found.intent,
            "confidence": round(found.confidence, 3),
            "slots": found.slots,
            "alternatives": [name for name, _ in found.alternatives],
        }
        say(json.dumps(said, ensure_ascii=False))
    return 0


def search(_: argparse.Namespace) -> int:
    from bot.conversations.finding import look
    from bot.storage.shop import SqlShop

    async def work(config: Settings, database: Database) -> int:
        def find(connection: Connection, text: str) -> list[Product]:
            found = look(SqlShop(connection, config.rules()), text)
            return [] if found.unknown else found.products  # an unknown car: the buyer is asked first

        async with database.read() as connection:
            for line in _lines():
                found = await connection.run_sync(find, line.strip())
                say(json.dumps([product.sku for product in found], ensure_ascii=False))
        return 0

    return with_database(work)


def flows(_: argparse.Namespace) -> int:
    from bot.conversations.drawing import mermaid

    for name, drawing in mermaid().items():
        say(f"%% {name}\n{drawing}\n")
    return 0


def _lines() -> Iterator[str]:
    """Standard input; invalid UTF-8 is replaced."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    yield from sys.stdin


def _message(given: Any) -> tuple[str, str]:
    """Text and role of a line. Raises ``ValueError`` for another format."""
    fields = given if isinstance(given, dict) else {"text": given}
    text, role = fields.get("text"), fields.get("role") or ""
    if not isinstance(text, str) or role not in ("", "buyer", "seller"):
        raise ValueError
    return storable(text), role
