"""Z-API's English error texts, turned into our classes. They are free text, so they are matched by fragments."""

from __future__ import annotations

import re
from typing import Any

from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer
from bot.integrations.limits import Limits
from bot.integrations.whatsapp import fields

NAME = "zapi"
LIMITS = Limits(at_once=20)
"""It accepts messages into its own serial queue and sends one every one to three seconds: it documents no rate limit,
and more concurrent calls bring nothing sooner."""

_FAILURES = (
    ("no_whatsapp", ("phone number does not exist", "invalid phone", "phone is wrong")),
    ("rejected", ("shadow ban", "rejected sending", "did not allow sending", "shadow_ban")),
    ("buttons", ("buttons message terms",)),
    (
        "media",
        (
            "invalid media",
            "unsupported sticker",
            "html",
            "404",
            "convert",
            "conversion",
        ),
    ),
    ("transient", ("timeout on send", "error on send message", "due to request error")),
)
_CREDENTIALS = ("client-token", "null not allowed", "instance not found", "instance id", "invalid token")
_ECHOED = re.compile(r"(?i)client-token \S+ not allowed")


def failure_of(error: str, code: str = "") -> str:
    """The class of a delivery error, as in :class:`bot.domain.events.Receipt`: ``no_whatsapp``, ``rejected``,
    ``buttons``, ``media``, ``transient`` or ``other``."""
    text = f"{error} {code}".lower()
    return next((name for name, marks in _FAILURES if any(m in text for m in marks)), "other")


def clean(error: str) -> str:
    """An error text without the token that Z-API repeats in it."""
    return _ECHOED.sub("Client-Token ••• not allowed", error)


def refusal(answer: Answer) -> ProviderError | None:
    """Reads any response: a 2xx with an ``error`` is no success, and one without JSON says nothing."""
    body = answer.json
    if not isinstance(body, dict):
        if answer.ok and answer.body.strip() and not isinstance(body, list):
            return Uncertain(NAME, answer.text, reason="unreadable_answer", status=answer.status)
        return _by_status(answer)
    error = body.get("error")
    if error:
        return _by_text(answer, str(error), str(body.get("message") or ""))
    if answer.ok and body.get("value") is False:
        return Refused(NAME, answer.text, reason="refused", status=answer.status)
    return _by_status(answer)


def refusal_of_send(answer: Answer) -> ProviderError | None:
    """Like :func:`refusal`; in addition, a send without a message id may or may not be in the queue."""
    objection = refusal(answer)
    if objection is None and not message_id(answer.json):
        return Uncertain(NAME, answer.text, reason="unreadable_answer", status=answer.status)
    return objection


def refusal_of_status(answer: Answer) -> ProviderError | None:
    """The number's state comes with an ``error`` text even if all is well; ``connected`` decides."""
    if answer.ok and isinstance(answer.json, dict) and "connected" in answer.json:
        return None
    return refusal(answer)


def message_id(body: Any) -> str:
    """The id of an accepted send, "" if the response names none."""
    return fields.text(body, "messageId") or fields.text(body, "zaapId") if isinstance(body, dict) else ""


def _by_status(answer: Answer) -> ProviderError | None:
    if answer.ok:
        return None
    detail = clean(answer.text)
    if answer.status in (401, 403):
        return Unauthorised(NAME, detail, reason="bad_credentials", status=answer.status)
    if answer.status == 404:
        return NotFound(NAME, detail, reason="unknown_path", status=404)
    return Refused(NAME, detail, reason=f"http_{answer.status}", status=answer.status)


def _by_text(answer: Answer, error: str, more: str) -> ProviderError:
    status, text, detail = answer.status, error.lower(), clean(f"{error} {more}".strip())
    if text == "not_found":  # an unknown path, with status 404 or 200
        return NotFound(NAME, detail, reason="unknown_path", status=status)
    if any(mark in text for mark in _CREDENTIALS) or status in (401, 403):
        return Unauthorised(NAME, detail, reason="bad_credentials", status=status)
    if text.endswith("not allowed"):
        return Unauthorised(NAME, detail, reason="ip_not_allowed", status=status)
    if "not connected" in text or "disconnected" in text or "restore the session" in text:
        # its queue is switched off, so nothing was kept: it can be sent later
        return Unavailable(NAME, detail, reason="disconnected", status=status)
    failure = failure_of(error)
    if failure == "transient":
        return Uncertain(NAME, detail, reason=failure, status=status)
    return Refused(NAME, detail, reason="invalid_request" if failure == "other" else failure, status=status)
