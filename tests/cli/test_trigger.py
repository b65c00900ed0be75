"""``autopars trigger``: samples reach a running bot as a provider's own do."""

from __future__ import annotations

import json

import pytest

from bot.__main__ import main
from bot.cli.triggering import is_near
from sandbox import samples
from tests.cli.support import Desk, serving


def test_without_a_name_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trigger"]) == 0
    assert capsys.readouterr().out.splitlines() == samples.names()


def test_a_body_can_be_looked_at_and_changed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("asaas.PAYMENT_CONFIRMED", "--show", "--set", "payment.value=12.5", "--set", "payment.note.deep=olá")
    assert main(["trigger", *words]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["event"], body["payment"]["value"], body["payment"]["note"]) == (
        "PAYMENT_CONFIRMED",
        12.5,
        {"deep": "olá"},
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("zapi.sms",), "no event zapi.sms; there are:"),
        (("zapi.text", "--set", "text"), "write it as name=value"),
        (("zapi.read", "--set", "ids.7.x=1"), "there is no 7 to go into"),
        (("zapi.text", "--to", "https://bot.sua-loja.example"), "a sample would count there as real"),
        (("zapi.text", "--to", "bot.local"), "--to is an address"),
        (("zapi.text", "--to", "http://127.0.0.1:9"), "does not answer"),
    ],
)
def test_what_cannot_be_sent_is_one_plain_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert main(["trigger", *words]) == 1
    assert why in capsys.readouterr().err


async def test_each_arrives_rightly_signed_and_twice_is_once(desk: Desk) -> None:
    async with serving(desk, "--only", "web") as one:
        for name in ("zapi.text", "asaas.PAYMENT_RECEIVED", "melhor-envio.posted", "resend.bounced"):
            done = await desk.run("trigger", name, "--to", one.url, "--times", "2")
            assert (name, done.code, done.lines) == (name, 0, ["200 ok", "200 ok"])
        forged = ("asaas.PAYMENT_RECEIVED", "--to", one.url)
        wrong = await desk.run("trigger", *forged, ASAAS_WEBHOOK_TOKEN="a-token-of-another-shop-altogether")
        assert (wrong.code, wrong.lines) == (1, ["401 unknown origin"])
        _, figures = await one.get("/metrics")
    assert figures.count('result="stored"') == 4
    assert figures.count('result="repeated"') == 4


async def test_without_settings_the_keys_of_the_demo_sign(desk: Desk) -> None:
    """On a machine with nothing set, against what `make demo` runs."""
    async with serving(desk, "--only", "web") as one:
        done = await desk.run("trigger", "cloudflare-stream.ready", "--to", one.url, SECRET_KEY=None, PUBLIC_URL=None)
    assert (done.code, done.lines) == (0, ["200 ok"])
    assert "the settings are not complete here" in done.err


def test_what_is_near() -> None:
    assert all(map(is_near, ("http://localhost:1", "http://127.0.0.1", "http://192.168.0.4:8080", "http://bot.local")))
    assert not any(map(is_near, ("https://bot.sua-loja.com.br", "http://8.8.8.8", "http://", "http://local")))
