"""WhatsApp through Z-API: everything specific to this gateway is in this folder."""

from bot.integrations.whatsapp.echoes import Echoes
from bot.integrations.whatsapp.zapi.client import ZapiMessenger
from bot.integrations.whatsapp.zapi.webhooks import ECHOES, ZapiReceiver

__all__ = ["ECHOES", "Echoes", "ZapiMessenger", "ZapiReceiver"]
