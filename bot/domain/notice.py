"""A notice: news that a person is told once, on the channel that works."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.common import Value


class NoticeStage(StrEnum):
    """Where a notice stands. ``told`` by WhatsApp's receipt, ``mailed`` when e-mail took over."""

    SENDING = "sending"
    SENT = "sent"
    TOLD = "told"
    MAILING = "mailing"
    MAILED = "mailed"
    PARKED = "parked"
    DROPPED = "dropped"


class NoticeState(Value):
    key: str
    version: int = 0
    person_id: str
    name: str
    order: int = 0
    data: dict[str, str]
    stage: NoticeStage = NoticeStage.SENDING
    reason: str = ""
    raised_at: datetime
