"""Paying an existing order: the code again, another method, a new code. A charge changes only after a yes."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversations import papers
from bot.conversations.flows import orders, paying_later, reading
from bot.conversations.flows.buying.paying_choice import LEAST_INSTALLMENT
from bot.conversations.flows.buying.remarks import at_once, way_of_paying
from bot.conversations.language import dates
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as buying_texts
from bot.conversations.texts import orders as texts
from bot.domain import calendar, documents, lanes, money
from bot.domain.boleto import show as show_line
from bot.domain.commands import SendText
from bot.domain.events import NewCodeAsked
from bot.domain.holding import held_until
from bot.domain.order import Charge, ChargeState, Method, OrderState
from bot.domain.states import PAYABLE

_TIMES = re.compile(r"\bem (\d{1,2})(?: ?x| vezes)?\W*$")
WAITING = frozenset([OrderState.AWAITING_PAYMENT])


def _find(talk: Talk) -> str:
    found = orders.find(talk, WAITING)
    if found != "one":
        return found
    order = orders.the(talk)
    if order.state is not OrderState.AWAITING_PAYMENT:
        return "late"
    return str(talk.data.get("entry") or "one")


# --- payment method ---------------------------------------------------------------------------------------


def _ask_method(talk: Talk) -> None:
    talk.ask(texts.how(orders.the(talk)), buying_texts.method_rows(talk.rules))


def _read_method(talk: Talk, heard: Heard) -> str | None:
    way = way_of_paying(heard)
    method = heard.choice if heard.choice in buying_texts.METHODS else way.get("method")
    if not method:
        return None
    talk.data.update(way)
    talk.data["method"] = method
    return "chosen"


def _most(talk: Talk) -> int:
    return int(max(1, min(talk.rules.card_max_installments, orders.the(talk).total // LEAST_INSTALLMENT)))


def _known_installments(talk: Talk) -> str | None:
    if talk.data.get("method") != "card":
        return "chosen"
    wanted = talk.data.get("installments")
    return "chosen" if wanted and 1 <= int(wanted) <= _most(talk) else None


def _ask_installments(talk: Talk) -> None:
    total = orders.the(talk).total
    rows = [(str(n), buying_texts.installment_row(n, total)) for n in range(1, _most(talk) + 1)]
    too_many = int(talk.data.get("installments") or 0) > _most(talk)
    talk.ask(buying_texts.how_many_installments(_most(talk) if too_many else 0), rows)


def _read_installments(talk: Talk, heard: Heard) -> str | None:
    said = "1" if at_once(heard) else heard.slot("installments") or heard.choice
    if not said.isdigit() or not 1 <= int(said) <= _most(talk):
        return None
    talk.data["installments"] = int(said)
    return "chosen"


def _wanted(talk: Talk) -> tuple[Method, int]:
    method = Method(talk.data["method"])
    return method, int(talk.data.get("installments", 1)) if method is Method.CARD else 1


# --- the charge -------------------------------------------------------------------------------------------


def _check(talk: Talk) -> str:
    order = orders.the(talk)
    charge = order.charge
    method, installments = _wanted(talk)
    if order.state not in WAITING:
        return "late"
    if charge is None or charge.state not in PAYABLE | {ChargeState.REQUESTED}:
        return "new"
    same = charge.method is method and charge.installments == installments
    if charge.state is ChargeState.REQUESTED:
        return "coming" if same else "other"
    if not same:
        return "other"
    if charge.method is Method.PIX and charge.expires_at is not None and charge.expires_at <= talk.now:
        return "new"
    if _is_overdue(charge, talk):
        return "overdue"
    return "again" if charge.pix_code or charge.line or charge.page_url else "new"


def _is_overdue(charge: Charge, talk: Talk) -> bool:
    """A boleto of a past day is replaced, not sent again."""
    last = calendar.next_bank_day(charge.due_date)
    return charge.method is Method.BOLETO and last < calendar.today(talk.now)


def _again(talk: Talk) -> str:
    order = orders.the(talk)
    charge = order.charge
    if charge is None:
        return "told"
    if charge.method is Method.CARD:
        talk.say(texts.card_again(charge))
        return "told"
    pix = charge.method is Method.PIX
    talk.say(texts.pix_again(order.number, charge) if pix else texts.boleto_again(order, charge))
    left = _life(charge, talk)
    talk.send(SendText(to=talk.person.chat, text=charge.pix_code if pix else show_line(charge.line)), lasts=left)
    if not pix and charge.provider_id:
        talk.send(papers.boleto(talk.person, order.number, charge), lasts=left)
    return "told"


def _life(charge: Charge, talk: Talk) -> timedelta:
    """A code is not sent after it has expired."""
    left = charge.expires_at - talk.now if charge.expires_at else timedelta(minutes=10)
    return min(left, timedelta(minutes=10))


def _coming(talk: Talk) -> str:
    talk.say(texts.making(orders.the(talk), _wanted(talk)[0]))
    return "told"


def _ask_swap(talk: Talk) -> None:
    order = orders.the(talk)
    if order.charge is not None:
        talk.ask_yes(texts.swap(order, order.charge.method, *_wanted(talk)))


def _read_swap(talk: Talk, heard: Heard) -> str | None:
    """A yes, a no, or another method after all: *na verdade em 6*."""
    way = way_of_paying(heard) if not heard.choice else {}
    times = heard.slot("installments") or _times(heard.folded) if talk.data.get("method") == "card" else ""
    if times and not heard.choice:
        talk.data.update({"installments": int(times)})
        return "other"
    if way and way.get("method") != talk.data.get("method") and reading.yes_or_no(talk, heard) != "no":
        talk.data.pop("installments", None)
        talk.data.update(way)
        return "other"
    return _read_yes(talk, heard)


def _times(folded: str) -> str:
    match = _TIMES.search(folded)
    return match[1] if match else ""


def _read_yes(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.kept(orders.the(talk).number))
    return answer


def _new(talk: Talk) -> str:
    """If the order was paid or ended while the question waited, nothing is requested or promised."""
    order = orders.the(talk)
    if order.state not in WAITING:
        orders.say_not_payable(talk)
        return "asked"
    method, installments = _wanted(talk)
    talk.decision.emit(
        lanes.order(order.number),
        NewCodeAsked(order=order.number, by=talk.person.id, method=method, installments=installments),
    )
    talk.say(texts.making(order, method))
    return "asked"


# --- after an end or a failure ----------------------------------------------------------------------------


def _ask_renew(talk: Talk) -> None:
    order = orders.the(talk)
    expired = order.charge.expires_at if order.charge else None
    talk.ask_yes(texts.renew(order.number, money.show(order.total), expired))


def _read_renew(talk: Talk, heard: Heard) -> str | None:
    way = way_of_paying(heard)
    if way:
        talk.data.update(way)
        return "other"
    answer = reading.yes_or_no(talk, heard)
    if answer == "yes":
        talk.data["method"] = "pix"
    elif answer == "no":
        talk.say(texts.no_new_code(orders.the(talk).number))
    return answer


def _ask_overdue(talk: Talk) -> None:
    order = orders.the(talk)
    rows = [("boleto", "Novo boleto"), ("pix", "Pagar com Pix agora"), ("cancel", "Cancelar")]
    talk.ask(texts.overdue(order, held_until(order, talk.rules), talk.now), rows)


def _read_overdue(talk: Talk, heard: Heard) -> str | None:
    if heard.choice == "cancel":
        talk.seed = {"order": talk.data.get("order")}
        return "cancel"
    way = way_of_paying(heard)
    method = heard.choice or way.get("method")
    if (said := dates.first(heard.folded)) and method in (None, "boleto"):  # *novo boleto pra sexta*
        talk.seed = {"order": talk.data.get("order"), "said": said}
        return "day"
    if not method:
        return None
    talk.data.update({**way, "method": method})
    return "other" if method == "card" else "chosen"


def _ask_failed(talk: Talk) -> None:
    order = orders.the(talk)
    method, reason = talk.data.get("failed", ""), talk.data.get("reason", "")
    if reason == "invalid_document":
        talk.ask(texts.failed(order.number, method, reason))
        return
    first = ("card", "Tentar outro cartão") if method == "card" else ("boleto", "Pagar com boleto")
    rows = [first, ("pix", "Pagar com Pix"), ("person", "Falar com atendente")]
    talk.ask(texts.failed(order.number, method, reason), rows)


def _read_failed(talk: Talk, heard: Heard) -> str | None:
    if talk.data.get("reason") == "invalid_document":
        found = documents.read(heard.text) or heard.slot("doc")
        if found:
            talk.know(document=found)
            talk.data["method"] = talk.data.get("failed") or "pix"
            return "again"
        if sum(c.isdigit() for c in heard.text) >= 8:
            talk.say(buying_texts.wrong_document())
            return STAY
        return None
    if heard.choice == "person":
        talk.seed = {"about": f"pagamento do pedido #{talk.data.get('order')}"}
        return "person"
    way = way_of_paying(heard)
    method = heard.choice or way.get("method")
    if not method:
        return None
    talk.data.update(way)
    talk.data["method"] = method
    return "other"


FLOW = Flow(
    name="paying",
    title="o pagamento",
    role="buyer",
    steps=(
        Step(
            "find",
            {
                "one": "method",
                "which": "which",
                "none": "none",
                "unknown": "unknown",
                "late": "late",
                "renew": "renew",
                "later": "later",
                "failed": "failed",
                "overdue": "overdue",
            },
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=orders.ask_which(texts.pay_which(), WAITING), read=orders.read_which),
        Step("none", {"told": END}, act=orders.say_nothing_to_pay),
        Step("unknown", {"told": END}, act=orders.say_unknown),
        Step("late", {"told": END}, act=orders.say_not_payable),
        Step(
            "method",
            {"chosen": "installments"},
            ask=_ask_method,
            read=_read_method,
            known=lambda talk: "chosen" if talk.data.get("method") else None,
            fills=("method", "installments"),
        ),
        Step(
            "installments",
            {"chosen": "check"},
            ask=_ask_installments,
            read=_read_installments,
            known=_known_installments,
            fills=("installments",),
        ),
        Step(
            "check",
            {"new": "new", "again": "again", "coming": "coming", "other": "swap", "late": "late", "overdue": "overdue"},
            act=_check,
        ),
        Step("again", {"told": END}, act=_again),
        Step("coming", {"told": END}, act=_coming),
        Step("swap", {"yes": "new", "no": END, "other": "installments"}, ask=_ask_swap, read=_read_swap),
        Step("new", {"asked": END}, act=_new),
        Step("renew", {"yes": "check", "other": "installments", "no": END}, ask=_ask_renew, read=_read_renew),
        Step(
            "overdue",
            {"chosen": "new", "other": "installments", "day": ">due_date", "cancel": ">cancelling"},
            ask=_ask_overdue,
            read=_read_overdue,
        ),
        Step("later", {"boleto": "new", "wait": END}, ask=paying_later.ask, read=paying_later.read),
        Step(
            "failed",
            {"again": "new", "other": "installments", "person": ">person"},
            ask=_ask_failed,
            read=_read_failed,
        ),
    ),
)
