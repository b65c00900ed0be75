"""Which order a reference at a provider belongs to."""

from __future__ import annotations

import pytest

from bot.domain import lanes


@pytest.mark.parametrize(
    ("reference", "order"),
    [
        (lanes.reference(1042, "a", 1), 1042),
        ("order-999999999-s12", 999_999_999),
        ("order-1000000000-a1", None),  # no database counts so far
        (f"order-{'9' * 5000}-a1", None),
        ("order-٣٤٥-a1", None),
        ("pedido 1042", None),
        (None, None),
    ],
)
def test_of_an_order(reference: str | None, order: int | None) -> None:
    assert lanes.order_of(reference) == order
