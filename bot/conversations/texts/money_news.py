"""Notices to the seller about shares and chargebacks."""

from __future__ import annotations

from bot.conversations.texts.notices import News
from bot.domain import money
from bot.domain.order import Order

_REASONS = {
    "fraud": "diz que não fez a compra",
    "not_received": "diz que não recebeu",
    "not_as_agreed": "diz que a peça não é a combinada",
    "cancelled": "diz que cancelou",
    "wrong_charge": "diz que o valor está errado",
}


def payment_review(news: News) -> str:
    return (
        f"O cartão do *#{news.order}* ({news.money()}) está em análise no banco. Não precisa pagar de novo: "
        "aviso assim que aprovarem ou se pedirem outra forma."
    )


def share_paid(news: News) -> str:
    if not news.money():
        return f"💰 Caiu na sua conta Asaas mais uma parcela do repasse da venda *#{news.order}*."
    return f"💰 Caiu *{news.money()}* da venda *#{news.order}* na sua conta Asaas."


_NOTICES = "veja os avisos da conta (documentos ou dados pendentes) e resolva"
_STOPS = {
    "wallet_cannot_receive": ("a sua conta Asaas não pode receber agora", _NOTICES),
    "receivables_pledged": ("os recebíveis da sua conta estão bloqueados por um contrato", _NOTICES),
    "invalid_wallet": ("a sua carteira Asaas não foi aceita", _NOTICES),
    "bank_account_pending": (
        "a conta bancária do seu cadastro no Asaas ainda não foi confirmada",
        "confirme a conta bancária",
    ),
    "bank_account_rejected": ("o Asaas recusou a conta bancária do seu cadastro", "cadastre outra conta bancária"),
    "documents_pending": ("faltam documentos no seu cadastro do Asaas", "envie os documentos que pedem"),
    "documents_rejected": ("o Asaas recusou os documentos do seu cadastro", "envie os documentos de novo"),
}
"""Reasons for a stopped share that only the seller can resolve, and how."""


def share_stopped(news: News) -> str:
    reason = news.get("reason")
    if reason in _STOPS:
        why, act = _STOPS[reason]
        todo = f"Entre em *asaas.com*, {act}; depois escreva *atendente* que mandamos por transferência."
    else:
        stopped_by_net = reason == "more_than_the_net"
        why = "o valor líquido do pagamento veio menor" if stopped_by_net else "o Asaas parou a transferência"
        todo = "Nossa equipe já foi avisada e manda por transferência; não precisa fazer nada."
    return (
        f"O repasse da venda *#{news.order}* ({news.money()}) *não saiu*: {why}. {todo} "
        "O pedido do comprador não é afetado."
    )


def sale_refunded(news: News) -> str:
    return (
        f"O valor da venda *#{news.order}* ({news.money()}) foi *devolvido ao comprador* pela nossa equipe, e com "
        "ele o seu repasse. Dúvida? Escreva *atendente*."
    )


def share_reduced(news: News) -> str:
    if news.get("share") in ("", "0"):
        return (
            f"Na venda *#{news.order}*, {news.money()} voltaram para o comprador. Nada disso sai do seu repasse. "
            "Dúvida? Escreva *atendente*."
        )
    return (
        f"Na venda *#{news.order}*, {news.money()} voltaram para o comprador. Disso, *{news.money('share')}* saem do "
        "seu repasse, na proporção da sua parte; o resto é por nossa conta. Dúvida? Escreva *atendente*."
    )


def share_due(news: News) -> str:
    return (
        f"O valor da venda *#{news.order}* voltou para o comprador. O seu repasse tinha ido por transferência, "
        f"que não volta sozinha: *{news.money()}* ficam a devolver. Desconto das suas próximas vendas, no máximo "
        "metade de cada repasse, até completar. Prefere devolver de uma vez? Escreva *atendente*."
    )


def debt_paid(news: News) -> str:
    left = news.money("left")
    rest = "Não falta mais nada." if news.get("left") in ("", "0") else f"Ainda faltam *{left}*."
    return f"Recebemos *{news.money()}* de volta do repasse da venda *#{news.order}*. {rest} Obrigado!"


def why(reason: str) -> str:
    return _REASONS.get(reason, "não disse o motivo")


def dispute_opened(news: News) -> str:
    day = f" até *{news.day('answer_by')}*" if news.day("answer_by") else ""
    return (
        f"⚠️ {news.get('buyer') or 'O comprador'} contestou no cartão o pagamento da venda *#{news.order}* "
        f"({news.money()}): {why(news.get('reason'))}. O valor fica retido até o banco decidir.\n"
        f"Posso contestar{day} com o que está registrado: pedido, aceite, conversa, rastreio e entrega. "
        f"Responda *contestar {news.order}* ou *não contestar {news.order}*."
    )


def dispute_question(order: Order, news: dict[str, str]) -> str:
    amount = money.show(int(news["amount"])) if news.get("amount", "").isdigit() else money.show(order.total)
    return (
        f"⚠️ O pagamento da venda *#{order.number}* ({amount}) foi contestado no cartão: o comprador "
        f"{why(order.dispute.reason if order.dispute else '')}. O valor fica retido até o banco decidir.\n"
        "Mando as provas que temos (pedido, aceite, conversa, rastreio e entrega)?"
    )


def which_dispute() -> str:
    return "De qual venda é a contestação?"


def anything_to_add() -> str:
    return "Quer acrescentar algo às provas? Escreva em poucas palavras, ou *não*."


def sending(number: int) -> str:
    return f"Certo, mandando as provas da *#{number}* ao banco do cartão. Te aviso quando receberem e quando decidirem."


def not_sending(number: int) -> str:
    return f"Anotado: a contestação da *#{number}* fica sem resposta, e o valor deve voltar ao comprador."


def no_dispute() -> str:
    return "Nenhuma contestação de cartão espera a sua resposta."


def dispute_reminder(news: News) -> str:
    return (
        f"A contestação no cartão da venda *#{news.order}* precisa de resposta até *{news.day('answer_by')}*; "
        f"sem ela o valor volta ao comprador. Responda *contestar {news.order}* ou *não contestar {news.order}*."
    )


def dispute_sent(news: News) -> str:
    return (
        f"As provas da venda *#{news.order}* ({news.money()}) foram entregues. "
        "O banco do cartão decide, pode levar algumas semanas."
    )


def dispute_ended(news: News) -> str:
    if news.get("outcome") == "won":
        return (
            f"✅ A contestação da venda *#{news.order}* foi *ganha*: os {news.money()} voltam a valer. "
            "Se a peça já foi enviada, não envie de novo."
        )
    return (
        f"A contestação da venda *#{news.order}* foi *perdida*: {news.money()} voltaram ao comprador. "
        "Se a peça ainda está com você, não envie."
    )
