"""One scheduler is active, the others stand by."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.storage.process_lock import ProcessLock
from scheduler.ticker import Ticker

log = logging.getLogger(__name__)


async def stand_by(lock: ProcessLock, ticker: Callable[[], Ticker]) -> None:
    """Tick while this process holds ``lock``; when cancelled, let running jobs end (:meth:`Ticker.ended`)."""
    while True:
        try:
            await lock.acquire()
            ticking = ticker()
            ticking.start()
            log.info("the timed jobs run here")
            try:
                await lock.lost()
                log.warning("the timed jobs may run elsewhere now; this process stands by")
            finally:
                ticking.stop()
                await ticking.ended()
        finally:
            await lock.release()
