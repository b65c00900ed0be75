"""The owner allows the application: link, provider, call-back, tokens in the vault. Real stand-in, store and vault."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from yarl import URL

from bot.domain.shop import Rules
from bot.integrations.http import Http
from bot.integrations.melhor_envio import Tokens, authorize_url
from bot.pages import oauth
from bot.pages.tickets import Tickets
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.store import SqlStore
from bot.storage.tokens import TokenVault
from tests.conftest import TestClock
from tests.support import make_http
from tests.support_melhor_envio import CLIENT_ID, SECRET, Stand, standing

KEY = "a secret key of more than thirty-two characters"


@dataclass
class Desk:
    base: str
    tickets: Tickets
    stand: Stand
    tokens: Tokens
    browser: aiohttp.ClientSession

    def link(self) -> str:
        return oauth.one_time_link(self.base, "melhor-envio", self.tickets)

    async def get(self, url: str, **options: object) -> tuple[int, str, str]:
        """Status, where it leads, and what it says."""
        async with self.browser.get(URL(url, encoded=True), allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def allowed(self, link: str) -> str:
        """The address that the provider sends the browser back to."""
        _, page, _ = await self.get(link)
        status, back, _ = await self.get(page)
        assert status == 302
        return back


@pytest.fixture
async def desk(database: Database, clock: TestClock) -> AsyncIterator[Desk]:
    http, tickets, store = make_http(clock=clock), Tickets(KEY, clock), SqlStore(database, Rules())
    base = f"http://127.0.0.1:{(port := unused_port())}"
    async with standing() as stand:
        stand.world.clock = clock
        tokens = make_tokens(http, stand, TokenVault(database, KEY, clock))
        authorisation = oauth.Authorisation(
            "melhor-envio",
            "Melhor Envio",
            ask=lambda back, state: authorize_url(stand.base, client_id=CLIENT_ID, redirect_uri=back, state=state),
            exchange=tokens.exchange,
        )
        app = web.Application()
        put = lambda incoming: store.accept(incoming, clock())  # noqa: E731
        app.add_routes(oauth.routes(authorisation, tickets, put, public_url=base, platform="AutoPars"))
        jar = aiohttp.CookieJar(unsafe=True)  # an IP address is a host too
        async with TestServer(app, port=port), aiohttp.ClientSession(cookie_jar=jar) as browser:
            yield Desk(base, tickets, stand, tokens, browser)
    await http.close()


def make_tokens(http: Http, stand: Stand, vault: TokenVault) -> Tokens:
    return Tokens(
        http,
        base_url=stand.base,
        access_token="",
        client_id=CLIENT_ID,
        client_secret=SECRET,
        vault=vault,
    )


async def test_the_owner_says_yes_and_the_tokens_are_kept(desk: Desk, database: Database, clock: TestClock) -> None:
    back = await desk.allowed(desk.link())
    assert back.startswith(f"{desk.base}/oauth/melhor-envio/callback?")
    status, _, text = await desk.get(back)
    assert (status, "Conectado" in text) == (200, True)
    token = await desk.tokens.access()
    assert desk.stand.sandbox.oauth.knows(f"Bearer {token}")
    assert token not in text
    other_http = make_http(clock=clock)
    other = make_tokens(other_http, desk.stand, TokenVault(database, KEY, clock))
    assert await other.access() == token  # another process, without a token of its own
    await other_http.close()


async def test_a_wrong_token_that_was_tried_costs_nothing(database: Database, clock: TestClock) -> None:
    vault = TokenVault(database, KEY, clock)
    await vault.save("melhor-envio", "", {"access": "authorised"})
    assert await vault.load("melhor-envio", "pasted by mistake") is None  # a changed value wins
    await vault.save("melhor-envio", "pasted by mistake", {"access": "renewed"})
    assert await vault.load("melhor-envio", "") == {"access": "authorised"}


async def test_what_a_release_before_kept_is_found(database: Database, clock: TestClock) -> None:
    vault = TokenVault(database, KEY, clock)
    await vault.save("melhor-envio", "seed", {"access": "old"})
    async with database.write() as connection:
        await connection.execute(sa.delete(t.tokens).where(t.tokens.c.name != "melhor-envio"))
    assert await vault.load("melhor-envio", "seed") == {"access": "old"}
    assert await vault.load("melhor-envio", "another") is None
    clock.jump(timedelta(minutes=1))
    await vault.save("melhor-envio", "seed", {"access": "new"})
    assert await vault.load("melhor-envio", "seed") == {"access": "new"}


async def test_link_and_answer_count_once(desk: Desk) -> None:
    link = desk.link()
    back = await desk.allowed(link)
    assert (await desk.get(link))[0] == 403
    assert (await desk.get(back))[0] == 200
    assert (await desk.get(back))[0] == 403


async def test_a_preview_of_the_link_does_not_use_it_up(desk: Desk) -> None:
    link = desk.link()
    async with desk.browser.head(link) as answer:
        assert answer.status == 405
    assert (await desk.get(link))[0] == 302


async def test_a_link_runs_out(desk: Desk, clock: TestClock) -> None:
    link = desk.link()
    clock.jump(timedelta(minutes=15))
    assert (await desk.get(link))[0] == 403


@pytest.mark.parametrize("ticket", ["", "x", "1.2.3", "..", "99999999999.abc.def", "%FF.%FF.%FF", "%C3%A9.1.%C3%A9"])
async def test_made_up_tickets_open_nothing(desk: Desk, ticket: str) -> None:
    assert (await desk.get(f"{desk.base}/oauth/melhor-envio?ticket={ticket}"))[0] == 403
    assert (await desk.get(f"{desk.base}/oauth/melhor-envio/callback?code=c&state={ticket}"))[0] == 403


async def test_a_link_is_no_state_and_another_key_signs_nothing(desk: Desk, clock: TestClock) -> None:
    ticket = desk.tickets.issue("link/melhor-envio", timedelta(minutes=5))
    assert desk.tickets.number("state/melhor-envio", ticket) is None
    assert Tickets(KEY + "!", clock).number("link/melhor-envio", ticket) is None


async def test_another_browser_cannot_bring_its_own_code(desk: Desk) -> None:
    back = await desk.allowed(desk.link())
    desk.browser.cookie_jar.clear()
    assert (await desk.get(back))[0] == 403


async def test_an_owner_who_says_no(desk: Desk) -> None:
    back = URL(await desk.allowed(desk.link()))
    refused = back.with_query({"error": "access_denied", "state": back.query["state"]})
    status, _, text = await desk.get(str(refused))
    assert (status, "Não foi autorizado" in text) == (400, True)


async def test_a_code_that_is_refused_tells_what_to_look_at(desk: Desk) -> None:
    back = URL(await desk.allowed(desk.link()))
    status, _, text = await desk.get(str(back.update_query(code="another")))
    assert status == 502
    assert f"{desk.base}/oauth/melhor-envio/callback" in text


async def test_a_provider_that_is_down_asks_for_a_new_start(desk: Desk) -> None:
    back = await desk.allowed(desk.link())
    desk.stand.world.faults["melhor_envio"].mode = "garbage"
    status, _, text = await desk.get(back)
    assert (status, "autopars melhor-envio connect" in text) == (502, True)


async def test_pages_are_kept_by_nobody(desk: Desk) -> None:
    async with desk.browser.get(f"{desk.base}/oauth/melhor-envio?ticket=x") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
