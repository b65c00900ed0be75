"""Cues about existing orders: where they are, what they contain, what is wrong with them."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

# what others did ("por que cancelaram?", "foi cancelado?") is no request to cancel
_CANCEL = r"(?:cancel(?!aram|ou\b|ad[oa]s?\b|ei\b)\w*|anul\w+|abort\w+|desfaz\w+ a compra)"
_DEAL = r"(?:pedidos?|compras?|vendas?|encomendas?)"

CUES: tuple[Cue, ...] = (
    cue("track_order", STRONG, r"\brastre\w+|_tracking_"),
    cue(
        "track_order",
        STRONG,
        rf"\b(?:cade|onde)\b(?!.*\b(?:nota|boleto|etiqueta)\b).*\b(?:{_DEAL}|peca|pacote|entrega|_part_|_order_)",
    ),
    cue("track_order", STRONG, r"\b(?:status|(?<!em )andamento|acompanhar|atrasad[oa]|demora\w*|noticia)\b"),
    cue(
        "track_order",
        STRONG,
        r"\b(?:quando|que dia|previsao|demora\w*)\b.*\b(?:cheg\w+|entrega)\b|\bcheg\w+\b.*\b(?:quando|que dia)\b",
    ),
    cue(
        "track_order",
        STRONG,
        r"\bnao (?:chegou|recebi|entreg\w+)\b(?!.*\b(?:boleto|etiqueta|nota|email)\b)"
        r"|\b(?:nada|nem sinal) d(?:e chegar|[ao] (?:meu|minha|peca|pedido|compra|encomenda|entrega|pacote|_part_))\b",
    ),
    cue(
        "track_order",
        STRONG,
        r"\bquando\b.*\b(?:mandam|enviam|postam|despacham)\b"
        r"|\bquando (?:\w+ ){0,3}va(?:i|o) (?:\w+ )?(?:mandar|enviar|postar|despachar)\b"
        r"|\bainda nao (?:saiu|mandaram|postaram|enviaram)\b"
        r"|\bcheg\w+ a sair\b|\bme avis\w+ quando\b.*\b(?:perto|cheg\w+|sair)\b",
    ),
    cue("track_order", FAIR, r"\b(?:ja|foi|foram)\b.*\b(?:posta\w+|envia\w+|despach\w+|sai\w+)\b.*\?"),
    cue(
        "track_order",
        STRONG,
        r"\b(?:posta|envia|despacha|manda)ram\b.*(?:meu|minha|_order_|pedido)|\b(?:postad|enviad"
        r"|despachad)[oa]\b.*\b(?:meu|minha)\b",
    ),
    cue("track_order", STRONG, r"\b(?:meu|minha)\b.*\b(?:postad|enviad|despachad)[oa]\b|\bsaiu pra entrega\b"),
    cue(
        "list_orders",
        STRONG,
        r"\b(?:meus|minhas|quais|lista\w*|mostra\w*|ver|historico|todas?|todos|ultim[ao]s)\b.*\b(?:pedidos"
        r"|compras|vendas)\b",
    ),
    cue("list_orders", FAIR, r"\bpedidos\b|\bvendas\b|\b(?:pedido|venda) nov[oa]\b|\bnov[oa] (?:pedido|venda)\b"),
    cue("list_orders", STRONG, r"\b(?:falta\w*|pendentes?|precis\w+|tenho)\b.*\b(?:enviar|postar|despachar|envio)\b"),
    cue("list_orders", FAIR, r"\btudo (?:o )?que (?:eu )?(?:comprei|vendi|esta)\b|\bem aberto\b"),
    cue(
        "order_details",
        STRONG,
        r"\b(?:detalh\w+|abre|abrir|informac\w+|infos?|resumo|consulta\w*|dados|ver|itens|dentro)\b.*\b(?:pedido"
        r"|venda|compra)\b.*_order_",
    ),
    cue(
        "order_details",
        STRONG,
        r"\b(?:ver|olhar|conferir) (?:[oa] |ess[ea] )?(?:pedido |venda |compra )?(?:_order_|_num_)"
        r"|\b(?:pedido|compra|venda) _order_ (?:ja )?(?:vem|inclui|acompanha|tem)\b.*\?"
        r"|^(?:quem|[oa] (?:client|comprador)\w*)\b.*\bcancel\w+\b.*(?:_order_|_num_)"
        r"|\b(?:mostra\w*|abre|ver)\b.*\bpedido\b.*_num_",
    ),
    cue("order_details", STRONG, r"^(?:o )?(?:(?:pedido|venda|compra) )?(?:numero )?_order_ ?\??$"),
    cue("order_details", FAIR, r"\bo que (?:tem|veio|comprei)\b|\bdetalh\w+\b"),
    cue("order_details", STRONG, r"\b(?:quem comprou|comprador|valor total|quanto deu|total do pedido|total da)\b"),
    cue(
        "order_details",
        STRONG,
        r"\b(?:qual|quais|quem|quanto|pra onde|como)\b.*\b(?:pedido|venda|compra)\b.*_order_(?!.*(?:cheg|rastre"
        r"|envi|entreg))",
    ),
    cue("cancel_order", STRONG, rf"\b{_CANCEL}\b.*\b(?:{_DEAL}|tudo)\b|\b{_CANCEL}\b.*(?:_order_|_part_|_num_)"),
    cue(
        "cancel_order",
        STRONG,
        rf"(?:\b{_DEAL}|_order_|_part_|desist\w+|arrepend\w+|errado|querer).*\b(?:cancelar|cancela|cancelem|cancele)\b",
    ),
    cue(
        "cancel_order",
        FAIR,
        rf"^(?!(?:cancela|aborta)\w*$).*\b{_CANCEL}\b(?! (?:os )?(?:aviso|lembrete|mensage|notific))",
    ),
    cue(
        "cancel_order",
        STRONG,
        r"\bnao (?:quero|vou) (?:mais )?(?:querer )?(?:mais )?(?:o|a|esse|essa)? ?(?:pedido|compra|_part_|peca)\b"
        r"|\bdesist\w+ d[aoe]\b",
    ),
    cue(
        "nfe_invoice",
        STRONG,
        r"(?<!com )\bnotas?\b|^(?:\w+ ){0,2}com nota(?: fiscal)? ?\??$|\bdanfe\b|\bxml\b|_nfekey_"
        r"|_badkey_",
    ),
    cue(
        "complaint",
        STRONG,
        r"\b(?:quebr(?:ad\w+|ou)|defeito\w*|danificad\w+|amassad\w+|trincad\w+|riscad\w+|arranhad\w+|vaza\w*|rachad\w+"
        r"|estragad\w+|empenad\w+|entortad\w+|tort[oa]s?|rasgad\w+|furad\w+|oxidad\w+|defeituos\w+|moid[oa]|avariad\w+"
        r"|enferrujad\w+|reclama\w*|insatisfeit\w+|pessim\w+|absurdo|horrivel|queimou|queimad\w+)\b",
    ),
    cue(
        "complaint",
        STRONG,
        r"\b(?:veio|vieram|chegou|mandaram|recebi|enviaram)\b.*\b(?:errad\w+|trocad\w+|falta\w*|diferente|outr[oa]"
        r"|vazi\w+|metade"
        r"|esquerd\w+|direit[oa]s?|sem|so|usad\w+)\b",
    ),
    cue(
        "complaint",
        STRONG,
        r"^(?!.*\bcodigo\b).*\bnao (?:me )?(?:funcion\w+|era|encaix\w+|serviu|coube|carrega|liga|presta)\b"
        r"|\bpeca errada\b",
    ),
    cue("complaint", STRONG, r"\bfalt\w+\b.*(?:_order_|\b(?:item|peca|parafuso\w*|caixa)\b)"),
    cue("complaint", FAIR, r"\b(?:veio|vieram)\b"),
    cue("complaint", STRONG, r"_part_ (?:ja |que comprei )?parou\b|\bparou de (?:funcionar|carregar)\b"),
    cue(
        "complaint",
        STRONG,
        r"\b(?:nunca mais compro|procon|palhacada|vergonha|descaso|reclame aqui|processar|falta de respeito)\b",
    ),
    cue(
        "track_order",
        STRONG,
        r"\b(?:esta|anda|ficou|foi parar|parou) (?:a)?onde\b|\b(?:por )?onde\b.*\b(?:anda|esta|ficou|parou"
        r"|foi parar)\b",
    ),
    cue("track_order", STRONG, r"\bparad[oa]\b.*(?:_city_|\bdias?\b|_order_|_num_)|\b(?:mand|envi|post|despach)aram\b"),
    cue(
        "track_order",
        STRONG,
        r"\b(?:ta|esta|vai) (?:vindo|chegando|chegar)\b|\bja (?:saiu|foi)\b.*\b(?:pedido|peca|encomenda"
        r"|_part_|compra)\b",
    ),
    cue(
        "list_orders",
        STRONG,
        r"\b(?:pedidos?|compras) que (?:eu )?(?:ja )?(?:fiz|comprei|tenho|tem)\b"
        r"|\b(?:pedidos?|compras?|vendas?) (?:(?:em )?abert[oa]s?|em andamento)\b"
        r"|\b(?:vend(?:eu|emos|i)|entrou|saiu) (?:mais )?algu?(?:ma|m|a)\b",
    ),
    cue("list_orders", STRONG, r"\b(?:pra|a) (?:separar|despachar|postar|enviar)\b"),
    cue("order_details", STRONG, r"\b(?:quem|cliente|comprador|nome)\b.*\b(?:d[oae]|pra)\b.*(?:_order_|_num_)"),
    cue("order_details", STRONG, r"\b(?:me fala|conta|mostra\w*|ver|detalh\w*|olha\w*|veja)\b.*_order_"),
    cue("cancel_order", STRONG, r"\bdesist\w+\b.*\b(?:pedido|compra|_order_|_num_|_part_)"),
    cue("complaint", STRONG, r"\bnao e (?:o|a|isso|essa?)?(?: peca)? ?que (?:eu )?(?:comprei|pedi)\b"),
    cue(
        "complaint",
        STRONG,
        r"\b(?:veio|chegou|mandaram|recebi)\b.*\b(?:comprei|pedi|era)\b|\bfalta(?:ndo|m)?\b.*\b(?:peca"
        r"|parafuso|item)\w*",
    ),
    cue(
        "complaint",
        STRONG,
        r"\b(?:nao (?:da|deu|tem como|consigo|consegui) (?:pra )?(?:usar|instalar|montar|colocar|aproveitar))\b",
    ),
    cue(
        "track_order",
        STRONG,
        r"\bcodigo\b.*\b(?:rastre\w+|correio\w*|_carrier_)|\blocaliz\w+\b.*(?:pedido|pacote|_tracking_|peca|_order_)",
    ),
    cue(
        "list_orders",
        STRONG,
        r"\bo que (?:\w+ ){0,2}(?:tem|tenho|falta\w*|precis\w+) (?:\w+ ){0,3}(?:levar|lev\w+"
        r"|sair|separar|despachar|postar|enviar)\b",
    ),
    cue(
        "list_orders",
        FAIR,
        r"\b(?:quais|quantos|quantas)\b.*\b(?:falta\w*|pendent\w+|nao (?:mandei|enviei|postei|sai\w+|foram))\b",
    ),
    # what was paid for an existing order, freight or not, is no new quote
    cue(
        "order_details",
        STRONG,
        r"\bquanto (?:que |eu )?(?:deu|ficou|foi|custou|paguei|saiu|dava|recebo|vou receber)\b.*(?:_order_|_num_)"
        r"|(?:_order_|_num_).*\bquanto (?:que )?(?:deu|ficou|foi|custou|saiu)\b",
    ),
    cue(
        "order_details",
        STRONG,
        r"\b(?:de quem|quem|qual cidade|qual endereco|pra onde|qual peca|o que)\b.*(?:venda"
        r"|pedido|compra)? ?(?:_order_)|(?:venda|pedido|compra) _order_.*\b(?:de quem|quem"
        r"|qual|que peca|pra onde|o que)\b",
    ),
    cue(
        "order_details",
        STRONG,
        r"\b(?:conferir|confere|relembr\w+|lembr\w+)\b.*\b(?:pedi|comprei|pedido|compra|venda)\b",
    ),
    cue(
        "order_details",
        STRONG,
        rf"^(?!.*\b(?:{CHANGE}|err\w+|outr[oa]|nov[oa]|cert[oa]|corret[oa])\b)(?!.*_(?:cep|street)_)"
        r".*(?:\b(?:qual|que|ver)\b.*\bendereco\b|\bendereco (?:de entrega )?d[aoe] (?:venda|pedido|compra|_order_))",
    ),
    cue(
        "track_order",
        STRONG,
        r"^(?:e |mas |ai )?(?:[oa]s? )?(?:meu |minha )?(?:pedido|encomenda|entrega|peca|compra"
        r"|pacote) ?\?$|\bno aguardo d[aoe]\b"
        r"|\batualiz\w+ (?:\w+ )?sobre\b",
    ),
    cue(
        "list_orders",
        STRONG,
        r"\b(?:lista|listar|liste)\b(?!.*\b(?:sair|tira\w*|remov\w+|mensag\w+)\b)|\b(?:nao "
        r"(?:lembro|sei|tenho)) (?:\w+ )?numero(?! d[aeo] (?:casa|cartao|telefone))",
    ),
    cue(
        "complaint",
        STRONG,
        r"\b(?:engan\w+|golpe|lesad[oa]|enrol(?:ando|aram|acao)|desrespeito|mentir\w+|porcaria|lixo|decepcion\w+)\b",
    ),
    cue("track_order", STRONG, r"\bera pra (?:ter )?(?:cheg|entreg)\w+"),
    cue(
        "order_details",
        STRONG,
        r"(?:_order_|_num_) (?:\w+ ){0,2}(?:pra onde|de quem|pra quem)\b|\b(?:pra onde|pra quem)\b.*"
        r"(?:_order_|_num_)",
    ),
    cue(
        "complaint",
        STRONG,
        r"\bnao (?:e|era|veio|bate|parece) (?:\w+ ){0,3}(?:da foto|das fotos|do anuncio|no anuncio)\b",
    ),
)
