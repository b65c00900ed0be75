from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import boleto

LINE = "46191.23450 67890.123457 67890.123457 8 16560000034990"
BARCODE = "46198165600000349901234567890123456789012345"


def test_known_boleto() -> None:
    assert boleto.is_valid_line(LINE)
    assert boleto.barcode_of(LINE) == BARCODE
    assert boleto.show(boleto.line_of(BARCODE)) == LINE
    assert boleto.amount_of(LINE) == 34990
    assert boleto.due_date_of(LINE, date(2026, 11, 23)) == date(2026, 12, 10)
    assert boleto.make_barcode("461", date(2026, 12, 10), 34990, "1234567890123456789012345") == BARCODE


@pytest.mark.parametrize(
    ("due", "factor"),
    [
        (date(2025, 2, 21), "9999"),
        (date(2025, 2, 22), "1000"),
        (date(2026, 12, 10), "1656"),
        (date(2049, 10, 14), "1000"),
    ],
)
def test_factor(due: date, factor: str) -> None:
    assert boleto.factor_of(due) == factor


@given(st.integers(-3000, 3000), st.integers(0, 10**10 - 1), st.integers(0, 10**25 - 1), st.integers(100, 999))
def test_round_trip(days: int, amount: int, free: int, bank: int) -> None:
    due = date(2026, 11, 23) + timedelta(days=days)
    barcode = boleto.make_barcode(str(bank), due, amount, f"{free:025d}")
    line = boleto.show(boleto.line_of(barcode))
    assert boleto.is_valid_line(line)
    assert boleto.barcode_of(line) == barcode
    assert boleto.amount_of(line) == amount
    assert boleto.due_date_of(line, date(2026, 11, 23)) == due


@given(st.integers(0, 31), st.integers(1, 9))
def test_a_changed_digit_of_the_fields_is_noticed(place: int, step: int) -> None:
    digits = boleto.line_of(BARCODE)
    changed = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    assert not boleto.is_valid_line(changed)


@pytest.mark.parametrize("text", ["", "oi", LINE + "1", LINE[:-1], LINE.replace("9", "x"), "1" * 47])
def test_other_texts(text: str) -> None:
    assert not boleto.is_valid_line(text)
    with pytest.raises(ValueError, match="line"):
        boleto.barcode_of(text)


def test_utility_bills_are_told_apart() -> None:
    assert boleto.is_utility("8" + "1" * 47)
    assert not boleto.is_utility(LINE)


def test_no_due_date_and_no_line() -> None:
    assert boleto.due_date_of("0" * 47, date(2026, 1, 1)) is None
    assert boleto.show("oi") == "oi"
    with pytest.raises(ValueError, match="barcode"):
        boleto.line_of(BARCODE[:4] + "9" + BARCODE[5:])
