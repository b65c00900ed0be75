"""``python -m scheduler`` on the command line."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.support import Desk, assert_plain, count


async def test_the_jobs_are_listed_name_first(empty_desk: Desk) -> None:
    done = await empty_desk.run("list", module="scheduler", SECRET_KEY=None)  # it reads nothing
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.lines] == [
        "timers",
        "alerts",
        "reports",
        "tracking",
        "mails",
        "reconcile",
        "balances",
        "webhook",
        "trim",
    ]


async def test_a_job_runs_as_if_it_were_a_moment(desk: Desk) -> None:
    with sqlite3.connect(desk.database) as database:
        database.execute(
            "INSERT INTO timers (key, lane, name, data, due_at) "
            "VALUES ('k', 'person:1', 'quote.expired', '{}', '2026-11-25 12:00:00.000000')"
        )
    early = await desk.run("run", "timers", "--at", "2026-11-25T08:59:00-03:00", module="scheduler")
    assert (early.code, early.out, early.err) == (0, "0 timers fired\n", "")
    due = await desk.run("run", "timers", "--at", "2026-11-25T09:00:00-03:00", module="scheduler")
    assert (due.code, due.out) == (0, "1 timers fired\n")
    assert (count(desk, "timers"), count(desk, "events")) == (0, 1)


@pytest.mark.parametrize(
    "words", [["sweep"], ["timers", "--at", "2026-11-25T12:00:00"], ["timers", "--at", "tomorrow"], []]
)
async def test_a_job_or_moment_that_is_none(desk: Desk, words: list[str]) -> None:
    done = await desk.run("run", *words, module="scheduler")
    assert_plain(done, 2)


async def test_the_scheduler_wants_settings_and_schema(empty_desk: Desk) -> None:
    assert_plain(await empty_desk.run(module="scheduler", SECRET_KEY=None), 2)
    assert_plain(await empty_desk.run("run", "timers", module="scheduler"), 1)
    assert_plain(await empty_desk.run(module="scheduler"), 1)


@pytest.mark.parametrize("words", [[], ["list"], ["run"]])
async def test_the_schedulers_help(empty_desk: Desk, words: list[str]) -> None:
    done = await empty_desk.run(*words, "--help", module="scheduler", SECRET_KEY=None)
    assert (done.code, done.err) == (0, "")
