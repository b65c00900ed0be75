"""The account: wallet, cart, labels, and their routes."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.core import Handler, World, faulty
from sandbox.melhor_envio import answers, cart, catalogue, quote
from sandbox.melhor_envio.answers import Json, Refusal, body_of, chosen, invalid, missing, reais, reply, required
from sandbox.melhor_envio.buying import Buying
from sandbox.melhor_envio.hooks import Hooks
from sandbox.melhor_envio.oauth import OAuth
from sandbox.melhor_envio.places import digits
from sandbox.melhor_envio.printing import Printing
from sandbox.melhor_envio.tariff import USUAL, Box, Service

ME = "/api/v2/me"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class MelhorEnvioSandbox(Buying, Printing):
    """One account with one application. ``public_base``: the stand-in's URL, for the URLs in responses.

    Dials, with realistic defaults: ``markup_cents`` and ``extra_days`` (the shop's own, in quotes), ``services`` (ids
    that the account is quoted), ``scopes`` (None: all), ``calls_per_minute`` (0: no limit), ``auto_generate``,
    ``generated_status``, ``fail_generation`` (the carrier's reason), ``return_codes``, ``repeat_checkout_refused`` (the
    documented 422 instead of the recorded 204), ``adjustments_cents`` (charged with the next checkout),
    ``search_as_page``, ``tags_in_lists``, ``tracking_cached_s``.
    """

    def __init__(
        self,
        world: World,
        *,
        token: str,
        client_id: str,
        client_secret: str,
        webhook_url: str = "",
        public_base: str,
        balance_cents: int = 1_000_000,
        refresh_token: str = "",
    ) -> None:
        super().__init__(world, Hooks(world, webhook_url, client_secret), balance_cents)
        self.public_base = public_base.rstrip("/")
        self.oauth = OAuth(lambda: world.clock(), token, client_id, client_secret, refresh_token)
        self.services = set(USUAL)
        self.markup_cents = 0
        self.extra_days = 0
        self.scopes: set[str] | None = None
        self.calls_per_minute = 0
        self.auto_generate = True
        self.search_as_page = True
        self.tracking_cached_s = 0
        self._tracked: dict[str, tuple[datetime, Json]] = {}
        self._calls: deque[datetime] = deque()

    # --- routes ----------------------------------------------------------------------------------------

    def routes(self) -> list[web.RouteDef]:
        def me(method: str, path: str, handler: Answer, scope: str = "") -> web.RouteDef:
            return web.route(method, ME + path, self._wrapped(handler, scope, private=True))

        def public(method: str, path: str, handler: Answer) -> web.RouteDef:
            return web.route(method, path, self._wrapped(handler, "", private=False))

        return [
            public("GET", "/oauth/authorize", self._authorize),
            public("POST", "/oauth/token", self.oauth.token),
            public("GET", f"{ME}/shipment/services", catalogue.services),
            public("GET", f"{ME}/shipment/services/{{id}}", catalogue.service),
            public("GET", f"{ME}/shipment/companies", catalogue.companies),
            public("GET", f"{ME}/shipment/companies/{{id}}", catalogue.one_company),
            public("GET", f"{ME}/shipment/agencies", catalogue.agencies),
            public("GET", f"{ME}/shipment/agencies/{{id}}", catalogue.agency),
            public("GET", "/storage/etiquetas/{key}.pdf", self._file),
            me("POST", "/shipment/calculate", self._calculate, "shipping-calculate"),
            me("POST", "/cart", self._add, "cart-write"),
            me("GET", "/cart", self._cart, "cart-read"),
            me("GET", "/cart/{id}", self._cart_item, "cart-read"),
            me("DELETE", "/cart/{id}", self._remove, "cart-write"),
            me("POST", "/cart/reverse", self._add_return, "cart-write"),
            me("GET", "/balance", self._balance),
            me("POST", "/balance", self._top_up),
            me("POST", "/shipment/checkout", self._checkout, "shipping-checkout"),
            me("POST", "/shipment/generate", self._generate, "shipping-generate"),
            me("POST", "/shipment/print", self._print, "shipping-print"),
            me("POST", "/shipment/preview", self._preview, "shipping-preview"),
            me("GET", "/imprimir/{format}/{id}", self._print_file, "shipping-print"),
            me("POST", "/shipment/tracking", self._tracking, "shipping-tracking"),
            me("POST", "/shipment/cancellable", self._cancellable, "shipping-cancel"),
            me("POST", "/shipment/cancel", self._cancel, "shipping-cancel"),
            me("GET", "/orders", self._orders, "orders-read"),
            me("GET", "/orders/search", self._search, "orders-read"),
            me("GET", "/orders/{id}", self._order, "orders-read"),
        ]

    def _wrapped(self, handler: Answer, scope: str, *, private: bool) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                if f"{ME}/" in request.path:
                    self._check_agent(request)
                if private:
                    if not self.oauth.knows(request.headers.get("Authorization", "")):
                        if "json" not in request.headers.get("Accept", ""):
                            # sheet 1: a redirect to the log-in page (the framework's default, not confirmed)
                            return web.Response(status=302, headers={"Location": f"{self.public_base}/login"})
                        raise answers.unauthenticated()
                    if scope and self.scopes is not None and scope not in self.scopes:
                        raise answers.unauthorized()
                    if self._too_many():
                        # sheet 1: 250 a minute; the body is not documented
                        headers = {"Retry-After": "60"}
                        return web.json_response({"message": "Too Many Attempts."}, status=429, headers=headers)
                return await handler(request)
            except Refusal as refusal:
                return refusal.response()

        return faulty(self.world, "melhor_envio", guarded)

    def _check_agent(self, request: web.Request) -> None:
        """Sheet 1: mandatory, ``App name (contact@e-mail)``; integrators report 403 without it (body not known)."""
        name, _, contact = request.headers.get("User-Agent", "").partition("(")
        if not name.strip() or "@" not in contact or not contact.rstrip().endswith(")"):
            raise Refusal(403, {"message": "Forbidden"})

    def _too_many(self) -> bool:
        if not self.calls_per_minute:
            return False
        now = self.world.clock()
        while self._calls and self._calls[0] <= now - timedelta(minutes=1):
            self._calls.popleft()
        self._calls.append(now)
        return len(self._calls) > self.calls_per_minute

    async def _authorize(self, request: web.Request) -> web.Response:
        return self.oauth.authorize(request)

    # --- catalogue and quote ---------------------------------------------------------------------------

    async def _calculate(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        return reply(quote.calculate(body, self.services, markup=self.markup_cents, extra_days=self.extra_days))

    # --- cart ------------------------------------------------------------------------------------------

    async def _add(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        service, boxes = cart.check(body)
        options = body.get("options") or {}
        order = self._new_order(service, boxes, body["from"], body["to"], options)
        order["products"] = body["products"]
        order["non_commercial"] = bool(options.get("non_commercial"))
        if key := (options.get("invoice") or {}).get("key"):
            order["invoice"] = {"model": "55", "key": key}
        order["agency_id"] = body.get("agency")
        self._tell(order, "created")
        return reply(self._flat(order), 201)  # sheet 6: 201, observed

    async def _add_return(self, request: web.Request) -> web.Response:
        """Sheet 6: a label made here, reversed. Only this form, ``order_id``, is supported."""
        body = await body_of(request)
        service, box = cart.check_return(body)
        there = self.orders.get(str(body["order_id"]))
        if there is None:
            raise invalid({"order_id": chosen("order_id")})
        order = self._new_order(service, [box], there["to"], there["from"], body.get("options") or {})
        order |= {"products": there["products"], "non_commercial": True, "reverse": 1}
        self._tell(order, "created")
        return reply(self._flat(order), 201)

    def _new_order(self, service: Service, boxes: list[Box], sender: Json, recipient: Json, options: Json) -> Json:
        now = self._now()
        origin, destination = digits(sender["postal_code"]), digits(recipient["postal_code"])
        price, days = service.price(boxes, origin, destination), service.days(origin, destination)
        self._count += 1
        order: Json = dict.fromkeys(cart.FLAT)
        order |= {
            "id": str(uuid.uuid4()),
            "protocol": f"ORD-{now[:4]}{now[5:7]}{self._count:06d}",
            "service_id": service.id,
            "quote": reais(price),
            "price": reais(price),
            "discount": 0,
            "delivery_min": max(1, days - 1),
            "delivery_max": days,
            "status": "pending",
            "reminder": options.get("reminder"),
            "insurance_value": reais(sum(box.insured for box in boxes)),
            "format": "box",
            "billed_weight": sum(service.billed_kg(box) for box in boxes),
            "receipt": bool(options.get("receipt")),
            "own_hand": bool(options.get("own_hand")),
            "collect": False,
            "reverse": 0,
            "created_at": now,
            "updated_at": now,
            "risk": False,
            # not in the flat response:
            "price_cents": price,
            "from": sender,
            "to": recipient,
            "tags": [{"tag": t["tag"], "url": t.get("url")} for t in options.get("tags") or []],
            "volumes": [cart.volume_out(i, box) for i, box in enumerate(boxes, start=1)],
            "invoice": None,
            "generated_key": None,
        }
        self.orders[order["id"]] = order
        return order

    async def _cart(self, request: web.Request) -> web.Response:
        items = [self._listed(o) for o in self._newest() if o["status"] == "pending"]
        return answers.page(request, items, f"{self.public_base}{ME}/cart")

    async def _cart_item(self, request: web.Request) -> web.Response:
        return reply(self._full(self._in_cart(request)))

    async def _remove(self, request: web.Request) -> web.Response:
        order = self._in_cart(request)
        del self.orders[order["id"]]
        self._publish(order, "removed")
        return answers.nothing()  # sheet 6: 204 or 200 is not confirmed

    def _in_cart(self, request: web.Request) -> Json:
        order = self.orders.get(request.match_info["id"])
        if order is None or order["status"] != "pending":
            raise missing(request.match_info["id"])
        return order

    async def _generate(self, request: web.Request) -> web.Response:
        orders = self._named(await body_of(request))
        result: Json = {"generate_key": str(uuid.uuid4())}  # sheet 7.3: beside the order keys
        for order in orders:
            ok, message = self._ask_generation(order)
            result[order["id"]] = {"status": ok, "message": message}
        return reply(result)

    def _ask_generation(self, order: Json) -> tuple[bool, str]:
        if order["id"] in self._generating:  # sheet 7.3
            return False, "O envio já está sendo processado. Aguarde, seu envio será gerado em instantes."
        if order["generated_at"]:
            return False, "O envio já está gerado"
        if not order["paid_at"] or order["canceled_at"]:
            return False, "O envio precisa estar pago para ser gerado."  # wording ours
        self._generating.add(order["id"])
        order["generated_key"] = None
        if self.auto_generate:
            self.world.later(self._after_a_while(self.finish_generation, order["id"]))
        return True, "Envio encaminhado para geração"

    async def _after_a_while(self, work: Callable[[str], Awaitable[None]], order_id: str) -> None:
        await asyncio.sleep(self.world.pace)
        await work(order_id)

    # --- tracking, orders, cancelling ------------------------------------------------------------------

    async def _tracking(self, request: web.Request) -> web.Response:
        ids = (await body_of(request)).get("orders")
        if not isinstance(ids, list) or not ids:
            raise invalid({"orders": required("orders")})
        found = {}
        for order_id in ids:  # sheet 8.1: keyed by id; unknown ids are left out (not confirmed)
            if order_id in self.orders:
                found[order_id] = self._cached(order_id)
        return reply(found)

    def _cached(self, order_id: str) -> Json:
        """Sheet 8.1: the route is cached for an hour."""
        now = self.world.clock()
        known = self._tracked.get(order_id)
        if known is not None and (now - known[0]).total_seconds() < self.tracking_cached_s:
            return known[1]
        order = self.orders[order_id]
        names = (
            "id protocol status tracking created_at paid_at generated_at posted_at delivered_at canceled_at expired_at"
        )
        body = {name: order[name] for name in names.split()} | {"melhorenvio_tracking": order["self_tracking"]}
        self._tracked[order_id] = (now, body)
        return body

    async def _orders(self, request: web.Request) -> web.Response:
        wanted = request.query.get("status", "").lower().replace("not delivered", "undelivered")
        items = [self._listed(o) for o in self._newest() if not wanted or o["status"] == wanted]
        return answers.page(request, items, f"{self.public_base}{ME}/orders")

    async def _search(self, request: web.Request) -> web.Response:
        asked = request.query.get("q", "")
        found = [
            self._listed(o)
            for o in self._newest()
            if asked
            and asked in (o["id"], o["protocol"], o["tracking"], o["authorization_code"], o["to"].get("document"))
        ]
        if not self.search_as_page:  # sheet 8.2: as documented
            return reply(found)
        return answers.page(request, found, f"{self.public_base}{ME}/orders/search")

    async def _order(self, request: web.Request) -> web.Response:
        return reply(self._full(self._known(request.match_info["id"])))

    async def _cancellable(self, request: web.Request) -> web.Response:
        orders = self._named(await body_of(request))
        return reply({o["id"]: {"cancellable": self._can_cancel(o), "time": 0} for o in orders})

    async def _cancel(self, request: web.Request) -> web.Response:
        asked = (await body_of(request)).get("order")
        fields: Json = asked if isinstance(asked, dict) else {}
        errors = {f"order.{n}": required(f"order.{n}") for n in ("id", "reason_id", "description") if not fields.get(n)}
        if not errors and str(fields["reason_id"]) != "2":  # sheet 8.3: always 2
            errors["order.reason_id"] = chosen("order.reason_id")
        if errors:
            raise invalid(errors)
        order = self._known(str(fields["id"]))
        if not self._can_cancel(order):  # sheet 8.3: canceled false comes with 200
            return reply({"key": str(uuid.uuid4()), order["id"]: {"canceled": False}})
        self._cancelling.add(order["id"])
        self.world.later(self._after_a_while(self.finish_cancellation, order["id"]))
        return reply({"key": str(uuid.uuid4()), order["id"]: {"canceled": True, "status": "pending"}})

    def _can_cancel(self, order: Json) -> bool:
        gone = order["posted_at"] or order["received_at"] or order["delivered_at"] or order["canceled_at"]
        return bool(order["paid_at"]) and not gone and order["id"] not in self._cancelling
