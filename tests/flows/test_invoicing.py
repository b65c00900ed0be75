"""The NF-e of a sale and its box, by message."""

from __future__ import annotations

import pytest

from bot.domain import nfe
from bot.domain.events import InvoiceGiven, MeasuresGiven, Media, SaleAnswered
from bot.domain.order import OrderState, Shipment, ShipmentState, Volume
from tests.flows.chat import Chat, offer
from tests.flows.stories import order, seller_with_sales
from tests.flows.test_selling import told_of_sale
from tests.support_shop import silva

KEY = "35261111222333000181550010000012341123456780"
"""Of Silva's shop, number 1234."""
LETTERS = "41261112ABC34501DE35550020000091051876543218"
SPACED = "3526 1111 2223 3300 0181 5500 1000 0012 3411 2345 6780"
TILL = "35261111222333000181650010000012341123456781"


def one_to_ship(**changes: object) -> Chat:
    chat = seller_with_sales()
    for number in list(chat.shop.orders):
        del chat.shop.orders[number]
    chat.shop.add(order(1002, OrderState.ACCEPTED, **changes))
    return chat


def labelled(state: ShipmentState = ShipmentState.GENERATED) -> tuple[Shipment, ...]:
    return (Shipment(reference="order-1002-s1", state=state, provider_id="label-1"),)


def test_a_key_goes_on_the_one_sale_that_is_open() -> None:
    chat = (
        one_to_ship().seller(SPACED).bot("Chave certa ✅ NF 1234, emitida por 11.222.333/0001-81.", "etiqueta da #1002")
    )
    assert chat.orders_hear(InvoiceGiven) == InvoiceGiven(order=1002, by="p-silva", nfe_key=KEY)


def test_of_several_sales_the_one_named_or_asked_for() -> None:
    chat = seller_with_sales()
    chat.seller(KEY).bot("De qual venda é a nota?")
    chat.seller("1002").bot("Chave certa", "A etiqueta da #1002 já saiu").seller("sim")
    assert chat.orders_hear(InvoiceGiven).order == 1002
    chat.seller(f"nota do 1001: {SPACED}").bot("Chave certa", "#1001")
    assert chat.orders_hear(InvoiceGiven).order == 1001
    chat.seller(f"{KEY} do 4477").bot("O 4477 não é uma venda da sua loja")


def test_under_a_picture_of_the_note() -> None:
    chat = one_to_ship()
    media = Media(url="https://media.example/nota.jpg", mime_type="image/jpeg")
    chat.seller(KEY, content="image", media=media).bot("Chave certa")
    chat.shop.add(order(1002, OrderState.ACCEPTED))
    chat.seller("vou mandar a nota do 1002").bot(
        "Manda a chave da NF-e da #1002 (44 caracteres). Sem nota? Responda DC-e"
    )
    chat.photo().bot("não leio a chave no arquivo")
    chat.seller("não sei").bot("embaixo do código de barras")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (KEY[:-1] + "1", "tem um número trocado"),
        (KEY[:-3], "veio incompleta"),
        (SPACED.replace("5500", "5590"), "tem um número trocado"),
    ],
)
def test_a_wrong_key_is_told_at_once(key: str, why: str) -> None:
    chat = one_to_ship().seller(key).bot(why)
    assert not chat.heard_by_orders


def test_a_key_with_letters_of_another_issuer_is_asked_about() -> None:
    chat = one_to_ship().seller(f"nota do 1002 {LETTERS}").bot("Essa nota é de 12.ABC.345/01DE-35*Uso ela mesmo assim?")
    chat.seller("não").bot("Manda a chave da NF-e da #1002")
    assert not chat.heard_by_orders
    chat.seller(LETTERS).seller("sim").bot("Vai na etiqueta da #1002")
    assert chat.orders_hear(InvoiceGiven).nfe_key == LETTERS


def test_a_receipt_of_a_till_and_a_key_of_another_sale_are_refused() -> None:
    chat = one_to_ship()
    till = TILL[:43] + nfe.check_digit(TILL[:43])
    chat.seller(till).bot("é de NFC-e (cupom)", "Manda a chave da NF-e da #1002")
    chat.shop.add(order(1003, OrderState.ACCEPTED, nfe_key=KEY))
    chat.seller(KEY).bot("já está na venda #1003")
    assert not chat.heard_by_orders


def test_no_note_means_a_declaration() -> None:
    chat = (
        one_to_ship()
        .seller("não tenho nota do 1002, manda com declaração")
        .bot("vai com declaração de conteúdo (DC-e)")
    )
    assert chat.orders_hear(InvoiceGiven).nfe_key == ""


def test_a_label_that_is_there_is_made_again_after_a_yes() -> None:
    chat = one_to_ship(shipments=labelled())
    chat.seller(KEY).bot("Chave certa", "A etiqueta da #1002 já saiu. Cancelo essa e gero outra com a nota?")
    assert not chat.heard_by_orders
    chat.seller("sim").bot("Estou refazendo a etiqueta da #1002. Não use a antiga")
    assert chat.orders_hear(InvoiceGiven).remake
    chat = one_to_ship(shipments=labelled()).seller(KEY).seller("não").bot("a #1002 fica como está")
    assert not chat.heard_by_orders


def test_what_is_on_its_way_does_not_change() -> None:
    chat = one_to_ship()
    chat.shop.add(order(1002, OrderState.SHIPPED))
    chat.seller(f"nota do 1002: {KEY}").bot("a etiqueta dela não muda mais")
    assert not chat.heard_by_orders


@pytest.mark.parametrize("said", ["sim, com nota", "tenho, vou mandar a nota", "sim com nf-e"])
def test_a_yes_with_a_note_holds_the_label(said: str) -> None:
    chat = told_of_sale().seller(said).bot("a etiqueta espera a nota por 24 h", "Manda a chave da NF-e da #1001")
    assert chat.orders_hear(SaleAnswered).invoice_follows
    chat.shop.add(chat.shop.orders[1001].but(state=OrderState.ACCEPTED))
    chat.seller(KEY).bot("Vai na etiqueta da #1001")


def test_a_buyers_note_is_a_persons_business() -> None:
    chat = seller_with_sales()
    chat.buyer("preciso da nota fiscal do pedido 1001").bot("Já estou chamando")


# --- the box ----------------------------------------------------------------------------------------------


def test_a_box_is_echoed_before_it_counts() -> None:
    chat = one_to_ship().seller("a caixa do 1002 ficou 40x30x20 e 3 kg").bot("#1002: 40x30x20 cm, 3 kg. Confirma?")
    assert not chat.heard_by_orders
    chat.seller("sim").bot("Medidas da #1002 anotadas")
    assert chat.orders_hear(MeasuresGiven) == MeasuresGiven(
        order=1002, by="p-silva", width_cm=40, height_cm=30, length_cm=20, weight_g=3000
    )


def test_a_box_is_asked_for_and_a_label_made_again() -> None:
    chat = one_to_ship(shipments=labelled())
    chat.seller("quero mudar as medidas").bot("Agora está: 35x30x60 cm, 2,4 kg. Ex.:")
    chat.seller("4 quilos").bot("medidas")
    chat.seller("4 kg 50x40x30").bot("A etiqueta que já saiu é cancelada e gero outra. Confirma?")
    chat.seller("não").bot("fica como está")
    assert not chat.heard_by_orders
    chat.seller("medidas do 1002: 50x40x30 4kg").seller("sim").bot("Estou refazendo a etiqueta")
    assert chat.orders_hear(MeasuresGiven).weight_g == 4000


def test_several_parcels_are_a_persons_business() -> None:
    two = offer("3", "Jadlog", ".Package", 32_40, 4)
    volume = Volume(width_cm=10, height_cm=10, length_cm=10, weight_g=500)
    chat = one_to_ship(offer=two.but(volumes=(volume, volume)))
    chat.seller("mudar medidas do 1002").bot("mais de um volume*atendente")


def test_who_sells_with_a_cpf_is_the_issuer_too() -> None:
    chat = one_to_ship()
    chat.shop.add(silva(document="52998224725"))
    body = "35261100052998224725550010000012341123456780"[:43]
    chat.seller(body + nfe.check_digit(body)).bot("emitida por 529.982.247-25", "Vai na etiqueta")


@pytest.mark.parametrize("words", [f"sim com nota {KEY}", f"tenho sim, chave {SPACED}", f"sim, {KEY}"])
def test_a_yes_may_bring_the_key_along(words: str) -> None:
    chat = told_of_sale().seller(words).bot("Anotado ✅ Separa a peça da #1001.", "Chave certa ✅ NF 1234", "#1001")
    assert chat.orders_hear(SaleAnswered).invoice_follows
    assert chat.orders_hear(InvoiceGiven) == InvoiceGiven(order=1001, by="p-silva", nfe_key=KEY)


def test_a_yes_with_a_wrong_key_is_a_yes_and_the_key_is_asked_for() -> None:
    chat = told_of_sale().seller(f"sim, {KEY[:-1]}1")
    chat.bot("o dígito final não confere", "Manda a chave da NF-e da #1001")
    assert chat.orders_hear(SaleAnswered).invoice_follows


@pytest.mark.parametrize("words", ["sim, sem nota", "tenho a peça mas não tenho nota", "tenho, com DC-e"])
def test_a_yes_without_an_invoice_is_a_yes(words: str) -> None:
    answered = told_of_sale().seller(words).bot("já estou gerando a etiqueta").orders_hear(SaleAnswered)
    assert (answered.has_it, answered.invoice_follows) == (True, False)


@pytest.mark.parametrize("name", [f"{KEY}-nfe.xml", f"NFe{KEY}.xml", f"DANFE_{KEY} (1).pdf"])
def test_a_file_named_by_its_key_gives_it(name: str) -> None:
    paper = Media(url="https://media.example/1", mime_type="application/xml", file_name=name)
    chat = one_to_ship().seller("nota do 1002").seller(content="document", media=paper).bot("Chave certa ✅ NF 1234")
    assert chat.orders_hear(InvoiceGiven).nfe_key == KEY
