"""Write the conversations as Mermaid diagrams into ``docs/flows``, one page a flow, from the code that is run.

python -m tools.draw_flows            # writes
python -m tools.draw_flows --check    # writes nothing, exit 1 if a page is stale, missing or left over
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.conversations import drawing
from bot.conversations.flows import FLOWS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "flows"
LEGEND = (
    "A state with `?` is a question, ⚙ is an act without a question, ⏳ waits for a provider. The words at the arrows "
    "are the names of the answers. *menu*, *voltar*, *cancelar*, *atendente*, *ajuda* and *sair* work everywhere."
)
MADE = "Made by `python -m tools.draw_flows` from `bot/conversations/flows`; changes belong there."


def pages() -> dict[str, str]:
    """File name → content of every page."""
    found = {f"{name}.md": _page(name, diagram) for name, diagram in drawing.mermaid().items()}
    rows = "\n".join(f"| [{name}]({name}.md) | {flow.title} | {flow.role or 'both'} |" for name, flow in FLOWS.items())
    found["README.md"] = f"# Conversations\n\n{MADE}\n\n{LEGEND}\n\n| flow | called | of |\n|---|---|---|\n{rows}\n"
    return found


def _page(name: str, diagram: str) -> str:
    title = FLOWS[name].title
    return f"# {name}: {title}\n\n{MADE} {LEGEND}\n\n```mermaid\n{diagram}\n```\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of pages that do not say what the code does, missing and left-over ones included."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path = FOLDER) -> list[str]:
    """Write what is stale and take away what is left over; the names of both."""
    wanted, changed = pages(), stale(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.draw_flows", description="Draw the conversations.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are (default: docs/flows)")
    options = parser.parse_args(arguments)
    if options.check:
        old = stale(options.folder)
        for name in old:
            print(f"stale: {options.folder / name}; run python -m tools.draw_flows")
        return 1 if old else 0
    for name in write(options.folder):
        print(options.folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
