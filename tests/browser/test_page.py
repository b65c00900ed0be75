"""The two-phone page in a real browser, with a bot that only knows how to answer."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.support_page import MARINA, PIX, SILVA, Bench

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Open = Callable[..., Awaitable[Page]]
Json = dict[str, Any]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def said(body: Json) -> str:
    pressed: str = body.get("buttonsResponseMessage", {}).get("buttonId", "")
    text: str = body.get("text", {}).get("message", "")
    return pressed or text


def menu_bot(body: Json) -> list[Json]:
    text = said(body)
    if text == "1":
        return [{"message": "Pague *R$ 512,40*. O código vem _sozinho_:"}, {"message": PIX}]
    return [{"message": f"Você disse: {text}\n*1* Jadlog · R$ 32,40\n*2* Correios PAC"}]


def bubbles(page: Page, role: str) -> Locator:
    return page.locator(f"#pane-{role} .msg")


async def test_a_message_goes_there_and_the_answer_comes_back(table: Bench, open_page: Open) -> None:
    table.replies = menu_bot
    page = await open_page()
    await page.get_by_label("Mensagem de quem compra").fill("qto fica o *farol*?")
    await page.keyboard.press("Enter")
    await expect(bubbles(page, "buyer")).to_have_count(2)
    mine, theirs = bubbles(page, "buyer").nth(0), bubbles(page, "buyer").nth(1)
    await expect(mine.locator("strong")).to_have_text("farol")
    await expect(mine.locator("[aria-label=lida]")).to_be_visible()  # the bot has answered
    await expect(theirs).to_contain_text("Você disse")
    await expect(theirs.locator("[aria-label=lida]")).to_be_visible()  # the phone lies open
    await expect(bubbles(page, "seller")).to_have_count(0)
    await expect(page.get_by_label("Mensagem de quem compra")).to_have_value("")


async def test_the_seller_has_a_phone_too(table: Bench, open_page: Open) -> None:
    table.replies = menu_bot
    page = await open_page()
    await page.locator("#pane-seller .suggest").first.click()
    await expect(bubbles(page, "seller")).to_have_count(2)
    await expect(bubbles(page, "buyer")).to_have_count(0)
    await page.locator("#pane-seller .owner-select").select_option(label="Casa do Freio")
    await expect(bubbles(page, "seller")).to_have_count(0)
    await page.locator("#pane-seller .owner-select").select_option(label="Auto Peças Silva")
    await expect(bubbles(page, "seller")).to_have_count(2)
    assert len(table.sandbox.zapi.chat(SILVA)) == 2


async def test_a_numbered_menu_can_be_tapped(table: Bench, open_page: Open) -> None:
    table.replies = menu_bot
    page = await open_page()
    await page.locator("#pane-buyer .suggest.next").click()
    await page.get_by_role("button", name="1 Jadlog · R$ 32,40").click()
    await expect(bubbles(page, "buyer")).to_have_count(5)
    await expect(bubbles(page, "buyer").nth(2)).to_contain_text("1")
    await expect(page.locator("#pane-buyer .options")).to_have_count(0)  # answered
    code = bubbles(page, "buyer").last
    await expect(code.locator(".code")).to_have_text(PIX)
    await expect(code.get_by_role("button", name="Copiar")).to_be_visible()
    await expect(bubbles(page, "buyer").nth(3).locator("em")).to_have_text("sozinho")


async def test_the_code_is_copied_clean(table: Bench, open_page: Open) -> None:
    page = await open_page()
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await table.call("send-text", phone=MARINA, message=f" {PIX}\n")
    await page.get_by_role("button", name="Copiar").click()
    await expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == PIX


async def test_buttons_of_the_provider_send_their_id(table: Bench, open_page: Open) -> None:
    table.replies = lambda body: [{"message": f"id {said(body)}"}]
    page = await open_page()
    buttons = {"buttons": [{"id": "pay:pix", "label": "Pix"}, {"id": "pay:boleto", "label": "Boleto"}]}
    await table.call("send-button-list", phone=MARINA, message="Como prefere?", buttonList=buttons)
    await page.get_by_role("button", name="Boleto", exact=True).click()
    await expect(bubbles(page, "buyer").last).to_contain_text("id pay:boleto")


async def test_ticks_tell_how_far_a_message_came(table: Bench, open_page: Open) -> None:
    page = await open_page()
    await table.sandbox.zapi.set_online(MARINA, False)
    await table.call("send-text", phone=MARINA, message="oi")
    bubble = bubbles(page, "buyer").first
    await expect(bubble.locator("[aria-label=enviada]")).to_be_visible()
    await page.locator("#pane-buyer .owner-select").select_option(label="João Pereira")
    await table.sandbox.zapi.set_online(MARINA, True)
    assert table.sandbox.zapi.chat(MARINA)[0].status == "received"  # another phone is on the table: nobody reads it
    await page.locator("#pane-buyer .owner-select").select_option(label="Marina Souza")
    await expect(bubble.locator("[aria-label=lida]")).to_be_visible()
    tick = bubble.locator(".tick")
    assert await tick.evaluate("node => getComputedStyle(node).color") == "rgb(23, 121, 196)"
    await page.locator("#pane-buyer .field").fill("oi")
    await page.keyboard.press("Enter")
    await expect(bubbles(page, "buyer").nth(1).locator("[aria-label=entregue]")).to_be_visible()  # no answer yet


async def test_a_message_that_cannot_arrive(table: Bench, open_page: Open) -> None:
    page = await open_page()
    await page.locator("#pane-buyer .reach").click()
    await expect(page.locator("#pane-buyer .chat-state")).to_have_text("este número está sem WhatsApp")
    await table.call("send-text", phone=MARINA, message="oi")
    await expect(bubbles(page, "buyer").first).to_contain_text("não chegou")


async def test_pictures_and_papers(table: Bench, open_page: Open) -> None:
    page = await open_page()
    await table.call("send-image", phone=MARINA, image="data:image/png;base64," + base64.b64encode(PNG).decode())
    await table.call(
        "send-document/pdf", phone=MARINA, document="data:application/pdf;base64,JVBERi0=", fileName="b.pdf"
    )
    image = bubbles(page, "buyer").first.locator("img")
    await expect(image).to_be_visible()
    assert await image.evaluate("async (node) => { await node.decode(); return node.naturalWidth; }") == 1
    await page.get_by_role("button", name="Ampliar: Figura").click()
    await expect(page.locator("#photo-dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    card = page.get_by_role("link", name="b.pdf")
    async with page.context.expect_page():
        await card.click()


async def test_a_photo_is_attached(table: Bench, open_page: Open) -> None:
    table.replies = lambda body: [{"message": "1 foto recebida"}] if "image" in body else []
    page = await open_page()
    files = [FilePayload(name=f"{n}.png", mimeType="image/png", buffer=PNG) for n in (1, 2)]
    await page.locator("#pane-seller .file").set_input_files(files)
    await expect(bubbles(page, "seller")).to_have_count(4)
    await expect(page.locator("#pane-seller .picture img")).to_have_count(2)


async def test_what_people_write_is_never_markup(table: Bench, open_page: Open) -> None:
    page = await open_page()
    evil = "<img src=x onerror=alert(1)> *<b>oi</b>* javascript:alert(1) https://autopars.example/p/1."
    await table.call("send-text", phone=MARINA, message=evil)
    bubble = bubbles(page, "buyer").first
    await expect(bubble).to_contain_text("<img src=x onerror=alert(1)> <b>oi</b>")
    await expect(bubble.locator("img")).to_have_count(0)
    await expect(bubble.locator("a")).to_have_count(1)
    await expect(bubble.locator("a")).to_have_attribute("href", "https://autopars.example/p/1")


async def test_the_loop_is_seen_turning(table: Bench, open_page: Open) -> None:
    page = await open_page(still=False)
    world = table.sandbox.world
    detail = {"text": "oi"}
    world.publish("loop", {"step": "event", "title": "message.received · zapi", "lane": "person:1", "detail": detail})
    world.publish("loop", {"step": "decision", "title": "message.received", "lane": "person:1", "ms": 4.2})
    await expect(page.locator(".station[data-step=decision].lit")).to_be_visible()
    row = page.locator("#log > li").first
    await expect(row).to_contain_text("decisão")
    await expect(row).to_contain_text("4 ms")
    await expect(page.locator("#turns")).to_have_text("1 volta")
    second = page.locator("#log > li").nth(1)
    await expect(second).to_contain_text("mensagem · oi")
    await second.locator("summary").click()
    await expect(second.locator("pre")).to_contain_text('"text": "oi"')
    await page.get_by_role("button", name="pausar").click()
    world.publish("loop", {"step": "result", "title": "command.done", "lane": "person:1"})
    await expect(page.locator("#pause")).to_have_text("seguir (1)")
    await expect(page.locator("#log > li")).to_have_count(2)
    await page.locator("#pause").click()
    await expect(page.locator("#log > li")).to_have_count(3)
    await page.get_by_role("button", name="laço").click()
    await expect(page.locator("#log > li:visible")).to_have_count(0)


async def test_the_dials_turn_both_ways(table: Bench, open_page: Open) -> None:
    page = await open_page()
    dial = page.get_by_role("button", name="Melhor Envio fora")
    await dial.click()
    await expect(dial).to_have_attribute("aria-pressed", "true")
    assert table.sandbox.world.faults["melhor_envio"].mode == "down"
    await expect(page.locator(".provider.bad")).to_have_text("Melhor Envio")
    await dial.click()
    await expect(dial).to_have_attribute("aria-pressed", "false")
    await page.get_by_text("Mais…").click()
    await page.get_by_label("Cloudflare").select_option(label="responde lixo")
    await expect(page.locator(".provider.bad")).to_have_text("Cloudflare")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="WhatsApp desconectado").click()
    await expect(page.locator("#pane-buyer .chat-state")).to_have_text("a loja está sem conexão")
    await expect(page.locator("#coach-text")).to_contain_text("O WhatsApp caiu")


async def test_the_clock_jumps(table: Bench, open_page: Open) -> None:
    page = await open_page()
    before = table.sandbox.world.clock()
    today = await page.locator("#clock-day").inner_text()
    await page.get_by_role("button", name="+1 dia").click()
    await expect(page.locator("#clock-day")).not_to_have_text(today)
    assert (table.sandbox.world.clock() - before).total_seconds() >= 86_400


async def test_a_charge_is_paid_with_one_tap(table: Bench, open_page: Open) -> None:
    page = await open_page(width=1280)
    environment = table.config.environment(table.base)
    headers = {"access_token": environment["ASAAS_API_KEY"], "User-Agent": "AutoPars"}
    who = {"name": "Marina Souza", "cpfCnpj": "52998224725"}
    url = environment["ASAAS_BASE_URL"]
    async with table.session.post(f"{url}/customers", json=who, headers=headers) as response:
        customer = (await response.json())["id"]
    body: Json = {"customer": customer, "billingType": "BOLETO", "value": 512.4, "externalReference": "order-1042-a1"}
    body["dueDate"] = table.sandbox.asaas.today().isoformat()
    async with table.session.post(f"{url}/payments", json=body, headers=headers) as response:
        assert response.status == 200
    await expect(page.locator("#charges")).to_contain_text("#1042")
    await expect(page.locator("#coach-text")).to_contain_text("cobrança esperando")
    right = "element => element.getBoundingClientRect().right"
    amount, box = page.locator("#charges .row-amount"), page.locator("#charges")
    assert await amount.evaluate(right) <= await box.evaluate(right), "the amount is cut off"
    await page.get_by_role("button", name="Pagar este boleto").click()
    await expect(page.locator("#charges")).to_contain_text("confirmada")


async def test_the_mail_opens_in_a_cage(table: Bench, open_page: Open) -> None:
    page = await open_page()
    environment = table.config.environment(table.base)
    headers = {"Authorization": f"Bearer {environment['RESEND_API_KEY']}", "User-Agent": "AutoPars"}
    html = "<p style='color:red'>Seu boleto vence amanhã</p><script>parent.document.title = 'x'</script>"
    mail: Json = {"from": environment["RESEND_FROM"], "to": ["m@autopars.example"], "subject": "Boleto", "html": html}
    async with table.session.post(f"{environment['RESEND_BASE_URL']}/emails", json=mail, headers=headers) as response:
        assert response.status == 200
    await page.get_by_role("tab", name="Correio").click()
    await page.locator(".mail-open").click()
    letter = page.frame_locator("#mail-frame").locator("p")
    await expect(letter).to_have_text("Seu boleto vence amanhã")
    assert await letter.evaluate("node => getComputedStyle(node).color") == "rgb(255, 0, 0)"
    assert await page.title() == "AutoPars · a bancada"
    await page.get_by_role("button", name="Fechar").click()
    await expect(page.locator("#mail-dialog")).to_be_hidden()


async def test_the_keyboard_is_enough(table: Bench, open_page: Open) -> None:
    table.replies = menu_bot
    page = await open_page()
    await page.locator("body").press("/")
    field = page.get_by_label("Mensagem de quem compra")
    await expect(field).to_be_focused()
    await page.keyboard.type("1/2")  # in the field it is a mere letter
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("oi")
    await expect(field).to_have_value("1/2\noi")
    await page.keyboard.press("Enter")
    await expect(bubbles(page, "buyer")).to_have_count(2)
    await expect(field).to_be_focused()
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    await expect(focused).to_have_attribute("aria-label", "Enviar")
    assert await focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


async def test_everything_that_can_be_pressed_has_a_name(table: Bench, open_page: Open) -> None:
    page = await open_page()
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("button, select, textarea, input:not([hidden]), a, [role=log]")]
            .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
            .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    assert await page.locator("[role=log][aria-live=polite]").count() == 2


@pytest.mark.parametrize("width", [360, 375])
async def test_a_narrow_screen_shows_one_thing_at_a_time(table: Bench, open_page: Open, width: int) -> None:
    table.replies = menu_bot
    page = await open_page(width, 740)
    await expect(page.locator("#pane-buyer")).to_be_visible()
    for pane in ("seller", "world", "dials"):
        await expect(page.locator(f"#pane-{pane}")).to_be_hidden()
    await page.locator("#pane-buyer .suggest.next").click()
    await expect(bubbles(page, "buyer")).to_have_count(2)
    await table.call("send-text", phone=SILVA, message="🔔 Venda #1042")
    await expect(page.locator("#tab-seller .dot")).to_be_visible()
    assert table.sandbox.zapi.chat(SILVA)[0].status != "read"
    await page.get_by_role("tab", name="Comprador").press("ArrowRight")
    await expect(page.locator("#pane-seller")).to_be_visible()
    await expect(page.locator("#tab-seller .dot")).to_be_hidden()
    await expect(bubbles(page, "seller").first.locator("[aria-label=lida]")).to_be_visible()
    for tab in ("Mundo", "Defeitos", "Comprador", "Vendedor"):
        await page.get_by_role("tab", name=tab).click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    field = page.get_by_label("Mensagem de quem vende")
    box = await field.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740


async def test_a_page_that_comes_back_knows_all(table: Bench, open_page: Open) -> None:
    table.replies = menu_bot
    page = await open_page(dark=True)
    await page.locator("#pane-buyer .suggest.next").click()
    await expect(bubbles(page, "buyer")).to_have_count(2)
    rows = await page.locator("#log > li").count()
    await page.reload()
    await expect(bubbles(page, "buyer")).to_have_count(2)
    assert await page.locator("#log > li").count() >= rows
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 22)"
