"""Cues of sellers: listings, prices, posting, labels, sales."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

_SENT = (
    r"(?:postei|postad[oa]s?|posta\w*i|envi\w*ei|enviei|enviad[oa]s?|despachei|despachad[oa]s?"
    r"|colet\w+|entreguei|mandei|recolh\w+)"
)

CUES: tuple[Cue, ...] = (
    cue("upload_photo", STRONG, r"\b(?:foto\w*|video\w*|imagem|imagens)\b"),
    cue(
        "upload_photo",
        FAIR,
        r"\b(?:mandar|envi\w+|segue\w*|adicion\w+|troc\w+|coloc\w+)\b.*\b(?:fotos?|videos?|imagem|imagens)\b",
    ),
    cue(
        "add_product",
        STRONG,
        r"\b(?:cadastr\w+|anunci(?:ar|o|e|a)|incluir|registrar)\b.*(?:_part_|_vehicle_|\b(?:produtos?|pecas?"
        r"|anuncio|loja|venda)\b)",
    ),
    cue(
        "add_product",
        STRONG,
        r"\bdar entrada\b|\bdesapeg\w+"
        r"|\bnov[oa] (?:anuncio|produto|peca)\b|\badicion\w+ (?:uma? )?(?:produto|peca)s?\b"
        r"|\b(?:criar|fazer|subir|adicionar)\b.*\banuncio\b"
        r"|\bcadastr(?:ar|e|a)\b",
    ),
    cue(
        "add_product",
        STRONG,
        r"\b(?:pra|a|quero|quer) vender?\b(?! (?:[oa] )?(?:meu|minha) (?:carro|moto))"
        r"|\b(?:coloc|bot|por|poe|ponh|pus|tenho)\w*\b.*\ba venda\b(?! _order_)"
        r"|\b(?:coloc|bot|por|poe|ponh|pus|sub|cheg|inclu|adicion|lanc|nov)\w*\b.*\bna (?:minha )?loja\b(?!.*\bcancel)"
        r"|\bquero anunciar\b",
    ),
    cue(
        "edit_price",
        STRONG,
        rf"\b(?:{CHANGE}|aument\w+|baix\w+|abaix\w+|sub\w+|sobe\w*|reduz\w*|coloc\w+|bota\w*)\b.*\b(?:precos?"
        rf"|valor|valores)\b",
    ),
    cue("edit_price", STRONG, r"_percent_|^(?:[oa] )?(?:_num_|_listing_) (?:a|por|pra) (?:_num_|_amount_)$"),
    cue(
        "edit_price",
        STRONG,
        r"\b(?:sob\w+|suba|baix\w+|abaix\w+|desc[ea]\w*|diminu\w+|aument\w+)\b.*(?:_part_|_listing_|_num_)"
        r".*\b(?:pra|para|a|em|por)\b.*(?:_num_|_amount_)",
    ),
    cue(
        "edit_price",
        STRONG,
        r"\b(?:preco|valor)\b.*(?:_listing_|_part_).*(?:_amount_|_num_)|_listing_.*(?:_amount_|_num_)",
    ),
    cue("edit_price", STRONG, r"_num_ .*\bagora\b.*(?:_num_|_amount_)|_part_.*\bagora\b.*(?:_num_|_amount_)"),
    cue(
        "edit_price",
        FAIR,
        r"\b(?:mudar|muda|coloca|colocar|bota|botar|deixa|deixar|baixa|agora)\b.*(?:_part_|_num_"
        r"|_listing_).*(?:_amount_|_num_)",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:postei|enviei|despachei|mandei|entreguei|deixei|levei|coloquei|deixar|passei)\b.*(?:_order_|_num_"
        r"|_tracking_|_carrier_"
        r"|\b(?:agencia|correio|pedido|venda)\b)",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"^(?!.*\b(?:meu|minha)\b)(?!.*\?).*\b(?:marc\w+|est[ao]|foi|foram|ja|tod[oa]s)\b.*\b(?:postad[oa]s?"
        r"|enviad[oa]s?|despachad[oa]s?|coletad[oa]s?)\b",
    ),
    cue("mark_posted", FAIR, rf"\b{_SENT}\b.*(?:_order_|_num_)|(?:_order_|_num_).*\b{_SENT}\b"),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:postei|despachei)\b|\bacabei de (?:remeter|postar|enviar|despachar|deixar)\b|\bsaiu daqui\b",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:transportadora|motoboy|_carrier_)\b.*\b(?:colet\w+|recolh\w+|pegou|levou|buscou)\b.*(?:_order_|_num_)",
    ),
    cue("mark_posted", STRONG, r"\b(?:codigo|rastreio)\b.*(?:_order_|_num_).*_tracking_"),
    cue("print_label", STRONG, r"\betiquetas?\b"),
    cue("print_label", FAIR, r"\betiquetas?\b"),
    cue("print_label", STRONG, r"\b(?:papel|adesivo|folha)\b.*\b(?:cola|colar|impressora|envio|pacote)\b"),
    cue(
        "seller_sales_report",
        STRONG,
        r"\bquant[oa]s?\b.*\b(?:vendi|vende(?:mos|u)|rendeu|fatur\w+|ganh\w+|entrou|cair)\b|\b(?:vendi"
        r"|vendeu|vendemos|faturei|ganhei|caixa)\b.*\bquanto\b|\bgrafico\b"
        r"|\b(?:o que|quais|qual)\b.*\b(?:mais (?:vend\w+|sai\w*)|vend\w+ mais|sai mais|saem mais)\b"
        r"|\bfatur(?:ei|amento|amos)\b"
        r"|\brelatorio\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"\b(?:repasses?|saldo|fechamento|balanco|ganhos|receita (?:n|d)[oae] (?:mes|semana"
        r"|dia|ano|loja|_period_)|desempenho)\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"^(?!.*\b(?:estorn\w+|reembols\w+|_order_)).*\b(?:(?:a|pra) receber|quando (?:recebo|cai)|cair na conta"
        r"|dinheiro das (?:vendas|pecas))\b",
    ),
    cue("seller_sales_report", STRONG, r"\b(?:resum\w+|total|resultado)\b.*\bvend\w+\b|\bcomo foi (?:a|o) _period_"),
    cue("charge_request", STRONG, r"\b(?:cobra|cobrar|cobre|cobranca)\b|\blink de pagamento\b.*\bcliente\b"),
    cue(
        "add_product",
        STRONG,
        r"\b(?:incluir|inserir|adicion\w+|colocar|por|botar|subir)\b.*\b(?:item|itens|catalogo|estoque|loja)\b",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"^(?!.*\?).*\bfoi\b.*_tracking_|_carrier_ (?:ja )?acabou de\b"
        r"|^(?:ja )?(?:foi|seguiu) (?:pra|pel[oa]) _carrier_(?!.*\?)",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"^(?:(?:ja|foi|tudo|esta|ta|pronto) )*(?:postad|despachad|enviad)[oa]s?$"
        r"|^(?:(?:pedido|venda) )?(?:_order_|_num_) (?:ja )?(?:foi|saiu)(?: embora)?$"
        r"|^(?:ja )?(?:foi|saiu) [oa] (?:_order_|_num_)$",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"\bquando\b.*\b(?:pag\w+|receb\w+)\b.*\bvendas?\b"
        r"|\bcomo (?:foi|foram|estao|vao|anda\w*)\b.*\b(?:vendas?|negocio|loja|_period_)|\bextrato\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"\b(?:resumo|balanco|fechamento|total|numeros)\b(?!.*(?:pedido|compra|_order_)).*(?:_period_|_date_"
        r"|\bdias\b)",
    ),
    cue(
        "edit_price",
        STRONG,
        r"\bpreco nov[oa]\b|\bnov[oa] (?:preco|valor)\b|\b(?:desconto|promocao)\b.*(?:_listing_|_part_|_num_"
        r"|_percent_)",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"(?:_order_|_num_).*\b(?:foi|foram|est[ao]|estao|ja foi|seguiu|saiu|deixei|levei)\b.*\b"
        r"(?:_carrier_|correios?|agencia|transportadora|motoboy|caminho)\b|(?:_order_|_num_).*\b"
        r"(?:foi|seguiu|saiu) (?:pel[oa]|pr[oa]|pra) _carrier_",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:levei|deixei|entreguei|mandei|despachei)\b.*\b(?:tudo|todos|todas|os|as) ?"
        r"(?:dois|duas|tres|quatro|cinco|tudo|_num_|pacotes?|caixas?)?\b.*\b(?:agencia|correios?"
        r"|_carrier_|transportadora)\b|\b(?:despachei|postei|enviei) (?:os|as|tudo|todos|todas)\b",
    ),
    cue("print_label", STRONG, r"\b(?:re)?imprim\w+|\bimpressao\b|\bpdf\b.*\b(?:colar|caixa|pacote|envio)\b"),
    cue("edit_price", STRONG, rf"\b{CHANGE}\b.*_amount_.*(?:_listing_|_num_|_part_)"),
    cue(
        "edit_price",
        STRONG,
        r"(?:_part_|_listing_|_num_).*\b(?:deix|bot|coloc|pass|faz|vai|fic|baix|sob|vend)\w* "
        r"(?:ele |ela |so |isso )?(?:por|pra|a|em) (?:_amount_|_num_)(?!.*\b(?:frete|envio)\b)",
    ),
    # without an article the part is a new one: "bota porta do siena 1.200", unlike "bota a porta do siena a 1.200"
    cue(
        "add_product",
        STRONG,
        r"\b(?:bot|coloc|po[ern]|inclu|adicion|lanc|sob|jog)\w* (?:ai |la |aqui |mais )?(?:um "
        r"|uma |_qty_ )?_part_.*(?:_amount_|_num_)",
    ),
    cue(
        "add_product",
        STRONG,
        r"(?:_part_|_vehicle_).*\b(?:cadastr\w+|anunci(?:ar|(?<! [odn] anunci)(?<! [dn]o anunci)o|e|a))$",
    ),
    cue(
        "upload_photo",
        STRONG,
        r"\b(?:tirei|tiramos|segue\w*|gravei|filmei)\b.*\b(?:fotos?|videos?)\b|\bfotos?\b.*\bsegue\b",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:fiz|ja fiz|feito|dei) (?:o )?(?:envio|postagem|despacho|entrada)\b|\b(?:sair"
        r"|sai|voltei|vim|saindo) d[aoe]s? (?:_carrier_|correios?|agencia)\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"\b(?:vendendo|vendas?) (?:bem|mal|pouco|muito)\b|\b(?:deposit\w+|repass\w+|transfer\w+)\b.*\b"
        r"(?:meu|minha|pra mim|dinheiro|loja|vendas)\b|\bquando\b.*\b(?:deposit\w+|repass\w+)\b"
        r"|\bquanto\b.*\bvendas?\b(?!.*_order_)",
    ),
    cue(
        "add_product",
        STRONG,
        r"_part_.*\b(?:bot|coloc|po[ern]|lanc|sob)\w* (?:ai |la )?(?:no|na|pra) (?:site|loja"
        r"|catalogo|plataforma|sistema)\b"
        r"|\b(?:bot|coloc|po[ern]|lanc|sob|jog)\w* (?:ai |la )?(?:no|na) (?:site|loja|catalogo|plataforma"
        r"|sistema)\b.*_part_",
    ),
)
