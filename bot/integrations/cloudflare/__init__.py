"""Cloudflare Images: where pictures of parts are kept and shown from."""

from __future__ import annotations

from bot.integrations.cloudflare.images import CloudflareImages

__all__ = ["CloudflareImages"]
