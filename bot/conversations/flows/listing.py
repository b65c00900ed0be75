"""A seller registers a part with its photos, and changes a price.

Pictures come one message each and no message says that the album is over: they are counted until *pronto*, and
answered once, a moment after the last.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversations.flows import reading, sales
from bot.conversations.language import answers
from bot.conversations.steps import END, LATER, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.domain import money
from bot.domain.catalogue import Condition, Photo, Product
from bot.domain.commands import StorePhoto
from bot.domain.events import Done, Message, Parked

MOST_PHOTOS = 8
QUIET_AFTER_PHOTO = timedelta(seconds=4)
A_PHOTO_MAY_TAKE = timedelta(hours=12)
CHEAPEST = 100
"""Centavos; less is a typing error."""
SIDED = ("left", "right", "pair", "none")
CONDITION_WORDS = {
    "nova": Condition.NEW,
    "novo": Condition.NEW,
    "usada": Condition.USED,
    "usado": Condition.USED,
    "recondicionada": Condition.REMANUFACTURED,
    "recondicionado": Condition.REMANUFACTURED,
    "remanufaturada": Condition.REMANUFACTURED,
    "remanufaturado": Condition.REMANUFACTURED,
}
SIDE_WORDS = {
    "esquerdo": "left",
    "esquerda": "left",
    "le": "left",
    "direito": "right",
    "direita": "right",
    "ld": "right",
    "par": "pair",
    "ambos": "pair",
}


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says of the part."""
    data = _said(heard)
    if data.get("part"):
        data["echo"] = True
    return data


def _said(heard: Heard) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if heard.slot("part"):
        data["part"] = heard.slot("part")
    if heard.slot("vehicle"):
        data["car"] = " ".join(w for w in (heard.slot("vehicle"), heard.slot("year")) if w)
    price = price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    words = heard.folded.replace(",", " ").replace(".", " ").split()
    conditions = {CONDITION_WORDS[w] for w in words if w in CONDITION_WORDS}
    if len(conditions) == 1:
        data["condition"] = conditions.pop().value
    sides = {SIDE_WORDS[w] for w in words if w in SIDE_WORDS}
    if len(sides) == 1:
        data["side"] = sides.pop()
    return data


def price_in(heard: Heard) -> int | None:
    """The price in a message (centavos), None if none or unclear."""
    amount = heard.slot("amount")
    price = money.from_decimal(amount) if amount else money.read(heard.text)
    return price if price is not None and price >= CHEAPEST else None


def _check(talk: Talk) -> str:
    if talk.seller is None:
        return "stranger"
    if not talk.seller.wallet_id or talk.seller.wallet_id == talk.rules.platform_wallet_id:
        return "no_wallet"
    if talk.data.get("offered"):
        return "offer"
    if talk.data.pop("echo", False):
        talk.note(texts.understood(_part(talk), _car(talk), talk.data.get("price")))
    return "seller"


def _say_no_wallet(talk: Talk) -> str:
    talk.say(texts.no_wallet())
    return "told"


def _part(talk: Talk) -> str:
    part = str(talk.data.get("part", ""))
    return part[:1].upper() + part[1:]


def _car(talk: Talk) -> str:
    return " ".join(w if w.isupper() else w.capitalize() for w in str(talk.data.get("car", "")).split())


def title_of(talk: Talk) -> str:
    side = texts.SIDES.get(str(talk.data.get("side", "none")), "")
    return " ".join(w for w in (_part(talk), side, _car(talk)) if w)[:120]


def _known(name: str) -> Any:
    return lambda talk: "said" if talk.data.get(name) else None


# --- the part ---------------------------------------------------------------------------------------------


def _read_offer(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        offered = talk.data.pop("offered")
        _store(talk, offered["id"], offered["url"])
    elif answer == "no":
        talk.say(texts.photo_unused())
    return answer


def _read_what(talk: Talk, heard: Heard) -> str | None:
    found = _said(heard)
    if not found.get("part"):
        plain = " ".join(heard.text.split())[:60]
        if sum(c.isalpha() for c in plain) < 3:
            return None
        found["part"] = plain.lower()
    talk.data.update(found)
    return "said"


def _read_car(talk: Talk, heard: Heard) -> str | None:
    found = _said(heard)
    plain = " ".join(heard.text.split())[:40]
    if not found.get("car") and sum(c.isalpha() for c in plain) < 2:
        return None
    talk.data["car"] = found.get("car") or plain.lower()
    return "said"


def _read_price(talk: Talk, heard: Heard) -> str | None:
    price = price_in(heard)
    if price is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.price_wrong())
        return STAY
    talk.data["price"] = price
    return "said"


def _read_side(talk: Talk, heard: Heard) -> str | None:
    said = heard.choice if heard.choice in SIDED else _said(heard).get("side")
    if not said:
        return None
    talk.data["side"] = said
    return "said"


def _ask_side(talk: Talk) -> None:
    rows = [("left", "Esquerdo"), ("right", "Direito"), ("pair", "Par"), ("none", "Não tem lado")]
    talk.ask(texts.side(), rows)


def _read_condition(talk: Talk, heard: Heard) -> str | None:
    said = heard.choice if heard.choice in set(Condition) else _said(heard).get("condition")
    if not said:
        return None
    talk.data["condition"] = said
    return "said"


def _ask_condition(talk: Talk) -> None:
    rows = [("new", "Nova"), ("used", "Usada"), ("remanufactured", "Recondicionada")]
    talk.ask(texts.condition(), rows)


# --- the photos -------------------------------------------------------------------------------------------


def take_photo(talk: Talk, message: Message) -> bool:
    """Keep a picture for the part; False if there are enough."""
    if message.media is None or len(_photos(talk)) >= MOST_PHOTOS:
        return False
    seller = talk.seller.id if talk.seller else "nobody"
    _store(talk, f"part/{seller}/{talk.stored.id}", message.media.url)
    return True


def _store(talk: Talk, photo_id: str, url: str) -> None:
    owner = talk.seller.id if talk.seller else ""
    key = talk.want(StorePhoto(photo_id=photo_id, source_url=url, owner=owner), lasts=A_PHOTO_MAY_TAKE)
    talk.data["photos"] = [*_photos(talk), {"id": photo_id, "key": key, "url": ""}]


def _photos(talk: Talk) -> list[dict[str, str]]:
    return list(talk.data.get("photos", []))


def _ask_photos(talk: Talk) -> None:
    count = len(_photos(talk))
    talk.ask(texts.photos_so_far(count) if count else texts.photos(MOST_PHOTOS))


def _read_photos(talk: Talk, heard: Heard) -> str | None:
    if heard.message.content == "image":
        if not take_photo(talk, heard.message):
            talk.say(texts.photos_full(MOST_PHOTOS))
            return STAY
        talk.decision.timer(f"album/{talk.person.id}", "album", talk.now + QUIET_AFTER_PHOTO, person=talk.person.id)
        return LATER
    done = {"pronto", "prontos", "so isso", "acabou", "terminei", "chega", "nao", "ok pronto"}
    if heard.folded.strip(" .!") not in done:
        return None
    if not _photos(talk):
        talk.say(texts.photos_needed())
        return STAY
    talk.decision.cancel_timer(f"album/{talk.person.id}")
    talk.data["album_done"] = True
    return "done"


def album_is_quiet(talk: Talk) -> None:
    """A moment has passed since the last picture: say how many there are."""
    frame = talk.frame
    if frame is not None and frame.flow == "listing" and frame.step == "photos" and _photos(talk):
        talk.ask(texts.photos_so_far(len(_photos(talk))))


def _photo_stored(talk: Talk, outcome: Outcome) -> None:
    command = outcome.command
    if not isinstance(command, StorePhoto):
        return
    if isinstance(outcome, Parked):
        talk.say(texts.photo_late())
    elif isinstance(outcome, Done):
        stored = outcome.result_as(StorePhoto.Stored)
        talk.data["photos"] = [{**p, "url": stored.url} if p["id"] == command.photo_id else p for p in _photos(talk)]
        if stored.shrunk_from:
            talk.say(texts.photo_shrunk(stored.shrunk_from))
    else:
        talk.data["photos"] = [p for p in _photos(talk) if p["id"] != command.photo_id]
        talk.say(texts.photo_refused(getattr(outcome, "reason", "gone")))


def late_photo(talk: Talk, outcome: Outcome) -> None:
    """A picture arrived after its part was published: complete the listing, or take the picture off it."""
    command = outcome.command
    if not isinstance(command, StorePhoto) or isinstance(outcome, Parked) or talk.seller is None:
        return
    for product in talk.shop.products_of(talk.seller.id):
        if not any(p.id == command.photo_id for p in product.photos):
            continue
        if isinstance(outcome, Done):
            url = outcome.result_as(StorePhoto.Stored).url
            photos = tuple(p.but(url=url) if p.id == command.photo_id else p for p in product.photos)
        else:
            photos = tuple(p for p in product.photos if p.id != command.photo_id)
            talk.say(texts.photo_refused(getattr(outcome, "reason", "gone")))
        talk.decision.write(product.but(photos=photos))
        return


# --- the box, and the whole -------------------------------------------------------------------------------


def _read_box(talk: Talk, heard: Heard) -> str | None:
    box = answers.weight_and_size(heard.text)
    if box is None:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.box_wrong())
        return STAY
    talk.data["weight"], *size = box
    talk.data["size"] = size
    return "said"


def _size(talk: Talk) -> tuple[int, int, int]:
    width, height, length = talk.data["size"]
    return int(width), int(height), int(length)


def _ask_review(talk: Talk) -> None:
    head = texts.review(
        title_of(talk),
        Condition(talk.data["condition"]),
        talk.data["price"],
        len(_photos(talk)),
        talk.data["weight"],
        _size(talk),
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
        talk.data.pop("album_done", None)
    talk.data["_forced"] = heard.choice
    return heard.choice


def _discard(talk: Talk) -> str:
    talk.say(texts.discarded())
    return "told"


def _publish(talk: Talk) -> str:
    if talk.seller is None:
        return "stranger"
    listing = talk.shop.next_listing()
    width, height, length = _size(talk)
    car = _car(talk)
    product = Product(
        listing=listing,
        seller_id=talk.seller.id,
        sku=f"L{listing}",
        title=title_of(talk),
        price=talk.data["price"],
        condition=Condition(talk.data["condition"]),
        weight_g=talk.data["weight"],
        width_cm=width,
        height_cm=height,
        length_cm=length,
        stock=1,
        fits=(car,) if car else (),
        photos=tuple(Photo(id=p["id"], url=p["url"]) for p in _photos(talk)),
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
    product = talk.shop.product(talk.data["listing"])
    if answer == "yes" or product is None:
        talk.say(texts.more_cars())
        return STAY
    cars = [" ".join(w.capitalize() for w in c.split())[:40] for c in heard.text.replace(";", ",").split(",")]
    cars = [c for c in cars if sum(x.isalpha() for x in c) >= 2][:10]
    if not cars:
        return None
    talk.decision.write(product.but(fits=tuple(dict.fromkeys([*product.fits, *cars]))))
    talk.say(texts.cars_added(", ".join(cars)))
    return STAY


def _lost(talk: Talk) -> str:
    return f"O cadastro de *{title_of(talk)}* não foi publicado." if talk.data.get("part") else ""


LISTING = Flow(
    name="listing",
    title="o cadastro da peça",
    role="seller",
    result=_photo_stored,
    lost=_lost,
    steps=(
        Step(
            "check",
            {"seller": "what", "offer": "offer", "stranger": "stranger", "no_wallet": "no_wallet"},
            act=_check,
        ),
        Step(
            "offer",
            {"yes": "what", "no": END},
            ask=lambda talk: talk.ask_yes(texts.offer_photo()),
            read=_read_offer,
        ),
        Step(
            "what",
            {"said": "car"},
            ask=lambda talk: talk.ask(texts.what()),
            read=_read_what,
            known=_known("part"),
            free=True,
            fills=("part",),
        ),
        Step(
            "car",
            {"said": "price"},
            ask=lambda talk: talk.ask(texts.car()),
            read=_read_car,
            known=_known("car"),
            free=True,
            fills=("car",),
        ),
        Step(
            "price",
            {"said": "side"},
            ask=lambda talk: talk.ask(texts.price()),
            read=_read_price,
            known=_known("price"),
            fills=("price",),
        ),
        Step(
            "side",
            {"said": "condition"},
            ask=_ask_side,
            read=_read_side,
            known=_known("side"),
            fills=("side",),
        ),
        Step(
            "condition",
            {"said": "photos"},
            ask=_ask_condition,
            read=_read_condition,
            known=_known("condition"),
            fills=("condition",),
        ),
        Step(
            "photos",
            {"done": "box"},
            ask=_ask_photos,
            read=_read_photos,
            known=lambda talk: "done" if talk.data.get("album_done") and _photos(talk) else None,
            fills=("album_done",),
            media=("image",),
        ),
        Step(
            "box",
            {"said": "review"},
            ask=lambda talk: talk.ask(texts.box()),
            read=_read_box,
            known=_known("weight"),
            fills=("weight", "size"),
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
        Step("discard", {"told": END}, act=_discard),
        Step("publish", {"published": "more_cars", "stranger": "stranger"}, act=_publish),
        Step("more_cars", {"no": END}, ask=_ask_more_cars, read=_read_more_cars, free=True),
        Step("stranger", {"told": END}, act=sales.say_stranger),
        Step("no_wallet", {"told": END}, act=_say_no_wallet),
    ),
)

# --- a price ----------------------------------------------------------------------------------------------


def _mine(talk: Talk) -> Product | None:
    listing = talk.data.get("listing")
    product = talk.shop.product(int(listing)) if listing else None
    return product if product is not None and talk.seller and product.seller_id == talk.seller.id else None


def _find_listing(talk: Talk) -> str:
    if talk.seller is None:
        return "stranger"
    if talk.data.get("listing"):
        return "one" if _mine(talk) else "unknown"
    return "which" if talk.shop.products_of(talk.seller.id) else "none"


def _ask_listing(talk: Talk) -> None:
    products = [p for p in talk.shop.products_of(talk.seller.id) if p.active][-8:] if talk.seller else []
    rows = [(str(p.listing), f"{p.listing} · {p.title} · {money.show(p.price)}") for p in products]
    talk.ask(texts.which_listing(), rows)


def _read_listing(talk: Talk, heard: Heard) -> str | None:
    numbers = reading.numbers_in(heard.text)
    said = heard.choice or heard.slot("listing") or (str(numbers[0]) if len(numbers) == 1 else "")
    if not said.isdigit():
        return None
    talk.data["listing"] = int(said)
    if _mine(talk) is None:
        del talk.data["listing"]
        talk.say(texts.not_your_listing(int(said)))
        return STAY
    return "one"


def _say_unknown_listing(talk: Talk) -> str:
    talk.say(texts.not_your_listing(int(talk.data["listing"])))
    return "told"


def _say_no_listings(talk: Talk) -> str:
    talk.say(texts.no_listings())
    return "told"


def _ask_new_price(talk: Talk) -> None:
    product = _mine(talk)
    if product is not None:
        talk.ask(texts.new_price(product.listing, product.title, product.price))


def _ask_price_sure(talk: Talk) -> None:
    product = _mine(talk)
    if product is not None:
        talk.ask_yes(texts.price_sure(product.listing, product.price, talk.data["price"]))


def _read_price_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.price_kept(int(talk.data["listing"])))
    return answer


def _set_price(talk: Talk) -> str:
    product = _mine(talk)
    if product is None:
        return "gone"
    talk.decision.write(product.but(price=talk.data["price"]))
    talk.say(texts.price_done(product.listing, talk.data["price"]))
    return "told"


PRICING = Flow(
    name="pricing",
    title="o preço",
    role="seller",
    steps=(
        Step(
            "find",
            {"one": "price", "which": "which", "none": "none", "unknown": "unknown", "stranger": "stranger"},
            act=_find_listing,
        ),
        Step("which", {"one": "price"}, ask=_ask_listing, read=_read_listing, fills=("listing",)),
        Step(
            "price",
            {"said": "sure"},
            ask=_ask_new_price,
            read=_read_price,
            known=_known("price"),
            fills=("price",),
        ),
        Step("sure", {"yes": "set", "no": END}, ask=_ask_price_sure, read=_read_price_sure),
        Step("set", {"told": END, "gone": "unknown"}, act=_set_price),
        Step("none", {"told": END}, act=_say_no_listings),
        Step("unknown", {"told": END}, act=_say_unknown_listing),
        Step("stranger", {"told": END}, act=sales.say_stranger),
    ),
)

FLOWS = (LISTING, PRICING)
