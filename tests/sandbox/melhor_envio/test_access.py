"""Who may call, and how a token is come by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from yarl import URL

from tests.sandbox.melhor_envio.support import QUOTE
from tests.support_melhor_envio import CLIENT_ID, REFRESH, SECRET, TOKEN, Stand

# --- who may call -------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["", "Python/3.11 aiohttp/3", "AutoPars (sem contato)"])
async def test_the_user_agent_is_mandatory(stand: Stand, agent: str) -> None:
    assert (await stand.call("GET", "/balance", headers={"User-Agent": agent}))[0] == 403
    assert (await stand.call("GET", "/shipment/services", headers={"User-Agent": agent}))[0] == 403


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_without_a_token(stand: Stand, authorization: str) -> None:
    answer = await stand.call("GET", "/balance", headers={"Authorization": authorization})
    assert answer == (401, {"message": "Unauthenticated."})


async def test_without_accept_it_redirects_to_the_log_in(stand: Stand) -> None:
    status, _ = await stand.call("GET", "/balance", headers={"Authorization": "", "Accept": ""})
    assert status == 302


async def test_a_missing_scope_is_not_named(stand: Stand) -> None:
    stand.sandbox.scopes = {"shipping-calculate"}
    assert (await stand.call("POST", "/shipment/calculate", QUOTE))[0] == 200
    assert await stand.call("GET", "/cart") == (403, {"message": "This action is unauthorized."})


async def test_too_many_calls(stand: Stand) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stand.world.clock = lambda: now
    stand.sandbox.calls_per_minute = 2
    assert [(await stand.call("GET", "/balance"))[0] for _ in range(3)] == [200, 200, 429]
    now += timedelta(minutes=1)
    assert (await stand.call("GET", "/balance"))[0] == 200


async def test_catalogue_needs_no_token(stand: Stand) -> None:
    status, services = await stand.call("GET", "/shipment/services", headers={"Authorization": ""})
    assert status == 200
    assert services[0]["restrictions"]["formats"]["box"]["sum"] == 200
    assert (await stand.call("GET", "/shipment/services/2"))[1]["name"] == "SEDEX"
    assert (await stand.call("GET", "/shipment/services/99"))[0] == 404
    companies = (await stand.call("GET", "/shipment/companies"))[1]
    assert [c["name"] for c in companies] == ["Correios", "Jadlog", "Total Express", "Loggi"]


# --- OAuth --------------------------------------------------------------------------------------------


async def token(stand: Stand, **fields: str) -> tuple[int, Any]:
    body = {"client_id": CLIENT_ID, "client_secret": SECRET, **fields}
    return await stand.call("POST", "/oauth/token", body, me=False)


async def test_a_refresh_token_works_once(stand: Stand) -> None:
    status, pair = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    assert (status, pair["token_type"], pair["expires_in"]) == (200, "Bearer", 2_592_000)
    assert (await stand.call("GET", "/balance"))[0] == 401
    assert (await stand.call("GET", "/balance", headers={"Authorization": f"Bearer {pair['access_token']}"}))[0] == 200
    status, error = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    assert (status, error["error"]) == (400, "invalid_grant")
    status, _ = await token(stand, grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert status == 200


async def test_tokens_end(stand: Stand) -> None:
    now = datetime.now(UTC)
    stand.world.clock = lambda: now
    _, pair = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    now += timedelta(days=31)
    assert (await stand.call("GET", "/balance", headers={"Authorization": f"Bearer {pair['access_token']}"}))[0] == 401
    now += timedelta(days=15)
    assert (await token(stand, grant_type="refresh_token", refresh_token=pair["refresh_token"]))[0] == 400


async def test_other_grants_and_clients(stand: Stand) -> None:
    status, error = await token(stand, grant_type="refresh_token", refresh_token=REFRESH, client_secret="wrong")
    assert (status, error["error"]) == (401, "invalid_client")
    assert (await token(stand, grant_type="password"))[1]["error"] == "unsupported_grant_type"
    status, anonymous = await token(stand, grant_type="client_credentials")
    assert status == 200
    headers = {"Authorization": f"Bearer {anonymous['access_token']}"}
    assert (await stand.call("POST", "/shipment/calculate", QUOTE, headers=headers))[0] == 401


async def test_the_code_of_the_call_back(stand: Stand) -> None:
    back = "http://127.0.0.1/callback?x=1"
    page = f"/oauth/authorize?response_type=code&client_id={CLIENT_ID}&redirect_uri={quote(back, safe='')}&state=s"

    async def code() -> str:
        async with stand.session.get(URL(stand.base + page, encoded=True), allow_redirects=False) as response:
            assert response.status == 302
            location = URL(response.headers["Location"])
        assert (location.query["x"], location.query["state"]) == ("1", "s")
        return location.query["code"]

    status, error = await token(stand, grant_type="authorization_code", code=await code(), redirect_uri="http://other")
    assert (status, error["error"]) == (401, "invalid_client")
    good = await code()
    form = {"grant_type": "authorization_code", "code": good, "redirect_uri": back}
    data = {**form, "client_id": CLIENT_ID, "client_secret": SECRET}
    async with stand.session.post(stand.base + "/oauth/token", data=data) as response:  # a form will do
        assert response.status == 200
    assert (await token(stand, **form))[1]["error"] == "invalid_grant"
    wrong = await stand.call("GET", page.replace(CLIENT_ID, "999"), me=False)
    assert wrong[0] == 401
