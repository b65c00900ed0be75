"""Texts for changing the carrier or address of an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain import calendar, money, postal_code
from bot.domain.order import Method, Offer, Order, OrderState
from bot.domain.people import Address

_CODES = {Method.PIX: "o código Pix", Method.BOLETO: "o boleto", Method.CARD: "o link do cartão"}


def cep_noted(cep: str) -> str:
    return f"Anotei o CEP *{postal_code.show(cep)}*."


def shops_address(old: Address) -> str:
    return (
        f"As etiquetas saem hoje de *{old.street}, {old.number}* ({old.city}/{old.state}). Quem muda é a equipe, "
        "porque uma etiqueta já feita continua com o endereço antigo. Manda aqui o *CEP* e o *número* novos."
    )


def which() -> str:
    return "De qual pedido é a entrega?"


def on_its_way_already(number: int) -> str:
    return f"O *#{number}* já está com a transportadora, então daqui eu não mudo mais a entrega."


def carrier_is_paid(order: Order) -> str:
    return (
        f"O *#{order.number}* está pago e vai por *{order.offer.carrier} {order.offer.service}*, com frete incluído. "
        f"A transportadora não muda mais. Se não servir, você pode *cancelar {order.number}* e pedir de novo."
    )


def place_is_paid(order: Order) -> str:
    return (
        f"O *#{order.number}* já está pago com o frete para o CEP {postal_code.show(order.destination.postal_code)}: "
        "para outro CEP eu preciso de uma pessoa da equipe. Chamo?"
    )


def too_late(order: Order) -> str:
    if order.state is OrderState.SHIPPED or order.seller_says_posted:
        return f"O *#{order.number}* já foi postado. Se o endereço está errado, digite *atendente*."
    return f"O *#{order.number}* não está mais esperando entrega."


def where_it_goes(order: Order) -> str:
    where = order.destination
    house = ", ".join(w for w in (where.street, where.number, where.complement) if w)
    return (
        f"O *#{order.number}* vai para *{house}, {where.city}/{where.state}* "
        f"(CEP {postal_code.show(where.postal_code)})."
    )


def where_they_go(orders: Sequence[Order]) -> str:
    return "\n".join(map(where_it_goes, orders))


def one_place_at_a_time() -> str:
    return "Acerto um de cada vez; depois do primeiro, escreva *endereço* de novo."


def which_address(order: Order) -> str:
    return (
        f"{where_it_goes(order)}\nQual é o certo? Mande o *CEP* novo, ou só o *número e complemento* se o CEP é esse."
    )


def name_passed_on(name: str) -> str:
    return f"O nome *{name}* eu passei à equipe, que corrige antes da etiqueta."


def so_already() -> str:
    return "O endereço do pedido já está assim."


def cep_missing() -> str:
    return "Esse CEP não existe. Confere e manda de novo? Ex.: 80010-000"


def looking() -> str:
    return "Estou conferindo o CEP, já volto."


def which_house(address: Address) -> str:
    street = address.street or "essa rua (escreva o nome dela também)"
    return f"*{street}, {address.city}/{address.state}*. Qual o *número* (e complemento)?"


def quoting(cep: str) -> str:
    return f"Estou cotando o frete para {postal_code.show(cep)}, já te mostro."


def quote_down() -> str:
    return "A cotação está fora do ar agora. Tento de novo sozinho e te chamo; o seu pedido continua como está."


def no_offer(cep: str) -> str:
    return (
        f"Nenhuma transportadora leva essa peça até o CEP {postal_code.show(cep)}. "
        "Seu pedido continua como estava. Se quiser ajuda, digite *atendente*."
    )


def only_this(offer: Offer) -> str:
    return f"Só *{offer.carrier} {offer.service}* atende esse envio, e é a sua escolha. O pedido continua como está."


def not_there(name: str) -> str:
    return f"*{name}* não atende esse envio."


def choose(valid_until: datetime) -> tuple[str, str]:
    return (
        "Opções de entrega (prazo em dias úteis, depois da postagem):",
        f"Responda com o número. Preço válido até {calendar.show_time(valid_until)}.",
    )


def sure(order: Order, offer: Offer, destination: Address, method: Method) -> str:
    before, after = money.show(order.total), money.show(order.goods + offer.price)
    total = f"o total continua *{after}*" if before == after else f"o total muda de {before} para *{after}*"
    moved = destination.postal_code != order.destination.postal_code
    where = f" para *{destination.city}/{destination.state}*" if moved else ""
    return (
        f"Posso trocar para *{offer.carrier} {offer.service}*{where}, mas {total} e {_CODES[method]} anterior deixa de "
        "valer. Troco?"
    )


def sure_address(order: Order, destination: Address) -> str:
    house = ", ".join(w for w in (destination.street, destination.number, destination.complement) if w)
    return f"Entrego o *#{order.number}* em *{house}, {destination.city}/{destination.state}*, sem mudar o valor?"


def sure_on_box(order: Order, destination: Address) -> str:
    house = ", ".join(w for w in (destination.street, destination.number, destination.complement) if w)
    return (
        f"A etiqueta do *#{order.number}* já saiu com o endereço do pedido, mas ele ainda não foi postado. Peço ao "
        f"vendedor para escrever na caixa *{house}*?"
    )


def quote_old() -> str:
    return "O preço do frete venceu, então cotei de novo:"


def changing(order: Order, method: Method) -> str:
    return f"Certo. O anterior foi cancelado, não pague mais ele. Estou gerando {_CODES[method]} do *#{order.number}*."


def correcting(number: int, *, passed_on: bool) -> str:
    if passed_on:
        return f"Certo, passando ao vendedor do *#{number}*."
    return f"Certo, corrigindo o endereço do *#{number}*."


def kept(number: int) -> str:
    return f"Tudo bem, a entrega do *#{number}* continua como estava."
