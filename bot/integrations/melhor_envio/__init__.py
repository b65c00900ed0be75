"""Melhor Envio (API v2): quotes, labels, webhooks and OAuth tokens."""

from bot.integrations.melhor_envio.client import MelhorEnvioShipping
from bot.integrations.melhor_envio.oauth import SCOPES, TokenPair, Tokens, authorize_url
from bot.integrations.melhor_envio.webhooks import MelhorEnvioReceiver

__all__ = ["SCOPES", "MelhorEnvioReceiver", "MelhorEnvioShipping", "TokenPair", "Tokens", "authorize_url"]
