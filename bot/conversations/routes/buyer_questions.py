"""The questions of buyers that the shop's own rules answer, most particular first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations.routes import asked_when as when
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as inventory_texts
from bot.conversations.texts import questions as texts
from bot.domain.shop import Rules


@dataclass(frozen=True)
class Question:
    """``fits``: whether it is about every shop in this situation; otherwise it is about a part or an order."""

    shape: re.Pattern[str]
    answer: Callable[[Rules], str]
    fits: Callable[[Talk, Heard], bool] = when.always


def _asked(shape: str, answer: Callable[[Rules], str], fits: Callable[[Talk, Heard], bool] = when.always) -> Question:
    return Question(re.compile(shape), answer, fits)


_YOU = r"(?:voces?|vcs)"
_DAY = r"(?:hoje|agora|amanha|domingos?|sabados?|feriados?|(?:de|a) noite|no (?:domingo|sabado|feriado))"
_LATER = r"hoje|amanha|segunda|terca|quarta|quinta|sexta|sabado|domingo|\d{1,2}|depois|semana que vem|mes que vem"
_HOW_TO_PAY = (
    r"^(?!.*\b(?:troc|mud|alter|outr)\w+).*"
    r"(?:\b(?:formas?|opco?es|meios?|jeitos?|modos?) (?:de |pra |para )pag\w+"
    r"|\bcomo (?:e que )?(?:eu )?(?:faco (?:pra |para )?pagar|posso pagar|pago)\b"
    r"|\baceita\w* (?:o )?(?:pix|cart(?:ao|oes)|boleto|credito))"
)
"""Not *posso mudar a forma de pagamento?*, which is about an order."""
NO_SUCH_WAY = (
    r"\b(?:aceita\w*|pag\w+)\b.*\b(?:debito|(?:aceita\w*|em|no|com) dinheiro|vale|cheque|na entrega|quando chegar"
    r"|maquin(?:inh)?a|multibanco|mb ?way)\b|\baceita\w* dinheiro\b"
    r"|\b(?:tem|no) debito\b|\bdebito (?:tem|aceita|pode)\b"
)
GIFT_NOTE = (
    r"\bcartao (?:de |com )?(?:presente|aniversario|natal|parabens|felicitac\w+)\b"
    r"|\b(?:mand|envi|coloc|bot|inclu|po)\w* (?:um |o )?cartao\b.*\b(?:junto|dentro|presente|escrito|mensagem)\b"
)
"""*Manda um cartão junto, é presente*: no way of paying."""
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
        r"\b(?:pix|conta|chave|boleto) (?:e|eh|ta|esta)(?: n?o? ?nome)? de quem\b|\baparece\w* (?:\w+ ){0,3}asaas\b"
        r"|\b(?:qual|que|de qual) (?:e )?(?:o )?banco\b|\bnome (?:que )?(?:aparece|vai aparecer|sai)\b"
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
        when.nothing_ordered,
    ),
    _asked(
        r"\bcobr\w+ (?:a |o |essa |esse )?(?:oferta|preco|valor|concorren\w+)\b|\b(?:achei|vi)\b.*\bmais barat[oa]\b",
        texts.prices_are_the_sellers,
        when.before_buying,
    ),
    _asked(r"\b(?:desconto|faz por|fecha por|faz quanto)\b", texts.prices_are_the_sellers, when.of_no_part),
    _asked(
        r"\b(?:tem|com|da|dao|emitem?|sai com) nota\b(?! fiscal d[oae] )",
        texts.invoices,
        when.of_no_part,
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
        when.has_not_ordered,
    ),
    _asked(
        r"\b(?:retir\w+|busc\w+|peg\w+) (?:n[oa]s? |em (?:uma )?)(?:agencia|correios?|unidade|ponto)\b",
        texts.agency,
    ),
    _asked(
        r"\bquando\b.*\b(?:posta\w*|despacha\w*|(?:vendedor|loja|voces|vcs)\b.*\b(?:envia\w*|manda\w*))\b",
        texts.posting,
        when.nothing_to_post,
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
        when.no_number_said,
    ),
    _asked(NO_SUCH_WAY, texts.no_other_ways),
    _asked(_HOW_TO_PAY, texts.ways_of_paying, when.is_idle),
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
    _asked(_IF_IT_IS_BAD, texts.returns, when.nothing_under_way),
    _asked(
        r"\b(?:tem|aceita\w*|faz|fazem|como funciona a?) (?:troca|devolucao)\b|\bpolitica de (?:troca|devolucao)"
        r"|\bposso (?:devolver|trocar)\b|\bquem paga (?:a|o)s? (?:frete da )?devolucao",
        texts.returns,
        when.before_buying,
    ),
    _asked(
        r"\b(?:quanto tempo|ate quando|quanto)\b.*\b(?:pix|boleto|link)\b.*\b(?:dura|vale|fica|expira|tenho)\b"
        r"|\b(?:pix|boleto|link)\b.*\b(?:dura|vale|expira)\b.*\b(?:quanto|ate quando)\b",
        texts.how_long_codes_last,
        when.nothing_waits,
    ),
    _asked(
        r"\b(?:vence|vencimento|validade)\b.*\b(?:quando|que dia|quanto)\b"
        r"|\b(?:quando|que dia|qual)\b.*\b(?:vence|vencimento)\b",
        texts.how_long_codes_last,
        when.nothing_waits,
    ),
    _asked(
        rf"\b(?:posso|da pra|consigo|so (?:posso|consigo)) pagar (?:(?:ele|isso|so|n?o (?:pix|boleto|cartao|link)) )?"
        rf"(?:(?:na|no|em|dia|ate|a) )*"
        rf"(?:{_LATER})\b",
        texts.how_long_codes_last,
        when.nothing_waits,
    ),
    _asked(
        r"\b(?:quem paga|de quem e|pag(?:a\w*|o))\b.*\bfrete\b"
        r"|\b(?:quanto tempo|quando|quantos dias)\b.*\b(?:receb\w+|cai|cair|volta|dinheiro|troca|demora\w*)\b"
        r"|\bquanto (?:eu )?(?:recebo|vou receber|volta)\b|\bvolta (?:tudo|quanto)\b|\b(?:e|com) o frete\b"
        r"|\bfrete tambem\b",
        texts.returning,
        when.is_giving_back,
    ),
    _asked(
        r"\b(?:antig[oa]|anterior|primeir[oa])\b.*\b(?:val(?:e|em|endo)|serve|funciona|posso (?:pagar|usar))\b"
        r"|\bposso (?:pagar|usar) (?:o |a )?(?:boleto |pix |codigo |link )?(?:antig[oa]|anterior)\b",
        texts.only_the_last,
        lambda talk, heard: not when.nothing_waits(talk, heard),
    ),
    _asked(
        r"\b(?:quanto tempo|quantos dias) (?:eu )?(?:tenho|posso)\b.*\b(?:devol|troc|desist)\w+"
        r"|\b(?:prazo|ate quando)\b.*\b(?:devol|troc|desist)\w+|\bquem paga\b.*\b(?:devolucao|volta|retorno)\b",
        texts.returns,
        when.nothing_under_way,
    ),
    _asked(r"\bcomo (?:eu )?(?:faco|faz|funciona|e)\b.*\b(?:devol|troc)\w+", texts.returns, when.nothing_is_here),
    _asked(
        r"\b(?:quanto tempo|quando|quantos dias|demora\w*)\b.*\b(?:devolv\w+|estorn\w+|reembols\w+|dinheiro de volta"
        r"|dinheiro volta)\b",
        texts.how_soon_refunds,
        when.nothing_comes_back,
    ),
    _asked(r"\bse (?:eu )?nao pagar\b", texts.not_paid, lambda talk, heard: not when.nothing_waits(talk, heard)),
    _asked(r"\brecus(?:o|ar|ando)\b", texts.refusing, when.is_on_its_way),
    _asked(r"\bquanto tempo\b|\bdemora\w*\b|\bquando\b", texts.opening_a_shop, when.is_joining_now),
    _asked(
        r"\b(?:quanto|qual)\b.*\b(?:cobram?|taxa|comissao|custa|paga)\b",
        lambda rules: inventory_texts.fee(rules.fee_percent),
        when.is_joining,
    ),
    _asked(
        r"\b(?:quanto tempo|quando|quantos dias|demora\w*)\b.*\b(?:cai|cair|compensa\w*|confirma\w*)\b",
        texts.how_soon_money_comes,
        lambda talk, heard: not when.is_giving_back(talk, heard),
    ),
    _asked(r"\bonde (?:eu )?(?:posto|deixo|levo|entrego|despacho)\b", texts.where_to_post, when.is_giving_back),
    _asked(r"\b(?:tem|cobra\w*|com|sem) juros\b", texts.installments),
    _asked(
        r"\b(?:qual|sai|fica|e) (?:\w+ )?mais (?:barat[oa]|em conta)\b(?=.*\b(?:pix|boleto|cartao)\b)"
        r"|\b(?:pix|boleto|cartao)\b.*\b(?:mais (?:barat[oa]|em conta)|mesmo (?:preco|valor))\b",
        texts.same_whichever_way,
    ),
    _asked(
        r"\bquanto (?:volta|vou receber|recebo)\b|\bvolta (?:tudo|quanto)\b|\b(?:e|com) o frete\b",
        texts.all_comes_back,
        when.is_cancelling,
    ),
    _asked(r"\bcaixa\b.*\boutra\b|\boutra caixa\b|\bsem a caixa\b", texts.any_box, when.is_giving_back),
    _asked(
        rf"\bembrulh\w+\b|\bpapel de presente\b|\b(?:bilhete|cartaozinho)\b|{GIFT_NOTE}",
        texts.no_gift_wrap,
    ),
    _asked(r"\bboleto\b.*\b(?:correios?|em casa|impresso|papel)\b", texts.boleto_comes_here),
    _asked(r"\bgarantia\b", texts.guarantee, when.before_buying),
    _asked(
        r"^(?!.*\b(?:ainda|veio|chegou|queimou|parou|pifou|quebrou|comprei)\b).*\bgarantia\b",
        texts.guarantee_of_orders,
        when.has_ordered,
    ),
    _asked(
        r"\b(?:qual|tem|passa|manda)\b.*\b(?:telefone|fone|numero de contato)\b(?! d[oa] (?:vendedor|entreg|transp))",
        texts.how_to_reach_us,
        when.nothing_ordered,
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
        r"|\bentrega\w* (?:hoje|amanha|rapido|quando)\b|\bquando (?:\w+ )?entrega\w*\b"
        rf"|\b(?:chega|preciso|precisava)\b.*\b(?:{_LATER}|essa semana|urgente)\b"
        r"|\b(?:sou|moro|estou) (?:de|d[oa]|em|n[oa])\b.*\b(?:entrega\w*|chega|mandam?|enviam?)\b",
        texts.delivery,
        when.before_buying_without_a_cep,
    ),
    _asked(r"\bnota\b.*\b(?:cnpj|empresa|oficina)\b", texts.companies, when.has_not_ordered),
    _asked(
        r"\b(?:cnpj|pessoa juridica|pra empresa|para empresa|pra oficina)\b", texts.companies, when.may_be_a_company
    ),
    _asked(
        r"\b(?:quanto|qual|qto|qnt|valor|preco)\b.*\b(?:frete|entrega|envio|correios?)\b"
        r"|\bfrete (?:e )?(?:gratis|pago)\b",
        texts.freight,
        when.before_buying_without_a_cep,
    ),
    _asked(
        r"\b(?:instala\w*|mao de obra|montagem|coloca\w* a peca)\b"
        rf"|\b{_YOU} (?:tambem )?(?:montam?|colocam?|trocam?)\W*$",
        texts.installation,
    ),
)
