"""Signed addresses: only ours are read, and only for what they were made for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import Links

LINKS = Links("https://autopars.example", ["k" * 40])


def token(address: str) -> str:
    return address.rpartition("/")[2]


@given(st.integers(1, 10**9), st.text(min_size=1, max_size=60))
def test_what_was_signed_is_read(number: int, person: str) -> None:
    address = LINKS.order(number, person)
    assert address.startswith("https://autopars.example/o/")
    assert LINKS.read_order(token(address)) == (number, person)
    assert LINKS.read_unsubscribe(token(LINKS.unsubscribe(person))) == person


@given(st.text(max_size=80))
def test_what_was_not_signed_is_nothing(text: str) -> None:
    assert LINKS.read_order(text) is None
    assert LINKS.read_unsubscribe(text) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_one_letter_changed_is_nothing(place: int, letter: str) -> None:
    good = token(LINKS.order(1042, "p7"))
    place %= len(good)
    changed = good[:place] + letter + good[place + 1 :]
    assert changed == good or LINKS.read_order(changed) is None


def test_a_link_serves_one_purpose_and_one_shop() -> None:
    assert LINKS.read_unsubscribe(token(LINKS.order(1042, "p7"))) is None
    assert LINKS.read_order(token(LINKS.unsubscribe("1042.p7"))) is None
    assert Links("https://autopars.example", ["another"]).read_order(token(LINKS.order(1042, "p7"))) is None


def test_links_outlive_the_change_of_the_secret() -> None:
    changed = Links("https://autopars.example", ["new", "k" * 40])
    assert changed.read_order(token(LINKS.order(1042, "p7"))) == (1042, "p7")
    assert LINKS.read_order(token(changed.order(1042, "p7"))) is None
