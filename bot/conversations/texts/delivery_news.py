"""Notices about where an order goes; as in :mod:`bot.conversations.texts.notices`."""

from __future__ import annotations

from bot.conversations.texts.notices import News


def address_changed(news: News) -> str:
    if news.get("label"):
        return (
            f"Pedi ao vendedor da *#{news.order}* para escrever na caixa: *{news.get('address')}*. A etiqueta já tinha "
            "saído com o endereço anterior, então fique de olho na entrega; se precisar, digite *atendente*."
        )
    return f"Endereço do *#{news.order}* corrigido ✅ Vai para *{news.get('address')}*. O valor não muda."


def delivery_kept(news: News) -> str:
    carrier = news.get("carrier") or "a transportadora escolhida"
    if news.get("reason") == "paid_before":
        return (
            f"Você pagou o código anterior do *#{news.order}*, então ele segue como estava: vai por *{carrier}*. "
            "Não pague mais nenhum código dele."
        )
    why = {
        "paid": "ele já está pago, com o frete incluído",
        "being_paid": "há um pagamento em análise",
        "posted": "o vendedor avisou que já postou",
        "cancelled": "ele foi cancelado",
        "no_quote": "faltou o frete do novo lugar",
    }.get(news.get("reason"), "ele já está sendo preparado")
    return f"Não mudei a entrega do *#{news.order}*: {why}. Se precisar, digite *atendente*."


def posting_later(news: News) -> str:
    before = f" (o prazo era {news.day('before')})" if news.day("before") else ""
    return (
        f"O vendedor do *#{news.order}* avisou que posta até *{news.day('day')}*{before}. Se puder esperar, não "
        f"precisa fazer nada. Se não, escreva *cancelar {news.order}* e o valor volta inteiro."
    )


def address_on_box(news: News) -> str:
    return (
        f"O comprador da *#{news.order}* completou o endereço depois da etiqueta: *{news.get('address')}*.\n"
        "Se a caixa ainda está com você, escreva isso à mão ao lado da etiqueta. Já postou? Não precisa fazer nada."
    )
