"""Alerts to operators: the first is sent at once; those within :data:`CALM` after it are sent as one digest.

They go by e-mail, and in short on WhatsApp to operators with a phone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.correlation import new_root
from bot.domain.commands import SendEmail, SendText
from bot.domain.decision import NewCommand
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.upsert import insert_new
from bot.storage.wanted import insert_alone

LETTER = "alerts/"
"""How the keys of letters begin; the first and the last alert follow."""
CALM = timedelta(minutes=15)
MOST = 200
"""Alerts in one e-mail; the rest goes into the next."""
SHOWN = 30
LASTS = timedelta(days=2)
PHONE_LASTS = timedelta(hours=6)
"""Time to live of the WhatsApp message; e-mail and console still have the alert."""
ON_THE_PHONE = 600
"""Characters of the WhatsApp message."""


class AlertBook:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def note(self, key: str, topic: str, text: str) -> None:
        """Store an alert. ``key`` is an idempotency key."""
        row = {"key": key, "topic": topic[:300], "text": text, "at": self._clock()}
        await self._database.commit(lambda connection: insert_new(connection, t.alerts, [row]))


async def tell(database: Database, now: datetime, rules: Rules) -> int:
    """If it is time, store the commands that send all open alerts and mark these as sent, in one commit; returns how
    many. Without operators to tell, alerts stay open for the console."""
    if not (rules.operator_emails or rules.operator_phones) or await database.look(_nothing_open):
        return 0

    def work(connection: sa.Connection) -> int:
        told_by_now = sa.select(sa.func.max(t.alerts.c.mailed_at)).where(t.alerts.c.mailed_at <= now)
        last = connection.execute(told_by_now).scalar_one()  # none in the future, if the clock was set back
        if last is not None and now - last < CALM:
            return 0
        query = sa.select(t.alerts).where(sa.text("mailed_at IS NULL")).order_by(t.alerts.c.id).limit(MOST)
        rows = connection.execute(query).all()
        if not rows:
            return 0
        name, of = f"{LETTER}{rows[0].id}-{rows[-1].id}", new_root()
        letter = one(rows[0], rules.platform_name) if len(rows) == 1 else digest(rows, rules.platform_name)
        for number, address in enumerate(rules.operator_emails):
            mail = NewCommand(f"{name}/{number}", letter.but(to=address), "", SYSTEM, now + LASTS)
            insert_alone(connection, mail, now, of)
        for number, phone in enumerate(rules.operator_phones):
            text, queue = SendText(to=phone, text=in_short(letter)), f"wa:operator:{number}"
            message = NewCommand(f"{name}/phone/{number}", text, queue, SYSTEM, now + PHONE_LASTS)
            insert_alone(connection, message, now, of)
        told = sa.update(t.alerts).where(t.alerts.c.id.in_([row.id for row in rows]), sa.text("mailed_at IS NULL"))
        connection.execute(told.values(mailed_at=now))
        return len(rows)

    return await database.commit(work)


@dataclass(frozen=True)
class Letter:
    """A command that sends alerts, and the alerts it holds."""

    key: str
    status: str
    alerts: range


def letters_of(connection: sa.Connection, alerts: Collection[int]) -> list[Letter]:
    """The letters that hold one of these alerts and are still stored."""
    c = t.commands.c
    if not alerts:
        return []
    # there are few among the commands without an event, which have an index
    told = sa.select(c.key, c.status).where(c.event_id == 0, c.key.startswith(LETTER, autoescape=True), c.body != "")
    letters = []
    for key, status in connection.execute(told):
        first, _, last = key.removeprefix(LETTER).partition("/")[0].partition("-")
        letter = Letter(key, status, range(int(first), int(last) + 1))
        if any(number in letter.alerts for number in alerts):
            letters.append(letter)
    return letters


def reopen(connection: sa.Connection, alerts: Collection[int]) -> None:
    """Reopen alerts whose letter will not be sent."""
    for number in alerts:
        connection.execute(sa.update(t.alerts).where(t.alerts.c.id == number).values(mailed_at=None))


def _nothing_open(connection: sa.Connection) -> bool:
    first = sa.select(t.alerts.c.id).where(sa.text("mailed_at IS NULL")).limit(1)
    return connection.execute(first).first() is None


def one(row: sa.Row[tuple[object, ...]], brand: str) -> SendEmail:
    """The e-mail of a single alert."""
    data = {"topic": row.topic, "text": row.text, "brand": brand}
    return SendEmail(to="", subject=f"[operador] {row.topic}", template="operator_alert", data=data)


def digest(rows: Sequence[sa.Row[tuple[object, ...]]], brand: str) -> SendEmail:
    """The e-mail of many: topics with their counts, then the texts."""
    topics = Counter(row.topic for row in rows)
    said = {row.text: None for row in rows}  # each once, in order
    texts = [f"{text}" for text in list(said)[:SHOWN]]
    if len(said) > SHOWN:
        texts.append(f"E mais {len(said) - SHOWN}, no console.")
    data = {
        "topic": f"{len(rows)} alertas",
        "text": "\n\n".join(texts),
        "facts": "\n".join(f"{topic.replace(':', ' ·')}: {count}x" for topic, count in topics.most_common(SHOWN)),
        "preheader": ", ".join(topic for topic, _ in topics.most_common(4)),
        "brand": brand,
    }
    return SendEmail(to="", subject=f"[operador] {len(rows)} alertas", template="operator_alert", data=data)


def in_short(letter: SendEmail) -> str:
    """The WhatsApp version: the topics of a digest, the text of a single alert."""
    text = letter.data.get("facts") or letter.data["text"]
    short = text if len(text) <= ON_THE_PHONE else text[: ON_THE_PHONE - 1] + "…"
    return f"*{letter.subject}*\n{short}"
