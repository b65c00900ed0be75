"""Resend: sending e-mail, and delivery reports."""

from __future__ import annotations

from bot.integrations.resend.client import ResendMailer
from bot.integrations.resend.webhooks import ResendReceiver

__all__ = ["ResendMailer", "ResendReceiver"]
