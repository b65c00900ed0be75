"""A chargeback: the seller decides whether to contest it, and adds to the evidence."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows import reading, sales
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import money_news as texts
from bot.domain import lanes
from bot.domain.disputes import DISPUTE_MOVES, DisputeState
from bot.domain.events import DisputeAnswered
from bot.domain.order import Order


def _waits(order: Order) -> bool:
    dispute = order.dispute
    can = dispute is not None and DisputeState.CONTESTED in DISPUTE_MOVES[dispute.state]
    return can and dispute is not None and not dispute.sending


def _check(talk: Talk) -> str:
    found = sales.find_waiting(talk, _waits)
    return str(talk.data.pop("said", found)) if found == "one" else found


def _ask(talk: Talk) -> None:
    rows = [("yes", "Contestar"), ("no", "Não contestar"), ("person", "Falar com atendente")]
    talk.ask(texts.dispute_question(sales.the(talk), dict(talk.data.get("notice") or {})), rows)


def _read(talk: Talk, heard: Heard) -> str | None:
    answer = heard.choice or reading.yes_or_no(talk, heard)
    if answer == "person":
        talk.seed = {"about": f"venda #{talk.data['order']}, contestação no cartão"}
    return answer


def _read_words(talk: Talk, heard: Heard) -> str | None:
    talk.data["words"] = "" if reading.yes_or_no(talk, heard) == "no" else heard.text[:2000]
    return "said"


def _answer(contest: bool) -> Step:
    def act(talk: Talk) -> str:
        number = sales.the(talk).number
        words = str(talk.data.get("words", ""))
        event = DisputeAnswered(order=number, by=talk.person.id, contest=contest, words=words)
        talk.decision.emit(lanes.order(number), event)
        talk.say(texts.sending(number) if contest else texts.not_sending(number))
        return "told"

    return Step("send" if contest else "leave", {"told": END}, act=act)


def _say_none(talk: Talk) -> str:
    talk.say(texts.no_dispute())
    return "told"


FLOW = Flow(
    name="contesting",
    title="a contestação no cartão",
    role="seller",
    lasts=timedelta(days=7),
    many=True,
    steps=(
        Step(
            "check",
            {
                "one": "answer",
                "yes": "words",
                "no": "leave",
                "which": "which",
                "none": "none",
                "unknown": "unknown",
            },
            act=_check,
        ),
        Step("which", {"one": "check"}, ask=sales.ask_which(texts.which_dispute(), _waits), read=sales.read_which),
        Step("answer", {"yes": "words", "no": "leave", "person": ">person"}, ask=_ask, read=_read),
        Step(
            "words", {"said": "send"}, ask=lambda talk: talk.ask(texts.anything_to_add()), read=_read_words, free=True
        ),
        _answer(True),
        _answer(False),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)
