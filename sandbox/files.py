"""MIME types of the files that people send in the stand-ins."""

from __future__ import annotations

EXTENSIONS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/ogg; codecs=opus": "ogg",
    "application/pdf": "pdf",
}


def sniff(data: bytes, kind: str) -> str:
    """The MIME type by the first bytes, otherwise the usual one for the kind of message."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"%PDF"):
        return "application/pdf"
    usual = {"image": "image/jpeg", "sticker": "image/webp", "video": "video/mp4", "audio": "audio/ogg; codecs=opus"}
    return usual.get(kind, "application/octet-stream")
