"""The published descriptions of providers' APIs, as judges of what our clients send and what our stand-ins answer.

Every call of ours goes through :class:`bot.integrations.http.ProviderHttp`; :func:`watch` looks over its shoulder, in
every test. A request of ours must always fit. An answer must fit where a stand-in gave it (it says so in
``X-Sandbox``): tests also play providers that talk nonsense.

The documents are read from ``OPENAPI_FOLDER``, else from ``../shared/openapi`` beside the project. Where there is no
such folder, nothing is checked.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from bot.integrations.http import Answer, ProviderHttp

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ.get("OPENAPI_FOLDER") or ROOT.parent / "shared" / "openapi")

_FORMATS = FormatChecker(("date", "uuid"))
# What any server may answer, described or not.
_UNDESCRIBED = range(400, 600)


@dataclass(frozen=True)
class Source:
    """``begins``: how a path of the document begins; what stands before it is the server's. ``known``: where our
    papers, which were measured, differ from the document: a pattern of the finding, and why."""

    file: str
    begins: str
    known: Mapping[str, str]
    nulls: bool = True
    """Whether the document says which members may be null; if not, a null counts as absent."""


SOURCES = {
    "asaas": Source(
        "asaas.json",
        r"/v3/",
        {
            r"request .*PAYMENT_SPLIT_DONE": "announced in August 2026, the document is of March",
            r"answer .*PAYMENT_SPLIT_DONE": "announced in August 2026, the document is of March",
            r"GET /v3/(transfers|webhooks|wallets/|installments/\{id\}/payments|payments/\{id\}/refunds) "
            r"request \?(offset|limit) ": "the rule of pagination holds for every list (sheet 1)",
            r"POST /v3/transfers/? answer 409 ": "observed for an identical transfer; in no document",
        },
        nulls=False,
    ),
    "resend": Source(
        "resend.yaml",
        r"/(emails|domains)\b",
        {r"POST /emails answer 409 ": "the document leaves out the answers of idempotency keys (sheet 3)"},
    ),
    "cloudflare": Source(
        "cloudflare-media.json",
        r"/accounts/",
        {
            r"DELETE .* request the body is missing": "a compulsory empty body that neither the SDK nor curl sends",
            r"answer 4\d\d \$(\.success|\.result)? ": "the document demands success and failure at once of a refusal",
            r"answer 429 \$\.errors\[0\]\.code 971 ": "the limiter's code, which neither paper names, is under 1000",
            r"POST \S+/stream request a form ": "the basic upload of Stream is in no document (sheet 4)",
            r"answer 200 \$\.result\S*\.id .* is too long": "ids of pictures are up to 1024 long (sheet, part D)",
            r"answer 200 \$\.result\S*\.pctComplete ": "a text, bounded there like a number (sheet, part D)",
        },
        nulls=False,
    ),
}


def findings(name: str, method: str, url: str, request: Mapping[str, Any] | None, answer: Answer | None) -> list[str]:
    """What does not fit of one call to the provider ``name`` (None is not judged); known differences are left out."""
    if name not in SOURCES or not FOLDER.is_dir():
        return []
    return document(name).findings(method, urlsplit(url).path, request, answer)


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Look at every call from now on; the list that is returned fills with what does not fit."""
    found: list[str] = []
    send = ProviderHttp._send

    async def watched(
        self: ProviderHttp, method: str, url: str, timeout: float, max_bytes: int, request: Mapping[str, Any]
    ) -> Answer:
        answer: Answer | None = None
        try:
            answer = await send(self, method, url, timeout, max_bytes, request)
            return answer
        finally:
            stood_in = answer is not None and "x-sandbox" in answer.headers
            found.extend(findings(self.name, method, url, request, answer if stood_in else None))

    monkeypatch.setattr(ProviderHttp, "_send", watched)
    return found


@functools.cache
def document(name: str) -> Document:
    return Document(name, SOURCES[name])


class Document:
    def __init__(self, name: str, source: Source) -> None:
        text = (FOLDER / source.file).read_text("utf-8")
        read = json.loads(text) if source.file.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader)
        self._root: dict[str, Any] = json.loads(json.dumps(read, default=str))  # a date of YAML is a text of JSON
        self._name, self._source = name, source
        _modernise(self._root)
        self._registry: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(self._root))
        self._paths = sorted(
            (
                (re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path)) + "$"), path)
                for path in self._root["paths"]
            ),
            key=lambda pair: pair[1].count("{"),  # a literal path before one with a place for an id
        )

    def findings(self, method: str, path: str, request: Mapping[str, Any] | None, answer: Answer | None) -> list[str]:
        begin = re.search(self._source.begins, path)
        path = path[begin.start() :] if begin else path
        operation, template = self._operation(method, path)
        where = f"{self._name} {method} {template or path}"
        if operation is None:
            return self._unknown([f"{where} is not described"])
        found: list[str] = []
        if request is not None:
            asked = [*self._query(operation, request.get("params") or {}), *self._body(operation, request)]
            found = [f"{where} request {line}" for line in asked]
        if answer is not None:
            found += [f"{where} answer {answer.status} {line}" for line in self._answer(operation, answer)]
        return self._unknown(found)

    def _unknown(self, found: list[str]) -> list[str]:
        return [line for line in found if not any(re.search(pattern, line) for pattern in self._source.known)]

    def _operation(self, method: str, path: str) -> tuple[str | None, str]:
        """The pointer to an operation, and its path in the document."""
        for pattern, template in self._paths:
            if pattern.match(path) and method.lower() in self._root["paths"][template]:
                return f"#/paths/{template.replace('/', '~1')}/{method.lower()}", template
        return None, ""

    def _query(self, operation: str, params: Mapping[str, Any]) -> Iterator[str]:
        item = operation.rpartition("/")[0]
        declared = [*(self._at(operation).get("parameters") or []), *(self._at(item).get("parameters") or [])]
        known = {one["name"]: one for one in map(self._resolved, declared) if one.get("in") == "query"}
        for name, value in params.items():
            if name not in known:
                yield f"?{name} is no parameter"
                continue
            schema = known[name].get("schema") or {}
            if self._resolved(schema).get("type") in ("integer", "number") and str(value).isdigit():
                value = int(value)
            yield from self._breaches(schema, value, f"?{name}")
        yield from (f"?{name} is missing" for name, one in known.items() if one.get("required") and name not in params)

    def _body(self, operation: str, request: Mapping[str, Any]) -> Iterator[str]:
        described = self._resolved(self._at(operation).get("requestBody") or {})
        content = described.get("content") or {}
        files, body = request.get("files"), request.get("json")
        if files is not None or request.get("data") is not None:
            form = next((schema for kind, schema in content.items() if kind.startswith("multipart/")), None)
            if form is None:
                yield "a form where none is described"
                return
            names = {**dict(request.get("data") or {}), **dict(files or {})}
            yield from self._strangers(form["schema"], names, "$")
        elif body is not None:
            if "application/json" not in content:
                yield "a body where none is described"
                return
            schema = content["application/json"]["schema"]
            yield from self._breaches(schema, body, "$")
            yield from self._strangers(schema, body, "$")
        elif described.get("required"):
            yield "the body is missing"

    def _answer(self, operation: str, answer: Answer) -> Iterator[str]:
        responses = self._at(operation)["responses"]
        status = str(answer.status)
        described = next((responses[key] for key in (status, f"{status[0]}XX", "default") if key in responses), None)
        if described is None:
            if answer.status not in _UNDESCRIBED or answer.status == 409:
                yield "is no status of this call"
            return
        content = self._resolved(described).get("content") or {}
        if "application/json" not in content:
            if content and not any(kind in answer.headers.get("content-type", "") for kind in content):
                yield f"is of type {answer.headers.get('content-type', 'none')}"
            return
        try:
            body = json.loads(answer.body)
        except ValueError:
            yield "is no JSON"
            return
        schema = content["application/json"].get("schema") or {}
        yield from self._breaches(schema, body if self._source.nulls else _without_nulls(body), "$")

    # --- schemas ---------------------------------------------------------------------------------------

    def _breaches(self, schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
        judge = Draft202012Validator(_absolute(schema), registry=self._registry, format_checker=_FORMATS)
        for error in judge.iter_errors(value):
            yield f"{at}{error.json_path[1:]} {error.message[:200]}"

    def _strangers(self, schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
        """Members that the schema does not name: a misspelt one is ignored by a provider, not refused."""
        if isinstance(value, list):
            items = self._members(schema, "items")
            for place, item in enumerate(value):
                yield from (line for one in items for line in self._strangers(one, item, f"{at}[{place}]"))
        elif isinstance(value, dict):
            properties: dict[str, Any] = {}
            for one in self._members(schema, "properties"):
                properties |= one
            free = not properties or any(self._members(schema, "additionalProperties"))
            for name, member in value.items():
                if name in properties:
                    yield from self._strangers(properties[name], member, f"{at}.{name}")
                elif not free:
                    yield f"{at}.{name} is no member"

    def _members(self, schema: Mapping[str, Any], keyword: str) -> list[Any]:
        """The values of a keyword in a schema and in all that it is made of."""
        schema = self._resolved(schema)
        own = [schema[keyword]] if keyword in schema else []
        parts = (part for name in ("allOf", "anyOf", "oneOf") for part in schema.get(name) or [])
        return own + [value for part in parts for value in self._members(part, keyword)]

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._at(schema["$ref"].removeprefix("urn:api"))
        return schema

    def _at(self, pointer: str) -> Any:
        """What a pointer (``#/components/…``) shows to."""
        place: Any = self._root
        for part in pointer.removeprefix("#/").split("/"):
            place = place.get(part.replace("~1", "/").replace("~0", "~"), {})
        return place


def _absolute(schema: Any) -> Any:
    """The same with references that hold outside the document too."""
    if isinstance(schema, dict):
        return {
            name: f"urn:api{value}" if name == "$ref" and value.startswith("#") else _absolute(value)
            for name, value in schema.items()
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _modernise(schema: Any) -> None:
    """``nullable`` of OpenAPI 3.0 in the words of JSON Schema, everywhere below."""
    if isinstance(schema, list):
        for item in schema:
            _modernise(item)
    if not isinstance(schema, dict):
        return
    for value in schema.values():
        _modernise(value)
    if schema.pop("nullable", None) is True:
        before = dict(schema)
        schema.clear()
        schema["anyOf"] = [before, {"type": "null"}]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
