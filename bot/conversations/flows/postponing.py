"""A sale is posted later than promised: until when; the buyer is told after a yes."""

from __future__ import annotations

from datetime import date

from bot.conversations.flows import reading, sales
from bot.conversations.language import dates
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import postponing as texts
from bot.conversations.texts import selling as selling_texts
from bot.domain import calendar, lanes
from bot.domain.events import PostingPromised
from bot.domain.postponing import last_day, may_wait, refusal


def _find(talk: Talk) -> str:
    """Started with a waiting sale, or without one; the one picked later may not be waiting."""
    found = sales.find_waiting(talk, may_wait)
    return "none" if found == "unknown" else found


def day_in(folded: str, today: date) -> date | None:
    """The day that a message names, the first of several possible ones; None for none. Today has to be said as
    *hoje*."""
    for start, end in dates.find(folded):
        reading_of_it = dates.resolve(folded[start:end], today)
        if reading_of_it.days and not reading_of_it.problem:
            later = [day for day in reading_of_it.days if day > today]
            return (later or reading_of_it.days)[0]
    return None


def _known_day(talk: Talk) -> str | None:
    return "said" if talk.data.get("day") else None


def _ask_day(talk: Talk) -> None:
    talk.ask(texts.which_day(sales.the(talk)))


def _read_day(talk: Talk, heard: Heard) -> str | None:
    day = day_in(heard.folded, calendar.today(talk.now))
    if day is None:
        return None
    talk.data["day"] = day.isoformat()
    return "said"


def _day(talk: Talk) -> date:
    return date.fromisoformat(talk.data["day"])


def _weigh(talk: Talk) -> str:
    order, today = sales.the(talk), calendar.today(talk.now)
    why = refusal(order, _day(talk), today)
    if not why:
        return "sure"
    if why == "too_late":
        talk.note(texts.too_late(order.number, last_day(today)))
        talk.data.pop("day")
        return "again"
    talk.say(selling_texts.still_to_post(order) if why == "in_time" else texts.too_often(order.number))
    return "told"


def _ask_sure(talk: Talk) -> None:
    talk.ask_yes(texts.sure(sales.the(talk), _day(talk)))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    other = day_in(heard.folded, calendar.today(talk.now))
    if other is not None and other != _day(talk) and not heard.choice:
        talk.data["day"] = other.isoformat()
        return "other"
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(selling_texts.still_to_post(sales.the(talk)))
    return answer


def _promise(talk: Talk) -> str:
    order, day = sales.the(talk), _day(talk)
    event = PostingPromised(order=order.number, by=talk.person.id, day=day)
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(texts.told(order.number, day))
    return "told"


def _say_none(talk: Talk) -> str:
    talk.say(texts.nothing_waits())
    return "told"


_ask_which = sales.ask_which(texts.which(), may_wait)


def _read_which(talk: Talk, heard: Heard) -> str | None:
    """The sale, by its number or row; a day that comes before it is stored."""
    day = day_in(heard.folded, calendar.today(talk.now)) if not heard.choice else None
    if day is None:
        return sales.read_which(talk, heard)
    talk.data["day"] = day.isoformat()
    _ask_which(talk)
    return STAY


FLOW = Flow(
    name="postponing",
    title="o prazo da venda",
    role="seller",
    transient=True,
    steps=(
        Step("find", {"one": "day", "which": "which", "none": "none"}, act=_find),
        Step("which", {"one": "find"}, ask=_ask_which, read=_read_which),
        Step("day", {"said": "weigh"}, ask=_ask_day, read=_read_day, known=_known_day, fills=("day",)),
        Step("weigh", {"sure": "sure", "again": "day", "told": END}, act=_weigh),
        Step("sure", {"yes": "promise", "no": END, "other": "weigh"}, ask=_ask_sure, read=_read_sure),
        Step("promise", {"told": END}, act=_promise),
        Step("none", {"told": END}, act=_say_none),
    ),
)
