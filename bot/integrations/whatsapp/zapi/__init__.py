"""WhatsApp by Z-API: everything that this gateway says or wants to hear stands in this folder."""

from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.zapi.client import ZapiMessenger
from bot.integrations.whatsapp.zapi.webhooks import ECHOES, ZapiReceiver

__all__ = ["ECHOES", "Echoes", "ZapiMessenger", "ZapiReceiver"]
