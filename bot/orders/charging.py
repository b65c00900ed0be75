"""Operations on a charge: request, create, void, read, refund."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.domain import calendar, lanes, money, split
from bot.domain.commands import CancelCharge, CreateCharge, EnsureCustomer, ReadCharge, RefundCharge
from bot.domain.holding import held_until, last_due_date
from bot.domain.order import Charge, ChargeState, Method, OrderState, SplitState
from bot.domain.people import Person
from bot.domain.states import LIVE, charge_state
from bot.orders import news
from bot.orders.turn import Turn

MINIMUM = 500
"""Centavos; the payment provider refuses smaller charges."""

_SELLER_CANNOT_BE_PAID = "internal"
_CARRIED = (SplitState.PLANNED, SplitState.DONE, SplitState.BLOCKED)
"""States in which the seller's share is in the split, so a refund can take from it."""


def ask(turn: Turn, method: Method, installments: int) -> None:
    """Add a charge with the buyer's chosen method; the buyer is notified once it has been created."""
    order, rules, seller = turn.order, turn.rules, turn.seller
    number = len(order.charges) + 1
    charge = Charge(
        reference=lanes.reference(order.number, "a", number),
        method=method,
        installments=installments if method is Method.CARD else 1,
        amount=order.total,
        terms=order.terms,
        due_date=_due_date(method, turn),
    )
    turn.put_charge(charge, "asked for")
    if order.total < MINIMUM:
        fail(turn, charge, "too_small")
    elif seller is None or seller.wallet_id in ("", rules.platform_wallet_id):
        turn.alert("wallet", "o vendedor não tem carteira própria para receber; a cobrança não foi criada.")
        fail(turn, charge, _SELLER_CANNOT_BE_PAID)
    elif not unmade(turn, charge):
        make(turn, charge)


def _due_date(method: Method, turn: Turn) -> date:
    today = calendar.today(turn.now)
    match method:
        case Method.PIX:
            # one day beyond our own expiry, which may fall after midnight
            return today + timedelta(days=1)
        case Method.BOLETO:
            # near the end of the hold a boleto is due sooner, so that its money arrives in time
            last = max(last_due_date(turn.order, turn.rules), calendar.next_bank_day(today))
            return min(calendar.add_bank_days(today, turn.rules.boleto_days), last)
        case Method.CARD:
            return today


def make(turn: Turn, charge: Charge) -> None:
    """Have a charge created; first the customer, if the provider does not know the buyer yet."""
    order, buyer = turn.order, turn.buyer
    customer_id = known_customer(turn, buyer)
    if customer_id:
        create(turn, charge, customer_id)
    else:
        turn.do(
            EnsureCustomer(
                person_id=order.buyer_id,
                payer=order.recipient,
                address=None if order.by_hand else order.destination,
            ),
            f"{charge.reference}/customer",
            expires_at=held_until(order, turn.rules),
        )


def known_customer(turn: Turn, buyer: Person | None) -> str:
    """The buyer's id at the provider, if it belongs to this order's document; otherwise ""."""
    same = buyer is not None and buyer.document in ("", turn.order.recipient.document)
    return buyer.customer_id if buyer is not None and same else ""


def create(turn: Turn, charge: Charge, customer_id: str) -> None:
    order, seller = turn.order, turn.seller
    charge = turn.put_charge(charge.but(withheld=split.withheld(order.goods - order.fee, turn.debt)), "being made")
    due_day_ends = calendar.instant(charge.due_date + timedelta(days=1), time(0))
    turn.do(
        CreateCharge(
            reference=charge.reference,
            customer_id=customer_id,
            method=charge.method,
            installments=charge.installments,
            amount=charge.amount,
            freight=order.freight_of(charge),
            fee=order.fee,
            withheld=charge.withheld,
            wallet_id=seller.wallet_id if seller else "",
            due_date=charge.due_date,
            description=f"Pedido {order.number} · {order.title}"[:500],
        ),
        f"{charge.reference}/create",
        expires_at=min(due_day_ends, held_until(order, turn.rules)),
    )


def fail(turn: Turn, charge: Charge, reason: str) -> None:
    """The charge cannot be created; the buyer may choose another method while the parts are still held."""
    learn(turn, charge, "refused", cause=reason)
    news.tell_buyer(turn, "charge_failed", about=charge.reference, method=charge.method, reason=reason)
    wait_for_another(turn)


def wait_for_another(turn: Turn) -> None:
    """Without a charge the parts are held only a little longer."""
    if turn.order.state is OrderState.AWAITING_PAYMENT and turn.order.stock_held:
        turn.timer(f"{turn.name}/no_charge", "no_charge", timedelta(minutes=turn.rules.pix_minutes))


def learn(turn: Turn, charge: Charge, *facts: str, cause: str, read: str = "", **changes: object) -> Charge:
    """Add facts to a charge; its state follows from them."""
    known = tuple(sorted({*charge.facts, *facts}))
    after = charge.but(facts=known, state=charge_state(known, read), **changes)
    return turn.put_charge(after, cause)


def void(turn: Turn, charge: Charge) -> None:
    """Cancel an unpaid charge at the provider, if it exists there already (otherwise once it does)."""
    turn.decision.cancel_timer(f"{charge.reference}/expiry")
    if charge.provider_id and charge.state in LIVE:
        # a refused cancellation may have to be repeated, so each has its own key; a missing charge counts as success
        turn.do(CancelCharge(charge_id=charge.provider_id), f"{charge.reference}/cancel/{turn.stored.id}")


def read(turn: Turn, charge: Charge, charge_id: str = "", hint: str = "") -> None:
    """Read the charge back from the provider. ``hint``: what a webhook said of it."""
    key = f"{charge.reference}/read/{turn.stored.id}" + (f"/{hint}" if hint else "")
    turn.do(ReadCharge(charge_id=charge_id or charge.provider_id), key)


def refund(turn: Turn, charge: Charge, cause: str, *, amount: int = 0, again: bool = False) -> None:
    """Refund what was received on a charge, or ``amount`` centavos of it. ``again``: a new attempt, under its own
    key."""
    key = f"{charge.reference}/refund" + (f"/{turn.stored.id}" if again else "")
    amount = amount or left(charge)
    command = RefundCharge(
        charge_id=charge.provider_id,
        amount=amount,
        before=charge.refunded,
        share=given_back(charge, amount),
        reason=cause,
    )
    turn.do(command, key)


def given_back(charge: Charge, part: int) -> int:
    """Centavos of a partial refund that the seller's wallet returns: its proportion, if the split carries the share."""
    stands = charge.share - charge.share_back if charge.split in _CARRIED else 0
    # what was withheld from the share for older debts was the seller's too
    return min(stands, split.share_back(stands + charge.withheld, part, left(charge))) if stands > 0 else 0


def left(charge: Charge) -> int:
    """Centavos of a charge that have not been refunded yet."""
    return (charge.received or charge.amount) - charge.refunded


def part_gone(turn: Turn, charge: Charge, refunded: int, share_back: int) -> Charge:
    """A requested partial refund is done: ``refunded`` and ``share_back`` are the new totals, in centavos."""
    part = refunded - charge.refunded
    wanted = charge.share_back + given_back(charge, part)
    after = turn.put_charge(charge.but(refunded=refunded, share_back=share_back), "part of it was given back")
    tell_part(turn, charge, after)
    if share_back != wanted:
        turn.alert(
            f"repasse devolvido {charge.reference}/{refunded}",
            f"do vendedor voltaram {money.show(share_back)} em vez de {money.show(wanted)}; confira no painel.",
        )
    return after


def tell_part(turn: Turn, before: Charge, after: Charge) -> None:
    """Notify both sides of a partial refund; the seller also of its share in it. For a share paid by transfer, that is
    a notice of its own."""
    about, part = f"{after.reference}/{after.refunded}", str(after.refunded - before.refunded)
    news.tell_buyer(turn, "refund_done", about=about, amount=part)
    if after.split is not SplitState.TRANSFERRED:
        taken = str(after.share_back - before.share_back)
        news.tell_seller(turn, "share_reduced", about=about, amount=part, share=taken, title=turn.order.title)


def unmade(turn: Turn, charge: Charge) -> bool:
    """Whether a charge still waits for the one it replaces to end: two must never be payable at once."""
    earlier = (c for c in turn.order.charges if c.reference != charge.reference and c.state in LIVE)
    return charge.state is ChargeState.REQUESTED and is_newest(turn, charge) and any(earlier)


def give_up_unmade(turn: Turn) -> None:
    """Drop a charge that was asked for but not created yet."""
    newest = turn.order.charge
    if newest is not None and unmade(turn, newest):
        learn(turn, newest, "refused", cause="no longer wanted")


def go_on(turn: Turn) -> None:
    """A charge has ended: its replacement can be created now."""
    newest = turn.order.charge
    wanted = newest is not None and requested(newest) and still_wanted(turn, newest)
    if newest is not None and wanted and not unmade(turn, newest):
        make(turn, newest)


def is_newest(turn: Turn, charge: Charge) -> bool:
    newest = turn.order.charge
    return newest is not None and newest.reference == charge.reference


def still_wanted(turn: Turn, charge: Charge) -> bool:
    """Whether the buyer should still pay this charge: the order awaits payment, and no newer charge was asked for."""
    return turn.order.state is OrderState.AWAITING_PAYMENT and is_newest(turn, charge) and not charge.problem


def paid_otherwise(turn: Turn, charge: Charge) -> bool:
    """Whether another charge pays the order, so that this one's money is too much."""
    return any(
        c.state in (ChargeState.PAID, ChargeState.SETTLED, ChargeState.DISPUTED) and not c.problem
        for c in turn.order.charges
        if c.reference != charge.reference
    )


def requested(charge: Charge | None) -> bool:
    return charge is not None and charge.state is ChargeState.REQUESTED
