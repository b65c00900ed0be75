"""A real Chromium, and a bench to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.support_page import Bench, bench

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def table() -> AsyncIterator[Bench]:
    async with bench() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("no chromium on this machine (install it, or name it in CHROMIUM)")
    assert CHROMIUM, "CI needs a chromium"
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, table: Bench) -> AsyncIterator[Open]:
    """Opens the page of the bench; whatever its console complains of fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        # That a mail's script does not run is what its cage is for.
        if message.type == "error" and not message.text.startswith("Blocked script execution"):
            complaints.append(message.text)

    async def open_one(width: int = 1440, height: int = 900, *, dark: bool = False, still: bool = True) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            locale="pt-BR",
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{table.base}/sandbox")
        await page.locator(".link.on").wait_for(state="attached")
        await page.locator("#pane-buyer .hello").wait_for(state="attached")
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert complaints == []
