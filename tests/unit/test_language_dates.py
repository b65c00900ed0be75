"""Days and periods in everyday language."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import dates

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("hoje", [(11, 23)]),
        ("hj", [(11, 23)]),
        ("amanhã", [(11, 24)]),
        ("depois de amanhã", [(11, 25)]),
        ("sexta", [(11, 27)]),
        ("pra sexta-feira", [(11, 27)]),
        ("sexta que vem", [(11, 27), (12, 4)]),
        ("próxima sexta", [(11, 27), (12, 4)]),
        ("dia 10", [(12, 10)]),
        ("dia 30", [(11, 30)]),
        ("05/12", [(12, 5)]),
        ("fim do mês", [(11, 30)]),
        ("5º dia útil", [(12, 7)]),
        ("quinto dia útil", [(12, 7)]),
        ("daqui a 3 dias", [(11, 26)]),
        ("daqui uma semana", [(11, 30)]),
        ("5 de dezembro", [(12, 5)]),
        ("dia 5 de dezembro", [(12, 5)]),
        ("dia 10 do mês que vem", [(12, 10)]),
        ("segunda", [(11, 23), (11, 30)]),
        ("segunda que vem", [(11, 30)]),
        ("sexta da semana que vem", [(12, 4)]),
        ("10", [(12, 10)]),
        ("29/11", [(11, 29)]),
        ("daqui a 2 dias úteis", [(11, 25)]),
        ("sáb", [(11, 28)]),
        ("sexta q vem", [(11, 27), (12, 4)]),
        ("dia oito", [(12, 8)]),
        ("dia vinte e sete", [(11, 27)]),
        ("dia trinta", [(11, 30)]),
        ("daqui 3 dias", [(11, 26)]),
        ("dentro de duas semanas", [(12, 7)]),
        ("em mais 4 dias", [(11, 27)]),
    ],
)
def test_days(said: str, days: list[tuple[int, int]]) -> None:
    assert dates.resolve(said, MONDAY) == dates.Reading(tuple(date(2026, m, d) for m, d in days))


def test_next_year_only_for_what_is_long_past() -> None:
    assert dates.resolve("05/01", MONDAY).days == (date(2027, 1, 5),)
    assert dates.resolve("10/11", MONDAY).problem == "past"
    assert dates.resolve("05/12/2026", MONDAY).days == (date(2026, 12, 5),)
    assert dates.resolve("05/12/2025", MONDAY).problem == "past"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("31/02", "impossible"),
        ("dia 45", "impossible"),
        ("ontem", "past"),
        ("sei lá", "unknown"),
        ("semana que vem", "unknown"),
        ("", "unknown"),
        ("mês que vem", "unknown"),
    ],
)
def test_problems(said: str, problem: str) -> None:
    assert dates.resolve(said, MONDAY).problem == problem


def test_second_copy_is_no_monday() -> None:
    assert list(dates.find("segunda via do boleto")) == []


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("hoje", (2026, 11, 23), (2026, 11, 23)),
        ("ontem", (2026, 11, 22), (2026, 11, 22)),
        ("semana", (2026, 11, 16), (2026, 11, 22)),
        ("semana passada", (2026, 11, 16), (2026, 11, 22)),
        ("mês", (2026, 11, 1), (2026, 11, 23)),
        ("mês passado", (2026, 10, 1), (2026, 10, 31)),
        ("outubro", (2026, 10, 1), (2026, 10, 31)),
        ("dezembro", (2025, 12, 1), (2025, 12, 31)),
        ("ano", (2026, 1, 1), (2026, 11, 23)),
        ("últimos 7 dias", (2026, 11, 16), (2026, 11, 23)),
        ("sexta", (2026, 11, 20), (2026, 11, 20)),
    ],
)
def test_periods(said: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert dates.period_of(said, MONDAY) == (date(*first), date(*last))


def test_no_period() -> None:
    assert dates.period_of("sei lá", MONDAY) is None


@given(st.text(max_size=200), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_any_text_is_survived(text: str, today: date) -> None:
    reading = dates.resolve(text, today)
    assert reading.days or reading.problem
    dates.period_of(text, today)


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(0, 300))
def test_a_day_in_figures_is_that_day(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    assert dates.resolve(f"{day:%d/%m/%Y}", today).days == (day,)
    assert dates.resolve(f"{day:%d/%m/%Y}", today).problem == ""


@given(
    st.dates(date(2024, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"]),
)
def test_a_weekday_is_one_of_the_next_days(today: date, name: str) -> None:
    days = dates.resolve(name, today).days
    assert 0 <= (days[0] - today).days <= 6
    assert len({d.weekday() for d in days}) == 1
