"""The menu, calling a person of the shop, and small questions opened by notices."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversations.flows import reading
from bot.conversations.language import answers, asides
from bot.conversations.steps import END, LATER, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import people as texts

# --- the menu ---------------------------------------------------------------------------------------------


RESUMED = {"buying": "a sua compra", "listing": "o cadastro da peça"}
"""Flows that the menu continues instead of starting anew."""


def _is_open(talk: Talk, flow: str) -> bool:
    return flow in RESUMED and any(f.flow == flow for f in talk.frames)


def _row(talk: Talk, flow: str, label: str) -> tuple[str, str]:
    return flow, texts.resume_row(RESUMED[flow]) if _is_open(talk, flow) else label


def _ask_menu(talk: Talk) -> None:
    if talk.seller is not None:
        rows = [
            ("sales", "O que falta enviar"),
            _row(talk, "listing", "Cadastrar peça"),
            ("report", "Quanto vendi"),
            ("tracking", "Minhas compras"),
            ("person", "Falar com atendente"),
        ]
        talk.ask(texts.menu(), rows, after=texts.menu_example_seller())
        return
    rows = [
        _row(talk, "buying", "Cotar frete e comprar"),
        ("tracking", "Meus pedidos"),
        ("paying", "Pagamento / boleto"),
        ("person", "Falar com atendente"),
    ]
    talk.ask(texts.menu(), rows, after=texts.menu_example())


def _read_menu(talk: Talk, heard: Heard) -> str | None:
    if _is_open(talk, heard.choice):
        talk.frames.sort(key=lambda f: f.flow in (heard.choice, "menu"))
        return "resume"
    if heard.choice == "tracking":
        talk.seed = {"all": True}
    return heard.choice or None


MENU = Flow(
    name="menu",
    title="o menu",
    transient=True,
    steps=(
        Step(
            "menu",
            {
                "resume": END,
                **{n: f">{n}" for n in ("buying", "tracking", "paying", "person", "sales", "listing", "report")},
            },
            ask=_ask_menu,
            read=_read_menu,
        ),
    ),
)

# --- a person ---------------------------------------------------------------------------------------------


def _read_offer(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.seed = {"about": talk.data.get("about", "")}
    elif answer == "no":
        talk.say(texts.no_person())
    return answer


OFFER = Flow(
    name="offer",
    title="o atendimento",
    transient=True,
    steps=(
        Step(
            "offer",
            {"yes": ">person", "no": END},
            ask=lambda talk: talk.ask_yes(texts.offer_person()),
            read=_read_offer,
        ),
    ),
)


def _call(talk: Talk) -> str:
    about = str(talk.data.get("about", ""))[:200]
    name = talk.seller.name if talk.seller else talk.person.first_name or "sem nome"
    talk.want_person(about)
    talk.alert("atendimento", f"{name} ({talk.person.id}) pede uma pessoa. {about or 'Sem assunto.'}")
    return "called"


SURE = 0.72
"""Confidence from which *obrigado* adds nothing to what was recorded."""
EVIDENCE = {"image": "uma foto", "video": "um vídeo", "audio": "um áudio", "document": "um arquivo"}
"""Contents that a person of the shop can use, but not the bot."""


def _ask_note(talk: Talk) -> None:
    talk.ask(texts.called(talk.rules, talk.now, str(talk.data.get("about", ""))[:120]))


def _read_note(talk: Talk, heard: Heard) -> str | None:
    if heard.message.content in EVIDENCE:
        talk.alert("atendimento", f"{talk.person.id} mandou {EVIDENCE[heard.message.content]} na conversa.")
        return LATER
    if asides.asks_total(heard.text):
        return None
    thanks = heard.meaning.intent == "thanks" and heard.meaning.confidence >= SURE
    if thanks or heard.choice == "no" or answers.declines(heard.text):
        talk.say(texts.nothing_added())
        return "nothing"
    talk.alert("atendimento", f"{talk.person.id} acrescenta: {heard.text[:500]}")
    talk.say(texts.added())
    return "added"


PERSON = Flow(
    name="person",
    title="o atendimento",
    transient=True,
    lasts=timedelta(hours=12),
    steps=(
        Step("call", {"called": "note"}, act=_call),
        Step(
            "note",
            {"nothing": END, "added": END},
            ask=_ask_note,
            read=_read_note,
            free=True,
            media=tuple(EVIDENCE),
            quiet=lambda talk: talk.say(texts.photo_noted()),
        ),
    ),
)


def _read_resolved(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.say(texts.glad())
    elif answer == "no":
        talk.seed = {"about": "o atendimento anterior não resolveu"}
    return answer


RESOLVED = Flow(
    name="resolved",
    title="o atendimento",
    transient=True,
    steps=(
        Step(
            "resolved",
            {"yes": END, "no": ">person"},
            ask=lambda talk: talk.ask(texts.resolved(), [("yes", "Sim"), ("no", "Não")]),
            read=_read_resolved,
        ),
    ),
)

# --- after the parcel -------------------------------------------------------------------------------------


_FINE = re.compile(
    r"\b(?:serviu|encaixou|coube|perfeit\w+|certinh\w+|direitinh\w+|otim[oa]|excelente|adorei|gostei|amei|show|top"
    r"|(?:deu|tudo) (?:certo|ok|bem))\b"
)
_NO_FIT = re.compile(r"\bnao (?:me )?(?:serv\w+|coub\w+|encaix\w+|deu certo|gostei)\b")
_NOT_HERE = re.compile(r"\bnao (?:\w+ )?(?:chegou|receb\w+|entregaram)\b|\bnada aqui\b")


def _ask_arrived(talk: Talk) -> None:
    rows = [("fits", "Serviu"), ("wrong", "Veio errado ou com defeito"), ("return", "Quero devolver")]
    talk.ask(texts.arrived(int(talk.data["order"]), str(talk.data.get("until", ""))), rows)


def _read_arrived(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and _NOT_HERE.search(heard.folded):
        talk.seed = {"about": f"pedido #{talk.data['order']} consta entregue, e o comprador diz que não recebeu"}
        return "missing"
    choice = heard.choice
    if not choice and _NO_FIT.search(heard.folded):
        choice = "return"
    elif not choice and _FINE.search(heard.folded) and not re.search(r"\bnao\b|\bmas\b|\?", heard.text.casefold()):
        choice = "fits"
    choice = choice or {"yes": "fits", "no": "wrong"}.get(reading.yes_or_no(talk, heard) or "", "")
    if choice == "fits":
        talk.note(texts.arrived_fine())
        talk.seed = {"order": talk.data["order"]}
    elif choice:
        talk.seed = {"order": talk.data["order"], **({"claim": True} if choice == "wrong" else {"reason": "regret"})}
    return choice or None


ARRIVED = Flow(
    name="arrived",
    title="a entrega",
    role="buyer",
    many=True,
    lasts=timedelta(days=7),
    steps=(
        Step(
            "arrived",
            {"fits": ">rating", "wrong": ">returning", "return": ">returning", "missing": ">person"},
            ask=_ask_arrived,
            read=_read_arrived,
        ),
    ),
)


def _ask_undelivered(talk: Talk) -> None:
    rows = [("fine", "Ok"), ("address", "O endereço está errado"), ("person", "Falar com atendente")]
    talk.ask(texts.undelivered(int(talk.data["order"]), str(talk.data.get("carrier", ""))), rows)


def _read_undelivered(talk: Talk, heard: Heard) -> str | None:
    choice = heard.choice or {"yes": "fine"}.get(reading.yes_or_no(talk, heard) or "")
    if choice == "fine":
        talk.say(texts.undelivered_fine())
    elif choice:
        why = "o endereço está errado" if choice == "address" else "entrega não feita"
        talk.seed = {"about": f"pedido #{talk.data['order']}, {why}"}
    return choice or None


UNDELIVERED = Flow(
    name="undelivered",
    title="a entrega",
    role="buyer",
    many=True,
    lasts=timedelta(days=3),
    steps=(
        Step(
            "undelivered",
            {"fine": END, "address": ">person", "person": ">person"},
            ask=_ask_undelivered,
            read=_read_undelivered,
        ),
    ),
)

FLOWS = (MENU, OFFER, PERSON, RESOLVED, ARRIVED, UNDELIVERED)
