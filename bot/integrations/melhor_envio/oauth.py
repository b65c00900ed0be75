"""Melhor Envio's OAuth tokens: stored, renewed by one caller at a time, handed out.

An access token lives 30 days, a refresh token 45. A refresh token dies when it is used, so two simultaneous renewals
would lock us out for good: one runs at a time, and the new pair is saved before it is used.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from bot.integrations.errors import ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer, Http
from bot.integrations.melhor_envio.refusals import LIMITS, PROVIDER, UNAUTHENTICATED

log = logging.getLogger(__name__)

SCOPES = (
    "shipping-calculate",
    "cart-read",
    "cart-write",
    "shipping-checkout",
    "shipping-generate",
    "shipping-print",
    "shipping-preview",
    "shipping-tracking",
    "shipping-cancel",
    "orders-read",
    "users-read",
)
"""The scopes that the account's owner must grant."""

REAUTHORISE = "reauthorise"
MEND = "rode `autopars melhor-envio connect`"
"""The advice in the operator's alert when only the account's owner can help."""

LONGEST_RENEWAL_S = 30.0
"""Longer than another process's renewal attempts take."""
RENEW_BEFORE = timedelta(days=3)
"""A token this close to its expiry is renewed in passing, while the old one still works."""


@dataclass(frozen=True)
class TokenPair:
    """``refresh`` is empty for a personal token from the panel, which cannot be renewed."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None


class Vault(Protocol):
    """Storage of token pairs between starts. ``seed`` is the environment's value: a new one invalidates the stored
    pair. ``save`` stores all values in one transaction."""

    async def load(self, name: str, seed: str) -> Mapping[str, str] | None: ...

    async def save(self, name: str, seed: str, values: Mapping[str, str]) -> None: ...


Exclusive = Callable[[], AbstractAsyncContextManager[Any]]


class Tokens:
    """The current pair of one account: seeded by the environment, then from the ``vault``.

    If several processes share the account, each adopts what another has saved; ``exclusive`` makes an async context
    manager that only one process holds during a renewal.
    """

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        access_token: str,
        refresh_token: str = "",
        client_id: str = "",
        client_secret: str = "",
        user_agent: str = "",
        vault: Vault | None = None,
        exclusive: Exclusive | None = None,
    ) -> None:
        headers = {"Accept": "application/json"} | ({"User-Agent": user_agent} if user_agent else {})
        self._api = http.provider(PROVIDER, base_url, headers, _refusal, limits=LIMITS)
        self._redactor = http.redactor
        self._clock = http.clock
        self._pair = TokenPair(access_token, refresh_token)
        self._seed = f"{access_token}\n{refresh_token}"
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._vault = vault
        self._exclusive = exclusive or (lambda: nullcontext())
        self._lock = asyncio.Lock()
        self._loaded = False
        self._unsaved = False

    @property
    def renewable(self) -> bool:
        """False for a personal token from the panel."""
        return bool(self._pair.refresh)

    @property
    def ends(self) -> datetime | None:
        """The access token's expiry, if it contains one."""
        return self._pair.expires_at or expiry_of(self._pair.access)

    async def access(self) -> str:
        """The token for the next call, renewed beforehand if it is about to expire."""
        if not self._loaded:
            await self._reload()
        if self._unsaved:
            await self._keep(self._pair)
        if not self._pair.access and not await self._reload():
            raise Unauthorised(PROVIDER, MEND, reason=REAUTHORISE)
        pair = self._pair
        ends = self.ends
        if pair.refresh and ends is not None and ends - RENEW_BEFORE <= self._clock():
            try:
                return await self.refresh(pair.access)
            except ProviderError:
                if ends <= self._clock():
                    raise
                log.warning("the token of %s could not be renewed early", PROVIDER)
        return self._pair.access

    async def newer(self, token: str) -> str:
        """The token that another process has stored since, if it differs from this one; otherwise empty."""
        await self._reload()
        return self._pair.access if self._pair.access != token else ""

    async def refresh(self, rejected: str = "") -> str:
        """A token other than ``rejected`` (default: the current one). Concurrent callers share one renewal.

        Raises ``Unauthorised`` with reason ``unauthenticated`` if there is nothing to renew with, and ``reauthorise``
        if the owner has to authorise the application again; ``Unavailable`` if nobody answers.
        """
        # shielded: a renewal interrupted after the provider rotated the token would lose the account
        renewal = asyncio.ensure_future(self._renew(rejected or self._pair.access))
        renewal.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(renewal)

    async def exchange(self, code: str, redirect_uri: str) -> TokenPair:
        """Exchange the callback's code for the first pair, and store it."""
        fields = {"grant_type": "authorization_code", "redirect_uri": redirect_uri, "code": code}
        async with self._lock, self._alone():
            await self._keep(await self._ask("oauth.exchange", fields))
            return self._pair

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Held by the only process that requests tokens."""
        async with AsyncExitStack() as inside:
            try:
                async with asyncio.timeout(LONGEST_RENEWAL_S):
                    await inside.enter_async_context(self._exclusive())
            except TimeoutError:
                raise Unavailable(PROVIDER, "another process asks for tokens", reason="busy") from None
            yield

    async def _renew(self, rejected: str) -> str:
        async with self._lock:
            if self._pair.access != rejected:
                return self._pair.access
            async with self._alone():
                if await self._reload():
                    return self._pair.access
                if not self._pair.refresh:
                    raise Unauthorised(PROVIDER, "the token was not accepted", reason=UNAUTHENTICATED, status=401)
                try:
                    fields = {"grant_type": "refresh_token", "refresh_token": self._pair.refresh}
                    pair = await self._ask("oauth.refresh", fields)
                    if not pair.refresh:  # an answer that names none: the old one is still good, or nothing is
                        pair = replace(pair, refresh=self._pair.refresh)
                except Refused:
                    if await self._reload():  # another process was faster
                        return self._pair.access
                    raise
                await self._keep(pair)
                return pair.access

    async def _reload(self) -> bool:
        """Adopt what was saved by an earlier start or another process; whether it brought a new token."""
        stored = await self._vault.load(PROVIDER, self._seed) if self._vault else None
        self._loaded = True
        if stored is None or self._unsaved or stored.get("access", "") in ("", self._pair.access):
            return False
        ends = stored.get("expires_at")
        self._pair = TokenPair(
            stored["access"], stored.get("refresh", ""), datetime.fromisoformat(ends) if ends else None
        )
        self._redactor.hide(self._pair.access, self._pair.refresh)
        return True

    async def _keep(self, pair: TokenPair) -> None:
        self._redactor.hide(pair.access, pair.refresh)
        self._pair, self._unsaved = pair, True
        if self._vault is not None:
            ends = pair.expires_at.isoformat() if pair.expires_at else ""
            values = {"access": pair.access, "refresh": pair.refresh, "expires_at": ends}
            try:
                await self._vault.save(PROVIDER, self._seed, values)
            except Exception:
                # the old pair is dead already: continue with the new one, and save it at the next call
                log.exception("the new token of %s could not be saved yet", PROVIDER)
                return
        self._unsaved = False

    async def _ask(self, operation: str, fields: dict[str, str]) -> TokenPair:
        try:
            answer = await self._api.call("POST", "/oauth/token", operation=operation, json={**self._client, **fields})
        except Uncertain as error:
            # the call that needed a token was not made
            raise Unavailable(PROVIDER, reason=error.reason, status=error.status) from error
        body = answer.json if isinstance(answer.json, dict) else {}
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not isinstance(access, str) or not access:
            raise Unavailable(PROVIDER, "no access token in the answer", reason="unreadable", status=answer.status)
        seconds = body.get("expires_in")
        ends = self._clock() + timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
        return TokenPair(access, refresh if isinstance(refresh, str) else "", ends)


def authorize_url(base_url: str, *, client_id: str, redirect_uri: str, state: str) -> str:
    """Where the account's owner authorises the application; the browser returns to ``redirect_uri`` with a code."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": " ".join(SCOPES),
    }
    return f"{base_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


def expiry_of(token: str) -> datetime | None:
    """The expiry of a JWT, None for any other text. Nothing is verified: it is our own token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(payload["exp"]), UTC)
    except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, OSError):
        return None


def _refusal(answer: Answer) -> ProviderError | None:
    """OAuth errors keep only their code: descriptions may quote the request."""
    if not isinstance(answer.json, dict):  # not the API's words: somebody in front of it has answered
        return Uncertain(PROVIDER, reason="unreadable" if answer.ok else "blocked", status=answer.status)
    if answer.ok:
        return None
    error = answer.json.get("error")
    code = error if isinstance(error, str) else ""
    reason = {"invalid_client": "invalid_client", "invalid_grant": REAUTHORISE}.get(code, "")
    if reason or answer.status in (400, 401, 403):
        return Unauthorised(PROVIDER, MEND, reason=reason or REAUTHORISE, code=code, status=answer.status)
    return Refused(PROVIDER, code, reason=code or f"http_{answer.status}", code=code, status=answer.status)
