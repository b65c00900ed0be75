"""WhatsApp through Evolution API v2: everything specific to this gateway is in this folder."""

from bot.integrations.whatsapp.evolution.client import EvolutionMessenger
from bot.integrations.whatsapp.evolution.media import EvolutionMedia
from bot.integrations.whatsapp.evolution.webhooks import EvolutionReceiver

__all__ = ["EvolutionMedia", "EvolutionMessenger", "EvolutionReceiver"]
