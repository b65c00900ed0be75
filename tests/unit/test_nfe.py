"""The access key of an NF-e."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import nfe

NUMERIC = "35261111222333000181550010000012341123456780"
LETTERS = "41261112ABC34501DE35550020000091051876543218"
CTE = "3526050X0J92JY000196570010000006041448679011"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (NUMERIC, NUMERIC), (LETTERS, LETTERS), (LETTERS.lower(), LETTERS),
        ("3526 1111 2223 3300 0181 5500 1000 0012 3411 2345 6780", NUMERIC),
        ("informar chave da nfe " + NUMERIC + ".", NUMERIC), ("chave: " + LETTERS, LETTERS),
        ("a chave é 4126 1112 abc3 4501 de35 5500 2000 0091 0518 7654 3218 ok", LETTERS),
        ("3526-1111-2223-3300-0181-5500-1000-0012-3411-2345-6780", NUMERIC),
    ],
)  # fmt: skip
def test_reads(text: str, key: str) -> None:
    assert nfe.read_key(text) == key


def test_the_published_key_has_the_right_digit_but_is_no_nfe() -> None:
    assert nfe.has_right_digit(CTE)
    assert nfe.read_key(CTE) is None


@given(st.integers(0, 43), st.integers(1, 9))
def test_a_changed_digit_is_noticed(place: int, step: int) -> None:
    changed = NUMERIC[:place] + str((int(NUMERIC[place]) + step) % 10) + NUMERIC[place + 1 :]
    assert not nfe.is_valid_key(changed) or nfe.check_digit(changed[:43]) == changed[43]
    assert nfe.read_key(changed[:-1]) is None


def test_problems() -> None:
    assert nfe.key_problem(NUMERIC) == ""
    assert nfe.key_problem(NUMERIC[:-1] + "1") == "digit"
    assert nfe.key_problem(NUMERIC[:-1]) == "short"
    assert nfe.key_problem(NUMERIC + "1") == "long"


def test_impossible_month_state_and_model() -> None:
    for body in ("352613" + NUMERIC[6:], "10" + NUMERIC[2:], NUMERIC[:20] + "57" + NUMERIC[22:]):
        assert nfe.read_key(body[:43] + nfe.check_digit(body[:43])) is None


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    assert nfe.read_key(text) is None
