"""Merging two rows that turn out to be one person: which one stays, and with what data.

A message shows it when it carries the phone of one row and the LID of another: somebody first wrote with a hidden
number, and the phone is known now. A shared e-mail address is no evidence: people in a shop share theirs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.conversations.talk import queues_of
from bot.domain.conversation import Conversation
from bot.domain.decision import Merged, Write
from bot.domain.people import Person
from bot.domain.shop import Shop

DEEPEST = 5
"""Open frames that are kept, as in any conversation."""
RECENT = 12
NEVER = datetime.min.replace(tzinfo=UTC)


def are_one(shop: Shop, one: Person, other: Person) -> bool:
    """False if both have a LID and these differ, or both have a shop."""
    ours, theirs = _lids(one), _lids(other)
    two_accounts = ours and theirs and not ours & theirs
    return not two_accounts and not (shop.seller_of(one.id) and shop.seller_of(other.id))


def merge(shop: Shop, one: Person, other: Person) -> list[Write]:
    """The writes that merge them. The seller's row stays, otherwise the older one; where data differ, the row that
    wrote last wins; an opt-out of either counts."""
    gone, into = sorted((one, other), key=lambda p: (shop.seller_of(p.id) is not None, -p.created_at.timestamp(), p.id))
    talks = {p.id: shop.conversation(p.id) for p in (gone, into)}
    older, newer = sorted((gone, into), key=lambda p: (talks[p.id].seen_at or NEVER, p.created_at))
    queues = tuple(zip(queues_of(gone), queues_of(into), strict=True))
    return [
        Merged(gone, talks[gone.id], into, queues),
        _person(into, older, newer),
        _talk(talks[into.id], talks[older.id], talks[newer.id]),
    ]


def recover(shop: Shop, new: Person, account: Person) -> tuple[Person, list[Write]]:
    """Move an account to another number: the data stays, the old identifiers no longer lead to it. Returns the
    resulting person as well."""
    numbers = tuple(i for i in account.identifiers if "@" not in i or i.endswith("@lid"))
    merged, person, talk = merge(shop, new, account)
    assert isinstance(merged, Merged)  # noqa: S101 - what merge returns
    assert isinstance(person, Person)  # noqa: S101
    kept = person.but(
        chat=new.chat,
        identifiers=tuple(i for i in person.identifiers if i not in numbers),
        email=account.email,
        email_confirmed=account.email_confirmed,
    )
    return kept, [replace(merged, dropped=numbers), kept, talk]


def _person(into: Person, older: Person, newer: Person) -> Person:
    payer = newer if newer.document else older  # name, number and customer id belong to one document
    mail = newer if newer.email_confirmed or (newer.email and not older.email_confirmed) else older
    return into.but(
        chat=newer.chat,
        identifiers=tuple(dict.fromkeys([*older.identifiers, *newer.identifiers])),
        name=payer.name or newer.name or older.name,
        nickname=newer.nickname or older.nickname,
        document=payer.document,
        customer_id=payer.customer_id,
        email=mail.email,
        email_confirmed=mail.email_confirmed,
        email_asked=older.email_asked or newer.email_asked,
        address=newer.address or older.address,
        reminders=older.reminders and newer.reminders,
        mail_only=older.mail_only or newer.mail_only,
        greeted=older.greeted or newer.greeted,
        created_at=min(older.created_at, newer.created_at),
    )


def _talk(into: Conversation, older: Conversation, newer: Conversation) -> Conversation:
    """What was opened last stays on top, with the other's frames below it."""
    begun_again = {frame.flow for frame in newer.frames}
    below = [frame for frame in older.frames if frame.flow not in begun_again]
    silent = max((older, newer), key=lambda talk: talk.silent_until or NEVER)
    wanted = newer if newer.wanted_since else older
    return into.but(
        frames=tuple([*below, *newer.frames][-DEEPEST:]),
        options=newer.options if newer.frames or newer.options else older.options,
        misunderstood=newer.misunderstood,
        silent_until=silent.silent_until,
        silent_by=silent.silent_by,
        wanted_since=min((talk.wanted_since for talk in (older, newer) if talk.wanted_since), default=None),
        wanted_about=wanted.wanted_about,
        guesses=(*older.guesses, *newer.guesses),
        charged=(*older.charged, *newer.charged),
        charges=(*older.charges, *newer.charges),
        seen_at=newer.seen_at or older.seen_at,
        told_at=newer.told_at or older.told_at,
        recent=(*older.recent, *newer.recent)[-RECENT:],
    )


def _lids(person: Person) -> set[str]:
    return {i for i in person.identifiers if i.endswith("@lid")}
