"""What is installed is what was looked at."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pinned(name: str) -> dict[str, str]:
    """Package → what the lock file says of it."""
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8"))
    return {re.split(r"[=\[ ;]", block)[0].lower(): block for block in blocks if block.strip() and block[0] != "#"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-otel.lock", "requirements-dev.lock"])
def test_everything_is_pinned_with_hashes(name: str) -> None:
    packages = pinned(name)
    assert len(packages) > 30
    assert [p for p, block in packages.items() if "==" not in block or "--hash=sha256:" not in block] == []


def test_everything_that_is_wanted_is_pinned() -> None:
    wanted = {re.split(r"[\[<>=; ]", line)[0].lower() for line in PROJECT["project"]["dependencies"]}
    assert wanted - set(pinned("requirements.lock")) == set()


def test_bandits_rules_are_on() -> None:
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert {"S", "ASYNC", "B", "DTZ"} <= set(lint["select"])
    assert not [rule for rule in lint["ignore"] if rule.startswith("S")]
    assert set(lint["per-file-ignores"]["tests/**"]) >= {"S101"}
    assert not [
        path for path, rules in lint["per-file-ignores"].items() if path.startswith("bot") and "S" in str(rules)
    ]


def test_the_audit_passes_where_nobody_can_be_asked() -> None:
    """No network is no hole; the script says which of both it was."""
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / ".ci" / "audit"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "PIP_AUDIT": "/nonexistent/pip-audit"},
        check=False,
    )
    assert done.returncode == 0
    assert "not audited" in done.stderr
