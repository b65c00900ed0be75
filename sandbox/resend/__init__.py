"""A stand-in of Resend, as strict as its documentation (sheet: the facts sheet on Resend, section numbers cited)."""

from __future__ import annotations

from sandbox.resend.api import ResendSandbox
from sandbox.resend.mails import Mail

__all__ = ["Mail", "ResendSandbox"]
