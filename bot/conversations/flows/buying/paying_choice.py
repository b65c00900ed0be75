"""The total, the payment method and the instalments."""

from __future__ import annotations

import re

from bot.conversations.flows.buying import facts, remarks
from bot.conversations.language import answers
from bot.conversations.steps import STAY, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import buying as texts

_WANTS_TO_PAY = re.compile(r"^(?:quero |vou |posso |vamos |como )*(?:pagar|pago|fechar)(?: agora| ja| logo| isso)*\W*$")
_IN = re.compile(r"^(?:(?:pode ser |quero |faz |divide |parcela )*em )(\w+)\W*$")
LEAST_TOTAL = 500
LEAST_INSTALLMENT = 500


def total(talk: Talk) -> int | None:
    offer = facts.offer(talk)
    return None if offer is None else facts.product(talk).price * facts.quantity(talk) + offer.price


def _check_total(talk: Talk) -> str:
    amount = total(talk)
    if amount is not None and amount < LEAST_TOTAL:
        talk.data["problem"] = texts.too_little()
        facts.forget(talk, "listing", "query", "candidates", "quantity")
        facts.forget_quote(talk)
        return "too_little"
    return "enough"


def _known_method(talk: Talk) -> str | None:
    return "chosen" if talk.data.get("method") else None


def _ask_method(talk: Talk) -> None:
    offer = facts.offer(talk)
    if offer is None:
        talk.ask(texts.how_to_pay_later(), texts.method_rows(talk.rules))
        return
    talk.data["total_shown"] = True
    head = texts.total(facts.product(talk), facts.quantity(talk), offer.price)
    talk.ask(f"{head}\n{texts.how_to_pay()}", texts.method_rows(talk.rules))


def _read_method(talk: Talk, heard: Heard) -> str | None:
    way = remarks.way_of_paying(heard)
    method = heard.choice if heard.choice in texts.METHODS else way.get("method")
    if not method:
        if _WANTS_TO_PAY.search(heard.folded):
            _ask_method(talk)
            return STAY
        return None
    facts.forget(talk, "installments")
    talk.data["method"] = method
    if method == "card" and heard.slot("installments").isdigit():
        talk.data["installments"] = int(heard.slot("installments"))
    return "chosen"


def _most_installments(talk: Talk) -> int:
    amount = total(talk)
    most = talk.rules.card_max_installments
    return int(most if amount is None else max(1, min(most, amount // LEAST_INSTALLMENT)))


def _known_installments(talk: Talk) -> str | None:
    if talk.data.get("method") != "card":
        return "chosen"
    wanted = talk.data.get("installments")
    return "chosen" if wanted and 1 <= wanted <= _most_installments(talk) else None


def _ask_installments(talk: Talk) -> None:
    most = _most_installments(talk)
    rows = [(str(n), texts.installment_row(n, total(talk))) for n in range(1, most + 1)]
    too_many = int(talk.data.get("installments") or 0) > most
    talk.ask(texts.how_many_installments(most if too_many else 0), rows)


def _read_installments(talk: Talk, heard: Heard) -> str | None:
    lone = _IN.match(heard.folded)
    said = heard.slot("installments") or heard.choice or (answers.count(lone[1]) if lone else "")
    if remarks.at_once(heard):
        said = "1"
    if not said.isdigit() or not 1 <= int(said) <= _most_installments(talk):
        return None
    talk.data["installments"] = int(said)
    return "chosen"


STEPS = (
    Step("total", {"enough": "method", "too_little": "part"}, act=_check_total),
    Step(
        "method",
        {"chosen": "installments"},
        ask=_ask_method,
        read=_read_method,
        known=_known_method,
        fills=("method", "installments"),
        needs=("listing", "cep"),
    ),
    Step(
        "installments",
        {"chosen": "document"},
        ask=_ask_installments,
        read=_read_installments,
        known=_known_installments,
        fills=("installments",),
        needs=("listing", "cep"),
    ),
)
