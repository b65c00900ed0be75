"""The digitable line of a boleto."""

from __future__ import annotations

import pytest

from bot.domain import boleto

LINE = "46191.23450 67890.123457 67890.123457 8 16560000034990"


@pytest.mark.parametrize("line", ["46191234506789012345767890123457816560000034990", LINE, LINE.replace(".", "-")])
def test_a_line_is_shown_in_its_fields(line: str) -> None:
    assert boleto.show(line) == LINE


@pytest.mark.parametrize("text", ["", "oi", LINE + "1", LINE[:-1], LINE.replace("9", "x")])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert boleto.show(text) == text
