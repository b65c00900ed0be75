"""The labels of an account, the events that can happen to them, and their webhooks."""

from __future__ import annotations

from typing import Any

from sandbox.core import World
from sandbox.melhor_envio import cart
from sandbox.melhor_envio.answers import Json, chosen, invalid, missing, required
from sandbox.melhor_envio.hooks import Hooks
from sandbox.melhor_envio.tariff import COMPANIES, SERVICES

TRACKING_PAGE = "https://www.melhorrastreio.com.br/rastreio/"
TOLD_TIMES = ("created_at", "paid_at", "generated_at", "posted_at", "delivered_at", "canceled_at", "expired_at")


class Labels:
    """Actions of the carrier are methods; each updates the page, sends the webhook, and returns after its first
    attempt."""

    def __init__(self, world: World, hooks: Hooks, balance_cents: int) -> None:
        self.world = world
        self.hooks = hooks
        self.balance_cents = balance_cents
        self.orders: dict[str, Json] = {}
        """Labels by id, oldest first, as ``GET /orders/{id}`` shows them (plus ``from``, ``to`` as received)."""
        self.generated_status = "released"  # sheet 8.4: what a generated label often still reports
        self.fail_generation = ""
        self.tags_in_lists = True
        self.return_codes = True  # sheet 1: the real sandbox returns none
        self.public_base = ""
        self.repeat_checkout_refused = False
        self.adjustments_cents = 0
        self.corrections: list[Json] = []
        self._count = 0
        self._files: dict[str, str] = {}
        self._top_ups: dict[str, int] = {}
        self._generating: set[str] = set()
        self._cancelling: set[str] = set()

    def by_tag(self, tag: str) -> Json | None:
        """The newest label with this tag."""
        found = self.all_by_tag(tag)
        return found[-1] if found else None

    def all_by_tag(self, tag: str) -> list[Json]:
        return [o for o in self.orders.values() if any(t.get("tag") == tag for t in o["tags"])]

    async def finish_generation(self, order_id: str) -> None:
        """The result of the provider's queue, a moment after the request."""
        if order_id not in self._generating:
            return
        self._generating.discard(order_id)
        order = self.orders[order_id]
        if order["canceled_at"]:
            return
        if self.fail_generation:  # sheet 7.3: visible here only, while the status stays
            now = self._now()
            order["generated_key"] = {
                "data": self.fail_generation,
                "attempts": 1,
                "dispatched_at": now,
                "failed_at": now,
                "finished_at": None,
            }
            self._publish(order, "failed")
            return
        self._tell(order, "ready-to-print")
        code = f"ME26{self._number(order):05d}ABCBR"
        order.update(status=self.generated_status, generated_at=self._now(), self_tracking=code, tracking=code)
        if order["reverse"] and self.return_codes:
            order["authorization_code"] = f"10{self._number(order):08d}"
        self._tell(order, "generated")
        await self.hooks.settled()

    async def finish_cancellation(self, order_id: str) -> None:
        """Cancelled at the carrier; the money is returned (sheet 7.5: within about 12 hours)."""
        if order_id not in self._cancelling:
            return
        self._cancelling.discard(order_id)
        order = self.orders[order_id]
        self.balance_cents += order["price_cents"]
        await self._move(order, "canceled", "cancelled", "canceled_at")

    async def post(self, order_id: str) -> None:
        """The carrier's first scan."""
        await self._move(self.orders[order_id], "posted", "posted", "posted_at")

    async def receive(self, order_id: str) -> None:
        await self._move(self.orders[order_id], "received", "received", "received_at")

    async def deliver(self, order_id: str) -> None:
        await self._move(self.orders[order_id], "delivered", "delivered", "delivered_at")

    async def undeliver(self, order_id: str) -> None:
        await self._move(self.orders[order_id], "undelivered", "undelivered", "")

    async def pause(self, order_id: str) -> None:
        await self._move(self.orders[order_id], "paused", "paused", "")

    async def suspend(self, order_id: str) -> None:
        await self._move(self.orders[order_id], "suspended", "suspended", "suspended_at")

    async def expire(self, order_id: str) -> None:
        """No webhook is documented for it (sheet 9); it is seen when the label is read."""
        order = self.orders[order_id]
        order.update(status="expired", expired_at=self._now())
        self._publish(order, "expired")

    async def advance(self, order_id: str) -> None:
        """One step of the usual course, which the real sandbox takes every 15 minutes (sheet 1)."""
        order = self.orders[order_id]
        if order["generated_at"] and not order["posted_at"]:
            await self.post(order_id)
        elif order["posted_at"] and not order["delivered_at"]:
            await self.deliver(order_id)

    # --- JSON -------------------------------------------------------------------------------------------

    def _newest(self) -> list[Json]:
        return list(reversed(self.orders.values()))

    def _flat(self, order: Json) -> Json:
        return {name: order[name] for name in cart.FLAT}

    def _listed(self, order: Json) -> Json:
        return self._flat(order) | ({"tags": order["tags"]} if self.tags_in_lists else {})

    def _full(self, order: Json) -> Json:
        """Sheet 8.2."""
        return {
            **self._flat(order),
            "from": cart.party_out(order["from"]),
            "to": cart.party_out(order["to"]),
            "service": SERVICES[order["service_id"]].json(encoded=True),
            "agency": None,
            "invoice": order["invoice"],
            "tags": order["tags"],
            "products": order["products"],
            "volumes": order["volumes"],
            "generated_key": order["generated_key"],
            "conciliation": None,
            "files": [],
            "tickets": [],
            "can_open_ticket": bool(order["paid_at"]),
        }

    def _named(self, body: Json) -> list[Json]:
        """The orders named in a body; refusals of shape C (sheet 3)."""
        ids = body.get("orders")
        if not isinstance(ids, list) or not ids:
            raise invalid({"orders": required("orders")})
        for index, order_id in enumerate(ids):
            if len(str(order_id)) < 36:
                raise invalid({f"orders.{index}": f"O campo orders.{index} deve ter pelo menos 36 caracteres."})
            if order_id not in self.orders:
                raise invalid({f"orders.{index}": chosen(f"orders.{index}")})
        return [self.orders[order_id] for order_id in ids]

    def _known(self, order_id: str) -> Json:
        if order_id not in self.orders:
            raise missing(order_id)
        return self.orders[order_id]

    def _number(self, order: Json) -> int:
        return int(str(order["protocol"])[-6:])

    def _now(self) -> str:
        """Sheet 1: without a time zone, taken as UTC."""
        return self.world.clock().strftime("%Y-%m-%d %H:%M:%S")

    async def _move(self, order: Json, status: str, event: str, time: str) -> None:
        order["status"] = status
        if time:
            order[time] = self._now()
        self._tell(order, event)
        await self.hooks.settled()

    def _publish(self, order: Json, event: str) -> None:
        self.world.publish(
            "shipment",
            {
                "id": order["id"],
                "reference": next((str(t["tag"]) for t in order["tags"]), ""),
                "status": order["status"],
                "event": event,
                "carrier": COMPANIES[SERVICES[order["service_id"]].company],
                "service": SERVICES[order["service_id"]].name,
                "price_cents": order["price_cents"],
                "tracking": order["tracking"] or "",
                "generated": bool(order["generated_at"]),
                "to": f"{order['to'].get('city')}/{order['to'].get('state_abbr') or ''}",
            },
        )

    def _tell(self, order: Json, event: str) -> None:
        """Update the page and send the webhook. Sheet 9: the same body for every event, times with a zone."""
        order["updated_at"] = self._now()
        self._publish(order, event)
        code = order["tracking"]
        self.hooks.send(
            f"order.{event}",
            {
                "id": order["id"],
                "protocol": order["protocol"],
                "status": order["status"],
                "tracking": code,
                "self_tracking": order["self_tracking"],
                "user_id": "0000111",
                "tags": [dict(tag) for tag in order["tags"]],
                **{name: _with_zone(order[name]) for name in TOLD_TIMES},
                "tracking_url": TRACKING_PAGE + code if code else None,
            },
        )


def _with_zone(time: Any) -> str | None:
    return f"{str(time).replace(' ', 'T')}+00:00" if time else None
