"""All conversations, one file a purpose. A flow is data; :mod:`bot.conversations.engine` works it."""

from __future__ import annotations

from bot.conversations.flows import (
    away,
    buying,
    cancelling,
    chasing,
    collecting,
    contesting,
    delivery,
    due_date,
    email,
    freight,
    help,  # noqa: A004
    inventory,
    invoicing,
    joining,
    leaving,
    left,
    listing,
    payer,
    paying,
    pictures,
    pricing,
    privacy,
    rating,
    recovery,
    reporting,
    repricing,
    returning,
    selling,
    taking_back,
    tracking,
)
from bot.conversations.steps import Flow

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        buying.FLOW,
        tracking.FLOW,
        paying.FLOW,
        due_date.FLOW,
        contesting.FLOW,
        delivery.FLOW,
        returning.FLOW,
        *taking_back.FLOWS,
        cancelling.FLOW,
        *selling.FLOWS,
        listing.FLOW,
        pricing.FLOW,
        *repricing.FLOWS,
        pictures.FLOW,
        *inventory.FLOWS,
        away.FLOW,
        joining.FLOW,
        freight.FLOW,
        collecting.FLOW,
        *chasing.FLOWS,
        *invoicing.FLOWS,
        *reporting.FLOWS,
        privacy.FLOW,
        rating.FLOW,
        recovery.FLOW,
        payer.FLOW,
        email.FLOW,
        leaving.FLOW,
        left.FLOW,
        *help.FLOWS,
    )
}
