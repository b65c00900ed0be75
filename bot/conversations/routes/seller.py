"""Wishes of sellers: sales in words, posted, parts, prices, pictures."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import joining, reading
from bot.conversations.flows.listing import photos
from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.routes import about
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import joining as joining_texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.texts import selling as selling_texts
from bot.domain import invitation, nfe
from bot.domain.events import Message

_TO_COME = re.compile(r"\b(?:quanto|qto|qnt|quando)\b.*\b(?:receb\w+|cai|repasse)\b|\bmeus? repasses?\b")
_HAS = re.compile(r"^(?:sim,? )?(?:ainda )?(tenho|tem|nao tenho|nao tem|detalhes?)\b.*?#?(\d{3,9})\W*$")


def join(talk: Talk, heard: Heard) -> bool:
    """The code of an invitation opens the shop's questions, whatever is said around it."""
    code = invitation.read_code(heard.text)
    if not code:
        return False
    engine.start(talk, "joining", {"code": code})
    return True


def wallet(talk: Talk, heard: Heard) -> bool:
    """*Minha carteira é …* of a shop that has none. A message does not change one: money would go elsewhere."""
    found = joining.wallet_in(heard.text)
    if talk.seller is None or not found or ("carteira" not in heard.folded and "wallet" not in heard.folded):
        return False
    if talk.seller.wallet_id:
        talk.say(joining_texts.wallet_there())
    elif found == talk.rules.platform_wallet_id:
        talk.say(joining_texts.platform_wallet())
    else:
        talk.decision.write(talk.seller.but(wallet_id=found))
        talk.alert("carteira informada", f"{talk.seller.name} ({talk.seller.id}) informou a carteira {found}.")
        talk.say(joining_texts.wallet_set())
    engine.resume(talk)
    return True


def sale_in_words(talk: Talk, heard: Heard) -> bool:
    match = _HAS.match(heard.folded)
    if match is None or talk.seller is None:
        return False
    word = match[1]
    said = "details" if word.startswith("detalhe") else "no" if word.startswith("nao") else "yes"
    engine.start(talk, "sale", {"order": int(match[2]), "said": said})
    return True


def posted(talk: Talk, heard: Heard) -> bool:
    numbers = about.orders_in(heard, talk) or reading.numbers_in(heard.text)
    engine.start(talk, "posted", {"orders": numbers})
    return True


def money_to_come(talk: Talk, heard: Heard) -> bool:
    """*Quanto vou receber?* of a seller."""
    if talk.seller is None or about.orders_in(heard, talk) or not _TO_COME.search(heard.folded):
        return False
    engine.start(talk, "report")
    return True


def invoice_key(talk: Talk, heard: Heard) -> bool:
    """The 44 figures of an NF-e: a wrong one is told at once, a right one goes to the people who make labels."""
    digits = re.sub(r"[\s.\-]", "", heard.text)
    if talk.seller is None or not re.fullmatch(r"(?:chave:?)?\d{40,48}", digits, re.IGNORECASE):
        return False
    key = nfe.read_key(heard.text)
    if key is None:
        talk.say(selling_texts.key_wrong())
        engine.resume(talk)
        return True
    engine.start(talk, "person", {"about": f"chave de NF-e {key}"})
    return True


def undo(talk: Talk, _: Heard) -> bool:
    talk.say(selling_texts.too_late_to_undo())
    engine.resume(talk)
    return True


def register(talk: Talk, heard: Heard) -> bool:
    """A new part; one that is under way is gone on with, or told to be dropped if another one is named."""
    seed = listing_remarks.seed(heard)
    frame = next((f for f in talk.frames if f.flow == "listing"), None)
    if frame is not None and frame.data.get("part") and "listing" not in frame.data:
        if not seed.get("part"):
            talk.frames = [*(f for f in talk.frames if f is not frame and not engine.flow_of(f).transient), frame]
            talk.frame = frame
            engine.resume(talk)
            return True
        talk.note(listing_texts.dropped(str(frame.data["part"])))
    engine.start(talk, "listing", seed)
    return True


def price(talk: Talk, heard: Heard) -> bool:
    data: dict[str, Any] = {}
    if heard.slot("listing").isdigit():
        data["listing"] = int(heard.slot("listing"))
    price = listing_remarks.price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    engine.start(talk, "pricing", data)
    return True


def charge_by_message(talk: Talk, heard: Heard) -> bool:
    if talk.seller is None:
        return False
    engine.start(talk, "person", {"about": f"cobrança avulsa: {heard.text[:120]}"})
    return True


def photo(talk: Talk, message: Message) -> bool:
    """A picture or video that no open question waits for: it belongs to the open listing, or a seller may want to
    register a part with it (the picture)."""
    if talk.seller is None or message.media is None or message.text.strip():
        return False
    frame = next((f for f in talk.frames if f.flow == "listing"), None)
    if frame is not None:
        if frame is not talk.frame:
            return False
        kept = listing_texts.video_kept() if message.content == "video" else listing_texts.photo_kept()
        talk.say(photos.take(talk, message) or kept)
        engine.resume(talk, back=False)
        return True
    if message.content == "video":
        return False
    offered = {"id": f"part/{talk.seller.id}/{talk.stored.id}", "url": message.media.url}
    engine.start(talk, "listing", {"offered": offered})
    return True
