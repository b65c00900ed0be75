"""Conversations of people who have never seen this bot: what moved money, stock or a name that nobody meant to move."""

from __future__ import annotations

import pytest

from bot.conversations.language import answers
from bot.domain.events import OrderPlaced, SaleAnswered
from bot.domain.order import Method
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop, seller_with_sales
from tests.flows.test_fresh_eyes import at


def counter() -> Chat:
    """Silva, with nothing under way."""
    return Chat(parts_shop())


def answered(chat: Chat) -> list[SaleAnswered]:
    return [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered)]


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "name", "number"),
    [
        ("é no nome da minha mãe, Maria Aparecida, 210", "Maria Aparecida", "210"),
        ("quem recebe é José Souza, numero 55", "José Souza", "55"),
        ("no nome do meu marido carlos silva, 99 fundos", "Carlos Silva", "99"),
        ("Maria Aparecida (minha mãe), 210", "Maria Aparecida", "210"),
        ("em nome de Ana Lima, 12", "Ana Lima", "12"),
        ("Osvaldo Pereira da Costa, número 210, casa dos fundos", "Osvaldo Pereira da Costa", "210"),
        ("ops era a 1", "", "1"),
    ],
)
def test_what_leads_to_a_name_is_no_part_of_it(said: str, name: str, number: str) -> None:
    assert answers.name_and_number(said)[:2] == (name, number)


@pytest.mark.parametrize("step", ["cep", "method"])
def test_a_part_said_again_with_slips_is_nobodys_name(step: str) -> None:
    chat = at(step).buyer("farou dirreito do corola 2015").not_bot("Anotei o nome", "Não peguei")
    chat.bot("Farol dianteiro direito Corolla 2015" if step == "cep" else "Como prefere pagar?")


def test_a_name_before_its_turn_is_kept() -> None:
    at("document").buyer("marina souza, 210").bot("Marina Souza", "210", "CPF")
    at("cep").buyer("Osvaldo Pereira da Costa, número 210").bot("Osvaldo Pereira da Costa")


# --- the answer before is put right -------------------------------------------------------------------------


def test_the_answer_before_is_put_right() -> None:
    chat = at("carrier").buyer("2").bot("R$ 518,90")
    chat.buyer("ops era a 1").bot("Corrigi: Jadlog", "R$ 512,40").not_bot("Anotei o nome")
    chat.buyer("pix").bot("CPF").buyer("não, boleto").bot("Corrigi: Boleto", "CPF")
    chat.buyer("na verdade pix").bot("CPF").buyer("529.982.247-25").buyer("marina souza 210").bot("Pedido #1001 criado")
    made = chat.shop.order(1001)
    assert made is not None
    assert made.offer is not None
    assert (made.recipient.name, made.offer.service, made.freight) == ("Marina Souza", ".Package", 32_40)
    assert "Pix" in chat.last[0]


def test_how_often_it_is_paid_is_put_right() -> None:
    chat = at("method").buyer("cartão").buyer("3x").bot("CPF")
    chat.buyer("errei, em 2x").bot("Anotei: cartão em 2x", "CPF")
    chat.buyer("529.982.247-25").buyer("Marina Souza, 210")
    placed = chat.orders_hear(OrderPlaced)
    assert (placed.method, placed.installments) == (Method.CARD, 2)


@pytest.mark.parametrize("text", ["não, quero falar com alguém", "não entendi", "era pra chegar quando?"])
def test_what_corrects_nothing_goes_its_own_way(text: str) -> None:
    at("document").buyer(text).not_bot("Corrigi")


# --- how many ------------------------------------------------------------------------------------------------


def test_all_three_of_three_parts_are_not_three_of_the_first() -> None:
    chat = Chat(parts_shop())
    chat.buyer("1 farol corolla 2015, 1 retrovisor onix 2018, 1 pastilha hb20, favor cotar")
    chat.bot("uma peça por vez", "retrovisor Onix 2018", "pastilha HB20")
    chat.buyer("quero os 3").bot("uma peça por vez").not_bot("sigo com", "Anotei: 3", "3x")


# --- a sale --------------------------------------------------------------------------------------------------


def test_who_wants_a_sale_cancelled_does_not_accept_it_with_the_yes() -> None:
    chat = seller_with_sales()
    chat.seller("cancela o da marina e devolve")
    assert not answered(chat)
    shop = seller_with_sales()
    shop.seller("tenho 1001 detalhes")  # the question of the sale is open
    shop.seller("cancela a venda e devolve o dinheiro").not_bot("Você não tem pedido")
    assert not [e for e in answered(shop) if e.has_it]


@pytest.mark.parametrize(
    "text", ["vixi vendi ontem essa", "essa já foi vendida", "acabou essa peça", "ja vendi no balcao"]
)
def test_a_part_sold_elsewhere_is_no_yes(text: str) -> None:
    chat = seller_with_sales().seller("detalhes 1001").bot("Ainda tem a peça?")
    chat.seller(text).bot("Sem a peça eu cancelo a venda #1001").seller("sim")
    assert [e.has_it for e in answered(chat)] == [False]


def test_a_yes_after_an_answer_on_something_else_is_asked_about() -> None:
    """What was said last was no question of the sale: a bare *sim* says nothing about it."""
    chat = seller_with_sales().seller("detalhes 1001").bot("Ainda tem a peça?")
    chat.seller("quanto vendi em outubro?").bot("Quer ver outro período?")
    chat.seller("sim").bot("Ainda tem a peça?")
    assert not answered(chat)
    chat.seller("sim")
    assert [e.has_it for e in answered(chat)] == [True]


# --- what is listed ------------------------------------------------------------------------------------------


def macaneta() -> Chat:
    chat = counter().seller("cadastrar maçaneta gol g5 esquerda usada 60 reais").photo()
    return chat.seller("pronto").seller("0,5 kg 20x10x10").seller("1").bot("Publicado")


def test_a_price_put_right_after_publishing_is_no_car() -> None:
    chat = macaneta().seller("errei o preço, é 80").bot("de R$ 60,00 para R$ 80,00").seller("sim")
    part = chat.shop.products_of("s-silva")[-1]
    assert (part.price, part.fits) == (80_00, ("Gol G5",))


def test_remarks_and_other_parts_are_no_cars() -> None:
    chat = macaneta().seller("fox 2012 e voyage").bot("Fox 2012, Voyage").seller("é isso aí mesmo")
    chat.seller("cadastrar lanterna uno 90")
    assert chat.shop.products_of("s-silva")[-1].fits == ("Gol G5", "Fox 2012", "Voyage")


def test_a_price_of_another_part_is_none_of_this_one() -> None:
    chat = macaneta().seller("o preço é 80 reais").bot("para R$ 80,00").seller("cadastrar lanterna uno 90")
    chat.bot("Lanterna").not_bot("R$ 60,00 para R$ 90,00")
    assert chat.shop.products_of("s-silva")[-1].price == 60_00


def test_a_list_of_parts_in_one_message_is_listed_part_by_part() -> None:
    chat = counter().seller(
        "pode cadastrar: farol gol g6 direito 250, lanterna uno 2010 esquerda 90, motor de arranque celta 180"
    )
    chat.bot("uma por vez", "lanterna, motor de arranque", "Farol", "Gol G6", "R$ 250,00").not_bot("Uno", "180")
    chat.seller("usado").photo()
    chat.seller("pronto").seller("2kg 40 30 30").seller("1").bot("Publicado")
    chat.seller("não").bot("Lanterna", "Uno 2010", "R$ 90,00")
    first = chat.shop.products_of("s-silva")[-1]
    assert (first.title, first.price) == ("Farol direito Gol G6", 250_00)
    chat.seller("nova").photo()
    chat.seller("pronto").seller("1kg 20 20 20").seller("3").bot("Motor de arranque", "R$ 180,00")


def test_one_part_that_is_described_with_commas_is_one() -> None:
    chat = counter().seller("cadastrar retrovisor onix 2018, esquerdo, usado, R$ 350")
    chat.bot("Retrovisor", "R$ 350,00", "fotos").not_bot("uma por vez")
