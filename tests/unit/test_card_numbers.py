"""Cards are told from the other long numbers of the trade; files and late secrets stay out of the record."""

from __future__ import annotations

import time

import pytest

from bot.redaction import Redactor, mask_cards

MASK = "[cartão removido]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111", MASK),
        ("meu cartão é 4111 1111 1111 1111, vence 12/30", f"meu cartão é {MASK}, vence 12/30"),
        ("4111 1111 1111 1111 12/30 123", f"{MASK} 12/30 123"),
        ("5555-5555-5555-4444 123", f"{MASK} 123"),
        ("cartao:3782 822463 10005.", f"cartao:{MASK}."),
        ("6362970000457013 e 4111111111111111", f"{MASK} e {MASK}"),
        ("1 4111111111111111", f"1 {MASK}"),
        ("3056 930902 5904", MASK),  # as long as a CNPJ
    ],
)
def test_cards_are_masked(text: str, masked: str) -> None:
    assert mask_cards(text) == masked
    assert mask_cards(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # wrong check digit
        "5511987654329",  # a phone that passes Luhn
        "11987654321",
        "11222333000181",
        "46191.23450 67890.123457 67890.123457 8 16560000034990",
        "3525 1111 2222 3333 0001 8155 0010 0000 1234 1123 4567",
        "7f3c1b9e-0000-4000-8000-000000000001",
        "R$ 1.234,56 em 10x",
        "7891234567895",  # a bar code
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cards(text) == text


def test_long_texts_take_no_time() -> None:
    started = time.process_time()
    for text in ("4 " * 50_000, "4" * 100_000, "4 4111111111111111 " * 5_000):
        mask_cards(text)
    Redactor(["secret-1234"]).body({"image": "data:image/png;base64," + "QUJD" * 1_000_000})
    assert time.process_time() - started < 5


def test_a_file_is_named_not_copied() -> None:
    body = {"image": "data:image/png;base64,QUJD", "kind": "QR"}
    assert Redactor().body(body) == '{"image":"data:image/png;base64,… (26 characters)","kind":"QR"}'


def test_secrets_may_be_named_later() -> None:
    redactor = Redactor(["first-secret"])
    redactor.hide("second-secret", "", "abc")
    assert redactor.text("first-secret second-secret abc") == "••• ••• abc"
    assert redactor.text("/token/second-secret/status") == "/token/•••/status"
