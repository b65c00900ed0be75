"""The wallet and what it pays for (sheets 7.1, 7.2)."""

from __future__ import annotations

import uuid

from aiohttp import web

from sandbox.melhor_envio import answers
from sandbox.melhor_envio.answers import Json, body_of, chosen, invalid, number, reais, reply, required, rule
from sandbox.melhor_envio.labels import Labels


class Buying(Labels):
    async def _balance(self, _: web.Request) -> web.Response:
        return reply({"balance": reais(self.balance_cents), "reserved": 0, "debts": reais(self.adjustments_cents)})

    async def _checkout(self, request: web.Request) -> web.Response:
        orders = self._named(await body_of(request))
        if any(order["paid_at"] for order in orders):
            if self.repeat_checkout_refused:  # sheet 7.2: as documented
                raise invalid({"orders": "Existe uma ou mais orders que já foram pagas."})
            return answers.nothing()  # sheet 7.2: as recorded, no second debit
        if any(order["status"] != "pending" for order in orders):
            raise invalid({"orders.0": chosen("orders.0")})
        total = sum(order["price_cents"] for order in orders)
        if total + self.adjustments_cents > self.balance_cents:
            has = answers.text_of(self.balance_cents).replace(".", ",")
            # sheet 3: only the beginning is recorded; the rest and the status are ours
            raise rule(f"Seu saldo de R$ {has} é insuficiente para pagar estes envios.")
        adjustments, self.adjustments_cents = self.adjustments_cents, 0
        self.balance_cents -= total + adjustments
        purchase = self._purchase(total)
        for order in orders:
            order.update(status="released", paid_at=self._now(), purchase_id=purchase["id"])
        purchase["orders"] = [self._flat(order) for order in orders]
        for order in orders:
            self._tell(order, "released")
        group: Json | None = None
        if adjustments:  # sheet 7.2: older labels' adjustments are charged in the same checkout
            group = {
                "id": str(uuid.uuid4()),
                "protocol": f"CGP-{purchase['protocol'][4:]}",
                "total": reais(adjustments),
                "type": "debit",
                "status": "paid",
                "conciliations": self.corrections,  # the shape of an entry is not recorded: ours
                "transactions": [],
            }
            self.corrections = []
        rest: Json = dict.fromkeys(("digitable", "redirect", "message", "token", "payment_id"))
        return reply({"purchase": purchase, "conciliation_group": group, **rest})

    def _purchase(self, total: int) -> Json:
        now, number = self._now(), f"{self._now()[:4]}{self._now()[5:7]}{self._count:06d}"
        return {
            "id": str(uuid.uuid4()),
            "protocol": f"PUR-{number}",
            "total": reais(total),
            "discount": 0,
            "status": "paid",
            "paid_at": now,
            "canceled_at": None,
            "created_at": now,
            "updated_at": now,
            "payment": None,
            "transactions": [
                {
                    "id": str(uuid.uuid4()),
                    "protocol": f"TRN-{number}",
                    "value": reais(total),
                    "type": "debit",
                    "status": "authorized",
                    "description": f"Pagamento de envios (PUR-{number})",
                }
            ],
        }

    def correct(self, order_id: str, cents: int) -> None:
        """The carrier has weighed a parcel: the difference is charged with the next checkout."""
        self.adjustments_cents += cents
        self.corrections.append({"id": str(uuid.uuid4()), "order_id": order_id, "value": reais(cents)})

    async def _top_up(self, request: web.Request) -> web.Response:
        """Sheet 7.1: Pix or boleto at the gateway. Payment is not reported by a webhook (:meth:`pay_in`)."""
        body = await body_of(request)
        errors = {name: required(name) for name in ("gateway", "slug", "value") if not body.get(name)}
        if not errors and body["slug"] not in ("pix", "boleto"):
            errors["slug"] = chosen("slug")
        if not errors and (number(body["value"]) or 0) <= 0:
            errors["value"] = chosen("value")
        if errors:
            raise invalid(errors)
        payment = str(uuid.uuid4())
        self._top_ups[payment] = answers.cents(body["value"])
        return reply({"payment_id": payment, "status": "pending"})  # shape ours: none is recorded

    def pay_in(self, payment_id: str) -> None:
        """The owner has paid the Pix."""
        self.balance_cents += self._top_ups.pop(payment_id)
