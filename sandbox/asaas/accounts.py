"""The account itself, its wallet and Pix keys, and the sellers' accounts below it (sheets 3.5 and 6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from aiohttp import web

from sandbox.asaas import documents
from sandbox.asaas.account import SubAccount
from sandbox.asaas.answers import Json, Routes, body_of, cents, day, missing, page, refuse, reply
from sandbox.asaas.books import Books

REQUIRED = (
    "name",
    "email",
    "cpfCnpj",
    "mobilePhone",
    "incomeValue",
    "address",
    "addressNumber",
    "province",
    "postalCode",
)
OPTIONAL = ("loginEmail", "phone", "complement", "site", "birthDate", "companyType")
COMPANIES = ("MEI", "LIMITED", "INDIVIDUAL", "ASSOCIATION")


@dataclass
class Accounts:
    account: Books

    def routes(self) -> Routes:
        return [
            ("POST", "/accounts", self.open),
            ("GET", "/accounts", self.list_accounts),
            ("GET", "/accounts/{id}", self.read_account),
            ("GET", "/wallets/", self.list_wallets),
            ("GET", "/myAccount/status/", self.account_status),
            ("GET", "/pix/addressKeys", self.list_pix_keys),
        ]

    async def open(self, request: web.Request) -> web.Response:
        """Costs a fee each time. Whether a document is deduplicated is not documented; a second account for it is
        refused here (the strictest reading: after a lost answer the client must look up before it repeats)."""
        body = await body_of(request)
        for name in REQUIRED:
            if not body.get(name):
                raise refuse("invalid_object", f"O campo {name} deve ser informado.")
        document = "".join(c for c in str(body["cpfCnpj"]).upper() if c.isalnum())
        if not documents.is_valid(document):
            raise refuse("invalid_object", "O CPF/CNPJ informado é inválido.")
        cents(body["incomeValue"], "invalid_object", "incomeValue")
        natural = len(document) == 11
        if natural:
            day(body.get("birthDate"), "invalid_object", "birthDate")
        elif body.get("companyType") not in COMPANIES:
            raise refuse("invalid_object", "O tipo de empresa é inválido.")
        taken = [a.data for a in self.account.sub_accounts.values()]
        if any(document == data["cpfCnpj"] or body["email"] == data["email"] for data in taken):
            raise refuse("invalid_object", "O CPF/CNPJ ou o e-mail já está em uso.")
        data: Json = {
            "object": "account",
            "id": str(uuid.uuid4()),
            **{name: body.get(name) for name in (*REQUIRED, *OPTIONAL) if name != "incomeValue"},
            "cpfCnpj": document,
            "personType": "FISICA" if natural else "JURIDICA",
            "country": "Brasil",
            "walletId": str(uuid.uuid4()),
            "accountNumber": {"agency": "0001", "account": str(2087 + len(taken)), "accountDigit": "2"},
        }
        opened = SubAccount(data, f"$aact_hmlg_{uuid.uuid4().hex}")
        self.account.sub_accounts[str(data["id"])] = opened
        self.account.wallets.add(opened.wallet_id)
        return reply(data | {"apiKey": opened.api_key})  # sheet 6: shown only here

    async def list_accounts(self, request: web.Request) -> web.Response:
        wanted = {n: request.query[n] for n in ("cpfCnpj", "email", "name", "walletId") if n in request.query}
        found = [a.data for a in self.account.sub_accounts.values()]
        return page([data for data in found if all(data[n] == v for n, v in wanted.items())], request)

    async def read_account(self, request: web.Request) -> web.Response:
        found = self.account.sub_accounts.get(request.match_info["id"])
        if found is None:
            raise missing()
        return reply(found.data)

    async def list_wallets(self, request: web.Request) -> web.Response:
        """The wallet of the account whose key is used: a seller's key returns the seller's (sheet 6)."""
        key = request.headers.get("access_token")
        wallets = [a.wallet_id for a in self.account.sub_accounts.values() if a.api_key == key]
        return page([{"object": "wallet", "id": (wallets or [self.account.own_wallet])[0]}], request)

    async def account_status(self, _: web.Request) -> web.Response:
        names = ("commercialInfo", "bankAccountInfo", "documentation", "general")
        return reply({"id": self.account.own_wallet, **dict.fromkeys(names, "APPROVED")})

    async def list_pix_keys(self, request: web.Request) -> web.Response:
        key = {"key": self.account.own_wallet, "type": "EVP", "status": "ACTIVE", "canBeDeleted": True}
        found = [{"id": f"{self.account.own_wallet}-{n}", **key} for n in range(self.account.pix_keys)]
        return page([k for k in found if request.query.get("status", "ACTIVE") == k["status"]], request)
