"""*Vou viajar de 20 a 27*, *pausa tudo*: a shop closes for some days, and reopens by itself afterwards.

The shop's row holds whether it is closed; timers in the store begin and end it.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

from bot.conversations.flows import reading, sales
from bot.conversations.language import dates
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import away as texts
from bot.domain import calendar
from bot.domain.order import OrderState
from bot.domain.people import Seller

BACK_AT = time(8)
_DAY = r"\d{1,2}(?:/\d{1,2}(?:/\d{2,4})?| de [a-z]+)?"
_SPAN = re.compile(
    rf"\b(?:de|do|dias?|entre)(?: o)?(?: dia)? ({_DAY}) (?:a|ao|ate|e)(?: o)?(?: dia)? ({_DAY})(?![\w/])"
)
_WEEKDAY = r"(?:segunda|terca|quarta|quinta|sexta|sabado|domingo)"
_FROM = re.compile(
    rf"\b(?:a partir (?:de|do)|(?:desde|comecando)(?: d[eo])?|fech\w+(?: a loja)?|viajo|saio"
    rf"|vou viajar)(?: dia)? ({_DAY}|amanha|hoje)\b"
)
_UNTIL = re.compile(rf"\b(?:ate|volto|retorno)(?: so)?(?: n?[oa])?(?: dia)? ({_DAY}|{_WEEKDAY}|amanha)(?![\w/])")
_ONE_DAY = re.compile(r"\b(hoje|amanha)\b")
_THAT_DAY = re.compile(rf"\bdia ({_DAY})(?![\w/])")
_FOR = re.compile(r"\b(\d{1,2}|uma?|duas|dois|tres) (dias?|semanas?)\b")
_NEXT_WEEK = re.compile(r"\b(?:semana que vem|proxima semana)\b")
_NO_DATE = re.compile(r"\b(?:sem data|nao sei|indefinid\w+|ate eu (?:voltar|avisar)|nao tenho data)\b")
_COUNTS = {"um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3}
_OPEN = frozenset([OrderState.PAID, OrderState.ACCEPTED])


def days_in(folded: str, today: date) -> tuple[date | None, date | None]:
    """The first and last day mentioned, each None if it is not."""
    span = _SPAN.search(folded)
    if span is not None:
        first = _one(span[1], today)
        return first, _one(span[2], first or today)
    if _NEXT_WEEK.search(folded) and _UNTIL.search(folded) is None:
        monday = today + timedelta(days=7 - today.weekday())
        return monday, monday + timedelta(days=6)
    begin, end, long = _FROM.search(folded), _UNTIL.search(folded), _FOR.search(folded)
    first = _one(begin[1], today) if begin else None
    if end is not None:
        if not end[0].startswith(("volto", "retorno")):
            return first, _one(end[1], first or today)
        # returning on a day means away until the day before; *segunda*, on a Monday, is the next one
        back = _one(end[1], (first or today) + timedelta(days=1))
        return first, back - timedelta(days=1) if back else None
    if long is not None:
        count = _COUNTS.get(long[1]) or int(long[1])
        return first, (first or today) + timedelta(days=count * (7 if long[2].startswith("semana") else 1) - 1)
    return first, None


def _one(said: str, today: date) -> date | None:
    found = dates.resolve(said, today).days
    return found[0] if found else None


def seed(heard: Heard, today: date) -> dict[str, Any]:
    first, last = days_in(heard.folded, today)
    one = _ONE_DAY.search(heard.folded) or _THAT_DAY.search(heard.folded)
    if first is None and last is None and one:
        first = last = _one(one[1], today)
    return {k: day.isoformat() for k, day in (("from", first), ("until", last)) if day}


def _day(talk: Talk, name: str) -> date | None:
    said = talk.data.get(name)
    return date.fromisoformat(said) if said else None


def _check(talk: Talk) -> str:
    seller = sales.seller(talk)
    if talk.data.get("wish") != "open":
        return "close"
    if not seller.away and seller.away_until is None and not seller.away_planned:
        talk.say(texts.open_already())
        return "told"
    _let_go(talk, seller)
    talk.say(texts.opened())
    return "told"


def _let_go(talk: Talk, seller: Seller) -> None:
    talk.decision.write(seller.but(away=False, away_until=None, away_planned=False))
    for name in ("closes", "opens"):
        talk.decision.cancel_timer(f"{name}/{seller.id}")


def _read_until(talk: Talk, heard: Heard) -> str | None:
    today = calendar.today(talk.now)
    if _NO_DATE.search(heard.folded):
        talk.data["no_end"] = True
        return "said"
    first, last = days_in(heard.folded, today)
    if last is None:
        last = _one(heard.text, first or today)
    if last is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.wrong_day())
        return STAY
    if last < today:
        talk.say(texts.past_day())
        return STAY
    if first:
        talk.data["from"] = first.isoformat()
    talk.data["until"] = last.isoformat()
    return "said"


def _begin(talk: Talk) -> date | None:
    """The first day, None if that is today."""
    first = _day(talk, "from")
    return first if first and first > calendar.today(talk.now) else None


def _ask_sure(talk: Talk) -> None:
    listings = sum(p.active for p in talk.parts)
    to_ship = sum(order.state in _OPEN for order in sales.sold(talk))
    talk.ask_yes(texts.sure(_begin(talk), _day(talk, "until"), listings, to_ship))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_to(talk, heard, "fech") or reading.yes_to(talk, heard, "paus")
    first, last = days_in(heard.folded, calendar.today(talk.now)) if answer is None else (None, None)
    if last is not None and last >= calendar.today(talk.now):
        talk.data["until"] = last.isoformat()
        if first:
            talk.data["from"] = first.isoformat()
        _ask_sure(talk)
        return STAY
    if answer == "no":
        talk.say(texts.kept())
    return answer


def _close(talk: Talk) -> str:
    seller, begin, until = sales.seller(talk), _begin(talk), _day(talk, "until")
    talk.decision.write(seller.but(away=begin is None, away_until=until, away_planned=begin is not None))
    for name, day, at in (("closes", begin, time(0)), ("opens", until and until + timedelta(days=1), BACK_AT)):
        if day is None:
            talk.decision.cancel_timer(f"{name}/{seller.id}")
        else:
            talk.decision.timer(f"{name}/{seller.id}", name, calendar.instant(day, at), person=talk.person.id)
    talk.say(texts.closed(until) if begin is None else texts.planned(begin, until))
    return "told"


def closes(talk: Talk) -> None:
    """The first day has come."""
    if talk.seller is not None and talk.seller.away_planned:
        talk.decision.write(talk.seller.but(away=True, away_planned=False))


def opens(talk: Talk) -> None:
    """The last day is over."""
    if talk.seller is not None and talk.seller.away:
        _let_go(talk, talk.seller)
        talk.say(texts.came_back())


FLOW = Flow(
    name="away",
    title="o fechamento da loja",
    role="seller",
    steps=(
        Step("check", {"close": "until", "told": END}, act=_check),
        Step(
            "until",
            {"said": "sure"},
            ask=lambda talk: talk.ask(texts.until_when()),
            read=_read_until,
            known=lambda talk: "said" if talk.data.get("until") or talk.data.get("no_end") else None,
            fills=("until", "no_end"),
        ),
        Step("sure", {"yes": "close", "no": END}, ask=_ask_sure, read=_read_sure),
        Step("close", {"told": END}, act=_close),
    ),
)
