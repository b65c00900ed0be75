"""The state of a purchase: the frame's data as domain values."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.conversations.talk import Talk
from bot.domain.catalogue import Product
from bot.domain.order import Offer
from bot.domain.people import Address
from bot.domain.text import fold

MOST_CHOICES = 6
MOST_PARTS = 24
"""Search results that are kept: *mais* shows the next few."""


def product_of(talk: Talk) -> Product | None:
    listing = talk.data.get("listing")
    return talk.shop.product(listing) if listing else None


def product(talk: Talk) -> Product:
    product = product_of(talk)
    if product is None:
        raise LookupError("the listing of this purchase is gone")
    return product


def address(talk: Talk) -> Address | None:
    kept = talk.data.get("address")
    return Address.model_validate(kept) if kept else None


def offer(talk: Talk) -> Offer | None:
    kept = talk.data.get("offer")
    return Offer.model_validate(kept) if kept else None


def offers(talk: Talk) -> list[Offer]:
    return [Offer.model_validate(o) for o in talk.data.get("offers", [])]


def offers_of(talk: Talk, name: str) -> list[Offer]:
    """The offers of a carrier or service by that name (*sedex*)."""
    wanted = re.compile(rf"\b{re.escape(fold(name))}\b")
    return [o for o in offers(talk) if name and wanted.search(fold(f"{o.carrier} {o.service}"))]


def quantity(talk: Talk) -> int:
    return max(1, int(talk.data.get("quantity", 1)))


def document(talk: Talk) -> str:
    return str(talk.data.get("document") or ("" if is_anothers(talk) else talk.person.document))


def name(talk: Talk) -> str:
    return str(talk.data.get("name") or ("" if is_anothers(talk) or is_gift(talk) else talk.person.name))


def is_anothers(talk: Talk) -> bool:
    """Whether it is bought in somebody else's name (*no CPF do meu marido*): the buyer's own data is not used then, and
    what is said is not kept for next time."""
    return bool(talk.data.get("anothers"))


def is_gift(talk: Talk) -> bool:
    """Whether somebody else receives it (*manda pro meu irmão*): ask for the name, and do not keep the place."""
    return bool(talk.data.get("gift"))


def number(talk: Talk) -> str:
    known = address(talk)
    return str(talk.data.get("number") or (known.number if known else ""))


def valid_until(talk: Talk) -> datetime:
    quoted = datetime.fromisoformat(talk.data["quoted_at"])
    return quoted + timedelta(minutes=talk.rules.quote_minutes)


def is_old(talk: Talk) -> bool:
    return "quoted_at" in talk.data and talk.now >= valid_until(talk)


def forget(talk: Talk, *names: str) -> None:
    for name in names:
        talk.data.pop(name, None)


def forget_quote(talk: Talk) -> None:
    forget(talk, "offers", "refusals", "quoted_at", "offer", "total_shown", "agreed")


def forget_place(talk: Talk) -> None:
    forget(talk, "address", "street", "street_said", "town", "number", "complement")
    forget_quote(talk)
