"""CPF and CNPJ: reading, masking and showing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import documents

VALID = [
    ("529.982.247-25", "52998224725"), ("123.456.789-09", "12345678909"), ("111.444.777-35", "11144477735"),
    ("52998224725", "52998224725"), ("meu cpf é 529.982.247-25 ok?", "52998224725"), ("529 982 247 25", "52998224725"),
    ("12.ABC.345/01DE-35", "12ABC34501DE35"), ("12.abc.345/01de-35", "12ABC34501DE35"),
    ("AU.T0P.ARS/0001-68", "AUT0PARS000168"), ("PE.C4B.R26/0001-80", "PEC4BR26000180"),
    ("7K.9LM.2XZ/0A03-24", "7K9LM2XZ0A0324"), ("11.222.333/0001-81", "11222333000181"),
    ("CNPJ: 12 ABC 345 01DE 35", "12ABC34501DE35"), ("cnpj 11222333000181", "11222333000181"),
    ("meu cnpj é 11 222 333 0001 81", "11222333000181"),
]  # fmt: skip
INVALID = [
    "111.111.111-11", "529.982.247-24", "00.000.000/0000-00", "12.ABC.345/01DE-36", "", "não tenho", "11 98765-4321",
    "123", "35261111222333000181550010000012341123456780", "529.982.247-25 ou 123.456.789-09",
]  # fmt: skip


@pytest.mark.parametrize(("text", "document"), VALID)
def test_valid(text: str, document: str) -> None:
    assert documents.read(text) == document


@pytest.mark.parametrize("text", INVALID)
def test_invalid(text: str) -> None:
    assert documents.read(text) is None


def test_a_person_is_told_from_a_company() -> None:
    assert documents.is_cpf("52998224725")
    assert not documents.is_cpf("12ABC34501DE35")


@pytest.mark.parametrize("document", [d for _, d in VALID])
def test_mask_round_trip(document: str) -> None:
    assert documents.read(documents.show(document)) == document


@given(st.lists(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=12, max_size=12))
def test_exactly_one_pair_of_check_digits_is_right(base: list[str]) -> None:
    body = "".join(base)
    valid = [n for n in range(100) if documents.read(f"{body}{n:02d}")]
    assert len(valid) == (0 if len(set(body)) == 1 and valid == [] else 1)


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    document = documents.read(text)
    assert document is None or len(document) in (11, 14)
