"""The pair of tokens: renewed once, whoever asks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.integrations import errors
from bot.integrations.http import CallRecord, Http
from bot.integrations.melhor_envio import (
    MelhorEnvioShipping,
    TokenPair,
    authorize_url,
    labels,
    oauth,
)
from bot.integrations.melhor_envio.oauth import expiry_of
from bot.integrations.protocols import Wallet
from bot.storage.database import Database
from bot.storage.process_lock import holding, process_lock
from tests.conftest import TestClock
from tests.integrations.melhor_envio.support import (
    BUYER,
    CONTACT,
    HEADLIGHT,
    Vault,
    generated_label,
    make_shipping,
    make_tokens,
    order_label,
)
from tests.support_melhor_envio import CLIENT_ID, REFRESH, SECRET, TOKEN, Stand


async def test_one_renewal_serves_all_who_were_turned_down(http: Http, stand: Stand) -> None:
    vault = Vault()
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault))
    stand.sandbox.oauth.revoke()
    balances = await asyncio.gather(*(shipping.wallet() for _ in range(10)))
    assert balances == [Wallet(1_000_000)] * 10
    assert stand.sandbox.oauth.renewals == 1
    assert len(vault.kept) == 1


async def test_a_new_start_goes_on_with_the_saved_pair(http: Http, stand: Stand) -> None:
    vault = Vault()
    stand.sandbox.oauth.revoke()
    await make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault)).wallet()
    again = make_tokens(http, stand.base, vault=vault)
    assert await make_shipping(http, stand.base, tokens=again).wallet() == Wallet(1_000_000)
    assert stand.sandbox.oauth.renewals == 1
    other_seed = make_tokens(http, stand.base, vault=vault, access_token="from-the-environment")
    assert await other_seed.access() == "from-the-environment"


async def test_what_another_process_renewed_is_taken_over(http: Http, stand: Stand) -> None:
    vault = Vault()
    ours, theirs = (make_tokens(http, stand.base, vault=vault) for _ in range(2))
    shipping = make_shipping(http, stand.base, tokens=ours)
    await shipping.wallet()
    stand.sandbox.oauth.revoke()
    await theirs.refresh()
    assert (await shipping.wallet()).balance == 1_000_000
    assert stand.sandbox.oauth.renewals == 1


async def test_a_renewal_that_never_ends_elsewhere_holds_up_nobody_for_ever(
    http: Http, stand: Stand, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "LONGEST_RENEWAL_S", 0.2)
    tokens = make_tokens(http, stand.base, exclusive=lambda: holding(process_lock(database, "renewal of tokens")))
    async with holding(process_lock(database, "renewal of tokens")):
        with pytest.raises(errors.Unavailable) as raised:
            await tokens.refresh(TOKEN)
    assert raised.value.reason == "busy"
    assert await tokens.refresh(TOKEN) != TOKEN


async def test_a_pair_that_could_not_be_saved_is_used_and_saved_later(http: Http, stand: Stand) -> None:
    vault = Vault()
    vault.broken = True
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, vault=vault))
    stand.sandbox.oauth.revoke()
    assert (await shipping.wallet()).balance == 1_000_000
    assert vault.kept == {}
    vault.broken = False
    assert (await shipping.wallet()).balance == 1_000_000
    assert len(vault.kept) == 1


async def test_a_caller_that_is_cut_does_not_lose_the_renewal(http: Http, stand: Stand) -> None:
    vault = Vault()
    tokens = make_tokens(http, stand.base, vault=vault)
    caller = asyncio.create_task(tokens.refresh(TOKEN))
    await asyncio.wait_for(vault.asked.wait(), 5)  # the renewal has begun
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert await tokens.refresh(TOKEN) != TOKEN
    assert stand.sandbox.oauth.renewals == 1
    assert len(vault.kept) == 1


async def test_a_personal_token_cannot_be_renewed(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, refresh_token=""))
    assert (await shipping.wallet()).balance == 1_000_000
    stand.sandbox.oauth.revoke()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.wallet()
    assert caught.value.reason == "unauthenticated"


async def test_a_dead_refresh_token_asks_for_a_new_authorisation(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base, tokens=make_tokens(http, stand.base, refresh_token="used-before"))
    stand.sandbox.oauth.revoke()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.wallet()
    assert caught.value.reason == "reauthorise"


async def test_a_renewal_whose_answer_was_lost_is_mended_by_connecting_again(http: Http, stand: Stand) -> None:
    tokens = make_tokens(http, stand.base, vault=Vault())
    shipping = make_shipping(http, stand.base, tokens=tokens)
    stand.sandbox.oauth.revoke()
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.times, fault.only = "drop", 1, "/oauth/token"
    with pytest.raises(errors.Unavailable):
        await shipping.wallet()
    with pytest.raises(errors.Unauthorised) as caught:  # the old refresh token died with that answer
        await shipping.wallet()
    assert caught.value.reason == "reauthorise"
    assert "autopars melhor-envio connect" in caught.value.detail
    back = "http://127.0.0.1/oauth/melhor-envio/callback"
    page = authorize_url(stand.base, client_id=CLIENT_ID, redirect_uri=back, state="s1")
    async with stand.session.get(page, allow_redirects=False) as response:
        code = URL(response.headers["Location"]).query["code"]
    await tokens.exchange(code, back)  # without a new start
    assert (await shipping.wallet()).balance == 1_000_000


@pytest.mark.parametrize("more", [{}, {"refresh_token": None}, {"refresh_token": ""}, {"refresh_token": 7}])
async def test_a_renewal_that_names_no_refresh_token_keeps_the_old_one(http: Http, more: dict[str, object]) -> None:
    vault, asked = Vault(), []

    async def token(request: web.Request) -> web.Response:
        asked.append((await request.json())["refresh_token"])
        return web.json_response({"access_token": f"new-{len(asked)}", "expires_in": 3600, **more})

    app = web.Application()
    app.router.add_post("/oauth/token", token)
    async with TestServer(app) as server:
        tokens = make_tokens(http, str(server.make_url("/")), vault=vault)
        assert await tokens.refresh() == "new-1"
        assert tokens.renewable
        assert [kept["refresh"] for kept in vault.kept.values()] == [REFRESH]
        assert await tokens.refresh() == "new-2"
    assert asked == [REFRESH, REFRESH]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_page_instead_of_a_renewal_asks_nobody_to_authorise_again(http: Http, status: int) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>blocked</html>", content_type="text/html")

    app = web.Application()
    app.router.add_post("/oauth/token", page)
    async with TestServer(app) as server:
        with pytest.raises(errors.Unavailable) as away:
            await make_tokens(http, str(server.make_url("/"))).refresh()
    assert away.value.reason == "blocked"


async def test_a_scope_that_was_allowed_since_is_used_without_a_new_start(
    http: Http, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    ours, theirs = (make_tokens(http, stand.base, vault=vault) for _ in range(2))
    shipping = make_shipping(http, stand.base, tokens=ours)
    await shipping.wallet()
    await theirs.refresh()  # as the call-back does in another process
    old = TOKEN
    stand.sandbox.oauth._access[old] = None  # still good there, without the new scope
    calls = stand.sandbox.oauth.knows

    def scoped(authorization: str) -> bool:
        stand.sandbox.scopes = set() if authorization == f"Bearer {old}" else None
        return calls(authorization)

    monkeypatch.setattr(stand.sandbox.oauth, "knows", scoped)
    offers, _ = await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert offers


async def test_the_second_refusal_is_final(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base)
    stand.sandbox.scopes = set()
    with pytest.raises(errors.Unauthorised) as caught:
        await shipping.quote("01310100", "80010000", [HEADLIGHT])
    assert caught.value.reason == "missing_scope"
    assert stand.sandbox.oauth.renewals == 0


async def test_a_renewal_without_answer_is_no_effect_of_the_call(http: Http, stand: Stand) -> None:
    shipping = make_shipping(http, stand.base)
    stand.sandbox.oauth.revoke()
    fault = stand.world.faults["melhor_envio"]
    fault.mode, fault.only = "garbage", "/oauth/token"
    with pytest.raises(errors.Unavailable):
        await order_label(shipping)
    assert stand.sandbox.orders == {}


async def test_tokens_are_renewed_before_they_end(http: Http, stand: Stand, clock: TestClock) -> None:
    tokens = make_tokens(http, stand.base)
    first = await tokens.refresh()
    assert expiry_of(first) == clock() + timedelta(days=30)
    clock.jump(timedelta(days=26))
    assert await tokens.access() == first
    clock.jump(timedelta(days=2))
    stand.world.faults["melhor_envio"].mode = "garbage"
    assert await tokens.access() == first  # it still works
    stand.world.faults["melhor_envio"].mode = "none"
    assert await tokens.access() != first


async def test_the_owner_allows_the_application(http: Http, stand: Stand) -> None:
    vault = Vault()
    tokens = make_tokens(http, stand.base, access_token="", refresh_token="", vault=vault)
    back = "http://127.0.0.1/oauth/melhor-envio/callback"
    page = authorize_url(stand.base, client_id=CLIENT_ID, redirect_uri=back, state="s1")
    async with stand.session.get(page, allow_redirects=False) as response:
        location = URL(response.headers["Location"])
    assert location.query["state"] == "s1"
    pair = await tokens.exchange(location.query["code"], back)
    assert pair.refresh
    assert await make_shipping(http, stand.base, tokens=tokens).wallet() == Wallet(1_000_000)
    with pytest.raises(errors.Unauthorised):
        await tokens.exchange(location.query["code"], back)


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "a.e30.c", "a.bnVsbA.c"])
def test_the_end_of_other_texts_is_unknown(token: str) -> None:
    assert expiry_of(token) is None


def test_a_pair_does_not_show_itself() -> None:
    assert "geheim" not in repr(TokenPair("geheim-1", "geheim-2", datetime(2026, 1, 1, tzinfo=UTC)))


async def test_no_secret_and_no_person_in_the_record(
    http: Http, stand: Stand, records: list[CallRecord], shipping: MelhorEnvioShipping
) -> None:
    stand.sandbox.oauth.revoke()
    label = await generated_label(shipping, stand)
    await shipping.label_pdf(label.shipment_id)
    written = "\n".join(f"{r.url} {r.request} {r.response}" for r in records)
    new_tokens = [t for t in (await shipping._api._tokens.access(), shipping._api._tokens._pair.refresh) if t]
    for secret in (TOKEN, REFRESH, SECRET, *new_tokens, "52998224725", "Marina", "41987654321", "marina@"):
        assert secret not in written


def test_a_buyer_without_an_e_mail_is_reached_by_the_platforms() -> None:
    assert labels.party(BUYER.but(email=""), CONTACT, commercial=False)["email"] == CONTACT
    assert labels.party(BUYER, CONTACT, commercial=False)["email"] == BUYER.email
