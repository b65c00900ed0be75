"""What older releases have stored stays readable, and who writes documents of another shape is told apart."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from bot.storage.schema import newest
from tools.stored_shapes import Record, record, recorded, stale


def test_what_is_stored_is_as_it_was() -> None:
    assert stale(recorded(), record()) == []


def _field(before: Record) -> None:
    before["documents"]["Order"]["gone"] = "string"


def _must(before: Record) -> None:
    del before["documents"]["Order"]["buyer_id"]


def _value(before: Record) -> None:
    before["documents"]["OrderState"].append("lost")


def _kind(before: Record) -> None:
    before["events and commands"]["Event"].append("of.old")


def _document(before: Record) -> None:
    del before["documents"]["Order"]["charges"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_field, "Order.gone is gone"),
        (_must, "Order.buyer_id must be given now"),
        (_value, "OrderState: lost is gone"),
        (_kind, "Event: of.old is gone"),
        (_document, "a stored document has changed: write a migration"),
    ],
)
def test_a_change_is_told(change: Callable[[Record], None], told: str) -> None:
    before = copy.deepcopy(recorded()) | {"revision": newest()}
    change(before)
    (line,) = stale(before, record())
    assert line.startswith(told)


def test_a_change_with_a_migration_is_recorded() -> None:
    before = copy.deepcopy(recorded())
    _document(before)
    before["revision"] = "0001"
    assert stale(before, record()) == ["run `python -m tools.stored_shapes`"]
