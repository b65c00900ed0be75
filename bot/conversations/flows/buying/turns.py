"""Changes at any question of a purchase: corrections, quantity, another carrier, the total again."""

from __future__ import annotations

import re

from bot.conversations import finding, waiting
from bot.conversations.flows import reading
from bot.conversations.flows.buying import ahead, asked, facts, remarks, who
from bot.conversations.language import asides
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.texts import waiting as waiting_texts
from bot.conversations.wishes import heard_as, slots_as
from bot.domain import part_words, postal_code
from bot.domain.catalogue import Product
from bot.domain.order import Offer
from bot.domain.text import fold

_TOO = re.compile(r"\b(?:tambem|tbm?|junto)\b")
"""Another part in addition to the one being bought, not in its place."""
_QUANTITY = re.compile(
    r"^(?:ah |e |se |eu |pegar |levar |comprar |fossem |so |sao |quero |preciso de |bota |coloca |me ve "
    r"|(?:dessa|desta) vez |eram? "
    r"|na verdade (?:quero |sao )?)*"
    r"(?:os |as )?(\d{1,2}|um|uma|dois|duas|tres|quatro|cinco|seis)"
    r"(?: (unidades?|un|pecas?|pares|par|jogos?|kits?)|\W+((?:o |um )?par))?(?: (?:dessa|desta) vez)?\W*$"
)
_ALL_OF_THEM = re.compile(r"^(?:\w+ )*?[oa]s (?:\d|dois|duas|tres|quatro|cinco|seis)\b")
_AND_THE = re.compile(r"^(?:ah )?e (?:o|a|os|as|um|uma|do|da)\b")
_IF = re.compile(r"^(?:e )?se (?:eu )?(?:pegar|levar|comprar|quiser|fossem)\b")
_CHEAPER = re.compile(
    r"\b(?:tem|ha|existe|quero(?: ver)?|mostra) (?:algum[ao]? )?outr[oa]s?\b(?: peca| modelo| igual"
    r"| mais barat[oa])?\W*$"
    r"|\boutr[oa]s? (?:opc\w+|mais barat\w+|mais em conta)\b|\btem (?:um |uma |algum |alguma )?mais (?:barat|em conta)"
)
_RATHER = re.compile(
    r"^(?:na verdade|so quero|quero so|somente|apenas|so) (?:quero )?(?:so )?"
    r"(?:\d{1,2}|um|uma|dois|duas)\b(?!\s*[x/])"
)
_OF_AN_ORDER = re.compile(
    r"\b(?:vendedor\w*|loja)\b.*\b(?:confirm|respond|post|mand|envi|separ)\w+|\bmeus? (?:outros? )?pedidos?\b"
)
_BACK_TO = re.compile(r"^(?:\w+\W+){0,2}?volta\w* (?:pr[ao]|para(?: [ao])?|n[ao]) ")
_BOTH = re.compile(r"\bd?(?:os dois|as duas|ambos|ambas|os dois lados|o par)\b")
_SHOWN = re.compile(r"(?:(?:e|eh|isso|ta|ok|bom|entao)\W+)*(?:so )?(?:(?:o|a|os|as) )?[a-z ]+\W*")
_WANTS_IT = re.compile(r"(?:(?:ok|ta|bom|entao|sim|eu)\W+)*(?:vou (?:querer|levar)|quero sim)\W*")
_CODE = re.compile(
    r"\b(?:mand\w+|envi\w+|pass\w+|cade|ger\w+|quero)\b.*\b(?:link|codigo|qr ?code|chave pix)\b(?! d[ae])"
)
_PICTURES = re.compile(r"\b(?:fotos?|imagens?|videos?)\b")
_FILLERS = re.compile(r"\b(?:ta|ok|bom|entao|so|mesmo|isso)\b")
_COUNTS = {"um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6}
_WRONG = re.compile(r"\b(?:errad[oa]|trocad[oa]|troca|trocar|muda|mudar|mudei|corrig\w+|outr[oa]|errei)\b")
_OTHER_SIDE = re.compile(r"\b(?:d?o )?outro lado\b|\blado contr[aá]rio\b|\bo oposto\b", re.IGNORECASE)
_IS_NUMBER = re.compile(r"\b(?:e|eh|era) (?:o |n[uo]? ?)?(\d{1,5})\b(?![./-]?\d)")
_WRONG_WHAT = (
    ("document", re.compile(r"\b(?:cpf|cnpj|documento)\b")),
    ("number", re.compile(r"\b(?:numero|complemento|apto|apartamento)\b")),
    ("full_name", re.compile(r"\b(?:nome|sobrenome)\b")),
    ("cep", re.compile(r"\b(?:cep|endereco|local|lugar|cidade|rua)\b")),
    ("carrier", re.compile(r"\b(?:frete|transportadora|entrega|envio)\b")),
)


def turn(talk: Talk, heard: Heard) -> str | None:
    """Where a message leads that corrects, repeats or changes something in the purchase."""
    for way in (
        _wants_word,
        ahead.cep,
        ahead.cep_cut_short,
        _corrected,
        who.behind_the_number,
        _count,
        _asked_again,
        _which_one,
        _cheaper,
        _wish,
        _elsewhere,
        ahead.gift,
        ahead.before_the_document,
        ahead.name_and_house,
        ahead.document,
    ):
        target = way(talk, heard)
        if target is not None:
            return target
    return None


def _corrected(talk: Talk, heard: Heard) -> str | None:
    """*Meu CPF está errado*: ask that question again, whatever is known."""
    if not _WRONG.search(heard.folded) or not talk.data.get("listing") or len(heard.folded.split()) > 8:
        return None
    what = next((name for name, said in _WRONG_WHAT if said.search(heard.folded)), None)
    found = postal_code.read(heard.text) if what == "cep" else None
    if what is None:
        return None
    number = _IS_NUMBER.search(heard.folded) if what == "cep" and not found and talk.data.get("cep") else None
    if number:
        talk.data["number"] = number[1]
        talk.note(texts.who_noted("", number[1]))
        return talk.frame.step if talk.frame else None
    if found:
        facts.forget_place(talk)
        talk.data["cep"] = found
        return "look"
    if what == "carrier":
        if not talk.data.get("offers") or facts.offers_of(talk, next(iter(remarks.wished_carrier(heard).values()), "")):
            return None  # a carrier is named as well, or none is there to choose from
        facts.forget(talk, "offer", "total_shown", "agreed")
        return what
    if what == "cep":
        facts.forget_place(talk)
        facts.forget(talk, "cep", "problem", "city_said", "uf_said")
    elif what == "document":
        facts.forget(talk, "document", "agreed")
        talk.note(texts.document_again())
    else:
        facts.forget(talk, *({"number": ("number", "complement"), "full_name": ("name",)}[what]), "agreed")
    talk.data["_forced"] = what
    return what


def _count(talk: Talk, heard: Heard) -> str | None:
    """*Quero 2*, *2 unidades*: a quantity, where it cannot be the number of a row."""
    if asides.for_seller(heard.text):
        return None  # *se eu levar dois faz desconto?*
    match = _QUANTITY.match(_pieces_of_it(talk, heard))
    if match is not None and talk.data.get("later") and _ALL_OF_THEM.match(heard.folded) and talk.frame is not None:
        talk.note(texts.one_at_a_time(talk.data["later"]))  # several different parts, not several of the first
        return talk.frame.step
    if (
        match is None
        or heard.choice
        or not talk.data.get("listing")
        or (talk.options and not match[2] and not _IF.match(heard.folded) and not _RATHER.match(heard.folded))
    ):
        return None
    if (
        not match[2]
        and not _IF.match(heard.folded)
        and not _RATHER.match(heard.folded)
        and talk.frame is not None
        and talk.frame.step not in ("here", "cep")
    ):
        return None
    product = facts.product(talk)
    wanted = max(1, _COUNTS.get(match[1]) or int(match[1]))
    talk.data["quantity"] = min(wanted, max(1, product.stock))
    there = talk.data["quantity"]
    talk.note(texts.quantity_noted(wanted) if there == wanted else texts.only_in_stock(there))
    quoted = bool(talk.data.get("offers"))
    facts.forget_quote(talk)
    return "quote" if quoted else talk.frame.step if talk.frame else None


def _pieces_of_it(talk: Talk, heard: Heard) -> str:
    """*Bota 3 pastilhas*, about the pads being bought, becomes *3 pecas*; other texts are unchanged."""
    product, wish = facts.product_of(talk), slots_as(heard.text, "find_part")
    named = fold(wish.get("part", ""))
    if product is not None and named and wish.get("qty", "").isdigit() and named in fold(product.title):
        return f"{wish['qty']} pecas"
    return heard.folded


def _asked_again(talk: Talk, heard: Heard) -> str | None:
    """*Quanto ficou mesmo?*, *quanto tempo demora?*: answer, and repeat the open question."""
    product, frame = facts.product_of(talk), talk.frame
    if product is None or frame is None:
        return None
    if asides.asks_total(heard.text):
        if frame.step not in ("method", "confirm"):  # these state it themselves
            talk.note(texts.amount_so_far(product, facts.quantity(talk), facts.offer(talk)))
        return frame.step
    if _WANTS_IT.fullmatch(heard.folded):
        return frame.step
    if _CODE.search(heard.folded) and frame.step not in ("placed", "wait"):
        talk.note(texts.code_comes_after())
        return frame.step
    if of_it := asked.of_part(product, talk.shop.seller(product.seller_id), heard.text):
        talk.note("\n".join(of_it))
        return frame.step
    if not heard.slot("order") and asked.HOW_LONG.search(heard.folded):
        talk.note(texts.shipping_time(talk.rules.ship_days))
        return frame.step
    if _PICTURES.search(heard.folded) and (heard.meaning.intent == "upload_photo" or "?" in heard.text):
        talk.note(texts.see_listing(f"{talk.rules.public_url}/p/{product.listing}"))
        return frame.step
    return None


def _which_one(talk: Talk, heard: Heard) -> str | None:
    """*Onix*, *do lado direito*, after *retrovisor*: more words for the part that was found."""
    product = facts.product_of(talk)
    query = str(talk.data.get("query") or (product.title if product is not None else ""))
    step = talk.frame.step if talk.frame else ""
    asked = step in ("cep", "here", "look", "carrier", "method", "part")
    picking = step == "pick"
    if not (picking or (asked and product is not None)) or not query or len(heard.folded.split()) > 8:
        return None
    if _BOTH.search(heard.folded) and (picking or "?" not in heard.text):
        talk.note(texts.one_of_them())
        return step
    if product is not None and not picking and not slots_as(query, "find_part").get("vehicle"):
        query = f"{query} {remarks.car_in(product.title)}"  # the car of the chosen part
    more = remarks.said_more(query, _side_meant(product, heard.text))
    if not more and remarks.is_engine(heard.folded):
        return step  # a question about the car: the listing says which it fits
    if not more:
        return _misspelt(talk, heard)
    if product is not None and product in finding.find(talk.shop, more):
        return step  # it repeats what was said
    facts.forget(talk, "listing", "candidates")
    facts.forget_quote(talk)
    talk.data["query"] = more
    return "search"


def _side_meant(product: Product | None, text: str) -> str:
    """*O outro lado* is the one that the part shown is not for."""
    shown = product.title.lower() if product is not None else ""
    other = "esquerdo" if "direit" in shown else "direito" if "esquerd" in shown else ""
    return _OTHER_SIDE.sub(other, text) if other else text


def _misspelt(talk: Talk, heard: Heard) -> str | None:
    """*Retovisor esqerdo do onics*: readable only with the catalogue's own words."""
    product = facts.product_of(talk)
    if product is not None and talk.frame is not None and _SHOWN.fullmatch(heard.folded) and "?" not in heard.text:
        said = frozenset(part_words.tokens(_FILLERS.sub(" ", heard.folded)))
        if said and said <= frozenset(part_words.tokens(product.title)):
            return talk.frame.step  # *o jogo de vela*: the part being bought
    if heard.meaning.confidence >= remarks.SURE or "?" in heard.text or talk.frame is None:
        return None
    found = finding.look(talk.shop, heard.text)
    if facts.product_of(talk) in found.products:
        return talk.frame.step  # it repeats what was said before
    if not found.products or not found.right or found.unknown:
        return None
    facts.forget(talk, "listing", "candidates")
    facts.forget_quote(talk)
    talk.data["query"] = heard.folded[:80]
    return "search"


def _wants_word(talk: Talk, heard: Heard) -> str | None:
    """*Avisa quando chegar*, about a part that was not found, is sold, or had only similar results."""
    frame, data = talk.frame, talk.data
    if frame is None or not waiting.asks_for_word(heard.folded):
        return None
    if frame.step == "part" and data.get("tried"):
        talk.note(waiting.note(talk, data["tried"], data.pop("gone", 0)))
        data["problem"] = waiting_texts.another()
        return "part"
    if frame.step == "pick" and data.get("heading"):
        talk.note(waiting.note(talk, data["query"]))
        return "pick"
    return None


def _cheaper(talk: Talk, heard: Heard) -> str | None:
    """*Tem outra mais barata?*: show everything that the search had found again."""
    product = facts.product_of(talk)
    if product is None or not _CHEAPER.search(heard.folded):
        return None
    query = str(talk.data.get("query") or product.title)
    others = [p for p in finding.find(talk.shop, query) if p.listing != product.listing]
    if not others:
        talk.note(texts.no_other())
        return talk.frame.step if talk.frame else None
    facts.forget(talk, "listing", "candidates")
    facts.forget_quote(talk)
    talk.data["query"] = query[:80]
    return "search"


def _wish(talk: Talk, heard: Heard) -> str | None:
    """*O mais barato*, after another carrier was chosen or before there are offers."""
    named = slots_as(heard.text, "change_carrier").get("carrier", "")
    wished = str(remarks.wished_carrier(heard).get("carrier_wished") or named)
    offers = facts.offers(talk)
    if talk.frame is None or not talk.data.get("listing"):
        return None
    if wished and wished not in (remarks.CHEAPEST, remarks.FASTEST):
        if offers:
            return None
        talk.data["carrier_wished"] = wished
        talk.note(texts.carrier_noted(wished))
        return talk.frame.step
    if not wished:
        return None
    if not offers:
        way = remarks.way_of_paying(heard).get("method")
        talk.note(texts.wish_noted(wished == remarks.CHEAPEST, texts.METHODS[way] if way else ""))
        return talk.frame.step
    best = min(offers, key=lambda o: (o.price, 0) if wished == remarks.CHEAPEST else (o.days, o.price))
    return _carrier_is(talk, best)


def _elsewhere(talk: Talk, heard: Heard) -> str | None:
    """A new CEP, another part, another carrier or payment method."""
    if asides.for_seller(heard.text) or _OF_AN_ORDER.search(heard.folded):
        return None
    and_the = _AND_THE.match(heard.folded) and remarks.query_of(heard_as(heard, "find_part"))
    if and_the and talk.data.get("later") and talk.frame is not None:
        talk.note(texts.one_at_a_time(and_the))
        return talk.frame.step
    shown = facts.product_of(talk)
    if and_the and shown is not None and heard.meaning.confidence < remarks.SURE:
        known = slots_as(heard.text, "find_part").get("vehicle")
        _another_part(talk, and_the if known else f"{and_the} {remarks.car_in(shown.title)}")
        return "search"
    first = remarks.query_of(heard_as(heard, "find_part")) if "primeir" in heard.folded else ""
    if first and talk.frame is not None and _is_shown(talk, first):
        return talk.frame.step
    back_to = _BACK_TO.match(heard.folded) and remarks.query_of(heard_as(heard, "find_part"))
    if back_to and talk.data.get("listing"):
        _another_part(talk, back_to)
        return "search"
    if heard.meaning.confidence < remarks.SURE:
        return None
    intent = heard.meaning.intent
    query = remarks.query_of(heard) if intent in ("find_part", "quote_shipping") else ""
    if query and talk.frame is not None and not heard.slot("vehicle") and _is_shown(talk, query):
        return talk.frame.step  # *pastilha primeiro*, about the pads being bought
    if query and talk.data.get("listing") and talk.frame is not None and _TOO.search(heard.folded):
        talk.data["later"] = remarks.and_then(str(talk.data.get("later") or ""), query)
        talk.note(texts.one_at_a_time(query))
        return talk.frame.step
    cep = reading.cep_in(heard) if intent in ("quote_shipping", "change_address") else None
    listing = reading.listing_in(heard) if intent in ("find_part", "quote_shipping") else None
    if not query and listing:
        facts.forget(talk, "query", "candidates", "quantity")
        facts.forget_quote(talk)
        talk.data["listing"] = listing
        return "search"
    if query:
        _another_part(talk, query)
    if cep:
        facts.forget_place(talk)
        talk.data["cep"] = cep
    if query:
        return "search"
    if cep and talk.data.get("listing"):
        return "look"
    if intent == "change_carrier" and talk.data.get("offers"):
        return _other_carrier(talk, heard.slot("carrier"))
    if intent in remarks.METHOD_INTENTS and talk.frame is not None:
        ready = talk.data.get("listing") and (talk.data.get("offer") or talk.data.get("ahead"))
        talk.data.update(remarks.way_of_paying(heard))
        if not ready or talk.frame.step != "method":
            talk.note(texts.method_noted(talk.data["method"], int(talk.data.get("installments") or 0)))
        return "method" if ready else talk.frame.step
    return None


def _another_part(talk: Talk, query: str) -> None:
    """Look for this in place of the part being bought, which is said once that one had a price."""
    shown = facts.product_of(talk)
    if shown is not None and facts.offers(talk) and shown not in finding.find(talk.shop, query):
        talk.note(texts.instead_of(shown))
    facts.forget(talk, "listing", "candidates", "quantity")
    facts.forget_quote(talk)
    talk.data["query"] = query


def _is_shown(talk: Talk, query: str) -> bool:
    """Whether it names a part again that the previous message named as a second one."""
    product = facts.product_of(talk)
    return bool(talk.data.get("later")) and product is not None and product in finding.find(talk.shop, query)


def _other_carrier(talk: Talk, name: str) -> str:
    """The named carrier instead of the chosen one; the whole list if it is not among them."""
    fitting = facts.offers_of(talk, name)
    if len(fitting) == 1:
        return _carrier_is(talk, fitting[0])
    facts.forget(talk, "offer", "total_shown", "agreed")
    if name and not fitting:
        talk.note(texts.carrier_not_there(name))
    return "carrier"


def _carrier_is(talk: Talk, offer: Offer) -> str:
    """Take this carrier; if it replaces another, state the new total."""
    had = facts.offer(talk)
    facts.forget(talk, "offer", "total_shown", "agreed")
    talk.data["offer"] = offer.model_dump()
    if had is not None and talk.data.get("method"):
        amount = facts.product(talk).price * facts.quantity(talk) + offer.price
        talk.note(texts.carrier_now(offer, amount))
        talk.data["total_shown"] = True
    return "carrier"
