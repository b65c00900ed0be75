"""Nothing that identifies a person or opens a door is written down."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import redaction
from bot.redaction import HIDDEN, Redactor, mask_cards


@pytest.mark.parametrize(
    "text", ["4111111111111111", "meu cartão é 4111 1111 1111 1111 val 12/29", "5555-5555-5555-4444", "378282246310005"]
)
def test_card_numbers_are_seen_and_masked(text: str) -> None:
    masked = mask_cards(text)
    assert "[cartão removido]" in masked
    assert mask_cards(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # fails Luhn
        "46191234506789012345767890123457816560000034990",  # a boleto line
        "35261111222333000181550010000012341123456780",  # an NF-e key
        "00020126580014br.gov.bcb.pix01367d9f0335-8dcc-4054-9bf9-0dbd61d36906",
        "pedido 1042",
    ],
)
def test_other_long_numbers_stay(text: str) -> None:
    assert mask_cards(text) == text


def test_secrets_are_hidden_wherever_they_stand() -> None:
    redactor = Redactor(["super-secret-token"])
    assert "super-secret-token" not in redactor.text("GET /x?token=super-secret-token")
    assert "super-secret-token" not in redactor.body({"a": [{"b": "x super-secret-token y"}]})


def test_fields_are_hidden_by_name_and_shape() -> None:
    body = Redactor().body(
        {
            "cpfCnpj": "52998224725",
            "access_token": "abc",
            "to": {"name": "Ana", "phone": "11987654321"},
            "text": "fale com ana@exemplo.com.br ou (11) 98765-4321",
            "value": 512.4,
            "id": "pay_1",
        }
    )
    for private in ("52998224725", "abc", "Ana", "11987654321", "ana@exemplo", "98765-4321"):
        assert private not in body
    assert "512.4" in body
    assert "pay_1" in body
    assert HIDDEN in body


def test_a_long_body_is_cut() -> None:
    assert len(Redactor().body({"x": ["y" * 400] * 100}, limit=4096)) <= 4097


@given(st.binary(max_size=500))
def test_any_bytes_can_be_put_on_record(data: bytes) -> None:
    assert isinstance(Redactor(["secret-one"]).body(data), str)


@given(st.text(alphabet="0123456789AB@.-+() /\u00a0\n55119", max_size=40))
def test_nothing_is_overlooked_by_looking_for_the_telling_first(text: str) -> None:
    quick = Redactor().text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(redaction, "_TELLING", re.compile(""))
        assert Redactor().text(text) == quick


def test_what_became_of_a_word_is_forgotten_when_one_more_secret_is_known() -> None:
    redactor = Redactor(["first-secret"])
    body = {"status": "second-secret", "second-secret": True}
    assert "second-secret" in redactor.body(body)
    redactor.hide("second-secret")
    assert redactor.body(body) == f'{{"status":"{HIDDEN}","{HIDDEN}":true}}'


def test_names_that_strangers_make_up_do_not_pile_up() -> None:
    redactor = Redactor()
    for number in range(redaction._NAMES + 10):
        redactor.body({f"name-{number}": None, "n" * 100: None})
    assert len(redactor._fields) == redaction._NAMES


_PLAIN = st.none() | st.booleans() | st.integers(-(10**8), 10**8) | st.floats(allow_nan=False, allow_infinity=False)
_HARMLESS = st.text(st.sampled_from('aé😀 "\\\n\x00\x7f/'), max_size=80)
_BODIES = st.recursive(
    _PLAIN | _HARMLESS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_HARMLESS, inner, max_size=4),
    max_leaves=20,
)


@given(_BODIES)
def test_what_hides_nothing_stands_in_the_record_as_it_came(body: object) -> None:
    assert json.loads(Redactor(["some-secret"]).body(body, limit=10**6)) == body


@given(_BODIES, st.sampled_from(["some-secret", "5511987654321", "529.982.247-25", "ana@exemplo.com.br"]))
def test_what_is_private_is_found_wherever_it_stands(body: object, private: str) -> None:
    """As a name or as a value, short or in something long, in a list or a tuple."""
    redactor = Redactor(["some-secret"])
    told = redactor.body([body, {private: body}, [{"x": (private, f"{'é ' * 60}{private}")}], private], limit=10**6)
    assert private not in told
    assert told.count(HIDDEN) == 4
    assert isinstance(json.loads(told), list)
