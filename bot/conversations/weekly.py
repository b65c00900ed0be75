"""A shop's weekly report, sent on Monday: short on WhatsApp, with parts and days by e-mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from bot.conversations import notices
from bot.conversations.flows import reporting, sales
from bot.conversations.talk import Talk
from bot.domain.events import Notice
from bot.domain.order import Order

PARTS = 8
WISHED = 3
"""How many of the parts that people wait for, of any shop."""


def report(talk: Talk, data: Mapping[str, str]) -> None:
    """Nothing if nothing was sold and nothing waits to be posted."""
    if talk.seller is None or not talk.seller.active:
        return
    first, last = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
    sold, cancelled = reporting.sold_between(talk, first, last)
    to_ship = len(sales.sold(talk, sales.TO_SHIP))
    if not sold and not cancelled and not to_ship:
        return
    key = f"report/{talk.seller.id}/{data['week']}"
    figures = {
        "first": data["first"],
        "last": data["last"],
        "sales": str(len(sold)),
        "amount": str(sum(o.goods for o in sold)),
        "share": str(sum(o.charge.share for o in sold if o.charge)),
        "cancelled": str(len(cancelled)),
        "to_ship": str(to_ship),
        "parts": _parts(sold),
        "wished": "\n".join(f"{words.replace('|', '/')}|{people}" for words, people in talk.shop.most_wished(WISHED)),
        "days": ";".join(f"{bar.label}={bar.value}" for bar in reporting.bars(sold, first, last)) if sold else "",
    }
    notices.tell(talk, Notice(key=key, name="sales_report", person_id=talk.person.id, data=figures))


def _parts(orders: Sequence[Order]) -> str:
    """What sold best, one part per line: its name, pieces, centavos."""
    pieces: dict[str, int] = defaultdict(int)
    amounts: dict[str, int] = defaultdict(int)
    for line in (line for order in orders for line in order.lines):
        title = line.title.replace("|", "/")
        pieces[title] += line.quantity
        amounts[title] += line.quantity * line.unit_price
    best = sorted(amounts, key=lambda title: (-amounts[title], title))[:PARTS]
    return "\n".join(f"{title}|{pieces[title]}|{amounts[title]}" for title in best)
