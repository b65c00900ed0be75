"""The pages that messages link to, over sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import importing
from bot.domain.catalogue import Photo, Product
from bot.domain.shop import Rules
from bot.pages import routes as pages
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.writes import put_product
from sandbox.config import SAMPLE_SHOP
from tests.conftest import TestClock

EVIL = """<img src=x onerror=alert(1)> "Farol" & 'Cia' {{ 7 * 7 }}"""


@pytest.fixture
async def server(database: Database, clock: TestClock) -> AsyncIterator[TestServer]:
    await importing.load(database, Rules(), importing.read(SAMPLE_SHOP), clock())
    app = web.Application()
    app.add_routes(pages.routes(database, Rules(platform_name="AutoPars <b>&</b> Cia")))
    started = TestServer(app)
    await started.start_server()
    yield started
    await started.close()


async def get(server: TestServer, path: str) -> tuple[int, str, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(server.make_url(path)) as answer:
        return answer.status, await answer.text(), dict(answer.headers.items())


async def change(database: Database, listing: int, **changes: object) -> None:
    def work(connection: sa.Connection) -> None:
        product = SqlShop(connection, Rules()).product(listing)
        assert isinstance(product, Product)
        put_product(connection, product.but(**changes))

    async with database.write() as connection:
        await connection.run_sync(work)


@pytest.mark.parametrize("path", ["/p/501", "/p/999999999", "/privacidade"])
async def test_every_page_is_safe_html(server: TestServer, path: str) -> None:
    status, text, headers = await get(server, path)
    assert status == (404 if "999" in path else 200)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert '<html lang="pt-BR">' in text
    assert "AutoPars &lt;b&gt;&amp;&lt;/b&gt; Cia" in text
    assert "<script" not in text


async def test_a_part(server: TestServer) -> None:
    _, text, _ = await get(server, "/p/501")
    for part in ("<h1>Farol dianteiro direito Corolla 2015</h1>", "R$ 480,00", "Usada", "2 em estoque", "anúncio 501"):
        assert part in text
    assert "<li>Corolla 2016</li>" in text
    assert "<img" not in text


async def test_stored_markup_is_shown_not_obeyed(server: TestServer, database: Database) -> None:
    photo = Photo(id="1", url='https://imagedelivery.net/a"onload="alert(1)/public')
    await change(database, 501, title=EVIL, fits=("<svg onload=alert(1)>",), photos=(photo,))
    status, text, _ = await get(server, "/p/501")
    assert status == 200
    assert "<img src=x" not in text
    assert "<svg" not in text
    assert '"onload="' not in text
    assert "&lt;img src=x onerror=alert(1)&gt; &#34;Farol&#34; &amp; &#39;Cia&#39; {{ 7 * 7 }}" in text


async def test_a_photo_without_an_address_is_left_out(server: TestServer, database: Database) -> None:
    there = Photo(id="2", url="https://imagedelivery.net/h/2/public")
    await change(database, 501, photos=(Photo(id="1", url=""), there))
    _, text, _ = await get(server, "/p/501")
    assert text.count("<img") == 1
    assert 'src="https://imagedelivery.net/h/2/public"' in text
    assert "foto 1" in text
    await change(database, 501, photos=(Photo(id="1", url=""),))
    _, text, _ = await get(server, "/p/501")
    assert "<img" not in text
    assert 'class="photos"' not in text


async def test_a_part_that_is_not_for_sale_is_not_found(server: TestServer, database: Database) -> None:
    await change(database, 501, active=False)
    status, text, _ = await get(server, "/p/501")
    assert status == 404
    assert "Farol" not in text
    assert "Não achei esse anúncio" in text


@pytest.mark.parametrize("path", ["/p/", "/p/abc", "/p/-1", "/p/1234567890", "/p/501/x", "/p/501%27"])
async def test_what_is_no_listing_is_not_found(server: TestServer, path: str) -> None:
    assert (await get(server, path))[0] == 404


async def test_no_pieces_left(server: TestServer, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(sa.text("UPDATE products SET stock = 0 WHERE listing = 501"))
    assert "sem estoque no momento" in (await get(server, "/p/501"))[1]


async def test_the_style(server: TestServer) -> None:
    status, text, headers = await get(server, "/pages.css")
    assert status == 200
    assert headers["Content-Type"].startswith("text/css")
    assert "http" not in text


async def test_privacy_names_the_rights(server: TestServer) -> None:
    _, text, _ = await get(server, "/privacidade")
    for part in ("LGPD", "SAIR TUDO", "meus dados", "endereço de entrega"):
        assert part in text
