"""SIGTERM while a provider is being called: the call ends, what came of it is stored, and nothing is begun any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sandbox.core import Fault
from tests.e2e.house import BUYER, House


async def test_a_call_in_flight_is_not_cut(house: House, tmp_path: Path) -> None:
    """The way out is closed after what uses it, or each restart would leave calls in doubt."""
    house.world.faults["zapi"] = Fault("slow", delay=1.0, times=1, only="/send-text ")
    await house.say(BUYER, "oi")
    await house.until(lambda: [call for call in house.world.calls if call.path.endswith("/send-text")])
    (call,) = [call for call in house.world.calls if call.path.endswith("/send-text")]
    assert call.status == 0  # it hangs there still
    await house.stop()
    assert call.status == 200
    with closing(sqlite3.connect(tmp_path / "house.db")) as database:
        texts = database.execute(
            "SELECT status, attempts FROM commands WHERE kind = 'message.text' ORDER BY id"
        ).fetchall()
        calls = database.execute("SELECT outcome FROM calls WHERE operation LIKE '%text%'").fetchall()
    assert texts[0] == ("done", 1)
    assert calls == [("answered",)]
    assert {status for status, _ in texts[1:]} <= {"new"}
