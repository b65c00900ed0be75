"""Intents of buyers: find, pay, cancel, complain."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations import engine, wanted
from bot.conversations.flows import chasing, left, meant, rating, reading, sales
from bot.conversations.flows.buying import asked, remarks
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import asides
from bot.conversations.routes import about, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as order_texts
from bot.conversations.texts import questions as question_texts
from bot.conversations.wishes import heard_as
from bot.domain.catalogue import Product

_STARS_SAID = re.compile(r"\bnota (?:e |pra |para )?(?:\d|mil\b|dez\b)|\bestrelas?\b")
_RATES = re.compile(
    r"^(?:minha |dou |a |na verdade |entao |e )*nota (?:e )?(?:10+|mil|dez|[1-9])(?: pra \w+)?\W*$"
    r"|\b(?:[1-5]|um|uma|duas|tres|quatro|cinco) estrelas?\b"
    r"|\b(?:mudar|trocar|corrigir) (?:a |minha |a minha )?(?:nota pra |nota para )[1-5]\b"
    r"|\b(?:quero|como|posso|vou) (?:\w+ )?avali(?:ar|o)\b|^avali(?:ar|acao)\b"
)
_LISTING_ALONE = re.compile(r"^(?:(?:quero|ver|comprar|quero ver|quero comprar) )?(?:o )?anuncio \W*\d{1,9}\W*$")
_OF_LISTING = re.compile(
    r"^(?!.*\b(?:preco|estoque|fotos?|paus\w+|apag\w+|muda\w*|vendi)\b)"
    r"(?=.*\b(?:vi|tem|quero|queria|compr\w+|interess\w+|disponivel|sobre)\b).*\banuncio\b"
)
_ADDRESS_OF_PART = re.compile(r"/p/(\d{1,9})\b")
_BUYS = re.compile(r"\b(?:compr\w+|quero|quer(?:ia|er|emos)|procur\w+|precis\w+|cotar|cota|cotacao|frete|tem|busco)\b")
_AND_THE = re.compile(r"^(?:(?:ah|e|agora|tambem|depois|falta|faltou)\W+)+(?:o|a|os|as|um|uma|do|da)\b")
_BEGINS = re.compile(
    r"^(?:oi|ola|bom dia|boa tarde|boa noite|\W)*(?:eu )?"
    r"(?:quero|queria|gostaria de|preciso|como (?:eu )?faco (?:pra|para)|vou)"
    r" (?:fazer |comprar)?(?:um |uma |o |a )?(?:pedido|compra|cotacao|orcamento|encomenda)\W*$"
    r"|(?:^|[.,!] *)(?:eu )?(?:quero|queria|preciso(?: de)?) (?:comprar )?(?:uma |umas )?pecas?\W*$"
)
_ONE_MORE = re.compile(
    r"\b(?:acrescent\w+|adicion\w+|inclu\w+|coloca\w*|por)\b.*\b(?:pecas?|produto|item)\b.*\b(?:pedido|compra|junto)\b"
    r"|\b(?:acrescent\w+|adicion\w+|inclu\w+|coloca\w*) (?:(?:mais|outr[oa]|uma?) )+(?:pecas?|produto|item)\b"
)
VAGUE = 0.5
"""Confidence below which no intent is followed."""
_OF_WHAT_WAS = re.compile(
    r"\b(?:comprei|pedi|veio|vieram|chegou|chegaram|recebi|quebr\w+|estrag\w+|defeito|errad[oa]|devolv\w+|troc\w+"
    r"|pag\w+"
    r"|meu pedido|vend\w+)\b"
)
_OF_A_PART = re.compile(
    r"(?:(?:e|mas|oi|ola|bom dia|boa tarde|boa noite|ela|ele|a peca|isso|essa peca|sao|eh|eles|elas)[ ,!]+)*"
    r"(?:(?:e |eh |sao )?(?:original|paralel|genuin|(?:nov|usad)[oa]s?(?: ou\b|\W*\?))"
    r"|(?:qual|que) (?:e )?(?:a |o )?(?:marca|fabricante|cor|loja|vendedor)\b"
    r"|quem (?:e |eh )?(?:o |a )?(?:vendedor|lojista)"
    r"|(?:quanto pesa|(?:qual|quais) (?:e |sao )?[oa]s? (?:peso|medidas?|tamanho))\b|(?:ta|esta) funcionando\W*\?"
    r"|(?:ja )?(?:vem|acompanha|inclui) (?:com |junto )?\w+.*\?|tem o par\b)"
)
_HAS_A_CAR = re.compile(
    r"(?:(?:oi|ola|bom dia|boa tarde|boa noite|e|eu|entao|olha)\W+)*(?:tenho um|o meu (?:carro )?e|meu carro e"
    r"|e (?:pra|para) (?:um|o|meu))\b"
)
LONGEST_WISH = 12
"""Maximum of words in a message that may consist only of a part and its car."""


def link_of_part(talk: Talk, heard: Heard) -> bool:
    idle = engine.is_idle(talk)
    spoken_of = idle and talk.seller is None and _OF_LISTING.search(heard.folded) and reading.listing_in(heard)
    alone = _ADDRESS_OF_PART.search(heard.text) or _LISTING_ALONE.match(heard.folded)
    if not alone and not spoken_of:
        return False
    engine.start(talk, "buying", {"listing": reading.listing_in(heard)})
    return True


def rate(talk: Talk, heard: Heard) -> bool:
    """*Quero avaliar*, *nota 5*, *5 estrelas*."""
    if not _RATES.search(heard.folded):
        return False
    named = about.orders_in(heard, talk) if "#" in heard.text or "pedido" in heard.folded else []
    stars = rating.of_ten(heard.folded) or rating.stars_in(heard.folded) if _STARS_SAID.search(heard.folded) else 0
    engine.start(talk, "rating", {**({"order": named[0]} if named else {}), **({"stars": stars} if stars else {})})
    return True


def another_part(talk: Talk, heard: Heard) -> bool:
    """*E o retrovisor?*, with nothing open: the part that is named."""
    wish = heard_as(heard, "find_part")
    last = next(iter(bought(talk)), None) if "mesmo carro" in heard.folded else None
    leads = _AND_THE.match(heard.folded) or last is not None
    if not engine.is_idle(talk) or not leads or not wish.slot("part") or len(heard.folded.split()) > 7:
        return False
    mine = meant.by_part(bought(talk, OPEN), heard.text) if last is None and "?" in heard.text else []
    if mine and not wants_to_buy(heard):
        engine.start(talk, "tracking", {"order": mine[0].number})
        return True
    if last is not None:
        engine.start(talk, "buying", {"query": f"{remarks.query_of(wish)} {remarks.car_in(last.title)}"})
        return True
    return buy(talk, wish)


def left_over(talk: Talk, heard: Heard) -> bool:
    """*Quero aquele farol*, *agora a pastilha*: what lapsed, was left or comes next is taken up."""
    frame = next((f for f in reversed(talk.frames) if f.flow == "left"), None)
    seed = left.taken_up(talk, frame, heard) if frame is not None and engine.is_idle(talk) else None
    if frame is None or seed is None:
        return False
    left.say_taken_up(talk, frame)
    talk.frames.remove(frame)
    engine.start(talk, str(frame.data["flow"]), seed)
    return True


def car_alone(talk: Talk, heard: Heard) -> bool:
    """*Corolla*, *gol g5 2012*, with nothing open: ask which part."""
    wish = heard_as(heard, "find_part")
    idle = engine.is_idle(talk)
    has = bool(_HAS_A_CAR.match(heard.folded))
    most = LONGEST_WISH if has else 4
    if not idle or talk.seller is not None or wish.slot("part") or heard.choice or len(heard.folded.split()) > most:
        return False
    if not remarks.is_car(wish) and not (has and wish.slot("vehicle")):
        return False
    engine.start(talk, "buying", {"car": remarks.car_of(wish)})
    return True


def begins(talk: Talk, heard: Heard) -> bool:
    """*Quero fazer um pedido*, *quero acrescentar uma peça no pedido*: ask which part; an order has one."""
    more = bool(_ONE_MORE.search(heard.folded)) and bool(bought(talk) or talk.frames)
    if talk.seller is not None or not (more or _BEGINS.search(heard.folded)):
        return False
    buying = any(f.flow == "buying" for f in talk.frames)
    if buying and not more:
        return False
    if more:
        talk.note(order_texts.an_order_a_part())
    if buying:
        engine.resume(talk)
        return True
    engine.start(talk, "buying", {})
    return True


def is_choosing(talk: Talk) -> bool:
    """Whether a certain part is being bought."""
    return any(f.flow == "buying" and f.data.get("listing") for f in talk.frames)


def part_spoken_of(talk: Talk) -> Product | None:
    """The part being bought, otherwise that of the only open order."""
    listing = next(
        (f.data["listing"] for f in reversed(talk.frames) if f.flow == "buying" and f.data.get("listing")), 0
    )
    mine = [line.listing for order in bought(talk, OPEN) for line in order.lines]
    return talk.shop.product(int(listing or (mine[0] if len(mine) == 1 else 0)))


def is_of_a_part(heard: Heard) -> bool:
    """*É original?*, *qual a marca?*: what its listing or its seller answers."""
    return bool(_OF_A_PART.match(heard.folded))


def to_seller(talk: Talk, heard: Heard) -> bool:
    """*Tem garantia?*, *é original?*, *faz por 400?* during a purchase: only the seller knows, beyond what is law."""
    frame = next((f for f in reversed(talk.frames) if f.flow == "buying"), None)
    listing = frame.data.get("listing") if frame else None
    if not listing or not asides.for_seller(heard.text):
        return False
    if "garantia" in heard.folded:
        talk.note(question_texts.GUARANTEE)
    _ask_the_seller(talk, int(listing), heard)
    return True


def of_the_part(talk: Talk, heard: Heard) -> bool:
    """*É original?*, *qual a marca?*, *é nova ou usada?* outside of a purchase: about the part of the only open order;
    otherwise it depends on the part."""
    if talk.seller is not None or not engine.is_idle(talk) or heard.choice or not is_of_a_part(heard):
        return False
    if heard.slot("listing"):
        return False
    product = part_spoken_of(talk)
    if product is None:
        talk.say(question_texts.depends_on_the_part())
    elif answers := asked.of_part(product, talk.shop.seller(product.seller_id), heard.text):
        talk.say("\n".join(answers))
    else:
        _ask_the_seller(talk, product.listing, heard)
    return True


def _ask_the_seller(talk: Talk, listing: int, heard: Heard) -> None:
    engine.start(talk, "fits", {"listing": listing, "asked": heard.text[:200], "other": True})


def part_and_car(talk: Talk, heard: Heard) -> bool:
    """*Aquele retrovisor do onix*, *ritrovizor do oniks*, without a recognised intent: search that part."""
    idle = engine.is_idle(talk)
    if not idle or talk.seller is not None or len(heard.folded.split()) > LONGEST_WISH:
        return False
    wish = heard_as(heard, "find_part")
    if wish.slot("part"):
        vague = heard.meaning.confidence < VAGUE and not _OF_WHAT_WAS.search(heard.folded)
        return vague and (bool(wish.slot("vehicle")) or remarks.is_sold(talk, heard)) and buy(talk, wish)
    return (bool(wanted.spelled(talk.shop, heard.text)) or remarks.is_sold(talk, heard)) and buy(talk, wish)


def wants_to_buy(heard: Heard) -> bool:
    return bool(_BUYS.search(heard.folded))


def buy(talk: Talk, heard: Heard) -> bool:
    seed = remarks.seed(heard)
    if not seed["query"] and not seed.get("listing"):
        seed["query"] = remarks.catalogue_words(talk, heard)
    if talk.frame is not None and talk.frame.flow in ("listing", "pricing") and not wants_to_buy(heard):
        return False  # a seller who names an existing part is not shopping
    if _wants_back(talk, seed):
        return True
    engine.start(talk, "buying", seed)
    return True


def _wants_back(talk: Talk, seed: dict[str, Any]) -> bool:
    """*Quero comprar* with nothing new, while a purchase is in progress: back to its question."""
    frame = talk.frame
    if frame is None or frame.flow != "buying" or seed.get("query") or seed.get("listing"):
        return False
    engine.resume(talk)
    return True


def cancel_order(talk: Talk, heard: Heard) -> bool:
    named = about.orders_in(heard, talk)
    if not named and talk.seller is not None and not bought(talk, OPEN):
        open_ones = sales.sold(talk, sales.TO_SHIP)
        shown = talk.frame.data.get("order") if talk.frame is not None and talk.frame.flow == "sales" else None
        open_ones = [o for o in open_ones if o.number == shown] or open_ones
        if len(open_ones) > 1:
            engine.start(talk, "sales")
            return True
        named = [o.number for o in open_ones]
    if named and sales.is_mine(talk, named[0]):
        unpaid = chasing.is_unpaid_charge(talk.shop.order(named[0]))
        seed = {"order": named[0], "said": "no", "words": heard.text[:120]}
        engine.start(talk, "uncharge" if unpaid else "sale", seed)
        return True
    return people.start("cancelling")(talk, heard)


def fits(talk: Talk, heard: Heard) -> bool:
    frame = next((f for f in reversed(talk.frames) if f.flow == "buying"), None)
    named = heard.slot("part")
    number = heard.slot("listing") or (frame.data.get("listing", "") if frame and not named else "")
    data = (
        {"listing": int(number)}
        if str(number).isdigit()
        else {"query": remarks.query_of(heard), "car": remarks.car_of(heard)}
    )
    engine.start(talk, "fits", {**data, "asked": heard.text[:200]})
    return True
