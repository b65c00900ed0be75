"""What kinds of events and commands are called on the pages."""

from __future__ import annotations

KINDS = {
    "message.received": "Mensagem recebida",
    "message.deleted": "Mensagem apagada",
    "message.by_owner": "Mensagem do celular da loja",
    "message.receipt": "Recibo de mensagem",
    "channel.state": "Conexão do WhatsApp",
    "payment.fact": "Aviso de pagamento",
    "shipment.fact": "Aviso de transporte",
    "mail.fact": "Aviso de e-mail",
    "mail.unsubscribed": "Lembretes desligados por link",
    "timer": "Prazo",
    "command.done": "Comando feito",
    "command.refused": "Comando recusado",
    "command.parked": "Comando em espera",
    "command.expired": "Comando vencido",
    "notice": "Aviso a uma pessoa",
    "order.placed": "Pedido feito",
    "order.answered": "Resposta do vendedor",
    "order.cancel_asked": "Cancelamento pedido",
    "order.charge_asked": "Novo código pedido",
    "order.due_date_asked": "Novo vencimento pedido",
    "order.measured": "Medidas informadas",
    "order.dispute_answered": "Resposta à contestação",
    "order.share_asked": "Repasse por transferência pedido",
    "dispute.read": "Consultar contestação",
    "dispute.contest": "Contestar com provas",
    "order.delivery_asked": "Outra entrega pedida",
    "order.return_asked": "Devolução pedida",
    "order.return_answered": "Resposta sobre a devolução",
    "order.return_received": "Devolução recebida",
    "order.invoiced": "Nota fiscal informada",
    "video.fact": "Aviso de vídeo",
    "order.said_posted": "Vendedor diz que postou",
    "charge.offered": "Cobrança por mensagem",
    "seller.invited": "Convite a vendedor",
    "order.refund_asked": "Devolução pedida",
    "notice.again": "Aviso pedido de novo",
    "seller.edited": "Loja mudada",
    "product.edited": "Peça mudada",
    "channel.pairing_asked": "Código de pareamento pedido",
    "channel.pairing": "Ler código de pareamento",
    "operator.message": "Mensagem do atendente",
    "operator.hand_back": "Conversa devolvida ao robô",
    "message.text": "Enviar texto",
    "message.qr": "Enviar QR do Pix",
    "message.image": "Enviar foto",
    "message.chart": "Enviar gráfico",
    "message.file": "Enviar documento",
    "message.label": "Enviar etiqueta",
    "mail.send": "Enviar e-mail",
    "place.look_up": "Buscar CEP",
    "freight.quote": "Cotar frete",
    "label.order": "Pôr etiqueta no carrinho",
    "label.buy": "Comprar etiqueta",
    "label.generate": "Gerar etiqueta",
    "label.read": "Consultar etiqueta",
    "label.cancel": "Cancelar etiqueta",
    "payer.ensure": "Cadastrar pagador",
    "charge.create": "Criar cobrança",
    "charge.read": "Consultar cobrança",
    "charge.due_date": "Mudar vencimento",
    "charge.cancel": "Cancelar cobrança",
    "charge.refund": "Devolver dinheiro",
    "share.pay": "Pagar repasse",
    "account.open": "Abrir conta do vendedor",
    "label.return": "Etiqueta de volta",
    "label.track": "Consultar etiquetas em aberto",
    "place.find": "Buscar CEP pela rua",
    "photo.store": "Guardar foto",
    "video.store": "Guardar vídeo",
    "video.read": "Consultar vídeo",
    "video.delete": "Apagar vídeo",
    "operator.alert": "Alerta ao operador",
}


NEEDS = {
    "messenger": "WhatsApp",
    "payments": "pagamentos",
    "shipping": "frete",
    "mailer": "e-mail",
    "images": "fotos",
    "videos": "vídeos",
    "postal_codes": "CEP",
}


def need(role: str) -> str:
    """The provider's role that a command needs."""
    return NEEDS.get(role, role)


def kind(name: str) -> str:
    """The Portuguese name of a kind; the kind itself where it has none."""
    return KINDS.get(name, name)


CONSENTS = {
    "data": "Uso dos dados (aviso mostrado)",
    "email": "Avisos por e-mail",
    "reminders": "Lembretes e novidades",
    "whatsapp": "O essencial pelo WhatsApp",
}


NOTICES = {
    "charge_ready": "código de pagamento",
    "charge_failed": "cobrança não feita",
    "charge_delayed": "cobrança atrasada",
    "payment_confirmed": "pagamento confirmado",
    "pix_expired": "Pix vencido",
    "card_expired": "link do cartão vencido",
    "boleto_reminder": "lembrete do boleto",
    "due_date_changed": "novo vencimento",
    "due_date_kept": "vencimento não mudado",
    "order_cancelled": "pedido cancelado",
    "refund_form": "formulário da devolução",
    "refund_done": "dinheiro devolvido",
    "late_payment": "pagamento tardio",
    "order_posted": "postado",
    "order_delivered": "entregue",
    "order_undelivered": "entrega não feita",
    "cancel_refused": "cancelamento recusado",
    "mail_came_back": "e-mail que voltou",
    "payment_review": "cartão em análise",
    "share_paid": "repasse caiu",
    "share_stopped": "repasse parado",
    "dispute_opened": "contestação no cartão",
    "dispute_reminder": "contestação sem resposta",
    "dispute_sent": "provas entregues",
    "dispute_ended": "fim da contestação",
    "address_changed": "endereço corrigido",
    "delivery_kept": "entrega não mudada",
    "return_accepted": "devolução aceita",
    "return_refused": "devolução não aceita",
    "return_label": "etiqueta de volta",
    "return_delayed": "etiqueta de volta atrasada",
    "return_reminder": "lembrete da devolução",
    "return_over": "devolução vencida",
    "parcel_returning": "pacote voltando",
    "return_done": "peça de volta",
    "return_opened": "pedido de devolução",
    "return_posted": "devolução postada",
    "sale_new": "venda nova",
    "sale_reminder": "lembrete da venda",
    "label_ready": "etiqueta pronta",
    "label_delayed": "etiqueta atrasada",
    "sale_cancelled": "venda cancelada",
    "sale_delivered": "venda entregue",
    "sales_report": "resumo da semana",
    "invoice_missing": "nota que não chegou",
    "label_kept": "etiqueta mantida",
    "charge_offered": "cobrança de uma loja",
    "charge_taken": "cobrança aceita",
    "charge_declined": "cobrança recusada",
    "charge_unanswered": "cobrança sem resposta",
    "charge_paid": "cobrança paga",
    "charge_expired": "cobrança vencida",
}


def notice(name: str) -> str:
    """What a notice of the catalogue is about."""
    return f"Aviso: {NOTICES.get(name, name.replace('_', ' '))}"
