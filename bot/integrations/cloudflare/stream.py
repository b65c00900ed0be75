"""Videos. An upload has no id of ours, so each carries a name that we chose, and is looked up by it before any repeat.

The name is the file name of an upload, and ``meta.name`` of a copy; both are returned as ``meta.name``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.integrations.cloudflare.client import NAME, connect, refusal_of_deletion
from bot.integrations.errors import NotFound, Refused, Uncertain
from bot.integrations.http import LONGEST_ID, Answer, Http
from bot.integrations.protocols import File, StoredVideo, VideoState

MAX_FILE = 200 * 1024 * 1024
"""The maximum of a basic upload, in bytes."""
LONGEST_OWNER = 64
MOST_SECONDS = 10**6
"""No video is longer; infinity could not even be stored."""

_FAILURES = {
    "ERR_NON_VIDEO": "not_a_video",
    "ERR_DURATION_EXCEED_CONSTRAINT": "too_long",
    "ERR_DURATION_TOO_SHORT": "too_short",
    "ERR_FETCH_ORIGIN_ERROR": "gone",
    "ERR_MALFORMED_VIDEO": "broken",
}

Json = dict[str, Any]


class CloudflareStream:
    """A :class:`~bot.integrations.protocols.Videos`.

    Refusals: ``too_large``, ``not_a_video``, ``not_allowed``, ``wrong_account``. An account without room is
    ``Unavailable`` with reason ``account_full``.
    """

    def __init__(
        self, http: Http, *, base_url: str, account_id: str, api_token: str, upload_timeout: float = 30.0
    ) -> None:
        self._http = connect(http, base_url, account_id, api_token)
        self._upload_timeout = upload_timeout

    async def upload(self, name: str, video: File | str, *, owner: str) -> StoredVideo:
        if isinstance(video, str):
            wanted = {"input": video, "meta": {"name": name}, "creator": owner[:LONGEST_OWNER]}
            answer = await self._http.call("POST", "/stream/copy", operation="video.copy", json=wanted)
        else:
            if len(video.data) > MAX_FILE:
                raise Refused(NAME, f"{len(video.data)} bytes", reason="too_large")
            answer = await self._http.call(
                "POST",
                "/stream",
                operation="video.upload",
                files={"file": (name, video.data, video.mime_type)},
                headers={"Upload-Creator": quote(owner[:LONGEST_OWNER])},
                timeout=self._upload_timeout,
            )
        return self._one(answer)

    async def find(self, name: str, *, owner: str) -> StoredVideo | None:
        """The newest video of that name. One by another creator is not ours, whatever its name."""
        answer = await self._http.call("GET", "/stream", operation="video.find", params={"video_name": name})
        rows = answer.json.get("result")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and _name(row) == name and row.get("creator") in (None, "", quote(owner), owner):
                return stored(row)
        return None

    async def read(self, video_id: str) -> StoredVideo:
        return self._one(await self._http.call("GET", _path(video_id), operation="video.read"))

    async def delete(self, video_id: str) -> None:
        """A missing one counts as success."""
        path = _path(video_id)
        try:
            await self._http.call(
                "DELETE", path, operation="video.delete", repeat="always", refusal=refusal_of_deletion
            )
        except NotFound:
            return

    async def webhook(self) -> tuple[str, str] | None:
        """The account's only subscription: its URL and secret; None if there is none."""
        try:
            answer = await self._http.call("GET", "/stream/webhook", operation="video.webhook")
        except NotFound:
            return None
        return _subscription(answer)

    async def subscribe(self, url: str) -> str:
        """Have the account's only subscription call ``url`` instead of its previous URL; returns its secret."""
        answer = await self._http.call(
            "PUT",
            "/stream/webhook",
            operation="video.subscribe",
            json={"notificationUrl": url},
            repeat="always",
        )
        found = _subscription(answer)
        if found is None or not found[1]:
            raise Uncertain(NAME, "the answer names no secret", reason="unreadable", status=answer.status)
        return found[1]

    @staticmethod
    def _one(answer: Answer) -> StoredVideo:
        found = stored(answer.json.get("result"))
        if found is None:
            raise Uncertain(NAME, "the answer names no video", reason="unreadable", status=answer.status)
        return found


def stored(video: Any) -> StoredVideo | None:
    """The provider's video object as ours; None if it is none."""
    if not isinstance(video, dict) or not isinstance(video.get("uid"), str):
        return None
    if not 0 < len(video["uid"]) <= LONGEST_ID:
        return None
    status = video["status"] if isinstance(video.get("status"), dict) else {}
    playback = video["playback"] if isinstance(video.get("playback"), dict) else {}
    state: VideoState = "processing"
    if status.get("state") == "error":
        state = "failed"
    elif video.get("readyToStream") is True:  # as soon as it plays; better qualities may follow
        state = "ready"
    # the documentation of webhooks spells it differently in its sample of a failure
    code = status.get("errorReasonCode") or status.get("errReasonCode") or ""
    return StoredVideo(
        video_id=video["uid"],
        name=_name(video),
        state=state,
        failure=_FAILURES.get(str(code), "other") if state == "failed" else "",
        seconds=_seconds(video.get("duration")),
        page=_url(video.get("preview")),
        poster=_url(video.get("thumbnail")),
        hls=_url(playback.get("hls")),
    )


def _name(video: Json) -> str:
    meta = video.get("meta")
    return str(meta.get("name") or "") if isinstance(meta, dict) else ""


def _seconds(value: Any) -> float:
    """Unknown is -1, 0 or null there, and 0 here."""
    try:
        seconds = float(value or 0)
    except (TypeError, ValueError):
        return 0.0
    return seconds if 0 < seconds < MOST_SECONDS else 0.0


def _url(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def _subscription(answer: Answer) -> tuple[str, str] | None:
    result = answer.json.get("result")
    if not isinstance(result, dict):
        return None
    url = result.get("notificationUrl") or result.get("notification_url")
    return (str(url), str(result.get("secret") or "")) if url else None


def _path(video_id: str) -> str:
    return f"/stream/{quote(video_id, safe='')}"
