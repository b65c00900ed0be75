"""Intents of sellers about money: prices of parts, sales, incoming money, and deductions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bot.conversations import engine
from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.routes import about, inventory
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as inventory_texts
from bot.conversations.texts import selling as selling_texts
from bot.domain import money

_TO_COME = re.compile(
    r"\b(?:quanto|qto|qnt|quando)\b.*\b(?:receb\w+|cai|repasse)\b|\bmeus? repasses?\b"
    r"|\b(?:dinheiro|repasse|pagamento|valor)\b.*\bnao (?:caiu|chegou|entrou|veio)\b"
    r"|^(?:mas |ainda |e )*nao caiu(?: nada| ainda)*\W*$"
    r"|\bnao (?:caiu|recebi|chegou)\b.*\b(?:dinheiro|repasse)\b|\bcade (?:o )?meu dinheiro\b"
)
_ACCOUNT = re.compile(
    r"\b(?:mud[ae]\w*|troc[ae]\w*|alter[ae]\w*|atualiz[ae]\w*|qual|quais)\b.*"
    r"\b(?:conta (?:bancaria|do banco|de recebimento)|minha conta|carteira|chave pix|dados bancarios)\b"
)
_SO_LITTLE = re.compile(
    r"\b(?:pq|por ?que)\b.*\b(?:pouco|menos|so isso)\b|\bdescont\w+ (?:quanto|qto|o que)\b"
    r"|\b(?:quanto|qto|o que) (?:e que )?"
    r"(?:voces |vcs )?(?:descont\w+|desconta)\b"
)
_SO_MUCH_MORE = re.compile(
    r"^(?:\w+ ){0,2}?(sob[ei]\w*|aument\w+|a?baix\w+|desc[ea]\w*) (?:mais )?(?:r\$ ?)?(\d[\d.,]*)"
    r"(?: reais| conto| pila)? (?:n[oa]|d[oa]|no preco d[oa])s? (?!estoque)"
)
_SHOULD_BE = re.compile(
    r"\b(?:era pra ser|era pra estar|(?:o )?certo (?:e|seria|era)|(?:falou|disse|pediu) que (?:e|era)"
    r"|devia ser|deveria ser|tinha que ser|tem que ser)"
    r" (?:a |por )?(?:r\$ ?)?(\d[\d.,]*)(?: reais)?\W*$"
    r"|\bera (?:r\$ ?)?(\d[\d.,]*)(?: reais)?\W+(?:e )?nao (?:era )?(?:r\$ ?)?\d[\d.,]*\W*$"
)
_MONEY = re.compile(r"\b(?:receber|recebo|cai|caiu|cair|repasses?|saldo|me pag\w+)\b")


def money_to_come(talk: Talk, heard: Heard) -> bool:
    """*Quanto vou receber?* from a seller."""
    if talk.seller is None or about.orders_in(heard, talk) or not _TO_COME.search(heard.folded):
        return False
    engine.start(talk, "payout")
    return True


def account(talk: Talk, heard: Heard) -> bool:
    """*Mudar minha conta bancária*: where the money goes, and that no message changes it."""
    if talk.seller is None or not talk.seller.wallet_id or not _ACCOUNT.search(heard.folded):
        return False
    talk.say(selling_texts.account(talk.seller.wallet_id))
    engine.resume(talk)
    return True


def report(talk: Talk, heard: Heard) -> bool:
    engine.start(talk, "payout" if _MONEY.search(heard.folded) else "report", {"period": heard.slot("period")})
    return True


def why_so_little(talk: Talk, heard: Heard) -> bool:
    """*Por que tão pouco?*, *desconta quanto?* from a seller: the deductions of a sale."""
    if talk.seller is None or not _SO_LITTLE.search(heard.folded):
        return False
    talk.say(inventory_texts.fee(talk.rules.fee_percent))
    engine.resume(talk)
    return True


def so_much_more(talk: Talk, heard: Heard) -> bool:
    """*Sobe 20 no farol*, *baixa 50 reais do 558*: an increase or decrease in reais; the new price is confirmed
    first."""
    said = _SO_MUCH_MORE.search(heard.folded)
    there = inventory.part_in(talk, heard) if said and talk.seller is not None else {}
    part = talk.shop.product(int(there.get("listing") or 0))
    amount = money.read(said[2]) if said else None
    if part is None or not amount:
        return False
    price = part.price + (amount if said and said[1].startswith(("sob", "aument")) else -amount)
    if price <= 0:
        return False
    engine.start(talk, "pricing", {**there, "price": price})
    return True


def price_put_right(talk: Talk, heard: Heard) -> bool:
    """*O retrovisor tá 350 mas era pra ser 530*."""
    right = _SHOULD_BE.search(heard.folded)
    amount = money.read(right[1] or right[2]) if right and talk.seller is not None else None
    there = inventory.part_in(talk, heard) or inventory.shown_part(talk) if amount else {}
    if not amount or not there:
        return False
    engine.start(talk, "pricing", {**there, "price": amount})
    return True


def price(talk: Talk, heard: Heard) -> bool:
    data: dict[str, Any] = {}
    if heard.slot("listing").isdigit():
        data["listing"] = int(heard.slot("listing"))
    price = listing_remarks.price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    percent = Decimal(heard.slot("percent") or 0)
    if percent and not price:
        data["percent"] = int(percent * 100) * (-1 if inventory.DOWN.search(heard.folded) else 1)
    if "listing" not in data:
        data |= inventory.part_in(talk, heard) or inventory.shown_part(talk)
    engine.start(talk, "pricing", data)
    return True
