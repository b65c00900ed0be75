"""Money comes in, late, twice or not at all, and goes back.

A webhook is a hint: before anything moves the charge is read back. Readings are taken in the order in which they were
made; the state is a fold over all that was read.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands import Bill, CancelCharge
from bot.domain.events import Done, PaymentFact, Refused
from bot.domain.order import Charge, ChargeState, Method, OrderState
from bot.domain.states import HAS_MONEY, LIVE
from bot.domain.text import words
from bot.orders import acceptance, cancelling, charging, disputes, news, redirecting, shares
from bot.orders.turn import Turn

LATE_LIMIT = timedelta(hours=24)
"""Money that comes later than this after its charge's end no longer revives the order."""

_HINTS = words(
    "updated overdue under_review paid settled void restored refunding refunded partially_refunded refund_denied "
    "disputed dispute_won card_refused"
)
_MONEY_HINTS = frozenset({"paid", "settled"})
_REVIVABLE = frozenset({"", "unpaid", "sold"})
"""Why an order may have ended and still be revived by late money: nobody had said no to it."""


_SENT = frozenset({OrderState.SHIPPED, OrderState.DELIVERED, OrderState.RETURNING, OrderState.CLOSED})
"""The sale goes on, or is over, though its money goes back: elsewhere the seller is told of the end itself."""


# --- facts and readings -----------------------------------------------------------------------------------


def fact(turn: Turn, event: PaymentFact) -> None:
    charge = turn.charge(provider_id=event.charge_id) or turn.charge(reference=event.reference)
    if charge is None:
        return
    if event.fact in shares.SPLIT_HINTS:
        charging.read(turn, charge, event.charge_id, f"{event.fact}={event.detail}")
    elif event.fact in _HINTS:
        charging.read(turn, charge, event.charge_id, event.fact)


def read_back(turn: Turn, event: Done, charge: Charge) -> None:
    bill = event.result_as(Bill)
    if charge.provider_id and bill.charge_id != charge.provider_id:
        charge = _stray(turn, charge, bill)
    hint = event.key.rpartition("/")[2]
    if hint in _MONEY_HINTS and bill.status in ("pending", "overdue", "void", "other"):
        turn.alert(
            f"pagamento {charge.reference}",
            f"o aviso dizia pago e a cobrança {bill.charge_id} lida diz {bill.status}; confira no painel.",
        )
    if charge.state is ChargeState.VOID and bill.status in ("pending", "overdue"):
        turn.alert(f"cobrança {charge.reference}", "uma cobrança cancelada foi reaberta no painel; cancele-a de novo.")
    if charge.state is ChargeState.REFUNDING and bill.status in _MONEY_HINTS and hint != "refund_denied":
        return  # it was asked for and has not begun there; only a denial ends it
    take(turn, charge, bill)
    after = turn.charge(reference=charge.reference) or charge
    if hint == "card_refused":
        _card_refused(turn, after)
    shares.heard(turn, after, hint, bill)


def _stray(turn: Turn, charge: Charge, bill: Bill) -> Charge:
    """A second charge under our reference, made by a call that was cut: nobody shall pay it, and if so it is void."""
    known = turn.charge(provider_id=bill.charge_id)
    if known is not None:
        return known
    turn.alert(f"cobrança {bill.charge_id}", "há uma segunda cobrança com a mesma referência; ela é cancelada.")
    stray = charge.but(
        reference=f"{charge.reference}+{bill.charge_id}",
        provider_id=bill.charge_id,
        net=bill.net,
        share=bill.share,
        withheld=0,
        state=ChargeState.VOID,
        facts=("void",),
        ended_at=turn.now,
        problem="",
        received=0,
    )
    # kept before the wanted one, which stays the newest
    turn.change(charges=(stray, *turn.order.charges))
    if bill.status in ("pending", "overdue"):
        turn.do(CancelCharge(charge_id=bill.charge_id), f"{stray.reference}/cancel")
    return stray


def take(turn: Turn, before: Charge, bill: Bill) -> None:
    """What a reading tells, and what follows from it."""
    if bill.status == "other":
        turn.alert(f"cobrança {before.reference}", "a cobrança está num estado desconhecido; confira no painel.")
        return
    if bill.status in HAS_MONEY | {ChargeState.REFUNDED}:
        charging.give_up_unmade(turn)
    charge = _learn(turn, before, bill)
    if charge.state in (ChargeState.PAID, ChargeState.SETTLED):
        charge = _partly_refunded(turn, before, charge, bill)
    if charge.state is before.state:
        return
    if charge.state is ChargeState.DISPUTED:
        turn.change(disputed=True)  # before anything else moves on it
    if before.state in LIVE and charge.state in (ChargeState.DISPUTED, ChargeState.REFUNDING, ChargeState.REFUNDED):
        _missed(turn, charge)
    match charge.state:
        case ChargeState.PAID | ChargeState.SETTLED:
            _money(turn, before, charge)
        case ChargeState.PAID_LATE:
            if before.state is ChargeState.REFUNDING:
                _denied(turn, charge)
            else:
                _late(turn, charge, bill)
        case ChargeState.DISPUTED:
            disputes.opened(turn, charge)
        case ChargeState.REFUNDING:
            _given_back(turn, before, charge, under_way=True)
        case ChargeState.REFUNDED:
            _given_back(turn, before, charge, under_way=False)
        case ChargeState.VOID:
            ended(turn, charge)
        case ChargeState.UNDER_REVIEW if charging.still_wanted(turn, charge):
            news.tell_buyer(turn, "payment_review", about=charge.reference, amount=str(charge.amount))
        case ChargeState.PENDING | ChargeState.OVERDUE if before.state is ChargeState.UNDER_REVIEW:
            _payable_again(turn, charge)
        case _:
            pass


def _partly_refunded(turn: Turn, before: Charge, charge: Charge, bill: Bill) -> Charge:
    """The charge with what a reading tells of a partial refund: ours, or one that was made in the provider's panel."""
    if before.refunded < bill.refunded <= charge.giving_back:
        return charging.part_gone(turn, charge, bill.refunded, bill.share_back)
    if before.refunded < bill.refunded < charge.received:
        back = charge.but(refunded=bill.refunded, share_back=bill.share_back)
        charge = turn.put_charge(back, "part of it was given back in the panel")
        charging.tell_part(turn, before, charge)
        turn.alert(f"devolução parcial {charge.reference}", "parte do valor foi devolvida no painel.")
    elif before.refunded == bill.refunded and before.share_back < bill.share_back:
        charge = turn.put_charge(charge.but(share_back=bill.share_back), "the seller's part of it was read later")
    return charge


def _payable_again(turn: Turn, charge: Charge) -> None:
    """A card was turned down after review: the charge lives on, if its time has not come meanwhile."""
    over = charge.expires_at is not None and charge.expires_at <= turn.now
    if over or not charging.still_wanted(turn, charge):
        charging.void(turn, charge)


def _card_refused(turn: Turn, charge: Charge) -> None:
    """The card's bank, or the review, has said no. The charge lives on: another card will do, or another way."""
    if charge.state in (ChargeState.PENDING, ChargeState.OVERDUE) and charging.still_wanted(turn, charge):
        about = f"{charge.reference}/{turn.stored.id}"
        news.tell_buyer(turn, "charge_failed", about=about, method=charge.method, reason="card_refused")


def _missed(turn: Turn, charge: Charge) -> None:
    """It was paid and more before we heard of it: the order goes the same way as if we had."""
    if turn.order.state is not OrderState.AWAITING_PAYMENT or charge.problem or _paid_already(turn, charge):
        return
    if charge.state is not ChargeState.DISPUTED or not turn.take_stock():
        cancelling.cancel(turn, "refunded", quietly=True)
    else:
        pay(turn, charge)


def _learn(turn: Turn, before: Charge, bill: Bill) -> Charge:
    changes: dict[str, object] = {}
    facts = [bill.status]
    read = bill.status
    comes_in = before.state not in HAS_MONEY and before.state is not ChargeState.REFUNDED
    if bill.status in HAS_MONEY | {ChargeState.REFUNDED}:
        if comes_in:
            changes = {"received": bill.amount, "net": bill.net, "paid_at": turn.now}
            if before.state in LIVE and turn.order.state is OrderState.CANCELLED:
                facts.append("void")  # its end is under way; the money was faster
            if not before.problem and before.state is not ChargeState.VOID:
                changes["problem"] = _problem(before, bill)
    elif not comes_in:
        facts, read = [], before.state  # an older word than what is known
    if bill.credit_on is not None:
        changes["credit_on"] = bill.credit_on
    if bill.status == "void" and before.ended_at is None:
        changes["ended_at"] = turn.now
    return charging.learn(turn, before, *facts, cause=bill.status, read=read, **changes)


def _problem(charge: Charge, bill: Bill) -> str:
    """Why money that came in is not the order's: it must be the amount, for us, with the seller's share in it. If the
    split was cancelled as a whole, the money is with us: the order goes on, and the share is paid by transfer."""
    if bill.reference != charge.reference.partition("+")[0]:
        return f"referência {bill.reference!r}"
    if bill.amount != charge.amount:
        return f"valor de {bill.amount} em vez de {charge.amount} centavos"
    if bill.share not in (charge.share, 0):
        return f"repasse de {bill.share} em vez de {charge.share} centavos"
    return ""


# --- money in ---------------------------------------------------------------------------------------------


def _money(turn: Turn, before: Charge, charge: Charge) -> None:
    """Paid or settled: the first time it pays the order; after a dispute or a denied refund it is there again."""
    if before.state is ChargeState.PAID:
        return  # settled now: the same money
    if before.state is ChargeState.DISPUTED:
        disputes.won(turn, charge)
    elif before.state is ChargeState.REFUNDING:
        _denied(turn, charge)
    elif charge.problem:
        turn.decision.cancel_timer(f"{charge.reference}/expiry")
        turn.alert(
            f"pagamento {charge.reference}",
            f"o pagamento não confere ({charge.problem}). O pedido espera: cancele para devolver, ou corrija.",
        )
    elif turn.order.state is OrderState.AWAITING_PAYMENT and not _paid_already(turn, charge):
        if turn.take_stock():
            pay(turn, charge)
        else:
            cancelling.cancel(turn, "sold")
    else:
        _second(turn, charge)


def _paid_already(turn: Turn, charge: Charge) -> bool:
    return any(
        c.state in (ChargeState.PAID, ChargeState.SETTLED, ChargeState.DISPUTED) and not c.problem
        for c in turn.order.charges
        if c.reference != charge.reference
    )


def pay(turn: Turn, charge: Charge) -> None:
    """The order is paid: all other charges end, and the sale begins."""
    for other in turn.order.charges:
        charging.void(turn, other)
    turn.decision.cancel_timer(f"{turn.name}/hold_over")
    turn.decision.cancel_timer(f"{turn.name}/no_charge")
    turn.decision.cancel_timer(f"{charge.reference}/expiry")
    turn.change(state=OrderState.PAID, paid_at=turn.now, cancel_reason="")
    news.look_again(turn, "boleto_reminder")
    redirecting.paid_for(turn, charge)
    acceptance.sold(turn, charge)


def _second(turn: Turn, charge: Charge) -> None:
    """Two payments of one order: the order goes on, the second goes back."""
    charging.refund(turn, charge, "pagamento em duplicidade")
    _tell_late(turn, charge, "second")


def _late(turn: Turn, charge: Charge, bill: Bill) -> None:
    """Money on a charge that had ended: it revives the order if it still can, else it goes back."""
    order = turn.order
    fresh = charge.ended_at is None or turn.now - charge.ended_at <= LATE_LIMIT
    waits = order.state is OrderState.AWAITING_PAYMENT
    revivable = waits or (order.state is OrderState.CANCELLED and order.cancel_reason in _REVIVABLE)
    if order.paid_at is not None and order.state is not OrderState.CANCELLED:
        _second(turn, charge)
        return
    right = charge.received == charge.amount and "+" not in charge.reference and not charge.problem
    right = right and charge.withheld <= turn.debt  # what it keeps for older debts may have been paid meanwhile
    if right and charge.share > 0 and fresh and revivable and turn.take_stock():
        charge = charging.learn(turn, charge, "revived", cause="late money", read=bill.status)
        if bill.share != charge.share:
            shares.pay(turn, charge)
        pay(turn, charge)
        _tell_late(turn, charge, "revived")
        return
    charging.refund(turn, charge, "pago depois do fim da cobrança")
    _tell_late(turn, charge, "refunded")
    if waits and not any(c.state in LIVE for c in order.charges):
        cancelling.cancel(turn, "sold", quietly=True)


def _tell_late(turn: Turn, charge: Charge, outcome: str) -> None:
    amount = str(charge.received)
    news.tell_buyer(turn, "late_payment", about=charge.reference, amount=amount, outcome=outcome)
    if outcome != "second":
        about = f"{charge.reference}/seller"
        news.tell_seller(turn, "late_payment", about=about, amount=amount, outcome=outcome)


# --- the end of a charge ----------------------------------------------------------------------------------


def expiry(turn: Turn, charge: Charge) -> None:
    """Our own end of a charge has come: it is taken back at the provider, whose own end is longer."""
    if charge.state in LIVE:
        charging.void(turn, charge)


def cancelled(turn: Turn, charge: Charge) -> None:
    """The provider has taken a charge back."""
    if charge.state in LIVE:
        charge = charging.learn(turn, charge, "void", cause="taken back", ended_at=turn.now)
        ended(turn, charge)


def ended(turn: Turn, charge: Charge) -> None:
    """A charge is void: one that replaces it is made; without one the parts go back to the shelf."""
    turn.decision.cancel_timer(f"{charge.reference}/expiry")
    order = turn.order
    if order.state is not OrderState.AWAITING_PAYMENT:
        return
    if not charging.is_newest(turn, charge):
        charging.go_on(turn)
    elif charge.problem:
        news.tell_buyer(turn, "charge_failed", about=charge.reference, method=charge.method, reason="internal")
        charging.wait_for_another(turn)
    else:
        turn.free_stock()
        if order.by_hand:
            buyer = news.short_name(turn.buyer, order.recipient.name)
            news.tell_seller(
                turn, "charge_expired", about=f"{charge.reference}/seller", amount=str(charge.amount), buyer=buyer
            )
        if charge.method is Method.BOLETO:
            return  # the hold of the order ends with it, and is told
        name = "pix_expired" if charge.method is Method.PIX else "card_expired"
        news.tell_buyer(turn, name, about=charge.reference, amount=str(charge.amount))


def cancel_refused(turn: Turn, event: Refused, charge: Charge) -> None:
    """It cannot be taken back, most likely because it was paid in the same moment: the charge itself tells."""
    if event.reason != "already_paid":
        turn.alert(f"cobrança {charge.reference}", f"a cobrança não pôde ser cancelada: {event.reason}.")
    charging.read(turn, charge)


# --- money back -------------------------------------------------------------------------------------------


def _denied(turn: Turn, charge: Charge) -> None:
    turn.alert(f"devolução negada {charge.reference}", "o provedor negou a devolução; o dinheiro continua conosco.")


def _given_back(turn: Turn, before: Charge, charge: Charge, *, under_way: bool) -> None:
    """Money goes back, by our wish, in the provider's panel, or by a lost chargeback."""
    lost = before.state is ChargeState.DISPUTED
    if lost:
        disputes.lost(turn, charge)
    if not under_way and not lost:
        amount = str(charging.left(charge))
        news.tell_buyer(turn, "refund_done", about=charge.reference, amount=amount)
        if turn.order.state in _SENT and not charge.problem and not _paid_already(turn, charge):
            news.tell_seller(turn, "sale_refunded", about=charge.reference, amount=amount, title=turn.order.title)
    if (
        not _paid_already(turn, charge)
        and not charge.problem
        and turn.order.state
        in (
            OrderState.PAID,
            OrderState.ACCEPTED,
        )
    ):
        cancelling.begin(turn, "chargeback" if lost else "refunded")
