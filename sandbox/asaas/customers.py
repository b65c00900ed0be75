"""Payers (sheet 2)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from sandbox.asaas import documents
from sandbox.asaas.answers import Json, Routes, body_of, missing, page, refuse, reply
from sandbox.asaas.books import Books

FIELDS = (
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


@dataclass
class Customers:
    account: Books

    def routes(self) -> Routes:
        return [
            ("POST", "/customers", self.create_customer),
            ("GET", "/customers", self.list_customers),
            ("GET", "/customers/{id}", self.read_customer),
            ("PUT", "/customers/{id}", self.change_customer),
            ("DELETE", "/customers/{id}", self.remove_customer),
            ("POST", "/customers/{id}/restore", self.restore_customer),
        ]

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
            **dict.fromkeys(FIELDS),
            **{name: body[name] for name in FIELDS if name in body},
            # Sheet 2: Asaas writes to the payer by itself unless it is told not to.
            "notificationDisabled": body.get("notificationDisabled") is True,
            "deleted": False,
            "canDelete": True,
            "cannotBeDeletedReason": None,
            "canEdit": True,
            "cannotEditReason": None,
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
        living = (c for c in self.account.customers.values() if not c["deleted"])
        found = [c for c in living if all(c[n] == v for n, v in wanted.items())]
        return page(found[::-1], request)

    async def read_customer(self, request: web.Request) -> web.Response:
        return reply(self._customer(request.match_info["id"]))

    async def change_customer(self, request: web.Request) -> web.Response:
        customer, body = self._customer(request.match_info["id"]), await body_of(request)
        customer |= {n: body[n] for n in (*FIELDS, "notificationDisabled") if n in body}
        return reply(customer)

    async def remove_customer(self, request: web.Request) -> web.Response:
        customer = self._customer(request.match_info["id"])
        customer["deleted"] = True
        return reply({"deleted": True, "id": customer["id"]})

    async def restore_customer(self, request: web.Request) -> web.Response:
        customer = self._customer(request.match_info["id"])
        customer["deleted"] = False
        return reply(customer)

    def _customer(self, customer_id: str) -> Json:
        if customer_id not in self.account.customers:
            raise missing()
        return self.account.customers[customer_id]
