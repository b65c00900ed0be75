"""A new shop without a wallet: its account at the payment provider is opened here, after a yes to all data sent.

The outcome contains the wallet. If it arrives late, because the provider was unavailable, it is added to the shop all
the same.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.conversations.flows import filling, reading
from bot.conversations.steps import STAY, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import account as texts
from bot.conversations.texts import joining as joining_texts
from bot.domain import calendar, documents, money, phone
from bot.domain.commands import OpenAccount
from bot.domain.events import Done, Expired, Parked, Refused
from bot.domain.text import words

LASTS = timedelta(days=3)
OF_AGE = 18
OLDEST = 120
LEAST_INCOME = 100
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?!\d)")
_MENDED_BY = {
    "invalid_document": ("document", ("document",)),
    "invalid_email": ("email", ("address_of_mail",)),
    "invalid_phone": ("mobile", ("mobile",)),
    "invalid_postal_code": ("cep", ("cep", "address", "street", "number", "complement", "district")),
    "already_taken": ("wallet", ("account",)),
}
"""What the provider rejects: the question that is asked again, and the data cleared for it."""
_ASKED = words("holder birth company income mobile")


def wanted(talk: Talk) -> bool:
    """Whether the account should be opened: agreed to, and no outcome yet."""
    return talk.data.get("account") == "yes" and "wallet" not in talk.data


def forget_owner(talk: Talk) -> None:
    """Another document means another owner: clear the first owner's data and any wallet opened for it."""
    for name in ("holder", "birth", "company", *(("wallet",) if talk.data.get("account") else ())):
        talk.data.pop(name, None)


def _read_offer(talk: Talk, heard: Heard) -> str | None:
    answer = heard.choice or {"yes": "open", "no": "later"}.get(reading.yes_or_no(talk, heard) or "")
    if answer == "open":
        talk.data["account"] = "yes"
    return answer or None


def _skip(talk: Talk) -> str:
    talk.data.pop("account", None)
    talk.data["wallet"] = ""
    talk.note(texts.skipped())
    return "told"


def _read_holder(talk: Talk, heard: Heard) -> str | None:
    name = " ".join(heard.text.split())[:100]
    enough = sum(c.isalpha() for c in name) >= 3 and (" " in name or not documents.is_cpf(talk.data["document"]))
    return filling.keep(talk, "holder", name, name) if enough else None


def _which_owner(talk: Talk) -> str:
    return "person" if documents.is_cpf(talk.data["document"]) else "company"


def _read_birth(talk: Talk, heard: Heard) -> str | None:
    found = _DATE.search(heard.text)
    if not found:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.wrong_birth_date())
        return STAY
    day, month, year = (int(n) for n in found.groups())
    today = calendar.today(talk.now)
    try:
        born = date(year, month, day)
    except ValueError:
        born = today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not 0 < age <= OLDEST:
        talk.say(texts.wrong_birth_date())
        return STAY
    if age < OF_AGE:
        talk.say(texts.too_young())
        return STAY
    return filling.keep(talk, "birth", born.isoformat(), f"{born:%d/%m/%Y}")


def _read_company(talk: Talk, heard: Heard) -> str | None:
    if not heard.choice:
        return None
    return filling.keep(talk, "company", heard.choice, dict(texts.COMPANY_ROWS)[heard.choice])


def _read_income(talk: Talk, heard: Heard) -> str | None:
    income = money.read(heard.text)
    if income is None or income < LEAST_INCOME:
        if not any(c.isdigit() for c in heard.text):
            return None
        talk.say(texts.wrong_income())
        return STAY
    return filling.keep(talk, "income", income, money.show(income))


def _mobile(talk: Talk) -> str:
    """A mobile's canonical number has thirteen digits."""
    said = str(talk.data.get("mobile") or phone.canonical(filling.phone_of(talk)))
    return said if len(said) == 13 else ""


def _read_mobile(talk: Talk, heard: Heard) -> str | None:
    found = phone.canonical(heard.text)
    if len(found) == 13:
        return filling.keep(talk, "mobile", found, phone.show(found))
    if any(c.isdigit() for c in heard.text):
        talk.say(texts.wrong_mobile())
        return STAY
    return None


def _read_district(talk: Talk, heard: Heard) -> str | None:
    district = " ".join(heard.text.split())[:60]
    return filling.keep(talk, "district", district, district) if sum(c.isalpha() for c in district) >= 2 else None


def _birth(talk: Talk) -> date | None:
    said = talk.data.get("birth")
    return date.fromisoformat(said) if said else None


def _ask_review(talk: Talk) -> None:
    kept, address = talk.data, filling.address_of(talk)
    street = ", ".join(w for w in (address.street, address.number, address.complement, address.district) if w)
    shown = texts.review(
        kept["holder"],
        kept["document"],
        _birth(talk),
        kept.get("company", ""),
        kept["income"],
        _mobile(talk),
        kept["address_of_mail"],
        f"{street} · {address.city}/{address.state}",
    )
    talk.ask(shown, texts.REVIEW_ROWS)


def _read_review(talk: Talk, heard: Heard) -> str | None:
    return heard.choice or ("open" if reading.yes_or_no(talk, heard) == "yes" else None)


def _again(talk: Talk) -> str:
    for name in _ASKED:
        talk.data.pop(name, None)
    return "again"


def _open(talk: Talk) -> None:
    kept = talk.data
    command = OpenAccount(
        name=kept["holder"],
        document=kept["document"],
        email=kept["address_of_mail"],
        phone=_mobile(talk),
        income=kept["income"],
        address=filling.address_of(talk),
        birth_date=_birth(talk),
        company=kept.get("company", ""),
    )
    talk.want(command, lasts=LASTS)
    talk.say(texts.opening())


def _opened(talk: Talk, outcome: Outcome) -> str | None:
    if not isinstance(outcome.command, OpenAccount) or outcome.command.document != talk.data.get("document"):
        return None
    match outcome:
        case Done():
            talk.data["wallet"] = outcome.result_as(OpenAccount.Opened).wallet_id
            talk.note(texts.opened(talk.data["wallet"]))
            return "opened"
        case Parked():
            talk.data["wallet"] = ""
            talk.note(texts.later())
            return "later"
        case Refused() | Expired():
            reason = outcome.reason if isinstance(outcome, Refused) else ""
            talk.note(texts.refused(reason))
            lead, forgotten = _MENDED_BY.get(reason, ("later", ("account",)))
            for name in forgotten:
                talk.data.pop(name, None)
            if lead == "later":
                talk.data["wallet"] = ""
                _alert(talk, outcome)
            else:
                talk.data["_forced"] = lead
            return lead


def came(talk: Talk, outcome: Outcome) -> None:
    """The provider was unavailable and the outcome comes later, while other questions of the flow are asked."""
    if isinstance(outcome.command, OpenAccount) and outcome.command.document == talk.data.get("document"):
        if isinstance(outcome, Done):
            talk.data["wallet"] = outcome.result_as(OpenAccount.Opened).wallet_id
            talk.say(texts.opened(talk.data["wallet"]))
        else:
            _not_opened(talk, outcome)


def came_late(talk: Talk, outcome: Outcome) -> None:
    """The same after the shop was opened."""
    seller = talk.seller
    if not isinstance(outcome.command, OpenAccount) or seller is None or seller.wallet_id:
        return
    if isinstance(outcome, Done) and outcome.command.document == seller.document:
        wallet = outcome.result_as(OpenAccount.Opened).wallet_id
        talk.decision.write(seller.but(wallet_id=wallet))
        talk.say(texts.opened(wallet))
        talk.say(joining_texts.wallet_set())
    else:
        _not_opened(talk, outcome)


def _not_opened(talk: Talk, outcome: Outcome) -> None:
    if isinstance(outcome, Refused | Expired):
        reason = outcome.reason if isinstance(outcome, Refused) else "expired"
        talk.say(texts.refused(reason if reason == "already_taken" else ""))
        _alert(talk, outcome)


def _alert(talk: Talk, outcome: Outcome) -> None:
    reason = f"{outcome.reason} {outcome.detail}".strip() if isinstance(outcome, Refused) else "o prazo acabou"
    talk.alert("conta não aberta", f"A conta Asaas de {talk.person.id} não foi aberta: {reason}.")


STEPS = (
    Step(
        "account",
        {"open": "holder", "later": "without"},
        ask=lambda talk: talk.ask(texts.offer(), texts.OFFER_ROWS),
        read=_read_offer,
        known=lambda talk: "open" if wanted(talk) else None,
        fills=("account",),
    ),
    Step("without", {"told": "review"}, act=_skip),
    Step(
        "holder",
        {"said": "owner"},
        ask=lambda talk: talk.ask(texts.which_holder(talk.data["document"])),
        read=_read_holder,
        known=filling.known("holder"),
        fills=("holder",),
        free=True,
    ),
    Step("owner", {"person": "birth", "company": "company"}, act=_which_owner),
    Step(
        "birth",
        {"said": "income"},
        ask=lambda talk: talk.ask(texts.which_birth_date()),
        read=_read_birth,
        known=filling.known("birth"),
        fills=("birth",),
    ),
    Step(
        "company",
        {"said": "income"},
        ask=lambda talk: talk.ask(texts.which_company(), texts.COMPANY_ROWS),
        read=_read_company,
        known=filling.known("company"),
        fills=("company",),
        hint=texts.HINT_COMPANY,
    ),
    Step(
        "income",
        {"said": "mobile"},
        ask=lambda talk: talk.ask(texts.which_income(talk.data["document"])),
        read=_read_income,
        known=filling.known("income"),
        fills=("income",),
        hint=texts.HINT_INCOME,
    ),
    Step(
        "mobile",
        {"said": "district"},
        ask=lambda talk: talk.ask(texts.which_mobile()),
        read=_read_mobile,
        known=lambda talk: "said" if _mobile(talk) else None,
        fills=("mobile",),
    ),
    Step(
        "district",
        {"said": "account_review"},
        ask=lambda talk: talk.ask(texts.which_district()),
        read=_read_district,
        known=lambda talk: "said" if filling.address_of(talk).district else None,
        fills=("district",),
        needs=("address",),
        free=True,
    ),
    Step(
        "account_review",
        {"open": "opening", "fix": "account_again", "later": "without"},
        ask=_ask_review,
        read=_read_review,
    ),
    Step("account_again", {"again": "holder"}, act=_again),
    Step(
        "opening",
        {
            "opened": "review",
            "later": "review",
            "document": "document",
            "email": "email",
            "mobile": "mobile",
            "cep": "cep",
            "wallet": "wallet",
        },
        ask=lambda talk: talk.say(texts.opening()),
        enter=_open,
        result=_opened,
        waits=True,
    ),
)
