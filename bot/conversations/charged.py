"""A charge by message arrives in the payer's lane: known payers get the code, others are asked who they are. The
outcome comes back to the seller's lane; the seller may have it sent again, or withdraw it."""

from __future__ import annotations

from bot.conversations import engine, notices
from bot.conversations.flows import payer
from bot.conversations.talk import Open, Talk
from bot.domain.events import ChargeOffered, ChargeRevisited, Notice, Tick


def offered(talk: Talk, event: ChargeOffered) -> None:
    seller, offer_id = talk.shop.seller(event.seller_id), talk.root
    if seller is None:
        return
    person = talk.person
    order = None
    if person.name and person.document:
        order = payer.place(talk, event, offer_id, name=person.name, document=person.document)
    data = _told(event, seller.name)
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


def _told(offer: ChargeOffered, shop: str) -> dict[str, str]:
    return {"shop": shop, "amount": str(offer.amount), "title": offer.title, "method": offer.method}


def _open_question(talk: Talk, event: ChargeOffered, offer_id: str) -> str:
    """Open the payer's question; the notice asks it, unless another question is open, which it then waits below.
    Returns ``1`` if it waits."""
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


def revisited(talk: Talk, event: ChargeRevisited) -> None:
    """The seller asks about a charge. If its question is no longer open, the payer has answered meanwhile."""
    frame = next((f for f in talk.frames if f.flow == "payer" and _reference(f) == event.reference), None)
    seller = talk.shop.seller(event.seller_id)
    if frame is None or seller is None:
        return
    offer, offer_id = ChargeOffered.model_validate(frame.data["offer"]), str(frame.data["offer_id"])
    data = _told(offer, seller.name)
    if event.wish == "again":
        name = "charge_offered"
        key = f"offer-{offer_id}/{name}/again/{talk.root}"
        data["later"] = "" if talk.frames[-1] is frame else "1"
    else:
        name = "charge_withdrawn"
        key = f"offer-{offer_id}/{name}"
        _forget(talk, offer_id)
        talk.decision.cancel_timer(payer.timer_of(offer_id))
        payer.tell_seller(talk, offer, offer_id, "charge_taken_back")
    notices.tell(talk, Notice(key=key, name=name, person_id=talk.person.id, data=data))


def _reference(frame: Open) -> str:
    return str(frame.data["offer"].get("reference") or "")


def _forget(talk: Talk, offer_id: str) -> None:
    """Close the payer's question."""
    open_one = talk.frames[-1] if talk.frames else None
    talk.frames = [f for f in talk.frames if f.flow != "payer" or f.data.get("offer_id") != offer_id]
    talk.frame = talk.frames[-1] if talk.frames else None
    if talk.frame is not open_one:
        talk.options = ()


ENDS = frozenset(["charge_declined", "charge_unanswered", "charge_taken_back"])


def answered(talk: Talk, notice: Notice) -> None:
    """The seller learns the outcome of a charge; an accepted one has an order number from now on."""
    reference = notice.data.get("reference", "")
    if not reference:
        return
    if notice.name in ENDS:
        talk.charges = tuple(c for c in talk.charges if c.reference != reference)
    elif notice.name == "charge_taken":
        talk.charges = tuple(c.but(order=notice.order) if c.reference == reference else c for c in talk.charges)


def over(talk: Talk, tick: Tick) -> None:
    """The payer has not answered."""
    offer_id, offer = tick.data["id"], ChargeOffered.model_validate_json(tick.data["offer"])
    payer.tell_seller(talk, offer, offer_id, "charge_unanswered")
    _forget(talk, offer_id)
