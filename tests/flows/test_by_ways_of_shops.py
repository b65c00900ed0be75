"""The by-ways of keeping a shop: corrections before something goes out, and parts that are not there."""

from __future__ import annotations

import pytest

from bot.domain.catalogue import Condition
from bot.domain.events import CancelAsked
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop
from tests.flows.test_collecting import JOAO, asked
from tests.flows.test_joining import RUI, WALLET, invited, shop_of, up_to_the_wallet
from tests.flows.test_selling import at_photos
from tests.support_shop import silva

# --- a charge by message ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "question", "said", "shown"),
    [
        ("Valor", "Quanto é a cobrança?", "R$ 175,50", "R$ 175,50 para João"),
        ("Telefone", "Manda o WhatsApp", "21 98888-7777", "João, (21) 98888-7777"),
        ("Nome", "Qual o nome", "joão da silva", "para João da Silva"),
        ("Do que é", "Do que é a cobrança?", "lanterna do gol", "Lanterna do gol"),
    ],
)
def test_each_line_of_a_charge_may_be_changed(row: str, question: str, said: str, shown: str) -> None:
    chat = asked().seller("mudar").press(row).bot(question)
    chat.seller(said).bot(shown, "1 Enviar*2 Mudar*3 Cancelar")
    assert not [e for d in chat.decisions for e in d.events]


def test_a_charge_is_kept_after_all() -> None:
    chat = asked().seller("1").writes(JOAO, "529.982.247-25").writes(JOAO, "João Pereira").bot("Pedido #1001")
    chat.seller("cancelar venda 1001").bot("Cancelar a cobrança #1001").seller("não").bot("continua valendo")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


# --- opening a shop ---------------------------------------------------------------------------------------


OTHER_WALLET = WALLET.replace("0f0e", "1f0e")


def at_the_whole() -> Chat:
    chat, code = invited()
    return up_to_the_wallet(chat, code).writes(RUI, WALLET).bot("1 Abrir a loja")


@pytest.mark.parametrize(
    ("row", "question", "said", "shown"),
    [
        ("Nome", "Qual o nome da loja", "Desmanche do Rui", "Desmanche do Rui"),
        ("CNPJ ou CPF", "Qual o CNPJ", "529.982.247-25", "529.982.247-25"),
        ("Como saem os pacotes", "1 Levo à agência", "preciso que busquem", "busq"),
        ("E-mail", "Qual o e-mail", "rui@exemplo.com.br", "rui@exemplo.com.br"),
        ("Carteira", "ID da carteira", OTHER_WALLET, OTHER_WALLET),
    ],
)
def test_each_line_of_a_shop_may_be_changed(row: str, question: str, said: str, shown: str) -> None:
    chat = at_the_whole().press("Corrigir").press(row).bot(question)
    chat.writes(RUI, said).bot(shown, "1 Abrir a loja")
    chat.press("Abrir a loja").bot("está aberta")
    seller = shop_of(chat)
    kept = (seller.name, seller.document, seller.pickup, seller.email, seller.wallet_id)
    before = ("Desmanche do Farol", "11222333000181", False, "rui@gmail.com", WALLET)
    assert sum(a != b for a, b in zip(kept, before, strict=True)) == 1


def test_another_cep_while_the_first_of_a_shop_is_looked_up() -> None:
    chat, code = invited()
    chat.slow = {"place.look_up"}
    chat.writes(RUI, code).writes(RUI, "Desmanche do Farol").writes(RUI, "11.222.333/0001-81")
    chat.writes(RUI, "80010-000").writes(RUI, "01310-100")
    chat.up_again().bot("Avenida Paulista, São Paulo/SP").not_bot("Curitiba/PR")


def test_one_mistyped_address_of_a_shop_after_another() -> None:
    chat = at_the_whole().press("Corrigir").press("E-mail").writes(RUI, "rui@gmial.com").bot("É rui@gmail.com?")
    chat.writes(RUI, "rui@hotmial.com").bot("É rui@hotmail.com?").writes(RUI, "sim").bot("rui@hotmail.com", "Abrir")


def test_who_got_a_shop_meanwhile_opens_no_second_one() -> None:
    chat = at_the_whole()
    chat.shop.add(silva(id="s-rui", person_id=chat.person.id, name="Farol & Cia"))  # imported by the operator
    chat.press("Abrir a loja").bot("já é da loja Farol & Cia")
    assert shop_of(chat).id == "s-rui"


# --- a part -----------------------------------------------------------------------------------------------


def at_the_whole_part() -> Chat:
    return at_photos().photo().seller("pronto").seller("1 kg 10x10x10").bot("1 Publicar 2 Corrigir")


@pytest.mark.parametrize(
    ("row", "question", "said", "shown"),
    [
        ("Peça", "Qual é a peça", "lanterna", "Lanterna"),
        ("Carro", "carro", "Prisma 2017", "Retrovisor esquerdo Prisma 2017"),
        ("Lado", "Qual o lado?", "direito", "Retrovisor direito Onix 2018"),
        ("Nova ou usada", "1 Nova", "nova", "(novo)"),
        ("Peso e medidas", "peso e medida", "2 kg 20x20x20", "2 kg, 20x20x20 cm"),
    ],
)
def test_each_line_of_a_part_may_be_changed(row: str, question: str, said: str, shown: str) -> None:
    chat = at_the_whole_part().seller("corrigir").press(row).bot(question)
    chat.seller(said).bot(shown, "1 Publicar")
    chat.seller("1").bot("Publicado")
    assert chat.shop.products[561].condition is (Condition.NEW if said == "nova" else Condition.USED)


def test_other_photos_of_a_part() -> None:
    chat = at_the_whole_part().seller("corrigir").press("Fotos").bot("Manda de 1 a 8 fotos")
    chat.photo("a").photo("b").seller("pronto").bot("2 fotos", "1 Publicar").seller("1")
    assert len(chat.shop.products[561].photos) == 2


def test_a_price_of_a_part_that_is_not_there() -> None:
    chat = (
        Chat(parts_shop()).seller("mudar preço do anúncio 999").bot("O anúncio 999 não é da sua loja", "Qual anúncio")
    )
    chat.seller("o retrovisor").bot("Qual o novo preço?").seller("399,90").seller("sim")
    assert chat.shop.products[560].price == 399_90


def test_a_price_and_a_stock_where_there_is_no_part_at_all() -> None:
    chat = Chat(parts_shop())
    chat.shop.products.clear()
    chat.seller("mudar preço do anúncio 999").bot("O anúncio 999 não é da sua loja").not_bot("Qual anúncio")
    chat.seller("pausa o anúncio 999").bot("ainda não tem anúncios")
