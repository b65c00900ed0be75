"""What the client makes of faults: nothing happens twice, and nothing that happened is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.order import Method
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import RateLimited, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import Http
from bot.integrations.payments import Opening
from bot.integrations.protocols import File
from sandbox.core import Mode
from tests.support_asaas import CPF, DUE, HOME, KEY, PAYER, SHARES, TOKEN, Stand, charge, fault

PDF = File(b"%PDF-1.4 nota", "application/pdf", "nota.pdf")
OPENING = Opening("Auto Peças", CPF, "loja@autopars.example", "5547996321478", 500000, HOME, birth_date=DUE)


@dataclass(frozen=True)
class Act:
    """Something that must not happen twice: ``ready`` makes the ground for it, ``do`` does it, ``look`` tells what
    came of it (None: nothing), ``count`` how often it happened."""

    path: str
    do: Callable[[AsaasPayments, str, Stand], Awaitable[Any]]
    look: Callable[[AsaasPayments, str, Stand], Awaitable[Any]]
    count: Callable[[Stand], int]
    ready: Callable[[AsaasPayments, Stand], Awaitable[str]]


async def nothing(payments: AsaasPayments, stand: Stand) -> str:
    return ""


async def payer(payments: AsaasPayments, stand: Stand) -> str:
    return await payments.create_customer(PAYER, reference="person-9", address=HOME)


async def paid_pix(payments: AsaasPayments, stand: Stand) -> str:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    return bill.charge_id


async def paid_plan(payments: AsaasPayments, stand: Stand) -> str:
    bill = await charge(payments, method=Method.CARD, installments=3)
    await stand.account.pay(bill.charge_id)
    return bill.charge_id


async def paid_boleto(payments: AsaasPayments, stand: Stand) -> str:
    bill = await charge(payments, method=Method.BOLETO)
    await stand.account.pay(bill.charge_id)
    return bill.charge_id


async def disputed_card(payments: AsaasPayments, stand: Stand) -> str:
    bill = await charge(payments, method=Method.CARD)
    await stand.account.pay(bill.charge_id)
    await stand.account.chargeback(bill.charge_id)
    return bill.charge_id


async def contested(payments: AsaasPayments, charge_id: str, stand: Stand) -> Any:
    found = await payments.find_dispute(charge_id)
    return found if found and found.status == "contested" else None


def refunds(stand: Stand) -> int:
    return sum(len(payment["refunds"] or []) for payment in stand.account.payments.values())


ACTS = {
    "payer": Act(
        "POST /v3/customers",
        lambda p, _, stand: p.create_customer(PAYER, reference="person-9", address=HOME),
        lambda p, _, stand: p.find_customer(CPF),
        lambda stand: len(stand.account.customers),
        nothing,
    ),
    "charge": Act(
        "POST /v3/payments",
        lambda p, _, stand: charge(p),
        lambda p, _, stand: p.find_charge("order-1042-a1"),
        lambda stand: len(stand.account.charges),
        payer,
    ),
    "part refund": Act(
        "POST /v3/payments/",
        lambda p, charge_id, stand: p.refund(charge_id, 1240, "Frete menor", before=0, share=1064),
        lambda p, charge_id, stand: p.find_refund(charge_id, 1240, before=0),
        refunds,
        paid_pix,
    ),
    "refund": Act(
        "POST /v3/payments/",
        lambda p, charge_id, stand: p.refund(charge_id, 51240, "Desistência", before=0),
        lambda p, charge_id, stand: p.find_refund(charge_id, 51240, before=0),
        refunds,
        paid_pix,
    ),
    "refund of a plan": Act(
        "POST /v3/installments/",
        lambda p, charge_id, stand: p.refund(charge_id, 17080, "Uma peça faltou", before=0, share=14653),
        lambda p, charge_id, stand: p.find_refund(charge_id, 17080, before=0),
        refunds,
        paid_plan,
    ),
    "refund of a boleto": Act(
        "POST /v3/payments/",
        lambda p, charge_id, stand: p.refund(charge_id, 51240, "Desistência", before=0),
        lambda p, charge_id, stand: p.find_refund(charge_id, 51240, before=0),
        refunds,
        paid_boleto,
    ),
    "transfer": Act(
        "POST /v3/transfers/",
        lambda p, _, stand: p.transfer(SHARES[0].wallet_id, 43961, "order-1042-t1"),
        lambda p, _, stand: p.find_transfer("order-1042-t1"),
        lambda stand: len(stand.account.transfers),
        nothing,
    ),
    "seller's account": Act(
        "POST /v3/accounts",
        lambda p, _, stand: p.open_account(OPENING),
        lambda p, _, stand: p.find_wallet(CPF),
        lambda stand: len(stand.account.sub_accounts),
        nothing,
    ),
    "documents": Act(
        "POST /v3/chargebacks/",
        lambda p, charge_id, stand: p.contest(charge_id, [PDF]),
        contested,
        lambda stand: sum(c.status == "CHARGEBACK_DISPUTE" for c in stand.account.charges.values()),
        disputed_card,
    ),
    "webhook": Act(
        "POST /v3/webhooks",
        lambda p, _, stand: p.register_webhook(stand.hook_url, TOKEN, "ops@autopars.example"),
        lambda p, _, stand: p.find_webhook(stand.hook_url),
        lambda stand: len(stand.account.hooks.hooks),
        nothing,
    ),
}


@pytest.fixture(params=ACTS)
def act(request: pytest.FixtureRequest) -> Act:
    return ACTS[request.param]


@pytest.mark.parametrize("mode", ["drop", "late"])
async def test_what_was_done_without_an_answer_is_found_and_not_repeated(
    stand: Stand, payments: AsaasPayments, act: Act, mode: Mode
) -> None:
    about = await act.ready(payments, stand)
    assert await act.look(payments, about, stand) is None
    fault(stand, mode, only=act.path, delay=1)
    with pytest.raises(Uncertain):
        await act.do(payments, about, stand)
    fault(stand, "none")
    assert act.count(stand) == 1
    assert await act.look(payments, about, stand)
    assert act.count(stand) == 1


@pytest.mark.parametrize("mode", ["down", "garbage", "busy"])
async def test_what_was_not_done_is_not_found_and_done_the_next_time(
    stand: Stand, payments: AsaasPayments, act: Act, mode: Mode
) -> None:
    """Busy too: nobody promises that a call that is answered 429 was not carried out."""
    about = await act.ready(payments, stand)
    fault(stand, mode, only=act.path)
    before = len(stand.world.calls)
    with pytest.raises(Uncertain):
        await act.do(payments, about, stand)
    asked = [call for call in stand.world.calls[before:] if act.path in f"{call.method} {call.path}"]
    assert len(asked) == 1
    fault(stand, "none")
    assert await act.look(payments, about, stand) is None
    assert await act.do(payments, about, stand)
    assert act.count(stand) == 1


async def test_a_revoked_key_stops_everything(stand: Stand, payments: AsaasPayments, http: Http, act: Act) -> None:
    about = await act.ready(payments, stand)
    revoked = AsaasPayments(http, base_url=stand.base_url, api_key=f"{KEY}-revoked")
    for call in (act.do, act.look):
        with pytest.raises(Unauthorised):
            await call(revoked, about, stand)
    assert act.count(stand) == 0


# --- what may be repeated -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["drop", "late"])
async def test_a_removal_without_an_answer_is_repeated(stand: Stand, payments: AsaasPayments, mode: Mode) -> None:
    bill = await charge(payments)
    fault(stand, mode, only="DELETE", times=1, delay=1)
    await payments.cancel_charge(bill.charge_id)
    assert stand.account.live_by_reference("order-1042-a1") == []


@pytest.mark.parametrize("mode", ["drop", "late"])
async def test_a_new_deadline_without_an_answer_is_in_doubt_and_read(
    stand: Stand, payments: AsaasPayments, mode: Mode
) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    fault(stand, mode, only="PUT", times=1, delay=1)
    with pytest.raises(Uncertain):
        await payments.set_due_date(bill, method=Method.BOLETO, due_date=DUE.replace(day=30))
    read = await payments.read_charge(bill.charge_id)
    assert (read.due_date, read.share) == (DUE.replace(day=30), 43961)


@pytest.mark.parametrize("mode", ["down", "slow", "garbage"])
async def test_reads_are_tried_three_times(stand: Stand, payments: AsaasPayments, mode: Mode) -> None:
    fault(stand, mode, delay=1)
    stand.world.calls.clear()
    with pytest.raises(Unavailable):
        await payments.balance()
    assert len(stand.world.calls) == 3


async def test_reads_get_over_a_hiccup_and_over_a_busy_moment(stand: Stand, payments: AsaasPayments) -> None:
    fault(stand, "garbage", times=2)
    assert await payments.balance() == 100_000
    fault(stand, "busy", times=2)
    assert await payments.balance() == 100_000
    fault(stand, "busy")
    with pytest.raises(RateLimited):
        await payments.balance()


# --- doubles --------------------------------------------------------------------------------------------


async def test_of_doubles_the_oldest_is_kept_and_the_others_removed(stand: Stand, payments: AsaasPayments) -> None:
    gone = await charge(payments)
    await payments.cancel_charge(gone.charge_id)
    first, second = await charge(payments), await charge(payments)
    await charge(payments, reference="order-1042-a2")
    assert [b.charge_id for b in await payments.find_charges("order-1042-a1")] == [first.charge_id, second.charge_id]
    assert await payments.find_charge("order-1042-a1") == first
    assert [p["id"] for p in stand.account.live_by_reference("order-1042-a1")] == [first.charge_id]
    assert await payments.find_charge("order-1042-a9") is None


async def test_of_doubles_the_paid_one_is_kept(stand: Stand, payments: AsaasPayments) -> None:
    await charge(payments)
    second = await charge(payments)
    await stand.account.pay(second.charge_id)
    kept = await payments.find_charge("order-1042-a1")
    assert kept is not None
    assert (kept.charge_id, kept.status) == (second.charge_id, "settled")
    assert [p["id"] for p in stand.account.live_by_reference("order-1042-a1")] == [second.charge_id]


async def test_a_plan_that_is_only_half_read_is_uncertain_and_then_found_whole(
    stand: Stand, payments: AsaasPayments
) -> None:
    await payer(payments, stand)
    fault(stand, "down", only="GET /v3/installments")
    with pytest.raises(Uncertain):
        await charge(payments, method=Method.CARD, installments=3)
    fault(stand, "none")
    found = await payments.find_charge("order-1042-a1")
    assert found is not None
    assert (found.amount, found.share) == (51240, 43961)
