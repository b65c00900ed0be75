"""Refunds, chargebacks, transfers, the statement."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import aiohttp

from tests.conftest import TestClock
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import KEY, OWN, SELLER


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


async def test_transfers_by_day(raw: Raw, clock: TestClock) -> None:
    raw.stand.account.transfer(SELLER, 100, "order-1042-t1")
    clock.jump(timedelta(days=1))
    raw.stand.account.transfer(SELLER, 200, "order-1043-t1")
    _, listed = await raw("GET", "/transfers?dateCreated[ge]=2026-11-24")
    assert [transfer["value"] for transfer in listed["data"]] == [2]


# --- chargebacks ----------------------------------------------------------------------------------------


async def contest(
    raw: Raw, chargeback_id: str, files: int, data: bytes = b"%PDF-1.4", mime: str = "application/pdf"
) -> tuple[int, Any]:
    form = aiohttp.MultipartWriter("form-data")
    for number in range(files):
        part = form.append(io.BytesIO(data), {"Content-Type": mime})
        part.set_content_disposition("form-data", name="files", filename=f"{number}.pdf")
    url = f"{raw.stand.base_url}/chargebacks/{chargeback_id}/dispute"
    headers = {"access_token": KEY, "User-Agent": "tests"}
    async with raw.session.post(url, data=form, headers=headers) as response:
        return response.status, await response.json()


async def test_a_chargeback_is_contested_once_and_in_time(raw: Raw, clock: TestClock) -> None:
    """Chargeback: documents in parts named ``files``, at most 11, up to the deadline."""
    made = await raw.charge(billingType="CREDIT_CARD")
    await raw.stand.account.pay(made["id"])
    assert (await raw("GET", f"/payments/{made['id']}/chargeback"))[0] == 404
    await raw.stand.account.chargeback(made["id"])
    _, chargeback = await raw("GET", f"/payments/{made['id']}/chargeback")
    assert (chargeback["status"], chargeback["value"], chargeback["disputeStatus"]) == ("REQUESTED", 100, None)
    for number in (0, 12):
        assert (await contest(raw, chargeback["id"], number))[0] == 400
    large = b"%PDF-1.4" + b"x" * 5 * 1024 * 1024
    for data, mime in ((b"GIF89a", "image/gif"), (b"<html>", "application/pdf"), (large, "application/pdf")):
        assert (await contest(raw, chargeback["id"], 1, data, mime))[0] == 400
    status, answer = await contest(raw, chargeback["id"], 2, large[:-8])
    assert (status, answer["status"], answer["files"]) == (200, "REQUESTED", ["0.pdf", "1.pdf"])
    assert (await contest(raw, chargeback["id"], 1))[0] == 400
    _, listed = await raw("GET", "/chargebacks/?status=IN_DISPUTE&originDisputeDate[ge]=2026-11-23")
    assert [item["payment"] for item in listed["data"]] == [made["id"]]
    assert (await raw("GET", "/chargebacks/?originDisputeDate[le]=2026-11-22"))[1]["data"] == []
    await raw.stand.account.delivered()
    assert raw.stand.ear.events[-1] == "PAYMENT_CHARGEBACK_DISPUTE"

    late = await raw.charge(billingType="CREDIT_CARD")
    await raw.stand.account.pay(late["id"])
    await raw.stand.account.chargeback(late["id"])
    _, second = await raw("GET", f"/payments/{late['id']}/chargeback")
    clock.jump(timedelta(days=16))
    assert (await contest(raw, second["id"], 1))[0] == 400


# --- the statement --------------------------------------------------------------------------------------


async def test_the_statement(raw: Raw, clock: TestClock) -> None:
    made = await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}])
    await raw.stand.account.pay(made["id"])
    clock.jump(timedelta(days=1))
    await raw("POST", "/transfers/", {"value": 5, "walletId": SELLER})
    _, newest = await raw("GET", "/financialTransactions")
    _, oldest = await raw("GET", "/financialTransactions?order=asc&limit=2")
    assert [line["value"] for line in newest["data"]] == [-5, -80, -1.99, 100]
    assert [line["type"] for line in oldest["data"]] == ["PAYMENT_RECEIVED", "PAYMENT_FEE"]
    assert oldest["hasMore"] is True
    assert newest["data"][0]["balance"] == (await raw("GET", "/finance/balance"))[1]["balance"]
    _, day = await raw("GET", "/financialTransactions?startDate=2026-11-24&finishDate=2026-11-24")
    assert [line["value"] for line in day["data"]] == [-5]
