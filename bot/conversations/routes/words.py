"""Global commands, which work at any question: menu, voltar, cancelar, atendente, ajuda, sair and the like."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversations import engine
from bot.conversations.flows import left
from bot.conversations.flows.orders import bought
from bot.conversations.language import answers
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Open, Talk
from bot.conversations.texts import common as texts
from bot.conversations.texts import orders as order_texts
from bot.conversations.texts import selling as selling_texts
from bot.domain.order import OrderState
from bot.domain.text import fold

_CANCEL_THIS = re.compile(
    r"^(?:quero )?cancelar? (?:(?:ess[ea]|est[ea]|a|o) )(cobranca|cadastro|anuncio|compra|cotacao)\W*$"
)
_CALLED = {
    "cobranca": "collecting",
    "cadastro": "listing",
    "anuncio": "listing",
    "compra": "buying",
    "cotacao": "buying",
}
"""What people call the open flow; with another one open, it is an intent about an order."""
MENU = frozenset(["menu", "inicio", "menu principal", "opcoes", "menu inicial"])
BACK = frozenset(["voltar", "volta", "volte", "anterior", "voltar uma", "volta uma"])
CANCEL = frozenset(
    [
        "cancelar",
        "cancela",
        "cancelar isso",
        "cancela isso",
        "cancelar tudo",
        "cancela tudo",
        "deixa pra la",
        "deixa",
        "ah deixa",
        "entao deixa",
        "ah entao deixa",
        "deixa entao",
        "esquece",
        "desisto",
        "desisti",
        "descartar",
        "descarta",
        "descarte",
        "quero cancelar",
        "queria cancelar",
        "preciso cancelar",
        "nao quero mais",
        "nao vou querer mais",
    ]
)
LATER = re.compile(r"\bdeixa (?:\w+ )?(?:pra|para) (?:la|depois)\b|\besquece\b(?! o\b)")
"""Words of giving up that postpone a sale and change no order, whereas *cancelar* refuses and cancels."""
_AWAY = re.compile(r"^(?:(?:eu )?(?:quero|vou) )?sair?(?: daqui| disso| da conversa| do chat)?$")
_BYE = re.compile(
    r"^(?=.*\b(?:tchau\w*|xau|thau|bye|fui|ate (?:mais|logo|breve|a proxima)|falou|flw)\b)"
    r"(?:(?:ok|ta(?: bom)?|blz|beleza|certo|entao|bom|valeu|vlw|muito|obrigad[oa]|obg|por (?:hoje|enquanto)|e|so|isso"
    r"|tchau\w*|xau|thau|bye|fui|ate|mais|logo|breve|a proxima|falou|flw|abracos?|um|viu|gente|amig[oa]|ai)\W*)+$"
)
_OF_TWO_MINDS = re.compile(r"^(?:falou|flw)$")
"""A goodbye or an *ok*; not a goodbye while a question is open."""
PERSON = frozenset(
    ["atendente", "humano", "falar com atendente", "falar com humano", "falar com uma pessoa", "quero um atendente"]
)
HELP = frozenset(["ajuda", "help", "socorro", "?"])
LEAVE = frozenset(["sair", "parar", "pare", "stop", "descadastrar", "remover", "sem lembrete", "sem lembretes"])
_LEAVE = re.compile(
    r"^(?:quero |por favor )?"
    r"(?:nao quero mais (?:receber )?|parar? (?:de )?(?:receber |com )?(?:as |os )?|cancelar? |sem )"
    r"(?:mensagens?|avisos?|lembretes?|notificac\w+|propagandas?)\W*$"
    r"|^nao quero (?:mais )?receber (?:mais )?(?:nada|mensagens?|avisos?)(?: d[eo] voces?| d[eo] vcs)?\W*$"
)
_COME_BACK = re.compile(r"^(?:quero )?(?:voltar|volta|ligar|receber)(?: a receber)?(?: os| meus)? avisos?\W*$")


def is_global_word(text: str) -> bool:
    """Whether a text is a global command and nothing else."""
    said = fold(text).strip(" .!*\"'")
    known = said in MENU | BACK | CANCEL | PERSON | HELP | LEAVE or _is_goodbye(said)
    return (
        known
        or bool(_CANCEL_THIS.match(said) or _LEAVE.match(said) or _COME_BACK.match(said))
        or answers.wants_everything_off(text)
    )


def withdraws(text: str) -> bool:
    """*Cancelar*, *deixa pra lá*: discard what was said just before."""
    return fold(text).strip(" .!*\"'") in CANCEL


def global_word(talk: Talk, heard: Heard) -> bool:
    """Follow a global command; False if it is none."""
    said = heard.folded.strip(" .!*\"'")
    if said in MENU:
        engine.start(talk, "menu")
        return True
    if said in BACK:
        if not (engine.undo(talk) or engine.back(talk)):
            _leave_flow(talk, texts.nothing_back())
        return True
    if said in CANCEL and not heard.choice:
        return cancel(talk, said)
    this = _CANCEL_THIS.match(said)
    meant = next((f for f in talk.frames if this and f.flow == _CALLED[this[1]]), None)
    if meant is not None:
        del talk.frames[talk.frames.index(meant) + 1 :]
        talk.frame = meant
        _leave_flow(talk, "")
        return True
    row = talk.frame is not None and bool(heard.choice) and not engine.flow_of(talk.frame).transient
    if said in PERSON and not row:  # a row of the question says why the person is called
        engine.start(talk, "person", {"about": about.subject(talk)})
        return True
    if said in HELP:
        talk.note(texts.words())
        if talk.frame is None:
            engine.start(talk, "menu")
        else:
            engine.resume(talk)
        return True
    if _is_goodbye(said) and not heard.choice and not (_OF_TWO_MINDS.match(said) and _under_way(talk)):
        _part(talk, goodbye=texts.goodbye)
        return True
    wish = "back" if _COME_BACK.match(said) else "all" if answers.wants_everything_off(heard.text) else ""
    if wish or said in LEAVE or _LEAVE.match(said):
        if said in LEAVE and _under_way(talk):  # leave the conversation, and stop its reminders
            _part(talk, goodbye=texts.left)
        engine.start(talk, "leaving", {"wish": wish or "reminders"})
        return True
    return False


def _is_goodbye(said: str) -> bool:
    """*Tchau*, *sai daqui*, *valeu, até mais*; *sair* by itself is more, see :data:`LEAVE`."""
    return said not in LEAVE and bool(_AWAY.match(said) or _BYE.match(said))


def _under_way(talk: Talk) -> Open | None:
    """The topmost flow whose question is open."""
    return next(
        (f for f in reversed(talk.frames) if not engine.flow_of(f).transient and not engine.step_of(f).once), None
    )


def _part(talk: Talk, goodbye: Callable[..., str]) -> None:
    """End everything that is open, with one line; a sale that was asked about waits."""
    frame = _under_way(talk)
    talk.frames = [f for f in talk.frames if f is frame or (frame is None and not engine.flow_of(f).transient)]
    talk.frame, talk.options = (talk.frames[-1] if talk.frames else None), ()
    if frame is None:
        talk.say(goodbye(""))
    elif frame.flow == "sale":
        _put_off(talk, frame)
    else:
        talk.say(goodbye(engine.flow_of(frame).title, done=bool(frame.data.get("_done"))))
        engine.finish(talk)


def _put_off(talk: Talk, sale: Open) -> None:
    engine.finish(talk)
    talk.say(selling_texts.sale_waits(int(sale.data.get("order", 0))))


def _leave_flow(talk: Talk, otherwise: str) -> None:
    """End the open flow, if there is one."""
    if talk.frame is not None and talk.frame.flow == "left":
        engine.finish(talk)  # what was left is not resumed
    if talk.frame is None:
        talk.say(otherwise or texts.let_be())
        return
    frame, flow = talk.frame, engine.flow_of(talk.frame)
    talk.say(texts.left_menu() if flow.transient else texts.left(flow.title, done=bool(frame.data.get("_done"))))
    engine.finish(talk)
    if (
        frame.flow in left.TAKEN_UP
        and not talk.frames
        and "listing" not in (frame.data if frame.flow == "listing" else ())
    ):
        engine.start(talk, "left", left.kept(frame))


def cancel(talk: Talk, said: str = "") -> bool:
    frame = talk.frame
    if frame is not None and engine.step_of(frame).once and not LATER.search(said):
        frame = None  # a digression is not what is meant
    if frame is not None and not LATER.search(said) and engine.undo(talk):
        return True
    if frame is not None and frame.flow == "cancelling" and frame.step == "sure":
        talk.note(order_texts.answer_yes_or_no(int(frame.data.get("order", 0))))
        engine.resume(talk, back=False)
        return True
    if frame is not None and frame.flow == "sale" and LATER.search(said):
        _put_off(talk, frame)
        return True
    if frame is not None and frame.flow == "sale":
        frame.data["said"] = "no"
        engine.move(talk, "check")
        return True
    if frame is not None and not engine.flow_of(frame).transient:
        _leave_flow(talk, "")
        return True
    if LATER.search(said):
        _leave_flow(talk, texts.let_be())
        return True
    if bought(talk, frozenset([OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.ACCEPTED, OrderState.SHIPPED])):
        engine.start(talk, "cancelling")
        return True
    _leave_flow(talk, texts.nothing_to_cancel())
    return True
