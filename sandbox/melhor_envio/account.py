"""The account: wallet, cart, labels, and the routes to them."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.core import Handler, World, faulty
from sandbox.melhor_envio import answers, cart, paper, quote
from sandbox.melhor_envio.answers import Json, Refusal, body_of, chosen, invalid, missing, reais, reply, required, rule
from sandbox.melhor_envio.hooks import Hooks
from sandbox.melhor_envio.labels import Labels
from sandbox.melhor_envio.oauth import OAuth
from sandbox.melhor_envio.places import digits
from sandbox.melhor_envio.tariff import COMPANIES, SERVICES, company

ME = "/api/v2/me"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class MelhorEnvioSandbox(Labels):
    """One account with one application. ``public_base``: where this stand-in answers, for the addresses in answers.

    Dials, all off or as the real thing at first: ``markup_cents`` and ``extra_days`` (the shop's own, in quotes),
    ``scopes`` (None: all), ``calls_per_minute`` (0: no limit), ``auto_generate``, ``generated_status``,
    ``repeat_checkout_refused`` (the documented 422 instead of the recorded 204), ``search_as_page``,
    ``tags_in_lists``, ``fail_generation`` (the carrier's reason), ``adjustments_cents`` (charged with the next
    checkout), ``tracking_cached_s``.
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
        self.markup_cents = 0
        self.extra_days = 0
        self.scopes: set[str] | None = None
        self.calls_per_minute = 0
        self.auto_generate = True
        self.repeat_checkout_refused = False
        self.search_as_page = True
        self.adjustments_cents = 0
        self.tracking_cached_s = 0
        self._count = 0
        self._files: dict[str, str] = {}
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
            public("GET", f"{ME}/shipment/services", self._services),
            public("GET", f"{ME}/shipment/services/{{id}}", self._service),
            public("GET", f"{ME}/shipment/companies", self._companies),
            public("GET", "/storage/etiquetas/{key}.pdf", self._file),
            me("POST", "/shipment/calculate", self._calculate, "shipping-calculate"),
            me("POST", "/cart", self._add, "cart-write"),
            me("GET", "/cart", self._cart, "cart-read"),
            me("GET", "/cart/{id}", self._cart_item, "cart-read"),
            me("DELETE", "/cart/{id}", self._remove, "cart-write"),
            me("GET", "/balance", self._balance),
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
                            # sheet 1: a redirect to the log-in page (framework habit, not confirmed)
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
        """Sheet 1: mandatory, ``App name (contact@e-mail)``; integrators report 403 without (body not known)."""
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

    async def _services(self, _: web.Request) -> web.Response:
        return reply([service.json(encoded=False) for service in SERVICES.values()])

    async def _service(self, request: web.Request) -> web.Response:
        asked = request.match_info["id"]
        service = SERVICES.get(int(asked)) if asked.isdecimal() else None
        if service is None:
            raise missing(asked)
        return reply(service.json(encoded=False))

    async def _companies(self, _: web.Request) -> web.Response:
        return reply(
            [
                {
                    **company(number),
                    "services": [s.json(encoded=False) for s in SERVICES.values() if s.company == number],
                }
                for number in COMPANIES
            ]
        )

    async def _calculate(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        return reply(quote.calculate(body, markup=self.markup_cents, extra_days=self.extra_days))

    # --- cart ------------------------------------------------------------------------------------------

    async def _add(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        service, boxes = cart.check(body)
        options, now = body.get("options") or {}, self._now()
        origin, destination = digits(body["from"]["postal_code"]), digits(body["to"]["postal_code"])
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
            "insurance_value": reais(boxes[0].insured),
            "format": "box",
            "billed_weight": sum(service.billed_kg(box) for box in boxes),
            "receipt": bool(options.get("receipt")),
            "own_hand": bool(options.get("own_hand")),
            "collect": False,
            "reverse": 0,
            "non_commercial": bool(options.get("non_commercial")),
            "created_at": now,
            "updated_at": now,
            "risk": False,
            # not in the flat answer:
            "price_cents": price,
            "from": body["from"],
            "to": body["to"],
            "products": body["products"],
            "tags": [{"tag": t["tag"], "url": t.get("url")} for t in options.get("tags") or []],
            "volumes": [cart.volume_out(i, box) for i, box in enumerate(boxes, start=1)],
            "invoice": {"model": "55", "key": key} if (key := (options.get("invoice") or {}).get("key")) else None,
            "generated_key": None,
        }
        self.orders[order["id"]] = order
        self._tell(order, "created")
        return reply(self._flat(order), 201)  # sheet 6: 201, observed

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

    # --- buy and generate ------------------------------------------------------------------------------

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
            # sheet 3: only the beginning is recorded, the rest and the status are ours
            raise rule(f"Seu saldo de R$ {has} é insuficiente para pagar estes envios.")
        adjustments, self.adjustments_cents = self.adjustments_cents, 0
        self.balance_cents -= total + adjustments
        purchase = self._purchase(orders, total)
        for order in orders:
            order.update(status="released", paid_at=self._now(), purchase_id=purchase["id"])
        purchase["orders"] = [self._flat(order) for order in orders]
        for order in orders:
            self._tell(order, "released")
        group = None
        if adjustments:  # sheet 7.2: older labels' adjustments are charged in the same checkout
            group = {
                "id": str(uuid.uuid4()),
                "protocol": f"CGP-{purchase['protocol'][4:]}",
                "total": reais(adjustments),
                "type": "debit",
                "status": "paid",
                "conciliations": [],
                "transactions": [],
            }
        rest: Json = dict.fromkeys(("digitable", "redirect", "message", "token", "payment_id"))
        return reply({"purchase": purchase, "conciliation_group": group, **rest})

    def _purchase(self, orders: list[Json], total: int) -> Json:
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

    # --- print -----------------------------------------------------------------------------------------

    async def _print(self, request: web.Request) -> web.Response:
        self._all_generated(self._named(await body_of(request)))
        return reply({"url": f"{self.public_base}/imprimir/{uuid.uuid4().hex}"})

    async def _preview(self, request: web.Request) -> web.Response:
        orders = self._named(await body_of(request))
        if not all(order["paid_at"] for order in orders):  # sheet 3: shape D with 404
            sentence = "Não é possível imprimir etiquetas com o pagamento ainda não processado. Favor aguarde."
            raise rule(sentence, 404)
        return reply({"url": f"{self.public_base}/pre-impressao/{uuid.uuid4().hex}"})

    async def _print_file(self, request: web.Request) -> web.Response:
        order = self._known(request.match_info["id"])
        if request.match_info["format"] != "pdf":
            raise missing(order["id"])
        self._all_generated([order])
        key = uuid.uuid4().hex
        self._files[key] = order["id"]
        return reply(f"{self.public_base}/storage/etiquetas/{key}.pdf")  # sheet 7.4: a JSON string

    def _all_generated(self, orders: Iterable[Json]) -> None:
        if not all(order["generated_at"] for order in orders):  # sheet 3
            raise answers.coded(
                "E-PRT-0011",
                "O envio precisa estar gerado para que a impressão seja processada.",
                "Gere o envio e tente novamente.",
            )

    async def _file(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:  # sheet 7.4: fetch it without the Bearer header
            return web.Response(status=400, text="<Error>Only one auth mechanism allowed</Error>")
        order = self.orders.get(self._files.get(request.match_info["key"], ""))
        if order is None:
            return web.Response(status=404, text="<Error>NoSuchKey</Error>")
        service = SERVICES[order["service_id"]]
        lines = [f"{COMPANIES[service.company]} {service.name}", order["protocol"], ""]
        for title, party in (("DESTINATÁRIO", order["to"]), ("REMETENTE", order["from"])):
            lines += [
                title,
                str(party.get("name")),
                f"{party.get('address')}, {party.get('number')} {party.get('complement') or ''}".strip(),
                f"{party.get('district') or ''} {party.get('city')}/{party.get('state_abbr') or ''}".strip(),
                f"CEP {party.get('postal_code')}",
                "",
            ]
        lines.append(", ".join(str(tag["tag"]) for tag in order["tags"]))
        return web.Response(body=paper.draw(lines, order["tracking"]), content_type="application/pdf")

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

    # --- inside ----------------------------------------------------------------------------------------

    def _named(self, body: Json) -> list[Json]:
        """The orders that a body names; refusals of shape C (sheet 3)."""
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
