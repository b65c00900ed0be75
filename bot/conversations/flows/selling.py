"""A seller's sales: whether the part is available, and the list of sales."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.conversations.flows import invoicing, meant, reading, sales
from bot.conversations.language import answers, dates
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import invoicing as invoicing_texts
from bot.conversations.texts import selling as texts
from bot.domain import calendar, lanes, nfe
from bot.domain.events import SaleAnswered
from bot.domain.order import Order, OrderState

_WAITING = frozenset([OrderState.PAID])
_UNPAID = frozenset([OrderState.AWAITING_PAYMENT])
SOLD = frozenset(OrderState) - {OrderState.AWAITING_PAYMENT, OrderState.CANCELLED}

_HAS = re.compile(r"\b(?:tenho|tem|temos)\b(?!.*\?)")
_NO_POSTING = re.compile(
    r"\bnao (?:posto|mando|envio|despacho|(?:consigo|vou|da pra) (?:postar|mandar|enviar|despachar))\b"
)
_HERE = re.compile(
    r"^(?:(?:sim|opa|oi|ta|esta)\W+)*(?:aqui(?=\W*$| (?:sim|o|comigo|mesmo|n[ao]|em|separad[oa]|guardad[oa])\b)|na mao"
    r"|(?:ja )?separ(?:ei|ad[oa])|(?:ja )?embal(?:ei|ad[oa]))\b(?!.*\?)"
)
"""*Tá aqui na mão*, but not *aqui é a Cida*, which says who is writing."""
_ALL = re.compile(r"^(?:sim\W+|tenho )+(?:(?:os|as) (?:dois|duas|tres)|ambos|ambas|todos|todas)\W*$")
_IS_GONE = re.compile(r"\bnao (?:tenho|temos|tem|achei|achamos|encontrei)\b(?!.*\?)")
_FOUND = re.compile(r"\b(?:separ\w+|tenho|temos|tem|achei|achamos|apareceu|encontrei|sobrou)\b(?!.*\?)")
_SOLD_ELSEWHERE = re.compile(
    r"^(?!.*\b(?:quanto|qto|qnt|nao vendi)\b)"
    r".*\b(?:vendi|vendeu|(?:foi|ja) vendid[oa]|acabou|acabaram|esgotou)\b"
)
_NOTE = re.compile(r"\b(?:com|tem|mando|vou mandar|tenho)(?: \w+){0,2} (?:nota|nf-?e?)\b|^nota fiscal\W*$")
_NOT = re.compile(r"\b(?:nao|nem|sem)\b")

# --- the answer to a sale ---------------------------------------------------------------------------------


def _check_sale(talk: Talk) -> str:
    if sales.named(talk) is None:
        return "unknown"
    order = sales.the(talk)
    if order.state is OrderState.ACCEPTED and talk.data.get("said") == "no":
        # it can no longer be refused: there is a label, and a buyer who waits for the part
        talk.seed = {"about": texts.gone_after_yes(order.number, str(talk.data.get("words", "")))}
        return "gone"
    if order.state is not OrderState.PAID:
        return "late"
    return {"yes": "yes", "no": "no", "details": "details"}.get(str(talk.data.pop("said", "")), "one")


def _ask_answer(talk: Talk) -> None:
    rows = [("yes", "Sim, separar"), ("no", "Não tenho"), ("details", "Detalhes")]
    notice = talk.data.get("notice")
    order = sales.the(talk)
    if notice:
        head, tail = texts.sale(order.number, notice), f"{texts.post_by(notice)} {texts.with_invoice()}"
    else:
        head, tail = texts.details(order), ""
    talk.ask(f"{head}\n{texts.still_there()}", rows, after=tail)


def _read_answer(talk: Talk, heard: Heard) -> str | None:
    waiting = sales.sold(talk, _WAITING)
    named = [o.number for o in meant.by_part(waiting, heard.text)]
    if named and not heard.choice and (talk.data.get("order") not in named or meant.says_several(waiting, heard.text)):
        return None  # *o retrovisor tenho*, about another sale; *farol e velas tenho*, about several
    folded = invoicing.besides(heard.folded)
    plain = re.sub(rf"#?\b{talk.data.get('order')}\b", " ", heard.text if folded == heard.folded else folded)
    agreed = answers.affirmation(plain) if plain.strip() and "?" not in heard.text else None
    if not heard.choice and _NO_POSTING.search(folded):
        return None  # about the parcel, not the part
    answer = heard.choice or ("" if agreed is None else "yes" if agreed else "no") or None
    if answer is None and (_ALL.search(folded) or (_HERE.search(folded) and not _NOT.search(folded))):
        answer = "yes"
    with_note = answer in (None, "yes") and _NOTE.search(folded) and not invoicing.wants_no_note(heard.folded)
    if answer is None and not with_note and _SOLD_ELSEWHERE.search(folded) and "?" not in heard.text:
        return "no"
    if answer is None and not with_note and _HAS.search(folded):
        answer = "no" if _NOT.search(folded) else "yes"
    if with_note or (answer == "yes" and invoicing.is_like_a_key(heard.text)):
        talk.data["key"] = heard.text if invoicing.is_like_a_key(heard.text) else ""
        return "yes_invoice"
    return answer


def _say_details(talk: Talk) -> str:
    talk.data.pop("notice", None)
    return "told"


def _ask_sure(talk: Talk) -> None:
    talk.ask_yes(texts.refuse_sure(sales.the(talk)))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    """A part found after all withdraws the refusal: ask again whether it is available. *Não tenho mais* confirms it."""
    if not heard.choice and _IS_GONE.search(heard.folded):
        return "yes"
    found = _FOUND.search(heard.folded) and not _NOT.search(heard.folded)
    return "no" if found else reading.yes_or_no(talk, heard)


def _answer(has_it: bool, *, invoice: bool = False) -> Callable[[Talk], str]:
    def act(talk: Talk) -> str:
        order = sales.the(talk)
        if order.state is not OrderState.PAID:
            talk.say(texts.not_waiting(order.number, order.state))
            return "told"
        event = SaleAnswered(order=order.number, by=talk.person.id, has_it=has_it, invoice_follows=invoice)
        talk.decision.emit(lanes.order(order.number), event)
        if not has_it:
            _pause(talk, order.lines[0].listing)
        if invoice:
            given = str(talk.data.pop("key", ""))
            key = nfe.read_key(given)
            talk.note(texts.accepted_with_invoice(order.number, waits=key is None))
            talk.seed = {"order": order.number} | ({"key": key} if key else {})
            if given and key is None:
                talk.note(invoicing_texts.key_problem(nfe.key_problem(given)))
            return "told"
        talk.say(texts.accepted(order.number) if has_it else texts.refused(order.number))
        return "told"

    return act


def _pause(talk: Talk, listing: int) -> None:
    """A part that is not available must not be sold again."""
    product = talk.shop.product(listing)
    if product is not None and product.active:
        talk.decision.write(product.but(active=False))


def _say_late(talk: Talk) -> str:
    order = sales.the(talk)
    talk.say(texts.not_waiting(order.number, order.state))
    return "told"


SALE = Flow(
    name="sale",
    title="a venda",
    role="seller",
    lasts=timedelta(days=3),
    many=True,
    steps=(
        Step(
            "check",
            {
                "one": "answer",
                "yes": "accept",
                "no": "sure",
                "details": "details",
                "late": "late",
                "gone": ">person",
                "unknown": "unknown",
            },
            act=_check_sale,
        ),
        Step(
            "answer",
            {"yes": "accept", "yes_invoice": "invoice", "no": "sure", "details": "details"},
            ask=_ask_answer,
            read=_read_answer,
        ),
        Step("details", {"told": "answer"}, act=_say_details),
        Step("sure", {"yes": "refuse", "no": "answer"}, ask=_ask_sure, read=_read_sure),
        Step("accept", {"told": END}, act=_answer(True)),
        Step("invoice", {"told": ">invoice"}, act=_answer(True, invoice=True)),
        Step("refuse", {"told": END}, act=_answer(False)),
        Step("late", {"told": END}, act=_say_late),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

# --- the list of sales ------------------------------------------------------------------------------------


def _states(talk: Talk) -> frozenset[OrderState]:
    if talk.data.get("unpaid"):
        return _UNPAID
    return SOLD if talk.data.get("all") else sales.TO_SHIP


def _find_sales(talk: Talk) -> str:
    if talk.data.get("order"):
        return "one" if sales.named(talk) else "unknown"
    return "which" if _listed(talk) else "none"


def _days(talk: Talk) -> tuple[date, date] | None:
    """First and last day of the period asked for."""
    said = talk.data.get("period")
    return dates.period_of(str(said), calendar.today(talk.now)) if said else None


def _listed(talk: Talk) -> list[Order]:
    found, days = sales.sold(talk, _states(talk)), _days(talk)
    if days is None:
        return found
    return [o for o in found if days[0] <= calendar.local(o.created_at).date() <= days[1]]


def _ask_list(talk: Talk) -> None:
    found = _listed(talk)
    shown = sorted(found, key=lambda o: (o.ship_by is None, o.ship_by, o.number)) if not talk.data.get("all") else found
    shown = shown[: sales.SHOWN]
    today = calendar.today(talk.now)
    head = texts.sales(len(shown)) if talk.data.get("all") else texts.to_ship(len(found))
    if talk.data.get("unpaid"):
        head = texts.unpaid(len(found))
    if _days(talk) is not None:
        head = texts.sales_of(str(talk.data["period"]), len(found))
    talk.ask(head, [(str(o.number), texts.row(o, today)) for o in shown])


def _rows(talk: Talk) -> list[tuple[str, str]]:
    state = sales.the(talk).state
    if state is OrderState.PAID:
        return [("yes", "Tenho a peça"), ("no", "Não tenho"), ("list", "Voltar à lista"), ("done", "Só isso")]
    if state is OrderState.ACCEPTED:
        rows = [("label", "Etiqueta de novo"), ("posted", "Já postei"), ("person", "Falar com atendente")]
        return [*rows, ("done", "Só isso")]
    return [("person", "Falar com atendente"), ("list", "Voltar à lista"), ("done", "Só isso")]


def _ask_sale(talk: Talk) -> None:
    talk.ask(texts.details(sales.the(talk)), _rows(talk))


def _read_sale(talk: Talk, heard: Heard) -> str | None:
    number = talk.data.get("order")
    if heard.choice in ("yes", "no"):
        talk.seed = {"order": number, "said": heard.choice}
    elif heard.choice == "label":
        talk.seed = {"order": number}
    elif heard.choice == "posted":
        talk.seed = {"orders": [number]}
    elif heard.choice == "person":
        talk.seed = {"about": f"venda #{number}"}
    elif heard.choice == "list":
        talk.data.pop("order", None)
    elif heard.choice == "done":
        talk.say("Certo! Se precisar, é só escrever.")
    return heard.choice or None


def _say_none(talk: Talk) -> str:
    if _days(talk) is not None:
        talk.say(texts.no_sales_in(str(talk.data["period"])))
        return "told"
    if talk.data.get("unpaid"):
        talk.say(texts.all_paid())
        return "told"
    talk.say(texts.no_sales() if talk.data.get("all") else texts.nothing_to_ship())
    return "told"


SALES = Flow(
    name="sales",
    title="as suas vendas",
    role="seller",
    transient=True,
    steps=(
        Step(
            "find",
            {"one": "sale", "which": "which", "none": "none", "unknown": "unknown"},
            act=_find_sales,
        ),
        Step("which", {"one": "sale"}, ask=_ask_list, read=sales.read_which),
        Step(
            "sale",
            {
                "yes": ">sale",
                "no": ">sale",
                "label": ">label",
                "posted": ">posted",
                "person": ">person",
                "list": "find",
                "done": END,
            },
            ask=_ask_sale,
            read=_read_sale,
            needs=("order",),
        ),
        Step("none", {"told": END}, act=_say_none),
        Step("unknown", {"told": END}, act=sales.say_unknown),
    ),
)

FLOWS = (SALE, SALES)
