"""Texts from the part to the order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversations.language.gender import agree
from bot.conversations.texts.common import kilos
from bot.domain import calendar, money, postal_code
from bot.domain.catalogue import Product
from bot.domain.order import NoOffer, Offer
from bot.domain.people import Address, Seller
from bot.domain.shop import Rules

METHODS = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}
CONDITIONS = {"new": "novo", "used": "usado", "remanufactured": "recondicionado"}
HINT_CEP = "O CEP está na conta de luz. Não sabe? Mande *rua, número e cidade* que eu procuro."
HINT_DOCUMENT = (
    "Sem CPF ou CNPJ o Asaas não emite a cobrança. É o de quem paga: o seu, ou o da oficina. "
    "Uso só nela, na nota e na etiqueta."
)
HINT_WHO = "É o que vai na etiqueta, de quem recebe. Ex.: *Marina Souza, 210 apto 31*."
HINT_NUMBER = "Se a casa não tem número, escreva *s/n*."
HINT_STREET = "Vai na etiqueta, como nas suas contas. Ex.: *Rua XV de Novembro*."


def which_part(car: str, *, some: bool) -> str:
    if some:
        return f"Qual peça do *{car}* você procura? Escreva o nome, ou escolha do que tenho:"
    if car:
        return f"Qual peça do *{car}* você procura? Ex.: *farol*, *retrovisor direito*"
    return "Qual peça você procura? Escreva a *peça e o carro*, ex.: *farol corolla 2015*"


def method_noted(method: str, installments: int) -> str:
    return f"Anotei: {METHODS[method]}{f' em {installments}x' if installments else ''}."


def instead_of(product: Product) -> str:
    return f"No lugar de *{product.title}*. Se mudar de ideia, mande *volta para {product.title}*."


def one_at_a_time(other: str) -> str:
    return f"Vamos uma peça por vez; depois desta, escreva *{other}*."


def one_of_them() -> str:
    return "Vamos um de cada vez: primeiro este, e depois deste pedido escreva o outro."


def no_other() -> str:
    return "Dessa peça só tenho este anúncio agora."


def next_part(other: str) -> str:
    first, _, rest = other.partition("* e depois *")
    then = f" Depois vem *{rest}*." if rest else ""
    return f"E a outra peça, *{first}*? Responda *sim* que eu coto.{then}"


def not_found(query: str) -> str:
    return (
        f"Não achei *{query[:60]}* com estoque agora. Tenta com outras palavras: *peça, carro e ano*? "
        "Ou responda *me avisa*, que eu aviso quando entrar."
    )


def listing_gone(listing: int) -> str:
    return f"O anúncio *{listing}* não está à venda agora. Responda *me avisa* e eu aviso se voltar."


def own_part() -> str:
    return "Esse anúncio é da sua própria loja, então não dá para comprar. Qual outra peça você procura?"


def similar(query: str) -> str:
    return f"Não achei *{query[:60]}* com estoque agora. Parecidos que tenho:"


def unknown_car(car: str) -> str:
    return f"Não conheço o carro *{car[:30]}*. Mostro a peça *sem filtrar pelo carro*?"


def found_several(count: int, *, more: bool) -> str:
    return (
        f"Estas {count} combinam melhor. Qual delas? (*mais* mostra outras)" if more else f"Achei {count}. Qual delas?"
    )


def no_more_parts() -> str:
    return "São todas as que tenho agora."


def product_row(product: Product) -> str:
    return f"{product.title} ({agree(CONDITIONS[product.condition], product.title)}) · {money.show(product.price)}"


def condition(product: Product) -> str:
    return f"*{product.title}* é {agree(CONDITIONS[product.condition], product.title)}."


def sold_by(product: Product, seller: Seller) -> str:
    place = f"{seller.address.city}/{seller.address.state}"
    return f"*{product.title}* é vendida por *{seller.name}*, de {place}, e sai de lá direto para o seu endereço."


def sold(title: str) -> str:
    return f"*{title}* acabou de ser vendida para outra pessoa. Nada foi cobrado. Procuro outra?"


def pieces(quantity: int) -> str:
    return f"{quantity}x " if quantity > 1 else ""


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
    return f"{offer.carrier} {offer.service} · {money.show(offer.price)} · {_days(offer.days)}"


def _days(count: int) -> str:
    return "1 dia" if count == 1 else f"{count} dias"


def missing(refusals: Sequence[NoOffer], shown: Sequence[Offer]) -> str:
    """One line on why expected carriers are not in the list; empty if none is missing."""
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


def seller_asked_meanwhile() -> str:
    return f"{seller_asked()} E te chamo assim que a cotação voltar."


def quote_refused() -> str:
    return "A transportadora não aceitou esse CEP. Confere e manda de novo? Ex.: 80010-000"


def lapsed() -> str:
    return "A cotação anterior venceu, então faço outra."


def quote_old() -> str:
    return "O preço do frete venceu, então cotei de novo:"


def price_changed(product: Product) -> str:
    return f"O vendedor mudou o preço: agora *{money.show(product.price)}*."


def total(product: Product, quantity: int, freight: int) -> str:
    goods = product.price * quantity
    name = f"{pieces(quantity)}{product.title.split(' ')[0].lower()}"
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


def how_many_installments(most: int) -> str:
    """``most``: the maximum, if more were asked for; 0 otherwise."""
    return f"Aqui o cartão vai até *{most}x*. Em quantas vezes, sem juros?" if most else "Em quantas vezes, sem juros?"


def installment_row(count: int, amount: int | None) -> str:
    return f"{count}x" if amount is None else f"{count}x de {money.show(money.half_up(amount, count))}"


def which_document() -> str:
    return "Para emitir a cobrança preciso do seu *CPF ou CNPJ* (vai na nota e no recibo)."


def may_be_anothers() -> str:
    return "Pode, com a autorização de quem é o documento: a cobrança e a etiqueta saem nesse nome."


def wrong_document() -> str:
    return "Esse número não confere como CPF (11 números) nem CNPJ (14). Olha de novo e manda?"


def which_of_two() -> str:
    return "Vieram dois documentos. Qual deles vai na cobrança e na nota? Manda só esse."


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


def in_stock(product: Product) -> str:
    return "É a última em estoque." if product.stock == 1 else f"Tem sim: {product.stock} em estoque."


def parcel(product: Product) -> str:
    size = f"{product.width_cm}x{product.height_cm}x{product.length_cm} cm"
    return f"Na caixa: {kilos(product.weight_g)}, {size} (medidas da embalagem, não da peça)."


def confirm(product: Product, quantity: int, offer: Offer, method: str, name: str, address: Address) -> str:
    goods = product.price * quantity
    where = ", ".join(w for w in (name, address.street, address.number, address.complement, address.city) if w)
    return (
        f"{product.title} {money.show(goods)} + frete {offer.carrier} {money.show(offer.price)} = "
        f"*{money.show(goods + offer.price)}* no *{METHODS[method]}*.\nEntrega: {where}.\nConfirmo o pedido?"
    )


def no_other_carrier() -> str:
    return (
        "São as transportadoras que levam essa peça até aí; o frete é calculado pelo peso, pela caixa e pelo CEP. "
        "Outro endereço? Mande o *CEP*. Para parar, *cancelar*."
    )


def cheapest_or(offer: Offer) -> str:
    """The carrier that was asked for before the offers were known."""
    return f"Frete escolhido como você pediu: *{offer.carrier} {offer.service}*, {_days(offer.days)}."


def this_one(offer: Offer) -> str:
    """Which of the offers is the cheapest, or the fastest, to somebody who asks for it without choosing it."""
    return f"{offer_row(offer)}. Quer essa? Responda *sim*, ou o número de outra."


def cheapest_and_fastest(offers: Sequence[Offer]) -> str:
    """For somebody who asks which is the best."""
    cheapest, fastest = min(offers, key=lambda o: o.price), min(offers, key=lambda o: (o.days, o.price))
    if cheapest == fastest:
        return f"A mais barata e mais rápida é *{cheapest.carrier} {cheapest.service}*."
    return (
        f"A mais barata é *{cheapest.carrier} {cheapest.service}* e a mais rápida, "
        f"*{fastest.carrier} {fastest.service}*. Todas vão com rastreio."
    )


def carrier_noted(name: str) -> str:
    return f"Anotei: frete por *{name}*, se ele levar."


def wish_noted(cheapest: bool, method: str) -> str:
    return f"Anotei: o frete mais {'barato' if cheapest else 'rápido'}{f', no {method}' if method else ''}."


def carrier_now(offer: Offer, total: int) -> str:
    return f"Troquei para *{offer.carrier} {offer.service}*: o total agora é *{money.show(total)}*."


def carrier_not_there(name: str) -> str:
    return f"*{name}* não leva este envio até esse CEP. As opções:"


def for_somebody_else() -> str:
    return "Pode ser: quem paga e quem recebe não precisam ser a mesma pessoa. O nome de quem recebe eu peço depois."


def code_comes_after() -> str:
    return "Já mando para pagar: só falta isto."


def amount_so_far(product: Product, quantity: int, offer: Offer | None) -> str:
    goods = product.price * quantity
    if offer is None:
        return f"{pieces(quantity)}{product.title}: *{money.show(goods)}*, mais o frete."
    return (
        f"{pieces(quantity)}{product.title}: {money.show(goods)} + frete {offer.carrier} {money.show(offer.price)} = "
        f"*{money.show(goods + offer.price)}*."
    )


def only_in_stock(quantity: int) -> str:
    return f"Só tem {quantity} em estoque, então sigo com {quantity}."


def quantity_noted(quantity: int) -> str:
    return f"Anotei: {quantity} {'unidade' if quantity == 1 else 'unidades'}."


def document_noted() -> str:
    return "Anotei o CPF/CNPJ."


def document_again() -> str:
    return "Sem problema, apaguei o anterior."


def who_noted(name: str, number: str) -> str:
    return (
        "Anotei "
        + " e ".join(w for w in (f"o nome *{name}*" if name else "", f"o número *{number}*" if number else "") if w)
        + "."
    )


def shipping_time(days: int) -> str:
    return (
        f"O vendedor posta em até {days} {'dia útil' if days == 1 else 'dias úteis'} depois do pagamento; "
        "daí conta o prazo da transportadora, que aparece em cada opção de frete."
    )


def see_listing(url: str) -> str:
    return f"Fotos e detalhes do anúncio: {url}"


def placed(number: int, method: str) -> str:
    coming = {
        "pix": "Já gero o código Pix e mando aqui.",
        "boleto": "Já gero o boleto e mando aqui.",
        "card": "Já gero o link seguro do cartão e mando aqui.",
    }[method]
    return f"Pedido *#{number}* criado ✅\n{coming}"


def goes_to(name: str, address: Address) -> str:
    house = ", ".join(w for w in (name, address.street, address.number, address.complement) if w)
    return f"Entrega: *{house}, {address.city}/{address.state}*. Algo errado? É só escrever o certo."


def lost(title: str) -> str:
    return f"Se ainda quiser *{title}*, é só escrever que eu coto de novo."
