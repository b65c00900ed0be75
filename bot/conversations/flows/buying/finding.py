"""Finding the part: search, question, choice among several."""

from __future__ import annotations

import re

from bot.conversations import finding, waiting, wanted
from bot.conversations.flows import reading
from bot.conversations.flows.buying import asked, facts, remarks
from bot.conversations.language import answers
from bot.conversations.steps import Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.texts import waiting as waiting_texts
from bot.conversations.wishes import heard_as
from bot.domain.catalogue import Product
from bot.domain.commands import SendImage
from bot.domain.shop import on_sale

MOST_PICTURES = 3
MOST_OF_CAR = 5
"""Parts shown for a car named without a part."""
_OF_PARTS = ("find_part", "quote_shipping", "part_fitment")
_NOW_THERE = re.compile(
    r"(?:e |ja |agora |sera que )*(?:tem|chegou|voltou|apareceu)(?: agora| ja| de novo| mais)*\W*\?\W*$"
)
_PIECES = re.compile(
    r"(?:eu )?(?:quero|queria|preciso(?: de)?|vou (?:querer|levar)|me ve) ([2-9]|dois|duas|tres|quatro)\W*$"
)
"""*Quero 2*: a quantity, not the second row."""
_MORE = re.compile(
    r"(?:ver |quero (?:ver )?|mostra(?:r)? |tem |me mostra )?(?:mais|outr[oa]s?)(?: opcoes| algum[ao]s?| um)?[ ?!.]*"
)


def _search(talk: Talk) -> str:
    data = talk.data
    if data.get("later") and not data.get("later_told"):
        data["later_told"] = True
        talk.note(texts.one_at_a_time(data["later"]))
    data.pop("problem", None)
    data.pop("heading", None)
    mine = talk.seller.id if talk.seller else ""
    if data.get("listing"):
        product = facts.product_of(talk)
        if product is not None and product.seller_id == mine:
            data["problem"] = texts.own_part()
        elif product is None or not on_sale(talk.shop, product):
            data["problem"] = texts.listing_gone(data["listing"])
            if product is not None:
                data["tried"], data["gone"] = product.title, product.listing
        else:
            _fit_stock(talk, product)
            _tell(talk, product)
            return "found"
        facts.forget(talk, "listing", "query")
        return "ask"
    if not data.get("query"):
        return "ask"
    found = finding.look(talk.shop, data["query"])
    parts = [p for p in found.products if p.seller_id != mine]
    if not parts:
        data["problem"] = texts.own_part() if found.products and mine else texts.not_found(data["query"])
        data["tried"] = data.pop("query")
        if data.pop("wanted_word", False):
            talk.note(waiting.note(talk, data["tried"]))
            data["problem"] = waiting_texts.another()
        return "ask"
    if found.unknown and not data.pop("any_car", False):
        data["unknown"] = found.unknown
        return "unknown"
    facts.forget(talk, "from", "tried", "gone")
    data["candidates"] = [p.listing for p in parts[: facts.MOST_PARTS]]
    if not found.right:
        data["heading"] = texts.similar(data["query"])
        if data.get("wanted_word"):
            talk.note(waiting.note(talk, data["query"]))
    elif len(parts) == 1:
        data["listing"] = parts[0].listing
        _fit_stock(talk, parts[0])
        _tell(talk, parts[0])
        return "found"
    return "several"


def _fit_stock(talk: Talk, product: Product) -> None:
    """Never quote more than the stock."""
    if facts.quantity(talk) > product.stock:
        talk.data["quantity"] = product.stock
        talk.note(texts.only_in_stock(product.stock))


def _tell(talk: Talk, product: Product) -> None:
    """Answer what the first message asked about the part, once."""
    for words in asked.of_part(product, talk.shop.seller(product.seller_id), str(talk.data.pop("first_words", ""))):
        talk.note(words)


def _ask_part(talk: Talk) -> None:
    if talk.data.get("problem"):
        talk.ask(talk.data["problem"])
        return
    parts = _of_car(talk)
    talk.ask(texts.which_part(_car(talk), some=bool(parts)), [(str(p.listing), texts.product_row(p)) for p in parts])


def _of_car(talk: Talk) -> list[Product]:
    """The parts for the car named without a part, best first."""
    found = finding.find(talk.shop, _car(talk)) if _car(talk) else []
    mine = talk.seller.id if talk.seller else ""
    return [p for p in found if p.seller_id != mine][:MOST_OF_CAR]


def _car(talk: Talk) -> str:
    """The car that was named without a part."""
    return str(talk.data.get("car") or "")


def _read_part(talk: Talk, heard: Heard) -> str | None:
    listing = reading.listing_in(heard) or (int(heard.choice) if heard.choice.isdigit() else None)
    if listing:
        talk.data["listing"] = listing
        return "said"
    wish = heard_as(heard, "find_part")
    named = remarks.query_of(wish)
    if talk.data.get("tried") and _NOW_THERE.match(heard.folded):
        talk.data["query"] = talk.data["tried"]
        return "said"
    if not named and waiting.asks_for_word(heard.folded):
        return None
    tried = str(talk.data.get("tried") or "")
    more = remarks.said_more(tried, heard.text) if tried else ""
    if not named and not more and (remarks.is_car(wish) or _tells_of_a_car(talk, wish)):
        facts.forget(talk, "problem", "tried", "gone")
        talk.data["car"] = remarks.car_of(wish)
        return "car"
    query = named or heard.folded
    if more:
        query = more
    elif named and tried and not wish.slot("vehicle"):
        query = " ".join(w for w in (named, remarks.car_in(tried)) if w)  # *e lanterna?*, for the same car
    elif _car(talk) and not heard.slot("vehicle"):
        query = f"{query} {_car(talk)}"
    if not named and not more and (reading.lone_digits(heard) or reading.cep_in(heard)):
        return None  # a CEP, a document
    about_parts = more or named or (heard.meaning.intent in _OF_PARTS and "?" not in heard.text)
    if not about_parts and not finding.find(talk.shop, query):
        return None
    cep = reading.cep_in(heard)
    if cep:
        talk.data["cep"] = cep
    facts.forget(talk, "problem", "car", "tried", "gone", "wanted_word")
    if waiting.asks_for_word(heard.folded):
        talk.data["wanted_word"] = True
    talk.data["query"] = query[:80]
    return "said"


def _tells_of_a_car(talk: Talk, wish: Heard) -> bool:
    """*É um gol, daqueles mais novos, g5, ele é de 2011*: it names no part."""
    return bool(wish.slot("vehicle")) and "?" not in wish.text and not wanted.read(talk.shop, wish.text).part


def _ask_unknown(talk: Talk) -> None:
    talk.ask_yes(texts.unknown_car(talk.data["unknown"]))


def _read_unknown(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.data["any_car"] = True
    elif answer == "no":
        facts.forget(talk, "query", "unknown")
    return answer


def _candidates(talk: Talk) -> list[Product]:
    """The few that are shown now."""
    begin = talk.data.get("from", 0)
    found = map(talk.shop.product, talk.data.get("candidates", [])[begin : begin + facts.MOST_CHOICES])
    return [p for p in found if p is not None and on_sale(talk.shop, p)]


def _has_more(talk: Talk) -> bool:
    return bool(talk.data.get("candidates", [])[talk.data.get("from", 0) + facts.MOST_CHOICES :])


def _show_pictures(talk: Talk) -> None:
    """The first picture of each of the first few, once."""
    for part in [p for p in _candidates(talk) if p.photos][:MOST_PICTURES]:
        talk.send(SendImage(to=talk.person.chat, url=part.photos[0].url, caption=texts.product_row(part)))


def _ask_pick(talk: Talk) -> None:
    found = _candidates(talk)
    rows = [(str(p.listing), texts.product_row(p)) for p in found]
    more = [("more", "Ver mais")] if _has_more(talk) else []
    heading = talk.data.get("heading") or texts.found_several(len(found), more=bool(more))
    talk.ask(heading, [*rows, *more, ("none", "Nenhuma dessas")])


def _read_pick(talk: Talk, heard: Heard) -> str | None:
    pieces = _PIECES.match(heard.folded)
    if pieces is not None and not heard.message.choice:
        talk.data["quantity"] = int(answers.count(pieces[1]))
        talk.note(texts.quantity_noted(talk.data["quantity"]))
        return "more"
    if heard.choice == "more" or _MORE.fullmatch(heard.folded):
        if not _has_more(talk):
            talk.note(texts.no_more_parts())
            return "more"
        talk.data["from"] = talk.data.get("from", 0) + facts.MOST_CHOICES
        return "more"
    if heard.choice == "none" or (not heard.choice and reading.yes_or_no(talk, heard) == "no"):
        facts.forget(talk, "query", "candidates")
        return "none"
    if not heard.choice and len(_candidates(talk)) == 1 and reading.yes_or_no(talk, heard) == "yes":
        talk.data["listing"] = _candidates(talk)[0].listing
        return "one"
    number = heard.choice or str(reading.listing_in(heard) or "")
    if number.isdigit() and int(number) in talk.data.get("candidates", []):
        talk.data["listing"] = int(number)
        return "one"
    return None


STEPS = (
    Step("search", {"found": "cep", "several": "pick", "ask": "part", "unknown": "unknown"}, act=_search),
    Step("unknown", {"yes": "search", "no": "part"}, ask=_ask_unknown, read=_read_unknown),
    Step(
        "part", {"said": "search", "car": "part"}, ask=_ask_part, read=_read_part, free=True, fills=("query", "listing")
    ),
    Step(
        "pick",
        {"one": "cep", "none": "part", "more": "pick"},
        ask=_ask_pick,
        read=_read_pick,
        enter=_show_pictures,
        fills=("listing",),
    ),
)
