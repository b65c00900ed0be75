"""The state of a conversation: a stack of frames, stored as one document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from bot.domain.commands import Option
from bot.domain.common import Value


class Frame(Value):
    """A flow in progress: ``step`` is the open question, ``data`` what was said so far (JSON values).

    ``version`` is that of the flow when the frame was created; an older one is migrated or ended politely.
    """

    flow: str
    version: int = 1
    step: str
    data: dict[str, Any] = Field(default_factory=dict)


class ChargeSent(Value):
    """A charge by message that the seller may still ask about. ``amount``: centavos; ``order``: the order it became, 0
    until the payer answers."""

    reference: str
    phone: str
    name: str
    title: str
    amount: int
    at: datetime
    order: int = 0
    repeated_at: datetime | None = None


class Conversation(Value):
    """The conversation with one person. The last frame is the open one; the one below resumes when it ends."""

    person_id: str
    version: int = 0
    frames: tuple[Frame, ...] = ()
    options: tuple[Option, ...] = ()
    """The last menu shown, which numbers, labels and button ids answer."""
    misunderstood: int = 0
    """Misunderstandings in a row: after the first, choices are offered; after the second, a human."""
    silent_until: datetime | None = None
    """Until when the bot is silent: a human has taken over, or the other side is an automatic responder."""
    silent_by: str = ""
    """``owner`` or ``loop``: why it is silent."""
    wanted_since: datetime | None = None
    """Since when a human is wanted or active here; None once the chat is handed back."""
    wanted_about: str = ""
    full_until: datetime | None = None
    """Rate limit of incoming messages (GCRA): when the person's allowance of a minute would be full again."""
    flooding_since: datetime | None = None
    """Since when the rate limit is exceeded and messages go unanswered."""
    guesses: tuple[datetime, ...] = ()
    """Times of recent wrong codes."""
    charged: tuple[datetime, ...] = ()
    """Times of charges by message on the last day there were any, for the daily limit."""
    charges: tuple[ChargeSent, ...] = ()
    """Charges by message of the last day, without refused and withdrawn ones."""
    seen_at: datetime | None = None
    told_at: datetime | None = None
    """When the last unsolicited notice was sent."""
    recent: tuple[str, ...] = ()
    """The person's last few texts (folded), to detect automatic responders."""
