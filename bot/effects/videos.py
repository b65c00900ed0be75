"""Effects for videos: checked by their content, then stored at the video provider, which transcodes them."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator

from bot.domain.commands import DeleteVideo, KeptVideo, Nothing, ReadVideo, StoreVideo
from bot.domain.video import LONGEST
from bot.engine.dispatcher import Effect
from bot.integrations.errors import Refused
from bot.integrations.protocols import File, MediaSource, StoredVideo, Videos

MAX_VIDEO = 100 * 1024 * 1024
"""Most bytes of a video."""
AT_ONCE = 2
"""Concurrent videos: each is held in memory while it passes through."""


def check_video(file: File) -> None:
    """Raise ``Refused`` with reason ``not_a_video`` or ``too_long`` for what need not be uploaded at all.

    The kind is what the bytes say. Only MP4 and its kin are measured here; of the others the store tells the length.
    """
    if not file.mime_type.startswith("video/"):
        raise Refused("video", file.mime_type, reason="not_a_video")
    seconds = duration(file.data)
    if seconds is not None and seconds > LONGEST:
        raise Refused("video", f"{seconds:.0f} s", reason="too_long")


def duration(data: bytes) -> float | None:
    """Seconds that the header of an MP4 or QuickTime file names (ISO/IEC 14496-12, ``mvhd``); None if none is found."""
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind != b"moov":
            continue
        for inner, at, _ in _boxes(data, start, end):
            if inner == b"mvhd":
                return _length(data[at : at + 32])
    return None


def _length(header: bytes) -> float | None:
    wide = header[:1] == b"\x01"
    try:
        scale, length = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
    except struct.error:
        return None
    return length / scale if scale else None


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box between two places; ends at the first that makes no sense."""
    while at + 8 <= end:
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:  # its size stands behind the kind
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        stop = end if size == 0 else at + size
        if stop < at + head or stop > end:
            return
        yield data[at + 4 : at + 8], at + head, stop
        at = stop


def effects(videos: Videos, media: MediaSource) -> dict[str, Effect]:
    passing = asyncio.Semaphore(AT_ONCE)

    async def store(command: StoreVideo, _: str) -> KeptVideo:
        async with passing:
            file = await media.fetch(command.source_url, limit=MAX_VIDEO)
            check_video(file)
            return kept(await videos.upload(command.name, file, owner=command.owner))

    async def find(command: StoreVideo, _: str) -> KeptVideo | None:
        found = await videos.find(command.name, owner=command.owner)
        return kept(found) if found else None

    async def read(command: ReadVideo, _: str) -> KeptVideo:
        return kept(await videos.read(command.video_id))

    async def delete(command: DeleteVideo, _: str) -> Nothing:
        await videos.delete(command.video_id)
        return Nothing()

    def kept(video: StoredVideo) -> KeptVideo:
        return KeptVideo(
            video_id=video.video_id,
            name=video.name,
            state=video.state,
            failure=video.failure,
            seconds=video.seconds,
            page=video.page,
            poster=video.poster,
        )

    return {
        "video.store": Effect(store, find),
        "video.read": Effect(read),
        "video.delete": Effect(delete),
    }
