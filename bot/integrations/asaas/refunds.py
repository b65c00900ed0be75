"""Refunds. There is no idempotency key for a refund: the refunded amount is compared before and after.

For a partial refund, the part of each split entry is stated (``splitRefunds``); otherwise the provider would choose it.
"""

from __future__ import annotations

from bot.domain import money
from bot.domain.commands import Bill
from bot.integrations.asaas.bills import bill_of, page_of, refund_sum, shares_back, shares_left
from bot.integrations.asaas.calls import MAX_DESCRIPTION, NAME, Json, at, reading_back, unreadable
from bot.integrations.asaas.reading import Reading
from bot.integrations.errors import Refused


class Refunds(Reading):
    async def refund(self, charge_id: str, amount: int, description: str, *, before: int, share: int = 0) -> Bill:
        payment = await self._read(charge_id)
        bill = await self._counted(payment)
        if bill.refunded >= before + amount:
            return await self._adopted(payment, bill)
        if bill.refunded != before:
            detail = f"{bill.refunded} was given back instead of {before}"
            raise Refused(NAME, detail, reason="refund_changed")
        if _is_boleto(payment):
            if before + amount != bill.amount:
                raise Refused(NAME, "a boleto is given back whole", reason="partial_refund")
            return bill.but(status="refunding", refunded=bill.amount, page_url=await self._form(charge_id))
        plan = payment.get("installment")
        body: Json = {}
        if amount < bill.amount:
            body["value"] = money.json_number(amount)
            if share:
                body["splitRefunds"] = await self._shares(payment, share)
        if not plan:
            body["description"] = description[:MAX_DESCRIPTION]
            path = at("payments", charge_id, "refund")
            return bill_of([await self._asaas.send("POST", path, "charge.refund", body, expect="id")])
        await self._asaas.send("POST", at("installments", plan, "refund"), "charge.refund", body)
        with reading_back():
            return await self.read_charge(charge_id)

    async def find_refund(self, charge_id: str, amount: int, *, before: int) -> Bill | None:
        payment = await self._read(charge_id)
        bill = await self._counted(payment)
        return await self._adopted(payment, bill) if bill.refunded >= before + amount else None

    async def _counted(self, payment: Json) -> Bill:
        """The bill with everything refunded or about to be: the charge and its list of refunds may lag behind."""
        bill = await self._bill(payment)
        if payment.get("installment"):  # already summed over the plan
            return bill
        path = at("payments", payment["id"], "refunds")
        listed = [refund async for refund in self._asaas.items(path, "charge.refunds", pages=1)]
        taken = sum(shares_back(listed).values())
        return bill.but(refunded=max(bill.refunded, refund_sum(listed)), share_back=max(bill.share_back, taken))

    async def _shares(self, payment: Json, share: int) -> list[Json]:
        """``share`` centavos of the split, of the first instalment first, like the money itself."""
        named, missing = [], share
        for entry_id, left in shares_left(await self._plan(payment)).items():
            if part := min(left, missing):
                named.append({"id": entry_id, "value": money.json_number(part)})
                missing -= part
        if missing:
            raise Refused(NAME, f"{missing} of the {share} of the share no longer stand", reason="share_changed")
        return named

    async def _adopted(self, payment: Json, bill: Bill) -> Bill:
        """A refund requested before. For a boleto, the buyer's form is fetched again: that moves no money."""
        if not _is_boleto(payment) or bill.status != "refunding":
            return bill
        return bill.but(page_url=await self._form(bill.charge_id))

    async def _form(self, charge_id: str) -> str:
        path = at("payments", charge_id, "bankSlip", "refund")
        answer = await self._asaas.send("POST", path, "charge.refund", {}, expect="requestUrl")
        page = page_of(answer["requestUrl"])
        if not page:
            raise unreadable("a form without its address")
        return page


def _is_boleto(payment: Json) -> bool:
    return payment.get("billingType") == "BOLETO"
