"""Cloudflare: pictures of parts are stored in Images and videos in Stream, and delivered from there."""

from __future__ import annotations

from bot.integrations.cloudflare.images import CloudflareImages
from bot.integrations.cloudflare.stream import CloudflareStream
from bot.integrations.cloudflare.webhooks import StreamReceiver

__all__ = ["CloudflareImages", "CloudflareStream", "StreamReceiver"]
