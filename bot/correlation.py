"""One id from the webhook to the last call that it caused, carried by the running task."""

from __future__ import annotations

from contextvars import ContextVar

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""The key of the event or command being worked; stands on every log line and every record of a call."""
