"""The PDF of a boleto: its URL is in the charge, on another host than the API."""

from __future__ import annotations

from bot.integrations.asaas.calls import NAME
from bot.integrations.asaas.reading import Reading
from bot.integrations.errors import Refused, Unavailable
from bot.integrations.protocols import File, MediaSource

HOSTS = ("www.asaas.com", "sandbox.asaas.com")
"""Hosts of the PDFs."""
MAX_PAPER = 5 * 1024 * 1024


class Papers(Reading):
    files: MediaSource | None = None
    """Fetches from :data:`HOSTS`."""

    async def boleto_pdf(self, charge_id: str) -> File:
        payment = await self._read(charge_id)
        address = payment.get("bankSlipUrl")
        if not address or payment.get("deleted") is True or self.files is None:
            raise Refused(NAME, "the charge has no paper", reason="no_boleto")
        try:
            file = await self.files.fetch(str(address), limit=MAX_PAPER)
        except Unavailable as error:  # it has been tried several times, and the line pays it too
            raise Refused(NAME, error.detail, reason="no_boleto", status=error.status) from error
        if file.mime_type != "application/pdf":
            raise Refused(NAME, f"the paper is {file.mime_type}", reason="no_boleto")
        return file
