"""A whole sale by clicking in the two-phone page, with the real bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import unused_port
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.cli.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    shop = Demo(unused_port(), f"sqlite+aiosqlite:///{tmp_path}/demo.db")
    await shop.start()
    yield shop
    await shop.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, demo: Demo) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="pt-BR", reduced_motion="reduce"
    )
    opened = await context.new_page()
    opened.set_default_timeout(LONG)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(f"{demo.base}/sandbox")
    await opened.locator(".link.on").wait_for(state="attached")
    yield opened
    await context.close()
    assert complaints == []


def phone(page: Page, role: str) -> Callable[[str], Awaitable[None]]:
    field = page.locator(f"#pane-{role} .field")

    async def say(text: str) -> None:
        await field.fill(text)
        await field.press("Enter")

    return say


async def test_a_part_is_bought_by_clicking(demo: Demo, page: Page) -> None:
    buyer, seller = page.locator("#pane-buyer"), page.locator("#pane-seller")
    say = phone(page, "buyer")

    async def hears(role: str, text: str) -> None:
        await expect(page.locator(f"#pane-{role} .msg", has_text=text).last).to_be_visible(timeout=LONG)

    await buyer.get_by_role("button", name="qto fica o farol do corolla 2015 pro 80010-000?").click()
    await hears("buyer", "Curitiba/PR")
    await say("sim")
    await hears("buyer", "Opções de entrega")
    await buyer.get_by_role("button", name="1 Jadlog").click()
    await hears("buyer", "Como prefere pagar?")
    await say("pix")
    await hears("buyer", "CPF ou CNPJ")
    await say("529.982.247-25")
    await hears("buyer", "nome completo")
    await say("Marina Souza, 210 apto 31")
    await expect(buyer.locator(".code").last).to_contain_text("000201", timeout=LONG)
    await expect(buyer.locator(".msg img").last).to_be_visible()
    await page.get_by_role("button", name="Pagar").first.click()
    await hears("buyer", "Pagamento confirmado")
    await hears("seller", "Ainda tem a peça?")
    await seller.get_by_role("button", name="1 Sim").click()
    await hears("seller", "etiqueta")
    await seller.get_by_role("button", name="postei 1001").click()  # the suggestion names the order in question
    await hears("seller", "Marquei")
    await page.get_by_role("button", name="Bipar na agência").first.click()
    await hears("buyer", "postado")
    await page.get_by_role("button", name="Entregar").first.click()
    await hears("buyer", "entregue")
    await expect(page.get_by_text("resultado").first).to_be_visible()
    fading = {"rules": {"color-contrast": {"enabled": False}}}  # new lines of the record are still lit up
    found = await Axe().run(page, options=fading)
    assert found.violations_count == 0, found.generate_report()
    failed = [m for m in demo.sandbox.zapi.chat("5511988880001") if m.status == "failed"]
    assert failed == []
