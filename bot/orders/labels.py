"""From accepted to a label in the seller's hands, with nothing typed; and its cancellation while unused.

There is one label per parcel, or one for all where the carrier allows it: ordered under our reference, bought from the
platform's wallet, generated (which takes the broker a while), and sent. Refused steps are retried later, and the
operator is alerted.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain import lanes
from bot.domain.commands import (
    BuyLabel,
    CancelLabel,
    GenerateLabel,
    Label,
    OrderLabel,
    OrderReturn,
    ReadLabel,
)
from bot.domain.events import Done, Parked, Refused
from bot.domain.order import OrderState, ReturnState, Shipment, ShipmentState
from bot.domain.states import ON_THE_ROAD, shipment_state
from bot.orders import label_costs, label_requests, news
from bot.orders.turn import Turn

POLLS = (1, 2, 5, 10, 15, 30)
"""Minutes between looks at a label that is being generated; the last one repeats."""

RETRIES = (15, 30)
"""Minutes between retries of a refused step; the last one repeats."""

MOST_LABELS = 3
"""Labels per parcel that may expire before only an operator can order more."""

SLOW = 6
"""Polls without a label before the operator is alerted."""

_OVER = {"expired": ShipmentState.EXPIRED, "cancelled": ShipmentState.CANCELLED}


def begin(turn: Turn) -> None:
    """The order was accepted: order a label for each of its parcels."""
    order = turn.order
    if not order.offer.service_id:
        return  # an order without shipping: buyer and seller meet
    if not order.offer.volumes:
        turn.alert("etiqueta", "a cotação veio sem volumes; faça a etiqueta no painel.")
        return
    volumes = label_requests.insured(order.offer.volumes, order.goods)
    loads = [tuple(volumes)] if order.offer.one_label else [(volume,) for volume in volumes]
    for number, load in enumerate(loads, start=1):
        reference = lanes.reference(order.number, "s", number)
        if turn.shipment(reference=reference) is None:
            turn.put_shipment(Shipment(reference=reference, volumes=load), "accepted")
    go_on(turn)


def wanted(turn: Turn, shipment: Shipment) -> bool:
    """Whether the parcel still has to travel, to the buyer or back."""
    order = turn.order
    if shipment.back:
        return order.back is not None and order.back.state is ReturnState.ACCEPTED
    return order.state is OrderState.ACCEPTED and not turn.over


def go_on(turn: Turn) -> None:
    """Advance every label; also after a won chargeback, which had stopped them."""
    for shipment in turn.order.shipments:
        advance(turn, shipment)


def advance(turn: Turn, shipment: Shipment, again: str = "") -> None:
    """Take the next step of one label. ``again`` gives the step a new key, after a refusal."""
    if not wanted(turn, shipment) or turn.order.disputed:
        return
    suffix = f"/{again}" if again else ""
    match shipment.state:
        case ShipmentState.WANTED if not shipment.asked and (shipment.back or not turn.order.label_held):
            turn.put_shipment(shipment.but(asked=True), "ordered")
            request = label_requests.order_return if shipment.back else label_requests.order_label
            turn.do(request(turn, shipment), f"{shipment.reference}/order{suffix}")
        case ShipmentState.IN_CART:
            turn.do(BuyLabel(shipment_id=shipment.provider_id), f"{shipment.reference}/buy{suffix}")
        case ShipmentState.BOUGHT:
            turn.do(GenerateLabel(shipment_id=shipment.provider_id), f"{shipment.reference}/generate{suffix}")
        case ShipmentState.GENERATED if not shipment.label_sent:
            _hand_over(turn, shipment)
        case _:
            pass


# --- outcomes ---------------------------------------------------------------------------------------------


def learn(turn: Turn, shipment: Shipment, *facts: str, cause: str, read: str = "", **changes: object) -> Shipment:
    """Add facts to a shipment; its state follows from them."""
    known = tuple(sorted({*shipment.facts, *facts}))
    after = shipment.but(facts=known, state=shipment_state(known, read), **changes)
    return turn.put_shipment(after, cause)


def take(turn: Turn, shipment: Shipment, label: Label, *, cause: str) -> Shipment:
    """Take over what the broker says of a label."""
    read = label.state if label.state in set(ShipmentState) else ""
    facts = [read] if read and read not in (ShipmentState.WANTED, ShipmentState.CANCELLING) else []
    return learn(
        turn,
        shipment,
        *facts,
        cause=cause,
        read=read if read in ON_THE_ROAD else shipment.state,
        asked=False,
        provider_id=label.shipment_id or shipment.provider_id,
        cost=label.cost or shipment.cost,
        tracking=label.tracking or shipment.tracking,
        tracking_url=label.tracking_url or shipment.tracking_url,
        posting_code=label.posting_code or shipment.posting_code,
    )


def ordered(turn: Turn, event: Done, shipment: Shipment) -> None:
    shipment = take(turn, shipment, event.result_as(Label).but(state="in_cart"), cause="ordered")
    if not wanted(turn, shipment) or shipment.replaced:
        drop(turn, shipment)
        return
    if not shipment.back:
        label_costs.check(turn)
    advance(turn, shipment)


def bought(turn: Turn, event: Done, shipment: Shipment) -> None:
    label = event.result_as(Label)
    shipment = take(turn, shipment, label, cause="bought")
    shipment = learn(turn, shipment, "bought", cause="bought", read=shipment.state)
    label_costs.pass_on(turn, shipment, label.corrections)
    if label.unanswered:  # the broker reports corrections only in the answer that was lost
        what = f"compra sem resposta {shipment.reference}"
        text = "a etiqueta foi comprada e a resposta se perdeu. Se o extrato da carteira mostra uma conciliação (CGP) "
        turn.alert(what, text + "cobrada junto, lance-a no pedido da etiqueta a que ela se refere.")
    advance(turn, shipment)


def looked_at(turn: Turn, event: Done, shipment: Shipment, tries: int = 0) -> None:
    """The label was generated or read: send it if it is ready, otherwise look again later."""
    label = event.result_as(Label)
    shipment = take(turn, shipment, label, cause="read")
    if label.failure:
        turn.alert(f"etiqueta {shipment.reference}", f"a transportadora não gerou a etiqueta: {label.failure}")
    if shipment.state is ShipmentState.BOUGHT:
        _look_later(turn, shipment, tries)
    else:
        advance(turn, shipment)


def _look_later(turn: Turn, shipment: Shipment, tries: int) -> None:
    if not wanted(turn, shipment):
        return
    if tries == SLOW:
        turn.alert(f"etiqueta {shipment.reference} atrasada", "a etiqueta foi paga e ainda não foi gerada.")
        _tell_delay(turn, shipment)
    minutes = POLLS[min(tries, len(POLLS) - 1)]
    turn.timer(
        f"{shipment.reference}/poll",
        "label_poll",
        timedelta(minutes=minutes),
        reference=shipment.reference,
        tries=str(tries + 1),
    )


def poll(turn: Turn, shipment: Shipment, tries: str) -> None:
    if shipment.state is not ShipmentState.BOUGHT or not wanted(turn, shipment):
        return
    # a generation that was refused or lost is requested again from time to time
    number = int(tries or 0)
    if number % len(POLLS) == 0 and not turn.order.disputed:
        turn.do(GenerateLabel(shipment_id=shipment.provider_id), f"{shipment.reference}/generate/{turn.stored.id}")
    turn.do(ReadLabel(shipment_id=shipment.provider_id), f"{shipment.reference}/look/{turn.stored.id}/{number}")


def _hand_over(turn: Turn, shipment: Shipment) -> None:
    order = turn.order
    turn.decision.cancel_timer(f"{shipment.reference}/poll")
    shipment = turn.put_shipment(shipment.but(label_sent=True), "told")
    if shipment.back:
        due = [s.reference for s in order.parcels_back if s.state not in _OVER.values()]
        news.tell_buyer(
            turn,
            "return_label",
            about=shipment.reference,
            parcel=f"{due.index(shipment.reference) + 1}/{len(due)}" if len(due) > 1 else "",
            posting_code=shipment.posting_code,
            tracking=shipment.tracking,
            post_by=order.back.post_by.isoformat() if order.back and order.back.post_by else "",
        )
        return
    news.tell_seller(
        turn,
        "label_ready",
        about=shipment.reference,
        shipment_id=shipment.provider_id,
        carrier=order.offer.carrier,
        tracking=shipment.tracking,
        ship_by=order.ship_by.isoformat() if order.ship_by else "",
    )


def refused(turn: Turn, event: Refused, shipment: Shipment) -> None:
    """A step was refused: the wallet is short, or the broker rejects the data. Retry it later."""
    shipment = turn.put_shipment(shipment.but(asked=False), "refused")
    if event.reason in _OVER:
        shipment = learn(turn, shipment, event.reason, cause="the label is over")
        over(turn, shipment)
        return
    if not wanted(turn, shipment):
        drop(turn, shipment)
        return
    turn.alert(
        f"etiqueta {shipment.reference}: {event.reason}",
        f"{event.command.kind} foi recusado: {event.reason} {event.detail}".strip(),
    )
    _tell_delay(turn, shipment)
    if event.key.count("/") == 1:  # a retried step has its next timer already
        _retry_later(turn, shipment)


def _retry_later(turn: Turn, shipment: Shipment, tries: int = 0) -> None:
    minutes = RETRIES[min(tries, len(RETRIES) - 1)]
    turn.timer(
        f"{shipment.reference}/retry",
        "label_retry",
        timedelta(minutes=minutes),
        reference=shipment.reference,
        tries=str(tries + 1),
    )


def retry(turn: Turn, shipment: Shipment, tries: str) -> None:
    """Retry a step, and schedule another retry in case it is refused again; after a success the next timer does
    nothing."""
    if not wanted(turn, shipment):
        return
    if shipment.state in (ShipmentState.WANTED, ShipmentState.IN_CART, ShipmentState.BOUGHT):
        advance(turn, shipment, again=str(turn.stored.id))
        _retry_later(turn, shipment, int(tries or 0))


def delayed(turn: Turn, event: Parked, shipment: Shipment) -> None:
    if isinstance(event.command, OrderLabel | OrderReturn | BuyLabel | GenerateLabel) and wanted(turn, shipment):
        _tell_delay(turn, shipment)


def _tell_delay(turn: Turn, shipment: Shipment) -> None:
    if shipment.back:
        news.tell_buyer(turn, "return_delayed", about=shipment.reference)
    else:
        news.tell_seller(turn, "label_delayed", about=shipment.reference, carrier=turn.order.offer.carrier)


# --- the end of a label -----------------------------------------------------------------------------------


def drop(turn: Turn, shipment: Shipment) -> None:
    """Cancel a label that is no longer needed. One that is being ordered is cancelled once its id is known."""
    for name in ("poll", "retry"):
        turn.decision.cancel_timer(f"{shipment.reference}/{name}")
    if shipment.state is ShipmentState.WANTED and not shipment.asked:
        learn(turn, shipment, "cancelled", cause="never ordered")
    elif shipment.state in (ShipmentState.IN_CART, ShipmentState.BOUGHT, ShipmentState.GENERATED):
        learn(turn, shipment, "cancelling", cause="no longer wanted")
        turn.do(
            CancelLabel(
                shipment_id=shipment.provider_id,
                reason=f"Pedido {turn.order.number} {'refeito' if shipment.replaced else 'cancelado'}",
            ),
            f"{shipment.reference}/cancel",
        )


def dropped(turn: Turn, shipment: Shipment) -> None:
    learn(turn, shipment, "cancelled", cause="cancelled")


def keep(turn: Turn, event: Refused, shipment: Shipment) -> None:
    """The label cannot be cancelled, so neither can the order: the parcel is most likely on its way."""
    facts = tuple(f for f in shipment.facts if f != ShipmentState.CANCELLING)
    turn.put_shipment(shipment.but(facts=facts, state=shipment_state(facts)), "not cancelled")
    refuse_cancel(turn, event.reason)
    go_on(turn)


def refuse_cancel(turn: Turn, reason: str) -> None:
    """The cancellation fails and the order continues; whoever asked for it is told."""
    wanted_by = turn.order.cancel_reason
    if turn.order.state is not OrderState.ACCEPTED or not wanted_by:
        return
    turn.change(cancel_reason="")
    if wanted_by == "buyer":
        news.tell_buyer(turn, "cancel_refused", about=str(turn.stored.id), reason="shipped")
    turn.alert("cancelamento recusado", f"({wanted_by}) a etiqueta não pôde ser cancelada: {reason}.")


def over(turn: Turn, shipment: Shipment) -> None:
    """A label expired, or was cancelled in the broker's panel, while its parcel has yet to travel."""
    order = turn.order
    if not wanted(turn, shipment):
        return
    if shipment.back:
        turn.alert(f"etiqueta {shipment.reference}", "a etiqueta de volta acabou sem postagem; faça outra.")
        return
    if shipment.state is ShipmentState.CANCELLED:
        turn.alert(f"etiqueta {shipment.reference}", "a etiqueta foi cancelada fora do sistema; faça outra no painel.")
        return
    if len(order.parcels) >= MOST_LABELS * (1 if order.offer.one_label else len(order.offer.volumes)):
        turn.alert("etiquetas vencidas", "as etiquetas deste pedido vencem sem postagem; fale com o vendedor.")
        return
    turn.alert(f"etiqueta {shipment.reference} vencida", "a etiqueta venceu sem postagem; outra foi pedida.")
    reference = lanes.reference(order.number, "s", len(order.parcels) + 1)
    if turn.shipment(reference=reference) is None:
        fresh = Shipment(reference=reference, volumes=shipment.volumes)
        advance(turn, turn.put_shipment(fresh, "in place of an expired one"))
