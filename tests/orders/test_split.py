"""The split of a payment, to the centavo."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import split

goods = st.integers(min_value=0, max_value=100_000_000)
percents = st.decimals(min_value=0, max_value=100, places=4).map(str)


def test_the_example_of_the_rules() -> None:
    fee = split.fee(480_00, "8")
    assert fee == 38_40
    assert split.share(512_40 - 1_99, 32_40, fee) == 439_61
    assert 510_41 - 439_61 == 70_80


@pytest.mark.parametrize(
    ("amount", "percent", "fee"),
    [
        (6, "8", 0),  # 0.48
        (7, "8", 1),  # 0.56
        (625, "8", 50),
        (50, "1", 1),  # exactly half a centavo goes up
        (49, "1", 0),
        (1000, "7.5", 75),
        (333, "7.5", 25),  # 24.975
        (1, "50", 1),
        (100, " 0 ", 0),
        (100, "100", 100),
    ],
)
def test_half_up(amount: int, percent: str, fee: int) -> None:
    assert split.fee(amount, percent) == fee


@given(goods, percents)
def test_the_fee_is_what_decimal_arithmetic_says(amount: int, percent: str) -> None:
    exact = Decimal(amount) * Decimal(percent) / 100
    assert split.fee(amount, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(goods, percents)
def test_the_fee_is_never_more_than_the_goods(amount: int, percent: str) -> None:
    assert 0 <= split.fee(amount, percent) <= amount


@given(goods, goods, percents)
def test_a_dearer_part_never_has_a_smaller_fee(one: int, other: int, percent: str) -> None:
    cheap, dear = sorted((one, other))
    assert split.fee(cheap, percent) <= split.fee(dear, percent)


@given(goods, st.integers(0, 1_000_000), st.integers(0, 100_000), percents)
def test_nothing_is_lost_and_the_seller_bears_the_cost_of_the_payment(
    amount: int, freight: int, cost: int, percent: str
) -> None:
    fee = split.fee(amount, percent)
    net = amount + freight - cost
    share = split.share(net, freight, fee)
    assert share + freight + fee + cost == amount + freight
    assert share == amount - fee - cost


@pytest.mark.parametrize("percent", ["", "acht", "-1", "100.01", "NaN", "Infinity"])
def test_no_percentage(percent: str) -> None:
    with pytest.raises(ValueError, match=r"percentage|between"):
        split.fee(100, percent)
