"""Cues about a shop's business apart from sales: joining, pausing listings, stock, boxes; and a lost number."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

_NUMBER = r"(?:numero|chip|telefone|celular|whatsapp|zap|whats)"
_GONE = r"(?:antig[oa]|velh[oa]|outr[oa]|perdi\w*|roub\w+|furt\w+|cancelei)"
_MINE = r"(?:_listing_|_num_|_order_|_part_|\banuncios?\b)"
_BOX = r"(?:medidas?|pes[oa]\w*|caixa|embalagem|volume|tamanho|pacote|dimens\w+)"

CUES: tuple[Cue, ...] = (
    cue("join_shop", STRONG, r"\bconvit\w+\b|\bconvid\w+\b.*\bvend\w+\b"),
    cue(
        "join_shop", STRONG, r"\b(?:ser|virar?|viro|como) (?:um )?(?:vendedor\w*|lojista|parceir\w+)\b|\bsou lojista\b"
    ),
    cue("join_shop", FAIR, r"\b(?:seja|sejam|vendedor(?:es)? de voces|lojista|parceir\w+ de voces)\b"),
    cue("join_shop", STRONG, r"\bvend\w+\b.*\b(?:na plataforma|com voces?|por aqui|aqui com)\b"),
    cue(
        "join_shop",
        STRONG,
        r"\b(?:minha|uma|tenho|abrir|botar|nov\w+) (?:\w+ ){0,2}lojas?\b.*\b(?:entrar|plataforma|voces?)\b",
    ),
    cue("join_shop", STRONG, r"\b(?:novas? lojas|entrar como (?:loja|vendedor|lojista)|cadastro de lojista)\b"),
    cue(
        "recover_account",
        STRONG,
        rf"\b(?:troc|mud)\w+ (?:\w+ ){{0,3}}{_NUMBER}\b(?! (?:pra|da casa|do pedido))|\b{_NUMBER} (?:mudou|novo)\b",
    ),
    cue("recover_account", STRONG, rf"\b{_GONE}\b.*\b{_NUMBER}\b|\b{_NUMBER} (?:\w+ ){{0,2}}{_GONE}\b"),
    cue("recover_account", STRONG, r"\b(?:nao tenho|perdi|sem)\b (?:mais )?(?:o )?acesso\b"),
    cue("recover_account", STRONG, r"\b(?:recuper\w+|(?:passar?|transfer\w+) (?:a )?(?:minha )?)\b.*\bconta\b"),
    cue("pause_listing", STRONG, rf"\b(?:des)?pau[sz]\w+\b.*{_MINE}|\b(?:des|re)?ativ\w+\b.*{_MINE}"),
    cue("pause_listing", STRONG, r"\b(?:tir|retir|sai|volt|po[ern]|coloc|bot)\w*\b.*\b(?:do|no) ar\b"),
    cue(
        "pause_listing",
        STRONG,
        rf"\b(?:suspend|escond|retir)\w+\b.*{_MINE}"
        rf"|\b(?:remov|apag|exclu|delet|tir)\w+ (?:\w+ )?(?:anuncios?|_listing_)"
        rf"|\bnao vend\w+ mais\b.*{_MINE}",
    ),
    cue("pause_listing", FAIR, r"\bpau[sz]\w+\b|\bpausa\b"),
    cue(
        "change_stock",
        STRONG,
        r"^(?!.*\b(?:(?:cancel|inclu|cadastr)\w+|anunci(?:a|ar|e))\b).*\bestoque\b(?!.*\b(?:nov[oa] item)\b)",
    ),
    cue(
        "change_stock",
        STRONG,
        r"^(?!.*\b(?:do ar|paus\w+)\b)"
        r".*\b(?:acabou(?! de)|esgot\w+|zer\w+|repus|sobrou)\b.*(?:_listing_|_num_|_order_)",
    ),
    cue(
        "change_stock",
        STRONG,
        r"\b(?:cheg\w+|entr\w+|receb\w+|tem|tenho) (?:mais )?(?:_num_|_qty_|\d+)\b.*(?:_listing_|_num_|_order_)",
    ),
    cue("change_stock", STRONG, r"\bvendi \d+ d[oa]\b.*\bbalcao\b|\bagora tem (?:_qty_|\d+)\b"),
    cue("change_box", STRONG, rf"^(?!.*\bserv\w+).*\b(?:{CHANGE}|err\w+)\b.*\b{_BOX}\b"),
    cue("change_box", STRONG, rf"\b(?:caixa|embalagem|medidas?|peso)\b.*\b(?:mudou|mudaram|{CHANGE})\b"),
    cue("change_box", STRONG, r"\bpes(?:ei|ou|aram)\b"),
    cue(
        "change_box",
        STRONG,
        rf"^(?!.*\b(?:colar|etiqueta|serv\w+|montei|veio|encaix\w+)\b).*\b{_BOX}\b.*(?:_size_|_weight_|_order_|\berrad[oa]s?\b|\bmaior\b|\bmenor\b)",
    ),
    cue(
        "change_stock",
        STRONG,
        r"^(?!.*\b(?:do ar|paus\w+|pedido|venda|cancel\w+)\b).*\b(?:acabou(?! de)|acabaram|esgot\w+"
        r"|zer(?:ou|a|ei|ar)|repus|sobr(?:ou|aram)|restam?)\b (?:\w+ ){0,3}(?:_part_|_qty_"
        r"|_listing_|_num_)",
    ),
    cue(
        "change_stock",
        STRONG,
        r"^(?!.*\b(?:cadastr\w+|anunci(?:a|ar|e)\b))"
        r".*\b(?:chegou|chegaram|entrou|entraram|recebi|repus) (?:mais )?(?:_num_|_qty_|\d+)"
        r"(?: (?:unidades?|pecas?))?(?: d[eoa])? (?:_part_|_listing_|_num_|palheta)",
    ),
    cue(
        "change_stock",
        STRONG,
        r"\b(?:nao (?:tem|tenho|temos) mais|sem) (?:_part_|o _part_|a _part_|estoque)\b.*"
        r"|\b(?:so |ainda )(?:tem|tenho|restam?|sobr\w+|ficou) (?:_num_|_qty_|\d+|um|uma|dois"
        r"|duas|tres)\b(?!.*(?:vezes|dias|reais))",
    ),
    cue("pause_listing", STRONG, rf"\bsegur\w+\b.*\b(?:a venda|o anuncio)\b.*{_MINE}|\bpar\w+ de vender\b.*{_MINE}"),
    cue(
        "change_stock",
        STRONG,
        r"(?:_num_|_listing_|_order_) (?:so |agora )?(?:rest\w+|sobr\w+|(?:ficou|ficaram)(?: com)?|tem"
        r"|esta com|com) (?:so |mais |apenas )?(?:\d{1,2}\b(?! (?:fotos?|anos?))|_qty_)",
    ),
)
