"""Whatever a provider answers: it is understood, or it is one of our errors. Each method of each client gets its
answers with one thing changed, and

- raises nothing but a ``ProviderError``: no poison;
- repeats no effect by itself;
- calls what may have been done ``Uncertain``, and neither refused nor undone;
- never takes what it cannot read for an amount, nor a look-up's garbled answer for "there is none".

A few hundred of the many thousand changes are tried at each run, every place and every kind among them;
``MUTATIONS=all`` tries them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.integrations.errors import ProviderError, Refused, Uncertain
from tests.integrations.mutated import PROVIDERS
from tests.support_mutation import Case, Change, Said, changes, wholes

ALL = os.environ.get("MUTATIONS") == "all"
MONEY = {"amount", "net", "share", "refunded", "share_back", "balance", "owed", "price"}
AMOUNTS = re.compile(r"\.(value|netValue|totalValue|price|custom_price|balance|debts)$")
NO_AMOUNT = {"null", "list", "object", "true", "comma", "unknown", "far", "nan", "dropped", "empty", "blank"}
LENIENT = {"charges", "statement", "transfer", "find_transfer", "dispute", "contest"}
"""Amounts that are shown or compared there, and decide nothing: 0 where they cannot be read."""
PAGES = {"html", "400 html", "404 html", "409 html"}
GARBLED = PAGES | {"text", "number", "object", "cut", "huge", "deep", "200 errors", "wrapped in data"}
NOBODYS = GARBLED - {"200 errors", "huge"}
"""Answers that are not the provider's: none refuses anything for good."""
PROOFS = ("find_charge", "find_refund", "find_label")
"""Look-ups after whose "there is none" the effect is repeated. A text is not, and a second customer does no harm."""
UNKEPT = {"refresh", "subscribe", "dispute", "contest", "wallet", "find_wallet"}
"""Their texts are in no column."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(pay|cus)_\w+|[0-9A-F]{20,}|\d+")


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_answers_with_one_thing_changed(provider: str) -> None:
    cases = await PROVIDERS[provider]()
    seen: set[str] = set()
    found, tried = [], 0
    for case in cases:
        same, calls = await case.play(case.said)
        assert same == case.result, case.name
        for index, said in enumerate(case.said):
            for change, other in _some(case, said, seen):
                tried += 1
                got, asked = await case.play([*case.said[:index], other, *case.said[index + 1 :]])
                where = f"{case.name}: {said.call.partition('?')[0]} {_named(change)}"
                found += [f"{where}: {wrong}" for wrong in _wrong(case, index, change, other, got)]
                found += [f"{where}: {c} again" for c in asked if case.is_effect(c) and asked[c] > calls[c]]
    assert tried > 20
    assert found == []


def _some(case: Case, said: Said, seen: set[str]) -> Iterator[tuple[str | Change, Said]]:
    """Changes to try: a kind of call gets its whole answer changed in all ways if it has an effect, else in a quarter
    of them; a field is changed once in what is read, and once in the answer to each effect, each in another way."""
    kind = _ID.sub("#", f"{case.name if case.is_effect(said.call) else ''}{said.call.partition('?')[0]}")
    if ALL or kind not in seen:
        whole = list(wholes(said).items())
        yield from whole if ALL or case.is_effect(said.call) else whole[len(seen) % 4 :: 4]
    seen.add(kind)
    for place in changes(said.body):
        tail = ".".join(_ID.sub("#", place[0].path).split(".")[-2:])
        name = f"{kind if case.is_effect(said.call) else said.call.partition(' ')[0]} {tail}"
        some = place if ALL else [place[len(seen) % len(place)]]
        if ALL or name not in seen:
            yield from ((change, said.but(change.body, said.status)) for change in some)
        seen.add(name)


def _named(change: str | Change) -> str:
    return change if isinstance(change, str) else f"{change.path} {change.how}"


def _wrong(case: Case, index: int, change: str | Change, other: Said, got: Any) -> Iterator[str]:
    if isinstance(got, Exception):
        if not isinstance(got, ProviderError):
            yield f"raised {got!r}"
        elif _done(case, index) and 200 <= other.status < 300 and not isinstance(got, Uncertain):
            yield f"an effect that is {type(got).__name__} ({got.reason})"
        elif isinstance(got, Refused) and isinstance(change, str) and change in NOBODYS:
            yield f"refused for good: {got.reason}"
        return
    if case.name not in UNKEPT and any(len(found) > 120 for found in _ids(got)):
        yield "an id that fits no table"
    if case.name.startswith(PROOFS) and got is None and _lost(change):
        yield "not found"
    if isinstance(change, Change) and AMOUNTS.search(change.path) and change.how in NO_AMOUNT:
        before, after = dict(_figures(case.result)), dict(_figures(got))
        if case.name not in LENIENT and any(before.get(name) != figure for name, figure in after.items()):
            yield f"{before} became {after}"


def _done(case: Case, index: int) -> bool:
    return any(case.is_effect(said.call) for said in case.said[: index + 1])


def _lost(change: str | Change) -> bool:
    """Whether what was looked for may stand in what cannot be read."""
    if isinstance(change, str):
        return change in GARBLED
    return change.path.endswith((".data", "[0]", ".messages", ".records")) and change.how in ("null", "true", "object")


def _ids(value: Any) -> Iterator[str]:
    names = ("charge_id", "shipment_id", "tracking", "video_id", "dispute_id", "transfer_id")
    for found in (value, *(getattr(value, name, "") for name in names)):
        if isinstance(found, str) and not found.startswith(("data:", "0002")):
            yield found


def _figures(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """The amounts in a result, by their names."""
    if type(value) is int:
        yield name, value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _figures(one, f"{name}/{getattr(one, 'service_id', '')}")
    else:
        for key in sorted(MONEY):
            if hasattr(value, key):
                yield from _figures(getattr(value, key), f"{name}/{key}")
