"""A CEP as people type it, or say it to their telephone; and one that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import postal_code
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop
from tests.support_shop import marina

ODD = (
    "cep 01310 100", "O1310-1OO", "01.310-100", "013101OO", "o131o1oo", "0 1 3 1 0 1 0 0", "01310.100", "01310–100",
    "01310 - 100", "cep: 01310100", "é 01310-100 viu", "0131O-1OO sp", "zero um três um zero um zero zero",
)  # fmt: skip


def asked() -> Chat:
    chat = Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))
    return chat.buyer("farol direito corolla").bot("Para qual CEP")


@pytest.mark.parametrize("typed", ODD)
def test_a_cep_typed_oddly(typed: str) -> None:
    asked().buyer(typed).bot("São Paulo/SP", "CEP 01310-100", "É aí mesmo?")


@pytest.mark.parametrize(
    "typed", ["farol direito corolla cep O1310-1OO", "frete do farol direito corolla pra 013101OO"]
)
def test_in_a_longer_message(typed: str) -> None:
    asked().buyer("tchau").buyer(typed).bot("São Paulo/SP", "CEP 01310-100")


@pytest.mark.parametrize("typed", ["0131010", "cep 0131010", "01310-10", "O131O1O"])
def test_seven_figures_are_said_and_the_question_stays(typed: str) -> None:
    asked().buyer(typed).bot("tem 7 números e precisa de 8").buyer("01310-100").bot("São Paulo/SP")


@pytest.mark.parametrize("typed", ["0131010", "cep 0131010"])
def test_seven_figures_where_a_carrier_is_chosen(typed: str) -> None:
    chat = asked().buyer("80010-000").buyer("sim").bot("Opções de entrega")
    chat.buyer(typed).bot("tem 7 números e precisa de 8", "Opções de entrega").not_bot("Não peguei")
    chat.buyer("O1310-1OO").bot("São Paulo/SP", "É aí mesmo?")


@given(st.from_regex(r"[0-9]{5}-[0-9]{3}", fullmatch=True), st.sets(st.integers(0, 8), max_size=4))
def test_letters_for_zeros_are_read_back(cep: str, places: set[int]) -> None:
    typed = "".join("O" if c == "0" and i in places else c for i, c in enumerate(cep))
    assert postal_code.tidied(f"frete pra {typed} hoje") == f"frete pra {cep} hoje"


@pytest.mark.parametrize(
    "text",
    ["o outro", "oo ooo-ooo", "quero o 10001", "OO123456789BR", "joao10000@oi.example", "12000-O00A", "R$ 1.000,00"],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert postal_code.tidied(text) == text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("frete do farol direito corolla pra 1310100", "Se o zero da frente se perdeu, é 01310-100 (SP)?"),
        ("qto fica o frete do farol direito corolla para 8000-100", "tem 7 números e precisa de 8"),
        ("frete do farol direito corolla pra 800100000?", "tem 9 números e precisa de 8"),
        ("frete do farol direito corolla pra 2015", "Para qual CEP"),
    ],
)
def test_a_place_named_last_is_meant_for_a_cep(typed: str, answer: str) -> None:
    asked().buyer("tchau").buyer(typed).bot(answer).buyer("80010-000").bot("Curitiba/PR")
