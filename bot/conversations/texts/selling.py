"""Texts for sellers about their sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.conversations.texts.common import kilos
from bot.domain import calendar, money
from bot.domain.order import Order, OrderState, Shipment, ShipmentState

STATES = {
    OrderState.AWAITING_PAYMENT: "aguardando pagamento",
    OrderState.PAID: "pago, falta o seu *sim*",
    OrderState.ACCEPTED: "para postar",
    OrderState.SHIPPED: "em trânsito",
    OrderState.DELIVERED: "entregue",
    OrderState.RETURNING: "em devolução",
    OrderState.RETURNED: "devolvido",
    OrderState.CLOSED: "concluído",
    OrderState.CANCELLED: "cancelado",
}


def not_a_seller() -> str:
    return (
        "Esse número não está ligado a uma loja. "
        "Tem um convite para vender? Manda o *código*. Sem convite, digite *atendente*."
    )


def sale_waits(number: int) -> str:
    return f"Certo, fica para depois. Quando souber da peça, escreva *tenho {number}* ou *não tenho {number}*."


def short_name(name: str) -> str:
    """``Marina S.``: what sellers see of a buyer's name."""
    words = name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else name


# --- a sale and its answer --------------------------------------------------------------------------------


def sale(number: int, data: dict[str, str]) -> str:
    """The notice of a sale, without its question. ``data`` is that of the notice."""
    cost = f" + tarifa do pagamento {_money(data, 'cost')}" if data.get("cost", "0") not in ("", "0") else ""
    return (
        f"🔔 *Venda #{number}* · {_money(data, 'goods')} · {data.get('title', '')}\n"
        f"Comprador: {data.get('buyer', '')} · {data.get('city', '')}/{data.get('state', '')} · "
        f"frete {data.get('carrier', '')} (pago pelo comprador)\n"
        f"Você recebe *{_money(data, 'share')}* (taxa da plataforma {_money(data, 'fee')}{cost}).{withheld(data)}"
    )


def withheld(data: Mapping[str, str]) -> str:
    """What was withheld from the share for an older debt; "" if nothing was."""
    if data.get("withheld", "0") in ("", "0"):
        return ""
    return f" Já descontei *{_money(data, 'withheld')}* do que faltava devolver de um repasse."


def gone_after_yes(number: int, words: str) -> str:
    if words:
        return f"venda #{number} já aceita: {words}"
    return f"venda #{number} já aceita, e a loja não tem mais a peça"


def still_there() -> str:
    return "Ainda tem a peça?"


def post_by(data: dict[str, str]) -> str:
    return f"Prazo para postar: *{day_of(data.get('ship_by', ''))}*."


def answer_in_words(number: int) -> str:
    return f"Ainda tem a peça? Responda *tenho {number}* ou *não tenho {number}*."


def automatic() -> str:
    return "Já aceitei por você, como combinado, e estou gerando a etiqueta."


def _money(data: Mapping[str, str], name: str) -> str:
    return money.show(int(data.get(name) or 0))


def day_of(iso: str) -> str:
    """``qua, 25/11`` of an ISO date, empty for none."""
    return calendar.show_day(date.fromisoformat(iso[:10])) if iso else ""


def accepted(number: int) -> str:
    return f"Anotado ✅ Separa a peça da *#{number}*: já estou gerando a etiqueta e mando o PDF aqui."


def with_invoice() -> str:
    return "Vai com NF-e? Responda *sim, com nota*."


def accepted_with_invoice(number: int, *, waits: bool) -> str:
    waiting = ": a etiqueta espera a nota por 24 h" if waits else ""
    return f"Anotado ✅ Separa a peça da *#{number}*{waiting}."


def refuse_sure(order: Order) -> str:
    listing = order.lines[0].listing
    return (
        f"Sem a peça eu cancelo a venda *#{order.number}* e devolvo {money.show(order.total)} para "
        f"{order.recipient.name.split(' ')[0]}; seu anúncio {listing} fica pausado. Confirma?"
    )


def refused(number: int) -> str:
    return f"Certo, cancelando a venda *#{number}* e devolvendo o valor ao comprador. O anúncio ficou pausado."


def not_waiting(number: int, state: OrderState) -> str:
    return f"A venda *#{number}* não espera resposta: está {STATES[state].replace('*', '')}."


def details(order: Order) -> str:
    """What a seller needs to pack: the parcel, the address, the deadline."""
    volumes = order.offer.volumes
    box = volumes[0] if volumes else None
    size = f"{box.width_cm}x{box.height_cm}x{box.length_cm} cm, {kilos(box.weight_g)}" if box else ""
    if order.by_hand:
        return _by_hand(order)
    count = f"{len(volumes)} volume{'s' if len(volumes) > 1 else ''}" if volumes else "1 volume"
    lines = [
        f"*#{order.number}* · {order.title} · {STATES[order.state].replace('*', '')}",
        f"{short_name(order.recipient.name)} · {order.destination.city}/{order.destination.state} · "
        f"{order.offer.carrier} {order.offer.service} · {count} {size}".rstrip(),
    ]
    if order.ship_by and order.state in (OrderState.PAID, OrderState.ACCEPTED):
        lines.append(f"Postar até *{calendar.show_day(order.ship_by)}*.")
    shipment = order.parcel
    if shipment is not None and shipment.tracking:
        lines.append(f"Código: *{shipment.tracking}*")
    charge = order.charge
    if charge is not None and charge.share:
        lines.append(f"Você recebe *{money.show(charge.share)}*.")
    return "\n".join(lines)


def _by_hand(order: Order) -> str:
    state = "para entregar" if order.state is OrderState.ACCEPTED else _state(order)
    lines = [
        f"*#{order.number}* · {order.title} · {state}",
        f"{short_name(order.recipient.name)} · cobrança por mensagem, sem frete · {money.show(order.total)}",
    ]
    if order.charge is not None and order.charge.share:
        lines.append(f"Você recebe *{money.show(order.charge.share)}*.")
    return "\n".join(lines)


def _state(order: Order) -> str:
    return STATES[order.state].replace("*", "")


# --- lists ------------------------------------------------------------------------------------------------


def to_ship(count: int) -> str:
    return f"*{count} para postar*"


def sales(count: int) -> str:
    return "Sua última venda:" if count == 1 else f"Suas últimas {count} vendas:"


def row(order: Order, today: date) -> str:
    if order.state in (OrderState.PAID, OrderState.ACCEPTED) and order.ship_by:
        late = " (*atrasado*)" if order.ship_by < today else ""
        when = "*hoje*" if order.ship_by == today else f"até {calendar.show_day(order.ship_by)}{late}"
        answer = " (falta o seu sim)" if order.state is OrderState.PAID else ""
        return f"#{order.number} · {order.title} · {when}{answer}"
    if order.by_hand and order.state is OrderState.ACCEPTED:
        return f"#{order.number} · {order.title} · para entregar em mãos"
    return f"#{order.number} · {order.title} · {_state(order)}"


def unpaid(count: int) -> str:
    return "*1 esperando pagamento*:" if count == 1 else f"*{count} esperando pagamento*:"


def all_paid() -> str:
    return "Nenhuma venda ou cobrança esperando pagamento agora. Pix vencido e boleto não pago são cancelados sozinhos."


def nothing_to_ship() -> str:
    return "Nada para postar agora ✅ Quando vender, eu aviso."


def accept_first(order: Order) -> str:
    return (
        f"A *#{order.number}* ({order.title}) ainda espera o seu sim: tem a peça? Responda *tenho {order.number}*, e a "
        "etiqueta vem em seguida."
    )


def no_sales() -> str:
    return "Sua loja ainda não tem vendas por aqui. Quer cadastrar uma peça? Escreva *cadastrar* e a peça."


def unknown(number: int, open_sales: Sequence[Order]) -> str:
    listed = ", ".join(str(o.number) for o in open_sales[:5])
    tail = f" Suas vendas abertas: {listed}." if listed else " Você não tem vendas abertas agora."
    return f"O *{number}* não é uma venda da sua loja.{tail}"


# --- posted -----------------------------------------------------------------------------------------------


def posted_which() -> str:
    return "Qual venda você postou? Mande o número, ex.: *postei 1042*. Pode mandar vários."


def posted(numbers: Sequence[int]) -> str:
    names = _names(numbers)
    marked = f"Marquei {names} como postado{'s' if len(numbers) > 1 else ''}. Certo?"
    return f"{marked} Responda *desfazer* em até 10 min se errou."


def _names(numbers: Sequence[int]) -> str:
    bold = [f"*{n}*" for n in numbers]
    return bold[0] if len(bold) == 1 else f"{', '.join(bold[:-1])} e {bold[-1]}"


def posted_not(orders: Sequence[Order]) -> str:
    """Why some sales were not marked, one line per reason."""
    unanswered = [o.number for o in orders if o.state is OrderState.PAID]
    others = [o for o in orders if o.state is not OrderState.PAID]
    lines = [f"Não marquei *{o.number}*: está {STATES[o.state].replace('*', '')}." for o in others]
    if unanswered:
        lines.append(f"Não marquei {_names(unanswered)}: falta o seu sim. Responda *tenho {unanswered[0]}*.")
    return "\n".join(lines)


def still_to_post(order: Order) -> str:
    by = f", até *{calendar.show_day(order.ship_by)}*" if order.ship_by else ""
    return f"Certo, a *#{order.number}* continua para postar{by}. Quando postar, responda *postei {order.number}*."


def send_again(rest: list[str]) -> str:
    return f"Uma coisa de cada vez: depois desta, mande de novo *{'* e *'.join(rest)}*."


def not_among(parts: list[str]) -> str:
    return f"Não achei nos seus anúncios: *{'*, *'.join(parts)}*."


def no_printer() -> str:
    return (
        "Sem impressora? Encaminhe o PDF da etiqueta a uma papelaria ou gráfica: sai em uma folha comum, preto e "
        "branco serve. Sem etiqueta colada a agência não aceita."
    )


def where_to() -> str:
    return (
        "O endereço completo vai na *etiqueta*; telefone eu não mostro. Para falar com o comprador, digite *atendente*."
    )


def account(wallet: str) -> str:
    return (
        f"Sua parte cai na sua conta Asaas (carteira final *{wallet[-4:]}*); o banco para sacar se muda no "
        "app do Asaas. "
        "Por segurança não troco de carteira por mensagem: para isso, digite *atendente*."
    )


def posted_fine() -> str:
    return "Anotado. Assim que a transportadora ler o código eu aviso o comprador."


def undone(numbers: Sequence[int]) -> str:
    return f"Desfeito: {_names(numbers)} continua{'m' if len(numbers) > 1 else ''} para postar."


def too_late_to_undo() -> str:
    return "Não há nada para desfazer agora (vale por 10 min). Se precisa corrigir algo, digite *atendente*."


# --- labels -----------------------------------------------------------------------------------------------


def label_which() -> str:
    return "De qual venda é a etiqueta?"


def label_again(number: int) -> str:
    return f"Aqui está a etiqueta da *#{number}*. Cole do lado de fora; quando postar, responda *postei {number}*."


def label_not(order: Order, shipment: Shipment | None) -> str:
    """Why there is no label to send, and what happens now."""
    number = order.number
    if order.by_hand:
        return f"A *#{number}* foi cobrada por mensagem, sem frete: não há etiqueta. Ao entregar, *postei {number}*."
    if order.state is OrderState.AWAITING_PAYMENT:
        return f"A *#{number}* ainda não foi paga. A etiqueta sai depois do pagamento e do seu *sim*."
    if order.state is OrderState.PAID:
        return f"Falta o seu *sim* para a *#{number}*. Ainda tem a peça? Responda *tenho {number}*."
    if order.state is OrderState.ACCEPTED:
        if shipment is not None and shipment.state is ShipmentState.EXPIRED:
            return f"A etiqueta da *#{number}* venceu; estou gerando outra sem custo e mando o PDF aqui."
        return f"A etiqueta da *#{number}* ainda está sendo gerada. Não precisa fazer nada: mando o PDF em até 30 min."
    return f"A *#{number}* está {STATES[order.state].replace('*', '')}: não há etiqueta para mandar."


def sales_of(period: str, count: int) -> str:
    return f"*Vendas · {period}*: {count}"


def no_sales_in(period: str) -> str:
    return f"Nenhuma venda ({period}). Para ver todas, escreva *minhas vendas*."
