"""CEP services behind one cached lookup: the next one is asked only if one does not answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.commands import Street
from bot.domain.people import Address
from bot.integrations.errors import ProviderError, Unavailable

KEEP = timedelta(days=7)
KEEP_UNKNOWN = timedelta(hours=1)
"""New CEPs are created now and then; a new town should not stay unknown for a week."""


class Source(Protocol):
    async def look_up(self, postal_code: str) -> Address | None: ...


@runtime_checkable
class Finder(Protocol):
    """A source that can also find a CEP by its street."""

    async def search(self, state: str, city: str, street: str) -> list[Street]: ...


class PostalCodeLookup:
    """A :class:`~bot.integrations.protocols.PostalCodes` over several sources; the first that answers counts.

    The ``cache_size`` latest places are cached for ``keep``, unknown CEPs for an hour. Raises ``Unavailable`` if no
    source answers.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        cache_size: int = 2048,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        keep: timedelta = KEEP,
    ) -> None:
        self._sources = tuple(sources)
        self._size = cache_size
        self._clock = clock
        self._keep = keep
        self._known: OrderedDict[str, tuple[Address | None, datetime]] = OrderedDict()

    async def look_up(self, postal_code: str) -> Address | None:
        now = self._clock()
        if postal_code in self._known:
            address, until = self._known[postal_code]
            if now < until:
                self._known.move_to_end(postal_code)
                return address
            del self._known[postal_code]
        failure: ProviderError | None = None
        for source in self._sources:
            try:
                address = await source.look_up(postal_code)
            except ProviderError as error:
                # if one may answer later, the lookup should be retried, not given up
                if failure is None or (isinstance(error, Unavailable) and not isinstance(failure, Unavailable)):
                    failure = error
                continue
            self._remember(postal_code, address, now)
            return address
        raise failure or Unavailable("cep", "no source is set", reason="no_source")

    async def search(self, state: str, city: str, street: str) -> list[Street]:
        """Not cached: the same street is hardly asked for twice."""
        finder = next((source for source in self._sources if isinstance(source, Finder)), None)
        if finder is None:
            raise Unavailable("cep", "no source looks for streets", reason="no_source")
        return await finder.search(state, city, street)

    def _remember(self, postal_code: str, address: Address | None, now: datetime) -> None:
        if self._size < 1:
            return
        keep = self._keep if address else min(KEEP_UNKNOWN, self._keep)
        self._known[postal_code] = (address, now + keep)
        self._known.move_to_end(postal_code)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
