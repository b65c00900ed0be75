"""Formatting: times in São Paulo, money, JSON, and the words for states."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import money

_PICTURE = re.compile(r"data:image/[^\"\\]{100,}")
ZONE = ZoneInfo("America/Sao_Paulo")

STATES = {
    "awaiting_payment": "aguardando pagamento",
    "paid": "pago",
    "accepted": "aceito",
    "shipped": "enviado",
    "delivered": "entregue",
    "returning": "em devolução",
    "returned": "devolvido",
    "closed": "encerrado",
    "cancelled": "cancelado",
    "new": "na fila",
    "doing": "em andamento",
    "parked": "em espera",
    "done": "feito",
    "failed": "separado",
    "refused": "recusado",
    "expired": "vencido",
    "requested": "pedida",
    "pending": "a pagar",
    "overdue": "vencida",
    "under_review": "em análise",
    "settled": "recebida",
    "void": "cancelada",
    "paid_late": "paga tarde",
    "refunding": "devolvendo",
    "refunded": "devolvida",
    "disputed": "contestada",
    "wanted": "a comprar",
    "in_cart": "no carrinho",
    "bought": "comprada",
    "generated": "gerada",
    "posted": "postada",
    "stopped": "parada",
    "undelivered": "não entregue",
    "cancelling": "cancelando",
    "sending": "enviando",
    "sent": "enviado",
    "told": "recebido no WhatsApp",
    "mailing": "indo por e-mail",
    "mailed": "foi por e-mail",
    "dropped": "não enviado",
    "waiting": "espera a vez",
    "resting": "espera o fim do silêncio",
    "under_way": "a caminho",
    "open": "em aberto",
    "lost": "não feitos",
}
DISPUTES = {
    "open": "sem resposta nossa",
    "contested": "provas entregues: o banco decide",
    "conceded": "não contestada",
    "won": "ganha",
    "lost": "perdida",
}
REASONS = {
    "fraud": "o titular não reconhece a compra",
    "not_received": "não recebeu",
    "not_as_agreed": "não é o combinado",
    "cancelled": "compra cancelada",
    "wrong_charge": "cobrança errada",
    "other": "outro motivo",
    "": "motivo ainda não lido",
}
"""A card holder's reasons, see :class:`bot.domain.disputes.Dispute`."""
BACKS = {
    "regret": "arrependimento",
    "wrong": "peça errada",
    "broken": "com defeito",
    "undelivered": "não entregue, volta sozinha",
    "asked": "espera resposta",
    "accepted": "aceita",
    "posted": "a caminho do vendedor",
    "received": "recebida",
    "refused": "recusada",
    "lapsed": "vencida: não foi postada",
}
"""Reasons and states of a return."""
ROLES = {"owner": "dono", "support": "atendimento", "finance": "financeiro", "reader": "só leitura"}
METHODS = {"pix": "Pix", "boleto": "boleto", "card": "cartão"}
ACCOUNTS = {
    "buyer": "comprador",
    "seller": "vendedor",
    "platform": "plataforma",
    "provider_fees": "tarifas",
    "freight": "frete",
    "carrier": "transportadora",
    "in_transit": "em trânsito",
    "owed": "devido pelo vendedor",
}

TONES = {
    **dict.fromkeys(["failed", "refused", "expired", "lost", "cancelled", "disputed"], "bad"),
    **dict.fromkeys(["parked", "doing", "new", "awaiting_payment", "returning", "overdue"], "warm"),
    **dict.fromkeys(
        ["done", "paid", "accepted", "shipped", "delivered", "closed", "settled", "told", "mailed"], "good"
    ),
}


def moment(value: datetime | str | None) -> str:
    """``25/11 14:03:09`` in São Paulo time; with the year if it is not the current one."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = at.astimezone(ZONE)
    year = "" if local.year == datetime.now(UTC).year else "/%Y"
    return local.strftime(f"%d/%m{year} %H:%M:%S")


def iso(value: datetime | None) -> str:
    return value.isoformat() if value else ""


def ago(value: datetime | None, now: datetime) -> str:
    """``3 min``, ``2 h``, ``5 d``: elapsed time, in the largest unit that fits."""
    if value is None:
        return ""
    seconds = max(0, int((now - value).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def reais(centavos: int) -> str:
    return money.show(centavos)


def state(word: str) -> str:
    return STATES.get(word, word.replace("_", " "))


def account(name: str) -> str:
    """The Portuguese name of a ledger account; a seller's account without its id."""
    head = name.partition(":")[0]
    return ACCOUNTS.get(head, head)


def method(word: str) -> str:
    return METHODS.get(word, word)


def role(word: str) -> str:
    return ROLES.get(word, word)


def tone(word: str) -> str:
    """The colour class of a state: good, warm, bad or plain."""
    return TONES.get(word, "plain")


def pretty(text: str) -> str:
    """Indented JSON; other text unchanged. Images are omitted: a pairing code is not for everybody."""
    text = _PICTURE.sub("data:image/•••", text)
    if not text:
        return "(apagado: passou do prazo de guarda)"
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def dispute(word: str) -> str:
    """The state of a chargeback."""
    return DISPUTES.get(word, word)


def back(word: str) -> str:
    """A return's reason or state."""
    return BACKS.get(word, word)


def objection(word: str) -> str:
    """A card holder's reason."""
    return REASONS.get(word, word)


FILTERS: dict[str, Any] = {
    "moment": moment,
    "iso": iso,
    "reais": reais,
    "state": state,
    "method": method,
    "role": role,
    "tone": tone,
    "pretty": pretty,
    "account": account,
    "dispute": dispute,
    "objection": objection,
    "back": back,
}
