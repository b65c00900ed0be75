"""From the claims in a message to the slots of its intent."""

from __future__ import annotations

import re

from bot.conversations.language import addresses, codes, dates, things
from bot.conversations.language.normalise import Claim, Text, usual
from bot.domain import money, numerals

_KEYWORD = (
    r"(?:pedidos?|peds?|vendas?|compras?|encomendas?|ordem|envios?|pacotes?|etiquetas?|etiketas?|postagem|postagens"
    r"|remessas?)"
)
_NUMERO = r"(?: ?(?:numeros?|num|nro|n[o.º°]{0,2}|cod(?:igo)?|de numero|[:#]))?"
_ORDER_LIST = (
    r"(?:\d{1,3}\.\d{3}(?!\d)|\d{2,9})"
    r"(?:(?: ?[,;/+&] ?(?:e )?|\s+e\s+(?:o |a |do |da )?|\s+)#?(?:\d{1,3}\.\d{3}(?!\d)|\d{3,9}))*"
)
_ORDER = re.compile(rf"\b{_KEYWORD}{_NUMERO}(?: d[oae])?(?: pedidos?| vendas?)? ?#? ?({_ORDER_LIST})(?![\w%]|[.,/]\d)")
_HASH = re.compile(r"(?<!\w)# ?(\d{2,9})(?!\w)")
_SPOKEN_ORDER = re.compile(
    rf"\b(?:{_KEYWORD}(?: numero)?|(?:postei|despachei|enviei|mandei|etiqueta d[oa]) (?:[oa] )?) ?"
    r"(?=(?:mil|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|cento|duz|trez|quat|quin"
    r"|seisc|setec|oitoc|novec)\w*)"
)
_LISTING = re.compile(
    rf"\b(?:anuncios?|produto|publicacao|listagem|referencia|ref|sku"
    rf"|peca){_NUMERO}(?: d[oae])? ?#? ?(\d{{2,9}})(?![\w%]|[.,/]\d)"
)
_BARE = re.compile(
    r"(?<![\w.,/:-])(\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d{2,9}(?:[.,]\d{2})?|\d{3,9})(?![\w%/-]|:\d|[.,]\d)"
)
_DECIMAL = re.compile(r"[.,]\d{2}$")
_TO_PRICE = re.compile(
    r"(?:pra|para|por|a|e|em|fica|ficar|agora|valor|preco|=|:|de|custa|sai|vale|ser|cobrar|cobra|r\$)\s*$"
)
_TO_LISTING = re.compile(r"\b(?:o|do|no|anuncio|produto|item|codigo)\s*$")
_TO_ORDER = re.compile(r"\b(?:do|da|(?:entreg|mand|envi)\w+ [oa])\s*$")
_NOT_MEANT = re.compile(r"\b(?:nao (?:(?:e|eh|era|sao|por) )?|(?:em vez|ao inves|no lugar) de )(?:r\$ ?)?$")
"""Before the number that is being corrected: *é 890 e não 980*."""
_FEW = re.compile(r"(?<![\w.,/-])(\d{1,3})(?![\w/-]|[.,]\d)")
_HAS = re.compile(r"\btenho (\d{1,2})(?![\w.,/-]| (?:d[oa]|anos?|dias?)\b)")
_OLD_DATE = re.compile(
    r"\b(?:vence|venceu|vencia|vencendo|(?:boleto|vencimento) (?:esta|ta|e|eh|ficou|caiu) (?:pra|para|pro)"
    r"|nao (?:consigo|posso|vou|da|tenho)(?: \w+){0,6}) ?(?:ate |em |no |dia )?$"
)
_REASON = re.compile(r"\b(?:porque|pq|por que|motivo|pois)\b[: ]*(?:e |eh )?(.{3,80})")
_WHY = re.compile(
    r"\b(achei (?:\w+ ){0,3}mais barat[oa]|(?:(?:comprei|pedi|foi) )?(?:sem querer|por engano)|comprei errado)\b"
)
_STOCK = re.compile(
    r"\b(?:acabou|sem|nao (?:tem|tenho|temos)|falta de|zerou|esgotou|esgotad[oa])\b[^.]{0,16}\b(?:estoque|estoqe"
    r"|peca|produto|item|mais)\b"
    r"|\besgot(?:ou|ad[oa])\b|\bvendi (?:\w+ ){0,2}(?:pra|para|no|na|em|por|pelo|pela) (?:outr"
    r"|balcao|loja|fora|site|mercado"
    r"|olx)"
)
_STATUSES = (
    (
        "to_ship",
        r"(?:pendentes?|pra|para|a|falta(?:ndo|m)?|por|sem)(?: de| pra)? (?:envi\w+|posta(?:r|gem)|despach\w+|mandar"
        r"|embalar|empacotar)"
        r"|nao (?:enviad|postad|despachad|mandei|enviei|postei|despachei)|aguardando (?:envio|postagem)"
        r"|(?:preciso|tenho (?:que|de)|falta\w*(?: eu)?) (?:enviar|postar|despachar|mandar"
        r"|levar|embalar|separar|empacotar)|(?:pra|para|a) (?:eu )?separar"
        r"|(?:pra|para|p) (?:eu )?(?:levar|deixar|por|colocar) (?:pr[oa]|n[oa]s?|ao?) (?:correios?"
        r"|agencia|transportadora)"
        r"|(?:nao|sem) (?:sai\w+|foram|levei|levad[oa]s?)\b",
    ),
    (
        "awaiting_payment",
        r"nao (?:paguei|pagou|pagaram)|(?:aguardando|pendentes? de|esperando|falta(?:ndo|m)?) "
        r"(?:o )?pag(?:amento|ar)|nao pag[oa]s?|sem pagar"
        r"|(?:pra|para|a) pagar",
    ),
    ("shipped", r"\b(?:enviad[oa]s|postad[oa]s|despachad[oa]s|a caminho|em transito)\b"),
    ("delivered", r"\bentregues?\b|ja chegaram|finalizad[oa]s|concluid[oa]s"),
    ("cancelled", r"\bcancelad[oa]s\b"),
    ("paid", r"\bpag[oa]s\b"),
    ("returning", r"\bdevolvid[oa]s\b|devolucoes|em devolucao"),
    ("open", r"em abert[oa]|\babert[oa]s?\b|pendentes?\b|em andamento|nao finalizad"),
)
_STATUS = tuple((name, re.compile(shape)) for name, shape in _STATUSES)

VEHICLE = ("part", "vehicle", "year")
ALLOWED: dict[str, tuple[str, ...]] = {
    "quote_shipping": ("cep", "city", "uf", *VEHICLE, "qty", "listing", "carrier"),
    "pay_pix": ("order", "doc", "email"),
    "pay_boleto": ("order", "doc", "date", "email"),
    "pay_card": ("order", "doc", "installments", "email"),
    "track_order": ("order", "tracking", "part", "carrier"),
    "list_orders": ("status", "period"),
    "order_details": ("order", "part"),
    "cancel_order": ("order", "part", "reason"),
    "refund": ("order", "part", "reason", "amount"),
    "upload_photo": (*VEHICLE, "listing"),
    "add_product": (*VEHICLE, "amount", "qty", "plate"),
    "edit_price": (*VEHICLE, "listing", "amount", "percent"),
    "mark_posted": ("order", "tracking", "carrier", "date"),
    "print_label": ("order", "carrier"),
    "seller_sales_report": ("period", "part"),
    "talk_to_human": ("order", "phone"),
    "change_address": ("order", "cep", "city", "uf", "street", "number", "complement"),
    "change_due_date": ("order", "date"),
    "resend_boleto": ("order", "email"),
    "nfe_invoice": ("order", "part", "nfe_key", "doc", "email"),
    "complaint": ("order", "part"),
    "part_fitment": (*VEHICLE, "plate", "listing"),
    "find_part": (*VEHICLE, "qty", "plate", "amount"),
    "charge_request": (*VEHICLE, "amount", "phone", "order"),
    "payment_claim": ("order",),
    "change_carrier": ("carrier", "order"),
    "privacy_request": ("email",),
    "recover_account": ("email",),
    "pause_listing": (*VEHICLE, "listing"),
    "change_stock": (*VEHICLE, "listing", "qty"),
    "change_box": ("order",),
}
"""The slots of each intent. Intents not listed have none."""

_ORDER_INTENTS = frozenset(i for i, names in ALLOWED.items() if "order" in names)


def _claim_orders(text: Text) -> None:
    for shape in (_ORDER, _HASH):
        for match in shape.finditer(text.folded):
            start, end = match.start(1), match.end(1)
            # a number before a part is a quantity, and "pedido 2018" beside a car is still an order
            numbers = [re.sub(r"\.", "", n) for n in re.findall(r"\d[\d.]*", match[1])]
            text.claim("order", start, end, ",".join(dict.fromkeys(numbers)))
    for match in _SPOKEN_ORDER.finditer(text.folded):
        spoken = [(m.group(), m.end()) for m in re.finditer(r"\S+", text.folded[match.end() :])]
        number = numerals.read_at([w for w, _ in spoken], 0)
        if number and number.value and number.value >= 100:
            text.claim("order", match.end(), match.end() + spoken[number.end - 1][1], str(number.value))


def find(text: Text, known: frozenset[str]) -> None:
    """Claim everything in a message that can be a value."""
    codes.find(text)
    _claim_orders(text)
    for match in _LISTING.finditer(text.folded):
        if not 1950 <= int(match[1]) <= 2039 or "anuncio" in match.group():
            text.claim("listing", match.start(1), match.end(1), match[1])
    for start, end in dates.find(text.folded):
        text.claim("date", start, end, re.sub(r"\bq vem\b", "que vem", text.said(start, end).lower()))
    things.find(text, known)
    for match in addresses.FLAT.finditer(text.folded):
        text.claim("complement", match.start(), match.end(), text.said(match.start(), match.end()))
    codes.find_installments(text)
    for start, end in dates.find_periods(text.folded):
        text.claim("period", start, end, text.said(start, end).lower())
    for match in _BARE.finditer(text.folded):
        if len(match[1]) >= 2:
            text.claim("num", match.start(1), match.end(1), match[1])
    for found in money.find(text.folded):
        spoken = any(c.isalpha() for c in text.folded[found.start : found.end])
        if spoken and not found.marked and found.value is not None and found.value >= 2000:
            text.claim("num", found.start, found.end, f"{money.to_decimal(found.value)}")


def _amount(piece: str) -> str:
    value = money.read(piece)
    return f"{money.to_decimal(value)}" if value else ""


def _orders(text: Text, slots: dict[str, str], intent: str) -> None:
    named = [c.value for c in text.all("order")]
    if not named:
        # in messages about addresses a bare number is a house, unless an article says otherwise ("a entrega do 2087")
        bare = [c for c in text.all("num") if intent != "change_address" or _TO_ORDER.search(text.folded[: c.start])]
        named = [c.value for c in bare if c.value.isdigit() and 3 <= len(c.value) <= 9]
        named += [c.value.replace(".", "") for c in bare if re.fullmatch(r"\d{1,3}\.\d{3}", c.value)]
    else:
        # "postei o pedido 3011 e também o 3015"
        named += [
            c.value for c in text.all("num") if c.value.isdigit() and len(c.value) == len(named[-1].split(",")[-1])
        ]
    if not named and "listing" not in ALLOWED[intent]:
        named = [c.value for c in text.all("listing")]  # "a peça do 3040": where no listing is meant, it is an order
    numbers = [n for group in named for n in group.split(",")]
    if numbers:
        slots["order"] = ",".join(dict.fromkeys(numbers))


def _is_meant(text: Text, claim: Claim) -> bool:
    return not _NOT_MEANT.search(text.folded[: claim.start])


def _prices(text: Text, slots: dict[str, str], intent: str) -> None:
    """Which of the amounts is the price, and which bare number the listing: "o 558 agora é 1.150"."""
    if meant := [c.value for c in text.all("amount") if _is_meant(text, c)]:
        slots["amount"] = meant[0]
    bare = [c for c in text.all("num") if _is_meant(text, c)]
    if intent == "edit_price" and "listing" not in slots:
        first = bare[0] if bare else None
        lone = first and "part" not in slots and (len(bare) > 1 or "amount" in slots or "percent" in slots)
        if first and first.value.isdigit() and (lone or _TO_LISTING.search(text.folded[: first.start])):
            slots["listing"] = first.value
            bare = bare[1:]
    if "amount" not in slots and "percent" not in slots and bare:
        last = bare[-1]
        led = _TO_PRICE.search(text.folded[: last.start]) or _DECIMAL.search(last.value)
        if led or (intent in ("add_product", "charge_request", "edit_price") and len(bare) == 1):
            amount = _amount(last.value)
            if amount:
                slots["amount"] = amount


def _which_listing(text: Text, slots: dict[str, str]) -> None:
    """A listing's number without a word before it: "pausar 558", "vendi 1 do 558"."""
    if "listing" not in slots:
        named = [c.value for kind in ("num", "order") for c in text.all(kind) if c.value.isdigit() and len(c.value) > 2]
        slots |= {"listing": named[0]} if named else {}
    if "listing" in slots:
        slots.pop("year", None)


def _pieces(text: Text, slots: dict[str, str]) -> None:
    """The stock of a listing: a small number that is not the listing itself."""
    if "qty" in slots:
        return
    for match in _FEW.finditer(text.folded):
        if match[1] != slots.get("listing"):
            slots["qty"] = match[1]
            return


def _new_date(text: Text, slots: dict[str, str]) -> None:
    """The requested date, not the unsuitable one: "vence hoje e só tenho segunda"."""
    said = [c for c in text.all("date") if not _OLD_DATE.search(text.folded[: c.start])]
    if said:
        slots["date"] = said[0].value
    else:
        del slots["date"]


def _in_usual_words(text: Text) -> str:
    return " ".join(usual(text.folded))


def _status(text: Text) -> str:
    line = _in_usual_words(text)
    return next((name for name, shape in _STATUS if shape.search(line)), "")


def _period(text: Text) -> str:
    if text.value("period"):
        return text.value("period")
    said = text.value("date")
    return {"hj": "hoje"}.get(said, said) if next(dates.find_periods(said), None) or said.startswith("dia") else ""


def _reason(text: Text) -> str:
    if _STOCK.search(_in_usual_words(text)):
        return "sem estoque"
    match = _REASON.search(text.folded) or _WHY.search(text.folded)
    return text.said(match.start(1), match.end(1)).strip(" .!") if match else ""


def collect(text: Text, intent: str) -> dict[str, str]:
    """The slots of a message with claims, for one intent. Several orders are joined by commas, in order."""
    allowed = ALLOWED.get(intent, ())
    slots = {name: text.value("nfekey" if name == "nfe_key" else name) for name in allowed if name != "order"}
    slots = {name: value for name, value in slots.items() if value}
    if "/" in slots.get("city", ""):
        slots["city"], slots["uf"] = slots["city"].split("/")
    if intent in _ORDER_INTENTS and intent != "charge_request":
        _orders(text, slots, intent)
    if "amount" in allowed:
        _prices(text, slots, intent)
    if intent in ("pause_listing", "change_stock"):
        _which_listing(text, slots)
    if intent == "add_product" and "qty" not in slots and (there := _HAS.search(text.folded)):
        slots["qty"] = there[1]
    if intent == "change_stock":
        _pieces(text, slots)
    if intent == "change_address":
        addresses.collect(text, slots)
    if intent == "upload_photo" and "listing" not in slots:
        bare = [c for c in text.all("num") if c.value.isdigit() and len(c.value) > 2]
        led = [c for c in bare if _TO_LISTING.search(text.folded[: c.start])] or bare
        slots |= {"listing": led[0].value} if led else {}
    if intent == "change_due_date" and "date" in slots:
        _new_date(text, slots)
    extra = {"status": _status, "period": _period, "reason": _reason}
    for name, reader in extra.items():
        if name in allowed:
            value = reader(text)
            if value:
                slots[name] = value
            else:
                slots.pop(name, None)
    return slots
