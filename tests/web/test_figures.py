"""What is counted, and that alert rules and dashboard speak of figures that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest

from bot.domain.commands import SendText
from bot.domain.decision import Decision, Stored
from bot.domain.events import Done, Refused, Tick
from bot.engine.store import Turned
from bot.figures import Figures, both
from bot.integrations.http import CallRecord
from tests.engine.support import NOON
from tests.security.conftest import Door, Open
from tests.security.conftest import migrated as migrated
from tests.security.conftest import open_door as open_door

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\bautopars_[a-z_]+")


def call(outcome: str, ms: int) -> CallRecord:
    return CallRecord("asaas", "charge.create", "c", 1, "POST", "http://x", NOON, ms, 200, outcome, "{}", "{}")


def test_calls_turns_and_commands_are_counted() -> None:
    figures = Figures()
    watch = both(figures.watch, lambda *_: None)
    for one in (call("answered", 120), call("answered", 4_000), call("uncertain", 5_000)):
        watch("call", one)
    stored = Stored(1, "system", Tick(name="x"), NOON)
    watch("turn", Turned(stored, Decision(stored)))
    watch("turn", Turned(stored, None, "an error"))
    watch("event", "something else")
    text = generate_latest(figures.registry).decode()
    for line in (
        'autopars_calls_total{outcome="answered",provider="asaas"} 2.0',
        'autopars_calls_total{outcome="uncertain",provider="asaas"} 1.0',
        'autopars_call_seconds_bucket{le="0.25",provider="asaas"} 1.0',
        'autopars_call_seconds_bucket{le="5.0",provider="asaas"} 3.0',
        'autopars_turns_total{result="done"} 1.0',
        'autopars_turns_total{result="failed"} 1.0',
    ):
        assert line in text.splitlines()
    assert "_created" not in text


def test_what_came_of_commands() -> None:
    from bot.engine.store import Waiting

    figures = Figures()
    command = SendText(to="1", text="oi")
    waiting = Waiting(1, "c/1", command, "", "person:1", 0, in_doubt=False, told_parked=False, expires_at=None)
    figures.watch("result", (waiting, Done(key="c/1", command=command, result={})))
    figures.watch("result", (waiting, Refused(key="c/1", command=command, reason="no_whatsapp")))
    text = generate_latest(figures.registry).decode()
    assert f'autopars_commands_total{{needs="{command.needs}",result="done"}} 1.0' in text
    assert f'autopars_commands_total{{needs="{command.needs}",result="refused"}} 1.0' in text


def expressions() -> Iterator[str]:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])


async def test_alerts_and_dashboard_name_figures_that_there_are(open_door: Open) -> None:
    door: Door = await open_door()
    async with door.session.get(door.url + "/metrics") as answer:
        shown = set(re.findall(r"^# TYPE (\S+)", await answer.text(), re.M))
    asked = {name.removesuffix("_bucket") for text in expressions() for name in NAME.findall(text)}
    assert asked
    assert asked - shown - {f"{name}_total" for name in shown} == set()


@pytest.mark.parametrize("field", ["severity", "summary"])
def test_every_alert_says_how_bad_and_what(field: str) -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert {**rule["labels"], **rule["annotations"]}[field]
