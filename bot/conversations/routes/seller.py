"""Wishes of sellers: sales in words, posted, parts, prices, pictures."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from bot.conversations import engine
from bot.conversations.flows import collecting, invoicing, joining, sales
from bot.conversations.flows.listing import photos
from bot.conversations.flows.listing import remarks as listing_remarks
from bot.conversations.flows.orders import bought
from bot.conversations.language import answers
from bot.conversations.routes import about, inventory, people, words
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import collecting as collecting_texts
from bot.conversations.texts import inventory as inventory_texts
from bot.conversations.texts import invoicing as invoicing_texts
from bot.conversations.texts import joining as joining_texts
from bot.conversations.texts import listing as listing_texts
from bot.conversations.texts import rating as rating_texts
from bot.conversations.texts import selling as selling_texts
from bot.conversations.wishes import heard_of
from bot.domain import invitation, money, nfe
from bot.domain.events import Message
from bot.domain.order import OrderState

_REPLACE = re.compile(r"\b(?:troc|substitu|atualiz|mud)\w+\b")
_TO_COME = re.compile(
    r"\b(?:quanto|qto|qnt|quando)\b.*\b(?:receb\w+|cai|repasse)\b|\bmeus? repasses?\b"
    r"|\b(?:dinheiro|repasse|pagamento|valor)\b.*\bnao (?:caiu|chegou|entrou|veio)\b"
    r"|^(?:mas |ainda |e )*nao caiu(?: nada| ainda)*\W*$"
    r"|\bnao (?:caiu|recebi|chegou)\b.*\b(?:dinheiro|repasse)\b|\bcade (?:o )?meu dinheiro\b"
)
_ACCOUNT = re.compile(
    r"\b(?:mud[ae]\w*|troc[ae]\w*|alter[ae]\w*|atualiz[ae]\w*|qual|quais)\b.*"
    r"\b(?:conta (?:bancaria|do banco|de recebimento)|minha conta|carteira|chave pix|dados bancarios)\b"
)
_SO_LITTLE = re.compile(
    r"\b(?:pq|por ?que)\b.*\b(?:pouco|menos|so isso)\b|\bdescont\w+ (?:quanto|qto|o que)\b"
    r"|\b(?:quanto|qto|o que) (?:e que )?"
    r"(?:voces |vcs )?(?:descont\w+|desconta)\b"
)
_SHOULD_BE = re.compile(
    r"\b(?:era pra ser|era pra estar|(?:o )?certo (?:e|seria|era)|devia ser|deveria ser|tinha que ser|tem que ser)"
    r" (?:a |por )?(?:r\$ ?)?(\d[\d.,]*)(?: reais)?\W*$"
)
_LEAD = re.compile(r"^\D*")
_ORDER = re.compile(r"#?\b(?:venda |pedido )?#?\d{4,9}\b")
_MONEY = re.compile(r"\b(?:receber|recebo|cai|caiu|cair|repasses?|saldo|me pag\w+)\b")
_HAS = re.compile(
    r"^(?:sim,? )?(?:ainda )?(?:vou |quero )?(tenho|tem|aceit\w+|confirm\w+|separ\w+|nao tenho|nao tem"
    r"|nao ach\w+|nao encontr\w+|nao aceit\w+"
    r"|recus\w+|detalhes?)\b.*?#?(\d{3,9})(?: sim| ainda| aqui)?\W*$"
)
_ANSWERS_SALE = re.compile(r"^(?:sim,? )?(?:eu )?((?:nao )?aceito|(?:nao )?confirmo|recuso) (?:a|essa|esta) venda\W*$")
_BARE_HAS = re.compile(r"^(?:sim,? )?(?:ainda )?(?:tenho|tem|nao tenho|nao tem)(?: sim| ainda)?\W*$")
_TODAY = re.compile(r"\b(?:o que|oq|o q) (?:eu )?(?:tenho|tem|sai|vai|falta)\b.*\b(?:hoje|hj|amanha|fazer)\b")
_GONE = re.compile(
    r"^(?:eu )?nao (?:tenho|tem) mais(?: (?:a|ess[ae]|est[ae]|ela))?(?: peca)?(?: d[aeo])?(?: (?:venda|pedido))?"
    r" ?#?(\d{3,9})?\W*$"
)
_WHO = re.compile(r"^(?:quem|que cliente) comprou\b.*?#?(\d{3,9})\W*$")


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
    who = _WHO.match(heard.folded)
    if who is not None and talk.seller is not None:
        engine.start(talk, "sales", {"order": int(who[1])})
        return True
    if talk.seller is not None and _TODAY.search(heard.folded):
        engine.start(talk, "sales")
        return True
    answer = _ANSWERS_SALE.match(heard.folded)
    if answer is not None and talk.seller is not None:
        waiting = sales.sold(talk, frozenset([OrderState.PAID]))
        said = "no" if answer[1].startswith(("nao", "recus")) else "yes"
        if len(waiting) == 1:
            engine.start(talk, "sale", {"order": waiting[0].number, "said": said})
        else:
            engine.start(talk, "sales")  # which one is picked from what is there
        return True
    gone = _GONE.match(heard.folded)
    if gone is not None and talk.seller is not None and _is_gone(talk, int(gone[1] or 0)):
        return True
    if _BARE_HAS.match(heard.folded) and talk.seller is not None:
        waiting = sales.sold(talk, frozenset([OrderState.PAID]))
        if len(waiting) == 1:
            engine.start(talk, "sale", {"order": waiting[0].number})
        return len(waiting) == 1
    match = _HAS.match(heard.folded)
    if match is None or talk.seller is None:
        return False
    word = match[1]
    number = int(match[2])
    if not sales.is_mine(talk, number) and inventory.part_in(talk, heard).get("listing") == number:
        return False  # "tenho 3 do 558": pieces of a listing
    order = talk.shop.order(number) if sales.is_mine(talk, number) else None
    if word.startswith("detalhe") and (order is None or order.state is not OrderState.PAID):
        engine.start(talk, "sales", {"order": number})
        return True
    if word.startswith(("aceit", "confirm", "separ", "recus", "nao aceit")) and not (
        order is not None and order.state is OrderState.PAID
    ):
        return False  # accepted or refused is something else: a return, a price
    said = "details" if word.startswith("detalhe") else "no" if word.startswith(("nao", "recus")) else "yes"
    engine.start(talk, "sale", {"order": number, "said": said})
    return True


def _is_gone(talk: Talk, number: int) -> bool:
    """*Não tenho mais*: of the sale that is named or shown, else of the only one that it can be."""
    open_ones = sales.sold(talk, frozenset([OrderState.PAID, OrderState.ACCEPTED]))
    shown = int(talk.frame.data.get("order") or 0) if talk.frame else 0
    meant = [o for o in open_ones if o.number == (number or shown)] or ([] if number else open_ones)
    if len(meant) == 1:
        engine.start(talk, "sale", {"order": meant[0].number, "said": "no"})
    elif meant:
        engine.start(talk, "sales")
    return bool(meant)


def money_to_come(talk: Talk, heard: Heard) -> bool:
    """*Quanto vou receber?* of a seller."""
    if talk.seller is None or about.orders_in(heard, talk) or not _TO_COME.search(heard.folded):
        return False
    engine.start(talk, "payout")
    return True


def account(talk: Talk, heard: Heard) -> bool:
    """*Mudar minha conta bancária*: where the money goes, and that no message changes it."""
    if talk.seller is None or not talk.seller.wallet_id or not _ACCOUNT.search(heard.folded):
        return False
    talk.say(selling_texts.account(talk.seller.wallet_id))
    engine.resume(talk)
    return True


def report(talk: Talk, heard: Heard) -> bool:
    engine.start(talk, "payout" if _MONEY.search(heard.folded) else "report", {"period": heard.slot("period")})
    return True


def invoice_key(talk: Talk, heard: Heard) -> bool:
    """The 44 characters of an NF-e, in a message or under a picture: tied to the sale that is named or quoted."""
    if talk.seller is None or not invoicing.is_like_a_key(heard.text):
        return False
    key = nfe.read_key(heard.text)
    if key is None:
        talk.say(invoicing_texts.key_problem(nfe.key_problem(_LEAD.sub("", heard.text))))
        engine.resume(talk)
        return True
    engine.start(talk, "invoice", {"key": key, **_sale_named(talk, heard)})
    return True


def _sale_named(talk: Talk, heard: Heard) -> dict[str, Any]:
    """The sale that a message names or quotes, else the one that is being talked about."""
    named = about.orders_in(heard, talk)
    frame = next((f for f in reversed(talk.frames) if f.data.get("order")), None)
    if not named and frame is not None and sales.is_mine(talk, int(frame.data["order"])):
        named = [int(frame.data["order"])]
    return {"order": named[0]} if named else {}


def buyer_invoice(talk: Talk, heard: Heard) -> bool:
    """The note of a purchase, where the seller has given its key."""
    named = about.orders_in(heard, talk)
    found = [o for o in bought(talk) if o.nfe_key and (not named or o.number in named)]
    if not found or heard.meaning.confidence < people.VERY_SURE:
        return False
    talk.say(rating_texts.invoice(found[0]))
    talk.say(found[0].nfe_key)
    engine.resume(talk)
    return True


def invoice(talk: Talk, heard: Heard) -> bool:
    """A note that is spoken of: a seller's goes on the parcel, a buyer's is a person's business."""
    if talk.seller is None or not about.is_sale(talk, heard):
        return buyer_invoice(talk, heard) or people.call("nota fiscal")(talk, heard)
    if heard.meaning.confidence < people.VERY_SURE:
        return False
    declared = {"declared": True} if invoicing.wants_no_note(heard.folded) else {}
    engine.start(talk, "invoice", {**_sale_named(talk, heard), **declared})
    return True


def box(talk: Talk, heard: Heard) -> bool:
    """*A caixa do 1002 ficou 40x30x20 e 3 kg*."""
    if talk.seller is None:
        return False
    measured = answers.weight_and_size(_ORDER.sub(" ", heard.text))
    engine.start(talk, "box", {**_sale_named(talk, heard), **({"box": list(measured)} if measured else {})})
    return True


def register(talk: Talk, heard: Heard) -> bool:
    """A new part; one that is under way is gone on with, or told to be dropped if another one is named."""
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
    """*Põe mais fotos no 558*, *troca as fotos do farol*, of a part that is there; with a picture or without."""
    there = inventory.part_in(talk, heard)
    if not there or (under_way and not heard.slot("listing")):
        return False
    replace = {"replace": True} if _REPLACE.search(heard.folded) else {}
    engine.start(talk, "pictures", {**there, **replace, "said": heard.text[:120]})
    return True


def why_so_little(talk: Talk, heard: Heard) -> bool:
    """*Por que tão pouco?*, *desconta quanto?* of a seller: what is taken off a sale."""
    if talk.seller is None or not _SO_LITTLE.search(heard.folded):
        return False
    talk.say(inventory_texts.fee(talk.rules.fee_percent))
    engine.resume(talk)
    return True


def price_put_right(talk: Talk, heard: Heard) -> bool:
    """*O retrovisor tá 350 mas era pra ser 530*."""
    right = _SHOULD_BE.search(heard.folded)
    amount = money.read(right[1]) if right and talk.seller is not None else None
    there = inventory.part_in(talk, heard) or inventory.shown_part(talk) if amount else {}
    if not amount or not there:
        return False
    engine.start(talk, "pricing", {**there, "price": amount})
    return True


def price(talk: Talk, heard: Heard) -> bool:
    data: dict[str, Any] = {}
    if heard.slot("listing").isdigit():
        data["listing"] = int(heard.slot("listing"))
    price = listing_remarks.price_in(heard) if heard.slot("amount") else None
    if price:
        data["price"] = price
    percent = Decimal(heard.slot("percent") or 0)
    if percent and not price:
        data["percent"] = int(percent * 100) * (-1 if inventory.DOWN.search(heard.folded) else 1)
    if "listing" not in data:
        data |= inventory.part_in(talk, heard) or inventory.shown_part(talk)
    engine.start(talk, "pricing", data)
    return True


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
    """A picture or video that no open question waits for: it belongs to the open listing, or a seller may want to
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
