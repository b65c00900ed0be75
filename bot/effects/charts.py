"""A bar chart of amounts as a PNG, for a message: drawn with Pillow's own font, so that it looks the same everywhere.

That font has no accents, so texts are drawn without them.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from bot.domain import money
from bot.domain.commands import Bar
from bot.integrations.protocols import File

WIDTH, HEIGHT = 960, 540
_LEFT, _RIGHT, _TOP, _FOOT = 40, 40, 110, 64
_INK, _FAINT, _BAR, _BEST, _PAPER = "#1f2933", "#7b8794", "#5b8def", "#1b5fd1", "#ffffff"
FEW = 12
"""Up to so many bars each is labelled; of more, the highest only."""


def plain(text: str) -> str:
    """What the font can draw: without accents, dashes and dots of its own."""
    folded = unicodedata.normalize("NFKD", text.replace("·", "-").replace("\u00a0", " "))
    return folded.encode("ascii", "ignore").decode()


def draw(title: str, bars: Sequence[Bar]) -> File:
    """One bar an amount (centavos), its label under it, the highest set off. Raises ValueError for no bars."""
    if not bars:
        raise ValueError("a chart of nothing")
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((_LEFT, 30), plain(title), font=ImageFont.load_default(34), fill=_INK)
    top = max(max(bar.value for bar in bars), 1)
    step = (WIDTH - _LEFT - _RIGHT) / len(bars)
    ground, tallest = HEIGHT - _FOOT, HEIGHT - _FOOT - _TOP - 30
    small = ImageFont.load_default(22 if len(bars) <= FEW else 16)
    best = max(range(len(bars)), key=lambda place: bars[place].value)
    every = max(1, -(-len(bars) // FEW))
    pen.line([(_LEFT, ground), (WIDTH - _RIGHT, ground)], fill=_FAINT, width=2)
    for place, bar in enumerate(bars):
        left = _LEFT + place * step
        middle, gap = left + step / 2, min(step * 0.15, 12)
        high = round(tallest * max(bar.value, 0) / top)
        if high:
            box = [left + gap, ground - high, left + step - gap, ground - 1]
            pen.rectangle(box, fill=_BEST if place == best else _BAR)
        if place % every == 0:
            pen.text((middle, ground + 14), plain(bar.label), font=small, fill=_INK, anchor="ma")
        if bar.value and (len(bars) <= FEW or place == best):
            pen.text((middle, ground - high - 8), _amount(bar.value), font=small, fill=_INK, anchor="mb")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return File(out.getvalue(), "image/png", "vendas.png")


def _amount(centavos: int) -> str:
    """Short, as it stands over a bar: whole reais."""
    return plain(money.show(money.half_up(centavos, 100) * 100)).removesuffix(",00")
