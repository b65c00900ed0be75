"""A shop's figures: sales of a period, in words, as a chart and as a table; and when the money comes."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from bot.conversations.flows import sales
from bot.conversations.language import dates
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import reporting as texts
from bot.domain import calendar, money
from bot.domain.commands import Bar, SendChart, SendFile
from bot.domain.order import ChargeState, Order, OrderState

PARTS_SHOWN = 8
DAYS_OF_DAYS = 31
"""Up to this many days, a bar stands for a day; beyond that, for a month."""

SHORT = 6
"""Words of a message that only names a period."""


def _period(talk: Talk) -> tuple[date, date]:
    """The days asked for; the last seven if none were given or understood."""
    today = calendar.today(talk.now)
    said = str(talk.data.get("period") or "")
    found = dates.period_of(said, today) if said else None
    if said and found is None:
        talk.note(texts.unclear(said))
        talk.data["period"] = ""
    return found or (today - timedelta(days=6), today)


def sold_between(talk: Talk, first: date, last: date) -> tuple[list[Order], list[Order]]:
    """Paid within the days: current sales, and those cancelled since."""
    seller = talk.seller
    if seller is None:
        return [], []
    held = timedelta(hours=talk.rules.stock_hold_hours)
    since = calendar.instant(first, time(0)) - held  # an order may be paid that long after it was placed
    paid = [
        o
        for o in talk.shop.sales_since(seller.id, since)
        if o.paid_at is not None and first <= calendar.today(o.paid_at) <= last
    ]
    cancelled = [o for o in paid if o.state is OrderState.CANCELLED]
    return [o for o in paid if o.state is not OrderState.CANCELLED], cancelled


def _report(talk: Talk) -> str:
    first, last = _period(talk)
    when = texts.span(first, last)
    good, cancelled = sold_between(talk, first, last)
    if not good and not cancelled:
        talk.say(texts.nothing_sold(when))
        return "nothing"
    talk.data["when"] = when
    columns = bars(good, first, last)
    summary = texts.report(when, good, len(cancelled), len(sales.sold(talk, sales.TO_SHIP)))
    best = max(columns, key=lambda bar: bar.value)
    if len(columns) > 1 and good:
        summary += "\n" + texts.best(best.label, best.value)
    talk.say(summary)
    if len(columns) > 1 and good:
        talk.send(
            SendChart(to=talk.person.chat, title=texts.chart_title(when), bars=columns, caption=f"Vendas · {when}")
        )
    return "told"


def bars(orders: list[Order], first: date, last: date) -> tuple[Bar, ...]:
    by_day = (last - first).days < DAYS_OF_DAYS
    sums: dict[date, int] = defaultdict(int)
    day = first
    while day <= last:
        sums[day if by_day else day.replace(day=1)] += 0
        day += timedelta(days=1)
    for order in orders:
        assert order.paid_at is not None  # noqa: S101 - only paid ones are summed
        paid = calendar.today(order.paid_at)
        sums[paid if by_day else paid.replace(day=1)] += order.goods
    return tuple(Bar(label=f"{d:%d/%m}" if by_day else f"{d:%m/%y}", value=value) for d, value in sorted(sums.items()))


def _ask_more(talk: Talk) -> None:
    talk.ask("Quer ver melhor?", texts.MORE_ROWS)


def _read_period(talk: Talk, heard: Heard) -> str | None:
    """Another period (*e o mês passado?*)."""
    said = next((heard.folded[start:end] for start, end in dates.find_periods(heard.folded)), "")
    if not said or heard.slot("order") or len(heard.folded.split()) > SHORT:
        return None
    talk.data["period"] = said
    return "period"


def _read_more(talk: Talk, heard: Heard) -> str | None:
    said = next((name for name, shape in _CLOSER if shape.search(heard.folded)), None)
    return heard.choice or said or _read_period(talk, heard)


_CLOSER = (
    ("parts", re.compile(r"^(?:ver |mostra |quero )*por peca\b")),
    ("sheet", re.compile(r"\bplanilha\b|\bcsv\b")),
)
"""The rows in words, for later than the next message."""


def _parts(talk: Talk) -> str:
    good, _ = sold_between(talk, *_period(talk))
    pieces: dict[str, int] = defaultdict(int)
    amounts: dict[str, int] = defaultdict(int)
    for order in good:
        for line in order.lines:
            pieces[line.title] += line.quantity
            amounts[line.title] += line.quantity * line.unit_price
    ranked = sorted(amounts, key=lambda title: (-amounts[title], title))
    rows = [(title, pieces[title], amounts[title]) for title in ranked[:PARTS_SHOWN]]
    talk.say(texts.by_part(rows, max(0, len(ranked) - PARTS_SHOWN)))
    return "told"


def _sheet(talk: Talk) -> str:
    first, last = _period(talk)
    good, cancelled = sold_between(talk, first, last)
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(texts.SHEET_HEAD)
    for order in sorted([*good, *cancelled], key=lambda o: o.number):
        for line in order.lines:
            rows.writerow(_row(order, line.title, line.quantity))
    talk.send(
        SendFile(
            to=talk.person.chat,
            file_name=f"vendas-{first:%Y-%m-%d}-{last:%Y-%m-%d}.csv",
            mime_type="text/csv",
            text="\ufeff" + out.getvalue(),  # spreadsheets need the byte order mark to recognise UTF-8
            caption=texts.sheet_caption(str(talk.data["when"])),
        )
    )
    return "told"


def _row(order: Order, title: str, quantity: int) -> list[str]:
    def amount(value: int) -> str:
        return str(money.to_decimal(value)).replace(".", ",")

    paid = calendar.local(order.paid_at).strftime("%d/%m/%Y %H:%M") if order.paid_at else ""
    share = order.charge.share if order.charge else 0
    safe = "'" + title if title[:1] in "=+-@" else title  # a title must not become a formula
    sums = [amount(order.goods), amount(order.freight), amount(order.fee), amount(share)]
    return [str(order.number), paid, safe, str(quantity), *sums, str(order.state)]


REPORT = Flow(
    name="report",
    title="o resumo",
    role="seller",
    transient=True,
    steps=(
        Step("tell", {"told": "more", "nothing": "other"}, act=_report),
        Step("more", {"parts": "parts", "sheet": "sheet", "period": "tell"}, ask=_ask_more, read=_read_more, once=True),
        Step("other", {"period": "tell"}, read=_read_period, once=True),
        Step("parts", {"told": END}, act=_parts),
        Step("sheet", {"told": END}, act=_sheet),
    ),
)

# --- the money --------------------------------------------------------------------------------------------

LATELY = timedelta(days=30)
FAR = timedelta(days=400)
"""The last instalment of a plan comes within a year."""


def _in(order: Order, states: frozenset[ChargeState]) -> bool:
    return order.charge is not None and order.charge.state in states and order.charge.share > 0


def _payout(talk: Talk) -> str:
    orders = talk.shop.sales_since(sales.seller(talk).id, talk.now - FAR)
    coming = sorted((o for o in orders if _in(o, texts.COMING)), key=_credit_day)
    held = [o for o in orders if _in(o, texts.HELD)]
    came = sum(
        o.charge.share
        for o in orders
        if _in(o, texts.CAME) and o.charge and (o.charge.paid_at or o.created_at) >= talk.now - LATELY
    )
    talk.say(texts.payout(coming, held, came, calendar.today(talk.now)))
    return "told"


def _credit_day(order: Order) -> tuple[date, datetime]:
    charge = order.charge
    return (charge.credit_on if charge and charge.credit_on else date.min, order.created_at)


PAYOUT = Flow(
    name="payout",
    title="o repasse",
    role="seller",
    transient=True,
    steps=(Step("tell", {"told": END}, act=_payout),),
)

FLOWS = (REPORT, PAYOUT)
