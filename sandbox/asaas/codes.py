"""What the buyer pays with: Pix code and QR image, boleto barcode, line and PDF."""

from __future__ import annotations

import base64
import io
from datetime import date

import segno

_BANK = "461"
_FACTOR_1000 = date(2025, 2, 22)


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _crc16(text: str) -> str:
    """CRC-16 with polynomial 0x1021, initial value 0xFFFF, not reflected; over everything including ``6304``."""
    register = 0xFFFF
    for byte in text.encode():
        for bit in range(7, -1, -1):
            carry = (register >> 15) ^ (byte >> bit & 1)
            register = (register << 1 & 0xFFFF) ^ (0x1021 if carry else 0)
    return f"{register:04X}"


def pix_code(location: str, amount: int) -> str:
    """A dynamic BR Code, payable once. ``location``: the payload's URL without ``https://``."""
    code = (
        _field("00", "01")
        + _field("01", "12")
        + _field("26", _field("00", "br.gov.bcb.pix") + _field("25", location))
        + _field("52", "0000")
        + _field("53", "986")
        + _field("54", f"{amount // 100}.{amount % 100:02d}")
        + _field("58", "BR")
        + _field("59", "AUTOPARS EXEMPLO")
        + _field("60", "SAO PAULO")
        + _field("62", _field("05", "***"))
        + "6304"
    )
    return code + _crc16(code)


def qr_png(code: str) -> str:
    """The QR image of a Pix code as base64 PNG."""
    out = io.BytesIO()
    segno.make(code, error="m").save(out, kind="png", scale=4)
    return base64.b64encode(out.getvalue()).decode()


def _mod10(digits: str) -> str:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - index % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def bar_code(due: date, amount: int, free: int) -> str:
    """The 44 digits; the free field is the bank's own and changes with every change of the charge."""
    factor = 1000 + (due - _FACTOR_1000).days % 9000
    rest = f"{_BANK}9{factor}{amount:010d}{free:025d}"
    total = sum(int(d) * (2 + index % 8) for index, d in enumerate(reversed(rest)))
    check = 11 - total % 11
    return f"{rest[:4]}{check if check < 10 else 1}{rest[4:]}"


def line(barcode: str) -> str:
    """The 47 digits that people type: three fields with a check digit, the barcode's own, factor and amount."""
    fields = (barcode[:4] + barcode[19:24], barcode[24:34], barcode[34:44])
    return "".join(part + _mod10(part) for part in fields) + barcode[4] + barcode[5:19]


def pdf(lines: list[str]) -> bytes:
    """One page with some lines of text."""
    shown = " T* ".join(f"({text.translate({40: None, 41: None, 92: None})}) Tj" for text in lines)
    content = f"BT /F1 12 Tf 16 TL 50 780 Td {shown} ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
