"""An account moves to another number: the two rows become one, and the old number no longer leads to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations import merging
from bot.conversations.talk import ANSWERS_LAST, queue_of
from bot.conversations.texts import recovery as texts
from bot.domain.commands import AlertOperator, SendEmail, SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import AccountRecovered
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Shop

WARNED_WITHIN = timedelta(days=1)


def recovered(stored: Stored, event: AccountRecovered, shop: Shop, now: datetime, decision: Decision) -> None:
    new, account = shop.person(event.person_id), shop.person(event.account)
    if new is None or account is None or new.id == account.id:
        return  # merged meanwhile
    orders, shops = shop.orders_of_buyer(account.id, 100), (shop.seller_of(new.id), shop.seller_of(account.id))
    if all(shops):
        text = f"{new.id} e {account.id} são a mesma pessoa por e-mail, e as duas têm loja."
        decision.do(AlertOperator(topic="contas", text=text), key=f"alert/shops/{stored.id}", lane=SYSTEM)
        said = SendText(to=new.chat, text=texts.two_shops())
        decision.do(said, key=f"say/{new.id}/{stored.id}/0", queue=queue_of(new, said), expires_at=now + ANSWERS_LAST)
        return
    person, writes = merging.recover(shop, new, account)
    decision.write(*writes)
    name = next((s.name for s in shops if s), "")
    said = SendText(to=new.chat, text=texts.done(len(orders), shop=name))
    decision.do(
        said,
        key=f"say/{person.id}/{stored.id}/0",
        queue=queue_of(person, said),
        lane=person.lane,
        expires_at=now + ANSWERS_LAST,
    )
    if account.chat != new.chat:
        warning = SendText(to=account.chat, text=texts.moved_away())
        decision.do(warning, key=f"moved/{stored.id}", lane=SYSTEM, expires_at=now + WARNED_WITHIN)
    subject, text = texts.moved_mail()
    data = {"text": text, "brand": shop.rules.platform_name}
    letter = SendEmail(to=account.email, subject=subject, template="news", data=data)
    decision.do(letter, key=f"moved-mail/{stored.id}", lane=SYSTEM, expires_at=now + WARNED_WITHIN)
