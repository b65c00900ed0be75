"""From the part to the order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain import calendar, money, postal_code
from bot.domain.catalogue import Product
from bot.domain.order import NoOffer, Offer
from bot.domain.people import Address
from bot.domain.shop import Rules

METHODS = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}
CONDITIONS = {"new": "nova", "used": "usada", "remanufactured": "recondicionada"}


def which_part() -> str:
    return "Qual peça você procura? Escreva a *peça e o carro*, ex.: *farol corolla 2015*"


def not_found(query: str) -> str:
    return f"Não achei *{query[:60]}* com estoque agora. Tenta com outras palavras: *peça, carro e ano*?"


def listing_gone(listing: int) -> str:
    return f"O anúncio *{listing}* não está à venda agora."


def own_part() -> str:
    return "Esse anúncio é da sua própria loja, então não dá para comprar. Qual outra peça você procura?"


def similar(query: str) -> str:
    return f"Não achei *{query[:60]}* com estoque agora. Parecidos que tenho:"


def found_several(count: int) -> str:
    return f"Achei {count}. Qual delas?"


def product_row(product: Product) -> str:
    return f"{product.title} ({CONDITIONS[product.condition]}) · {money.show(product.price)}"


def sold(title: str) -> str:
    return f"*{title}* acabou de ser vendida para outra pessoa. Nada foi cobrado. Procuro outra?"


def which_cep(product: Product | None) -> str:
    about = f"*{product.title}* ({money.show(product.price)}). " if product else ""
    return f"{about}Para qual *CEP* é a entrega? Ex.: 80010-000"


def cep_for_city(city: str) -> str:
    return f"Para *{city}* o frete muda de rua para rua: qual é o *CEP*? Ex.: 80010-000"


def cep_digits(count: int) -> str:
    return f"Esse CEP tem {count} números e precisa de 8. Confere e manda de novo? Ex.: 80010-000"


def lost_zero(cep: str, state: str) -> str:
    return (
        "Esse CEP tem 7 números e precisa de 8. "
        f"Se o zero da frente se perdeu, é *{postal_code.show(cep)}* ({state})? Responda *sim* ou mande o CEP de novo. "
        "Ex.: 80010-000"
    )


def several_ceps() -> str:
    return "Vi mais de um CEP na mensagem. Qual deles é o da entrega?"


def cep_missing() -> str:
    return "Esse CEP não existe. Confere e manda de novo? Ex.: 80010-000. Se não souber o seu, digite *atendente*."


def generic_cep(address: Address) -> str:
    return (
        f"Esse é o CEP geral de *{address.city}/{address.state}* e os Correios podem recusar a etiqueta. "
        "Manda o *CEP da sua rua*? Se a cidade só tem esse, responda *sim*."
    )


def other_city(address: Address, said: str) -> str:
    return (
        f"O CEP {postal_code.show(address.postal_code)} é de *{address.city}/{address.state}*, "
        f"mas você escreveu *{said}*. Qual vale?"
    )


def here(product: Product, quantity: int, address: Address) -> str:
    pieces = f"{quantity}x " if quantity > 1 else ""
    return (
        f"*{pieces}{product.title}* ({money.show(product.price * quantity)}), entrega em "
        f"*{address.city}/{address.state}*, CEP {postal_code.show(address.postal_code)}.\n"
        "É aí mesmo? Responda *sim* ou mande outro CEP."
    )


def place_unknown(cep: str, state: str) -> str:
    return f"Não consegui confirmar a cidade agora, mas sigo com o CEP {postal_code.show(cep)} ({state})."


def looking() -> str:
    return "Estou conferindo o CEP, já volto."


def quoting(cep: str) -> str:
    return f"Estou cotando o frete para {postal_code.show(cep)}, já te mostro."


def quote_down() -> str:
    return "A cotação está fora do ar agora (não é o seu CEP). Vou tentar de novo sozinho e te chamo em até 15 min."


def waiting() -> str:
    return "Combinado. Te chamo assim que a cotação voltar."


def everything_ready() -> str:
    return "Tudo anotado. Assim que a cotação voltar eu te chamo, e um *sim* fecha o pedido."


def back_again(cep: str) -> str:
    return f"Voltou! Aqui estão as opções para {postal_code.show(cep)}:"


def offers(valid_until: datetime, now: datetime) -> tuple[str, str]:
    day = "hoje" if calendar.today(valid_until) == calendar.today(now) else "amanhã"
    return (
        "Opções de entrega (prazo em dias úteis, depois da postagem):",
        f"Responda com o número. Preço válido até {calendar.show_time(valid_until)} de {day}.",
    )


def offer_row(offer: Offer) -> str:
    days = "1 dia" if offer.days == 1 else f"{offer.days} dias"
    return f"{offer.carrier} {offer.service} · {money.show(offer.price)} · {days}"


def missing(refusals: Sequence[NoOffer], shown: Sequence[Offer]) -> str:
    """Why carriers that people look for are not in the list, one line, empty if none is missing."""
    there = {o.carrier for o in shown}
    gone: dict[str, str] = {}
    for refusal in refusals:
        if refusal.carrier not in there:
            gone.setdefault(refusal.carrier, refusal.reason)
    return "\n".join(f"*{carrier} não aparece*: {_sentence(reason)}" for carrier, reason in list(gone.items())[:2])


def _sentence(reason: str) -> str:
    reason = reason.strip().rstrip(".")
    return f"{reason[:1].lower()}{reason[1:]}." if reason else "não atende este envio."


def no_offer(product: Product, cep: str) -> str:
    longest = max(product.width_cm, product.height_cm, product.length_cm)
    size = f"{longest / 100:.2f}".replace(".", ",")
    return (
        f"Nenhuma transportadora leva *{product.title}* ({size} m) até o CEP {postal_code.show(cep)}. "
        "Posso perguntar ao vendedor se ele combina a entrega. Pergunto?"
    )


def seller_asked() -> str:
    return "Perguntei. Uma pessoa da equipe te responde por aqui com o que o vendedor disser."


def quote_refused() -> str:
    return "A transportadora não aceitou esse CEP. Confere e manda de novo? Ex.: 80010-000"


def quote_old() -> str:
    return "O preço do frete venceu, então cotei de novo:"


def price_changed(product: Product) -> str:
    return f"O vendedor mudou o preço: agora *{money.show(product.price)}*."


def total(product: Product, quantity: int, freight: int) -> str:
    goods = product.price * quantity
    name = product.title.split(" ")[0].lower()
    return f"Fechado: {name} {money.show(goods)} + frete {money.show(freight)} = *{money.show(goods + freight)}*."


def too_little() -> str:
    return "O total mínimo de um pedido é R$ 5,00. Quer escolher outra peça ou outra quantidade?"


def how_to_pay() -> str:
    return "Como prefere pagar?"


def how_to_pay_later() -> str:
    return "Enquanto isso: como prefere pagar?"


def method_rows(rules: Rules) -> list[tuple[str, str]]:
    return [
        ("pix", "Pix (na hora)"),
        ("boleto", f"Boleto (até {rules.boleto_days} dias úteis para compensar)"),
        ("card", f"Cartão em até {rules.card_max_installments}x"),
    ]


def how_many_installments() -> str:
    return "Em quantas vezes, sem juros?"


def installment_row(count: int, amount: int | None) -> str:
    return f"{count}x" if amount is None else f"{count}x de {money.show(money.half_up(amount, count))}"


def which_document() -> str:
    return "Para emitir a cobrança preciso do seu *CPF ou CNPJ* (vai na nota e no recibo)."


def wrong_document() -> str:
    return "Esse número não confere como CPF (11 números) nem CNPJ (14). Olha de novo e manda?"


def who_and_where(*, street: bool) -> str:
    if street:
        return "E o *nome completo*, a *rua* e o *número da casa* (com complemento) para a etiqueta?"
    return "E o *nome completo* e o *número da casa* (com complemento) para a etiqueta?"


def which_name() -> str:
    return "Faltou o *nome completo* (nome e sobrenome) de quem recebe."


def whole_name(name: str) -> str:
    return f"Anotei *{name}*. E o sobrenome? Manda o *nome completo* como vai na etiqueta."


def which_number() -> str:
    return "E o *número da casa* (com complemento)? Se não tem, escreva *s/n*."


def which_street(address: Address) -> str:
    place = f" em {address.city}/{address.state}" if address.city else ""
    return f"Qual o nome da *rua*{place}?"


def which_city() -> str:
    return "E a *cidade*?"


def confirm(product: Product, quantity: int, offer: Offer, method: str, address: Address) -> str:
    goods = product.price * quantity
    where = ", ".join(w for w in (address.street, address.number, address.complement, address.city) if w)
    return (
        f"{product.title} {money.show(goods)} + frete {offer.carrier} {money.show(offer.price)} = "
        f"*{money.show(goods + offer.price)}* no *{METHODS[method]}*.\nEntrega: {where}.\nConfirmo o pedido?"
    )


def placed(number: int, method: str) -> str:
    coming = {
        "pix": "Já gero o código Pix e mando aqui.",
        "boleto": "Já gero o boleto e mando aqui.",
        "card": "Já gero o link seguro do cartão e mando aqui.",
    }[method]
    return f"Pedido *#{number}* criado ✅\n{coming}"


def lost(title: str) -> str:
    return f"Se ainda quiser *{title}*, é só escrever que eu coto de novo."
