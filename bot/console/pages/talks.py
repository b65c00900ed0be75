"""Conversation statistics: each question's funnel, and the messages that were not understood, ready to become test
cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.console import show
from bot.console.listing import Filter, Listing
from bot.console.server import HEADERS, Console, Desk, Outline, Visit
from bot.domain.events import EVENT, Message
from bot.redaction import Redactor
from bot.storage.lists import Page, Span
from bot.storage.reading import Row

DAYS = {"1": "hoje", "7": "7 dias", "30": "30 dias", "90": "90 dias"}
TEST_PART = "aside"
"""The part of the labelled examples kept for testing the language, never for training."""


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("/funil", funnel),
        console.get("/mal-entendidas", MISHEARD.page),
        console.get(r"/mal-entendidas/{id:\d{1,18}}.csv", case),
    ]


@dataclass
class Question:
    """What happened at one question."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, what: str) -> int:
        return self.counts.get(what, 0)

    def share(self, what: str) -> int:
        """Per cent of those who were asked."""
        return round(100 * self.of(what) / self.of("entered")) if self.of("entered") else 0


async def funnel(visit: Visit) -> web.Response:
    days = visit.word("days") if visit.word("days") in DAYS else "7"
    today = visit.desk.clock().astimezone(show.ZONE).date()
    rows = await visit.desk.records.steps(today - timedelta(days=int(days) - 1))
    return visit.page("funnel.html", flows=flows(rows, visit.desk.flows), days=days, choices=DAYS)


def flows(rows: Sequence[Row], outlines: Mapping[str, Outline]) -> list[tuple[str, list[Question]]]:
    """Every flow that was used, with its questions in order; most often begun first."""
    found: dict[str, dict[str, Question]] = {}
    for row in rows:
        question = found.setdefault(row["flow"], {}).setdefault(row["step"], Question(row["step"]))
        question.counts[row["what"]] = int(row["count"])

    def in_order(flow: str) -> list[Question]:
        known = outlines[flow].steps if flow in outlines else ()
        places = {step: place for place, step in enumerate(known)}
        return sorted(found[flow].values(), key=lambda q: places.get(q.name, len(places)))

    def busy(flow: str) -> int:
        return max(question.of("entered") for question in found[flow].values())

    return [
        (outlines[flow].title if flow in outlines else flow, in_order(flow))
        for flow in sorted(found, key=busy, reverse=True)
    ]


async def _misheard(desk: Desk, span: Span, wanted: dict[str, Any]) -> Page:
    page = await desk.records.misheard(span, **wanted)
    return Page([{**row, "text": words(row["event"])} for row in page.rows], page.next)


async def _flow_names(desk: Desk) -> Sequence[str]:
    return list(desk.flows)


MISHEARD = Listing(
    "misheard.html",
    _misheard,
    (Filter("flow", "Conversa", _flow_names, str),),
    more=lambda desk: {"intents": desk.intents},
    looked="misheard",
)


def words(event: Row | None) -> str:
    """The text of a message, with personal data removed; "" if it is gone."""
    try:
        message = EVENT.validate_json(event["body"]) if event is not None else None
    except ValueError:  # emptied: the person was erased, or it is past its retention
        return ""
    return Redactor().text(message.text) if isinstance(message, Message) else ""


async def case(visit: Visit) -> web.Response:
    """One line for the file of labelled examples: text, intent, slots, part."""
    event = await visit.desk.records.event(visit.number("id"))
    text, intent = words(event), visit.word("intent")
    if not text or intent not in visit.desk.intents:
        return visit.missing()
    await visit.looked_at(f"event:{visit.number('id')}")
    line = io.StringIO()
    # a leading blank keeps spreadsheets from reading a message as a formula
    safe = f" {text}" if text[0] in "=+-@\t\r" else text
    csv.writer(line, lineterminator="\n").writerow([safe, intent, "{}", TEST_PART])
    name = f"mal-entendida-{visit.number('id')}.csv"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=line.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)
