"""Setting a password by a link in an e-mail: for invitations and forgotten passwords.

A link is signed, expires and works once; only its digest is kept. The stored event and command hold the link's id
without the signature, so the record gives nobody access; the effect that sends the e-mail signs it. A request for an
address gets the same answer after the same time, whether the account exists or not.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.console.access import OWNER, Access, Role, Throttle
from bot.domain.events import Incoming, PasswordChanged, PasswordLinkAsked
from bot.domain.lanes import SYSTEM
from bot.domain.links import Links
from bot.storage.accounts import Accounts

SOURCE, DOOR = "console", "porta"
"""Whoever asks for a link on the sign-in page is not known yet."""
INVITED_FOR, FORGOTTEN_FOR = timedelta(days=3), timedelta(hours=1)
MOST_LINKS, LINKS_SPAN = 3, timedelta(hours=1)
"""E-mails per account within this time, whoever asks."""
ANSWER_AFTER_S = 0.5
"""Seconds until a request for an address is answered, whether it is known or not."""

Put = Callable[[Sequence[Incoming]], Awaitable[list[bool]]]


@dataclass(frozen=True)
class PasswordLinks:
    accounts: Accounts
    access: Access
    links: Links
    put: Put
    clock: Callable[[], datetime]

    @functools.cached_property
    def throttle(self) -> Throttle:
        """Slows down repeated requests and attempts from one address."""
        return Throttle(self.clock)

    async def invite(self, name: str, role: Role, email: str, by: str) -> bool:
        """Create an account without a password, or change its address, and mail a link; False if it has been mailed too
        often. Raises :class:`ValueError` (Portuguese) for an address in use."""
        others = [a for a in await self.accounts.with_email(email) if a["name"] != name]
        if name == OWNER or others:
            raise ValueError("esse e-mail já é de outra conta" if others else "owner não tem link")
        await self.accounts.invite(name, role, email)
        return await self._send(name, email, by, INVITED_FOR, invited=True)

    async def forgotten(self, email: str, place: str) -> None:
        """Mail a link to the owner of this address, if there is one."""
        started = time.monotonic()
        if not self.throttle.wait(place):
            self.throttle.wrong(place)
            for account in await self.accounts.with_email(email):
                if account["active"]:
                    await self._send(account["name"], email, DOOR, FORGOTTEN_FOR, invited=False)
        await asyncio.sleep(max(0.0, started + ANSWER_AFTER_S - time.monotonic()))

    async def whose(self, token: str, place: str) -> str:
        """The account that a link is for; "" if it is invalid, used or expired."""
        if self.throttle.wait(place):
            return ""
        link = self.links.read_password(token)
        row = await self.accounts.password_link(_digest(link)) if link else None
        if row is None:
            self.throttle.wrong(place)
            return ""
        return str(row["account"])

    async def use(self, token: str, new: str, place: str) -> str:
        """Set the account's new password, once: its sessions and other links end. "" if the link is not valid. Raises
        :class:`ValueError` (Portuguese) on a weak password, which leaves the link valid."""
        name = await self.whose(token, place)
        if not name:
            return ""
        hashed = await self.access.hashed(new)
        if not await self.accounts.use_password_link(_digest(self.links.read_password(token) or ""), name, hashed):
            return ""
        await self.accounts.note(name, "trocou a senha por link", f"account:{name}")
        await self.changed(name, "link")
        return name

    async def changed(self, name: str, how: Literal["self", "link", "house"]) -> None:
        """Notify an account's owner of a changed password, if there is an address."""
        account = await self.accounts.account(name)
        if account is not None and account["email"]:
            event = PasswordChanged(account=name, email=account["email"], how=how)
            key = f"password_changed/{secrets.token_hex(8)}"
            await self.put([Incoming(source=SOURCE, key=key, lane=SYSTEM, event=event)])

    async def _send(self, name: str, email: str, by: str, lasts: timedelta, *, invited: bool) -> bool:
        now = self.clock()
        if await self.accounts.links_since(name, now - LINKS_SPAN) >= MOST_LINKS:
            return False
        link, until = secrets.token_hex(16), now + lasts
        await self.accounts.add_password_link(_digest(link), name, until)
        event = PasswordLinkAsked(account=name, email=email, link=link, expires_at=until, invited=invited)
        await self.put([Incoming(source=SOURCE, key=f"password/{_digest(link)[:32]}", lane=SYSTEM, event=event)])
        what = "convidou por e-mail" if invited else "pediu link de senha"
        await self.accounts.note(by, what, f"account:{name}")
        return True


def _digest(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()
