"""Charges that are refused, and those that are taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.core import Fault
from tests.conftest import TestClock
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import OWN, SELLER


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
        ({"walletId": SELLER, "percentualValue": 10.12345}, "invalid_split"),
        ({"walletId": SELLER, "percentualValue": "10"}, "invalid_split"),
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


async def test_discount_fine_and_interest_are_kept(raw: Raw) -> None:
    """Charges: the value less the discount must be at least R$ 5,00."""
    made = await raw.charge(discount={"value": 5, "type": "PERCENTAGE"}, fine={"value": 2}, interest={"value": 1})
    assert (made["discount"]["value"], made["discount"]["type"]) == (5, "PERCENTAGE")
    assert made["interest"] == {"value": 1, "type": "PERCENTAGE"}
    assert await raw.refused(value=10, discount={"value": 5.01}) == "invalid_value"
    assert await raw.refused(value=10, discount={"value": 51, "type": "PERCENTAGE"}) == "invalid_value"
    assert await raw.refused(discount={"value": 5, "type": "HALF"}) == "invalid_discount"


async def test_lists_by_day_and_status(raw: Raw, clock: TestClock) -> None:
    made = await raw.charge()
    await raw.stand.account.pay(made["id"])
    clock.jump(timedelta(days=1))
    await raw.charge(dueDate="2026-12-01")

    async def found(query: str) -> int:
        return int((await raw("GET", f"/payments?{query}"))[1]["totalCount"])

    assert await found("status=RECEIVED") == 1
    assert await found("paymentDate=2026-11-23") == 1
    assert await found("estimatedCreditDate[le]=2026-11-23") == 1
    assert await found("dateCreated[ge]=2026-11-24") == 1
    assert await found("dueDate[ge]=2026-12-01&dueDate[le]=2026-12-31") == 1
    assert await found("billingType=BOLETO") == 0
