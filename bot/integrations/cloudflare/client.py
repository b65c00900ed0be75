"""Shared by Cloudflare's APIs: the envelope ``{result, success, errors, messages}`` and its numeric codes."""

from __future__ import annotations

from typing import Any

from bot.integrations.errors import NotFound, ProviderError, RateLimited, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer, Http, ProviderHttp
from bot.integrations.limits import Limits

NAME = "cloudflare"
LIMITS = Limits(calls=1200, window_s=300)
"""For all calls with one token; above that, all are refused for five minutes."""

_REFUSALS = {
    10059: "not_a_video",
    5454: "gone",
    5409: "exists",
    5411: "bad_id",
    5413: "too_large",
    7011: "too_large",
    5443: "too_large",
    5455: "unsupported",
    9422: "broken",
    7003: "wrong_account",
}
_NO_RIGHT = frozenset([10000, 5403, 9109])
_SERVER = frozenset([5408, 5433, 5450, 5500, 5503, 5540, 5541, 5542, 5543, 5544, 5550])
_FULL = frozenset([5453, 10011])
_NOT_FOUND = frozenset([5404, 10003])


def connect(http: Http, base_url: str, account_id: str, api_token: str) -> ProviderHttp:
    """The connection for one account."""
    headers = {"Authorization": f"Bearer {api_token}"}
    return http.provider(NAME, f"{base_url.rstrip('/')}/accounts/{account_id}", headers, refusal, limits=LIMITS)


def refusal(answer: Answer) -> ProviderError | None:
    """The refusal in a response; ``success`` counts as much as the status, and the code more than the text.

    Failures inside the provider are ``Uncertain``: the upload may have succeeded.
    """
    status = answer.status
    body = answer.json if isinstance(answer.json, dict) else None
    if body is not None and answer.ok and body.get("success") is True:
        return None
    code, detail = _first_error(body)
    if answer.ok and not code:
        return Uncertain(NAME, "it says neither yes nor no", reason="unreadable", status=status)
    text = str(code) if code else ""
    if status == 429:
        return RateLimited(NAME, detail, reason="rate_limited", code=text, status=status)
    if code in _SERVER:
        return Uncertain(NAME, detail, reason="server_error", code=text, status=status)
    if code in _FULL:
        # the file is fine: it waits until the operator has made room
        return Unavailable(NAME, detail, reason="account_full", code=text, status=status)
    if code in _NO_RIGHT or (not code and status in (401, 403)):
        return Unauthorised(NAME, detail, reason="not_allowed", code=text, status=status)
    if code in _NOT_FOUND or (not code and status == 404):
        return NotFound(NAME, detail, reason="not_found", code=text, status=status)
    if not code and status == 409:
        return Refused(NAME, detail, reason="exists", status=status)
    if not code and status == 413:
        return Refused(NAME, detail, reason="too_large", status=status)
    reason = _REFUSALS.get(code) or (f"code_{code}" if code else f"http_{status}")
    return Refused(NAME, detail, reason=reason, code=text, status=status)


def refusal_of_deletion(answer: Answer) -> ProviderError | None:
    """Like :func:`refusal`, for calls whose success has no body."""
    return None if answer.ok and not answer.body else refusal(answer)


def _first_error(body: dict[str, Any] | None) -> tuple[int, str]:
    errors = (body or {}).get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return 0, ""
    code = first.get("code")
    return (code if isinstance(code, int) else 0), str(first.get("message") or "")
