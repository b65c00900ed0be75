"""The notices about an order, each sent once. Their texts are in ``bot/conversations``.

Data values are strings: amounts in centavos, days and times in ISO 8601 (times in UTC), "" for nothing.

To the buyer:

- ``charge_ready``: method, amount, expires_at, pix_code, line, page_url, due_date, installments
- ``charge_failed``: method, reason (``invalid_document``, ``too_small``, ``share_too_small``, ``internal``, … of the
  payment provider)
- ``charge_delayed``: method
- ``payment_confirmed``: ship_by, seller, by_hand (``1``: handed over in person; otherwise absent)
- ``pix_expired``: amount · ``card_expired``: amount
- ``boleto_reminder``: when (``days_before``, ``day_before``, ``today``, ``day_after``), amount, due_date, line,
  page_url
- ``due_date_changed``: amount, due_date, line, page_url
- ``due_date_kept``: reason (``paid``, ``ended``, ``no_bank_day``, ``past``, ``too_late``, ``internal``), wanted,
  due_date, last
- ``order_cancelled``: reason (buyer, seller, no_part, no_answer, unpaid, sold, refunded, chargeback, operator),
  refund ("" if nothing was paid)
- ``refund_form``: amount, page_url (the form that the buyer fills in for the refund of a boleto)
- ``refund_done``: amount
- ``late_payment``: amount, outcome (``revived``, ``refunded``, ``second``: of two payments the second is refunded)
- ``posting_later``: day (the new posting deadline), before (the earlier one)
- ``order_posted``: carrier, tracking, tracking_url
- ``order_delivered``: until (last day to withdraw)
- ``order_undelivered``: carrier
- ``cancel_refused``: reason (shipped, delivered, disputed, final)
- ``payment_review``: amount (the card payment is under review)
- ``address_changed``: address, label (``1``: it is bought already, the seller writes the rest on the box) ·
  ``delivery_kept``: reason (paid, being_paid, posted, too_late, cancelled, no_quote;
  ``paid_before``: an earlier code was paid, so the order goes on its terms), carrier
- ``return_accepted``: amount · ``return_refused``: reason (shipped, under_way, returned, closed, cancelled, disputed,
  late, not_delivered, seller) · ``return_label``: parcel (``1/2`` of several), posting_code,
  tracking, post_by · ``return_delayed``
- ``return_reminder``: posting_code, post_by · ``return_over`` · ``return_done``: amount · ``parcel_returning``: amount

To the seller:

- ``sale_new``: goods, share, withheld (for the seller's debts), fee, cost, buyer, city, state, carrier, ship_by,
  title, auto (``1`` or "")
- ``sale_reminder``: title, buyer, ship_by
- ``label_ready``: shipment_id, carrier, tracking, ship_by
- ``label_delayed``: carrier
- ``sale_cancelled``: reason (as above), refund
- ``sale_delivered``: buyer
- ``sale_rated``: stars, words, buyer
- ``late_payment``: amount, outcome (``revived``, ``refunded``)
- ``invoice_missing`` · ``label_kept`` · ``address_on_box``: address (corrected since the label was bought)
- ``charge_paid``: amount, share, withheld, buyer, title · ``charge_expired``: amount, buyer (both of a charge by
  message)
- ``share_paid``: amount ("" for one instalment's part), title · ``share_stopped``: amount, reason
- ``share_reduced``: amount (refunded to the buyer), share (the seller's part of it), title
- ``sale_refunded``: amount (all that was left, although the part was sent), title
- ``share_due``: amount (of a share paid by transfer, to be returned), title · ``debt_paid``: amount, left (all debts)
- ``dispute_opened``: amount, reason, answer_by, title, buyer · ``dispute_reminder``: answer_by
- ``dispute_sent``: amount · ``dispute_ended``: outcome (``won``, ``lost``), amount
- ``return_opened``: reason (regret, wrong, broken), words, photos (URLs separated by spaces), title, buyer, asked
  (``1`` if the seller has to decide) · ``return_posted``: tracking · ``return_over``
- ``return_done``: title, shelf (``1`` if the pieces are back in stock) · ``parcel_returning``: title
"""

from __future__ import annotations

from bot.domain.events import Notice, Tick
from bot.domain.people import Person
from bot.orders.turn import Turn


def tell_buyer(turn: Turn, name: str, *, about: str = "", **data: str) -> None:
    """Notify the buyer, once per ``about`` (a reference of ours), or once per order without it."""
    _tell(turn, turn.buyer, name, about, data)


def tell_seller(turn: Turn, name: str, *, about: str = "", **data: str) -> None:
    """Notify the seller. Where both sides get notices of one name, ``about`` distinguishes them."""
    _tell(turn, turn.seller_person, name, about, data)


def _tell(turn: Turn, person: Person | None, name: str, about: str, data: dict[str, str]) -> None:
    key = f"{turn.name}/{name}" + (f"/{about}" if about else "")
    if person is None or key in turn.order.told:
        return
    notice = Notice(key=key, name=name, person_id=person.id, order=turn.order.number, data=data)
    turn.decision.emit(person.lane, notice, key=f"notice/{key}")
    turn.change(told=(*turn.order.told, key))


def look_again(turn: Turn, name: str) -> None:
    """Have the buyer's notices of that name checked again: those not sent yet may be outdated."""
    person = turn.buyer
    if person is None:
        return
    for key in turn.order.told:
        if key.startswith(f"{turn.name}/{name}/"):
            tick = Tick(name="notice_look", data={"notice": key, "person": person.id})
            turn.decision.emit(person.lane, tick, key=f"look/{turn.stored.id}/{key}")


def short_name(person: Person | None, full_name: str) -> str:
    """``Marina S.``: what a seller sees of a buyer's name."""
    words = (full_name or (person.nickname if person else "")).split()
    if not words:
        return ""
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."
