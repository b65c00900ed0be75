"""What notices say: the codes, and of every one its text, its e-mail and what is missing in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversations.catalogue import CATALOGUE
from bot.domain.order import Method
from tests.flows.stories import buyer_with_orders, seller_with_sales
from tests.flows.test_notices import CODE, charge_ready, with_mail

# --- what they say ----------------------------------------------------------------------------------------


def test_a_pix_code_stands_alone_with_its_picture() -> None:
    chat = charge_ready(with_mail(buyer_with_orders())).bot(
        "pague R$ 512,40 no Pix até 19:00 (30 min). Recebedor: AUTOPARS MARKETPLACE",
        "O código está na próxima mensagem: é só segurar e copiar.",
    )
    assert chat.last[1] == CODE
    assert chat.last[2].startswith("[qr ")
    commands = chat.decisions[-4].commands if chat.decisions[-4].commands else chat.decisions[0].commands
    assert all(n.queue == "wa:p-marina" for n in commands)


def test_a_boleto_and_a_card() -> None:
    chat = with_mail(buyer_with_orders(paid_with=Method.BOLETO))
    line = "46191234506789012345767890123457116430000051240"
    chat.notice(
        "charge_ready", "p-marina", 1001, method="boleto", amount="51240", line=line, due_date="2026-11-27"
    ).bot("Boleto do pedido #1001, R$ 512,40, vence sex, 27/11", "sem lembrete desliga")
    assert chat.last[1].replace(".", "").replace(" ", "") == line
    chat.notice(
        "charge_ready",
        "p-marina",
        1001,
        method="card",
        amount="51240",
        installments="3",
        page_url="https://pay.example/i/1",
        expires_at="2026-11-24T02:59:59+00:00",
    ).bot("3x de R$ 170,80 sem juros (total R$ 512,40)", "nunca aqui no chat: https://pay.example/i/1", "23:59 de hoje")


TEMPLATE_OF = {
    "return_reminder": "reminder",
    "boleto_reminder": "reminder",
    "due_date_changed": "boleto",
    "sale_reminder": "reminder",
    "label_ready": "label",
    "sales_report": "report",
}


SAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    "charge_failed": ("p-marina", {"method": "card", "reason": "card_refused"}),
    "charge_delayed": ("p-marina", {"method": "pix"}),
    "payment_confirmed": ("p-marina", {"ship_by": "2026-11-25", "seller": "Auto Peças Silva"}),
    "pix_expired": ("p-marina", {"amount": "51240"}),
    "card_expired": ("p-marina", {"amount": "51240"}),
    "boleto_reminder": (
        "p-marina",
        {"when": "day_before", "amount": "51240", "due_date": "2026-11-27", "line": "4" * 47},
    ),
    "due_date_changed": (
        "p-marina",
        {"amount": "51240", "due_date": "2026-12-04", "line": "4" * 47, "page_url": "https://pay.example/i/1"},
    ),
    "due_date_kept": (
        "p-marina",
        {"reason": "too_late", "wanted": "2026-12-15", "due_date": "2026-11-27", "last": "2026-12-04"},
    ),
    "order_cancelled": ("p-marina", {"reason": "no_part", "refund": "51240"}),
    "refund_form": ("p-marina", {"amount": "51240", "page_url": "https://pay.example/r"}),
    "refund_done": ("p-marina", {"amount": "51240"}),
    "late_payment": ("p-marina", {"amount": "51240", "outcome": "refunded"}),
    "order_posted": ("p-marina", {"carrier": "Jadlog", "tracking": "JD1", "tracking_url": "https://t.example/JD1"}),
    "order_delivered": ("p-marina", {"until": "2026-12-07"}),
    "order_undelivered": ("p-marina", {"carrier": "Jadlog"}),
    "cancel_refused": ("p-marina", {"reason": "shipped"}),
    "mail_came_back": ("p-marina", {"address": "marina@velho.example"}),
    "payment_review": ("p-marina", {"amount": "51240"}),
    "share_paid": ("p-silva", {"amount": "43961", "title": "farol"}),
    "share_stopped": ("p-silva", {"amount": "43961", "reason": "wallet_cannot_receive"}),
    "sale_refunded": ("p-silva", {"amount": "51240", "title": "farol"}),
    "share_due": ("p-silva", {"amount": "43961", "title": "farol"}),
    "debt_paid": ("p-silva", {"amount": "3961", "left": "40000"}),
    "share_reduced": ("p-silva", {"amount": "1000", "share": "858", "title": "farol"}),
    "dispute_opened": (
        "p-silva",
        {"amount": "51240", "reason": "fraud", "answer_by": "2026-12-14", "title": "farol", "buyer": "Marina S."},
    ),
    "dispute_reminder": ("p-silva", {"answer_by": "2026-12-14"}),
    "dispute_sent": ("p-silva", {"amount": "51240"}),
    "dispute_ended": ("p-silva", {"amount": "51240", "outcome": "won"}),
    "address_changed": ("p-marina", {"address": "Rua XV, 215, Curitiba/PR"}),
    "delivery_kept": ("p-marina", {"reason": "paid_before", "carrier": "Jadlog .Package"}),
    "return_accepted": ("p-marina", {"amount": "51240"}),
    "return_refused": ("p-marina", {"reason": "seller"}),
    "return_label": ("p-marina", {"posting_code": "1000000001", "tracking": "ME1BR", "post_by": "2026-12-14"}),
    "return_delayed": ("p-marina", {}),
    "return_reminder": ("p-marina", {"posting_code": "1000000001", "post_by": "2026-12-14"}),
    "return_over": ("p-marina", {}),
    "parcel_returning": ("p-marina", {"amount": "51240"}),
    "return_done": ("p-marina", {"amount": "51240"}),
    "return_opened": (
        "p-silva",
        {
            "reason": "broken",
            "words": "veio quebrado",
            "photos": "https://img.example/1 https://img.example/2",
            "title": "farol",
            "buyer": "Marina S.",
            "asked": "",
        },
    ),
    "return_posted": ("p-silva", {"tracking": "ME1BR"}),
    "sale_new": (
        "p-silva",
        {
            "goods": "48000",
            "share": "43961",
            "fee": "3840",
            "cost": "199",
            "ship_by": "2026-11-25",
            "title": "farol",
            "buyer": "Marina S.",
            "city": "Curitiba",
            "state": "PR",
            "carrier": "Jadlog",
        },
    ),
    "sale_reminder": ("p-silva", {"title": "farol", "buyer": "Marina S.", "ship_by": "2026-11-25"}),
    "label_ready": ("p-silva", {"shipment_id": "l1", "carrier": "Jadlog", "tracking": "JD1", "ship_by": "2026-11-25"}),
    "label_delayed": ("p-silva", {"carrier": "Jadlog"}),
    "sale_cancelled": ("p-silva", {"reason": "buyer", "refund": "51240"}),
    "sale_delivered": ("p-silva", {"buyer": "Marina S."}),
    "sales_report": (
        "p-silva",
        {
            "first": "2026-11-16",
            "last": "2026-11-22",
            "sales": "14",
            "amount": "532000",
            "share": "390810",
            "cancelled": "1",
            "to_ship": "3",
            "parts": "Farol Corolla 2015|6|288000\nAlternador Gol|8|244000",
            "days": "16/11=120000;17/11=412000",
        },
    ),
    "part_there": ("p-marina", {"listing": "558", "title": "Farol Corolla", "amount": "48000", "words": "farol"}),
    "sale_rated": ("p-silva", {"buyer": "Marina S.", "stars": "5", "words": "chegou rápido"}),
    "invoice_missing": ("p-silva", {}),
    "label_kept": ("p-silva", {}),
    "posting_later": ("p-marina", {"day": "2026-11-27", "before": "2026-11-25"}),
    "address_on_box": ("p-silva", {"address": "Rua XV, 215, apto 32, Curitiba/PR"}),
    "charge_offered": ("p-marina", {"shop": "Silva", "amount": "15000", "title": "Farol", "method": "pix"}),
    "charge_taken": ("p-silva", {"buyer": "João", "amount": "15000", "title": "Farol"}),
    "charge_declined": ("p-silva", {"buyer": "João", "amount": "15000", "title": "Farol"}),
    "charge_taken_back": ("p-silva", {"buyer": "João", "amount": "15000", "title": "Farol"}),
    "charge_withdrawn": ("p-marina", {"shop": "Silva", "amount": "15000", "title": "Farol"}),
    "charge_unanswered": ("p-silva", {"buyer": "João", "amount": "15000", "title": "Farol"}),
    "charge_paid": ("p-silva", {"buyer": "João", "amount": "15000", "share": "13601", "title": "Farol"}),
    "charge_expired": ("p-silva", {"buyer": "João", "amount": "15000"}),
}


BEFORE_THE_ORDER = ("charge_offered", "charge_declined", "charge_unanswered", "charge_taken_back", "charge_withdrawn")
"""A charge by message has a number only when the payer has said who they are."""


@pytest.mark.parametrize("name", SAMPLES)
def test_every_notice_has_a_short_text_and_a_mail(name: str) -> None:
    person_id, data = SAMPLES[name]
    noon = datetime(2026, 11, 23, 15, tzinfo=UTC)
    chat = with_mail(seller_with_sales() if person_id == "p-silva" else buyer_with_orders())
    chat.now = noon
    chat.notice(name, person_id, 1001, **data)
    assert 0 < len(chat.last[0]) <= 600
    said = {"mail_came_back": "marina@velho.example", "sales_report": "5.320,00", "part_there": "480,00"}
    about = said.get(name, "150,00" if name in BEFORE_THE_ORDER else "1001")
    assert about in chat.last[0]
    assert not [b for b in ("{", "None", "  ") if b in chat.last[0].replace("   ", "")]
    chat.passes(minutes=40)
    mail = chat.mails[-1]
    assert about in mail.subject or name == "mail_came_back"
    assert about in mail.data["text"]
    assert mail.template == TEMPLATE_OF.get(name, "status")
    assert mail.unwanted == (CATALOGUE[name].purpose != "essential")


def test_the_catalogue_is_covered() -> None:
    assert set(SAMPLES) | {"charge_ready"} == set(CATALOGUE)


def test_nothing_of_a_notice_is_empty_when_data_are_missing() -> None:
    for name, kind in CATALOGUE.items():
        chat = buyer_with_orders() if kind.audience != "seller" else seller_with_sales()
        chat.now = datetime(2026, 11, 23, 15, tzinfo=UTC)
        chat.notice(name, "p-silva" if kind.audience == "seller" else "p-marina", 1001)
        assert chat.last, name
