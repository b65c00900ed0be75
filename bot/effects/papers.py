"""Renders dispute documents: lines of text as the pages of a PDF."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from bot.domain.disputes import Paper
from bot.integrations.protocols import File

PAGE = (1240, 1754)
"""A4 at 150 dpi."""
MARGIN = 90
SIZE = 22
STEP = 32
WIDTH = 92
"""Characters per line."""
MOST_PAGES = 20


def pdf(paper: Paper) -> File:
    """The document as ``<name>.pdf``; text beyond :data:`MOST_PAGES` pages is cut, with a note."""
    lines = [part for line in paper.lines for part in (textwrap.wrap(line, WIDTH) or [""])]
    room = (PAGE[1] - 2 * MARGIN) // STEP - 3
    pages = [lines[start : start + room] for start in range(0, len(lines), room)] or [[]]
    if len(pages) > MOST_PAGES:
        pages = [*pages[: MOST_PAGES - 1], ["(continua: o registro completo está com a loja)"]]
    images = [_page(paper.title, number, len(pages), page) for number, page in enumerate(pages, start=1)]
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return File(out.getvalue(), "application/pdf", f"{paper.name}.pdf")


def _page(title: str, number: int, of: int, lines: Sequence[str]) -> Image.Image:
    image = Image.new("L", PAGE, 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=SIZE)
    draw.text((MARGIN, MARGIN), f"{title} - {number}/{of}", fill=0, font=ImageFont.load_default(size=SIZE + 6))
    for place, line in enumerate(lines, start=2):
        draw.text((MARGIN, MARGIN + place * STEP), line, fill=0, font=font)
    return image
