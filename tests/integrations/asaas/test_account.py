"""The account: transfers, webhooks, credentials."""

from __future__ import annotations

import pytest

from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import NotFound, Refused, Unauthorised, Uncertain
from bot.integrations.http import CallRecord, Http
from tests.support_asaas import CPF, HOME, KEY, PAYER, SELLER, TOKEN, Stand, charge


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
