"""From paid to accepted: ask the seller whether the part is there, remind, escalate, cancel without an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import calendar
from bot.domain.events import SaleAnswered
from bot.domain.order import Charge, OrderState
from bot.domain.states import Actor, move_order
from bot.orders import cancelling, delivery, labels, news, remaking
from bot.orders.turn import SALE_TIMERS, Turn

REMIND_AFTER = timedelta(hours=4)
"""The seller is then reminded; during quiet hours, when they end."""

ALERT_AFTER = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(hours=48)


def sold(turn: Turn, charge: Charge) -> None:
    """The order was just paid with this charge: notify buyer and seller, and ask the seller for the part."""
    seller, order = turn.seller, turn.order
    if order.by_hand:
        _handed_over_later(turn, charge)
        return
    ship_by = calendar.add_bank_days(calendar.today(turn.now), turn.rules.ship_days)
    turn.change(ship_by=ship_by)
    news.tell_buyer(
        turn, "payment_confirmed", ship_by=ship_by.isoformat(), seller=seller.name if seller is not None else ""
    )
    auto = seller is not None and seller.auto_accept and not order.disputed
    news.tell_seller(
        turn,
        "sale_new",
        goods=str(order.goods),
        share=str(charge.share),
        withheld=str(charge.withheld),
        fee=str(order.fee),
        cost=str(charge.received - charge.net),
        buyer=news.short_name(turn.buyer, order.recipient.name),
        city=order.destination.city,
        state=order.destination.state,
        carrier=order.offer.carrier,
        ship_by=ship_by.isoformat(),
        title=order.title,
        auto="1" if auto else "",
    )
    if auto:
        accept(turn)
    else:
        _set_timers(turn)


def _handed_over_later(turn: Turn, charge: Charge) -> None:
    """An order charged by message has no shipping: the seller is not asked, and no label is made."""
    order, seller = turn.order, turn.seller
    news.tell_buyer(turn, "payment_confirmed", ship_by="", seller=seller.name if seller else "", by_hand="1")
    news.tell_seller(
        turn,
        "charge_paid",
        amount=str(charge.received),
        share=str(charge.share),
        withheld=str(charge.withheld),
        buyer=news.short_name(turn.buyer, order.recipient.name),
        title=order.title,
    )
    turn.change(state=OrderState.ACCEPTED)
    delivery.hand_over(turn, delivery.HANDED_OVER_BY)


def ask_again(turn: Turn) -> None:
    """After a won chargeback, the seller's time to answer starts again."""
    seller = turn.seller
    if seller is not None and seller.auto_accept:
        accept(turn)
    else:
        _set_timers(turn)


def _set_timers(turn: Turn) -> None:
    due = (_by_day(turn, turn.now + REMIND_AFTER), turn.now + ALERT_AFTER, turn.now + GIVE_UP_AFTER)
    for name, at in zip(SALE_TIMERS, due, strict=True):
        turn.decision.timer(f"{turn.name}/{name}", name, at)


def _by_day(turn: Turn, at: datetime) -> datetime:
    """``at``, or the end of the quiet hours if it falls within them."""
    start, end, clock = turn.rules.quiet_from, turn.rules.quiet_to, calendar.local(at)
    over_night = start > end
    quiet = (clock.time() >= start or clock.time() < end) if over_night else start <= clock.time() < end
    if not quiet:
        return at
    tomorrow = over_night and clock.time() >= start
    return calendar.instant(clock.date() + timedelta(days=1 if tomorrow else 0), end)


def answered(turn: Turn, event: SaleAnswered) -> None:
    actor = turn.actor(event.by)
    if actor not in (Actor.SELLER, Actor.OPERATOR):
        return
    target = OrderState.ACCEPTED if event.has_it else OrderState.CANCELLED
    if turn.order.state is not OrderState.PAID or move_order(
        turn.order.state, target, actor, disputed=turn.order.disputed
    ):
        return
    if event.has_it:
        if event.invoice_follows:
            remaking.hold(turn)
        accept(turn)
    else:
        cancelling.cancel(turn, "no_part")
        _pause_listings(turn)


def accept(turn: Turn) -> None:
    turn.stop_sale_timers()
    turn.change(state=OrderState.ACCEPTED)
    labels.begin(turn)


def _pause_listings(turn: Turn) -> None:
    """A part the seller does not have is not offered again until the seller reactivates it."""
    for listing in sorted({line.listing for line in turn.order.lines}):
        product = turn.shop.product(listing)
        if product is not None and product.active:
            turn.decision.write(product.but(active=False))


def overdue(turn: Turn, name: str) -> None:
    """The seller has not answered: reminder, then operator alert, then cancellation."""
    order = turn.order
    if order.state is not OrderState.PAID or order.disputed:
        return
    match name:
        case "sale_reminder":
            buyer = news.short_name(turn.buyer, order.recipient.name)
            ship_by = order.ship_by.isoformat() if order.ship_by else ""
            news.tell_seller(turn, "sale_reminder", title=order.title, buyer=buyer, ship_by=ship_by)
        case "sale_alert":
            turn.alert("venda sem resposta", "o vendedor não respondeu em 24 h; sem resposta será cancelado em 24 h.")
        case _:
            cancelling.cancel(turn, "no_answer")
