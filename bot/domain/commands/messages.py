"""Commands that send something to people: texts, pictures, documents, e-mails."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.common import Value


class Option(Value):
    """One row of a menu; ``id`` comes back when a button is pressed. The text always names it by number."""

    id: str
    label: str


class Sent(Value):
    """The provider accepted a message. Receipts will name ``message_id``."""

    message_id: str


class SendText(Value):
    kind: Literal["message.text"] = "message.text"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    text: str
    options: tuple[Option, ...] = ()
    reply_to: str = ""
    edits: str = ""


class SendQr(Value):
    """The picture of a Pix code, drawn when it is sent."""

    kind: Literal["message.qr"] = "message.qr"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    pix_code: str
    caption: str = ""


class SendImage(Value):
    """A picture by its public address (of a part)."""

    kind: Literal["message.image"] = "message.image"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    url: str
    caption: str = ""


class Bar(Value):
    label: str
    value: int
    """Centavos."""


class SendChart(Value):
    """A bar chart of amounts, drawn when it is sent. The text must say the same."""

    kind: Literal["message.chart"] = "message.chart"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    title: str
    bars: tuple[Bar, ...]
    caption: str = ""


class SendFile(Value):
    """A document made of text (a table, a copy of data), in UTF-8."""

    kind: Literal["message.file"] = "message.file"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    file_name: str
    mime_type: str
    text: str
    caption: str = ""


class SendMyData(Value):
    """The LGPD copy of a person's data, as a document in their own chat, made when it is sent.

    ``until``: id of the event that asked; later data is left out, so that a repeat sends the same.
    """

    kind: Literal["person.copy"] = "person.copy"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    person_id: str
    until: int
    caption: str = ""


class SendLabel(Value):
    """The PDF of a label, fetched from the carrier's broker when it is sent."""

    kind: Literal["message.label"] = "message.label"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    shipment_id: str
    file_name: str
    caption: str = ""


class SendBoleto(Value):
    """The PDF of a boleto, fetched from the payment provider when it is sent."""

    kind: Literal["message.boleto"] = "message.boleto"
    needs: ClassVar[str] = "messenger"
    Result: ClassVar[type[Value]] = Sent
    to: str
    charge_id: str
    file_name: str
    caption: str = ""


class Attachment(Value):
    """A file of an e-mail, drawn or fetched when it is sent. ``what``: pix (a picture of the code ``source``, shown in
    the text), label (PDF of the shipment ``source``), boleto (PDF of the charge ``source``), chart (of the bars
    ``label=centavos``, semicolons between them, shown in the text)."""

    what: Literal["pix", "label", "boleto", "chart"]
    source: str
    name: str


class ReadPairing(Value):
    """Read whether the shop's number is connected, and if not, the code to pair it."""

    kind: Literal["channel.pairing"] = "channel.pairing"
    needs: ClassVar[str] = "messenger"

    class Pairing(Value):
        connected: bool
        picture: str = ""
        """A PNG as a data URI; it is valid for about twenty seconds."""

    Result: ClassVar[type[Value]] = Pairing


class SendEmail(Value):
    """An e-mail. ``template`` names one in :mod:`bot.effects.mail`; ``data`` fills it.

    With ``person_id`` it contains that person's own links: to the page of the ``order``, and, if ``unwanted``
    (reminders and news), for ending these.
    """

    kind: Literal["mail.send"] = "mail.send"
    needs: ClassVar[str] = "mailer"

    class Mailed(Value):
        email_id: str

    Result: ClassVar[type[Value]] = Mailed
    to: str
    subject: str
    template: str
    data: dict[str, str]
    attachments: tuple[Attachment, ...] = ()
    person_id: str = ""
    order: int = 0
    unwanted: bool = False
    password_link: str = ""
    """The id of a link by which an operator chooses a password; signed when it is sent."""


class UnhappyMail(Value):
    """An e-mail that did not arrive or was unwanted. ``fact`` as in :class:`bot.domain.events.MailFact`."""

    email_id: str
    fact: str
    address: str = ""
    detail: str = ""


class ListMails(Value):
    """Poll the delivery reports of e-mails sent ``since``: the fallback for lost webhooks."""

    kind: Literal["mail.list"] = "mail.list"
    needs: ClassVar[str] = "mailer"

    class Listed(Value):
        mails: tuple[UnhappyMail, ...] = ()

    Result: ClassVar[type[Value]] = Listed
    since: datetime


class MailMyData(Value):
    """The same copy, by e-mail to a confirmed address."""

    kind: Literal["person.copy_mail"] = "person.copy_mail"
    needs: ClassVar[str] = "mailer"
    Result: ClassVar[type[Value]] = SendEmail.Mailed
    to: str
    person_id: str
    until: int
    brand: str
