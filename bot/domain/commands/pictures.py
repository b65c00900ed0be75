"""Pictures and videos of parts."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.domain.commands.nothing import Nothing
from bot.domain.common import Value


class StorePhoto(Value):
    """Download a picture that somebody sent, check and normalise it, and store it under ``photo_id``."""

    kind: Literal["photo.store"] = "photo.store"
    needs: ClassVar[str] = "images"

    class Stored(Value):
        photo_id: str
        url: str
        shrunk_from: int = 0
        """The size in bytes before it was shrunk, 0 if it was not."""

    Result: ClassVar[type[Value]] = Stored
    photo_id: str
    source_url: str
    owner: str


class KeptVideo(Value):
    """A video as its store knows it. ``state``: processing, ready, failed; see ``VideoFact``."""

    video_id: str
    name: str
    state: str
    failure: str = ""
    seconds: float = 0.0
    page: str = ""
    poster: str = ""


class StoreVideo(Value):
    """Download a video that somebody sent, check it, and store it under ``name``. It is ready some time later."""

    kind: Literal["video.store"] = "video.store"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = KeptVideo
    name: str
    source_url: str
    owner: str


class ReadVideo(Value):
    """Poll a video whose webhook has not come. ``name`` is ours."""

    kind: Literal["video.read"] = "video.read"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = KeptVideo
    video_id: str
    name: str


class DeleteVideo(Value):
    kind: Literal["video.delete"] = "video.delete"
    needs: ClassVar[str] = "videos"
    Result: ClassVar[type[Value]] = Nothing
    video_id: str
