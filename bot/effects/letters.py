"""Effects that send e-mails, rendered with their attachments and personal links.

The same command always makes the same e-mail, since the provider compares bodies under the idempotency key (our command
key). If an attachment has changed between two attempts (a label printed anew), the provider reports a conflict, which
proves that the first one was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.domain.commands import Attachment, Bar, ListMails, SendEmail
from bot.domain.links import Links
from bot.effects.mail import render
from bot.effects.messages import qr_png
from bot.engine.dispatcher import Effect
from bot.integrations.errors import NotFound, Refused
from bot.integrations.payments import Payments
from bot.integrations.protocols import Email, File, Mailer, Shipping

PICTURES = {"pix": "Aponte a câmera do app do banco:", "chart": "Vendas por dia:"}
"""What is shown in the text under its own name as content id, and what stands over it."""
NO_PAPER = frozenset(["no_boleto", "not_allowed", "gone", "too_large"])


def footer(command: SendEmail, links: Links) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The data with the person's own links in it, and the headers by which mail programs unsubscribe."""
    if command.password_link:
        return {**command.data, "button_url": links.password(command.password_link)}, {}
    if not command.person_id:
        return command.data, {}
    lines, headers = [], {}
    if command.order:
        lines.append(f"Ver o pedido | {links.order(command.order, command.person_id)}")
    if command.unwanted:
        stop = links.unsubscribe(command.person_id)
        lines.append(f"Parar lembretes e resumos | {stop}")
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {**command.data, "links": "\n".join(lines)}, headers


def effects(mailer: Mailer, payments: Payments, shipping: Shipping, links: Links) -> dict[str, Effect]:
    async def file_of(attachment: Attachment) -> File | None:
        match attachment.what:
            case "pix":
                picture = await asyncio.to_thread(qr_png, attachment.source)
                return File(picture.data, picture.mime_type, attachment.name, content_id="pix")
            case "chart":
                bars = [b.partition("=") for b in attachment.source.split(";")]
                from bot.effects.charts import draw  # large, and seldom wanted

                drawn = [Bar(label=label, value=int(value)) for label, _, value in bars]
                chart = await asyncio.to_thread(draw, "", drawn)
                return File(chart.data, chart.mime_type, attachment.name, content_id="chart")
            case "label":
                pdf = await shipping.label_pdf(attachment.source)
                return File(pdf.data, "application/pdf", attachment.name)
            case _:
                try:
                    pdf = await payments.boleto_pdf(attachment.source)
                except NotFound:
                    return None
                except Refused as error:
                    if error.reason not in NO_PAPER:
                        raise
                    return None  # the line in the text pays it too
                return File(pdf.data, "application/pdf", attachment.name)

    async def mail(command: SendEmail, key: str) -> SendEmail.Mailed:
        files = [file for a in command.attachments if (file := await file_of(a)) is not None]
        data, headers = footer(command, links)
        picture = next((file.content_id for file in files if file.content_id), "")
        shown = {"picture": picture, "picture_label": PICTURES.get(picture, "")}
        html, text = render(command.template, {**data, **shown}, subject=command.subject)
        tags = {"template": command.template}
        email = Email(command.to, command.subject, html, text, tags, attachments=files, headers=headers)
        try:
            return SendEmail.Mailed(email_id=await mailer.send(email, idempotency_key=key))
        except Refused as error:
            if error.reason != "key_reused":
                raise
            return SendEmail.Mailed(email_id="")

    async def unhappy(command: ListMails, _: str) -> ListMails.Listed:
        return ListMails.Listed(mails=tuple(await mailer.unhappy(command.since)))

    return {"mail.send": Effect(mail), "mail.list": Effect(unhappy)}
