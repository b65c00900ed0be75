"""The CEP of a street, for a buyer who does not know it: ask for the town, look up the street, and choose."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, remarks
from bot.conversations.language import streets
from bot.conversations.steps import STAY, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import places as place_texts
from bot.domain.commands import FindPostalCode, Street
from bot.domain.events import Done
from bot.domain.people import Address

SHOWN = 6


def wanted(heard: Heard) -> dict[str, str] | None:
    """A street named instead of a CEP, as stored in the frame; None if there is none."""
    found = streets.where(heard.text)
    return found._asdict() if found.street else None


def keep(talk: Talk, said: dict[str, str]) -> str:
    """Look up that street; a town mentioned before is used."""
    there = facts.address(talk)  # from a CEP that covers the whole town
    facts.forget_place(talk)
    facts.forget(talk, "cep", "problem", "not_here")
    city = said["city"] or str(talk.data.get("city_said") or "")
    state = said["state"] or streets.town(city)[1]
    if there is not None and not city:
        city, state = there.city, there.state
    talk.data["street_wanted"] = {**said, "city": city, "state": state}
    return "street"


def _street(talk: Talk) -> dict[str, Any]:
    kept: dict[str, Any] = talk.data["street_wanted"]
    return kept


def _known_town(talk: Talk) -> str | None:
    kept = _street(talk)
    return "said" if kept["city"] and kept["state"] else None


def _ask_town(talk: Talk) -> None:
    kept = _street(talk)
    talk.ask(place_texts.which_state(kept["city"]) if kept["city"] else place_texts.which_town(kept["street"]))


def _read_town(talk: Talk, heard: Heard) -> str | None:
    cep = reading.cep_in(heard)
    if cep:
        facts.forget(talk, "street_wanted")
        talk.data["cep"] = cep
        return "cep"
    again = wanted(heard)
    if again:
        return keep(talk, again)
    kept = _street(talk)
    city, state = streets.town(heard.text)
    if not city and not kept["city"]:
        city = _unknown_town(heard)
    if not city and not state:
        return None
    talk.data["street_wanted"] = {**kept, "city": city or kept["city"], "state": state or kept["state"]}
    if _known_town(talk):
        return "said"
    _ask_town(talk)
    return STAY


def _unknown_town(heard: Heard) -> str:
    """A small town missing from our list: the words of an answer without other content."""
    plain = re.sub(r"[\s,/(-]+[A-Za-z]{2}\W*$", "", heard.text.strip()) if streets.town(heard.text)[1] else heard.text
    words = plain.split()
    name = len(words) <= 5 and all(w.replace("'", "").isalpha() for w in words)
    talks = heard.meaning.confidence >= remarks.SURE and heard.meaning.intent not in (
        "quote_shipping",
        "change_address",
    )
    return plain.strip().title() if name and not talks and len(plain) > 3 else ""


def _find(talk: Talk) -> None:
    kept = _street(talk)
    talk.want(FindPostalCode(state=kept["state"], city=kept["city"], street=kept["street"]))


def _found(talk: Talk, outcome: Outcome) -> str | None:
    if not isinstance(outcome.command, FindPostalCode):
        return None
    kept = _street(talk)
    if not isinstance(outcome, Done):
        talk.data["problem"] = place_texts.street_search_down()
        return "none"
    found = outcome.result_as(FindPostalCode.Found).streets
    if not found:
        talk.data["problem"] = place_texts.no_such_street(kept["street"], kept["city"])
        return "none"
    talk.data["streets"] = [s.model_dump() for s in found[:SHOWN]]
    return "one" if len(found) == 1 else "several"


def _streets(talk: Talk) -> list[Street]:
    return [Street.model_validate(s) for s in talk.data["streets"]]


def _ask_which(talk: Talk) -> None:
    talk.ask(
        place_texts.which_of_streets(), [(s.address.postal_code, place_texts.street_row(s)) for s in _streets(talk)]
    )


def _read_which(talk: Talk, heard: Heard) -> str | None:
    if heard.choice:
        _take(talk, next(s.address for s in _streets(talk) if s.address.postal_code == heard.choice))
        return "picked"
    again = wanted(heard)
    return keep(talk, again) if again else None


def _take_one(talk: Talk) -> str:
    _take(talk, _streets(talk)[0].address)
    return "taken"


def _take(talk: Talk, address: Address) -> None:
    number = _street(talk)["number"]
    facts.forget(talk, "street_wanted", "streets", "city_said", "uf_said")
    talk.data.update(cep=address.postal_code, address=address.model_dump())
    if number:
        talk.data["number"] = number


def _none(talk: Talk) -> str:
    facts.forget(talk, "street_wanted", "streets", "city_said")
    talk.data["_forced"] = "cep"
    return "told"


STEPS = (
    Step(
        "town_of_street",
        {"said": "find_street", "street": "town_of_street", "cep": "look"},
        ask=_ask_town,
        read=_read_town,
        known=_known_town,
        needs=("street_wanted",),
    ),
    Step(
        "find_street",
        {"one": "take_street", "several": "which_street", "none": "no_street"},
        ask=lambda talk: talk.say(place_texts.looking_for_street()),
        enter=_find,
        result=_found,
        waits=True,
    ),
    Step(
        "which_street",
        {"picked": "city", "street": "town_of_street"},
        ask=_ask_which,
        read=_read_which,
        needs=("streets",),
    ),
    Step("take_street", {"taken": "city"}, act=_take_one),
    Step("no_street", {"told": "cep"}, act=_none),
)
