"""The client of Asaas: all its parts over one connection."""

from __future__ import annotations

from bot.integrations.asaas.accounts import Accounts
from bot.integrations.asaas.books import AccountBooks
from bot.integrations.asaas.calls import Asaas
from bot.integrations.asaas.charges import Charges
from bot.integrations.asaas.customers import Customers
from bot.integrations.asaas.disputes import CardDisputes
from bot.integrations.asaas.papers import Papers
from bot.integrations.asaas.refunds import Refunds
from bot.integrations.asaas.registration import Registration
from bot.integrations.asaas.transfers import Transfers
from bot.integrations.http import Http
from bot.integrations.protocols import MediaSource


class AsaasPayments(Customers, Charges, Refunds, Papers, Transfers, CardDisputes, AccountBooks, Accounts, Registration):
    """All protocols of :mod:`bot.integrations.payments`."""

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        api_key: str,
        files: MediaSource | None = None,
        upload_timeout: float | None = None,
    ) -> None:
        """``base_url`` ends in ``/v3``; ``files`` fetches PDFs; ``upload_timeout``: seconds for documents of several
        megabytes."""
        super().__init__(Asaas(http, base_url=base_url, api_key=api_key, upload_timeout=upload_timeout))
        self.files = files
