"""Logs: one line per event, with its root and key, and without anything that the redactor knows."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from aiohttp.http_exceptions import HttpProcessingError

from bot import correlation
from bot.redaction import Redactor


def configure(level: str, form: str, redactor: Redactor) -> None:
    """Send all logging of the process to standard error, as JSON or as readable text."""

    def redact(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {k: redactor.value(v) for k, v in entry.items()}

    def correlate(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for carried in (correlation.root, correlation.correlation):
            if carried.get():
                entry[carried.name] = carried.get()
        return entry

    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            correlate,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.server").addFilter(_no_request)
    # httpx would log every URL, including the CEP; calls are recorded in the database instead
    for noisy in ("aiohttp.access", "apscheduler", "alembic", "aiosqlite", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def _no_request(record: logging.LogRecord) -> bool:
    """Malformed requests from outside are no errors of ours. Their bytes, which may contain a key (a cookie's line),
    are not logged."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
        record.msg, record.args = "what was sent is no request: %s", (type(error).__name__,)
    return True
