"""Texts about the place that a purchase goes to: its CEP, its street, its town."""

from __future__ import annotations

from bot.conversations.texts import buying
from bot.domain import money, postal_code
from bot.domain.catalogue import Product
from bot.domain.commands import Street
from bot.domain.people import Address


def which_cep(product: Product | None) -> str:
    about = f"*{product.title}* ({money.show(product.price)}). " if product else ""
    return f"{about}Para qual *CEP* é a entrega? Ex.: 80010-000"


def cep_for_city(city: str, product: Product | None = None) -> str:
    about = f"*{product.title}* ({money.show(product.price)}). " if product else ""
    return f"{about}Para *{city}* o frete muda de rua para rua: qual é o *CEP*? Ex.: 80010-000"


def cep_digits(count: int) -> str:
    numbers = "1 número" if count == 1 else f"{count} números"
    return f"Esse CEP tem {numbers} e precisa de 8. Confere e manda de novo? Ex.: 80010-000"


def lost_zero(cep: str, state: str) -> str:
    return (
        "Esse CEP tem 7 números e precisa de 8. "
        f"Se o zero da frente se perdeu, é *{postal_code.show(cep)}* ({state})? Responda *sim* ou mande o CEP de novo. "
        "Ex.: 80010-000"
    )


def several_ceps() -> str:
    return "Vi mais de um CEP na mensagem. Qual deles é o da entrega?"


def cep_missing() -> str:
    return "Esse CEP não existe. Confere e manda de novo? Ex.: 80010-000. Se não souber, mande *rua, cidade e estado*."


def which_town(street: str) -> str:
    return f"Procuro o CEP da *{street}* para você. Em qual *cidade e estado* fica? Ex.: *Curitiba/PR*"


def which_state(city: str) -> str:
    return f"*{city}* de qual estado? Ex.: *{city}/PR*"


def looking_for_street() -> str:
    return "Estou procurando o CEP da sua rua, já volto."


def street_search_down() -> str:
    return "Não consegui procurar a rua agora. Sabe o *CEP*? Ele está na conta de luz. Ex.: 80010-000"


def no_such_street(street: str, city: str) -> str:
    return f"Não achei *{street}* em *{city}*. Confere o nome e manda de novo, ou manda o *CEP*? Ex.: 80010-000"


def which_of_streets() -> str:
    return "Achei mais de um CEP. Qual é o seu?"


def street_row(street: Street) -> str:
    where = ", ".join(w for w in (street.address.street, street.address.district) if w)
    numbers = f" ({street.numbers})" if street.numbers else ""
    return f"{where}{numbers} · {postal_code.show(street.address.postal_code)}"


def generic_cep(address: Address) -> str:
    return (
        f"Esse é o CEP geral de *{address.city}/{address.state}* e os Correios podem recusar a etiqueta. "
        "Me diz a *rua* que eu acho o CEP certo? Se a cidade só tem esse, responda *sim*."
    )


def other_city(address: Address, said: str) -> str:
    return (
        f"O CEP {postal_code.show(address.postal_code)} é de *{address.city}/{address.state}*, "
        f"mas você escreveu *{said}*. Qual vale?"
    )


def other_street(address: Address, said: str) -> str:
    return (
        f"O CEP {postal_code.show(address.postal_code)} é da *{address.street}*, mas você escreveu *{said}*. "
        "Qual vale? O frete depende do CEP."
    )


def here(product: Product, quantity: int, address: Address) -> str:
    house = " ".join(w for w in (address.street + ",", address.number, address.complement) if w)
    place = f"{house}, {address.city}" if address.street and address.number else address.city
    return (
        f"*{buying.pieces(quantity)}{product.title}* ({money.show(product.price * quantity)}), entrega em "
        f"*{place}/{address.state}*, CEP {postal_code.show(address.postal_code)}.\n"
        "É aí mesmo? Responda *sim* ou mande outro CEP."
    )


def place_unknown(cep: str, state: str) -> str:
    return f"Não consegui confirmar a cidade agora, mas sigo com o CEP {postal_code.show(cep)} ({state})."


def looking() -> str:
    return "Estou conferindo o CEP, já volto."


def which_street(address: Address) -> str:
    place = f" em {address.city}/{address.state}" if address.city else ""
    return f"Qual o nome da *rua*{place}?"


def which_city() -> str:
    return "E a *cidade*?"


def another_place(product: Product | None) -> str:
    asked = which_cep(product)
    return f"{asked}\nSe a peça não é essa, escreva a *peça e o carro* certos."


def cep_kept(cep: str) -> str:
    return f"Anotei o CEP *{postal_code.show(cep)}*."


def place_noted(number: str, complement: str) -> str:
    return f"Anotei para a entrega: {f'número *{number}*, ' if number else ''}*{complement}*."
