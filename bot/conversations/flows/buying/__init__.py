"""A buyer looks for a part, learns the freight, chooses, and orders. Nothing is ordered without a clear yes or choice.

While the quote is out of order, the rest (way of paying, document, name) can be settled before it comes. One file a
part of the way, in the order in which people walk it: :mod:`finding`, :mod:`place`, :mod:`quoting`, :mod:`carriers`,
:mod:`paying_choice`, :mod:`who`, :mod:`placing`; :mod:`turns` leads back and across.
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
