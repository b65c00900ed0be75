"""News: once, on the channel that works, in time or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain import pix
from bot.domain.decision import ChannelWrite
from bot.domain.events import (
    ChannelState,
    MailFact,
    NewCodeAsked,
    Notice,
    NoticeAgain,
    PaymentFact,
    Receipt,
    Refused,
)
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage
from bot.domain.order import OrderState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, order, seller_with_sales

CODE = pix.build(
    amount=512_40, name="AUTOPARS MARKETPLACE", city="SAO PAULO", url="pix.example.com/qr/v2/9d36", single_use=True
)


def with_mail(chat: Chat) -> Chat:
    person = chat.shop.persons["p-marina"]
    chat.shop.add(person.but(email="marina@exemplo.com", email_confirmed=True))
    return chat


def stage(chat: Chat) -> NoticeStage:
    return list(chat.shop.notices.values())[-1].stage


def charge_ready(chat: Chat) -> Chat:
    return chat.notice(
        "charge_ready",
        "p-marina",
        1001,
        method="pix",
        amount="51240",
        expires_at=(chat.now + timedelta(minutes=30)).isoformat(),
        pix_code=CODE,
        line="",
        page_url="",
        due_date="2026-11-24",
        installments="1",
    )


# --- questions that notices open --------------------------------------------------------------------------


def test_an_expired_pix_is_renewed_by_a_yes() -> None:
    chat = buyer_with_orders().notice("pix_expired", "p-marina", 1001, amount="51240")
    chat.bot("O Pix do #1001 venceu*já cancelei ele (não pague o antigo)*Gero um novo de R$ 512,40? sim / não")
    chat.now += timedelta(hours=1)
    chat.buyer("sim").bot("Estou gerando o código Pix")
    assert chat.orders_hear(NewCodeAsked).method == "pix"


def test_a_refused_card_offers_other_ways() -> None:
    chat = buyer_with_orders().notice("charge_failed", "p-marina", 1001, method="card", reason="card_refused")
    chat.bot(
        "o banco não autorizou o cartão. Nada foi cobrado. 1 Tentar outro cartão 2 Pagar com Pix 3 Falar com atendente"
    )
    chat.buyer("3").bot("Já estou chamando", "pagamento do pedido #1001")


def test_a_refused_document_is_asked_for_again() -> None:
    chat = buyer_with_orders().notice("charge_failed", "p-marina", 1001, method="pix", reason="invalid_document")
    chat.bot("O CPF/CNPJ do #1001 não foi aceito")
    chat.buyer("111.444.777-35").bot("Estou gerando")
    assert chat.person.document == "11144477735"


def test_an_arrival_asks_whether_it_fits() -> None:
    chat = buyer_with_orders().notice("order_delivered", "p-marina", 1003, until="2026-12-07")
    chat.bot(
        "Seu #1003 foi entregue. Serviu certinho?", "7 dias*até seg, 07/12", "1 Serviu*2 Veio errado*3 Quero devolver"
    )
    chat.shop.add(order(1003, OrderState.DELIVERED, delivered_at=chat.now))
    chat.buyer("2").bot("O que houve com o #1003", "1 Veio errado*2 Veio com defeito*3 Nada, deixa")
    chat = buyer_with_orders().notice("order_delivered", "p-marina", 1003, until="2026-12-07")
    chat.buyer("serviu").bot("Boa!")


# --- channels ---------------------------------------------------------------------------------------------


def test_told_when_the_phone_has_it() -> None:
    chat = with_mail(buyer_with_orders()).notice("payment_confirmed", "p-marina", 1001, seller="Silva")
    assert stage(chat) is NoticeStage.SENT
    chat.receipts("received")
    assert stage(chat) is NoticeStage.TOLD
    chat.passes(hours=2)
    assert not chat.mails


def test_mailed_once_when_no_receipt_comes() -> None:
    chat = with_mail(buyer_with_orders()).notice("payment_confirmed", "p-marina", 1001, seller="Silva")
    chat.passes(minutes=9)
    assert not chat.mails
    chat.passes(minutes=2)
    assert [m.to for m in chat.mails] == ["marina@exemplo.com"]
    assert stage(chat) is NoticeStage.MAILED
    chat.receipts("failed").passes(hours=5)
    assert len(chat.mails) == 1
    mail_key = next(n.key for n in chat.shop.commands.values() if n.command in chat.mails)
    assert mail_key == next(iter(chat.shop.notices))


def test_thirty_minutes_for_what_is_less_urgent() -> None:
    chat = with_mail(buyer_with_orders()).notice("order_posted", "p-marina", 1003, carrier="Jadlog")
    chat.passes(minutes=29)
    assert not chat.mails
    chat.passes(minutes=2)
    assert len(chat.mails) == 1


def test_a_failed_receipt_is_mailed_at_once() -> None:
    chat = with_mail(buyer_with_orders()).notice("order_posted", "p-marina", 1003, carrier="Jadlog")
    chat.receipts("failed")
    assert stage(chat) is NoticeStage.MAILED


def test_a_refused_message_is_mailed_at_once() -> None:
    chat = with_mail(buyer_with_orders())
    chat.down = {"message.text"}
    chat.notice("order_posted", "p-marina", 1003, carrier="Jadlog")
    waiting = chat.parked.pop()
    chat.event(waiting.lane, Refused(key=waiting.key, command=waiting.command, reason="no_whatsapp"))
    assert stage(chat) is NoticeStage.MAILED
    assert waiting.key in chat.shop.cancelled_commands


def test_a_receipt_that_overtakes_the_answer_is_looked_at_again() -> None:
    chat = with_mail(buyer_with_orders())
    chat.event(chat.lane, Receipt(message_id="out-1", status="read"))
    chat.notice("order_posted", "p-marina", 1003, carrier="Jadlog")
    chat.passes(seconds=5)
    assert stage(chat) is NoticeStage.TOLD


def test_a_receipt_in_the_systems_lane_finds_its_person() -> None:
    chat = with_mail(buyer_with_orders()).notice("order_posted", "p-marina", 1003, carrier="Jadlog")
    chat.event(SYSTEM, Receipt(message_id="out-1", status="received"))
    assert stage(chat) is NoticeStage.TOLD
    chat.event(SYSTEM, Receipt(message_id="nobody", status="received"))
    chat.passes(seconds=10)
    assert not chat.shop.timers.get("receipt/nobody/received")


def test_mail_only_people_get_mail_only() -> None:
    chat = with_mail(buyer_with_orders())
    chat.shop.add(chat.shop.persons["p-marina"].but(mail_only=True, reminders=False))
    chat.notice("payment_confirmed", "p-marina", 1001, seller="Silva").silence()
    assert stage(chat) is NoticeStage.MAILED
    assert "não chegou" not in chat.mails[0].data["text"]
    charge_ready(chat).silence()
    assert chat.mails[-1].data["code"] == CODE


def test_without_an_address_it_is_parked_and_told_when_it_arrives_after_all() -> None:
    chat = buyer_with_orders().notice("payment_confirmed", "p-marina", 1001, seller="Silva")
    chat.passes(minutes=11)
    assert stage(chat) is NoticeStage.PARKED
    assert "no_address" in next(iter(chat.shop.notices.values())).reason
    chat.receipts("received")
    assert stage(chat) is NoticeStage.TOLD


def test_a_sellers_imported_address_counts_as_confirmed() -> None:
    chat = seller_with_sales()
    chat.shop.add(chat.shop.persons["p-silva"].but(email="", email_confirmed=False))
    chat.notice("sale_cancelled", "p-silva", 1001, reason="buyer").passes(minutes=11)
    assert chat.mails[-1].to == "loja@autopars.example"


def test_a_shops_address_that_nobody_confirmed_gets_nothing() -> None:
    chat = seller_with_sales()
    chat.shop.add(chat.shop.persons["p-silva"].but(email="", email_confirmed=False))
    chat.shop.add(chat.shop.sellers["s-silva"].but(email_confirmed=False))
    chat.notice("sale_cancelled", "p-silva", 1001, reason="buyer").passes(minutes=11)
    assert (stage(chat), chat.mails) == (NoticeStage.PARKED, [])


def test_a_code_is_not_mailed_after_its_end() -> None:
    chat = with_mail(buyer_with_orders())
    chat.down = {"message.text", "message.qr"}
    charge_ready(chat)
    del chat.shop.timers[next(k for k in chat.shop.timers if k.endswith("/patience"))]
    chat.now += timedelta(minutes=40)
    chat.event(SYSTEM, ChannelState(connected=False))
    assert stage(chat) is NoticeStage.DROPPED
    assert not chat.mails


def test_the_same_notice_is_told_once() -> None:
    chat = buyer_with_orders().notice("payment_confirmed", "p-marina", 1001, seller="Silva")
    before = len(chat.said)
    notice = chat.decisions[0]._stored.event
    chat.event("person:4198123456", notice)
    assert len(chat.said) == before


def test_the_number_goes_off_and_what_is_being_sent_is_mailed() -> None:
    chat = with_mail(buyer_with_orders())
    chat.down = {"message.text"}
    chat.notice("payment_confirmed", "p-marina", 1001, seller="Silva")
    assert stage(chat) is NoticeStage.SENDING
    chat.event(SYSTEM, ChannelState(connected=False, detail="logged out"))
    assert stage(chat) is NoticeStage.MAILED
    assert [a.topic for a in chat.alerts] == ["WhatsApp"]
    chat.event(SYSTEM, ChannelState(connected=False, detail="still"))
    assert len(chat.alerts) == 1
    chat.notice("order_posted", "p-marina", 1003, carrier="Jadlog").silence()
    assert len(chat.mails) == 2
    chat.event(SYSTEM, ChannelState(connected=True))
    assert isinstance(chat.shop.channel, ChannelWrite)
    assert chat.shop.channel_connected()


def test_a_label_whose_pdf_fails_is_said_and_alerted() -> None:
    chat = seller_with_sales()
    chat.down = {"message.label"}
    chat.notice("label_ready", "p-silva", 1002, shipment_id="l1", carrier="Jadlog").bot("Etiqueta da #1002 pronta")
    waiting = chat.parked.pop()
    chat.event(waiting.lane, Refused(key=waiting.key, command=waiting.command, reason="gone"))
    chat.bot("Não consegui anexar o PDF da #1002")
    assert chat.alerts


def test_a_label_that_may_have_arrived_is_not_sent_twice_unasked() -> None:
    chat = seller_with_sales()
    chat.down = {"message.label"}
    chat.notice("label_ready", "p-silva", 1002, shipment_id="l1", carrier="Jadlog")
    waiting = chat.parked.pop()
    chat.event(waiting.lane, Refused(key=waiting.key, command=waiting.command, reason="uncertain"))
    chat.bot("Não sei se o PDF da #1002 chegou", "etiqueta 1002")


def test_a_label_that_was_asked_for_and_fails_is_said() -> None:
    chat = seller_with_sales()
    lane = chat.seller("oi").lane
    for reason, told in (("gone", "Não consegui anexar"), ("uncertain", "Não sei se o PDF chegou")):
        key = f"say/p-silva/{reason}/0"
        label = c.SendLabel(to="5511987654321@c.us", shipment_id="l1", file_name="etiqueta-1002.pdf")
        chat.event(lane, Refused(key=key, command=label, reason=reason)).bot(told)


def test_an_answer_whose_buttons_fail_comes_again_as_text_once() -> None:
    chat = buyer_with_orders()
    chat.buyer("oi")
    said = chat.said[-1][1]
    assert isinstance(said, c.SendText)
    assert said.options
    chat.event(chat.lane, Receipt(message_id=list(chat.shop.sent)[-1], status="failed", failure="buttons"))
    again = chat.said[-1][1]
    assert again == said.but(options=())
    count = len(chat.said)
    chat.event(chat.lane, Receipt(message_id=f"out-{count}", status="failed", failure="buttons"))
    chat.passes(seconds=10)
    assert len(chat.said) == count
    assert not chat.alerts


# --- the system's lane ------------------------------------------------------------------------------------


def code_mail(chat: Chat) -> str:
    """Marina gives an address, and a code is sent there; the e-mail's id."""
    chat.buyer("meu e-mail")
    chat.buyer("marina@exemplo.com")
    assert chat.mails[-1].template == "code"
    return f"mail-{len(chat.mails)}"


@pytest.mark.parametrize("fact", ["bounced", "suppressed"])
def test_an_address_that_does_not_work_is_marked_and_told(fact: str) -> None:
    chat = buyer_with_orders()
    email_id = code_mail(chat)
    chat.event(SYSTEM, MailFact(email_id=email_id, fact=fact, address="Marina@exemplo.com"))
    chat.bot("O e-mail que mandei para marina@exemplo.com voltou", "meu e-mail")
    person = chat.shop.persons["p-marina"]
    assert person.bad_emails == ("marina@exemplo.com",)
    chat.event(SYSTEM, MailFact(email_id=email_id, fact=fact, address="marina@exemplo.com"))
    assert len(chat.alerts) == 1
    assert len(chat.said) == len([s for s in chat.said if "voltou" not in str(s)]) + 1


def test_a_full_mailbox_says_nothing_against_the_address() -> None:
    chat = with_mail(buyer_with_orders())
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="failed", address="marina@exemplo.com")).passes(seconds=10)
    assert chat.shop.persons["p-marina"].email_confirmed


def test_who_complains_gets_no_reminders() -> None:
    chat = with_mail(buyer_with_orders())
    chat.notice("payment_confirmed", "p-marina", 1001, seller="Silva").passes(minutes=11)
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="complained", address="marina@exemplo.com"))
    person = chat.shop.persons["p-marina"]
    assert (person.reminders, person.email_confirmed) == (False, True)


def test_a_sellers_address_that_came_back_is_not_used_again() -> None:
    chat = seller_with_sales()
    chat.shop.add(chat.shop.persons["p-silva"].but(email="", email_confirmed=False))
    chat.notice("sale_cancelled", "p-silva", 1001, reason="buyer").passes(minutes=11)
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="bounced", address="loja@autopars.example"))
    chat.bot("O e-mail com este aviso voltou", "A venda #1001 foi cancelada")
    chat.notice("label_delayed", "p-silva", 1002, carrier="Jadlog").passes(minutes=31)
    assert len(chat.mails) == 1
    assert stage(chat) is NoticeStage.PARKED


def test_money_without_an_order_is_alerted() -> None:
    chat = Chat()
    chat.event(SYSTEM, PaymentFact(charge_id="pay_9", fact="paid"))
    chat.event(SYSTEM, PaymentFact(charge_id="pay_9", fact="viewed"))
    assert [a.topic for a in chat.alerts] == ["dinheiro sem pedido"]


def test_a_notice_for_nobody_is_alerted() -> None:
    chat = buyer_with_orders()
    chat.event("person:1", Notice(key="k", name="order_posted", person_id="p-x"))
    assert chat.alerts[0].topic == "aviso sem pessoa"


# --- told again by an operator ----------------------------------------------------------------------------


def again(chat: Chat, key: str = "") -> Chat:
    told = list(chat.shop.notices.values())[-1]
    chat._unread.clear()
    event = NoticeAgain(key=key or told.key, person_id=told.person_id, by="operator:ana")
    person = chat.shop.person(told.person_id)
    assert person is not None
    return chat.event(person.lane, event)


def test_a_code_is_sent_again_with_its_picture() -> None:
    chat = charge_ready(buyer_with_orders()).receipts()
    again(chat).bot("Pix", "000201", "(qr 000201")
    assert len(chat.shop.notices) == 2
    again(chat)
    assert len(chat.shop.notices) == 3, "as often as it is wanted"
    assert all("/again/" not in key.partition("/again/")[2] for key in chat.shop.notices)


def test_a_code_that_has_run_out_is_not_sent_again() -> None:
    chat = charge_ready(buyer_with_orders()).passes(hours=2)
    again(chat).silence()
    assert stage(chat) is NoticeStage.DROPPED


def test_a_notice_that_nobody_got_is_nothing_to_repeat() -> None:
    chat = charge_ready(buyer_with_orders())
    again(chat, "order-1/made_up").silence()
    assert len(chat.shop.notices) == 1


def test_a_parked_notice_that_is_told_again_waits_for_nobody_any_more() -> None:
    chat = buyer_with_orders().notice("payment_confirmed", "p-marina", 1001, seller="Silva").passes(minutes=11)
    assert stage(chat) is NoticeStage.PARKED
    again(chat).bot("Pagamento confirmado")
    assert [n.stage for n in chat.shop.notices.values()] == [NoticeStage.DROPPED, NoticeStage.SENT]


@pytest.mark.parametrize(
    ("state", "answer"),
    [(OrderState.CANCELLED, "não está mais esperando"), (OrderState.PAID, "já está confirmado")],
    ids=str,
)
def test_a_new_code_is_not_promised_for_an_order_that_waits_no_more(state: OrderState, answer: str) -> None:
    """The question stood open while late money came, or somebody ended the order."""
    chat = buyer_with_orders().notice("pix_expired", "p-marina", 1001, amount="51240").bot("Gero um novo")
    order = chat.shop.orders[1001]
    paid_at = chat.now if state is OrderState.PAID else None
    chat.shop.add(order.but(state=state, paid_at=paid_at, version=order.version + 1))
    chat.buyer("sim").bot(answer)
    assert not [e for e in chat.heard_by_orders if e.kind == "order.charge_asked"]
