"""The site's pages: what is made is fresh, every page is in the list, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tools import write_settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)")


def test_the_page_of_settings_is_fresh() -> None:
    assert write_settings.main(["--check"]) == 0, "run `python -m tools.write_settings`"


def test_the_list_names_pages_that_there_are() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8").replace("!!python/name:", "!!str "))

    def listed(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        if isinstance(entry, dict):
            return [page for value in entry.values() for page in listed(value)]
        return [page for one in entry for page in listed(one)] if isinstance(entry, list) else []

    named = listed(site["nav"])
    assert len(named) > 10
    assert [page for page in named if not (DOCS / page).exists()] == []
    assert site["strict"] is True


def test_every_link_leads_somewhere_inside() -> None:
    lost = []
    for path in DOCS.rglob("*.md"):
        for target in LINK.findall(path.read_text("utf-8")):
            if not target.startswith(("http://", "https://", "mailto:")):
                there = (path.parent / target).resolve()
                if not there.exists() or DOCS not in there.parents:
                    lost.append(f"{path.name}: {target}")
    assert lost == []


def test_every_module_that_a_page_names_exists() -> None:
    """Whole paths, or paths below ``bot``; the pages of instructions name files that the reader is to write."""
    pages = [ROOT / "README.md", *(page for page in DOCS.glob("*.md") if not page.name.startswith("adding-"))]
    named = {(page.name, name) for page in pages for name in re.findall(r"`(\w+/[\w/]+\.py)`", page.read_text("utf-8"))}
    assert len(named) > 20
    missing = {
        (page, name)
        for page, name in named
        if not any((ROOT / top / name).exists() for top in ("", "bot", "bot/integrations"))
    }
    assert missing == set()
