"""What a person left, or wants next: a purchase or a listing that was left or lapsed, and the other parts of a wish.

It stays open, unasked, until a message takes it up (*continua*, *quero aquele farol*, *agora a pastilha*).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bot.conversations.flows import reading
from bot.conversations.flows.buying import remarks
from bot.conversations.language import answers
from bot.conversations.steps import Flow, Step
from bot.conversations.talk import Heard, Open, Talk
from bot.conversations.texts import buying as texts
from bot.domain import part_words

_LEAD = (
    r"(?:(?:oi|ola|bom dia|boa tarde|boa noite|isso|sim|nao|pera\w*|espera|ops|opa|ah|na (?:verdade|vdd)"
    r"|mudei de ideia|pensando bem|desculpa|ei|entao|mas|voltei|voltando)\W+)*"
)
_WANTS_IT_AFTER_ALL = re.compile(
    rf"^{_LEAD}"
    r"(?:(?:eu )?(?:quero|vou querer|vou levar) (?:sim|continuar|ela|ele)|quero|continu(?:a|ar|e)(?: sim)?"
    r"|pode continuar|vamos continuar|retoma\w*|volta (?:la|pra compra|a compra|pro cadastro))\W*$"
    r"|[.,!] *(?:pode|vamos|quero) continuar\W*$"
)
_THAT_QUOTE = re.compile(
    r"\b(?:cotacao|orcamento|cotou|cotaram|cotei|d?aquel[ea])\b"
    r"|\b(?:voces?|vcs?|tu) (?:ja )?(?:me )?(?:pass\w+|mand\w+|fal\w+|mostr\w+)\b"
)
_PICKS = re.compile(
    rf"^{_LEAD}(?:(?:pode ser|eu|quero|vou querer|fico com|fecha|manda|vai)\W+)*(?:[oa]|n[oa]|pel[oa]|com [oa])? ?"
    r"(?:opcao |numero )?(?:[1-9]|primeir[oa]|segund[oa]|terceir[oa]|mais (?:barat|rapid)[oa]|pac|sedex|jadlog)\W*$"
)
_NEXT = re.compile(
    r"^(?:sim\W+|agora\W+|e\W+|vamos\W+)*(?:(?:pr)?[oa] )?(?:proxim[oa]|outr[oa](?: peca)?|seguinte)\W*$"
)
_FRESH = timedelta(hours=1)
"""For so long *sim* answers the offer of the next part."""
TAKEN_UP = frozenset(["buying", "listing"])
_MADE_OF_IT = frozenset(["offers", "refusals", "quoted_at", "offer", "total_shown", "agreed"])
"""Data that has to be requested from providers again."""


def kept(frame: Open) -> dict[str, Any]:
    """What is remembered of a frame that was left."""
    data = {name: value for name, value in frame.data.items() if name[0] != "_" and name not in _MADE_OF_IT}
    return {"flow": frame.flow, "kept": data}


def taken_up(talk: Talk, frame: Open, heard: Heard) -> dict[str, Any] | None:
    """The data to continue with, None if the message does not take up what was left."""
    data = frame.data
    if data.get("next"):
        return _next_part(talk, frame, heard)
    if _WANTS_IT_AFTER_ALL.search(heard.folded):
        return dict(data["kept"])
    if data["flow"] != "buying":
        return None
    cep = reading.cep_in(heard) if reading.lone_digits(heard) else None
    if cep:
        return {**data["kept"], "cep": cep}
    talk_of_quote = _THAT_QUOTE.search(heard.folded) and _is_of(_title(talk, data["kept"]), heard)
    picks = data["kept"].get("listing") and not talk.options and _PICKS.match(heard.folded)
    if not picks and not talk_of_quote:
        return None
    return {**data["kept"], **remarks.wished_carrier(heard), **remarks.way_of_paying(heard)}


def _next_part(talk: Talk, frame: Open, heard: Heard) -> dict[str, Any] | None:
    parts: list[str] = frame.data["next"]
    named = [p for p in parts if _names(p, heard)]
    fresh = talk.now - datetime.fromisoformat(frame.data["_at"]) <= _FRESH
    agrees = answers.affirmation(heard.text) or _NEXT.match(heard.folded) or _WANTS_IT_AFTER_ALL.search(heard.folded)
    if len(named) != 1 and not (fresh and agrees and not talk.options):
        return None
    chosen = named[0] if len(named) == 1 else parts[0]
    rest = remarks.SEVERAL.join(p for p in parts if p != chosen)
    return {"query": chosen, **({"later": rest, "later_told": True} if rest else {})}


def _title(talk: Talk, data: dict[str, Any]) -> str:
    product = talk.shop.product(int(data["listing"])) if data.get("listing") else None
    return product.title if product is not None else str(data.get("query", ""))


def _is_of(title: str, heard: Heard) -> bool:
    """Whether a message names no other part than this one."""
    part = heard.slot("part")
    return bool(title) and frozenset(part_words.tokens(part)) <= frozenset(part_words.tokens(title))


def _names(part: str, heard: Heard) -> bool:
    """Whether a message is about this part, with few words beside it."""
    said, words = frozenset(part_words.tokens(heard.text)), frozenset(part_words.tokens(part))
    return bool(said & words) and len(heard.folded.split()) <= 6 and "?" not in heard.text


def _read(talk: Talk, heard: Heard) -> str | None:
    frame = talk.frame
    seed = taken_up(talk, frame, heard) if frame is not None else None
    if frame is None or seed is None:
        return None
    talk.seed = seed
    say_taken_up(talk, frame)
    return str(frame.data["flow"])


def say_taken_up(talk: Talk, frame: Open) -> None:
    """Replace the note that it has ended."""
    if talk.has_notes and frame.data["flow"] == "buying" and not frame.data.get("next"):
        talk.drop_notes()
        talk.note(texts.lapsed())


FLOW = Flow(
    name="left",
    title="o que ficou parado",
    lasts=timedelta(days=30),
    transient=True,
    stays=True,
    steps=(Step("left", {name: f">{name}" for name in sorted(TAKEN_UP)}, read=_read, once=True),),
)
