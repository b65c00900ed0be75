"""The console in a real browser: every page of a shop in which a sale has happened, acts, narrow screen, keyboard."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, expect

from bot.storage import tables as t
from sandbox.core import Fault
from tests.browser import test_console_orders
from tests.browser.console import ELSEWHERE, PAGES, check, do, enter, house, page, routes
from tests.e2e.house import BUYER, House
from tests.e2e.stories import order_by, order_by_pix, pay
from tests.engine.support import poll

__all__ = ["house", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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

    await page.get_by_label("Nota para a equipe").fill("o vendedor prometeu postar hoje")
    await page.get_by_role("button", name="Guardar nota").click()
    await expect(page.locator(".timeline")).to_contain_text("o vendedor prometeu postar hoje")

    await page.locator(".timeline").get_by_role("link", name="fio").first.click()
    await expect(page.get_by_role("heading", name="Tudo o que veio de uma origem")).to_be_visible()
    await check(page, "thread")
    await page.go_back()

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
    await house.say(BUYER, "quero falar com um atendente")
    await house.hears(BUYER, "Já estou chamando")
    await house.say(BUYER, "a peça veio <b>riscada</b>")
    await enter(page, house)
    await page.get_by_role("link", name="Conversas", exact=True).click()
    await check(page, "inbox")
    await page.locator("tbody a").first.click()
    await expect(page.locator(".chat")).to_contain_text("<b>riscada</b>")
    await check(page, "chat")

    await page.get_by_label("Nova nota").fill("cliente antigo, prioridade")
    await page.get_by_role("button", name="Guardar").click()
    await expect(page.locator("aside")).to_contain_text("cliente antigo, prioridade")
    await page.get_by_text("Respostas prontas", exact=True).click()
    await page.get_by_role("link", name="Mudar as respostas prontas").click()
    await page.get_by_label("Nova resposta").fill("Já falei com a transportadora.")
    await page.get_by_role("button", name="Guardar").click()
    await page.get_by_role("button", name="Apagar: Resolvido!").click()
    await expect(page.locator("main")).not_to_contain_text("Resolvido!")
    await check(page, "canned")
    await page.get_by_role("link", name="Conversas", exact=True).click()
    await page.locator("tbody a").first.click()
    await page.get_by_text("Respostas prontas", exact=True).click()
    await page.get_by_role("button", name="Já falei com a transportadora.").click()
    await house.hears(BUYER, "Já falei com a transportadora.")

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
    number = await order_by_pix(house)
    ((buyer,),) = await house.rows(sa.select(t.orders.c.buyer_id))
    ((root,),) = await house.rows(sa.select(t.events.c.root).where(t.events.c.kind == "order.placed"))
    for route in ("/entrar", "/esqueci"):
        await page.goto(f"{house.bot_base}/console{route}")
        await check(page, f"{wide}{route.replace('/', '-')}")
    await enter(page, house)
    for path in [*PAGES.values(), "/busca?q=xyz"]:
        await page.goto(f"{house.bot_base}/console{path.format(order=number, person=buyer, root=root)}")
        await expect(page.locator("h1")).not_to_have_text("Não encontrado")
        await check(page, f"{wide}{re.sub('[/?={}]', '-', path)}")


async def test_every_route_has_a_test_in_a_browser(house: House) -> None:
    """A page or an act that is added needs a line in PAGES or ELSEWHERE, and so a visit."""
    assert routes(house) == {f"GET {route}" for route in PAGES} | set(ELSEWHERE)
    here = {name for module in (globals(), vars(test_console_orders)) for name in module}
    assert set(ELSEWHERE.values()) <= here


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


async def test_what_people_wait_for_and_who(house: House, page: Page) -> None:
    await house.say(BUYER, "me avisa quando chegar o motor da kombi")
    await house.hears(BUYER, "aviso")
    await enter(page, house)
    await page.get_by_role("link", name="Esperas", exact=True).click()
    await expect(page.locator("tbody")).to_contain_text("motor")
    await check(page, "wishes")
    await page.get_by_label("Peça ou carro").fill("kombi")
    await page.get_by_role("button", name="Procurar").click()
    await page.locator("tbody").get_by_role("link", name="motor").click()
    await check(page, "waiting")
    await page.locator("tbody a").click()
    await expect(page.locator(".chat")).to_contain_text("me avisa quando chegar")


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


async def _rests(house: House) -> bool:
    """Whether a command is parked, and nobody tries it in the next seconds."""
    parked = await house.rows(sa.select(t.commands.c.not_before).where(t.commands.c.status == "parked"))
    probes = await house.rows(sa.select(t.circuits.c.probe_at).where(t.circuits.c.probe_at.is_not(None)))
    return bool(parked) and all(row[0] > house.clock() + timedelta(seconds=3) for row in (*parked, *probes))


async def test_what_waits_for_a_provider_is_hurried(house: House, page: Page) -> None:
    """The payments' provider is down, somebody buys, and what waits is tried at once when it is back."""
    await enter(page, house)
    house.world.faults["asaas"] = Fault("down")
    await order_by(house, "pix")
    await page.goto(f"{house.bot_base}/console/comandos?status=parked&live=1")
    await expect(page.locator("tbody").get_by_role("link").first).to_be_visible(timeout=60_000)
    await page.get_by_role("link", name="Parar ao vivo").click()
    await check(page, "commands-parked")
    await page.locator("tbody").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="Motivo")).to_be_visible()
    await check(page, "command-parked")
    await page.goto(f"{house.bot_base}/console")
    await expect(page.locator("main")).to_contain_text("asaas")
    await check(page, "overview-down")
    await poll(lambda: _rests(house), within=30)  # or it would be tried by itself just when it is hurried
    await page.goto(f"{house.bot_base}/console/comandos?status=parked")
    house.world.faults["asaas"] = Fault()
    await page.get_by_label("Marcar todos").check()
    await page.get_by_role("button", name="Tentar agora os marcados").click()
    await expect(page.get_by_role("status").first).to_contain_text("De volta à fila")
    await house.hears(BUYER, "000201")


async def test_the_books_are_compared(house: House, page: Page) -> None:
    """Money that is no order of ours lies there: it is found on demand, and stands on the page."""
    number = await order_by_pix(house)
    await pay(house, number)
    await house.quiet()
    (charge,) = house.sandbox.asaas.charges.values()
    await enter(page, house)
    await page.get_by_role("link", name="Diferenças", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Tudo bate")
    charge.value -= 1_00
    await page.get_by_role("button", name="Comparar agora").click()
    await expect(page.get_by_role("status")).to_contain_text("Pedido anotado")
    await house.quiet()
    await page.reload()
    await expect(page.locator("tbody")).to_contain_text(f"#{number}")
    await check(page, "differences")
    await page.locator("tbody").get_by_role("link", name=f"#{number}").click()
    await expect(page.get_by_role("heading", name=f"Pedido #{number}")).to_be_visible()


async def test_a_colleague_is_invited_forgets_and_leaves(house: House, page: Page) -> None:
    """By e-mail all the way: the invitation, the forgotten password; then the own page, and the end."""

    async def link(*words: str) -> str:
        def came() -> list[str]:
            mails = [mail for mail in house.sandbox.resend.mailbox if all(word in mail.subject for word in words)]
            return [mail.text or "" for mail in mails]

        (text,) = await house.until(came)
        house.sandbox.resend.mailbox.clear()
        (found,) = re.findall(r"http\S+/console/senha/\S+", text)
        return str(found)

    async def choose(address: str, password: str) -> None:
        await page.goto(address)
        await check(page, "new-password")
        await page.get_by_label("Senha nova").fill(password)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Senha guardada")

    await enter(page, house)
    await page.get_by_role("link", name="Contas", exact=True).click()
    form = page.locator("form", has=page.get_by_role("button", name="Convidar"))
    await form.get_by_label("Nome").fill("bia")
    await form.get_by_label("Papel").select_option("support")
    await form.get_by_label("E-mail").fill("bia@exemplo.com")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("o link vai por e-mail")
    await expect(page.locator("tbody")).to_contain_text("convidada")
    form = page.locator("form", has=page.get_by_label("Senha (12"))
    await form.get_by_label("Nome").fill("caio")
    await form.get_by_label("Senha").fill("a senha do caio")
    await form.get_by_role("button").click()
    await expect(page.locator("tbody")).to_contain_text("caio")
    await page.get_by_role("button", name="Fechar a conta caio").click()
    await expect(page.locator("tbody")).to_contain_text("fechada")
    await check(page, "accounts")
    await page.get_by_role("button", name="Sair").click()

    await choose(await link("Sua conta"), "a senha da bia aqui")
    await enter(page, house, "bia", "a senha da bia aqui")
    await page.get_by_role("link", name="Senha", exact=True).click()
    await check(page, "own-password")
    await page.get_by_label("Senha atual").fill("a senha da bia aqui")
    await page.get_by_label("Senha nova").fill("outra senha da bia")
    await page.get_by_role("button", name="Mudar a senha").click()
    await enter(page, house, "bia", "outra senha da bia")
    await page.get_by_role("button", name="Sair").click()

    await page.get_by_role("link", name="Esqueci a senha").click()
    await page.get_by_label("Seu e-mail").fill("Bia@exemplo.com")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Se este e-mail é de uma conta daqui")
    await check(page, "forgotten-asked")
    address = await link("Senha nova")
    await choose(address, "mais uma senha da bia")
    await page.goto(f"{house.bot_base}/console/entrar")
    await enter(page, house, "bia", "mais uma senha da bia")
    await expect(page.get_by_role("link", name="Contas", exact=True)).to_have_count(0)
