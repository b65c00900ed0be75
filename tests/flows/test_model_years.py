"""A car's papers have two years, made and model (*2012/13*): parts go by the model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import understand
from bot.domain import part_words
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop, seller_with_sales
from tests.support_shop import headlight, marina

OLD, NEW = "Farol direito Gol 2008 a 2012", "Farol direito Gol 2013 a 2016"


def golfs() -> Chat:
    shop = parts_shop(marina(greeted=True, address=None))
    shop.add(headlight(listing=570, sku="OLD", title=OLD, fits=("Gol 2008 a 2012",)))
    shop.add(headlight(listing=571, sku="NEW", title=NEW, fits=("Gol 2013 a 2016",)))
    return Chat(shop)


@pytest.mark.parametrize(
    ("years", "part"),
    [("2012/13", NEW), ("2012/2013", NEW), ("12/13", NEW), ("2012-2013", NEW), ("2012 modelo 2013", NEW),
     ("ano 2012 modelo 2013", NEW), ("2012, mod. 2013", NEW), ("2011/12", OLD), ("11/12", OLD), ("2012/2012", OLD),
     ("2012", OLD), ("2013/2014", NEW)],
)  # fmt: skip
def test_the_part_for_the_model_is_shown(years: str, part: str) -> None:
    golfs().buyer(f"farol direito do gol {years}").bot(part, "Para qual CEP")


@pytest.mark.parametrize("years", ["2012/13", "2012/2013", "12/13", "é 2012 modelo 2013"])
def test_the_years_behind_the_part_pick_the_right_one(years: str) -> None:
    chat = golfs().buyer("farol direito gol").bot(OLD, NEW, "Qual delas").not_bot("Corolla")
    chat.buyer(years).bot(NEW, "Para qual CEP").not_bot(OLD)


def test_where_the_question_is_for_the_part() -> None:
    golfs().buyer("quero comprar uma peça").buyer("farol direito gol 2012/2013").bot(NEW, "Para qual CEP")
    golfs().buyer("serve no gol 2012/13?").bot("Qual peça do Gol 2012/2013").buyer("farol direito").bot(NEW)


def test_years_that_lie_further_apart_are_a_range() -> None:
    golfs().buyer("farol direito gol 2009/2012").bot(OLD)
    assert part_words.model_year("gol 2009/2013") is None


def test_a_day_of_a_boleto_and_a_price_are_no_years() -> None:
    assert understand("adia o boleto pro dia 11/12").slots.get("date") == "11/12"
    assert understand("cadastrar farol gol 2012/13 R$ 350").slots["amount"] == "350.00"
    assert "year" not in understand("farol direito do gol, pago dia 11/12").slots


@pytest.mark.parametrize("years", ["2012/13", "12/13"])
def test_a_shop_s_part_is_for_both_years(years: str) -> None:
    chat = seller_with_sales().seller(f"cadastrar farol gol {years} R$ 350").bot("Carro: Gol 2012/2013", "R$ 350,00")
    assert {2012, 2013} <= part_words.years("Farol Gol 2012/2013")
    chat.not_bot("Qual o preço")


@given(st.integers(1960, 2029), st.integers(0, 1), st.sampled_from(["/", "-", " / ", " modelo "]), st.booleans())
def test_two_years_are_read_as_they_are_written(made: int, more: int, sign: str, short: bool) -> None:
    model = made + more
    written = f"{made}{sign}{model % 100:02}" if short else f"{made}{sign}{model}"
    pair = part_words.model_year(f"farol gol {written} usado")
    assert pair is not None
    assert (pair.made, pair.model) == (made, model)
