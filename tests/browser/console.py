"""The console in a real browser: the house, the way in, what is checked of every page, and which test does what.

Every route has a line here. :data:`PAGES` are looked at one by one, wide and narrow; :data:`ELSEWHERE` names the test
that goes there, and that test fails if it does not (see ``page``).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Request, expect
from yarl import URL

from tests.e2e.house import House

PASSWORD = "uma senha bem comprida"
PICTURES = os.environ.get("SCREENSHOTS", "")
"""A folder to keep pictures in, for people to look at."""

PAGES = {
    "": "",
    "/whatsapp": "/whatsapp",
    "/busca": "/busca?q=marina",
    "/pedidos": "/pedidos",
    "/pedidos/{order}": "/pedidos/{order}",
    "/conversas": "/conversas",
    "/avisos": "/avisos",
    "/respostas": "/respostas",
    "/pessoas/{person}": "/pessoas/{person}",
    "/funil": "/funil",
    "/mal-entendidas": "/mal-entendidas",
    "/eventos": "/eventos",
    "/eventos/{id}": "/eventos/1",
    "/comandos": "/comandos",
    "/comandos/{id}": "/comandos/1",
    "/fio/{root}": "/fio/{root}",
    "/chamadas": "/chamadas",
    "/chamadas/{id}": "/chamadas/1",
    "/diferencas": "/diferencas",
    "/differences": "/differences",
    "/vendedores": "/vendedores",
    "/vendedores/{seller}": "/vendedores/s1177770001",
    "/pecas": "/pecas",
    "/esperas": "/esperas",
    "/pecas/{listing}": "/pecas/501",
    "/ajustes": "/ajustes",
    "/contas": "/contas",
    "/auditoria": "/auditoria",
    "/senha": "/senha",
    "/entrar": "/entrar",
    "/esqueci": "/esqueci",
}
"""Each page's route, and where it is looked at."""

ELSEWHERE = {
    "GET /pessoas/{person}/dados.json": "test_somebodys_data_are_copied_and_ended",
    "GET /mal-entendidas/{id}.csv": "test_what_nobody_understood_becomes_a_test_case",
    "GET /senha/{token}": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /entrar": "test_two_in_the_morning",
    "POST /sair": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /senha": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /senha/{token}": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /esqueci": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /contas": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /contas/convidar": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /contas/{name}/fechar": "test_a_colleague_is_invited_forgets_and_leaves",
    "POST /whatsapp/parear": "test_the_number_is_paired_again",
    "POST /diferencas": "test_the_books_are_compared",
    "POST /respostas": "test_a_chat_is_taken_over_and_handed_back",
    "POST /respostas/{number}/apagar": "test_a_chat_is_taken_over_and_handed_back",
    "POST /pessoas/{person}/mensagem": "test_a_chat_is_taken_over_and_handed_back",
    "POST /pessoas/{person}/nota": "test_a_chat_is_taken_over_and_handed_back",
    "POST /pessoas/{person}/devolver": "test_a_chat_is_taken_over_and_handed_back",
    "POST /pessoas/{person}/esquecer": "test_somebodys_data_are_copied_and_ended",
    "POST /vendedores/convidar": "test_a_shop_is_kept",
    "POST /vendedores/{seller}": "test_a_shop_is_kept",
    "POST /pecas/{listing}": "test_a_shop_is_kept",
    "POST /eventos/repetir": "test_the_record_is_watched_live_and_put_back_to_work",
    "POST /comandos/agora": "test_what_waits_for_a_provider_is_hurried",
    "POST /pedidos/{order}/nota": "test_two_in_the_morning",
    "POST /pedidos/{order}/reenviar": "test_an_order_is_mended",
    "POST /pedidos/{order}/aceitar": "test_two_in_the_morning",
    "POST /pedidos/{order}/codigo": "test_an_order_is_mended",
    "POST /pedidos/{order}/devolver": "test_an_order_is_mended",
    "POST /pedidos/{order}/cancelar": "test_an_order_is_mended",
    "POST /pedidos/{order}/pagamento": "test_marks_are_set_and_taken_back",
    "POST /pedidos/{order}/etiqueta": "test_marks_are_set_and_taken_back",
    "POST /pedidos/{order}/postado": "test_marks_are_set_and_taken_back",
    "POST /pedidos/{order}/nao-postado": "test_marks_are_set_and_taken_back",
    "POST /pedidos/{order}/recusar": "test_a_part_that_is_not_there",
    "POST /pedidos/{order}/contestar": "test_a_chargeback_is_contested",
    "POST /pedidos/{order}/provas": "test_a_chargeback_is_contested",
    "POST /pedidos/{order}/provas/{id}/apagar": "test_a_chargeback_is_contested",
    "POST /pedidos/{order}/nao-contestar": "test_a_chargeback_is_contested",
    "POST /pedidos/{order}/repasse": "test_a_share_is_sent_by_hand_and_comes_back",
    "POST /pedidos/{order}/repasse-devolvido": "test_a_share_is_sent_by_hand_and_comes_back",
    "POST /pedidos/{order}/conciliacao": "test_marks_are_set_and_taken_back",
    "POST /pedidos/{order}/abrir-devolucao": "test_a_part_goes_back",
    "POST /pedidos/{order}/aceitar-devolucao": "test_a_late_claim_is_refused_and_accepted",
    "POST /pedidos/{order}/recusar-devolucao": "test_a_late_claim_is_refused_and_accepted",
    "POST /pedidos/{order}/peca-voltou": "test_a_part_goes_back",
}


def routes(house: House) -> set[str]:
    """All there are, as ``GET /pedidos/{order}``."""
    assert house.bot is not None
    resources = {(r.method, r.resource.canonical) for r in _app(house).router.routes() if r.resource is not None}
    ours = {(method, path.removeprefix("/console")) for method, path in resources if path.startswith("/console")}
    return {f"{method} {path}" for method, path in ours if method != "HEAD" and path not in (".css", ".js")}


def _app(house: House) -> web.Application:
    assert house._bot_runner is not None
    return house._bot_runner.app


async def route_of(house: House, request: tuple[str, str]) -> str:
    """The route that a request of the browser came to."""
    method, url = request
    found = await _app(house).router.resolve(make_mocked_request(method, URL(url).raw_path))
    resource = found.route.resource
    return f"{method} {resource.canonical.removeprefix('/console')}" if resource is not None else ""


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path, CONSOLE_PASSWORD=PASSWORD)
    await built.open()
    yield built
    await built.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, house: House, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser that complains of nothing, and goes wherever :data:`ELSEWHERE` says that this test does."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="pt-BR")
    opened = await context.new_page()
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    been: list[tuple[str, str]] = []

    def note(made: Request) -> None:
        been.append((made.method, made.url))

    opened.on("request", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    await context.close()
    assert complaints == []
    promised = {route for route, test in ELSEWHERE.items() if test == request.function.__name__}
    visited = {await route_of(house, one) for one in been if one[1].startswith(house.bot_base)}
    assert promised <= visited, promised - visited


async def enter(page: Page, house: House, name: str = "owner", password: str = PASSWORD) -> None:
    await page.goto(f"{house.bot_base}/console")
    await page.get_by_label("Nome").fill(name)
    await page.get_by_label("Senha").fill(password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hoje")).to_be_visible()


async def see(page: Page, house: House, number: int) -> None:
    """An order's page."""
    await page.goto(f"{house.bot_base}/console/pedidos/{number}")
    await expect(page.get_by_role("heading", name=f"Pedido #{number}")).to_be_visible()


async def check(page: Page, name: str) -> None:
    """No barrier that axe knows of, nothing wider than the screen; and a picture, where one is wanted."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/console-{name}.png", full_page=True)


async def do(page: Page, label: str, why: str = "", **fields: str) -> None:
    """Open an act of the order page, fill it in and confirm it, by keyboard alone."""
    summary = page.locator("summary").get_by_text(label, exact=True)
    await summary.focus()
    await page.keyboard.press("Enter")
    form = page.locator("details", has=summary)
    for name, value in fields.items():
        field = form.get_by_label(name)
        choice = await field.evaluate("field => field.tagName") == "SELECT"
        await (field.select_option(value) if choice else field.fill(value))
    if why:
        await form.get_by_label("Por quê").fill(why)
    await form.get_by_role("button", name="Confirmar").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Pedido anotado")
