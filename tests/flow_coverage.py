"""Which arrows of the conversations the tests walk. A pytest plugin: ``-p tests.flow_coverage``.

It says at the end how many there are and which nobody has walked; with ``--every-arrow`` (as in ``make test``) one that
nobody has walked fails the run. An arrow is a step's answer, as in ``docs/flows``; it counts wherever it is walked, in
scripted conversations, by the random walk or over sockets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

Arrow = tuple[str, str, str]
"""Flow, step, answer."""


class Walked(Mapping[str, str]):
    """A step's leads, which notes what is looked up."""

    def __init__(self, leads: Mapping[str, str], where: tuple[str, str], seen: set[Arrow]) -> None:
        self._leads, self._where, self._seen = leads, where, seen

    def __getitem__(self, answer: str) -> str:
        self._seen.add((*self._where, answer))
        return self._leads[answer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._leads)

    def __len__(self) -> int:
        return len(self._leads)

    # whoever draws or checks the flows walks nothing

    def items(self) -> Any:
        return self._leads.items()

    def values(self) -> Any:
        return self._leads.values()

    def __contains__(self, answer: object) -> bool:
        return answer in self._leads


class FlowCoverage:
    def __init__(self, config: pytest.Config) -> None:
        from bot.conversations.flows import FLOWS

        self._config = config
        self.seen: set[Arrow] = set()
        self.all: set[Arrow] = set()
        for name, flow in FLOWS.items():
            for step in flow.steps:
                self.all |= {(name, step.name, answer) for answer in step.leads}
                # a step is frozen for everybody else
                object.__setattr__(step, "leads", Walked(step.leads, (name, step.name), self.seen))

    @property
    def missing(self) -> list[Arrow]:
        return sorted(self.all - self.seen)

    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended, and has sent what it walked."""
        self.seen |= {tuple(arrow) for arrow in getattr(node, "workeroutput", {}).get("arrows", [])}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["arrows"] = sorted(self.seen)
        elif self.missing and self._config.getoption("every_arrow") and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        walked = len(self.all) - len(self.missing)
        terminalreporter.section("conversations")
        terminalreporter.line(f"{walked} of {len(self.all)} arrows of the flows were walked")
        for flow, step, answer in self.missing:
            terminalreporter.line(f"  nobody walked {flow}.{step} --{answer}-->")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-arrow", action="store_true", dest="every_arrow", help="fail if an arrow is not walked")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(FlowCoverage(config), "autopars-flow-coverage")
