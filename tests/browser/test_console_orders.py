"""What can be done about an order, each act in a real browser, by keyboard, with the providers behind it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.async_api import FilePayload, Page, expect

from bot.domain.order import Return, ReturnReason, ReturnState
from bot.storage import tables as t
from tests.browser.console import check, do, enter, house, page, see
from tests.e2e.house import BUYER, SELLER, House
from tests.e2e.stories import order_by, order_by_pix, pay, whole_sale

__all__ = ["house", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_marks_are_set_and_taken_back(house: House, page: Page) -> None:
    number = await order_by_pix(house)
    (charge,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await enter(page, house)
    await see(page, house, number)
    await do(page, "Conferir o pagamento no provedor")
    await expect(page.locator(".timeline")).to_contain_text("Consultar cobrança")
    await house.sandbox.asaas.pay(charge["id"])
    await house.hears(SELLER, f"#{number}", "Ainda tem a peça")
    await see(page, house, number)
    await do(page, "Aceitar pelo vendedor", why="ligou")
    await house.until(lambda: house.sandbox.melhor_envio.by_tag(f"order-{number}-s1"))
    await house.quiet()
    await see(page, house, number)
    await do(page, "Conferir a etiqueta na transportadora")
    await do(page, "Marcar como postado", why="mostrou o recibo")
    await expect(page.locator("main")).to_contain_text("Diz que postou")
    await do(page, "Desmarcar postado", why="era de outro pedido")
    await expect(page.locator("main")).not_to_contain_text("Diz que postou")
    await do(page, "Lançar conciliação de frete", why="pesou mais", **{"Quanto, em reais": "3,10"})
    await expect(page.locator(".cards")).to_contain_text("R$ 35,50")
    for line in ("mandou conferir a etiqueta", "marcou como postado", "era de outro pedido"):
        await expect(page.locator(".timeline")).to_contain_text(line)


async def test_a_part_that_is_not_there(house: House, page: Page) -> None:
    number = await order_by_pix(house)
    await pay(house, number)
    await enter(page, house)
    await see(page, house, number)
    await do(page, "Não há a peça", why="vendeu no balcão")
    await house.until(lambda: [c for c in house.sandbox.asaas.charges.values() if c.status == "REFUNDED"])
    await house.quiet()
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("cancelado")
    await expect(page.locator(".timeline")).to_contain_text("vendeu no balcão")


async def test_a_chargeback_is_contested(house: House, page: Page) -> None:
    """First let go, then thought better of: the papers go to the provider as files, with the operator's words."""
    number = await order_by(house, "cartao em 1x")
    await house.hears(BUYER, "página do Asaas")
    (payment,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(SELLER, f"Venda #{number}")
    await house.sandbox.asaas.chargeback(payment["id"])
    await house.hears(SELLER, "contest", f"#{number}")
    await enter(page, house)
    await see(page, house, number)
    await expect(page.locator("h1")).to_contain_text("chargeback")
    await expect(page.locator("main")).to_contain_text("Responder até")
    await check(page, "order-chargeback")
    await do(page, "Não contestar o chargeback", why="valor pequeno")
    await expect(page.locator(".cards")).to_contain_text("não contestada")
    for name, data in (("Recibo assinado.pdf", b"%PDF-1.7 recibo"), ("foto.pdf", b"\xff\xd8\xff\xe0 foto")):
        file = FilePayload(name=name, mimeType="application/pdf", buffer=data)
        await page.get_by_label("PDF, JPEG ou PNG").set_input_files(file)
        await page.get_by_role("button", name="Juntar às provas").click()
        await expect(page.locator(".said")).to_contain_text("vai junto com as provas")
    await check(page, "order-exhibits")
    await page.get_by_role("button", name="Tirar foto.jpg").click()
    await expect(page.get_by_text("recibo-assinado.pdf").first).to_be_visible()
    await do(
        page,
        "Contestar o chargeback com as provas",
        why="achamos o recibo",
        **{"O que acrescentar às provas": "O titular retirou a peça no balcão."},
    )
    await house.hears(SELLER, "foram entregues")
    assert house.sandbox.asaas.documents[-1] == "recibo-assinado.pdf"
    assert "foto.jpg" not in house.sandbox.asaas.documents
    await house.quiet()
    (sent,) = [c for c in house.world.calls if c.method == "POST" and c.path.endswith("/dispute")]
    assert sent.status == 200
    await page.reload()
    await expect(page.locator(".cards")).to_contain_text("provas entregues")
    await page.get_by_role("link", name="Contestar com provas").click()
    await expect(page.locator("main")).to_contain_text("O titular retirou a peça no balcão.")
    await expect(page.locator("main")).not_to_contain_text("achamos o recibo")
    await house.sandbox.asaas.win_chargeback(payment["id"])
    await house.hears(SELLER, "ganha")
    await house.quiet()
    await see(page, house, number)
    await expect(page.locator(".cards")).to_contain_text("ganha")


async def test_a_share_is_sent_by_hand_and_comes_back(house: House, page: Page) -> None:
    """The wallet could not take its share: it is sent by transfer, and owed back when the sale ends."""
    number = await order_by(house, "cartao em 1x")
    await house.hears(BUYER, "página do Asaas")
    (charge,) = house.sandbox.asaas.live_by_reference(f"order-{number}-a1")
    await pay(house, number)
    await house.quiet()
    for change in (house.sandbox.asaas.cancel_split, house.sandbox.asaas.settle):
        await change(charge["id"])
        await house.sandbox.asaas.delivered()
        await house.quiet()
    await enter(page, house)
    await see(page, house, number)
    await do(page, "Mandar o repasse por transferência", why="a carteira voltou")
    (transfer,) = await house.until(lambda: house.sandbox.asaas.transfers)
    house.sandbox.asaas.end_transfer(transfer.id)
    await house.sandbox.asaas.delivered()
    await house.quiet()
    await see(page, house, number)
    await do(page, "Cancelar o pedido", why="o comprador desistiu")
    await house.until(lambda: house.sandbox.asaas.charges[charge["id"]].status == "REFUNDED")
    await house.quiet()
    await see(page, house, number)
    await do(page, "O vendedor devolveu o repasse", why="caiu na conta")
    await expect(page.locator(".timeline")).to_contain_text("caiu na conta")
    await house.quiet()
    await page.reload()
    await expect(page.get_by_role("group").filter(has_text="O vendedor devolveu o repasse")).to_have_count(0)


async def test_a_part_goes_back(house: House, page: Page) -> None:
    number = await whole_sale(house)
    await enter(page, house)
    await see(page, house, number)
    await do(page, "Abrir devolução da peça", why="ligou dizendo que se arrependeu")
    await house.hears(BUYER, "Para devolver")
    await house.quiet()
    await see(page, house, number)
    await check(page, "order-returning")
    await do(page, "A peça voltou: devolver o dinheiro", why="o vendedor a tem na mão")
    await house.until(lambda: [c for c in house.sandbox.asaas.charges.values() if c.status == "REFUNDED"])
    await house.quiet()
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("devolvido")


async def test_a_late_claim_is_refused_and_accepted(house: House, page: Page) -> None:
    number = await whole_sale(house)
    await enter(page, house)
    for answer, noted in (("Recusar a devolução", "recusou"), ("Aceitar a devolução", "aceitou")):
        # as it stands when the days to withdraw were over, and something kept the order open
        order = await house.order(number)
        claim = Return(reason=ReturnReason.BROKEN, state=ReturnState.ASKED, asked_at=house.clock(), words="trincada")
        late = order.but(back=claim, version=order.version + 1)
        assert house.bot is not None
        async with house.bot.database.write() as connection:
            changed = sa.update(t.orders).where(t.orders.c.number == number)
            await connection.execute(changed.values(body=late.model_dump_json(), version=late.version))
        await see(page, house, number)
        await expect(page.locator(".cards")).to_contain_text("trincada")
        await check(page, "order-claim")
        await do(page, answer, why="vimos as fotos")
        await house.quiet()
        await expect(page.locator(".timeline")).to_contain_text(f"{noted} a devolução")
    await house.hears(BUYER, "Para devolver")
