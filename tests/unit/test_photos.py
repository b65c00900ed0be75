"""Pictures as phones send them, and files that only pretend to be one."""

from __future__ import annotations

import io
import random
import struct
import time
import zlib

import pytest
from PIL import Image

from bot.effects import photos
from bot.effects.photos import PhotoRefused, prepare_photo

RED, BLUE = (200, 20, 20), (20, 20, 200)


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_every_kind_that_phones_send_becomes_a_jpeg(kind: str) -> None:
    data = encoded(picture(), kind)
    prepared = prepare_photo(data)
    assert (prepared.file.mime_type, prepared.file.name, prepared.shrunk_from) == ("image/jpeg", "photo.jpg", 0)
    shown = opened(prepared.file.data)
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (64, 48))
    assert near(shown.getpixel((8, 24)), RED)
    assert near(shown.getpixel((56, 24)), BLUE)


def test_a_made_heic_is_one_by_content() -> None:
    data = encoded(picture(), "HEIF")
    assert data[4:12] == b"ftypheic"


def test_is_turned_upright_and_says_nothing_of_place_or_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to see it right
    exif[0x010F] = "CameraMaker-7731"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (25.0, 25.0, 47.0)
    data = encoded(picture(), "JPEG", exif=exif.tobytes(), comment=b"rua-das-flores-12", dpi=(300, 300))
    assert b"CameraMaker-7731" in data
    prepared = prepare_photo(data)
    shown = opened(prepared.file.data)
    assert shown.size == (48, 64)
    assert near(shown.getpixel((24, 8)), RED)
    assert near(shown.getpixel((24, 56)), BLUE)
    assert dict(shown.getexif()) == {}
    assert {"exif", "comment", "icc_profile", "xmp"} & set(shown.info) == set()
    assert b"CameraMaker" not in prepared.file.data
    assert b"rua-das-flores" not in prepared.file.data


def test_a_heic_that_lies_on_its_side_is_turned_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    data = encoded(picture(), "HEIF", exif=exif.tobytes())
    shown = opened(prepare_photo(data).file.data)
    assert shown.size == (48, 64)
    assert near(shown.getpixel((24, 56)), RED)
    assert dict(shown.getexif()) == {}


def test_a_large_photo_is_shrunk_and_tells_from_what() -> None:
    data = encoded(picture((5000, 2500)), "JPEG")
    prepared = prepare_photo(data)
    assert opened(prepared.file.data).size == (2048, 1024)
    assert prepared.shrunk_from == len(data)


def test_a_heavy_photo_comes_out_below_ten_megabytes() -> None:
    noise = Image.frombytes("RGB", (2048, 2048), random.Random(7).randbytes(2048 * 2048 * 3))
    data = encoded(noise, "PNG", compress_level=0)
    assert len(data) > photos.MAX_STORED
    prepared = prepare_photo(data)
    assert len(prepared.file.data) < photos.MAX_STORED
    assert prepared.shrunk_from == len(data)


def test_a_panorama_keeps_its_shape() -> None:
    assert opened(prepare_photo(encoded(picture((9000, 300)), "PNG")).file.data).size == (2048, 68)


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    shown = opened(prepare_photo(encoded(image, "PNG")).file.data)
    assert near(shown.getpixel((10, 10)), (255, 255, 255))


def test_sixteen_bits_of_grey_stay_grey() -> None:
    image = Image.new("I;16", (20, 20), 128 * 256)
    shown = opened(prepare_photo(encoded(image, "PNG")).file.data)
    assert near(shown.getpixel((10, 10)), (128, 128, 128))


def test_colours_for_print_are_shown_as_colours() -> None:
    shown = opened(prepare_photo(encoded(picture(mode="CMYK"), "JPEG")).file.data)
    assert shown.mode == "RGB"
    assert near(shown.getpixel((8, 24)), RED)


def test_only_the_first_frame_of_an_animation_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), RED), Image.new("RGB", (20, 20), BLUE)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert near(opened(prepare_photo(data).file.data).getpixel((10, 10)), RED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html><img src=x></html>",
        b"%PDF-1.4\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64),
        encoded(picture(), "BMP"),
        encoded(picture(), "TIFF"),
    ],
    ids=["empty", "text", "html", "pdf", "svg", "video", "bmp", "tiff"],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(PhotoRefused) as refused:
        prepare_photo(data)
    assert refused.value.reason == "not_a_picture"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_picture_is_broken(kind: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(200 * 200 * 3))
    data = encoded(noise, kind)
    with pytest.raises(PhotoRefused) as refused:
        prepare_photo(data[: len(data) // 2])
    assert refused.value.reason in ("broken", "not_a_picture")


def _outcome(data: bytes) -> str:
    try:
        return prepare_photo(data).file.mime_type
    except PhotoRefused as refused:
        return refused.reason


def test_garbage_behind_a_right_beginning_never_raises_anything_else() -> None:
    dice = random.Random(3)
    outcomes: set[str] = set()
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "HEIF"):
        good = encoded(picture(), kind)
        for _ in range(40):
            bad = bytearray(good)
            for _ in range(dice.randint(1, 12)):
                bad[dice.randrange(8, len(bad))] = dice.randrange(256)
            outcomes.add(_outcome(bytes(bad)))
    assert outcomes <= {"image/jpeg", "broken", "not_a_picture", "too_large"}
    assert {"image/jpeg", "broken"} <= outcomes


def test_too_many_bytes() -> None:
    with pytest.raises(PhotoRefused) as refused:
        prepare_photo(bytes(photos.MAX_PHOTO + 1))
    assert refused.value.reason == "too_large"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_small_file_of_gigantic_size_is_refused_before_it_is_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(100_000)))
    started = time.perf_counter()
    with pytest.raises(PhotoRefused) as refused:
        prepare_photo(bomb)
    assert refused.value.reason == "too_large"
    assert time.perf_counter() - started < 1
