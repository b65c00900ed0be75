"""The seller's share: planned in the split, arrived, stopped, or paid by transfer where no split carries it."""

from __future__ import annotations

from bot.domain import debts, lanes, money
from bot.domain.commands import Bill, PayShare
from bot.domain.events import DebtPaid, Refused, ShareAsked, TransferFact
from bot.domain.order import Charge, ChargeState, OrderState, SplitState
from bot.domain.states import SPLIT_MOVES, Actor
from bot.domain.text import words
from bot.orders import charging, news
from bot.orders.turn import Turn

SPLIT_HINTS = words("split_done split_cancelled split_blocked")
MEND = "mend"
_WITH_US = (ChargeState.PAID, ChargeState.SETTLED)
_ON_ITS_WAY = (SplitState.PLANNED, SplitState.BLOCKED)
_OURS = frozenset({"charge_removed", "charge_overdue", "charge_refunded"})
"""Reasons for the end of a split that follow from the end of its charge."""


def heard(turn: Turn, charge: Charge, hint: str, bill: Bill) -> None:
    """Apply what a webhook said of the split, after reading the charge back. ``hint``: the fact, ``=`` and its
    detail."""
    fact, _, detail = hint.partition("=")
    if charge.state not in _WITH_US or charge.problem:
        return
    if fact == "split_done" and bill.share == charge.share:
        _arrived(turn, charge, detail)
    elif bill.share_done == charge.share > 0 and SplitState.DONE in SPLIT_MOVES[charge.split]:
        _arrived(turn, charge)  # its own webhook was lost or is late
    match fact:
        case "split_blocked":
            _stopped(turn, _move(turn, charge, SplitState.BLOCKED, "split blocked"), "more_than_the_net")
        case "mend":
            _mend(turn, charge, bill)
        case _ if charge.split in _ON_ITS_WAY and _cancelled(turn, charge, fact, detail, bill):
            reason = detail if fact == "split_cancelled" else bill.stopped
            _stopped(turn, _move(turn, charge, SplitState.CANCELLED, "split cancelled"), reason)
        case _:
            pass


def _cancelled(turn: Turn, charge: Charge, fact: str, detail: str, bill: Bill) -> bool:
    """Reported by its webhook, or seen in any reading of a charge that keeps its money: the webhook may come before the
    payment, or never."""
    if fact == "split_cancelled" and detail not in _OURS:
        return bill.share < charge.share
    return bill.share == 0 < charge.share and not bill.refunded and turn.order.state is not OrderState.CANCELLED


def _arrived(turn: Turn, charge: Charge, part: str = "") -> None:
    """``part``: the id of the split entry; a plan has one per instalment."""
    charge = _move(turn, charge, SplitState.DONE, "split done")
    part = part if charge.installments > 1 else ""
    about = f"{charge.reference}/{part}" if part else charge.reference
    amount = "" if part else str(charge.share - charge.share_back)
    news.tell_seller(turn, "share_paid", about=about, amount=amount, title=turn.order.title)


def _move(turn: Turn, charge: Charge, target: SplitState, cause: str) -> Charge:
    """Move the share to ``target``; a move that is not in the table comes from an older report and changes nothing."""
    if target not in SPLIT_MOVES[charge.split]:
        return charge
    return turn.put_charge(charge.but(split=target), cause)


def _stopped(turn: Turn, charge: Charge, reason: str, what: str = "") -> None:
    text = f"o repasse parou ({reason or 'sem motivo'}); depois de resolver, mande-o."
    turn.alert(what or f"repasse {charge.reference}", text)
    news.tell_seller(turn, "share_stopped", about=charge.reference, amount=str(charge.share), reason=reason)


# --- by transfer ------------------------------------------------------------------------------------------


def may_be_transferred(charge: Charge) -> bool:
    """Whether a transfer can replace the split: the share has not arrived, and no transfer is under way."""
    return SplitState.TRANSFERRING in SPLIT_MOVES[charge.split]


def asked(turn: Turn, event: ShareAsked) -> None:
    """The wallet can receive again: before anything is paid, read whether the split is gone for good."""
    charge = next((c for c in reversed(turn.order.charges) if c.state in _WITH_US and not c.problem), None)
    if turn.actor(event.by) is Actor.OPERATOR and charge is not None and may_be_transferred(charge):
        charging.read(turn, charge, hint=MEND)


def _mend(turn: Turn, charge: Charge, bill: Bill) -> None:
    if bill.share or bill.status != ChargeState.SETTLED or not may_be_transferred(charge) or bill.refunded:
        turn.alert(
            f"repasse {turn.stored.id}", "o repasse não foi mandado: o split ainda vale, ou o valor foi devolvido."
        )
        return
    pay(turn, charge)


def pay(turn: Turn, charge: Charge) -> None:
    """Pay the share from our balance into the wallet."""
    seller = turn.seller
    number = next(i for i, c in enumerate(turn.order.charges, start=1) if c.reference == charge.reference)
    reference = lanes.reference(turn.order.number, "t", number)
    if seller is None:
        return
    turn.put_charge(charge.but(split=SplitState.TRANSFERRING), "share by transfer")
    command = PayShare(reference=reference, wallet_id=seller.wallet_id, amount=charge.share)
    turn.do(command, f"{reference}/pay/{turn.stored.id}")


def paid(turn: Turn, key: str) -> None:
    charge = _of(turn, key)
    if charge is not None:
        turn.put_charge(charge.but(split=SplitState.TRANSFERRED), "share arrived")
        title = turn.order.title
        news.tell_seller(turn, "share_paid", about=charge.reference, amount=str(charge.share), title=title)


def refused(turn: Turn, event: Refused) -> None:
    charge = _of(turn, event.key)
    if charge is not None:
        turn.put_charge(charge.but(split=SplitState.CANCELLED), "share refused")
        news.tell_seller(turn, "share_stopped", about=charge.reference, amount=str(charge.share), reason=event.reason)
    turn.alert(
        "repasse", f"o repasse ao vendedor por transferência foi recusado: {event.reason} {event.detail}".strip()
    )


def transferred(turn: Turn, event: TransferFact) -> None:
    """A webhook about a transfer. Success and failure are both reported, but only the lookup of our own command permits
    another transfer: nobody is paid twice."""
    charge = _of(turn, event.reference)
    match event.fact, charge.split if charge is not None and event.amount == charge.share else None:
        case "done", SplitState.TRANSFERRING:
            paid(turn, event.reference)
        case "failed" | "blocked", SplitState.TRANSFERRING | SplitState.TRANSFERRED if charge:
            _stopped(turn, charge, f"transfer_{event.fact}", f"transferência {event.transfer_id} {event.fact}")
        case ("done", SplitState.TRANSFERRED) | ("failed" | "blocked", SplitState.CANCELLED):
            pass  # reported before
        case _:
            ours = f"o repasse é de {money.show(charge.share)} ({charge.split})" if charge else "não há essa cobrança"
            text = (
                f"a transferência {event.reference} de {money.show(event.amount)} ({event.fact}) não confere: {ours}."
            )
            turn.alert(f"transferência {event.transfer_id}", text)


# --- debts ------------------------------------------------------------------------------------------------


def tell_due(turn: Turn) -> None:
    """Tell the seller what became due in this turn, because a share paid by transfer was refunded to the buyer."""
    known = {charge.reference: debts.due(charge) for charge in turn.before.charges}
    for charge in turn.order.charges:
        due = debts.due(charge)
        if more := due - known.get(charge.reference, 0):
            about = f"{charge.reference}/{due}"
            news.tell_seller(turn, "share_due", about=about, amount=str(more), title=turn.order.title)
            text = f"{money.show(more)} do repasse por transferência ficam devidos pelo vendedor; são descontados das "
            turn.alert(f"repasse devido {about}", text + "próximas vendas, ou registre aqui quando ele devolver.")


def debt_paid(turn: Turn, event: DebtPaid) -> None:
    """The seller has repaid by hand. What sales withhold, or have withheld, is not paid a second time."""
    charge = next((c for c in reversed(turn.order.charges) if debts.unpaid(c) > 0), None)
    if turn.actor(event.by) is not Actor.OPERATOR or event.amount < 0:
        return
    most = min(debts.unpaid(charge), turn.debt) if charge is not None else 0
    amount = event.amount or most
    if charge is None or not 0 < amount <= most:
        turn.alert(f"repasse devolvido {turn.stored.id}", f"a devolução não foi registrada: faltam {money.show(most)}.")
        return
    turn.put_charge(charge.but(repaid=charge.repaid + amount), "paid back by hand")
    about, left = str(turn.stored.id), str(turn.debt)
    news.tell_seller(turn, "debt_paid", about=about, amount=str(amount), left=left)


def _of(turn: Turn, key: str) -> Charge | None:
    """The charge whose share a transfer pays: ``order-1042-t2`` is for the second."""
    number = key.partition("/")[0].rpartition("-t")[2]
    charges = turn.order.charges
    return charges[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(charges) else None
