"""When words about paying, cancelling or pricing are no request, but a report, a refusal, a plan or a question.

A topic is not an intent: "quero pix" asks for a code, "o pix caiu?" asks about a payment. Doubtful requests are
confirmed before anything is done. All patterns read the words as cues do: in their usual spelling, with placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.domain.text import words

_PAYING = words("pay_pix pay_boleto pay_card")
_ASKS = (
    r"quer(?:o|ia|emos|endo)|queri|gostaria|prefir\w+|precis\w+|pode|podem|poss[oa]|consig\w+|consegu?[ei]\w*|da pra"
    r"|tem (?:jeito|como)|vou|vamos|bora|solicit\w+|favor|fazer|faca|me ve|aceit\w+"
    r"|como (?:que |e que |eu )*(?:fac|faz|pec|ped|pag|pass|devolv|receb|cancel|peg|func|parcel)\w*"
)
"""Words that request something, whatever it is."""
_WISHED = {
    "cancel_order": rf"\b(?:cancel|anul|abort)(?:a|e|em)\b|\bdesist\w+|\bnao (?:quero|vou|rola)\b"
    rf"|\b(?:{_ASKS}|pra|da)\b.*\b(?:cancel|anul|abort|desfaz)\w*|\bcancelamento\b.*(?:_order_|_num_|pedido|compra)"
    r"|_(?:order|num)_ cancelar\b|\b(?:cancel|anul)ar\b.*(?:_order_|_num_|_part_|pedido|compra)",
    "refund": rf"\b(?:{_ASKS}|quando|cade|nada|vao|demora\w*|prazo|tempo|falta|arrepend\w+|dinheiro|valor|duas|dobro"
    r"|direito|cai|vem|devendo|metade|fatura|devolvo)\b|\b(?:estorno|reembolso) \?|\bnao (?:ca|cheg|entr|volt)\w+"
    r"|\b(?:devolv|estorn|reembols|ressarc|restitu)(?:a|am|e|em)\b"
    r"|\b(?:devol|estorn|reembols)\w+ d[aoe] .*(?:_order_|_num_|_part_|_amount_)",
    "pay": rf"\b(?:{_ASKS}|pag(?:o|ar|ando|amos)|pag(?:a|am) (?:so |somente )?(?:n[oa]|com|por|em)|pagamento|quitar"
    r"|pass(?:ar?|o)|bot(?:a|ar)|coloc(?:a|ar|o)|troc(?:a|ar)|peg(?:ar?|o)|fica bom|deixa|renova|credito ou debito"
    r"|trabalh\w+|(?:so|somente|apenas) (?:trab|pag|tenh|aceit|n[oa]|com|por|vis|_)\w*|chave d[eo] voces"
    r"|chave pix d[eo] voces|qr ?\w*|copia e cola|link|solt\w+|mandar?|ger(?:a|ar|e)|emit\w+|cri(?:a|ar|e)|cobr\w+"
    r"|fech\w+|parcel(?:a|ar|o|em|ado|e|amento)|divid\w+|faturar|quant[ao]s|max\w+|juros|desconto|maquininha|recus\w+"
    r"|qua(?:l|is) (?:[ao] |e |[ao]s )?(?:chave|link|max|lim|juro|cnpj|valor|num|cod|band)\w*|negou|vista|melhor"
    r"|tent\w+|opcao)\b|\b(?:codigo|pix|boleto|link)\b.*\bvenc\w+|_installments_|\btem (?:boleto|pix|cartao)\b"
    r"|_(?:order|num)_ (?:n[oa]|por|em)\b|_(?:order|num|doc)_$|\bcodigo\b.*\bnao\b",
    "edit_price": r"(?:_amount_|_num_)(?!.*\?)|_percent_ (?:off )?(?:a |de |no |na |pra )(?!mais barat)(?!.*\?)"
    r"|\b(?:mud|alter|troc|corrig|reajust|ajust|abaix|baix|aument|reduz|diminu|coloc|bot|deix|pass|mex|atualiz|acert"
    r"|arrum)(?:ar|a|e|er|ir|i|ue|em)?\b|\b(?:sub|sob)(?:ir|a|e)\b|\bpreco (?:nov|errad)\w|\bnov[oa] (?:preco|valor)\b"
    r"|\berr(?:ei|ad[oa])\b|\b(?:da|poe|por|fazer|tirar?|desconto|promocao)\b(?!.*\?)",
    "charge_request": r"\b(?:cobra|cobrar|cobre|fazer|link|preciso|quero)\b|_amount_|_num_"
    r"|\b(?:mand|ger|envi|emit|cri|fac)(?:a|ar|e)\b",
}
"""What a request contains besides its topic: a verb, an amount, an order. In a short message the topic is enough
("pix")."""
_FEW = 3
_NOW = re.compile(
    r"\b(?:quer(?:o|ia|emos)|gostaria|prefiro|preciso|tem como|da pra|consegu?e\w*|fazer|faca|cade|nada d[oe]|falta"
    r"|(?:ger|mand|envi|pass|emit|cancel|troc|mud|cobr|estorn|tent|libera|reenvi)(?:ar?|em?|ir|i)"
    r"|devolv(?:a|am|e|er)|nao (?:le|abr\w+|funcion\w+)|expir\w+)\b"
)
"""A request for now; a past tense beside it only gives the background."""
_DONE = {
    "cancel_order": r"\bcancel(?:ei|ou|aram|amos|ad[oa]s?)\b",
    "refund": r"^(?!.*\b(?:nao|nem|ainda|so|quando|dinheiro|valor|duas|dobro)\b).*\b(?:receb[iu]\w*|ca(?:iu|iram)"
    r"|entrou|chegou|aceitei|autorizei|devolv(?:i|eu|emos|eram)|reembolsaram|estornaram)\b"
    r"|\b(?:dinheiro|valor)\b.*\b(?:voltou|chegou|caiu)\b.*\b(?:cert\w+|ja|valeu|obrigado)\b",
    "pay": r"\besta pag[oa]\b"
    r"|\b(?:fiz|fez|fizeram|pag(?:uei|ou|amos|aram)|ca(?:iu|iram)|receberam|mandou|mandaram|ger(?:ou|ei|aram)"
    r"|apareceu|veio|parcel(?:ei|ou|aram)|dividi(?:u|ram)|perdi|ficou|passou|passaram|chegou|chegaram)\b",
    "edit_price": r"\b(?:mud|baix|abaix|aument|alter|reajust)(?:ei|ou|aram)\b(?!.* agora )|\bsubi(?:u|ram)\b",
    "charge_request": r"\bcobr(?:ei|ou|aram|ad[oa])\b|\b(?:pag(?:ou|aram)|venceu|venceram|caiu)\b",
    "change_carrier": r"\b(?:troc|mud)(?:ou|aram|ei)\b",
}
_OTHERWISE = {
    "": r"^(?:e |mas )?(?:de )?quem\b|\b(?:vou|preciso|deixa eu)(?: \w+)? (?:pensar|perguntar|ver (?:com|se))\b"
    r"|\bpens(?:ei|o|ando|amos) em\b"
    r"|\bdepois (?:eu|pago|passo|faco|vejo|a gente)\b"
    r"|\beu ia\b|\bia (?:cancelar|pagar|devolver|pedir)\b|\bquando eu (?:receber|puder|tiver)\b"
    r"|\bantes de (?:eu )?(?:pagar|cancelar|devolver|parcelar|fazer)\b|\bdesist\w+ (?:de desistir|nao)\b"
    r"|\bvale a pena\b|\btodo mundo\b"
    r"|\boutra loja\b",
    "cancel_order": r"\bcancel\w+ (?:nada )?nao\b(?! (?:quer|vou (?!pagar)|serv|precis|vai|cheg|d[ae]|tenh|me ))"
    r"|\bmas (?:eu )?quero (?:a|o|ess[ae]|minha|meu|receber|ficar)\b|\bmant(?:em|er|enha)\b|\bdesfa\w+ o cancel"
    r"|\bentao deixa\b|\b(?:que|quem) cancela\b|\b(?:sistema|por ?que)\b.*\bcancela\b|\bcancela\b.*\bautomatic\w+"
    r"|\bcancel\w+ (?:so )?(?:o|a|os|as|ess[ae]|est[ae]|ultim[oa])? ?(?:audio|lembrete|aviso|mensag\w+|troca|mudanca"
    r"|cadastro|anuncio|foto|video|duvida|pergunta|alteracao|inscricao)",
    "refund": r"\bcomo ficou\b|\bmotivo\b|\bquanto (?:e|vai ser) descontado\b"
    r"|\b(?:descont|sai)\w*\b.*\b(?:repasse|bolso)\b",
    "pay": r"^(?:e |mas )?que\b|\bsem (?:dinheiro|saldo|grana)\b|\bcompens\w+\b|\bmedo\b|\be seguro\b|\bmeu limite\b"
    r"|\b(?:minha chave|fatura|depois que|vai passar|quanto tempo vale)\b|\b(?:agend|program)ad[oa]\b"
    r"|(?:\bparcelas?\b|_installments_).*\b(?:falt|venc|atras|rest|cai)\w*\b"
    r"|\b(?:falt|venc|atras|rest|ultima)\w*\b.*(?:\bparcelas?\b|_installments_)"
    r"|\b(?:clientes?|comprador\w*)\b|\btaxa\b.*\b(?:sai|descont\w+|mim)\b|\bjuros\b.*\b(?:alt|car|absurd)[oa]s?\b"
    r"|\b(?:mae|pai|tio|tia|vizinh\w|prim[oa]) (?:\w+ )?(?:foi|pag\w+|vai)\b(?!.*\b(?:mand|ger|pass)\w+)",
    "edit_price": r"\bque eu (?:levo|fecho|compro)\b|\bse eu (?:levar|pagar|comprar|fechar)\b|\bconcorrentes?\b"
    r"|\b(?:consegu?e\w*|rola|tem|teria|da|faz\w*)\b.*(?:desconto|_percent_).*(?:\bpra mim\b|\?)|\bfrete\b"
    r"|^(?!.*(?:_amount_|_num_|_percent_)).*\bposso\b.*\bdepois\b",
    "charge_request": r"\bme cobr|\b(?:taxa|comissao|quem)\b",
    "change_carrier": r"\bpor ?que\b|\bqual\b",
}
"""Postponed, requested by somebody else, or about something else; the first entry applies to all."""
_OWN = {
    "cancel_order": r"cancel\w*|desist\w*|abort\w*",
    "refund": r"devol\w*|estorn\w*|reembols\w*|ressarc\w*",
    "edit_price": r"mud\w+|alter\w+|baix\w+|abaix\w+|aument\w+|sub\w+|preco",
    "charge_request": r"cobr\w+",
    "change_carrier": r"transportadora|_carrier_",
}
"""The topic's own verbs and nouns."""
_BESIDE = _OWN | {"refund": rf"{_OWN['refund']}|dinheiro|valor", "pay": r"pix|boleto|cartao|credito|pag\w+|parcel\w+"}


def _all(shapes: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(shape) for name, shape in shapes.items()}


_WISHES, _PAST, _ELSE = _all(_WISHED), _all(_DONE), _all(_OTHERWISE)
_INSTEAD = _all({n: rf"\b(?:do que|(?:em vez|ao inves|no lugar) d[eoa])\b.*\b(?:{o})\b" for n, o in _BESIDE.items()})
_REFUSED = _all(
    {n: rf"\b(?:nao|nunca|nem)(?: (?:vou|quero|precis\w+|pode\w*|e pra))? (?:{o})\b" for n, o in _OWN.items()}
)


def is_doubted(intent: str, said: Sequence[str]) -> bool:
    """Whether the words of a message that would move money leave it open that this is wanted, and now."""
    line = " ".join(said)
    kind = "pay" if intent in _PAYING else intent
    return (
        _is_refused(kind, said, line)
        or (kind == "pay" and _leaves_the_way_open(said))
        or any(_has(shapes, kind, line) for shapes in (_ELSE, _INSTEAD))
        or _has(_ELSE, "", line)
        or (_has(_PAST, kind, line) and not _NOW.search(line))
        or (kind in _WISHES and len(said) > _FEW and not _has(_WISHES, kind, line))
    )


def _has(shapes: Mapping[str, re.Pattern[str]], kind: str, line: str) -> bool:
    return kind in shapes and bool(shapes[kind].search(line))


_WAYS = words("pix boleto cartao")
_TO = words("pro pra para ao no")
_BACK = ("devol", "estorn", "reembols", "ressarc", "cancel", "desist", "volt")


def _leaves_the_way_open(said: Sequence[str]) -> bool:
    """Whether two payment methods are named ("tô sem limite no cartão, faz no pix"), or one beside a refund."""
    goes_back = any(w.startswith("volt") and after in _TO for w, after in pairwise([*said, ""]))  # *volta pro pix*
    return len({w for w in said if w in _WAYS}) > 1 or (not goes_back and any(w.startswith(_BACK) for w in said))


_REFUSAL = words("nao nem nunca jamais")
# "não consigo pagar no pix" and "não quero mais o pedido" are requests; "não quero pix" is not
_ASKS_ANYWAY = words(
    "consigo consegui recebi chegou funciona funcionou achei abriu abre serviu veio le passou tem tenho temos"
)


def _is_refused(kind: str, said: Sequence[str], line: str) -> bool:
    """Whether a *não* negates the request itself ("não quero pagar no pix", "não cancela")."""
    if _has(_REFUSED, kind, line):
        return True
    gives_up = kind in ("cancel_order", "refund")
    for i, word in enumerate(said):
        if word not in _REFUSAL:
            continue
        after = said[i + 1 : i + 4]
        if gives_up and ("mais" in after or "vou" in after):
            continue  # "não quero mais a peça": a request to cancel
        if not after or after[0] not in _ASKS_ANYWAY:
            return True
    return False
