"""Asaas' stand-in says no where Asaas does: raw requests, without our client."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.asaas import codes, documents
from sandbox.asaas.hooks import LADDER
from sandbox.core import Fault
from tests.conftest import TestClock
from tests.support_asaas import CPF, KEY, OWN, SELLER, TOKEN, Stand, asaas


class Raw:
    """What the documents say to send, and nothing more."""

    def __init__(self, session: aiohttp.ClientSession, stand: Stand) -> None:
        self.session, self.stand = session, stand
        self.customer = ""

    async def __call__(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        async with self.session.request(
            method,
            self.stand.base_url + path,
            json=body,
            headers={"access_token": KEY, "User-Agent": "tests"} if headers is None else headers,
        ) as response:
            answer = await response.json() if response.content_type == "application/json" else await response.text()
            return response.status, answer

    async def code(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and the first error's code."""
        status, answer = await self(method, path, body)
        assert status >= 400, answer
        return status, answer["errors"][0]["code"] if answer else ""

    def wanted(self, **changes: Any) -> dict[str, Any]:
        body = {
            "customer": self.customer,
            "billingType": "PIX",
            "value": 100,
            "dueDate": "2026-11-23",
            "externalReference": "order-1042-a1",
        } | changes
        return {name: value for name, value in body.items() if value is not ...}

    async def charge(self, **changes: Any) -> Any:
        status, answer = await self("POST", "/payments", self.wanted(**changes))
        assert status == 200, answer
        return answer

    async def refused(self, **changes: Any) -> str:
        before = len(self.stand.account.charges)
        status, code = await self.code("POST", "/payments", self.wanted(**changes))
        assert status == 400
        assert len(self.stand.account.charges) == before
        return code


@pytest.fixture
async def stand(clock: TestClock) -> AsyncIterator[Stand]:
    async with asaas(clock, hooked=True, delay_factor=0.0) as opened:
        yield opened


@pytest.fixture
async def raw(stand: Stand) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        call = Raw(session, stand)
        _, customer = await call("POST", "/customers", {"name": "Maria Exemplo", "cpfCnpj": CPF})
        call.customer = customer["id"]
        yield call


# --- the door -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "access_token_not_found"),
        ("chave", "invalid_access_token_format"),
        ("$aact_hmlg_000other", "invalid_access_token"),
        ("$aact_prod_000example", "invalid_environment"),
    ],
)
async def test_keys(raw: Raw, key: str | None, code: str) -> None:
    """Authentication: 401 in four variants; the key stands in ``access_token``."""
    headers = {"User-Agent": "tests", **({"access_token": key} if key else {})}
    status, answer = await raw("GET", "/finance/balance", headers=headers)
    assert (status, answer["errors"][0]["code"]) == (401, code)


async def test_a_bearer_is_no_key(raw: Raw) -> None:
    """Authentication: ``access_token``, not ``Authorization: Bearer``."""
    status, _ = await raw("GET", "/finance/balance", headers={"Authorization": f"Bearer {KEY}"})
    assert status == 401


async def test_a_nameless_application(raw: Raw) -> None:
    """Authentication: ``User-Agent`` is mandatory for accounts created since 2024-06-13."""
    status, answer = await raw("GET", "/finance/balance", headers={"access_token": KEY, "User-Agent": ""})
    assert (status, answer["errors"][0]["code"]) == (400, "user_agent_not_found")


async def test_a_get_with_a_body(raw: Raw) -> None:
    """HTTP codes: 403 for a GET that carries a body, answered by the CDN."""
    status, answer = await raw("GET", "/payments", {"limit": 1})
    assert status == 403
    assert "<html>" in answer


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/payments/pay_unknown"),
        ("PUT", "/payments/pay_unknown"),
        ("DELETE", "/payments/pay_unknown"),
        ("GET", "/customers/cus_unknown"),
        ("GET", "/installments/unknown/payments"),
        ("GET", "/transfers/unknown"),
        ("PUT", "/webhooks/unknown"),
        ("POST", "/sandbox/payment/pay_unknown/confirm"),
    ],
)
async def test_unknown_ids(raw: Raw, method: str, path: str) -> None:
    """HTTP codes: 404 for an unknown id; no body is declared for it."""
    assert await raw(method, path, {} if method != "GET" else None) == (404, "")


async def test_pages_hold_at_most_100(raw: Raw) -> None:
    """Pagination: ``limit`` up to 100."""
    assert (await raw.code("GET", "/payments?limit=101"))[0] == 400
    for _ in range(12):
        await raw.charge()
    _, first = await raw("GET", "/payments")
    assert (first["limit"], first["hasMore"], first["totalCount"], len(first["data"])) == (10, True, 12, 10)
    _, last = await raw("GET", "/payments?offset=10")
    assert (last["hasMore"], len(last["data"])) == (False, 2)


# --- customers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"cpfCnpj": CPF}, "invalid_name"),  # required: name, cpfCnpj
        ({"name": "Maria"}, "invalid_object"),
        ({"name": "Maria", "cpfCnpj": "24971563793"}, "invalid_object"),  # as observed for a wrong check digit
        ({"name": "Maria", "cpfCnpj": "11111111111"}, "invalid_object"),
        ({"name": "Maria", "cpfCnpj": "12ABC34501DE36"}, "invalid_object"),
        ({"name": "Maria", "cpfCnpj": CPF, "mobilePhone": "11999999999"}, "invalid_mobilePhone"),  # as reported
    ],
)
async def test_customers_that_are_refused(raw: Raw, body: dict[str, str], code: str) -> None:
    assert await raw.code("POST", "/customers", body) == (400, code)


async def test_customers_that_are_taken(raw: Raw) -> None:
    """Creating a customer: duplicates are allowed; notifications are on unless switched off."""
    ids = set()
    for document in (CPF, "249.715.637-92", "12.ABC.345/01DE-35", "11222333000181"):
        status, customer = await raw("POST", "/customers", {"name": "Maria", "cpfCnpj": document})
        assert (status, customer["notificationDisabled"], customer["deleted"]) == (200, False, False)
        ids.add(customer["id"])
    assert len(ids) == 4
    _, found = await raw("GET", f"/customers?cpfCnpj={CPF}")
    assert found["totalCount"] == 3


@pytest.mark.parametrize(
    "document", ["52998224725", "12345678909", "11144477735", "11222333000181", "12ABC34501DE35", "AUT0PARS000168"]
)
def test_documents(document: str) -> None:
    assert documents.is_valid(document)
    wrong = document[:-1] + str((int(document[-1]) + 1) % 10)
    assert not documents.is_valid(wrong)


# --- charges that are refused ---------------------------------------------------------------------------


async def test_an_empty_body_yields_the_first_problem_only(raw: Raw) -> None:
    """Error bodies: an empty POST /payments answers just ``invalid_customer``."""
    _, answer = await raw("POST", "/payments", {})
    assert [error["code"] for error in answer["errors"]] == ["invalid_customer"]


async def test_customer_kind_and_date(raw: Raw) -> None:
    """New charge: required fields; the due date is not before today."""
    assert await raw.refused(customer="cus_unknown") == "invalid_customer"
    assert await raw.refused(billingType="CASH") == "invalid_billingType"
    assert await raw.refused(billingType=...) == "invalid_billingType"
    assert await raw.refused(dueDate=...) == "invalid_dueDate"
    assert await raw.refused(dueDate="23/11/2026") == "invalid_dueDate"
    assert await raw.refused(dueDate="2026-11-22") == "invalid_dueDate"
    assert await raw.refused(description="x" * 501) == "invalid_description"


async def test_the_day_is_that_of_sao_paulo(raw: Raw, clock: TestClock) -> None:
    """New charge: at 01:00 UTC of the 24th it is still the 23rd there."""
    clock.jump(timedelta(hours=10))
    await raw.charge(dueDate="2026-11-23")
    clock.jump(timedelta(hours=3))
    assert await raw.refused(dueDate="2026-11-23") == "invalid_dueDate"


@pytest.mark.parametrize("value", [4.99, 0, -10, 10.001, "100", None, True])
async def test_values(raw: Raw, value: Any) -> None:
    """New charge: at least R$ 5.00, a number with up to two decimals."""
    assert await raw.refused(value=value) == "invalid_value"


async def test_five_reais_are_enough(raw: Raw) -> None:
    assert (await raw.charge(value=5))["netValue"] == 3.01


async def test_instalments(raw: Raw) -> None:
    """Instalments: only for 2 or more, never for 1x; up to 21."""
    card = {"billingType": "CREDIT_CARD"}
    assert await raw.refused(**card, installmentCount=1) == "invalid_installmentCount"
    assert await raw.refused(**card, installmentCount=1, totalValue=100) == "invalid_installmentCount"
    assert await raw.refused(**card, totalValue=100) == "invalid_installmentCount"
    assert await raw.refused(**card, installmentCount=22, totalValue=100) == "invalid_installmentCount"
    assert await raw.refused(**card, installmentCount=2) == "invalid_value"
    assert await raw.refused(**card, installmentCount=2, totalValue=101) == "invalid_value"


async def test_card_data_are_not_for_a_stand_in(raw: Raw) -> None:
    """PCI: card data through one's own backend need an SAQ-D; the hosted invoice needs none."""
    assert await raw.refused(billingType="CREDIT_CARD", creditCardToken="a") == "invalid_creditCard"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"walletId": OWN, "fixedValue": 10}, "invalid_walletId"),  # split: naming the own wallet is an error
        ({"walletId": "unknown", "fixedValue": 10}, "invalid_walletId"),
        ({"fixedValue": 10}, "invalid_walletId"),
        ({"walletId": SELLER, "fixedValue": 98.02}, "invalid_split"),  # split: at most the net value
        ({"walletId": SELLER, "percentualValue": 101}, "invalid_split"),
        ({"walletId": SELLER, "fixedValue": 0}, "invalid_split"),
        ({"walletId": SELLER, "fixedValue": 10.001}, "invalid_split"),  # split: two decimals
        ({"walletId": SELLER}, "invalid_split"),
        ({"walletId": SELLER, "totalFixedValue": 10}, "invalid_split"),  # split: instalments only
    ],
)
async def test_splits(raw: Raw, entry: dict[str, Any], code: str) -> None:
    assert await raw.refused(split=[entry]) == code


async def test_a_fixed_part_and_a_percentage_of_the_net(raw: Raw) -> None:
    """Split: net 98.01, 50 fixed + 50 % is more than the net; 20 % is 19.60."""
    entries = [{"walletId": SELLER, "fixedValue": 50}, {"walletId": SELLER, "percentualValue": 50}]
    assert await raw.refused(split=entries) == "invalid_split"
    charge = await raw.charge(split=[{"walletId": SELLER, "percentualValue": 20}])
    assert charge["split"][0]["totalValue"] == 19.6


async def test_a_wrong_name_of_the_split_pays_nobody(raw: Raw) -> None:
    """Split: on /payments the field is ``split``; what ``splits`` does is unconfirmed, so it does nothing."""
    assert "split" not in await raw.charge(splits=[{"walletId": SELLER, "fixedValue": 10}])


# --- charges that are taken -----------------------------------------------------------------------------


async def test_the_shape_of_a_charge(raw: Raw) -> None:
    """Payment object: keys that do not apply are left out; the net is there from the start."""
    pix = await raw.charge()
    assert (pix["status"], pix["netValue"], pix["value"], pix["deleted"]) == ("PENDING", 98.01, 100, False)
    absent = {"installment", "split", "chargeback", "canBePaidAfterDueDate", "creditCard", "confirmedDate"}
    assert not absent & set(pix)
    assert pix["bankSlipUrl"] is None
    boleto = await raw.charge(billingType="BOLETO", value=350)
    assert (boleto["canBePaidAfterDueDate"], boleto["netValue"]) == (True, 348.01)
    card = await raw.charge(billingType="CREDIT_CARD")
    assert (card["confirmedDate"], card["netValue"], "creditCard" in card) == (None, 96.52, False)


async def test_ids_of_both_formats(raw: Raw) -> None:
    """Change of the id format: ``pay_`` + 16, and ``pay_1_`` + 14; both have 20 characters."""
    ids = [(await raw.charge())["id"] for _ in range(4)]
    assert [i.startswith("pay_1_") for i in ids] == [False, True, False, True]
    assert {len(i) for i in ids} == {20}
    raw.stand.account.id_format = "new"
    assert (await raw.charge())["id"].startswith("pay_1_")


async def test_a_reference_is_no_idempotency_key(raw: Raw) -> None:
    """Duplicate charges after a retry: nothing deduplicates."""
    first, second = await raw.charge(), await raw.charge()
    assert first["id"] != second["id"]
    _, found = await raw("GET", "/payments?externalReference=order-1042-a1")
    assert [payment["id"] for payment in found["data"]] == [second["id"], first["id"]]
    assert [payment["id"] for payment in raw.stand.account.live_by_reference("order-1042-a1")] == [
        first["id"],
        second["id"],
    ]


async def test_a_cut_answer_leaves_the_charge_behind(raw: Raw) -> None:
    raw.stand.world.faults["asaas"] = Fault("drop", times=1)
    with pytest.raises(aiohttp.ClientError):
        await raw.charge()
    assert len(raw.stand.account.live_by_reference("order-1042-a1")) == 1


async def test_a_plan_of_instalments(raw: Raw) -> None:
    """Instalments: 350 in 12 = 11 x 29.16 + 29.24, fees truncated to 1.20; the answer is the first."""
    body = {"billingType": "CREDIT_CARD", "value": ..., "totalValue": 350, "installmentCount": 12}
    first = await raw.charge(**body, split=[{"walletId": SELLER, "totalFixedValue": 100}])
    _, plan = await raw("GET", f"/installments/{first['installment']}/payments?limit=100")
    parts = plan["data"]
    assert parts[0] == first
    assert [p["value"] for p in parts] == [29.16] * 11 + [29.24]
    assert [p["netValue"] for p in parts][:11] == [27.96] * 11
    assert [p["split"][0]["totalValue"] for p in parts] == [8.33] * 11 + [8.37]
    assert [p["installmentNumber"] for p in parts] == list(range(1, 13))
    assert (parts[1]["dueDate"], parts[3]["dueDate"]) == ("2026-12-23", "2027-02-23")
    _, simulated = await raw(
        "POST", "/payments/simulate", {"value": 350, "installmentCount": 12, "billingTypes": ["CREDIT_CARD"]}
    )
    assert simulated["creditCard"]["netValue"] == pytest.approx(sum(p["netValue"] for p in parts))
    assert simulated["creditCard"]["installment"] == {"paymentNetValue": 27.96, "paymentValue": 29.16}


async def test_the_simulation_names_every_way(raw: Raw) -> None:
    body = {"value": 100, "billingTypes": ["CREDIT_CARD", "BOLETO", "PIX"]}
    _, answer = await raw("POST", "/payments/simulate", body)
    assert answer["value"] == 100
    assert (answer["pix"]["netValue"], answer["bankSlip"]["netValue"]) == (98.01, 98.01)
    assert answer["creditCard"] == {"netValue": 96.52, "feePercentage": 2.99, "operationFee": 0.49}
    assert (await raw.code("POST", "/payments/simulate", {"value": 100}))[1] == "invalid_billingType"


# --- codes ----------------------------------------------------------------------------------------------


def test_the_checksum_of_a_code() -> None:
    """BR Code manual: CRC-16 of "123456789" is 29B1."""
    assert codes._crc16("123456789") == "29B1"


def test_a_line_that_was_worked_out_by_hand() -> None:
    """FEBRABAN: due 2026-12-10, R$ 349,90."""
    barcode = "46198165600000349901234567890123456789012345"
    assert codes.line(barcode) == "46191234506789012345767890123457816560000034990"


async def test_the_pix_code(raw: Raw) -> None:
    """QR code: a BR Code with its picture, good until 12 months after the due date; another after a change."""
    charge = await raw.charge(value=512.4)
    _, answer = await raw("GET", f"/payments/{charge['id']}/pixQrCode")
    assert answer["expirationDate"] == "2027-11-23 23:59:59"
    assert "5406512.40" in answer["payload"]
    assert codes._crc16(answer["payload"][:-4]) == answer["payload"][-4:]
    with Image.open(io.BytesIO(base64.b64decode(answer["encodedImage"]))) as picture:
        assert picture.format == "PNG"
    await raw("PUT", f"/payments/{charge['id']}", raw.wanted(value=512.4, dueDate="2026-11-25"))
    _, later = await raw("GET", f"/payments/{charge['id']}/pixQrCode")
    assert later["payload"] != answer["payload"]


async def test_the_line_changes_with_every_change(raw: Raw) -> None:
    """Digitable line: to be fetched again after every update."""
    charge = await raw.charge(billingType="BOLETO")
    _, before = await raw("GET", f"/payments/{charge['id']}/identificationField")
    assert (len(before["identificationField"]), len(before["barCode"])) == (47, 44)
    await raw("PUT", f"/payments/{charge['id']}", raw.wanted(billingType="BOLETO"))
    _, after = await raw("GET", f"/payments/{charge['id']}/identificationField")
    assert after["identificationField"] != before["identificationField"]


async def test_codes_that_a_charge_does_not_have(raw: Raw) -> None:
    """QR code: for PIX, BOLETO, UNDEFINED; line: for boletos."""
    card, pix = await raw.charge(billingType="CREDIT_CARD"), await raw.charge()
    assert (await raw.code("GET", f"/payments/{card['id']}/pixQrCode"))[0] == 400
    assert (await raw.code("GET", f"/payments/{pix['id']}/identificationField"))[0] == 400


# --- changes and removals -------------------------------------------------------------------------------


async def test_a_change_must_carry_three_fields(raw: Raw) -> None:
    """Update: billingType, value and dueDate are mandatory even if only the due date changes."""
    charge = await raw.charge()
    path = f"/payments/{charge['id']}"
    full = {"billingType": "PIX", "value": 100, "dueDate": "2026-11-24"}
    for name in full:
        assert (await raw.code("PUT", path, {k: v for k, v in full.items() if k != name}))[1] == f"invalid_{name}"
    assert (await raw.code("PUT", path, full | {"dueDate": "2026-11-22"}))[1] == "invalid_dueDate"
    status, changed = await raw("PUT", path, full)
    assert (status, changed["dueDate"], changed["originalDueDate"]) == (200, "2026-11-24", "2026-11-23")


async def test_what_a_change_does_to_the_split(raw: Raw) -> None:
    """Update: split left out is kept, null or [] removes it; at most the net value."""
    charge = await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    path, full = f"/payments/{charge['id']}", {"billingType": "PIX", "value": 100, "dueDate": "2026-11-24"}
    _, kept = await raw("PUT", path, full)
    assert kept["split"][0]["fixedValue"] == 80
    assert (await raw.code("PUT", path, full | {"value": 50}))[1] == "invalid_split"
    entry = {"walletId": SELLER, "fixedValue": 98.02}
    assert (await raw.code("PUT", path, full | {"split": [entry]}))[1] == "invalid_split"
    _, gone = await raw("PUT", path, full | {"split": []})
    assert "split" not in gone


async def test_paid_charges_stay_as_they_are(raw: Raw) -> None:
    """Update and removal: only while pending or overdue."""
    charge = await raw.charge()
    await raw.stand.account.pay(charge["id"])
    path = f"/payments/{charge['id']}"
    assert await raw.code("PUT", path, raw.wanted()) == (400, "invalid_action")
    assert await raw.code("DELETE", path) == (400, "invalid_action")
    assert await raw.code("POST", f"{path}/restore", {}) == (400, "invalid_action")


async def test_a_removed_charge(raw: Raw) -> None:
    """Removal: there is no status for it, only ``deleted``; it drops out of the list and loses its split."""
    charge = await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    path = f"/payments/{charge['id']}"
    assert await raw("DELETE", path) == (200, {"deleted": True, "id": charge["id"]})
    _, read = await raw("GET", path)
    assert (read["deleted"], read["status"]) == (True, "PENDING")
    assert (await raw("GET", "/payments"))[1]["data"] == []
    assert (await raw("DELETE", path))[0] == 404
    with pytest.raises(ValueError, match="removed"):
        await raw.stand.account.pay(charge["id"])
    _, back = await raw("POST", f"{path}/restore", {})
    assert (back["deleted"], "split" in back) == (False, False)


async def test_money_that_was_already_on_its_way(raw: Raw) -> None:
    charge = await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    await raw("DELETE", f"/payments/{charge['id']}")
    await raw.stand.account.pay(charge["id"], late=True)
    _, read = await raw("GET", f"/payments/{charge['id']}")
    assert (read["status"], read["deleted"], "split" in read) == ("RECEIVED", False, False)
    assert raw.stand.account.balance == 100_000 + 9801


async def test_a_plan_is_removed_or_split_as_a_whole(raw: Raw) -> None:
    """Instalments: DELETE /installments/{id}; PUT …/splits takes ``splits``."""
    body = {"billingType": "CREDIT_CARD", "totalValue": 100, "installmentCount": 2}
    plan = (await raw.charge(**body))["installment"]
    _, split = await raw("PUT", f"/installments/{plan}/splits", {"splits": [{"walletId": SELLER, "fixedValue": 40}]})
    assert [entry["totalValue"] for entry in split["splits"]] == [40, 40]
    assert (await raw("DELETE", f"/installments/{plan}"))[1] == {"deleted": True, "id": plan}
    assert (await raw("DELETE", f"/installments/{plan}"))[0] == 404
    paid = await raw.charge(**body)
    await raw.stand.account.pay(paid["id"])
    assert (await raw.code("DELETE", f"/installments/{paid['installment']}"))[1] == "invalid_action"


# --- refunds --------------------------------------------------------------------------------------------


async def test_refunds_that_are_refused(raw: Raw) -> None:
    """Refund: of a paid charge, at most what is left of it."""
    charge = await raw.charge()
    path = f"/payments/{charge['id']}/refund"
    assert await raw.code("POST", path, {}) == (400, "invalid_action")
    await raw.stand.account.pay(charge["id"])
    assert await raw.code("POST", path, {"value": 100.01}) == (400, "invalid_value")
    assert await raw.code("POST", path, {"value": 0}) == (400, "invalid_value")
    await raw("POST", path, {"value": 60})
    assert await raw.code("POST", path, {"value": 40.01}) == (400, "invalid_value")
    _, done = await raw("POST", path, {})
    assert (done["status"], done["pixTransaction"]) == ("REFUNDED", None)
    _, listed = await raw("GET", f"/payments/{charge['id']}/refunds")
    assert [refund["value"] for refund in listed["data"]] == [60, 40]


async def test_a_refund_needs_the_fee_too(raw: Raw) -> None:
    """Refund: fees are not given back, so a just received Pix needs extra balance, else 400."""
    raw.stand.account.balance = 198
    charge = await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    await raw.stand.account.pay(charge["id"])
    assert raw.stand.account.balance == 198 + 1801
    status, answer = await raw("POST", f"/payments/{charge['id']}/refund", {})
    assert status == 400
    assert "Saldo insuficiente" in answer["errors"][0]["description"]
    raw.stand.account.balance += 1
    assert (await raw("POST", f"/payments/{charge['id']}/refund", {}))[0] == 200
    assert (raw.stand.account.balance, raw.stand.account.wallet_balances[SELLER]) == (0, 0)


async def test_a_boleto_goes_back_by_a_form(raw: Raw) -> None:
    """Boleto refund: the buyer enters the bank data at ``requestUrl``."""
    charge = await raw.charge(billingType="BOLETO")
    path = f"/payments/{charge['id']}"
    assert (await raw.code("POST", f"{path}/bankSlip/refund", {}))[1] == "invalid_action"
    await raw.stand.account.pay(charge["id"])
    assert (await raw.code("POST", f"{path}/refund", {}))[1] == "invalid_action"
    _, answer = await raw("POST", f"{path}/bankSlip/refund", {})
    assert (await raw("GET", path))[1]["status"] == "REFUND_REQUESTED"
    async with raw.session.post(answer["requestUrl"], data={"action": "pay"}) as page:
        assert page.status == 200
        assert "Estornada" in await page.text()
    assert (await raw("GET", path))[1]["refunds"][-1]["status"] == "DONE"


async def test_a_boleto_refund_can_be_denied(raw: Raw) -> None:
    charge = await raw.charge(billingType="BOLETO")
    await raw.stand.account.pay(charge["id"])
    await raw("POST", f"/payments/{charge['id']}/bankSlip/refund", {})
    await raw.stand.account.finish_boleto_refund(charge["id"], denied=True)
    assert raw.stand.account.payments[charge["id"]]["status"] == "CONFIRMED"
    await raw.stand.account.delivered()
    assert raw.stand.ear.events[-1] == "PAYMENT_REFUND_DENIED"


# --- transfers ------------------------------------------------------------------------------------------


async def test_transfers(raw: Raw, clock: TestClock) -> None:
    """Transfers: never more than the balance; the same once more within 15 minutes is 409."""
    body = {"value": 400, "walletId": SELLER, "externalReference": "order-1042-t1"}
    assert (await raw.code("POST", "/transfers/", body | {"walletId": OWN}))[1] == "invalid_walletId"
    assert (await raw.code("POST", "/transfers/", body | {"walletId": "x"}))[1] == "invalid_walletId"
    assert (await raw.code("POST", "/transfers/", body | {"value": 1000.01}))[1] == "invalid_action"
    assert (await raw.code("POST", "/transfers/", body | {"value": 0}))[1] == "invalid_value"
    status, done = await raw("POST", "/transfers/", body)
    assert (status, done["status"], done["value"], done["externalReference"]) == (200, "DONE", 400, "order-1042-t1")
    assert (await raw.code("POST", "/transfers/", body | {"externalReference": "order-1043-t1"}))[0] == 409
    clock.jump(timedelta(minutes=15))
    assert (await raw("POST", "/transfers/", body))[0] == 200
    _, listed = await raw("GET", "/transfers")
    assert listed["totalCount"] == 2
    assert (await raw("GET", "/finance/balance"))[1] == {"balance": 200}


# --- webhooks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token",
    ["short", "x" * 32, "a1" * 128, "abcd 1234 efgh 5678 ijkl 9012 mnop", "12345-Kq7mZ2pX9vB4nR6tY8wE3sD5fG1hJ0aL"],
)
async def test_tokens_that_are_too_weak(raw: Raw, token: str) -> None:
    """Webhook: 32-255 characters, no white space, no runs of digits, no character four times."""
    body = {"name": "a", "url": "https://bot.example/hook", "authToken": token, "events": ["PAYMENT_CREATED"]}
    assert (await raw.code("POST", "/webhooks", body))[0] == 400


async def test_webhook_configurations(raw: Raw) -> None:
    """Webhook: up to ten; events by their names; the token is never shown."""
    body = {"name": "a", "url": "https://bot.example/hook", "authToken": TOKEN, "events": ["PAYMENT_CREATED"]}
    assert (await raw.code("POST", "/webhooks", body | {"events": ["PAYMENT_MADE_UP"]}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"sendType": "SOMEHOW"}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"url": "bot.example"}))[0] == 400
    assert (await raw.code("POST", "/webhooks", body | {"apiVersion": 2}))[0] == 400
    for _ in range(9):
        _, made = await raw("POST", "/webhooks", body)
        assert made["hasAuthToken"] is True
        assert "authToken" not in made
    assert (await raw.code("POST", "/webhooks", body))[0] == 400
    assert (await raw("DELETE", f"/webhooks/{made['id']}"))[1] == {"deleted": True, "id": made["id"]}


async def test_the_envelope(raw: Raw) -> None:
    """Webhook: envelope, header, sender; the id is the MD5 of the event's name and a number."""
    await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    await raw.stand.account.delivered()
    (body,), (headers,) = raw.stand.ear.bodies, raw.stand.ear.headers
    assert body["id"].startswith("evt_05b708f961d739ea7eba7e4db318f621&")
    assert (body["event"], body["dateCreated"]) == ("PAYMENT_CREATED", "2026-11-23 12:00:00")
    assert body["account"]["ownerId"] is None
    assert body["payment"]["split"][0]["totalValue"] == 80
    assert headers["asaas-access-token"] == TOKEN
    assert headers["User-Agent"] == "Java/1.8.0_282"


async def test_the_story_of_each_way_of_paying(raw: Raw) -> None:
    """Sequences: Pix without CONFIRMED; boleto and card CONFIRMED, then RECEIVED; late ones OVERDUE before."""
    account, ear = raw.stand.account, raw.stand.ear

    async def story(*steps: Any, **charge: Any) -> list[str]:
        made = await raw.charge(**charge)
        for step in steps:
            await step(made["id"])
        await account.delivered()
        events = [event.removeprefix("PAYMENT_") for event in ear.events]
        ear.bodies.clear()
        return events

    assert await story(account.pay) == ["CREATED", "RECEIVED"]
    assert await story(account.overdue, account.pay) == ["CREATED", "OVERDUE", "RECEIVED"]
    assert await story(account.pay, account.settle, billingType="BOLETO") == ["CREATED", "CONFIRMED", "RECEIVED"]
    card = {"billingType": "CREDIT_CARD"}
    assert await story(account.refuse_card, account.pay, **card) == [
        "CREATED",
        "CREDIT_CARD_CAPTURE_REFUSED",
        "CONFIRMED",
    ]
    assert await story(account.pay, account.chargeback, account.lose_chargeback, **card) == [
        "CREATED",
        "CONFIRMED",
        "CHARGEBACK_REQUESTED",
        "REFUNDED",
    ]
    assert await story(account.pay, account.chargeback, account.win_chargeback, **card) == [
        "CREATED",
        "CONFIRMED",
        "CHARGEBACK_REQUESTED",
        "AWAITING_CHARGEBACK_REVERSAL",
        "CONFIRMED",
    ]
    assert await story(account.review, account.reprove, **card) == [
        "CREATED",
        "AWAITING_RISK_ANALYSIS",
        "REPROVED_BY_RISK_ANALYSIS",
    ]
    assert await story(account.pay, **card, totalValue=100, installmentCount=2) == [
        "CREATED",
        "CREATED",
        "CONFIRMED",
        "CONFIRMED",
    ]
    split = [{"walletId": SELLER, "fixedValue": 80}]
    assert await story(account.pay, split=split) == ["CREATED", "RECEIVED", "SPLIT_DONE"]
    assert await story(account.cancel_split, split=split) == ["CREATED", "SPLIT_CANCELLED"]


async def test_the_sandbox_s_own_calls(raw: Raw) -> None:
    """Sandbox: confirm and overdue; a state that does not allow it is refused."""
    pix, card = await raw.charge(), await raw.charge(billingType="CREDIT_CARD")
    _, late = await raw("POST", f"/sandbox/payment/{pix['id']}/overdue", {})
    assert late["status"] == "OVERDUE"
    assert (await raw.code("POST", f"/sandbox/payment/{pix['id']}/overdue", {}))[1] == "invalid_action"
    assert (await raw("POST", f"/sandbox/payment/{pix['id']}/confirm", {}))[1]["status"] == "RECEIVED"
    assert (await raw.code("POST", f"/sandbox/payment/{pix['id']}/confirm", {}))[1] == "invalid_action"
    _, paid = await raw("POST", f"/sandbox/payment/{card['id']}/confirm", {})
    # Settlement: 32 days after 2026-11-23 is Christmas, a Friday; the stand-in knows weekends only.
    assert (paid["status"], paid["creditDate"], paid["paymentDate"]) == ("CONFIRMED", "2026-12-25", None)


async def test_the_daily_run(raw: Raw, clock: TestClock) -> None:
    due, later = await raw.charge(), await raw.charge(dueDate="2026-11-25")
    clock.jump(timedelta(days=1))
    await raw.stand.account.sweep()
    assert [raw.stand.account.payments[p["id"]]["status"] for p in (due, later)] == ["OVERDUE", "PENDING"]


@pytest.mark.parametrize("status", [201, 204, 302, 500])
async def test_only_200_counts_and_15_failures_pause(raw: Raw, status: int) -> None:
    """Queue: every other answer is a failure; after the 15th the queue is paused, events wait."""
    stand = raw.stand
    stand.ear.status = status
    await raw.charge()
    await stand.account.delivered()
    _, listed = await raw("GET", "/webhooks")
    (hook,) = listed["data"]
    assert (hook["interrupted"], hook["penalizedRequestsCount"], len(stand.ear.bodies)) == (True, 15, 15)
    assert len({body["id"] for body in stand.ear.bodies}) == 1  # sequential: nothing overtakes it
    await raw.charge()
    await stand.account.delivered()
    assert len(stand.ear.bodies) == 15
    stand.ear.status = 200
    stand.ear.bodies.clear()
    _, awake = await raw("PUT", f"/webhooks/{hook['id']}", {"interrupted": False})
    assert awake["interrupted"] is False
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED", "PAYMENT_CREATED"]


async def test_one_bad_event_blocks_only_a_sequential_queue(raw: Raw) -> None:
    """Kinds of sending: strict order with blocking, or any order without."""
    stand = raw.stand
    (hook,) = stand.account.hooks.hooks.values()
    await raw("PUT", f"/webhooks/{hook.id}", {"sendType": "NON_SEQUENTIALLY"})
    stand.account.hooks.delay_factor, stand.ear.status = 1000.0, 500
    async with stand.world.listen() as told:

        async def delivered() -> int:
            while (item := await told.get())["topic"] != "webhook":
                pass
            return int(item["status"])

        await raw.charge()
        assert await delivered() == 500
        stand.ear.status = 200
        await raw.charge(externalReference="order-1043-a1")
        assert await delivered() == 200
    assert [body["payment"]["externalReference"] for body in stand.ear.bodies] == ["order-1042-a1", "order-1043-a1"]
    # removeBackoff skips the waiting
    assert (await raw("POST", f"/webhooks/{hook.id}/removeBackoff", {}))[0] == 204
    await stand.account.delivered()
    assert stand.ear.bodies[-1]["payment"]["externalReference"] == "order-1042-a1"


def test_the_ladder() -> None:
    """Queue: 15 tries over about 13 hours."""
    assert len(LADDER) == 15
    assert 12 < sum(LADDER) / 3600 < 14


async def test_events_are_kept_for_14_days(raw: Raw, clock: TestClock) -> None:
    """Paused queue: events are deleted for good after 14 days."""
    stand = raw.stand
    stand.ear.status = 500
    await raw.charge()
    await stand.account.delivered()
    clock.jump(timedelta(days=15))
    stand.ear.status = 200
    stand.ear.bodies.clear()
    (hook,) = stand.account.hooks.hooks
    await raw("PUT", f"/webhooks/{hook}", {"interrupted": False})
    await stand.account.delivered()
    assert stand.ear.bodies == []


async def test_a_duplicate_carries_the_same_id(raw: Raw) -> None:
    """Delivery: at least once."""
    raw.stand.world.send_twice = True
    await raw.charge()
    await raw.stand.account.delivered()
    first, second = raw.stand.ear.bodies
    assert first["id"] == second["id"]


async def test_the_webhook_may_come_before_the_answer(raw: Raw) -> None:
    """Delivery: PAYMENT_CREATED can arrive before one's own transaction has committed (as reported)."""
    raw.stand.account.webhook_first = True
    charge = await raw.charge()
    assert raw.stand.ear.bodies[0]["payment"]["id"] == charge["id"]


# --- pages ----------------------------------------------------------------------------------------------


async def test_a_card_is_refused_then_paid_on_the_hosted_page(raw: Raw) -> None:
    charge = await raw.charge(billingType="CREDIT_CARD", description="Pedido 1042 <b>")
    async with raw.session.get(charge["invoiceUrl"]) as page:
        text = await page.text()
    assert "Pagar" in text
    assert "Recusar" in text
    assert "R$ 100,00" in text
    assert "&lt;b&gt;" in text
    async with raw.session.post(charge["invoiceUrl"], data={"action": "refuse"}) as page:
        assert "Cartão recusado" in await page.text()
    assert raw.stand.account.payments[charge["id"]]["status"] == "PENDING"
    async with raw.session.post(charge["invoiceUrl"], data={"action": "pay"}) as page:
        assert "Pagamento confirmado" in await page.text()
    async with raw.session.post(charge["invoiceUrl"], data={"action": "pay"}) as page:
        assert page.status == 409
    await raw.stand.account.delivered()
    assert {"PAYMENT_CHECKOUT_VIEWED", "PAYMENT_CREDIT_CARD_CAPTURE_REFUSED", "PAYMENT_CONFIRMED"} <= set(
        raw.stand.ear.events
    )


async def test_the_paper_of_a_boleto(raw: Raw) -> None:
    charge = await raw.charge(billingType="BOLETO")
    async with raw.session.get(charge["bankSlipUrl"]) as page:
        data = await page.read()
    assert page.content_type == "application/pdf"
    assert data.startswith(b"%PDF-")
    assert data.endswith(b"%%EOF\n")


async def test_a_removed_charge_has_no_page(raw: Raw) -> None:
    charge = await raw.charge()
    await raw("DELETE", f"/payments/{charge['id']}")
    async with raw.session.get(charge["invoiceUrl"]) as page:
        assert page.status == 404


async def test_every_change_is_told_to_the_page(raw: Raw) -> None:
    async with raw.stand.world.listen() as queue:
        charge = await raw.charge()
        await raw.stand.account.pay(charge["id"])
        told = [queue.get_nowait() for _ in range(queue.qsize())]
    payments = [item for item in told if item["topic"] == "payment"]
    assert [(item["event"], item["status"]) for item in payments] == [
        ("PAYMENT_CREATED", "PENDING"),
        ("PAYMENT_RECEIVED", "RECEIVED"),
    ]
    assert payments[0]["reference"] == "order-1042-a1"
