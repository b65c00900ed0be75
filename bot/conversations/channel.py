"""The connection of the shop's WhatsApp number."""

from __future__ import annotations

from datetime import datetime

from bot.conversations import pacing
from bot.domain.commands import AlertOperator
from bot.domain.decision import ChannelWrite, Decision, Stored
from bot.domain.events import ChannelState, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage
from bot.domain.shop import Shop


def changed(stored: Stored, event: ChannelState, shop: Shop, now: datetime, decision: Decision) -> None:
    """The number went off or came back: alert the operators once, and mail what is being sent meanwhile."""
    was = shop.channel_connected()
    decision.write(ChannelWrite(event.connected, event.detail, now))
    if was == event.connected:
        return
    text = (
        "O número do WhatsApp voltou a conectar."
        if event.connected
        else f"O número do WhatsApp caiu: {event.detail or 'sem motivo'}. Avisos vão por e-mail. O código para parear "
        f"de novo está em {shop.rules.public_url}/console/whatsapp (ou: autopars whatsapp connect)."
    )
    decision.do(AlertOperator(topic="WhatsApp", text=text), key=f"alert/channel/{stored.id}")
    if event.connected:
        decision.timer(pacing.TIMER, pacing.TIMER, now, lane=SYSTEM)
        return
    for state in shop.notices_at(NoticeStage.SENDING):
        person = shop.person(state.person_id)
        if person is not None:
            tick = Tick(name="notice_channel", data={"notice": state.key, "person": person.id})
            decision.emit(person.lane, tick, key=f"channel/{stored.id}/{state.key}")
