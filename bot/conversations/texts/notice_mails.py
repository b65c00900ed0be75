"""Notices as e-mails: their subjects, and the WhatsApp text adapted."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.texts.notices import News, code_of


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    code: str = ""
    code_label: str = ""
    button_label: str = ""
    button_url: str = ""


SUBJECTS = {
    "invoice_missing": "Venda #{order}: etiqueta com declaração",
    "address_on_box": "Venda #{order}: o comprador completou o endereço",
    "posting_later": "Pedido #{order}: o vendedor posta mais tarde",
    "label_kept": "Venda #{order}: a etiqueta continua a mesma",
    "charge_offered": "Cobrança de {amount}",
    "charge_taken": "Cobrança #{order}: código enviado",
    "charge_declined": "Cobrança de {amount} não reconhecida",
    "charge_taken_back": "Cobrança de {amount} retirada",
    "charge_withdrawn": "Cobrança de {amount} cancelada pela loja",
    "charge_unanswered": "Cobrança de {amount} sem resposta",
    "charge_paid": "Cobrança #{order} paga: {amount}",
    "charge_expired": "Cobrança #{order} venceu",
    "charge_ready": "Pedido #{order}: como pagar {amount}",
    "charge_failed": "Pedido #{order}: o pagamento não deu certo",
    "charge_delayed": "Pedido #{order}: o pagamento está demorando",
    "payment_confirmed": "Pedido #{order}: pagamento confirmado",
    "pix_expired": "Pedido #{order}: o Pix venceu",
    "card_expired": "Pedido #{order}: o link do cartão venceu",
    "boleto_reminder": "Boleto do pedido #{order} ({amount})",
    "due_date_changed": "Pedido #{order}: novo vencimento do boleto de {amount}",
    "due_date_kept": "Pedido #{order}: o vencimento não mudou",
    "order_cancelled": "Pedido #{order} cancelado",
    "refund_form": "Pedido #{order}: para onde devolver {amount}",
    "refund_done": "Pedido #{order}: devolução de {amount}",
    "late_payment": "#{order}: pagamento depois do prazo",
    "order_posted": "Pedido #{order} postado",
    "order_delivered": "Pedido #{order} entregue",
    "order_undelivered": "Pedido #{order}: entrega não feita",
    "cancel_refused": "Pedido #{order}: não deu para cancelar",
    "mail_came_back": "Seu e-mail não recebe",
    "payment_review": "Pedido #{order}: cartão em análise",
    "share_paid": "Venda #{order}: caiu {amount}",
    "share_stopped": "Venda #{order}: o repasse não saiu",
    "share_reduced": "Venda #{order}: parte do valor voltou",
    "sale_refunded": "Venda #{order}: o valor voltou ao comprador",
    "share_due": "Venda #{order}: repasse a devolver",
    "debt_paid": "Venda #{order}: devolução recebida",
    "dispute_opened": "Venda #{order}: pagamento contestado no cartão",
    "dispute_reminder": "Venda #{order}: responda à contestação",
    "dispute_sent": "Venda #{order}: provas entregues",
    "dispute_ended": "Venda #{order}: fim da contestação",
    "address_changed": "Pedido #{order}: endereço corrigido",
    "delivery_kept": "Pedido #{order}: a entrega segue como estava",
    "return_accepted": "Pedido #{order}: devolução aceita",
    "return_refused": "Pedido #{order}: sobre a devolução",
    "return_label": "Pedido #{order}: como postar a devolução",
    "return_delayed": "Pedido #{order}: a etiqueta de volta está demorando",
    "return_reminder": "Pedido #{order}: falta postar a devolução",
    "return_over": "#{order}: a devolução venceu sem postagem",
    "parcel_returning": "#{order}: a peça está voltando",
    "return_opened": "Venda #{order}: pedido de devolução",
    "return_posted": "Venda #{order}: a devolução foi postada",
    "return_done": "#{order}: a peça voltou",
    "sale_new": "Venda #{order}: ainda tem a peça?",
    "sale_reminder": "Venda #{order}: falta a sua resposta",
    "label_ready": "Venda #{order}: etiqueta pronta",
    "label_delayed": "Venda #{order}: a etiqueta está demorando",
    "sale_cancelled": "Venda #{order} cancelada: não poste",
    "sale_rated": "Venda #{order}: a nota do comprador",
    "sale_delivered": "Venda #{order} entregue",
    "part_there": "Entrou a peça que você esperava: {amount}",
    "sales_report": "Sua semana: {amount} em vendas",
}


def mail(news: News, text: str, *, late: bool = True) -> Mail:
    """The notice as an e-mail. ``text``: the WhatsApp text; ``late``: WhatsApp was tried first."""
    subject = SUBJECTS.get(news.name, "Novidades do #{order}").format(order=news.order, amount=news.money())
    code = code_of(news) if news.name in ("charge_ready", "boleto_reminder", "due_date_changed") else ""
    label = "Pix copia e cola:" if news.get("pix_code") else "Linha digitável:" if code else ""
    url, button = "", ""
    if news.get("page_url"):
        url, button = news.get("page_url"), "Preencher" if news.name == "refund_form" else "Pagar agora"
    elif news.get("tracking_url"):
        url, button = news.get("tracking_url"), "Acompanhar"
    body = text.replace("está na próxima mensagem: é só segurar e copiar", "está logo abaixo")
    body = body.replace("está na próxima mensagem", "está logo abaixo")
    for said in ("o PDF vem na próxima mensagem", "o PDF vai junto"):
        body = body.replace(said, "o PDF está neste e-mail")
    intro = "Tentamos avisar no WhatsApp e a mensagem não chegou."
    if news.person.mail_only or not late:
        intro = ""
    closing = "Para responder, escreva para a gente no WhatsApp."
    # a URL behind the button need not be on a line of its own too: *Acompanhe: https://…*
    told = (p for p in body.split("\n") if not (url and p.endswith(url) and len(p.split()) <= 2))
    paragraphs = [p for p in (intro, *told, closing) if p.strip()]
    return Mail(subject.strip(), "\n\n".join(paragraphs), code, label, button, url)


def greeting(news: News) -> str:
    name = news.person.first_name
    return f"Oi, {name}." if name else "Oi."
