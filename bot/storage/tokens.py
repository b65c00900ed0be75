"""Rotating tokens, stored encrypted. The environment provides the seed, and a new one takes precedence.

Each seed has a row of its own: trying a wrong token in the environment and removing it again does not cost the earlier
authorisation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.domain.secret import same
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.upsert import put

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class TokenVault:
    """Loads and saves a small set of texts under a name, atomically."""

    def __init__(self, database: Database, secret_key: str, clock: Callable[[], datetime]) -> None:
        key = hashlib.sha256(b"autopars token vault\0" + secret_key.encode()).digest()
        self._key = key
        self._database = database
        self._clock = clock

    def _print(self, seed: str) -> str:
        return hmac.new(self._key, seed.encode(), hashlib.sha256).hexdigest()

    def _row(self, name: str, seed: str) -> str:
        return f"{name}/{self._print(seed)[:16]}"

    def _fernet(self) -> Fernet:
        from cryptography.fernet import Fernet  # large, and needed only to renew a token

        return Fernet(base64.urlsafe_b64encode(self._key))

    async def load(self, name: str, seed: str) -> Mapping[str, str] | None:
        """What was saved; None if there is nothing, the environment's seed has changed, or it cannot be decrypted."""
        names = (self._row(name, seed), name)  # earlier releases know only the row with the bare name
        saved = sa.select(t.tokens).where(t.tokens.c.name.in_(names)).order_by(t.tokens.c.at.desc())
        rows = await self._database.look(lambda connection: connection.execute(saved).all())
        row = next((row for row in rows if same(row.seed, self._print(seed))), None)
        if row is None:
            return None
        from cryptography.fernet import InvalidToken

        try:
            found: dict[str, str] = json.loads(self._fernet().decrypt(row.value.encode()))
        except InvalidToken:
            return None
        return found

    async def save(self, name: str, seed: str, values: Mapping[str, str]) -> None:
        sealed = self._fernet().encrypt(json.dumps(dict(values)).encode()).decode()
        row = {"value": sealed, "seed": self._print(seed), "at": self._clock()}

        def keep(connection: sa.Connection) -> None:
            for key in (self._row(name, seed), name):
                put(connection, t.tokens, {"name": key, **row})

        await self._database.commit(keep)
