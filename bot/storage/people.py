"""Identifiers of people, merging of two rows of one person, and redirection of lanes.

A merge rewrites every reference to the old id in one transaction. The old id and lane stay as identifiers, so that
keys of commands and turns in progress still lead to the person.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from bot.domain import lanes, phone
from bot.domain.decision import Merged, Moved
from bot.domain.notice import NoticeState
from bot.domain.order import Order
from bot.domain.people import Person, Seller
from bot.engine.store import Conflict
from bot.storage import lanes as worked
from bot.storage import names, prepared
from bot.storage import tables as t
from bot.storage.upsert import put

PERSONS = lanes.person("")
"""The prefix of people's lanes."""

# built once, like the statements in :mod:`bot.storage.statements`
_VALUES = t.identifiers.c.value.in_(sa.bindparam("values", expanding=True))
NAMED = (
    sa.select(t.identifiers.c.value, t.people.c.lane)
    .join(t.people, t.people.c.id == t.identifiers.c.person_id)
    .where(_VALUES)
)
WHOSE = sa.select(t.people.c.id).where(t.people.c.lane == sa.bindparam("lane")).limit(1)
KNOWN = sa.select(t.identifiers.c.value).where(_VALUES, t.identifiers.c.person_id == sa.bindparam("person"))


def lanes_now(connection: sa.Connection, named: Iterable[str]) -> dict[str, str]:
    """Lane → the lane that it is redirected to; only the redirected ones."""
    of_people = {lane for lane in named if lane.startswith(PERSONS)}
    if not of_people:
        return {}
    return {row.value: row.lane for row in prepared.rows(connection, NAMED, {"values": list(of_people)})}


def write_identifiers(connection: sa.Connection, person: Person) -> None:
    """Store the person's identifiers; the lane of a new identifier is redirected to the person's."""
    known: set[str] = set()
    if person.version:  # a new person has no identifiers yet
        known.update(prepared.scalars(connection, KNOWN, {"values": list(person.identifiers), "person": person.id}))
    for value in person.identifiers:
        if value not in known:
            _claim(connection, value, person)


def _claim(connection: sa.Connection, value: str, person: Person) -> None:
    """:class:`Conflict` if it belongs to somebody else by now: identifiers are never taken over, and the next decision
    sees both rows. An e-mail address belongs to its latest owner."""
    lane, row = _lane_of(value), {"value": value, "person_id": person.id}
    if not lane:
        put(connection, t.identifiers, row)
        return
    if lane != person.lane and connection.dialect.name == "postgresql":
        worked.wait(connection, lane)  # for whoever is handling it now
    if not put(connection, t.identifiers, row, unless_others="person_id"):
        raise Conflict(f"somebody else is known by {lane} now")
    if lane != person.lane:
        _adopt(connection, lane, person)


def move(connection: sa.Connection, moved: Moved, event_id: int) -> None:
    """Move an event to the person's lane, and with it the whole lane if that belongs to nobody else."""
    if moved.person.lane == moved.from_lane:
        raise ValueError("an event cannot be moved to where it is")
    if not _adopt(connection, moved.from_lane, moved.person):
        connection.execute(sa.update(t.events).where(t.events.c.id == event_id).values(lane=moved.person.lane))


def merge(connection: sa.Connection, merged: Merged) -> None:
    """Merge two rows; :class:`Conflict` if either has changed since it was read."""
    gone, into, talk = merged.gone, merged.into, merged.gone_talk
    _delete(connection, t.people, t.people.c.id == gone.id, gone.version)
    if talk.version:
        _delete(connection, t.conversations, t.conversations.c.person_id == gone.id, talk.version)
    for table in (t.identifiers, t.sent_messages, t.consents):
        connection.execute(sa.update(table).where(table.c.person_id == gone.id).values(person_id=into.id))
    merge_wishes(connection, gone.id, into.id)
    names.forget_names(connection, gone.id)
    if merged.dropped:
        connection.execute(sa.delete(t.identifiers).where(t.identifiers.c.value.in_(merged.dropped)))
    for value in (gone.id, gone.lane):
        put(connection, t.identifiers, {"value": value, "person_id": into.id})
    _rewrite_documents(connection, gone.id, into.id)
    _move_lane(connection, gone.lane, into.lane)
    connection.execute(sa.update(t.commands).where(t.commands.c.lane == gone.lane).values(lane=into.lane))
    waiting = sa.text(t.OPEN_COMMAND)
    for before, after in merged.queues:
        connection.execute(sa.update(t.commands).where(waiting, t.commands.c.queue == before).values(queue=after))
    connection.execute(sa.update(t.timers).where(t.timers.c.lane == gone.lane).values(lane=into.lane))


def merge_wishes(connection: sa.Connection, gone: str, into: str) -> None:
    mine = sa.select(t.wishes.c.words).where(t.wishes.c.person_id == into).scalar_subquery()
    others = t.wishes.c.person_id == gone
    connection.execute(sa.delete(t.wishes).where(others, t.wishes.c.words.in_(mine)))
    connection.execute(sa.update(t.wishes).where(others).values(person_id=into))


def _adopt(connection: sa.Connection, lane: str, person: Person) -> bool:
    """Have a lane handled as the person's; False if it is somebody else's, or no person's."""
    if not lane.startswith(PERSONS):
        return False
    if prepared.rows(connection, WHOSE, {"lane": lane}):
        return False
    put(connection, t.identifiers, {"value": lane, "person_id": person.id})
    _move_lane(connection, lane, person.lane)
    return True


def _lane_of(identifier: str) -> str:
    """The lane of messages with only this identifier; "" for an e-mail address."""
    if "@" in identifier and not identifier.endswith("@lid"):
        return ""
    try:
        return lanes.person(phone.identity(identifier, ""))
    except ValueError:
        return ""


def _move_lane(connection: sa.Connection, before: str, after: str) -> None:
    """Rows keep their ids, and so their order of arrival. Past events move along, for the record."""
    for which in t.EITHER_EVENT:
        connection.execute(sa.update(t.events).where(which, t.events.c.lane == before).values(lane=after))


def _rewrite_documents(connection: sa.Connection, gone: str, into: str) -> None:
    _rewrite(connection, t.orders, "buyer_id", Order, gone, into)
    _rewrite(connection, t.notices, "person_id", NoticeState, gone, into)
    sellers = sa.select(t.sellers.c.body).where(t.sellers.c.person_id == gone).with_for_update()
    for body in connection.execute(sellers).scalars().all():
        seller = Seller.model_validate_json(body).but(person_id=into)
        connection.execute(
            sa.update(t.sellers)
            .where(t.sellers.c.id == seller.id)
            .values(person_id=into, body=seller.model_dump_json())
        )
        names.write_names(connection, into, names.SHOP, f"{seller.name} {seller.document}")


def _rewrite(
    connection: sa.Connection, table: sa.Table, whose: str, kind: type[Order | NoticeState], gone: str, into: str
) -> None:
    (key,) = table.primary_key
    bodies = sa.select(table.c.body).where(table.c[whose] == gone).with_for_update()
    for body in connection.execute(bodies).scalars().all():
        before = kind.model_validate_json(body)
        after = before.but(version=before.version + 1, **{whose: into})
        values = {whose: into, "version": after.version, "body": after.model_dump_json()}
        connection.execute(sa.update(table).where(key == getattr(after, key.name)).values(values))


def _delete(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool], version: int) -> None:
    if connection.execute(sa.delete(table).where(which, table.c.version == version)).rowcount != 1:
        raise Conflict(f"a row of {table.name} has changed since version {version}")
