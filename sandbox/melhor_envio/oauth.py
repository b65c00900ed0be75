"""OAuth (sheet 2): codes, tokens, rotation. A refresh token works once."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from sandbox.melhor_envio.answers import Json, Refusal, reply

ACCESS_DAYS, REFRESH_DAYS = 30, 45  # sheet 2.2


class OAuth:
    def __init__(
        self, clock: Callable[[], datetime], token: str, client_id: str, client_secret: str, refresh_token: str
    ) -> None:
        self._clock = clock
        self.client_id, self._client_secret = client_id, client_secret
        self._access: dict[str, datetime | None] = {token: None} if token else {}
        self._refresh: dict[str, tuple[datetime, str]] = {}
        if refresh_token:
            self._refresh[refresh_token] = (clock() + timedelta(days=REFRESH_DAYS), token)
        self._codes: dict[str, str] = {}
        self.renewals = 0

    def knows(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or token not in self._access:
            return False
        ends = self._access[token]
        return ends is None or ends > self._clock()

    def revoke(self) -> None:
        """From now on every access token gets 401."""
        self._access.clear()

    def authorize(self, request: web.Request) -> web.Response:
        """Sheet 2.1; there is no page, the owner always agrees."""
        query = request.query
        if query.get("client_id") != self.client_id or query.get("response_type") != "code":
            raise _error(401, "invalid_client", "Client authentication failed")
        code = secrets.token_urlsafe(24)
        self._codes[code] = query.get("redirect_uri", "")
        back = URL(query.get("redirect_uri", "")).update_query(code=code, state=query.get("state", ""))
        return web.Response(status=302, headers={"Location": str(back)})

    async def token(self, request: web.Request) -> web.Response:
        """JSON [DOC] or a form [SDK] (sheet 2.1)."""
        fields: Any = await request.json() if request.content_type == "application/json" else await request.post()
        known = str(fields.get("client_id")) == self.client_id and fields.get("client_secret") == self._client_secret
        if not known:
            raise _error(401, "invalid_client", "Client authentication failed")
        grant = fields.get("grant_type")
        if grant == "authorization_code":
            redirect = self._codes.pop(str(fields.get("code")), None)
            if redirect is None or redirect != fields.get("redirect_uri"):
                # sheet 2.1: another redirect_uri looks like a wrong secret
                error = "invalid_grant" if redirect is None else "invalid_client"
                raise _error(401 if redirect is not None else 400, error, "Client authentication failed")
            return reply(self._issue())
        if grant == "refresh_token":
            ends, access = self._refresh.pop(str(fields.get("refresh_token")), (None, ""))
            if ends is None or ends <= self._clock():
                # sheet 2.2: the old token becomes invalid. The status of this error is not confirmed.
                raise _error(400, "invalid_grant", "The refresh token is invalid.")
            self._access.pop(access, None)  # not confirmed, but the framework's default
            self.renewals += 1
            return reply(self._issue())
        if grant == "client_credentials":  # sheet 2.2: 200 with a token that gets 401 on /me
            return reply({"token_type": "Bearer", "expires_in": ACCESS_DAYS * 86400, "access_token": self._jwt("")})
        raise _error(400, "unsupported_grant_type", "The authorization grant type is not supported.")

    def _issue(self) -> Json:
        access, refresh = self._jwt("1"), "def5" + secrets.token_hex(30)
        self._access[access] = self._clock() + timedelta(days=ACCESS_DAYS)
        self._refresh[refresh] = (self._clock() + timedelta(days=REFRESH_DAYS), access)
        return {
            "token_type": "Bearer",
            "expires_in": ACCESS_DAYS * 86400,
            "access_token": access,
            "refresh_token": refresh,
        }

    def _jwt(self, subject: str) -> str:
        ends = self._clock() + timedelta(days=ACCESS_DAYS)
        parts = ({"typ": "JWT", "alg": "RS256"}, {"aud": self.client_id, "exp": ends.timestamp(), "sub": subject})
        head, payload = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts)
        return f"{head}.{payload}.{secrets.token_urlsafe(32)}"


def _error(status: int, error: str, sentence: str) -> Refusal:
    return Refusal(status, {"error": error, "error_description": sentence, "hint": "", "message": sentence})
