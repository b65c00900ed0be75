"""Pictures, stored under ids that we choose: an upload can be repeated, and an existing one is found."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from bot.integrations.cloudflare.client import connect
from bot.integrations.errors import NotFound, Refused, Unavailable
from bot.integrations.http import Http
from bot.integrations.protocols import File, StoredImage

DELIVERY = "https://imagedelivery.net"
LONGEST_ID = 1024
MAX_FILE = 10 * 1024 * 1024
UPLOAD_TIMEOUT = 30.0
"""Uploads take longer than JSON calls: up to ten megabytes."""


class CloudflareImages:
    """An :class:`~bot.integrations.protocols.Images`. ``variant`` names the variant that people see.

    Refusals: ``too_large``, ``unsupported``, ``broken``, ``gone`` (the URL), ``bad_id``, ``not_allowed``,
    ``wrong_account``.
    """

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        account_id: str,
        api_token: str,
        account_hash: str,
        variant: str,
        upload_timeout: float = UPLOAD_TIMEOUT,
    ) -> None:
        self._http = connect(http, base_url, account_id, api_token)
        self._account_hash = account_hash
        self._variant = variant
        self._upload_timeout = upload_timeout

    async def upload(self, image_id: str, image: File | str, *, owner: str) -> StoredImage:
        _check_id(image_id)
        if not isinstance(image, str) and len(image.data) > MAX_FILE:
            raise Refused("cloudflare", f"{len(image.data)} bytes", reason="too_large")
        # a multipart form even without a file: nothing else is accepted
        source = (
            {"url": (None, image)} if isinstance(image, str) else {"file": (image.name, image.data, image.mime_type)}
        )
        try:
            answer = await self._http.call(
                "POST",
                "/images/v1",
                operation="image.upload",
                files=source,
                data={"id": image_id, "metadata": json.dumps({"owner": owner})},
                # with our own id, a repeat finds what the first attempt left behind
                repeat="always",
                timeout=self._upload_timeout,
            )
        except Refused as error:
            if error.reason != "exists":
                raise
            there = await self.find(image_id)
            if there is None:
                raise Unavailable("cloudflare", "said to exist, but not found", reason="unreadable") from error
            return there
        return self._stored(image_id, answer.json.get("result"))

    async def find(self, image_id: str) -> StoredImage | None:
        try:
            answer = await self._http.call("GET", _path(image_id), operation="image.find")
        except NotFound:
            return None
        result = answer.json.get("result")
        if isinstance(result, dict) and result.get("draft"):
            return None
        return self._stored(image_id, result)

    async def delete(self, image_id: str) -> None:
        """A missing one counts as success."""
        try:
            await self._http.call("DELETE", _path(image_id), operation="image.delete", repeat="always")
        except NotFound:
            return

    async def check(self) -> None:
        """Whether the provider accepts our account and token. Raises ``Unauthorised`` or ``Refused`` if not."""
        await self._http.call("GET", "/images/v1/stats", operation="image.check")

    def _stored(self, image_id: str, result: Any) -> StoredImage:
        """The URL of our variant as returned by the provider, otherwise composed as documented."""
        variants = result.get("variants") if isinstance(result, dict) else None
        for url in variants if isinstance(variants, list) else []:
            if isinstance(url, str) and url.rsplit("/", 1)[-1] == self._variant:
                return StoredImage(image_id, url)
        return StoredImage(image_id, f"{DELIVERY}/{self._account_hash}/{quote(image_id)}/{self._variant}")


def _path(image_id: str) -> str:
    _check_id(image_id)
    return f"/images/v1/{quote(image_id, safe='')}"


def _check_id(image_id: str) -> None:
    """Rejects only what would change the path; the provider judges the rest."""
    dots = any(part in (".", "..") for part in image_id.split("/"))
    if not image_id or len(image_id) > LONGEST_ID or image_id.strip("/") != image_id or dots:
        raise Refused("cloudflare", "not an id for a picture", reason="bad_id")
