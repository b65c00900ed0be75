"""Payments: received, late, double or missing, and refunded.

A webhook is only a hint: the charge is read back before anything changes. Readings are applied in the order in which
they were made; the state is a fold over everything read.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands import Bill, CancelCharge
from bot.domain.events import Done, PaymentFact, Refused
from bot.domain.order import Charge, ChargeState, Method, OrderState
from bot.domain.states import HAS_MONEY, LIVE, PAYABLE
from bot.domain.text import words
from bot.orders import acceptance, cancelling, charging, disputes, news, redirecting, shares
from bot.orders.turn import Turn

LATE_LIMIT = timedelta(hours=24)
"""Money arriving later than this after its charge ended no longer revives the order."""

_HINTS = words(
    "updated overdue under_review paid settled void restored refunding refunded partially_refunded refund_denied "
    "disputed dispute_won card_refused"
)
_MONEY_HINTS = frozenset({"paid", "settled"})
_REVIVABLE = frozenset({"", "unpaid", "sold"})
"""Cancellation reasons after which late money can still revive the order: nobody had decided against it."""


_SENT = frozenset({OrderState.SHIPPED, OrderState.DELIVERED, OrderState.RETURNING, OrderState.CLOSED})
"""The sale continues or is complete although its money is refunded. In other states the seller learns of the
cancellation instead."""


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
        return  # the refund was requested but has not started at the provider; only a denial ends it
    take(turn, charge, bill)
    after = turn.charge(reference=charge.reference) or charge
    if hint == "card_refused":
        _card_refused(turn, after)
    shares.heard(turn, after, hint, bill)


def _stray(turn: Turn, charge: Charge, bill: Bill) -> Charge:
    """A second charge under our reference, left by an interrupted call. Void it, so that nobody pays it."""
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
    # placed before the wanted charge, which stays the newest
    turn.change(charges=(stray, *turn.order.charges))
    if bill.status in ("pending", "overdue"):
        turn.do(CancelCharge(charge_id=bill.charge_id), f"{stray.reference}/cancel")
    return stray


def take(turn: Turn, before: Charge, bill: Bill) -> None:
    """Apply a reading, and do what follows from it."""
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
        turn.change(disputed=True)  # before anything else acts on the order
    if before.state in LIVE and charge.state in (ChargeState.DISPUTED, ChargeState.REFUNDING, ChargeState.REFUNDED):
        _missed(turn, charge)
    match charge.state:
        case ChargeState.PAID | ChargeState.SETTLED:
            _money(turn, before, charge)
        case ChargeState.PAID_LATE:
            if before.state is ChargeState.REFUNDING:
                _denied(turn, charge)
            elif before.state is ChargeState.DISPUTED:
                disputes.won(turn, charge)
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
    """Apply a partial refund found in a reading: our own, or one made in the provider's panel."""
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
    """A card was declined after review: the charge stays payable, unless it has expired meanwhile."""
    over = charge.expires_at is not None and charge.expires_at <= turn.now
    if over or not charging.still_wanted(turn, charge):
        charging.void(turn, charge)


def _card_refused(turn: Turn, charge: Charge) -> None:
    """The card was declined by its bank or after review. The charge stays payable: another card, or another method."""
    if charge.state in PAYABLE and charging.still_wanted(turn, charge):
        about = f"{charge.reference}/{turn.stored.id}"
        news.tell_buyer(turn, "charge_failed", about=about, method=charge.method, reason="card_refused")


def _missed(turn: Turn, charge: Charge) -> None:
    """The charge was paid and then refunded or disputed before we heard of it: treat the order as if we had."""
    if turn.order.state is not OrderState.AWAITING_PAYMENT or charge.problem or charging.paid_otherwise(turn, charge):
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
                facts.append("void")  # it was being cancelled when the money arrived
            if not before.problem and before.state is not ChargeState.VOID:
                changes["problem"] = _problem(before, bill)
    elif not comes_in:
        facts, read = [], before.state  # older than what is known
    if bill.credit_on is not None:
        changes["credit_on"] = bill.credit_on
    if bill.status == "void" and before.ended_at is None:
        changes["ended_at"] = turn.now
    return charging.learn(turn, before, *facts, cause=bill.status, read=read, **changes)


def _problem(charge: Charge, bill: Bill) -> str:
    """Why received money is not accepted for the order; "" if it is. Reference, amount and the seller's share must
    match. If the whole split was cancelled, the money is with us: the order continues, and the share is paid by
    transfer."""
    if bill.reference != charge.reference.partition("+")[0]:
        return f"referência {bill.reference!r}"
    if bill.amount != charge.amount:
        return f"valor de {bill.amount} em vez de {charge.amount} centavos"
    if bill.share not in (charge.share, 0):
        return f"repasse de {bill.share} em vez de {charge.share} centavos"
    return ""


# --- money in ---------------------------------------------------------------------------------------------


def _money(turn: Turn, before: Charge, charge: Charge) -> None:
    """Paid or settled: the first time, this pays the order; after a dispute or a denied refund the money is available
    again."""
    if before.state is ChargeState.PAID:
        return  # now settled: the same money
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
    elif turn.order.state is OrderState.AWAITING_PAYMENT and not charging.paid_otherwise(turn, charge):
        if turn.take_stock():
            pay(turn, charge)
        else:
            cancelling.cancel(turn, "sold")
    else:
        _second(turn, charge)


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
    """A second payment of the same order is refunded; the order continues."""
    charging.refund(turn, charge, "pagamento em duplicidade")
    _tell_late(turn, charge, "second")


def _late(turn: Turn, charge: Charge, bill: Bill) -> None:
    """Money for a charge that had ended: it revives the order if that is still possible, otherwise it is refunded."""
    order = turn.order
    fresh = charge.ended_at is None or turn.now - charge.ended_at <= LATE_LIMIT
    waits = order.state is OrderState.AWAITING_PAYMENT
    revivable = waits or (order.state is OrderState.CANCELLED and order.cancel_reason in _REVIVABLE)
    if order.paid_at is not None and order.state is not OrderState.CANCELLED:
        _second(turn, charge)
        return
    right = charge.received == charge.amount and "+" not in charge.reference and not charge.problem
    right = right and charge.withheld <= turn.debt  # the debts it was withheld for may have been paid meanwhile
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
    """Our own expiry of a charge has come: cancel it at the provider, whose expiry is later."""
    if charge.state in LIVE:
        charging.void(turn, charge)


def cancelled(turn: Turn, charge: Charge) -> None:
    """The provider has cancelled a charge."""
    if charge.state in LIVE:
        charge = charging.learn(turn, charge, "void", cause="taken back", ended_at=turn.now)
        ended(turn, charge)


def ended(turn: Turn, charge: Charge) -> None:
    """A charge is void: create its replacement, or without one release the parts."""
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
            return  # it ends with the order's hold, which has its own notice
        name = "pix_expired" if charge.method is Method.PIX else "card_expired"
        news.tell_buyer(turn, name, about=charge.reference, amount=str(charge.amount))


def cancel_refused(turn: Turn, event: Refused, charge: Charge) -> None:
    """The charge cannot be cancelled, most likely because it was just paid: read it."""
    if event.reason != "already_paid":
        turn.alert(f"cobrança {charge.reference}", f"a cobrança não pôde ser cancelada: {event.reason}.")
    charging.read(turn, charge)


# --- money back -------------------------------------------------------------------------------------------


def _denied(turn: Turn, charge: Charge) -> None:
    turn.alert(f"devolução negada {charge.reference}", "o provedor negou a devolução; o dinheiro continua conosco.")


def _given_back(turn: Turn, before: Charge, charge: Charge, *, under_way: bool) -> None:
    """Money is refunded: at our request, in the provider's panel, or by a lost chargeback."""
    lost = before.state is ChargeState.DISPUTED
    paid_this_order = not charge.problem and not charging.paid_otherwise(turn, charge)
    if lost:
        disputes.lost(turn, charge)
    if not under_way and not lost:
        amount = str(charging.left(charge))
        news.tell_buyer(turn, "refund_done", about=charge.reference, amount=amount)
        if paid_this_order and turn.order.state in _SENT:
            news.tell_seller(turn, "sale_refunded", about=charge.reference, amount=amount, title=turn.order.title)
    if paid_this_order and turn.order.state in (OrderState.PAID, OrderState.ACCEPTED):
        cancelling.begin(turn, "chargeback" if lost else "refunded")
