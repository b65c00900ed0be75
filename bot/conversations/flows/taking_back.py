"""A seller and a returned part: whether it is accepted, and whether it has arrived."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows import reading, sales
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import returns as texts
from bot.domain import lanes
from bot.domain.events import ReturnAnswered, ReturnReceived
from bot.domain.order import Order, OrderState, ReturnState


def is_asked(order: Order) -> bool:
    asked = order.back is not None and order.back.state is ReturnState.ASKED
    return asked and order.state is OrderState.DELIVERED


def is_coming(order: Order) -> bool:
    """Whether a part of the order is, or may be, on its way back to the shop."""
    accepted = order.back is not None and order.back.state is ReturnState.ACCEPTED
    return order.state is OrderState.RETURNING or (order.state is OrderState.DELIVERED and accepted)


def _say_none(talk: Talk) -> str:
    talk.say(texts.no_claim())
    return "told"


# --- accepting --------------------------------------------------------------------------------------------


def _check_claim(talk: Talk) -> str:
    found = sales.find_waiting(talk, is_asked)
    return str(talk.data.pop("said", found)) if found == "one" else found


def _ask_claim(talk: Talk) -> None:
    rows = [("yes", "Aceito"), ("no", "Não aceito"), ("person", "Falar com atendente")]
    notice = talk.data.get("notice")
    order = sales.the(talk)
    words = f"\n“{notice['words'][:200]}”" if notice and notice.get("words") else ""
    talk.ask(f"{texts.take_back(order)}{words}", rows)


def _read_claim(talk: Talk, heard: Heard) -> str | None:
    answer = heard.choice or reading.yes_or_no(talk, heard)
    if answer == "person":
        talk.seed = {"about": f"venda #{talk.data['order']}, devolução"}
    return answer


def _answer(accepted: bool) -> Step:
    def act(talk: Talk) -> str:
        number = sales.the(talk).number
        talk.decision.emit(lanes.order(number), ReturnAnswered(order=number, by=talk.person.id, accepted=accepted))
        talk.say(texts.taken(number) if accepted else texts.not_taken(number))
        return "told"

    return Step("take" if accepted else "refuse", {"told": END}, act=act)


CLAIM = Flow(
    name="claim",
    title="a devolução",
    role="seller",
    lasts=timedelta(days=3),
    many=True,
    steps=(
        Step(
            "check",
            {
                "one": "answer",
                "yes": "take",
                "no": "refuse",
                "which": "which",
                "none": "none",
                "unknown": "unknown",
            },
            act=_check_claim,
        ),
        Step("which", {"one": "check"}, ask=sales.ask_which(texts.which_claim(), is_asked), read=sales.read_which),
        Step("answer", {"yes": "take", "no": "refuse", "person": ">person"}, ask=_ask_claim, read=_read_claim),
        _answer(True),
        _answer(False),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)


# --- receiving --------------------------------------------------------------------------------------------


def _find_coming(talk: Talk) -> str:
    return sales.find_waiting(talk, is_coming)


def _say_nothing_comes(talk: Talk) -> str:
    talk.say(texts.nothing_comes_back())
    return "told"


def _read_there(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.not_back(sales.the(talk).number))
    return answer


def _there(talk: Talk) -> str:
    number = sales.the(talk).number
    talk.decision.emit(lanes.order(number), ReturnReceived(order=number, by=talk.person.id))
    talk.say(texts.came_back(number))
    return "told"


CAME_BACK = Flow(
    name="came_back",
    title="a peça que voltou",
    role="seller",
    steps=(
        Step(
            "find",
            {"one": "there", "which": "which", "none": "none", "unknown": "unknown"},
            act=_find_coming,
        ),
        Step("which", {"one": "find"}, ask=sales.ask_which(texts.came_back_which(), is_coming), read=sales.read_which),
        Step(
            "there",
            {"yes": "back", "no": END},
            ask=lambda talk: talk.ask_yes(texts.came_back_sure(sales.the(talk))),
            read=_read_there,
        ),
        Step("back", {"told": END}, act=_there),
        Step("none", {"told": END}, act=_say_nothing_comes),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

FLOWS = (CLAIM, CAME_BACK)
