"""A message in doubt is looked up by what was sent of it, and what is found is not sent again."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from bot.domain.commands import (
    ReadPairing,
    SendBoleto,
    SendChart,
    SendFile,
    SendImage,
    SendLabel,
    SendQr,
    SendText,
    Sent,
)
from bot.domain.commands.messages import Bar
from bot.effects import messages
from bot.integrations import protocols as p
from bot.integrations.payments import Payments
from bot.integrations.protocols import File, SentKind

ANA = "5541998123456"
Command = SendText | SendQr | SendImage | SendChart | SendFile | SendLabel | SendBoleto


class Phone:
    """What went out: to whom, which words, as what."""

    def __init__(self) -> None:
        self.out: dict[tuple[str, str, SentKind], str] = {}

    async def send_text(self, to: str, text: str, **_: object) -> str:
        return self.out.setdefault((to, text, "text"), "m1")

    async def send_image(self, to: str, _: File | str, *, caption: str = "") -> str:
        return self.out.setdefault((to, caption, "image"), "m1")

    async def send_document(self, to: str, _: File, *, caption: str = "") -> str:
        return self.out.setdefault((to, caption, "document"), "m1")

    async def find_sent(self, to: str, text: str, *, kind: SentKind = "text") -> str | None:
        return self.out.get((to, text, kind))


@pytest.mark.parametrize(
    "command",
    [
        SendText(to=ANA, text="Oi"),
        SendQr(to=ANA, pix_code="000201", caption="O código"),
        SendImage(to=ANA, url="https://img.example/1.jpg", caption="A foto"),
        SendChart(to=ANA, title="Vendas", bars=(Bar(label="seg", value=1),), caption="As vendas"),
        SendFile(to=ANA, file_name="pecas.csv", mime_type="text/csv", text="a;b", caption="As peças"),
        SendLabel(to=ANA, shipment_id="s1", file_name="etiqueta.pdf", caption="A etiqueta"),
        SendBoleto(to=ANA, charge_id="pay_1", file_name="boleto.pdf", caption="O boleto"),
    ],
    ids=lambda command: command.kind,
)
async def test_what_was_sent_is_found_and_nothing_else(command: Command) -> None:
    phone, shipping, bank = Phone(), create_autospec(p.Shipping), create_autospec(Payments)
    shipping.label_pdf.return_value = bank.boleto_pdf.return_value = File(b"%PDF", "application/pdf", "x.pdf")
    effect = messages.effects(phone, shipping, bank)[command.kind]  # type: ignore[arg-type]
    assert effect.find is not None
    assert effect.repeats == (1 if isinstance(command, SendText) else 0), "a file never goes out once more"
    assert await effect.find(command, "key") is None
    assert await effect.run(command, "key") == Sent(message_id="m1")
    assert await effect.find(command, "key") == Sent(message_id="m1")
    words = "text" if isinstance(command, SendText) else "caption"
    for other in (command.but(to="5541900000000"), command.but(**{words: "other words"})):
        assert await effect.find(other, "key") is None


@pytest.mark.parametrize(("connected", "picture"), [(True, None), (False, None), (False, "data:image/png;base64,QUJD")])
async def test_a_number_that_is_connected_asks_for_no_pairing(connected: bool, picture: str | None) -> None:
    phone = create_autospec(p.Messenger)
    phone.status.return_value = p.Connection(connected=connected)
    phone.qr_code.return_value = picture
    pairing = messages.effects(phone, create_autospec(p.Shipping), create_autospec(Payments))["channel.pairing"]
    expected = ReadPairing.Pairing(connected=connected or picture is None, picture=picture or "")
    assert await pairing.run(ReadPairing(), "key") == expected
    assert phone.qr_code.await_count == (not connected)
