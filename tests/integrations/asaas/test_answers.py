"""Answers of Asaas in the documented shape (invented data), one file each, read by the client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import NotFound, Refused, Unauthorised, Uncertain
from bot.integrations.http import Http
from sandbox.core import STOOD_IN
from tests.support_asaas import HOME, KEY, SELLER, charge
from tests.support_asaas import PAYER as JOANA

ANSWERS = Path(__file__).parent.parent / "fixtures" / "asaas" / "answers"
BOLETO = "pay_m2f7w1q9z4t6r8e3"
PIX = "pay_h5n3b8v1c6x9l2k4"


class Provider:
    """Answers each call with the file, or the bare answer, that was laid out for it."""

    def __init__(self) -> None:
        self.laid: dict[str, tuple[int, bytes, dict[str, str]]] = {}

    def says(self, call: str, name: str = "", *, status: int = 200, body: bytes = b"") -> None:
        if name:  # a file is held to the published description
            self.laid[call] = status, (ANSWERS / f"{name}.json").read_bytes(), {STOOD_IN: "asaas"}
        else:
            self.laid[call] = status, body, {}

    async def answer(self, request: web.Request) -> web.Response:
        status, body, headers = self.laid[f"{request.method} {request.path.removeprefix('/v3')}"]
        return web.Response(status=status, body=body, headers=headers, content_type="application/json")


@pytest.fixture
async def provider() -> Provider:
    return Provider()


@pytest.fixture
async def client(provider: Provider, http: Http) -> AsyncIterator[AsaasPayments]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.answer)
    async with TestServer(app) as server:
        yield AsaasPayments(http, base_url=str(server.make_url("/v3")), api_key=KEY)


async def test_customers(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /customers", "customers")
    assert await client.find_customer("24971563792") == "cus_000007654321"
    assert await client.find_customer("11222333000181") is None


async def test_a_simulation(provider: Provider, client: AsaasPayments) -> None:
    provider.says("POST /payments/simulate", "simulation")
    assert [await client.simulate_net(51240, method) for method in Method] == [51041, 51041, 49659]


async def test_a_boleto(provider: Provider, client: AsaasPayments) -> None:
    provider.says(f"GET /payments/{BOLETO}", "boleto")
    bill = await client.read_charge(BOLETO)
    assert (bill.status, bill.amount, bill.net, bill.share) == ("pending", 35000, 34801, 6960)
    assert (bill.reference, bill.refunded) == ("order-2017-a1", 0)


async def test_a_boleto_s_line(provider: Provider, client: AsaasPayments) -> None:
    provider.says(f"GET /payments/{BOLETO}/identificationField", "boleto_line")
    assert len(await client.boleto_line(BOLETO)) == 47


async def test_a_removed_charge(provider: Provider, client: AsaasPayments) -> None:
    provider.says(f"GET /payments/{BOLETO}", "boleto")
    provider.says(f"DELETE /payments/{BOLETO}", "removed")
    await client.cancel_charge(BOLETO)


async def test_refunds_done_under_way_and_called_off(provider: Provider, client: AsaasPayments) -> None:
    provider.says(f"GET /payments/{PIX}", "received_pix")
    provider.says(f"GET /payments/{PIX}/refunds", "refunds")
    found = await client.find_refund(PIX, 760, before=1240)
    assert found is not None
    assert found.refunded == 2000
    assert await client.find_refund(PIX, 761, before=1240) is None


async def test_the_form_of_a_boleto(provider: Provider, client: AsaasPayments) -> None:
    provider.says(f"GET /payments/{BOLETO}", "boleto")
    provider.says(f"GET /payments/{BOLETO}/refunds", status=404)
    provider.says(f"POST /payments/{BOLETO}/bankSlip/refund", "refund_form")
    with pytest.raises(NotFound):
        await client.refund(BOLETO, 35000, "Desistência", before=0)
    provider.says(f"GET /payments/{BOLETO}/refunds", body=b'{"object":"list","hasMore":false,"data":[]}')
    bill = await client.refund(BOLETO, 35000, "Desistência", before=0)
    assert (bill.status, bill.page_url) == (
        "refunding",
        "https://sandbox.asaas.com/solicitar-estorno/37ij5mdxwo1234",
    )


async def test_a_chargeback(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /payments/pay_1_Qx7Lr2Vt9Kp4Zs/chargeback", "chargeback")
    dispute = await client.find_dispute("pay_1_Qx7Lr2Vt9Kp4Zs")
    assert dispute is not None
    assert (dispute.status, dispute.reason, dispute.amount) == ("open", "not_as_agreed", 10000)


async def test_a_transfer_that_is_under_way(provider: Provider, client: AsaasPayments) -> None:
    provider.says("POST /transfers/", "transfer")
    sent = await client.transfer(SELLER, 43961, "order-2017-t1")
    assert (sent.status, sent.amount, sent.reference) == ("pending", 43961, "order-2017-t1")


async def test_the_balance_and_the_statement(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /finance/balance", "balance")
    provider.says("GET /financialTransactions", "statement")
    assert await client.balance() == 123450
    lines = (await client.statement(date(2026, 11, 10))).movements
    assert [(line.kind, line.amount, line.charge_id) for line in lines] == [
        ("charge", 10000, PIX),
        ("fee", -199, PIX),
        ("other", 350, ""),
    ]


async def test_a_paused_webhook(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /webhooks", "webhooks")
    state = await client.find_webhook("https://bot.autopars.example/webhooks/asaas")
    assert state is not None
    assert (state.enabled, state.interrupted, state.failures) == (True, True, 15)
    assert "settled" not in state.missing
    assert "paid" in state.missing


async def test_a_seller_s_account_and_a_wallet(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /wallets/", "wallets")
    provider.says("GET /accounts", body=b'{"data":[' + (ANSWERS / "account.json").read_bytes() + b"]}")
    assert await client.wallet() == "0d2b7c1e-4f7e-4f0a-8d5c-3e9a6b1f2c77"
    assert await client.find_wallet("11222333000181") == "c0c1688f-636b-42c0-b6ee-7339182276b7"
    assert await client.find_wallet("24971563792") is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("error_due_date", "invalid_due_date"),
        ("error_minimum", "invalid_value"),
        ("error_document", "invalid_document"),
        ("error_balance", "insufficient_balance"),
        ("error_several", "invalid_customer"),
    ],
)
async def test_refusals(provider: Provider, client: AsaasPayments, name: str, reason: str) -> None:
    provider.says("GET /customers", "customers")
    provider.says("POST /payments", name, status=400)
    with pytest.raises(Refused) as refused:
        await charge(client)
    assert refused.value.reason == reason


async def test_a_key_of_the_other_environment(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /finance/balance", "error_environment", status=401)
    with pytest.raises(Unauthorised) as refused:
        await client.balance()
    assert (refused.value.reason, refused.value.code) == ("unauthorised", "invalid_environment")


async def test_an_address_that_may_not_call(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /finance/balance", status=403, body=b"<html>403 Forbidden</html>")
    with pytest.raises(Unauthorised) as refused:
        await client.balance()
    assert refused.value.reason == "forbidden"


async def test_a_404_without_a_body(provider: Provider, client: AsaasPayments) -> None:
    provider.says("GET /payments/pay_unknown", status=404)
    with pytest.raises(NotFound):
        await client.read_charge("pay_unknown")


async def test_a_customer_that_is_answered_without_an_id(provider: Provider, client: AsaasPayments) -> None:
    provider.says("POST /customers", body=b'{"object": "customer"}')
    provider.says("GET /customers", "customers")
    with pytest.raises(Uncertain, match="unreadable"):
        await client.create_customer(JOANA, reference="person-31", address=HOME)


async def test_a_refusal_that_is_not_theirs_refuses_nothing(provider: Provider, client: AsaasPayments) -> None:
    """A page of the edge in front of them: what was asked for is looked up and asked for again."""
    provider.says("POST /transfers/", status=400, body=b"<html>400 Bad Request</html>")
    with pytest.raises(Uncertain) as unclear:
        await client.transfer(SELLER, 43961, "order-2017-t1")
    assert unclear.value.reason == "blocked"
    provider.says("POST /transfers/", status=400, body=b'{"errors":[{"code":"x","description":"Carteira"}]}')
    with pytest.raises(Refused):
        await client.transfer(SELLER, 43961, "order-2017-t1")
