"""*Vence que dia? Dá pra jogar pra sexta?* A boleto's due date changes only after a yes, to a bank day within the
hold."""

from __future__ import annotations

import re
from datetime import date

from bot.conversations.flows import orders, reading
from bot.conversations.language import dates
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import due_date as texts
from bot.conversations.texts import orders as order_texts
from bot.domain import calendar, lanes
from bot.domain.events import DueDateAsked
from bot.domain.holding import last_due_date
from bot.domain.order import Charge, Method, Order, OrderState
from bot.domain.states import PAYABLE

WAITING = frozenset([OrderState.AWAITING_PAYMENT])
_KEEP = re.compile(r"\b(?:deixa|deixe|fica|mantem) (?:como (?:ta|esta)|assim|quieto|esse mesmo)\b|\bnao precisa\b")
_STAYS = re.compile(r"(?:entao |pode )?fica(?:r)?(?: entao| sim)?\W*")
"""The yes to *Fica 04/12?*."""


def boleto_of(order: Order) -> Charge | None:
    """The boleto that the buyer can pay now, if the order is to be paid by boleto."""
    charge = order.charge
    return charge if charge is not None and charge.method is Method.BOLETO and charge.state in PAYABLE else None


def _find(talk: Talk) -> str:
    if not talk.data.get("order"):
        boletos = [o for o in orders.bought(talk, WAITING) if boleto_of(o)]
        if len(boletos) == 1:
            talk.data["order"] = boletos[0].number
    found = orders.find(talk, WAITING)
    if found != "one":
        return found
    order = orders.the(talk)
    if order.state is not OrderState.AWAITING_PAYMENT:
        return "late"
    if boleto_of(order) is None:
        talk.seed = {"order": order.number, "method": Method.BOLETO.value}
        return "other"
    return "over" if _last(talk) < calendar.today(talk.now) else "one"


def _last(talk: Talk) -> date:
    return last_due_date(orders.the(talk), talk.rules)


def _due(talk: Talk) -> date:
    charge = orders.the(talk).charge
    return charge.due_date if charge is not None else calendar.today(talk.now)


def _say_over(talk: Talk) -> str:
    talk.say(texts.over(orders.the(talk).number, _due(talk)))
    return "told"


# --- the day ----------------------------------------------------------------------------------------------


def _ask_day(talk: Talk) -> None:
    talk.ask(texts.which_day(orders.the(talk).number, _due(talk), _last(talk), calendar.today(talk.now)))


def _read_day(talk: Talk, heard: Heard) -> str | None:
    said = heard.slot("date")
    if not said and dates.resolve(heard.text, calendar.today(talk.now)).problem != "unknown":
        said = heard.text
    if said:
        talk.data["said"] = said
        return "said"
    if reading.yes_or_no(talk, heard) == "no" or _KEEP.search(heard.folded):
        talk.say(texts.kept(orders.the(talk).number, _due(talk)))
        return "no"
    return None


def _weigh(talk: Talk) -> str:
    """Check the given day against today, bank days and the hold."""
    today, last = calendar.today(talk.now), _last(talk)
    days, problem = dates.resolve(talk.data.pop("said"), today)
    if problem:
        talk.note(texts.no_day(problem, days[0] if days else None))
        return "again"
    if len(days) > 1 and days[0] < last:
        talk.data["days"] = [day.isoformat() for day in days]
        return "which"
    wanted = days[0]
    day = min(calendar.next_bank_day(wanted), last)
    talk.data["day"], talk.data["wanted"] = day.isoformat(), wanted.isoformat()
    if day == _due(talk):
        return "same" if wanted == day else "again_same"
    return "sure" if day == wanted else "instead"


def _day(talk: Talk, name: str = "day") -> date:
    return date.fromisoformat(talk.data[name])


def _ask_which_day(talk: Talk) -> None:
    days = [date.fromisoformat(day) for day in talk.data["days"]]
    talk.ask(texts.one_of(days), [(day.isoformat(), f"{day:%d/%m}") for day in days])


def _read_which_day(talk: Talk, heard: Heard) -> str | None:
    if heard.choice:
        talk.data["said"] = f"{date.fromisoformat(heard.choice):%d/%m/%Y}"
        return "said"
    return _read_day(talk, heard)


def _say_same(talk: Talk) -> str:
    talk.say(texts.same(orders.the(talk).number, _due(talk)))
    return "told"


def _note_same(talk: Talk) -> str:
    talk.note(texts.nothing_gained(_day(talk, "wanted"), _due(talk), _last(talk)))
    return "told"


# --- confirmation -----------------------------------------------------------------------------------------


def _ask_sure(talk: Talk) -> None:
    talk.ask_yes(texts.sure(_day(talk), _last(talk)))


def _ask_instead(talk: Talk) -> None:
    talk.ask_yes(texts.instead(_day(talk, "wanted"), _day(talk), _last(talk)))


def _read_yes(talk: Talk, heard: Heard) -> str | None:
    if reading.yes_or_no(talk, heard) == "yes" or _STAYS.fullmatch(heard.folded):
        return "yes"
    return _read_day(talk, heard)


def _change(talk: Talk) -> str:
    order = orders.the(talk)
    event = DueDateAsked(order=order.number, by=talk.person.id, due_date=_day(talk))
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(texts.changing(order.number, _day(talk)))
    return "asked"


_YES = {"yes": "change", "no": END, "said": "weigh"}

FLOW = Flow(
    name="due_date",
    title="o vencimento do boleto",
    role="buyer",
    steps=(
        Step(
            "find",
            {
                "one": "day",
                "which": "which",
                "none": "none",
                "unknown": "unknown",
                "late": "late",
                "over": "over",
                "other": ">paying",
            },
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=orders.ask_which(order_texts.pay_which(), WAITING), read=orders.read_which),
        Step(
            "day",
            {"said": "weigh", "no": END},
            ask=_ask_day,
            read=_read_day,
            known=lambda talk: "said" if talk.data.get("said") else None,
        ),
        Step(
            "weigh",
            {
                "sure": "sure",
                "instead": "instead",
                "which": "which_day",
                "again": "day",
                "same": "same",
                "again_same": "nothing_gained",
            },
            act=_weigh,
        ),
        Step("which_day", {"said": "weigh", "no": END}, ask=_ask_which_day, read=_read_which_day, needs=("days",)),
        Step("sure", _YES, ask=_ask_sure, read=_read_yes, needs=("day",)),
        Step("instead", _YES, ask=_ask_instead, read=_read_yes, needs=("day", "wanted")),
        Step("change", {"asked": END}, act=_change),
        Step("same", {"told": END}, act=_say_same),
        Step("nothing_gained", {"told": "day"}, act=_note_same),
        Step("none", {"told": END}, act=orders.say_nothing_to_pay),
        Step("unknown", {"told": END}, act=orders.say_unknown),
        Step("late", {"told": END}, act=orders.say_not_payable),
        Step("over", {"told": END}, act=_say_over),
    ),
)
