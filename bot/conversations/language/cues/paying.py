"""Cues about paying: methods, the boleto and its date, refunds."""

from __future__ import annotations

from bot.conversations.language.cues.cue import CHANGE, FAIR, STRONG, Cue, cue

_WANT = (
    r"(?:quer\w+|gostaria|pode\w*|poss\w+|vou|prefir\w+|da|dar|tem como|consig\w+|precis\w+|vamos|bora|mand\w+|ger\w+"
    r"|faz\w*|emit\w+|fech\w+|pag\w+|aceit\w+)"
)

CUES: tuple[Cue, ...] = (
    cue(
        "pay_pix",
        STRONG,
        r"^(?!.*\b(?:fiz|feito|mandei|enviei|ja foi|paguei|caiu|estorn\w+|reembols\w+|devolv\w+)\b)"
        r"(?!.*\b(?:nao|sem)(?: (?:tenho|uso|aceito|consigo|quero|sei|da|mexo|fazer|usar|com|o|no"
        r"|limite)){0,3} pix\b)"
        r"(?!.*\bpix (?:\w+ )?(?:fora|ruim)\b.*\b(?:boleto|credito)\b).*\bpix\b",
    ),
    cue("pay_pix", STRONG, r"\bcopia e cola\b|\bqr ?code\b|\bqr\b|\bcodigo\b.*\bpagar\b(?!.*\bboleto\b)"),
    cue("pay_boleto", FAIR, r"^(?!.*\b(?:paguei|acabei|venceu|vencido|vencimento|aquele|onde)\b).*\bboletos?\b"),
    cue("pay_boleto", FAIR, rf"{_WANT}.*\bboletos?\b"),
    cue(
        "pay_boleto",
        STRONG,
        r"\b(?:ger\w+|emit\w+|fazer|quero|pagar|mandar|aceita\w*)\b.*\bboletos?\b.*\b(?:venc\w+|pra) .*_date_",
    ),
    cue(
        "pay_card",
        STRONG,
        r"^(?!.*\b(?:estorn\w+|reembols\w+|devol\w+|volt(?:a|ar|e|ou|am)|cai[ru]?)\b)"
        r"(?!.*\bcart(?:ao|oes) (?:\w+ )?nao \w+.*\b(?:pix|boleto)\b)"
        r"(?!.*\b(?:nao|sem|nem)(?: (?:tenho|uso|aceito|consigo|quero|sei|da|fazer|usar|com|o|no|pix|boleto|nem|e|ou"
        r"|limite)){0,5} cart(?:ao|oes)\b).*\bcart(?:ao|oes)\b",
    ),
    cue(
        "pay_card",
        STRONG,
        r"^(?!.*\b(?:paguei|pagamos|pagou|cobraram|debit\w+)\b).*_installments_|\bparcel\w*\b"
        r"|\bsem juros\b|\bquantas (?:vezes|parcelas)\b"
        r"|\b(?:quero|queria|vou|prefiro|pode ser|fazer|pagar) (?:n[oa]|em|com o) credito\b",
    ),
    cue("pay_card", FAIR, r"\b(?:credito|debito|visa|master\w*|elo|hipercard|nubank)\b"),
    cue("refund", STRONG, r"\b(?:reembols\w+|estorn\w+|restitu\w+|ressarc\w+)\b"),
    cue(
        "refund",
        STRONG,
        r"\bme devem\b|\bvoces?\b.*\bme (?:deve|devendo)\b|\bestao me devendo\b"
        r"|\b(?:dobro|duas vezes)\b.*\bdevolv\w+|\brec(?:eb|uper)\w+ (?:o )?meu dinheiro\b",
    ),
    cue(
        "refund",
        FAIR,
        r"\b(?:reembols\w+|estorn\w+|restitu\w+|ressarc\w+)\b|\b(?:quero|queria|exijo|cade) (?:o )?meu dinheiro\b",
    ),
    cue(
        "refund",
        STRONG,
        r"\b(?:dinheiro|valor|grana)\b.*\bretorn\w+|\b(?:devol\w+|volt(?:a|ar|e|ou|am))\b.*\b(?:dinheiro|valor|grana|reais|_amount_)\b"
        r"|\b(?:dinheiro|valor|grana)\b.*\b(?:volta\w*"
        r"|devol\w+|voltou)\b",
    ),
    cue("refund", STRONG, r"\b(?:devolver|devolucao|devolvo)\b|\barrependi\b.*\bdinheiro\b"),
    cue("change_due_date", FAIR, r"\bvencimento\b"),
    cue(
        "change_due_date",
        STRONG,
        rf"\b{CHANGE}\b.*\bvenc\w+|\bvenc\w+\b.*\b{CHANGE}\b"
        r"|\b(?:adia\w*|prorrog\w+|poster\w+|esten\w+|estic\w+|remarc\w+|empurr\w+|segur(?:a"
        r"|ar|e) (?:o |esse |meu )?(?:boleto|pagamento|prazo|vencimento|ate|mais))\b",
    ),
    cue(
        "change_due_date",
        STRONG,
        r"\bnov[ao] (?:data|vencimento|prazo)\b|\bdata nova\b|\bmais (?:prazo|tempo|uns dias)\b",
    ),
    cue(
        "change_due_date",
        STRONG,
        r"\b(?:mud\w+|alter\w+|troc\w+|jog\w+|bota|nova|outra|passa\w*|empurr\w+)\b.*\b(?:data"
        r"|boleto)\b.*(?:_date_|pra frente)"
        r"|\b(?:mud\w+|alter\w+|troc\w+|outra)\b.*\bdata\b",
    ),
    cue("change_due_date", FAIR, r"\b(?:so )?(?:receb\w+|pag\w+)\b.*_date_|_date_.*\bboleto\b|\bboleto\b.*_date_"),
    cue(
        "resend_boleto",
        STRONG,
        r"\b(?:segunda|outra|2|_num_) ?a? ?via\b(?!.*etiqueta)|\blinha digitavel\b|\bcodigo de barras?\b",
    ),
    cue(
        "resend_boleto",
        STRONG,
        r"\b(?:perdi(?! o prazo)|rasg\w+|molh\w+"
        r"|reenvi\w+|de novo|novamente|nao recebi|nao chegou|sumiu|apaguei|cade|copia|outra vez"
        r"|nao abr\w+|nao achei)\b"
        r".*\bboleto\b|\bboleto\b.*\b(?:de novo|novamente|outra vez|nao chegou|nao abr\w+|pdf)\b|\b(?:codigo"
        r"|numeros?|pdf) do boleto\b",
    ),
    cue("pay_pix", STRONG, r"\bcodigo\b.*\bnao (?:funcion\w+|le|abr\w+|vai|copia)\b"),
    cue(
        "payment_claim",
        STRONG,
        r"^(?!.*\b(?:como|qual|quanto|quando (?:\w+ )?(?:mand|envi|post|despach)\w+|duas vezes|estorn\w+|nem sinal"
        r"|nada d[aoe]|ainda nao (?:saiu|cheg\w+|mand\w+|post\w+|envi\w+))\b)"
        r".*\b(?:paguei|transferi|comprovante|pagamos"
        r"|quitei|depositei)\b|^(?:ja )?(?:esta )?pago$"
        r"|\bpagamento (?:feito|caiu)\b|\b(?:fiz|feito) o (?:pix|pagamento)\b|\bacabei de (?:pagar|fazer o pix)\b"
        r"|\bpix (?:ja foi|feito)\b"
        r"|\bcaiu o (?:pix|pagamento)\b",
    ),
    cue("payment_claim", FAIR, r"\bpaguei\b.*\be nada$"),
    # a method refused in the same sentence leaves the other one: "não tenho pix, pode ser boleto?"
    cue(
        "pay_boleto",
        STRONG,
        r"\b(?:nao|sem)\b(?: \w+){0,3} (?:pix|cartao)\b.*\bboletos?\b|\b(?:pix|cartao) (?:\w+ )?nao \w+.*\bboleto\b",
    ),
    cue(
        "pay_pix",
        STRONG,
        r"\b(?:nao|sem)\b(?: \w+){0,3} (?:boleto|cartao)\b.*\bpix\b|\b(?:boleto|cartao) (?:\w+ )?nao \w+.*\bpix\b",
    ),
    cue("pay_card", STRONG, r"\b(?:nao|sem)\b(?: \w+){0,3} (?:boleto|pix)\b.*\b(?:cartao|credito)\b"),
    cue("pay_boleto", STRONG, r"^(?:(?:um|o|quero|mandar|gera\w*|faz\w*) )*boleto (?:pra|com|no|em) .*_date_"),
    cue(
        "pay_card",
        STRONG,
        r"\b(?:dividi\w*|parcela\w*)\b.*\b(?:vezes|_installments_)\b|\bpassar? (?:no|na) (?:credito|debito"
        r"|maquininha)\b",
    ),
    cue("refund", STRONG, r"\bdevolv\w+\b.*\b(?:pix|uma|um|dinheiro|valor|grana|paguei|reais|_amount_)\b"),
    cue(
        "refund",
        STRONG,
        r"\b(?:pix|pagamento|dinheiro|valor)\b.*\bdevolv\w+\b|\bdinheiro de volta\b|\bpaguei\b.*\bdevolv\w+\b",
    ),
    cue(
        "change_due_date",
        STRONG,
        r"\b(?:adi(?!cion)|estic|prolong|prorrog)\w+\b|\bpagar (?:so )?(?:_date_ )?(?:depois|mais pra frente"
        r"|semana que vem)\b",
    ),
    cue("change_due_date", STRONG, r"\bso (?:tenho|vou ter|recebo|consigo|posso|cai)\b.*_date_"),
    cue(
        "change_due_date", STRONG, r"\b(?:jog|pass|deix|bot|empurr)\w*\b.*\bboleto\b.*_date_|\bvenc\w+\b.*\bpra _date_"
    ),
    cue(
        "resend_boleto",
        STRONG,
        r"\b(?:cade|nao (?:achei|recebi|abr\w+|chegou)|perdi(?! o prazo)|apaguei|sumiu|outr[ao])\b.*\bboleto\b",
    ),
    # with an indefinite article it is a new boleto, for whatever day
    cue("pay_boleto", STRONG, r"^(?!.*\b(?:perdi|paguei|outro)\b).*\b(?:um|algum) boleto\b(?! (?:vencid|que))"),
    cue("pay_boleto", STRONG, r"\b(?:so|somente|apenas|aceito|prefiro) (?:no |com |o |por )?boleto\b"),
    cue(
        "change_due_date",
        STRONG,
        r"\b(?:meu|esse|este|o|do) boleto\b.*\bvenc\w+\b.*\b(?:outr[oa]|nov[oa]|data|prazo"
        r"|ainda|da pra|como)\b|\bboleto\b.*\b(?:mais prazo|outra data|nova data|mais uns dias"
        r"|mais tempo|pra frente)\b",
    ),
    cue(
        "change_due_date",
        STRONG,
        r"\b(?:mais (?:um )?(?:prazo|tempo|uns dias|alguns dias|dias)|outra data)\b.*\bboleto\b"
        r"|\bpass(?:a|ar|e)\b.*\b(?:boleto|vencimento|ele)\b.*_date_",
    ),
    cue(
        "refund",
        STRONG,
        r"\b(?:pagam|receb\w+|cai|caiu|cair|demora\w*)\b.*\b(?:de volta|devolucao|estorno"
        r"|reembolso)\b|\bde volta\b.*\b(?:pagam|pix|dinheiro|valor|grana)\b",
    ),
    cue(
        "payment_claim",
        STRONG,
        r"\b(?:fiz|mandei|enviei|acabei de fazer) (?:\w+ ){0,3}(?:pix|pagamento|transferencia)\b"
        r"(?!.*\b(?:duas|errad\w+|devol\w+)\b)",
    ),
    cue(
        "change_due_date",
        STRONG,
        r"\bboleto\b.*\b(?:em vez|ao inves|no lugar) d[eoa]\b|\bperdi o prazo\b|\bprazo maior\b",
    ),
    # "o boleto que você mandou" exists already; "boleto com vencimento dia 5" does not
    cue(
        "resend_boleto",
        STRONG,
        r"\b(?:aquele|esse|o) boleto que\b|\bboleto que (?:voces? )?(?:me )?(?:mand|envi|pass)\w+\b"
        r"|\b(?:onde|cade|acho|achar|encontr\w+)\b.*\bboleto\b",
    ),
    cue("pay_boleto", STRONG, r"\bboleto\b.*\b(?:com vencimento|vencendo|pra vencer|que vence)\b.*_date_"),
    cue("pay_card", STRONG, r"\bmaquininha\b|\b(?:em|umas|fazer) (?:\w+ )?prestac\w+"),
    cue(
        "payment_claim",
        STRONG,
        r"^(?:ja |esta )*(?:pago|paga|quitado) (?:o |a )?(?:pedido |compra |boleto |pix )?(?:d[oae] )?(?:_order_|_num_)"
        r"(?!.*\b(?:pix|boleto|cartao)\b)",
    ),
)
