"""Numbers in Melhor Envio's format: reais and kilos, as numbers or as text, sometimes with floating-point noise."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.domain.money import nearest, parse

centavos = nearest


def whole_cm(value: Any) -> int:
    """Rounded up: the cart takes whole centimetres, and a box must not shrink on paper."""
    return int(parse(value).to_integral_value(ROUND_CEILING))


def grams(kilos: Any) -> int:
    return int((parse(kilos) * 1000).to_integral_value(ROUND_CEILING))


def kilos(weight_g: int) -> int | float:
    """For request bodies: ``3`` or ``2.4``."""
    return weight_g // 1000 if weight_g % 1000 == 0 else weight_g / 1000


Centavos = Annotated[int, BeforeValidator(centavos)]
Cm = Annotated[int, BeforeValidator(whole_cm)]
Grams = Annotated[int, BeforeValidator(grams)]
