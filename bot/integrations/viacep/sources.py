"""A public CEP service; two implementations.

A CEP that a service does not know is an answer, not a failure.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar
from urllib.parse import quote

from bot.domain.commands import Street
from bot.domain.people import Address
from bot.integrations.errors import ProviderError, Unavailable, Uncertain
from bot.integrations.http import Answer, Http

MOST_STREETS = 50
"""As many as ViaCEP lists."""
SHORTEST_NAME = 3
"""ViaCEP refuses shorter names of towns and streets."""

_CEP = re.compile(r"[0-9]{8}")
_UF = re.compile(r"[A-Z]{2}")
_DOWN = re.compile(r"conectar|conex|tempo|timeout|indispon", re.IGNORECASE)


class CepSource(ABC):
    """A service queried by GET; a subclass defines its path, its keys, and its answer for "there is none"."""

    name: ClassVar[str]
    path: ClassVar[str]
    city: ClassVar[str]
    state: ClassVar[str]
    street: ClassVar[str]
    district: ClassVar[str]

    def __init__(self, http: Http, base_url: str) -> None:
        self._http = http.provider(self.name, base_url, refusal=self._objection)

    async def look_up(self, postal_code: str) -> Address | None:
        """The place, None if there is none. ``Unavailable`` if the service does not say."""
        if not _CEP.fullmatch(postal_code):
            return None
        try:
            answer = await self._http.call("GET", self.path.format(cep=postal_code), operation="cep.look_up")
        except _Unknown:
            return None
        return self._address(postal_code, answer.json)

    @abstractmethod
    def is_unknown(self, answer: Answer) -> bool:
        """Whether the response says that there is no such CEP."""

    def _objection(self, answer: Answer) -> ProviderError | None:
        if self.is_unknown(answer):
            return _Unknown(self.name)
        if not answer.ok:
            return Unavailable(self.name, f"HTTP {answer.status}", reason=f"http_{answer.status}", status=answer.status)
        if self._is_whole(answer.json) or isinstance(answer.json, list):
            return None
        return Uncertain(self.name, "the answer is no address", reason="unreadable", status=answer.status)

    def _is_whole(self, body: Any) -> bool:
        return (
            isinstance(body, dict)
            and isinstance(body.get(self.city), str)
            and bool(body[self.city])
            and bool(_UF.fullmatch(str(body.get(self.state)).upper()))
        )

    def _address(self, postal_code: str, body: Any) -> Address:
        if not self._is_whole(body):  # a list, where a place was asked for
            raise Unavailable(self.name, "the answer is no address", reason="unreadable")
        return Address(
            postal_code=postal_code,
            city=_text(body.get(self.city)),
            state=_text(body.get(self.state)).upper(),
            street=_text(body.get(self.street)),
            district=_text(body.get(self.district)),
        )


class ViaCep(CepSource):
    """https://viacep.com.br; it can also find a CEP by its street."""

    name = "viacep"
    path = "/ws/{cep}/json/"
    city, state, street, district = "localidade", "uf", "logradouro", "bairro"

    def is_unknown(self, answer: Answer) -> bool:
        body = answer.json if isinstance(answer.json, dict) else {}
        return answer.status == 400 or (answer.ok and _is_true(body.get("erro")))

    async def search(self, state: str, city: str, street: str) -> list[Street]:
        """The CEPs of the streets of that name, closest name first; empty if there are none, or the names are too
        short."""
        words = [" ".join(word.replace("/", " ").split()) for word in (city, street)]
        if not _UF.fullmatch(state.upper()) or any(len(word) < SHORTEST_NAME for word in words):
            return []
        path = "/".join(quote(word, safe="") for word in (state.upper(), *words))
        try:
            answer = await self._http.call("GET", f"/ws/{path}/json/", operation="cep.search")
        except _Unknown:
            return []
        if not isinstance(answer.json, list):
            raise Unavailable(self.name, "the answer is no list", reason="unreadable", status=answer.status)
        found = [self._street(body) for body in answer.json[:MOST_STREETS] if self._is_whole(body)]
        return [one for one in found if _CEP.fullmatch(one.address.postal_code)]

    def _street(self, body: dict[str, Any]) -> Street:
        cep = _text(body.get("cep")).replace("-", "")
        return Street(address=self._address(cep, body), numbers=_text(body.get("complemento")))


class BrasilApi(CepSource):
    """https://brasilapi.com.br; it asks other services, and also answers 404 if none of them answered."""

    name = "brasilapi"
    path = "/api/cep/v2/{cep}"
    city, state, street, district = "city", "state", "street", "neighborhood"

    def is_unknown(self, answer: Answer) -> bool:
        if not isinstance(answer.json, dict):
            return False
        return answer.status == 400 or (answer.status == 404 and not _all_down(answer.json))


class _Unknown(ProviderError):
    """Internal: the service answered that there is no such CEP."""


def _is_true(value: object) -> bool:
    """``true`` and ``"true"``; both occur."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _all_down(body: dict[str, Any]) -> bool:
    errors = body.get("errors")
    said = [str(e.get("message") or "") for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    return bool(said) and all(_DOWN.search(text) for text in said)


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
