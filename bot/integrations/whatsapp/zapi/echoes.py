"""Where :class:`Echoes` used to live; it serves every gateway now."""

from bot.integrations.whatsapp.echoes import Echoes

__all__ = ["Echoes"]
