"""The lookup of a CEP, shared by the flows that ask for a place."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.steps import Outcome
from bot.conversations.talk import Talk
from bot.domain.commands import LookUpPostalCode
from bot.domain.events import Done
from bot.domain.people import Address

LASTS = timedelta(minutes=10)


def look_up(talk: Talk) -> None:
    talk.want(LookUpPostalCode(postal_code=talk.data["cep"]), lasts=LASTS)


def is_answered(talk: Talk, outcome: Outcome) -> bool:
    """Whether this is the outcome of the frame's lookup; another CEP may have been given meanwhile."""
    command = outcome.command
    return isinstance(command, LookUpPostalCode) and command.postal_code == talk.data.get("cep")


def address_in(outcome: Outcome) -> Address | None:
    """None for a CEP that does not exist, and if the lookup has failed or is parked."""
    return outcome.result_as(LookUpPostalCode.Place).address if isinstance(outcome, Done) else None
