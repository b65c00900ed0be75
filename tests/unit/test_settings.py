"""The environment: every name documented, wrong values stop the start, secrets never shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot import settings
from bot.settings import Settings

ROOT = Path(__file__).parent.parent.parent
LONG = "a-secret-of-more-than-32-characters"

GOOD = {
    "SECRET_KEY": LONG,
    "CONSOLE_PASSWORD": "let-me-in-please",
    "ZAPI_INSTANCE_ID": "3A1B",
    "ZAPI_INSTANCE_TOKEN": "tok-zapi-1",
    "ZAPI_CLIENT_TOKEN": "client-zapi-1",
    "ZAPI_WEBHOOK_SECRET": LONG,
    "ASAAS_API_KEY": "$aact_hmlg_1",
    "ASAAS_WEBHOOK_TOKEN": LONG,
    "MELHOR_ENVIO_CLIENT_SECRET": "me-secret-1",
    "MELHOR_ENVIO_ACCESS_TOKEN": "me-access-1",
    "MELHOR_ENVIO_CONTACT_EMAIL": "t@autopars.example",
    "RESEND_API_KEY": "re_1",
    "RESEND_FROM": "AutoPars <avisos@autopars.example>",
    "RESEND_WEBHOOK_SECRET": "whsec_c2VjcmV0",
    "CLOUDFLARE_ACCOUNT_ID": "acc",
    "CLOUDFLARE_API_TOKEN": "cf-token-1",
    "CLOUDFLARE_IMAGES_ACCOUNT_HASH": "hash",
}


@pytest.fixture
def good(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_every_name_has_a_row_in_the_example() -> None:
    rows = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M)
    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)


def test_what_is_needed_suffices(good: pytest.MonkeyPatch) -> None:
    loaded = settings.load()
    assert loaded.is_sqlite
    assert loaded.http_retry_delays_s == (0.0, 1.0, 4.0)
    assert loaded.rules().fee_percent == "8"


def test_one_line_per_problem_and_no_value_of_a_secret(good: pytest.MonkeyPatch) -> None:
    good.delenv("ASAAS_API_KEY")
    good.setenv("PUBLIC_URL", "https://bot.sua-loja.example")
    good.setenv("SECRET_KEY", "short-secret")
    good.setenv("PORT", "many")
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert {line.split(":")[0] for line in lines} == {"ASAAS_API_KEY", "SECRET_KEY", "PORT"}
    assert "short-secret" not in str(caught.value)


def test_freight_needs_an_application_or_a_personal_token(good: pytest.MonkeyPatch) -> None:
    good.delenv("MELHOR_ENVIO_ACCESS_TOKEN")
    with pytest.raises(settings.SettingsError, match="MELHOR_ENVIO_CLIENT_ID"):
        settings.load()
    good.setenv("MELHOR_ENVIO_CLIENT_ID", "1234")
    settings.load()


def test_every_gateway_says_which_settings_it_needs() -> None:
    assert set(settings.GATEWAYS) == set(get_args(Settings.model_fields["whatsapp_provider"].annotation))


def test_names_of_a_provider_that_is_not_chosen_may_be_missing(good: pytest.MonkeyPatch) -> None:
    good.delenv("ZAPI_CLIENT_TOKEN")
    with pytest.raises(settings.SettingsError, match="ZAPI_CLIENT_TOKEN"):
        settings.load()
    good.setenv("WHATSAPP_PROVIDER", "evolution")
    with pytest.raises(settings.SettingsError, match="EVOLUTION_BASE_URL"):
        settings.load()


def test_secrets_do_not_show(good: pytest.MonkeyPatch) -> None:
    loaded = settings.load()
    shown = repr(loaded) + str(loaded)
    for value in loaded.secrets():
        assert value not in shown
    assert {"tok-zapi-1", "$aact_hmlg_1", "me-access-1", LONG} <= set(loaded.secrets())


def test_hours_that_make_no_sense_stop_the_start(good: pytest.MonkeyPatch) -> None:
    good.setenv("SUPPORT_HOURS", "mon-fri 08:00-18:00, saturday mornings")
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert str(caught.value).startswith("SUPPORT_HOURS: ")
    assert "'saturday mornings' is not like 'mon-fri 08:00-18:00'" in str(caught.value)


def test_operators_phones_are_read_in_any_spelling(good: pytest.MonkeyPatch) -> None:
    good.setenv("OPERATOR_PHONES", "(11) 98765-4321, +55 41 8812-3456")
    assert settings.load().rules().operator_phones == ("5511987654321", "5541988123456")
    good.setenv("OPERATOR_PHONES", "11987654321, 123")
    with pytest.raises(settings.SettingsError, match=r"OPERATOR_PHONES: .*entry 2 is not a Brazilian phone"):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "99999", "PORT: Input should be less than or equal to 65535"),
        ("ZAPI_BASE_URL", "api.z-api.io", "ZAPI_BASE_URL: must begin with https:// (or http://)"),
        ("PUBLIC_URL", "bot.sua-loja.example", "PUBLIC_URL: must begin with https:// (or http://)"),
        ("PUBLIC_URL", "https://bot.sua-loja.example/?a=1", "PUBLIC_URL: must have neither ? nor #"),
        ("PUBLIC_URL", "https://bot.sua-loja.example#top", "PUBLIC_URL: must have neither ? nor #"),
        ("OPERATOR_EMAILS", "ana@loja.example, ana", "OPERATOR_EMAILS: entry 2 is not an e-mail address"),
        ("WHATSAPP_ALLOWED_IPS", "10.0.0.1, proxy", "WHATSAPP_ALLOWED_IPS: entry 2 is not an IP address"),
        ("MEDIA_ALLOWED_HOSTS", "https://files.example/", "MEDIA_ALLOWED_HOSTS: entry 1 is not a host or host:port"),
        ("QUIET_HOURS", "night", "QUIET_HOURS: is not like 19:00-09:00"),
        ("QUIET_HOURS", "25:00-09:00", "QUIET_HOURS: is not like 19:00-09:00"),
        (
            "QUIET_HOURS",
            "09:00-19:00",
            "QUIET_HOURS: leaves no hour in which reminders are lawful (9:00 to 19:00 in every state)",
        ),
        ("RESEND_FROM", "", "RESEND_FROM: is missing"),
        ("RESEND_FROM", "AutoPars", "RESEND_FROM: holds no e-mail address"),
        ("MELHOR_ENVIO_CONTACT_EMAIL", "ana", "MELHOR_ENVIO_CONTACT_EMAIL: holds no e-mail address"),
        ("HTTP_RETRY_DELAYS_S", "0,-1", "HTTP_RETRY_DELAYS_S: is not like 0,1,4 (seconds)"),
        ("HTTP_TIMEOUT_S", "inf", "HTTP_TIMEOUT_S: Input should be a finite number"),
    ],
)
def test_a_wrong_value_is_told_in_one_plain_line(good: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    good.setenv(name, value)
    with pytest.raises(settings.SettingsError) as caught:
        settings.load()
    assert str(caught.value) == told
