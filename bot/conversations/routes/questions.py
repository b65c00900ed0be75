"""General questions before a purchase: answered from the shop's rules at any point, after which the open question comes
back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations import engine
from bot.conversations.flows.orders import bought
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as inventory_texts
from bot.conversations.texts import questions as texts
from bot.conversations.wishes import slots_as
from bot.domain.order import OrderState
from bot.domain.shop import Rules
from bot.domain.text import fold

_ASKS = re.compile(
    r"\?|\beu (?:mesm[oa] )?(?:busco|retiro|pego)\b|^nao quero (?:dar|passar|informar)\b|^(?:e |mas |oi |ola "
    r"|opa |bom dia |boa tarde |boa noite )*"
    r"(?:quem|tudo|quant\w+|qual|quais|como|onde|aonde|quando|ate que|que horas|de onde|da pra|pode|posso"
    r"|podem|aceita\w*"
    r"|tem|tu|voces?|vcs|se |e se|o ?que acontece|faz|fazem|atende\w*|entrega\w*|divide\w*|parcela\w*|horario"
    r"|formas?|prazo|garantia|preciso (?:pra|para)|quero (?:a )?nota|e (?:pra|para) (?:retirar|buscar)"
    r"|(?:o |a )?(?:meu|minha) \w+ (?:e )?(?:que )?(?:vai|pode) receber)\b"
)


def _always(_: Talk, __: Heard) -> bool:
    return True


def _before_buying(talk: Talk, heard: Heard) -> bool:
    """Neither in a purchase of a certain part, nor with an order: there the question is about that one."""
    buying = any(f.flow in ("buying", "paying") and (f.data.get("listing") or f.data.get("order")) for f in talk.frames)
    said = slots_as(heard.text, "quote_shipping")
    return not buying and not bought(talk) and not (said.get("part") or said.get("listing") or heard.slot("order"))


def _of_no_part(talk: Talk, heard: Heard) -> bool:
    """Nothing is ordered and no part named: otherwise its seller is asked. *400* of *faz por 400?* is no listing."""
    return _nothing_ordered(talk, heard) and not slots_as(heard.text, "quote_shipping").get("part")


def _before_buying_without_a_cep(talk: Talk, heard: Heard) -> bool:
    """With a destination in the message, the part is asked for instead."""
    return _before_buying(talk, heard) and not heard.slot("cep")


def _nothing_ordered(talk: Talk, _: Heard) -> bool:
    """Nor is a part being shown: for that one the question is passed on to the seller."""
    return not bought(talk) and not any(f.data.get("listing") for f in talk.frames)


def _is_idle(talk: Talk, heard: Heard) -> bool:
    """Nothing is open or ordered: the answer may explain how to begin."""
    return engine.is_idle(talk) and _before_buying(talk, heard)


def _is_giving_back(talk: Talk, _: Heard) -> bool:
    under_way = any(o.back is not None and o.state is not OrderState.RETURNED for o in bought(talk))
    return under_way or any(f.flow == "returning" for f in talk.frames)


def _nothing_under_way(talk: Talk, heard: Heard) -> bool:
    """No return is open, and no order is named: otherwise the question is about that one."""
    return not _is_giving_back(talk, heard) and not heard.slot("order")


def _has_not_ordered(talk: Talk, heard: Heard) -> bool:
    return not bought(talk) and not heard.slot("order")


def _has_ordered(talk: Talk, heard: Heard) -> bool:
    """An order, and no part on the table, whose seller would be asked."""
    return bool(bought(talk)) and not any(f.data.get("listing") for f in talk.frames) and not heard.slot("order")


def _is_cancelling(talk: Talk, _: Heard) -> bool:
    return talk.frame is not None and talk.frame.flow == "cancelling"


def _nothing_comes_back(talk: Talk, heard: Heard) -> bool:
    over = frozenset([OrderState.CANCELLED, OrderState.RETURNED])
    return not bought(talk, over) and not _is_giving_back(talk, heard)


def _nothing_is_here(talk: Talk, heard: Heard) -> bool:
    """No order that could be given back now."""
    here = frozenset([OrderState.DELIVERED, OrderState.CLOSED])
    return _nothing_under_way(talk, heard) and not bought(talk, here)


def _nothing_to_post(talk: Talk, heard: Heard) -> bool:
    return not bought(talk, frozenset([OrderState.PAID, OrderState.ACCEPTED])) and not heard.slot("order")


def _is_on_its_way(talk: Talk, _: Heard) -> bool:
    return bool(bought(talk, frozenset([OrderState.SHIPPED])))


def _is_joining(talk: Talk, heard: Heard) -> bool:
    return any(f.flow == "joining" for f in talk.frames) or bool(_OF_SELLING.search(heard.folded))


def _may_be_a_company(talk: Talk, heard: Heard) -> bool:
    """Not where the document is asked for: there it belongs to that question."""
    asked = talk.frame is not None and talk.frame.step == "document"
    return (
        not asked
        and not heard.slot("doc")
        and bool(re.search(r"\b(?:vende\w*|compr\w+|posso|pode|aceita\w*)\b", heard.folded))
    )


def _is_joining_now(talk: Talk, _: Heard) -> bool:
    return any(f.flow == "joining" for f in talk.frames)


def _nothing_waits(talk: Talk, _: Heard) -> bool:
    return not bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))


def _no_number_said(_: Talk, heard: Heard) -> bool:
    return not slots_as(heard.text, "pay_card").get("installments")


@dataclass(frozen=True)
class _Question:
    shape: re.Pattern[str]
    answer: Callable[[Rules], str]
    fits: Callable[[Talk, Heard], bool] = _always


def _asked(shape: str, answer: Callable[[Rules], str], fits: Callable[[Talk, Heard], bool] = _always) -> _Question:
    return _Question(re.compile(shape), answer, fits)


_YOU = r"(?:voces?|vcs)"
_DAY = r"(?:hoje|agora|amanha|domingos?|sabados?|feriados?|(?:de|a) noite|no (?:domingo|sabado|feriado))"
_LATER = r"hoje|amanha|segunda|terca|quarta|quinta|sexta|sabado|domingo|\d{1,2}|depois|semana que vem|mes que vem"
_OF_SELLING = re.compile(rf"\bvender\b|\b{_YOU} cobram\b(?!.*\b(?:frete|entrega)\b)")
_HOW_TO_PAY = (
    r"^(?!.*\b(?:troc|mud|alter|outr)\w+).*"
    r"(?:\b(?:formas?|opco?es|meios?|jeitos?|modos?) (?:de |pra |para )pag\w+"
    r"|\bcomo (?:e que )?(?:eu )?(?:faco (?:pra |para )?pagar|posso pagar|pago)\b"
    r"|\baceita\w* (?:o )?(?:pix|cart(?:ao|oes)|boleto|credito))"
)
"""Not *posso mudar a forma de pagamento?*, which is about an order."""
_NO_SUCH_WAY = (
    r"\b(?:aceita\w*|pag\w+)\b.*\b(?:debito|(?:aceita\w*|em|no|com) dinheiro|vale|cheque|na entrega|quando chegar"
    r"|maquin(?:inh)?a|multibanco|mb ?way)\b|\baceita\w* dinheiro\b"
    r"|\b(?:tem|no) debito\b|\bdebito (?:tem|aceita|pode)\b"
)
_IF_IT_IS_BAD = (
    r"\b(?:se|caso) (?:\w+ ){0,3}?(?:nao (?:servir|couber|der certo|funcionar|gostar|encaixar|prestar)"
    r"|(?:quebrar|estragar|queimar|pifar|vazar)\b"
    r"|(?:vier|chegar|der|tiver|estiver|for) (?:\w+ ){0,3}?(?:errad|defeit|quebrad|problema|trincad|rachad"
    r"|amassad|danific|riscad|diferente|trocad))"
)
"""The future subjunctive speaks of what has not happened: no complaint, whatever was bought."""

QUESTIONS = (
    _asked(
        r"\bperd\w+ (?:o |meu )?direito\b|\b(?:assinei|recebi|peguei)\b.*\bsem (?:abrir|ver|conferir|olhar)\b",
        texts.no_right_is_lost,
    ),
    _asked(r"\b(?:tenho|tenho so|so tenho) (?:[89]|1[0-7]) anos\b|\b(?:menor de idade|de menor)\b", texts.minors),
    _asked(
        r"\b(?:qual|que|de qual) (?:e )?(?:o )?banco\b|\bnome (?:que )?(?:aparece|vai aparecer|sai)\b"
        r"|\bquem (?:e|eh) (?:a |o )?(?:asaas|recebedor\w*|beneficiari\w+|autopars\b.*)|\b(?:recebedor"
        r"|beneficiari[oa]|favorecid[oa])\b",
        texts.payee,
    ),
    _asked(
        r"\bcomo (?:que )?(?:voce|vc) (?:ta|esta|vai)(?: hoje)?\W*$"
        r"|^(?:e ai |oi |ola |bom dia |boa tarde |boa noite )*tudo (?:bem|bom|certo|joia)\W*\?\W*$",
        texts.fine_thanks,
    ),
    _asked(
        r"\b(?:motoboy|moto boy|uber|lalamove|loggi|99)\b|\bentrega (?:propria|no mesmo dia|expressa|rapida)\b",
        texts.only_carriers,
    ),
    _asked(
        r"\b(?:que|qual|quais) (?:hora|horas|horario|periodo|dias)\b.*\b(?:entreg|cheg)\w+"
        r"|\bentreg\w+\b.*\b(?:aos? )?(?:sabados?|domingos?|feriados?|fi(?:m|ns) de semana|de manha|a tarde|a noite)\b",
        texts.days_of_delivery,
    ),
    _asked(
        rf"\b(?:quais|que|quantas) (?:pecas|produtos|itens)\b.*\b(?:{_YOU}|tem|vend\w+|trabalh\w+)\b"
        rf"|\b(?:o que|oq|oque) (?:e que )?{_YOU} (?:tem|vende\w*)\b|\b(?:catalogo|tabela de precos?|lista de pecas)\b",
        texts.catalogue,
    ),
    _asked(
        r"\bcart(?:ao|oes)\b.*\b(?:(?:em |n?o )?outro nome|outra pessoa|de outr\w+|nao e meu|emprestado)\b",
        texts.anybody_may_pay,
    ),
    _asked(
        r"\b(?:outra pessoa|marido|esposa|mulher|mae|pai|filh[oa]|irma[o]?|amig[oa]|outra conta|conta de outr\w+)\b"
        r".*\bpag\w+"
        r"|\bpag\w+\b.*\b(?:outra pessoa|outra conta|conta d[aeo])\b",
        texts.anybody_may_pay,
    ),
    _asked(
        rf"\b{_YOU} compra[mr]?\b|\b(?:compram|aceitam) (?:peca|carro|motor|sucata)\w*\b",
        texts.nothing_is_bought,
    ),
    _asked(
        r"\b(?:zap|whats\w*|telefone|contato|numero) (?:d[oae]s? )?(?:vendedor\w*|loja|lojista|dono)\b"
        r"|\bfalar (?:direto )?com (?:o |a )?(?:vendedor\w*|lojista)\b",
        texts.contact_of_sellers,
        _nothing_ordered,
    ),
    _asked(
        r"\bcobr\w+ (?:a |o |essa |esse )?(?:oferta|preco|valor|concorren\w+)\b|\b(?:achei|vi)\b.*\bmais barat[oa]\b",
        texts.prices_are_the_sellers,
        _before_buying,
    ),
    _asked(r"\b(?:desconto|faz por|fecha por|faz quanto)\b", texts.prices_are_the_sellers, _of_no_part),
    _asked(
        r"\b(?:tem|com|da|dao|emitem?|sai com) nota\b(?! fiscal d[oae] )",
        texts.invoices,
        _of_no_part,
    ),
    _asked(
        r"\b(?:tudo|todas|todos|as pecas) (?:junt[oa]s?|n[oa] mesm[oa])\b"
        r"|\b(?:mesm[oa]|um so|uma so) (?:frete|envio|entrega|pacote|caixa)\b",
        texts.each_part_its_freight,
    ),
    _asked(r"\bfaturad[oa]s?\b|\bfatura[mr]?\b|\b(?:a prazo|pra 30|(?:28|30|45|60) dias)\b", texts.paid_before),
    _asked(
        r"\b(?:tem|vai|com|inclui) (?:o )?segur(?:o|ad[oa])\b(?! d[eo] vida)|\bextravi\w+\b"
        r"|\b(?:vem|vai|chega|mandam|e) (?:bem )?(?:embalad|protegid)[oa]\b|\b(?:chega|vem) inteir[oa]\b",
        texts.insured,
    ),
    _asked(
        r"\b(?:entreg|mand|envi)\w+ (?:n[oa]|em|pr[oa]|para [oa]) (?:meu |minha )?"
        r"(?:trabalho|servico|empresa)\b",
        texts.any_address,
        _has_not_ordered,
    ),
    _asked(
        r"\b(?:retir\w+|busc\w+|peg\w+) (?:n[oa]s? |em (?:uma )?)(?:agencia|correios?|unidade|ponto)\b",
        texts.agency,
    ),
    _asked(
        r"\bquando\b.*\b(?:posta\w*|despacha\w*|(?:vendedor|loja|voces|vcs)\b.*\b(?:envia\w*|manda\w*))\b",
        texts.posting,
        _nothing_to_post,
    ),
    _asked(
        r"\bnao (?:estiver|tiver|vou estar|fico|estou|tem|houver) (?:\w+ )?(?:em casa|ninguem|no local)\b"
        r"|\bninguem (?:em casa|pra receber|para receber)\b",
        texts.nobody_at_home,
    ),
    _asked(
        r"\b(?:marido|esposa|mulher|mae|pai|filh[oa]|irma[o]?|sogr[oa]|amig[oa])\b.*\b(?:receber|recebe)\b"
        r"|\b(?:outra pessoa|porteiro|portaria|vizinh[oa]|alguem)\b.*\b(?:receb\w+|peg\w+|deix\w+)\b"
        r"|\b(?:receb\w+|deix\w+|entreg\w+)\b.*\b(?:outra pessoa|portaria|porteiro|vizinh[oa])\b",
        texts.who_may_receive,
    ),
    _asked(
        r"\b(?:dois|duas|2|mais de um) cart(?:ao|oes)\b"
        r"|\bpagar (?:so )?(?:a )?(?:metade|uma parte)\b|\b(?:dar|com) (?:uma )?entrada\b",
        texts.all_at_once,
    ),
    _asked(
        r"\b(?:quem|o que) (?:e|eh|sao) (?:voce|vc|voces|vcs)\b"
        r"|\b(?:voce|vc|isso|aqui)? ?(?:e|eh) (?:um )?(?:robo|bot)\b"
        r"|\b(?:robo|bot)\b.*\b(?:pessoa|gente|humano)\b"
        r"|\b(?:pessoa|gente|humano)\b.*\b(?:robo|bot)\b|\bqual (?:e |eh )?(?:o )?seu nome\b"
        r"|\bcom quem (?:eu )?(?:falo|estou falando|to falando)\b",
        texts.who_is_this,
    ),
    _asked(
        r"\b(?:preciso|precisa|tem que|tenho que|por ?que|pra que|nao quero)\b.*\b(?:cpf|cnpj)\b", texts.why_document
    ),
    _asked(
        r"\bquantas (?:vezes|parcelas|x)\b|\b(?:parcel|divid)\w+\b(?!.*\bpedido)",
        texts.installments,
        _no_number_said,
    ),
    _asked(_NO_SUCH_WAY, texts.no_other_ways),
    _asked(_HOW_TO_PAY, texts.ways_of_paying, _is_idle),
    _asked(_HOW_TO_PAY, texts.ways_that_there_are),
    _asked(
        r"\b(?:mercado ?livre|olx|shopee|instagram|facebook)\b"
        rf"|\bloja fisica\b|\bonde (?:fica|ficam|e|eh) (?:a loja|{_YOU})\b|\bendereco d[ae]s? (?:loja|{_YOU})\b"
        rf"|\b{_YOU} (?:sao|ficam|e) (?:de )?(?:onde|(?:qual|que) cidade)\b|\bde (?:onde|(?:qual|que) cidade) {_YOU}\b"
        r"|\bse eu (?:for|ir|passar) (?:ai |la )?(?:buscar|pegar|retirar|ai)\b"
        r"|\beu (?:mesm[oa] )?(?:busco|retiro|pego)\b|\b(?:posso|da pra|pode) (?:retirar|buscar)\b"
        r"|\b(?:retirar|buscar|pegar) (?:na loja|ai|pessoalmente"
        r"|no local|em maos)\b",
        texts.where,
    ),
    _asked(
        r"\b(?:tem|qual|tenha) (?:o )?cnpj\b|\b(?:e|eh) (?:o )?(?:numero |canal |whats\w* )?oficial\b"
        r"|\b(?:confiave(?:l|is)|golpe|fraude|cilada|enganad\w+)\b"
        r"|\bposso confiar\b|\bcomo sei que\b"
        r"|\b(?:e|eh|compra|comprar|site) segur[oa]\b",
        texts.trust,
    ),
    _asked(_IF_IT_IS_BAD, texts.returns, _nothing_under_way),
    _asked(
        r"\b(?:tem|aceita\w*|faz|fazem|como funciona a?) (?:troca|devolucao)\b|\bpolitica de (?:troca|devolucao)"
        r"|\bposso (?:devolver|trocar)\b|\bquem paga (?:a|o)s? (?:frete da )?devolucao",
        texts.returns,
        _before_buying,
    ),
    _asked(
        r"\b(?:quanto tempo|ate quando|quanto)\b.*\b(?:pix|boleto|link)\b.*\b(?:dura|vale|fica|expira|tenho)\b"
        r"|\b(?:pix|boleto|link)\b.*\b(?:dura|vale|expira)\b.*\b(?:quanto|ate quando)\b",
        texts.how_long_codes_last,
        _nothing_waits,
    ),
    _asked(
        r"\b(?:vence|vencimento|validade)\b.*\b(?:quando|que dia|quanto)\b"
        r"|\b(?:quando|que dia|qual)\b.*\b(?:vence|vencimento)\b",
        texts.how_long_codes_last,
        _nothing_waits,
    ),
    _asked(
        rf"\b(?:posso|da pra|consigo|so (?:posso|consigo)) pagar (?:(?:ele|isso|so|n?o (?:pix|boleto|cartao|link)) )?"
        rf"(?:(?:na|no|em|dia|ate|a) )*"
        rf"(?:{_LATER})\b",
        texts.how_long_codes_last,
        _nothing_waits,
    ),
    _asked(
        r"\b(?:quem paga|de quem e|paga\w*)\b.*\bfrete\b"
        r"|\b(?:quanto tempo|quando|quantos dias)\b.*\b(?:receb\w+|cai|cair|volta|dinheiro|troca|demora\w*)\b"
        r"|\bquanto (?:eu )?(?:recebo|vou receber|volta)\b|\bvolta (?:tudo|quanto)\b|\b(?:e|com) o frete\b"
        r"|\bfrete tambem\b",
        texts.returning,
        _is_giving_back,
    ),
    _asked(
        r"\b(?:antig[oa]|anterior|primeir[oa])\b.*\b(?:val(?:e|em|endo)|serve|funciona|posso (?:pagar|usar))\b"
        r"|\bposso (?:pagar|usar) (?:o |a )?(?:boleto |pix |codigo |link )?(?:antig[oa]|anterior)\b",
        texts.only_the_last,
        lambda talk, heard: not _nothing_waits(talk, heard),
    ),
    _asked(
        r"\b(?:quanto tempo|quantos dias) (?:eu )?(?:tenho|posso)\b.*\b(?:devol|troc|desist)\w+"
        r"|\b(?:prazo|ate quando)\b.*\b(?:devol|troc|desist)\w+|\bquem paga\b.*\b(?:devolucao|volta|retorno)\b",
        texts.returns,
        _nothing_under_way,
    ),
    _asked(r"\bcomo (?:eu )?(?:faco|faz|funciona|e)\b.*\b(?:devol|troc)\w+", texts.returns, _nothing_is_here),
    _asked(
        r"\b(?:quanto tempo|quando|quantos dias|demora\w*)\b.*\b(?:devolv\w+|estorn\w+|reembols\w+|dinheiro de volta"
        r"|dinheiro volta)\b",
        texts.how_soon_refunds,
        _nothing_comes_back,
    ),
    _asked(r"\bse (?:eu )?nao pagar\b", texts.not_paid, lambda talk, heard: not _nothing_waits(talk, heard)),
    _asked(r"\brecus(?:o|ar|ando)\b", texts.refusing, _is_on_its_way),
    _asked(r"\bquanto tempo\b|\bdemora\w*\b|\bquando\b", texts.opening_a_shop, _is_joining_now),
    _asked(
        r"\b(?:quanto|qual)\b.*\b(?:cobram?|taxa|comissao|custa|paga)\b",
        lambda rules: inventory_texts.fee(rules.fee_percent),
        _is_joining,
    ),
    _asked(
        r"\b(?:quanto tempo|quando|quantos dias|demora\w*)\b.*\b(?:cai|cair|compensa\w*|confirma\w*)\b",
        texts.how_soon_money_comes,
        lambda talk, heard: not _is_giving_back(talk, heard),
    ),
    _asked(r"\bonde (?:eu )?(?:posto|deixo|levo|entrego|despacho)\b", texts.where_to_post, _is_giving_back),
    _asked(r"\b(?:tem|cobra\w*|com|sem) juros\b", texts.installments),
    _asked(
        r"\b(?:qual|sai|fica|e) (?:\w+ )?mais (?:barat[oa]|em conta)\b(?=.*\b(?:pix|boleto|cartao)\b)"
        r"|\b(?:pix|boleto|cartao)\b.*\b(?:mais (?:barat[oa]|em conta)|mesmo (?:preco|valor))\b",
        texts.same_whichever_way,
    ),
    _asked(
        r"\bquanto (?:volta|vou receber|recebo)\b|\bvolta (?:tudo|quanto)\b|\b(?:e|com) o frete\b",
        texts.all_comes_back,
        _is_cancelling,
    ),
    _asked(r"\bgarantia\b", texts.guarantee, _before_buying),
    _asked(
        r"^(?!.*\b(?:ainda|veio|chegou|queimou|parou|pifou|quebrou|comprei)\b).*\bgarantia\b",
        texts.guarantee_of_orders,
        _has_ordered,
    ),
    _asked(
        r"\b(?:qual|tem|passa|manda)\b.*\b(?:telefone|fone|numero de contato)\b(?! d[oa] (?:vendedor|entreg|transp))",
        texts.how_to_reach_us,
        _nothing_ordered,
    ),
    _asked(
        rf"\bhorario\b|\b(?:que|ate que|qual) horas? (?:{_YOU} )?(?:abre|fecha|atend|funcion)\w*"
        rf"|\b(?:atende\w*|abre\w*|abert[oa]s?|funciona\w*) {_DAY}\b",
        texts.opening_hours,
    ),
    _asked(
        r"\b(?:prazo|tempo) (?:de |da )?(?:entrega|envio)\b|\bquantos? (?:tempo|dias)\b.*\b(?:demora|leva|chega)\w*"
        r"|\b(?:demora|leva|chega)\w* (?:quanto|quantos dias|em quantos|muito)|\btodo (?:o )?brasil\b"
        r"|\bentrega\w* (?:em|no|na|nos|pra|para|aqui)\b"
        r"|\bentrega\w* (?:hoje|amanha|rapido)\b"
        rf"|\b(?:chega|preciso|precisava)\b.*\b(?:{_LATER}|essa semana|urgente)\b"
        r"|\b(?:sou|moro|estou) (?:de|d[oa]|em|n[oa])\b.*\b(?:entrega\w*|chega|mandam?|enviam?)\b",
        texts.delivery,
        _before_buying_without_a_cep,
    ),
    _asked(r"\bnota\b.*\b(?:cnpj|empresa|oficina)\b", texts.companies, _has_not_ordered),
    _asked(r"\b(?:cnpj|pessoa juridica|pra empresa|para empresa|pra oficina)\b", texts.companies, _may_be_a_company),
    _asked(
        r"\b(?:quanto|qual|qto|qnt|valor|preco)\b.*\b(?:frete|entrega|envio|correios?)\b"
        r"|\bfrete (?:e )?(?:gratis|pago)\b",
        texts.freight,
        _before_buying_without_a_cep,
    ),
    _asked(
        r"\b(?:instala\w*|mao de obra|montagem|coloca\w* a peca)\b"
        rf"|\b{_YOU} (?:tambem )?(?:montam?|colocam?|trocam?)\W*$",
        texts.installation,
    ),
)


TOLD_BY_BUYING = (texts.freight, texts.delivery, texts.fine_thanks, texts.ways_of_paying, texts.who_is_this)
"""What a purchase explains by itself, or nobody asks along with one."""
_APART = re.compile(
    r"(?<=[?!;\n])\s*|[,.]\s+|\s+(?:e|mas|tb|tbm|tambem)\s+"
    r"(?=(?:se|queria|gostaria|quero|qual|quais|quanto|como|onde|aonde|da|vcs?|voces?|tem|aceita\w*|parcela\w*|faz\w*|entrega\w*|quem|antes|eh?|é)\b)",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:e|mas|antes|tamb[ée]m|tb|ent[ãa]o|so|s[óo]|queria|gostaria de|quero|preciso|saber"
    r"|me (?:diz|fala|responde)|uma d[úu]vida|se)\b[\s:,]*)+",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The parts of a message that may each ask something, without introductory words."""
    return [bare for piece in _APART.split(text) if piece and (bare := _LEADS.sub("", piece.strip()))]


def beside(talk: Talk, heard: Heard, *, asks: bool) -> _Question | None:
    """The general question in a part of a message that has a main intent too. ``asks``: whether the whole message asks
    anything."""
    if not asks and not _ASKS.search(heard.folded):
        return None
    return next((q for q in QUESTIONS if q.shape.search(heard.folded) and _holds_beside(q, talk, heard)), None)


def _holds_beside(question: _Question, talk: Talk, heard: Heard) -> bool:
    """Along with a wanted part, answers for *before buying* apply as well; those about an order do not."""
    if question.fits is _no_number_said:
        return _no_number_said(talk, heard)
    return question.fits in (_always, _before_buying)


def found(talk: Talk, heard: Heard) -> _Question | None:
    """The general question that a message asks."""
    picks = heard.choice and (heard.message.choice or not re.search(_NO_SUCH_WAY, heard.folded))
    if picks or talk.seller is not None or len(heard.folded.split()) > 20:
        return None
    if not _ASKS.search(heard.folded):
        return None
    match = next((q for q in QUESTIONS if q.shape.search(heard.folded) and q.fits(talk, heard)), None)
    return None if match is not None and _stands_beside(heard, match) else match


def _stands_beside(heard: Heard, match: _Question) -> bool:
    """Whether another part of the message names a wanted part: the answer then precedes that intent."""
    pieces = clauses(heard.text)
    parts = [bool(slots_as(piece, "quote_shipping").get("part")) for piece in pieces]
    asks = [bool(match.shape.search(fold(piece))) for piece in pieces]
    return len(pieces) > 1 and any(p and not a for p, a in zip(parts, asks, strict=True)) and any(asks)


def is_question(talk: Talk, heard: Heard) -> bool:
    """Whether it is a general question."""
    return found(talk, heard) is not None


def question(talk: Talk, heard: Heard) -> bool:
    """Answer a general question; False if it is none."""
    asked = found(talk, heard)
    if asked is None:
        return False
    talk.misunderstood = 0
    talk.say(asked.answer(talk.rules))
    if talk.frame is not None and not engine.flow_of(talk.frame).transient:
        engine.resume(talk)
    return True
