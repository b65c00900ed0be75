"""A buyer who does not know the CEP tells the street."""

from __future__ import annotations

import pytest

from bot.conversations.language.streets import Where, where
from bot.domain import commands as c
from bot.domain.people import Address
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop
from tests.support_shop import marina

XV = c.Street(address=Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV de Novembro"))
FAR = c.Street(
    address=Address(postal_code="80045270", city="Curitiba", state="PR", street="Rua XV de Novembro", district="Alto"),
    numbers="de 2001 ao fim",
)

MARSHAL = c.Street(
    address=Address(postal_code="80045270", city="Curitiba", state="PR", street="Avenida Marechal Floriano")
)


def asked(*streets: c.Street) -> Chat:
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    chat.streets = lambda command: streets if command.state == "PR" else ()
    return chat.buyer("farol direito corolla 2015").bot("Para qual CEP")


def test_the_one_cep_of_a_street_is_found_and_its_number_kept() -> None:
    chat = asked(XV).buyer("não sei meu cep, é rua xv de novembro, 120, curitiba")
    chat.bot("entrega em Curitiba/PR", "80010-000").buyer("sim").buyer("1").buyer("pix").buyer("529.982.247-25")
    chat.buyer("Marina Souza").bot("Pedido #1001")
    assert chat.shop.orders[1001].destination.number == "120"


def test_of_several_one_is_picked() -> None:
    chat = (
        asked(XV, FAR)
        .buyer("rua xv de novembro, curitiba/pr")
        .bot(
            "Achei mais de um CEP. Qual é o seu?",
            "1 Rua XV de Novembro · 80010-000",
            "Alto (de 2001 ao fim) · 80045-270",
        )
    )
    chat.buyer("2").bot("80045-270")


def test_the_town_and_the_state_are_asked_for() -> None:
    chat = asked(XV).buyer("moro na rua xv de novembro 120").bot("Em qual cidade e estado fica?")
    chat.buyer("curitiba").bot("entrega em Curitiba/PR")
    chat = asked(XV).buyer("rua xv de novembro").buyer("80010-000").bot("entrega em Curitiba/PR")
    chat = (
        asked(XV)
        .buyer("rua das flores")
        .buyer("bom jesus")
        .bot("de qual estado?")
        .buyer("PI")
        .bot("Não achei rua das flores")
    )


def test_a_street_that_is_not_there_and_a_search_that_is_away() -> None:
    chat = asked().buyer("rua dos inexistentes, 10, curitiba").bot("Não achei", "Ex.: 80010-000")
    chat.buyer("80010-000").bot("entrega em Curitiba/PR")
    chat = asked(XV)
    chat.down = {"place.find"}
    chat.buyer("rua xv de novembro, curitiba").bot("Não consegui procurar a rua agora")


def named_at_the_end(text: str) -> Chat:
    """The street is said with the house number, when freight and way of paying are settled."""
    chat = asked(MARSHAL).buyer("80010-000").buyer("sim").buyer("1").buyer("pix").buyer("529.982.247-25")
    return chat.buyer("Marina Souza").buyer(text)


def test_a_street_that_is_not_that_of_the_cep_is_asked_about() -> None:
    """The label went to the CEP's street, with the house number of another."""
    chat = named_at_the_end("av marechal floriano 2500 apto 12")
    chat.bot(
        "O CEP 80010-000 é da *Rua XV de Novembro*", "você escreveu *av marechal floriano*", "2 Av marechal floriano"
    )
    chat.buyer("2").bot("80045-270").buyer("sim").buyer("1").bot("2500, apto 12, Curitiba").buyer("sim").bot(
        "Pedido #1001"
    )
    placed = chat.shop.orders[1001].destination
    assert (placed.street, placed.number) == ("Avenida Marechal Floriano", "2500")


def test_its_answers_are_the_street_of_the_cep_or_another_cep() -> None:
    chat = named_at_the_end("av marechal floriano 2500").buyer("1").bot("Pedido #1001")
    placed = chat.shop.orders[1001].destination
    assert (placed.street, placed.number) == ("Rua XV de Novembro", "2500")
    named_at_the_end("av marechal floriano 2500").buyer("01310-100").bot("São Paulo")


@pytest.mark.parametrize(
    "text", ["r. quinze de novembro, 500", "r 15 de novembro 500", "500, esquina com a rua das flores"]
)
def test_the_same_street_in_other_words_is_not_asked_about(text: str) -> None:
    named_at_the_end(text).bot("Pedido #1001")


def test_in_the_first_message() -> None:
    chat = Chat(parts_shop(marina(greeted=True, address=None)))
    chat.streets = lambda _: (XV,)
    chat.buyer("frete do farol direito do corolla 2015, não sei o cep, moro na rua xv de novembro em curitiba")
    chat.bot("entrega em Curitiba/PR")


def test_a_cep_that_is_no_cep_in_a_longer_message_is_remarked_on() -> None:
    chat = Chat(parts_shop(marina(greeted=True, address=None)))
    chat.buyer("quanto fica o farol direito do corolla 2015 pro cep 800100?").bot(
        "Esse CEP tem 6 números e precisa de 8"
    )
    chat.buyer("meu cep é 1310100").bot("Se o zero da frente se perdeu, é 01310-100 (SP)?").buyer("sim").bot(
        "São Paulo/SP"
    )
    chat = Chat(parts_shop(marina(greeted=True, address=None)))
    chat.buyer("frete do farol direito corolla 2015 cep 1310100").bot("é 01310-100 (SP)?")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("é rua XV de Novembro, 120, Curitiba", Where("rua XV de Novembro", "120", "Curitiba", "PR")),
        ("av. paulista 1000 são paulo sp", Where("av. paulista", "1000", "São Paulo", "SP")),
        ("avenida brasil, 45, centro, maringá - pr", Where("avenida brasil", "45", "Maringá", "PR")),
        ("moro em curitiba", Where()),
        ("farol do corolla", Where()),
    ],
)
def test_streets_as_people_write_them(text: str, found: Where) -> None:
    assert where(text) == found
