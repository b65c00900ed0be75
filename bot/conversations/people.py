"""Who wrote: found by any identifier, or new."""

from __future__ import annotations

from bot.domain.decision import Stored
from bot.domain.events import Sender
from bot.domain.people import Person
from bot.domain.shop import Shop


def identifiers_of(sender: Sender) -> tuple[str, ...]:
    """What a sender is known by; the chat itself where there is nothing better."""
    return tuple(dict.fromkeys(i for i in (sender.phone, sender.lid) if i)) or (sender.chat,)


def known(shop: Shop, sender: Sender) -> Person | None:
    return shop.person_known_as(identifiers_of(sender))


def new(stored: Stored, sender: Sender) -> Person:
    return Person(
        id=f"p{stored.id}",
        lane=stored.lane,
        chat=sender.chat,
        identifiers=identifiers_of(sender),
        nickname=sender.nickname,
        created_at=stored.received_at,
    )


def seen(person: Person, sender: Sender) -> Person:
    """The person as this message shows them: where to answer, what else they are known by."""
    return person.but(
        chat=sender.chat,
        nickname=sender.nickname or person.nickname,
        identifiers=tuple(dict.fromkeys([*person.identifiers, *identifiers_of(sender)])),
    )
