"""Texts about moving an account to another number."""

from __future__ import annotations

HINT = (
    "Sem o e-mail eu não consigo mostrar a conta a outro número. Se não lembra qual era ou não tem mais acesso, digite "
    "*atendente* que uma pessoa confere com você."
)


def which_email() -> str:
    return "Sem problema. Para achar a sua conta, mande o *e-mail* que você confirmou aqui (o da compra ou o da loja)."


def email_wrong() -> str:
    return "Esse e-mail parece incompleto. Confere e manda de novo? Ex.: *marina@gmail.com*"


def asked(address: str, minutes: int) -> str:
    """The same, whether the address is known or not."""
    return (
        f"Se *{address}* for de uma conta daqui, acabei de mandar um código de 6 números para lá. "
        f"Digite aqui (vale {minutes} min). Não chegou? Olhe o spam, ou mande outro e-mail."
    )


def wrong() -> str:
    return "Não é esse código, ou ele não vale mais. Confere no e-mail e digite de novo? Ou mande outro e-mail."


def too_many() -> str:
    return "Foram tentativas demais por hoje. Tenta amanhã, ou digite *atendente* que a equipe confere com você."


def code_subject(code: str) -> str:
    return f"Seu código para recuperar a conta: {code}"


def code_text() -> str:
    return (
        "Alguém pediu no WhatsApp para usar a sua conta em outro número. Se foi você, digite este código lá. "
        "Se não foi, ignore este e-mail: sem o código nada muda."
    )


def several() -> str:
    return "Esse e-mail é de mais de uma conta. Para não errar, uma pessoa da equipe faz a troca: digite *atendente*."


def checking() -> str:
    return "Código certo ✅ Estou passando a sua conta para este número."


def other_account() -> str:
    return "Esse e-mail já é de uma conta daqui, de outro número. Passo ela para este? (o antigo não abre mais ela)"


def moving() -> str:
    return "Certo, estou passando a sua conta para este número."


def left_apart() -> str:
    return "Certo, cada número continua com a sua conta."


def done(orders: int, *, shop: str) -> str:
    found = [f"a loja *{shop}*"] if shop else []
    found += [f"{orders} pedido{'s' if orders > 1 else ''}"] if orders else []
    tail = f" Encontrei {' e '.join(found)}." if found else ""
    return f"Pronto, a sua conta agora é deste número; o antigo não abre mais ela.{tail} Digite *menu* quando quiser."


def two_shops() -> str:
    return "As duas contas têm loja, e eu não junto lojas. A equipe já foi avisada e fala com você por aqui."


def moved_away() -> str:
    return (
        "Sua conta passou para outro número, com um código mandado ao seu e-mail. "
        "Não foi você? Responda *atendente* agora."
    )


def moved_mail() -> tuple[str, str]:
    return (
        "Sua conta passou para outro número",
        "A sua conta passou a ser usada em outro número de WhatsApp, com um código mandado a este e-mail.\n\n"
        "Foi você? Não precisa fazer nada. Não foi? Responda pelo WhatsApp com *atendente* agora.",
    )
