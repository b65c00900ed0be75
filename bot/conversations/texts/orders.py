"""Texts about the buyer's orders: where they are, how to pay, how to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import calendar, money
from bot.domain.order import Charge, ChargeState, Method, Order, OrderState, ShipmentState
from bot.domain.states import PAYABLE

METHODS = {Method.PIX: "Pix", Method.BOLETO: "boleto", Method.CARD: "cartão"}

STATES = {
    OrderState.AWAITING_PAYMENT: "aguardando pagamento",
    OrderState.PAID: "pago, com o vendedor",
    OrderState.ACCEPTED: "sendo preparado",
    OrderState.SHIPPED: "em trânsito",
    OrderState.DELIVERED: "entregue",
    OrderState.RETURNING: "em devolução",
    OrderState.RETURNED: "devolvido",
    OrderState.CLOSED: "concluído",
    OrderState.CANCELLED: "cancelado",
}


def row(order: Order) -> str:
    extra = ""
    if order.state is OrderState.AWAITING_PAYMENT and order.charge and order.charge.method is Method.BOLETO:
        extra = f" (boleto vence {order.charge.due_date:%d/%m})"
    if order.state in (OrderState.DELIVERED, OrderState.CLOSED) and order.delivered_at:
        extra = f" em {calendar.local(order.delivered_at):%d/%m}"
    return f"#{order.number} · {order.title} · {STATES[order.state]}{extra}"


def list_of(count: int) -> str:
    return "Você tem 1 pedido:" if count == 1 else f"Você tem {count} pedidos:"


def list_end() -> str:
    return "Mande o número para ver os detalhes."


def none() -> str:
    return (
        "Não achei pedidos neste número. Quer comprar uma peça? Escreva a *peça e o carro*, ex.: *farol corolla 2015*"
    )


def unknown(number: int, orders: Sequence[Order]) -> str:
    """The same for an order that does not exist and for somebody else's."""
    mine = ", ".join(f"*{o.number}*" for o in orders[:3])
    listed = f" Seus pedidos aqui: {mine}. Era um deles?" if mine else " Confere o número e manda de novo?"
    return f"Não achei o *{number}* neste número.{listed}\nSe comprou com outro telefone, mande o *e-mail da compra*."


def back_to_who_paid() -> str:
    return (
        "O dinheiro volta sempre para *quem pagou*: no Pix, para a mesma conta; no cartão, na fatura. Por segurança "
        "não mando para outra chave."
    )


def come(order: Order) -> str:
    return (
        f"Que bom que chegou! Se o *#{order.number}* tiver algum problema, é só escrever. "
        f"Para dar uma nota, escreva *avaliar {order.number}*."
    )


def come_before_the_scan(order: Order) -> str:
    """The buyer has it, and the carrier has not said so yet."""
    return (
        f"Que bom que chegou! A transportadora ainda não registrou a entrega do *#{order.number}*; quando registrar, "
        "eu fecho aqui, você não precisa fazer nada. Algum problema com a peça? É só escrever. São *7 dias* para "
        "desistir."
    )


def come_before_posted(order: Order) -> str:
    return (
        f"Que bom! Só confere: para mim o *#{order.number}* ({order.title}) ainda está com o vendedor. Se foi ele "
        "mesmo que chegou, digite *atendente* que a equipe acerta; se foi outra encomenda, eu aviso quando ele sair."
    )


def tried_to_deliver(order: Order) -> str:
    where = order.parcel.tracking_url if order.parcel is not None else ""
    return (
        f"A {order.offer.carrier} costuma tentar de novo no próximo dia útil e entrega a quem estiver no endereço "
        "(portaria também). O horário e a agência só ela sabe"
        + (f": {where}" if where else "")
        + f". Se quiser que a equipe fale com ela sobre o *#{order.number}*, digite *atendente*."
    )


def glad() -> str:
    return "Que bom que gostou!"


def thanks_for_praise() -> str:
    return "Que bom ouvir isso, obrigado! Quando precisar, é só escrever."


def sum_of(rows: Sequence[tuple[str, int]]) -> str:
    """What several orders, or one and a part being bought, come to."""
    lines = " + ".join(f"{name} {money.show(amount)}" for name, amount in rows)
    if len(rows) == 1:
        return f"Por enquanto é só um: {lines}."
    return f"Somando: {lines} = *{money.show(sum(amount for _, amount in rows))}*. Cada um se paga separado."


def still_good(number: int, charge: Charge) -> str:
    """*Ainda vale?*, of a code that does."""
    end = charge.expires_at
    until = calendar.show_time(end) if end else calendar.show_day(charge.due_date)
    day = f" de {calendar.show_day(calendar.local(end).date())}" if end else ""
    return f"Vale sim: o *#{number}* pode ser pago até *{until}{day}*. Para receber de novo, escreva *pagar {number}*."


def an_order_a_part() -> str:
    return "Cada pedido é de uma peça só: essa vai em um pedido novo, com o frete dela."


_BACK = frozenset([ChargeState.REFUNDING, ChargeState.REFUNDED])
_WAY_BACK = {
    Method.PIX: "pelo Pix em até 1 dia útil",
    Method.BOLETO: "por um formulário que o Asaas te manda",
    Method.CARD: "no cartão em até 10 dias úteis",
}


def _given_back(charge: Charge) -> str:
    """How far the refund of a charge is, in whole or in part."""
    if charge.state not in _BACK:
        return f"Devolvido em parte: *{money.show(charge.refunded)}*."
    amount = money.show((charge.received or charge.amount) - charge.refunded)
    if charge.state is ChargeState.REFUNDING:
        return f"Devolução de *{amount}* a caminho: volta {_WAY_BACK[charge.method]}."
    return (
        f"*{amount}* devolvidos{' (no cartão, aparece em até 10 dias úteis)' if charge.method is Method.CARD else ''}."
    )


def detail(order: Order, seller: str, now: datetime) -> str:
    """One order in a few lines, newest fact first."""
    lines = [f"*#{order.number}* · {order.title} · {STATES[order.state]}"]
    shipment = order.parcel
    if order.state is OrderState.SHIPPED and shipment is not None:
        code = f" · código *{shipment.tracking}*" if shipment.tracking else ""
        stopped = " (parado na transportadora)" if shipment.state is ShipmentState.STOPPED else ""
        lines.append(f"{order.offer.carrier} {order.offer.service}{code}{stopped}")
        if shipment.tracking_url:
            lines.append(f"Acompanhe: {shipment.tracking_url}")
        if order.ship_by and order.offer.days and not stopped:
            latest = calendar.add_bank_days(order.ship_by, order.offer.days)
            late = latest < calendar.today(now)
            lines.append(
                f"Previsão era até *{calendar.show_day(latest)}* e passou; se quiser ajuda, digite *atendente*."
                if late
                else f"Previsão: até *{calendar.show_day(latest)}*."
            )
    elif order.state is OrderState.DELIVERED and order.delivered_at:
        lines.append(f"Entregue em {calendar.show_day(calendar.local(order.delivered_at).date())}.")
    elif order.state in (OrderState.PAID, OrderState.ACCEPTED) and order.ship_by:
        lines.append(f"Prazo para postar: até *{calendar.show_day(order.ship_by)}*. Eu te aviso quando sair.")
    lines += (_given_back(charge) for charge in order.charges if charge.state in _BACK or charge.refunded)
    if order.state is OrderState.CANCELLED and not any(charge.state in _BACK for charge in order.charges):
        lines.append("Nada mais será cobrado dele.")
    lines.append(
        f"{money.show(order.goods)} + frete {money.show(order.freight)} = *{money.show(order.total)}*\n"
        f"Vendedor: {seller} · Entrega: {order.destination.city}/{order.destination.state}"
    )
    if order.state is OrderState.AWAITING_PAYMENT and order.charge is not None:
        lines.append(_payment(order.charge, now))
    return "\n".join(line for line in lines if line)


def _payment(charge: Charge, now: datetime) -> str:
    if charge.state not in PAYABLE:
        return ""
    if charge.method is Method.PIX and charge.expires_at is not None and charge.expires_at > now:
        return f"Pix vale até *{calendar.show_time(charge.expires_at)}*."
    if charge.method is Method.BOLETO:
        return f"Boleto vence *{calendar.show_day(charge.due_date)}*."
    return ""


# --- paying -----------------------------------------------------------------------------------------------


def nothing_to_pay() -> str:
    return "Você não tem pedido esperando pagamento. Para comprar, escreva a *peça e o carro*; ou digite *menu*."


def already_paid(*numbers: int) -> str:
    which = ", ".join(f"do *#{number}*" for number in numbers)
    verb = "O pagamento {} já está confirmado" if len(numbers) == 1 else "Os pagamentos {} já estão confirmados"
    return f"{verb.format(which)} ✅ Não precisa pagar de novo."


def closed(number: int) -> str:
    return f"O *#{number}* não está mais esperando pagamento: não pague nenhum código antigo dele."


def will_tell() -> str:
    return "Pode deixar: aviso aqui a cada novidade e quando chegar."


def one_at_a_time() -> str:
    return "Vamos um pedido por vez: manda o número do primeiro."


def how_the_sum_is_made() -> str:
    return "O total é a peça mais o frete, como está abaixo. Se não bate com o que você viu, digite *atendente*."


def paid_twice() -> str:
    return "Se entrarem dois pagamentos do mesmo pedido, o segundo volta inteiro para você em até 1 dia útil."


def boleto_over(number: int) -> str:
    return f"Para pagar o *#{number}* agora, o *Pix* confirma na hora. Para outro dia, escreva *mudar o vencimento*."


def another_amount(number: int) -> str:
    return (
        f"O *#{number}* só conta como pago no valor exato. A equipe confere o que entrou e combina com você: completar "
        "ou devolver. Não mande outro pagamento por enquanto."
    )


def long_ago() -> str:
    return "Se o dinheiro já saiu da sua conta e não aparecer, digite *atendente*: a equipe confere com o banco."


def forward_it() -> str:
    return (
        "Só escrevo para quem me chama: é só encaminhar a mensagem do código. Qualquer pessoa paga, de qualquer banco."
    )


def name_forgotten() -> str:
    return "Sem problema: na próxima compra eu pergunto o seu nome completo."


def address_forgotten() -> str:
    return "Apaguei o endereço antigo: na próxima compra eu pergunto o CEP e o número."


def document_forgotten() -> str:
    return "Apaguei o CPF/CNPJ que eu tinha guardado: na próxima compra eu pergunto de novo."


def pay_which() -> str:
    return "Qual pedido você quer pagar?"


def how(order: Order) -> str:
    return f"Pedido *#{order.number}*: *{money.show(order.total)}*. Como prefere pagar?"


def swap(order: Order, old: Method, new: Method, installments: int) -> str:
    way = METHODS[new]
    if new is Method.CARD:
        way += f" em {installments}x de {money.show(money.half_up(order.total, installments))}"
    return f"O *#{order.number}* está no {METHODS[old]}. Trocando para *{way}*, o anterior deixa de valer. Troco?"


def making(order: Order, method: Method) -> str:
    what = {Method.PIX: "o código Pix", Method.BOLETO: "o boleto", Method.CARD: "o link do cartão"}[method]
    return f"Certo. Estou gerando {what} do *#{order.number}* e já mando aqui."


def renew(number: int, amount: str, at: datetime | None) -> str:
    when = f" às {calendar.show_time(at)}" if at else ""
    return (
        f"O Pix do *#{number}* venceu{when} e eu já cancelei ele (não pague o antigo).\n"
        f"A peça ainda está reservada. Gero um novo de *{amount}*?"
    )


def no_new_code(number: int) -> str:
    return f"Tudo bem. Se mudar de ideia, escreva *pagar {number}*."


def not_yet(order: Order) -> str:
    method = order.charge.method if order.charge else Method.PIX
    wait = {
        Method.PIX: "Costuma levar menos de 1 minuto",
        Method.BOLETO: "Boleto leva até 3 dias úteis para compensar",
        Method.CARD: "O cartão costuma confirmar em poucos minutos",
    }[method]
    return f"Ainda não caiu aqui o pagamento do *#{order.number}*. {wait}, aviso assim que confirmar."


def pix_again(number: int, charge: Charge) -> str:
    until = f" até *{calendar.show_time(charge.expires_at)}*" if charge.expires_at else ""
    return f"Pedido *#{number}*: pague *{money.show(charge.amount)}* no Pix{until}. O código está na próxima mensagem."


def boleto_again(order: Order, charge: Charge) -> str:
    return (
        f"2ª via do *#{order.number}*: *{money.show(charge.amount)}*, vence *{calendar.show_day(charge.due_date)}*. "
        f"{line_and_pdf(charge.page_url)}"
    )


def line_and_pdf(page_url: str) -> str:
    page = f"\nPágina: {page_url}" if page_url else ""
    return f"A linha digitável vem sozinha em outra mensagem, para copiar; o PDF vai junto.{page}"


def card_again(charge: Charge) -> str:
    each = money.show(money.half_up(charge.amount, charge.installments))
    return (
        f"*{charge.installments}x de {each}* (total {money.show(charge.amount)}).\n"
        f"O cartão é digitado na página segura do Asaas, nunca aqui no chat:\n{charge.page_url}"
    )


def overdue(order: Order, held: datetime, now: datetime) -> str:
    """A boleto of a past day, of an order that is still held."""
    due = order.charge.due_date if order.charge else calendar.today(now)
    yesterday = due == calendar.today(now) - timedelta(days=1)
    day = "hoje" if calendar.today(held) == calendar.today(now) else calendar.show_day(calendar.today(held))
    since = "ontem" if yesterday else f"em {calendar.show_day(due)}"
    return (
        f"O boleto do *#{order.number}* ({money.show(order.total)}) venceu {since} e a peça ainda está reservada "
        f"*até {day} às {calendar.show_time(held)}*. Já pagou? Pode ignorar."
    )


def failed(number: int, method: str, reason: str) -> str:
    """Why there is no payment code, and what to do."""
    if reason == "invalid_document":
        return f"O CPF/CNPJ do *#{number}* não foi aceito para a cobrança. Manda de novo o *CPF ou CNPJ* do pagador?"
    why = {
        "share_too_small": "o valor é baixo demais para essa forma de pagamento",
        "too_small": "o valor é baixo demais para cobrar",
        "method_unavailable": "essa forma de pagamento não está disponível agora",
        "card_refused": "o banco não autorizou o cartão",
    }.get(reason, "a cobrança não pôde ser criada agora")
    name = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}.get(method, "pagamento")
    return f"O {name} do *#{number}* não deu certo: {why}. Nada foi cobrado."


# --- cancelling -------------------------------------------------------------------------------------------


def nothing_to_cancel() -> str:
    return "Você não tem pedido em aberto para cancelar. Digite *menu* para ver as opções."


def cancel_which() -> str:
    return "Qual pedido você quer cancelar?"


def cancel_sure(order: Order) -> str:
    total = money.show(order.total)
    if order.state is OrderState.AWAITING_PAYMENT:
        return f"Cancelar o *#{order.number}* ({order.title}, {total}, não pago)? Não há custo."
    method = order.charge.method if order.charge else Method.PIX
    return f"O *#{order.number}* já está pago. Cancelando agora, *{total}* voltam {_WAY_BACK[method]}. Cancelo?"


def cancel_late(order: Order) -> str:
    if order.state is OrderState.SHIPPED:
        return (
            f"O *#{order.number}* já foi postado, então não dá para parar a entrega. "
            "Você pode *recusar na entrega* ou devolver em até 7 dias. Te mando o passo a passo?"
        )
    if order.state is OrderState.DELIVERED:
        return (
            f"O *#{order.number}* já foi entregue. Você tem *7 dias* da entrega para devolver: "
            f"escreva *devolver {order.number}*."
        )
    return f"O *#{order.number}* já está {STATES[order.state]}, não há o que cancelar."


def how_to_refuse(number: int) -> str:
    return (
        "*Recusar*: diga ao entregador que não quer o pacote, sem abrir nem assinar. Ele volta ao vendedor e eu "
        "devolvo tudo quando chegar lá.\n"
        f"*Devolver*: depois de receber, escreva *devolver {number}* em até 7 dias. Mando o código de postagem dos "
        "Correios, sem custo para você."
    )


def cancelling(number: int) -> str:
    return f"Certo, cancelando o *#{number}*. Confirmo aqui em seguida; não pague nenhum código antigo dele."


def kept(number: int) -> str:
    return f"Tudo bem, o *#{number}* continua valendo."


def stays_cancelled(number: int) -> str:
    return f"O *#{number}* já foi cancelado e não volta, mas dá para pedir de novo."


def answer_yes_or_no(number: int) -> str:
    return f"Para cancelar o *#{number}* responda *sim*; para manter, *não*."


def cancel_and_again() -> str:
    return "Dá para cancelar esse e pedir o certo em seguida: escreva a *peça e o carro* depois."


def pieces_stay(order: Order) -> str:
    many = sum(line.quantity for line in order.lines)
    each = "1 unidade" if many == 1 else f"{many} unidades"
    return (
        f"O *#{order.number}* foi feito com {each} e a quantidade não muda mais. Ainda sem pagar, o melhor é *cancelar "
        f"{order.number}* (sem custo) e pedir de novo com a quantidade certa: o frete sai um só."
    )
