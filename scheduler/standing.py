"""One scheduler works, the others stand by."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.storage.turnstile import Turnstile
from scheduler.ticker import Ticker

log = logging.getLogger(__name__)


async def stand_by(turnstile: Turnstile, ticker: Callable[[], Ticker]) -> None:
    """Tick while nobody else does; until cancelled, which ends what is under way as :meth:`Ticker.ended` says."""
    while True:
        try:
            await turnstile.enter()
            ticking = ticker()
            ticking.start()
            log.info("the timed jobs run here")
            try:
                await turnstile.pushed_out()
                log.warning("the timed jobs may run elsewhere now; this process stands by")
            finally:
                ticking.stop()
                await ticking.ended()
        finally:
            await turnstile.leave()
