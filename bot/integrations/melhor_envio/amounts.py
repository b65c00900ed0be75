"""Numbers as Melhor Envio writes them: reais and kilos, as numbers or as text, sometimes with the noise of floats."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator


def number(value: Any) -> Decimal:
    """Raises ValueError for what is no finite number."""
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    try:
        parsed = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"no number: {value!r}") from None
    if not parsed.is_finite():
        raise ValueError(f"not finite: {value!r}")
    return parsed


def centavos(value: Any) -> int:
    """Reais to the nearest centavo: ``1624.8999999999999`` is what a float made of 1624,90."""
    return int((number(value) * 100).to_integral_value(ROUND_HALF_UP))


def whole_cm(value: Any) -> int:
    """Rounded up: the cart takes whole centimetres, and a box must not get smaller on paper."""
    return int(number(value).to_integral_value(ROUND_CEILING))


def grams(kilos: Any) -> int:
    return int((number(kilos) * 1000).to_integral_value(ROUND_CEILING))


def kilos(weight_g: int) -> int | float:
    """For request bodies: ``3`` or ``2.4``."""
    return weight_g // 1000 if weight_g % 1000 == 0 else weight_g / 1000


Centavos = Annotated[int, BeforeValidator(centavos)]
Cm = Annotated[int, BeforeValidator(whole_cm)]
Grams = Annotated[int, BeforeValidator(grams)]
