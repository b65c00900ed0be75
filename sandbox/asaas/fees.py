"""The fees of Asaas in centavos (sheet 4: contract-specific; these are the sandbox values of 2026)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FLAT = 199
CARD_FIXED = 49

# Percentages by number of instalments. 1x is as observed. The others are this stand-in's choice: the only public figure
# is 1.20 for each of 350.00 in 12 (sheet 4), which 3.99 % and a twelfth of 0.49, truncated, match.
_CARD_PERCENT = ((1, Decimal("2.99")), (6, Decimal("3.49")), (12, Decimal("3.99")), (21, Decimal("4.29")))


def card_percent(count: int) -> Decimal:
    return next(percent for most, percent in _CARD_PERCENT if count <= most)


def net_of(billing_type: str, value: int, count: int) -> int:
    """The net of one payment (of one instalment, if ``count`` is more than 1)."""
    if billing_type not in ("CREDIT_CARD", "DEBIT_CARD"):
        return value - FLAT
    exact = Decimal(CARD_FIXED) / count + value * card_percent(count) / 100
    # Sheet 4: fees of instalments are truncated, not rounded.
    return value - int(exact if count > 1 else exact.quantize(Decimal(1), ROUND_HALF_UP))


def parts(total: int, count: int) -> list[int]:
    """Sheet 3.1 and 6: the last part takes the remainder (350 in 12 = 11 x 29.16 + 29.24)."""
    each = total // count
    return [each] * (count - 1) + [total - each * (count - 1)]
