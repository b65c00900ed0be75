"""Circuits shared by all processes: an outage begins once and ends once, whoever sees it first."""

from __future__ import annotations

import sqlalchemy as sa

from bot.integrations.circuit import Circuit
from bot.storage import tables as t
from bot.storage.upsert import put

LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("provider"), 1)))
BEGAN = sa.select(t.circuits.c.opened_at).where(t.circuits.c.provider == sa.bindparam("provider"))


def keep(connection: sa.Connection, circuit: Circuit) -> str:
    """The name of the outage if this begins one, with ``/over`` if it ends one; otherwise empty."""
    if connection.dialect.name != "sqlite":  # there may be no row to lock yet
        connection.execute(LOCK, {"provider": circuit.provider})
    began = connection.execute(BEGAN, {"provider": circuit.provider}).scalar_one_or_none()
    opened = circuit.opened_at and (began or circuit.opened_at)
    put(connection, t.circuits, circuit.__dict__ | {"opened_at": opened})
    if began is None and opened is not None:
        return f"outage/{circuit.provider}/{opened.isoformat()}"
    return f"outage/{circuit.provider}/{began.isoformat()}/over" if began is not None and opened is None else ""
