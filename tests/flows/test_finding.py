"""Which parts are shown for what is written."""

from __future__ import annotations

import pytest

from bot.conversations import wanted
from bot.conversations.finding import find, look
from bot.domain.catalogue import Photo
from bot.domain.commands import SendImage
from tests.flows.chat import Chat
from tests.support_shop import MemoryShop, headlight, sample_shop, silva, silva_person

PARTS = {
    "HR": ("Farol dianteiro direito Corolla 2015", ("Corolla 2015", "Corolla 2016")),
    "HL": ("Farol dianteiro esquerdo Corolla 2015", ("Corolla 2015",)),
    "FOG": ("Farol de milha Gol G5", ()),
    "MR": ("Retrovisor direito Onix 2018", ()),
    "ML": ("Retrovisor esquerdo Onix 2018", ()),
    "PAD": ("Pastilha de freio dianteira HB20 2019", ()),
    "DISC": ("Disco de freio dianteiro HB20", ()),
    "ALT": ("Alternador Gol G5 1.0", ("Gol G5 1.0 2009-2013",)),
    "BUMP": ("Para-choque dianteiro Palio 2012", ()),
    "PUMP": ("Bomba de combustível Uno", ()),
}


def shop() -> MemoryShop:
    made = MemoryShop()
    made.add(silva_person(), silva())
    for listing, (sku, (title, fits)) in enumerate(PARTS.items(), start=600):
        made.add(headlight(listing=listing, sku=sku, title=title, fits=fits))
    return made


@pytest.mark.parametrize(
    ("said", "skus"),
    [
        ("farol corolla", ["HR", "HL"]),
        ("faról do corola", ["HR", "HL"]),
        ("farois do corolla lado direito", ["HR"]),
        ("farol direito corolla 2016", ["HR"]),
        ("farol gol", ["FOG"]),
        ("oi tem retrovisor esqerdo do onix?", ["ML"]),
        ("espelho do onix lado direito", ["MR"]),
        ("pastilhas de freio hb20", ["PAD"]),
        ("alternador gol 2011", ["ALT"]),
        ("alternador gol 2016", []),
        ("parachoque palio", ["BUMP"]),
        ("bomba de gasolina uno", ["PUMP"]),
        ("farol fusca", []),
        ("pneu de trator", []),
        ("", []),
        ("???", []),
    ],
)
def test_find(said: str, skus: list[str]) -> None:
    assert [p.sku for p in find(shop(), said)] == skus


def test_similar_shows_the_part_for_other_cars_and_years() -> None:
    assert [p.sku for p in look(shop(), "alternador gol 2016").products] == ["ALT"]
    assert {p.sku for p in look(shop(), "farol fusca").products} == {"HR", "HL", "FOG"}


def test_what_is_sold_out_or_paused_is_not_shown() -> None:
    made = shop()
    made.add(made.products[600].but(stock=0), made.products[601].but(active=False))
    assert find(made, "farol corolla") == []


# --- in the conversation ----------------------------------------------------------------------------------


def many(count: int) -> Chat:
    chat = Chat(shop=sample_shop())
    photo = Photo(id="p", url="https://photos.example/p.jpg")
    for n in range(count):
        made = headlight(listing=700 + n, sku=f"A{n}", title=f"Alternador Gol {2009 + n}", fits=(), price=100_00 + n)
        chat.shop.add(made.but(photos=(photo,)) if n < 4 else made)
    return chat


def test_a_car_that_nobody_knows_is_said_and_asked_about() -> None:
    chat = Chat(shop=sample_shop())
    chat.buyer("tem farol do zephyrus 2015?").bot("Não conheço o carro zephyrus. Mostro a peça sem filtrar pelo carro?")
    chat.buyer("sim").bot("Farol dianteiro direito Corolla 2015")


def test_who_does_not_want_other_cars_is_asked_for_the_part_again() -> None:
    chat = Chat(shop=sample_shop())
    chat.buyer("tem farol do zephyrus?").bot("Não conheço o carro").buyer("não").bot("Qual peça você procura?")


def test_more_shows_the_next_few_and_says_when_they_end() -> None:
    chat = many(8)
    chat.buyer("alternador gol").bot("Estas 6 combinam melhor", "Ver mais")
    chat.buyer("mais").bot("Achei 2. Qual delas?")
    chat.buyer("tem mais?").bot("São todas as que tenho agora")
    chat.buyer("1").bot("Alternador Gol")


def test_the_first_few_come_with_a_picture() -> None:
    chat = many(3)
    chat.buyer("alternador gol").bot("Achei 3. Qual delas?")
    pictures = [new.command for new in chat.shop.commands.values() if isinstance(new.command, SendImage)]
    assert [p.url for p in pictures] == ["https://photos.example/p.jpg"] * 3
    assert "R$ 100,00" in pictures[0].caption


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("preciso de um farou do corola 2015, o dirreito", "HR"),
        ("bom dia vcs tem farou dirreito pro corrola 15?", "HR"),
        ("farou dirreito corola", "HR"),
        ("ritrovizor dereito do oniks", "MR"),
        ("queria um ritrovisor do oniks lado esqerdo", "ML"),
        ("pastilia de freo do hb 20", "PAD"),
        ("paraxoqe do palhio", "BUMP"),
        ("bonba de conbustivel do uno", "PUMP"),
        ("auternador do gou g5", "ALT"),
    ],
)
def test_several_misspelt_words_in_one_wish(said: str, sku: str) -> None:
    chat = Chat(shop())
    title, _ = PARTS[sku]
    chat.buyer(said).bot(title, "CEP").not_bot("Qual peça", "Não peguei")


@pytest.mark.parametrize(
    "said",
    ["que dia lindo", "preciso de um favor do carlos", "meu corolla quebrou", "faro bem", "tem um vaso de flor?"],
)
def test_what_only_sounds_like_a_part_is_none(said: str) -> None:
    Chat(shop()).buyer(said).not_bot("CEP")


def test_a_misspelt_part_that_is_not_there_is_named() -> None:
    Chat(shop()).buyer("preciso de um farou do fusca").bot("Não achei farol fusca")


HEAP = (
    "radiador farol lanterna retrovisor alternador compressor amortecedor bomba filtro vela pastilha disco correia"
    " tensor bieleta bandeja capo porta vidro macaneta cubo rolamento coxim bobina bico junta pistao biela"
)


@pytest.mark.parametrize("said", ["radiador " * 40, HEAP])
def test_a_heap_of_words_is_searched_for_without_trying_all_combinations(said: str) -> None:
    assert len(wanted.read(shop(), said).part) <= wanted.MOST_PART_WORDS
    look(shop(), said)  # it would take hours
