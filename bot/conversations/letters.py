"""E-mails: notices that WhatsApp could not deliver, and documents, which are always mailed."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.catalogue import Kind
from bot.conversations.talk import Talk
from bot.conversations.texts import letters as texts
from bot.conversations.texts import notice_mails
from bot.conversations.texts.notices import News, code_of
from bot.domain import progress
from bot.domain.commands import Attachment, SendEmail
from bot.domain.notice import NoticeState
from bot.domain.order import Order, OrderState

RECEIPTS_OF = timedelta(days=90)
"""How far back receipts are mailed to an address that was confirmed after the payment."""

_MARKS = {"done": "x", "now": ">", "todo": "-"}


# --- notices ----------------------------------------------------------------------------------------------


def of_notice(address: str, news: News, kind: Kind, order: Order | None) -> SendEmail:
    """The notice as an e-mail."""
    words = notice_mails.mail(news, kind.text(news), late=not kind.always_mailed)
    about = {"steps": _steps(order), "facts": texts.facts(order, news.to_seller)} if order else {}
    if kind.always_mailed:
        about = texts.week(news)
    return SendEmail(
        to=address,
        subject=words.subject,
        template=_template(news, kind, order),
        data={
            "greeting": notice_mails.greeting(news),
            "text": words.text,
            "code": words.code,
            "code_label": words.code_label,
            "button_label": words.button_label,
            "button_url": words.button_url,
            "brand": news.rules.platform_name,
            **about,
        },
        attachments=_attachments(news, kind, order),
        person_id=news.person.id,
        order=news.order,
        unwanted=kind.purpose != "essential",
    )


def _template(news: News, kind: Kind, order: Order | None) -> str:
    if kind.always_mailed:
        return "report"
    if kind.purpose == "reminder":
        return "reminder"
    if kind.carries == "code":
        return {"pix": "pix", "boleto": "boleto"}.get(_method(news), "status")
    return "label" if kind.carries == "label" else "status" if order else "news"


def _method(news: News) -> str:
    return news.get("method") or ("pix" if news.get("pix_code") else "boleto" if news.get("line") else "")


def _attachments(news: News, kind: Kind, order: Order | None) -> tuple[Attachment, ...]:
    if kind.always_mailed and news.get("days"):
        return (Attachment(what="chart", source=news.get("days"), name="vendas.png"),)
    if kind.carries == "label" and news.get("shipment_id"):
        return (Attachment(what="label", source=news.get("shipment_id"), name=f"etiqueta-{news.order}.pdf"),)
    if kind.carries != "code" or not code_of(news):
        return ()
    if _method(news) == "pix":
        return (Attachment(what="pix", source=news.get("pix_code"), name="pix.png"),)
    charge = order.charge if order else None
    if charge is None or not charge.provider_id:
        return ()
    return (Attachment(what="boleto", source=charge.provider_id, name=f"boleto-{news.order}.pdf"),)


def _steps(order: Order) -> str:
    return "\n".join(f"{_MARKS[mark]} {name}" for mark, name in progress.steps(order.state))


# --- documents --------------------------------------------------------------------------------------------


def send_documents(talk: Talk, notice: NoticeState, address: str) -> None:
    """Documents are mailed, on whatever channel the notice went."""
    make = {"payment_confirmed": receipt, "refund_done": refund}.get(notice.name)
    order = talk.shop.order(notice.order) if make else None
    if make is not None and order is not None and order.buyer_id == talk.person.id:
        _send(talk, order, make(talk, order, notice), address)


def send_receipts(talk: Talk, address: str) -> None:
    """Receipts of orders paid before the address was known, except those mailed already."""
    for order in talk.purchases:
        recent = order.paid_at is not None and talk.now - order.paid_at < RECEIPTS_OF
        if recent and order.state is not OrderState.CANCELLED:
            _send(talk, order, receipt(talk, order, None), address)


Document = tuple[str, str, dict[str, str]]
"""Its name in the key, the subject, and the data."""


def _send(talk: Talk, order: Order, document: Document, address: str) -> None:
    name, subject, data = document
    talk.decision.do(
        SendEmail(
            to=address,
            subject=subject,
            template="receipt",
            data={**data, "brand": talk.rules.platform_name},
            person_id=talk.person.id,
            order=order.number,
        ),
        key=f"document/{talk.person.id}/order-{order.number}/{name}",
    )


def receipt(talk: Talk, order: Order, _: NoticeState | None) -> Document:
    seller = talk.shop.seller(order.seller_id)
    return "receipt", texts.receipt_subject(order), texts.receipt(order, seller, talk.rules)


def refund(talk: Talk, order: Order, notice: NoticeState) -> Document:
    """For each refund, partial or full."""
    seller = talk.shop.seller(order.seller_id)
    name = notice.key.partition("/")[2].replace("/", "-")
    return name, texts.refund_subject(order), texts.refund(order, seller, talk.rules, notice.data.get("amount", ""))
