"""Enough of the MP4 format to recognise a video and its duration."""

from __future__ import annotations

import struct
from collections.abc import Iterator

WEBM = b"\x1a\x45\xdf\xa3"


def is_video(data: bytes) -> bool:
    """MP4 and its relatives except image formats with the same boxes (HEIC, AVIF); or WebM."""
    brand = data[8:12]
    return data.startswith(WEBM) or (data[4:8] == b"ftyp" and brand not in (b"heic", b"heix", b"mif1", b"avif"))


def duration(data: bytes) -> float | None:
    """Seconds, None if the header is broken; a WebM counts as five."""
    if data.startswith(WEBM):
        return 5.0
    for kind, body in _boxes(data):
        if kind != b"moov":
            continue
        for inner, header in _boxes(body):
            if inner == b"mvhd" and len(header) >= 32:
                wide = header[0] == 1
                scale, length = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
                return length / scale if scale else None
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size
