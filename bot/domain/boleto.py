"""The digitable line of a boleto: 47 digits that people type or copy."""

from __future__ import annotations

import re


def show(line: str) -> str:
    """``46191.23450 67890.123457 67890.123457 8 16560000034990``; unchanged if it has not 47 digits."""
    d = re.sub(r"[ .\-\s]", "", line)
    if not re.fullmatch(r"[0-9]{47}", d):
        return line
    return f"{d[:5]}.{d[5:10]} {d[10:15]}.{d[15:21]} {d[21:26]}.{d[26:32]} {d[32]} {d[33:]}"
