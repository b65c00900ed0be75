"""What several command lines read alike."""

from __future__ import annotations

import argparse
from datetime import datetime


def moment(text: str) -> datetime:
    """An argument that is a moment, with its zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not ISO 8601: {text[:40]}") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("it needs a zone, e.g. 2026-11-25T12:00:00-03:00")
    return at
