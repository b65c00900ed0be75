"""The box, the summary, and publishing."""

from __future__ import annotations

import re

from bot.conversations.flows import reading, sales
from bot.conversations.flows.listing import part, photos, remarks, videos
from bot.conversations.language import answers
from bot.conversations.language.normalise import COMMON
from bot.conversations.steps import END, STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.conversations.wishes import slots_as
from bot.domain.catalogue import Condition, Photo, Product
from bot.domain.text import fold

_ALSO = re.compile(r"\b(?:tamb[ée]m|tbm?|s[óo] isso|ok)\b", re.IGNORECASE)
_SERVES = re.compile(
    r"^\W*(?:(?:e|ela?|ele|tamb[ée]m|serve|servem|d[áa]|vai|encaixa|n[oa]s?|em|pr[ao]|para|o|a)\s+)+", re.IGNORECASE
)
"""What precedes the cars in *também serve no Voyage 2012*."""


def _read_box(talk: Talk, heard: Heard) -> str | None:
    said = " ".join(w for w in (talk.data.get("box_said", ""), heard.text.strip()) if w)
    box = answers.weight_and_size(heard.text) or answers.weight_and_size(said)
    if box is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        weight, sizes = answers.half_a_box(heard.text)
        if weight or sizes:
            talk.data["box_said"] = heard.text.strip()[:60]
        talk.say(texts.box_wrong(weight, sizes))
        return STAY
    talk.data.pop("box_said", None)
    talk.data["weight"], *size = box
    talk.data["size"] = size
    return "said"


def _size(talk: Talk) -> tuple[int, int, int]:
    width, height, length = talk.data["size"]
    return int(width), int(height), int(length)


def _ask_review(talk: Talk) -> None:
    head = texts.review(
        part.title_of(talk),
        Condition(talk.data["condition"]),
        talk.data["price"],
        len(photos.taken(talk)),
        talk.data["weight"],
        _size(talk),
        video=videos.taken(talk) is not None,
        stock=int(talk.data.get("stock", 1)),
    )
    talk.ask(head, [("publish", "Publicar"), ("fix", "Corrigir"), ("discard", "Descartar")])


def _read_review(talk: Talk, heard: Heard) -> str | None:
    return heard.choice or ("publish" if reading.yes_or_no(talk, heard) == "yes" else None)


def _ask_fix(talk: Talk) -> None:
    rows = [
        ("what", "Peça"),
        ("car", "Carro"),
        ("side", "Lado"),
        ("condition", "Nova ou usada"),
        ("price", "Preço"),
        ("photos", "Fotos"),
        ("box", "Peso e medidas"),
    ]
    talk.ask(texts.fix(), rows)


def _read_fix(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice:
        return None
    if heard.choice == "photos":
        talk.data["photos"] = []
        videos.drop(talk)
        talk.data.pop("album_done", None)
    talk.data["_forced"] = heard.choice
    return heard.choice


def _discard(talk: Talk) -> str:
    videos.drop(talk)
    talk.say(texts.discarded())
    return "told"


def _next(talk: Talk) -> str:
    """The next part of a list that came in one message."""
    rest = talk.data.get("rest", [])
    if not rest:
        return "done"
    talk.seed = {**rest[0], "rest": rest[1:]}
    return "again"


def _publish(talk: Talk) -> str:
    listing = talk.shop.next_listing()
    width, height, length = _size(talk)
    car = part.car(talk)
    product = Product(
        listing=listing,
        seller_id=sales.seller(talk).id,
        sku=f"L{listing}",
        title=part.title_of(talk),
        price=talk.data["price"],
        condition=Condition(talk.data["condition"]),
        weight_g=talk.data["weight"],
        width_cm=width,
        height_cm=height,
        length_cm=length,
        stock=max(1, int(talk.data.get("stock", 1))),
        fits=(car,) if car else (),
        photos=tuple(Photo(id=p["id"], url=p["url"]) for p in photos.taken(talk)),
        video=videos.taken(talk),
    )
    talk.decision.write(product)
    talk.data["listing"] = listing
    talk.note(texts.published(listing, f"{talk.rules.public_url}/p/{listing}"))
    return "published"


def _ask_more_cars(talk: Talk) -> None:
    talk.ask(texts.more_cars())


def _read_more_cars(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no" or heard.folded in ("pronto", "so isso", "pular"):
        talk.say(texts.fine())
        return "no"
    price = remarks.price_in(heard) if remarks.MONEY.search(heard.folded) else None
    if price is not None:
        talk.seed = {"listing": talk.data["listing"], "price": price}
        return "price"
    product = talk.shop.product(talk.data["listing"])
    if answer == "yes" or product is None:
        talk.say(texts.more_cars())
        return STAY
    cars = [
        " ".join(w.capitalize() for w in c.split())[:40]
        for c in re.split(r"\s*[,;\n]\s*|\s+e\s+", _SERVES.sub("", _ALSO.sub("", heard.text)))
    ]
    cars = [c for c in cars if _is_car(c)][:10]
    if not cars:
        return None
    talk.decision.write(product.but(fits=tuple(dict.fromkeys([*product.fits, *cars]))))
    talk.say(texts.cars_added(", ".join(cars)))
    return STAY


def _is_car(words: str) -> bool:
    """Whether words name a car, even an unknown one, and neither a remark nor a part."""
    said = slots_as(words, "find_part")
    if said.get("part") or sum(c.isalpha() for c in words) < 2:
        return False
    return bool(said.get("vehicle")) or not COMMON & set(fold(words).split())


def lost(talk: Talk) -> str:
    return f"O cadastro de *{part.title_of(talk)}* não foi publicado." if talk.data.get("part") else ""


STEPS = (
    Step(
        "box",
        {"said": "review"},
        ask=lambda talk: talk.ask(texts.box()),
        read=_read_box,
        known=part.known("weight"),
        fills=("weight", "size"),
        hint=texts.HINT_BOX,
    ),
    Step(
        "review",
        {"publish": "publish", "fix": "fix", "discard": "discard"},
        ask=_ask_review,
        read=_read_review,
    ),
    Step(
        "fix",
        {n: n for n in ("what", "car", "side", "condition", "price", "photos", "box")},
        ask=_ask_fix,
        read=_read_fix,
    ),
    Step("discard", {"told": "next"}, act=_discard),
    Step("publish", {"published": "more_cars"}, act=_publish),
    Step("more_cars", {"no": "next", "price": ">pricing"}, ask=_ask_more_cars, read=_read_more_cars, free=True),
    Step("next", {"again": ">listing", "done": END}, act=_next),
)
