"""The seventh round, what shops got stuck in: days off, labels, prices of many parts, several things in one line."""

from __future__ import annotations

import pytest

from bot.domain.events import SaidPosted
from tests.flows.chat import Chat
from tests.flows.stories import seller_with_sales
from tests.support_shop import headlight

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "Escolhe pelo número")


def counter() -> Chat:
    """Silva's shop with its three sales and some parts more."""
    chat = seller_with_sales()
    for listing, title, price, stock in (
        (561, "Farol dianteiro esquerdo Corolla 2015", 470_00, 1),
        (563, "Jogo de pastilha de freio dianteira HB20 2019", 94_90, 8),
        (564, "Amortecedor dianteiro Gol G5", 210_00, 4),
        (570, "Retrovisor esquerdo Onix 2018", 350_00, 2),
    ):
        chat.shop.add(headlight(listing=listing, sku=f"L{listing}", title=title, fits=(), price=price, stock=stock))
    return chat


# --- days off ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("dia 24 e 25 não abro", "*ter, 24/11* até *qua, 25/11*"),
        ("dias 24 e 25 a loja não funciona", "*ter, 24/11* até *qua, 25/11*"),
        ("não vamos trabalhar dia 25", "*qua, 25/11*"),
    ],
)
def test_days_on_which_the_shop_is_shut(said: str, days: str) -> None:
    counter().seller(said).bot("Fecho a loja", days)


def test_who_stays_open_after_all() -> None:
    chat = counter().seller("fecho de 23/12 até 02/01").seller("sim").bot("Combinado")
    chat.seller("desisti, vou abrir normal").bot("aberta").not_bot(*DEAD_ENDS)
    assert not chat.shop.sellers["s-silva"].away_planned


# --- parcels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["a etiqueta do 1002 tá com peso errado", "o peso da 1002 tá errado na etiqueta"])
def test_a_label_with_another_weight(said: str) -> None:
    """The same label was sent again."""
    chat = counter().seller(said).bot("peso e medida").not_bot("etiqueta-1002.pdf", *DEAD_ENDS)
    chat.seller("4kg 35x30x60").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize("said", ["a impressora quebrou", "pode postar sem etiqueta? escrevo na caixa"])
def test_no_printer(said: str) -> None:
    counter().seller(said).bot("papelaria").not_bot("etiqueta-1002.pdf", *DEAD_ENDS)


def test_a_yes_that_was_a_mistake() -> None:
    chat = counter().seller("tenho o 1001 sim").bot("Separa a peça da #1001")
    chat.seller("não, me enganei, não tenho").not_bot(*DEAD_ENDS)


def test_a_sale_on_the_table_is_cancelled() -> None:
    counter().seller("venda 1001").bot("falta o seu sim").seller("então cancela").bot("cancelo a venda #1001")


# --- parts ---------------------------------------------------------------------------------------------------


def test_a_picture_with_the_part_under_it() -> None:
    chat = counter().seller("bom dia").photo(text="motor de arranque palio 2008 usado r$ 180")
    chat.passes(seconds=10).not_bot("medidas?", *DEAD_ENDS).seller("pronto").seller("3kg 25x20x20")
    chat.bot("R$ 180,00", "1 foto", "Publicar")


@pytest.mark.parametrize("said", ["retrovisores 5% a mais", "sobe os retrovisores 5%", "só os retrovisores 5% então"])
def test_prices_of_one_kind(said: str) -> None:
    counter().seller(said).bot("2 anúncios", "+5%", "R$ 367,50")


def test_all_but_one_kind() -> None:
    chat = counter().seller("aumenta tudo 10%").bot("6 anúncios").seller("menos os farol").bot("4 anúncios", "Mudo os")
    chat.seller("sim")
    assert [chat.shop.products[n].price for n in (558, 561, 570)] == [480_00, 470_00, 385_00]


def test_how_many_are_left() -> None:
    counter().seller("quantas pastilhas ficou?").bot("563", "8 em estoque")


@pytest.mark.parametrize("said", ["e esse mês?", "e na semana passada?", "e ontem?"])
def test_the_figures_of_another_period(said: str) -> None:
    counter().seller("quanto entrou hoje").bot("23/11").seller(said).not_bot(*DEAD_ENDS).bot("vend")


# --- several things in one line ---------------------------------------------------------------------------------


def test_several_acts_in_one_line() -> None:
    """Only the last was done, and nothing was said of the others."""
    chat = counter().seller("postei o 1002, o 1001 não tenho mais e zera o farol esquerdo")
    chat.bot("Marquei 1002", "zera o farol esquerdo", "cancelo a venda #1001")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [1002]
    assert chat.shop.products[561].stock == 1


def test_stock_of_two_parts_in_one_line() -> None:
    chat = counter().seller("chegou 5 pastilha hb20 e 2 amortecedor gol").not_bot(*DEAD_ENDS)
    assert [chat.shop.products[n].stock for n in (563, 564)] == [13, 6]


def test_prices_of_several_parts_in_one_line() -> None:
    chat = counter().seller("retrovisor direito agora é 390, farol direito 520 e pastilha 99,90")
    chat.bot("560", "R$ 390,00").not_bot(*DEAD_ENDS)


@pytest.mark.parametrize(
    "said",
    [
        "cadastrar farol direito corolla por 250, retrovisor direito onix por 300",
        "o farol direito e o retrovisor direito",
    ],
)
def test_a_list_of_parts_is_no_list_of_acts(said: str) -> None:
    chat = counter().seller(said)
    assert [chat.shop.products[n].price for n in (558, 560)] == [480_00, 350_00]
    assert [chat.shop.products[n].stock for n in (558, 560)] == [1, 1]
