"""Melhor Envio's many error formats, read in one order: ``errors``, then ``error``, then ``message``.

The sentences are Portuguese and meant for people, but most have no code beside them.
"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.text import fold
from bot.integrations.errors import NotFound, ProviderError, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Answer
from bot.integrations.limits import Limits

PROVIDER = "melhor_envio"
LIMITS = Limits(calls=250, window_s=60)
"""Per user, over all calls."""

UNAUTHENTICATED = "unauthenticated"
MISSING_SCOPE = "missing_scope"
NOT_FOUND = "not_found"
ALREADY_PAID = "already_paid"
NOT_GENERATED = "not_generated"
PAYMENT_PENDING = "payment_pending"

_CODE = re.compile(r"^([A-Z]-[A-Z]{3}-\d{4}): *")

_BY_CODE = {"E-CRT-0001": "insured_too_high", "E-PRT-0011": NOT_GENERATED}

# patterns over folded sentences (lower case, no accents)
_BY_SENTENCE = (
    (re.compile(r"^seu saldo de r\$"), "insufficient_balance"),
    (re.compile(r"mais de um volume"), "several_volumes"),
    (re.compile(r"modelo 55"), "nfe_model"),
    (re.compile(r"valor segurado"), "insured_too_high"),
    (re.compile(r"documentos .*nao podem ser iguais"), "same_document"),
    (re.compile(r"ja foram pagas"), ALREADY_PAID),
    (re.compile(r"precisa estar gerado"), NOT_GENERATED),
    (re.compile(r"pagamento ainda nao processado"), PAYMENT_PENDING),
    (re.compile(r"^unauthenticated"), UNAUTHENTICATED),
    (re.compile(r"^this action is unauthorized"), MISSING_SCOPE),
    (re.compile(r"^no query results"), NOT_FOUND),
    (re.compile(r"dimensoes do objeto"), "too_big"),
)

# the last part of a dotted key of a validation error
_BY_KEY = {
    "postal_code": "bad_postal_code",
    "state_abbr": "wrong_state",
    "document": "invalid_document",
    "company_document": "invalid_document",
    "state_register": "invalid_state_register",
    "phone": "invalid_contact",
    "email": "invalid_contact",
    "key": "invalid_nfe_key",
}

_STATUSES = {401: UNAUTHENTICATED, 403: "forbidden", 404: NOT_FOUND}


def refusal(answer: Answer) -> ProviderError | None:
    """A reader for :meth:`bot.integrations.http.Http.provider`; accepts any response."""
    if answer.ok:
        unreadable = bool(answer.body.strip()) and answer.json is None
        return Uncertain(PROVIDER, reason="unreadable", status=answer.status) if unreadable else None
    if not isinstance(answer.json, dict) and answer.status not in _STATUSES:
        # not the API's words: somebody in front of it has answered
        return Uncertain(PROVIDER, reason="blocked", status=answer.status)
    reason, code, detail = explain(answer.json)
    reason = reason or _STATUSES.get(answer.status, "")
    if not reason:
        reason = "rejected" if detail else f"http_{answer.status}"
    return _kind(reason)(PROVIDER, detail, reason=reason, code=code, status=answer.status)


def explain(body: Any) -> tuple[str, str, str]:
    """Our reason ("" if unknown), the provider's code, and its sentences, from an error body of any format."""
    if not isinstance(body, dict):
        return "", "", ""
    errors = body.get("errors")
    if isinstance(errors, dict) and errors:
        found = [(str(key), str(text)) for key, texts in errors.items() for text in _list(texts)]
        reasons = [_of_sentence(text) for _, text in found] + [_of_key(key) for key, _ in found]
        return next(filter(None, reasons), "invalid_request"), "", "; ".join(f"{k}: {t}" for k, t in found)
    if isinstance(body.get("error"), str):
        sentence = body["error"]
        return _of_sentence(sentence), "", sentence
    message = body.get("message")
    if not isinstance(message, str):
        return "", "", ""
    match = _CODE.match(message)
    code = match[1] if match else ""
    sentence = message[match.end() :] if match else message
    suggestion = body.get("suggestion")
    detail = f"{message} {suggestion}" if isinstance(suggestion, str) and suggestion else message
    return _BY_CODE.get(code, "") or _of_sentence(sentence), code, detail


def _kind(reason: str) -> type[ProviderError]:
    if reason in (UNAUTHENTICATED, MISSING_SCOPE, "forbidden"):
        return Unauthorised
    if reason in (NOT_GENERATED, PAYMENT_PENDING):
        return Unavailable  # the provider is still working on it: the same call succeeds later
    return NotFound if reason == NOT_FOUND else Refused


def _of_sentence(sentence: str) -> str:
    folded = fold(sentence)
    return next((reason for pattern, reason in _BY_SENTENCE if pattern.search(folded)), "")


def _of_key(key: str) -> str:
    return _BY_KEY.get(key.rpartition(".")[2], "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
