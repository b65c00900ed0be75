"""The due date of a boleto: reminders, and moving it at the buyer's request."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.domain import calendar, quiet
from bot.domain.commands import Bill, MoveDueDate
from bot.domain.events import Done, DueDateAsked, Refused
from bot.domain.holding import held_until, last_due_date
from bot.domain.order import Charge, Method, OrderState
from bot.domain.states import LIVE, PAYABLE, Actor
from bot.orders import charging, news
from bot.orders.turn import Turn

MORNING = time(9)


# --- reminders --------------------------------------------------------------------------------------------


def remind(turn: Turn, charge: Charge) -> None:
    """Remind three days before (if it is due in more than four), the day before, on the day, and one bank day after.

    A reminder before the due date moves back to the last day on which the buyer may be written to; two on the same day
    become one.
    """
    today = calendar.today(turn.now)
    due = calendar.next_bank_day(charge.due_date)
    eve = _open_day(turn, due - timedelta(days=1))
    ahead = _open_day(turn, due - timedelta(days=3))
    days: dict[str, date | None] = {
        "days_before": ahead if (due - today).days > 4 and ahead < eve else None,
        "day_before": eve,
        "today": due,
        "day_after": calendar.add_bank_days(due, 1),
    }
    for when, day in days.items():
        key = f"{charge.reference}/remind/{when}"
        if day is None or day <= today:
            turn.decision.cancel_timer(key)
        else:
            at = calendar.instant(day, MORNING)
            turn.decision.timer(key, "boleto_reminder", at, reference=charge.reference, when=when)


def _open_day(turn: Turn, day: date) -> date:
    address = turn.buyer.address if turn.buyer else None
    return quiet.last_open_day(day, address, turn.rules.quiet_from, turn.rules.quiet_to)


def reminder_due(turn: Turn, charge: Charge, when: str) -> None:
    if charge.state not in PAYABLE or not charging.still_wanted(turn, charge):
        return
    news.tell_buyer(
        turn,
        "boleto_reminder",
        about=f"{charge.reference}/{charge.due_date}/{when}",
        when=when,
        amount=str(charge.amount),
        due_date=charge.due_date.isoformat(),
        line=charge.line,
        page_url=charge.page_url,
    )


# --- changing the due date --------------------------------------------------------------------------------


def asked(turn: Turn, event: DueDateAsked) -> None:
    """The conversation offers only allowed dates; check again against the order as it is now."""
    charge, seller = turn.order.charge, turn.seller
    if turn.actor(event.by) not in (Actor.BUYER, Actor.OPERATOR) or charge is None:
        return
    reason = _refusal(turn, charge, event.due_date)
    if reason or seller is None:
        _kept(turn, charge, event.due_date, reason or "internal")
    elif event.due_date != charge.due_date:
        turn.do(
            MoveDueDate(
                charge_id=charge.provider_id,
                method=charge.method,
                due_date=event.due_date,
                wallet_id=seller.wallet_id,
                share=charge.share,
            ),
            f"{charge.reference}/due/{turn.stored.id}",
            expires_at=held_until(turn.order, turn.rules),
        )


def _refusal(turn: Turn, charge: Charge, day: date) -> str:
    """Why the boleto cannot be due on that day; "" if it can."""
    if turn.order.state is not OrderState.AWAITING_PAYMENT or not charging.still_wanted(turn, charge):
        return "paid" if turn.order.paid_at is not None else "ended"
    if charge.method is not Method.BOLETO or charge.state not in PAYABLE:
        return "ended"
    if not calendar.is_bank_day(day):
        return "no_bank_day"
    if day < calendar.today(turn.now):
        return "past"
    return "too_late" if day > last_due_date(turn.order, turn.rules) else ""


def moved(turn: Turn, event: Done, charge: Charge) -> None:
    """The boleto has a new due date; the codes sent before are no longer valid."""
    bill = event.result_as(Bill)
    if not isinstance(event.command, MoveDueDate) or charge.state not in LIVE:
        return
    charge = charging.learn(
        turn,
        charge,
        bill.status,
        cause="another day",
        read=bill.status,
        due_date=event.command.due_date,
        line=bill.line,
        page_url=bill.page_url or charge.page_url,
    )
    if not charging.still_wanted(turn, charge):
        return
    if bill.amount != charge.amount:
        turn.alert(f"cobrança {charge.reference}", f"o boleto mudou de valor com o vencimento: {bill.amount} centavos.")
    remind(turn, charge)
    news.tell_buyer(
        turn,
        "due_date_changed",
        about=event.key,
        amount=str(charge.amount),
        due_date=charge.due_date.isoformat(),
        line=charge.line,
        page_url=charge.page_url,
    )


def refused(turn: Turn, event: Refused, charge: Charge) -> None:
    if not isinstance(event.command, MoveDueDate):
        return
    if event.reason in ("already_paid", "void"):  # reading the charge tells what happened
        charging.read(turn, charge)
        return
    turn.alert(f"vencimento {charge.reference}", f"o vencimento não mudou: {event.reason} {event.detail}".strip())
    _kept(turn, charge, event.command.due_date, "internal")


def waited_too_long(turn: Turn, command: MoveDueDate, charge: Charge) -> None:
    _kept(turn, charge, command.due_date, "internal")


def _kept(turn: Turn, charge: Charge, wanted: date, reason: str) -> None:
    news.tell_buyer(
        turn,
        "due_date_kept",
        about=str(turn.stored.id),
        reason=reason,
        wanted=wanted.isoformat(),
        due_date=charge.due_date.isoformat(),
        last=last_due_date(turn.order, turn.rules).isoformat(),
    )
