"""E-mails over sockets: codes, papers, labels and receipts as they lie in the mailbox, and the links in them."""

from __future__ import annotations

import re

import aiohttp

from bot.domain import lanes
from bot.domain.events import Event, Incoming, NewCodeAsked, SaleAnswered
from sandbox.resend import Mail
from tests.e2e.house import BUYER, House
from tests.e2e.stories import order_by_pix
from tests.e2e.test_faults import _confirm_email


async def _happens(house: House, number: int, event: Event) -> None:
    """Something that a person decided elsewhere than on WhatsApp, which is off."""
    assert house.bot is not None
    incoming = Incoming(source="test", key=f"{event.kind}/{number}", lane=lanes.order(number), event=event)
    await house.bot.loop.put([incoming])


async def _mail(house: House, template: str, to: str = "marina@") -> Mail:
    def found() -> list[Mail]:
        tag = {"name": "template", "value": template}
        return [m for m in house.sandbox.resend.mailbox if tag in m.tags and to in str(m.to)]

    mails: list[Mail] = await house.until(found)
    return mails[-1]


async def test_pix_boleto_receipt_and_label_go_by_mail_while_whatsapp_is_off(house: House) -> None:
    number = await order_by_pix(house)
    await _confirm_email(house)
    buyer = (await house.order(number)).buyer_id
    await house.sandbox.whatsapp.set_connected(False)
    await house.quiet()

    await _happens(house, number, NewCodeAsked(order=number, by=buyer, method="boleto"))
    boleto = await _mail(house, "boleto")
    (paper,) = boleto.attachments
    assert paper["filename"] == f"boleto-{number}.pdf"
    assert paper["data"].startswith(b"%PDF-")
    order = await house.order(number)
    assert order.charge is not None
    assert re.sub(r"\D", "", order.charge.line) in re.sub(r"\D", "", boleto.text or "")

    assert house.bot is not None
    again = NewCodeAsked(order=number, by=buyer, method="pix")
    await house.bot.loop.put([Incoming(source="test", key="pix", lane=lanes.order(number), event=again)])
    pix = await _mail(house, "pix")
    (picture,) = pix.attachments
    assert (picture["content_id"], picture["data"][:8]) == ("pix", b"\x89PNG\r\n\x1a\n")
    assert 'src="cid:pix"' in (pix.html or "")
    assert pix.headers == {}

    (payment,) = await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{number}-a3"))
    await house.sandbox.asaas.pay(payment["id"])
    receipt = await _mail(house, "receipt")
    assert f"#{number}" in receipt.subject
    assert "Farol" in (receipt.text or "")
    assert receipt.idempotency_key.startswith("document/")

    await house.quiet()
    await _happens(house, number, SaleAnswered(order=number, by="operator", has_it=True))
    label = await _mail(house, "label", to="")
    (pdf,) = label.attachments
    assert pdf["filename"] == f"etiqueta-{number}.pdf"
    assert pdf["data"].startswith(b"%PDF-")

    links = re.findall(r"https?://\S+/o/\S+", receipt.text or "")
    async with aiohttp.ClientSession() as session, session.get(links[0]) as page:
        assert page.status == 200
        assert f"#{number}" in await page.text()
    told = [m for m in house.sandbox.whatsapp.chat(BUYER) if m.from_bot and "Pagamento confirmado" in m.words]
    assert told == []
