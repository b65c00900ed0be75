"""Boletos: the digitable line of 47 digits, its barcode of 44, and their check digits."""

from __future__ import annotations

import re
from datetime import date, timedelta

_CYCLE = 9000  # the factor runs from 1000 to 9999 and starts again
_START = date(2025, 2, 22)  # factor 1000 of the running cycle


def _mod10(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += sum(divmod(int(digit) * (2 - place % 2), 10))
    return (10 - total % 10) % 10


def _mod11(digits: str) -> int:
    total = sum(int(d) * (2 + place % 8) for place, d in enumerate(reversed(digits)))
    rest = 11 - total % 11
    return 1 if rest in (0, 10, 11) else rest


def _digits(line: str) -> str:
    """The digits of a line as people write or copy it; "" if it holds anything but digits, dots, blanks, hyphens."""
    return re.sub(r"[^0-9]", "", line) if re.fullmatch(r"[0-9 .\-\s]*", line) else ""


def is_utility(line: str) -> bool:
    """Whether it looks like a bill of water, light or tax (48 digits, first an 8): never one of ours."""
    digits = _digits(line)
    return len(digits) == 48 and digits[0] == "8"


def is_valid_line(line: str) -> bool:
    """Whether all four check digits of a digitable line are right. Dots and blanks do not matter."""
    d = _digits(line)
    if len(d) != 47:
        return False
    parts = ((d[:9], d[9]), (d[10:20], d[20]), (d[21:31], d[31]))
    return all(_mod10(body) == int(check) for body, check in parts) and _mod11(_loose(d)) == int(d[32])


def _loose(d: str) -> str:
    """The 43 digits of the barcode without its own check digit."""
    return d[:4] + d[33:47] + d[4:9] + d[10:20] + d[21:31]


def barcode_of(line: str) -> str:
    """The 44 digits of the barcode. Raises ValueError for a line that is not valid."""
    if not is_valid_line(line):
        raise ValueError("not a digitable line")
    d = _digits(line)
    return d[:4] + d[32] + _loose(d)[4:]


def line_of(barcode: str) -> str:
    """The 47 digits of the line of a barcode. Raises ValueError unless it is a valid barcode of a boleto."""
    if not re.fullmatch(r"[0-9]{44}", barcode) or _mod11(barcode[:4] + barcode[5:]) != int(barcode[4]):
        raise ValueError("not a barcode of a boleto")
    free = barcode[19:]
    blocks = (barcode[:4] + free[:5], free[5:15], free[15:25])
    return "".join(f"{b}{_mod10(b)}" for b in blocks) + barcode[4] + barcode[5:19]


def make_barcode(bank: str, due: date, amount: int, free: str) -> str:
    """A barcode from the bank's three digits, due date, centavos and the bank's own 25 digits."""
    body = f"{bank}9{factor_of(due)}{amount:010d}{free}"
    return body[:4] + str(_mod11(body)) + body[4:]


def factor_of(due: date) -> str:
    """The four digits that stand for a due date; they repeat every 9000 days."""
    return str(1000 + (due - _START).days % _CYCLE)


def amount_of(line: str) -> int:
    """Centavos of a digitable line."""
    return int(_digits(line)[37:47])


def due_date_of(line: str, near: date) -> date | None:
    """The due date of a line, of the possible ones that nearest to ``near``; None if it has none (factor 0000)."""
    factor = int(_digits(line)[33:37])
    if factor < 1000:
        return None
    first = _START + timedelta(days=factor - 1000)
    turns = round((near - first).days / _CYCLE)
    return first + timedelta(days=turns * _CYCLE)


def show(line: str) -> str:
    """``46191.23450 67890.123457 67890.123457 8 16560000034990``; unchanged if it has not 47 digits."""
    d = _digits(line)
    if len(d) != 47:
        return line
    return f"{d[:5]}.{d[5:10]} {d[10:15]}.{d[15:21]} {d[21:26]}.{d[26:32]} {d[32]} {d[33:]}"
