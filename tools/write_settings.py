"""Write docs/settings.md from ``.env.example`` (what each is for) and bot/settings.py (what it is, and by default).

python -m tools.write_settings            # writes
python -m tools.write_settings --check    # writes nothing, exit 1 if the page is stale
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import CHANGING, Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Every setting

Made by `python -m tools.write_settings`; the meanings stand in `.env.example`, types and defaults in `bot/settings.py`.

All come from the environment (in development also from `.env`). What is missing or malformed stops the start with one
line a problem. A line left empty counts as not there. Secrets are shown nowhere; the console shows all others with
their origin.
"""
_SECTION = re.compile(r"^# --- (.+?) -+$")


def parts() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each section of ``.env.example`` with its names and what is said of them."""
    section = ""
    said: list[str] = []
    found: list[tuple[str, str]] = []
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        title = _SECTION.match(line)
        if title:
            if found:
                yield section, found
            section, said, found = title[1], [], []
        elif line.startswith("#"):
            said.append(line.removeprefix("#").strip())
        elif "=" in line:
            found.append((line.partition("=")[0], " ".join(said)))
            said = []
        else:
            said = []
    if found:
        yield section, found


def kind(field: FieldInfo) -> str:
    """A type in words."""
    wanted: Any = field.annotation
    if get_origin(wanted) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(wanted))
    if wanted is SecretStr:
        return "secret"
    name = str(getattr(wanted, "__name__", wanted))
    return {
        "str": "text",
        "int": "whole number",
        "float": "seconds",
        "Decimal": "number",
        "bool": "`true` or `false`",
    }.get(name, "list, with commas")


def usual(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value: Any = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ",".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    return f"`{value}`" if str(value) else ""


def page() -> str:
    lines = [HEAD]
    for section, names in parts():
        lines.append(f"\n## {section}\n\n| name | what for | type | default |\n|---|---|---|---|")
        for name, said in names:
            field = Settings.model_fields[name.lower()]
            more = " May hold two while it is changed: `new,old`." if name.lower() in CHANGING else ""
            text = (said + more).replace("|", "\\|")
            lines.append(f"| `{name}` | {text} | {kind(field)} | {usual(field)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    fresh = PAGE.exists() and PAGE.read_text("utf-8") == page()
    if "--check" in words:
        return 0 if fresh else 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
