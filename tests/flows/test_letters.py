"""What e-mails say: every template with what it needs, and documents whatever WhatsApp does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain import commands as c
from bot.domain.events import ChannelState, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage
from bot.domain.order import ChargeState, Method, OrderState
from bot.effects.mail import render
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, charge, parts_shop, seller_with_sales
from tests.flows.test_notices import CODE, charge_ready, with_mail


def off(chat: Chat) -> Chat:
    return chat.event(SYSTEM, ChannelState(connected=False))


def plain(mail: c.SendEmail) -> str:
    return render(mail.template, mail.data, subject=mail.subject)[1]


def test_a_pix_code_by_mail_has_its_picture_inside() -> None:
    chat = charge_ready(off(with_mail(buyer_with_orders())))
    mail = chat.mails[-1]
    assert mail.template == "pix"
    assert mail.attachments == (c.Attachment(what="pix", source=CODE, name="pix.png"),)
    assert (mail.person_id, mail.order, mail.unwanted) == ("p-marina", 1001, False)
    assert CODE in plain(mail)
    assert "[>] Pago" in plain(mail)


def test_a_boleto_by_mail_has_its_line_and_its_paper() -> None:
    chat = off(with_mail(buyer_with_orders(paid_with=Method.BOLETO)))
    line = "46191234506789012345767890123457116430000051240"
    chat.notice("charge_ready", "p-marina", 1001, method="boleto", amount="51240", line=line, due_date="2026-11-27")
    mail = chat.mails[-1]
    assert mail.template == "boleto"
    assert mail.attachments == (c.Attachment(what="boleto", source="pay_1", name="boleto-1001.pdf"),)
    assert "46191.23450 67890.123457 67890.123457 1 16430000051240" in plain(mail)


def test_a_reminder_by_mail_can_be_ended() -> None:
    chat = off(with_mail(buyer_with_orders(paid_with=Method.BOLETO)))
    chat.now -= timedelta(hours=4)
    chat.notice("boleto_reminder", "p-marina", 1001, when="day_before", amount="51240", due_date="2026-11-27")
    mail = chat.mails[-1]
    assert (mail.template, mail.unwanted) == ("reminder", True)


def test_a_label_by_mail_is_the_label() -> None:
    chat = off(seller_with_sales())
    chat.notice("label_ready", "p-silva", 1002, shipment_id="l1", carrier="Jadlog", ship_by="2026-11-25")
    mail = chat.mails[-1]
    assert mail.template == "label"
    assert mail.attachments == (c.Attachment(what="label", source="l1", name="etiqueta-1002.pdf"),)
    assert "o PDF está neste e-mail" in plain(mail)
    assert "próxima mensagem" not in plain(mail)


def test_each_state_shows_how_far_the_order_has_come() -> None:
    for state, now in (
        (OrderState.PAID, "[>] Separado"),
        (OrderState.SHIPPED, "[x] Postado"),
        (OrderState.DELIVERED, "[x] Entregue"),
    ):
        chat = off(with_mail(buyer_with_orders()))
        order = chat.shop.orders[1002]
        chat.shop.add(order.but(state=state, version=order.version + 1))
        name = "order_delivered" if state is OrderState.DELIVERED else "order_undelivered"
        chat.notice(name if state is not OrderState.PAID else "payment_confirmed", "p-marina", 1002, carrier="Jadlog")
        told = plain(chat.mails[-1])
        assert now in told or (state is OrderState.SHIPPED and "[>] Entregue" in told), told
        assert "Farol Corolla" in told


# --- documents --------------------------------------------------------------------------------------------


def test_a_receipt_is_mailed_whatever_whatsapp_does() -> None:
    chat = with_mail(buyer_with_orders()).notice("payment_confirmed", "p-marina", 1002, seller="Silva").receipts()
    (receipt,) = chat.documents
    assert receipt.to == "marina@exemplo.com"
    assert receipt.subject == "Recibo do pedido #1002 (R$ 512,40)"
    told = plain(receipt)
    for part in (
        "1x Farol Corolla: R$ 480,00",
        "Frete (Jadlog): R$ 32,40",
        "Total: R$ 512,40",
        "Forma: Pix",
        "Pago por: Marina Souza",
        "CPF/CNPJ: ***.982.247-**",
        "CNPJ do vendedor: 11.222.333/0001-81",
        "Pago em: 22/11/2026, 18:30",
        "não substitui a nota fiscal",
    ):
        assert part in told, part
    assert "52998224725" not in told
    assert not chat.mails


def test_a_receipt_of_instalments_and_several_pieces() -> None:
    chat = with_mail(buyer_with_orders())
    order = chat.shop.orders[1002]
    line = order.lines[0].but(quantity=2, unit_price=240_00, title="Pastilha | HB20")
    paid = charge(Method.CARD, ChargeState.PAID, installments=3)
    chat.shop.add(order.but(lines=(line,), charges=(paid,), version=order.version + 1))
    chat.notice("payment_confirmed", "p-marina", 1002)
    told = plain(chat.documents[-1])
    assert "2x Pastilha / HB20 (R$ 240,00 cada): R$ 480,00" in told
    assert "Forma: cartão, 3x" in told


def test_money_that_went_back_has_a_receipt_too() -> None:
    chat = with_mail(buyer_with_orders()).notice("refund_done", "p-marina", 1002, amount="51240")
    (receipt,) = chat.documents
    assert "Comprovante de devolução" in receipt.subject
    assert "Devolvido: R$ 512,40" in plain(receipt)


def test_no_address_no_receipt_until_there_is_one() -> None:
    chat = buyer_with_orders().notice("payment_confirmed", "p-marina", 1002, seller="Silva").receipts()
    assert not chat.documents
    chat.buyer("meu e-mail")
    chat.buyer("marina@exemplo.com")
    chat.buyer(chat.mails[-1].data["code"]).bot("E-mail confirmado")
    assert sorted(d.order for d in chat.documents) == [1002, 1003]
    chat.notice("payment_confirmed", "p-marina", 1002, seller="Silva")
    assert len(chat.documents) == 2, "one receipt an order"


def test_a_seller_gets_no_receipt_of_what_a_buyer_paid() -> None:
    chat = seller_with_sales().notice("late_payment", "p-silva", 1001, amount="51240", outcome="revived")
    assert not chat.documents


# --- the week of a shop -----------------------------------------------------------------------------------

WEEK = {"person": "p-silva", "week": "2026-W47", "first": "2026-11-16", "last": "2026-11-22"}


def week(chat: Chat) -> Chat:
    chat.now = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)  # Monday, five past nine in São Paulo
    chat._unread.clear()
    return chat.event(chat.shop.persons["p-silva"].lane, Tick(name="weekly_report", data=WEEK))


def test_a_week_is_told_in_few_words_and_mailed_whole() -> None:
    chat = week(seller_with_sales())
    chat.bot("Sua semana, 16/11 a 22/11: 3 vendas · R$ 1.440,00", "2 para postar", "SAIR")
    (mail,) = chat.mails
    assert (mail.template, mail.unwanted, mail.to) == ("report", True, "loja@autopars.example")
    told = plain(mail)
    assert "3x Farol Corolla: R$ 1.440,00" in told
    assert "Valor das peças: R$ 1.440,00" in told
    assert "não chegou" not in told
    assert mail.attachments[0].what == "chart"
    assert "22/11=144000" in mail.attachments[0].source
    week(chat).silence()
    chat.passes(hours=3)
    assert len(chat.mails) == 1, "its e-mail had left already"
    assert [s.stage for s in chat.shop.notices.values()] == [NoticeStage.MAILED]


def test_who_opted_out_gets_no_week() -> None:
    chat = seller_with_sales()
    chat.shop.add(chat.shop.persons["p-silva"].but(reminders=False))
    week(chat).silence()
    assert not chat.mails


def test_a_week_of_nothing_is_not_told() -> None:
    chat = Chat(parts_shop())
    week(chat).silence()
    assert not chat.mails


# --- consent ----------------------------------------------------------------------------------------------


def test_what_people_agree_to_is_logged_with_words_channel_and_time() -> None:
    chat = Chat(parts_shop())
    chat.buyer("oi")
    chat.buyer("SAIR")
    chat.buyer("VOLTAR AVISOS")
    chat.buyer("SAIR TUDO")
    log = [(line.purpose, line.given, line.channel) for line in chat.shop.consents]
    assert log == [
        ("data", True, "whatsapp"),
        ("reminders", False, "whatsapp"),
        ("reminders", True, "whatsapp"),
        ("whatsapp", True, "whatsapp"),
        ("reminders", False, "whatsapp"),
        ("whatsapp", False, "whatsapp"),
    ]
    assert all("@" in line.text for line in chat.shop.consents)
    assert len({line.text for line in chat.shop.consents}) == 4
    assert [line.at for line in chat.shop.consents] == sorted(line.at for line in chat.shop.consents)
