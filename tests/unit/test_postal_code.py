"""CEPs: reading, showing and ranges of states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import postal_code


@pytest.mark.parametrize(
    ("text", "cep"),
    [
        ("80010-000", "80010000"), ("80010000", "80010000"), ("80.010-000", "80010000"), ("80010 000", "80010000"),
        ("cep 01310-100", "01310100"), ("meu CEP é 01310-100.", "01310100"), ("8 0 0 1 0 0 0 0", "80010000"),
        ("frete pra 30130-010 pfv", "30130010"), ("80010-000, é 80010000", "80010000"),
    ],
)  # fmt: skip
def test_reads(text: str, cep: str) -> None:
    assert postal_code.read(text) == cep


@pytest.mark.parametrize(
    "text",
    [
        "8001000", "1310100", "1310", "800100000", "00000000", "00123-456", "78900-123", "11111-111", "",
        "11 98765-4321",
        "(11) 38765432", "R$ 80010000,00", "80010-000 ou 01310-100", "QB123456789BR", "529.982.247-25",
        "35261111222333000181550010000012341123456780",
    ],
)  # fmt: skip
def test_never_pads_or_guesses(text: str) -> None:
    assert postal_code.read(text) is None


@pytest.mark.parametrize(
    ("cep", "uf"),
    [
        ("01310100", "SP"), ("19999999", "SP"), ("20000000", "RJ"), ("29000000", "ES"), ("30130010", "MG"),
        ("40000000", "BA"), ("49000000", "SE"), ("53990000", "PE"), ("57000000", "AL"), ("58000000", "PB"),
        ("59000000", "RN"), ("60000000", "CE"), ("64000000", "PI"), ("65000000", "MA"), ("66000000", "PA"),
        ("68900000", "AP"), ("69005000", "AM"), ("69301000", "RR"), ("69400000", "AM"), ("69900000", "AC"),
        ("70000000", "DF"), ("72800000", "GO"), ("73000000", "DF"), ("75400000", "GO"), ("76800000", "RO"),
        ("77000000", "TO"), ("78000000", "MT"), ("79000000", "MS"), ("80010000", "PR"), ("88000000", "SC"),
        ("99999999", "RS"), ("00999999", None), ("78950000", None), ("8001000", None), ("abcdefgh", None),
        ("٨٠٠١٠٠٠٠", None),
    ],
)  # fmt: skip
def test_states(cep: str, uf: str | None) -> None:
    assert postal_code.state_of(cep) == uf


@given(st.integers(0, 99_999_999))
def test_shown_reads_back(number: int) -> None:
    cep = f"{number:08d}"
    usable = postal_code.state_of(cep) is not None and len(set(cep)) > 1
    assert postal_code.read(postal_code.show(cep)) == (cep if usable else None)


def test_town_wide_codes() -> None:
    assert postal_code.looks_generic("75400000")
    assert not postal_code.looks_generic("01310100")


@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    cep = postal_code.read(text)
    assert cep is None or postal_code.state_of(cep)
