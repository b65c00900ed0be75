"""What shops ask about selling here: answered from the rules at any question, which then comes back."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversations import engine
from bot.conversations.flows import sales
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as inventory_texts
from bot.conversations.texts import packing as packing_texts
from bot.conversations.texts import selling as selling_texts
from bot.conversations.texts import shop_questions as texts
from bot.domain.order import OrderState
from bot.domain.shop import Rules

QUESTIONS: tuple[tuple[re.Pattern[str], Callable[[Rules], str]], ...] = (
    (
        re.compile(
            r"^(?=.*\?|(?:\S+\s*){1,6}$).*"
            r"\b(?:taxa|comissao|quanto (?:voces|vcs) (?:cobram|descontam)|quantos? por cento)\b"
        ),
        lambda rules: inventory_texts.fee(rules.fee_percent),
    ),
    (
        re.compile(r"\bfrete gratis\b|\bquem paga (?:o )?frete\b|\b(?:pago|pagar|banco) o frete\b"),
        lambda _: inventory_texts.freight_is_the_buyers(),
    ),
    (
        re.compile(
            r"\b(?:nao tenho|sem|cade|quebrou (?:a|minha)) (?:uma )?impressora\b"
            r"|\bimpressora (?:quebr\w+|pifou|trav\w+|nao \w+|parou)\b"
            r"|\b(?:post\w+|mand\w+|envi\w+) sem (?:a )?etiqueta\b|\bonde (?:eu )?imprim\w+\b"
        ),
        lambda _: selling_texts.no_printer(),
    ),
    (
        re.compile(
            r"^(?:e |mas )?(?:a?onde|em que lugar) (?:que )?(?:eu )?(?:posto|levo|deixo|entrego|despacho|postar)\b"
        ),
        texts.where_to_post,
    ),
    (
        re.compile(r"\bagencia\b.*\b(?:fechad[ao]|fechou|nao abriu|nao abre|cheia)\b"),
        texts.another_agency,
    ),
    (
        re.compile(
            r"\b(?:posso|da pra|pode)\b.*\b(?:outra transportadora|outro jeito|entregar eu mesm[oa]"
            r"|eu mesm[oa] entreg\w+|entregar pessoalmente)\b"
        ),
        lambda _: packing_texts.only_with_the_label(),
    ),
    (
        re.compile(r"\b(?:quem|tem que|tenho que|preciso|eu)\b.*\b(?:pag\w+) (?:pel)?a? ?etiqueta\b"),
        texts.label_is_paid,
    ),
    (re.compile(r"\bcomo (?:eu )?(?:que )?(?:devo |faco pra |faco para )?(?:embal|empacot)\w+"), texts.how_to_pack),
    (
        re.compile(r"\b(?:compradore?s?|clientes?)\b.*\b(?:desconto|por menos|abatimento|mais barato)\b"),
        texts.discount,
    ),
    (
        re.compile(r"\bcomo (?:eu )?(?:\w+ ){0,3}?(?:mud|alter|troc|baix|aument)\w+ (?:o |os |um )?precos?\W*$"),
        texts.how_to_change_a_price,
    ),
    (
        re.compile(
            r"\bcomo (?:e|funciona|fica)\w*\b.*\b(?:devolu|troca)\w*"
            r"|\b(?:quanto tempo|prazo|ate quando)\b.*\b(?:devol|desist)\w+"
            r"|^(?:o |a )?(?:cliente|comprador)a? quer trocar\W*$"
        ),
        texts.returns,
    ),
    (
        re.compile(
            r"^(?:ja )?(?:vendi (?:n?o|n?a|aqui|por fora|uma|a)? ?(?:balcao|loja|peca)?|acabou|acabaram|esgotou)"
            r"(?: (?:o |no )?estoque| a peca| tudo)?\W*$"
        ),
        texts.which_part_is_gone,
    ),
    (
        re.compile(
            r"^(?:o |a |e se o |se o )?(?:cliente|comprador)a? (?:ainda )?nao pag(?:ou|ar)(?: o| a)?"
            r"(?: pedido| venda| boleto| pix)?(?: \d+)?(?: ainda)?\W*$"
        ),
        texts.not_paid_yet,
    ),
    (re.compile(r"^quant[ao]s (?:visitas|visualizacoes|cliques)\b"), texts.visits_are_not_counted),
    (
        re.compile(r"^(?:quero |como (?:eu )?)?(?:apag|exclu|remov)\w* (?:um |o |meu )?anuncio\W*$"),
        texts.which_listing_to_remove,
    ),
)
_WHAT_SOLD = re.compile(
    r"^(?:qual|quais|que|o que)(?: foi| foram| e)?(?: a| as)? ?(?:pecas? |farol |anuncio )?(?:que )?(?:eu |a gente )?"
    r"(?:vendeu|vendi|vendemos|venderam|saiu|sairam)(?: hoje| ontem| agora)?\W*$"
)
_SENT_WRONG = re.compile(
    r"^(?!.*\?).*\b(?:mandei|enviei|despachei|postei|embalei|mandamos|enviamos)\b.*\berrad[oa]s?\b"
    r"|\btroquei as (?:pecas|caixas|etiquetas)\b"
)
_SENT = frozenset([OrderState.SHIPPED, OrderState.DELIVERED])
NOTHING_TO_SEND = re.compile(r"\b(?:preciso|precisa|tenho que|obrigad[oa])\b.*\b(?:nota|nf|nfe)\b")
"""With a sale to send, the question is about its invoice."""


def question(talk: Talk, heard: Heard) -> bool:
    """Answer a shop's question about selling; False if it is none of these."""
    if talk.seller is None or heard.choice:
        return False
    if _WHAT_SOLD.match(heard.folded):
        engine.start(talk, "sales", {"all": True})
        return True
    if _SENT_WRONG.search(heard.folded):
        return _wrong_part_sent(talk, heard)
    answer = next((answer for shape, answer in QUESTIONS if shape.search(heard.folded)), None)
    if answer is None and NOTHING_TO_SEND.search(heard.folded) and not sales.sold(talk, sales.TO_SHIP):
        answer = texts.invoices
    if answer is None:
        return False
    talk.say(answer(talk.rules))
    engine.resume(talk)
    return True


def _wrong_part_sent(talk: Talk, heard: Heard) -> bool:
    """*Mandei a peça errada*: a person sorts it out with both sides, with the sale at hand."""
    named = about.orders_in(heard, talk)
    sent = sales.sold(talk, _SENT)
    which = about.named(talk, named[0]) if named else f"venda #{sent[0].number}" if len(sent) == 1 else ""
    talk.note(texts.wrong_part_sent())
    engine.start(talk, "person", {"about": ", ".join(w for w in (which, heard.text[:160]) if w)})
    return True
