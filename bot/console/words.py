"""Portuguese names of event and command kinds, notices and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    "order.debt_paid": "Repasse devolvido pelo vendedor",
    "dispute.read": "Consultar contestação",
    "dispute.contest": "Contestar com provas",
    "order.delivery_asked": "Outra entrega pedida",
    "order.return_asked": "Devolução pedida",
    "order.return_answered": "Resposta sobre a devolução",
    "order.return_received": "Devolução recebida",
    "order.invoiced": "Nota fiscal informada",
    "video.fact": "Aviso de vídeo",
    "order.rated": "Compra avaliada",
    "order.posting_promised": "Postagem mais tarde prometida",
    "order.said_posted": "Vendedor diz que postou",
    "person.recovered": "Conta recuperada",
    "person.forget_asked": "Apagamento de dados pedido",
    "charge.offered": "Cobrança por mensagem",
    "charge.revisited": "Cobrança por mensagem, de novo ou retirada",
    "seller.invited": "Convite a vendedor",
    "order.refund_asked": "Devolução pedida",
    "notice.again": "Aviso pedido de novo",
    "seller.edited": "Loja mudada",
    "product.edited": "Peça mudada",
    "account.link_asked": "Link de senha pedido",
    "account.password_changed": "Senha do painel mudada",
    "channel.pairing_asked": "Código de pareamento pedido",
    "channel.pairing": "Ler código de pareamento",
    "operator.message": "Mensagem do atendente",
    "operator.hand_back": "Conversa devolvida ao robô",
    "message.text": "Enviar texto",
    "message.qr": "Enviar QR do Pix",
    "message.image": "Enviar foto",
    "message.chart": "Enviar gráfico",
    "message.file": "Enviar documento",
    "person.copy": "Enviar cópia dos dados",
    "person.copy_mail": "Enviar cópia dos dados por e-mail",
    "message.label": "Enviar etiqueta",
    "message.boleto": "Enviar boleto em PDF",
    "mail.send": "Enviar e-mail",
    "mail.list": "Consultar e-mails enviados",
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
    "label.corrected": "Etiqueta corrigida pela transportadora",
    "transfer.fact": "Aviso de transferência",
    "account.fact": "Aviso da conta de pagamentos",
    "books.asked": "Conciliação pedida",
    "books.difference": "Diferença na conciliação",
    "books.charges": "Ler cobranças de um dia",
    "books.movements": "Ler extrato de um dia",
    "books.disputes": "Ler contestações",
    "books.labels": "Ler etiquetas compradas",
    "balance.read": "Consultar saldo de pagamentos",
    "freight.balance": "Consultar saldo de etiquetas",
    "webhook.tend": "Cuidar do webhook de pagamentos",
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
    "operators": "alertas",
}


def need(role: str) -> str:
    """The provider role that a command needs."""
    return NEEDS.get(role, role)


def kind(name: str) -> str:
    """The Portuguese name of a kind; the kind itself if it has none."""
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
    "share_reduced": "repasse reduzido",
    "sale_refunded": "venda devolvida ao comprador",
    "share_due": "repasse a devolver",
    "debt_paid": "devolução do repasse recebida",
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
    "part_there": "peça esperada entrou",
    "sale_rated": "venda avaliada",
    "invoice_missing": "nota que não chegou",
    "address_on_box": "endereço completado depois da etiqueta",
    "posting_later": "postagem mais tarde",
    "label_kept": "etiqueta mantida",
    "charge_offered": "cobrança de uma loja",
    "charge_taken": "cobrança aceita",
    "charge_declined": "cobrança recusada",
    "charge_taken_back": "cobrança retirada",
    "charge_withdrawn": "cobrança cancelada pela loja",
    "charge_unanswered": "cobrança sem resposta",
    "charge_paid": "cobrança paga",
    "charge_expired": "cobrança vencida",
}


def notice(name: str) -> str:
    """What a notice of the catalogue is about."""
    return f"Aviso: {NOTICES.get(name, name.replace('_', ' '))}"


FACTS = {
    "created": "cobrança criada",
    "updated": "cobrança mudada",
    "overdue": "vencida",
    "under_review": "em análise",
    "paid": "paga",
    "settled": "o dinheiro caiu",
    "void": "cancelada",
    "restored": "restaurada",
    "refunding": "devolução começada",
    "refunded": "devolvida",
    "partially_refunded": "devolvida em parte",
    "refund_denied": "devolução negada",
    "disputed": "contestada no cartão",
    "dispute_won": "contestação ganha",
    "split_cancelled": "repasse cancelado",
    "split_blocked": "repasse bloqueado",
    "split_done": "repasse caiu",
    "card_refused": "cartão recusado",
    "viewed": "o comprador abriu",
    "other": "outra notícia",
}
"""A payment provider's facts about a charge."""
TIMERS = {
    "pix_expiry": "o Pix vence",
    "card_expiry": "o link do cartão vence",
    "boleto_reminder": "lembrete do boleto",
    "no_charge": "o código de pagamento não veio",
    "hold_over": "a peça foi segurada tempo demais",
    "refund_retry": "devolução tentada de novo",
    "label_poll": "a etiqueta é olhada de novo",
    "label_retry": "a etiqueta é tentada de novo",
    "label_hold": "a nota fiscal não veio",
    "handed_over": "entregue em mãos",
    "close": "fim do prazo de desistência",
    "dispute_deadline": "a contestação espera resposta",
    "claim_unanswered": "o pedido de devolução espera resposta",
    "return_reminder": "lembrete da devolução",
    "return_over": "a devolução não foi postada",
}
ACTORS = {"buyer": "comprador", "seller": "vendedor", "person": "a própria pessoa", "timer": "pelo prazo"}
REASONS = {
    "quiet_hours": "fora do horário de avisos",
    "expired": "perdeu o sentido",
    "told_again": "mandado de novo",
    "unknown_notice": "aviso desconhecido",
}
"""Why a notice is delayed or dropped."""
CAUSES = {
    "payment": "pagamento",
    "cost": "tarifa do provedor",
    "cost lost": "tarifa perdida",
    "share": "repasse",
    "share to give back": "repasse a devolver",
    "share laid out": "repasse adiantado",
    "debt paid": "dívida paga",
    "debt kept of the share": "dívida descontada do repasse",
    "freight": "frete",
    "fee": "taxa da plataforma",
    "part refund": "devolvido em parte",
    "part refund lost": "parte devolvida por nossa conta",
    "label": "etiqueta",
    "return label": "etiqueta de volta",
}


def cause(text: str) -> str:
    """Why a ledger entry was booked."""
    return CAUSES.get(text.partition(":")[0], text)


TROUBLES = {
    "circuit_open": "o provedor não responde; segue sozinho quando voltar",
    "unavailable": "o provedor não está atendendo",
    "unreachable": "não há caminho até o provedor",
    "rate_limited": "o provedor pediu para esperar",
    "timeout": "o provedor não respondeu a tempo; é conferido antes de repetir",
    "cut": "a resposta foi cortada; é conferido antes de repetir",
    "uncertain": "não se sabe se foi feito",
    "internal error": "falha nossa",
}


def trouble(command: Mapping[str, Any]) -> str:
    """Why a command waits or failed; a provider's own message is left as it is."""
    said, line, trace = str(command["error"]).partition("\n")
    if command["status"] == "parked" and command["refused_by"]:
        return f"o provedor recusa as nossas credenciais ({command['refused_by']} {said})"
    return TROUBLES.get(said, said) + line + trace


def trouble_in_short(command: Mapping[str, Any], most: int = 120) -> str:
    """Its first line."""
    return trouble(command).partition("\n")[0][:most]
