"""Charts as SVG, rendered on the server: no script, no library, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT, FOOT = 270, 100, 18


def bars(values: Sequence[int], *, title: str, label: Callable[[int], str] = str) -> Markup:
    """One bar per value, labelled with hours. ``title`` is read aloud; each bar has its value as text."""
    top = max([*values, 1])
    step = WIDTH / max(len(values), 1)
    drawn = []
    for place, value in enumerate(values):
        tall = round((HEIGHT - FOOT - 14) * value / top, 1)
        left, up = round(place * step + 1, 1), round(HEIGHT - FOOT - tall, 1)
        said = escape(f"{place}h: {label(value)}")
        drawn.append(
            f'<rect x="{left}" y="{up}" width="{round(step - 2, 1)}" height="{max(tall, 0.5)}" rx="2">'
            f"<title>{said}</title></rect>"
        )
        if place % 6 == 0:
            drawn.append(f'<text x="{left}" y="{HEIGHT - 3}">{place}h</text>')
    highest = f'<text class="top" x="{WIDTH}" y="11">{escape(label(max(values, default=0)))}</text>'
    return Markup(  # noqa: S704 - every text in it is escaped above
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(drawn)}{highest}</svg>"
    )


def funnel(steps: Sequence[tuple[str, int]], *, title: str) -> Markup:
    """Horizontal bars with their share of the first one."""
    whole = max(steps[0][1] if steps else 0, 1)
    drawn = []
    for place, (name, value) in enumerate(steps):
        up = place * 32
        wide = round((WIDTH - 150) * min(value / whole, 1), 1)
        # an order can follow from an earlier quote: a share above 100 % means nothing
        share = f"{value} ({round(100 * value / whole)} %)" if place and value <= whole else f"{value}"
        drawn.append(
            f'<text x="0" y="{up + 19}">{escape(name)}</text>'
            f'<rect x="76" y="{up + 4}" width="{max(wide, 1)}" height="22" rx="3"></rect>'
            f'<text x="{81 + wide}" y="{up + 19}">{escape(share)}</text>'
        )
    return Markup(  # noqa: S704 - every text in it is escaped above
        f'<svg class="chart" viewBox="0 0 {WIDTH} {len(steps) * 32}" role="img" aria-label="{escape(title)}">'
        f"{''.join(drawn)}</svg>"
    )
