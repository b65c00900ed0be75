"""A whole sale by people whose data are known: then everything that may be read by others is searched for them."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from bot import logs
from bot.redaction import Redactor
from bot.storage import tables as t
from sandbox import samples
from tests.e2e.house import House
from tests.e2e.stories import whole_sale
from tests.security.conftest import Door

PEOPLE = {
    "cpf": r"529\D?982\D?247\D?25",
    "phones": r"9\D?8888\D?0001|9\D?7777\D?0001|1933330000",
    "names": r"Marina|Souza",
    "address": r"apto 31|Rua Barão|Praça",
    "message": r"qto fica o farol",
}
"""What the story's people say and are, as patterns."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the process logs, as it is set up in production, at its most talkative."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def listen(stream: io.StringIO, secrets: list[str]) -> None:
    logs.configure("DEBUG", "json", Redactor(secrets))
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path)
    await built.open()
    yield built
    await built.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def found(text: str, names: list[str]) -> dict[str, str]:
    hits = {name: re.search(PEOPLE[name], text) for name in names}
    return {name: text[max(0, hit.start() - 80) : hit.end() + 80] for name, hit in hits.items() if hit}


async def test_a_sale_leaves_nobody_in_what_others_read(house: House, log: io.StringIO) -> None:
    assert house.bot is not None
    secrets = house.settings.secrets()
    listen(log, secrets)
    await whole_sale(house)
    async with aiohttp.ClientSession() as session:
        for path in ("/metrics", "/readyz", "/healthz"):
            async with session.get(house.bot_base + path) as answer:
                log.write(await answer.text())
    written = log.getvalue()
    assert written
    assert found(written, list(PEOPLE)) == {}
    async with house.bot.database.read() as connection:
        for table, columns in (
            (t.calls, (t.calls.c.url, t.calls.c.request, t.calls.c.response)),
            (t.events, (t.events.c.raw, t.events.c.error, t.events.c.key)),
            (t.commands, (t.commands.c.error, t.commands.c.key)),
        ):
            text = "\n".join("\t".join(row) for row in (await connection.execute(sa.select(*columns))).all())
            assert text.strip(), table.name
            assert found(text, ["cpf", "phones", "names", "address"]) == {}, table.name
            assert [secret for secret in secrets if secret in text] == [], table.name
    assert [secret for secret in secrets if secret in written] == []


async def test_wrong_guesses_and_errors_show_no_secret(door: Door, log: io.StringIO) -> None:
    """Addresses with the secret in them are written nowhere, whatever is wrong with the call."""
    listen(log, door.bot.settings.secrets())
    delivery = door.sample("zapi.text")
    for body in (b"no json", b"[]", delivery.body, b"x" * (1024 * 1024 + 1)):
        await door.send(delivery, body=io.BytesIO(body))
    await door.send(delivery, path=delivery.path + "?token=" + door.keys["ZAPI_INSTANCE_TOKEN"])
    await door.send(delivery, path=delivery.path + "x")
    async with door.session.get(door.url + delivery.path) as answer:
        assert answer.status == 405
    text = log.getvalue()
    assert "bad origin" in text
    assert [secret for secret in door.bot.settings.secrets() if secret in text] == []


async def test_an_error_says_nothing_about_us(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("at /srv/autopars with the key of the shop")

    monkeypatch.setattr(door.bot.store, "backlog", broken)
    for path, status in (("/metrics", 500), ("/nowhere", 404), ("/webhooks/asaas", 405)):
        async with door.session.get(door.url + path) as answer:
            text = await answer.text()
            assert answer.status == status
            assert answer.headers["Server"] == "autopars"
            assert not re.search(r"Traceback|srv|RuntimeError|aiohttp|Python", f"{text} {answer.headers}")


async def test_of_what_is_no_request_nothing_is_written(door: Door, log: io.StringIO) -> None:
    listen(log, door.bot.settings.secrets())
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(b"GET /console HTTP/1.1\r\nHost: x\r\nCookie: autopars_console=the-key-of-a-session\x01\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.0 400")
    writer.close()
    (line,) = log.getvalue().splitlines()
    assert "no request: BadHttpMessage" in line
    assert '"level": "info"' in line


@pytest.mark.parametrize(
    "said", [b"GET /\x01 HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", b"\x16\x03\x01"]
)
async def test_what_is_no_request_is_told_nothing_about_us(door: Door, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(said)
    writer.write_eof()
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.startswith("HTTP/1.0 400") or not answer
    assert not re.search(r"Traceback|aiohttp|Python", answer)


@pytest.mark.parametrize("how", ["gzip", "deflate", "br", "zstd", "x"])
async def test_a_packed_form_is_no_form(door: Door, how: str) -> None:
    """Nothing is unpacked: a few kilobytes would become hundreds of megabytes."""
    headers = {"Content-Encoding": how, "Content-Type": "application/x-www-form-urlencoded"}
    async with door.session.post(f"{door.url}/console/entrar", data=b"hello" * 20, headers=headers) as answer:
        assert answer.status == 401
    packed = {"Content-Encoding": how, "Content-Type": "application/json"}
    async with door.session.post(f"{door.url}/webhooks/asaas", data=b"hello" * 20, headers=packed) as answer:
        assert answer.status == 415


@pytest.mark.parametrize("card", ["4111 1111 1111 1111", "5555555555554444", "3782 822463 10005"])
async def test_a_card_number_is_nowhere_on_the_disk(door: Door, tmp_path: Path, card: str) -> None:
    now = door.bot.clock()
    for name, path in (("zapi.text", "text.message"), ("zapi.image", "image.caption"), ("zapi.edited", "text.message")):
        content = samples.body(name, door.keys, now)
        samples.put(content, path, f"meu cartão é {card} 12/29")
        assert await door.send(samples.deliver(name, content, door.keys, now)) == 200
    assert await door.stored() == 3
    written = on_disk(tmp_path)
    assert "[cartão removido]".encode() in written
    digits = card.replace(" ", "")
    assert card.encode() not in written
    assert digits.encode() not in written


def test_errors_of_values_show_no_input() -> None:
    """Their text goes to logs and to the record of what was set aside."""
    from pydantic import ValidationError

    from bot.domain.events import EVENT

    kind = "message.received"
    for body in ({"kind": kind, "text": "529.982.247-25"}, {"kind": kind, "sender": {"chat": "Marina"}}):
        with pytest.raises(ValidationError) as caught:
            EVENT.validate_json(json.dumps(body))
        assert not re.search(r"529|Marina", str(caught.value))
