"""Where a person's talk stands: a stack of frames, stored as one document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from bot.domain.commands import Option
from bot.domain.common import Value


class Frame(Value):
    """A flow under way: ``step`` is the open question, ``data`` what was already said (JSON values).

    ``version`` is that of the flow when the frame was made; an older one is migrated or ended politely.
    """

    flow: str
    version: int = 1
    step: str
    data: dict[str, Any] = Field(default_factory=dict)


class ChargeSent(Value):
    """A charge by message that its seller may still ask about. ``amount``: centavos; ``order``: the payer has taken it,
    0 as long as nobody has answered."""

    reference: str
    phone: str
    name: str
    title: str
    amount: int
    at: datetime
    order: int = 0
    repeated_at: datetime | None = None


class Conversation(Value):
    """The talk with one person. The last frame is the open one; those below come back when it ends."""

    person_id: str
    version: int = 0
    frames: tuple[Frame, ...] = ()
    options: tuple[Option, ...] = ()
    """The numbered menu that was shown last, so that numbers, labels and button ids answer it."""
    misunderstood: int = 0
    """Misunderstandings in a row: first choices, then a person, never a third."""
    silent_until: datetime | None = None
    """While a person of the shop has taken over, or the other side answers automatically."""
    silent_by: str = ""
    """``owner`` or ``loop``: why it is silent."""
    wanted_since: datetime | None = None
    """Since when a person of the shop is wanted here, or talks here; until the chat is handed back."""
    wanted_about: str = ""
    full_until: datetime | None = None
    """When the person's minute of messages is free again, were nothing more written; one message is one share of it."""
    flooding_since: datetime | None = None
    """Since when more is written than is answered."""
    guesses: tuple[datetime, ...] = ()
    """When a code was given that opens nothing, lately."""
    charged: tuple[datetime, ...] = ()
    """When the shop's person charged somebody by message, on the last day that it did."""
    charges: tuple[ChargeSent, ...] = ()
    """Those of the last day, but what was refused or taken back."""
    seen_at: datetime | None = None
    told_at: datetime | None = None
    """When a notice was last sent there without being asked for."""
    recent: tuple[str, ...] = ()
    """The last few texts of the person (folded), to notice automatic answers."""
