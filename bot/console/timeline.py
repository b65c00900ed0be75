"""One order's story in one list: what came in, what was wanted, every call behind it, the news, the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.console import show, words
from bot.domain import lanes
from bot.domain.events import EVENT, Message, PaymentFact, ShipmentFact, Tick
from bot.domain.notice import NoticeState
from bot.storage.accounts import LOOKED, Accounts
from bot.storage.reading import Row
from bot.storage.records import Records

MOST, LONGEST = 500, 300
"""Lines of one order, and characters of a message in one."""


@dataclass(frozen=True)
class Line:
    """``what``: event, command, notice, money or person. ``link`` leads to the raw record behind it."""

    at: datetime
    what: str
    title: str
    state: str = ""
    detail: str = ""
    link: str = ""
    calls: Sequence[Row] = field(default=())
    root: str = ""
    """What came from outside first, where the record knows it."""
    weight: int = 0
    """Of lines of one moment the heaviest comes first: the whole payment before its parts."""


async def of_order(
    records: Records, accounts: Accounts, number: int, names: Mapping[str, str] | None = None
) -> list[Line]:
    """Oldest first. ``names``: what people are called, by their ids."""
    names = names or {}
    lane = lanes.order(number)
    commands = (await records.commands(lane=lane, limit=MOST)).rows
    events = (await records.events(lane=lane, limit=MOST, whole=True)).rows
    lines = [
        *[_event(row, names) for row in await records.written({row["root"] for row in events if row["root"]})],
        *await _worked(records, events, commands, names),
        *[_notice(row, names) for row in await records.notices_about(number)],
        *[_money(row) for row in await records.entries(number)],
        *[_person(row) for row in await accounts.log(subject=f"order:{number}") if row["action"] != LOOKED],
    ]
    return sorted(lines, key=lambda line: (line.at, line.what == "money", -line.weight))


async def of_root(records: Records, root: str) -> list[Line]:
    """All that followed from one thing outside, oldest first."""
    return sorted(await _worked(records, *await records.from_root(root, MOST)), key=lambda line: line.at)


async def _worked(
    records: Records, events: Sequence[Row], commands: Sequence[Row], names: Mapping[str, str] | None = None
) -> list[Line]:
    """Events and commands, each command with the calls that it made and what came of it in its own line."""
    calls: dict[str, list[Row]] = {}
    for call in await records.calls_for([c["key"] for c in commands]):
        calls.setdefault(call["correlation"], []).append(call)
    return [
        *[_event(row, names or {}) for row in events if not row["kind"].startswith("command.")],
        *[_command(row, calls.get(row["key"], [])) for row in commands],
    ]


def _event(row: Row, names: Mapping[str, str]) -> Line:
    origin = "" if row["source"] in ("bot", "timer") else f" · {row['source']}"
    state = "" if row["status"] == "done" else row["status"]
    title, link = words.kind(row["kind"]) + origin, f"/console/eventos/{row['id']}"
    what = "message" if row["kind"] == "message.received" else "event"
    return Line(row["received_at"], what, title, state, detail(row.get("body", ""), names), link, root=row["root"])


def detail(body: str, names: Mapping[str, str] | None = None) -> str:
    """What a stored event says, in a few words; "" where that is nothing more than its kind."""
    try:
        event = EVENT.validate_json(body) if body else None
    except ValueError:  # emptied: its person was erased, or its time is over
        return ""
    match event:
        case Message():
            return f"“{event.text[:LONGEST]}”" if event.text else f"[{event.content}]"
        case PaymentFact():
            amount = f", {show.reais(event.amount)}" if event.amount and not event.fact.startswith("split") else ""
            return f"{words.FACTS.get(event.fact, event.fact)}{amount}"
        case ShipmentFact():
            return " · ".join(part for part in (show.state(event.fact), event.tracking) if part)
        case Tick():
            return words.TIMERS.get(event.name, event.name)
        case _:
            by = getattr(event, "by", "")
            called = {**words.ACTORS, **(names or {})}
            return called.get(by, by.removeprefix("operator:")) if by else ""


def _command(row: Row, calls: Sequence[Row]) -> Line:
    return Line(
        row["created_at"],
        "command",
        words.kind(row["kind"]),
        row["status"],
        words.trouble(row["error"].partition("\n")[0][:300]),
        f"/console/comandos/{row['id']}",
        calls,
        row["root"],
    )


def _notice(row: Row, names: Mapping[str, str]) -> Line:
    notice = NoticeState.model_validate_json(row["body"])
    return Line(
        notice.raised_at,
        "notice",
        words.notice(notice.name),
        notice.stage.value,
        " · ".join(
            word for word in (names.get(notice.person_id), words.REASONS.get(notice.reason, notice.reason)) if word
        ),
        f"/console/pessoas/{notice.person_id}",
    )


def _money(row: Row) -> Line:
    return Line(
        row["at"],
        "money",
        f"{show.reais(row['amount'])}: {show.account(row['credit'])} → {show.account(row['debit'])}",
        "",
        words.cause(row["cause"]),
        weight=row["amount"],
    )


def _person(row: Row) -> Line:
    return Line(row["at"], "person", f"{row['by']}: {row['action']}", "", row["detail"])
