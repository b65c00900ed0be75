"""Problems of buyers that the bot cannot solve: it says what they can do at once, and calls a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations import engine
from bot.conversations.flows.orders import bought
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import trouble as texts
from bot.domain.order import OrderState

_ANY = frozenset(OrderState)


@dataclass(frozen=True)
class _Trouble:
    shape: re.Pattern[str]
    said: Callable[[], str]
    states: frozenset[OrderState]
    """States of the orders that it can be about."""
    without: bool = False
    """Whether it also applies without an order."""


_TROUBLES = (
    _Trouble(
        re.compile(
            r"\b(?:pix|paguei|transferi|depositei)\b.*\boutra (?:chave|conta)\b"
            r".*\b(?:zap|whats\w*|numero|alguem|dizendo)\b"
            r"|\b(?:ca[ií]|caimos|fui vitima) (?:n?um|em um|n?o|de(?: um)?) golpe\b"
            r"|\b(?:dizendo|falando|fingindo|se passando)\b.*\b(?:era|e|eh|ser|por)\b.*\b(?:vcs|voces|da loja)\b"
        ),
        texts.fraud,
        _ANY,
        without=True,
    ),
    _Trouble(
        re.compile(
            r"\b(?:entregador|carteiro|motorista|motoboy|transportadora|correios?)\b"
            r".*\b(?:tax\w+|cobr(?:ou|ando|aram)|pagar|pediu (?:dinheiro|\d+))\b"
        ),
        texts.nothing_at_the_door,
        frozenset([OrderState.SHIPPED]),
    ),
    _Trouble(
        re.compile(
            r"\b(?:entregue|entregaram)\b.*\bnao (?:\w+ )?(?:cheg\w+|receb\w+|veio|esta)\b|\bquem (?:assinou|recebeu)\b"
            r"|^nao (?:chegou|recebi) nada\b"
        ),
        texts.delivered_elsewhere,
        frozenset([OrderState.DELIVERED]),
    ),
    _Trouble(
        re.compile(
            r"\b(?:veio|chegou|recebi)\b.*\b(?:faltando|faltou|incomplet\w+)\b|\bfalt(?:ou|am|aram) (?:peca|parafuso)"
        ),
        texts.pieces_missing,
        frozenset([OrderState.DELIVERED]),
    ),
    _Trouble(
        re.compile(
            r"\bdinheiro\b.*\bnao (?:voltou|caiu|veio|chegou)\b"
            r"|\bcomprovante d[eoa] (?:estorno|reembolso|devolucao)\b"
        ),
        texts.refund_not_come,
        frozenset([OrderState.CANCELLED, OrderState.RETURNED]),
    ),
    _Trouble(
        re.compile(
            r"\bcart(?:ao|oes)\b.*\b(?:erro|recus\w+|nao (?:passou|autoriz\w+))\b"
            r".*\b(?:cobr\w+|fatura|descont\w+|debit\w+)\b"
        ),
        texts.card_shown_as_charged,
        frozenset([OrderState.AWAITING_PAYMENT]),
    ),
    _Trouble(
        re.compile(
            r"\b(?:comprei|compra|peca)\b.*\b(?:queim\w+|parou|defeit\w+|quebrou|estragou|pifou)\b"
            r"|\btem garantia ainda\b|\b(?:queimou|pifou|parou de funcionar)\b"
        ),
        texts.broke_later,
        frozenset([OrderState.CLOSED]),
    ),
)


def trouble(talk: Talk, heard: Heard) -> bool:
    """*O entregador quer 30 de taxa*, *caí num golpe*, *veio faltando*; False if it is none of these."""
    if heard.choice or talk.seller is not None:
        return False
    named = about.orders_in(heard, talk)
    for one in _TROUBLES:
        if not one.shape.search(heard.folded):
            continue
        orders = [o for o in bought(talk, one.states) if not named or o.number in named]
        if not orders and not one.without:
            continue
        talk.note(one.said())
        which = f"pedido #{orders[0].number}: " if orders else ""
        engine.start(talk, "person", {"about": f"{which}{heard.text[:160]}"})
        return True
    return False
