"""Texts for a charge by message: the seller's preview and the payer's questions."""

from __future__ import annotations

from datetime import datetime

from bot.conversations.texts.buying import METHODS
from bot.domain import calendar, money, phone
from bot.domain.conversation import ChargeSent
from bot.domain.order import Charge, Order
from bot.domain.shop import Rules

LEAST = 500
"""Centavos; the payment provider refuses smaller charges."""


def no_wallet() -> str:
    return "Para cobrar, a loja precisa de uma carteira. Escreva *minha carteira é* e o ID, ou digite *atendente*."


def enough_today(most: int) -> str:
    many = "1 cobrança" if most == 1 else f"{most} cobranças"
    return (
        f"Por hoje a loja já enviou {many}, que é o limite do dia: protege quem recebe e a sua conta. Amanhã já pode "
        "enviar de novo. Precisa de mais? Digite *atendente*."
    )


def which_amount() -> str:
    return "Quanto é a cobrança? Ex.: *R$ 150*"


def amount_noted(amount: int) -> str:
    return f"Anotei: *{money.show(amount)}*."


def wrong_amount() -> str:
    return "Não entendi o valor. Manda assim: *R$ 150,00*"


def one_at_a_time(rest: str) -> str:
    wish = rest if rest.lower().startswith("cobr") else f"cobrar {rest}"
    return f"Uma cobrança por vez: depois desta, escreva *{wish[:120]}*."


def too_little() -> str:
    return f"O menor valor de uma cobrança é {money.show(LEAST)}. Quanto é?"


def which_phone() -> str:
    return "De quem é a cobrança? Manda o *WhatsApp com DDD*. Ex.: 41 99999-0000"


def wrong_phone() -> str:
    return "Esse telefone não parece completo. Manda com o DDD? Ex.: 41 99999-0000"


def own_phone() -> str:
    return "Esse é o seu próprio número. De quem é a cobrança?"


def which_name() -> str:
    return "Qual o *nome* de quem vai pagar?"


def which_title() -> str:
    return "Do que é a cobrança? Ex.: *farol Corolla 2015*"


def which_method() -> str:
    return "Como vai ser pago?"


METHOD_ROWS = (("pix", "Pix"), ("boleto", "Boleto"), ("card", "Cartão"))


def review(amount: int, name: str, number: str, title: str, method: str, rules: Rules) -> str:
    until = {"pix": f"Pix com validade de {rules.pix_minutes} min", "boleto": "Boleto", "card": "Link de cartão"}[
        method
    ]
    return f"Confere? Cobrança de *{money.show(amount)}* para *{name}, {phone.show(number)}* · {title}. {until}."


REVIEW_ROWS = (("send", "Enviar"), ("fix", "Mudar"), ("cancel", "Cancelar"))


def fix() -> str:
    return "O que você quer mudar?"


FIX_ROWS = (
    ("amount", "Valor"),
    ("phone", "Telefone"),
    ("name", "Nome"),
    ("title", "Do que é"),
    ("method", "Forma de pagar"),
)


def sent(name: str) -> str:
    return f"Enviado para {name}. Te aviso quando o código sair e quando pagar."


def no_tab() -> str:
    return (
        "Fiado eu não anoto. Posso *cobrar por mensagem*: quem deve recebe o Pix ou o boleto, e eu aviso quando pagar. "
        "Ex.: *cobrar 200 do joão 11 98765-4321 lanterna*."
    )


def not_answered_yet(at: datetime) -> str:
    return (
        f"A cobrança que você mandou às {calendar.show_time(at)} já está com quem vai pagar e ainda não teve resposta. "
        "Aviso quando responder e quando pagar; sem resposta em 24 horas ela cai sozinha, e nada é cobrado. "
        "Mandou errado? *cancela essa cobrança*. Não chegou? *manda de novo*."
    )


def payer_has_it(number: int) -> str:
    return f"Ainda não foi paga. Quem vai pagar tem o código; para desistir dela: *cancelar venda {number}*."


def payers_are_reminded() -> str:
    return "Quem compra já tem o código e recebe os lembretes por mim; você não precisa cobrar."


def charge_row(charge: ChargeSent) -> str:
    number = f"#{charge.order} · " if charge.order else ""
    return f"{number}{money.show(charge.amount)} · {charge.name} · {charge.title[:40]}"


def which_charge() -> str:
    return "Qual cobrança?"


def told_again(name: str) -> str:
    return f"Mandei a cobrança de novo para {name}. Aviso quando responder e quando pagar."


def told_again_already(name: str, at: datetime) -> str:
    return f"Já mandei de novo para {name} às {calendar.show_time(at)}. Em uma hora eu posso mandar outra vez."


def code_again(name: str, number: int, charge: Charge, *, live: bool) -> str:
    way = METHODS[charge.method]
    if not live:
        return f"O código ({way}) da *#{number}* venceu, então perguntei a {name} se quer um novo."
    return f"Mandei de novo para {name}: {way} da *#{number}*. Aviso quando pagar."


def withdraw(charge: ChargeSent) -> str:
    return (
        f"Cancelar a cobrança de *{money.show(charge.amount)}* para *{charge.name}* · {charge.title}? Ainda não teve "
        "resposta."
    )


def withdrawing(name: str) -> str:
    return f"Certo, retirando a cobrança de {name}."


def none_is_open() -> str:
    return (
        "Não há cobrança sua em aberto agora. Para mandar uma, escreva quanto, de quem e do que: *cobrar 200 do joão "
        "11 98765-4321 lanterna*."
    )


def answered_meanwhile() -> str:
    return "Essa cobrança já foi respondida. Para ver o que está em aberto: *quem não pagou?*"


def sent_already(name: str, at: datetime) -> str:
    return f"Atenção: uma cobrança desse valor já foi para {name} às {calendar.show_time(at)}. Esta é outra."


def not_sent() -> str:
    return "Certo, não enviei nada."


def uncharge(order: Order) -> str:
    return f"Cancelar a cobrança *#{order.number}* ({money.show(order.total)}, não paga)?"


def kept() -> str:
    return "Certo, a cobrança continua valendo."


def uncharged(number: int) -> str:
    return f"Certo, cancelando a cobrança *#{number}*. Quem ia pagar é avisado."


# --- the payer --------------------------------------------------------------------------------------------


def offer(shop: str, amount: int, title: str, method: str) -> str:
    return (
        f"Cobrança da loja *{shop}*: *{money.show(amount)}* · {title}, no {METHODS[method]}.\n"
        "Para pagar, mande o seu *CPF ou CNPJ*. Não reconhece? Responda *não*."
    )


def payer_name() -> str:
    return "E o seu *nome completo*?"


def declined() -> str:
    return "Certo, avisei a loja que você não reconhece a cobrança. Nada foi cobrado."


def placed(number: int, amount: int, method: str) -> str:
    return f"Pedido *#{number}* criado ✅ *{money.show(amount)}* no {METHODS[method]}. O código vem a seguir."


def gone() -> str:
    return "Essa cobrança não vale mais. Peça outra à loja."
