"""A shop's answer to a sale: whether the part is there, named by number, by part, or just *tenho*."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import meant, sales
from bot.conversations.routes import about, inventory
from bot.conversations.talk import Heard, Talk
from bot.domain import part_words
from bot.domain.order import Order, OrderState
from bot.domain.text import fold, words

_HAS = re.compile(
    r"^(?:sim,? )?(?:ainda )?(?:vou |quero )?(tenho|tem|aceit\w+|confirm\w+|separ\w+|nao tenho|nao tem"
    r"|nao ach\w+|nao encontr\w+|nao aceit\w+"
    r"|recus\w+|detalhes?)\b.*?#?(\d{3,9})(?: sim| ainda| aqui)?\W*$"
)
_ANSWERS_SALE = re.compile(r"^(?:sim,? )?(?:eu )?((?:nao )?aceito|(?:nao )?confirmo|recuso) (?:a|essa|esta) venda\W*$")
_BARE_HAS = re.compile(r"^(?:sim,? )?(?:ainda )?(?:tenho|tem|achei|encontrei|nao tenho|nao tem)(?: sim| ainda)?\W*$")
_TODAY = re.compile(r"\b(?:o que|oq|o q) (?:eu )?(?:tenho|tem|sai|vai|falta)\b.*\b(?:hoje|hj|amanha|fazer)\b")
_GONE = re.compile(
    r"^(?:eu )?nao (?:tenho|tem) mais(?: (?:a|ess[ae]|est[ae]|ela|ele))?(?: peca)?(?: d[aeo])?(?: (?:venda|pedido))?"
    r" ?#?(\d{3,9})?(?: nao)?\W*$"
)
_GONE_FIRST = re.compile(
    r"^(?:mas |e )?(?:[oa] |d[oa] )?(?:venda |pedido )?#?(\d{3,9}) (?:eu )?nao (?:tenho|tem)(?: mais)?\W*$"
)
_PART_SAID = re.compile(
    r"^(?:(?:sim|nao|mas|ja|so|e)\W+)*(?:[oa]s? |d[ao]s? )?(?!\w+\W*$)[^\d?]*\b(?:tenho|tem|sim|nao)"
    r"(?: (?:tambem|tb|tbm))?\W*$"
    r"|^(?:sim\W+)?(?:so |ainda )?(?:nao )?tenho (?:so )?[oa] [^\d?]+$"
)
"""*O retrovisor tenho*, *o farol não*."""
_BROKE = re.compile(r"^[^\d?]*\b(?:quebrou|rachou|trincou|estragou|sumiu|caiu(?= e quebrou))\W*$")
"""*O retrovisor quebrou*: a sold part cannot be sent."""
_MISTAKEN = re.compile(
    r"^(?:(?:nao|ops|opa|eita|desculpa|perai|ih)\W+)*(?:me enganei|errei|(?:foi )?engano)\W"
    r".*\bnao (?:tenho|tem|temos)\b"
)
_I_SOLD = re.compile(r"\bque (?:eu )?vendi\b")
_WHO = re.compile(r"^(?:quem|que cliente) comprou\b.*?#?(\d{3,9})\W*$")
_LEADS = re.compile(r"^(?:(?:sim|nao|mas|ja|so|e)\W+)+")
_ANSWERING = words(
    "tenho temos tem sim nao o a os as do da de dos das ainda so ja mas eu aqui tambem tb tbm "
    "quebrou rachou trincou estragou sumiu caiu"
)


def beside(sale: Order, heard: Heard) -> bool:
    """Whether anything else is said: *tenho o farol errado* is no answer."""
    of_part = {t for line in sale.lines for t in part_words.tokens(line.title)}
    said = re.findall(r"\w+", _LEADS.sub("", heard.folded))
    known = _ANSWERING.union(fold(sale.recipient.name).split()[:1])
    return any(not of_part.intersection(part_words.tokens(w)) for w in said if w not in known)


def by_its_part(talk: Talk, heard: Heard) -> tuple[Order, str] | None:
    """The one sale whose part is named, and whether the shop has it: ``yes`` or ``no``. A part that broke may belong to
    an accepted sale."""
    broke = bool(_BROKE.match(heard.folded))
    if talk.seller is None or not (broke or _PART_SAID.match(heard.folded)):
        return None
    found = meant.by_part(sales.sold(talk, sales.TO_SHIP if broke else frozenset([OrderState.PAID])), heard.text)
    if len(found) != 1 or beside(found[0], heard):
        return None
    return found[0], "no" if broke or re.search(r"\bnao\b", heard.folded) else "yes"


def sale_in_words(talk: Talk, heard: Heard) -> bool:
    who = _WHO.match(heard.folded)
    if who is not None and talk.seller is not None:
        engine.start(talk, "sales", {"order": int(who[1])})
        return True
    if talk.seller is not None and _I_SOLD.search(heard.folded):
        found = meant.by_part(sales.sold(talk, sales.TO_SHIP), heard.text)
        engine.start(talk, "sales", {"order": found[0].number} if len(found) == 1 else {})
        return True
    if talk.seller is not None and _TODAY.search(heard.folded):
        engine.start(talk, "sales")
        return True
    answer = _ANSWERS_SALE.match(heard.folded)
    if answer is not None and talk.seller is not None:
        waiting = sales.sold(talk, frozenset([OrderState.PAID]))
        said = "no" if answer[1].startswith(("nao", "recus")) else "yes"
        if len(waiting) == 1:
            engine.start(talk, "sale", {"order": waiting[0].number, "said": said})
        else:
            engine.start(talk, "sales")  # list them, to pick one
        return True
    of_part = by_its_part(talk, heard)
    if of_part is not None:
        engine.start(talk, "sale", {"order": of_part[0].number, "said": of_part[1], "words": heard.text[:120]})
        return True
    if talk.seller is not None and _MISTAKEN.match(heard.folded):
        numbers = about.orders_in(heard, talk)
        return _is_gone(talk, numbers[0] if numbers else 0)
    gone = _GONE.match(heard.folded) or _GONE_FIRST.match(heard.folded)
    if gone is not None and talk.seller is not None and _is_gone(talk, int(gone[1] or 0)):
        return True
    if _BARE_HAS.match(heard.folded) and talk.seller is not None:
        waiting = sales.sold(talk, frozenset([OrderState.PAID]))
        if len(waiting) == 1:
            engine.start(talk, "sale", {"order": waiting[0].number})
        return len(waiting) == 1
    match = _HAS.match(heard.folded)
    if match is None or talk.seller is None:
        return False
    word = match[1]
    number = int(match[2])
    if not sales.is_mine(talk, number) and inventory.part_in(talk, heard).get("listing") == number:
        return False  # "tenho 3 do 558": pieces of a listing
    order = talk.shop.order(number) if sales.is_mine(talk, number) else None
    if word.startswith("detalhe") and (order is None or order.state is not OrderState.PAID):
        engine.start(talk, "sales", {"order": number})
        return True
    if word.startswith(("aceit", "confirm", "separ", "recus", "nao aceit")) and not (
        order is not None and order.state is OrderState.PAID
    ):
        return False  # accepting or refusing refers to something else: a return, a price
    said = "details" if word.startswith("detalhe") else "no" if word.startswith(("nao", "recus")) else "yes"
    engine.start(talk, "sale", {"order": number, "said": said})
    return True


def _is_gone(talk: Talk, number: int) -> bool:
    """*Não tenho mais*: about the sale named or shown, otherwise the only possible one."""
    open_ones = sales.sold(talk, frozenset([OrderState.PAID, OrderState.ACCEPTED]))
    shown = int(talk.frame.data.get("order") or 0) if talk.frame else 0
    found = [o for o in open_ones if o.number == (number or shown)] or ([] if number else open_ones)
    if len(found) == 1:
        engine.start(talk, "sale", {"order": found[0].number, "said": "no"})
    elif found:
        engine.start(talk, "sales")
    return bool(found)
