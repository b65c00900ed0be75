"""*Na verdade quero sim*, after leaving a purchase or a listing: it continues where it was."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations.flows import reading
from bot.conversations.steps import Flow, Step
from bot.conversations.talk import Heard, Open, Talk

_WANTS_IT_AFTER_ALL = re.compile(
    r"^(?:(?:nao|pera\w*|espera|ops|opa|ah|na (?:verdade|vdd)|mudei de ideia|pensando bem|desculpa|ei|entao|mas)\W+)*"
    r"(?:(?:eu )?(?:quero|vou querer|vou levar) (?:sim|continuar|ela|ele)|quero|continu(?:a|ar|e)(?: sim)?"
    r"|pode continuar|vamos continuar|retoma\w*|volta (?:la|pra compra|a compra|pro cadastro))\W*$"
)
TAKEN_UP = frozenset(["buying", "listing"])
_MADE_OF_IT = frozenset(["offers", "refusals", "quoted_at", "offer", "total_shown", "agreed"])
"""Data that has to be requested from providers again."""


def kept(frame: Open) -> dict[str, Any]:
    """What is remembered of a frame that was left."""
    data = {name: value for name, value in frame.data.items() if name[0] != "_" and name not in _MADE_OF_IT}
    return {"flow": frame.flow, "kept": data}


def _read(talk: Talk, heard: Heard) -> str | None:
    cep = reading.cep_in(heard) if talk.data["flow"] == "buying" and reading.lone_digits(heard) else None
    if not cep and not _WANTS_IT_AFTER_ALL.match(heard.folded):
        return None
    talk.seed = {**talk.data["kept"], **({"cep": cep} if cep else {})}
    return str(talk.data["flow"])


FLOW = Flow(
    name="left",
    title="o que ficou parado",
    transient=True,
    steps=(Step("left", {name: f">{name}" for name in sorted(TAKEN_UP)}, read=_read, once=True),),
)
