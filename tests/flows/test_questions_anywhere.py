"""The same question in every situation: about no part yet, the part on the table, or the part that was ordered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop, shipment
from tests.flows.test_picky_people import at, stranger
from tests.support_shop import marina


def ordered(state: OrderState, *shipments: ShipmentState) -> Chat:
    shop = parts_shop(marina(greeted=True))
    waits = state is OrderState.AWAITING_PAYMENT
    code = charge(Method.PIX, ChargeState.PENDING if waits else ChargeState.PAID)
    shop.add(order(1003, state, charges=(code,), shipments=tuple(shipment(s) for s in shipments)))
    return Chat(shop)


SITUATIONS: dict[str, Callable[[], Chat]] = {
    "idle": stranger,
    "carrier": lambda: at("carrier"),
    "method": lambda: at("method"),
    "document": lambda: at("document"),
    "waiting": lambda: ordered(OrderState.AWAITING_PAYMENT),
    "paid": lambda: ordered(OrderState.PAID),
    "shipped": lambda: ordered(OrderState.SHIPPED, ShipmentState.POSTED),
    "delivered": lambda: ordered(OrderState.DELIVERED, ShipmentState.DELIVERED),
}
EVERYWHERE = [
    ("meu cartão é de outro nome, tem problema?", "com a autorização do dono"),
    ("vocês tem loja no mercado livre?", "vende só por aqui"),
    ("e se eu não estiver em casa?", "guarda numa agência"),
    ("vem embalado direito?", "vai embalada e *segurada"),
    ("e se der defeito?", "90 dias"),
    ("aceita dois cartões?", "Não dá para pagar em partes"),
    ("qual banco é o pix?", "o recebedor é a *AutoPars*"),
    ("meu marido que vai receber", "a quem estiver no endereço"),
    ("posso retirar na agência?", "A entrega é no endereço"),
    ("quanto tempo tenho pra devolver?", "*7 dias* depois de receber"),
    ("quem paga o frete da devolução?", "frete de volta por nossa conta"),
    ("quando recebo o dinheiro de volta?", "o *Pix* volta em até 1 dia útil"),
]
SOMEWHERE = [
    ("manda um cartão junto, é presente", "carrier", "sem embrulho de presente, cartão ou bilhete"),
    ("manda um cartão junto, é presente", "method", "sem embrulho de presente, cartão ou bilhete"),
    ("manda um cartão junto, é presente", "document", "sem embrulho de presente, cartão ou bilhete"),
    ("quanto tempo o pix dura?", "idle", "30 min"),
    ("quanto tempo o pix dura?", "carrier", "30 min"),
    ("quanto tempo o pix dura?", "waiting", "até *19:00*"),
    ("tem nota fiscal?", "idle", "quem é empresa emite"),
    ("tem nota fiscal?", "carrier", "só o vendedor"),
    ("é original?", "idle", "depende da peça"),
    ("é original?", "document", "só o vendedor"),
    ("é original?", "paid", "só o vendedor de Farol"),
    ("qual a marca?", "idle", "depende da peça"),
    ("qual a marca?", "shipped", "só o vendedor de Farol"),
    ("a peça vem com lâmpada?", "idle", "depende da peça"),
    ("a peça vem com lâmpada?", "carrier", "só o vendedor"),
    ("tem o par?", "carrier", "só o vendedor"),
    ("é nova ou usada?", "idle", "depende da peça"),
    ("é nova ou usada?", "paid", "é usado"),
    ("quem é o vendedor?", "idle", "depende da peça"),
    ("quem é o vendedor?", "carrier", "vendida por *Auto Peças Silva*, de São Paulo/SP"),
    ("de onde sai a peça?", "document", "vendida por *Auto Peças Silva*, de São Paulo/SP"),
    ("quem é o vendedor?", "paid", "vendida por *Auto Peças Silva*"),
    ("pode mandar um vídeo?", "idle", "De qual peça?"),
    ("pode mandar um vídeo?", "carrier", "Fotos e detalhes do anúncio"),
    ("dá desconto à vista?", "idle", "O preço é de cada vendedor"),
    ("faz por 400?", "idle", "O preço é de cada vendedor"),
    ("faz por 400?", "carrier", "só o vendedor"),
    ("leva quantos dias pra chegar?", "idle", "2 dias úteis"),
    ("leva quantos dias pra chegar?", "carrier", "2 dias úteis"),
    ("leva quantos dias pra chegar?", "paid", "#1003"),
    ("leva quantos dias pra chegar?", "shipped", "#1003"),
    ("preciso pra amanhã", "idle", "2 dias úteis"),
    ("chega até sexta?", "idle", "2 dias úteis"),
    ("sou de manaus, entrega?", "idle", "todo o Brasil"),
    ("moro na zona rural, chega aí?", "idle", "todo o Brasil"),
    ("qual o telefone de vocês?", "idle", "É este número mesmo"),
    ("quero nota no cnpj", "idle", "*CPF ou no CNPJ*"),
    ("quero nota no cnpj", "document", "*CPF ou no CNPJ*"),
    ("pode entregar no trabalho?", "carrier", "casa ou trabalho"),
    ("qual o peso?", "carrier", "Na caixa: 2,4 kg, 35x30x60 cm"),
    ("quais as medidas?", "paid", "Na caixa: 2,4 kg"),
    ("tá funcionando?", "idle", "depende da peça"),
    ("vcs entregam hoje?", "idle", "2 dias úteis"),
    ("vcs entregam hoje?", "carrier", "2 dias úteis"),
    ("qual transportadora é melhor?", "carrier", "mais barata é *Jadlog .Package* e a mais rápida, *Correios SEDEX*"),
    ("quero trocar a forma de entrega", "document", "Opções de entrega"),
    ("como faço pra devolver?", "shipped", "*7 dias* depois de receber"),
    ("como faço pra devolver?", "delivered", "O que houve com o *#1003*"),
    ("quando o vendedor vai postar?", "carrier", "2 dias úteis"),
    ("quando o vendedor vai postar?", "paid", "Prazo para postar"),
    ("posso adicionar outra peça?", "carrier", "Cada pedido é de uma peça só"),
    ("posso adicionar outra peça?", "waiting", "Cada pedido é de uma peça só"),
    ("não consigo pagar", "waiting", "*#1003*"),
    ("bom dia, alguém aí?", "idle", "Cotar frete e comprar"),
]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(("text", "answer"), EVERYWHERE)
def test_answered_everywhere(text: str, answer: str, situation: str) -> None:
    chat = SITUATIONS[situation]()
    chat.buyer(text).bot(answer).not_bot("Não peguei", "Já estou chamando")
    assert not chat.alerts


@pytest.mark.parametrize(("text", "situation", "answer"), SOMEWHERE)
def test_answered_by_the_situation(text: str, situation: str, answer: str) -> None:
    chat = SITUATIONS[situation]()
    chat.buyer(text).bot(answer).not_bot("Não peguei", "Já estou chamando")
    assert not chat.alerts


@pytest.mark.parametrize("text", ["a peça veio riscada", "chegou trincada", "veio sem nota"])
def test_a_complaint_stays_one(text: str) -> None:
    ordered(OrderState.DELIVERED, ShipmentState.DELIVERED).buyer(text).not_bot("só o vendedor", "depende da peça")


@pytest.mark.parametrize(
    ("text", "situation"),
    [("já comprei com vocês antes", "carrier"), ("tem mais barato?", "carrier"), ("o frete tá caro", "method")],
)
def test_what_only_sounds_like_a_row_chooses_nothing(text: str, situation: str) -> None:
    """They took the fastest freight, the cheapest, and the card."""
    SITUATIONS[situation]().buyer(text).not_bot("Fechado: farol R$ 480,00 + frete R$ 61,20", "Em quantas vezes", "CPF")


def test_living_elsewhere_is_no_move() -> None:
    chat = ordered(OrderState.CLOSED).buyer("moro em outro estado").not_bot("Apaguei")
    assert chat.person.address is not None


# --- shops ---------------------------------------------------------------------------------------------------


def shop_with(state: OrderState | None) -> Chat:
    shop = parts_shop(marina(greeted=True))
    if state is not None:
        shop.add(order(1003, state, charges=(charge(Method.PIX, ChargeState.PAID),)))
    return Chat(shop)


OF_SHOPS = [
    ("quanto é a taxa?", "8%"),
    ("quem paga o frete?", "pago pelo comprador"),
    ("não tenho impressora", "papelaria"),
    ("onde posto?", "agência da transportadora"),
    ("como embalo?", "Caixa firme"),
    ("o comprador quer desconto", "o 558 agora é 420"),
    ("como mudo o preço?", "o 558 agora é 420"),
    ("como funciona a devolução?", "*7 dias* depois de receber"),
    ("quanto tempo o cliente tem pra devolver?", "*7 dias* depois de receber"),
    ("vendi no balcão", "Qual peça?"),
    ("cliente não pagou", "se cancela sozinho"),
    ("o cliente ainda não pagou o 1003", "se cancela sozinho"),
    ("cliente quer trocar", "*7 dias* depois de receber"),
    ("quantas visitas", "Não conto visitas"),
    ("quero apagar um anúncio", "apagar o 558"),
    ("acabou o estoque", "Qual peça?"),
    ("a agência estava fechada", "outra agência"),
    ("posso mandar por outra transportadora?", "etiqueta"),
    ("tem que pagar etiqueta?", "o comprador já pagou o frete"),
    ("gera um pix de 200", "De quem é a cobrança?"),
    ("quero mudar o email", "e-mail"),
]


@pytest.mark.parametrize("state", [None, OrderState.PAID, OrderState.ACCEPTED, OrderState.SHIPPED])
@pytest.mark.parametrize(("text", "answer"), OF_SHOPS)
def test_a_shop_is_answered_whatever_it_has_sold(text: str, answer: str, state: OrderState | None) -> None:
    chat = shop_with(state)
    chat.seller(text).bot(answer).not_bot("Não peguei")
    assert not chat.alerts


@pytest.mark.parametrize("text", ["qual peça vendeu?", "o que vendi hoje?", "quais peças eu vendi?"])
def test_what_was_sold_is_shown(text: str) -> None:
    shop_with(OrderState.PAID).seller(text).bot("*#1003*?Farol Corolla")


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("mandei a peça errada", "venda #1003, mandei a peça errada"),
        ("mandei o farol errado pro 1003", "venda #1003, mandei o farol errado"),
        ("troquei as caixas", "venda #1003, troquei as caixas"),
    ],
)
def test_a_wrong_part_that_was_sent_is_for_a_person(text: str, noted: str) -> None:
    chat = shop_with(OrderState.SHIPPED).seller(text).bot("Não mande outra peça ainda", "Já estou chamando", noted)
    assert chat.alerts


@pytest.mark.parametrize("text", ["quero mudar o endereço da loja", "mudou meu endereço de saída"])
def test_a_shop_that_moves_hears_what_is_on_its_labels(text: str) -> None:
    chat = shop_with(OrderState.PAID).seller(text)
    chat.bot("As etiquetas saem hoje de *Av. Paulista, 1000*", "o *CEP* e o *número* novos", "mudar o endereço da loja")


@pytest.mark.parametrize(
    "text",
    [
        "novo anúncio: alternador corolla 2010 original R$ 450 estoque 1",
        "peça nova: farol corolla 2015 direito R$ 500 estoque 2",
    ],
)
def test_a_new_listing_changes_no_stock(text: str) -> None:
    """A headlamp for a Corolla got the stock of the alternator."""
    chat = shop_with(None)
    before = chat.shop.product(558)
    chat.seller(text).bot("Entendi assim")
    assert chat.shop.product(558) == before


@pytest.mark.parametrize(
    "text", ["zera o alternador do corolla", "alternador corolla estoque 3", "baixa o alternador do corolla pra 450"]
)
def test_a_part_that_the_shop_has_not_is_no_other_one_for_the_same_car(text: str) -> None:
    """The headlamp was emptied, with an alternator named."""
    chat = shop_with(None)
    before = chat.shop.product(558)
    chat.seller(text).not_bot("Pronto", "Confirma?")
    assert chat.shop.product(558) == before


def test_beside_one_for_another_car_it_is_asked_which() -> None:
    chat = shop_with(None)
    other = chat.shop.product(560)
    assert other is not None
    chat.shop.add(other.but(listing=561, sku="ALT-GOL", title="Alternador Gol G5 1.0", fits=("Gol 2010",)))
    before = chat.shop.product(558), chat.shop.product(561)
    chat.seller("zera o alternador do corolla").not_bot("Pronto")
    assert (chat.shop.product(558), chat.shop.product(561)) == before


@pytest.mark.parametrize("text", ["zera o do corolla", "zera o farou do corolla", "acabou o farol"])
def test_a_part_named_by_its_car_or_misspelt_is_meant(text: str) -> None:
    shop_with(None).seller(text).bot("*558* ficou *sem estoque*")


def test_a_part_that_came_again_does() -> None:
    shop_with(None).seller("chegou farol corolla 2015, R$ 480, estoque 3").bot("*558* agora tem *3*")


@pytest.mark.parametrize("text", ["tirar o 558", "tira o anúncio 558", "quero retirar o 558"])
def test_a_listing_taken_off_is_asked_about(text: str) -> None:
    shop_with(None).seller(text).bot("Tirar o anúncio *558*")


@pytest.mark.parametrize("text", ["cadê a etiqueta?", "já postei"])
def test_a_sale_that_waits_for_a_yes_is_not_nothing(text: str) -> None:
    """It said that there was nothing to post."""
    chat = shop_with(OrderState.PAID).seller(text).bot("*#1003* (Farol Corolla) ainda espera o seu sim", "tenho 1003")
    chat.seller("tenho 1003").bot("Anotado")


def test_what_a_shop_is_told_to_write_works() -> None:
    shop_with(None).seller("vendi o 558").not_bot("Não peguei", "Qual peça?")
    shop_with(None).seller("acabou o farol do corolla").not_bot("Não peguei", "Qual peça?")
    shop_with(None).seller("o 558 agora é 420").bot("420")
    shop_with(None).seller("meus anúncios").bot("558")


def test_about_an_invoice_a_shop_is_asked_for_the_key_once_something_is_sold() -> None:
    shop_with(None).seller("preciso emitir nota?").bot("chave da NF-e", "DC-e")
    shop_with(OrderState.PAID).seller("preciso emitir nota?").bot("Manda a *chave da NF-e*")


@pytest.mark.parametrize("step", ["carrier", "method", "document"])
def test_another_part_in_the_middle_of_a_purchase_takes_its_place_and_says_so(step: str) -> None:
    chat = at(step).buyer("e o retrovisor do onix?")
    chat.bot("No lugar de Farol dianteiro direito Corolla 2015", "Retrovisor direito Onix 2018 (R$ 350,00)")
    chat.buyer("volta para Farol dianteiro direito Corolla 2015").bot(
        "Farol dianteiro direito Corolla 2015 (R$ 480,00)"
    )


def test_who_names_the_same_part_again_is_told_of_no_change() -> None:
    at("method").buyer("quero o farol do corolla").not_bot("No lugar de")
