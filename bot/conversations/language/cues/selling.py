"""Cues of who sells: listings, prices, posting, labels, sales."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

_SENT = r"(?:postei|postad[oa]s?|enviei|enviad[oa]s?|despachei|despachad[oa]s?|colet\w+|entreguei|mandei|recolh\w+)"

CUES: tuple[Cue, ...] = (
    cue("upload_photo", STRONG, r"\b(?:foto\w*|videos?|imagem|imagens)\b"),
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
        r"\bnov[oa] (?:anuncio|produto|peca)\b|\b(?:criar|fazer|subir|adicionar)\b.*\banuncio\b"
        r"|\bcadastr(?:ar|e|a)\b",
    ),
    cue(
        "add_product",
        STRONG,
        r"\b(?:pra|a|quero|quer) vender?\b"
        r"|(?<!aceito )(?<!confirmo )(?<!recuso )\ba venda\b|\bna (?:minha )?loja\b|\bquero anunciar\b",
    ),
    cue(
        "edit_price",
        STRONG,
        rf"\b(?:{CHANGE}|aument\w+|baix\w+|abaix\w+|sub\w+|sobe\w*|reduz\w*|coloc\w+|bota\w*)\b.*\b(?:precos?"
        rf"|valor|valores)\b",
    ),
    cue("edit_price", STRONG, r"_percent_"),
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
        r"\b(?:postei|despachei)\b|\bacabei de (?:postar|enviar|despachar|deixar)\b|\bsaiu daqui\b",
    ),
    cue(
        "mark_posted",
        STRONG,
        r"\b(?:transportadora|motoboy|_carrier_)\b.*\b(?:colet\w+|recolh\w+|pegou|levou|buscou)\b.*(?:_order_|_num_)",
    ),
    cue("mark_posted", STRONG, r"\b(?:codigo|rastreio)\b.*(?:_order_|_num_).*_tracking_"),
    cue("print_label", STRONG, r"\betiquetas?\b"),
    cue("print_label", FAIR, r"\betiquetas?\b"),
    cue("print_label", STRONG, r"\b(?:papel|adesivo|folha)\b.*\bcolar\b"),
    cue(
        "seller_sales_report",
        STRONG,
        r"\bquant[oa]s?\b.*\b(?:vendi|vende(?:mos|u)|fatur\w+|ganh\w+|entrou|cair)\b|\bfatur(?:ei|amento|amos)\b"
        r"|\brelatorio\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"\b(?:repasses?|saldo|fechamento|balanco|ganhos|receita no|receita do|desempenho)\b",
    ),
    cue(
        "seller_sales_report",
        STRONG,
        r"^(?!.*\b(?:estorn\w+|reembols\w+|_order_)).*\b(?:(?:a|pra) receber|quando (?:recebo|cai)"
        r"|dinheiro das (?:vendas|pecas))\b",
    ),
    cue("seller_sales_report", STRONG, r"\b(?:resumo|total|resultado)\b.*\bvend\w+\b|\bcomo foi (?:a|o) _period_"),
    cue("charge_request", STRONG, r"\b(?:cobra|cobrar|cobre|cobranca)\b|\blink de pagamento\b.*\bcliente\b"),
    cue(
        "add_product",
        STRONG,
        r"\b(?:incluir|inserir|adicion\w+|colocar|por|botar|subir)\b.*\b(?:item|itens|catalogo|estoque|loja)\b",
    ),
    cue("mark_posted", STRONG, r"^(?:(?:ja|foi|tudo|esta|ta|pronto) )*(?:postad|despachad|enviad)[oa]s?$"),
    cue(
        "seller_sales_report",
        STRONG,
        r"\bcomo (?:foi|foram|estao|vao|anda\w*)\b.*\b(?:vendas?|negocio|loja|_period_)|\bextrato\b",
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
)
