"""The question to a buyer who means to pay after the code expires."""

from __future__ import annotations

from bot.conversations.flows import orders, reading
from bot.conversations.flows.buying.remarks import way_of_paying
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import paying_later as texts
from bot.domain import calendar
from bot.domain.holding import last_due_date


def ask(talk: Talk) -> None:
    """The code expires before they mean to pay."""
    order = orders.the(talk)
    boleto = calendar.add_bank_days(calendar.today(talk.now), talk.rules.boleto_days)
    rows = texts.later_rows(min(boleto, last_due_date(order, talk.rules)))
    if order.charge is not None:
        talk.ask(texts.later(order.number, order.charge, talk.now, by_hand=order.by_hand), rows)


def read(talk: Talk, heard: Heard) -> str | None:
    answer = heard.choice or way_of_paying(heard).get("method") or reading.yes_or_no(talk, heard)
    if answer == "boleto":
        talk.data["method"] = answer
        return "boleto"
    if answer not in ("wait", "pix", "no"):
        return None
    talk.say(texts.write_to_pay(orders.the(talk).number))
    return "wait"
