"""Chats: who waits for a person, a whole conversation, answering, notes, ending a handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console import words
from bot.console.access import Permit
from bot.console.server import HEADERS, HOME, Console, Visit
from bot.domain import hours
from bot.domain.commands import COMMAND, SendBoleto, SendImage, SendLabel, SendQr, SendText
from bot.domain.conversation import Conversation
from bot.domain.events import EVENT, ForgetAsked, HandedBack, Message, MessageDeleted, OperatorMessage, OwnerMessage
from bot.domain.notice import NoticeState
from bot.domain.people import Person
from bot.storage.lists import Span
from bot.storage.privacy import Privacy
from bot.storage.reading import Row
from bot.storage.shop import SqlShop

LONGEST = 4000
SURE = "apagar"
"""What has to be typed before a person is erased."""
BUBBLES = 300
TALK = ("message.text", "message.image", "message.qr", "message.label", "message.boleto")


def routes(console: Console) -> list[web.RouteDef]:
    who = "/pessoas/{person}"
    return [
        console.get("/conversas", inbox),
        console.get("/avisos", parked),
        console.get("/respostas", canned),
        console.post("/respostas", add_canned, Permit.TALK),
        console.post(r"/respostas/{number:\d{1,9}}/apagar", drop_canned, Permit.TALK),
        console.get(who, chat),
        console.post(f"{who}/mensagem", write, Permit.TALK),
        console.post(f"{who}/devolver", hand_back, Permit.TALK),
        console.post(f"{who}/nota", note, Permit.TALK),
        console.get(f"{who}/dados.json", copy, Permit.MANAGE),
        console.post(f"{who}/esquecer", forget, Permit.MANAGE),
    ]


@dataclass(frozen=True)
class Bubble:
    """One message of a chat. ``side``: them, us, owner."""

    at: datetime
    side: str
    text: str
    state: str
    link: str


async def inbox(visit: Visit) -> web.Response:
    waiting = [
        (Person.model_validate_json(r["person"]), Conversation.model_validate_json(r["talk"]), r["wanted_since"])
        for r in await visit.desk.records.inbox()
    ]
    text, now = visit.desk.rules.support_hours, visit.desk.clock()
    opening = "" if hours.is_open(text, now) else hours.next_opening(text, now)
    return visit.page(
        "inbox.html", waiting=waiting, hours=hours.show(text), is_open=hours.is_open(text, now), opening=opening
    )


async def parked(visit: Visit) -> web.Response:
    """Notices that could not be delivered on any channel."""
    rows = [
        (NoticeState.model_validate_json(row["body"]), Person.model_validate_json(row["person"]))
        for row in await visit.desk.records.parked_notices()
    ]
    return visit.page("parked.html", rows=sorted(rows, key=lambda row: row[0].raised_at, reverse=True))


async def canned(visit: Visit) -> web.Response:
    return visit.page("canned.html", canned=await visit.desk.accounts.canned())


async def add_canned(visit: Visit) -> web.Response:
    text = visit.form.get("text", "").strip()
    if not text or len(text) > LONGEST:
        return visit.go(f"{HOME}/respostas", "nothing")
    await visit.desk.accounts.add_canned(text)
    await visit.desk.accounts.note(visit.user.name, "guardou resposta", "canned", text[:300])
    return visit.go(f"{HOME}/respostas", "saved")


async def drop_canned(visit: Visit) -> web.Response:
    gone = await visit.desk.accounts.drop_canned(visit.number("number"))
    if gone:
        await visit.desk.accounts.note(visit.user.name, "apagou resposta", "canned", str(visit.number("number")))
    return visit.go(f"{HOME}/respostas", "saved" if gone else "nothing")


async def chat(visit: Visit) -> web.Response:
    person = await _person(visit)
    if person is None:
        return visit.missing()
    desk, subject = visit.desk, f"person:{person.id}"

    async with desk.database.read() as connection:
        talk, bought, seller, sold = await connection.run_sync(lambda c: _around(SqlShop(c, desk.rules), person))
    events = await desk.records.events(Span(visit.number("before")), lane=person.lane, limit=BUBBLES, whole=True)
    first = min((row["id"] for row in events.rows), default=0)
    said = await desk.records.commands(lane=person.lane, limit=2 * BUBBLES)
    commands = [c for c in said.rows if c["event_id"] >= first]
    await visit.looked_at(subject)
    return visit.page(
        "chat.html",
        person=person,
        talk=talk,
        bubbles=bubbles(events.rows, commands),
        earlier=events.next,
        bought=bought,
        sold=sold,
        seller=seller,
        notes=await desk.accounts.log(subject=subject, action="nota"),
        canned=await desk.accounts.canned(),
        consents=await desk.records.consents(person.id),
        purposes=words.CONSENTS,
    )


async def write(visit: Visit) -> web.Response:
    person, text = await _person(visit), visit.form.get("text", "").strip()
    if person is None:
        return visit.missing()
    if not text or len(text) > LONGEST:
        return visit.go(f"{HOME}/pessoas/{person.id}", "nothing")
    event = OperatorMessage(person_id=person.id, by=visit.by, text=text)
    said = await visit.act(person.lane, event, subject=f"person:{person.id}", what="escreveu")
    return visit.go(f"{HOME}/pessoas/{person.id}", "sent" if said == "asked" else said)


async def hand_back(visit: Visit) -> web.Response:
    person = await _person(visit)
    if person is None:
        return visit.missing()
    event = HandedBack(person_id=person.id, by=visit.by)
    said = await visit.act(person.lane, event, subject=f"person:{person.id}", what="devolveu a conversa")
    return visit.go(f"{HOME}/conversas", "back" if said == "asked" else said)


async def note(visit: Visit) -> web.Response:
    person, text = await _person(visit), visit.form.get("text", "").strip()[:2000]
    if person is None:
        return visit.missing()
    if text:
        await visit.desk.accounts.note(visit.user.name, "nota", f"person:{person.id}", text)
    return visit.go(f"{HOME}/pessoas/{person.id}", "noted" if text else "")


async def copy(visit: Visit) -> web.Response:
    """Everything known about a person, as an export for them (LGPD)."""
    person = await _person(visit)
    found = await Privacy(visit.desk.database).copy_of(person.id) if person is not None else None
    if person is None or found is None:
        return visit.missing()
    await visit.desk.accounts.note(visit.user.name, "baixou os dados", f"person:{person.id}")
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="dados-{person.id}.json"'}
    return web.Response(text=found, content_type="application/json", headers=headers)


async def forget(visit: Visit) -> web.Response:
    """Request that a person's data be erased; the person's lane decides, and open orders prevent it."""
    person, form = await _person(visit), visit.form
    if person is None:
        return visit.missing()
    back = f"{HOME}/pessoas/{person.id}"
    if not form.get("reason", "").strip():
        return visit.go(back, "why")
    if form.get("sure", "").strip().casefold() != SURE:
        return visit.go(back, "unclear")
    event = ForgetAsked(person_id=person.id, by=visit.by)
    said = await visit.act(
        person.lane,
        event,
        subject=f"person:{person.id}",
        what="pediu apagamento",
        detail=form["reason"].strip()[:300],
    )
    return visit.go(f"{HOME}/conversas", "asked" if said == "asked" else said)


def bubbles(events: Sequence[Row], commands: Sequence[Row]) -> list[Bubble]:
    """The messages of both sides, oldest first."""
    lines = [bubble for row in events if (bubble := _of_event(row)) is not None]
    lines += [bubble for row in commands if (bubble := _of_command(row)) is not None]
    return sorted(lines, key=lambda line: line.at)


def _of_event(row: Row) -> Bubble | None:
    if not row["kind"].startswith("message.") or not row["body"]:
        return None
    event, link = EVENT.validate_json(row["body"]), f"{HOME}/eventos/{row['id']}"
    at, state = row["received_at"], row["status"] if row["status"] != "done" else ""
    match event:
        case Message():
            content = "" if event.content in ("text", "choice") else f"[{event.content}] "
            return Bubble(at, "them", f"{content}{event.text}".strip() or f"[{event.choice}]", state, link)
        case MessageDeleted():
            return Bubble(at, "them", "[mensagem apagada]", state, link)
        case OwnerMessage():
            return Bubble(at, "owner", event.text or "[do celular da loja]", state, link)
        case _:
            return None


def _of_command(row: Row) -> Bubble | None:
    if row["kind"] not in TALK or not row["body"]:
        return None
    command, link = COMMAND.validate_json(row["body"]), f"{HOME}/comandos/{row['id']}"
    match command:
        case SendText():
            text = command.text
        case SendImage():
            text = f"[foto] {command.caption}"
        case SendQr():
            text = f"[QR do Pix] {command.caption}"
        case SendBoleto():
            text = f"[boleto] {command.file_name}"
        case SendLabel():
            text = f"[etiqueta] {command.file_name}"
        case _:
            return None
    return Bubble(row["created_at"], "us", text, "" if row["status"] == "done" else row["status"], link)


def _around(shop: SqlShop, person: Person) -> tuple[Conversation, list[object], object, list[object]]:
    seller = shop.seller_of(person.id)
    sold = shop.orders_of_seller(seller.id) if seller else []
    return shop.conversation(person.id), list(shop.orders_of_buyer(person.id)), seller, list(sold)


async def _person(visit: Visit) -> Person | None:
    desk, person_id = visit.desk, visit.word("person")
    async with desk.database.read() as connection:
        return await connection.run_sync(lambda c: SqlShop(c, desk.rules).person(person_id))
