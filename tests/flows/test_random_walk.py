"""Random people say random things: nobody is met by an error or by silence, and nothing is ordered unasked."""

from __future__ import annotations

import random
import re

import pytest

from bot.conversations.flows import FLOWS
from bot.domain import commands as c
from bot.domain import money
from bot.domain.events import Media, OrderPlaced, Sender
from tests.flows.chat import Chat
from tests.support_shop import MemoryShop, headlight, marina, silva, silva_person

STEPS = 300
WORDS = [
    "oi", "bom dia", "menu", "voltar", "cancelar", "atendente", "ajuda", "sair", "SAIR TUDO", "voltar avisos",
    "sim", "não", "s", "n", "ok", "1", "2", "3", "4", "9", "0", "o primeiro", "o mais barato", "pronto", "pular",
    "obrigado", "blz", "farol corolla", "frete do farol do corolla pra 80010000", "tem retrovisor do onix?",
    "quero o farol no pix", "anuncio 558", "80010-000", "8001000", "1310100", "00000000", "75400-000", "01310-100",
    "pra Recife", "80010-000 e 01310-100", "pix", "boleto", "cartao em 3x", "cartão", "em 2 vezes", "à vista",
    "529.982.247-25", "111.111.111-11", "Marina Souza", "Marina Souza, 210 apto 31", "210", "s/n",
    "Rua das Flores", "Curitiba", "kd meu pedido", "meus pedidos", "pedido 1001", "pedido 99999",
    "cancela o pedido 1001", "nao quero mais", "paguei", "o codigo nao funciona", "perdi o boleto",
    "adia o boleto pra sexta", "muda pro sedex", "serve no gol g5 1.0?", "veio errado", "quero apagar meus dados",
    "quero meus dados", "725",
    "recuperar conta", "rua das flores, 10, curitiba",
    "meu e-mail", "marina@gmial.com", "marina@exemplo.com.br", "123456", "oq ta faltando enviar", "postei 1001",
    "postei 1001 e 4477", "desfazer", "etiqueta 1001", "etiqueta", "tenho 1001", "não tenho 1001", "detalhes 1001",
    "quanto vendi essa semana", "cadastrar retrovisor onix 2018 R$ 350", "cadastrar peça", "usada", "esquerdo",
    "1,2 kg 30x25x20", "1,2 kg", "o 558 agora é 1.150", "muda o preço", "350", "Prisma 2017", "asdf qwer", "👍",
    "???", "esse robô não entende nada", "vc vende pneu de trator?", "qual a capital da frança", "x" * 4000, "",
    "[cartão removido]", "novo código", "pagar 1001", "https://autopars.example/p/558", "minhas compras",
    "encerrar", "quero vender na plataforma", "LOJA-7K3F-9QX2", "minha carteira é 0f0e0d0c-1111-4222-8333-444455556666",
]  # fmt: skip
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
CONTENTS = ["image", "video", "document", "audio", "sticker", "contact", "location", "call", "unreadable"]
PEOPLE = [
    Sender(chat="5541998123456@c.us", phone="5541998123456", nickname="Marina"),
    Sender(chat="5511987654321@c.us", phone="5511987654321", nickname="Silva"),
    Sender(chat="5581999990000@c.us", phone="5581999990000", nickname="🔥"),
]
KINDS = ["freight.quote", "place.look_up", "photo.store", "mail.send"]


def shop_for_walks() -> MemoryShop:
    shop = MemoryShop()
    shop.add(
        marina(),
        silva_person(),
        silva(),
        headlight(stock=5),
        headlight(listing=559, sku="FE", title="Farol dianteiro esquerdo Corolla 2015", stock=9),
        headlight(
            listing=560, sku="RD", title="Retrovisor direito Onix 2018", fits=("Onix 2018",), price=35000, stock=9
        ),
    )
    return shop


def one_message(chat: Chat, dice: random.Random) -> tuple[str, str]:
    """Somebody writes something; what it was."""
    chat.sender = dice.choice(PEOPLE)
    pause = dice.choice([2, 20, 60, 600])
    known = chat.shop.person_known_as([chat.sender.phone])
    options = chat.shop.conversation(known.id).options if known else ()
    luck = dice.random()
    if luck < 0.1:
        content = dice.choice(CONTENTS)
        media = Media(url="https://media.example/x", seconds=42)
        chat.writes(chat.sender, content=content, media=media, pause=pause)
        return content, ""
    if options and luck < 0.5:
        option = dice.choice(options)
        how = dice.choice(["press", "label", "number"])
        text = option.label if how != "number" else str(options.index(option) + 1)
        chat.writes(chat.sender, text, choice=option.id if how == "press" else "", pause=pause)
        return "choice", text
    text = dice.choice(WORDS)
    if dice.random() < 0.15:
        more = [text, *(dice.choice(WORDS) for _ in range(dice.randint(1, 3)))]
        deleted = {"deletes": f"in-{len(more)}"} if dice.random() < 0.2 else {"text": more[0], "edits": "in-2"}
        changed = [deleted] if dice.random() < 0.3 else []
        chat.types(*more, *changed, apart=dice.choice([0.5, 2, 5]), pause=pause)
        return "text", "\n".join(more)
    chat.writes(chat.sender, text, pause=pause, edits="in-1" if dice.random() < 0.03 else "")
    return "text", text


def something_else(chat: Chat, dice: random.Random) -> None:
    luck = dice.random()
    if luck < 0.05:
        chat.passes(hours=dice.choice([0.5, 3, 13, 30]))
    elif luck < 0.08:
        chat.down = {dice.choice(KINDS)}
    elif luck < 0.13 and chat.down:
        chat.up_again()
    elif luck < 0.15:
        chat.owner(dice.choice(["Oi, aqui é a Carla", "encerrar"]))
    elif luck < 0.2 and chat.shop.orders:
        order = dice.choice(list(chat.shop.orders.values()))
        move_on(chat, order.number, dice)


def move_on(chat: Chat, number: int, dice: random.Random) -> None:
    """What the order's lane might do next."""
    order = chat.shop.orders[number]
    if chat.shop.person(order.buyer_id) is None or chat.shop.person("p-silva") is None:
        return  # nobody is left to be told
    state = dice.choice(["awaiting_payment", "paid", "accepted", "shipped", "delivered", "cancelled"])
    chat.shop.add(order.but(state=state, paid_at=chat.now, delivered_at=chat.now))
    sale = {
        "goods": "48000", "share": "43961", "fee": "3840", "cost": "199", "buyer": "Marina S.", "city": "Curitiba",
        "state": "PR", "carrier": "Jadlog", "ship_by": "2026-11-25", "title": "farol", "auto": "",
    }  # fmt: skip
    name, who, data = dice.choice(
        [
            ("pix_expired", order.buyer_id, {"amount": "51240"}),
            ("charge_failed", order.buyer_id, {"method": "card", "reason": "card_refused"}),
            ("charge_failed", order.buyer_id, {"method": "pix", "reason": "invalid_document"}),
            ("order_delivered", order.buyer_id, {"until": "2026-12-07"}),
            ("order_undelivered", order.buyer_id, {"carrier": "Jadlog"}),
            ("payment_confirmed", order.buyer_id, {"ship_by": "2026-11-25", "seller": "Silva"}),
            ("sale_new", "p-silva", sale),
        ]
    )
    chat.notice(name, who, number, **data)


def may_be_silent(chat: Chat, content: str) -> bool:
    known = chat.shop.person_known_as([chat.sender.phone])
    if known is None:
        return False  # erased, as they wished: that is told
    conversation = chat.shop.conversation(known.id)
    if conversation.silent_until is not None and conversation.silent_until > chat.now:
        return True
    if content == "image":
        return True  # an album is answered by its timer
    top = conversation.frames[-1] if conversation.frames else None
    waiting = top is not None and FLOWS[top.flow].step(top.step).waits
    return waiting and any(n.command.needs != "messenger" for n in chat.decisions[-1].commands)


@pytest.mark.parametrize("seed", range(6))
def test_never_an_error_never_silence_never_an_order_unasked(seed: int) -> None:
    dice = random.Random(seed)
    chat = Chat(shop_for_walks())
    placed = 0
    for _ in range(STEPS):
        frames = {p: [(f.flow, f.step) for f in c.frames] for p, c in chat.shop.conversations.items()}
        content, text = one_message(chat, dice)
        if not may_be_silent(chat, content):
            assert chat.last, f"silence after {content} {text!r}, before it: {frames}"
        for said in chat.last:
            assert said.strip()
            assert "{" not in said, said
            assert len(said) <= 800, said
            assert len(EMOJI.findall(said)) <= 1, said
        orders = [e for e in chat.heard_by_orders if isinstance(e, OrderPlaced)]
        for event in orders[placed:]:
            total = money.show(chat.shop.orders[event.order].total)
            seen = [s.text for to, s in chat.said if to == chat.sender.chat and isinstance(s, c.SendText)]
            assert any(total in t for t in seen[:-1]), f"{total} was never shown before order {event.order}"
            assert text.lower() not in ("não", "n", "cancelar"), text
        placed = len(orders)
        if dice.random() < 0.05:
            chat.writes(chat.sender, "menu")
            if not may_be_silent(chat, "text"):
                chat.bot("Posso:")
        something_else(chat, dice)
    for order in chat.shop.orders.values():
        assert order.goods + order.freight == order.total
    assert all(product.stock >= 0 for product in chat.shop.products.values())
    steps = chat.shop.steps
    for flow, step, _ in list(steps):
        ended = steps[flow, step, "answered"] + steps[flow, step, "left"]
        assert ended <= steps[flow, step, "entered"], f"{flow}.{step} was answered or left more often than put"
    assert all(len(c.frames) <= 5 for c in chat.shop.conversations.values())


def test_walks_are_pure() -> None:
    """The same events over the same view make the same decisions."""
    logs = []
    for _ in range(2):
        dice, chat = random.Random(99), Chat(shop_for_walks())
        for _ in range(60):
            one_message(chat, dice)
        logs.append([(d.writes, d.commands, d.events, d.timers) for d in chat.decisions])
    assert logs[0] == logs[1]
