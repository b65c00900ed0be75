"""Stream: a video becomes ready some time after its upload, and a signed webhook reports it.

The stand-in encodes nothing: it reads an MP4's header, and delivers the file as uploaded.
"""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from aiohttp import web
from PIL import Image

from sandbox import signing
from sandbox.cloudflare.door import PROVIDER, Origin, Refusal, Wrap, answered, form
from sandbox.cloudflare.mp4 import duration, is_video
from sandbox.core import World

MAX_UPLOAD = 200 * 1024 * 1024
MAX_CREATOR = 64
SHORTEST = 0.1
MOST_LISTED = 1000

Json = dict[str, Any]


@dataclass
class Film:
    """``state``: downloading, queued, inprogress, ready, error."""

    uid: str
    created: datetime
    name: str
    creator: str | None
    state: str
    meta: Json = field(default_factory=dict)
    data: bytes = b""
    seconds: float = -1
    failure: str = ""
    modified: datetime | None = None


class StreamShelf:
    """``videos`` by uid. Encoding pauses while ``encoding`` is cleared; ``full``: no storage is left. ``subscription``
    is the account's only webhook (URL and secret), or None."""

    world: World
    origin: Origin

    def __init__(self, world: World, *, public_base: str, webhook_url: str, webhook_secret: str) -> None:
        self.world = world
        self._base = f"{public_base.rstrip('/')}/customer-sandbox"
        self.videos: dict[str, Film] = {}
        self.encoding = asyncio.Event()
        self.encoding.set()
        self.full = False
        self.subscription = (webhook_url, webhook_secret) if webhook_url else None
        self.webhook_statuses: list[int] = []

    def stream_routes(self, account: str, api: Wrap) -> list[web.RouteDef]:
        stream = f"{account}/stream"
        return [
            web.post(stream, api(self._upload_video)),
            web.get(stream, api(self._list_videos)),
            web.post(f"{stream}/copy", api(self._copy)),
            web.get(f"{stream}/webhook", api(self._webhook)),
            web.put(f"{stream}/webhook", api(self._subscribe)),
            web.delete(f"{stream}/webhook", api(self._unsubscribe)),
            web.get(f"{stream}/storage-usage", api(self._usage)),
            web.get(stream + "/{uid}", api(self._read_video)),
            web.post(stream + "/{uid}", api(self._edit)),
            web.delete(stream + "/{uid}", api(self._delete_video)),
            # other hosts in reality, so not affected by this provider's dial
            web.get("/customer-sandbox/{uid}/watch", self._watch),
            web.get("/customer-sandbox/{uid}/video.mp4", self._play),
            web.get("/customer-sandbox/{uid}/thumbnails/thumbnail.jpg", self._thumbnail),
        ]

    # --- upload ------------------------------------------------------------------------------------------

    async def _upload_video(self, request: web.Request) -> web.StreamResponse:
        """Sheet 3. Above 200 MB tus is compulsory, which this stand-in does not support."""
        if request.content_type != "multipart/form-data":
            raise Refusal(400, 10005, "Bad Request: body could not be decoded")  # sheet 1
        _, file = await form(request, MAX_UPLOAD, Refusal(413, 7011, "Request entity is too large"))
        if file is None or not file.data:
            raise Refusal(400, 10005, "Bad Request: no file")
        self._room()
        if not is_video(file.data):
            raise Refusal(400, 10059, "The uploaded file is not a video")  # sheet 1
        film = self._new(file.name, request.headers.get("Upload-Creator"), "queued", {"name": file.name})
        self.world.later(self._encode(film, file.data))
        return answered(self._object(film))

    async def _copy(self, request: web.Request) -> web.StreamResponse:
        """Sheet 5: a failed fetch is reported later."""
        body = await _json(request)
        url = body.get("input") or body.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Refusal(400, 10005, "Bad Request: input is no address")
        creator = body.get("creator")
        if creator is not None and (not isinstance(creator, str) or len(creator) > MAX_CREATOR):
            raise Refusal(400, 10005, "Bad Request: creator is too long")  # sheet 2
        self._room()
        given = body.get("meta")
        meta = {**(given if isinstance(given, dict) else {}), "downloaded-from": url}
        film = self._new(str(meta.get("name") or body.get("name") or ""), creator, "downloading", meta)
        self.world.later(self._download(film, url))
        return answered(self._object(film))

    def _room(self) -> None:
        if self.full:
            raise Refusal(413, 10011, "Storage capacity exceeded")  # sheet 1, field report

    def _new(self, name: str, creator: str | None, state: str, meta: Json) -> Film:
        film = Film(uuid.uuid4().hex, self.world.clock(), name, creator, state, meta)
        self.videos[film.uid] = film
        self.world.publish("video", {"id": film.uid, "state": state})
        return film

    async def _download(self, film: Film, url: str) -> None:
        try:
            data, _ = await self.origin.read(url, MAX_UPLOAD)
        except LookupError:
            await self._end(film, "ERR_FETCH_ORIGIN_ERROR")
            return
        await self._encode(film, data)

    async def _encode(self, film: Film, data: bytes) -> None:
        film.data, film.state = data, "inprogress"
        await asyncio.sleep(self.world.pace)
        await self.encoding.wait()
        if not is_video(data):
            await self._end(film, "ERR_NON_VIDEO")
            return
        seconds = duration(data)
        if seconds is None:
            await self._end(film, "ERR_MALFORMED_VIDEO")
        elif seconds < SHORTEST:
            await self._end(film, "ERR_DURATION_TOO_SHORT")
        else:
            film.seconds = seconds
            await self._end(film)

    async def _end(self, film: Film, failure: str = "") -> None:
        if film.uid not in self.videos:
            return
        film.state, film.failure, film.modified = "error" if failure else "ready", failure, self.world.clock()
        self.world.publish("video", {"id": film.uid, "state": film.state})
        await self.tell_video(film)

    # --- the webhook -------------------------------------------------------------------------------------

    async def tell_video(self, film: Film) -> int:
        """Sheet 9: the bare object, once; retries are UNCONFIRMED."""
        if self.subscription is None:
            return 0
        url, secret = self.subscription
        body = json.dumps(self._object(film)).encode()
        status = await self.world.deliver(PROVIDER, url, body, self.signature(secret, body))
        self.webhook_statuses.append(status)
        return status

    def signature(self, secret: str, body: bytes) -> Mapping[str, str]:
        return signing.stream(secret, self.world.clock(), body)

    async def _webhook(self, _: web.Request) -> web.StreamResponse:
        if self.subscription is None:
            raise Refusal(404, 10003, "Not Found")
        return answered(self._subscription())

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        """Sheet 9: the one subscription is replaced. Whether its secret changes is UNCONFIRMED: it stays."""
        body = await _json(request)
        url = body.get("notificationUrl") or body.get("notification_url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Refusal(400, 10005, "Bad Request: notificationUrl is no address")
        self.subscription = (url, self.subscription[1] if self.subscription else uuid.uuid4().hex)
        return answered(self._subscription())

    async def _unsubscribe(self, _: web.Request) -> web.StreamResponse:
        self.subscription = None
        return answered("")

    def _subscription(self) -> Json:
        url, secret = self.subscription or ("", "")
        return {"notificationUrl": url, "modified": _stamp(self.world.clock()), "secret": secret}

    # --- records -----------------------------------------------------------------------------------------

    def _find_video(self, request: web.Request) -> Film:
        film = self.videos.get(request.match_info["uid"])
        if film is None:
            raise Refusal(404, 10003, "Not Found")  # sheet 1
        return film

    async def _read_video(self, request: web.Request) -> web.StreamResponse:
        return answered(self._object(self._find_video(request)))

    async def _list_videos(self, request: web.Request) -> web.StreamResponse:
        """Sheet 7: newest first; ``video_name`` is exact, ``search`` is a part of the name."""
        wanted = request.query
        found = [
            film
            for film in reversed(self.videos.values())
            if wanted.get("video_name") in (None, film.meta.get("name"))
            and wanted.get("creator") in (None, film.creator)
            and wanted.get("status") in (None, film.state)
            and wanted.get("search", "") in str(film.meta.get("name", ""))
        ]
        return answered([self._object(film) for film in found[:MOST_LISTED]])

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        film, body = self._find_video(request), await _json(request)
        if isinstance(body.get("meta"), dict):
            film.meta = body["meta"]
        if "creator" in body:
            film.creator = body["creator"]
        return answered(self._object(film))

    async def _delete_video(self, request: web.Request) -> web.StreamResponse:
        """Sheet 7: 200 without a body."""
        del self.videos[self._find_video(request).uid]
        return web.Response()

    async def _usage(self, _: web.Request) -> web.StreamResponse:
        minutes = sum(max(0.0, film.seconds) for film in self.videos.values()) / 60
        used = {"totalStorageMinutes": minutes, "totalStorageMinutesLimit": 1000, "videoCount": len(self.videos)}
        return answered(used)

    def _object(self, film: Film) -> Json:
        """Sheet 7, with unknown numbers and missing URLs until the video is ready."""
        ready, base = film.state == "ready", f"{self._base}/{film.uid}"
        status: Json = {"state": film.state, "errorReasonCode": film.failure, "errorReasonText": ""}
        if ready or film.state == "inprogress":
            status["pctComplete"] = "100.000000" if ready else "1.000000"
        shown: Json = {"thumbnail": f"{base}/thumbnails/thumbnail.jpg", "preview": f"{base}/watch"} if ready else {}
        return {
            "uid": film.uid,
            "creator": film.creator,
            **shown,
            "thumbnailTimestampPct": 0,
            "readyToStream": ready,
            "readyToStreamAt": _stamp(film.modified) if ready and film.modified else None,
            "status": status,
            "meta": film.meta,
            "created": _stamp(film.created),
            "modified": _stamp(film.modified or film.created),
            "scheduledDeletion": None,
            "size": len(film.data),
            "allowedOrigins": [],
            "requireSignedURLs": False,
            "uploaded": _stamp(film.created),
            "uploadExpiry": None,
            "maxSizeBytes": None,
            "maxDurationSeconds": 0 if "downloaded-from" in film.meta else None,
            "duration": film.seconds,
            "input": {"width": 640, "height": 360} if ready else {"width": -1, "height": -1},
            "playback": {"hls": f"{base}/manifest/video.m3u8", "dash": f"{base}/manifest/video.mpd"},
            "watermark": None,
            "clippedFrom": None,
            "publicDetails": None,
        }

    # --- delivery ----------------------------------------------------------------------------------------

    def _shown(self, request: web.Request) -> Film:
        film = self.videos.get(request.match_info["uid"])
        if film is None or film.state != "ready":
            raise web.HTTPNotFound
        return film

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        name = escape(str(self._shown(request).meta.get("name", "")))
        page = f"<!doctype html><meta charset=utf-8><title>{name}</title><video controls src=video.mp4></video>"
        return web.Response(text=page, content_type="text/html")

    async def _play(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self._shown(request).data, content_type="video/mp4")

    async def _thumbnail(self, request: web.Request) -> web.StreamResponse:
        """Sheet 8: 640 wide unless requested otherwise."""
        self._shown(request)
        width, height = (request.query.get(n, "") for n in ("width", "height"))
        size = (int(width) if width.isdigit() else 640, int(height) if height.isdigit() else 360)
        if not all(10 <= side <= 2000 for side in size):
            raise web.HTTPBadRequest
        out = io.BytesIO()
        Image.new("RGB", size, (40, 60, 90)).save(out, "JPEG")
        return web.Response(body=out.getvalue(), content_type="image/jpeg")


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, 10005, "Bad Request: body could not be decoded")
    return body


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
