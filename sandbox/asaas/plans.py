"""Plans of instalments (sheets 3.1, 5 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from sandbox.asaas.answers import Json, Routes, body_of, missing, page, reais, refuse, reply
from sandbox.asaas.books import Books
from sandbox.asaas.charges import Charge
from sandbox.asaas.checks import splits_of
from sandbox.asaas.payments import remove
from sandbox.asaas.refunds import refund


@dataclass
class Plans:
    account: Books

    def routes(self) -> Routes:
        return [
            ("GET", "/installments/{id}", self.read_plan),
            ("DELETE", "/installments/{id}", self.remove_plan),
            ("GET", "/installments/{id}/payments", self.list_plan),
            ("POST", "/installments/{id}/refund", self.refund_plan),
            ("PUT", "/installments/{id}/splits", self.split_plan),
        ]

    async def read_plan(self, request: web.Request) -> web.Response:
        return reply(self._plan_json(self._plan(request)))

    async def list_plan(self, request: web.Request) -> web.Response:
        return page([self.account.json(charge) for charge in self._plan(request)], request)

    async def remove_plan(self, request: web.Request) -> web.Response:
        plan = [charge for charge in self._plan(request) if not charge.deleted]
        if not plan:
            raise missing()
        remove(self.account, plan)
        return reply({"deleted": True, "id": plan[0].installment})

    async def refund_plan(self, request: web.Request) -> web.Response:
        plan = self._plan(request)
        refund(self.account, [c for c in plan if c.status != "REFUNDED"] or plan, await body_of(request))
        return reply(self._plan_json(plan))

    async def split_plan(self, request: web.Request) -> web.Response:
        plan, body = self._plan(request), await body_of(request)
        if any(charge.status == "RECEIVED" for charge in plan):  # sheet 6: until before it is credited
            raise refuse("invalid_action", "O split de cobranças recebidas não pode ser alterado.")
        splits = splits_of(self.account, body.get("splits"), [charge.net for charge in plan], plan=True)
        for charge, split in zip(plan, splits, strict=True):
            charge.split = split
            charge.revision += 1
            self.account.tell("PAYMENT_UPDATED", charge)
        shown = [entry.json() | {"installmentNumber": c.number} for c in plan for entry in c.split]
        return reply({"splits": shown})

    def _plan(self, request: web.Request) -> list[Charge]:
        return self.account.instalments(request.match_info["id"])

    def _plan_json(self, plan: list[Charge]) -> Json:
        return {
            "object": "installment",
            "id": plan[0].installment,
            "value": reais(sum(charge.value for charge in plan)),
            "netValue": reais(sum(charge.net for charge in plan)),
            "paymentValue": reais(plan[0].value),
            "installmentCount": len(plan),
            "billingType": plan[0].billing_type,
            "description": plan[0].description,
            "dateCreated": plan[0].created.isoformat(),
            "customer": plan[0].customer,
            "deleted": all(charge.deleted for charge in plan),
            "refunds": [r.json() | {"paymentId": c.id} for c in plan for r in c.refunds] or None,
        }
