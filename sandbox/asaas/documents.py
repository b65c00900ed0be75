"""Check digits of CPF and CNPJ (alphanumeric too: a letter counts as its character code minus 48)."""

from __future__ import annotations

import re


def _digit(values: list[int], weights: list[int]) -> int:
    rest = sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def is_valid(text: str) -> bool:
    """Whether a text, masked or not, is a CPF or CNPJ with correct check digits."""
    plain = re.sub(r"[./\s-]", "", text).upper()
    values = [ord(c) - 48 for c in plain]
    if len(set(plain)) == 1:
        return False
    if re.fullmatch(r"[0-9]{11}", plain):
        first = _digit(values[:9], list(range(10, 1, -1)))
        return values[9:] == [first, _digit([*values[:9], first], list(range(11, 1, -1)))]
    if re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", plain):
        weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
        first = _digit(values[:12], weights)
        return values[12:] == [first, _digit([*values[:12], first], [6, *weights])]
    return False
