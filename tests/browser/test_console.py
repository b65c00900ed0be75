"""The console in a real browser: every page of a shop in which a sale has happened, acts, narrow screen, keyboard."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.e2e.house import BUYER, House
from tests.e2e.stories import order_by_pix, pay

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "uma senha bem comprida"
PICTURES = os.environ.get("SCREENSHOTS", "")
"""A folder to keep pictures in, for people to look at."""
LISTS = [
    "", "/whatsapp", "/pedidos", "/conversas", "/avisos", "/respostas", "/funil", "/mal-entendidas", "/eventos",
    "/eventos/1", "/comandos", "/comandos/1", "/chamadas", "/chamadas/1", "/vendedores", "/vendedores/s1177770001",
    "/pecas", "/pecas/501", "/ajustes", "/contas", "/auditoria", "/senha", "/busca?q=marina", "/busca?q=xyz",
]  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path, CONSOLE_PASSWORD=PASSWORD)
    await built.open()
    yield built
    await built.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, house: House) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="pt-BR")
    opened = await context.new_page()
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    await context.close()
    assert complaints == []


async def enter(page: Page, house: House) -> None:
    await page.goto(f"{house.bot_base}/console")
    await page.get_by_label("Nome").fill("owner")
    await page.get_by_label("Senha").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hoje")).to_be_visible()


async def check(page: Page, name: str) -> None:
    """No barrier that axe knows of, nothing wider than the screen; and a picture, where one is wanted."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/console-{name}.png", full_page=True)


async def do(page: Page, label: str, why: str = "", **fields: str) -> None:
    """Open an act of the order page, fill it in and confirm it, by keyboard alone."""
    summary = page.locator("summary", has_text=label)
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


async def test_two_in_the_morning(house: House, page: Page) -> None:
    """What happened to that order, and who did it? Found by number, read on one page, mended, and on record."""
    number = await order_by_pix(house)
    await pay(house, number)
    await enter(page, house)
    await check(page, "overview")
    await page.get_by_role("searchbox").fill(str(number))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=f"Pedido #{number}")).to_be_visible()
    await check(page, "order")
    await expect(page.locator(".timeline")).to_contain_text("Criar cobrança")

    await do(page, "Aceitar pelo vendedor", why="ligou dizendo que tem a peça")
    await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-s1"))
    await page.reload()
    await expect(page.locator(".timeline")).to_contain_text("owner: aceitou a venda")
    await expect(page.locator(".timeline")).to_contain_text("ligou dizendo que tem a peça")

    await page.get_by_role("link", name="Criar cobrança").click()
    await expect(page.get_by_role("heading", name="Criar cobrança")).to_be_visible()
    await page.locator("ul.plain a").first.click()
    await expect(page.get_by_role("heading", name="Resposta")).to_be_visible()
    await check(page, "call")
    await expect(page.locator("main")).not_to_contain_text(house.config.asaas_api_key)

    await page.goto(f"{house.bot_base}/console/auditoria")
    await expect(page.locator("table")).to_contain_text(f"order:{number}")
    await check(page, "audit")


async def test_an_order_is_mended(house: House, page: Page) -> None:
    """A code again, a part of the money back, a mark, and the end: each asked for, told why, done and on record."""
    number = await order_by_pix(house)
    house.sandbox.whatsapp.skip(BUYER)
    await enter(page, house)
    await page.goto(f"{house.bot_base}/console/pedidos/{number}")
    await page.get_by_text("Avisos enviados").click()
    await check(page, "order-open")
    await page.get_by_role("button", name="Reenviar aviso: código de pagamento").click()
    await house.hears(BUYER, "000201")
    await do(page, "Novo código de pagamento", why="o comprador quer boleto", Como="boleto")
    await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{number}-a2"))
    (boleto,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a2")
    assert boleto["billingType"] == "BOLETO"
    await do(page, "Novo código de pagamento", why="mudou de ideia", Como="pix")
    (pix,) = await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{number}-a3"))
    await house.sandbox.asaas.pay(pix["id"])
    await house.hears(BUYER, "confirmado")

    await page.reload()
    await do(page, "Devolver dinheiro", why="riscada", **{"Quanto, em reais (vazio: tudo)": "12,50"})
    await house.hears(BUYER, "12,50")
    await page.reload()
    await expect(page.locator("main")).to_contain_text("devolvido R$ 12,50")
    await do(page, "Cancelar o pedido", why="o comprador desistiu")
    await house.until(lambda: house.sandbox.asaas.charges[pix["id"]].status == "REFUNDED")
    await house.quiet()
    await page.reload()
    await expect(page.get_by_role("heading", name=f"Pedido #{number}")).to_contain_text("cancelado")
    for line in ("riscada", "o comprador desistiu", "o comprador quer boleto"):
        await expect(page.locator(".timeline")).to_contain_text(line)
    await check(page, "order-cancelled")


async def test_a_chat_is_taken_over_and_handed_back(house: House, page: Page) -> None:
    await house.say(BUYER, "quero falar com um atendente, a peça veio <b>riscada</b>")
    await house.hears(BUYER, "Já estou chamando")
    await enter(page, house)
    await page.get_by_role("link", name="Conversas", exact=True).click()
    await check(page, "inbox")
    await page.locator("tbody a").first.click()
    await expect(page.locator(".chat")).to_contain_text("<b>riscada</b>")
    await check(page, "chat")

    await page.get_by_label("Responder pelo WhatsApp").fill("Oi! Aqui é a Ana, da equipe.")
    await page.get_by_role("button", name="Enviar").click()
    await house.hears(BUYER, "Aqui é a Ana")
    await house.say(BUYER, "oi Ana, e o frete?")
    await house.quiet()
    assert "Ana" in house.sandbox.zapi.chat(BUYER)[-2].text  # the bot is silent

    await page.reload()
    await page.get_by_role("button", name="Resolvido: devolver ao robô").click()
    await house.hears(BUYER, "resolv")
    await expect(page.locator("main")).to_contain_text("Ninguém espera")


@pytest.mark.parametrize(("wide", "colours"), [(375, "light"), (1280, "dark")])
async def test_every_page_is_open_to_all(
    house: House, page: Page, wide: int, colours: Literal["light", "dark"]
) -> None:
    await page.set_viewport_size({"width": wide, "height": 800})
    await page.emulate_media(color_scheme=colours)
    await house.say(BUYER, "oi")
    await house.hears(BUYER, "1")
    await enter(page, house)
    for path in LISTS:
        answer = await page.goto(f"{house.bot_base}/console{path}")
        assert answer is not None
        assert answer.ok, path
        await check(page, f"{wide}{re.sub('[/?=]', '-', path)}")


async def test_the_record_is_watched_live_and_put_back_to_work(house: House, page: Page) -> None:
    """New rows come by themselves, what is ticked stays ticked for the form, and many go back to work at once."""
    await house.say(BUYER, "oi")
    await house.hears(BUYER, "1")
    await enter(page, house)
    await page.get_by_role("link", name="Eventos", exact=True).click()
    await page.get_by_role("link", name="Ao vivo").click()
    await expect(page.locator("[data-live-state]")).to_have_text("ao vivo")
    before = await page.locator("tbody tr").count()
    await house.say(BUYER, "menu")
    await expect(page.locator("tbody tr")).not_to_have_count(before)
    await check(page, "events-live")
    await page.get_by_role("link", name="Parar ao vivo").click()

    await page.get_by_label("Tipo").select_option("message.received")
    await page.get_by_role("button", name="Filtrar").click()
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.get_by_label("Marcar todos").check()
    await page.locator("summary", has_text="Repetir eventos").click()
    await check(page, "events-replay")
    await page.get_by_label("Por quê").fill("um teste")
    await page.get_by_role("button", name="Repetir os marcados").click()
    await expect(page.get_by_role("status").first).to_contain_text("De volta à fila")
    await house.quiet()
    assert len([m for m in house.sandbox.zapi.chat(BUYER) if m.from_bot]) == 2, "nothing is said twice"


async def test_a_reply_being_written_outlives_the_news(house: House, page: Page) -> None:
    await house.say(BUYER, "quero falar com um atendente")
    await house.hears(BUYER, "Já estou chamando")
    await enter(page, house)
    await page.get_by_role("link", name="Conversas", exact=True).click()
    await page.locator("tbody a").first.click()
    await page.get_by_role("link", name="Ao vivo").click()
    await page.get_by_label("Responder pelo WhatsApp").fill("Estou escrevendo")
    await house.say(BUYER, "alguém aí?")
    await expect(page.locator(".chat")).to_contain_text("alguém aí?")
    await expect(page.get_by_label("Responder pelo WhatsApp")).to_have_value("Estou escrevendo")


async def test_what_nobody_understood_becomes_a_test_case(house: House, page: Page) -> None:
    await house.say(BUYER, "xyzzy plugh qwerty")
    await house.hears(BUYER, "Não")
    await house.say(BUYER, "qto fica o farol do corolla 2015?")
    await house.hears(BUYER, "CEP")
    await enter(page, house)
    await page.get_by_role("link", name="Funil", exact=True).click()
    await expect(page.get_by_role("heading", name="A sua compra")).to_be_visible()
    await check(page, "funnel")
    await page.get_by_role("link", name="Mensagens não entendidas").click()
    await expect(page.locator("tbody")).to_contain_text("xyzzy plugh qwerty")
    await check(page, "misheard")
    await page.get_by_label("O que queria").select_option("track_order")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Baixar caso").click()
    path = Path(await (await waiting.value).path())
    assert await asyncio.to_thread(path.read_text) == "xyzzy plugh qwerty,track_order,{},aside\n"


async def test_the_number_is_paired_again(house: House, page: Page) -> None:
    await house.sandbox.zapi.set_connected(False)
    await enter(page, house)
    await expect(page.locator("main")).to_contain_text("desconectado")
    await page.get_by_role("link", name="Número e pareamento").click()
    await page.get_by_role("button", name="Mostrar um código novo").click()
    code = page.get_by_role("img", name="Código QR")
    await expect(code).to_be_visible()
    assert await code.evaluate("picture => picture.complete && picture.naturalWidth > 100")
    await check(page, "whatsapp")
    await house.sandbox.zapi.set_connected(True)
    await expect(page.locator("main")).to_contain_text("conectado")
    await expect(page.locator("main")).not_to_contain_text("desconectado")


async def test_a_shop_is_kept(house: House, page: Page) -> None:
    """Somebody is invited; a part gets another price and its shop a pause, and buyers see both."""
    await enter(page, house)
    await page.get_by_role("link", name="Vendedores", exact=True).click()
    await page.get_by_label("Para quem").fill("Zé do desmanche")
    await page.get_by_role("button", name="Convidar").click()
    await expect(page.locator("main")).to_contain_text("LOJA-")
    await check(page, "sellers")

    await page.get_by_role("link", name="Auto Peças Silva").click()
    await page.get_by_role("row").filter(has_text="Farol dianteiro direito").get_by_role("link").click()
    await page.get_by_label("Preço").fill("450,00")
    await page.get_by_label("Por quê").fill("o vendedor ligou")
    await check(page, "part")
    await page.get_by_role("button", name="Confirmar: guardar a peça").click()
    await expect(page.get_by_role("status")).to_contain_text("Guardado")
    await house.say(BUYER, "farol direito do corolla 2015")
    await house.hears(BUYER, "450,00")

    await page.get_by_role("link", name="Auto Peças Silva").click()
    await page.get_by_text("Mudar ou pausar a loja").click()
    await page.get_by_label("Loja ativa").uncheck()
    await page.get_by_label("Por quê").fill("férias")
    await check(page, "shop")
    await page.get_by_role("button", name="Confirmar: guardar a loja").click()
    await expect(page.locator("h1")).to_contain_text("pausada")


async def test_somebodys_data_are_copied_and_ended(house: House, page: Page) -> None:
    await house.say(BUYER, "oi, aqui é a Marina")
    await house.hears(BUYER, "1")
    await enter(page, house)
    await page.get_by_role("searchbox").fill(BUYER)
    await page.keyboard.press("Enter")
    await page.locator("main").get_by_role("link", name="Marina").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Baixar tudo o que se sabe").click()
    path = Path(await (await waiting.value).path())
    assert "aqui é a Marina" in await asyncio.to_thread(path.read_text)
    await page.get_by_text("Apagar os dados", exact=True).click()
    await check(page, "personal")
    await page.get_by_label("Por quê").fill("pediu por carta")
    await page.get_by_label("Escreva “apagar”").fill("apagar")
    await page.get_by_role("button", name="Confirmar: apagar os dados").click()
    await expect(page.get_by_role("status")).to_contain_text("Pedido anotado")
    await house.hears(BUYER, "apag")
    await house.quiet()
    await page.goto(f"{house.bot_base}/console/busca?q={BUYER}")
    await expect(page.locator("main")).to_contain_text("Nada com")
