"""Evolution's error bodies, turned into our classes.

All have one envelope, ``{"status", "error", "response": {"message": …}}``, whose message is a text, a list of texts, a
list of lists, or a list of objects. The meaning of a send's 400 depends on its origin: the checks of the body and the
number come before WhatsApp is called, while any other text may come from steps after the message was sent (such as
saving it), so it is ambiguous.
"""

from __future__ import annotations

from typing import Any

from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer
from bot.integrations.whatsapp import fields

NAME = "evolution"

_DISCONNECTED = ("connection closed", "connection terminated", "not connected", "disconnected", "econnrefused")
_OF_THE_BODY = (
    ("media", ("owned media must be", "for base64 the file name", "invalid media")),
    ("buttons", ("at least one button", "reply buttons", "pix button")),
    (
        "invalid_request",
        (
            "requires property",
            "is not of a type",
            "is not one of enum",
            "does not meet",
            "does not match",
            "cannot be empty",
            "message not compatible",
            "remotejid does not match",
            "older than 15 minutes",
        ),
    ),
)
"""Texts of the checks that come before anything is done."""


def refusal(answer: Answer) -> ProviderError | None:
    """Reads any response. A 2xx without JSON says nothing, and one with ``"error": true`` is no success."""
    body = answer.json
    if answer.ok:
        if not isinstance(body, (dict, list)) and answer.body.strip() != b"null":
            return Uncertain(NAME, answer.text, reason="unreadable_answer", status=answer.status)
        if isinstance(body, dict) and body.get("error") is True:
            return Unavailable(NAME, _detail(answer), reason="failed", status=answer.status)
        return None
    status, detail = answer.status, _detail(answer)
    text = detail.lower()
    if status in (401, 403):
        return Unauthorised(NAME, detail, reason="bad_credentials", status=status)
    if status == 404 and "instance does not exist" in text:
        return Unauthorised(NAME, detail, reason="unknown_instance", status=status)
    if status == 404:
        return NotFound(NAME, detail, reason="unknown_path" if "cannot " in text else "not_found", status=status)
    if _names_a_number_without_whatsapp(answer.json):
        return Refused(NAME, detail, reason="no_whatsapp", status=status)
    if any(mark in text for mark in _DISCONNECTED):
        return Unavailable(NAME, detail, reason="disconnected", status=status)
    if "message not found" in text or "not of the media type" in text:
        return NotFound(NAME, detail, reason="gone", status=status)
    reason = next((name for name, marks in _OF_THE_BODY if any(m in text for m in marks)), "")
    return Refused(NAME, detail, reason=reason or f"http_{status}", status=status)


def refusal_of_send(answer: Answer) -> ProviderError | None:
    """Like :func:`refusal`; in addition, an unknown 400 and a success without a message id are ambiguous."""
    objection = refusal(answer)
    if objection is None and not message_id(answer.json):
        return Uncertain(NAME, answer.text, reason="unreadable_answer", status=answer.status)
    if objection is not None and objection.reason == "http_400":
        return Uncertain(NAME, objection.detail, reason="unknown_failure", status=400)
    return objection


def message_id(body: Any) -> str:
    """The id of a sent message, "" if the response names none."""
    return fields.text(fields.part(body, "key"), "id") if isinstance(body, dict) else ""


def _message(body: Any) -> Any:
    if not isinstance(body, dict):
        return None
    response = body.get("response")
    return response.get("message") if isinstance(response, dict) else body.get("message") or body.get("error")


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [one for part in value[:20] for one in _flat(part)]
    return [] if value is None else [value]


def _detail(answer: Answer) -> str:
    """The text of an error, without the phone numbers that it contains as objects."""
    parts = _flat(_message(answer.json))
    said = "; ".join(str(p) for p in parts if isinstance(p, str))
    return said or ("" if parts else answer.text)


def _names_a_number_without_whatsapp(body: Any) -> bool:
    return any(isinstance(one, dict) and one.get("exists") is False for one in _flat(_message(body)))
