"""Logs, records of calls and raw webhooks hold nothing that names a person or opens a door, whatever it stands in."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import logs
from bot.correlation import correlation
from bot.redaction import Redactor
from tests.security.private import PRIVATE, after, around

SECRET = "s3cr3t-of-the-shop/with+signs="


def gone(what: str, kind: str, shown: str) -> bool:
    """Whether nobody can read the private text out of what is shown; digits are sought without their separators."""
    if kind == "mail":
        return what.lower() not in shown.lower()
    return what not in re.sub(r"\D", "", shown)


def private() -> st.SearchStrategy[tuple[str, str, str]]:
    """Kind, the bare text, and how it is written."""
    return st.one_of(
        [st.tuples(st.just(kind), pair).map(lambda one: (one[0], *one[1])) for kind, pair in PRIVATE.items()]
    )


@settings(max_examples=600)
@given(private(), around, after)
def test_no_private_text_is_left_in_a_line(found: tuple[str, str, str], before: str, behind: str) -> None:
    kind, what, written = found
    shown = Redactor().text(f"{before}{written}{behind}")
    assert gone(what, kind, shown), shown


@settings(max_examples=300)
@given(private(), st.sampled_from(["text", "message", "description", "detail", "observações", "0"]), st.integers(0, 4))
def test_no_private_text_is_left_in_a_record(found: tuple[str, str, str], name: str, depth: int) -> None:
    kind, what, written = found
    body: object = {name: f"anota aí: {written}", "n": 1}
    for level in range(depth):
        body = [body] if level % 2 else {"data": body}
    assert gone(what, kind, Redactor().body(body))
    assert gone(what, kind, Redactor().body(json.dumps(body).encode()))


NAMED = (
    "name fullName senderName chatName pushName profileName street logradouro address number addressNumber "
    "location_number complement complemento district province bairro cep postal_code postalCode phone phones "
    "mobilePhone phone_number from_phone to participantPhone connectedPhone senderPhoto photo vcard email cpfCnpj "
    "document company_document state_register"
)
OPENING = (
    "access_token refresh_token client_secret Authorization token apikey apiKey api_key authToken Client-Token "
    "password secret encodedImage"
)


@pytest.mark.parametrize("name", [*NAMED.split(), *OPENING.split()])
def test_what_a_field_s_name_tells_is_hidden(name: str) -> None:
    for value in ("Marina de Souza", "Rua das Palmeiras, 210", "abc"):
        for body in ({name: value}, {"customer": {name: [value]}}, [{"header": [{name: value}]}]):
            assert value not in Redactor().body(body), body


@given(st.text(alphabet="abcDEF123-_", min_size=6, max_size=40), around, after)
def test_a_secret_is_hidden_wherever_it_stands(secret: str, before: str, behind: str) -> None:
    redactor = Redactor([secret])
    assert secret not in redactor.text(f"{before}{secret}{behind}").replace("•••", "")
    for body in ({"x": f"{before}{secret}{behind}"}, [[secret]], {"a": {"b": secret}}):
        assert secret not in redactor.body(body).replace("•••", "")


@pytest.mark.parametrize("behind", ["", "x" * 100])
def test_a_secret_that_is_told_later_is_hidden_in_names_too(behind: str) -> None:
    """What names look like is remembered."""
    redactor, body = Redactor(), {SECRET + behind: "1"}
    assert SECRET in redactor.body(body)
    redactor.hide(SECRET)
    assert SECRET not in redactor.body(body)


def test_a_secret_is_hidden_in_the_forms_that_addresses_give_it() -> None:
    redactor = Redactor([SECRET])
    quoted = "s3cr3t-of-the-shop%2Fwith%2Bsigns%3D"
    assert quoted not in redactor.text(f"GET /webhooks/zapi/{quoted} failed")
    assert "c2VjcmV0" not in Redactor(["c2VjcmV0IQ=="]).text("Basic c2VjcmV0IQ==")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where the process's log goes, set up as in production."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", "json", Redactor([SECRET]))
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("kind", PRIVATE)
def test_the_log_hides_it_in_every_place_of_a_line(written: io.StringIO, kind: str) -> None:
    log = logging.getLogger("bot.somewhere")

    @settings(max_examples=60)
    @given(PRIVATE[kind])
    def lines(found: tuple[str, str]) -> None:
        what, text = found
        written.seek(0)
        written.truncate()
        log.warning("a text: %s", text)
        log.error("an object: %s", {"who": text, "more": [text]})
        log.info("structured", extra={"who": text})
        correlation.set("")
        try:
            raise ValueError(f"cannot read {text} ({SECRET})")
        except ValueError:
            log.exception("it failed for %s", text)
        shown = written.getvalue()
        assert gone(what, kind, shown), shown
        assert SECRET not in shown
        assert all(json.loads(line)["event"] for line in shown.splitlines())

    lines()


def test_a_line_says_when_who_how_bad_and_what_it_belongs_to(written: io.StringIO) -> None:
    token = correlation.set("event/7")
    logging.getLogger("bot.engine").error("command %s failed", "c/1")
    correlation.reset(token)
    line = json.loads(written.getvalue())
    assert {"timestamp", "logger", "level", "event", "correlation"} <= set(line)
    assert (line["logger"], line["level"], line["event"], line["correlation"]) == (
        "bot.engine",
        "error",
        "command c/1 failed",
        "event/7",
    )
