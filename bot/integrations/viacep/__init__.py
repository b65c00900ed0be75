"""CEP look-up: ViaCEP, with BrasilAPI behind it."""

from __future__ import annotations

from bot.integrations.viacep.client import BrasilApi, PostalCodeLookup, ViaCep

__all__ = ["BrasilApi", "PostalCodeLookup", "ViaCep"]
