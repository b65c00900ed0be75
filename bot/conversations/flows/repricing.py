"""*Aumenta tudo 10%*, *desconto de 5% em todos os faróis*: change the prices of many parts after a yes; with undo."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from bot.conversations import own_parts
from bot.conversations.flows import reading
from bot.conversations.flows.listing import remarks
from bot.conversations.steps import END, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import repricing as texts
from bot.conversations.wishes import slots_as
from bot.domain import money
from bot.domain.catalogue import Product

MOST = 500
"""Parts written in one turn."""
EXAMPLES = 3
LEAST, GREATEST = -9_000, 20_000
"""Hundredths of a per cent."""
LEAST_RATHER = 10_00
"""Centavos; below this, *ops, era a 2* refers to a row."""
UNDO = timedelta(minutes=30)
_RATHER = re.compile(
    r"^(?:ops|opa|errei|nao|volta\w*|na (?:verdade|vdd)|era|e|melhor|deixa|poe|bota|coloca)\b\D*"
    r"(\d[\d.]*(?:,\d\d?)?)(?: reais)?\W*$"
)


_BUT = re.compile(r"^(?:sim,? )?(?:mas )?(?:menos|exceto|tirando|fora|sem|nao (?:mexe|muda|aumenta|baixa)\w*) (.+)")


def _find(talk: Talk) -> str:
    """Find the parts and store their numbers: the yes applies to these."""
    percent = talk.data.get("percent")
    if not percent:
        talk.say(texts.in_percent())
        return "told"
    if not LEAST <= percent <= GREATEST:
        talk.say(texts.out_of_bounds())
        return "told"
    on_air = [p for p in talk.parts if p.active]
    named = talk.data.get("part", "")
    meant = own_parts.meant(on_air, named) if named else on_air
    if not meant or len(meant) > MOST:
        talk.say(texts.too_many(MOST) if meant else texts.none_meant(bool(named)))
        return "told"
    talk.data["listings"] = [p.listing for p in meant]
    return "some"


def _changes(talk: Talk) -> list[tuple[Product, int]]:
    """The parts as they are now, with their new prices."""
    percent = talk.data["percent"]
    parts = (p for p in talk.parts if p.listing in set(talk.data["listings"]))
    return [(p, max(remarks.CHEAPEST, money.half_up(p.price * (10_000 + percent), 10_000))) for p in parts]


def _ask_sure(talk: Talk) -> None:
    changes = _changes(talk)
    talk.ask_yes(texts.sure(len(changes), talk.data["percent"], changes[:EXAMPLES]))


def _read_sure(talk: Talk, heard: Heard) -> str | None:
    other = int(Decimal(slots_as(heard.text, "edit_price").get("percent") or 0) * 100)
    if other and LEAST <= other <= GREATEST and not heard.message.choice:
        talk.data["percent"] = other if talk.data["percent"] > 0 else max(LEAST, -other)
        return "other"
    spared = _BUT.match(heard.folded)
    left_out = (
        own_parts.meant([p for p in talk.parts if p.listing in talk.data["listings"]], spared[1]) if spared else []
    )
    rest = [n for n in talk.data["listings"] if n not in {p.listing for p in left_out}]
    if left_out and rest:
        talk.data["listings"] = rest
        return "other"
    answer = reading.yes_or_no(talk, heard)
    if answer == "no":
        talk.say(texts.kept())
    return answer


def _set(talk: Talk) -> str:
    changes = _changes(talk)
    talk.decision.write(*(part.but(price=new) for part, new in changes))
    talk.seed = {"changed": [[part.listing, part.price, new] for part, new in changes]}
    return "set"


def _ask_undo(talk: Talk) -> None:
    talk.ask(talk.data.get("done") or texts.done(len(talk.data["changed"])))


def _read_undo(talk: Talk, heard: Heard) -> str | None:
    """*Desfaz*; for one part also another price (*volta pra 690*), which is confirmed like the first."""
    if "desfaz" in heard.folded:
        return "undo"
    changed = talk.data["changed"]
    rather = _RATHER.match(heard.folded) if len(changed) == 1 else None
    price = money.read(rather[1]) if rather else None
    if price is None or price < LEAST_RATHER or _names_part(talk, heard):
        return None
    talk.seed = {"listing": changed[0][0], "price": price}
    return "other"


def _names_part(talk: Talk, heard: Heard) -> bool:
    """*E o 560?*, *não, era o 560*: another part's number, and no price."""
    numbers = reading.numbers_in(heard.text)
    return not remarks.MONEY.search(heard.folded) and any(p.listing in numbers for p in talk.parts)


def _undo(talk: Talk) -> str:
    """Restore the old prices, except where somebody has changed them since."""
    was = {listing: (before, after) for listing, before, after in talk.data["changed"]}
    parts = [p for p in talk.parts if p.listing in was and p.price == was[p.listing][1]]
    talk.decision.write(*(part.but(price=was[part.listing][0]) for part in parts))
    talk.say(texts.undone(len(parts)) if parts else texts.none_undone())
    return "told"


FLOWS = (
    Flow(
        name="repricing",
        title="os preços",
        role="seller",
        steps=(
            Step("find", {"some": "sure", "told": END}, act=_find),
            Step("sure", {"yes": "set", "no": END, "other": "sure"}, ask=_ask_sure, read=_read_sure),
            Step("set", {"set": ">repriced"}, act=_set),
        ),
    ),
    Flow(
        name="repriced",
        title="os preços que mudaram",
        role="seller",
        lasts=UNDO,
        steps=(
            Step("undo", {"undo": "undone", "other": ">pricing"}, ask=_ask_undo, read=_read_undo, once=True),
            Step("undone", {"told": END}, act=_undo),
        ),
    ),
)
