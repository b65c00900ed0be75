"""A buyer looks for a part, learns the freight, chooses, and orders. Nothing is ordered without a clear yes or choice.

While the quote is out of order, the rest (way of paying, document, name) can be settled before it comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.conversations import finding
from bot.conversations.flows import reading
from bot.conversations.language import answers
from bot.conversations.steps import END, STAY, Flow, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.domain import documents, lanes, money, postal_code, split
from bot.domain.catalogue import Product
from bot.domain.commands import LookUpPostalCode, Parcel, QuoteFreight
from bot.domain.decision import StockMove
from bot.domain.events import Done, OrderPlaced, Parked
from bot.domain.order import Line, NoOffer, Offer, Order, Recipient
from bot.domain.people import Address
from bot.domain.text import fold

MOST_CHOICES = 6
LEAST_TOTAL = 500
LEAST_INSTALLMENT = 500
METHOD_INTENTS = {"pay_pix": "pix", "pay_boleto": "boleto", "pay_card": "card"}
SURE = 0.6
A_PLACE_TAKES = timedelta(minutes=10)
A_QUOTE_MAY_TAKE = timedelta(days=1)


# --- what is known ----------------------------------------------------------------------------------------


def product_of(talk: Talk) -> Product | None:
    listing = talk.data.get("listing")
    return talk.shop.product(listing) if listing else None


def _product(talk: Talk) -> Product:
    product = product_of(talk)
    if product is None:
        raise LookupError("the listing of this purchase is gone")
    return product


def _address(talk: Talk) -> Address | None:
    kept = talk.data.get("address")
    return Address.model_validate(kept) if kept else None


def _offer(talk: Talk) -> Offer | None:
    kept = talk.data.get("offer")
    return Offer.model_validate(kept) if kept else None


def _offers(talk: Talk) -> list[Offer]:
    return [Offer.model_validate(o) for o in talk.data.get("offers", [])]


def _quantity(talk: Talk) -> int:
    return max(1, int(talk.data.get("quantity", 1)))


def _document(talk: Talk) -> str:
    return str(talk.data.get("document") or talk.person.document)


def _name(talk: Talk) -> str:
    return str(talk.data.get("name") or talk.person.name)


def _number(talk: Talk) -> str:
    address = _address(talk)
    return str(talk.data.get("number") or (address.number if address else ""))


def _valid_until(talk: Talk) -> datetime:
    quoted = datetime.fromisoformat(talk.data["quoted_at"])
    return quoted + timedelta(minutes=talk.rules.quote_minutes)


def _is_old(talk: Talk) -> bool:
    return "quoted_at" in talk.data and talk.now >= _valid_until(talk)


def _forget(talk: Talk, *names: str) -> None:
    for name in names:
        talk.data.pop(name, None)


def _forget_quote(talk: Talk) -> None:
    _forget(talk, "offers", "refusals", "quoted_at", "offer", "total_shown", "agreed")


def _forget_place(talk: Talk) -> None:
    _forget(talk, "address", "street", "town", "number", "complement")
    _forget_quote(talk)


# --- what a message says beyond the question --------------------------------------------------------------


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says."""
    data: dict[str, Any] = {"query": query_of(heard)}
    listing = reading.listing_in(heard)
    if listing:
        data["listing"] = listing
    for slot, name in (("cep", "cep"), ("city", "city_said"), ("uf", "uf_said"), ("doc", "document")):
        if heard.slot(slot):
            data[name] = heard.slot(slot)
    if heard.slot("qty").isdigit():
        data["quantity"] = int(heard.slot("qty"))
    return {**data, **way_of_paying(heard)}


def query_of(heard: Heard) -> str:
    """The words that name the part and its car, with the side; empty if no part is named."""
    if not heard.slot("part"):
        return ""
    sides = [s for s in ("direito", "direita", "esquerdo", "esquerda") if s in heard.folded.split()]
    words = (heard.slot("part"), *sides, heard.slot("vehicle"), heard.slot("year"))
    return " ".join(w for w in words if w)


def way_of_paying(heard: Heard) -> dict[str, Any]:
    """The way of paying, if the message names one in passing (*no pix*, *cartão em 3x*)."""
    found: dict[str, Any] = {}
    intent = METHOD_INTENTS.get(heard.meaning.intent) if heard.meaning.confidence >= SURE else None
    method = intent or answers.payment_method(heard.text)
    if method:
        found["method"] = method
        if method == "card" and heard.slot("installments").isdigit():
            found["installments"] = int(heard.slot("installments"))
    return found


def _use(talk: Talk, heard: Heard) -> None:
    frame = talk.frame
    if frame is None or frame.step in ("part", "method", "street", "town"):
        return
    way = way_of_paying(heard)
    if way and way.get("method") != talk.data.get("method"):
        _forget(talk, "installments")
    talk.data.update(way)
    if heard.slot("doc"):
        talk.data["document"] = heard.slot("doc")


def _turn(talk: Talk, heard: Heard) -> str | None:
    """A new CEP, another part or another way of paying, said at any question."""
    if heard.meaning.confidence < SURE:
        return None
    intent = heard.meaning.intent
    query = query_of(heard) if intent in ("find_part", "quote_shipping") else ""
    cep = reading.cep_in(heard) if intent in ("quote_shipping", "change_address") else None
    listing = reading.listing_in(heard) if intent in ("find_part", "quote_shipping") else None
    if not query and listing:
        _forget(talk, "query", "candidates", "quantity")
        _forget_quote(talk)
        talk.data["listing"] = listing
        return "search"
    if query:
        _forget(talk, "listing", "candidates", "quantity")
        _forget_quote(talk)
        talk.data["query"] = query
    if cep:
        _forget_place(talk)
        talk.data["cep"] = cep
    if query:
        return "search"
    if cep and talk.data.get("listing"):
        return "look"
    if intent == "change_carrier" and talk.data.get("offers"):
        named = fold(heard.slot("carrier"))
        talk.data.pop("offer", None)
        talk.data.pop("total_shown", None)
        fitting = [o for o in _offers(talk) if named and named in fold(f"{o.carrier} {o.service}")]
        if len(fitting) == 1:
            talk.data["offer"] = fitting[0].model_dump()
        return "carrier"
    if intent in METHOD_INTENTS and talk.frame is not None:
        ready = talk.data.get("listing") and (talk.data.get("offer") or talk.data.get("ahead"))
        talk.data.update(way_of_paying(heard))
        if not ready:
            talk.note(f"Anotei: {texts.METHODS[talk.data['method']]}.")
        return "method" if ready else talk.frame.step
    return None


# --- the part ---------------------------------------------------------------------------------------------


def _search(talk: Talk) -> str:
    data = talk.data
    data.pop("problem", None)
    data.pop("heading", None)
    mine = talk.seller.id if talk.seller else ""
    if data.get("listing"):
        product = product_of(talk)
        if product is not None and product.seller_id == mine:
            data["problem"] = texts.own_part()
        elif product is None or not product.active or product.stock < 1:
            data["problem"] = texts.listing_gone(data["listing"])
        else:
            return "found"
        _forget(talk, "listing", "query")
        return "ask"
    if not data.get("query"):
        return "ask"
    results = finding.find(talk.shop, data["query"])
    found = [p for p in results if p.seller_id != mine and p.active and p.stock > 0]
    if not found and not results:
        found = [p for p in finding.similar(talk.shop, data["query"]) if p.seller_id != mine]
        if found:
            data["heading"] = texts.similar(data["query"])
            data["candidates"] = [p.listing for p in found[:MOST_CHOICES]]
            return "several"
    if not found:
        data["problem"] = texts.own_part() if results and mine else texts.not_found(data["query"])
        _forget(talk, "query")
        return "ask"
    if len(found) == 1:
        data["listing"] = found[0].listing
        return "found"
    data["candidates"] = [p.listing for p in found[:MOST_CHOICES]]
    return "several"


def _ask_part(talk: Talk) -> None:
    talk.ask(talk.data.get("problem") or texts.which_part())


def _read_part(talk: Talk, heard: Heard) -> str | None:
    listing = reading.listing_in(heard)
    if listing:
        talk.data["listing"] = listing
        return "said"
    query = query_of(heard) or heard.folded
    about_parts = heard.meaning.intent in ("find_part", "quote_shipping", "part_fitment") or heard.slot("part")
    if not about_parts and not finding.find(talk.shop, query):
        return None
    cep = reading.cep_in(heard)
    if cep:
        talk.data["cep"] = cep
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
    if heard.choice == "none":
        _forget(talk, "query", "candidates")
        return "none"
    number = heard.choice or str(reading.listing_in(heard) or "")
    if number.isdigit() and int(number) in talk.data.get("candidates", []):
        talk.data["listing"] = int(number)
        return "one"
    return None


# --- the place --------------------------------------------------------------------------------------------


def _known_cep(talk: Talk) -> str | None:
    if not talk.data.get("cep") and talk.person.address is not None and not talk.data.get("city_said"):
        talk.data["cep"] = talk.person.address.postal_code
    return "said" if talk.data.get("cep") else None


def _ask_cep(talk: Talk) -> None:
    city = talk.data.get("city_said")
    problem = talk.data.get("problem")
    talk.ask(problem or (texts.cep_for_city(city.title()) if city else texts.which_cep(product_of(talk))))


def _read_cep(talk: Talk, heard: Heard) -> str | None:
    if heard.meaning.confidence >= SURE and query_of(heard):
        return None  # another part is named as well: that is a new search
    cep = reading.cep_in(heard)
    if cep:
        _forget_place(talk)
        _forget(talk, "problem")
        talk.data["cep"] = cep
        return "said"
    if reading.has_several_ceps(heard):
        talk.say(texts.several_ceps())
        return STAY
    digits = reading.lone_digits(heard)
    if not digits:
        return _other_than_cep(talk, heard)
    state = postal_code.state_of("0" + digits) if len(digits) == 7 else None
    if state:
        talk.data["zero"] = "0" + digits
        return "zero"
    talk.say(texts.cep_missing() if len(digits) == 8 else texts.cep_digits(len(digits)))
    return STAY


def _other_than_cep(talk: Talk, heard: Heard) -> str | None:
    city = heard.slot("city")
    if not city:
        return None
    talk.data["city_said"] = city
    talk.say(texts.cep_for_city(city.title()))
    return STAY


def _ask_zero(talk: Talk) -> None:
    cep = talk.data["zero"]
    talk.ask(texts.lost_zero(cep, postal_code.state_of(cep) or ""))


def _read_zero(talk: Talk, heard: Heard) -> str | None:
    answer = None if reading.lone_digits(heard) else reading.yes_or_no(talk, heard)
    if answer == "yes":
        _forget_place(talk)
        talk.data["cep"] = talk.data["zero"]
        return "said"
    if answer == "no":
        talk.data["_forced"] = "cep"
        return "no"
    return _read_cep(talk, heard)


def _known_place(talk: Talk) -> str | None:
    address, kept, cep = _address(talk), talk.person.address, talk.data.get("cep")
    if address is not None and address.postal_code == cep and address.city:
        return "found"
    if kept is not None and kept.postal_code == cep and kept.city:
        talk.data["address"] = kept.model_dump()
        return "found"
    return None


def _look_up(talk: Talk) -> None:
    talk.want(LookUpPostalCode(postal_code=talk.data["cep"]), lasts=A_PLACE_TAKES)


def _place_found(talk: Talk, outcome: Outcome) -> str | None:
    command = outcome.command
    if not isinstance(command, LookUpPostalCode) or command.postal_code != talk.data.get("cep"):
        return None
    if isinstance(outcome, Done):
        address = outcome.result_as(LookUpPostalCode.Place).address
        if address is None:
            _forget(talk, "cep")
            talk.data["problem"] = texts.cep_missing()
            talk.data["_forced"] = "cep"
            return "missing"
        talk.data["address"] = address.model_dump()
        return "generic" if not address.street and postal_code.looks_generic(command.postal_code) else "found"
    state = postal_code.state_of(command.postal_code) or ""
    talk.data["address"] = Address(postal_code=command.postal_code, city="", state=state).model_dump()
    talk.note(texts.place_unknown(command.postal_code, state))
    return "unknown"


def _check_city(talk: Talk) -> str:
    """Whether the place is the one that was named."""
    address = _address(talk)
    said, uf = talk.data.get("city_said", ""), talk.data.get("uf_said", "")
    if address is None or not (said or uf):
        return "same"
    other = (said and fold(said) != fold(address.city)) or (not said and uf and uf.upper() != address.state)
    return "other" if other else "same"


def _ask_mismatch(talk: Talk) -> None:
    address = _address(talk)
    if address is None:
        return
    said = str(talk.data.get("city_said", "")).title() or str(talk.data.get("uf_said", "")).upper()
    rows = [("keep", f"{address.city}/{address.state}"), ("change", "Vou mandar outro CEP")]
    talk.ask(texts.other_city(address, said), rows)


def _read_mismatch(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice and reading.cep_in(heard):
        return _read_cep(talk, heard)
    if heard.choice in ("keep", "change"):
        _forget(talk, "city_said", "uf_said")
        if heard.choice == "change":
            _forget_place(talk)
            _forget(talk, "cep", "problem")
            talk.data["_forced"] = "cep"
        return heard.choice
    return None


def _ask_generic(talk: Talk) -> None:
    address = _address(talk)
    if address is not None:
        talk.ask(texts.generic_cep(address))


def _read_generic(talk: Talk, heard: Heard) -> str | None:
    if reading.cep_in(heard):
        return _read_cep(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        _forget_place(talk)
        _forget(talk, "cep", "problem")
        talk.data["_forced"] = "cep"
    if answer is None and reading.lone_digits(heard):
        return _read_cep(talk, heard)
    return answer


def _ask_here(talk: Talk) -> None:
    address = _address(talk)
    if address is not None:
        talk.ask(texts.here(_product(talk), _quantity(talk), address))


def _read_here(talk: Talk, heard: Heard) -> str | None:
    if reading.cep_in(heard) or reading.lone_digits(heard):
        return _read_cep(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        _forget_place(talk)
        _forget(talk, "cep", "problem", "city_said", "uf_said")
        talk.data["_forced"] = "cep"
    return answer


# --- the freight ------------------------------------------------------------------------------------------


def _known_quote(talk: Talk) -> str | None:
    return "quoted" if talk.data.get("offers") and not _is_old(talk) else None


def _quote(talk: Talk) -> None:
    product = _product(talk)
    seller = talk.shop.seller(product.seller_id)
    if seller is None:
        raise LookupError(f"listing {product.listing} has no seller")
    _forget_quote(talk)
    talk.data["price"] = product.price  # as shown; another one is told before anything is ordered
    quantity = _quantity(talk)
    if quantity > product.stock:
        quantity = max(1, product.stock)
        talk.data["quantity"] = quantity
        talk.note(f"Só tem {quantity} em estoque, então cotei {quantity}.")
    parcel = Parcel(
        sku=product.sku,
        width_cm=product.width_cm,
        height_cm=product.height_cm,
        length_cm=product.length_cm,
        weight_g=product.weight_g,
        value=product.price,
        quantity=quantity,
    )
    wanted = QuoteFreight(origin=seller.address.postal_code, destination=talk.data["cep"], parcels=(parcel,))
    talk.data["_quote"] = talk.want(wanted, lasts=A_QUOTE_MAY_TAKE)
    _forget(talk, "down", "refused")


def _quoted(talk: Talk, outcome: Outcome) -> str | None:
    """Keep the offers of the newest quote; the name of what they mean."""
    command = outcome.command
    if not isinstance(command, QuoteFreight) or outcome.key != talk.data.get("_quote"):
        return None
    if isinstance(outcome, Parked):
        talk.data["down"] = True
        return "down"
    if not isinstance(outcome, Done):
        talk.data["problem"] = texts.quote_refused()
        _forget_place(talk)
        _forget(talk, "cep")
        talk.data["_forced"] = "cep"
        return "refused"
    result = outcome.result_as(QuoteFreight.Quoted)
    talk.data["refusals"] = [r.model_dump() for r in result.refusals]
    if not result.offers:
        return "none"
    talk.data["offers"] = [o.model_dump() for o in result.offers[:MOST_CHOICES]]
    talk.data["quoted_at"] = talk.now.isoformat()
    if talk.data.pop("down", False):
        talk.data["came_back"] = True
    return "quoted"


def _keep_quote(talk: Talk, outcome: Outcome) -> None:
    """The quote came while something else was being asked."""
    if isinstance(outcome.command, LookUpPostalCode) and isinstance(outcome, Done):
        address = outcome.result_as(LookUpPostalCode.Place).address
        kept = _address(talk)
        if address is not None and kept is not None and kept.postal_code == address.postal_code and not kept.city:
            talk.data["address"] = address.model_dump()
        return
    before = talk.data.get("problem")
    if _quoted(talk, outcome) in ("none", "refused"):
        talk.data["refused"] = True
        talk.data.pop("_forced", None)
        if before is None:
            talk.data.pop("problem", None)


def _ask_down(talk: Talk) -> None:
    rows = [("wait", "Ok, espero"), ("seller", "Falar com o vendedor"), ("ahead", "Adiantar meus dados")]
    talk.ask(texts.quote_down(), rows)


def _read_down(talk: Talk, heard: Heard) -> str | None:
    if heard.choice == "wait" or (not heard.choice and reading.yes_or_no(talk, heard) == "yes"):
        talk.say(texts.waiting())
        return STAY
    if heard.choice == "seller":
        _alert_seller_question(talk, "A cotação está fora do ar e o comprador quer falar com o vendedor.")
    if heard.choice == "ahead":
        talk.data["ahead"] = True
    return heard.choice or None


def _alert_seller_question(talk: Talk, why: str) -> None:
    product = product_of(talk)
    about = f"anúncio {product.listing} ({product.title})" if product else "sem anúncio"
    talk.alert("falar com vendedor", f"{why} Pessoa {talk.person.id}, {about}, CEP {talk.data.get('cep', '-')}.")


def _tell_seller_asked(talk: Talk) -> str:
    talk.say(texts.seller_asked())
    return "told"


def _ask_no_offer(talk: Talk) -> None:
    talk.ask_yes(texts.no_offer(_product(talk), talk.data.get("cep", "")))


def _read_no_offer(talk: Talk, heard: Heard) -> str | None:
    if reading.cep_in(heard):
        return _read_cep(talk, heard)
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        _alert_seller_question(talk, "Nenhuma transportadora atende; o comprador quer combinar a entrega.")
    elif answer == "no":
        talk.say("Tudo bem. Se quiser outra peça ou outro CEP, é só escrever.")
    return answer


def _is_complete(talk: Talk) -> bool:
    """Whether everything but the carrier is settled."""
    address = _address(talk)
    return bool(
        talk.data.get("method")
        and (talk.data["method"] != "card" or talk.data.get("installments"))
        and _document(talk)
        and _name(talk)
        and _number(talk)
        and address
        and (address.street or talk.data.get("street"))
    )


def _known_offer(talk: Talk) -> str | None:
    return "chosen" if _offer(talk) and not _is_old(talk) else None


def _ask_carrier(talk: Talk) -> None:
    offers = _offers(talk)
    head, tail = texts.offers(_valid_until(talk), talk.now)
    gone = texts.missing([NoOffer.model_validate(r) for r in talk.data.get("refusals", [])], offers)
    if _is_complete(talk):
        first, product = offers[0], _product(talk)
        total = money.show(product.price * _quantity(talk) + first.price)
        method = texts.METHODS[talk.data["method"]]
        tail += f"\nOu responda *sim* para fechar com {first.carrier} no {method}: total *{total}*."
    if talk.data.get("came_back") and not talk.muted:
        talk.note(texts.back_again(talk.data["cep"]))
        del talk.data["came_back"]
    rows = [(o.service_id, texts.offer_row(o)) for o in offers]
    talk.ask(head, rows, after="\n".join(w for w in (gone, tail) if w))


def _read_carrier(talk: Talk, heard: Heard) -> str | None:
    if _is_old(talk):
        talk.note(texts.quote_old())
        _forget_quote(talk)
        return "old"
    offers = _offers(talk)
    chosen = next((o for o in offers if o.service_id == heard.choice), None)
    if chosen is None and "barat" in heard.folded:
        chosen = min(offers, key=lambda o: o.price)
    if chosen is None and ("rapid" in heard.folded or "antes" in heard.folded.split()):
        chosen = min(offers, key=lambda o: (o.days, o.price))
    if chosen is None and _is_complete(talk) and reading.yes_or_no(talk, heard) == "yes":
        chosen = offers[0]
        talk.data["agreed"] = True
    if chosen is None and len(offers) == 1 and reading.yes_or_no(talk, heard) == "yes":
        chosen = offers[0]
    if chosen is None:
        return None
    talk.data["offer"] = chosen.model_dump()
    return "chosen"


# --- paying -----------------------------------------------------------------------------------------------


def _total(talk: Talk) -> int | None:
    offer = _offer(talk)
    return None if offer is None else _product(talk).price * _quantity(talk) + offer.price


def _check_total(talk: Talk) -> str:
    total = _total(talk)
    if total is not None and total < LEAST_TOTAL:
        talk.data["problem"] = texts.too_little()
        _forget(talk, "listing", "query", "candidates", "quantity")
        _forget_quote(talk)
        return "too_little"
    return "enough"


def _known_method(talk: Talk) -> str | None:
    return "chosen" if talk.data.get("method") else None


def _ask_method(talk: Talk) -> None:
    offer = _offer(talk)
    if offer is None:
        talk.ask(texts.how_to_pay_later(), texts.method_rows(talk.rules))
        return
    talk.data["total_shown"] = True
    head = texts.total(_product(talk), _quantity(talk), offer.price)
    talk.ask(f"{head}\n{texts.how_to_pay()}", texts.method_rows(talk.rules))


def _read_method(talk: Talk, heard: Heard) -> str | None:
    way = way_of_paying(heard)
    method = heard.choice if heard.choice in texts.METHODS else way.get("method")
    if not method:
        return None
    _forget(talk, "installments")
    talk.data["method"] = method
    if method == "card" and heard.slot("installments").isdigit():
        talk.data["installments"] = int(heard.slot("installments"))
    return "chosen"


def _most_installments(talk: Talk) -> int:
    total = _total(talk)
    most = talk.rules.card_max_installments
    return int(most if total is None else max(1, min(most, total // LEAST_INSTALLMENT)))


def _known_installments(talk: Talk) -> str | None:
    if talk.data.get("method") != "card":
        return "chosen"
    wanted = talk.data.get("installments")
    return "chosen" if wanted and 1 <= wanted <= _most_installments(talk) else None


def _ask_installments(talk: Talk) -> None:
    most = _most_installments(talk)
    rows = [(str(n), texts.installment_row(n, _total(talk))) for n in range(1, most + 1)]
    talk.ask(texts.how_many_installments(), rows)


def _read_installments(talk: Talk, heard: Heard) -> str | None:
    said = heard.slot("installments") or heard.choice
    if "vista" in heard.folded:
        said = "1"
    if not said.isdigit() or not 1 <= int(said) <= _most_installments(talk):
        return None
    talk.data["installments"] = int(said)
    return "chosen"


# --- who and where ----------------------------------------------------------------------------------------


def _known_document(talk: Talk) -> str | None:
    return "said" if _document(talk) else None


def _read_document(talk: Talk, heard: Heard) -> str | None:
    found = documents.read(heard.text) or heard.slot("doc")
    if found:
        talk.data["document"] = found
        return "said"
    if sum(c.isdigit() for c in heard.text) >= 8:
        talk.say(texts.wrong_document())
        return STAY
    return None


def _known_who(talk: Talk) -> str | None:
    name, number = bool(_name(talk)), bool(_number(talk))
    return "both" if name and number else "name" if name else "number" if number else None


def _ask_who(talk: Talk) -> None:
    talk.ask(texts.who_and_where(street=False))


def _read_who(talk: Talk, heard: Heard) -> str | None:
    name, number, complement = answers.name_and_number(heard.text)
    if name and " " not in name:
        name = ""  # a label wants the surname too
    if name:
        talk.data["name"] = name
    if number:
        talk.data["number"], talk.data["complement"] = number, complement
    return _known_who(talk) if name or number else None


def _known_name(talk: Talk) -> str | None:
    return "said" if _name(talk) else None


def _read_name(talk: Talk, heard: Heard) -> str | None:
    name, _, _ = answers.name_and_number(heard.text)
    if not name:
        return None
    if " " not in name:
        talk.say(texts.whole_name(name))
        return STAY
    talk.data["name"] = name
    return "said"


def _known_number(talk: Talk) -> str | None:
    return "said" if _number(talk) else None


def _read_number(talk: Talk, heard: Heard) -> str | None:
    _, number, complement = answers.name_and_number(heard.text)
    if not number:
        return None
    talk.data["number"], talk.data["complement"] = number, complement
    return "said"


def _known_street(talk: Talk) -> str | None:
    address = _address(talk)
    return "said" if talk.data.get("street") or (address and address.street) else None


def _ask_street(talk: Talk) -> None:
    address = _address(talk)
    if address is not None:
        talk.ask(texts.which_street(address))


def _words_in(heard: Heard) -> str:
    """A name of a place as it was written, empty if it has no letters to speak of."""
    kept = " ".join(heard.text.split())[:80]
    return kept if sum(c.isalpha() for c in kept) >= 3 else ""


def _read_street(talk: Talk, heard: Heard) -> str | None:
    street = _words_in(heard)
    if not street:
        return None
    talk.data["street"] = street
    return "said"


def _known_town(talk: Talk) -> str | None:
    address = _address(talk)
    return "said" if talk.data.get("town") or (address and address.city) else None


def _read_town(talk: Talk, heard: Heard) -> str | None:
    town = _words_in(heard)
    if not town:
        return None
    talk.data["town"] = heard.slot("city").title() or town
    return "said"


# --- the order --------------------------------------------------------------------------------------------


def _check_offer(talk: Talk) -> str:
    """Whether there is an offer to confirm, offers to choose from, or still a quote to wait for."""
    if _offer(talk):
        return "chosen"
    if talk.data.get("refused"):
        return "none"
    return "choose" if talk.data.get("offers") and not _is_old(talk) else "later"


def _known_yes(talk: Talk) -> str | None:
    return "yes" if talk.data.get("total_shown") or talk.data.get("agreed") else None


def _whole_address(talk: Talk) -> Address:
    address = _address(talk)
    if address is None:
        raise LookupError("no address")
    kept = talk.data
    return address.but(
        street=kept.get("street") or address.street,
        city=address.city or kept.get("town", ""),
        number=_number(talk),
        complement=kept.get("complement", "") if kept.get("number") else address.complement,
    )


def _ask_confirm(talk: Talk) -> None:
    offer = _offer(talk)
    if offer is not None:
        where = _whole_address(talk)
        talk.ask_yes(texts.confirm(_product(talk), _quantity(talk), offer, talk.data["method"], where))


def _place(talk: Talk) -> str:
    """Write the order, if the world is still as it was when the buyer said yes."""
    product, offer, quantity = product_of(talk), _offer(talk), _quantity(talk)
    if offer is None or _is_old(talk):
        talk.note(texts.quote_old())
        _forget_quote(talk)
        return "old"
    if product is None or not product.active or product.stock < quantity:
        talk.data["problem"] = texts.sold(product.title if product else "Essa peça")
        _forget(talk, "listing", "query", "candidates", "quantity")
        _forget_quote(talk)
        return "sold"
    if talk.data.get("price", product.price) != product.price:
        talk.note(texts.price_changed(product))
        talk.data["price"] = product.price
        _forget(talk, "total_shown", "agreed")
        return "changed"
    seller = talk.shop.seller(product.seller_id)
    if seller is None or (talk.seller is not None and talk.seller.id == seller.id):
        talk.data["problem"] = texts.own_part()
        _forget(talk, "listing", "query", "candidates")
        return "sold"
    number, goods, address = talk.shop.next_order_number(), product.price * quantity, _whole_address(talk)
    line = Line(
        listing=product.listing, sku=product.sku, title=product.title, quantity=quantity, unit_price=product.price
    )
    phone = next((i for i in talk.person.identifiers if i.isdigit()), "")
    order = Order(
        number=number,
        buyer_id=talk.person.id,
        seller_id=seller.id,
        lines=(line,),
        goods=goods,
        freight=offer.price,
        fee=split.fee(goods, talk.rules.fee_percent),
        offer=offer,
        destination=address,
        recipient=Recipient(name=_name(talk), document=_document(talk), email=talk.person.email, phone=phone),
        created_at=talk.now,
    )
    talk.decision.write(order, StockMove(product.listing, quantity))
    talk.know(name=_name(talk), document=_document(talk), address=address)
    method, installments = talk.data["method"], int(talk.data.get("installments", 1))
    talk.decision.emit(lanes.order(number), OrderPlaced(order=number, method=method, installments=installments))
    talk.say(texts.placed(number, method))
    return "placed"


def _ask_ready(talk: Talk) -> None:
    talk.say(texts.everything_ready())


def _ask_looking(talk: Talk) -> None:
    talk.say(texts.looking())


def _ask_quoting(talk: Talk) -> None:
    talk.say(texts.quoting(talk.data["cep"]))


def _lost(talk: Talk) -> str:
    product = product_of(talk)
    return texts.lost(product.title) if product else ""


def _read_only_cep(talk: Talk, heard: Heard) -> str | None:
    """While a provider is asked, another CEP still counts."""
    return _read_cep(talk, heard) if reading.cep_in(heard) else None


def _read_confirm(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.data["agreed"] = True
    elif answer == "no":
        _forget(talk, "offer", "total_shown", "agreed")
        talk.note("Sem problema, nada foi pedido.")
    return answer


_PLACE = {"said": "look", "zero": "zero"}
_QUOTED = {"quoted": "carrier", "none": "no_offer", "refused": "cep"}

FLOW = Flow(
    name="buying",
    title="a sua compra",
    role="buyer",
    use=_use,
    turn=_turn,
    turns=("search", "look", "carrier", "method"),
    result=_keep_quote,
    lost=_lost,
    steps=(
        Step("search", {"found": "cep", "several": "pick", "ask": "part"}, act=_search),
        Step("part", {"said": "search"}, ask=_ask_part, read=_read_part, free=True, fills=("query", "listing")),
        Step("pick", {"one": "cep", "none": "part"}, ask=_ask_pick, read=_read_pick, fills=("listing",)),
        Step(
            "cep",
            _PLACE,
            ask=_ask_cep,
            read=_read_cep,
            known=_known_cep,
            fills=("cep", "address", "offers"),
            needs=("listing",),
        ),
        Step("zero", {**_PLACE, "no": "cep"}, ask=_ask_zero, read=_read_zero, needs=("listing",)),
        Step(
            "look",
            {**_PLACE, "found": "city", "generic": "generic", "missing": "cep", "unknown": "quote"},
            ask=_ask_looking,
            read=_read_only_cep,
            known=_known_place,
            enter=_look_up,
            result=_place_found,
            waits=True,
        ),
        Step(
            "generic",
            {**_PLACE, "yes": "quote", "no": "cep"},
            ask=_ask_generic,
            read=_read_generic,
            needs=("listing", "cep"),
        ),
        Step("city", {"same": "here", "other": "mismatch"}, act=_check_city),
        Step(
            "mismatch",
            {**_PLACE, "keep": "here", "change": "cep"},
            ask=_ask_mismatch,
            read=_read_mismatch,
            needs=("listing", "cep"),
        ),
        Step("here", {**_PLACE, "yes": "quote", "no": "cep"}, ask=_ask_here, read=_read_here, needs=("listing", "cep")),
        Step(
            "quote",
            {**_PLACE, **_QUOTED, "down": "meanwhile"},
            ask=_ask_quoting,
            read=_read_only_cep,
            known=_known_quote,
            enter=_quote,
            result=_quoted,
            waits=True,
        ),
        Step(
            "meanwhile",
            {**_PLACE, **_QUOTED, "wait": "meanwhile", "seller": "asked", "ahead": "method", "down": "meanwhile"},
            ask=_ask_down,
            read=_read_down,
            result=_quoted,
            needs=("listing", "cep"),
        ),
        Step(
            "no_offer",
            {**_PLACE, "yes": "asked", "no": END},
            ask=_ask_no_offer,
            read=_read_no_offer,
            needs=("listing", "cep"),
        ),
        Step("asked", {"told": END}, act=_tell_seller_asked),
        Step(
            "carrier",
            {"chosen": "total", "old": "quote"},
            ask=_ask_carrier,
            read=_read_carrier,
            known=_known_offer,
            fills=("offer", "total_shown", "agreed"),
            needs=("listing", "cep", "offers"),
        ),
        Step("total", {"enough": "method", "too_little": "part"}, act=_check_total),
        Step(
            "method",
            {"chosen": "installments"},
            ask=_ask_method,
            read=_read_method,
            known=_known_method,
            fills=("method", "installments"),
            needs=("listing", "cep"),
        ),
        Step(
            "installments",
            {"chosen": "document"},
            ask=_ask_installments,
            read=_read_installments,
            known=_known_installments,
            fills=("installments",),
            needs=("listing", "cep"),
        ),
        Step(
            "document",
            {"said": "who"},
            ask=lambda talk: talk.ask(texts.which_document()),
            read=_read_document,
            known=_known_document,
            fills=("document",),
            needs=("listing", "cep"),
        ),
        Step(
            "who",
            {"both": "street", "name": "number", "number": "full_name"},
            ask=_ask_who,
            read=_read_who,
            known=_known_who,
            free=True,
            fills=("name", "number", "complement"),
            needs=("listing", "cep"),
        ),
        Step(
            "full_name",
            {"said": "street"},
            ask=lambda talk: talk.ask(texts.which_name()),
            read=_read_name,
            known=_known_name,
            free=True,
            fills=("name",),
            needs=("listing", "cep"),
        ),
        Step(
            "number",
            {"said": "street"},
            ask=lambda talk: talk.ask(texts.which_number()),
            read=_read_number,
            known=_known_number,
            free=True,
            fills=("number", "complement"),
            needs=("listing", "cep"),
        ),
        Step(
            "street",
            {"said": "town"},
            ask=_ask_street,
            read=_read_street,
            known=_known_street,
            free=True,
            fills=("street",),
            needs=("listing", "cep"),
        ),
        Step(
            "town",
            {"said": "check"},
            ask=lambda talk: talk.ask(texts.which_city()),
            read=_read_town,
            known=_known_town,
            free=True,
            fills=("town",),
            needs=("listing", "cep"),
        ),
        Step(
            "check", {"chosen": "confirm", "choose": "carrier", "later": "ready", "none": "no_offer"}, act=_check_offer
        ),
        Step(
            "ready",
            {**_PLACE, **_QUOTED, "down": "ready"},
            ask=_ask_ready,
            read=_read_only_cep,
            result=_quoted,
            needs=("listing", "cep"),
        ),
        Step(
            "confirm",
            {"yes": "place", "no": "carrier"},
            ask=_ask_confirm,
            read=_read_confirm,
            known=_known_yes,
            needs=("listing", "cep", "offer", "method"),
        ),
        Step(
            "place",
            {"placed": END, "old": "quote", "sold": "part", "changed": "confirm"},
            act=_place,
        ),
    ),
)
