"""Screenshots of every e-mail in Chromium, on phone and desktop, light and dark, into ``docs/mails``.

python -m tools.show_mails [--chromium PATH]

One sheet per width and theme; the single e-mails go to ``var/mails``.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import shutil
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import async_playwright

from bot.domain.commands import Bar, SendEmail
from bot.domain.links import Links
from bot.effects.charts import draw
from bot.effects.letters import PICTURES, footer
from bot.effects.mail import render
from bot.effects.messages import qr_png
from tools import samples

ROOT = Path(__file__).resolve().parent.parent
SHEETS, SINGLE = ROOT / "docs" / "mails", ROOT / "var" / "mails"
WIDTHS = (375, 700)
THEMES = ("light", "dark")
LINKS = Links("https://autopars.example", ["a-secret-of-the-pictures"])
COLUMNS = {375: 5, 700: 3}
SCALE = {375: 0.8, 700: 0.6}


def html_of(email: SendEmail) -> str:
    """The HTML as sent, with inline images in place of their content ids."""
    data, _ = footer(email, LINKS)
    picture = next((a for a in email.attachments if a.what in PICTURES), None)
    shown = {"picture": picture.what, "picture_label": PICTURES[picture.what]} if picture else {}
    html, _ = render(email.template, {**data, **shown}, subject=email.subject)
    if picture is None:
        return html
    if picture.what == "pix":
        png = qr_png(picture.source).data
    else:
        bars = [b.partition("=") for b in picture.source.split(";")]
        png = draw("", [Bar(label=label, value=int(value)) for label, _, value in bars]).data
    return html.replace(f"cid:{picture.what}", "data:image/png;base64," + base64.b64encode(png).decode())


async def shoot(chromium: str) -> None:
    mails = {name: html_of(email) for name, email in samples.mails().items()}
    SHEETS.mkdir(parents=True, exist_ok=True)
    SINGLE.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            for theme in THEMES:
                context = await browser.new_context(
                    viewport={"width": width, "height": 100}, color_scheme="dark" if theme == "dark" else "light"
                )
                page = await context.new_page()
                pictures = []
                for name, html in mails.items():
                    await page.set_content(html)
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        raise SystemExit(f"{name} is {wide} px wide on {width}")
                    data = await page.screenshot(full_page=True)
                    (SINGLE / f"{name}-{width}-{theme}.png").write_bytes(data)
                    pictures.append((name, Image.open(io.BytesIO(data)).convert("RGB")))
                sheet(pictures, width, theme).save(SHEETS / f"{theme}-{width}.png", optimize=True)
                await context.close()
        await browser.close()


def sheet(pictures: list[tuple[str, Image.Image]], width: int, theme: str) -> Image.Image:
    """All e-mails side by side, each in the shortest column so far; few colours keep the file small."""
    columns, scale = COLUMNS[width], SCALE[width]
    step = round(width * scale) + 16
    heights = [0] * columns
    places = []
    for name, picture in pictures:
        column = heights.index(min(heights))
        small = picture.resize((round(width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
        places.append((column * step + 8, heights[column], name, small))
        heights[column] += small.height + 44
    paper, ink = ("#0b0d11", "#c8ced8") if theme == "dark" else ("#dfe3e8", "#28303b")
    whole = Image.new("RGB", (columns * step, max(heights)), paper)
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(18)
    for left, top, name, small in places:
        pen.text((left, top + 10), name, font=font, fill=ink)
        whole.paste(small, (left, top + 36))
    return whole.quantize(colors=160, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.show_mails", description="Pictures of every e-mail.")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    parser.add_argument("--chromium", default=found, help="the browser (default: the one on the path)")
    options = parser.parse_args(arguments)
    asyncio.run(shoot(options.chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
