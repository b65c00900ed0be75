"""Intents of buyers about payment: code, method, day, document; *paguei*."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.conversations import engine
from bot.conversations.flows.buying import remarks
from bot.conversations.flows.orders import OPEN, bought
from bot.conversations.language import dates
from bot.conversations.routes import about, buyer, people
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import orders as texts
from bot.conversations.texts import paying_later as later_texts
from bot.conversations.wishes import heard_as
from bot.domain import calendar
from bot.domain.order import Charge, ChargeState, Method, Order, OrderState
from bot.domain.states import PAYABLE

_PAY_NUMBER = re.compile(
    r"^(?:quero )?(?:pagar|novo codigo|gerar? (?:um )?novo codigo)(?: de novo)?(?: d?[oa])?(?: pedido)? ?"
    r"#?(\d{3,9})?\W*$"
)
_POSTPONE = re.compile(
    r"\b(?:mud\w+|adi[ae]\w*|bot[ae]\w*|pass[ae]\w*|deix[ae]\w*|jog[au]\w*|prorrog\w+|posterg\w+|empurr\w+|dia|venc\w+)\b"
)
_WHEN_DUE = re.compile(r"\bvenc\w+\b.*\b(?:que dia|quando|qual)\b|\b(?:que dia|quando|qual)\b.*\bvenc\w+\b")
_DOCUMENT_WRONG = re.compile(
    r"\b(?:cpf|cnpj|documento)\b.*\b(?:errad[oa]|trocad[oa])\b"
    r"|\b(?:errei|trocar|corrigir|mudar) (?:o |meu )*(?:cpf|cnpj)\b"
)
_NAME_WRONG = re.compile(
    r"\bnome\b.*\b(?:errad[oa]|trocad[oa])\b|\b(?:errei|trocar|corrigir|mudar) (?:o |meu )*nome\b"
    r"|\b(?:mudei|troquei) de nome\b|\bera (?:pra|para) (?:ser|estar|sair) (?:em|no) nome\b"
    r"|^(?:(?:ah|e|mas|opa|ops)\W+)*o nome del[ea] (?:e|eh) \w+ \w+"
    r"|\bnome (?:certo|correto) (?:e|eh)\b|\bnome (?:e|eh) \w+.*\be nao\b"
)
_TWICE = re.compile(r"\b(?:2|duas|segunda) ?(?:x|vez|vezes)\b|\b(?:em dobro|duplicad[oa]|em duplicidade)\b")
_TAKEN = re.compile(r"\b(?:descont|debit|cobr|pagu?e?i?|sai|tir)\w*\b.*\b(?:2 ?x|(?:2|duas) vezes|em dobro|duplicad\w)")
_CODE_WANTED = re.compile(
    r"\b(?:cade|kd|onde (?:esta|ta|ficou)|manda\w*|envia\w*|reenvia\w*|nao (?:recebi|chegou|veio|achei)|perdi)\b.*"
    r"\b(?:codigo|pix|qr|boleto|linha|link|pdf|copia e cola)\b"
    r"|\b(?:deu|dando|da) (?:um )?erro\b.*\b(?:banco|app|aplicativo|pagar|pagamento|pix|boleto|codigo)\b"
    r"|\b(?:codigo|pix|qr|boleto|link) (?:de novo|outra vez|novamente)\b"
    r"|\b(?:codigo|pix|qr|boleto|link)\b.{0,15}\b(?:erro|invalido|nao (?:ta |esta )?(?:funciona\w*|indo|vai|abr\w+))\b"
    r"|\bnao (?:\w+ )?(?:abr\w+|funcion\w+|carreg\w+|consigo abrir)\b.*\b(?:codigo|pix|qr|boleto|link|pdf)\b"
    r"|^(?:me )?(?:manda|envia|reenvia|passa)\w* (?:ai |isso |ele )?(?:de novo|novamente|outra vez)\W*$"
    r"|^(?:gera\w*|manda\w*) (?:um |uma |o )?(?:outr[oa]|nov[oa])(?: codigo| pix| boleto| qr)?(?: ai| pra mim)?\W*$"
)
_PAYS_LATER = re.compile(
    r"^(?:ok|ta|ta bom|blz|beleza|certo|entao|eu|so|,| )*"
    r"(?:vou (?:te )?pagar|pago|faco o pix|so (?:consigo|posso) pagar)"
    r"(?: (?:ele|isso|o boleto|o pix))?(?: so)? (?:mais tarde|depois|logo|ja ja|daqui a pouco|hoje|amanha"
    r"|(?:de|a) (?:noite|tarde))\b.{0,20}$"
)
_ON_ANOTHER_DAY = re.compile(
    r"^(?!.*\bnao (?:vou|quero)(?: mais)? pag)(?!.*\bpaguei\b)(?!.*\b(?:vencimento|muda\w*|adi\w+|prorrog\w+)\b)"
    r"(?=.*\b(?:pag(?:o|ar|o ele|amos)|fa(?:co|zer) o pix|pix)\b)"
    r".*\b(?:amanha|amh|segunda|terca|quarta|quinta|sexta|sabado|domingo|dia (?:\d{1,2}|primeiro)"
    r"|(?:semana|mes) que vem|dia util"
    r"|(?:quando|assim que|depois que) (?:eu )?(?:meu |o )?(?:receb\w+|cair|entrar|sair|salario|pagamento))\b"
)
_HOW_LONG = re.compile(
    r"\b(?:ate (?:que|q) horas?|quanto tempo|ate quando)\b.*\b(?:pag\w+|pix|codigo|link|boleto)\b"
    r"|\b(?:pix|codigo|link|boleto) (?:e valido|vale|dura|serve|fica valendo) (?:ate|por|quanto)\b"
)
_CANNOT_PAY = re.compile(
    r"\bnao (?:to |estou |ta |da |consigo |consegui )+(?:conseguindo |dando )?(?:pra )?"
    r"pagar(?: (?:n?o|com|pelo|via|ess[ea])\b|\W*$)"
)
_OTHER_WAY = re.compile(
    r"^(?:me )?(?:manda|envia|faz|posso pagar|quero pagar|tem) (?:de |algum )?outr[oa] (?:jeito|forma|modo)\W*$|"
    r"\b(?:troc|mud|alter)\w+\b.{0,12}\b(?:forma|jeito|modo|meio) d[eo] pag|\boutr[oa] (?:forma|jeito|meio) de pag"
    r"|\bpag\w+ (?:com|no|por|em|via) (?:o )?pix\b.*\bboleto\b|\bboleto\b.*\b(?:no|com|por|via) (?:o )?pix\b"
    r"|\b(?:nao quero(?: mais)?|par(?:ar|o) de|deixar de|desist\w+)(?: pagar| usar)?"
    r" (?:(?:n?o|com(?: o)?|por|via|do) )?(?:cartao|pix|boleto)\W*$|^sem (?:o )?cartao\b"
)
_HAS_IT_COME = re.compile(
    r"^(?:e ai|oi|entao|e)?\W*(?:ja )?(?:caiu|compensou|confirmou|recebeu|receberam|entrou)"
    r"(?: (?:o|meu) (?:pix|pagamento|boleto))?(?: ai)?\W*$"
)
_OF_TRACKING = re.compile(r"\b(?:codigo|link)\b")
_REFUSED = re.compile(
    r"\bnao (?:foi )?(?:autoriz\w+|aprov\w+|aceit\w+|pass(?:ou|a))\b|\b(?:negad[oa]|recus(?:ad[oa]|ou))\b"
)
_STILL_GOOD = re.compile(
    r"^(?:(?:oi|ola|opa|e|mas|esse|este|o|a|codigo|pix|boleto|link|qr|bom dia|boa tarde|boa noite)\W+)*"
    r"(?:ainda|continua\w*|ta|esta)\b(?: \w+)? (?:val\w+|serv\w+|funciona\w*|ativ[oa]|de pe)\b"
    r"(?: (?:esse|este|o|codigo|pix|boleto|link|qr|pra pagar))*\W*$"
    r"|^(?:\w+\W+){0,3}?(?:codigo|pix|boleto|link) (?:ja )?(?:venceu|expirou|caducou)\W*$"
    r"|^(?:\w+\W+){0,3}?ainda (?:da tempo|da (?:pra|para) pagar|posso pagar|consigo pagar)(?: \w+){0,3}\W*$"
    r"|^(?:\w+\W+){0,3}?(?:esqueci|me esqueci|acabei (?:nao|esquecendo)|nao consegui) (?:de )?pag\w+(?:\W+\w+){0,3}\W*$"
)
_ALL_BOLETOS = re.compile(r"\b(?:[oa]s (?:dois|duas|tres)|ambos|todos|todas)\b|\b[oa]s boletos\b")
WAYS = {"pix": r"\bpix\b", "boleto": r"\bboleto\b", "card": r"\b(?:cartao|credito)\b"}
_NOT_THAT = re.compile(r"\b(?:nao|par(?:ar|o) de|deixar de|desist\w+|sem)\b[^,.;]*")


def pay_number(talk: Talk, heard: Heard) -> bool:
    match = _PAY_NUMBER.match(heard.folded)
    if match is None:
        return False
    engine.start(talk, "paying", {"order": int(match[1])} if match[1] else {})
    return True


_LONG_AGO = re.compile(
    r"\b(?:\d+|uma?|duas|tres|varias) (?:horas?|dias?)\b|\bontem\b|\bja saiu\b|\bsaiu da (?:minha )?conta\b"
    r"|\bconcluid\w+"
    r"|\bcomprovante\b|\bde(?:sde)? manha\b"
)
_SECOND_BACK = re.compile(
    r"\b(?:da|d?o|a) (?:segund[oa]|outr[oa])(?: (?:vez|pagamento|pix))? (?:de volta|volta)\b"
    r"|\b(?:devolv\w+|estorn\w+)\b.*\b(?:pagamento|pix|valor) (?:repetid|duplicad|a mais)"
)


def new_date(talk: Talk, heard: Heard) -> bool:
    """*Muda pra 15/12*, *vence que dia?*, with a pending boleto."""
    waiting = bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))
    if not any(o.charge is not None and o.charge.method is Method.BOLETO for o in waiting):
        return False
    said = dates.first(heard.folded)
    if not (said and _POSTPONE.search(heard.folded)) and not _WHEN_DUE.search(heard.folded):
        return False
    named = [n for n in about.orders_in(heard, talk) if any(o.number == n for o in waiting)]
    engine.start(talk, "due_date", {**({"order": named[0]} if named else {}), **({"said": said} if said else {})})
    return True


def due_date(talk: Talk, heard: Heard) -> bool:
    said = {"said": heard.slot("date")} if heard.slot("date") else {}
    return people.start("due_date", **said)(talk, heard)


def code_wanted(talk: Talk, heard: Heard) -> bool:
    """*Cadê o link?*, with a pending payment."""
    waiting = unpaid(talk)
    if not _CODE_WANTED.search(heard.folded):
        return False
    sent = bought(talk, frozenset([OrderState.SHIPPED])) if waiting is None else []
    if sent and _OF_TRACKING.search(heard.folded):
        engine.start(talk, "tracking", {"order": sent[0].number})
        return True
    if waiting is None or waiting.charge is None:
        return False
    charge = waiting.charge
    seed = {"order": waiting.number, "method": str(charge.method), "installments": charge.installments}
    engine.start(talk, "paying", seed)
    return True


def card_refused(talk: Talk, heard: Heard) -> bool:
    """*Deu não autorizado*, with a card's payment open: another card, or another way."""
    waiting = unpaid(talk)
    if waiting is None or waiting.charge is None or not _REFUSED.search(heard.folded):
        return False
    if waiting.charge.method is not Method.CARD or any(f.flow in ("buying", "paying") for f in talk.frames):
        return False
    engine.start(
        talk, "paying", {"order": waiting.number, "entry": "failed", "failed": "card", "reason": "card_refused"}
    )
    return True


def cannot_pay(talk: Talk, heard: Heard) -> bool:
    """*Não estou conseguindo pagar no Pix*, *quero outra forma de pagamento*: show the methods, or the one asked for. A
    charge changes only after a yes."""
    waiting = unpaid(talk)
    shape = _CANNOT_PAY.search(heard.folded) or _OTHER_WAY.search(heard.folded)
    if waiting is None or shape is None or any(f.flow == "buying" for f in talk.frames):
        return False
    named = [n for n in about.orders_in(heard, talk) if n]
    now = str(waiting.charge.method) if waiting.charge is not None else ""
    wished = _NOT_THAT.sub(" ", heard.folded)
    ways = [way for way, shape in WAYS.items() if re.search(shape, wished) and way != now]
    engine.start(
        talk,
        "paying",
        {"order": named[0] if named else waiting.number, **({"method": ways[0]} if len(ways) == 1 else {})},
    )
    return True


def pays_later(talk: Talk, heard: Heard) -> bool:
    """*Vou pagar amanhã*: until when the code is valid, and what to do after that."""
    waiting = unpaid(talk)
    if waiting is None or waiting.charge is None:
        return False
    boleto = waiting.charge.method is Method.BOLETO
    asks = (not boleto and _WHEN_DUE.search(heard.folded)) or _HOW_LONG.search(heard.folded)
    another_day = _ON_ANOTHER_DAY.search(heard.folded)
    if not (asks or another_day or _PAYS_LATER.match(heard.folded)):
        return False
    if boleto and another_day and not _is_due_then(talk, heard, waiting.charge):
        return False  # a request for another due date
    if not boleto and another_day:
        engine.start(talk, "paying", {"order": waiting.number, "entry": "later"})
        return True
    held = [waiting]
    if _ALL_BOLETOS.search(heard.folded):
        held = [o for o in bought(talk, frozenset([OrderState.AWAITING_PAYMENT])) if o.charge is not None]
    talk.say("\n".join(later_texts.holds_until(o.number, o.charge) for o in held if o.charge is not None))
    engine.resume(talk)
    return True


def _is_due_then(talk: Talk, heard: Heard, charge: Charge) -> bool:
    """Whether a boleto can still be paid on the given day; False for an unclear day."""
    today = calendar.local(talk.now).date()
    said = dates.first(heard.folded)
    days = dates.resolve(said, today).days if said else ()
    return bool(days) and days[0] <= charge.due_date


def still_good(talk: Talk, heard: Heard) -> bool:
    """*Ainda vale?*, with a payment that was not made: until when it does, or a fresh one is offered."""
    waiting = unpaid(talk)
    if waiting is None or waiting.charge is None or not _STILL_GOOD.match(heard.folded):
        return False
    if is_over(waiting.charge, talk.now):
        engine.start(talk, "paying", {"order": waiting.number, "entry": "renew"})
        return True
    talk.say(texts.still_good(waiting.number, waiting.charge))
    engine.resume(talk)
    return True


def is_over(charge: Charge, now: datetime) -> bool:
    """Whether it can no longer be paid."""
    late = charge.expires_at is not None and charge.expires_at <= now
    return late or charge.state not in PAYABLE | {ChargeState.REQUESTED}


def remind(talk: Talk) -> bool:
    """Whether a payment is open: then it is shown, with its way to pay."""
    waiting = unpaid(talk) if talk.seller is None else None
    if waiting is None or waiting.charge is None:
        return False
    if is_over(waiting.charge, talk.now):
        engine.start(talk, "paying", {"order": waiting.number, "entry": "renew"})
    else:
        engine.start(talk, "tracking", {"order": waiting.number})
    return True


def pay(method: str) -> Callable[[Talk, Heard], bool]:
    def go(talk: Talk, heard: Heard) -> bool:
        wants_part = heard_as(heard, "quote_shipping")
        if remarks.query_of(wants_part) and not about.orders_in(heard, talk):
            return buyer.buy(talk, wants_part)
        data: dict[str, Any] = {"method": method}
        if heard.slot("installments").isdigit():
            data["installments"] = int(heard.slot("installments"))
        return people.start("paying", **data)(talk, heard)

    return go


_WHICH = re.compile(
    r"\bquais\b.*\b(?:pag\w+|ca(?:iu|iram)|compens\w+)"
    r"|\b(?:caiu|pagou|entrou|compensou) (?:so )?(?:um|uma|1)\b|\bso (?:caiu|um|uma)\b"
)
"""Which of several payments have come."""


def has_it_come(talk: Talk, heard: Heard) -> bool:
    """*Já caiu?*, *só caiu um?*, with a pending payment or an open order."""
    asks = _HAS_IT_COME.match(heard.folded) or ("?" in heard.text and _WHICH.search(heard.folded))
    mine = unpaid(talk) is not None or (talk.seller is None and bool(bought(talk, OPEN)))
    return bool(asks) and mine and len(heard.folded.split()) <= 8 and paid(talk, heard)


def paid_twice(talk: Talk, heard: Heard) -> bool:
    """*O banco descontou 2x*: a second payment is refunded."""
    back = _SECOND_BACK.search(heard.folded)
    if not (back or (_TWICE.search(heard.folded) and _TAKEN.search(heard.folded))) or not bought(talk):
        return False
    return paid(talk, heard)


def paid(talk: Talk, heard: Heard) -> bool:
    """*Paguei* changes nothing: only the payment provider's report does."""
    named = about.orders_in(heard, talk)
    if _TWICE.search(heard.folded) or _SECOND_BACK.search(heard.folded):
        talk.note(texts.paid_twice())
    orders = [o for o in bought(talk) if not named or o.number == named[0]]
    waiting = [o for o in orders if o.state is OrderState.AWAITING_PAYMENT]
    settled = [o for o in orders if o.state in OPEN and o.paid_at is not None]
    if waiting and (len(orders) > 1 and (_WHICH.search(heard.folded) or _ALL_BOLETOS.search(heard.folded))):
        lines = [*map(texts.not_yet, waiting)]
        if settled:
            lines.append(texts.already_paid(*(o.number for o in settled)))
        talk.say("\n".join(lines))
    elif waiting:
        talk.say(texts.not_yet(waiting[0]))
        if _LONG_AGO.search(heard.folded):
            talk.add(texts.long_ago())
    elif orders and orders[0].state in (OrderState.CANCELLED, OrderState.RETURNED):
        engine.start(talk, "tracking", {"order": orders[0].number})  # whether the money went back
        return True
    elif orders and orders[0].paid_at is not None:
        talk.say(texts.already_paid(orders[0].number))
    else:
        talk.say(texts.nothing_to_pay())
    engine.resume(talk)
    return True


def wrong_document(talk: Talk, heard: Heard) -> bool:
    """*Meu CPF está errado*, outside a purchase: an order has it already, or it is cleared for the next one. A wrong
    name on an order also goes to a person."""
    if _NAME_WRONG.search(heard.folded) and bought(talk, OPEN) and not any(f.flow == "buying" for f in talk.frames):
        number = bought(talk, OPEN)[0].number
        engine.start(talk, "person", {"about": f"pedido #{number}, corrigir o nome: {heard.text[:100]}"})
        return True
    renamed = _NAME_WRONG.search(heard.folded)
    if renamed and talk.person.name and not any(f.flow == "buying" for f in talk.frames):
        talk.know(name="")
        talk.say(texts.name_forgotten())
        engine.resume(talk)
        return True
    if not _DOCUMENT_WRONG.search(heard.folded) or any(f.flow in ("buying", "paying") for f in talk.frames):
        return False
    live = bought(talk, OPEN)
    if live:
        engine.start(talk, "person", {"about": f"pedido #{live[0].number}, corrigir o CPF/CNPJ"})
        return True
    talk.know(document="")
    talk.say(texts.document_forgotten())
    engine.resume(talk)
    return True


def unpaid(talk: Talk) -> Order | None:
    """The newest order with a pending payment."""
    return next(iter(bought(talk, frozenset([OrderState.AWAITING_PAYMENT]))), None)
