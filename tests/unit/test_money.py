"""Amounts: reading, rounding and showing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import money

CLEAR = [
    ("1.234,56", 123456), ("1234,56", 123456), ("1234.56", 123456), ("1,234.56", 123456), ("R$1.234,56", 123456),
    ("R$ 50", 5000), ("50 reais", 5000), ("cinquenta", 5000), ("1.234", 123400), ("12.34", 1234), ("12,3", 1230),
    ("2mil", 200000), ("1,5 mil", 150000), ("300 pila", 30000), ("trezentos e vinte", 32000),
    ("120 e cinquenta centavos", 12050), ("mil, duzentos", 120000), ("dois mil e quinhentos reais", 250000),
    ("cento e vinte e cinquenta centavos", 12050), ("120 reais e 50 centavos", 12050), ("50 centavos", 50),
    ("uns 350", 35000), ("fica 350,00!", 35000), ("o farol sai por R$ 480 no pix", 48000), ("2 mil e 500", 250000),
    ("1k", 100000), ("cem conto", 10000), ("um real", 100), ("R$\u00a01.299,90", 129990), ("1.234.567,89", 123456789),
    ("1500", 150000), ("Mil duzentos e cinquenta", 125000), ("rs 45,90", 4590),
]  # fmt: skip
UNCLEAR = [
    "1,234", "1.2345", "10,999", "1.299,9", "", "120 e 50", "vinte e dois e noventa", "350 ou 400", "10%", "3 peças",
    "5kg", "-50", "1 milhão", "12²", "½", "um", "0.500", "1.500 mil", "3x de 100", "não sei", "R$ 1,234", "US$ 50",
    "vinte onze", "9999999999", "05/12", "farol", "R$ 10 ou R$ 20", "€ 50", "1.234.56", "12..34", "#1042",
]  # fmt: skip


@pytest.mark.parametrize(("text", "centavos"), CLEAR)
def test_reads_what_is_clear(text: str, centavos: int) -> None:
    assert money.read(text) == centavos


@pytest.mark.parametrize("text", UNCLEAR)
def test_never_guesses(text: str) -> None:
    assert money.read(text) is None


@given(st.integers(0, money.MOST))
def test_what_is_shown_reads_back(centavos: int) -> None:
    assert money.read(money.show(centavos)) == centavos
    assert money.read(f"{money.to_decimal(centavos)}") == centavos


@given(st.integers(-(10**13), 10**13))
def test_decimals_round_trip(centavos: int) -> None:
    assert money.from_decimal(money.to_decimal(centavos)) == centavos
    assert money.from_decimal(str(money.to_decimal(centavos))) == centavos
    assert money.from_decimal(money.json_number(centavos)) == centavos


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    value = money.read(text)
    assert value is None or 0 <= value <= money.MOST


@pytest.mark.parametrize("text", ["1 e " * 1000, "vinte e " * 600, "R$ " * 1300, "mil " * 1000, "1" * 4000])
def test_long_rows_of_numbers_are_survived(text: str) -> None:
    assert money.read(text) is None


def test_show() -> None:
    assert money.show(123456) == "R$ 1.234,56"
    assert money.show(0) == "R$ 0,00"
    assert money.show(-5) == "-R$ 0,05"
    assert money.show(123456789) == "R$ 1.234.567,89"


@pytest.mark.parametrize(
    ("value", "centavos"), [("512.40", 51240), ("512.4", 51240), (512, 51200), (510.41, 51041), ("1.99", 199)]
)
def test_exact_centavos(value: str | int | float, centavos: int) -> None:
    assert money.from_decimal(value) == centavos


@pytest.mark.parametrize("value", ["1.999", "x", "", "NaN", "Infinity", "1e999999999", True, 0.001])
def test_what_is_no_amount_is_refused(value: str | float) -> None:
    with pytest.raises(ValueError, match=r"centavos|number|finite|truth"):
        money.from_decimal(value)


@pytest.mark.parametrize(
    ("numerator", "denominator", "result"),
    [(1, 2, 1), (-1, 2, -1), (3, 4, 1), (1, 4, 0), (384000, 100, 3840), (5, -2, -3)],
)
def test_half_up(numerator: int, denominator: int, result: int) -> None:
    assert money.half_up(numerator, denominator) == result


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_half_up_is_nearest(numerator: int, denominator: int) -> None:
    error = abs(Decimal(money.half_up(numerator, denominator)) * denominator - numerator)
    assert error * 2 <= denominator


def test_json_number_is_whole_where_it_can() -> None:
    assert money.json_number(48000) == 480
    assert isinstance(money.json_number(48000), int)
    assert money.json_number(3240) == 32.4
