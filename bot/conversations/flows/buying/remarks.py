"""What a message says beyond the open question: the first message's data, a payment method or carrier in passing."""

from __future__ import annotations

import re
from typing import Any

from rapidfuzz import fuzz, process

from bot.conversations import finding, wanted
from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts
from bot.conversations.language import answers, asides, claimed, streets, understand
from bot.conversations.language.normalise import COMMON
from bot.conversations.talk import Heard, Talk
from bot.conversations.wanted import cars_said
from bot.conversations.wishes import slots_as
from bot.domain import documents, part_words
from bot.domain.text import fold, words

METHOD_INTENTS = {"pay_pix": "pix", "pay_boleto": "boleto", "pay_card": "card"}
SURE = 0.6
LIKE_A_WISH = 0.4
"""Confidence from which two capitalised words are not taken for a name."""
CHEAPEST, FASTEST = "cheapest", "fastest"
_CHEAPEST = re.compile(r"\b(?:frete|entrega|opcao|o|a) mais (?:barat[oa]|em conta|economic[oa])\b")
_FASTEST = re.compile(r"\b(?:frete|entrega|o|a) mais rapid[oa]\b")
YEAR = re.compile(r"(?:19[6-9]|20[0-3])\d")
_PIECES_WANTED = re.compile(
    r"(?<![\w.,/-])(\d{1,2}|dois|duas|tres|quatro|cinco|seis)(?: ?\([a-z]+\))?"
    r" (?:unidades?|unid|un|pecas|pares|jogos|kits)\b"
)
_SIDE = re.compile(r"\b(?:dianteir|traseir|direit|esquerd)[oa]s?\b")
_ENGINE = re.compile(r"(?<![\w.,/-])\d[.,]\d(?:l| ?(?:8|16)v)?\b(?![.,]\d)|\b(?:flex|(?:8|16) ?v(?:alvulas)?|motor)\b")
_MORE_OF_IT = re.compile(
    r"(?:(?:e|o|a|os|as|que|do|da|de|no|na|pro|pra|para|um|uma|lado|parte|ano|carro|meu|minha|quero|queria|tem|eu|ai|ver|outr[oa]"
    r"|mostra|na (?:verdade|vdd)|seria|e?h?|perai|pera|ops|opa|desculpa|errei|alias|tb|tbm|tambem|nao)\s*)*"
)
_BUYING_WORDS = re.compile(
    r"\b(?:quero|queria|preciso|comprar|compra|procuro|tem|voces?|vcs|um|uma|de|do|da|pra|para|o|a|oi|ola|bom dia"
    r"|boa tarde|boa noite|quanto|custa|fica|frete|cotar|no|na|e|por favor)\b|[?!.,]"
)
_SIDE_WORDS = ("direito", "direita", "esquerdo", "esquerda")
ALIKE = 86
"""Required similarity of a misspelt side (0 to 100)."""
_PIECES = re.compile(r"[,;\n]|\. ")
_FULL_NAME = re.compile(r"(?:(?:meu )?nome:? (?:é )?)?[A-ZÀ-Ý][^\W\d_]+(?: (?:d[aeo]s?|e|[A-ZÀ-Ý][^\W\d_]+)){1,5}")
_AND = re.compile(r"\s+e\s+(?:um |uma |o |a )?|\s*[,;+]\s*|\s+mais\s+(?:um |uma )", re.IGNORECASE)


def seed(heard: Heard) -> dict[str, Any]:
    """What the first message already says."""
    data: dict[str, Any] = {"query": query_of(heard)}
    listing = reading.listing_in(heard)
    if listing:
        data["listing"] = listing
    wide = {**slots_as(heard.text, "quote_shipping"), **heard.meaning.slots}
    for slot, name in (("cep", "cep"), ("city", "city_said"), ("uf", "uf_said"), ("doc", "document")):
        if wide.get(slot):
            data[name] = wide[slot]
    street = streets.where(heard.text)
    if street.street and not data.get("cep"):
        data["street_wanted"] = {**street._asdict(), "city": street.city or data.get("city_said", "")}
    elif reading.short_cep(heard):
        data["cep_said"] = reading.short_cep(heard)
    if document_in(heard):
        data["document"] = document_in(heard)
    if wide.get("qty", "").isdigit():
        data["quantity"] = int(wide["qty"])
    elif pieces := _PIECES_WANTED.search(heard.folded):
        data["quantity"] = int(answers.count(pieces[1]) or 1)
    data |= who_in(heard.text) | ({"anothers": True} if is_anothers(heard) else {})
    data |= {"gift": True} if _GIFT.search(heard.folded) else {}
    if not data["query"]:
        data["car"] = car_of(heard)
    data["first_words"] = heard.text[:300]
    return {**data, "later": other_parts(heard), **way_of_paying(heard), **wished_carrier(heard)}


def who_in(text: str) -> dict[str, Any]:
    """Name, house number and complement in a longer message: the pieces between its commas."""
    found: dict[str, Any] = {}
    place = slots_as(text, "change_address")
    if place.get("street") and place.get("number"):
        found = {"number": place["number"], "complement": place.get("complement", "")}
    for piece in _PIECES.split(text):
        means_else = slots_as(piece, "quote_shipping") or understand(piece, "buyer").confidence >= LIKE_A_WISH
        if _FULL_NAME.fullmatch(piece.strip()) and not means_else:
            found["name"], _, _ = answers.name_and_number(piece)
    return {name: value for name, value in found.items() if value}


def who_ahead(talk: Talk, text: str) -> tuple[str, str, str]:
    """Like :func:`answers.name_and_number`, before they were asked for: only what is certainly a name."""
    name, number, complement = answers.name_and_number(text)
    said = [w for w in name.split() if not w.islower()]
    if len(said) < 2:
        return "", "", ""
    written = text.split()
    if all(w in written for w in said):
        return name, number, complement  # capitalised as written
    means_else = any(fold(w) in COMMON for w in said) or finding.look(talk.shop, name).products
    return ("", "", "") if means_else else (name, number, complement)


def query_of(heard: Heard) -> str:
    """The words that name the part and its car, with the side; empty if no part is named."""
    if not heard.slot("part"):
        return ""
    sides = [side for word in heard.folded.split() if (side := _side_meant(word))]
    # an unknown word in the car's place is included: the search then says that it does not know the car
    car = heard.slot("vehicle") or "".join(f"do {word}" for word in cars_said(heard.folded)[:1])
    words = (heard.slot("part"), *sides, car, year_of(heard))
    query = " ".join(w for w in words if w)
    return f"{query} {part_words.distinctions(heard.text, query)}".strip()


_SHORT_SIDES = words("dir esq ld diant tras")


def _side_meant(word: str) -> str:
    """``direito`` for *dirreito*, *carona* and *dir*; "" for anything but a side."""
    whole = len(word) > 5 or word.strip(".,?!") in _SHORT_SIDES
    named = part_words.SIDES.intersection(part_words.tokens(word)) if whole else frozenset()
    if named:
        return min(named)
    near = process.extractOne(word, _SIDE_WORDS, scorer=fuzz.ratio, score_cutoff=ALIKE) if len(word) > 5 else None
    return near[0] if near else ""


def catalogue_words(talk: Talk, heard: Heard) -> str:
    """The words for which the shop has a part although no word list contains it (*parafuso placa gol*), or whose
    spelling is too unusual for one (*farou do corolla*)."""
    if as_sold := wanted.spelled(talk.shop, heard.text):
        return f"{as_sold} {part_words.distinctions(heard.text, as_sold)}".strip()
    if is_sold(talk, heard):
        return heard.text[:80]
    said = " ".join(w for w in claimed(heard.text).masked().split() if w[0] != "_")
    words = _BUYING_WORDS.sub(" ", said).strip()
    return words[:80] if words and finding.find(talk.shop, words) else ""


def is_sold(talk: Talk, heard: Heard) -> bool:
    """Whether the words are certainly those of parts that the shop has: a manufacturer's number, or several words of
    a title (*junta do cabeçote ap 1.8*)."""
    found = finding.find(talk.shop, heard.text)
    if not found:
        return False
    read = wanted.read(talk.shop, heard.text)
    title = set(part_words.tokens(found[0].title))
    return bool(read.codes) or (bool(read.part) and len(title.intersection(part_words.tokens(heard.text))) > 1)


_SIDE_OF = {"passageiro": "direito", "carona": "direito", "motorista": "esquerdo"}
_SEAT = re.compile(r"\b(?:(?:do )?lado )?do (passageiro|carona|motorista)\b", re.IGNORECASE)


def said_more(query: str, text: str) -> str:
    """A search extended by more words: *retrovisor* and then *do onix*, *e a do gol*, *do lado direito*.

    New values replace earlier ones; empty if the text names another part, or nothing that identifies a part.
    """
    text = _SEAT.sub(lambda said: _SIDE_OF[said[1].lower()], text)
    before, now = slots_as(query, "find_part"), slots_as(text, "find_part")
    if pair := part_words.model_year(fold(text)):
        now.setdefault("year", str(pair.made))
    elif found := YEAR.search(fold(text)):
        now.setdefault("year", found.group())
    sides = _SIDE.findall(fold(text))
    known = now.get("vehicle") or now.get("year") or sides
    if now.get("part") or not known or not fold(text) or not _MORE_OF_IT.fullmatch(_rest(text, now)):
        return ""
    part = before.get("part") or query
    sides = sides or _SIDE.findall(fold(query))
    car = now.get("vehicle") or before.get("vehicle", "")
    kept = "" if now.get("vehicle") else part_words.with_model(before.get("year", ""), query)
    year = part_words.with_model(now.get("year", ""), text) or kept
    words = " ".join(w for w in (part, *sides, car, year) if w).split()
    return " ".join(dict.fromkeys(words))[:80]


def is_engine(folded: str) -> bool:
    """*1.0 2011*, *1.6*: about a car, not a CEP."""
    rest = YEAR.sub(" ", _ENGINE.sub(" ", folded))
    return bool(_ENGINE.search(folded)) and not any(c.isdigit() for c in rest)


def _rest(text: str, slots: dict[str, str]) -> str:
    """The words of a text without its car, year and sides."""
    plain = _ENGINE.sub(" ", _SIDE.sub(" ", fold(text)))
    if pair := part_words.model_year(plain):
        plain = f"{plain[: pair.start]} {plain[pair.end :]}"
    for value in (slots.get("vehicle", ""), slots.get("year", "")):
        plain = plain.replace(fold(value), " ") if value else plain
    return " ".join(re.findall(r"\w+", plain))


def car_of(heard: Heard) -> str:
    return " ".join(w for w in (heard.slot("vehicle"), year_of(heard)) if w)


def year_of(heard: Heard) -> str:
    """``2012``, ``2012/2013`` (made and model) or empty."""
    return part_words.with_model(heard.slot("year"), heard.text)


def car_in(query: str) -> str:
    """The car and its years in a search."""
    slots = slots_as(query, "find_part")
    return " ".join(w for w in (slots.get("vehicle", ""), part_words.with_model(slots.get("year", ""), query)) if w)


SEVERAL = "* e depois *"
"""Between the other parts of a wish, as they are shown."""
_OF_CAR = words("do da o a um meu minha de carro e eh pro pra ano modelo")


def is_car(wish: Heard) -> bool:
    """*Corolla*, *é um gol 2012/13*: a car, and no other content."""
    car = wish.slot("vehicle")
    said = set(re.findall(r"[a-z]\w*", wish.folded))
    return bool(car) and not said - set(fold(car).split()) - _OF_CAR


def other_parts(heard: Heard) -> str:
    """The other parts in a message (*farol do corolla e retrovisor do onix*), as they were written; otherwise empty."""
    first = heard.slot("part")
    found: dict[str, str] = {}
    for piece in _AND.split(heard.text)[1:] if first else ():
        slots = understand(piece, "buyer").slots
        part = slots.get("part", "")
        if part and fold(part) != fold(first):
            year = part_words.with_model(slots.get("year", ""), piece)
            found.setdefault(fold(part), " ".join(w for w in (part, slots.get("vehicle", ""), year) if w))
    return SEVERAL.join(found.values())


def and_then(later: str, query: str) -> str:
    """One more part to be bought later, as :func:`other_parts` writes them."""
    parts = [p for p in later.split(SEVERAL) if p]
    return SEVERAL.join(parts if query in parts else [*parts, query])


def following(later: str) -> dict[str, Any]:
    """The parts to be bought next, for the flow that keeps them until they are taken up."""
    return {"flow": "buying", "kept": {}, "next": later.split(SEVERAL)}


def wished_carrier(heard: Heard) -> dict[str, Any]:
    """A carrier asked for before there are offers: *o mais barato*, *pelo sedex*."""
    if heard.slot("carrier"):
        return {"carrier_wished": heard.slot("carrier")}
    if _CHEAPEST.search(heard.folded):
        return {"carrier_wished": CHEAPEST}
    return {"carrier_wished": FASTEST} if _FASTEST.search(heard.folded) else {}


def document_in(heard: Heard) -> str:
    """A CPF or CNPJ, empty if the message contains no valid one."""
    if documents.has_several(heard.text):
        return ""  # ask whose it is
    return documents.read(heard.text) or slots_as(heard.text, "pay_pix").get("doc", "")


_HAS_NONE = re.compile(r"\b(?:pix|boleto|cartao)\b\W*(?:eu )?nao (?:tenho|uso|sei|gosto)(?: usar)?\W*$")
_AT_ONCE = re.compile(r"\bvista\b|\buma (?:so |unica )?(?:vez|parcela)\b")


def at_once(heard: Heard) -> bool:
    """*À vista*, *de uma vez só*: one instalment."""
    return bool(_AT_ONCE.search(heard.folded))


def way_of_paying(heard: Heard) -> dict[str, Any]:
    """The payment method, if the message names one in passing (*no pix*, *cartão em 3x*)."""
    found: dict[str, Any] = {}
    if _HAS_NONE.search(heard.folded):
        return found  # *pix, não tenho*
    if asides.for_seller(heard.text):
        return found  # "tem desconto no pix?" is a question, not a choice
    intent = METHOD_INTENTS.get(heard.meaning.intent) if heard.meaning.confidence >= SURE else None
    method = intent or answers.payment_method(heard.text)
    if method:
        found["method"] = method
        if method == "card" and heard.slot("installments").isdigit():
            found["installments"] = int(heard.slot("installments"))
    return found


_ANOTHERS = re.compile(
    r"\boutr[oa] (?:cpf|cnpj|documento|nome)\b|\bnao (?:e )?n?o meu (?:cpf|cnpj|nome)\b"
    r"|\b(?:cpf|cnpj|nome|documento)(?: e)? (?:del[ea]|d[aeo] (?:outra pessoa|(?:(?:o|a|meu|minha|nosso|nossa) )?"
    r"(?:client\w+|marido|espos[oa]|mulher|mae|pai|filh[oa]|irma|irmao|namorad[oa]|noiv[oa]|soci[oa]|patrao|chefe"
    r"|amig[oa]|dono)))\b"
    r"|\b(?:cpf|cnpj|documento) d[ao] (?:minha |nossa )?(?:empresa|firma|oficina|loja|transportadora)\b"
)


_GIFT = re.compile(
    r"\b(?:mand\w+|envi\w+|entreg\w+)\b.* n[ao] casa del[ea]\b|"
    r"\b(?:mand\w+|envi\w+|entreg\w+|present\w+)\b.*\b(?:pr[ao]|para(?: [oa])?|n[ao] casa d[ao]) (?:meu|minha) "
    r"(?:irmao?|mae|pai|filh[oa]|ti[oa]|prim[oa]|sogr[oa]|cunhad[oa]|sobrinh[oa]|av[oo]|namorad[oa]|amig[oa]|client\w+)\b"
)
"""*Mandar pro meu irmão*: somebody else receives it."""


def is_anothers(heard: Heard) -> bool:
    """*No CPF do meu marido*, *no nome dele*, *no CNPJ da empresa*: not the buyer's own."""
    return bool(_ANOTHERS.search(heard.folded)) and not heard.folded.startswith(("qual", "e qual", "de quem"))


def is_gift(heard: Heard) -> bool:
    """*Manda pro meu irmão*, *entrega na casa dela*."""
    return bool(_GIFT.search(heard.folded))


def use(talk: Talk, heard: Heard) -> None:
    frame = talk.frame
    if is_gift(heard):
        talk.data["gift"] = True
    if is_anothers(heard):
        talk.data["anothers"] = True
        if document_in(heard):
            talk.data["document"] = document_in(heard)  # *pix, no CPF dele 529…*
    if frame is None or frame.step in ("part", "method", "street", "town"):
        return
    way = way_of_paying(heard)
    if way and way.get("method") != talk.data.get("method"):
        facts.forget(talk, "installments")
    talk.data.update(way)
    if frame.step != "carrier" and not talk.data.get("offer"):
        talk.data.update(wished_carrier(heard))
    if document_in(heard):
        talk.data["document"] = document_in(heard)
