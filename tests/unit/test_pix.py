"""Pix codes: checksum, fields and building."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import money, pix

STATIC = (
    "00020126580014br.gov.bcb.pix01367d9f0335-8dcc-4054-9bf9-0dbd61d369065204000053039865406349.905802BR"
    "5920AUTOPARS MARKETPLACE6009SAO PAULO62160512AUTOPARS104263040711"
)
DYNAMIC = (
    "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25"
    "5204000053039865406349.905802BR5920AUTOPARS MARKETPLACE6009SAO PAULO62070503***63049CDD"
)


def test_checksum_vector() -> None:
    assert pix.crc("123456789") == "29B1"


@pytest.mark.parametrize("code", [STATIC, DYNAMIC])
def test_known_codes(code: str) -> None:
    assert pix.is_valid(code)
    assert (pix.fields(code) or {})["54"] == "349.90"


def test_builds_the_known_codes() -> None:
    build = functools.partial(pix.build, amount=34990, name="AutoPars Marketplace", city="São Paulo")
    assert build(key="7d9f0335-8dcc-4054-9bf9-0dbd61d36906", txid="AUTOPARS1042") == STATIC
    assert build(url="pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25", single_use=True) == DYNAMIC


@given(st.integers(0, 10**9), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_built_codes_are_valid_and_fragile(amount: int, name: str, city: str) -> None:
    code = pix.build(amount=amount, name=name, city=city, key="a@b.example")
    assert pix.is_valid(code)
    assert (pix.fields(code) or {}).get("54") == (str(money.to_decimal(amount)) if amount else None)
    assert not pix.is_valid(code[:-1])
    assert not pix.is_valid(code.replace("br.gov", "br.gov "[::-1], 1))


@given(st.integers(0, len(STATIC) - 1), st.sampled_from("0123456789ABCXYZ"))
def test_a_changed_character_is_noticed(place: int, letter: str) -> None:
    changed = STATIC[:place] + letter + STATIC[place + 1 :]
    assert pix.is_valid(changed) == (changed == STATIC)


@pytest.mark.parametrize("text", ["", "oi", "0002", "000201", "00020163041D3D", STATIC + "0"])
def test_other_texts(text: str) -> None:
    assert not pix.is_valid(text)


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert not pix.is_valid(text)


def test_wrong_use() -> None:
    with pytest.raises(ValueError, match="either"):
        pix.build(amount=1, name="A", city="B")
    with pytest.raises(ValueError, match="txid"):
        pix.build(amount=1, name="A", city="B", key="k", txid="a-b")
    with pytest.raises(ValueError, match="too long"):
        pix.build(amount=1, name="A", city="B", key="k" * 100)
