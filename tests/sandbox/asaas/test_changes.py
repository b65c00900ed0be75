"""Codes, changes and removals."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from sandbox.asaas import codes
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import SELLER


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


async def test_only_the_split_of_a_paid_card_may_change_until_it_is_credited(raw: Raw) -> None:
    """Split: after CONFIRMED only that of cards, and nothing else with it."""
    split = [{"walletId": SELLER, "fixedValue": 80}]
    made = await raw.charge(billingType="CREDIT_CARD", split=split)
    await raw.stand.account.pay(made["id"])
    change = {"billingType": "CREDIT_CARD", "value": 100, "dueDate": "2026-11-23"}
    smaller = [{"walletId": SELLER, "fixedValue": 70}]
    assert (await raw.code("PUT", f"/payments/{made['id']}", change))[1] == "invalid_action"
    assert (await raw.code("PUT", f"/payments/{made['id']}", change | {"value": 90, "split": smaller}))[0] == 400
    status, changed = await raw("PUT", f"/payments/{made['id']}", change | {"split": smaller})
    assert (status, changed["status"], changed["split"][0]["totalValue"]) == (200, "CONFIRMED", 70)
    await raw.stand.account.settle(made["id"])
    assert (await raw.code("PUT", f"/payments/{made['id']}", change | {"split": split}))[1] == "invalid_action"


async def test_a_split_over_the_net_is_blocked_and_then_mended_or_cancelled(raw: Raw) -> None:
    """Split: divergence at receipt; two business days to make it smaller, else it is cancelled."""
    account = raw.stand.account
    change = {"billingType": "PIX", "value": 100, "dueDate": "2026-11-23"}
    smaller = [{"walletId": SELLER, "fixedValue": 70}]
    first, second = [await raw.charge(split=[{"walletId": SELLER, "fixedValue": 80}]) for _ in range(2)]
    for made in (first, second):
        await account.diverge(made["id"], 7500)
        await account.pay(made["id"])
        assert account.payments[made["id"]]["split"][0]["status"] == "BLOCKED_BY_VALUE_DIVERGENCE"
    _, mended = await raw("PUT", f"/payments/{first['id']}", change | {"split": smaller})
    assert (mended["status"], mended["split"][0]["status"]) == ("RECEIVED", "DONE")
    assert account.wallet_balances[SELLER] == 7000
    await account.end_block(second["id"])
    entry = account.payments[second["id"]]["split"][0]
    assert (entry["status"], entry["cancellationReason"]) == ("CANCELLED", "VALUE_DIVERGENCE_BLOCK")
    await account.delivered()
    assert [event for event in raw.stand.ear.events if "SPLIT" in event] == [
        "PAYMENT_SPLIT_DIVERGENCE_BLOCK",
        "PAYMENT_SPLIT_DIVERGENCE_BLOCK",
        "PAYMENT_SPLIT_DONE",
        "PAYMENT_SPLIT_DIVERGENCE_BLOCK_FINISHED",
    ]
