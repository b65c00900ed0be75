"""Effects that send WhatsApp messages."""

from __future__ import annotations

import asyncio
import io

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
from bot.engine.dispatcher import Effect
from bot.integrations.payments import Payments
from bot.integrations.protocols import File, Messenger, Shipping

QR_SCALE = 8


def qr_png(code: str) -> File:
    """The QR code of a Pix code as a PNG, with the quiet zone that scanners need."""
    import segno  # seldom wanted

    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(out, kind="png", scale=QR_SCALE, border=4)
    return File(out.getvalue(), "image/png", "pix.png")


def effects(messenger: Messenger, shipping: Shipping, payments: Payments) -> dict[str, Effect]:
    async def text(command: SendText, _: str) -> Sent:
        return Sent(
            message_id=await messenger.send_text(
                command.to,
                command.text,
                options=command.options,
                reply_to=command.reply_to,
                edits=command.edits,
            )
        )

    async def find_text(command: SendText, _: str) -> Sent | None:
        return _sent(await messenger.find_sent(command.to, command.text))

    async def find_image(command: SendQr | SendImage | SendChart, _: str) -> Sent | None:
        return _sent(await messenger.find_sent(command.to, command.caption, kind="image"))

    async def find_document(command: SendLabel | SendBoleto | SendFile, _: str) -> Sent | None:
        return _sent(await messenger.find_sent(command.to, command.caption, kind="document"))

    async def qr(command: SendQr, _: str) -> Sent:
        picture = await asyncio.to_thread(qr_png, command.pix_code)  # takes as long as several turns
        return Sent(message_id=await messenger.send_image(command.to, picture, caption=command.caption))

    async def image(command: SendImage, _: str) -> Sent:
        return Sent(message_id=await messenger.send_image(command.to, command.url, caption=command.caption))

    async def chart(command: SendChart, _: str) -> Sent:
        from bot.effects.charts import draw  # large, and seldom wanted

        picture = await asyncio.to_thread(draw, command.title, command.bars)
        return Sent(message_id=await messenger.send_image(command.to, picture, caption=command.caption))

    async def file(command: SendFile, _: str) -> Sent:
        document = File(command.text.encode(), command.mime_type, command.file_name)
        return Sent(message_id=await messenger.send_document(command.to, document, caption=command.caption))

    async def paper(command: SendLabel | SendBoleto, pdf: File) -> Sent:
        document = File(pdf.data, "application/pdf", command.file_name)
        return Sent(message_id=await messenger.send_document(command.to, document, caption=command.caption))

    async def label(command: SendLabel, _: str) -> Sent:
        return await paper(command, await shipping.label_pdf(command.shipment_id))

    async def boleto(command: SendBoleto, _: str) -> Sent:
        return await paper(command, await payments.boleto_pdf(command.charge_id))

    async def pairing(_: ReadPairing, __: str) -> ReadPairing.Pairing:
        if (await messenger.status()).connected:
            return ReadPairing.Pairing(connected=True)
        picture = await messenger.qr_code()
        return ReadPairing.Pairing(connected=picture is None, picture=picture or "")

    # a lookup that finds nothing proves nothing: a text goes out once more, a file never does
    return {
        "channel.pairing": Effect(pairing),
        "message.text": Effect(text, find_text, repeats=1),
        "message.qr": Effect(qr, find_image, repeats=0),
        "message.image": Effect(image, find_image, repeats=0),
        "message.chart": Effect(chart, find_image, repeats=0),
        "message.file": Effect(file, find_document, repeats=0),
        "message.label": Effect(label, find_document, repeats=0),
        "message.boleto": Effect(boleto, find_document, repeats=0),
    }


def _sent(message_id: str | None) -> Sent | None:
    return Sent(message_id=message_id) if message_id else None
