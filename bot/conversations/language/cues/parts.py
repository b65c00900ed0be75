"""Cues about parts: searching, fitment, destination."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

CUES: tuple[Cue, ...] = (
    cue(
        "quote_shipping",
        STRONG,
        r"^(?!.*\b(?:troc(?!ad)\w+|mud(?:ar|e)|muda (?:o|pra|esse|de)|altera\w*)\b)"
        r"(?!.*\b(?:deu|ficou|paguei|custou)\b.*(?:_order_|_num_)).*\bfretes?\b",
    ),
    cue("quote_shipping", STRONG, r"\b(?:calcul\w+|cota\w*|simul\w+)\b.*\b(?:envi\w+|entrega\w*|frete|_cep_|_city_)"),
    cue(
        "quote_shipping",
        STRONG,
        r"\bfrente (?:pra|ate)\b.*(?:_cep_|_city_|_uf_)"
        r"|\b(?:quanto|valor|custo|prazo|preco|custa)\b.*\b(?:envi\w+|entreg\w+|mandar|despachar)\b(?!.*_order_)",
    ),
    cue(
        "quote_shipping",
        STRONG,
        r"^(?!.*\b(?:mud|corrig|alter|troc|atualiz|err)\w+)"
        r".*\b(?:envi\w+|entreg(?:a|am|ar|ue|uem)|manda\w*|despach\w+|chega\w*|leva)\b.*(?:_cep_|_city_|_uf_)",
    ),
    cue("quote_shipping", FAIR, r"_(?:cep|city)_"),
    cue("quote_shipping", STRONG, r"^(?:cep )?_cep_$"),
    cue(
        "change_address",
        STRONG,
        r"^(?!.*\b(?:qual|que)\b.*\bendereco\b)(?!(?:o )?endereco (?:de entrega )?d[aoe] "
        r"(?:venda|pedido) _order_ ?\??$)"
        r".*\b(?:endereco|complemento|bairro)\b|_street_|_complement_",
    ),
    cue(
        "change_address",
        STRONG,
        rf"\b{CHANGE}\b.*\b(?:endereco|entrega|cep|rua)\b|\b(?:rua|cep|numero|bairro)\b.*\berrad[oa]\b",
    ),
    cue(
        "change_address",
        STRONG,
        r"\bnumero\b.*\b(?:casa|errad\w|certo)\b|\b(?:entreg\w+|mandar?)\b.*\b(?:outro|outra)\b.*\b(?:lugar|local"
        r"|endereco)\b"
        r"|\blocal de entrega\b|\bentreg\w+\b.*\b(?:trabalho|casa d[aeo]|vizinh[oa])\b",
    ),
    cue("change_address", FAIR, r"\bcep\b.*\b(?:errad\w|certo|correto)\b|\b(?:errad\w|corrig\w+|alter\w+)\b.*\bcep\b"),
    cue(
        "part_fitment",
        STRONG,
        r"\b(?:serve\w*|servir|compativel|encaixa|cabe|da certo|dar certo|chassi|ou e diferente)\b",
    ),
    cue("part_fitment", STRONG, r"\bentra (?:nele|nela)\b|\b(?:da|vai|entra) n[oa] \w+ \?$"),
    cue("part_fitment", STRONG, r"\bqual\b.*\b(?:usa|vai|pega)\b|_plate_|\bmesm[ao]s? d[aoe]\b"),
    cue(
        "part_fitment",
        STRONG,
        r"\b(?:vai|da|pega|entra|funciona|e)\b (?:no|na|do|da|em) (?:meu |minha )?(?:carro|_vehicle_)",
    ),
    cue(
        "find_part",
        STRONG,
        # with a CEP, it is about freight
        r"^(?!.*_cep_).*\b(?:tem|teria|procur\w+|precis\w+|comprar|vende\w*|atras de|quer(?:o|ia|emos)|achar|arruma|ve"
        r"|disponivel)\b.*(?:_part_|_vehicle_)",
    ),
    cue("find_part", STRONG, r"\b(?:quanto|preco|valor)\b.*_part_(?!.*(?:_cep_|_city_|_amount_|_num_))"),
    cue("find_part", FAIR, r"\bqual\b.*\b(?:preco|valor)\b.*_part_(?!.*(?:_cep_|_city_))"),
    cue("find_part", STRONG, r"^(?:_qty_ )?_part_(?: \w+){0,2}(?: _vehicle_)?(?: _year_)?$"),
    cue(
        "change_carrier",
        STRONG,
        r"\b(?:mud\w+|troc\w+|prefiro)\b.*(?:_carrier_|transportadora|forma de envio|entrega mais|frete)",
    ),
    cue(
        "change_carrier",
        STRONG,
        r"\b(?:frete|entrega|envio) mais (?:rapid|barat)\w+\b.*\b(?:que esse|meu pedido|_order_)",
    ),
    cue(
        "change_address",
        STRONG,
        r"\breceb\w+\b.*\b(?:trabalho|servico|vizinh[oa]|portaria|loja d\w|outr[oa] (?:lugar|local|endereco|casa))\b",
    ),
    cue("part_fitment", STRONG, r"\bqual\b.*_part_.*\b(?:cert[oa]|usa|serve|vai)\b"),
    cue("change_address", STRONG, r"\bentreg\w+\b.*\b(?:servico|trabalho|vizinh\w|portaria|casa d\w|outro|loja)\b"),
    cue(
        "change_address",
        STRONG,
        r"\b(?:troc|mud|corrig|alter)\w+\b.*\bnumero\b(?!.*\b(?:telefone|pedido|celular)\b)|\bme mudei\b"
        r"|\bmudei d[ea]\b(?! (?:ideia|opiniao|plano))",
    ),
    cue(
        "change_address",
        STRONG,
        r"\b(?:entreg\w+|mandar?|envi\w+|receb\w+|ir|chegar|levar)\b.*\b(?:n[oa]|pr[oa]|pra"
        r"|em) (?:\w+ )?(?:trabalho|servico|firma|emprego|oficina|vizinh\w|portaria|mae|pai"
        r"|sogr\w|irma\w?|casa d\w)\b(?! _)",
    ),
    cue("change_address", STRONG, r"\b(?:em vez|ao inves|no lugar)\b.*\b(?:casa|endereco|rua|trabalho)\b"),
    cue(
        "find_part",
        STRONG,
        r"\b(?:mandar?|me ve|passa\w*|quero)\b.*\b(?:fotos?|imagem)\b.*\b(?:valor|preco|quanto)\b.*"
        r"(?:_part_|_vehicle_)|\b(?:valor|preco)\b.*\bfotos?\b.*_part_",
    ),
    cue(
        "find_part",
        STRONG,
        r"(?:_part_.*_vehicle_|_vehicle_.*_part_).*\b(?:tem|teria|voces? tem|vende\w*|arruma\w*|ai)\b",
    ),
    cue(
        "find_part",
        FAIR,
        r"^(?!.*\b(?:veio|chegou|comprei|meu|minha|pedido|serve|cancel\w+)\b)(?!.*(?:_amount_"
        r"|_order_|_listing_|_cep_|_city_)).*(?:_part_.*_vehicle_|_vehicle_.*_part_)",
    ),
    cue(
        "part_fitment",
        STRONG,
        r"_plate_|\b(?:minha|pela|da|a|com a) placa\b|\b(?:serve\w*|servir\w*|sirva|encaix\w+"
        r"|compativ\w+|cabe|adapt\w+)\b.*(?:_vehicle_|carro|moto)|\b(?:pega|entra|da|vai|bate) "
        r"(?:certo )?(?:no|na|em|com o|com a) (?:meu |minha )?(?:carro|moto|_vehicle_)|\b"
        r"(?:pega|bate|entra|encaixa)\b.*_vehicle_",
    ),
    # a part and a CEP: a quote, whatever else is said
    cue("quote_shipping", STRONG + FAIR, r"_(?:part|vehicle|year)_.*_cep_"),
    cue("find_part", STRONG, r"\bnov[oa] ou usad[oa]\b"),
)
