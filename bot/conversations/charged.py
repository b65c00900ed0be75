"""A charge by message arrives in the payer's lane: known payers get the code, others are asked who they are."""

from __future__ import annotations

from bot.conversations import engine, notices
from bot.conversations.flows import payer
from bot.conversations.talk import Talk
from bot.domain.events import ChargeOffered, Notice, Tick


def offered(talk: Talk, event: ChargeOffered) -> None:
    seller, offer_id = talk.shop.seller(event.seller_id), talk.root
    if seller is None:
        return
    person = talk.person
    order = None
    if person.name and person.document:
        order = payer.place(talk, event, offer_id, name=person.name, document=person.document)
    data = {"shop": seller.name, "amount": str(event.amount), "title": event.title, "method": event.method}
    if order is not None:
        data["known"] = "1"
    else:
        data["later"] = _open_question(talk, event, offer_id)
        talk.decision.timer(
            payer.timer_of(offer_id),
            "offer_over",
            talk.now + payer.STANDS,
            person=person.id,
            id=offer_id,
            offer=event.model_dump_json(),
        )
    number = order.number if order else 0
    name = "charge_offered"
    notices.tell(talk, Notice(key=f"offer-{offer_id}/{name}", name=name, person_id=person.id, order=number, data=data))


def _open_question(talk: Talk, event: ChargeOffered, offer_id: str) -> str:
    """Open the payer's question; the notice asks it, unless another is open, below which it waits. ``1``: later."""
    frames, options, busy = talk.frames, talk.options, bool(talk.frames) and notices.is_busy(talk)
    talk.muted = True
    engine.start(talk, "payer", payer.seed(event, offer_id))
    talk.muted = False
    if not busy:
        talk.options = ()
        return ""
    waits = talk.frames[-1]
    talk.frames = [waits, *(f for f in frames if f.flow != "payer")][-engine.DEEPEST :]
    talk.frame, talk.options = talk.frames[-1], options
    return "1"


def over(talk: Talk, tick: Tick) -> None:
    """The payer has not said a word."""
    offer_id, offer = tick.data["id"], ChargeOffered.model_validate_json(tick.data["offer"])
    payer.tell_seller(talk, offer, offer_id, "charge_unanswered")
    talk.frames = [f for f in talk.frames if f.flow != "payer" or f.data.get("offer_id") != offer_id]
    talk.frame = talk.frames[-1] if talk.frames else None
