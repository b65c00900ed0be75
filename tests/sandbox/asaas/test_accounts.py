"""Sellers' accounts, wallets, Pix keys, and payers that are removed and come back."""

from __future__ import annotations

import pytest

from tests.sandbox.asaas.raw import Raw
from tests.support_asaas import CPF, OWN

SHOP = {
    "name": "Auto Peças Exemplo",
    "email": "loja@autopars.example",
    "cpfCnpj": "11222333000181",
    "companyType": "LIMITED",
    "mobilePhone": "41996321478",
    "incomeValue": 25000,
    "address": "Rua XV",
    "addressNumber": "10",
    "province": "Centro",
    "postalCode": "80010000",
}


@pytest.mark.parametrize("missing", sorted(SHOP))
async def test_what_an_account_needs(raw: Raw, missing: str) -> None:
    """Accounts: nine fields, and a kind of company for a CNPJ."""
    body = {name: value for name, value in SHOP.items() if name != missing}
    assert await raw.code("POST", "/accounts", body) == (400, "invalid_object")
    assert raw.stand.account.sub_accounts == {}


async def test_a_person_needs_a_day_of_birth(raw: Raw) -> None:
    body = SHOP | {"cpfCnpj": CPF}
    assert (await raw.code("POST", "/accounts", body))[0] == 400
    status, made = await raw("POST", "/accounts", body | {"birthDate": "1980-05-01"})
    assert (status, made["personType"]) == (200, "FISICA")


async def test_the_key_is_told_once_and_opens_the_wallet_only(raw: Raw) -> None:
    """Accounts: ``apiKey`` is returned only at the creation; a seller's key names the seller's wallet."""
    _, made = await raw("POST", "/accounts", SHOP)
    assert (await raw.code("POST", "/accounts", SHOP))[0] == 400
    _, listed = await raw("GET", f"/accounts?cpfCnpj={SHOP['cpfCnpj']}")
    assert [account["walletId"] for account in listed["data"]] == [made["walletId"]]
    assert "apiKey" not in listed["data"][0]
    assert "apiKey" not in (await raw("GET", f"/accounts/{made['id']}"))[1]
    assert (await raw("GET", "/accounts/unknown"))[0] == 404
    own = {"access_token": made["apiKey"], "User-Agent": "tests"}
    _, wallets = await raw("GET", "/wallets/", headers=own)
    assert [wallet["id"] for wallet in wallets["data"]] == [made["walletId"]]
    assert (await raw("GET", "/finance/balance", headers=own))[0] == 401
    _, wallets = await raw("GET", "/wallets/")
    assert [wallet["id"] for wallet in wallets["data"]] == [OWN]
    charge = await raw.charge(split=[{"walletId": made["walletId"], "fixedValue": 10}])
    assert charge["split"][0]["walletId"] == made["walletId"]


async def test_pix_keys(raw: Raw) -> None:
    _, keys = await raw("GET", "/pix/addressKeys?status=ACTIVE")
    assert [key["type"] for key in keys["data"]] == ["EVP"]
    assert (await raw("GET", "/pix/addressKeys?status=DELETED"))[1]["data"] == []


async def test_a_removed_payer_comes_back(raw: Raw) -> None:
    assert await raw("DELETE", f"/customers/{raw.customer}") == (200, {"deleted": True, "id": raw.customer})
    assert (await raw("GET", f"/customers?cpfCnpj={CPF}"))[1]["data"] == []
    assert await raw.refused() == "invalid_customer"
    assert (await raw("POST", f"/customers/{raw.customer}/restore"))[1]["deleted"] is False
    assert (await raw("GET", f"/customers?cpfCnpj={CPF}"))[1]["totalCount"] == 1
