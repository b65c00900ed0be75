"""What buyers in trouble can do at once, before a person takes over."""

from __future__ import annotations


def fraud() -> str:
    return (
        "Cuidado: só cobramos por esta conversa. Ligue já para o seu banco e peça a devolução do Pix (*MED*), "
        "e guarde as mensagens para o boletim de ocorrência."
    )


def nothing_at_the_door() -> str:
    return "Não pague nada na entrega: o frete já está pago na compra."


def delivered_elsewhere() -> str:
    return "Sinto muito. A equipe pergunta à transportadora onde foi entregue e quem recebeu."


def pieces_missing() -> str:
    return (
        "Que chato. A equipe combina com o vendedor o envio do que falta ou outra solução. Se preferir devolver tudo, "
        "escreva *quero devolver*."
    )


def refund_not_come() -> str:
    return "No Pix o dinheiro volta em até 1 dia, no cartão em até 10 dias úteis. Passou disso? A equipe confere."


def card_shown_as_charged() -> str:
    return (
        "Compra que o banco não autoriza pode aparecer por uns dias na fatura e sumir sozinha. Se ficar, a equipe "
        "confere. Não pague de novo antes."
    )


def broke_later() -> str:
    return "Sinto muito. Os 7 dias para desistir passaram, mas defeito tem o prazo da lei: a equipe vê com o vendedor."
