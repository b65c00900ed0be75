"""The label as a PDF of one page: sender, recipient, code. Written by hand: small and deterministic."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 298, 420  # A6, in points


def draw(lines: Sequence[str], code: str) -> bytes:
    """A page with these lines and the code under an imitation of a barcode."""
    page = ["BT", "/F1 10 Tf", "14 TL", f"20 {HEIGHT - 34} Td"]
    page += [f"({_escaped(line[:52])}) Tj T*" for line in lines]
    page += ["ET", f"BT /F1 12 Tf 20 24 Td ({_escaped(code)}) Tj ET"]
    x = 20.0
    for byte in code.encode():
        for bit in range(8):
            if byte >> bit & 1:
                page.append(f"{x:.1f} 42 1.6 60 re f")
            x += 2.4
    return _file("\n".join(page).encode("cp1252", "replace"))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(content: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
        "/Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
