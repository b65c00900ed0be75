"""Which charge of a buyer is meant, and what is wrong with it: expired, another amount, another payer."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import meant
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.routes import paying
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as texts
from bot.domain.order import Method, OrderState

_PAY_THAT = re.compile(
    r"^(?:oi |ola |eu |entao )*(?:quero |queria |vou |posso |preciso |deixa eu )?pag(?:ar|o)"
    r" (?:o|a|aquel[ea])\b(?!.*\?)"
)
_BOLETO_OVER = re.compile(r"\bboleto\b.*\b(?:venceu|vencid[oa]|expir\w+|passou d[ao] (?:data|prazo))\b")
_DATE_WANTED = re.compile(r"\bvencimento\b|\b(?:mud|adi|prorrog|troc)\w+")
_OTHER_AMOUNT = re.compile(
    r"\b(?:paguei|mandei|fiz|transferi|pix)\b.*(?:\b(?:em vez de|no lugar de|a menos|(?:valor|quantia) errad[oa])\b"
    r"|\bfaltando\b)|\bpaguei a mais\b"
)
_TO_ANOTHER = re.compile(
    r"\b(?:manda\w*|envia\w*|passa)\b.*\b(?:pix|boleto|codigo|link|cobranca)\b.*\b(?:pr[ao]|para(?: [oa])?) "
    r"(?:el[ea]|(?:meu|minha) (?!e-?mail|conta|chave|banco|zap|whats|celular|numero)\w+|client\w+"
    r"|\w+ no (?:numero|whats\w*|zap)|(?:o )?(?:numero|whats\w*|zap))\b"
)


def pay_that(talk: Talk, heard: Heard) -> bool:
    """*Quero pagar o da semana passada*, *o do retrovisor*: one of several pending ones."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    if not waiting or heard.slot("order") or not _PAY_THAT.search(heard.folded):
        return False
    one = meant.the_one(waiting, heard.text, talk.now)
    if one is None:
        return False
    ways = [way for way, shape in paying.WAYS.items() if re.search(shape, heard.folded)]
    engine.start(talk, "paying", {"order": one.number, **({"method": ways[0]} if len(ways) == 1 else {})})
    return True


def boleto_over(talk: Talk, heard: Heard) -> bool:
    """*O banco diz que o boleto venceu*: the payment methods available now."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    over = [o for o in waiting if o.charge is not None and o.charge.method is Method.BOLETO]
    if not over or not _BOLETO_OVER.search(heard.folded) or _DATE_WANTED.search(heard.folded):
        return False
    talk.note(texts.boleto_over(over[0].number))
    engine.start(talk, "paying", {"order": over[0].number})
    return True


def another_amount(talk: Talk, heard: Heard) -> bool:
    """*Paguei 500 em vez de 512,40*: the bot neither asks for more nor refunds a part."""
    live = bought(talk, OPEN)
    if not live or not _OTHER_AMOUNT.search(heard.folded):
        return False
    order = paying.unpaid(talk) or live[0]
    talk.note(texts.another_amount(order.number))
    engine.start(talk, "person", {"about": f"pedido #{order.number}, outro valor: {heard.text[:120]}"})
    return True


def to_another(talk: Talk, heard: Heard) -> bool:
    """*Manda o pix pra ele no 11 9…*: the bot writes to nobody who has not written; the buyer can forward the code."""
    waiting = paying.unpaid(talk)
    if waiting is None or not _TO_ANOTHER.search(heard.folded):
        return False
    if waiting.charge is None:  # the code is on its way
        talk.say(texts.forward_it())
        engine.resume(talk)
        return True
    talk.note(texts.forward_it())
    engine.start(talk, "paying", {"order": waiting.number, "method": str(waiting.charge.method)})
    return True
