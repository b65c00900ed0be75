"""A shop's performance: its ratings, and the parts that nobody buys, in words and as a chart."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.conversations.flows import sales
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Talk
from bot.conversations.texts import standing as texts
from bot.domain.catalogue import Product
from bot.domain.commands import Bar, SendChart

RATED_SINCE = timedelta(days=365)
UNSOLD_FOR = timedelta(days=90)
SHOWN = 8


def _ratings(talk: Talk) -> str:
    rated = [o for o in talk.shop.sales_since(sales.seller(talk).id, talk.now - RATED_SINCE) if o.rating]
    rated.sort(key=lambda o: (o.delivered_at or o.created_at, o.number), reverse=True)
    talk.say(texts.ratings(rated[:SHOWN], Counter(o.rating for o in rated)) if rated else texts.no_ratings())
    return "told"


def unsold(talk: Talk) -> list[Product]:
    """Active parts in stock that were not paid for lately, highest value first."""
    since = talk.now - UNSOLD_FOR
    lately = talk.shop.sales_since(sales.seller(talk).id, since)
    sold = {line.listing for o in lately if o.paid_at is not None for line in o.lines}
    still = [p for p in talk.parts if p.active and p.stock > 0 and p.listing not in sold]
    return sorted(still, key=lambda p: (-p.price * p.stock, p.listing))


def _unsold(talk: Talk) -> str:
    parts = unsold(talk)
    days = UNSOLD_FOR.days
    if not parts:
        talk.say(texts.all_sells(days) if talk.parts else texts.no_parts())
        return "told"
    talk.say(texts.unsold(parts[:SHOWN], len(parts), sum(p.price * p.stock for p in parts), days))
    if len(parts) > 1:
        bars = tuple(Bar(label=str(p.listing), value=p.price * p.stock) for p in parts[:SHOWN])
        title = texts.unsold_title(days)
        talk.send(SendChart(to=talk.person.chat, title=title, bars=bars, caption=title))
    return "told"


FLOWS = (
    Flow(
        name="ratings",
        title="as suas avaliações",
        role="seller",
        transient=True,
        steps=(Step("tell", {"told": END}, act=_ratings),),
    ),
    Flow(
        name="unsold",
        title="as peças paradas",
        role="seller",
        transient=True,
        steps=(Step("tell", {"told": END}, act=_unsold),),
    ),
)
