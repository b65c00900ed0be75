"""Choosing the carrier."""

from __future__ import annotations

import re

from bot.conversations.flows import reading
from bot.conversations.flows.buying import facts, remarks
from bot.conversations.steps import STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts
from bot.conversations.wishes import slots_as
from bot.domain import money
from bot.domain.order import NoOffer

_NONE_OF_THEM = re.compile(
    r"\bfrete (?:gratis|de graca)\b|\bnenhum[ao]? (?:dess|dest|del)\w+\b|\bfrete (?:ta |esta |muito |e |eh )*car[oa]\b"
    r"|\b(?:muito|ta) caro (?:o |esse )?frete\b"
)

_WHICH = re.compile(r"(?:e |mas |entao )*(?:qual|quem|(?:nao )?tem|existe)\b")
"""*Qual chega mais rápido?* asks; *o mais rápido* chooses."""
_BEST = re.compile(r"\b(?:qual|que)\b.*\b(?:melhor|recomenda\w*|compensa|indica\w*|confiavel)\b|\bvale mais a pena\b")
_THAT_ONE = re.compile(
    r"(?:(?:entao|e|eh|pode ser|quero|vou de|vai|fico com|manda|por|com) )*(?:ess[ea]|est[ea])"
    r"(?: (?:mesm[oa]|ai|entao|por favor))*[ .!]*$"
)


_TOO_DEAR = re.compile(r"\b(?:car[oa]|salgad[oa]|puxad[oa])\b")
_TAKES = re.compile(
    r"(?:(?:ok|ta|bom|entao|hmm?|ah)\W+)*(?:vai|manda|fecha|pode ser|fico|bota|coloca|quero|prefiro|melhor|escolho)"
    r"(?: \w+)?\W+(?:n?[oa]|pel[oa]|com [oa]|de) \w+(?: \w+)?(?: mesmo| entao)?\W*$"
)
"""*Vai no jadlog*."""


def _is_complete(talk: Talk) -> bool:
    """Whether everything but the carrier is settled."""
    address = facts.address(talk)
    return bool(
        talk.data.get("method")
        and (talk.data["method"] != "card" or talk.data.get("installments"))
        and facts.document(talk)
        and facts.name(talk)
        and facts.number(talk)
        and address
        and (address.street or talk.data.get("street"))
    )


def _known_offer(talk: Talk) -> str | None:
    wished = str(talk.data.pop("carrier_wished", ""))
    if wished and not facts.offer(talk) and talk.data.get("offers") and not facts.is_old(talk):
        offers = facts.offers(talk)
        if wished == remarks.CHEAPEST:
            fitting = [min(offers, key=lambda o: o.price)]
        elif wished == remarks.FASTEST:
            fitting = [min(offers, key=lambda o: (o.days, o.price))]
        else:
            fitting = facts.offers_of(talk, wished)
        if len(fitting) == 1:
            talk.note(texts.cheapest_or(fitting[0]))
            talk.data["offer"] = fitting[0].model_dump()
        elif not fitting:
            talk.note(texts.carrier_not_there(wished))
    return "chosen" if facts.offer(talk) and not facts.is_old(talk) else None


def _ask_carrier(talk: Talk) -> None:
    offers = facts.offers(talk)
    head, tail = texts.offers(facts.valid_until(talk), talk.now)
    gone = texts.missing([NoOffer.model_validate(r) for r in talk.data.get("refusals", [])], offers)
    if _is_complete(talk):
        first, product = offers[0], facts.product(talk)
        total = money.show(product.price * facts.quantity(talk) + first.price)
        method = texts.METHODS[talk.data["method"]]
        tail += f"\nOu responda *sim* para fechar com {first.carrier} no {method}: total *{total}*."
    if talk.data.get("came_back") and not talk.muted:
        talk.note(texts.back_again(talk.data["cep"]))
        del talk.data["came_back"]
    rows = [(o.service_id, texts.offer_row(o)) for o in offers]
    talk.ask(head, rows, after="\n".join(w for w in (gone, tail) if w))


def _read_carrier(talk: Talk, heard: Heard) -> str | None:
    if facts.is_old(talk):
        talk.note(texts.quote_old())
        facts.forget_quote(talk)
        return "old"
    offers = facts.offers(talk)
    named = talk.data.pop("proposed", "")
    proposed = next((o for o in offers if o.service_id == named), None)
    if proposed and (reading.yes_or_no(talk, heard) == "yes" or _THAT_ONE.match(heard.folded)):
        talk.data["offer"] = proposed.model_dump()
        return "chosen"
    chosen = next((o for o in offers if o.service_id == heard.choice), None)
    if chosen is None and "barat" in heard.folded:
        chosen = min(offers, key=lambda o: o.price)
    if chosen is None and "rapid" in heard.folded:
        chosen = min(offers, key=lambda o: (o.days, o.price))
    if chosen is not None and len(offers) > 1 and _WHICH.match(heard.folded):
        talk.data["proposed"] = chosen.service_id
        talk.say(texts.this_one(chosen))
        return STAY
    if chosen is None and _is_complete(talk) and reading.yes_or_no(talk, heard) == "yes":
        chosen = offers[0]
        talk.data["agreed"] = True
    if chosen is None and len(offers) == 1 and reading.yes_or_no(talk, heard) == "yes":
        chosen = offers[0]
    if chosen is None and _NONE_OF_THEM.search(heard.folded):
        talk.note(texts.no_other_carrier())
        _ask_carrier(talk)
        return STAY
    if chosen is None and _BEST.search(heard.folded):
        talk.note(texts.cheapest_and_fastest(offers))
        _ask_carrier(talk)
        return STAY
    fitting = facts.offers_of(talk, slots_as(heard.text, "change_carrier").get("carrier", ""))
    if chosen is None and fitting and _TOO_DEAR.search(heard.folded):
        talk.note(texts.cheapest_and_fastest(offers))
        _ask_carrier(talk)
        return STAY
    if chosen is None and len(fitting) == 1 and _TAKES.match(heard.folded):
        chosen = fitting[0]
    if chosen is None:
        return None
    talk.data["offer"] = chosen.model_dump()
    return "chosen"


STEPS = (
    Step(
        "carrier",
        {"chosen": "total", "old": "quote"},
        ask=_ask_carrier,
        read=_read_carrier,
        known=_known_offer,
        fills=("offer", "total_shown", "agreed"),
        needs=("listing", "cep", "offers"),
    ),
)
