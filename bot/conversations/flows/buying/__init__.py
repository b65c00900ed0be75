"""A buyer finds a part, gets a quote, chooses, and orders. Nothing is ordered without a clear yes or choice.

While quotes are unavailable, the rest (payment method, document, name) can be settled first. One module per stage, in
the usual order: :mod:`finding`, :mod:`place`, :mod:`quoting`, :mod:`carriers`, :mod:`paying_choice`, :mod:`who`,
:mod:`placing`; :mod:`turns` handles changes.
"""

from __future__ import annotations

from bot.conversations.flows.buying import (
    carriers,
    finding,
    paying_choice,
    place,
    placing,
    quoting,
    remarks,
    streets,
    turns,
    who,
)
from bot.conversations.steps import Flow

FLOW = Flow(
    name="buying",
    title="a sua compra",
    role="buyer",
    use=remarks.use,
    turn=turns.turn,
    turns=("part", "search", "look", "cep", "quote", "carrier", "method", "document", "full_name", "number"),
    result=quoting.keep_quote,
    lost=placing.lost,
    about=placing.about,
    steps=(
        *finding.STEPS,
        *place.STEPS,
        *streets.STEPS,
        *quoting.STEPS,
        *carriers.STEPS,
        *paying_choice.STEPS,
        *who.STEPS,
        *placing.STEPS,
    ),
)
