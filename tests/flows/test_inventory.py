"""A shop minds its parts by message, in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import own_parts
from bot.domain import commands as c
from tests.flows.chat import OFFERS, Chat
from tests.flows.stories import parts_shop, seller_with_sales
from tests.support_shop import headlight, marina

HEADLIGHT, MIRROR = 558, 560


def silvas() -> Chat:
    """Silva's two parts, and one of somebody else."""
    chat = Chat(parts_shop(marina(greeted=True)))
    chat.shop.add(headlight(listing=600, sku="X", title="Retrovisor Gol", seller_id="s-other", fits=("Gol",)))
    return chat


def stock(chat: Chat, listing: int = MIRROR) -> int:
    return chat.shop.products[listing].stock


@pytest.mark.parametrize(
    ("text", "listing", "pieces"),
    [
        ("estoque do retrovisor 3", MIRROR, 3),
        ("o 560 agora tem 4 unidades", MIRROR, 4),
        ("retrovisor do onix tem 2", MIRROR, 2),
        ("chegaram 5 retrovisor onix", MIRROR, 6),
        ("chegou mais 2 do anúncio 560", MIRROR, 3),
        ("acabou o farol", HEADLIGHT, 0),
        ("zerou o estoque do 558", HEADLIGHT, 0),
        ("não tenho mais o farol do corolla", HEADLIGHT, 0),
        ("vendi 1 farol no balcão", HEADLIGHT, 0),
        ("retovisor ficaram 7", MIRROR, 7),
    ],
)
def test_how_many_there_are(text: str, listing: int, pieces: int) -> None:
    chat = silvas().seller(text).bot(f"({listing})")
    assert stock(chat, listing) == pieces


def test_a_stock_without_a_number_is_asked_for() -> None:
    chat = silvas().seller("mudar estoque do retrovisor").bot("Quantas ficam agora?")
    chat.seller("tem 3 ou 4").bot("só a quantidade")
    chat.seller("três").bot("agora tem 3 em estoque")
    assert stock(chat) == 3


def test_a_slip_of_the_finger_is_asked_about() -> None:
    chat = silvas().seller("estoque do retrovisor 33").bot("de 1 para 33 em estoque. É isso mesmo?")
    chat.seller("não").bot("fica como estava")
    assert stock(chat) == 1
    chat.seller("estoque do retrovisor 33").seller("sim").bot("agora tem 33")
    assert stock(chat) == 33


def test_what_is_sold_meanwhile_is_not_forgotten() -> None:
    chat = silvas().seller("estoque do retrovisor 40").bot("É isso mesmo?")
    chat.shop.products[MIRROR] = chat.shop.products[MIRROR].but(stock=0)  # the last one is sold
    chat.seller("sim")
    assert stock(chat) == 40


def test_off_the_air_and_on_again() -> None:
    chat = silvas().seller("pausa o retrovisor").bot("Pausei o anúncio 560", "reativar 560")
    assert not chat.shop.products[MIRROR].active
    chat.seller("pausa o retrovisor").bot("já está pausado")
    chat.buyer("retrovisor onix").bot("Não achei")
    chat.seller("reativar 560").bot("no ar de novo", "R$ 350,00")
    chat.seller("volta o retrovisor").bot("já está no ar")
    chat.seller("apaga o anúncio 560").bot("Tirar o anúncio 560").seller("não").bot("fica como estava")
    chat.seller("apaga o anúncio 560").seller("sim").bot("Pausei o anúncio 560")
    assert not chat.shop.products[MIRROR].active


def test_a_price_by_the_words_of_the_part() -> None:
    chat = silvas().seller("muda o preço do farol pra 48").bot("Anúncio 558: de R$ 480,00 para R$ 48,00 (-90%)")
    chat.seller("não").bot("fica como estava")
    chat.seller("mudar preço").bot("Qual anúncio?")
    chat.seller("o retrovisor").bot("Anúncio 560", "Qual o novo preço?").seller("399,90").bot("R$ 399,90").seller("sim")
    assert chat.shop.products[MIRROR].price == 399_90


def test_a_number_says_which_or_how_much_but_not_both() -> None:
    for text in ("mudar preço do 558", "mudar preço 558"):
        silvas().seller(text).bot("Anúncio 558", "hoje R$ 480,00. Qual o novo preço?")
    chat = silvas().seller("mudar preço do 558").seller("não").bot("fica como estava")
    assert chat.shop.products[HEADLIGHT].price == 480_00


def test_so_many_per_cent() -> None:
    chat = silvas().seller("aumenta 10% no farol").bot("de R$ 480,00 para R$ 528,00 (+10%)").seller("sim")
    assert chat.shop.products[HEADLIGHT].price == 528_00
    silvas().seller("dá 5% de desconto no retrovisor").bot("de R$ 350,00 para R$ 332,50 (-5%)")


def test_the_list_and_one_of_it() -> None:
    chat = (
        silvas().seller("meus anúncios").bot("Seus anúncios: 2", "560 · Retrovisor direito Onix 2018 · R$ 350,00 · 1")
    )
    chat.not_bot("600").seller("1").bot("Mudar o preço", "Mudar o estoque", "Pausar")
    chat.seller("2").bot("Quantas ficam agora?").seller("5").bot("agora tem 5")
    chat.seller("meus anúncios").seller("o farol").bot("558").seller("mudar o preço").bot("Qual o novo preço?")
    chat.seller("voltar").seller("meus anúncios").seller("560").press("Pausar").bot("Pausei o anúncio 560")
    chat.seller("meus anúncios").bot("2, 1 pausado").seller("560").press("Reativar").bot("no ar de novo")
    chat.seller("meus anúncios").seller("560").press("Só isso").bot("é só escrever")
    chat.seller("meus anúncios").seller("apaga o 560").bot("Tirar o anúncio 560")


def test_a_long_list_comes_in_pages() -> None:
    chat = silvas()
    for n in range(10):
        chat.shop.add(headlight(listing=700 + n, sku=f"L{n}", title=f"Lanterna Gol {2001 + n}", fits=("Gol",)))
    chat.seller("minhas peças").bot("Seus anúncios: 12", "709", "mais para ver outros").not_bot("701")
    chat.seller("mais").bot("701", "558").not_bot("709").seller("mais").bot("não há mais anúncios", "709")


def test_several_that_fit_are_asked_about() -> None:
    chat = silvas()
    chat.shop.add(headlight(listing=561, sku="RE", title="Retrovisor esquerdo Onix 2018", fits=("Onix 2018",)))
    chat.seller("acabou o retrovisor").bot("De qual anúncio", "560", "561").not_bot("558")
    chat.seller("o esquerdo").bot("Retrovisor esquerdo Onix 2018 (561) ficou sem estoque")


def test_nobody_minds_the_parts_of_others() -> None:
    chat = silvas().seller("pausa o anúncio 600").bot("não é da sua loja")
    chat.seller("estoque do anúncio 999 3").bot("não é da sua loja")  # the same for what does not exist
    assert chat.shop.products[600].active
    chat.seller("meus anúncios").seller("600").bot("não é da sua loja")
    chat.buyer("pausa o retrovisor").not_bot("Pausei")
    assert chat.shop.products[MIRROR].active


def test_a_shop_without_parts() -> None:
    chat = silvas()
    del chat.shop.products[HEADLIGHT], chat.shop.products[MIRROR]
    chat.seller("meus anúncios").bot("ainda não tem anúncios")
    chat.seller("mudar preço").bot("ainda não tem anúncios")


def test_the_freight_for_a_customer_at_the_counter() -> None:
    chat = silvas().seller("frete do retrovisor pra 80010000")
    chat.bot("Retrovisor direito Onix 2018 · R$ 350,00", "Frete para 80010-000", "Jadlog", "total R$ 382,40", "/p/560")
    chat.seller("quanto fica o frete do farol?").bot("para qual CEP").seller("8001000").bot("tem 7 números")
    chat.seller("80010-000").bot("total R$ 512,40")
    chat.shop.add(headlight(listing=561, sku="RE", title="Retrovisor esquerdo Onix 2018", fits=("Onix 2018",)))
    chat.seller("cota o frete do retrovisor").bot("De qual anúncio").seller("o esquerdo").bot("para qual CEP")


def test_the_freight_cannot_be_quoted() -> None:
    chat = silvas()
    chat.quotes = c.QuoteFreight.Quoted(offers=())
    chat.seller("frete do retrovisor pra 80010000").bot("Nenhuma transportadora leva")
    chat.down = {"freight.quote"}
    chat.seller("frete do retrovisor pra 80010000").bot("fora do ar")
    chat.quotes = c.QuoteFreight.Quoted(offers=OFFERS)
    chat.up_again().bot("total R$ 382,40")


def test_a_shop_buys_what_others_sell() -> None:
    chat = silvas().seller("frete do retrovisor do gol pra 80010000")
    chat.not_bot("Sua loja")


def test_what_the_platform_takes() -> None:
    silvas().seller("qual a taxa?").bot("8%", "o frete não entra")


def test_a_question_about_a_sale_goes_on_being_read() -> None:
    seller_with_sales().seller("tenho a peça do 1001 sim").bot("1001").not_bot("Não peguei")
    seller_with_sales().seller("quem comprou o 1002?").bot("#1002", "Marina S. · Curitiba/PR")


def test_the_sales_of_a_day() -> None:
    chat = seller_with_sales().seller("pedidos de hoje").bot("Nenhuma venda (hoje)")
    order = chat.shop.orders[1002]
    chat.shop.orders[1002] = order.but(created_at=chat.now)
    chat.seller("pedidos de hoje").bot("Vendas · hoje: 1", "#1002").not_bot("#1003")


# --- which part is meant ----------------------------------------------------------------------------------

SHELF = (
    headlight(listing=1, sku="A", title="Farol direito Corolla 2015", fits=("Corolla 2015",)),
    headlight(listing=2, sku="B", title="Farol esquerdo Corolla 2015", fits=("Corolla 2015",)),
    headlight(listing=3, sku="C", title="Pastilha de freio Onix", fits=("Onix",)),
)


@pytest.mark.parametrize(
    ("text", "listings"),
    [
        ("farol", [1, 2]),
        ("farol do lado direito", [1]),
        ("o esquerdo", []),
        ("pastilhas", [3]),
        ("pastiha onix", [3]),
        ("farol corola esquerdo", [2]),
        ("por favor pausa", []),
        ("2015", []),
        ("", []),
    ],
)
def test_the_part_that_is_meant(text: str, listings: list[int]) -> None:
    assert [p.listing for p in own_parts.meant(SHELF, text)] == listings


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert set(own_parts.meant(SHELF, text)) <= set(SHELF)
    assert own_parts.meant((), text) == []


@pytest.mark.parametrize(
    "said",
    [
        "zera o alternador do corolla",
        "estoque do alternador 3",
        "tira do ar o alternador",
        "muda o preço do alternador pra 400",
    ],
)
def test_a_part_that_is_not_among_his_own(said: str) -> None:
    chat = silvas().seller(said).bot("Não achei alternador nos seus anúncios", "558 · Farol dianteiro direito Corolla")
    assert (stock(chat, HEADLIGHT), stock(chat), chat.shop.products[HEADLIGHT].active) == (1, 1, True)


def test_for_the_same_car_only_that_one_is_offered() -> None:
    chat = silvas().seller("zera o alternador do corolla").bot("558").not_bot("560")
    chat.seller("o farol").bot("(558) ficou sem estoque")
    assert stock(chat, HEADLIGHT) == 0


def test_a_price_said_with_the_stock_is_not_lost() -> None:
    chat = silvas().seller("farol direito corolla 2015 R$ 450 usado, 2 em estoque")
    chat.bot("(558) agora tem 2 em estoque", "de R$ 480,00 para R$ 450,00").seller("sim")
    assert (stock(chat, HEADLIGHT), chat.shop.products[HEADLIGHT].price) == (2, 450_00)


def test_what_pieces_cost_the_shop_is_not_their_price() -> None:
    silvas().seller("chegou 2 faróis do corolla que custaram R$ 300").bot("agora tem 3").not_bot("300")
