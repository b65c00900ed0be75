"""The drawings of the conversations say what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversations import drawing
from bot.conversations.flows import FLOWS
from bot.conversations.steps import END
from tools import draw_flows


def test_the_pages_in_docs_are_fresh() -> None:
    assert draw_flows.stale() == [], "run python -m tools.draw_flows"


def test_writing_checking_and_leftovers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--folder", str(tmp_path / "flows")]
    assert draw_flows.main(["--check", *folder]) == 1
    assert draw_flows.main(folder) == 0
    assert draw_flows.main(["--check", *folder]) == 0
    (tmp_path / "flows" / "buying.md").write_text("old")
    (tmp_path / "flows" / "gone.md").write_text("a flow that is no more")
    capsys.readouterr()
    assert draw_flows.main(["--check", *folder]) == 1
    assert "buying.md" in (told := capsys.readouterr().out)
    assert "gone.md" in told
    assert draw_flows.main(folder) == 0
    assert not (tmp_path / "flows" / "gone.md").exists()


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_lead_and_turn_goes_somewhere(name: str) -> None:
    flow = FLOWS[name]
    for step in flow.steps:
        for target in step.leads.values():
            assert target == END or target[1:] in FLOWS if target[0] == ">" else target == END or target in flow.by_name
    assert set(flow.turns) <= set(flow.by_name)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_no_state_is_called_by_a_word_of_mermaid(name: str) -> None:
    states = {line.split(" as ")[1] for line in drawing.draw(FLOWS[name]).splitlines() if " as " in line}
    assert states
    assert not states & drawing.RESERVED
