"""The API below ``/v3``: what it takes, and everything that it refuses."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.asaas import codes, documents, fees
from sandbox.asaas.account import AsaasSandbox
from sandbox.asaas.answers import Json, Refusal, body_of, cents, day, missing, page, reais, refuse, reply
from sandbox.asaas.charges import PAID, UNPAID, Charge, Split
from sandbox.core import Handler, faulty

BILLING_TYPES = ("BOLETO", "PIX", "CREDIT_CARD", "UNDEFINED")
LEAST = 500
CARD_FIELDS = ("creditCard", "creditCardHolderInfo", "creditCardToken")


def routes(account: AsaasSandbox) -> list[web.RouteDef]:
    api = Api(account)
    table: list[tuple[str, str, Handler]] = [
        ("POST", "/customers", api.create_customer),
        ("GET", "/customers", api.list_customers),
        ("GET", "/customers/{id}", api.read_customer),
        ("PUT", "/customers/{id}", api.change_customer),
        ("POST", "/payments/simulate", api.simulate),
        ("POST", "/payments", api.create),
        ("GET", "/payments", api.list_payments),
        ("GET", "/payments/{id}", api.read),
        ("PUT", "/payments/{id}", api.change),
        ("DELETE", "/payments/{id}", api.remove),
        ("POST", "/payments/{id}/restore", api.restore),
        ("GET", "/payments/{id}/status", api.read_status),
        ("GET", "/payments/{id}/pixQrCode", api.pix_code),
        ("GET", "/payments/{id}/identificationField", api.boleto_line),
        ("POST", "/payments/{id}/refund", api.refund),
        ("POST", "/payments/{id}/bankSlip/refund", api.refund_boleto),
        ("GET", "/payments/{id}/refunds", api.list_refunds),
        ("GET", "/installments/{id}", api.read_plan),
        ("DELETE", "/installments/{id}", api.remove_plan),
        ("GET", "/installments/{id}/payments", api.list_plan),
        ("POST", "/installments/{id}/refund", api.refund_plan),
        ("PUT", "/installments/{id}/splits", api.split_plan),
        ("POST", "/transfers", api.transfer),
        ("POST", "/transfers/", api.transfer),
        ("GET", "/transfers", api.list_transfers),
        ("GET", "/transfers/{id}", api.read_transfer),
        ("GET", "/finance/balance", api.balance),
        ("GET", "/wallets/", api.list_wallets),
        ("GET", "/myAccount/status/", api.account_status),
        ("POST", "/webhooks", api.create_webhook),
        ("GET", "/webhooks", api.list_webhooks),
        ("GET", "/webhooks/{id}", api.read_webhook),
        ("PUT", "/webhooks/{id}", api.change_webhook),
        ("DELETE", "/webhooks/{id}", api.remove_webhook),
        ("POST", "/webhooks/{id}/removeBackoff", api.remove_backoff),
        ("POST", "/sandbox/payment/{id}/confirm", api.confirm),
        ("POST", "/sandbox/payment/{id}/overdue", api.overdue),
    ]
    return [
        web.route(method, "/v3" + path, faulty(account.world, "asaas", _guarded(account, handler)))
        for method, path, handler in table
    ]


def _guarded(account: AsaasSandbox, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            if request.method == "GET" and await request.read():
                # Sheet 1: a GET with a body is answered 403 by the CDN, perhaps not in JSON.
                return web.Response(status=403, text="<html>403 Forbidden</html>", content_type="text/html")
            _authenticate(account, request)
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()

    return wrapped


def _authenticate(account: AsaasSandbox, request: web.Request) -> None:
    """Sheet 1: the four kinds of 401, and the name of the application."""
    key = request.headers.get("access_token")
    if not key:
        raise Refusal(401, "access_token_not_found", "O cabeçalho 'access_token' não foi informado.")
    if key != account.api_key:
        if not key.startswith("$aact_"):
            raise Refusal(401, "invalid_access_token_format", "A chave de API não está no formato correto.")
        if key.startswith("$aact_prod_") != account.api_key.startswith("$aact_prod_"):
            raise Refusal(401, "invalid_environment", "A chave de API não pertence a este ambiente.")
        raise Refusal(401, "invalid_access_token", "A chave de API fornecida é inválida.")
    if not request.headers.get("User-Agent"):
        # Mandatory for accounts created since 2024-06-13; the answer to its absence is not documented.
        raise refuse("user_agent_not_found", "O cabeçalho 'User-Agent' deve ser informado.")


@dataclass
class Api:
    account: AsaasSandbox

    # --- customers -------------------------------------------------------------------------------------

    async def create_customer(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        if not body.get("name"):  # sheet 2: name and cpfCnpj are required
            raise refuse("invalid_name", "O nome do cliente deve ser informado.")
        if not isinstance(body.get("cpfCnpj"), str) or not documents.is_valid(body["cpfCnpj"]):
            raise refuse("invalid_object", "O CPF/CNPJ informado é inválido.")  # sheet 1, as observed
        mobile = str(body.get("mobilePhone") or "")
        if mobile and (len(mobile) not in (10, 11) or not mobile.isdigit() or len(set(mobile[2:])) == 1):
            raise refuse("invalid_mobilePhone", "O celular informado é inválido.")  # sheet 1, as reported
        customer = {
            "object": "customer",
            "id": f"cus_{6_012_345 + len(self.account.customers):012d}",
            "dateCreated": self.account.today().isoformat(),
            **dict.fromkeys(_CUSTOMER_FIELDS),
            **{name: body[name] for name in _CUSTOMER_FIELDS if name in body},
            # Sheet 2: Asaas writes to the payer by itself unless it is told not to.
            "notificationDisabled": body.get("notificationDisabled") is True,
            "deleted": False,
            "country": "Brasil",
        }
        plain = "".join(c for c in body["cpfCnpj"].upper() if c.isalnum())
        customer |= {"cpfCnpj": plain, "personType": "FISICA" if len(plain) == 11 else "JURIDICA"}
        self.account.customers[customer["id"]] = customer  # sheet 2: duplicates are allowed
        return reply(customer)

    async def list_customers(self, request: web.Request) -> web.Response:
        wanted = {n: request.query[n] for n in ("cpfCnpj", "email", "name", "externalReference") if n in request.query}
        if "cpfCnpj" in wanted:
            wanted["cpfCnpj"] = "".join(c for c in wanted["cpfCnpj"].upper() if c.isalnum())
        found = [c for c in self.account.customers.values() if all(c[n] == v for n, v in wanted.items())]
        return page(found[::-1], request)

    async def read_customer(self, request: web.Request) -> web.Response:
        return reply(self._customer(request.match_info["id"]))

    async def change_customer(self, request: web.Request) -> web.Response:
        customer, body = self._customer(request.match_info["id"]), await body_of(request)
        customer |= {n: body[n] for n in (*_CUSTOMER_FIELDS, "notificationDisabled") if n in body}
        return reply(customer)

    def _customer(self, customer_id: str) -> Json:
        if customer_id not in self.account.customers:
            raise missing()
        return self.account.customers[customer_id]

    # --- charges ---------------------------------------------------------------------------------------

    async def simulate(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        value = cents(body.get("value"))
        kinds = body.get("billingTypes")
        if not isinstance(kinds, list) or not kinds or not set(kinds) <= set(BILLING_TYPES):
            raise refuse("invalid_billingType", "A forma de pagamento informada é inválida.")
        count = _count(body)
        values = fees.parts(value, count)
        answer: Json = {"value": reais(value), "creditCard": None, "bankSlip": None, "pix": None}
        for kind, name in (("CREDIT_CARD", "creditCard"), ("BOLETO", "bankSlip"), ("PIX", "pix")):
            if kind not in kinds:
                continue
            nets = [fees.net_of(kind, part, count) for part in values]
            answer[name] = {"netValue": reais(sum(nets))}
            if kind == "CREDIT_CARD":
                answer[name] |= {
                    "feePercentage": float(fees.card_percent(count)),
                    "operationFee": reais(fees.CARD_FIXED),
                }
            else:
                answer[name] |= {"feeValue": reais(fees.FLAT)}
            if count > 1:
                answer[name]["installment"] = {"paymentNetValue": reais(nets[0]), "paymentValue": reais(values[0])}
        return reply(answer)

    async def create(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        charges = self._new_charges(body)
        for charge in charges:
            self.account.charges[charge.id] = charge  # sheet 1: nothing says that externalReference deduplicates
        for charge in charges:
            self.account.tell("PAYMENT_CREATED", charge)  # sheet 7.5: one for each instalment
        if self.account.webhook_first:
            await self.account.delivered()
        return reply(self.account.json(charges[0]))  # sheet 3.1: the answer is the first instalment

    def _new_charges(self, body: Json) -> list[Charge]:
        account = self.account
        customer = account.customers.get(str(body.get("customer") or ""))
        if customer is None or customer["deleted"]:
            raise refuse("invalid_customer", "Customer inválido ou não informado.")
        kind = _kind(body)
        if any(body.get(name) for name in CARD_FIELDS):
            raise refuse("invalid_creditCard", "Esta simulação não recebe dados de cartão.")
        count = _count(body)
        value = self._value(body, count)
        due = self._due(body)
        _check_texts(body)
        values = fees.parts(value, count)
        nets = [fees.net_of(kind, part, count) - account.net_drift for part in values]
        splits = self._splits(body.get("split"), nets, plan=count > 1)
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
        found = [self.account.json(c) for c in reversed(self.account.charges.values()) if not c.deleted]
        for name in ("customer", "billingType", "status", "externalReference", "installment"):
            if name in query:
                found = [payment for payment in found if payment.get(name) == query[name]]
        for name in ("dateCreated", "paymentDate", "dueDate"):
            least, most = query.get(f"{name}[ge]"), query.get(f"{name}[le]")
            if least or most:
                found = [p for p in found if p[name] and (least or "") <= p[name] <= (most or "9999")]
        return page(found, request)

    async def read(self, request: web.Request) -> web.Response:
        return reply(self.account.json(self._charge(request)))

    async def read_status(self, request: web.Request) -> web.Response:
        return reply({"status": self._charge(request).status})

    async def change(self, request: web.Request) -> web.Response:
        charge, body = self._living(request), await body_of(request)
        if charge.status not in UNPAID:  # sheet 3.4: only while awaiting payment or overdue
            raise refuse("invalid_action", "Só é possível alterar cobranças aguardando pagamento ou vencidas.")
        kind, due = _kind(body), self._due(body)  # sheet 3.4: these two and the value are mandatory in every PUT
        value = self._value(body, 1)
        _check_texts(body)
        net = fees.net_of(kind, value, charge.count) - self.account.net_drift
        if "split" in body:  # sheet 6: left out keeps it, null or [] removes it
            split = self._splits(body["split"], [net], plan=False)[0]
        else:
            split = charge.split
            if charge.share > net:
                raise refuse("invalid_split", "O valor do split excede o valor líquido da cobrança.")
        charge.original_due = charge.original_due or charge.due
        charge.billing_type, charge.value, charge.net, charge.due, charge.split = kind, value, net, due, split
        charge.description = body.get("description", charge.description)
        charge.reference = body.get("externalReference", charge.reference)
        charge.status = "PENDING"  # sheet 4: unconfirmed, implied
        charge.revision += 1
        self.account.tell("PAYMENT_UPDATED", charge)
        return reply(self.account.json(charge))

    async def remove(self, request: web.Request) -> web.Response:
        charge = self._living(request)
        self._remove([charge])
        return reply({"deleted": True, "id": charge.id})

    def _remove(self, charges: list[Charge]) -> None:
        if any(charge.status not in UNPAID for charge in charges):  # sheet 3.4: only pending or overdue
            raise refuse("invalid_action", "Só é possível remover cobranças aguardando pagamento ou vencidas.")
        self.account.remove(charges)

    async def restore(self, request: web.Request) -> web.Response:
        charge = self._charge(request)
        if not charge.deleted:
            raise refuse("invalid_action", "A cobrança não está removida.")
        charge.deleted = False  # without its split (sheet 6)
        self.account.tell("PAYMENT_RESTORED", charge)
        return reply(self.account.json(charge))

    async def pix_code(self, request: web.Request) -> web.Response:
        charge = self._living(request)
        if charge.billing_type == "CREDIT_CARD":  # sheet 3.4: works for PIX, BOLETO, UNDEFINED
            raise refuse("invalid_billingType", "Esta cobrança não pode ser paga por Pix.")
        code = charge.pix_code()
        if self.account.bad_pix_codes:
            code = code[:-4] + ("0000" if code[-4:] != "0000" else "1111")
        due = charge.due
        expires = due.replace(year=due.year + 1) if (due.month, due.day) != (2, 29) else date(due.year + 1, 2, 28)
        return reply(
            {
                "encodedImage": codes.qr_png(code),
                "payload": code,
                "expirationDate": f"{expires.isoformat()} 23:59:59",  # sheet 3.5: 12 months after the due date
                "description": charge.description,
            }
        )

    async def boleto_line(self, request: web.Request) -> web.Response:
        charge = self._living(request)
        if charge.billing_type not in ("BOLETO", "UNDEFINED"):
            raise refuse("invalid_billingType", "Esta cobrança não possui boleto.")
        barcode = charge.bar_code()
        return reply(
            {
                "identificationField": codes.line(barcode),
                "nossoNumero": charge.nosso_numero,
                "barCode": barcode,
            }
        )

    # --- refunds ---------------------------------------------------------------------------------------

    async def refund(self, request: web.Request) -> web.Response:
        charge, body = self._living(request), await body_of(request)
        if charge.billing_type == "BOLETO":  # sheet 5: the buyer has to fill in a form
            raise refuse("invalid_action", "Para estornar boletos utilize a solicitação de estorno.")
        self._refund([charge], body)
        return reply(self.account.json(charge))

    def _refund(self, charges: list[Charge], body: Json) -> None:
        if body.get("splitRefunds"):
            raise refuse("invalid_action", "Esta simulação não oferece splitRefunds.")
        statuses = ("RECEIVED",) if charges[0].billing_type == "PIX" else PAID  # sheet 5
        if any(charge.status not in statuses for charge in charges):
            raise refuse("invalid_action", "Só é possível estornar cobranças recebidas ou confirmadas.")
        rest = sum(charge.value - charge.refunded for charge in charges)
        amount = cents(body["value"]) if body.get("value") is not None else rest  # sheet 5: no value = full amount
        if not 0 < amount <= rest:  # sheet 5: the sum of refunds is at most the value
            raise refuse("invalid_value", "O valor do estorno é maior que o valor disponível da cobrança.")
        self.account.refund(charges, amount, body.get("description"))

    async def refund_boleto(self, request: web.Request) -> web.Response:
        charge = self._living(request)
        if charge.billing_type != "BOLETO" or charge.status not in (*PAID, "REFUND_REQUESTED"):
            raise refuse("invalid_action", "Só é possível solicitar estorno de boletos pagos.")
        return reply({"requestUrl": self.account.ask_boleto_refund(charge)})

    async def list_refunds(self, request: web.Request) -> web.Response:
        return page([refund.json() for refund in self._charge(request).refunds], request)

    # --- instalment plans ------------------------------------------------------------------------------

    async def read_plan(self, request: web.Request) -> web.Response:
        return reply(self._plan_json(self._plan(request)))

    async def list_plan(self, request: web.Request) -> web.Response:
        return page([self.account.json(charge) for charge in self._plan(request)], request)

    async def remove_plan(self, request: web.Request) -> web.Response:
        plan = [charge for charge in self._plan(request) if not charge.deleted]
        if not plan:
            raise missing()
        self._remove(plan)
        return reply({"deleted": True, "id": plan[0].installment})

    async def refund_plan(self, request: web.Request) -> web.Response:
        plan = self._plan(request)
        self._refund([c for c in plan if c.status != "REFUNDED"] or plan, await body_of(request))
        return reply(self._plan_json(plan))

    async def split_plan(self, request: web.Request) -> web.Response:
        plan, body = self._plan(request), await body_of(request)
        if any(charge.status == "RECEIVED" for charge in plan):  # sheet 6: until before it is credited
            raise refuse("invalid_action", "O split de cobranças recebidas não pode ser alterado.")
        splits = self._splits(body.get("splits"), [charge.net for charge in plan], plan=True)
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

    # --- the account -----------------------------------------------------------------------------------

    async def transfer(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        wallet = self._wallet(body)
        value = cents(body.get("value"))
        if value < 1:
            raise refuse("invalid_value", "O valor da transferência deve ser maior que zero.")
        if self.account.is_repeat(wallet, value):  # sheet 6: same value and destination within 15 minutes
            raise Refusal(409, "invalid_action", "Já existe uma transferência idêntica realizada recentemente.")
        if value > self.account.balance:  # sheet 6: never more than the balance
            raise refuse("invalid_action", "Saldo insuficiente para realizar a transferência.")
        return reply(self.account.transfer(wallet, value, body.get("externalReference")).json())

    async def list_transfers(self, request: web.Request) -> web.Response:
        return page([transfer.json() for transfer in reversed(self.account.transfers)], request)

    async def read_transfer(self, request: web.Request) -> web.Response:
        found = [t for t in self.account.transfers if t.id == request.match_info["id"]]
        if not found:
            raise missing()
        return reply(found[0].json())

    async def balance(self, _: web.Request) -> web.Response:
        return reply({"balance": reais(self.account.balance)})

    async def list_wallets(self, request: web.Request) -> web.Response:
        return page([{"object": "wallet", "id": self.account.own_wallet}], request)

    async def account_status(self, _: web.Request) -> web.Response:
        names = ("commercialInfo", "bankAccountInfo", "documentation", "general")
        return reply({"id": self.account.own_wallet, **dict.fromkeys(names, "APPROVED")})

    # --- webhooks --------------------------------------------------------------------------------------

    async def create_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.create(await body_of(request)).json())

    async def list_webhooks(self, request: web.Request) -> web.Response:
        return page([hook.json() for hook in self.account.hooks.hooks.values()], request)

    async def read_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.get(request.match_info["id"]).json())

    async def change_webhook(self, request: web.Request) -> web.Response:
        return reply(self.account.hooks.update(request.match_info["id"], await body_of(request)).json())

    async def remove_webhook(self, request: web.Request) -> web.Response:
        hook = self.account.hooks.get(request.match_info["id"])
        hook.enabled = False
        del self.account.hooks.hooks[hook.id]
        return reply({"deleted": True, "id": hook.id})

    async def remove_backoff(self, request: web.Request) -> web.Response:
        self.account.hooks.remove_backoff(request.match_info["id"])
        return web.Response(status=204)

    # --- the sandbox's own calls (sheet 8) --------------------------------------------------------------

    async def confirm(self, request: web.Request) -> web.Response:
        return await self._act(request, self.account.pay)

    async def overdue(self, request: web.Request) -> web.Response:
        return await self._act(request, self.account.overdue)

    async def _act(self, request: web.Request, act: Callable[[str], Awaitable[None]]) -> web.Response:
        charge = self._living(request)
        try:
            await act(charge.id)
        except ValueError:
            raise refuse("invalid_action", "A situação da cobrança não permite esta ação.") from None
        return reply(self.account.json(charge))

    # --- checks ----------------------------------------------------------------------------------------

    def _charge(self, request: web.Request) -> Charge:
        return self.account.find(request.match_info["id"])

    def _living(self, request: web.Request) -> Charge:
        """What to do with a removed charge is not documented; the stand-in knows it no more (404)."""
        charge = self._charge(request)
        if charge.deleted:
            raise missing()
        return charge

    def _value(self, body: Json, count: int) -> int:
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
        if value < LEAST:
            raise refuse("invalid_value", "O valor da cobrança menos o desconto não pode ser menor que R$ 5,00.")
        return value

    def _due(self, body: Json) -> date:
        due = day(body.get("dueDate"), "invalid_dueDate", "dueDate")
        if due < self.account.today():  # sheet 3.1: not before today
            raise refuse("invalid_dueDate", "A data de vencimento não pode ser anterior à data atual.")
        return due

    def _wallet(self, entry: Json) -> str:
        """Sheet 6: naming the own wallet is an error. The codes of split errors are not documented."""
        wallet = entry.get("walletId")
        if not isinstance(wallet, str) or not wallet:
            raise refuse("invalid_walletId", "A carteira deve ser informada.")
        if wallet == self.account.own_wallet:
            raise refuse("invalid_walletId", "Não é permitido informar a própria carteira.")
        if wallet not in self.account.wallets:
            raise refuse("invalid_walletId", "A carteira informada não existe.")
        return wallet

    def _splits(self, entries: Any, nets: list[int], *, plan: bool) -> list[list[Split]]:
        """The split of each payment. Only the name ``split`` counts on /payments; any other is ignored (sheet 6)."""
        result: list[list[Split]] = [[] for _ in nets]
        if entries is None:
            return result
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise refuse("invalid_split", "O split deve ser uma lista.")
        for entry in entries:
            wallet = self._wallet(entry)
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


_CUSTOMER_FIELDS = (
    "name",
    "email",
    "company",
    "phone",
    "mobilePhone",
    "address",
    "addressNumber",
    "complement",
    "province",
    "postalCode",
    "cpfCnpj",
    "personType",
    "additionalEmails",
    "externalReference",
    "observations",
    "municipalInscription",
    "stateInscription",
    "city",
    "cityName",
    "state",
)


def _kind(body: Json) -> str:
    kind = body.get("billingType")
    if kind not in BILLING_TYPES:
        raise refuse("invalid_billingType", "A forma de pagamento informada é inválida.")
    return str(kind)


def _count(body: Json) -> int:
    """Instalments. Sheet 3.1: their fields only for 2 or more, never for 1x; up to 21 by card."""
    count = body.get("installmentCount")
    if count is None:
        if body.get("totalValue") is not None or body.get("installmentValue") is not None:
            raise refuse("invalid_installmentCount", "O número de parcelas deve ser informado.")
        return 1
    if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= 21:
        raise refuse("invalid_installmentCount", "O número de parcelas deve ser de 2 a 21.")
    return count


def _check_texts(body: Json) -> None:
    description = body.get("description")
    if description is not None and (not isinstance(description, str) or len(description) > 500):  # sheet 3.1
        raise refuse("invalid_description", "A descrição deve ter no máximo 500 caracteres.")


def _amounts(entry: Json, nets: list[int], plan: bool) -> list[tuple[int | None, Decimal | None, int]]:
    """Fixed value, percentage and total of a split entry for each payment (sheet 6)."""
    given = [name for name in ("fixedValue", "percentualValue", "totalFixedValue") if entry.get(name) is not None]
    if len(given) != 1:
        raise refuse("invalid_split", "Informe um valor ou um percentual para o split.")
    if given[0] == "percentualValue":
        percent = Decimal(entry["percentualValue"])
        if not 0 < percent <= 100:
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


def _month_later(due: date, months: int) -> date:
    year, month = divmod(due.year * 12 + due.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(due.day, (following - timedelta(days=1)).day))
