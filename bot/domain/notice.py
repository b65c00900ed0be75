"""A notice: a message raised by the shop, delivered once, on the channel that works."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.common import Value


class NoticeStage(StrEnum):
    """The stage of a notice. ``told``: confirmed by WhatsApp's receipt; ``mailed``: sent by e-mail instead.

    ``waiting``: for its turn on WhatsApp (pace, a pause, a disconnected number) · ``resting``: until the quiet hours
    are over. Both have not been handed to WhatsApp, and are decided again when their time comes.
    """

    WAITING = "waiting"
    RESTING = "resting"
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
    stage: NoticeStage = NoticeStage.WAITING
    reason: str = ""
    round: int = 0
    """How often it fell back from e-mail to WhatsApp after a bounce."""
    raised_at: datetime
