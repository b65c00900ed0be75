"""Images: the bytes are kept in memory and delivered under ``{public_base}/imagedelivery/<hash>/<id>/<variant>``."""

from __future__ import annotations

import io
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web
from PIL import Image

from sandbox.cloudflare.door import Origin, Refusal, Upload, Wrap, answered, form
from sandbox.core import World

MAX_FILE = 10 * 1024 * 1024
MAX_PIXELS = 100_000_000
MAX_SIDE = 12_000
MAX_METADATA = 1024
MAX_ID = 1024
VARIANTS = ("public",)

_ENDING = re.compile(r"\.(jpe?g|png|gif|webp|svg|avif|heic)$", re.IGNORECASE)
_KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@dataclass
class Stored:
    id: str
    data: bytes
    mime_type: str
    filename: str
    meta: dict[str, Any]
    creator: str
    signed: bool
    uploaded: datetime


class ImagesShelf:
    """``images`` holds the uploads by id. ``variants`` names the existing variants; all deliver the same bytes."""

    def __init__(self, world: World, *, account_hash: str, public_base: str) -> None:
        self.world = world
        self.account_hash = account_hash
        self.public_base = public_base.rstrip("/")
        self.origin = Origin()
        self.images: dict[str, Stored] = {}
        self.variants: tuple[str, ...] = VARIANTS

    def image_routes(self, account: str, api: Wrap) -> list[web.RouteDef]:
        images = f"{account}/images/v1"
        return [
            web.post(images, api(self._upload)),
            web.get(f"{images}/stats", api(self._stats)),
            web.get(f"{images}/variants", api(self._variants)),
            web.get(images + "/{id:.+}", api(self._read)),
            web.delete(images + "/{id:.+}", api(self._delete)),
            # another host in reality, so not affected by this provider's dial
            web.get("/imagedelivery/{hash}/{rest:.+}", self._show),
        ]

    # --- upload ------------------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            # sheet 12, code 5415
            raise Refusal(415, 5415, "The request must be multipart/form-data")
        fields, file = await form(request, MAX_FILE, Refusal(413, 5413, "The image is larger than 10 MB"))
        if (file is None) == ("url" not in fields):
            raise Refusal(400, 5400, "Exactly one of file and url is needed")  # sheet 11, row file or url
        if file is None:
            file = await self._fetched(fields["url"])
        signed = fields.get("requireSignedURLs") == "true"
        image_id = self._check_id(fields.get("id"), signed=signed)
        meta = _metadata(fields.get("metadata"))
        kind = _check_picture(file)
        stored = Stored(
            id=image_id,
            data=file.data,
            mime_type=kind,
            filename=file.name,
            meta=meta,
            creator=fields.get("creator", ""),
            signed=signed,
            uploaded=self.world.clock(),
        )
        self.images[image_id] = stored
        self.world.publish(
            "image",
            {"id": image_id, "url": self._url(image_id, self.variants[0]), "size": len(file.data), "type": kind},
        )
        return answered(self._record(stored))

    async def _fetched(self, url: str) -> Upload:
        try:
            data, kind = await self.origin.read(url, MAX_FILE)
        except LookupError:
            # sheet 12, code 5454
            raise Refusal(400, 5454, "Could not fetch the image from the url") from None
        return Upload(data, url.rsplit("/", 1)[-1], kind)

    def _check_id(self, image_id: str | None, *, signed: bool) -> str:
        """Sheet 11, row id, and codes 5411 and 5409 of sheet 12."""
        if image_id is None:
            return str(uuid.uuid4())
        if signed:
            raise Refusal(400, 5400, "A custom id cannot be combined with signed URLs")
        wrong = (
            not image_id
            or len(image_id) > MAX_ID
            or image_id.startswith("/")
            or image_id.endswith("/")
            or _ENDING.search(image_id) is not None
            or _is_uuid(image_id)
        )
        if wrong:
            raise Refusal(400, 5411, "The custom id is not valid")
        if image_id in self.images:
            raise Refusal(409, 5409, "Resource already exists")
        return image_id

    # --- records -----------------------------------------------------------------------------------------

    async def _read(self, request: web.Request) -> web.StreamResponse:
        path = self._path(request)
        if path.endswith("/blob"):
            stored = self._find(path.removesuffix("/blob"))
            return web.Response(body=stored.data, content_type=stored.mime_type)
        return answered(self._record(self._find(path)))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        del self.images[self._find(self._path(request)).id]
        return answered({})

    async def _variants(self, _: web.Request) -> web.StreamResponse:
        """Sheet 11: an object by name, not an array."""
        options = {"fit": "scale-down", "width": 1366, "height": 768, "metadata": "none"}
        named = {name: {"id": name, "options": options, "neverRequireSignedURLs": False} for name in self.variants}
        return answered({"variants": named})

    async def _stats(self, _: web.Request) -> web.StreamResponse:
        return answered({"count": {"current": len(self.images), "allowed": 100_000}})

    @staticmethod
    def _path(request: web.Request) -> str:
        """What follows ``…/images/v1/`` in the URL as it was sent."""
        return request.raw_path.partition("?")[0].partition("/images/v1/")[2]

    def _find(self, raw: str) -> Stored:
        if "/" in raw:
            # sheet 11: ids with a slash must be percent-encoded; otherwise it is another path
            raise Refusal(404, 7003, "Could not route to the requested path, perhaps your object identifier")
        stored = self.images.get(unquote(raw))
        if stored is None:
            raise Refusal(404, 5404, "Image not found")  # sheet 12, code 5404
        return stored

    def _record(self, stored: Stored) -> dict[str, Any]:
        moment = stored.uploaded
        return {
            "id": stored.id,
            "filename": stored.filename,
            "meta": stored.meta,
            "uploaded": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z",
            "requireSignedURLs": stored.signed,
            "variants": [self._url(stored.id, variant) for variant in self.variants],
        }

    def _url(self, image_id: str, variant: str) -> str:
        """Sheet 11: in delivery URLs a ``%`` of the id is ``%25``, its slashes stay."""
        return f"{self.public_base}/imagedelivery/{self.account_hash}/{quote(image_id)}/{variant}"

    # --- delivery ----------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        rest = path.partition(f"/imagedelivery/{request.match_info['hash']}/")[2]
        image_id, _, variant = rest.rpartition("/")
        stored = self.images.get(unquote(image_id))
        if request.match_info["hash"] != self.account_hash or stored is None or variant not in self.variants:
            return web.Response(status=404, text="Not found", headers={"Cf-Resized": "err=9404"})  # sheet 12
        if stored.signed:
            return web.Response(status=403, text="Access denied", headers={"Cf-Resized": "err=9425"})  # sheet 12
        headers = {"Cache-Control": "public, max-age=31536000", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.data, content_type=stored.mime_type, headers=headers)


def _metadata(text: str | None) -> dict[str, Any]:
    """Sheet 11, row metadata: one part with a JSON object; sheet 10: at most 1,024 bytes."""
    if text is None:
        return {}
    try:
        meta = json.loads(text)
    except ValueError:
        meta = None
    if not isinstance(meta, dict) or len(text.encode()) > MAX_METADATA:
        raise Refusal(400, 5400, "metadata must be a JSON object of at most 1024 bytes")
    return meta


def _check_picture(file: Upload) -> str:
    """The type by the content. Codes 5455, 9422 and 5443 of sheet 12, limits of sheet 10."""
    kind = next((kind for start, kind in _KINDS.items() if file.data.startswith(start)), "")
    if file.data[:4] == b"RIFF" and file.data[8:12] == b"WEBP":
        kind = "image/webp"
    if file.data.lstrip()[:5].lower() in (b"<svg ", b"<?xml") and b"<svg" in file.data[:2048]:
        return "image/svg+xml"
    if not kind or not file.content_type.startswith("image/"):
        raise Refusal(
            415, 5455, "Uploaded image must have image/jpeg, image/png, image/webp, image/gif or image/svg+xml"
        )
    try:
        with Image.open(io.BytesIO(file.data)) as image:
            width, height = image.size
    except Exception as error:
        raise Refusal(400, 9422, "The image could not be decoded") from error
    if width * height > MAX_PIXELS or (max(width, height) > MAX_SIDE and kind != "image/webp"):
        raise Refusal(400, 5443, "The image has too many pixels")
    return kind


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
