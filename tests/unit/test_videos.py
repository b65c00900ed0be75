"""Videos as phones send them, and files that only pretend to be one."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.domain.commands import KeptVideo, StoreVideo
from bot.effects.videos import AT_ONCE, MAX_VIDEO, check_video, duration, effects
from bot.integrations.errors import Refused
from bot.integrations.media import sniff
from bot.integrations.protocols import File, StoredVideo
from tests.support_video import box, mp4

COMMAND = StoreVideo(name="video.s-1.7", source_url="https://files.example/v.mp4", owner="s-1")


def file(data: bytes) -> File:
    return File(data, sniff(data)[0], "v")


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"avc1", b"iso5", b"MSNV", b"3gp4", b"3gp5", b"qt  ", b"M4V "])
@pytest.mark.parametrize("wide", [False, True])
def test_what_phones_send(brand: bytes, wide: bool) -> None:
    data = mp4(59.5, brand=brand, wide=wide)
    check_video(file(data))
    assert duration(data) == 59.5


@pytest.mark.parametrize("seconds", [60.001, 180, 4_000_000])
def test_longer_than_a_minute(seconds: float) -> None:
    with pytest.raises(Refused) as refused:
        check_video(file(mp4(seconds)))
    assert refused.value.reason == "too_long"


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<html>", b"%PDF-1.4\n", b"\xff\xd8\xff\xe0" + bytes(50), b"MZ" + bytes(200)],
    ids=["empty", "text", "html", "pdf", "jpeg", "exe"],
)
def test_what_is_no_video_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        check_video(file(data))
    assert refused.value.reason == "not_a_video"


def test_a_length_that_nobody_wrote_down_is_left_to_the_store() -> None:
    check_video(file(mp4(moov=False)))
    assert duration(mp4(moov=False)) is None


def test_boxes_of_64_bit_size_and_to_the_end_of_the_file() -> None:
    moov = mp4(7)[mp4(7).index(b"moov") - 4 :]
    big = b"\0\0\0\1mdat" + (16 + 8).to_bytes(8, "big") + bytes(8)
    assert duration(box(b"ftyp", b"isom") + big + b"\0\0\0\0" + moov[4:]) == 7


def test_garbage_never_raises_nor_turns_for_ever() -> None:
    dice = random.Random(5)
    for _ in range(300):
        data = bytearray(mp4(5, wide=dice.random() < 0.5))
        for _ in range(dice.randint(1, 10)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        found = duration(bytes(data[: dice.randint(0, len(data))]))
        assert found is None or found >= 0


class Shelf:
    """A store of videos that keeps count, and holds uploads back while ``open`` is cleared."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.full = asyncio.Event()
        self.names: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def upload(self, name: str, video: File | str, *, owner: str) -> StoredVideo:
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == AT_ONCE:
            self.full.set()
        await self.open.wait()
        self.inside -= 1
        self.names.append(name)
        return StoredVideo("uid-1", name, "processing")

    async def find(self, name: str, *, owner: str) -> StoredVideo | None:
        return StoredVideo("uid-1", name, "ready", page="https://v.example") if name in self.names else None

    async def read(self, video_id: str) -> StoredVideo:
        return StoredVideo(video_id, "v", "ready")

    async def delete(self, video_id: str) -> None:
        self.names.clear()


class Files:
    async def fetch(self, url: str, *, limit: int) -> File:
        assert limit == MAX_VIDEO
        return file(mp4())


async def test_only_a_few_pass_at_once() -> None:
    shelf = Shelf()
    shelf.open.clear()
    store = effects(shelf, Files())["video.store"].run
    work = [asyncio.ensure_future(store(COMMAND.but(name=f"video.s-1.{n}"), "k")) for n in range(5)]
    await asyncio.wait_for(shelf.full.wait(), 5)
    shelf.open.set()
    await asyncio.gather(*work)
    assert (shelf.most, len(shelf.names)) == (AT_ONCE, 5)


async def test_what_may_have_been_stored_is_found_by_its_name() -> None:
    made = effects(Shelf(), Files())["video.store"]
    assert made.find is not None
    assert await made.find(COMMAND, "k") is None
    assert await made.run(COMMAND, "k") == KeptVideo(video_id="uid-1", name=COMMAND.name, state="processing")
    found = await made.find(COMMAND, "k")
    assert isinstance(found, KeptVideo)
    assert (found.state, found.page) == ("ready", "https://v.example")
