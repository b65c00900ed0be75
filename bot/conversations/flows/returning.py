"""*Veio errado*, *quero devolver*, *quero trocar*: a buyer returns a delivered order. The order's lane decides.

An exchange is two independent steps: a return with a refund, and a new order for the right part, with all its
questions.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.conversations.flows import orders, reading
from bot.conversations.language import asides
from bot.conversations.steps import END, LATER, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import returns as texts
from bot.domain import calendar, lanes, money, withdrawal
from bot.domain.events import ReturnAsked
from bot.domain.order import OrderState, ReturnState
from bot.domain.shop import on_sale

DELIVERED = frozenset([OrderState.DELIVERED])
WANTED_PHOTOS = 2
_NO_MORE = frozenset(["pronto", "so isso", "nao", "pular", "so essa", "so essas"])
_NO_PHOTO = re.compile(
    r"\bnao (?:tenho|guardei|tirei)\b|\bsem (?:foto|caixa|etiqueta)\b|\bso (?:tenho|tirei) (?:ess|um)a\b"
    r"|\b(?:joguei|foi|botei|coloquei) (?:a caixa )?(?:fora|no lixo)\b|\brasg\w+\b"
)
_MONEY = re.compile(r"\b(?:meu dinheiro|dinheiro de volta|reembols\w+|estorn\w+|devolv\w+)\b")
_NO_COST = re.compile(r"\bnao (?:vou|quero|posso)\b.*\b(?:gast\w+|pag\w+)\b|\bpag\w+ (?:o )?(?:frete|correio)\b")
_NO = frozenset(["nao", "n", "nada", "nao nada"])
MOST_PHOTOS = 4
_NOT_WRONG = re.compile(
    r"\bnao (?:e|eh|foi) (?:que )?(?:ela |a peca )?(?:veio |chegou )?(?:errad|quebrad|trocad)[oa]\b"
)
_NOT_THIS = re.compile(r"^nao (?:e |era )?(?:ess[ea]|est[ea])\b")
_STOPPED = re.compile(
    r"\b(?:parou de funcionar|nao (?:ta |esta )?(?:funcion\w+|liga\w*|acend\w+|carreg\w+|presta)|pifou|deu problema)\b"
)
_NO_FIT = re.compile(r"\bnao (?:me )?(?:serv\w+|coub\w+|encaix\w+|deu certo)\b")
_ANOTHER = re.compile(r"\btroc(?!ad)|\b(?:outr[oa]|nov[oa]|(?:a|o|peca) cert[oa])\b")
_EXCHANGES = re.compile(
    r"\btroc(?:ar?|o|as|em?)\b|\b(?:quero|manda\w*|preciso d[aeo]) (?:a |o |um |uma )?(?:outr[oa]|cert[oa])\b"
)
_KEEPS = re.compile(
    r"\b(?:desist\w+ d[ea]|nao (?:quero|vou|preciso)(?: mais)?|deixa(?: de)?) (?:devolv\w+|(?:a )?devolucao|trocar)\b"
    r"|\bvou ficar com (?:el[ae]|a peca|o \w+)\b|^(?:nao|deixa)\b.*\bvou ficar\W*$"
)
_GIVES_BACK = re.compile(r"^(?:sim,? |isso,? |quero |pode )*devolver?\W*$")
_BUYS = re.compile(r"\b(?:quero|queria|compr\w+|preciso|procur\w+|quanto)\b")
_TELLS = frozenset(["complaint", "refund", "find_part", "quote_shipping", "part_fitment"])
"""Intents that a description of a delivered part is often mistaken for."""
CLEAR = 0.5
LONGEST_WORDS = 500
_OPEN = frozenset([ReturnState.ASKED, ReturnState.ACCEPTED, ReturnState.POSTED])


def does_not_fit(folded: str) -> bool:
    return bool(_NO_FIT.search(folded))


def _find(talk: Talk) -> str:
    found = orders.find(talk, DELIVERED)
    if found != "one":
        return found
    order = orders.the(talk)
    if order.state is not OrderState.DELIVERED:
        return "not_now"
    return "open" if order.back is not None and order.back.state in _OPEN else "one"


def _say_not_now(talk: Talk) -> str:
    talk.say(texts.not_now(orders.the(talk)))
    return "told"


def _say_open(talk: Talk) -> str:
    talk.say(texts.already(orders.the(talk)))
    return "told"


# --- what happened ----------------------------------------------------------------------------------------


def _ask_why(talk: Talk) -> None:
    rows = [("wrong", "Veio errado"), ("broken", "Veio com defeito")]
    if not talk.data.get("claim"):
        rows.append(("regret", "Não quero mais"))
    rows.append(("nothing", "Nada, deixa"))
    talk.ask(texts.why(orders.the(talk)), rows)


def _read_why(talk: Talk, heard: Heard) -> str | None:
    if heard.choice == "nothing" or heard.folded.strip(" .!") in _NO:
        talk.say(texts.kept(orders.the(talk)))
        return "nothing"
    reason = heard.choice or reason_in(heard.folded)
    if not reason and not talk.data.get("claim") and _MONEY.search(heard.folded):
        reason = "regret"  # asking for the money without naming a fault is a withdrawal
    if not reason:
        return None
    if wants_another(heard.folded):
        talk.data["exchange"] = True
    talk.data["reason"] = reason
    if not heard.choice:
        talk.data["words"] = ""
        _add_words(talk, heard.text)
    return "said"


def _add_words(talk: Talk, text: str) -> None:
    """Store what is said of the part, bubble by bubble, for the seller."""
    said = [str(talk.data.get("words", "")), *(" ".join(line.split()) for line in text.splitlines())]
    talk.data["words"] = ", ".join(w for w in said if w)[:LONGEST_WORDS]


def keeps(folded: str) -> bool:
    """*Vou ficar com ela*: nothing is returned."""
    return bool(_KEEPS.search(folded))


def _tells_more(heard: Heard) -> bool:
    """Whether the text, at the question for pictures, says more of what happened."""
    plain, meaning = heard.folded, heard.meaning
    if "?" in heard.text or keeps(plain) or asides.laughs(plain) or asides.unsure(plain):
        return False
    if meaning.intent in ("find_part", "quote_shipping") and _BUYS.search(plain):
        return False
    tells = meaning.intent in _TELLS or meaning.confidence < CLEAR
    return tells and sum(c.isalpha() for c in plain) >= 6 and " " in plain


def reason_in(folded: str) -> str:
    """``wrong``, ``broken`` or ``regret`` if the words say so."""
    if _NOT_THIS.match(folded):
        return ""  # about the order, not the part
    folded = _NOT_WRONG.sub(" ", folded)
    said = set(folded.replace(",", " ").replace(".", " ").split())
    stems = {
        "broken": ("quebr", "defeit", "trinc", "rachad", "danific", "queim", "amass", "vaza", "riscad", "arranh"),
        "wrong": ("errad", "trocad", "diferente", "esquerd", "outr"),
        "regret": ("arrepend", "desist"),
    }
    if _STOPPED.search(folded):
        return "broken"
    for reason, starts in stems.items():
        if any(word.startswith(starts) for word in said):
            return reason
    return "regret" if "nao quero mais" in folded or "nao gostei" in folded or _NO_FIT.search(folded) else ""


def wants_another(folded: str) -> bool:
    """Whether the right part is wanted instead of the money."""
    return bool(_EXCHANGES.search(folded))


def _by_right(talk: Talk) -> bool:
    return withdrawal.in_time(orders.the(talk), calendar.today(talk.now))


def _weigh(talk: Talk) -> str:
    """A claim needs pictures; a withdrawal only has to be in time."""
    if talk.data["reason"] != "regret":
        return "claim"
    order = orders.the(talk)
    if _by_right(talk):
        return "regret"
    talk.note(texts.late(order, withdrawal.last_day(order)))
    talk.data.pop("reason")
    talk.data["claim"] = True
    return "late"


# --- pictures ---------------------------------------------------------------------------------------------


def _photos(talk: Talk) -> list[str]:
    return [photo["url"] for photo in talk.data.get("photos", [])]


def _ask_photos(talk: Talk) -> None:
    talk.ask(texts.one_photo() if _photos(talk) else texts.photos())


def _take_photo(talk: Talk, heard: Heard) -> bool:
    media = heard.message.media
    if heard.message.content != "image" or media is None:
        return False
    if len(_photos(talk)) < MOST_PHOTOS:
        photo = {"url": media.url, "message": heard.message.message_id}
        talk.data["photos"] = [*talk.data.get("photos", []), photo]
    _add_words(talk, heard.text)
    return True


def _read_photos(talk: Talk, heard: Heard) -> str | None:
    if _take_photo(talk, heard):
        return LATER
    said = heard.folded.strip(" .!")
    if said in _NO_MORE or _NO_PHOTO.search(said):
        return "done"
    another = wants_another(said)
    if another:
        talk.data["exchange"] = True
        talk.note(texts.exchange_noted())
    elif heard.meaning.intent == "upload_photo":
        talk.note(texts.pictures_come_here())
    elif _tells_more(heard):
        talk.note(texts.words_noted())
    else:
        return None
    if _tells_more(heard):
        _add_words(talk, heard.text)
    return "more"


def _read_which(talk: Talk, heard: Heard) -> str | None:
    """Which order; pictures of the part may come before it, in an album or with a caption that says it."""
    answer = orders.read_which(talk, heard)
    return LATER if _take_photo(talk, heard) and answer is None else answer


def _ask_which(talk: Talk) -> None:
    orders.ask_which(texts.return_which(len(_photos(talk))), DELIVERED)(talk)


def _photos_came(talk: Talk) -> str | None:
    if len(_photos(talk)) >= WANTED_PHOTOS:
        return "done"
    _ask_photos(talk)
    return None


# --- remedy -----------------------------------------------------------------------------------------------


def _ask_what(talk: Talk) -> None:
    order = orders.the(talk)
    rows = [("return", f"Devolver e receber {money.show(order.to_give_back)}"), ("person", "Falar com atendente")]
    label = {"wrong": "Trocar pela certa", "broken": "Trocar por outra igual"}.get(talk.data.get("reason", ""))
    if label and (_by_right(talk) or talk.data.get("reason") == "wrong"):
        rows.insert(0, ("exchange", label))
    talk.ask(texts.what_now(len(_photos(talk))), rows, after=texts.what_end())


def _read_what(talk: Talk, heard: Heard) -> str | None:
    if _take_photo(talk, heard):
        return LATER
    choice = heard.choice
    if not choice and "devolv" in heard.folded:
        choice = "return"
    if not choice and _ANOTHER.search(heard.folded):
        choice = "exchange"
    if choice == "exchange" and _by_right(talk):
        return "exchange"  # after that a person asks the seller first
    if choice in ("exchange", "person"):
        why = "trocar pela peça certa" if choice == "exchange" else texts.WHY.get(talk.data.get("reason", ""), "")
        count = len(_photos(talk))
        photos = f", {count} foto(s) na conversa" if count else ""
        talk.seed = {"about": f"pedido #{talk.data['order']}, {why}{photos}"}
    return "person" if choice == "exchange" else choice or None


def _known_what(talk: Talk) -> str | None:
    """Somebody who has asked for the right part is not asked what they want."""
    return "exchange" if talk.data.get("exchange") and _by_right(talk) else None


def _ask_exchange(talk: Talk) -> None:
    rows = [("new", "Devolver e pedir a certa"), ("return", "Só devolver"), ("person", "Falar com atendente")]
    if talk.data.get("reason") == "broken":
        rows[0] = ("new", "Devolver e pedir outra")
    talk.ask(texts.exchange(orders.the(talk), broken=talk.data.get("reason") == "broken"), rows)


def _read_exchange(talk: Talk, heard: Heard) -> str | None:
    agrees = reading.yes_or_no(talk, heard) == "yes" or re.fullmatch(r"(?:quero )?trocar?\W*", heard.folded)
    answer = heard.choice or ("new" if agrees else "")
    if answer == "person":
        talk.seed = {"about": f"pedido #{talk.data['order']}, trocar a peça, {texts.WHY[talk.data['reason']]}"}
    return answer or None


def _give_back_for_another(talk: Talk) -> str:
    """Open the return, and the search for the right part."""
    told = _give_back(talk)
    line = orders.the(talk).lines[0]
    product = talk.shop.product(line.listing)
    there = product is not None and on_sale(talk.shop, product)
    talk.seed = {"listing": line.listing} if there else {"query": line.title}
    return told


def _ask_sure(talk: Talk) -> None:
    order = orders.the(talk)
    talk.ask_yes(texts.sure(order, withdrawal.last_day(order)))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    if _NO_COST.search(heard.folded):
        talk.note(texts.free_of_charge())
        _ask_sure(talk)
        return STAY
    answer = reading.yes_or_no(talk, heard) or ("yes" if _GIVES_BACK.match(heard.folded) else None)
    if answer == "no":
        talk.say(texts.kept(orders.the(talk)))
    return answer


def _give_back(talk: Talk) -> str:
    order = orders.the(talk)
    event = ReturnAsked(
        order=order.number,
        by=talk.person.id,
        reason=talk.data["reason"],
        words=str(talk.data.get("words", "")),
        photos=tuple(_photos(talk)),
    )
    talk.decision.emit(lanes.order(order.number), event)
    talk.say(texts.opened(order) if _by_right(talk) else texts.asked_seller(order))
    return "asked"


FLOW = Flow(
    name="returning",
    title="a devolução",
    role="buyer",
    lasts=timedelta(days=3),
    version=2,
    steps=(
        Step(
            "find",
            {
                "one": "why",
                "which": "which",
                "unknown": "unknown",
                "not_now": "not_now",
                "open": "open",
            },
            act=_find,
        ),
        Step("which", {"one": "find"}, ask=_ask_which, read=_read_which, media=("image",), quiet=_ask_which),
        Step(
            "why",
            {"said": "weigh", "nothing": END},
            ask=_ask_why,
            read=_read_why,
            free=True,
            known=lambda talk: "said" if talk.data.get("reason") else None,
            fills=("reason", "words"),
        ),
        Step("weigh", {"claim": "photos", "regret": "sure", "late": "why"}, act=_weigh),
        Step(
            "photos",
            {"done": "what", "more": "photos"},
            ask=_ask_photos,
            read=_read_photos,
            free=True,
            known=lambda talk: "done" if len(_photos(talk)) >= WANTED_PHOTOS else None,
            media=("image",),
            quiet=_photos_came,
        ),
        Step(
            "what",
            {"return": "give_back", "exchange": "exchange", "person": ">person"},
            ask=_ask_what,
            read=_read_what,
            known=_known_what,
            media=("image",),
            quiet=_ask_what,
        ),
        Step(
            "exchange",
            {"new": "give_back_and_buy", "return": "give_back", "person": ">person"},
            ask=_ask_exchange,
            read=_read_exchange,
        ),
        Step("sure", {"yes": "give_back", "no": END}, ask=_ask_sure, read=_read_sure),
        Step("give_back", {"asked": END}, act=_give_back),
        Step("give_back_and_buy", {"asked": ">buying"}, act=_give_back_for_another),
        Step("unknown", {"told": END}, act=orders.say_unknown),
        Step("not_now", {"told": END}, act=_say_not_now),
        Step("open", {"told": END}, act=_say_open),
    ),
)
