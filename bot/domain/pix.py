"""Pix codes ("copia e cola"): the BR Code of Banco Central, EMV fields and their checksum."""

from __future__ import annotations

from bot.domain import money
from bot.domain.text import fold

GUI = "br.gov.bcb.pix"


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes, four upper-case hex digits. A code's CRC covers everything up to
    ``6304``."""
    value = 0xFFFF
    for byte in text.encode("utf-8", "surrogatepass"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021) & 0xFFFF if value & 0x8000 else value << 1
    return f"{value:04X}"


def fields(text: str) -> dict[str, str] | None:
    """The fields of one level: two digits of id, two of length, the value. None if the text is malformed."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            return None
        value = text[at + 4 : at + 4 + int(head[2:])]
        if len(value) < int(head[2:]) or head[:2] in found:
            return None
        found[head[:2]] = value
        at += 4 + len(value)
    return found


def is_valid(code: str) -> bool:
    """Whether a text is a complete Pix code: well-formed, for Pix, in reais, with the right checksum."""
    top = fields(code)
    if not top or top.get("00") != "01" or list(top)[-1] != "63" or len(top["63"]) != 4:
        return False
    account = next((fields(top[i]) for i in map(str, range(26, 52)) if i in top), None)
    pix = bool(account) and (account or {}).get("00", "").lower() == GUI
    return pix and top.get("53") == "986" and top.get("58") == "BR" and crc(code[:-4]) == top["63"].upper()


def _field(name: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"field {name} is too long")
    return f"{name}{len(value):02d}{value}"


def _plain(text: str, limit: int) -> str:
    return fold(text).upper()[:limit].strip()


def build(
    *, amount: int, name: str, city: str, key: str = "", url: str = "", txid: str = "***", single_use: bool = False
) -> str:
    """A Pix code: static with a ``key``, dynamic with the ``url`` of its payload (without ``https://``).

    ``amount`` in centavos (0 leaves it open), ``name`` and ``city`` are shortened to 25 and 15 plain letters,
    ``txid`` has at most 25 letters and digits. Raises ValueError if neither or both of key and url are given.
    """
    if bool(key) == bool(url):
        raise ValueError("give either a key or an address")
    if txid != "***" and not (txid.isascii() and txid.isalnum() and len(txid) <= 25):
        raise ValueError("a txid has at most 25 letters and digits")
    account = _field("00", GUI) + (_field("01", key) if key else _field("25", url))
    code = _field("00", "01") + (_field("01", "12") if single_use else "") + _field("26", account)
    code += _field("52", "0000") + _field("53", "986")
    if amount:
        code += _field("54", f"{money.to_decimal(amount)}")
    code += _field("58", "BR") + _field("59", _plain(name, 25)) + _field("60", _plain(city, 15))
    code += _field("62", _field("05", txid)) + "6304"
    return code + crc(code)
