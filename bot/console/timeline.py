"""The story of one order in one list: events, commands with their calls, notices, money."""

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
"""Lines per order; characters per message in a line."""


@dataclass(frozen=True)
class Line:
    """``what``: event, command, notice, money or person. ``link`` leads to the raw record."""

    at: datetime
    what: str
    title: str
    state: str = ""
    detail: str = ""
    link: str = ""
    calls: Sequence[Row] = field(default=())
    root: str = ""
    """The root of the event, if recorded."""
    weight: int = 0
    """Among lines of the same moment the highest comes first: a payment before its parts."""


async def of_order(records: Records, accounts: Accounts, number: int, names: Mapping[str, str]) -> list[Line]:
    """Oldest first. ``names``: people's names by id."""
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
    """Everything that followed from one root, oldest first."""
    return sorted(await _worked(records, *await records.from_root(root, MOST), {}), key=lambda line: line.at)


async def _worked(
    records: Records, events: Sequence[Row], commands: Sequence[Row], names: Mapping[str, str]
) -> list[Line]:
    """Events and commands, each command in one line with its calls and its outcome."""
    calls: dict[str, list[Row]] = {}
    for call in await records.calls_for([c["key"] for c in commands]):
        calls.setdefault(call["correlation"], []).append(call)
    return [
        *[_event(row, names) for row in events if not row["kind"].startswith("command.")],
        *[_command(row, calls.get(row["key"], [])) for row in commands],
    ]


def _event(row: Row, names: Mapping[str, str]) -> Line:
    origin = "" if row["source"] in ("bot", "timer") else f" · {row['source']}"
    state = "" if row["status"] == "done" else row["status"]
    title, link = words.kind(row["kind"]) + origin, f"/console/eventos/{row['id']}"
    what = "message" if row["kind"] == "message.received" else "event"
    return Line(row["received_at"], what, title, state, detail(row.get("body", ""), names), link, root=row["root"])


def detail(body: str, names: Mapping[str, str]) -> str:
    """A short description of a stored event; "" if it says no more than its kind."""
    try:
        event = EVENT.validate_json(body) if body else None
    except ValueError:  # emptied: the person was erased, or it is past its retention
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
            called = {**words.ACTORS, **names}
            return called.get(by, by.removeprefix("operator:")) if by else ""


def _command(row: Row, calls: Sequence[Row]) -> Line:
    return Line(
        row["created_at"],
        "command",
        words.kind(row["kind"]),
        row["status"],
        words.trouble_in_short(row, 300),
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
