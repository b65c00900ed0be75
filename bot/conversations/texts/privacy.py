"""Texts about a person's own data: export and erasure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.texts.people import hidden
from bot.domain.order import Order

ROWS = (("copy", "Uma cópia dos meus dados"), ("erase", "Apagar o que não é obrigatório guardar"))


def which() -> str:
    return "Sobre os seus dados, posso:"


def which_end() -> str:
    return (
        "A cópia costuma sair na hora (o prazo é de até 15 dias). "
        "Pedidos, notas e pagamentos ficam guardados pelo prazo da lei. Qual?"
    )


def who(document: str) -> str:
    kind = "CPF" if len(document) == 11 else "CNPJ"
    return f"Para ter certeza de que é você: quais são os *3 últimos* números do seu {kind}?"


def not_that(left: int) -> str:
    return f"Não são esses. Confere? (mais {left} tentativa{'s' if left > 1 else ''})"


def too_many() -> str:
    return "Não consegui confirmar que é você, então não mando nem apago nada hoje. Precisa agora? Digite *atendente*."


def copy(email: str) -> str:
    mailed = f" Mando também para {hidden(email)}." if email else ""
    return f"Aqui vai a cópia de tudo o que guardamos sobre você, num arquivo.{mailed}"


def caption() -> str:
    return "Cópia dos seus dados. Abre em qualquer editor de texto."


def copy_failed() -> str:
    return "O arquivo com os seus dados não saiu agora. Peça de novo daqui a pouco: *quero meus dados*."


def blocked(orders: Sequence[Order]) -> str:
    shown = ", ".join(f"*#{o.number}*" for o in orders[:6])
    more = f" e mais {len(orders) - 6}" if len(orders) > 6 else ""
    one = len(orders) == 1 and not more
    return (
        f"Ainda não posso apagar: {'o pedido' if one else 'os pedidos'} {shown}{more} "
        f"{'está aberto' if one else 'estão abertos'}, e eu preciso dos dados para entregar, cobrar ou devolver. "
        "Quando terminar (depois dos 7 dias da entrega), é só pedir de novo. Antes disso posso mandar uma cópia."
    )


def sure(*, shop: bool) -> str:
    closed = " A sua loja fecha e os anúncios saem do ar." if shop else ""
    return (
        "Vou apagar seu cadastro, endereço, e-mail e toda a nossa conversa. *Não dá para desfazer*."
        f"{closed}\nO que a lei manda guardar (pedidos, notas e pagamentos, com nome, CPF/CNPJ e endereço) fica, sem "
        "ligação com este número. Apago?"
    )


def kept() -> str:
    return "Certo, não apaguei nada."


def erasing() -> str:
    return "Estou apagando. A próxima mensagem confirma."


def erased() -> str:
    return (
        "Pronto, apaguei seus dados. Ficaram só os pedidos, notas e pagamentos que a lei manda guardar. "
        "Se um dia escrever de novo, começamos do zero."
    )
