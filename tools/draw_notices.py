"""Write ``docs/notices.md`` from the catalogue that is run: every notice, when and how it is told, and its words.

python -m tools.draw_notices            # writes
python -m tools.draw_notices --check    # writes nothing, exit 1 if the page is stale
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from bot.conversations.catalogue import CATALOGUE, Kind
from bot.effects.mail import render
from tools import samples

PAGE = Path(__file__).resolve().parent.parent / "docs" / "notices.md"
HEAD = """# What the shop tells people

Made by `python -m tools.draw_notices` from `bot/conversations/catalogue.py` and its texts; changes belong there.

Each is told once, on the channel that works: WhatsApp, and by e-mail where WhatsApp refuses, is off, reports a failure,
or shows no receipt within the notice's *patience*. It has one *key* on every channel, which is the e-mail's idempotency
key too. After its *life*, and once it is *outdated*, it is dropped, not told late. **Essential** news go at any hour;
**reminders** and **news** keep the quiet hours of the recipient's state by its own clock (`bot/domain/quiet.py`), end
with SAIR, and carry a link that ends them. Receipts are mailed besides (`payment_confirmed`, `refund_done`). How fast,
and what happens in an outage: [reliability](reliability.md). The e-mails as they look: [mails](mails/README.md).

"""


def page() -> str:
    rows = [
        "| notice | to | purpose | key | patience | life | outdated when | with it |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(name, kind) for name, kind in CATALOGUE.items()),
    ]
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(_words(name, kind) for name, kind in CATALOGUE.items())


def _row(name: str, kind: Kind) -> str:
    known = {"": "", "code": "the code by itself, its picture", "label": "the PDF"}
    carried = known.get(kind.carries, f"the {kind.carries}")
    with_it = "; ".join(w for w in (carried, "an e-mail always" if kind.always_mailed else "") if w)
    outdated = kind.stale.when if kind.stale else "–"
    return (
        f"| [{name}](#{name}) | {kind.audience} | {kind.purpose} | `{kind.key(name)}` | {_span(kind.patience)} | "
        f"{_life(kind)} | {outdated} | {with_it or '–'} |"
    )


def _life(kind: Kind) -> str:
    if kind.life is not None:
        return _span(kind.life)
    return "that day" if kind.purpose == "reminder" else "until the code expires"


def _span(span: timedelta) -> str:
    if span.days:
        return f"{span.days} days" if span.days > 1 else "1 day"
    return f"{span.seconds // 60} min"


def _words(name: str, kind: Kind) -> str:
    email = samples.letter(name)
    plain = render(email.template, email.data, subject=email.subject)[1]
    asks = (
        ""
        if kind.opens(samples.news(name)) is None
        else "\n\nWhere nothing else is open, a question says it instead.\n"
    )
    files = ", ".join(a.name for a in email.attachments)
    attached = f" · attached: {files}" if files else ""
    return (
        f"### {name}\n\nWhatsApp:\n\n{_quoted(kind.text(samples.news(name)))}{asks}\n\n"
        f"E-mail `{email.template}`, *{email.subject}*{attached}:\n\n```text\n{plain.rstrip()}\n```\n"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}  " for line in text.splitlines())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.draw_notices", description="Write docs/notices.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")
    options = parser.parse_args(arguments)
    if options.check:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page()
        if stale:
            print(f"stale: {PAGE}; run python -m tools.draw_notices")
        return int(stale)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
