"""Several actions of a shop in one message (*postei o 1002 e zera o farol*): each is done as if it had come by itself,
up to the first that asks something; the remaining ones are listed, to be sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversations import engine
from bot.conversations.flows import meant, sales, stock_words
from bot.conversations.language import understand
from bot.conversations.routes import about, inventory, sale_words
from bot.conversations.talk import Heard, Open, Talk
from bot.conversations.texts import selling as texts
from bot.domain.order import OrderState
from bot.domain.text import fold, words

LONGEST = 300
_APART = re.compile(r"\s*[;\n]\s*|,\s+|\s+e\s+(?=\S)", re.IGNORECASE)
_VERB = re.compile(r"^(?:chegou|chegaram|entrou|entraram|vendi|acabou|acabaram|zera|pausa|apaga|tira|postei|reativa)\b")
_PRICED = re.compile(r"^(.*[^\W\d_]) (?:r\$ ?)?(?!(?:19[89]|20[0-3])\d\W*$)(\d[\d.,]*)(?: reais)?\W*$", re.IGNORECASE)
_NO_ACTS = words("add_product upload_photo charge_request")
_COUNTED = re.compile(r"\d{1,3} [^\W\d]")
_SIDE = re.compile(r"(?:esquerd|direit|dianteir|traseir)")
_NOUN = re.compile(r"\W*(?:[oa]s? )?([^\W\d]{4,})", re.IGNORECASE)
_SAID = re.compile(r"\b(?:sim|nao|(?:nao )?(?:tenho|tem))\W*$")
_HAS = re.compile(r"\b(?:tenho|tem)\b")


def several(talk: Talk, heard: Heard, route: Callable[[Talk, Heard], bool]) -> bool:
    """Do the actions of a message with more than one; False if it has not. ``route``: does one."""
    acts, unknown = _acts(talk, heard)
    if len(acts) + len(unknown) < 2 or not acts:
        return False
    before, done = list(talk.frames), list[Open]()
    for place, act in enumerate(acts, start=1):
        route(talk, act)
        asks = talk.frame is not None and all(talk.frame is not f for f in before) and not _is_passing(talk, talk.frame)
        if asks:
            if place < len(acts):
                talk.add(texts.send_again([a.text for a in acts[place:]]))
            break
        done += [talk.frame] if talk.frame is not None and engine.takes_back(talk.frame) else []
    engine.keep_together(talk, done)
    if unknown:
        talk.add(texts.not_among(unknown))
    return True


def _is_passing(talk: Talk, frame: Open) -> bool:
    """Whether nothing has to be answered before the next action."""
    return engine.step_of(frame).once or (engine.flow_of(frame).transient and not talk.options)


def _acts(talk: Talk, heard: Heard) -> tuple[list[Heard], list[str]]:
    """The actions in a message, each for another sale or part, and the items counted that the shop does not have (*e 1
    motor fusca*); empty if some part of it is neither."""
    if heard.meaning.intent in _NO_ACTS or inventory.REGISTERS.match(heard.folded):
        return [], []
    if talk.seller is None or heard.choice or "?" in heard.text or len(heard.text) > LONGEST:
        return [], []
    pieces = _answered(talk, heard, [p for p in _APART.split(heard.text.strip()) if p.strip()])
    if not 1 < len(pieces) <= 8:
        return [], []
    unknown = list[str]()
    acts, things, verb, noun = list[Heard](), set[str](), "", ""
    priced = all(_PRICED.match(piece) for piece in pieces)  # *retrovisor direito 390, farol direito 520*
    for bare in pieces:
        piece = f"{noun} {bare}" if noun and _SIDE.match(fold(bare)) else bare  # *farol direito 500, esquerdo 480*
        noun = (_NOUN.match(piece) or ["", noun])[1]
        act = _piece(heard, piece)
        thing = _thing(talk, act)
        if not thing and verb:
            act = _piece(heard, f"{verb} {piece}")  # *chegou 5 pastilhas e 2 amortecedores*
            thing = _thing(talk, act)
        if not thing and priced and (said := _PRICED.match(piece)):
            act = _piece(heard, f"{said[1]} agora é {said[2]}")
            thing = _thing(talk, act)
        if not thing and verb and _COUNTED.match(piece):
            unknown.append(piece)
            continue
        if not thing or thing in things:
            return [], []
        acts.append(act)
        things.add(thing)
        found = _VERB.match(act.folded)
        verb, priced = found[0] if found else "", priced or "agora e" in act.folded
    if all(act.meaning.intent == "mark_posted" for act in acts):
        return [], []  # one action for several sales, undone as one
    return acts, unknown


def _piece(heard: Heard, piece: str) -> Heard:
    return replace(heard, text=piece, folded=fold(piece), choice="", meaning=understand(piece, "seller"))


def _answered(talk: Talk, heard: Heard, pieces: list[str]) -> list[str]:
    """*Farol e velas tenho*: a part named without an answer takes the answer of the next piece."""
    found, answer = list[str](), ""
    for piece in reversed(pieces):
        said = _SAID.search(fold(piece))
        answer = said[0] if said else answer if _is_bare_part(talk, heard, piece) else ""
        found.append(piece if said or not answer else f"{piece} {answer}")
    return found[::-1]


def _is_bare_part(talk: Talk, heard: Heard, piece: str) -> bool:
    of_part = meant.by_part(sales.sold(talk, frozenset([OrderState.PAID])), piece)
    return len(of_part) == 1 and not sale_words.beside(of_part[0], _piece(heard, piece))


def _thing(talk: Talk, act: Heard) -> str:
    """The sale or part that a piece acts on; empty if it names none or does nothing."""
    named = [n for n in about.orders_in(act, talk) if sales.is_mine(talk, n)]
    named = named or [int(n) for n in re.findall(r"\b\d{3,9}\b", act.text) if sales.is_mine(talk, int(n))]
    if len(named) == 1 and (act.is_act or _HAS.search(act.folded)):
        return f"sale {named[0]}"
    of_part = sale_words.by_its_part(talk, act)
    if of_part is not None:
        return f"sale {of_part[0].number}"
    part = inventory.part_in(talk, act)
    wish = stock_words.wish_in(act, named=bool(part))
    return f"part {part['listing']}" if part.get("listing") and wish else ""
