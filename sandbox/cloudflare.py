"""A stand-in of Cloudflare Images, as strict as its documents (sheet: the facts sheet on Cloudflare, sections cited).

The bytes are kept in memory and delivered under ``{public_base}/imagedelivery/<account hash>/<id>/<variant>``.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import BodyPartReader, web
from PIL import Image

from sandbox.core import Handler, World, faulty

PROVIDER = "cloudflare"
API = "/client/v4"
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


class _Refusal(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class CloudflareSandbox:
    """``images`` holds what was uploaded, by id. ``variants`` names the forms that exist; all show the same bytes."""

    def __init__(self, world: World, *, account_id: str, api_token: str, account_hash: str, public_base: str) -> None:
        self.world = world
        self.account_id = account_id
        self.api_token = api_token
        self.account_hash = account_hash
        self.public_base = public_base.rstrip("/")
        self.images: dict[str, Stored] = {}
        self.variants: tuple[str, ...] = VARIANTS

    def routes(self) -> list[web.RouteDef]:
        images = f"{API}/accounts/{{account}}/images/v1"

        def api(handler: Handler) -> Handler:
            return faulty(self.world, PROVIDER, self._api(handler))

        return [
            web.post(images, api(self._upload)),
            web.get(f"{images}/stats", api(self._stats)),
            web.get(images + "/{id:.+}", api(self._read)),
            web.delete(images + "/{id:.+}", api(self._delete)),
            # another host there, so not under this provider's dial
            web.get("/imagedelivery/{hash}/{rest:.+}", self._show),
        ]

    def _api(self, handler: Handler) -> Handler:
        async def wrapped(request: web.Request) -> web.StreamResponse:
            try:
                if request.headers.get("Authorization") != f"Bearer {self.api_token}":
                    # sheet 1, code 10000; the status is UNCONFIRMED
                    raise _Refusal(401, 10000, "Authentication error")
                if request.match_info["account"] != self.account_id:
                    # sheet 1, code 7003; the status is UNCONFIRMED
                    raise _Refusal(404, 7003, "Could not route to the requested path, perhaps your object identifier")
                return await handler(request)
            except _Refusal as refusal:
                errors = [{"code": refusal.code, "message": refusal.message}]
                body = {"result": None, "success": False, "errors": errors, "messages": []}
                return web.json_response(body, status=refusal.status)

        return wrapped

    # --- upload ------------------------------------------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            # sheet 12, code 5415
            raise _Refusal(415, 5415, "The request must be multipart/form-data")
        fields, file = await _parts(request)
        if (file is None) == ("url" not in fields):
            raise _Refusal(400, 5400, "Exactly one of file and url is needed")  # sheet 11, row file or url
        if file is None:
            # sheet 12, code 5454: a stand-in fetches nothing from anywhere
            raise _Refusal(400, 5454, "Could not fetch the image from the url")
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
        return self._answer(self._record(stored))

    def _check_id(self, image_id: str | None, *, signed: bool) -> str:
        """Sheet 11, row id, and codes 5411 and 5409 of sheet 12."""
        if image_id is None:
            return str(uuid.uuid4())
        if signed:
            raise _Refusal(400, 5400, "A custom id cannot be combined with signed URLs")
        wrong = (
            not image_id
            or len(image_id) > MAX_ID
            or image_id.startswith("/")
            or image_id.endswith("/")
            or _ENDING.search(image_id) is not None
            or _is_uuid(image_id)
        )
        if wrong:
            raise _Refusal(400, 5411, "The custom id is not valid")
        if image_id in self.images:
            raise _Refusal(409, 5409, "Resource already exists")
        return image_id

    # --- records -----------------------------------------------------------------------------------------

    async def _read(self, request: web.Request) -> web.StreamResponse:
        path = self._path(request)
        if path.endswith("/blob"):
            stored = self._find(path.removesuffix("/blob"))
            return web.Response(body=stored.data, content_type=stored.mime_type)
        return self._answer(self._record(self._find(path)))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        del self.images[self._find(self._path(request)).id]
        return self._answer({})

    async def _stats(self, _: web.Request) -> web.StreamResponse:
        return self._answer({"count": {"current": len(self.images), "allowed": 100_000}})

    @staticmethod
    def _path(request: web.Request) -> str:
        """What stands behind ``…/images/v1/`` in the address as it was sent."""
        return request.raw_path.partition("?")[0].partition("/images/v1/")[2]

    def _find(self, raw: str) -> Stored:
        if "/" in raw:
            # sheet 11: ids with a slash must be percent-encoded; otherwise it is another path
            raise _Refusal(404, 7003, "Could not route to the requested path, perhaps your object identifier")
        stored = self.images.get(unquote(raw))
        if stored is None:
            raise _Refusal(404, 5404, "Image not found")  # sheet 12, code 5404
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
        """Sheet 11: in delivery addresses a ``%`` of the id is ``%25``, its slashes stay."""
        return f"{self.public_base}/imagedelivery/{self.account_hash}/{quote(image_id)}/{variant}"

    @staticmethod
    def _answer(result: dict[str, Any]) -> web.Response:
        return web.json_response({"result": result, "result_info": None, "success": True, "errors": [], "messages": []})

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


@dataclass(frozen=True)
class _File:
    data: bytes
    name: str
    content_type: str


async def _parts(request: web.Request) -> tuple[dict[str, str], _File | None]:
    fields: dict[str, str] = {}
    file: _File | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise _Refusal(400, 5400, "Bad request")
            data = bytearray()
            while chunk := await part.read_chunk(64 * 1024):
                data += chunk
                if len(data) > MAX_FILE:
                    raise _Refusal(413, 5413, "The image is larger than 10 MB")  # sheet 12, code 5413
            if part.name == "file":
                file = _File(bytes(data), part.filename or "", part.headers.get("Content-Type", ""))
            elif part.name:
                fields[part.name] = data.decode("utf-8", "replace")
    except (ValueError, AssertionError) as error:
        raise _Refusal(400, 5400, "The form cannot be read") from error
    return fields, file


def _metadata(text: str | None) -> dict[str, Any]:
    """Sheet 11, row metadata: one part with a JSON object; sheet 10: at most 1,024 bytes."""
    if text is None:
        return {}
    try:
        meta = json.loads(text)
    except ValueError:
        meta = None
    if not isinstance(meta, dict) or len(text.encode()) > MAX_METADATA:
        raise _Refusal(400, 5400, "metadata must be a JSON object of at most 1024 bytes")
    return meta


def _check_picture(file: _File) -> str:
    """The type that the bytes speak of. Codes 5455, 9422 and 5443 of sheet 12, limits of sheet 10."""
    kind = next((kind for start, kind in _KINDS.items() if file.data.startswith(start)), "")
    if file.data[:4] == b"RIFF" and file.data[8:12] == b"WEBP":
        kind = "image/webp"
    if file.data.lstrip()[:5].lower() in (b"<svg ", b"<?xml") and b"<svg" in file.data[:2048]:
        return "image/svg+xml"
    if not kind or not file.content_type.startswith("image/"):
        raise _Refusal(
            415, 5455, "Uploaded image must have image/jpeg, image/png, image/webp, image/gif or image/svg+xml"
        )
    try:
        with Image.open(io.BytesIO(file.data)) as image:
            width, height = image.size
    except Exception as error:
        raise _Refusal(400, 9422, "The image could not be decoded") from error
    if width * height > MAX_PIXELS or (max(width, height) > MAX_SIDE and kind != "image/webp"):
        raise _Refusal(400, 5443, "The image has too many pixels")
    return kind


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
