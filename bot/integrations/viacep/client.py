"""Two public CEP services behind one look-up that remembers.

A CEP that a service does not know is an answer, not a failure: the second service is asked only where the first
does not answer.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.people import Address
from bot.integrations.errors import ProviderError, Unavailable, Uncertain
from bot.integrations.http import Answer, Http
from bot.integrations.protocols import PostalCodes

KEEP = timedelta(days=7)
KEEP_UNKNOWN = timedelta(hours=1)
"""New CEPs are made now and then; a town that was just added should not stay unknown for a week."""

_CEP = re.compile(r"[0-9]{8}")
_UF = re.compile(r"[A-Z]{2}")
_DOWN = re.compile(r"conectar|conex|tempo|timeout|indispon", re.IGNORECASE)


class ViaCep:
    """https://viacep.com.br"""

    name = "viacep"

    def __init__(self, http: Http, base_url: str) -> None:
        self._http = http.provider(self.name, base_url, refusal=self._objection)

    async def look_up(self, postal_code: str) -> Address | None:
        if not _CEP.fullmatch(postal_code):
            return None
        try:
            answer = await self._http.call("GET", f"/ws/{postal_code}/json/", operation="cep.look_up")
        except _Unknown:
            return None
        body = answer.json
        return _address(
            postal_code,
            city=body.get("localidade"),
            state=body.get("uf"),
            street=body.get("logradouro"),
            district=body.get("bairro"),
        )

    def _objection(self, answer: Answer) -> ProviderError | None:
        body = answer.json if isinstance(answer.json, dict) else {}
        if answer.status == 400 or (answer.ok and _is_true(body.get("erro"))):
            return _Unknown(self.name)
        if answer.ok and _whole(body, "localidade", "uf"):
            return None
        return _failure(self.name, answer)


class BrasilApi:
    """https://brasilapi.com.br"""

    name = "brasilapi"

    def __init__(self, http: Http, base_url: str) -> None:
        self._http = http.provider(self.name, base_url, refusal=self._objection)

    async def look_up(self, postal_code: str) -> Address | None:
        if not _CEP.fullmatch(postal_code):
            return None
        try:
            answer = await self._http.call("GET", f"/api/cep/v2/{postal_code}", operation="cep.look_up")
        except _Unknown:
            return None
        body = answer.json
        return _address(
            postal_code,
            city=body.get("city"),
            state=body.get("state"),
            street=body.get("street"),
            district=body.get("neighborhood"),
        )

    def _objection(self, answer: Answer) -> ProviderError | None:
        body = answer.json if isinstance(answer.json, dict) else None
        if body is None:
            return _failure(self.name, answer)
        if answer.status == 400 or (answer.status == 404 and not _all_down(body)):
            return _Unknown(self.name)
        if answer.ok and _whole(body, "city", "state"):
            return None
        return _failure(self.name, answer)


class PostalCodeLookup:
    """A :class:`~bot.integrations.protocols.PostalCodes` over several sources, the first that answers counts.

    The ``cache_size`` latest places are remembered, for ``keep``; what is unknown, for an hour.
    Raises ``Unavailable`` when no source answers.
    """

    def __init__(
        self,
        sources: Sequence[PostalCodes],
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
                # where one may answer later, the look-up is to be repeated and not given up
                if failure is None or (isinstance(error, Unavailable) and not isinstance(failure, Unavailable)):
                    failure = error
                continue
            self._remember(postal_code, address, now)
            return address
        raise failure or Unavailable("cep", "no source is set", reason="no_source")

    def _remember(self, postal_code: str, address: Address | None, now: datetime) -> None:
        if self._size < 1:
            return
        keep = self._keep if address else min(KEEP_UNKNOWN, self._keep)
        self._known[postal_code] = (address, now + keep)
        self._known.move_to_end(postal_code)
        while len(self._known) > self._size:
            self._known.popitem(last=False)


class _Unknown(ProviderError):
    """Inside this module only: the service answered that there is no such CEP."""


def _failure(name: str, answer: Answer) -> ProviderError:
    if answer.ok:
        return Uncertain(name, "the answer is no address", reason="unreadable", status=answer.status)
    return Unavailable(name, f"HTTP {answer.status}", reason=f"http_{answer.status}", status=answer.status)


def _is_true(value: object) -> bool:
    """``true`` and ``"true"``; both have been answered."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _whole(body: dict[str, Any], city: str, state: str) -> bool:
    return bool(isinstance(body.get(city), str) and body[city] and _UF.fullmatch(str(body.get(state)).upper()))


def _all_down(body: dict[str, Any]) -> bool:
    """BrasilAPI asks others, and says 404 also when none of them answered."""
    errors = body.get("errors")
    said = [str(e.get("message") or "") for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    return bool(said) and all(_DOWN.search(text) for text in said)


def _address(postal_code: str, *, city: Any, state: Any, street: Any, district: Any) -> Address:
    return Address(
        postal_code=postal_code,
        city=_text(city),
        state=_text(state).upper(),
        street=_text(street),
        district=_text(district),
    )


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
