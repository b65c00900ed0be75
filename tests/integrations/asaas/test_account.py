"""The account: transfers, webhooks, credentials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import NotFound, Refused, Unauthorised, Uncertain
from bot.integrations.http import CallRecord, Http
from bot.integrations.payments import Opening, Share
from tests.support_asaas import CPF, HOME, KEY, OWN, PAYER, SELLER, TOKEN, Stand, calls, charge


async def test_a_transfer_and_its_look_up(stand: Stand, payments: AsaasPayments) -> None:
    sent = await payments.transfer(SELLER, 43961, "order-1042-t1")
    assert (sent.amount, sent.status, sent.wallet_id) == (43961, "done", SELLER)
    assert await payments.find_transfer("order-1042-t1") == sent
    assert await payments.find_transfer("order-1042-t2") is None
    assert await payments.balance() == 100_000 - 43961


async def test_the_same_transfer_again_is_a_reason_to_look(stand: Stand, payments: AsaasPayments) -> None:
    await payments.transfer(SELLER, 500, "order-1042-t1")
    with pytest.raises(Uncertain) as uncertain:
        await payments.transfer(SELLER, 500, "order-1043-t1")
    assert uncertain.value.reason == "duplicate"
    assert await payments.find_transfer("order-1043-t1") is None


async def test_a_transfer_above_the_balance(payments: AsaasPayments) -> None:
    with pytest.raises(Refused) as refused:
        await payments.transfer(SELLER, 100_001, "order-1042-t1")
    assert refused.value.reason == "insufficient_balance"


async def test_the_webhook_is_registered_once(stand: Stand, payments: AsaasPayments) -> None:
    assert await payments.find_webhook(stand.hook_url) is None
    first = await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    again = await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    assert first.webhook_id == again.webhook_id
    assert len(stand.account.hooks.hooks) == 1
    await charge(payments)
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED"]
    assert stand.ear.headers[0]["asaas-access-token"] == TOKEN


async def test_a_paused_webhook_is_woken_and_nothing_is_lost(stand: Stand, payments: AsaasPayments) -> None:
    await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    stand.account.hooks.delay_factor, stand.ear.status = 0.0, 500
    bill = await charge(payments)
    await stand.account.delivered()
    paused = await payments.find_webhook(stand.hook_url)
    assert paused is not None
    assert (paused.interrupted, paused.failures) == (True, 15)
    await stand.account.pay(bill.charge_id)
    stand.ear.status = 200
    stand.ear.bodies.clear()
    awake = await payments.resume_webhook(stand.hook_url)
    assert awake.interrupted is False
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED", "PAYMENT_RECEIVED", "PAYMENT_SPLIT_DONE"]
    with pytest.raises(NotFound):
        await payments.resume_webhook("https://elsewhere.example/hook")


async def test_wrong_keys_are_unauthorised_and_never_on_record(
    stand: Stand, http: Http, records: list[CallRecord]
) -> None:
    payments = AsaasPayments(http, base_url=stand.base_url, api_key="$aact_hmlg_revoked")
    with pytest.raises(Unauthorised) as refused:
        await payments.balance()
    assert refused.value.code == "invalid_access_token"
    good = AsaasPayments(http, base_url=stand.base_url, api_key=KEY)
    await good.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    await good.create_customer(PAYER, reference="person-9", address=HOME)
    written = "".join(f"{record.request}{record.response}{record.url}" for record in records)
    for secret in (KEY, TOKEN, CPF, "maria@autopars.example", "47996321478"):
        assert secret not in written
    assert {record.operation for record in records} >= {"webhook.create", "customer.create", "balance.read"}


async def test_a_transfer_that_waits_for_the_owner_or_fails(stand: Stand, payments: AsaasPayments) -> None:
    stand.account.asks_owner = True
    sent = await payments.transfer(SELLER, 43961, "order-1042-t1")
    assert sent.status == "pending"
    stand.account.end_transfer(sent.transfer_id, done=False)
    found = await payments.find_transfer("order-1042-t1")
    assert found is not None
    assert found.status == "failed"
    assert await payments.balance() == 100_000


async def test_an_old_transfer_is_found_on_a_later_page(stand: Stand, payments: AsaasPayments) -> None:
    for number in range(101):
        stand.account.transfer(SELLER, 100 + number, f"order-{number}-t1")
    found = await payments.find_transfer("order-0-t1")
    assert found is not None
    assert found.amount == 100


async def test_a_slowed_queue_is_told_to_go_on(stand: Stand, payments: AsaasPayments) -> None:
    await payments.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example")
    stand.ear.status = 500  # and the next try is 30 s away
    await charge(payments)
    while not (state := await payments.find_webhook(stand.hook_url)) or not state.failures:
        pass
    assert not state.interrupted
    stand.ear.status = 200
    await payments.resume_webhook(stand.hook_url)
    await stand.account.delivered()
    assert stand.ear.events == ["PAYMENT_CREATED"] * 2
    assert calls(stand, "POST", f"/webhooks/{state.webhook_id}/removeBackoff") == 1


async def test_a_webhook_that_somebody_trimmed_says_what_it_lacks(stand: Stand, payments: AsaasPayments) -> None:
    state = await payments.register_webhook(stand.hook_url, TOKEN, "")
    assert state.missing == ()
    hook = stand.account.hooks.hooks[state.webhook_id]
    hook.events = tuple(event for event in hook.events if event not in ("PAYMENT_RECEIVED", "PAYMENT_CONFIRMED"))
    trimmed = await payments.find_webhook(stand.hook_url)
    assert trimmed is not None
    assert trimmed.missing == ("paid", "settled")
    assert (await payments.register_webhook(stand.hook_url, TOKEN, "")).missing == ()


# --- sellers' accounts ----------------------------------------------------------------------------------

SHOP = Opening(
    name="Auto Peças Exemplo",
    document="11222333000181",
    email="loja@autopars.example",
    phone="5541996321478",
    income=2_500_000,
    address=HOME,
    company="limited",
)


async def test_a_seller_s_account_is_opened_once_and_its_wallet_takes_a_share(
    stand: Stand, payments: AsaasPayments, records: list[CallRecord]
) -> None:
    assert await payments.find_wallet(SHOP.document) is None
    wallet = await payments.open_account(SHOP)
    assert await payments.find_wallet(SHOP.document) == wallet
    bill = await charge(payments, shares=[Share(wallet, 43961)])
    assert bill.share == 43961
    (account,) = stand.account.sub_accounts.values()
    assert account.data["companyType"] == "LIMITED"
    assert account.api_key not in "".join(record.response for record in records)


async def test_each_key_knows_its_own_wallet(stand: Stand, payments: AsaasPayments, http: Http) -> None:
    assert await payments.wallet() == OWN
    wallet = await payments.open_account(SHOP)
    (account,) = stand.account.sub_accounts.values()
    sellers = AsaasPayments(http, base_url=stand.base_url, api_key=account.api_key)
    assert await sellers.wallet() == wallet


async def test_an_account_that_lacks_something_is_refused(stand: Stand, payments: AsaasPayments) -> None:
    with pytest.raises(Refused):
        await payments.open_account(replace(SHOP, company=""))
    with pytest.raises(Refused) as refused:
        await payments.open_account(replace(SHOP, document="11222333000182"))
    assert refused.value.reason == "invalid_document"
    assert stand.account.sub_accounts == {}


async def test_whether_there_is_a_pix_key(stand: Stand, payments: AsaasPayments) -> None:
    assert await payments.has_pix_key()
    stand.account.pix_keys = 0
    assert not await payments.has_pix_key()
