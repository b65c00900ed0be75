"""Who may come in, pages, payers: Asaas' stand-in says no where Asaas does."""

from __future__ import annotations

import pytest

from sandbox.asaas import documents
from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import CPF, KEY


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
