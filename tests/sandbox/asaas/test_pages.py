"""The hosted pages."""

from __future__ import annotations

from tests.sandbox.asaas.raw import Raw


async def test_a_card_is_refused_then_paid_on_the_hosted_page(raw: Raw) -> None:
    charge = await raw.charge(billingType="CREDIT_CARD", description="Pedido 1042 <b>")
    async with raw.session.get(charge["invoiceUrl"]) as page:
        text = await page.text()
    assert "Pagar" in text
    assert "Recusar" in text
    assert "R$ 100,00" in text
    assert "&lt;b&gt;" in text
    async with raw.session.post(charge["invoiceUrl"], data={"action": "refuse"}) as page:
        assert "Cartão recusado" in await page.text()
    assert raw.stand.account.payments[charge["id"]]["status"] == "PENDING"
    async with raw.session.post(charge["invoiceUrl"], data={"action": "pay"}) as page:
        assert "Pagamento confirmado" in await page.text()
    async with raw.session.post(charge["invoiceUrl"], data={"action": "pay"}) as page:
        assert page.status == 409
    await raw.stand.account.delivered()
    assert {"PAYMENT_CHECKOUT_VIEWED", "PAYMENT_CREDIT_CARD_CAPTURE_REFUSED", "PAYMENT_CONFIRMED"} <= set(
        raw.stand.ear.events
    )


async def test_the_paper_of_a_boleto(raw: Raw) -> None:
    charge = await raw.charge(billingType="BOLETO")
    async with raw.session.get(charge["bankSlipUrl"]) as page:
        data = await page.read()
    assert page.content_type == "application/pdf"
    assert data.startswith(b"%PDF-")
    assert data.endswith(b"%%EOF\n")


async def test_a_removed_charge_has_no_page(raw: Raw) -> None:
    charge = await raw.charge()
    await raw("DELETE", f"/payments/{charge['id']}")
    async with raw.session.get(charge["invoiceUrl"]) as page:
        assert page.status == 404


async def test_every_change_is_told_to_the_page(raw: Raw) -> None:
    async with raw.stand.world.listen() as queue:
        charge = await raw.charge()
        await raw.stand.account.pay(charge["id"])
        told = [queue.get_nowait() for _ in range(queue.qsize())]
    payments = [item for item in told if item["topic"] == "payment"]
    assert [(item["event"], item["status"]) for item in payments] == [
        ("PAYMENT_CREATED", "PENDING"),
        ("PAYMENT_RECEIVED", "RECEIVED"),
    ]
    assert payments[0]["reference"] == "order-1042-a1"
