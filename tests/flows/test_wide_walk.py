"""People with orders in every state say what people say in all our examples, and do what phones let them do.

Wider than :mod:`tests.flows.test_random_walk`: sentences of every journey, quoted messages, old buttons, edits,
deletions, pictures, notices, pauses, a deployment in the middle; and it looks at what was asked of the orders' lanes.
"""

from __future__ import annotations

import csv
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversations.flows import FLOWS
from bot.conversations.language import answers, understand
from bot.domain import commands as c
from bot.domain import documents
from bot.domain.conversation import Frame
from bot.domain.events import (
    CancelAsked,
    ChargeOffered,
    DueDateAsked,
    Event,
    Media,
    MessageDeleted,
    NewCodeAsked,
    OrderPlaced,
    ReturnAsked,
    ReturnReceived,
    Sender,
)
from bot.domain.order import ChargeState, Method, OrderState, Return, ReturnReason, ReturnState, ShipmentState
from bot.domain.text import fold
from tests.flows.chat import START, Chat
from tests.flows.stories import charge, order, parts_shop, shipment
from tests.flows.test_random_walk import CONTENTS, EMOJI, WORDS, may_be_silent
from tests.support_shop import headlight, marina

HERE = Path(__file__).parent
STEPS = 250
MARINA = Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Marina")
SILVA = Sender(chat="5511987654321@c.us", phone="5511987654321", nickname="Silva")
STRANGER = Sender(chat="5581999990000@c.us", phone="5581999990000", nickname="Zé")
MONEY = (OrderPlaced, NewCodeAsked, CancelAsked, ReturnAsked, ReturnReceived, DueDateAsked, ChargeOffered)
"""What moves money, or takes away a code that somebody may be paying with."""
CHOOSES = re.compile(
    r"^#?\d+$|\b(?:pix|boleto|cart|credito|[1-9]x|vezes|vista|codigo|pagar|2a via|gera)\b|\bcart", re.IGNORECASE
)


def sentences() -> list[str]:
    """What is written in the scripted conversations and in the examples of the language."""
    found = set(WORDS)
    for file in sorted(HERE.glob("test_*.py")):
        found |= set(re.findall(r'\.(?:buyer|seller)\("([^"\\]+)"\)', file.read_text(encoding="utf-8")))
    with (HERE.parent / "data" / "utterances.csv").open(encoding="utf-8", newline="") as rows:
        found |= {row["text"] for row in csv.DictReader(rows)}
    return sorted(found)


SENTENCES = sentences()


def world() -> Chat:
    """Marina has orders in every state, Silva sells them and has bought nothing, a stranger has nothing."""
    shop = parts_shop(marina(greeted=True))
    shop.add(headlight(listing=561, sku="P", title="Pastilha HB20 2019", fits=("HB20 2019",), price=94_90, stock=30))
    paid = charge(Method.PIX, ChargeState.SETTLED, received=512_40)
    there = shipment(ShipmentState.DELIVERED)
    back = Return(reason=ReturnReason.WRONG, state=ReturnState.ACCEPTED, asked_at=START, post_by=START.date())
    home = {"delivered_at": START - timedelta(days=2), "charges": (paid,), "shipments": (there,)}
    shop.add(
        order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),)),
        order(1002, OrderState.AWAITING_PAYMENT, charges=(charge(Method.BOLETO),)),
        order(1003, OrderState.PAID, charges=(paid,)),
        order(1004, OrderState.ACCEPTED, charges=(paid,), shipments=(shipment(ShipmentState.GENERATED),)),
        order(1005, OrderState.SHIPPED, charges=(paid,), shipments=(shipment(ShipmentState.POSTED),)),
        order(1006, OrderState.DELIVERED).but(**home),
        order(1007, OrderState.DELIVERED, back=back).but(**home),
        order(1008, OrderState.CANCELLED),
    )
    return Chat(shop)


class Walk:
    """One chat, the dice, and what was asked of the orders so far."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.chat = world()
        self.heard = 0
        self.text = ""

    def step(self) -> str:
        """Somebody does something; what it was."""
        dice, chat = self.dice, self.chat
        chat.sender = dice.choice([MARINA, MARINA, SILVA, SILVA, STRANGER])
        pause = dice.choice([3, 20, 90, 900])
        luck = dice.random()
        known = chat.shop.person_known_as([chat.sender.phone])
        options = chat.shop.conversation(known.id).options if known else ()
        if luck < 0.08:
            content = dice.choice(CONTENTS)
            media = Media(url="https://media.example/x", seconds=42)
            caption = dice.choice(SENTENCES) if dice.random() < 0.3 else ""
            chat.writes(chat.sender, caption, content=content, media=media, pause=pause)
            self.text = caption
            return content
        if options and luck < 0.40:
            option = dice.choice(options)
            self.text = option.label
            press = dice.random() < 0.5
            said = option.label if press else str(options.index(option) + 1)
            chat.writes(chat.sender, said, choice=option.id if press else "", pause=pause)
            return "choice"
        self.text = dice.choice(SENTENCES)
        if luck < 0.45:
            old = [
                x.options for to, x in chat.said if to == chat.sender.chat and isinstance(x, c.SendText) and x.options
            ]
            if old:
                option = dice.choice(dice.choice(old))
                self.text = option.label
                chat.writes(chat.sender, option.label, choice=option.id, pause=pause)
                return "button"
        if luck < 0.50:
            ours = [m for m in chat.shop.sent if m.startswith("out-")]
            chat.writes(chat.sender, self.text, reply_to=dice.choice(ours) if ours else "", pause=pause)
            return "reply"
        if luck < 0.53:
            chat.writes(chat.sender, self.text, edits=f"in-{chat._ids - 1}", pause=pause)
            return "text"
        chat.writes(chat.sender, self.text, pause=pause)
        return "text"

    def meanwhile(self) -> None:
        """The world turns: time, providers, notices, the owner, a deployment."""
        dice, chat = self.dice, self.chat
        luck = dice.random()
        if luck < 0.06:
            chat.passes(hours=dice.choice([0.1, 3, 13, 30]))
        elif luck < 0.08:
            chat.down = {dice.choice(["freight.quote", "place.look_up", "photo.store", "mail.send"])}
        elif luck < 0.12:
            chat.up_again()
        elif luck < 0.13:
            chat.owner(dice.choice(["Oi, aqui é a Carla", "encerrar"]))
        elif luck < 0.14:
            chat.event(chat.lane, MessageDeleted(sender=chat.sender, message_id=f"in-{chat._ids - 1}"))
        elif luck < 0.18:
            self.notice()
        elif luck < 0.20:
            self.deployed()

    def notice(self) -> None:
        name, number, data = self.dice.choice(
            [
                ("order_delivered", 1006, {"until": "2026-12-07"}),
                ("order_undelivered", 1005, {"carrier": "Jadlog"}),
                ("pix_expired", 1001, {"amount": "51240"}),
                ("charge_failed", 1002, {"method": "boleto", "reason": "invalid_document"}),
            ]
        )
        if self.chat.shop.person("p-marina") is not None:
            self.chat.notice(name, "p-marina", number, **data)

    def deployed(self) -> None:
        """A new version starts, whose flows are others."""
        for talk in list(self.chat.shop.conversations.values()):
            old = [Frame(**{**f.model_dump(), "version": f.version + 1}) for f in talk.frames]
            self.chat.shop.add(talk.but(frames=tuple(old)))


def asked_since(walk: Walk) -> list[Event]:
    """What this turn asked of orders and payers, that moves money."""
    events = walk.chat.heard_by_orders[walk.heard :]
    walk.heard = len(walk.chat.heard_by_orders)
    return [e for e in events if isinstance(e, MONEY)]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_say_they_are_answered_and_nothing_is_done_unasked(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        open_now = {p: [(f.flow, f.step) for f in t.frames] for p, t in walk.chat.shop.conversations.items()}
        kind = walk.step()
        chat, what = walk.chat, f"{kind} {walk.text!r}, before it: {open_now}"
        album = kind in ("image", "video")
        if not album and not may_be_silent(chat, kind):
            assert chat.last, f"silence after {what}"
        for said in chat.last:
            assert said.strip(), what
            assert "{" not in said, f"{said}\n{what}"
            assert "None" not in said, f"{said}\n{what}"
            assert len(said) <= 900, f"{said}\n{what}"
            assert len(EMOJI.findall(said)) <= 1, f"{said}\n{what}"
        assert len(chat.last) <= 6, f"{chat.last}\n{what}"
        for event in asked_since(walk):
            agreed = kind in ("choice", "button") or answers.affirmation(walk.text) or CHOOSES.search(fold(walk.text))
            assert agreed or event_needs_no_yes(event, walk.text), f"{event} of {what}"
        walk.meanwhile()
        walk.heard = len(chat.heard_by_orders)
    assert all(product.stock >= 0 for product in walk.chat.shop.products.values())


def event_needs_no_yes(event: Event, text: str) -> bool:
    """*Devolver* at the rows of what to do, the name that was the last thing missing, the document that was refused: an
    answer, if no yes."""
    if isinstance(event, NewCodeAsked) and (documents.read(text) or understand(text, "buyer").slots.get("doc")):
        return True
    return isinstance(event, OrderPlaced | ReturnAsked) and answers.affirmation(text) is not False


@pytest.mark.parametrize("seed", range(4))
def test_every_talk_can_be_left(seed: int) -> None:
    walk = Walk(100 + seed)
    for _ in range(60):
        for _ in range(6):
            walk.step()
            walk.meanwhile()
        for sender in (MARINA, SILVA, STRANGER):
            assert left_by(walk.chat, sender)


def left_by(chat: Chat, sender: Sender) -> bool:
    """Whether *cancelar* and *não*, said now and then, end all that is open (or a person of the shop is talking)."""
    standing: list[tuple[str, str]] = []
    for word in ["cancelar", "não", "deixa pra lá", "não", "esquece", "não", "desisto", "não"] * 2:
        chat.writes(sender, word, pause=120)
        known = chat.shop.person_known_as([sender.phone])
        talk = chat.shop.conversation(known.id) if known else None
        if talk is None or (talk.silent_until is not None and talk.silent_until > chat.now):
            return True
        if all(FLOWS[f.flow].transient or FLOWS[f.flow].step(f.step).once for f in talk.frames):
            return True
        standing = [(f.flow, f.step) for f in talk.frames]
    pytest.fail(f"{standing} cannot be left; said last: {chat.last}")
