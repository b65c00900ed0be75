"""What buyers say of a wrong, broken or unwanted part: a return, or a case for a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import meant, returning
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.routes import about, buyer, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import returns as texts
from bot.conversations.wishes import heard_as
from bot.domain import calendar
from bot.domain.order import Order, OrderState, ReturnReason, ReturnState

_ASKS_WHEN = re.compile(r"^(?:e |mas |oi )*(?:quando|cade|kd|quanto tempo)\b|\bnao caiu\b")
_GIVE_BACK = re.compile(r"^(?:quero )?devolver (?:o )?(?:pedido )?#?(\d{3,9})\W*$")
_ABOUT_CODE = re.compile(r"\b(?:codigo|pix|qr|boleto|linha|link)\b")
_CAME = re.compile(r"\b(?:cheg\w+|veio|vieram|receb\w+|mand(?:ou|aram)|envi(?:ou|aram)|entreg(?:ou|aram))\b")
_NOT_CAME = re.compile(r"\bnao (?:\w+ )?(?:cheg\w+|veio|receb\w+)\b")
_WANTS_BACK = re.compile(
    r"\b(?:me )?arrepend\w+\b|\bdevolv(?:o|er|ermos)\b|\bdevolucao\b"
    r"|\b(?:quero|preciso|posso|pode|da pra|como)\b.*\btroc(?:o|ar|a)\b(?!.*\b(?:forma|pagamento|endereco|email|cpf)\b)"
)
_WANTS_MONEY = re.compile(
    r"\b(?:quero|devolv\w+|me d[ae]|exijo)\b(?!.*\b(?:cai|caiu|codigo|quando)\b).*\b(?:meu|o) (?:dinheiro|reembolso)\b"
    r"|\bquero (?:(?:o )?reembolso|estorno|ser reembolsad[oa])\b"
)
_DISPUTES = re.compile(
    r"\b(?:contest\w+|disput\w+|chargeback|estorn\w+)\b.*\b(?:cartao|banco|compra|operadora)\b"
    r"|\b(?:cartao|banco|operadora)\b.*\bcontest\w+"
)
_CAN_BE_DISPUTED = frozenset([OrderState.PAID, OrderState.ACCEPTED, OrderState.SHIPPED, OrderState.DELIVERED])
_UNDELIVERED = ReturnReason.UNDELIVERED
_GUARANTEE = re.compile(r"\b(?:ainda|ta|esta|cobre|dentro)\b.*\bgarantia\b|\bacionar (?:a )?garantia\b")
_FAILED = re.compile(
    r"\b(?:entr\w+|vaz\w+|pinga\w*) (?:\w+ )?(?:agua|oleo)\b|\b(?:parou|nao (?:ta|esta)) (?:de )?funcion\w+\b"
)
_THE_PART = re.compile(r"\b(?:el[ea]s?|(?:essa|a) peca|que (?:eu )?comprei|d[eo] voces|com voces|d[eo] vcs|com vcs)\b")
GUARANTEE = timedelta(days=90)
PAID = frozenset([OrderState.PAID, OrderState.ACCEPTED])
_UNDER_WAY = frozenset([ReturnState.ASKED, ReturnState.ACCEPTED])


def in_words(talk: Talk, heard: Heard) -> bool:
    """*O farol chegou trincado*, *me arrependi*, *como devolvo?* about a delivered part; *vou ficar com ela*."""
    delivered = _at_home(talk, heard)
    if not delivered:
        return False
    if returning.keeps(heard.folded):
        return _keeps(talk, delivered)
    claimed = _CAME.search(heard.folded) and not _NOT_CAME.search(heard.folded)
    reason = returning.reason_in(heard.folded)
    if reason in ("wrong", "broken") and claimed:
        return _start(talk, heard, delivered, reason)
    if returning.does_not_fit(heard.folded):
        return _start(talk, heard, delivered, "regret")
    if not _WANTS_BACK.search(heard.folded):
        return False
    return _start(talk, heard, delivered, reason if reason == "regret" else "")


def under_guarantee(talk: Talk, heard: Heard) -> bool:
    """*Começou a entrar água, ainda tá na garantia?*, after the seven days: the law's guarantee, and a person."""
    if talk.seller is not None or bought(talk, returning.DELIVERED) or buyer.wants_to_buy(heard):
        return False
    named = about.orders_in(heard, talk)
    closed = [o for o in bought(talk, frozenset([OrderState.CLOSED])) if not named or o.number in named]
    if heard_as(heard, "find_part").slot("part"):
        closed = meant.by_part(closed, heard.text)
    failed = _FAILED.search(heard.folded) or returning.reason_in(heard.folded) == "broken"
    if not closed or not (_GUARANTEE.search(heard.folded) or (failed and _THE_PART.search(heard.folded))):
        return False
    order, day = closed[0], calendar.today(talk.now)
    since = calendar.local(order.delivered_at).date() if order.delivered_at else day
    talk.note(texts.under_guarantee(order, since + GUARANTEE, over=day > since + GUARANTEE))
    engine.start(talk, "person", {"about": f"pedido #{order.number}, garantia: {heard.text[:120]}"})
    return True


def wants_money(talk: Talk, heard: Heard) -> bool:
    """*Quero meu dinheiro*: what was paid is cancelled after a yes, what was delivered is returned."""
    if not _WANTS_MONEY.search(heard.folded) or "?" in heard.text:
        return False
    delivered = _at_home(talk, heard)
    if delivered:
        return _start(talk, heard, delivered, returning.reason_in(heard.folded) or "regret")
    return bool(bought(talk, PAID)) and people.start("cancelling")(talk, heard)


def _keeps(talk: Talk, delivered: list[Order]) -> bool:
    """A buyer who keeps the part posts nothing: the return ends by itself."""
    back = next((o for o in delivered if o.back is not None and o.back.state in _UNDER_WAY), None)
    frame = next((f for f in talk.frames if f.flow == "returning"), None)
    if frame is not None:
        talk.frames = [f for f in talk.frames if f is not frame]
        talk.frame = talk.frames[-1] if talk.frames else None
        talk.options = ()
    if back is None and frame is None:
        return False
    talk.say(texts.keeps(back) if back is not None else texts.kept(delivered[0]))
    return True


_ON_THE_WAY_BACK = re.compile(
    r"\b(?:voltando|voltou|volta|devolvid[oa]|devolveu|retorn\w+)\b.*\b(?:remetente|vendedor|loja)\b"
    r"|\b(?:manda\w*|envia\w*|entreg\w+)\b.*\b(?:de novo|outra vez|novamente)\b|\bfrete de novo\b|\bcancel\w+\b"
)


def carried_back(talk: Talk, heard: Heard) -> bool:
    """*Tá voltando pro remetente*, *manda de novo*, about a parcel that could not be delivered."""
    coming = [o for o in bought(talk, frozenset([OrderState.RETURNING])) if o.back and o.back.reason is _UNDELIVERED]
    if not coming or not _ON_THE_WAY_BACK.search(heard.folded) or bought(talk, OPEN):
        return False
    talk.say(texts.carried_back(coming[0]))
    engine.resume(talk)
    return True


def give_back(talk: Talk, heard: Heard) -> bool:
    """*Devolver 1042*, as the notice suggests."""
    match = _GIVE_BACK.match(heard.folded)
    if match is None:
        return False
    engine.start(talk, "returning", {"order": int(match[1])})
    return True


def disputes(talk: Talk, heard: Heard) -> bool:
    """*Vou contestar no cartão*, from a buyer: what can be done here at once, and a person."""
    live = bought(talk, _CAN_BE_DISPUTED)
    if not live or not _DISPUTES.search(heard.folded):
        return False
    over = re.search(r"\b(?:cancel|retir|desist|encerr)\w+\b.*\b(?:contest|disput|chargeback)", heard.folded)
    talk.note(texts.dispute_over() if over else texts.before_a_dispute())
    engine.start(talk, "person", {"about": f"pedido #{live[0].number}: {heard.text[:120]}"})
    return True


def complain(talk: Talk, heard: Heard) -> bool:
    """*O código não funciona* is answered with a working code; everything else goes to a person."""
    if talk.seller is not None and not bought(talk):
        return False  # without a purchase there is nothing to complain about here
    waiting = [o for o in bought(talk, frozenset([OrderState.AWAITING_PAYMENT])) if o.charge is not None]
    if waiting and _ABOUT_CODE.search(heard.folded):
        method = waiting[0].charge.method if waiting[0].charge else "pix"
        engine.start(talk, "paying", {"order": waiting[0].number, "method": str(method)})
        return True
    return _gives_back(talk, heard) or people.call("")(talk, heard)


def refund(talk: Talk, heard: Heard) -> bool:
    """*Quero devolver*, *quero meu dinheiro*: cancel what was not posted, return what was delivered."""
    if _gives_back(talk, heard):
        return True
    if _ASKS_WHEN.search(heard.folded):
        return people.orders(all_of_them=True)(talk, heard)  # where it is, not a wish to cancel
    named = about.orders_in(heard, talk)
    paid = [o for o in bought(talk, PAID) if not named or o.number == named[0]]
    if not paid or heard.meaning.confidence < people.VERY_SURE:
        return people.call("")(talk, heard)
    return people.start("cancelling")(talk, heard)


def _gives_back(talk: Talk, heard: Heard) -> bool:
    """Whether it is about a delivered order: then ask what to do with it."""
    delivered = _at_home(talk, heard)
    if not delivered or heard.meaning.confidence < people.VERY_SURE:
        return False
    return _start(talk, heard, delivered, returning.reason_in(heard.folded))


def _at_home(talk: Talk, heard: Heard) -> list[Order]:
    """The delivered orders that a message may be about."""
    named = about.orders_in(heard, talk)
    if about.is_named_sale(talk, named):
        return []
    return [o for o in bought(talk, returning.DELIVERED) if not named or o.number == named[0]]


def _start(talk: Talk, heard: Heard, delivered: list[Order], reason: str) -> bool:
    named = about.orders_in(heard, talk)
    seed: dict[str, Any] = {"words": heard.text[:300], **({"reason": reason} if reason else {})}
    if returning.wants_another(heard.folded):
        seed["exchange"] = True
    if named or len(delivered) == 1:
        seed["order"] = delivered[0].number
    engine.start(talk, "returning", seed)
    return True
