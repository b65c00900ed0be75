"""Delivery reports of an e-mail, from a webhook or the list of sent e-mails, in the same words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.commands import UnhappyMail

_FACTS = frozenset(["delivered", "bounced", "complained", "suppressed", "failed"])


def fact_of(word: str, data: dict[str, Any]) -> str:
    """Our fact for their ``last_event``, or for the kind of a webhook without its ``email.``"""
    if word == "bounced" and _bounce_kind(data) != "permanent":
        return "failed"  # a full mailbox or an automatic reply says nothing against the address
    return word if word in _FACTS else "other"


def of_row(row: dict[str, Any]) -> UnhappyMail | None:
    """A row of the list; None for what is in transit, delivered, or no e-mail."""
    word, email_id = str(row.get("last_event") or ""), row.get("id")
    fact = fact_of(word, row)
    if fact in ("delivered", "other") or not isinstance(email_id, str):
        return None
    return UnhappyMail(email_id=email_id, fact=fact, address=first(row.get("to")), detail=detail_of(word, row))


def sent_before(row: dict[str, Any], since: datetime) -> bool:
    """Whether a row is older; False if its time cannot be read."""
    try:
        at = datetime.fromisoformat(str(row.get("created_at")))
    except ValueError:
        return False
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) < since


def first(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _bounce_kind(data: dict[str, Any]) -> str:
    """``permanent`` also if the provider gives no kind."""
    bounce = data.get("bounce")
    kind = bounce.get("type") if isinstance(bounce, dict) else None
    return kind.lower() if isinstance(kind, str) and kind else "permanent"


def detail_of(word: str, data: dict[str, Any]) -> str:
    """The provider's words: its event type and the cause; lists and texts both occur."""
    words = [word]
    for part in ("bounce", "failed", "suppressed"):
        cause = data.get(part)
        if isinstance(cause, dict):
            for name in ("type", "subType", "reason", "message", "diagnosticCode"):
                said = cause.get(name)
                words += [str(s) for s in (said if isinstance(said, list) else [said]) if isinstance(s, str) and s]
    return " · ".join(words)[:500]
