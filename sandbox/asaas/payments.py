"""Charges: created, listed, changed, removed and restored (sheets 3 and 4)."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from sandbox.asaas import fees
from sandbox.asaas.account import Account
from sandbox.asaas.actions import Actions
from sandbox.asaas.answers import Json, Routes, body_of, cents, page, refuse, reply
from sandbox.asaas.charges import PAID, UNPAID, Charge
from sandbox.asaas.checks import (
    charge_of,
    check_texts,
    count_of,
    due_of,
    kind_of,
    living,
    splits_of,
    terms_of,
    value_of,
)

CARD_FIELDS = ("creditCard", "creditCardHolderInfo", "creditCardToken")
_FILTERS = (
    "customer",
    "billingType",
    "status",
    "externalReference",
    "installment",
    "paymentDate",
    "estimatedCreditDate",
)
_RANGES = ("paymentDate", "estimatedCreditDate", "dueDate")


@dataclass
class Payments:
    account: Actions

    def routes(self) -> Routes:
        return [
            ("POST", "/payments", self.create),
            ("GET", "/payments", self.list_payments),
            ("GET", "/payments/{id}", self.read),
            ("PUT", "/payments/{id}", self.change),
            ("DELETE", "/payments/{id}", self.remove),
            ("POST", "/payments/{id}/restore", self.restore),
            ("GET", "/payments/{id}/status", self.read_status),
            # sheet 8
            ("POST", "/sandbox/payment/{id}/confirm", self.confirm),
            ("POST", "/sandbox/payment/{id}/overdue", self.overdue),
        ]

    async def create(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        charges = self._new_charges(body)
        for charge in charges:
            self.account.charges[charge.id] = charge  # sheet 1: nothing says that externalReference deduplicates
        for charge in charges:
            self.account.tell("PAYMENT_CREATED", charge)  # sheet 7.5: one for each instalment
        if self.account.webhook_first:
            await self.account.delivered()
        return reply(self.account.json(charges[0]))  # sheet 3.1: the response is the first instalment

    def _new_charges(self, body: Json) -> list[Charge]:
        account = self.account
        customer = account.customers.get(str(body.get("customer") or ""))
        if customer is None or customer["deleted"]:
            raise refuse("invalid_customer", "Customer inválido ou não informado.")
        kind = kind_of(body)
        if any(body.get(name) for name in CARD_FIELDS):
            raise refuse("invalid_creditCard", "Esta simulação não recebe dados de cartão.")
        count = count_of(body)
        terms = terms_of(body)
        value = value_of(body, count, terms)
        due = due_of(body, self.account.today())
        check_texts(body)
        values = fees.parts(value, count)
        nets = [fees.net_of(kind, part, count) - account.net_drift for part in values]
        splits = splits_of(self.account, body.get("split"), nets, plan=count > 1)
        plan_id = str(uuid.uuid4()) if count > 1 else ""
        taken: list[Charge] = []
        for index in range(count):
            taken.append(
                Charge(
                    id=self._fresh_id(taken),
                    customer=customer["id"],
                    billing_type=kind,
                    value=values[index],
                    net=nets[index],
                    due=_month_later(due, index),
                    created=account.today(),
                    invoice_number=account.new_number(),
                    description=body.get("description"),
                    reference=body.get("externalReference"),
                    split=splits[index],
                    installment=plan_id,
                    number=index + 1 if plan_id else 0,
                    count=count,
                    terms=terms,
                )
            )
        return taken

    def _fresh_id(self, taken: list[Charge]) -> str:
        while True:
            fresh = self.account.new_id()
            if fresh not in self.account.charges and all(charge.id != fresh for charge in taken):
                return fresh

    async def list_payments(self, request: web.Request) -> web.Response:
        query = request.query
        # Sheet 3.4: removed charges drop out of the list (a user's report); sheet 1: newest first.
        since, until = query.get("dateCreated[ge]", ""), query.get("dateCreated[le]", "9999")
        living = (c for c in reversed(self.account.charges.values()) if not c.deleted)
        found = [self.account.json(c) for c in living if since <= c.created.isoformat() <= until]
        for name in _FILTERS:
            if name in query:
                found = [payment for payment in found if payment.get(name) == query[name]]
        for name in _RANGES:
            least, most = query.get(f"{name}[ge]"), query.get(f"{name}[le]")
            if least or most:
                found = [p for p in found if p[name] and (least or "") <= p[name] <= (most or "9999")]
        return page(found, request)

    async def read(self, request: web.Request) -> web.Response:
        return reply(self.account.json(charge_of(self.account, request)))

    async def read_status(self, request: web.Request) -> web.Response:
        return reply({"status": charge_of(self.account, request).status})

    async def change(self, request: web.Request) -> web.Response:
        charge, body = living(self.account, request), await body_of(request)
        if charge.status in PAID:
            return self._change_split(charge, body)
        if charge.status not in UNPAID:  # sheet 3.4: only while awaiting payment or overdue
            raise refuse("invalid_action", "Só é possível alterar cobranças aguardando pagamento ou vencidas.")
        # sheet 3.4: these two and the value are mandatory in every PUT
        kind, due = kind_of(body), due_of(body, self.account.today())
        terms = terms_of(body)
        value = value_of(body, 1, terms)
        check_texts(body)
        net = fees.net_of(kind, value, charge.count) - self.account.net_drift
        if "split" in body:  # sheet 6: omitted keeps it, null or [] removes it
            split = splits_of(self.account, body["split"], [net], plan=False)[0]
        else:
            split = charge.split
            if charge.share > net:
                raise refuse("invalid_split", "O valor do split excede o valor líquido da cobrança.")
        charge.original_due = charge.original_due or charge.due
        charge.billing_type, charge.value, charge.net, charge.due, charge.split = kind, value, net, due, split
        charge.terms |= terms
        charge.description = body.get("description", charge.description)
        charge.reference = body.get("externalReference", charge.reference)
        charge.status = "PENDING"  # sheet 4: unconfirmed, implied
        charge.revision += 1
        self.account.tell("PAYMENT_UPDATED", charge)
        return reply(self.account.json(charge))

    def _change_split(self, charge: Charge, body: Json) -> web.Response:
        """Only the split of a paid charge can change, and only by card until it is credited, or to end a block (sheet
        6)."""
        blocked = any(entry.status == "BLOCKED_BY_VALUE_DIVERGENCE" for entry in charge.split)
        same = (kind_of(body), cents(body.get("value"))) == (charge.billing_type, charge.value)
        late = charge.credit is not None and charge.credit <= self.account.today()
        if not same or "split" not in body or not (blocked or (charge.is_card and not late)):
            raise refuse("invalid_action", "Só é possível alterar cobranças aguardando pagamento ou vencidas.")
        charge.split = splits_of(self.account, body["split"], [charge.net], plan=False)[0]
        self.account.tell("PAYMENT_UPDATED", charge)
        if blocked:
            self.account.pay_out(charge)
        return reply(self.account.json(charge))

    async def remove(self, request: web.Request) -> web.Response:
        charge = living(self.account, request)
        remove(self.account, [charge])
        return reply({"deleted": True, "id": charge.id})

    async def restore(self, request: web.Request) -> web.Response:
        charge = charge_of(self.account, request)
        if not charge.deleted:
            raise refuse("invalid_action", "A cobrança não está removida.")
        charge.deleted = False  # without its split (sheet 6)
        self.account.tell("PAYMENT_RESTORED", charge)
        return reply(self.account.json(charge))

    # --- the sandbox's own calls (sheet 8) --------------------------------------------------------------

    async def confirm(self, request: web.Request) -> web.Response:
        return await self._act(request, self.account.pay)

    async def overdue(self, request: web.Request) -> web.Response:
        return await self._act(request, self.account.overdue)

    async def _act(self, request: web.Request, act: Callable[[str], Awaitable[None]]) -> web.Response:
        charge = living(self.account, request)
        try:
            await act(charge.id)
        except ValueError:
            raise refuse("invalid_action", "A situação da cobrança não permite esta ação.") from None
        return reply(self.account.json(charge))


def remove(account: Account, charges: list[Charge]) -> None:
    if any(charge.status not in UNPAID for charge in charges):  # sheet 3.4: only pending or overdue
        raise refuse("invalid_action", "Só é possível remover cobranças aguardando pagamento ou vencidas.")
    account.remove(charges)


def _month_later(due: date, months: int) -> date:
    year, month = divmod(due.year * 12 + due.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(due.day, (following - timedelta(days=1)).day))
