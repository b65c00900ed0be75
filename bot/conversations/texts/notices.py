"""Notices as WhatsApp messages. One function per notice; times are ISO text and amounts centavos."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.conversations.texts.orders import line_and_pdf
from bot.domain import calendar, money, pix
from bot.domain.boleto import show as show_line
from bot.domain.people import Person
from bot.domain.shop import Rules

METHODS = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}


@dataclass(frozen=True)
class News:
    """What the texts know of a notice."""

    name: str
    order: int
    data: dict[str, str]
    person: Person
    rules: Rules
    now: datetime
    to_seller: bool
    why: str = ""
    """Why late money is refunded: ``buyer``, ``seller``, ``closed`` (others ended it), ``late``, ``amount``,
    ``sold``."""

    def get(self, name: str) -> str:
        return self.data.get(name, "")

    def money(self, name: str = "amount") -> str:
        value = self.get(name)
        return money.show(int(value)) if value.lstrip("-").isdigit() else ""

    def day(self, name: str) -> str:
        """``qua, 25/11``, empty without a date."""
        value = self.get(name)[:10]
        try:
            return calendar.show_day(date.fromisoformat(value)) if value else ""
        except ValueError:
            return ""

    def time(self, name: str) -> datetime | None:
        value = self.get(name)
        try:
            return datetime.fromisoformat(value) if value else None
        except ValueError:
            return None


# --- to the buyer -----------------------------------------------------------------------------------------


def charge_ready(news: News) -> str:
    return {"pix": _pix, "boleto": _boleto, "card": _card}.get(news.get("method"), _pix)(news)


def _until(news: News) -> str:
    end = news.time("expires_at")
    if end is None:
        return ""
    minutes = max(1, round((end - news.now).total_seconds() / 60))
    span = f" ({minutes} min)" if minutes <= 90 else ""
    return f" até *{calendar.show_time(end)}*{span}"


def _pix(news: News) -> str:
    receiver = (pix.fields(news.get("pix_code")) or {}).get("59", "")
    named = f" Recebedor: {receiver}." if receiver else ""
    return (
        f"Pedido *#{news.order}*: pague *{news.money()}* no Pix{_until(news)}.{named}\n"
        "O código está na próxima mensagem: é só segurar e copiar."
    )


def _boleto(news: News) -> str:
    return (
        f"Boleto do pedido *#{news.order}*, *{news.money()}*, vence *{news.day('due_date')}*. "
        f"{line_and_pdf(news.get('page_url'))}\n"
        f"Compensa em até 3 dias úteis. Eu lembro na véspera{_eve(news)} (*sem lembrete* desliga)."
    )


def _eve(news: News) -> str:
    """The day before the due date, if it is still to come."""
    eve = date.fromisoformat(news.get("due_date")) - timedelta(days=1) if news.get("due_date") else None
    return f", *{calendar.show_day(eve)}*" if eve is not None and eve > calendar.today(news.now) else ""


def _card(news: News) -> str:
    count = max(1, int(news.get("installments") or 1))
    amount = int(news.get("amount") or 0)
    end = news.time("expires_at")
    until = f"\nO link vale até *{calendar.show_time(end)} de {_day_word(end, news.now)}*." if end else ""
    return (
        f"Pedido *#{news.order}*: *{count}x de {money.show(money.half_up(amount, count))}* sem juros "
        f"(total {money.show(amount)}).\n"
        "Por segurança o cartão é digitado na página do Asaas, nunca aqui no chat:\n"
        f"{news.get('page_url')}{until}"
    )


def _day_word(moment: datetime, now: datetime) -> str:
    day = calendar.today(moment)
    return "hoje" if day == calendar.today(now) else calendar.show_day(day)


def code_of(news: News) -> str:
    """The text to copy: the Pix code or the boleto's line; empty for a card, and for a boleto of a past day."""
    if news.get("when") == "day_after":
        return ""
    if news.get("method") == "boleto" or (not news.get("pix_code") and news.get("line")):
        return show_line(news.get("line")) if news.get("line") else ""
    return news.get("pix_code")


def qr_caption(news: News) -> str:
    return f"Ou aponte a câmera do banco. Pedido #{news.order}, {news.money()}"


def charge_failed(news: News) -> str:
    name = METHODS.get(news.get("method"), "pagamento")
    if news.get("reason") == "invalid_document":
        return f"O CPF/CNPJ do *#{news.order}* não foi aceito. Escreva *pagar {news.order}* para tentar de novo."
    return (
        f"O {name} do *#{news.order}* não deu certo e nada foi cobrado. "
        f"Escreva *pagar {news.order}* para tentar de outro jeito."
    )


def charge_delayed(news: News) -> str:
    name = METHODS.get(news.get("method"), "pagamento")
    return (
        f"O {name} do *#{news.order}* está demorando do nosso lado. Não precisa fazer nada: mando aqui assim que sair."
    )


def payment_confirmed(news: News) -> str:
    if news.get("by_hand"):
        shop = f" com *{news.get('seller')}*" if news.get("seller") else ""
        return f"Pagamento do *#{news.order}* confirmado ✅ A entrega você combina direto{shop}."
    seller = f" com o vendedor *{news.get('seller')}*" if news.get("seller") else " com o vendedor"
    due = f"\nPrazo para postar: até *{news.day('ship_by')}*. Eu te aviso quando sair." if news.day("ship_by") else ""
    return f"Pagamento confirmado ✅ *Pedido #{news.order}* está{seller}.{due}"


def pix_expired(news: News) -> str:
    return (
        f"O Pix do *#{news.order}* venceu e eu já cancelei ele (não pague o antigo). "
        f"Para um novo de *{news.money()}*, escreva *pagar {news.order}*."
    )


def card_expired(news: News) -> str:
    return (
        f"O link do cartão do *#{news.order}* venceu e nada foi cobrado. "
        f"Para pagar *{news.money()}*, escreva *pagar {news.order}*."
    )


def boleto_reminder(news: News) -> str:
    when = {
        "days_before": f"vence *{news.day('due_date')}*",
        "day_before": f"vence {'amanhã, ' if _is_tomorrow(news) else ''}*{news.day('due_date')}*",
        "today": "vence *hoje*",
        "day_after": f"venceu em {news.day('due_date')} e ainda pode ser trocado por outro",
    }.get(news.get("when"), f"vence *{news.day('due_date')}*")
    if news.get("when") == "day_after":
        return (
            f"O boleto do *#{news.order}* ({news.money()}) {when}: escreva *pagar {news.order}*. "
            "Já pagou? Pode ignorar."
        )
    return (
        f"O boleto do *#{news.order}* ({news.money()}) {when}. A linha está na próxima mensagem.\n"
        "Já pagou? Pode ignorar; leva até 3 dias úteis. *sem lembrete* desliga estes avisos."
    )


def _is_tomorrow(news: News) -> bool:
    return news.get("due_date") == (calendar.today(news.now) + timedelta(days=1)).isoformat()


def due_date_changed(news: News) -> str:
    return (
        f"Novo boleto do *#{news.order}*, *{news.money()}*, vence *{news.day('due_date')}*. "
        f"Use só este: o antigo não vale mais. {line_and_pdf(news.get('page_url'))}"
    )


def due_date_kept(news: News) -> str:
    why = {
        "paid": "o pagamento já está confirmado",
        "ended": "ele não está mais esperando esse boleto",
        "no_bank_day": f"{news.day('wanted')} não é dia útil no banco",
        "past": f"{news.day('wanted')} já passou",
        "too_late": f"a peça fica reservada só até lá: o máximo é *{news.day('last')}*",
    }.get(news.get("reason"), "deu um problema do nosso lado e já avisei a equipe")
    stays = "" if news.get("reason") in ("paid", "ended") else f" O boleto continua vencendo *{news.day('due_date')}*."
    return f"Não mudei o vencimento do *#{news.order}*: {why}.{stays}"


_REASONS = {
    "buyer": "como você pediu",
    "seller": "porque o vendedor não pode atender",
    "no_part": "porque o vendedor não tem mais a peça",
    "no_answer": "porque o vendedor não respondeu a tempo",
    "unpaid": "porque o pagamento não chegou no prazo",
    "sold": "porque a peça foi vendida para outra pessoa",
    "refunded": "e o valor foi devolvido",
    "chargeback": "por causa da contestação no cartão",
    "operator": "pela nossa equipe",
}


def order_cancelled(news: News) -> str:
    why = _REASONS.get(news.get("reason"), "")
    head = f"O *#{news.order}* foi cancelado{' ' + why if why else ''}."
    if news.get("refund") not in ("", "0"):
        return f"{head} *{news.money('refund')}* voltam para você: aviso quando sair."
    return f"{head} Nada foi cobrado; não pague nenhum código antigo dele, e se pagar por engano, devolvemos."


def refund_form(news: News) -> str:
    return (
        f"Para devolver *{news.money()}* do *#{news.order}* o Asaas precisa da sua conta. "
        f"Preencha aqui: {news.get('page_url')}"
    )


def refund_done(news: News) -> str:
    return (
        f"A devolução de *{news.money()}* do *#{news.order}* saiu. "
        "No Pix cai em até 1 dia; no cartão, até 10 dias úteis."
    )


_LATE = {
    "buyer": ", que já estava cancelado, como você pediu",
    "seller": ", que já estava cancelado porque o vendedor não tem a peça",
    "closed": ", que já estava cancelado",
    "late": " mais de 24 horas depois do vencimento, e o pedido não vale mais",
    "amount": " depois do vencimento e com um valor que não é o do pedido",
    "sold": " depois do vencimento, e a peça já foi vendida para outra pessoa",
}


def late_payment(news: News) -> str:
    amount, outcome = news.money(), news.get("outcome")
    if news.to_seller:
        if outcome == "revived":
            return f"O pagamento da *#{news.order}* ({amount}) chegou depois do prazo e a venda voltou a valer."
        return (
            f"Chegou {amount} da *#{news.order}* depois do prazo; devolvemos ao comprador. Você não precisa fazer nada."
        )
    if outcome == "revived":
        return (
            f"Recebemos {amount} do *#{news.order}* depois do prazo. A peça ainda estava livre, "
            "então o pedido *segue normal*."
        )
    if outcome == "second":
        return (
            f"Entraram 2 pagamentos de {amount} para o *#{news.order}*. O pedido segue normal e o segundo valor volta "
            "para você em até 1 dia útil."
        )
    why = _LATE.get(news.why, _LATE["closed"])
    return f"Recebemos {amount} do *#{news.order}*{why}. *Devolvo tudo* pelo mesmo caminho e aviso quando sair."


def order_posted(news: News) -> str:
    code = f" Código: *{news.get('tracking')}*." if news.get("tracking") else ""
    link = f"\nAcompanhe: {news.get('tracking_url')}" if news.get("tracking_url") else ""
    return f"O *#{news.order}* foi postado ({news.get('carrier') or 'transportadora'}) 📦{code}{link}"


def order_delivered(news: News) -> str:
    until = f" Compra online tem *7 dias* para desistir: até *{news.day('until')}*." if news.day("until") else ""
    return f"Seu *#{news.order}* foi entregue. Algum problema com a peça? É só escrever.{until}"


def order_undelivered(news: News) -> str:
    return (
        f"A {news.get('carrier') or 'transportadora'} tentou entregar o *#{news.order}* e não conseguiu. "
        "Costumam tentar de novo. Se o endereço está errado, digite *atendente*."
    )


def cancel_refused(news: News) -> str:
    why = {
        "shipped": "já foi postado. Você pode *recusar na entrega* ou devolver em até 7 dias",
        "delivered": "já foi entregue. Você tem *7 dias* da entrega para devolver",
        "disputed": "tem uma contestação aberta no cartão",
    }.get(news.get("reason"), "já terminou")
    return f"Não deu para cancelar: o *#{news.order}* {why}. Para ajuda, digite *atendente*."


# --- to the seller ----------------------------------------------------------------------------------------


def sale_reminder(news: News) -> str:
    due = f" O prazo para postar é *{news.day('ship_by')}*." if news.day("ship_by") else ""
    return (
        f"Falta a sua resposta na venda *#{news.order}* ({news.get('title')}, {news.get('buyer')}).{due}\n"
        f"Ainda tem a peça? Responda *tenho {news.order}* ou *não tenho {news.order}*."
    )


def _at(carrier: str) -> str:
    """*nos Correios*, *na Jadlog*."""
    return "nos Correios" if carrier == "Correios" else f"na {carrier or 'transportadora'}"


def label_ready(news: News) -> str:
    code = f" (código {news.get('tracking')})" if news.get("tracking") else ""
    due = f" até *{news.day('ship_by')}*" if news.day("ship_by") else ""
    return (
        f"Etiqueta da *#{news.order}* pronta{code}: o PDF vem na próxima mensagem.\n"
        f"Cole do lado de fora e poste {_at(news.get('carrier'))}{due}. "
        f"Quando postar, responda *postei {news.order}*."
    )


def label_missing(number: int, *, doubtful: bool) -> str:
    """``doubtful``: it may have arrived, and is not sent twice without being asked for."""
    if doubtful:
        return f"Não sei se o PDF da *#{number}* chegou aí. Se não chegou, escreva *etiqueta {number}* que eu mando."
    return f"Não consegui anexar o PDF da *#{number}* agora. Escreva *etiqueta {number}* daqui a pouco que eu mando."


def label_unsent(*, doubtful: bool) -> str:
    """The same, on request."""
    if doubtful:
        return "Não sei se o PDF chegou aí. Se não chegou, peça a *etiqueta* de novo que eu mando."
    return "Não consegui anexar o PDF agora. Peça a *etiqueta* de novo daqui a pouco que eu mando."


def label_delayed(news: News) -> str:
    return (
        f"A etiqueta da *#{news.order}* ainda não saiu: o problema é do nosso lado. "
        "Não precisa fazer nada, mando o PDF assim que sair."
    )


def sale_cancelled(news: News) -> str:
    why = {
        "buyer": "o comprador desistiu",
        "seller": "como você pediu",
        "no_part": "você não tem a peça",
        "no_answer": "a resposta não chegou a tempo",
        "unpaid": "o pagamento não chegou",
        "sold": "a peça já foi vendida",
        "refunded": "o valor foi devolvido ao comprador",
        "chargeback": "o comprador contestou no cartão",
        "operator": "decisão da nossa equipe",
    }.get(news.get("reason"), "")
    back = " O comprador recebe o dinheiro de volta." if news.get("refund") not in ("", "0") else ""
    return f"A venda *#{news.order}* foi cancelada{': ' + why if why else ''}. *Não poste* essa peça.{back}"


def sale_delivered(news: News) -> str:
    return f"A venda *#{news.order}* foi entregue{' a ' + news.get('buyer') if news.get('buyer') else ''} ✅"


def after_all() -> str:
    """Precedes a notice whose e-mail bounced."""
    return "O e-mail com este aviso voltou, então aviso por aqui."


def mail_came_back(news: News) -> str:
    return (
        f"O e-mail que mandei para *{news.get('address')}* voltou. Não mando mais nada para lá. "
        "Para dar outro endereço, escreva *meu e-mail*."
    )


_OPENINGS = ("", "Oi! ", "Olá! ", "Novidade: ", "Passando para avisar: ")
_INVITATIONS = ("", "", "\nQualquer dúvida, é só responder.", "\nPrecisa de algo? Responda por aqui.")


def varied(text: str, key: str, *, in_talk: bool = False) -> str:
    """The notice in slightly different words, always the same for one key: many equal messages look like spam, and so
    does one that invites no answer. ``in_talk``: it follows what the person has just written, and greets nobody."""
    digest = zlib.crc32(key.encode())
    opening = "" if in_talk else _OPENINGS[digest % len(_OPENINGS)]
    invitation = _INVITATIONS[digest // len(_OPENINGS) % len(_INVITATIONS)]
    return f"{opening}{text}{invitation}"


def rejected_alert(until: datetime) -> str:
    """To the operator."""
    return (
        "O WhatsApp recusou uma mensagem nossa, como faz antes de bloquear um número. Os avisos que ninguém pediu "
        f"ficam parados até {calendar.show_time(until)}; o essencial vai por e-mail. Respostas a quem escreve "
        "continuam. Confira o número no aparelho antes de mandar mais."
    )
