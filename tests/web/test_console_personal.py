"""Somebody's own data: the owner gets a copy, and asks for the end of it, never by one wrong click."""

from __future__ import annotations

import json

import pytest

from bot.console.access import Role
from bot.domain.events import EVENT, ForgetAsked
from tests.web.test_console import Office, office
from tests.web.test_console_acts import as_role, paid_order

__all__ = ["office"]


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)


async def test_the_owner_gets_a_copy_and_it_is_on_record(office: Office) -> None:
    await paid_order(office)
    cookie, _ = await as_role(office, Role.OWNER)
    status, text, answer = await office.get("/pessoas/p-marina/dados.json", cookie)
    assert status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "1042" in json.dumps(json.loads(text))
    (row,) = await office.accounts.log(action="baixou os dados")
    assert (row["by"], row["subject"]) == ("owner", "person:p-marina")
    assert (await office.get("/pessoas/nobody/dados.json", cookie))[0] == 404


async def test_nobody_else_gets_or_ends_anything(office: Office) -> None:
    await paid_order(office)
    for role in (Role.SUPPORT, Role.FINANCE, Role.READER):
        cookie, token = await as_role(office, role)
        assert (await office.get("/pessoas/p-marina/dados.json", cookie))[0] == 403
        form = {"token": token, "reason": "x", "sure": "apagar"}
        assert (await office.post("/pessoas/p-marina/esquecer", cookie, **form)).status == 403
        _, page, _ = await office.get("/pessoas/p-marina", cookie)
        assert "Apagar os dados" not in page


async def test_an_end_needs_a_reason_and_a_word(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.OWNER)
    for form, said in (
        ({"sure": "apagar"}, "why"),
        ({"reason": "pediu por carta"}, "unclear"),
        ({"reason": "pediu por carta", "sure": "sim"}, "unclear"),
        ({"reason": "pediu por carta", "sure": "APAGAR"}, "asked"),
        ({"reason": "pediu por carta", "sure": "APAGAR"}, "twice"),
    ):
        answer = await office.post("/pessoas/p-marina/esquecer", cookie, token=token, act="a", **form)
        assert answer.headers["Location"].endswith(f"said={said}")
    (row,) = (await office.records.events(source="console", whole=True)).rows
    assert EVENT.validate_json(row["body"]) == ForgetAsked(person_id="p-marina", by="operator:owner")
