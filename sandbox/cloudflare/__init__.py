"""A stand-in of Cloudflare Images and Stream, as strict as its documentation (sheet: the facts sheet on Cloudflare)."""

from __future__ import annotations

from aiohttp import web

from sandbox.cloudflare.door import Door, Origin
from sandbox.cloudflare.images import ImagesShelf
from sandbox.cloudflare.stream import StreamShelf
from sandbox.core import World

__all__ = ["CloudflareSandbox"]


class CloudflareSandbox(Door, ImagesShelf, StreamShelf):
    """One account with both products. See :class:`Door`, :class:`ImagesShelf` and :class:`StreamShelf`."""

    def __init__(
        self,
        world: World,
        *,
        account_id: str,
        api_token: str,
        account_hash: str,
        public_base: str,
        webhook_url: str = "",
        webhook_secret: str = "",
    ) -> None:
        Door.__init__(self, world, account_id=account_id, api_token=api_token)
        ImagesShelf.__init__(self, world, account_hash=account_hash, public_base=public_base)
        StreamShelf.__init__(
            self, world, public_base=public_base, webhook_url=webhook_url, webhook_secret=webhook_secret
        )
        self.origin = Origin()

    def routes(self) -> list[web.RouteDef]:
        account = "/client/v4/accounts/{account}"
        return [*self.image_routes(account, self.api), *self.stream_routes(account, self.api)]
