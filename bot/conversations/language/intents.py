"""Which intent a message has: cues that a person wrote, and a small linear ranker trained on examples.

A cue is a pattern over the words in their usual spelling, with claimed values as placeholders; it gives its intent
points. The ranker adds its own for words, pairs of words and pieces of words. Its weights are made by
``tools/train_language.py`` *on top of* the cues, so both speak on one scale: log-odds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversations.language import answers
from bot.conversations.language.normalise import COMMON, Text, usual
from bot.domain.text import words

INTENTS = (
    "quote_shipping", "pay_pix", "pay_boleto", "pay_card", "track_order", "list_orders", "order_details",
    "cancel_order", "refund", "upload_photo", "add_product", "edit_price", "mark_posted", "print_label",
    "seller_sales_report", "talk_to_human", "help_menu", "greeting", "thanks", "opt_out", "change_address",
    "change_due_date", "resend_boleto", "nfe_invoice", "complaint", "part_fitment", "find_part", "affirm",
    "deny", "cancel_flow", "out_of_scope", "charge_request", "payment_claim", "change_carrier",
    "privacy_request", "undo", "done", "opt_in",
)  # fmt: skip
MONEY = words("pay_pix pay_boleto pay_card cancel_order refund edit_price charge_request change_carrier")
"""Intents that move money or goods: never held with confidence on thin evidence."""
SELLERS = words("mark_posted print_label add_product edit_price seller_sales_report upload_photo charge_request")
BUYERS = words("find_part quote_shipping pay_pix pay_boleto pay_card track_order refund complaint part_fitment")
_TIE_POINTS = 0.6

_STRONG, _FAIR = 4.5, 2.7


class Cue(NamedTuple):
    intent: str
    points: float
    shape: re.Pattern[str]


def _cue(intent: str, points: float, shape: str) -> Cue:
    return Cue(intent, points, re.compile(shape))


_WANT = (
    r"(?:quer\w+|gostaria|pode\w*|poss\w+|vou|prefir\w+|da|dar|tem como|consig\w+|precis\w+|vamos|bora|mand\w+|ger\w+"
    r"|faz\w*|emit\w+|fech\w+|pag\w+|aceit\w+)"
)
_CANCEL = r"(?:cancel\w*|anul\w+|desfaz\w+ a compra)"
_SENT = r"(?:postei|postad[oa]s?|enviei|enviad[oa]s?|despachei|despachad[oa]s?|colet\w+|entreguei|mandei|recolh\w+)"
_CHANGE = r"(?:mud\w+|alter\w+|troc\w+|corrig\w+|reajust\w+|atualiz\w+|ajust\w+)"
_DEAL = r"(?:pedidos?|compras?|vendas?|encomendas?)"
_ELSEWHERE = (
    r"\b(?:futebol|times?|jogos?|campeonato|brasileirao|corinthians|flamengo|palmeiras|filmes?|serie|netflix"
    r"|musicas?|piadas?"
    r"|receita de|bolo|pizza|sushi|lanche|restaurante|presidente|eleicao|politica|bitcoin|dolar|euro|emprego"
    r"|vagas?|contrata\w*"
    r"|curriculo|emprestimo|empresta\w*|financia\w*|consorcio|namora\w*|casad[oa]|signos?|horoscopo|novela|chuva"
    r"|chover|clima"
    r"|previsao do tempo|capital d[aeo]|matematica|traduz\w*|ingles|imposto|passage(?:m|ns)|viage(?:m|ns)|hotel"
    r"|remedios?"
    r"|medic[oa]s?|dor de|escola|aluga\w*|aluguel|apartamento|praia|celular(?:es)?|iphone|notebook|geladeira"
    r"|televisao|uber"
    r"|mega sena|loteria|poema|historia|curiosidade|igreja|cachorro|gato|seguro de|seguro do|wifi|senha"
    r"|sentido da vida|lua"
    r"|quem (?:ganhou|descobriu|inventou|e o presidente)|que horas sao|conserta\w*|habilitacao|conta de luz"
    r"|conta de agua)\b"
)

CUES: tuple[Cue, ...] = (
    _cue("quote_shipping", _STRONG, r"^(?!.*\b(?:troc\w+|mud\w+)\b).*\bfretes?\b"),
    _cue("quote_shipping", _STRONG, r"\b(?:calcul\w+|cota\w*|simul\w+)\b.*\b(?:envi\w+|entrega\w*|frete|_cep_|_city_)"),
    _cue(
        "quote_shipping",
        _STRONG,
        r"\b(?:quanto|valor|custo|prazo|preco|custa)\b.*\b(?:envi\w+|entreg\w+|mandar|despachar)\b(?!.*_order_)",
    ),
    _cue(
        "quote_shipping",
        _STRONG,
        r"\b(?:envi\w+|entreg(?:a|am|ar|ue|uem)|manda\w*|despach\w+|chega\w*|leva)\b.*(?:_cep_|_city_|_uf_)",
    ),
    _cue("quote_shipping", _FAIR, r"_(?:cep|city)_"),
    _cue("pay_pix", _STRONG, r"^(?!.*\b(?:fiz|feito|ja foi|paguei|caiu|estorn\w+|reembols\w+)\b).*\bpix\b"),
    _cue("pay_pix", _STRONG, r"\bcopia e cola\b|\bqr ?code\b|\bqr\b"),
    _cue("pay_boleto", _FAIR, r"^(?!.*\b(?:paguei|acabei)\b).*\bboletos?\b"),
    _cue("pay_boleto", _FAIR, rf"{_WANT}.*\bboletos?\b"),
    _cue(
        "pay_boleto",
        _STRONG,
        r"\b(?:ger\w+|emit\w+|fazer|quero|pagar|mandar|aceita\w*)\b.*\bboletos?\b.*\b(?:venc\w+|pra) .*_date_",
    ),
    _cue("pay_card", _STRONG, r"^(?!.*\b(?:estorno|reembolso|devol\w+)\b).*\bcart(?:ao|oes)\b"),
    _cue("pay_card", _STRONG, r"_installments_|\bparcel\w*\b|\bsem juros\b|\bquantas (?:vezes|parcelas)\b"),
    _cue("pay_card", _FAIR, r"\b(?:credito|debito|visa|master\w*|elo|hipercard|nubank)\b"),
    _cue("track_order", _STRONG, r"\brastre\w+|_tracking_"),
    _cue("track_order", _STRONG, rf"\b(?:cade|onde)\b.*\b(?:{_DEAL}|peca|pacote|entrega|_part_|_order_)"),
    _cue("track_order", _STRONG, r"\b(?:status|andamento|acompanhar|atrasad[oa]|demora\w*|noticia)\b"),
    _cue(
        "track_order",
        _STRONG,
        r"\b(?:quando|que dia|previsao|demora\w*)\b.*\b(?:cheg\w+|entrega)\b|\bcheg\w+\b.*\b(?:quando|que dia)\b",
    ),
    _cue(
        "track_order",
        _STRONG,
        r"\bnao (?:chegou|recebi|entreg\w+)\b(?!.*\b(?:boleto|etiqueta|nota|email)\b)|\bnada de chegar\b",
    ),
    _cue("track_order", _FAIR, r"\b(?:ja|foi|foram)\b.*\b(?:posta\w+|envia\w+|despach\w+|sai\w+)\b.*\?"),
    _cue(
        "track_order",
        _STRONG,
        r"\b(?:posta|envia|despacha|manda)ram\b.*(?:meu|minha|_order_|pedido)|\b(?:postad|enviad"
        r"|despachad)[oa]\b.*\b(?:meu|minha)\b",
    ),
    _cue("track_order", _STRONG, r"\b(?:meu|minha)\b.*\b(?:postad|enviad|despachad)[oa]\b|\bsaiu pra entrega\b"),
    _cue(
        "list_orders",
        _STRONG,
        r"\b(?:meus|minhas|quais|lista\w*|mostra\w*|ver|historico|todas?|todos|ultim[ao]s)\b.*\b(?:pedidos"
        r"|compras|vendas)\b",
    ),
    _cue("list_orders", _FAIR, r"\bpedidos\b|\bvendas\b|\b(?:pedido|venda) nov[oa]\b|\bnov[oa] (?:pedido|venda)\b"),
    _cue("list_orders", _STRONG, r"\b(?:falta\w*|pendentes?|precis\w+|tenho)\b.*\b(?:enviar|postar|despachar|envio)\b"),
    _cue("list_orders", _FAIR, r"\btudo (?:o )?que (?:eu )?(?:comprei|vendi|esta)\b|\bem aberto\b"),
    _cue(
        "order_details",
        _STRONG,
        r"\b(?:detalh\w+|abre|abrir|informac\w+|infos?|resumo|consulta\w*|dados|ver|itens|dentro)\b.*\b(?:pedido"
        r"|venda|compra)\b.*_order_",
    ),
    _cue("order_details", _STRONG, r"^(?:o )?(?:(?:pedido|venda|compra) )?(?:numero )?_order_ ?\??$"),
    _cue("order_details", _FAIR, r"\bo que (?:tem|veio|comprei)\b|\bdetalh\w+\b"),
    _cue("order_details", _STRONG, r"\b(?:quem comprou|comprador|valor total|quanto deu|total do pedido|total da)\b"),
    _cue(
        "order_details",
        _STRONG,
        r"\b(?:qual|quais|quem|quanto|pra onde|como)\b.*\b(?:pedido|venda|compra)\b.*_order_(?!.*(?:cheg|rastre"
        r"|envi|entreg))",
    ),
    _cue("cancel_order", _STRONG, rf"\b{_CANCEL}\b.*\b(?:{_DEAL}|tudo)\b|\b{_CANCEL}\b.*(?:_order_|_part_|_num_)"),
    _cue(
        "cancel_order",
        _STRONG,
        rf"(?:\b{_DEAL}|_order_|_part_|desist\w+|arrepend\w+|errado|querer).*\b(?:cancelar|cancela|cancelem|cancele)\b",
    ),
    _cue("cancel_order", _FAIR, rf"\b{_CANCEL}\b(?! (?:os )?(?:aviso|lembrete|mensage|notific))"),
    _cue(
        "cancel_order",
        _STRONG,
        r"\bnao (?:quero|vou) (?:mais )?(?:querer )?(?:mais )?(?:o|a|esse|essa)? ?(?:pedido|compra|_part_|peca)\b"
        r"|\bdesist\w+ d[aoe]\b",
    ),
    _cue("refund", _STRONG, r"\b(?:reembols\w+|estorn\w+|restitu\w+|ressarc\w+)\b"),
    _cue("refund", _FAIR, r"\b(?:reembols\w+|estorn\w+|restitu\w+|ressarc\w+)\b"),
    _cue(
        "refund",
        _STRONG,
        r"\b(?:devol\w+|volta)\b.*\b(?:dinheiro|valor|grana)\b|\b(?:dinheiro|valor|grana)\b.*\b(?:volta\w*"
        r"|devol\w+|voltou)\b",
    ),
    _cue("refund", _STRONG, r"\b(?:devolver|devolucao|devolvo)\b|\barrependi\b.*\bdinheiro\b"),
    _cue("upload_photo", _STRONG, r"\b(?:foto\w*|videos?|imagem|imagens)\b"),
    _cue(
        "upload_photo",
        _FAIR,
        r"\b(?:mandar|envi\w+|segue\w*|adicion\w+|troc\w+|coloc\w+)\b.*\b(?:fotos?|videos?|imagem|imagens)\b",
    ),
    _cue(
        "add_product",
        _STRONG,
        r"\b(?:cadastr\w+|anunci(?:ar|o|e|a)|incluir|registrar)\b.*(?:_part_|_vehicle_|\b(?:produtos?|pecas?"
        r"|anuncio|loja|venda)\b)",
    ),
    _cue(
        "add_product",
        _STRONG,
        r"\bnov[oa] (?:anuncio|produto|peca)\b|\b(?:criar|fazer|subir|adicionar)\b.*\banuncio\b|\bcadastr(?:ar|e|a)\b",
    ),
    _cue(
        "add_product",
        _STRONG,
        r"\b(?:pra|a|quero|quer) vender?\b|\ba venda\b|\bna (?:minha )?loja\b|\bquero anunciar\b",
    ),
    _cue(
        "edit_price",
        _STRONG,
        rf"\b(?:{_CHANGE}|aument\w+|baix\w+|abaix\w+|sub\w+|sobe\w*|reduz\w*|coloc\w+|bota\w*)\b.*\b(?:precos?"
        rf"|valor|valores)\b",
    ),
    _cue("edit_price", _STRONG, r"_percent_"),
    _cue(
        "edit_price",
        _STRONG,
        r"\b(?:preco|valor)\b.*(?:_listing_|_part_).*(?:_amount_|_num_)|_listing_.*(?:_amount_|_num_)",
    ),
    _cue("edit_price", _STRONG, r"_num_ .*\bagora\b.*(?:_num_|_amount_)|_part_.*\bagora\b.*(?:_num_|_amount_)"),
    _cue(
        "edit_price",
        _FAIR,
        r"\b(?:mudar|muda|coloca|colocar|bota|botar|deixa|deixar|baixa|agora)\b.*(?:_part_|_num_"
        r"|_listing_).*(?:_amount_|_num_)",
    ),
    _cue(
        "mark_posted",
        _STRONG,
        r"\b(?:postei|enviei|despachei|mandei|entreguei|deixei|levei|coloquei|deixar|passei)\b.*(?:_order_|_num_"
        r"|_tracking_|_carrier_"
        r"|\b(?:agencia|correio|pedido|venda)\b)",
    ),
    _cue(
        "mark_posted",
        _STRONG,
        r"^(?!.*\b(?:meu|minha)\b)(?!.*\?).*\b(?:marc\w+|est[ao]|foi|foram|ja|tod[oa]s)\b.*\b(?:postad[oa]s?"
        r"|enviad[oa]s?|despachad[oa]s?|coletad[oa]s?)\b",
    ),
    _cue("mark_posted", _FAIR, rf"\b{_SENT}\b.*(?:_order_|_num_)|(?:_order_|_num_).*\b{_SENT}\b"),
    _cue(
        "mark_posted",
        _STRONG,
        r"\b(?:postei|despachei)\b|\bacabei de (?:postar|enviar|despachar|deixar)\b|\bsaiu daqui\b",
    ),
    _cue(
        "mark_posted",
        _STRONG,
        r"\b(?:transportadora|motoboy|_carrier_)\b.*\b(?:colet\w+|recolh\w+|pegou|levou|buscou)\b.*(?:_order_|_num_)",
    ),
    _cue("mark_posted", _STRONG, r"\b(?:codigo|rastreio)\b.*(?:_order_|_num_).*_tracking_"),
    _cue("print_label", _STRONG, r"\betiquetas?\b"),
    _cue("print_label", _FAIR, r"\betiquetas?\b"),
    _cue(
        "seller_sales_report",
        _STRONG,
        r"\bquant[oa]s?\b.*\b(?:vendi|vende(?:mos|u)|fatur\w+|ganh\w+|entrou|cair)\b|\bfatur(?:ei|amento|amos)\b"
        r"|\brelatorio\b",
    ),
    _cue(
        "seller_sales_report",
        _STRONG,
        r"\b(?:repasses?|saldo|fechamento|balanco|ganhos|receita no|receita do|desempenho)\b",
    ),
    _cue(
        "seller_sales_report",
        _STRONG,
        r"^(?!.*\b(?:estorn\w+|reembols\w+|_order_)).*\b(?:(?:a|pra) receber|quando (?:recebo|cai)"
        r"|dinheiro das (?:vendas|pecas))\b",
    ),
    _cue("seller_sales_report", _STRONG, r"\b(?:resumo|total|resultado)\b.*\bvend\w+\b|\bcomo foi (?:a|o) _period_"),
    _cue("talk_to_human", _STRONG, r"\b(?:atendente|atendimento|humano|suporte|responsavel|gerente|dono)\b"),
    _cue(
        "talk_to_human",
        _STRONG,
        r"\b(?:falar|conversar|chama\w*|passa\w*|transfer\w+|quero)\b.*\b(?:alguem|pessoa|gente|vendedor|humano)\b",
    ),
    _cue(
        "talk_to_human", _FAIR, r"\b(?:robo|ligar|liga|telefone|contato|maquina)\b|\balguem ai\b|\bpessoa de verdade\b"
    ),
    _cue(
        "help_menu",
        _STRONG,
        r"\b(?:menu|opcoes|comandos|help)\b|(?<!pela )\bajuda\b|\bcomo (?:e que )?(?:isso )?funciona\b",
    ),
    _cue(
        "help_menu",
        _STRONG,
        r"\bo que (?:\w+ )?(?:voces?|da|posso|eu|digito|digitar)\b.*\b(?:fazer?|digit\w+)\b|\bservicos\b",
    ),
    _cue("help_menu", _STRONG, r"\bcomo (?:\w+ ){0,4}(?:uso|usar|compro|comprar|compra)\b|\bperdid[oa]\b"),
    _cue(
        "greeting",
        _STRONG,
        r"^(?:(?:oi\w*|ola|opa|e ai|eae|eai|salve|fala|alo|hey|bom dia|boa tarde|boa noite|tudo (?:bem|bom|certo)"
        r"|beleza"
        r"|como vai|pessoal|gente|mano|ai|tem alguem)\b\W*)+\??$",
    ),
    _cue("thanks", _STRONG, r"\b(?:obrigado|valeu|agradec\w+|gratidao|tmj)\b|\bdeus (?:lhe|te|abencoe)\b"),
    _cue("opt_out", _STRONG, r"^(?:sair|parar|pare|stop|parem|descadastrar|remover)(?: tudo)?$"),
    _cue(
        "opt_out",
        _STRONG,
        r"\b(?:nao|parar?|parem|pare|chega|cancela\w*|sem|bloque\w+|tira\w*|sair|remov\w+"
        r"|descadastr\w+)\b.*\b(?:mensage\w+|avisos?"
        r"|lembretes?|propaganda|promoc\w+|lista|notific\w+|numero)\b",
    ),
    _cue(
        "opt_out",
        _STRONG,
        r"\b(?:parar?|parem|pare|nao)\b(?: de)? (?:me )?(?:mandar|manda|mandem|envia\w*) (?:isso|nada|mais)\b",
    ),
    _cue("change_address", _STRONG, r"^(?!.*\bqual\b).*\b(?:endereco|complemento|bairro)\b|_street_|_complement_"),
    _cue(
        "change_address",
        _STRONG,
        rf"\b{_CHANGE}\b.*\b(?:endereco|entrega|cep|rua)\b|\b(?:rua|cep|numero|bairro)\b.*\berrad[oa]\b",
    ),
    _cue(
        "change_address",
        _STRONG,
        r"\bnumero\b.*\b(?:casa|errad\w|certo)\b|\b(?:entreg\w+|mandar?)\b.*\b(?:outro|outra)\b.*\b(?:lugar|local"
        r"|endereco)\b"
        r"|\blocal de entrega\b|\bentreg\w+\b.*\b(?:trabalho|casa d[aeo]|vizinh[oa])\b",
    ),
    _cue(
        "change_address", _FAIR, r"\bcep\b.*\b(?:errad\w|certo|correto)\b|\b(?:errad\w|corrig\w+|alter\w+)\b.*\bcep\b"
    ),
    _cue("change_due_date", _FAIR, r"\bvencimento\b"),
    _cue(
        "change_due_date",
        _STRONG,
        rf"\b{_CHANGE}\b.*\bvenc\w+|\b(?:adia\w*|prorrog\w+|estend\w+|remarca\w*|empurr\w+)\b",
    ),
    _cue("change_due_date", _STRONG, r"\bnov[ao] (?:data|vencimento|prazo)\b|\bmais (?:prazo|tempo|uns dias)\b"),
    _cue(
        "change_due_date",
        _STRONG,
        r"\b(?:mud\w+|alter\w+|troc\w+|jog\w+|bota|nova|outra|passa\w*|empurr\w+)\b.*\b(?:data"
        r"|boleto)\b.*(?:_date_|pra frente)"
        r"|\b(?:mud\w+|alter\w+|troc\w+|outra)\b.*\bdata\b",
    ),
    _cue("change_due_date", _FAIR, r"\b(?:so )?(?:receb\w+|pag\w+)\b.*_date_|_date_.*\bboleto\b|\bboleto\b.*_date_"),
    _cue(
        "resend_boleto",
        _STRONG,
        r"\b(?:segunda|2|_num_) ?a? ?via\b(?!.*etiqueta)|\blinha digitavel\b|\bcodigo de barras?\b",
    ),
    _cue(
        "resend_boleto",
        _STRONG,
        r"\b(?:perdi|reenvi\w+|de novo|novamente|nao recebi|nao chegou|sumiu|apaguei|cade|copia|outra vez"
        r"|nao abr\w+|nao achei)\b"
        r".*\bboleto\b|\bboleto\b.*\b(?:de novo|novamente|outra vez|nao chegou|nao abr\w+|pdf)\b|\b(?:codigo"
        r"|numeros?|pdf) do boleto\b",
    ),
    _cue("nfe_invoice", _STRONG, r"\bnotas?\b|\bdanfe\b|\bxml\b|_nfekey_|_badkey_"),
    _cue(
        "complaint",
        _STRONG,
        r"\b(?:quebrad\w+|defeito\w*|danificad\w+|amassad\w+|trincad\w+|riscad\w+|arranhad\w+|vaza\w*|rachad\w+"
        r"|estragad\w+"
        r"|enferrujad\w+|reclama\w*|insatisfeit\w+|pessim\w+|absurdo|horrivel|queimou|queimad\w+)\b",
    ),
    _cue(
        "complaint",
        _STRONG,
        r"\b(?:veio|vieram|chegou|mandaram|recebi|enviaram)\b.*\b(?:errad\w+|trocad\w+|falta\w*|diferente|outro"
        r"|vazi\w+|metade"
        r"|esquerd\w+|direit\w+|sem|so|usad\w+)\b",
    ),
    _cue("pay_pix", _STRONG, r"\bcodigo\b.*\bnao (?:funcion\w+|le|abr\w+|vai|copia)\b"),
    _cue(
        "complaint",
        _STRONG,
        r"^(?!.*\bcodigo\b).*\bnao (?:funcion\w+|era|encaix\w+|carrega|liga|presta)\b|\bpeca errada\b",
    ),
    _cue("complaint", _STRONG, r"\bfalt\w+\b.*(?:_order_|\b(?:item|peca|parafuso\w*|caixa)\b)"),
    _cue("complaint", _FAIR, r"\b(?:veio|vieram)\b"),
    _cue("part_fitment", _STRONG, r"\b(?:serve\w*|servir|compativel|encaixa|cabe|da certo|dar certo)\b"),
    _cue("part_fitment", _STRONG, r"\bqual\b.*\b(?:usa|vai|pega)\b|_plate_|\bmesm[ao]s? d[aoe]\b"),
    _cue(
        "part_fitment",
        _STRONG,
        r"\b(?:vai|da|pega|entra|funciona|e)\b (?:no|na|do|da|em) (?:meu |minha )?(?:carro|_vehicle_)",
    ),
    _cue(
        "find_part",
        _STRONG,
        r"\b(?:tem|teria|procur\w+|precis\w+|comprar|vende\w*|atras de|quero|achar|arruma|ve"
        r"|disponivel)\b.*(?:_part_|_vehicle_)",
    ),
    _cue("find_part", _STRONG, r"\b(?:quanto|preco|valor)\b.*_part_(?!.*(?:_cep_|_city_|_amount_|_num_))"),
    _cue("find_part", _FAIR, r"\bqual\b.*\b(?:preco|valor)\b.*_part_(?!.*(?:_cep_|_city_))"),
    _cue("find_part", _STRONG, r"^(?:_qty_ )?_part_(?: \w+){0,2}(?: _vehicle_)?(?: _year_)?$"),
    _cue(
        "cancel_flow",
        _STRONG,
        r"^(?:cancela\w*|voltar?|esquece\w*|deixa|encerra\w*|desisto)(?: (?:isso|tudo|pra la|quieto|la))*$",
    ),
    _cue(
        "cancel_flow",
        _STRONG,
        r"\b(?:comecar de novo|do zero|pro comeco|recomec\w+|reinici\w+|deixa (?:isso )?pra la|sair do cadastro"
        r"|esquece)\b|\bnao quero continuar\b",
    ),
    _cue("charge_request", _STRONG, r"\b(?:cobra|cobrar|cobre|cobranca)\b|\blink de pagamento\b.*\bcliente\b"),
    _cue(
        "payment_claim",
        _STRONG,
        r"^(?!.*\b(?:como|duas vezes|estorn\w+)\b).*\b(?:paguei|transferi|comprovante)\b|^(?:ja )?(?:esta )?pago$"
        r"|\bpagamento (?:feito|caiu)\b|\b(?:fiz|feito) o (?:pix|pagamento)\b|\bacabei de (?:pagar|fazer o pix)\b"
        r"|\bpix (?:ja foi|feito)\b"
        r"|\bcaiu o (?:pix|pagamento)\b",
    ),
    _cue(
        "change_carrier",
        _STRONG,
        r"\b(?:mud\w+|troc\w+|prefiro)\b.*(?:_carrier_|transportadora|forma de envio|entrega mais|frete)",
    ),
    _cue(
        "privacy_request",
        _STRONG,
        r"\b(?:apag\w+|exclu\w+|copia)\b.*\b(?:dados|conta|cadastro)\b|\blgpd\b|\bmeus dados\b",
    ),
    _cue("privacy_request", _STRONG, r"\bdados\b.*\b(?:de mim|sobre mim|voces tem)\b"),
    _cue("undo", _STRONG, r"^desfaz\w*\b(?!.*\bcompra\b)|\bdesfaz\w*$"),
    _cue(
        "done",
        _STRONG,
        r"^(?:pronto|terminei|finaliza\w*|acabou|acabei|so (?:isso|essas|esses)|sao so essas)\W*|\bmandei tod[ao]s\b",
    ),
    _cue(
        "opt_in",
        _STRONG,
        r"^(?!.*\b(?:nao|nem)\b).*\b(?:voltar|volta|reativar|receber|ligar)\b.*\b(?:avisos?|lembretes?|mensagens)\b",
    ),
    _cue("out_of_scope", _STRONG, _ELSEWHERE),
)


class Model(NamedTuple):
    """``weights[feature]`` holds pairs of an intent's index and its points; ``known`` the words of the examples."""

    weights: dict[str, tuple[tuple[int, float], ...]]
    bias: tuple[float, ...]
    known: frozenset[str]
    temperature: float


@cache
def model() -> Model:
    data = json.loads(files(__package__).joinpath("data", "ranker.json").read_text(encoding="utf-8"))
    order = [INTENTS.index(name) for name in data["intents"]]
    weights = {
        feature: tuple((order[int(k)], points / 100) for k, points in pairs.items())
        for feature, pairs in data["weights"].items()
    }
    bias = [0.0] * len(INTENTS)
    for place, value in zip(order, data["bias"], strict=True):
        bias[place] = value / 100
    return Model(weights, tuple(bias), frozenset(data["known"]) | COMMON, data["temperature"])


@lru_cache(maxsize=4096)
def _corrected(word: str, known: frozenset[str]) -> str:
    """The known word that a misspelt one stands for, or itself."""
    if len(word) < 5 or word in known or not word.isalpha():
        return word
    near = [k for k in known if abs(len(k) - len(word)) <= 1 and len(k) >= 5 and k[0] == word[0]]
    if len(word) < 7:
        # in short words another letter makes another word ("lugar", "ligar"); lost and swapped ones do not
        near = [k for k in near if len(k) != len(word) or sorted(k) == sorted(word)]
    # sorted: of equals the same one wins in every process
    best = process.extractOne(word, sorted(near), scorer=OSA.distance, score_cutoff=1 if len(word) < 9 else 2)
    return best[0] if best else word


def read_words(text: Text, known: frozenset[str]) -> list[str]:
    """The words of a message with claims, usual spelling, small slips corrected."""
    return [w if w[0] == "_" else _corrected(w, known) for w in usual(text.masked())][:80]


def features(said: Sequence[str], cued: Iterable[int]) -> Iterator[str]:
    """What the ranker looks at: words, pairs, gapped pairs, pieces of words, the length, which cues fired."""
    names = [INTENTS[place] for place in cued]
    yield from (f"!{name}" for name in names or ["none"])
    if len(names) == 1:
        yield f"!only {names[0]}"
    row = ["<", *said, ">"]
    for word in said:
        yield word
        if word[0] != "_" and len(word) > 4:
            yield "^" + word[:5]
            padded = f"^{word}$"
            for i in range(len(padded) - 3):
                yield "~" + padded[i : i + 4]
    for left, right in pairwise(row):
        yield f"{left} {right}"
    for left, right in zip(row, row[2:], strict=False):
        yield f"{left} * {right}"
    count = len(said)
    yield f"#{count if count < 4 else 4 if count < 7 else 7 if count < 12 else 12}"
    if not any(w[0] == "_" for w in said):
        yield "#plain"


_POLITE = words("opa oi ola valeu obrigado")
_ANSWERS = words("sim nao isso pode ok confirmo certo")


def scale_of(count: int) -> float:
    """What the features of words weigh: long messages have many, and are no surer for it."""
    return 1 / math.sqrt(count + 1)


def cue_points(said: Sequence[str]) -> dict[int, float]:
    """The points of the cues that fire: the best of an intent in full, further ones for half."""
    line = " ".join(said)
    fired: dict[int, list[float]] = {}
    answer = answers.answered(said)
    # "opa, beleza" and "show, valeu" are polite words, and no answer to anything
    if answer is not None and not (_POLITE & set(said) and not _ANSWERS & set(said)):
        fired[_PLACE["affirm" if answer else "deny"]] = [_STRONG]
    for cue in CUES:
        if cue.shape.search(line):
            fired.setdefault(_PLACE[cue.intent], []).append(cue.points)
    return {place: max(points) + (sum(points) - max(points)) / 2 for place, points in fired.items()}


_PLACE = {name: i for i, name in enumerate(INTENTS)}


def rank(said: Sequence[str], role: str = "") -> list[tuple[str, float]]:
    """All intents with their probabilities, best first."""
    weights, bias, _, temperature = model()
    points = list(bias)
    cued = cue_points(said)
    found = [feature for feature in dict.fromkeys(features(said, cued)) if feature in weights]
    scale = scale_of(len(found))
    for feature in found:
        size = 1.0 if feature[0] == "!" else scale
        for place, value in weights[feature]:
            points[place] += value * size
    for place, value in cued.items():
        points[place] += value
    favoured = SELLERS if role == "seller" else BUYERS if role == "buyer" else ()
    for name in favoured:
        points[_PLACE[name]] += _TIE_POINTS
    top = max(points)
    odds = [math.exp((p - top) / temperature) for p in points]
    total = sum(odds)
    return sorted(((name, o / total) for name, o in zip(INTENTS, odds, strict=True)), key=lambda pair: -pair[1])
