"""Authentication and authorisation: named accounts with roles, argon2id passwords, sessions, and a CSRF token per
form."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.domain.secret import same
from bot.storage.accounts import Accounts

OWNER = "owner"
"""The first account; its password is ``CONSOLE_PASSWORD``."""
SESSION_LASTS = timedelta(hours=12)
FREE_TRIES = 5
"""Consecutive wrong passwords before an account is locked for a while."""
LONGEST_WAIT = timedelta(minutes=15)
PLACE_TRIES, PLACE_SPAN = 20, timedelta(minutes=5)
"""Wrong passwords from one address within this time, for any names, before the address has to wait."""
MOST_PLACES = 10_000
SHORTEST_PASSWORD = 12


class Role(StrEnum):
    OWNER = "owner"
    SUPPORT = "support"
    FINANCE = "finance"
    READER = "reader"


class Permit(StrEnum):
    SEE = "see"
    TALK = "talk"
    """Write to people, and end handovers."""
    ORDERS = "orders"
    """Accept, cancel, ask for a new code."""
    MONEY = "money"
    """Refund money, settle differences."""
    MEND = "mend"
    """Replay events, retry commands."""
    MANAGE = "manage"
    """Accounts, sellers, settings, the audit log, exports of personal data."""


PERMITS: dict[Role, frozenset[Permit]] = {
    Role.OWNER: frozenset(Permit),
    Role.SUPPORT: frozenset([Permit.SEE, Permit.TALK, Permit.ORDERS, Permit.MEND]),
    Role.FINANCE: frozenset([Permit.SEE, Permit.ORDERS, Permit.MONEY]),
    Role.READER: frozenset([Permit.SEE]),
}


@dataclass(frozen=True)
class User:
    """The signed-in user. ``form_token`` must come back with every form."""

    name: str
    role: Role
    form_token: str

    def may(self, permit: Permit) -> bool:
        return permit in PERMITS[self.role]


@dataclass(frozen=True)
class Entered:
    """Result of a sign-in. ``cookie`` is the session's secret, None if it failed; ``wait`` then says until when to
    wait, if at all."""

    cookie: str | None
    wait: datetime | None = None


class Throttle:
    """Throttling by client address: slows down whoever tries many names from one place."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tries: dict[str, list[datetime]] = {}

    def wait(self, place: str) -> datetime | None:
        """Until when attempts from this address are refused; None if they are not."""
        tries = self._recent(place)
        return tries[0] + PLACE_SPAN if len(tries) >= PLACE_TRIES else None

    def wrong(self, place: str) -> None:
        recent = self._recent(place)
        self._tries.pop(place, None)  # keeps the newest last
        self._tries[place] = [*recent, self._clock()][-PLACE_TRIES:]
        while len(self._tries) > MOST_PLACES:
            del self._tries[next(iter(self._tries))]

    def _recent(self, place: str) -> list[datetime]:
        since = self._clock() - PLACE_SPAN
        return [at for at in self._tries.get(place, []) if at > since]


class Access:
    def __init__(self, accounts: Accounts, clock: Callable[[], datetime], owner_password: str, secret: str) -> None:
        self._accounts = accounts
        self._clock = clock
        self._owner_password = owner_password
        self._secret = secret
        self._throttle = Throttle(clock)
        self._unknown_names: dict[str, tuple[int, datetime | None]] = {}
        """Wrong passwords for unknown names, and until when each has to wait: waiting must not reveal which accounts
        exist. The newest is last."""
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._at_once = asyncio.Semaphore(2)
        self._decoy_hash = self._hasher.hash(secrets.token_hex())
        """The hash verified where there is no account or no password, so that all attempts take the same time."""

    async def enter(self, name: str, password: str, place: str = "") -> Entered:
        """Sign in. Unknown names, locked accounts and wrong passwords look alike; repeated failures have to wait.
        ``place``: the client's address."""
        if place and (shut := self._throttle.wait(place)):
            return Entered(None, shut)
        await self._sync_owner()
        account = await self._accounts.account(name)
        now = self._clock()
        locked: datetime | None = (
            account["locked_until"] if account is not None else self._unknown_names.get(name, (0, None))[1]
        )
        if locked is not None and locked > now:
            return Entered(None, locked)
        kept = account["password"] if account is not None and account["active"] else ""
        async with self._at_once:  # each costs memory and time on purpose
            right = await asyncio.to_thread(self._matches, kept or self._decoy_hash, password)
        if not (kept and right):
            self._throttle.wrong(place)
            return Entered(None, await self._refused(name, known=account is not None))
        await self._accounts.change(name, failures=0, locked_until=None)
        cookie = secrets.token_urlsafe(32)
        await self._accounts.open_session(_digest(cookie), name, secrets.token_urlsafe(32), now + SESSION_LASTS)
        await self._accounts.note(name, "entrou", f"account:{name}")
        return Entered(cookie)

    async def user(self, cookie: str) -> User | None:
        row = await self._accounts.session(_digest(cookie)) if cookie else None
        return User(row["account"], Role(row["role"]), row["form_token"]) if row is not None else None

    async def leave(self, cookie: str) -> None:
        await self._accounts.close_session(_digest(cookie))

    async def change_password(self, name: str, old: str, new: str) -> None:
        """Change one's own password and end all other sessions. Raises :class:`ValueError` (Portuguese)."""
        account = await self._accounts.account(name)
        if account is None or name == OWNER:
            raise ValueError("a senha de owner vem de CONSOLE_PASSWORD, no ambiente")
        if account["locked_until"] is not None and account["locked_until"] > self._clock():
            raise ValueError("senhas erradas demais; espere um pouco")
        async with self._at_once:
            right = await asyncio.to_thread(self._matches, account["password"] or self._decoy_hash, old)
        if not right:
            await self._refused(name, known=True)
            raise ValueError("a senha atual não confere")
        await self.save(name, Role(account["role"]), new)

    async def save(self, name: str, role: Role, password: str) -> None:
        """Create an account, or set its password. Raises :class:`ValueError` (Portuguese) on a weak password."""
        await self._accounts.save(name, role, await self.hashed(password))

    async def hashed(self, password: str) -> str:
        """The argon2id hash. Raises :class:`ValueError` (Portuguese) on a weak password."""
        if len(password) < SHORTEST_PASSWORD:
            raise ValueError(f"a senha precisa de pelo menos {SHORTEST_PASSWORD} caracteres")
        async with self._at_once:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _refused(self, name: str, *, known: bool) -> datetime | None:
        failures = await self._accounts.failed(name)  # for unknown names too, so that the timing is the same
        if not known:
            failures = self._unknown_names.pop(name, (0, None))[0] + 1
        await self._accounts.note(name, "senha errada", f"account:{name}", f"{failures} em seguida")
        wait = min(timedelta(seconds=30 * 2 ** max(0, min(failures - FREE_TRIES, 10))), LONGEST_WAIT)
        until = self._clock() + wait if failures >= FREE_TRIES else None
        if not known:
            self._unknown_names[name] = failures, until
            while len(self._unknown_names) > MOST_PLACES:
                del self._unknown_names[next(iter(self._unknown_names))]
        elif until is not None:
            await self._accounts.change(name, locked_until=until)
        return until

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _sync_owner(self) -> None:
        """Take the owner's password from the environment; a new one there takes effect and ends the owner's
        sessions."""
        seed = hmac.new(self._secret.encode(), b"console:" + self._owner_password.encode(), hashlib.sha256).hexdigest()
        owner = await self._accounts.account(OWNER)
        if owner is None or not same(owner["seed"], seed):
            hashed = await asyncio.to_thread(self._hasher.hash, self._owner_password)
            await self._accounts.save(OWNER, Role.OWNER, hashed, seed)


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
