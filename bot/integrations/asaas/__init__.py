"""Asaas: charges with a split, customers, refunds, transfers, and the webhook."""

from bot.integrations.asaas.client import AsaasPayments
from bot.integrations.asaas.webhooks import AsaasReceiver

__all__ = ["AsaasPayments", "AsaasReceiver"]
