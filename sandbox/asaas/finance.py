"""The account's own money: balance, statement, transfers (sheets 3.4 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from sandbox.asaas.answers import Refusal, Routes, body_of, cents, missing, page, reais, refuse, reply
from sandbox.asaas.books import Books
from sandbox.asaas.checks import wallet_of


@dataclass
class Finance:
    account: Books

    def routes(self) -> Routes:
        return [
            ("GET", "/finance/balance", self.balance),
            ("GET", "/financialTransactions", self.list_statement),
            ("POST", "/transfers", self.transfer),
            ("POST", "/transfers/", self.transfer),
            ("GET", "/transfers", self.list_transfers),
            ("GET", "/transfers/{id}", self.read_transfer),
        ]

    async def transfer(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        wallet = wallet_of(self.account, body)
        value = cents(body.get("value"))
        if value < 1:
            raise refuse("invalid_value", "O valor da transferência deve ser maior que zero.")
        if self.account.is_repeat(wallet, value):  # sheet 6: same value and destination within 15 minutes
            raise Refusal(409, "invalid_action", "Já existe uma transferência idêntica realizada recentemente.")
        if value > self.account.balance:  # sheet 6: never more than the balance
            raise refuse("invalid_action", "Saldo insuficiente para realizar a transferência.")
        return reply(self.account.transfer(wallet, value, body.get("externalReference")).json())

    async def list_transfers(self, request: web.Request) -> web.Response:
        least, most = request.query.get("dateCreated[ge]", ""), request.query.get("dateCreated[le]", "9999")
        found = [transfer.json() for transfer in reversed(self.account.transfers)]
        return page([transfer for transfer in found if least <= transfer["dateCreated"] <= most], request)

    async def list_statement(self, request: web.Request) -> web.Response:
        query = request.query
        least, most = query.get("startDate", ""), query.get("finishDate", "9999")
        found = [entry.json() for entry in self.account.statement if least <= entry.day.isoformat() <= most]
        # the schema names "order" without its values or default: newest first, like payments
        return page(found if query.get("order") == "asc" else found[::-1], request)

    async def read_transfer(self, request: web.Request) -> web.Response:
        found = [t for t in self.account.transfers if t.id == request.match_info["id"]]
        if not found:
            raise missing()
        return reply(found[0].json())

    async def balance(self, _: web.Request) -> web.Response:
        return reply({"balance": reais(self.account.balance)})
