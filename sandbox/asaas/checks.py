"""Checks shared by all calls that create or change a charge."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.asaas import fees
from sandbox.asaas.account import Account
from sandbox.asaas.answers import Json, cents, day, missing, reais, refuse
from sandbox.asaas.charges import Charge, Split

BILLING_TYPES = ("BOLETO", "PIX", "CREDIT_CARD", "UNDEFINED")
LEAST = 500


def charge_of(account: Account, request: web.Request) -> Charge:
    return account.find(request.match_info["id"])


def living(account: Account, request: web.Request) -> Charge:
    """Removed charges are answered with 404; their treatment is not documented."""
    charge = charge_of(account, request)
    if charge.deleted:
        raise missing()
    return charge


def kind_of(body: Json) -> str:
    kind = body.get("billingType")
    if kind not in BILLING_TYPES:
        raise refuse("invalid_billingType", "A forma de pagamento informada é inválida.")
    return str(kind)


def count_of(body: Json) -> int:
    """Instalments. Sheet 3.1: their fields only for 2 or more, never for 1x; up to 21 by card."""
    count = body.get("installmentCount")
    if count is None:
        if body.get("totalValue") is not None or body.get("installmentValue") is not None:
            raise refuse("invalid_installmentCount", "O número de parcelas deve ser informado.")
        return 1
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= 21:
        raise refuse("invalid_installmentCount", "O número de parcelas deve ser de 2 a 21.")
    return count


def check_texts(body: Json) -> None:
    description = body.get("description")
    if description is not None and (not isinstance(description, str) or len(description) > 500):  # sheet 3.1
        raise refuse("invalid_description", "A descrição deve ter no máximo 500 caracteres.")


def terms_of(body: Json) -> Json:
    """Discount, interest and fine, if given (sheet 3.1)."""
    terms: Json = {}
    for name in ("discount", "interest", "fine"):
        given = body.get(name)
        if given is None:
            continue
        if not isinstance(given, dict) or given.get("type", "FIXED") not in ("FIXED", "PERCENTAGE"):
            raise refuse(f"invalid_{name}", f"O campo {name} é inválido.")
        value = reais(cents(given.get("value"), f"invalid_{name}", name))
        kind = "PERCENTAGE" if name == "interest" else given.get("type", "FIXED")
        terms[name] = {"value": value, "type": kind}
        if name == "discount":
            terms[name] |= {"limitDate": None, "dueDateLimitDays": given.get("dueDateLimitDays", 0)}
    return terms


def value_of(body: Json, count: int, terms: Json) -> int:
    """The total of a charge or plan. Sheet 3.1: at least R$ 5.00 (as reported; the code is unconfirmed)."""
    if count > 1:
        if body.get("totalValue") is not None:
            value = cents(body["totalValue"])
            if body.get("value") is not None and cents(body["value"]) != value:
                raise refuse("invalid_value", "value e totalValue são diferentes.")
        elif body.get("installmentValue") is not None:
            value = cents(body["installmentValue"]) * count
        else:
            raise refuse("invalid_value", "O valor total ou o valor da parcela deve ser informado.")
    else:
        value = cents(body.get("value"))
    discount = terms.get("discount", {"value": 0, "type": "FIXED"})
    off = Decimal(str(discount["value"])) * (Decimal(value) / 100 if discount["type"] == "PERCENTAGE" else 100)
    if value - off < LEAST:
        raise refuse("invalid_value", "O valor da cobrança menos o desconto não pode ser menor que R$ 5,00.")
    return value


def due_of(body: Json, today: date) -> date:
    due = day(body.get("dueDate"), "invalid_dueDate", "dueDate")
    if due < today:  # sheet 3.1: not before today
        raise refuse("invalid_dueDate", "A data de vencimento não pode ser anterior à data atual.")
    return due


def wallet_of(account: Account, entry: Json) -> str:
    """Sheet 6: naming the own wallet is an error. The codes of split errors are not documented."""
    wallet = entry.get("walletId")
    if not isinstance(wallet, str) or not wallet:
        raise refuse("invalid_walletId", "A carteira deve ser informada.")
    if wallet == account.own_wallet:
        raise refuse("invalid_walletId", "Não é permitido informar a própria carteira.")
    if wallet not in account.wallets:
        raise refuse("invalid_walletId", "A carteira informada não existe.")
    return wallet


def splits_of(account: Account, entries: Any, nets: list[int], *, plan: bool) -> list[list[Split]]:
    """The split of each payment. Only the name ``split`` counts on /payments; any other is ignored (sheet 6)."""
    result: list[list[Split]] = [[] for _ in nets]
    if entries is None:
        return result
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise refuse("invalid_split", "O split deve ser uma lista.")
    for entry in entries:
        wallet = wallet_of(account, entry)
        for place, (fixed, percent, total) in enumerate(_amounts(entry, nets, plan)):
            result[place].append(
                Split(
                    id=str(uuid.uuid4()),
                    wallet_id=wallet,
                    total=total,
                    fixed=fixed,
                    percent=percent,
                    external_reference=entry.get("externalReference"),
                    description=entry.get("description"),
                )
            )
    for split, net in zip(result, nets, strict=True):
        if sum(entry.total for entry in split) > net:  # sheet 6: at most the net value
            raise refuse("invalid_split", "O valor do split excede o valor líquido da cobrança.")
    return result


def _amounts(entry: Json, nets: list[int], plan: bool) -> list[tuple[int | None, Decimal | None, int]]:
    """Fixed value, percentage and total of a split entry for each payment (sheet 6)."""
    given = [name for name in ("fixedValue", "percentualValue", "totalFixedValue") if entry.get(name) is not None]
    if len(given) != 1:
        raise refuse("invalid_split", "Informe um valor ou um percentual para o split.")
    if given[0] == "percentualValue":
        given_percent = entry["percentualValue"]
        is_number = isinstance(given_percent, (int, Decimal)) and not isinstance(given_percent, bool)
        percent = Decimal(given_percent) if is_number else Decimal(0)
        if not 0 < percent <= 100 or percent * 10_000 % 1:  # sheet 6: up to four decimals
            raise refuse("invalid_split", "O percentual do split é inválido.")
        return [(None, percent, int(net * percent / 100)) for net in nets]  # of the net; rounding unconfirmed
    amount = cents(entry[given[0]], "invalid_split", given[0])
    if amount < 1:
        raise refuse("invalid_split", "O valor do split deve ser maior que zero.")
    if given[0] == "totalFixedValue":
        if not plan:  # sheet 3.1: instalments only
            raise refuse("invalid_split", "totalFixedValue é permitido apenas em parcelamentos.")
        return [(part, None, part) for part in fees.parts(amount, len(nets))]
    return [(amount, None, amount) for _ in nets]
