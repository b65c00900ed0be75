"""What operators are to be told, kept until they are: the first alert at once, a flood as one digest.

It goes by e-mail, and in short on WhatsApp to those who gave a phone. The next one waits for :data:`CALM` and holds all
that has come meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.correlation import new_root
from bot.domain.commands import Command, SendEmail, SendText
from bot.domain.lanes import SYSTEM
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.upsert import insert_new

LETTER = "alerts/"
"""How the keys of letters begin; the first and the last alert follow."""
CALM = timedelta(minutes=15)
MOST = 200
"""In one e-mail; what is left over is told in the next."""
SHOWN = 30
LASTS = timedelta(days=2)
PHONE_LASTS = timedelta(hours=6)
"""After that an alert on the phone is old news; the e-mail and the console have it."""
ON_THE_PHONE = 600
"""Letters; the e-mail has the rest."""


class AlertBook:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def note(self, key: str, topic: str, text: str) -> None:
        """Keep an alert; the same key again is the same alert."""
        row = {"key": key, "topic": topic[:300], "text": text, "at": self._clock()}
        await self._database.commit(lambda connection: insert_new(connection, t.alerts, [row]))


async def tell(database: Database, now: datetime, rules: Rules) -> int:
    """Want what is open told, if it is time; how many alerts that are. All in one commit, so that nothing is told twice
    or never. Without anybody to tell they are kept for the console."""
    if not (rules.operator_emails or rules.operator_phones) or await database.look(_nothing_open):
        return 0

    def work(connection: sa.Connection) -> int:
        last = connection.execute(sa.select(sa.func.max(t.alerts.c.mailed_at))).scalar_one()
        if last is not None and now - last < CALM:
            return 0
        query = sa.select(t.alerts).where(sa.text("mailed_at IS NULL")).order_by(t.alerts.c.id).limit(MOST)
        rows = connection.execute(query).all()
        if not rows:
            return 0
        name, of = f"{LETTER}{rows[0].id}-{rows[-1].id}", new_root()
        letter = one(rows[0], rules.platform_name) if len(rows) == 1 else digest(rows, rules.platform_name)
        for number, address in enumerate(rules.operator_emails):
            _want(connection, f"{name}/{number}", letter.but(to=address), now, now + LASTS, of)
        for number, phone in enumerate(rules.operator_phones):
            message = SendText(to=phone, text=in_short(letter))
            _want(connection, f"{name}/phone/{number}", message, now, now + PHONE_LASTS, of, f"wa:operator:{number}")
        told = sa.update(t.alerts).where(t.alerts.c.id.in_([row.id for row in rows]), sa.text("mailed_at IS NULL"))
        connection.execute(told.values(mailed_at=now))
        return len(rows)

    return await database.commit(work)


@dataclass(frozen=True)
class Letter:
    """A command that tells operators of these alerts."""

    key: str
    status: str
    alerts: range


def letters_of(connection: sa.Connection, alerts: Collection[int]) -> list[Letter]:
    """Those in which one of these alerts stands, and which have not been trimmed."""
    c = t.commands.c
    if not alerts:
        return []
    # they are few among what no event has caused, and have an index there
    told = sa.select(c.key, c.status).where(c.event_id == 0, c.key.startswith(LETTER, autoescape=True), c.body != "")
    letters = []
    for key, status in connection.execute(told):
        first, _, last = key.removeprefix(LETTER).partition("/")[0].partition("-")
        letter = Letter(key, status, range(int(first), int(last) + 1))
        if any(number in letter.alerts for number in alerts):
            letters.append(letter)
    return letters


def tell_anew(connection: sa.Connection, alerts: Collection[int]) -> None:
    """A letter with these will not leave."""
    for number in alerts:
        connection.execute(sa.update(t.alerts).where(t.alerts.c.id == number).values(mailed_at=None))


def _want(
    connection: sa.Connection,
    key: str,
    command: Command,
    now: datetime,
    expires_at: datetime,
    of: str,
    queue: str = "",
) -> None:
    row = {
        "key": key,
        "kind": command.kind,
        "needs": command.needs,
        "queue": queue,
        "lane": SYSTEM,
        "body": command.model_dump_json(),
        "not_before": now,
        "expires_at": expires_at,
        "event_id": 0,
        "created_at": now,
        "updated_at": now,
        "root": of,
    }
    insert_new(connection, t.commands, [row])


def _nothing_open(connection: sa.Connection) -> bool:
    first = sa.select(t.alerts.c.id).where(sa.text("mailed_at IS NULL")).limit(1)
    return connection.execute(first).first() is None


def one(row: sa.Row[tuple[object, ...]], brand: str) -> SendEmail:
    """An alert by itself."""
    data = {"topic": row.topic, "text": row.text, "brand": brand}
    return SendEmail(to="", subject=f"[operador] {row.topic}", template="operator_alert", data=data)


def digest(rows: Sequence[sa.Row[tuple[object, ...]]], brand: str) -> SendEmail:
    """Many in one: how often each topic, then what each says."""
    topics = Counter(row.topic for row in rows)
    said = {row.text: None for row in rows}  # in their order, each once
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
    """The same as a WhatsApp message: of a digest the topics, of one alert its text."""
    text = letter.data.get("facts") or letter.data["text"]
    short = text if len(text) <= ON_THE_PHONE else text[: ON_THE_PHONE - 1] + "…"
    return f"*{letter.subject}*\n{short}"
