"""A seller manages parts: list, stock, pausing and resuming."""

from __future__ import annotations

import re

from bot.conversations.flows import parts, reading, sales
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import inventory as texts
from bot.domain import numerals
from bot.domain.catalogue import Product
from bot.domain.decision import StockMove
from bot.domain.text import fold

SHOWN = 8
MOST = 9999
MANY, TIMES = 30, 10
"""A stock this large and this many times the old one looks like a typing error, so it is confirmed."""
_COUNT = re.compile(r"\d{1,4}")


def count_in(text: str) -> int | None:
    """A number of pieces by itself, in digits or words."""
    plain = " ".join(re.findall(r"\w+", fold(text)))
    found = _COUNT.fullmatch(plain)
    if found:
        return int(plain)
    spoken = numerals.read_at(plain.split(), 0) if plain else None
    return spoken.value if spoken and spoken.value is not None and spoken.end == len(plain.split()) else None


# --- changes ----------------------------------------------------------------------------------------------


def _wish(talk: Talk) -> str:
    """Where the intent leads; a number of pieces is applied to the current stock."""
    wish = str(talk.data.get("wish") or "show")
    amount = talk.data.get("amount")
    talk.data.setdefault("before", {"stock": parts.the(talk).stock, "active": parts.the(talk).active})
    if wish == "stock" and amount is None:
        return "count"
    if wish in ("stock", "add", "sold"):
        before = int(talk.data["before"]["stock"])
        there = (
            parts.the(talk).stock + before - int(talk.data.get("pieces", before))
        )  # relative to the stock before the change
        pieces = int(amount or 0)
        talk.data["pieces"] = max(0, {"stock": pieces, "add": there + pieces, "sold": there - pieces}[wish])
        return "weigh"
    return wish


def _ask_put(talk: Talk) -> None:
    part, pieces = parts.the(talk), int(talk.data["amount"])
    if part.stock < 1:
        talk.ask_yes(texts.put_sure(part, pieces))
        return
    talk.ask(texts.put(part), [("add", texts.put_more(part, pieces)), ("stock", texts.put_all(pieces))])


def _read_put(talk: Talk, heard: Heard) -> str | None:
    if heard.choice in ("add", "stock"):
        talk.data["wish"] = heard.choice
        return "said"
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.unchanged(parts.the(talk)))
        return "no"
    if re.search(r"\b(?:som[ae]\w*|mais|adicion\w+)\b", heard.folded) or (answer and parts.the(talk).stock < 1):
        talk.data["wish"] = "add"
        return "said"
    if re.search(r"\b(?:total|fica\w*|deixa\w*|so)\b", heard.folded):
        talk.data["wish"] = "stock"
        return "said"
    return None


_UNDOES = re.compile(
    r"^(?:(?:ops|opa|eita|nao|pera\w*|errei|desculpa|ah)\W+)*"
    r"(?:desfaz\w*(?: isso| tudo)?|volta(?: atras| como (?:era|estava))?|(?:coloca|bota|poe) de volta|(?:me )?enganei"
    r"|foi (?:engano|sem querer)|errei|(?:nao )?era (?:nao|esse|essa))\W*$"
)
_RATHER = re.compile(
    r"^(?P<slip>(?:(?:nao|ops|opa|errei|era|eram|foi|foram|sao|tem|ficou|ficaram|agora|na (?:verdade|vdd)|so)\W+)*)"
    r"(?:(?P<took>tira|vendi)\W+|(?P<put>bota|coloca|chegou|chegaram)\W+)?(?:so )?"
    r"(?P<n>\w+)(?P<all> (?:no total|ao todo|em estoque|agora))?(?: so| pecas?| unidades?)?\W*$"
)


def _told(talk: Talk) -> str:
    """A change can be undone, unless another question waits."""
    return "told" if len(talk.frames) > 1 else "changed"


def _read_undo(talk: Talk, heard: Heard) -> str | None:
    """*Desfaz*, *ops, volta*, another number (*não, foi 1 só*, *são 8 no total*), or one more change (*vendi 1*)."""
    if _UNDOES.match(heard.folded):
        return "undo"
    rather = _RATHER.match(heard.folded)
    pieces = count_in(rather["n"]) if rather else None
    if rather is None or pieces is None or pieces > MOST or talk.data.get("wish") not in ("stock", "add", "sold"):
        return None
    says = "sold" if rather["took"] else "add" if rather["put"] else ""
    if not (says or rather["slip"]):
        return None
    if says and (not rather["slip"] or says != talk.data["wish"]):
        talk.data.update(wish=says, amount=pieces)
        for name in ("before", "pieces"):
            talk.data.pop(name, None)  # the earlier change stays
        return "other"
    if rather["all"] or re.search(r"\b(?:sao|tem|ficou|ficaram|agora)\b", heard.folded):
        talk.data["wish"] = "stock"
    talk.data["amount"] = pieces
    return "other"


def _undo(talk: Talk) -> str:
    part, before = parts.the(talk), talk.data["before"]
    came = int(talk.data.get("pieces", before["stock"])) - int(before["stock"])
    off = min(came, part.stock)  # what was sold since cannot be taken back
    if part.active != before["active"]:
        talk.decision.write(part.but(active=before["active"]))
    if off:
        talk.decision.write(StockMove(part.listing, off))
    talk.say(texts.undone(part, part.stock - off, active=before["active"]))
    return "told"


def _ask_count(talk: Talk) -> None:
    talk.ask(texts.how_many(parts.the(talk)))


def _read_count(talk: Talk, heard: Heard) -> str | None:
    pieces = count_in(heard.text)
    if pieces is None or pieces > MOST:
        if any(c.isdigit() for c in heard.text):
            talk.say(texts.not_a_count())
            return STAY
        return None
    talk.data["pieces"] = pieces
    return "said"


def _weigh(talk: Talk) -> str:
    part, pieces = parts.the(talk), int(talk.data["pieces"])
    return "odd" if pieces >= MANY and pieces >= TIMES * max(1, part.stock) else "fine"


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.unchanged(parts.the(talk)))
    return answer


def _set_stock(talk: Talk) -> str:
    part, pieces = parts.the(talk), int(talk.data["pieces"])
    if pieces != part.stock:
        # a difference, not a value: a simultaneous sale is not lost
        talk.decision.write(StockMove(part.listing, part.stock - pieces))
    talk.say(texts.stock_done(part, pieces))
    if pieces < 1:
        promised = [o for o in sales.sold(talk, sales.TO_SHIP) if any(x.listing == part.listing for x in o.lines)]
        talk.add(texts.promised([o.number for o in promised]) if promised else "")
    return _told(talk)


def _pause(talk: Talk) -> str:
    part = parts.the(talk)
    if not part.active:
        talk.say(texts.paused_already(part))
        return "told"
    talk.decision.write(part.but(active=False))
    talk.say(texts.paused(part))
    return _told(talk)


def _resume(talk: Talk) -> str:
    part = parts.the(talk)
    if part.active:
        talk.say(texts.on_already(part))
        return "told"
    talk.decision.write(part.but(active=True))
    talk.say(texts.back(part))
    return _told(talk)


def _to_price(talk: Talk) -> str:
    price = talk.data.get("price")
    talk.seed = {"listing": talk.data["listing"], **({"price": price} if price else {})}
    return "go"


# --- list and details -------------------------------------------------------------------------------------


def _list(talk: Talk) -> str:
    return "some" if talk.parts else "none"


def _page(talk: Talk) -> list[Product]:
    begin = int(talk.data.get("from", 0))
    return list(reversed(talk.parts))[begin : begin + SHOWN]


def _has_more(talk: Talk) -> bool:
    return len(talk.parts) > int(talk.data.get("from", 0)) + SHOWN


def _ask_list(talk: Talk) -> None:
    mine = talk.parts
    head = texts.head(len(mine), sum(not p.active for p in mine))
    rows = [(str(p.listing), texts.row(p)) for p in _page(talk)]
    talk.ask(head, rows, after=texts.more() if _has_more(talk) else texts.pick())


def _read_list(talk: Talk, heard: Heard) -> str | None:
    if heard.folded.strip(" .!") in ("mais", "ver mais", "outros", "mais anuncios"):
        if not _has_more(talk):
            talk.note(texts.no_more())
            talk.data["from"] = 0
        else:
            talk.data["from"] = int(talk.data.get("from", 0)) + SHOWN
        return "more"
    return parts.read_part(talk, heard)


def _ask_part(talk: Talk) -> None:
    part = parts.the(talk)
    air = ("pause", "Pausar") if part.active else ("resume", "Reativar")
    talk.ask(
        texts.part(part),
        [
            ("price", "Mudar o preço"),
            ("stock", "Mudar o estoque"),
            ("photos", "Mudar as fotos"),
            air,
            ("done", "Só isso"),
        ],
    )


def _read_part(talk: Talk, heard: Heard) -> str | None:
    if heard.choice == "done":
        talk.say("Certo! Se precisar, é só escrever.")
        return "done"
    if heard.choice == "stock":
        talk.data.pop("amount", None)
        return "count"
    if heard.choice == "photos":
        talk.seed = {"listing": talk.data["listing"]}
    return heard.choice or None


FLOW = Flow(
    name="inventory",
    title="os seus anúncios",
    role="seller",
    transient=True,
    steps=(
        Step(
            "find",
            {"one": "wish", "which": "which", "none": "none", "unknown": "unknown"},
            act=parts.find,
        ),
        Step("which", {"one": "wish"}, ask=parts.ask_which, read=parts.read_part),
        Step(
            "wish",
            {
                "count": "count",
                "weigh": "weigh",
                "put": "put",
                "pause": "pause",
                "resume": "resume",
                "remove": "remove",
                "price": "price",
                "show": "part",
            },
            act=_wish,
        ),
        Step("put", {"said": "wish", "no": END}, ask=_ask_put, read=_read_put),
        Step("count", {"said": "weigh"}, ask=_ask_count, read=_read_count),
        Step("weigh", {"odd": "sure", "fine": "set"}, act=_weigh),
        Step(
            "sure",
            {"yes": "set", "no": END},
            ask=lambda talk: talk.ask_yes(texts.stock_sure(parts.the(talk), int(talk.data["pieces"]))),
            read=_read_sure,
        ),
        Step("set", {"told": END, "changed": "undo"}, act=_set_stock),
        Step("pause", {"told": END, "changed": "undo"}, act=_pause),
        Step("resume", {"told": END, "changed": "undo"}, act=_resume),
        Step("undo", {"undo": "undone", "other": "wish"}, read=_read_undo, once=True),
        Step("undone", {"told": END}, act=_undo),
        Step(
            "remove",
            {"yes": "pause", "no": END},
            ask=lambda talk: talk.ask_yes(texts.remove_sure(parts.the(talk))),
            read=_read_sure,
        ),
        Step("price", {"go": ">pricing"}, act=_to_price),
        Step(
            "part",
            {
                "price": "price",
                "count": "count",
                "pause": "pause",
                "resume": "resume",
                "photos": ">pictures",
                "done": END,
            },
            ask=_ask_part,
            read=_read_part,
        ),
        Step("none", {"told": END}, act=parts.say_none),
        Step("unknown", {"which": "which"}, act=parts.say_unknown),
    ),
)

LIST = Flow(
    name="shelf",
    title="os seus anúncios",
    role="seller",
    transient=True,
    steps=(
        Step("list", {"some": "parts", "none": "none"}, act=_list),
        Step("parts", {"one": "part", "more": "parts"}, ask=_ask_list, read=_read_list),
        Step("part", {"go": ">inventory"}, act=lambda talk: _to_part(talk)),
        Step("none", {"told": END}, act=parts.say_none),
    ),
)


def _to_part(talk: Talk) -> str:
    talk.seed = {"listing": talk.data["listing"]}
    return "go"


FLOWS = (FLOW, LIST)
