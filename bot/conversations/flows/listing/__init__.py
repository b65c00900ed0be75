"""A seller registers a part: :mod:`part`, its :mod:`photos`, the box and the summary (:mod:`publishing`)."""

from __future__ import annotations

from bot.conversations.flows.listing import part, photos, publishing, remarks
from bot.conversations.steps import Flow

FLOW = Flow(
    name="listing",
    title="o cadastro da peça",
    role="seller",
    use=remarks.use,
    turn=remarks.turn,
    turns=("what", "car", "price", "side", "condition", "photos", "box", "review", "fix"),
    result=photos.photo_stored,
    lost=publishing.lost,
    steps=(*part.STEPS, *photos.STEPS, *publishing.STEPS),
)
