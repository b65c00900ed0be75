"""Which part: searched, asked for, picked from several."""

from __future__ import annotations

from bot.conversations import finding
from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, remarks
from bot.conversations.steps import Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.domain.catalogue import Product


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
        elif product is None or not product.active or product.stock < 1:
            data["problem"] = texts.listing_gone(data["listing"])
        else:
            _fit_stock(talk, product)
            return "found"
        facts.forget(talk, "listing", "query")
        return "ask"
    if not data.get("query"):
        return "ask"
    results = finding.find(talk.shop, data["query"])
    found = [p for p in results if p.seller_id != mine and p.active and p.stock > 0]
    if not found and not results:
        found = [p for p in finding.similar(talk.shop, data["query"]) if p.seller_id != mine]
        if found:
            data["heading"] = texts.similar(data["query"])
            data["candidates"] = [p.listing for p in found[: facts.MOST_CHOICES]]
            return "several"
    if not found:
        data["problem"] = texts.own_part() if results and mine else texts.not_found(data["query"])
        facts.forget(talk, "query")
        return "ask"
    if len(found) == 1:
        data["listing"] = found[0].listing
        _fit_stock(talk, found[0])
        return "found"
    data["candidates"] = [p.listing for p in found[: facts.MOST_CHOICES]]
    return "several"


def _fit_stock(talk: Talk, product: Product) -> None:
    """No more is quoted than there is."""
    if facts.quantity(talk) > product.stock:
        talk.data["quantity"] = product.stock
        talk.note(texts.only_in_stock(product.stock))


def _ask_part(talk: Talk) -> None:
    talk.ask(talk.data.get("problem") or texts.which_part(_car(talk)))


def _car(talk: Talk) -> str:
    """The car that was named without a part."""
    return str(talk.data.get("car") or "")


def _read_part(talk: Talk, heard: Heard) -> str | None:
    listing = reading.listing_in(heard)
    if listing:
        talk.data["listing"] = listing
        return "said"
    query = remarks.query_of(heard) or heard.folded
    if _car(talk) and not heard.slot("vehicle"):
        query = f"{query} {_car(talk)}"
    about_parts = heard.meaning.intent in ("find_part", "quote_shipping", "part_fitment") or heard.slot("part")
    if not about_parts and not finding.find(talk.shop, query):
        return None
    cep = reading.cep_in(heard)
    if cep:
        talk.data["cep"] = cep
    facts.forget(talk, "problem", "car")
    talk.data["query"] = query[:80]
    return "said"


def _candidates(talk: Talk) -> list[Product]:
    found = (talk.shop.product(listing) for listing in talk.data.get("candidates", []))
    return [p for p in found if p is not None and p.active and p.stock > 0]


def _ask_pick(talk: Talk) -> None:
    found = _candidates(talk)
    rows = [(str(p.listing), texts.product_row(p)) for p in found]
    talk.ask(talk.data.get("heading") or texts.found_several(len(found)), [*rows, ("none", "Nenhuma dessas")])


def _read_pick(talk: Talk, heard: Heard) -> str | None:
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
    Step("search", {"found": "cep", "several": "pick", "ask": "part"}, act=_search),
    Step("part", {"said": "search"}, ask=_ask_part, read=_read_part, free=True, fills=("query", "listing")),
    Step("pick", {"one": "cep", "none": "part"}, ask=_ask_pick, read=_read_pick, fills=("listing",)),
)
