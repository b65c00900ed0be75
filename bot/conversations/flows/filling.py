"""Answers while a shop is being opened: stored one by one, each echoed."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversations.talk import Talk
from bot.conversations.texts import joining as texts
from bot.domain.people import Address


def keep(talk: Talk, name: str, value: object, shown: str) -> str:
    talk.data[name] = value
    talk.note(texts.noted(shown))
    return "said"


def known(name: str) -> Callable[[Talk], str | None]:
    return lambda talk: "said" if talk.data.get(name) else None


def phone_of(talk: Talk) -> str:
    own = next((i for i in talk.person.identifiers if i.isdigit()), "")
    return str(talk.data.get("phone") or own)


def address_of(talk: Talk) -> Address:
    kept = talk.data
    found = Address.model_validate(kept["address"])
    return found.but(
        street=kept.get("street") or found.street,
        number=kept.get("number", ""),
        complement=kept.get("complement", ""),
        district=kept.get("district") or found.district,
    )
