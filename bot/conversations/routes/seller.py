"""Intents of sellers: sales in words, posted, parts, prices, pictures."""

from __future__ import annotations

import re
from typing import Any

from bot.conversations import engine, own_parts
from bot.conversations.flows import collecting, invoicing, joining, sales
from bot.conversations.flows.listing import photos
from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.flows.orders import bought
from bot.conversations.language import answers
from bot.conversations.routes import about, inventory, people, words
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import collecting as collecting_texts
from bot.conversations.texts import invoicing as invoicing_texts
from bot.conversations.texts import joining as joining_texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.texts import rating as rating_texts
from bot.conversations.wishes import heard_as, heard_of
from bot.domain import invitation, nfe
from bot.domain.events import Message

_REPLACE = re.compile(r"\b(?:troc|substitu|atualiz|mud)\w+\b")
_NEW_PART = re.compile(r"^(?:novo anuncio|anuncio novo|nova peca|peca nova)\b(?=.*\d)(?!.*\?)")
_OFFERED = re.compile(
    r"^(?!.*(?:\?|\b(?:quero|queria|procur\w+|precis\w+|compr\w+|frete|cep|cobr\w+|cliente|ate r\$|ate \d)\b))"
    r"(?:.*\b(?:usad[oa]|semi ?nov[oa]|nov[oa]|recondicionad[oa]|remanufaturad[oa]|em estoque|unidades?|pecas|un)\b)"
)
"""Words of who sells a part, not of who looks for one."""
_ORDER = re.compile(r"#?\b(?:venda |pedido )?#?\d{4,9}\b")
_WRONG_BOX = re.compile(
    r"^(?=.*\b(?:peso|pesagem|medidas?|tamanho)\b)(?=.*\b(?:errad[oa]s?|diferentes?|nao bate\w*|a mais|a menos)\b)"
    r".*\b(?:etiqueta|caixa|pacote|venda|d[aeo] #?\d{3,9})\b"
)
_VOLUMES = re.compile(r"\b(?:em |vai em |sao )(?:[2-9]|dois|duas|tres) (?:volumes|caixas|pacotes)\b")


def join(talk: Talk, heard: Heard) -> bool:
    """An invitation code opens the shop's questions, whatever else is written."""
    code = invitation.read_code(heard.text)
    if not code:
        return False
    engine.start(talk, "joining", {"code": code})
    return True


def wallet(talk: Talk, heard: Heard) -> bool:
    """*Minha carteira é …* from a shop without one. A message never changes an existing one: money would be
    diverted."""
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


def invoice_key(talk: Talk, heard: Heard) -> bool:
    """The 44 characters of an NF-e key, in a message or caption: assigned to the sale named or quoted."""
    if talk.seller is None or not invoicing.is_like_a_key(heard.text):
        return False
    key = nfe.read_key(heard.text)
    if key is None:
        talk.say(invoicing_texts.key_problem(nfe.key_problem(heard.text)))
        engine.resume(talk)
        return True
    engine.start(talk, "invoice", {"key": key, **_sale_named(talk, heard)})
    return True


def _sale_named(talk: Talk, heard: Heard) -> dict[str, Any]:
    """The sale that a message names or quotes, otherwise the one being discussed."""
    named = about.orders_in(heard, talk)
    frame = next((f for f in reversed(talk.frames) if f.data.get("order")), None)
    if not named and frame is not None and sales.is_mine(talk, int(frame.data["order"])):
        named = [int(frame.data["order"])]
    return {"order": named[0]} if named else {}


def buyer_invoice(talk: Talk, heard: Heard) -> bool:
    """The invoice of a purchase, if the seller has given its key."""
    named = about.orders_in(heard, talk)
    found = [o for o in bought(talk) if o.nfe_key and (not named or o.number in named)]
    if not found or heard.meaning.confidence < people.VERY_SURE:
        return False
    talk.say(rating_texts.invoice(found[0]))
    talk.say(found[0].nfe_key)
    engine.resume(talk)
    return True


def invoice(talk: Talk, heard: Heard) -> bool:
    """An invoice is mentioned: a seller's goes with the parcel, a buyer's question goes to a person."""
    if talk.seller is None or not about.is_sale(talk, heard):
        return buyer_invoice(talk, heard) or people.call("nota fiscal")(talk, heard)
    if heard.meaning.confidence < people.VERY_SURE:
        return False
    declared = {"declared": True} if invoicing.wants_no_note(heard.folded) else {}
    engine.start(talk, "invoice", {**_sale_named(talk, heard), **declared})
    return True


def wrong_box(talk: Talk, heard: Heard) -> bool:
    """*A etiqueta do 1002 tá com peso errado*: ask for the measures, and remake the label."""
    waiting = sales.sold(talk, sales.TO_SHIP)
    if talk.seller is not None and waiting and _VOLUMES.search(heard.folded) and "?" not in heard.text:
        sale = _sale_named(talk, heard).get("order") or waiting[0].number
        engine.start(talk, "person", {"about": f"venda #{sale}, em mais de um volume: {heard.text[:120]}"})
        return True
    if talk.seller is None or not _WRONG_BOX.match(heard.folded) or not sales.sold(talk, sales.TO_SHIP):
        return False
    return box(talk, heard)


def part_on_a_picture(talk: Talk, heard: Heard) -> bool:
    """A picture with a part and its price as caption: a new part, with its first picture."""
    media, wish = heard.message.media, heard_as(heard, "add_product")
    if talk.seller is None or heard.message.content != "image" or media is None or "?" in heard.text:
        return False
    if not wish.slot("part") or not wish.slot("amount") or wish.slot("listing"):
        return False
    offered = {"id": f"part/{talk.seller.id}/{talk.stored.id}", "url": media.url}
    engine.start(talk, "listing", {**listing_remarks.seed(wish), "offered": offered})
    return True


def box(talk: Talk, heard: Heard) -> bool:
    """*A caixa do 1002 ficou 40x30x20 e 3 kg*."""
    if talk.seller is None:
        return False
    measured = answers.weight_and_size(_ORDER.sub(" ", heard.text))
    engine.start(talk, "box", {**_sale_named(talk, heard), **({"box": list(measured)} if measured else {})})
    return True


def new_part(talk: Talk, heard: Heard) -> bool:
    """*Peça nova: farol gol g5, R$ 250, estoque 2*: no stock of a part that is there already. *Alternador corolla R$
    450 usado, 2 em estoque*: one that the shop does not have yet."""
    new = heard_as(heard, "add_product")
    if talk.seller is None or not new.slot("part"):
        return False
    offered = new.slot("amount") and _OFFERED.search(heard.folded)
    there = own_parts.has(talk.parts, new.slot("part"), new.slot("vehicle"))
    return bool(_NEW_PART.match(heard.folded) or (offered and not there)) and register(talk, new)


def register(talk: Talk, heard: Heard) -> bool:
    """A new part; one in progress is continued, or, if another is named, can be dropped."""
    seed = listing_remarks.seed(heard)
    if parts := listing_remarks.several(heard):
        seed = {**parts[0], "rest": parts[1:]}
        talk.note(listing_texts.one_by_one([str(one["part"]) for one in parts[1:]]))
    frame = next((f for f in talk.frames if f.flow == "listing"), None)
    if heard.meaning.intent == "upload_photo" and _pictures(talk, heard, under_way=frame is not None):
        return True
    if frame is not None and frame.data.get("part") and "listing" not in frame.data:
        if not seed.get("part"):
            talk.frames = [*(f for f in talk.frames if f is not frame and not engine.flow_of(f).transient), frame]
            talk.frame = frame
            engine.resume(talk)
            return True
        talk.note(listing_texts.dropped(str(frame.data["part"])))
    engine.start(talk, "listing", seed)
    return True


def _pictures(talk: Talk, heard: Heard, *, under_way: bool) -> bool:
    """*Põe mais fotos no 558*, *troca as fotos do farol*, about an existing part; with or without a picture."""
    there = inventory.part_in(talk, heard)
    if not there or (under_way and not heard.slot("listing")):
        return False
    replace = {"replace": True} if _REPLACE.search(heard.folded) else {}
    engine.start(talk, "pictures", {**there, **replace, "said": heard.text[:120]})
    return True


_MAKES_A_CHARGE = re.compile(
    r"(?:(?:me|por favor|oi|ola|bom dia|boa tarde|quero|pode)\W+)*(?:ger|faz|faca|cri|emit)\w* (?:um |uma )?"
    r"(?:pix|boleto|cobranca|link(?: de pagamento)?) (?:de|no valor de) (?:r\$ ?)?\d"
)


def charges_a_number(talk: Talk, heard: Heard) -> bool:
    """*Cobra 350 com 10% de desconto do joão 11 98765-4321*, *gera um pix de 200*: a charge, whatever else is in it."""
    named = heard_as(heard, "charge_request")
    of_somebody = heard.folded.startswith("cobr") and named.slot("phone")
    if talk.seller is None or not (of_somebody or _MAKES_A_CHARGE.match(heard.folded)):
        return False
    return charge_by_message(talk, named)


def charge_by_message(talk: Talk, heard: Heard) -> bool:
    if talk.seller is None:
        return False
    if "cancel" in heard.folded and any(f.flow == "collecting" for f in talk.frames):
        return words.cancel(talk)
    first, rest = collecting.one_by_one(heard.text)
    if rest:
        talk.note(collecting_texts.one_at_a_time(rest))
        heard = heard_of(heard, first, "charge_request")
    engine.start(talk, "collecting", collecting.seed(heard))
    return True


def photo(talk: Talk, message: Message) -> bool:
    """A picture or video that no open question asked for: it belongs to the open listing, or a seller may want to
    register a part with it (the picture)."""
    if talk.seller is None or message.media is None or message.text.strip():
        return False
    frame = next((f for f in talk.frames if f.flow == "listing"), None)
    if frame is not None:
        above = talk.frames[talk.frames.index(frame) + 1 :]
        if not all(engine.flow_of(f).transient for f in above):
            return False
        talk.frames = talk.frames[: talk.frames.index(frame) + 1]  # an offer or a menu gives way
        talk.frame, talk.options = frame, ()
        kept = listing_texts.video_kept() if message.content == "video" else listing_texts.photo_kept()
        talk.say(photos.take(talk, message) or kept)
        engine.resume(talk, back=False)
        return True
    if message.content == "video":
        return False
    offered = {"id": f"part/{talk.seller.id}/{talk.stored.id}", "url": message.media.url}
    engine.start(talk, "listing", {"offered": offered})
    return True
