"""The access key of an NF-e: 44 characters, including letters if the issuer's CNPJ has some."""

from __future__ import annotations

import re

from bot.domain import documents
from bot.domain.text import words

_STATES = words("11 12 13 14 15 16 17 21 22 23 24 25 26 27 28 29 31 32 33 35 41 42 43 50 51 52 53")
_MODELS = frozenset(["55", "65"])  # NF-e and NFC-e
_SHAPE = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")
_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .\-/]?[0-9A-Za-z]){25,70}(?![0-9A-Za-z])", re.ASCII)
_GROUPED = re.compile(r"(?<![0-9A-Za-z])[0-9]{4}(?:[ .\-][0-9A-Za-z]{4}){10}(?![0-9A-Za-z])", re.ASCII)
_INSIDE = re.compile(r"(?=([0-9]{6}[0-9A-Z]{12}[0-9]{26}))")
_LEAD = re.compile(r"^[^0-9]*")
"""Words before the key: *chave: 3526…*."""
_SOLID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{44}(?![0-9A-Za-z])", re.ASCII)


def check_digit(body: str) -> str:
    """The last character for the 43 before it: modulo 11, weights 2 to 9 from the right, value = code minus 48."""
    total = sum((ord(c) - 48) * (2 + place % 8) for place, c in enumerate(reversed(body)))
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)


def has_right_digit(key: str) -> bool:
    """Whether 44 characters (no blanks, upper case) have the format of a fiscal key and the right check digit."""
    return bool(_SHAPE.fullmatch(key)) and check_digit(key[:43]) == key[43]


def is_valid_key(key: str) -> bool:
    """Whether it is the key of an NF-e or NFC-e: also an existing state, a month, and the model of such a document."""
    return has_right_digit(key) and key[:2] in _STATES and 1 <= int(key[4:6]) <= 12 and key[20:22] in _MODELS


def goes_with_a_parcel(key: str) -> bool:
    """Whether a label may carry this key: carriers accept an NF-e (model 55), not a till receipt (65)."""
    return is_valid_key(key) and key[20:22] == "55"


def issuer(key: str) -> str:
    """CNPJ or CPF of the issuer; a CPF is padded with zeros in the key."""
    padded = key[6:20]
    return documents.read(padded) or documents.read(padded[3:]) or padded


def is_of(key: str, document: str) -> bool:
    """Whether it was issued by the holder of this CNPJ or CPF (no mask)."""
    return key[6:20] == document.rjust(14, "0")


def number(key: str) -> int:
    """The number printed on the document."""
    return int(key[25:34])


def read_key(text: str) -> str | None:
    """The only valid key in a text, without blanks, upper case; None if there is none or two different ones."""
    found = {m.group() for shape in (_SOLID, _GROUPED, _RUN) for m in shape.finditer(text)}
    keys = {re.sub(r"[^0-9A-Za-z]", "", piece).upper() for piece in found}
    valid = [k for k in keys if is_valid_key(k)]
    return valid[0] if len(valid) == 1 else None


def named(file_name: str) -> str | None:
    """The key in the name of a file, as invoices are saved: ``NFe3526….xml``, ``3526…-nfe.xml``."""
    return next((m[1] for m in _INSIDE.finditer(file_name.upper()) if is_valid_key(m[1])), None)


def key_problem(text: str) -> str:
    """Why a text is not a valid key: ``short``, ``long`` or ``digit`` (a typo); "" if it contains one."""
    if read_key(text):
        return ""
    length = len(re.sub(r"[^0-9A-Za-z]", "", _LEAD.sub("", text)))
    return "digit" if length == 44 else "short" if length < 44 else "long"
