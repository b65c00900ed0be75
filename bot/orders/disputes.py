"""A chargeback from opening to outcome: notify, contest with evidence on record, and apply the result.

While it is open, nothing is accepted, labelled or refunded, and the money is held. The seller or an operator decides
whether to contest it; the evidence is generated from the order's own record.
"""

from __future__ import annotations

from datetime import time, timedelta

from bot.domain import calendar
from bot.domain.disputes import DISPUTE_MOVES, ContestDispute, Dispute, DisputeState, Objection, ReadDispute
from bot.domain.events import DisputeAnswered, Done, Refused
from bot.domain.order import Charge, ChargeState, OrderState
from bot.domain.states import move_dispute
from bot.orders import acceptance, charging, evidence, labels, news
from bot.orders.turn import Turn

REMIND_BEFORE = timedelta(days=2)
MORNING = time(9)


def opened(turn: Turn, charge: Charge) -> None:
    turn.change(disputed=True, dispute=Dispute(charge=charge.reference, opened_at=turn.now))
    turn.do(ReadDispute(charge_id=charge.provider_id), f"{charge.reference}/dispute/{turn.stored.id}")
    turn.alert(
        f"chargeback {charge.reference}",
        "o comprador contestou o pagamento no banco. Aceite e etiqueta estão parados; responda no pedido.",
    )


def looked_at(turn: Turn, event: Done | None, charge: Charge) -> None:
    """The reason and deadline are known (None: they could not be read): notify the seller."""
    dispute = turn.order.dispute
    if dispute is None or dispute.charge != charge.reference or dispute.state is not DisputeState.OPEN:
        return
    found = event.result_as(Objection) if event is not None else Objection(status="none")
    turn.change(dispute=dispute.but(reason=found.reason, answer_by=found.answer_by))
    if found.answer_by is not None:
        at = calendar.instant(found.answer_by - REMIND_BEFORE, MORNING)
        turn.decision.timer(f"{turn.name}/dispute", "dispute_deadline", max(at, turn.now + timedelta(hours=1)))
    news.tell_seller(
        turn,
        "dispute_opened",
        about=dispute.opened_at.isoformat(),
        amount=str(charge.received),
        reason=found.reason,
        answer_by=found.answer_by.isoformat() if found.answer_by else "",
        title=turn.order.title,
        buyer=news.short_name(turn.buyer, turn.order.recipient.name),
    )


def deadline_near(turn: Turn) -> None:
    dispute = turn.order.dispute
    if dispute is None or dispute.state is not DisputeState.OPEN or dispute.answer_by is None:
        return
    turn.alert(f"chargeback sem resposta {dispute.charge}", f"responda até {dispute.answer_by:%d/%m}, ou ele se perde.")
    about, day = dispute.opened_at.isoformat(), dispute.answer_by.isoformat()
    news.tell_seller(turn, "dispute_reminder", about=about, answer_by=day)


def answered(turn: Turn, event: DisputeAnswered) -> None:
    dispute = turn.order.dispute
    target = DisputeState.CONTESTED if event.contest else DisputeState.CONCEDED
    actor = turn.actor(event.by)
    if actor is None or dispute is None or dispute.sending or move_dispute(dispute.state, target, actor):
        return
    if not event.contest:
        turn.change(dispute=dispute.but(state=target))
        return
    charge = turn.charge(reference=dispute.charge)
    if charge is None:
        return
    turn.change(dispute=dispute.but(sending=True))
    papers = evidence.collect(turn.order, turn.shop, turn.now, event.words)
    command = ContestDispute(charge_id=charge.provider_id, papers=papers, order=turn.order.number)
    turn.do(command, f"{charge.reference}/contest/{turn.stored.id}")


def contested(turn: Turn, charge: Charge) -> None:
    dispute = turn.order.dispute
    if dispute is None or dispute.charge != charge.reference:
        return
    if DisputeState.CONTESTED in DISPUTE_MOVES[dispute.state]:
        turn.change(dispute=dispute.but(state=DisputeState.CONTESTED, sending=False))
        turn.decision.cancel_timer(f"{turn.name}/dispute")
        news.tell_seller(turn, "dispute_sent", about=dispute.opened_at.isoformat(), amount=str(charge.received))


def not_contested(turn: Turn, event: Refused, charge: Charge) -> None:
    dispute = turn.order.dispute
    turn.alert(
        f"chargeback não contestado {turn.stored.id}",
        f"as provas não foram aceitas: {event.reason} {event.detail}".strip() + "; mande-as no painel do provedor.",
    )
    if dispute is not None and dispute.charge == charge.reference:
        turn.change(dispute=dispute.but(sending=False))


# --- the outcome ------------------------------------------------------------------------------------------


def won(turn: Turn, charge: Charge) -> None:
    """The money is available again, and the order continues where it stopped; what was shipped is not shipped twice. If
    the order has ended meanwhile (the part came back, or was never sent), or another charge pays it, the money goes to
    the buyer."""
    ended = turn.order.state in (OrderState.RETURNED, OrderState.CANCELLED)
    text = "o pedido acabou, e o valor volta ao comprador" if ended else "o pedido continua"
    if not ended and (charge.state is ChargeState.PAID_LATE or charging.paid_otherwise(turn, charge)):
        ended, text = True, "o pedido não é pago por esta cobrança, e o valor volta ao comprador"
    turn.alert(f"chargeback ganho {charge.reference}", f"a contestação foi ganha; {text}.")
    _over(turn, charge, DisputeState.WON)
    if ended:
        charging.refund(turn, charge, f"contestação ganha do pedido {turn.order.number}", again=True)
    _go_on(turn)


def lost(turn: Turn, charge: Charge) -> None:
    turn.alert(f"chargeback perdido {charge.reference}", "a contestação foi perdida; o valor voltou ao comprador.")
    _over(turn, charge, DisputeState.LOST)
    if charging.paid_otherwise(turn, charge):
        _go_on(turn)


def _go_on(turn: Turn) -> None:
    if turn.order.disputed:
        return
    if turn.order.state is OrderState.PAID:
        acceptance.ask_again(turn)
    elif turn.order.state is OrderState.ACCEPTED:
        labels.go_on(turn)


def _over(turn: Turn, charge: Charge, state: DisputeState) -> None:
    others = (c for c in turn.order.charges if c.reference != charge.reference)
    turn.change(disputed=any(c.state is ChargeState.DISPUTED for c in others))
    turn.decision.cancel_timer(f"{turn.name}/dispute")
    dispute = turn.order.dispute
    if dispute is not None and dispute.charge == charge.reference and state in DISPUTE_MOVES[dispute.state]:
        turn.change(dispute=dispute.but(state=state, sending=False))
        about = dispute.opened_at.isoformat()
        news.tell_seller(turn, "dispute_ended", about=about, outcome=state, amount=str(charge.received))
