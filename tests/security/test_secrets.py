"""Secrets are compared in one way, may be changed without a gap, and are never short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.domain.secret import one_of, same, several
from tests.unit.test_settings import GOOD

ROOT = Path(__file__).parents[2]
SECRET_NAME = re.compile(r"(^|_)(secret|token|signature|password|passwd|hmac|mac|digest|seed|cookie|ticket|nonce)s?$")
NO_GUESS = {
    # a digest of 256 random bits is looked up by an index: whoever has the row's id has the secret's digest only
    "t.sessions.c.id == digest",
    # so is the digest of an invitation's code
    "t.invitations.c.digest == sa.bindparam('digest')",
    # and that of a link in an e-mail
    "links.digest == digest",
    # our own access token against our own: whether another task has renewed it meanwhile
    "self._pair.access != token",
}
"""Comparisons by name that decide nothing about a stranger."""


def comparisons() -> Iterator[tuple[Path, int, str]]:
    """Every ``==``, ``!=``, ``in`` of the bot in which a name speaks of a secret, and every other compare_digest."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "compare_digest":
                yield path, node.lineno, "compare_digest"
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            plain = any(isinstance(o, (ast.Eq, ast.NotEq)) for o in node.ops)
            if plain and any(SECRET_NAME.search(_name(side)) for side in sides):
                yield path, node.lineno, ast.unparse(node)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("hexdigest", "digest", "get_secret_value"):
            return "secret"
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_secrets_are_compared_in_one_place_only() -> None:
    found = [(str(path.relative_to(ROOT)), line, text) for path, line, text in comparisons() if text not in NO_GUESS]
    assert [f for f in found if f[0] != "bot/domain/secret.py"] == []
    assert [f[2] for f in found] == ["compare_digest"]


@given(st.text(), st.text(min_size=1))
def test_any_text_may_be_given(guess: str, ours: str) -> None:
    assert same(guess, ours) is (guess == ours)
    assert one_of(guess, [ours, "another"]) is (guess in (ours, "another"))


@pytest.mark.parametrize("guess", ["\ud800", "\udcff\udcfe", "é", "١٢٣٤٥٦", "\0", ""])
def test_odd_characters_are_only_wrong(guess: str) -> None:
    assert not same(guess, "123456")
    assert not same(guess, b"123456")


def test_nothing_is_the_same_as_an_empty_secret() -> None:
    assert not same("", "")
    assert not one_of("", [])
    assert not one_of("", several(" , "))


@pytest.fixture
def good(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x" * 40),
        ("SECRET_KEY", "changeme-changeme-changeme-changeme-1"),
        ("SECRET_KEY", ""),
        ("ASAAS_WEBHOOK_TOKEN", "short"),
        ("ASAAS_WEBHOOK_TOKEN", f"{GOOD['ASAAS_WEBHOOK_TOKEN']},short"),
        ("ZAPI_WEBHOOK_SECRET", "0123456789abcdef"),
        ("ZAPI_WEBHOOK_SECRET", "your-secret-here-your-secret-here-your-secret"),
        ("ZAPI_WEBHOOK_SECRET", ""),
        ("CONSOLE_PASSWORD", "admin"),
        ("RESEND_WEBHOOK_SECRET", "whsec_não é base64"),
    ],
)
def test_a_weak_secret_stops_the_start_and_is_not_shown(good: pytest.MonkeyPatch, name: str, value: str) -> None:
    good.setenv("PUBLIC_URL", "https://bot.sua-loja.example")
    good.setenv(name, value)
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert name.split("_")[0] in str(caught.value)
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost:9000", "http://[::1]:8080"])
def test_on_this_machine_a_weak_secret_is_told_and_works(good: pytest.MonkeyPatch, address: str) -> None:
    for name, value in {"PUBLIC_URL": address, "CONSOLE_PASSWORD": "admin", "ASAAS_WEBHOOK_TOKEN": "token"}.items():
        good.setenv(name, value)
    assert settings.load().weak_secrets == [
        "CONSOLE_PASSWORD: needs at least 12 characters",
        "ASAAS_WEBHOOK_TOKEN: needs at least 32 characters",
    ]
    good.setenv("PUBLIC_URL", "http://127.0.0.1.sua-loja.example")
    with pytest.raises(settings.SettingsError, match="CONSOLE_PASSWORD"):
        settings.load()


def test_good_secrets_are_not_weak(good: pytest.MonkeyPatch) -> None:
    assert settings.load().weak_secrets == []


@pytest.mark.parametrize("value", ["0123456789abcdef" * 2, "example-of-a-webhook-secret-0123456789"])
def test_a_long_secret_may_hold_common_words_and_rows_of_digits(good: pytest.MonkeyPatch, value: str) -> None:
    good.setenv("ZAPI_WEBHOOK_SECRET", value)
    assert settings.load().zapi_webhook_secret.get_secret_value() == value


def test_the_redactor_knows_each_of_two_secrets_and_the_databases_password(good: pytest.MonkeyPatch) -> None:
    new, old = "the-new-one-of-more-than-32-characters", GOOD["ZAPI_WEBHOOK_SECRET"]
    good.setenv("ZAPI_WEBHOOK_SECRET", f"{new}, {old}")
    good.setenv("DATABASE_URL", "postgresql+asyncpg://shop:p%40ss-word@db.internal/shop")
    hidden = settings.load().secrets()
    assert {new, old, "p%40ss-word", "p@ss-word"} <= set(hidden)
    assert f"{new}, {old}" not in hidden


def test_a_loaded_settings_shows_no_secret_by_any_of_its_faces(good: pytest.MonkeyPatch) -> None:
    loaded = settings.load()
    shown = f"{loaded!r} {loaded} {loaded.model_dump_json()} {loaded.model_dump()} {loaded.shown()}"
    assert [secret for secret in loaded.secrets() if secret in shown] == []
    assert "**********" in repr(loaded)
