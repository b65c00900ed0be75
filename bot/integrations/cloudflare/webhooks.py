"""A video is ready, or has failed. Signed with HMAC-SHA256 over time and raw body; the key is the secret as text."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain import lanes
from bot.domain.events import Incoming, VideoFact
from bot.domain.secret import one_of, several
from bot.integrations.cloudflare.stream import stored

HEADER = "webhook-signature"
TOLERANCE = 300
"""Allowed clock difference in seconds, either way; the documentation gives none."""


def _now() -> datetime:
    return datetime.now(UTC)


class StreamReceiver:
    """``secret``: from the response of the subscription; several separated by commas during a rotation. Without one,
    everything is rejected."""

    source = "cloudflare"

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._keys = [one.encode() for one in several(secret)]
        self._clock = clock

    def authentic(self, headers: Mapping[str, str], body: bytes, secret_in_path: str) -> bool:
        given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        parts = dict(part.strip().partition("=")[::2] for part in given.split(","))
        sent, signature = parts.get("time", ""), parts.get("sig1", "")
        if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):
            return False
        if abs(int(self._clock().timestamp()) - int(sent)) > TOLERANCE:
            return False
        content = sent.encode() + b"." + body
        expected = [hmac.new(key, content, hashlib.sha256).hexdigest().encode() for key in self._keys]
        return one_of(signature, expected)

    def events(self, headers: Mapping[str, str], body: dict[str, object]) -> list[Incoming]:
        """One :class:`VideoFact`. There is no event id: the key is the video and its state."""
        video = stored(body)
        if video is None or video.state == "processing":
            return []
        fact = VideoFact(
            video_id=video.video_id,
            name=video.name,
            state=video.state,
            failure=video.failure,
            seconds=video.seconds,
            page=video.page,
            poster=video.poster,
        )
        key = f"{video.video_id}/{video.state}"
        return [Incoming(source=self.source, key=key, lane=lanes.SYSTEM, event=fact)]
