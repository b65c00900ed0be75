"""A sample shop, buyer and order, and each notice's text for them: for the documentation and its pictures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.conversations import letters
from bot.conversations.catalogue import CATALOGUE
from bot.conversations.texts import letters as letter_texts
from bot.conversations.texts import passwords as password_texts
from bot.conversations.texts.notices import News
from bot.domain import pix
from bot.domain.commands import Attachment, SendEmail
from bot.domain.order import (
    Charge,
    ChargeState,
    Line,
    Method,
    Offer,
    Order,
    OrderState,
    Recipient,
    Shipment,
    ShipmentState,
)
from bot.domain.people import Address, Person, Seller
from bot.domain.shop import Rules

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
LINE = "46191234506789012345767890123457116430000051240"
CODE = pix.build(
    amount=512_40, name="AUTOPARS MARKETPLACE", city="SAO PAULO", url="pix.example.com/qr/v2/9d36", single_use=True
)
RULES = Rules(platform_name="AutoPars", public_url="https://autopars.example")
CURITIBA = Address(postal_code="80010000", city="Curitiba", state="PR", street="Rua XV", number="210")
MARINA = Person(
    id="p1",
    lane="person:1",
    chat="1@c.us",
    name="Marina Souza",
    document="52998224725",
    address=CURITIBA,
    created_at=NOW,
)
SILVA = Person(id="p2", lane="person:2", chat="2@c.us", name="João Silva", created_at=NOW)
SHOP = Seller(
    id="s1",
    person_id="p2",
    name="Auto Peças Silva",
    document="11222333000181",
    phone="5511987654321",
    wallet_id="w",
    address=Address(postal_code="01310100", city="São Paulo", state="SP"),
)

SAMPLES: dict[str, dict[str, str]] = {
    "charge_ready": {
        "method": "pix",
        "amount": "51240",
        "expires_at": (NOW + timedelta(minutes=30)).isoformat(),
        "pix_code": CODE,
    },
    "charge_failed": {"method": "card", "reason": "card_refused"},
    "charge_delayed": {"method": "pix"},
    "payment_confirmed": {"ship_by": "2026-11-25", "seller": "Auto Peças Silva"},
    "pix_expired": {"amount": "51240"},
    "card_expired": {"amount": "51240"},
    "boleto_reminder": {"when": "day_before", "amount": "51240", "due_date": "2026-11-27", "line": LINE},
    "due_date_changed": {
        "amount": "51240",
        "due_date": "2026-12-04",
        "line": LINE,
        "page_url": "https://pay.example/i",
    },
    "due_date_kept": {"reason": "too_late", "wanted": "2026-12-15", "due_date": "2026-11-27", "last": "2026-12-04"},
    "order_cancelled": {"reason": "no_part", "refund": "51240"},
    "refund_form": {"amount": "51240", "page_url": "https://pay.example/r"},
    "refund_done": {"amount": "51240"},
    "late_payment": {"amount": "51240", "outcome": "refunded"},
    "order_posted": {"carrier": "Jadlog", "tracking": "JD123", "tracking_url": "https://rastreio.example/JD123"},
    "order_delivered": {"until": "2026-12-07"},
    "order_undelivered": {"carrier": "Jadlog"},
    "cancel_refused": {"reason": "shipped"},
    "address_changed": {"address": "Rua XV, 215, Curitiba/PR"},
    "delivery_kept": {"reason": "paid_before", "carrier": "Jadlog .Package"},
    "return_accepted": {"amount": "51240"},
    "return_refused": {"reason": "seller"},
    "return_label": {"posting_code": "1000000001", "tracking": "ME1BR", "post_by": "2026-12-14"},
    "return_delayed": {},
    "return_reminder": {"posting_code": "1000000001", "post_by": "2026-12-14"},
    "return_over": {},
    "parcel_returning": {},
    "return_done": {"amount": "51240"},
    "return_opened": {"amount": "51240", "reason": "wrong", "title": "Farol Corolla 2015", "buyer": "Marina S."},
    "return_posted": {"tracking": "ME1BR"},
    "mail_came_back": {"address": "marina@velho.example"},
    "sale_new": {
        "goods": "48000",
        "share": "43961",
        "fee": "3840",
        "cost": "199",
        "ship_by": "2026-11-25",
        "title": "Farol Corolla 2015",
        "buyer": "Marina S.",
        "city": "Curitiba",
        "state": "PR",
        "carrier": "Jadlog",
    },
    "sale_reminder": {"title": "Farol Corolla 2015", "buyer": "Marina S.", "ship_by": "2026-11-25"},
    "label_ready": {"shipment_id": "l1", "carrier": "Jadlog", "tracking": "JD123", "ship_by": "2026-11-25"},
    "label_delayed": {"carrier": "Jadlog"},
    "label_kept": {},
    "posting_later": {"day": "2026-11-27", "before": "2026-11-25"},
    "address_on_box": {"address": "Rua XV, 215, apto 32, Curitiba/PR"},
    "invoice_missing": {},
    "sale_cancelled": {"reason": "buyer", "refund": "51240"},
    "charge_offered": {"shop": "Auto Peças Silva", "amount": "35000", "title": "Retrovisor Onix", "method": "pix"},
    "charge_taken": {"buyer": "João P.", "amount": "35000", "title": "Retrovisor Onix"},
    "charge_declined": {"buyer": "João P.", "amount": "35000", "title": "Retrovisor Onix"},
    "charge_taken_back": {"buyer": "João P.", "amount": "35000", "title": "Retrovisor Onix"},
    "charge_withdrawn": {"shop": "Auto Peças Silva", "amount": "35000", "title": "Retrovisor Onix"},
    "charge_unanswered": {"buyer": "João P.", "amount": "35000", "title": "Retrovisor Onix"},
    "charge_paid": {"buyer": "João P.", "amount": "35000", "share": "32001", "title": "Retrovisor Onix"},
    "charge_expired": {"buyer": "João P.", "amount": "35000"},
    "payment_review": {"amount": "51240"},
    "share_paid": {"amount": "43961", "title": "farol"},
    "share_stopped": {"amount": "43961", "reason": "wallet_cannot_receive"},
    "sale_refunded": {"amount": "51240", "title": "farol"},
    "share_due": {"amount": "43961", "title": "farol"},
    "debt_paid": {"amount": "3961", "left": "40000"},
    "share_reduced": {"amount": "1000", "share": "858", "title": "farol"},
    "dispute_opened": {
        "amount": "51240",
        "reason": "fraud",
        "answer_by": "2026-12-14",
        "title": "farol",
        "buyer": "Marina S.",
    },
    "dispute_reminder": {"answer_by": "2026-12-14"},
    "dispute_sent": {"amount": "51240"},
    "dispute_ended": {"amount": "51240", "outcome": "won"},
    "part_there": {"listing": "558", "title": "Farol dianteiro direito Corolla 2015", "amount": "48000"},
    "sale_rated": {"buyer": "Marina S.", "stars": "5", "words": "chegou rápido"},
    "sale_delivered": {"buyer": "Marina S."},
    "sales_report": {
        "first": "2026-11-16",
        "last": "2026-11-22",
        "sales": "14",
        "amount": "532000",
        "share": "390810",
        "cancelled": "1",
        "to_ship": "3",
        "parts": "Farol Corolla 2015|6|288000\nAlternador Gol G5|4|148000\nRetrovisor Onix 2018|4|96000",
        "days": "16/11=48000;17/11=96000;18/11=35000;19/11=128000;20/11=61000;21/11=164000;22/11=0",
    },
}


def order(state: OrderState, method: Method = Method.PIX) -> Order:
    """Order 1042: a headlight and two brake pads to Curitiba."""
    paid = state is not OrderState.AWAITING_PAYMENT
    sent = state in (OrderState.SHIPPED, OrderState.DELIVERED)
    charge = Charge(
        reference="order-1042-a1",
        method=method,
        amount=512_40,
        share=439_61,
        net=510_41,
        received=512_40 if paid else 0,
        state=ChargeState.SETTLED if paid else ChargeState.PENDING,
        provider_id="pay_1",
        due_date=date(2026, 11, 27),
        line=LINE if method is Method.BOLETO else "",
    )
    parcel = Shipment(reference="order-1042-s1", state=ShipmentState.POSTED, provider_id="l1", tracking="JD123")
    return Order(
        number=1042,
        state=state,
        buyer_id="p1",
        seller_id="s1",
        lines=(
            Line(listing=558, sku="FAR", title="Farol dianteiro direito Corolla 2015", quantity=1, unit_price=380_00),
            Line(listing=560, sku="PAS", title="Pastilha de freio Corolla", quantity=2, unit_price=50_00),
        ),
        goods=480_00,
        freight=32_40,
        fee=38_40,
        offer=Offer(service_id="3", carrier="Jadlog", service=".Package", price=32_40, cost=32_40, days=4),
        destination=CURITIBA,
        recipient=Recipient(name="Marina Souza", document="52998224725"),
        charges=(charge,),
        shipments=(parcel,) if sent else (),
        created_at=NOW - timedelta(hours=1),
        paid_at=NOW - timedelta(minutes=20) if paid else None,
    )


STATE_OF = {
    "payment_confirmed": OrderState.PAID,
    "sale_new": OrderState.PAID,
    "sale_reminder": OrderState.PAID,
    "label_ready": OrderState.ACCEPTED,
    "order_posted": OrderState.SHIPPED,
    "order_undelivered": OrderState.SHIPPED,
    "order_delivered": OrderState.DELIVERED,
    "sale_delivered": OrderState.DELIVERED,
    "order_cancelled": OrderState.CANCELLED,
    "sale_cancelled": OrderState.CANCELLED,
    "refund_done": OrderState.CANCELLED,
}


def news(name: str) -> News:
    seller = CATALOGUE[name].audience == "seller"
    of_none = name in (
        "part_there",
        "mail_came_back",
        "sales_report",
        "charge_offered",
        "charge_declined",
        "charge_unanswered",
        "charge_taken_back",
        "charge_withdrawn",
    )
    number = 0 if of_none else 1042
    return News(name, number, SAMPLES[name], SILVA if seller else MARINA, RULES, NOW, seller)


def letter(name: str) -> SendEmail:
    """The e-mail of a notice."""
    told = news(name)
    method = Method.BOLETO if name in ("boleto_reminder", "due_date_changed") else Method.PIX
    about = order(STATE_OF.get(name, OrderState.AWAITING_PAYMENT), method) if told.order else None
    return letters.of_notice("marina@exemplo.example", told, CATALOGUE[name], about)


def boleto() -> SendEmail:
    """A boleto that was just created."""
    data = {"method": "boleto", "amount": "51240", "line": LINE, "due_date": "2026-11-27"}
    told = News("charge_ready", 1042, data, MARINA, RULES, NOW, False)
    awaiting = order(OrderState.AWAITING_PAYMENT, Method.BOLETO)
    return letters.of_notice("marina@exemplo.example", told, CATALOGUE["charge_ready"], awaiting)


def _plain(template: str, subject: str, data: dict[str, str], *attachments: Attachment) -> SendEmail:
    return SendEmail(
        to="marina@exemplo.example",
        subject=subject,
        template=template,
        data={"brand": "AutoPars", **data},
        attachments=attachments,
        person_id="p1" if template == "receipt" else "",
        order=1042 if template == "receipt" else 0,
    )


def _password(*, invited: bool) -> SendEmail:
    subject, data = password_texts.mail(RULES, "ana", NOW + timedelta(hours=1), invited=invited)
    return SendEmail(to="ana@exemplo.com", subject=subject, template="password", data=data, password_link="a" * 32)


def mails() -> dict[str, SendEmail]:
    """Every e-mail, by name."""
    paid = order(OrderState.PAID)
    receipt = letter_texts.receipt(paid, SHOP, RULES)
    digest = {
        "topic": "41 alertas",
        "text": "Pedido #1042: a etiqueta não saiu.\n\nasaas não responde. O trabalho espera e segue sozinho quando "
        "voltar.\n\nE mais 12, no console.",
        "facts": "etiqueta: 38x\nasaas: 2x\ncarteira do frete: 1x",
    }
    return {
        "code": _plain("code", "Seu código: 482913", {"code": "482913"}),
        "recovery": _plain("recovery", "Seu código: 730154", {"code": "730154"}),
        "pix": letter("charge_ready"),
        "boleto": boleto(),
        "reminder": letter("boleto_reminder"),
        "confirmed": letter("payment_confirmed"),
        "receipt": _plain("receipt", letter_texts.receipt_subject(paid), receipt),
        "posted": letter("order_posted"),
        "delivered": letter("order_delivered"),
        "cancelled": letter("order_cancelled"),
        "sale": letter("sale_new"),
        "label": letter("label_ready"),
        "report": letter("sales_report"),
        "alert": _plain(
            "operator_alert",
            "[operador] asaas",
            {"topic": "asaas", "text": "asaas não responde. O trabalho espera e segue sozinho quando voltar."},
        ),
        "invited": _password(invited=True),
        "forgotten": _password(invited=False),
        "digest": _plain("operator_alert", "[operador] 41 alertas", digest),
    }
