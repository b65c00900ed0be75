"""Which decision works a lane: an order and its parcels are the orders' business, all else the conversations'."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import conversations, orders
from bot.domain.commands import AlertOperator, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Expired, Parked, Refused
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Shop

OUTCOMES = (Done, Refused, Parked, Expired)
ALERT_LASTS = timedelta(hours=6)
"""After that an alert on the phone is old news; the e-mail and the console have it."""


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """The one pure decision of the loop."""
    if isinstance(stored.event, OUTCOMES) and isinstance(stored.event.command, AlertOperator):
        _tell_phones(stored.event.key, stored.event.command, shop, now, decision)
    if stored.lane.startswith("order:"):
        orders.decide(stored, shop, now, decision)
    elif orders.is_watch(stored.event):
        orders.watched(stored, shop, now, decision)
    else:
        conversations.decide(stored, shop, now, decision)


def _tell_phones(key: str, alert: AlertOperator, shop: Shop, now: datetime, decision: Decision) -> None:
    """What operators were told by e-mail, or could not be, they are told on WhatsApp too, if they gave a phone."""
    for number, phone in enumerate(shop.rules.operator_phones):
        decision.do(
            SendText(to=phone, text=f"*[operador] {alert.topic}*\n{alert.text}"),
            key=f"{key}/phone/{number}",
            queue=f"wa:operator:{number}",
            lane=SYSTEM,
            expires_at=now + ALERT_LASTS,
        )


def poisoned(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """An event that could not be worked is set aside: the person gets an apology, the operator an alert."""
    conversations.apologise(stored, shop, now, decision)
    decision.do(
        AlertOperator(
            topic=f"evento {stored.id} separado",
            text=f"O evento {stored.id} ({stored.event.kind}, {stored.lane}) não pôde ser trabalhado e foi separado. "
            f"Depois de corrigir: autopars replay {stored.id}",
        ),
        key=f"poison/{stored.id}",
    )
