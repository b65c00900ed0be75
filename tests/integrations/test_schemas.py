"""The judge of requests and answers judges: it takes what fits and names what does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.integrations.http import Answer
from tests import schemas

pytestmark = pytest.mark.skipif(not schemas.FOLDER.is_dir(), reason=f"no folder {schemas.FOLDER}")

ROOT = "http://127.0.0.1:5/sandbox/v3"
CHARGE = {"customer": "cus_1", "billingType": "PIX", "value": 5.1, "dueDate": "2026-11-26"}


def answered(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def asaas(method: str, path: str, answer: Answer | None = None, **request: Any) -> list[str]:
    return schemas.findings("asaas", method, ROOT + path, request, answer)


@pytest.mark.parametrize("name", sorted(schemas.SOURCES))
def test_every_document_is_there(name: str) -> None:
    assert schemas.document(name)._paths


def test_what_fits_is_taken() -> None:
    assert asaas("POST", "/payments", answered({"id": "pay_1", "value": 5.1, "split": None}), json=CHARGE) == []
    assert asaas("GET", "/payments", params={"limit": 100, "dateCreated[ge]": "2026-11-01", "status": "RECEIVED"}) == []
    assert asaas("POST", "/chargebacks/8e78/dispute", files={"files": ("a.pdf", b"%PDF")}) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CHARGE | {"billingType": "PIXX"}, "$.billingType 'PIXX' is not one of"),
        (CHARGE | {"value": "5.10"}, "$.value '5.10' is not of type 'number'"),
        (CHARGE | {"dueDate": "26/11/2026"}, "$.dueDate '26/11/2026' is not a 'date'"),
        (CHARGE | {"splits": []}, "$.splits is no member"),
        (CHARGE | {"split": [{"walletId": "w", "percentageValue": 5}]}, "$.split[0].percentageValue is no member"),
        ({}, "'customer' is a required property"),
    ],
)
def test_a_body_that_does_not_fit(wrong: dict[str, Any], said: str) -> None:
    found = asaas("POST", "/payments", json=wrong)
    assert found
    assert any(said in line for line in found)


def test_a_parameter_or_a_path_that_nobody_knows() -> None:
    assert asaas("GET", "/payments", params={"datecreated[ge]": "2026-11-01"}) == [
        "asaas GET /v3/payments request ?datecreated[ge] is no parameter"
    ]
    assert asaas("GET", "/payments/pay_1/splits") == ["asaas GET /v3/payments/pay_1/splits is not described"]
    assert asaas("GET", "/payments", json={}) == ["asaas GET /v3/payments request a body where none is described"]


def test_an_answer_that_does_not_fit() -> None:
    (found,) = asaas("GET", "/payments/pay_1", answered({"id": "pay_1", "status": "PAID"}))
    assert found.startswith("asaas GET /v3/payments/{id} answer 200 $.status 'PAID' is not one of")
    assert asaas("POST", "/payments", answered({}, 201), json=CHARGE)
    assert asaas("GET", "/payments/pay_1", answered({"errors": "no list"}, 400))


def test_nobody_is_judged_without_a_description() -> None:
    assert schemas.findings("zapi", "POST", "http://127.0.0.1/anything", {"json": 5}, answered(None)) == []
