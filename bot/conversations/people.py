"""Who wrote: found by any identifier, or new."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.decision import Decision, Moved, Stored
from bot.domain.events import Sender
from bot.domain.people import Person
from bot.domain.shop import Shop


def identifiers_of(sender: Sender) -> tuple[str, ...]:
    """The identifiers of a sender; the chat itself if there is nothing better."""
    return tuple(dict.fromkeys(i for i in (sender.phone, sender.lid) if i)) or (sender.chat,)


def known(shop: Shop, sender: Sender) -> list[Person]:
    """The rows with one of the sender's identifiers; several may turn out to be one person."""
    return shop.people_known_as(identifiers_of(sender))


def which(known: Sequence[Person], sender: Sender) -> Person | None:
    """The sender's row. A phone may have belonged to two accounts, one after the other: the LID distinguishes them."""
    return next((p for p in known if sender.lid in p.identifiers), next(iter(known), None))


def new(stored: Stored, sender: Sender) -> Person:
    return Person(
        id=f"p{stored.id}",
        lane=stored.lane,
        chat=sender.chat,
        identifiers=identifiers_of(sender),
        nickname=sender.nickname,
        created_at=stored.received_at,
    )


def seen(person: Person, sender: Sender, known: Sequence[Person] = ()) -> Person:
    """The person as updated by this message: where to answer, and any new identifiers that are nobody else's
    (``known``: all rows with one of the sender's identifiers)."""
    others = {i for other in known if other.id != person.id for i in other.identifiers}
    told = (i for i in identifiers_of(sender) if i not in others)
    shown = {
        "chat": sender.chat,
        "nickname": sender.nickname or person.nickname,
        "identifiers": tuple(dict.fromkeys([*person.identifiers, *told])),
    }
    return person if all(getattr(person, name) == value for name, value in shown.items()) else person.but(**shown)


def elsewhere(stored: Stored, person: Person | None, decision: Decision) -> bool:
    """Whether the event belongs to another lane, to which it is then moved: one person is handled in one lane only."""
    if person is None or person.lane == stored.lane:
        return False
    decision.decide_again(Moved(stored.lane, person))
    return True
