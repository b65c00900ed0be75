"""What ``docs/adding-a-flow.md`` shows works as it stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import engine, flows, routes
from bot.conversations.talk import Heard, Talk
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop
from tests.support_shop import marina

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-flow.md"
CODE = re.compile(r"^   ```python\n(.*?)^   ```", re.DOTALL | re.MULTILINE)


def test_the_page_s_flow_can_be_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    *made, walked = (textwrap.dedent(code) for code in CODE.findall(PAGE.read_text("utf-8")))
    names: dict[str, Any] = {}
    exec("\n".join(made), names)  # noqa: S102 - our own page
    monkeypatch.setitem(flows.FLOWS, "service_reminder", names["FLOW"])

    def way_in(talk: Talk, heard: Heard) -> bool:
        engine.start(talk, "service_reminder")
        return True

    monkeypatch.setitem(routes.ROUTES, "find_part", way_in)
    monkeypatch.setitem(routes.OWN_INTENTS, "service_reminder", frozenset({"find_part"}))
    chat = Chat(parts_shop(marina(greeted=True)))
    walked = walked.replace("me lembra de trocar o filtro", "quero um farol de gol")
    exec(walked, {"chat": chat})  # noqa: S102 - our own page
    assert "farol do gol g5" in chat.last[-1]
