"""Normalises pictures that people send: upright, at most :data:`LONG_SIDE`, without metadata.

The output is always a JPEG on white, which all browsers and WhatsApp show.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bot.integrations.protocols import File

MAX_PHOTO = 25 * 1024 * 1024
"""Most bytes of the input."""
MAX_STORED = 10 * 1024 * 1024
"""Most bytes of the output: the limit of the picture store."""
LONG_SIDE = 2048
MAX_PIXELS = 50_000_000
MAX_JPEG_PIXELS = 120_000_000
"""A JPEG is decoded at a fraction of its size, so the large sensors of phones are no danger."""
QUALITIES = (86, 75, 60, 40)

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")

pillow_heif.register_heif_opener()
# Pillow's own limit only warns until twice its size; the two above refuse, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

Reason = Literal["not_a_picture", "too_large", "broken"]


class PhotoRefused(Exception):
    """``reason``: ``not_a_picture``, ``too_large`` (bytes or pixels) or ``broken``."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class PreparedPhoto:
    """``shrunk_from``: bytes of the original where its sides were shortened or it was too heavy, else 0."""

    file: File
    shrunk_from: int


def prepare_photo(data: bytes) -> PreparedPhoto:
    """Turn the bytes of a JPEG, PNG, WebP, GIF (its first frame) or HEIC into a JPEG that may be shown.

    The kind is what the bytes say. Raises :class:`PhotoRefused`.
    """
    if len(data) > MAX_PHOTO:
        raise PhotoRefused("too_large", f"{len(data)} bytes")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise PhotoRefused("not_a_picture") from None
    except Exception as error:
        # a header that names a kind, and then makes no sense; decoders raise whatever they like
        raise PhotoRefused("broken", type(error).__name__) from error
    with image:
        width, height = image.size
        # MPO: a JPEG with more pictures behind the first, as some phones make them
        if width * height > (MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS):
            raise PhotoRefused("too_large", f"{width} x {height} pixels")
        try:
            shown = _redraw(image)
        except Exception as error:
            raise PhotoRefused("broken", type(error).__name__) from error
    out = _encode(shown)
    shrunk = max(shown.size) < max(width, height) or len(data) > MAX_STORED
    return PreparedPhoto(File(out, "image/jpeg", "photo.jpg"), len(data) if shrunk else 0)


def _redraw(image: Image.Image) -> Image.Image:
    """Upright, at most ``LONG_SIDE``, in plain sRGB, with nothing attached."""
    profile = image.info.get("icc_profile")
    # has an effect on JPEG only: decoded at 1/2, 1/4 or 1/8, never below what is wanted
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))
    image.load()
    picture = ImageOps.exif_transpose(image)
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _plain(picture, profile)


def _plain(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode.startswith("I"):
        # 16 bits a grey: converting cuts at 255 and makes a white sheet of it
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", picture.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    elif picture.mode in ("RGB", "CMYK") and profile:
        picture = _to_srgb(picture, profile)
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # colours a shade off are better than no picture
        return picture
    return turned or picture


def _encode(picture: Image.Image) -> bytes:
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() < MAX_STORED:
            return out.getvalue()
    raise PhotoRefused("too_large", "does not get small enough")
