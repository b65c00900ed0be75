"""Charges: created, looked up, split, changed, removed and restored.

Asaas has no idempotency keys and does not deduplicate our reference, so no POST here is repeated blindly: after
``Uncertain``, the charge is looked up by reference. Ids are opaque; URLs are used exactly as returned.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from bot.domain import money, pix
from bot.domain.commands import Bill
from bot.domain.order import Method
from bot.integrations.asaas.bills import BILLING_TYPES, bill_of, cents, confirms, status_of
from bot.integrations.asaas.calls import MAX_DESCRIPTION, NAME, Json, at, reading_back, unreadable
from bot.integrations.asaas.reading import Reading
from bot.integrations.errors import NotFound, Refused
from bot.integrations.payments import Share

log = logging.getLogger(__name__)

_NET_OF = {Method.PIX: "pix", Method.BOLETO: "bankSlip", Method.CARD: "creditCard"}
_UNPAID = ("pending", "overdue")
_NO_MONEY = (*_UNPAID, "other", "void")


class Charges(Reading):
    async def simulate_net(self, amount: int, method: Method, installments: int = 1) -> int:
        body: Json = {"value": money.json_number(amount), "billingTypes": [BILLING_TYPES[method]]}
        if installments > 1:
            body["installmentCount"] = installments
        path = "/payments/simulate"
        answer = await self._asaas.send("POST", path, "charge.simulate", body, expect="value", repeat="always")
        part = answer.get(_NET_OF[method])
        if not isinstance(part, dict) or part.get("netValue") is None:
            raise Refused(NAME, f"no net for {method}", reason="method_unavailable")
        return cents(part["netValue"])

    async def create_charge(
        self,
        *,
        reference: str,
        customer_id: str,
        method: Method,
        installments: int,
        amount: int,
        due_date: date,
        description: str,
        shares: Sequence[Share],
    ) -> Bill:
        """Not repeatable. The bill's ``share`` is what the response confirms: 0 if Asaas ignored the split, so that the
        caller can compare and correct it with :meth:`set_shares` (which insists) before anybody sees a code."""
        plan = installments > 1
        body: Json = {
            "customer": customer_id,
            "billingType": BILLING_TYPES[method],
            "value": money.json_number(amount),
            "dueDate": due_date.isoformat(),
            "description": description[:MAX_DESCRIPTION],
            "externalReference": reference,
            "split": _split(shares, plan),
        }
        if plan:  # never for a single payment
            body |= {"installmentCount": installments, "totalValue": money.json_number(amount)}
        payment = await self._asaas.send("POST", "/payments", "charge.create", body, expect="id")
        if plan and not payment.get("installment"):
            raise unreadable("a plan that is none")
        with reading_back():
            return await self._bill(payment)

    async def find_charge(self, reference: str) -> Bill | None:
        """Asaas' own recipe after a lost response: adopt one, remove duplicates while they can still be paid."""
        found = await self.find_charges(reference)
        if not found:
            return None
        kept = next((bill for bill in found if bill.status not in _NO_MONEY), found[0])
        for double in found:
            if double is not kept and double.status in _UNPAID:
                await self.cancel_charge(double.charge_id)
        return kept

    async def find_charges(self, reference: str) -> list[Bill]:
        """All charges with our reference that were not deleted, oldest first; several mean a duplicate creation."""
        payments = [
            payment
            async for payment in self._asaas.items("/payments", "charge.find", {"externalReference": reference})
            if _is_named(payment, reference) and status_of(payment) != "void"
        ]
        payments.reverse()  # listed newest first; the day alone does not order them
        payments.sort(key=lambda payment: str(payment.get("dateCreated") or ""))
        firsts: dict[str, Json] = {}  # one instalment per plan is enough to read the whole plan
        for payment in payments:
            firsts.setdefault(str(payment.get("installment") or payment["id"]), payment)
        return [await self._bill(payment) for payment in firsts.values()]

    async def set_shares(self, bill: Bill, *, method: Method, due_date: date, shares: Sequence[Share]) -> Bill:
        """Correct the split. ``Refused`` with reason ``split_missing`` if the response does not confirm it."""
        plan = await self._plan_of(bill.charge_id) if method is Method.CARD else ""
        if plan:
            splits = {"splits": _split(shares, plan=True)}
            await self._asaas.send("PUT", at("installments", plan, "splits"), "charge.split", splits, repeat="always")
            changed = await self._plan(await self._read(bill.charge_id))
        else:
            body = _starred(bill, method, due_date) | {"split": _split(shares, plan=False)}
            changed = [await self._change(bill.charge_id, "charge.split", body)]
        after = bill_of(changed)
        if not confirms(changed, shares):
            raise Refused(NAME, f"the split that was answered is {after.share}", reason="split_missing")
        return after

    async def set_due_date(self, bill: Bill, *, method: Method, due_date: date) -> Bill:
        """A new due date; the split is omitted from the request and so kept. Line and Pix code change: fetch them
        again."""
        if method is Method.CARD and await self._plan_of(bill.charge_id):
            raise Refused(NAME, "the instalments of a plan have days of their own", reason="plan")
        body = _starred(bill, method, due_date)  # every change makes a new line, so an unnecessary one is avoided
        path = at("payments", bill.charge_id)
        return bill_of([await self._asaas.send("PUT", path, "charge.due_date", body, expect="id")])

    async def pix_code(self, charge_id: str) -> str:
        """As it came: a code that looks wrong to us may still be right, and a bank checks it before any money moves."""
        answer = await self._asaas.get(at("payments", charge_id, "pixQrCode"), "charge.pix_code", expect="payload")
        code = str(answer["payload"]).strip()
        if not pix.is_valid(code):
            log.warning("the Pix code of %s does not check as a BR Code", charge_id)
        return code

    async def boleto_line(self, charge_id: str) -> str:
        """The 47 digits; they change with every change of the charge."""
        field = "identificationField"
        answer = await self._asaas.get(at("payments", charge_id, field), "charge.boleto_line", expect=field)
        digits = "".join(c for c in str(answer[field]) if c in "0123456789")
        if len(digits) != 47:
            raise Refused(NAME, "not a digitable line", reason="bad_boleto_line")
        return digits

    async def cancel_charge(self, charge_id: str) -> None:
        """Delete an unpaid charge (all instalments of a plan). If it is gone already, that is a success. Paid, or paid
        and under review: ``Refused`` with reason ``already_paid``."""
        try:
            payment = await self._read(charge_id)
            if not _may_be_cancelled(payment):
                return
            plan = payment.get("installment")
            path = at("installments", plan) if plan else at("payments", charge_id)
            await self._asaas.send("DELETE", path, "charge.cancel", None, repeat="always")
        except NotFound:
            return
        except Refused as refusal:
            if refusal.reason == "already_paid":
                raise
            # Something happened between the two calls: the charge itself tells what.
            if _may_be_cancelled(await self._read(charge_id)):
                raise

    async def _change(self, charge_id: str, operation: str, body: Json) -> Json:
        return await self._asaas.send("PUT", at("payments", charge_id), operation, body, expect="id", repeat="always")

    async def _plan_of(self, charge_id: str) -> str:
        return str((await self._read(charge_id)).get("installment") or "")


def _is_named(payment: Json, reference: str) -> bool:
    """Whether a listed charge is ours. Without its reference it must not be overlooked, or it would be created
    again."""
    if "externalReference" not in payment or not payment.get("id"):
        raise unreadable("a charge of a list without its id or reference")
    return bool(payment["externalReference"] == reference)


def _split(shares: Sequence[Share], plan: bool) -> list[Json]:
    fixed = "totalFixedValue" if plan else "fixedValue"
    return [
        {"walletId": share.wallet_id}
        | (
            {fixed: money.json_number(share.amount)}
            if share.percent is None
            else {"percentualValue": float(share.percent)}
        )
        for share in shares
    ]


def _starred(bill: Bill, method: Method, due_date: date) -> Json:
    """The fields that every PUT must carry, whatever it changes."""
    return {
        "billingType": BILLING_TYPES[method],
        "value": money.json_number(bill.amount),
        "dueDate": due_date.isoformat(),
    }


def _may_be_cancelled(payment: Json) -> bool:
    """Whether it can still be deleted; False if it is gone. Raises ``Refused`` if money came in."""
    status = status_of(payment)
    if status in _UNPAID or status == "other":
        return True
    if status == "void":
        return False
    raise Refused(NAME, f"the charge is {status}", reason="already_paid")
