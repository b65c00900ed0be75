"""Answers of providers, recorded once from the stand-ins, then played back with one thing changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from bot.integrations.http import Http
from bot.redaction import Redactor
from tests.support import make_http

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
RAW = {"«far»": "1e999999999", "«nan»": "NaN", "«notation»": "1.2e2", "«decimals»": "123.456"}
"""JSON numbers that no Python value is written as."""

_REDACTOR = Redactor(())
"""One for all: it learns the names of fields."""

C = TypeVar("C")
Json = Any


@dataclass(frozen=True)
class Said:
    """One answer. ``call`` is method and path with its query."""

    call: str
    status: int
    kind: str
    body: bytes

    def but(self, body: bytes, status: int = 200, kind: str = "application/json") -> Said:
        return Said(self.call, status, kind, body)


class Tape(httpx.AsyncBaseTransport):
    """Records what ``inner`` answers."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.said: list[Said] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        said = Said(_call(request), response.status_code, response.headers.get("content-type", ""), b"")
        self.said.append(said.but(await response.aread(), said.status, said.kind))
        return _response(self.said[-1])

    async def aclose(self) -> None:
        await self._inner.aclose()


class Player(httpx.AsyncBaseTransport):
    """Answers each call as it was answered before, in that order, and the last answer of a call again and again."""

    def __init__(self, said: list[Said]) -> None:
        self.asked: Counter[str] = Counter()
        self._said = said

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = _call(request)
        known = [one for one in self._said if one.call == call] or [Said(call, 500, "text/html", HTML)]
        said = known[min(self.asked[call], len(known) - 1)]
        self.asked[call] += 1
        return _response(said)


def _call(request: httpx.Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


def _response(said: Said) -> httpx.Response:
    return httpx.Response(said.status, headers={"content-type": said.kind}, stream=httpx.ByteStream(said.body))


@dataclass
class Case:
    """A method of a client, what it was answered, and what it made of that. ``effects``: beginnings of the calls that
    may not be repeated without a look."""

    name: str
    run: Callable[[Http], Awaitable[Any]]
    effects: tuple[str, ...]
    said: list[Said]
    result: Any

    def is_effect(self, call: str) -> bool:
        return call.startswith(self.effects) if self.effects else False

    async def play(self, said: list[Said]) -> tuple[Any, Counter[str]]:
        """What it makes of other answers, a value or the error that it raises, and the calls that it makes."""
        player, http = Player(said), make_http()
        http._transport = player
        http.redactor = _REDACTOR
        try:
            return await self.run(http), player.asked
        except Exception as error:
            return error, player.asked


class Desk:
    """Where cases are recorded. ``take`` calls a method of the client for real."""

    def __init__(self, http: Http) -> None:
        self.cases: list[Case] = []
        self._http = http
        self._tape = Tape(http.open())
        http._transport = self._tape

    async def take(
        self, name: str, client: Callable[[Http], C], method: Callable[[C], Awaitable[Any]], *effects: str
    ) -> Any:
        self._tape.said.clear()

        def run(http: Http) -> Awaitable[Any]:
            return method(client(http))

        result = await run(self._http)
        self.cases.append(Case(name, run, effects, list(self._tape.said), result))
        return result


def wholes(said: Said) -> dict[str, Said]:
    """An answer in the hands of gateways, proxies and releases of next year, by name."""
    changed = {
        "html": said.but(HTML, kind="text/html"),
        "nothing": said.but(b""),
        "204": said.but(b"", 204),
        "null": said.but(b"null"),
        "list": said.but(b"[]"),
        "object": said.but(b"{}"),
        "text": said.but(b'"ok"'),
        "number": said.but(b"1"),
        "cut": said.but(said.body[: len(said.body) * 2 // 3]),
        "huge": said.but(b'{"x": "' + b"y" * 1_100_000 + b'"}'),
        "deep": said.but(b"[" * 100_000),
        "redirect": said.but(b"", 302),
        "400 html": said.but(HTML, 400, "text/html"),
        "404 html": said.but(HTML, 404, "text/html"),
        "400 list": said.but(b"[]", 400),
        "409 html": said.but(HTML, 409),
        "500 html": said.but(HTML, 500),
        "200 errors": said.but(b'{"errors": [{"code": "invalid_action", "description": "x"}]}'),
    }
    try:
        body = json.loads(said.body)
    except ValueError:
        return changed
    text = json.dumps(body, ensure_ascii=False)
    return changed | {
        "wrapped in a list": said.but(json.dumps([body]).encode()),
        "wrapped in data": said.but(json.dumps({"data": body}).encode()),
        "utf-16": said.but(text.encode("utf-16")),
        "latin-1": said.but(text.encode("latin-1", "replace"), kind="application/json; charset=iso-8859-1"),
        "with a mark": said.but(b"\xef\xbb\xbf" + said.body),
        "with more": said.but(
            json.dumps({"zzz": 1, "aaa": {"id": 7}} | body).encode() if isinstance(body, dict) else b""
        ),
    }


_DROPPED = object()


@dataclass(frozen=True)
class Change:
    """One place of a JSON value changed: ``path`` like ``.data[0].value``, ``how`` by name."""

    path: str
    how: str
    whole: bytes
    keys: tuple[Any, ...]
    new: Json

    @property
    def body(self) -> bytes:
        value = json.loads(self.whole)
        holder = value
        for key in self.keys[:-1]:
            holder = holder[key]
        if self.new is _DROPPED:
            del holder[self.keys[-1]]
        else:
            holder[self.keys[-1]] = self.new
        text = json.dumps(value)
        for mark, number in RAW.items():
            text = text.replace(json.dumps(mark), number)
        return text.encode()


def changes(body: bytes) -> Iterator[list[Change]]:
    """For each place of a JSON body, all its changes."""
    try:
        value = json.loads(body)
    except ValueError:
        return
    for path, keys, old in _places(value, "", ()):
        hows = _others(old) + ([("dropped", _DROPPED)] if isinstance(keys[-1], str) else [])
        yield [Change(path, how, body, keys, new) for how, new in hows]


def _places(value: Json, path: str, keys: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...], Json]]:
    inner = list(value) if isinstance(value, dict) else range(min(len(value), 1)) if isinstance(value, list) else ()
    for key in inner:
        where = f"{path}.{key}" if isinstance(value, dict) else f"{path}[{key}]"
        yield where, (*keys, key), value[key]
        yield from _places(value[key], where, (*keys, key))


def _others(old: Json) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = [("null", None), ("list", []), ("object", {}), ("true", True)]
    match old:
        case bool():
            found += [("text", str(old).lower()), ("number", int(old)), ("unknown", "XPTO")]
        case int() | float():
            found += [("text", str(old)), ("comma", f"{old:.2f}".replace(".", ",")), ("unknown", "abc")]
            found += [("far", "«far»"), ("nan", "«nan»"), ("notation", "«notation»"), ("decimals", "«decimals»")]
        case str():
            found += [("unknown", "XPTO_NEW"), ("empty", ""), ("blank", " "), ("number", 12345), ("nul", "a\0b")]
            found += [("half", "\ud800"), ("long", "x" * 3000), ("date", "30/02/2026"), ("far", "1e999999999")]
        case list():
            found += [("bare", old[0] if old else {}), ("rubbish", [None, 7, "x", [], *old]), ("twice", old + old)]
        case dict():
            found += [("wrapped", [old]), ("text", json.dumps(old))]
        case _:
            pass
    return found
