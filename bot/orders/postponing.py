"""The seller needs more time to post: the buyer is told the new day, and may cancel instead of waiting."""

from __future__ import annotations

from bot.domain import calendar
from bot.domain.events import PostingPromised
from bot.domain.postponing import refusal
from bot.domain.states import Actor
from bot.orders import news
from bot.orders.turn import Turn


def promised(turn: Turn, event: PostingPromised) -> None:
    """The conversation offers only allowed days; check again against the order as it is now."""
    before = turn.order.ship_by
    allowed = turn.actor(event.by) in (Actor.SELLER, Actor.OPERATOR)
    if not allowed or turn.over or before is None or refusal(turn.order, event.day, calendar.today(turn.now)):
        return
    turn.change(ship_by=event.day)
    about, day = str(turn.stored.id), event.day.isoformat()
    news.tell_buyer(turn, "posting_later", about=about, day=day, before=before.isoformat())
    turn.alert(f"postagem {day}", f"o vendedor posta até {event.day:%d/%m}; o prazo era {before:%d/%m}.")
