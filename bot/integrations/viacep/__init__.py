"""CEP lookup: ViaCEP, with BrasilAPI as the fallback."""

from __future__ import annotations

from bot.integrations.viacep.lookup import PostalCodeLookup
from bot.integrations.viacep.sources import BrasilApi, ViaCep

__all__ = ["BrasilApi", "PostalCodeLookup", "ViaCep"]
