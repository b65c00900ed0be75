"""What is counted of a conversation: each question put, answered, misread, left; and what nobody understood."""

from __future__ import annotations

from bot.domain.events import Message
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders
from tests.support_shop import MemoryShop, headlight, silva, silva_person


def shop() -> MemoryShop:
    made = MemoryShop()
    made.add(silva_person(), silva(), headlight())
    return made


def counted(chat: Chat, what: str) -> dict[str, int]:
    return {f"{flow}.{step}": n for (flow, step, w), n in chat.shop.steps.items() if w == what}


def test_a_purchase_step_by_step() -> None:
    chat = Chat(shop()).buyer("qto fica o farol do corolla 2015 pro 80010-000?").bot("Curitiba")
    asked = counted(chat, "entered")
    chat.buyer("sim").bot("Jadlog").buyer("1").bot("Pix").buyer("pix").bot("CPF").buyer("111.111.111-11").bot("CPF")
    chat.buyer("529.982.247-25")
    answered, misread = counted(chat, "answered"), counted(chat, "misunderstood")
    assert set(asked) <= set(answered), "what was asked first was answered later"
    assert [step for step, n in misread.items() if n] == ["buying.document"]
    assert counted(chat, "left") == {}


def test_what_was_said_before_is_no_question() -> None:
    chat = Chat(shop()).buyer("farol corolla 2015 pra 80010-000 no pix")
    assert not any("method" in step or "payment" in step for step in counted(chat, "entered"))


def test_a_question_that_is_dropped_was_left() -> None:
    chat = Chat(shop()).buyer("qto fica o farol do corolla 2015?").bot("CEP").buyer("cancelar")
    (step,) = counted(chat, "left")
    assert step.startswith("buying.")


def test_a_talk_that_paused_too_long_was_left_too() -> None:
    chat = Chat(shop()).buyer("qto fica o farol do corolla 2015?").bot("CEP").passes(hours=30).buyer("oi")
    assert sum(counted(chat, "left").values()) == 1


def test_what_nobody_understood_is_kept_by_its_event() -> None:
    chat = buyer_with_orders().buyer("xyzzy plugh qwerty")
    (missed,) = chat.shop.misheard
    assert (missed.flow, missed.step) == ("", "")
    (event,) = [d._stored.event for d in chat.decisions if d._stored.id == missed.event_id]
    assert isinstance(event, Message)
    assert event.text == "xyzzy plugh qwerty"
    chat.buyer("obrigado")
    assert len(chat.shop.misheard) == 1
