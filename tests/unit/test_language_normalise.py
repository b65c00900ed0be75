"""Folding, and words in their usual spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.language import normalise
from bot.domain.text import fold


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vc ta aki? kd meu pedidooo", "voce esta aqui ? cade meu pedido"),
        ("qto fica o fretee pfv", "quanto fica o frete por favor"),
        ("pago no piks blz", "pago no pix beleza"),
        ("reenvia o boletto", "reenvia o boleto"),
        ("obg vlw", "obrigado valeu"),
        ("👍", "sim"),
        ("não", "nao"),
        ("carro correio", "carro correio"),
        ("reembolso", "reembolso"),
    ],
)
def test_usual_spelling(text: str, said: str) -> None:
    assert " ".join(normalise.usual(normalise.read(text).folded)) == said


def test_what_was_said_is_cut_out_of_the_raw_text() -> None:
    read = normalise.read("É até  Amanhã, tá?")
    start = read.folded.index("amanha")
    assert read.said(start, start + 6) == "Amanhã"


def test_claims_hide_behind_placeholders() -> None:
    read = normalise.read("frete pra 80010-000")
    assert read.claim("cep", 10, 19, "80010000")
    assert not read.claim("order", 12, 15, "010")
    assert read.masked().split() == ["frete", "pra", "_cep_"]


@given(st.text(max_size=1000))
def test_the_way_back_fits(text: str) -> None:
    read = normalise.read(text)
    assert len(read.index) == len(read.folded)
    assert read.index == sorted(read.index)
    assert read.said(0, len(read.folded)) is not None


@given(st.text(max_size=300))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
