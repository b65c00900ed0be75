"""The console's accounts, their sessions, and the log of who looked at what and did what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.lists import PAGE, Page, Span, Where, read_page
from bot.storage.reading import Reader, Row
from bot.storage.upsert import insert_new, put

LOOKED = "viu"


class Accounts(Reader):
    """Rows as they stand; what they mean is the console's business."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        super().__init__(database)
        self._clock = clock

    # --- accounts --------------------------------------------------------------------------------------

    async def account(self, name: str) -> Row | None:
        return await self._one(sa.select(t.accounts).where(t.accounts.c.name == name))

    async def accounts(self) -> Sequence[Row]:
        return await self._all(sa.select(t.accounts).order_by(t.accounts.c.name))

    async def save(self, name: str, role: str, password: str, seed: str = "") -> None:
        """Add an account or give it a new password; who was signed in with the old one is signed out."""
        row = {"name": name, "role": role, "password": password, "seed": seed, "created_at": self._clock()}
        row |= {"failures": 0, "locked_until": None, "active": True}
        async with self._database.write() as connection:
            await connection.run_sync(put, t.accounts, row)
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.account == name))

    async def change(self, name: str, **values: Any) -> None:
        """``role``, ``active``, ``failures`` or ``locked_until``; sessions end where ``active`` becomes false."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(t.accounts).where(t.accounts.c.name == name).values(**values))
            if values.get("active") is False:
                await connection.execute(sa.delete(t.sessions).where(t.sessions.c.account == name))

    async def failed(self, name: str) -> int:
        """One more wrong password; how many in a row."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(t.accounts).where(t.accounts.c.name == name).values(failures=t.accounts.c.failures + 1)
            )
            found = await connection.execute(sa.select(t.accounts.c.failures).where(t.accounts.c.name == name))
            return int(found.scalar_one_or_none() or 0)

    # --- sessions --------------------------------------------------------------------------------------

    async def open_session(self, digest: str, account: str, form_token: str, expires_at: datetime) -> None:
        row = {"id": digest, "account": account, "form_token": form_token, "expires_at": expires_at}
        async with self._database.write() as connection:
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.expires_at <= self._clock()))
            await connection.run_sync(insert_new, t.sessions, [row])

    async def session(self, digest: str) -> Row | None:
        """The session with its account's role; None if it is over, or the account closed."""
        query = (
            sa.select(t.sessions, t.accounts.c.role)
            .join(t.accounts, t.accounts.c.name == t.sessions.c.account)
            .where(t.sessions.c.id == digest, t.sessions.c.expires_at > self._clock(), t.accounts.c.active)
        )
        return await self._one(query)

    async def close_session(self, digest: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.id == digest))

    # --- answers that are given often ------------------------------------------------------------------

    async def canned(self) -> Sequence[Row]:
        return await self._all(sa.select(t.canned).order_by(t.canned.c.id))

    async def add_canned(self, text: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.insert(t.canned).values(text=text))

    async def drop_canned(self, number: int) -> bool:
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(t.canned).where(t.canned.c.id == number))).rowcount == 1

    # --- the audit log ---------------------------------------------------------------------------------

    async def note(self, by: str, action: str, subject: str, detail: str = "") -> None:
        """Who did or looked at what. ``subject``: ``order:1042``, ``person:…``, ``event:7``, ``account:ana``."""
        row = {"at": self._clock(), "by": by, "action": action, "subject": subject[:120], "detail": detail}
        async with self._database.write() as connection:
            await connection.execute(sa.insert(t.audit).values(**row))

    async def log(self, *, subject: str = "", action: str = "", before: int = 0, limit: int = 100) -> Sequence[Row]:
        """Newest first."""
        query = sa.select(t.audit).order_by(t.audit.c.id.desc()).limit(limit)
        if subject:
            query = query.where(t.audit.c.subject == subject)
        if action:
            query = query.where(t.audit.c.action == action)
        if before:
            query = query.where(t.audit.c.id < before)
        return await self._all(query)

    async def lines(self, span: Span, *, subject: str = "", by: str = "", action: str = "") -> Page:
        """A page of the audit log."""
        a = t.audit.c
        way: list[Where] = [a.subject == subject] if subject else []
        others: list[Where] = [column == value for column, value in ((a.by, by), (a.action, action)) if value]
        return await read_page(self._database, a.id, a.at, tuple(a), [way], others, span, PAGE)

    async def has_looked(self, by: str, subject: str, since: datetime) -> bool:
        """Whether somebody has seen this since then."""
        query = (
            sa.select(t.audit.c.id)
            .where(t.audit.c.subject == subject, t.audit.c.by == by, t.audit.c.action == LOOKED, t.audit.c.at >= since)
            .limit(1)
        )
        return await self._one(query) is not None
