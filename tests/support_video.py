"""Videos that hold nothing but a right header."""

from __future__ import annotations

import struct


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(seconds: float = 5.0, *, brand: bytes = b"isom", wide: bool = False, moov: bool = True, pad: int = 64) -> bytes:
    """An MP4 (``brand`` may make it a QuickTime or 3GP file) that says it lasts so long; ``wide``: 64-bit header."""
    ticks = round(seconds * 1000)
    if wide:
        header = bytes([1, 0, 0, 0]) + struct.pack(">QQIQ", 0, 0, 1000, ticks)
    else:
        header = bytes(4) + struct.pack(">IIII", 0, 0, 1000, ticks)
    kind = box(b"ftyp", brand + struct.pack(">I", 512) + brand + b"mp42")
    return kind + box(b"mdat", bytes(pad)) + (box(b"moov", box(b"mvhd", header + bytes(80))) if moov else b"")
