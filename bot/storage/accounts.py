"""The console's accounts, sessions, password links and audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.lists import PAGE, Page, Span, Where, read_page
from bot.storage.reading import Reader, Row
from bot.storage.upsert import insert_new, put

LOOKED = "viu"


class Accounts(Reader):
    """Rows; their meaning is up to the console."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        super().__init__(database)
        self._clock = clock

    # --- accounts --------------------------------------------------------------------------------------

    async def account(self, name: str) -> Row | None:
        return await self._one(sa.select(t.accounts).where(t.accounts.c.name == name))

    async def accounts(self) -> Sequence[Row]:
        return await self._all(sa.select(t.accounts).order_by(t.accounts.c.name))

    async def save(self, name: str, role: str, password: str, seed: str = "") -> None:
        """Create an account or set its password; ends its sessions."""
        row = {"name": name, "role": role, "password": password, "seed": seed, "created_at": self._clock()}
        row |= {"failures": 0, "locked_until": None, "active": True}
        async with self._database.write() as connection:
            await connection.run_sync(put, t.accounts, row)
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.account == name))
            await connection.run_sync(_end_links, name, self._clock())

    async def with_email(self, email: str) -> Sequence[Row]:
        if not email:
            return []
        return await self._all(sa.select(t.accounts).where(t.accounts.c.email == email).order_by(t.accounts.c.name))

    async def invite(self, name: str, role: str, email: str) -> None:
        """Create an account without a password, or change role and address of one; ends links sent to the old
        address."""
        row = {"name": name, "role": role, "password": "", "email": email, "created_at": self._clock(), "active": True}
        async with self._database.write() as connection:
            known = sa.update(t.accounts).where(t.accounts.c.name == name)
            changed = await connection.execute(known.values(role=role, email=email, active=True))
            if not changed.rowcount:
                await connection.execute(sa.insert(t.accounts).values(row))
            await connection.run_sync(_end_links, name, self._clock())

    async def change(self, name: str, **values: Any) -> None:
        """``role``, ``active``, ``failures`` or ``locked_until``; sessions end where ``active`` becomes false."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(t.accounts).where(t.accounts.c.name == name).values(**values))
            if values.get("active") is False:
                await connection.execute(sa.delete(t.sessions).where(t.sessions.c.account == name))
                await connection.run_sync(_end_links, name, self._clock())

    async def failed(self, name: str) -> int:
        """Count a wrong password; returns how many in a row."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(t.accounts).where(t.accounts.c.name == name).values(failures=t.accounts.c.failures + 1)
            )
            found = await connection.execute(sa.select(t.accounts.c.failures).where(t.accounts.c.name == name))
            return int(found.scalar_one_or_none() or 0)

    # --- passwords by e-mail ---------------------------------------------------------------------------

    async def add_password_link(self, digest: str, account: str, expires_at: datetime) -> None:
        now = self._clock()
        row = {"digest": digest, "account": account, "created_at": now, "expires_at": expires_at}
        old = t.password_links.c.expires_at < now - timedelta(days=1)
        async with self._database.write() as connection:
            await connection.execute(sa.delete(t.password_links).where(old))
            await connection.execute(sa.insert(t.password_links).values(row))

    async def links_since(self, account: str, since: datetime) -> int:
        links = t.password_links.c
        mine = sa.select(sa.func.count()).where(links.account == account, links.created_at > since)
        async with self._database.read() as connection:
            return int((await connection.execute(mine)).scalar_one())

    async def password_link(self, digest: str) -> Row | None:
        """An unused, unexpired link of an active account; None otherwise."""
        links = t.password_links.c
        good = sa.and_(links.digest == digest, links.used_at.is_(None), links.expires_at > self._clock())
        of = sa.select(t.password_links).join(t.accounts, t.accounts.c.name == links.account)
        return await self._one(of.where(good, t.accounts.c.active))

    async def use_password_link(self, digest: str, name: str, password: str) -> bool:
        """Set the password with a valid link; ends sessions and other links. False if the link is not valid any
        more."""
        links, now = t.password_links.c, self._clock()
        good = sa.and_(links.digest == digest, links.account == name, links.used_at.is_(None), links.expires_at > now)
        async with self._database.write() as connection:
            if not (await connection.execute(sa.update(t.password_links).where(good).values(used_at=now))).rowcount:
                return False
            mine = sa.update(t.accounts).where(t.accounts.c.name == name, t.accounts.c.active)
            await connection.execute(mine.values(password=password, failures=0, locked_until=None))
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.account == name))
            await connection.run_sync(_end_links, name, now)
            return True

    # --- sessions --------------------------------------------------------------------------------------

    async def open_session(self, digest: str, account: str, form_token: str, expires_at: datetime) -> None:
        row = {"id": digest, "account": account, "form_token": form_token, "expires_at": expires_at}
        async with self._database.write() as connection:
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.expires_at <= self._clock()))
            await connection.run_sync(insert_new, t.sessions, [row])

    async def session(self, digest: str) -> Row | None:
        """The session with its account's role; None if it has expired or the account is inactive."""
        query = (
            sa.select(t.sessions, t.accounts.c.role)
            .join(t.accounts, t.accounts.c.name == t.sessions.c.account)
            .where(t.sessions.c.id == digest, t.sessions.c.expires_at > self._clock(), t.accounts.c.active)
        )
        return await self._one(query)

    async def close_session(self, digest: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(t.sessions).where(t.sessions.c.id == digest))

    # --- canned replies --------------------------------------------------------------------------------

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
        """Write to the audit log. ``subject``: ``order:1042``, ``person:…``, ``event:7``, ``account:ana``."""
        row = {"at": self._clock(), "by": by, "action": action, "subject": subject[:120], "detail": detail}
        async with self._database.write() as connection:
            await connection.execute(sa.insert(t.audit).values(**row))

    async def log(self, *, subject: str = "", action: str = "") -> Sequence[Row]:
        """The newest hundred, newest first."""
        query = sa.select(t.audit).order_by(t.audit.c.id.desc()).limit(100)
        if subject:
            query = query.where(t.audit.c.subject == subject)
        if action:
            query = query.where(t.audit.c.action == action)
        return await self._all(query)

    async def lines(self, span: Span, *, subject: str = "", by: str = "", action: str = "") -> Page:
        """A page of the audit log."""
        a = t.audit.c
        way: list[Where] = [a.subject == subject] if subject else []
        others: list[Where] = [column == value for column, value in ((a.by, by), (a.action, action)) if value]
        return await read_page(self._database, a.id, a.at, tuple(a), [way], others, span, PAGE)

    async def has_looked(self, by: str, subject: str, since: datetime) -> bool:
        """Whether the account has looked at the subject since then."""
        query = (
            sa.select(t.audit.c.id)
            .where(t.audit.c.subject == subject, t.audit.c.by == by, t.audit.c.action == LOOKED, t.audit.c.at >= since)
            .limit(1)
        )
        return await self._one(query) is not None


def _end_links(connection: sa.Connection, account: str, now: datetime) -> None:
    """Invalidate the unused links of an account."""
    links = t.password_links.c
    unused = sa.update(t.password_links).where(links.account == account, links.used_at.is_(None))
    connection.execute(unused.values(used_at=now))
