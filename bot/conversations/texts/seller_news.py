"""Notices about a charge by message and changed labels; as in :mod:`bot.conversations.texts.notices`."""

from __future__ import annotations

from datetime import date

from bot.conversations.texts import selling
from bot.conversations.texts.notices import METHODS, News


def sales_report(news: News) -> str:
    """The week in brief; parts and days are in the e-mail."""
    first, last = (date.fromisoformat(news.get(name) or "2026-01-05") for name in ("first", "last"))
    when = f"{first:%d/%m} a {last:%d/%m}"
    count = int(news.get("sales") or 0)
    gone = int(news.get("cancelled") or 0)
    to_ship = int(news.get("to_ship") or 0)
    waits = f" · *{to_ship} para postar*" if to_ship else ""
    wished = _wished(news.get("wished"))
    lost = f" · {gone} cancelada{'s' if gone > 1 else ''}" if gone else ""
    if not count:
        return f"Sua semana, *{when}*: nenhuma venda paga{lost}{waits}.{wished} Para não receber este resumo: *SAIR*."
    return (
        f"Sua semana, *{when}*: {count} venda{'s' if count > 1 else ''} · *{news.money()}*{lost}\n"
        f"Sua parte: *{news.money('share')}*{waits}\n"
        f"Escreva *quanto vendi* para ver mais.{wished} Para não receber este resumo: *SAIR*."
    )


def _wished(parts: str) -> str:
    """``farol Gol|3`` per line: what buyers wait for, and how many of them."""
    rows = [row.rpartition("|") for row in parts.split("\n") if "|" in row]
    named = ", ".join(f"*{words[:40]}*" + (f" ({count})" if count != "1" else "") for words, _, count in rows)
    return f"\nCompradores esperam: {named}. Tem? É só *cadastrar*.\n" if named else ""


def charge_offered(news: News) -> str:
    """To the payer. ``known``: the code follows; ``later``: asked when the open question is done."""
    head = f"A loja *{news.get('shop')}* mandou uma cobrança para você: *{news.money()}* · {news.get('title')}."
    if news.get("known"):
        return f"{head} O código do pedido *#{news.order}* vem a seguir. Não reconhece? *cancelar pedido {news.order}*."
    if news.get("later"):
        return f"{head} Quando acabarmos aqui, eu te pergunto sobre ela."
    way = METHODS.get(news.get("method"), "Pix")
    return f"{head}\nPara pagar no {way}, mande o seu *CPF ou CNPJ*. Não reconhece? Responda *não*."


def charge_taken(news: News) -> str:
    return (
        f"{news.get('buyer')} recebeu o código da cobrança de *{news.money()}* · {news.get('title')}. "
        f"É a venda *#{news.order}*; aviso quando pagar. Para cancelar: *cancelar venda {news.order}*."
    )


def charge_declined(news: News) -> str:
    return f"{news.get('buyer')} não reconheceu a cobrança de *{news.money()}* · {news.get('title')}. Nada foi cobrado."


def charge_taken_back(news: News) -> str:
    return f"Cobrança de *{news.money()}* para {news.get('buyer')} retirada ✅ Quem ia pagar foi avisado."


def charge_withdrawn(news: News) -> str:
    """To the payer."""
    return (
        f"A loja *{news.get('shop')}* cancelou a cobrança de *{news.money()}* · {news.get('title')}. Não precisa pagar "
        "nem responder nada."
    )


def charge_unanswered(news: News) -> str:
    return f"{news.get('buyer')} não respondeu à cobrança de *{news.money()}* · {news.get('title')}. Ela não vale mais."


def charge_paid(news: News) -> str:
    return (
        f"Pagou ✅ Cobrança *#{news.order}* · {news.get('title')} · *{news.money()}* de {news.get('buyer')}. "
        f"Você recebe *{news.money('share')}*.{selling.withheld(news.data)} "
        f"Quando entregar a peça, responda *postei {news.order}*."
    )


def charge_expired(news: News) -> str:
    return (
        f"A cobrança *#{news.order}* de *{news.money()}* ({news.get('buyer')}) venceu sem pagamento. "
        "Quem ia pagar pode pedir um código novo aqui comigo."
    )


def invoice_missing(news: News) -> str:
    return (
        f"A chave da nota da *#{news.order}* não chegou, então a etiqueta sai com *declaração de conteúdo* (DC-e). "
        "Se tiver a nota, manda a chave que eu refaço."
    )


def label_kept(news: News) -> str:
    return f"A etiqueta da *#{news.order}* não pôde ser refeita, então vale a que você já tem. Dúvida? *atendente*."
