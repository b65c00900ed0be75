"""Every way in which WhatsApp fails, with every way in which e-mail ends: told once, or parked with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain.events import ChannelState, Expired, MailFact, Receipt, Refused
from bot.domain.lanes import SYSTEM
from bot.domain.notice import NoticeStage, NoticeState
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders

ADDRESS = "marina@exemplo.com"
NEWS = "foi postado"


def shop(*, address: bool = True) -> Chat:
    chat = buyer_with_orders()
    if address:
        chat.shop.add(chat.shop.persons["p-marina"].but(email=ADDRESS, email_confirmed=True))
    return chat


def posted(chat: Chat) -> Chat:
    return chat.notice("order_posted", "p-marina", 1003, carrier="Jadlog")


def state(chat: Chat) -> NoticeState:
    return next(iter(chat.shop.notices.values()))


def on_whatsapp(chat: Chat) -> int:
    """How often WhatsApp took the news."""
    return len([1 for _, command in chat.said if isinstance(command, c.SendText) and NEWS in command.text])


def by_mail(chat: Chat) -> int:
    return len([mail for mail in chat.mails if NEWS in mail.data["text"]])


def last_message(chat: Chat) -> str:
    return next(m for m in reversed(chat.shop.sent) if m.startswith("out-"))


# --- how WhatsApp fails -----------------------------------------------------------------------------------


def refused(reason: str) -> Callable[[Chat], None]:
    def fails(chat: Chat) -> None:
        chat.refusals["message.text"] = reason
        posted(chat)
        del chat.refusals["message.text"]

    return fails


def failed(failure: str) -> Callable[[Chat], None]:
    def fails(chat: Chat) -> None:
        posted(chat)
        chat.event(chat.lane, Receipt(message_id=last_message(chat), status="failed", failure=failure))

    return fails


def no_receipt(chat: Chat) -> None:
    posted(chat).passes(minutes=31)


def off_before(chat: Chat) -> None:
    chat.event(SYSTEM, ChannelState(connected=False))
    posted(chat)


def off_meanwhile(chat: Chat) -> None:
    chat.down |= {"message.text"}
    posted(chat)
    chat.event(SYSTEM, ChannelState(connected=False))


def no_answer(chat: Chat) -> None:
    chat.down |= {"message.text"}
    posted(chat).passes(minutes=31)


WHATSAPP: dict[str, Callable[[Chat], None]] = {
    "refused: no WhatsApp": refused("no_whatsapp"),
    "refused: rejected": refused("rejected"),
    "refused: uncertain": refused("uncertain"),
    "receipt: rejected": failed("rejected"),
    "receipt: no WhatsApp": failed("no_whatsapp"),
    "receipt: other": failed("other"),
    "no receipt": no_receipt,
    "off before": off_before,
    "off meanwhile": off_meanwhile,
    "no answer": no_answer,
}
HOPELESS = {"refused: no WhatsApp", "refused: rejected", "receipt: rejected", "receipt: no WhatsApp"}
TAKEN = {"receipt: rejected", "receipt: no WhatsApp", "receipt: other", "no receipt"}
OFF = {"off before", "off meanwhile", "no answer"}


# --- how e-mail ends --------------------------------------------------------------------------------------


def taken(chat: Chat) -> None:
    assert state(chat).stage is NoticeStage.MAILED


def delivered(chat: Chat) -> None:
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="delivered", address=ADDRESS))


def comes_back(fact: str) -> Callable[[Chat], None]:
    def step(chat: Chat) -> None:
        chat.event(SYSTEM, MailFact(email_id="mail-1", fact=fact, address=ADDRESS))

    return step


def down_and_back(chat: Chat) -> None:
    assert state(chat).stage is NoticeStage.MAILING
    chat.passes(hours=2)
    chat.up_again("mail.send")


MAIL: dict[str, tuple[Callable[[Chat], None], Callable[[Chat], None]]] = {
    "taken": (lambda _: None, taken),
    "delivered": (lambda _: None, delivered),
    "bounced": (lambda _: None, comes_back("bounced")),
    "suppressed": (lambda _: None, comes_back("suppressed")),
    "failed later": (lambda _: None, comes_back("failed")),
    "refused": (lambda chat: chat.refusals.update({"mail.send": "bad_address"}), lambda _: None),
    "down, then up": (lambda chat: chat.down.add("mail.send"), down_and_back),
}
LOST = {"bounced", "suppressed", "failed later", "refused"}


@pytest.mark.parametrize("mail", MAIL)
@pytest.mark.parametrize("whatsapp", WHATSAPP)
def test_every_failure_with_every_end(whatsapp: str, mail: str) -> None:
    chat = shop()
    before, after = MAIL[mail]
    before(chat)
    down = set(chat.down)
    WHATSAPP[whatsapp](chat)
    chat.down |= down
    after(chat)
    if mail not in LOST:
        assert (by_mail(chat), on_whatsapp(chat)) == (1, 1 if whatsapp in TAKEN else 0)
        assert state(chat).stage is NoticeStage.MAILED
        _all_comes_back(chat)
        assert (by_mail(chat), on_whatsapp(chat)) == (1, 1 if whatsapp in TAKEN else 0)
        return
    if whatsapp in HOPELESS or (whatsapp, mail) == ("refused: uncertain", "refused"):  # refused there twice
        assert state(chat).stage is NoticeStage.PARKED
        assert state(chat).reason.startswith("mail_")
        _all_comes_back(chat)
        assert on_whatsapp(chat) == (1 if whatsapp in TAKEN else 0)
        return
    if whatsapp in OFF:
        assert state(chat).stage in (NoticeStage.WAITING, NoticeStage.SENDING)
    _all_comes_back(chat)
    # neither was known to have arrived, so WhatsApp was asked once more, and said why
    assert on_whatsapp(chat) == (2 if whatsapp in TAKEN else 1)
    assert any("voltou" in str(command) for _, command in chat.said)
    assert state(chat).stage is NoticeStage.SENT
    chat.receipts()
    assert state(chat).stage is NoticeStage.TOLD


def _all_comes_back(chat: Chat) -> None:
    """Everything works again, and a week goes by."""
    chat.refusals.clear()
    chat.up_again()
    chat.event(SYSTEM, ChannelState(connected=True))
    chat.passes(minutes=20)


@pytest.mark.parametrize("whatsapp", WHATSAPP)
def test_without_an_address_it_waits_or_is_parked_and_comes_with_whatsapp(whatsapp: str) -> None:
    chat = shop(address=False)
    WHATSAPP[whatsapp](chat)
    assert state(chat).stage in (NoticeStage.WAITING, NoticeStage.PARKED)
    assert "no_address" in state(chat).reason
    _all_comes_back(chat)
    assert on_whatsapp(chat) == (1 if whatsapp in TAKEN | OFF else 0)
    assert by_mail(chat) == 0


# --- WhatsApp comes back in the middle --------------------------------------------------------------------


def test_the_receipt_comes_while_the_mail_waits() -> None:
    chat = shop()
    chat.down = {"mail.send"}
    posted(chat).passes(minutes=31)
    assert state(chat).stage is NoticeStage.MAILING
    chat.receipts()
    assert state(chat).stage is NoticeStage.TOLD
    chat.up_again()
    assert by_mail(chat) == 0


def test_the_receipt_comes_after_the_mail_and_the_mail_comes_back() -> None:
    chat = shop()
    posted(chat).passes(minutes=31)
    chat.receipts()
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="bounced", address=ADDRESS))
    assert (by_mail(chat), on_whatsapp(chat)) == (1, 1)
    assert state(chat).stage is NoticeStage.TOLD


def test_a_message_that_whatsapp_held_is_withdrawn_when_the_mail_leaves() -> None:
    chat = shop()
    no_answer(chat)
    chat.up_again()
    assert (by_mail(chat), on_whatsapp(chat)) == (1, 0)


# --- both down for a day ----------------------------------------------------------------------------------


def test_both_down_for_a_day() -> None:
    chat = shop()
    chat.down = {"messenger", "mailer"}
    posted(chat).passes(hours=24)
    assert state(chat).stage is NoticeStage.MAILING
    chat.up_again().passes(hours=2)
    assert (by_mail(chat), on_whatsapp(chat)) == (1, 0)


def test_both_down_for_more_than_its_life() -> None:
    chat = shop()
    chat.down = {"messenger", "mailer"}
    posted(chat).passes(days=8)
    mail = next(n for n in chat.parked if isinstance(n.command, c.SendEmail))
    assert mail.expires_at is not None
    assert mail.expires_at < chat.now
    chat.event(mail.lane, Expired(key=mail.key, command=mail.command))
    assert (state(chat).stage, state(chat).reason) == (NoticeStage.DROPPED, "expired")


# --- any sequence -----------------------------------------------------------------------------------------


STEPS = ["received", "read", "failed", "mail bounced", "mail delivered", "off", "on", "late", "down", "up", "refused"]


@settings(max_examples=150, deadline=None)
@example(["failed", "off", "mail bounced", "mail delivered"], True)
@example(["failed", "down", "mail bounced", "received", "up"], True)
@given(st.lists(st.sampled_from(STEPS), max_size=9), st.booleans())
def test_never_twice_while_either_is_known_to_have_arrived(steps: list[str], address: bool) -> None:
    chat = shop(address=address)
    posted(chat)
    arrived = False
    bounced: set[str] = set()
    for step in steps:
        before = (on_whatsapp(chat), by_mail(chat))
        there = arrived
        match step:
            case "received" | "read" | "failed" if chat.shop.sent:
                known = [m for m, s in chat.shop.sent.items() if not m.startswith("mail-") and s.notice_key]
                if known:
                    failure = "other" if step == "failed" else ""
                    chat.event(chat.lane, Receipt(message_id=known[-1], status=step, failure=failure))
                    arrived = arrived or step != "failed"
            case "mail bounced" | "mail delivered" if by_mail(chat) and not arrived:
                fact, mail = step.split()[1], f"mail-{len(chat.mails)}"
                chat.event(SYSTEM, MailFact(email_id=mail, fact=fact, address=ADDRESS))
                # webhooks come in any order: a mail that came back was delivered to nobody, whatever comes after
                bounced |= {mail} if fact == "bounced" else set()
                arrived = mail not in bounced
            case "off" | "on":
                chat.event(SYSTEM, ChannelState(connected=step == "on"))
            case "late":
                chat.passes(minutes=45)
            case "down":
                chat.down = {"messenger"}
            case "up":
                chat.up_again()
            case "refused":
                waiting = next((n for n in chat.parked if n.key.startswith("notice/")), None)
                if waiting is not None:
                    chat.parked.remove(waiting)
                    chat.event(waiting.lane, Refused(key=waiting.key, command=waiting.command, reason="no_whatsapp"))
            case _:
                pass
        if there:
            assert (on_whatsapp(chat), by_mail(chat)) == before, step
    chat.up_again()
    chat.event(SYSTEM, ChannelState(connected=True))
    before = (on_whatsapp(chat), by_mail(chat))
    chat.passes(days=9)
    if arrived:
        assert (on_whatsapp(chat), by_mail(chat)) == before
    assert by_mail(chat) <= 1
    assert on_whatsapp(chat) <= 2
    told = on_whatsapp(chat) + by_mail(chat) > 0
    assert told or (state(chat).stage in (NoticeStage.PARKED, NoticeStage.DROPPED) and state(chat).reason)


def test_the_patience_of_a_notice_is_counted_from_its_sending() -> None:
    chat = shop()
    posted(chat)
    timer = next(t for key, t in chat.shop.timers.items() if key.endswith("/patience"))
    assert timer.due_at == chat.now + timedelta(minutes=30)


def test_an_old_refusal_does_not_end_the_new_round() -> None:
    chat = shop()
    posted(chat).passes(minutes=31)
    old = next(n for n in chat.shop.commands.values() if n.key.startswith("notice/"))
    chat.event(SYSTEM, MailFact(email_id="mail-1", fact="bounced", address=ADDRESS))
    assert (state(chat).stage, state(chat).round) == (NoticeStage.SENT, 1)
    chat.event(old.lane, Refused(key=old.key, command=old.command, reason="uncertain"))
    assert state(chat).stage is NoticeStage.SENT
    chat.receipts()
    assert state(chat).stage is NoticeStage.TOLD
