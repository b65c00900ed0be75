"""A shop's questions about money and people: who has not paid, the month's figures, a complaining buyer."""

from __future__ import annotations

import re

from bot.conversations import engine
from bot.conversations.flows import chasing, sales, taking_back
from bot.conversations.flows.orders import bought
from bot.conversations.language import dates
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import collecting as collecting_texts
from bot.domain.order import OrderState
from bot.domain.text import words

_FIGURES = re.compile(
    r"\b(?:quanto|qto|qnt)\b.*\b(?:deu|fiz|faturei|entrou|rendeu|foi)\b|\bfaturamento\b"
    r"|\bfech\w+ (?:o )?caixa\b|\bfechamento\b|\bfaturei\b"
)
_OF_PERIODS = words("e em no na o a do da nesse nessa neste nesta esse essa este esta desse dessa deste desta")
_RATINGS = re.compile(
    r"^(?!.*\b(?:fiscal|nfe?|anuncio|chave)\b)"
    r".*(?:\b(?:minhas?|ver|quais|como|qual|quantas?|tenho|recebi|da loja|me)\b.*"
    r"\b(?:avaliac\w+|reputacao|estrelas|notas? (?:da loja|dos (?:clientes|compradores)))\b"
    r"|^(?:qual (?:e |eh )?)?(?:a )?minhas? (?:notas?|media)\W*$|^avaliacoes\W*$"
    r"|\bcomo (?:fui|sou|estou|to) avaliad\w+\b)"
)
_UNSOLD = re.compile(
    r"^(?!.*\b(?:correios?|transportadora|transito|pedido|encomenda|entrega|comprador\w*|cliente)\b)"
    r".*(?:\b(?:o que|oq|quais|qual|pecas?|anuncios?|produtos?|estoque|que)\b.*"
    r"\b(?:nao (?:vend(?:e|em|eu|eram|endo)|sa(?:i|em|iu|iram)|gira\w*|(?:ta|esta\w*|tao) vendendo)"
    r"|parad[oa]s?|encalhad[oa]s?|encalhou|mofando|encostad[oa]s?|sem (?:venda|saida|giro))\b"
    r"|\bparad[oa]s? (?:n[oa] )?estoque\b)"
)
_OBJECTS = re.compile(
    r"\b(?:comprador\w*|clientes?)\b.{0,40}"
    r"\b(?:quebrad|defeito|errad|reclam|devolv|enganad|mentind|nao (?:quer|recebeu))\w*"
)
_SENT = frozenset([OrderState.SHIPPED, OrderState.DELIVERED])
_CLOSES_FOR_GOOD = re.compile(
    r"\b(?:cancel\w+|encerr\w+|exclu\w+|apag\w+|fech\w+|sair d[ao]) (?:de vez )?(?:a |o )?(?:minha |meu )?"
    r"(?:conta|cadastro|plataforma)\b|\b(?:fechar|encerrar) (?:a |minha )+loja (?:de vez|pra sempre|definitivamente)\b"
)
_FIADO = re.compile(r"\b(?:fiado|pendura\w*|caderneta)\b")
_UNPAID = re.compile(
    r"\b(?:quem|quais|qual|alguem)\b.*\b(?:nao pag\w+|falta pagar|deve\w*|devendo|pendente)\b"
    r"|\b(?:vendas?|pedidos?|cobrancas?)\b.*\b(?:nao pag[oa]s?|sem pagar|em aberto|pendentes?)\b"
)
_OF_CHARGE = re.compile(
    r"\b(?:el[ae]|[oa] [a-z]+) (?:ja )?(?:pagou|respondeu|viu)\b.*\?"
    r"|\b(?:el[ae]|[oa] [a-z]+) (?:disse|falou|diz|fala|ta falando|esta dizendo) que nao "
    r"(?:chegou|recebeu|veio|achou)\b"
    r"|\bnao (?:chegou|veio)\b.*\b(?:pr[ao]|del[ae]|el[ae])\b|\b(?:el[ae]|cliente) nao (?:recebeu|achou)\b"
    r"|\b(?:manda\w*|envia\w*|reenvia\w*|cobra)\b.*\b(?:de novo|outra vez|novamente)\b"
    r"|\b(?:reenvia\w*|manda\w*|envia\w*) (?:\w+ ){0,3}(?:link|codigo|cobranca|pix) pr[oa]\b"
    r"|\b(?:cancela\w*|apaga\w*|desfaz\w*|retira\w*) (?:ess[ae] |[ao] )?(?:cobranca|link)\b"
)
_NOT_THERE = re.compile(
    r"\bnao (?:chegou|recebeu|veio|achou)\b.*\b(?:boleto|pix|link|codigo|cobranca|mensagem)\b"
    r"|\b(?:boleto|pix|link|codigo|cobranca|mensagem)\b.*\bnao (?:chegou|foi|veio)\b"
)
_AGAIN = re.compile(
    r"\b(?:de novo|outra vez|novamente|reenvia\w*|nao (?:chegou|recebeu|veio|achou|foi))\b"
    r"|\b(?:link|codigo|cobranca|pix) pr[oa]\b"
)
_CHARGE_SAID = re.compile(r"\b(?:cobranca|link)\b")
_CANCELS = re.compile(r"\b(?:cancel|apag|desfa|retir)\w*")
_WAITS = frozenset([OrderState.AWAITING_PAYMENT])


def unpaid(talk: Talk, heard: Heard) -> bool:
    """*Quem não pagou ainda?*, *fiado*, *ele pagou?*, *manda de novo o link*, *cancela essa cobrança* from a shop."""
    if talk.seller is None or any(f.flow == "collecting" for f in talk.frames):
        return False
    if _FIADO.search(heard.folded):
        talk.say(collecting_texts.no_tab())
        engine.resume(talk)
        return True
    if _UNPAID.search(heard.folded):
        engine.start(talk, "sales", {"unpaid": True})
        return True
    not_there = _NOT_THERE.search(heard.folded) and not bought(talk, _WAITS)  # otherwise it is about their own purchase
    if not (_OF_CHARGE.search(heard.folded) or not_there) or "etiqueta" in heard.folded:
        return False
    named = about.sales_in(heard, talk)
    if named is None:
        return False
    sent = chasing.unpaid(talk)
    wish = "withdraw" if _CANCELS.search(heard.folded) else "again" if _AGAIN.search(heard.folded) else ""
    if wish and sent and (not named or named[0] in [c.order for c in sent]):
        about_it = {"order": named[0]} if named else {"said": heard.text[:120]}
        engine.start(talk, "chasing", {"wish": wish, **about_it})
    elif wish and not named and _CHARGE_SAID.search(heard.folded) and not _has_any(talk):
        talk.say(collecting_texts.none_is_open())
        engine.resume(talk)
    elif wish == "withdraw":
        return False
    elif waiting := [o for o in sales.sold(talk, _WAITS) if not named or o.number in named]:
        one = len(waiting) == 1 and waiting[0].by_hand
        talk.note(collecting_texts.payer_has_it(waiting[0].number) if one else collecting_texts.payers_are_reminded())
        engine.start(talk, "sales", {"unpaid": True})
    elif sent:
        talk.say(collecting_texts.not_answered_yet(sent[0].at))
        engine.resume(talk)
    else:
        return False
    return True


def _has_any(talk: Talk) -> bool:
    """Whether any payment is pending: the person's own, or of the shop's buyers."""
    return bool(bought(talk, _WAITS)) or bool(sales.sold(talk, _WAITS))


def standing(talk: Talk, heard: Heard) -> bool:
    """*Minhas avaliações*, *o que não vende?* from a shop."""
    if talk.seller is None:
        return False
    if _RATINGS.search(heard.folded):
        engine.start(talk, "ratings")
        return True
    if _UNSOLD.search(heard.folded):
        engine.start(talk, "unsold")
        return True
    return False


def figures(talk: Talk, heard: Heard) -> bool:
    """*Quanto deu o mês?*, *faturei quanto hoje?*."""
    said = next((heard.folded[a:b] for a, b in dates.find_periods(heard.folded)), "")
    if talk.seller is None or not said or not _FIGURES.search(heard.folded) or about.orders_in(heard, talk):
        return False
    engine.start(talk, "report", {"period": said})
    return True


def another_period(talk: Talk, heard: Heard) -> bool:
    """*E esse mês?*, *e ontem?* from a shop, and nothing else."""
    spans = dates.find_periods(heard.folded)
    said = next((heard.folded[a:b] for a, b in spans), "")
    if talk.seller is None or not said or not heard.folded.startswith("e "):
        return False
    if set(re.findall(r"\w+", heard.folded.replace(said, " "))) - _OF_PERIODS:
        return False
    engine.start(talk, "report", {"period": said})
    return True


def objects(talk: Talk, heard: Heard) -> bool:
    """*O comprador falou que veio quebrado*: answer an open return; pass anything else to a person."""
    if talk.seller is None or not _OBJECTS.search(heard.folded) or "?" in heard.text:
        return False
    if any(taking_back.is_coming(o) or taking_back.is_asked(o) for o in sales.sold(talk)):
        return False  # the notice says how to answer it
    named = about.sales_in(heard, talk)
    if named is not None:
        named = named or [o.number for o in sales.sold(talk, _SENT)[:1]]
    if not named:
        return False
    engine.start(talk, "person", {"about": f"venda #{named[0]}, {heard.text[:160]}"})
    return True


def closes_for_good(talk: Talk, heard: Heard) -> bool:
    """*Quero cancelar minha conta*: only a person closes a shop."""
    if talk.seller is None or not _CLOSES_FOR_GOOD.search(heard.folded):
        return False
    engine.start(talk, "person", {"about": f"encerrar a loja: {heard.text[:120]}"})
    return True
