"""Brazilian phones: canonical form and identity."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import phone

CANONICAL = [
    ("11987654321", "5511987654321"), ("(11) 98765-4321", "5511987654321"), ("+55 11 98765-4321", "5511987654321"),
    ("5511987654321", "5511987654321"), ("551187654321", "5511987654321"), ("1187654321", "5511987654321"),
    ("011987654321", "5511987654321"), ("01511987654321", "5511987654321"), ("0151187654321", "5511987654321"),
    ("5511987654321@c.us", "5511987654321"), ("5511987654321:12@s.whatsapp.net", "5511987654321"),
    ("1138765432", "551138765432"), ("+55 (11) 3876-5432", "551138765432"),
    # the area code 55 of Rio Grande do Sul
    ("5599991234", "5555999991234"), ("55999991234", "5555999991234"), ("555599991234", "5555999991234"),
    ("5532221234", "555532221234"), ("+55 11 8765-4321", "5511987654321"), ("005511987654321", "5511987654321"),
]  # fmt: skip
NONE = ["", "1000@lid", "12345", "20987654321", "+1 415 555 2671", "120363@g.us", "987654321", "10987654321", "abc"]


@pytest.mark.parametrize(("text", "number"), CANONICAL)
def test_canonical(text: str, number: str) -> None:
    assert phone.canonical(text) == number
    assert phone.canonical(number) == number


@pytest.mark.parametrize("text", NONE)
def test_no_canonical_form(text: str) -> None:
    assert phone.canonical(text) == ""


mobiles = st.builds(
    lambda ddd, first, rest: (ddd, f"{first}{rest:07d}"),
    st.sampled_from(sorted(phone.DDDS)),
    st.sampled_from("6789"),
    st.integers(0, 9_999_999),
)


@given(mobiles)
def test_all_spellings_are_one_person(number: tuple[str, str]) -> None:
    ddd, tail = number
    spellings = [
        f"55{ddd}9{tail}",
        f"55{ddd}{tail}",
        f"{ddd}9{tail}",
        f"{ddd}{tail}",
        f"0{ddd}9{tail}",
        f"+55 {ddd} {tail}",
    ]
    assert {phone.canonical(s) for s in spellings} == {f"55{ddd}9{tail}"}
    assert {phone.identity(s, "") for s in spellings} == {ddd + tail}


@given(mobiles)
def test_canonical_numbers_can_be_dialled(number: tuple[str, str]) -> None:
    ddd, tail = number
    assert phonenumbers.is_possible_number(phonenumbers.parse("+" + phone.canonical(ddd + tail)))


def test_identity() -> None:
    assert phone.identity("5511987654321", "1000@lid") == "1187654321"
    assert phone.identity("", "1000@lid") == "lid:1000@lid"
    assert phone.identity("1000@lid", "") == "lid:1000@lid"
    assert phone.identity("14155552671", "") == "tel:14155552671"
    with pytest.raises(ValueError, match="neither"):
        phone.identity("", "")


def test_a_new_mobile_is_not_the_landline_of_its_last_digits() -> None:
    assert phone.identity("1138765432", "") != phone.identity("11938765432", "")


def test_show() -> None:
    assert phone.show("5511987654321") == "(11) 98765-4321"
    assert phone.show("551138765432") == "(11) 3876-5432"
    assert phone.show("14155552671") == "+1 415-555-2671"
    assert phone.show("1000@lid") == "1000@lid"
    assert phone.show("oi") == "oi"


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    assert len(phone.canonical(text)) in (0, 12, 13)
