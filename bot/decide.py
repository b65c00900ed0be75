"""Routes an event to the decision of its lane: ``bot.orders`` for orders and the books, otherwise
``bot.conversations``."""

from __future__ import annotations

from datetime import datetime

from bot import conversations, orders
from bot.domain import lanes
from bot.domain.commands import AlertOperator
from bot.domain.decision import Decision, Stored
from bot.domain.events import SET_ASIDE, Parked, Refused, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Shop

UNDER_WAY = frozenset(["transfer_pending"])
"""Reasons to wait that are no trouble: the provider has accepted it and is working on it."""


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """The pure decision that the engine runs."""
    if isinstance(stored.event, Parked):
        _waits(stored.event, now, decision)
    elif isinstance(stored.event, Refused) and stored.event.reason == SET_ASIDE:
        _set_aside(stored, stored.event, decision)
    if stored.lane.startswith("order:"):
        orders.decide(stored, shop, now, decision)
    elif stored.lane == lanes.BOOKS:
        orders.decide_books(stored, shop, now, decision)
    elif orders.is_watch(stored.event):
        orders.watched(stored, shop, now, decision)
    else:
        conversations.decide(stored, shop, now, decision)


def _waits(event: Parked, now: datetime, decision: Decision) -> None:
    """All attempts have failed. Operators get one alert per provider and hour; the console shows every command."""
    command, hour = event.command, f"{now:%Y-%m-%dT%H}"
    if event.reason in UNDER_WAY:
        return
    if event.refused_by:
        alert = AlertOperator(
            topic=f"{event.refused_by}: credenciais recusadas",
            text=f"{event.refused_by} recusa as nossas credenciais ({event.reason}); o que precisa dele espera. "
            "`autopars doctor` diz o que conferir. Depois de corrigir, segue sozinho em alguns minutos.",
        )
        decision.do(alert, key=f"credentials/{event.refused_by}/{hour}", lane=SYSTEM)
        return
    text = f"Depois de três tentativas, {command.kind} espera ({event.reason}). Segue sozinho quando der."
    alert = AlertOperator(topic=f"{command.needs} em espera", text=text)
    decision.do(alert, key=f"parked/{command.needs}/{hour}", lane=SYSTEM)


def _set_aside(stored: Stored, event: Refused, decision: Decision) -> None:
    """A fault of ours prevents a command, which is not retried automatically any more: alert the operators."""
    command = event.command
    if isinstance(command, AlertOperator):
        return  # if the alert itself fails, no alert can report it; the log and the console do
    alert = AlertOperator(
        topic=f"comando {event.key} separado",
        text=f"O comando {event.key} ({command.kind}, {stored.lane}) não pôde ser executado por uma falha nossa e foi "
        f"separado. Depois de corrigir: autopars replay --commands --lane {stored.lane}",
    )
    decision.do(alert, key=f"set_aside/{event.key}", lane=SYSTEM)


def poisoned(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """The decision for an event that is set aside as poison: an apology to the person, an alert to operators."""
    conversations.apologise(stored, shop, now, decision)
    unreadable = isinstance(stored.event, Tick) and stored.event.name == "unreadable"
    what = f"{'ilegível' if unreadable else stored.event.kind}, {stored.lane}"
    decision.do(
        AlertOperator(
            topic=f"evento {stored.id} separado",
            text=f"O evento {stored.id} ({what}) não pôde ser trabalhado e foi separado. "
            f"Depois de corrigir: autopars replay {stored.id}",
        ),
        key=f"poison/{stored.id}",
    )
