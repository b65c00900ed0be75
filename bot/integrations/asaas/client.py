"""Charges at Asaas: created, found again, split, read, cancelled, refunded.

Asaas has no idempotency key and does not deduplicate our reference, so no POST here is repeated blindly: what is
``Uncertain`` is looked up by reference. Ids are opaque; addresses are used exactly as returned.
"""

from __future__ import annotations

from datetime import date

from bot.domain import money, pix
from bot.domain.commands import Bill
from bot.domain.order import Method, Recipient
from bot.domain.people import Address
from bot.integrations.asaas.bills import BILLING_TYPES, bill_of, cents, refund_sum, status_of
from bot.integrations.asaas.calls import NAME, Asaas, Json
from bot.integrations.asaas.customers import Customers
from bot.integrations.asaas.registration import Registration, WebhookState
from bot.integrations.asaas.transfers import Transfer, Transfers
from bot.integrations.errors import NotFound, ProviderError, Refused, Uncertain
from bot.integrations.http import Http

MAX_DESCRIPTION = 500

_NET_OF = {Method.PIX: "pix", Method.BOLETO: "bankSlip", Method.CARD: "creditCard"}
_UNPAID = ("pending", "overdue")


class AsaasPayments:
    """The :class:`bot.integrations.protocols.Payments` of Asaas, with transfers and the webhook's entry besides."""

    def __init__(self, http: Http, *, base_url: str, api_key: str) -> None:
        """``base_url`` ends in ``/v3``."""
        self._asaas = Asaas(http, base_url=base_url, api_key=api_key)
        self._customers = Customers(self._asaas)
        self._transfers = Transfers(self._asaas)
        self._registration = Registration(self._asaas)

    # --- payers ----------------------------------------------------------------------------------------

    async def find_customer(self, document: str) -> str | None:
        return await self._customers.find(document)

    async def create_customer(self, payer: Recipient, *, reference: str, address: Address | None) -> str:
        """Not repeatable; ``Uncertain`` is answered by :meth:`find_customer`. ``Refused``: ``invalid_document``."""
        return await self._customers.create(payer, reference=reference, address=address)

    # --- charges ---------------------------------------------------------------------------------------

    async def simulate_net(self, amount: int, method: Method, installments: int = 1) -> int:
        body: Json = {"value": money.json_number(amount), "billingTypes": [BILLING_TYPES[method]]}
        if installments > 1:
            body["installmentCount"] = installments
        answer = await self._asaas.send("POST", "/payments/simulate", "charge.simulate", body, repeat="always")
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
        wallet_id: str,
        share: int,
    ) -> Bill:
        """Not repeatable. The bill's ``share`` is what the answer confirms: 0 where Asaas ignored the split, so a
        caller that compares puts it right by :meth:`set_share` (which insists) before anybody sees a code."""
        plan = installments > 1
        body: Json = {
            "customer": customer_id,
            "billingType": BILLING_TYPES[method],
            "value": money.json_number(amount),
            "dueDate": due_date.isoformat(),
            "description": description[:MAX_DESCRIPTION],
            "externalReference": reference,
            "split": _split(wallet_id, share, plan),
        }
        if plan:  # never for 1x
            body |= {"installmentCount": installments, "totalValue": money.json_number(amount)}
        payment = await self._asaas.send("POST", "/payments", "charge.create", body, expect="id")
        try:
            return await self._bill(payment)
        except ProviderError as error:
            # It was created; only reading its other instalments failed. The look-up by reference adopts it.
            raise Uncertain(NAME, error.detail, reason=error.reason, status=error.status) from error

    async def find_charge(self, reference: str) -> Bill | None:
        found = await self.find_charges(reference)
        return found[0] if found else None

    async def find_charges(self, reference: str) -> list[Bill]:
        """All charges with our reference that were not deleted, oldest first; more than one is a double creation."""
        payments = [
            payment
            async for payment in self._asaas.items("/payments", "charge.find", {"externalReference": reference})
            if payment.get("id") and payment.get("externalReference") == reference and status_of(payment) != "void"
        ]
        payments.reverse()  # listed newest first; the day alone does not order them
        payments.sort(key=lambda payment: str(payment.get("dateCreated") or ""))
        firsts: dict[str, Json] = {}  # of each plan one instalment is enough to read the whole
        for payment in payments:
            firsts.setdefault(str(payment.get("installment") or payment["id"]), payment)
        return [await self._bill(payment) for payment in firsts.values()]

    async def set_share(self, bill: Bill, *, method: Method, due_date: date, wallet_id: str, share: int) -> Bill:
        """Put the split right. ``Refused`` with reason ``split_missing`` if the answer does not confirm it."""
        plan = await self._plan_of(bill.charge_id) if method is Method.CARD else None
        if plan:
            splits = {"splits": _split(wallet_id, share, plan=True)}
            await self._asaas.send("PUT", f"/installments/{plan}/splits", "charge.split", splits, repeat="always")
            changed = await self.read_charge(bill.charge_id)
        else:
            body = _starred(bill, method, due_date) | {"split": _split(wallet_id, share, plan=False)}
            changed = await self._put(bill.charge_id, "charge.split", body)
        if changed.share != share:
            raise Refused(NAME, f"split of {changed.share} instead of {share}", reason="split_missing")
        return changed

    async def set_due_date(self, bill: Bill, *, method: Method, due_date: date) -> Bill:
        """A new deadline; the split is left out of the request and so kept. Line and Pix code change: fetch again."""
        return await self._put(bill.charge_id, "charge.due_date", _starred(bill, method, due_date))

    async def read_charge(self, charge_id: str) -> Bill:
        return await self._bill(await self._read(charge_id))

    async def pix_code(self, charge_id: str) -> str:
        """``Refused`` with reason ``bad_pix_code`` if the code is no BR Code with a right checksum."""
        answer = await self._asaas.get(f"/payments/{charge_id}/pixQrCode", "charge.pix_code", expect="payload")
        code = str(answer["payload"])
        if not pix.is_valid(code):
            raise Refused(NAME, "not a Pix code", reason="bad_pix_code")
        return code

    async def boleto_line(self, charge_id: str) -> str:
        """The 47 digits; they change with every change of the charge."""
        field = "identificationField"
        answer = await self._asaas.get(f"/payments/{charge_id}/{field}", "charge.boleto_line", expect=field)
        digits = "".join(c for c in str(answer[field]) if c in "0123456789")
        if len(digits) != 47:
            raise Refused(NAME, "not a digitable line", reason="bad_boleto_line")
        return digits

    async def cancel_charge(self, charge_id: str) -> None:
        """Delete an unpaid charge (all instalments of a plan). Gone already: success. Paid, or paid and under
        review: ``Refused`` with reason ``already_paid``."""
        try:
            payment = await self._read(charge_id)
            if not _may_be_cancelled(payment):
                return
            plan = payment.get("installment")
            path = f"/installments/{plan}" if plan else f"/payments/{charge_id}"
            await self._asaas.send("DELETE", path, "charge.cancel", None, repeat="always")
        except NotFound:
            return
        except Refused as refusal:
            if refusal.reason == "already_paid":
                raise
            # Somebody was faster between the two calls: the charge itself tells who.
            if _may_be_cancelled(await self._read(charge_id)):
                raise

    # --- money back ------------------------------------------------------------------------------------

    async def refund(self, charge_id: str, amount: int, description: str) -> Bill:
        """Give back ``amount`` centavos; not repeatable, look at :meth:`refunded` first.

        A boleto cannot be given back without the buyer: the bill is then ``refunding`` and its ``page_url`` is the
        form that the buyer fills in. ``Refused``: ``insufficient_balance`` (fees are not given back).
        """
        payment = await self._read(charge_id)
        bill = await self._bill(payment)
        if payment.get("billingType") == "BOLETO":
            path = f"/payments/{charge_id}/bankSlip/refund"
            answer = await self._asaas.send("POST", path, "charge.refund", {}, expect="requestUrl")
            return bill.but(status="refunding", refunded=amount, page_url=str(answer["requestUrl"]))
        plan = payment.get("installment")
        full = amount == bill.amount and bill.refunded == 0
        body: Json = {} if full else {"value": money.json_number(amount)}
        if not plan:
            body["description"] = description[:MAX_DESCRIPTION]
            path = f"/payments/{charge_id}/refund"
            return bill_of([await self._asaas.send("POST", path, "charge.refund", body, expect="id")])
        await self._asaas.send("POST", f"/installments/{plan}/refund", "charge.refund", body)
        try:
            return await self.read_charge(charge_id)
        except ProviderError as error:
            # It is done; only the reading back failed. The look-up before a repeat finds it.
            raise Uncertain(NAME, error.detail, reason=error.reason, status=error.status) from error

    async def refunded(self, charge_id: str) -> int:
        bill = await self.read_charge(charge_id)
        listed = [r async for r in self._asaas.items(f"/payments/{charge_id}/refunds", "charge.refunds", pages=1)]
        return max(bill.refunded, refund_sum(listed))

    # --- the account -----------------------------------------------------------------------------------

    async def balance(self) -> int:
        answer = await self._asaas.get("/finance/balance", "balance.read", expect="balance")
        return cents(answer["balance"])

    async def transfer(self, wallet_id: str, amount: int, reference: str) -> Transfer:
        """Pay ``amount`` centavos into a seller's wallet. Not repeatable: ``Uncertain`` (also where Asaas takes it for
        a repeat) is answered by :meth:`find_transfer`. ``Refused``: ``insufficient_balance``, ``invalid_wallet``."""
        return await self._transfers.create(wallet_id, amount, reference)

    async def find_transfer(self, reference: str) -> Transfer | None:
        return await self._transfers.find(reference)

    async def register_webhook(self, url: str, token: str, email: str) -> WebhookState:
        """Have all payment events sent to ``url`` with ``token`` in the header. Twice is as good as once."""
        return await self._registration.register(url, token, email)

    async def resume_webhook(self, url: str) -> WebhookState:
        """Wake a webhook that was paused after too many failures."""
        return await self._registration.resume(url)

    async def find_webhook(self, url: str) -> WebhookState | None:
        return await self._registration.find(url)

    # --- parts -----------------------------------------------------------------------------------------

    async def _read(self, charge_id: str) -> Json:
        return await self._asaas.get(f"/payments/{charge_id}", "charge.read", expect="id")

    async def _put(self, charge_id: str, operation: str, body: Json) -> Bill:
        path = f"/payments/{charge_id}"
        return await self._bill(
            await self._asaas.send("PUT", path, operation, body, expect="id", repeat="always"),
        )

    async def _plan_of(self, charge_id: str) -> str:
        return str((await self._read(charge_id)).get("installment") or "")

    async def _bill(self, payment: Json) -> Bill:
        """The bill of a payment; for an instalment that of the whole plan."""
        plan = payment.get("installment")
        if not plan:
            return bill_of([payment])
        path = f"/installments/{plan}/payments"
        parts = [part async for part in self._asaas.items(path, "charge.installments") if part.get("id")]
        return bill_of(parts or [payment])


def _split(wallet_id: str, share: int, plan: bool) -> list[Json]:
    """The one entry: a fixed amount, never a percentage (its rounding is not documented)."""
    return [{"walletId": wallet_id, "totalFixedValue" if plan else "fixedValue": money.json_number(share)}]


def _starred(bill: Bill, method: Method, due_date: date) -> Json:
    """What every PUT must carry, whatever it changes."""
    return {
        "billingType": BILLING_TYPES[method],
        "value": money.json_number(bill.amount),
        "dueDate": due_date.isoformat(),
    }


def _may_be_cancelled(payment: Json) -> bool:
    """Whether it is still to be deleted; False if it is gone. Raises ``Refused`` where money is in it."""
    status = status_of(payment)
    if status in _UNPAID or status == "other":
        return True
    if status == "void":
        return False
    raise Refused(NAME, f"the charge is {status}", reason="already_paid")
