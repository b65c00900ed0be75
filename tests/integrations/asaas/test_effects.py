"""Money commands over the real client: what is in doubt is looked up, and told as done only when it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import (
    Bill,
    CreateCharge,
    EnsureCustomer,
    MoveDueDate,
    OpenAccount,
    PayShare,
    RefundCharge,
)
from bot.domain.disputes import ContestDispute, Exhibit, Objection, Paper, exhibit
from bot.domain.order import Method
from bot.effects import money
from bot.engine.dispatcher import Effect
from bot.integrations.asaas import AsaasPayments
from bot.integrations.errors import Refused, Uncertain
from sandbox.asaas import codes
from tests.support_asaas import DUE, HOME, PAYER, SELLER, Stand, charge, fault

PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 4_000_000


class Receipts:
    """What the shop keeps for order 1042."""

    async def of(self, order: int) -> list[Exhibit]:
        return [exhibit("Recibo.pdf", b"%PDF-1.7"), exhibit("b.png", PICTURE)] if order == 1042 else []


@pytest.fixture
def effects(payments: AsaasPayments) -> dict[str, Effect]:
    return money.effects(payments, Receipts())


async def looked_up(effect: Effect, command: object) -> object:
    assert effect.find is not None
    return await effect.find(command, "key")


async def test_the_shops_own_files_go_with_the_papers(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect]
) -> None:
    for order, names in ((1042, ["pedido-1042.pdf", "recibo.pdf", "b.png"]), (0, ["pedido-1042.pdf"])):
        bill = await charge(payments, method=Method.CARD)
        await stand.account.pay(bill.charge_id)
        await stand.account.chargeback(bill.charge_id)
        papers = (Paper(name="pedido-1042", title="Pedido 1042", lines=("a compra",)),)
        command = ContestDispute(charge_id=bill.charge_id, papers=papers, order=order)
        assert await looked_up(effects["dispute.contest"], command) is None, "open, so nothing was sent yet"
        found = await effects["dispute.contest"].run(command, "key")
        assert isinstance(found, Objection)
        assert found.status == "contested"
        assert await looked_up(effects["dispute.contest"], command) == found
        assert stand.account.documents[-len(names) :] == names


async def test_two_refunds_of_one_amount_and_the_second_in_doubt(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect]
) -> None:
    bill = await charge(payments)
    await stand.account.pay(bill.charge_id)
    first = RefundCharge(charge_id=bill.charge_id, amount=1240, share=1064, reason="frete menor")
    second = RefundCharge(charge_id=bill.charge_id, amount=1240, before=1240, share=1064, reason="risco na lente")
    refund = effects["charge.refund"]
    await refund.run(first, "key")
    assert await looked_up(refund, second) is None
    fault(stand, "late", only=f"POST /v3/payments/{bill.charge_id}/refund", times=1, delay=1)
    with pytest.raises(Uncertain):
        await refund.run(second, "key")
    assert await looked_up(refund, second) == await refund.run(second, "key")
    assert len(stand.account.payments[bill.charge_id]["refunds"]) == 2


async def test_another_day_whose_answer_was_lost_is_found_and_not_set_twice(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect]
) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    wanted = DUE + timedelta(days=7)
    command = MoveDueDate(
        charge_id=bill.charge_id, method=Method.BOLETO, due_date=wanted, wallet_id=SELLER, share=bill.share
    )
    move, there = effects["charge.due_date"], stand.account.charges[bill.charge_id]
    assert await looked_up(move, command) is None
    fault(stand, "late", only=f"PUT /v3/payments/{bill.charge_id}", times=1, delay=1)
    with pytest.raises(Uncertain):
        await move.run(command, "key")
    found = await looked_up(move, command)
    assert isinstance(found, Bill)
    assert (found.due_date, found.share, there.revision) == (wanted, bill.share, 1)
    assert found.line == codes.line(there.bar_code())
    assert await move.run(command, "key") == found
    assert there.revision == 1
    there.split = []  # as after an overdue day
    assert (await move.run(command, "key")).model_dump()["share"] == bill.share == there.share


@pytest.mark.parametrize(("end", "reason"), [("pay", "already_paid"), ("remove", "void")])
async def test_what_is_paid_or_gone_gets_no_other_day(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect], end: str, reason: str
) -> None:
    bill = await charge(payments, method=Method.BOLETO)
    if end == "pay":
        await stand.account.pay(bill.charge_id)
    else:
        await payments.cancel_charge(bill.charge_id)
    command = MoveDueDate(
        charge_id=bill.charge_id, method=Method.BOLETO, due_date=DUE + timedelta(days=7), wallet_id=SELLER, share=1
    )
    with pytest.raises(Refused) as refusal:
        await effects["charge.due_date"].run(command, "key")
    assert refusal.value.reason == reason
    assert stand.account.charges[bill.charge_id].revision == 0


async def test_a_share_is_paid_when_it_has_arrived_and_not_before(stand: Stand, effects: dict[str, Effect]) -> None:
    stand.account.asks_owner = True
    command = PayShare(reference="order-1042-t1", wallet_id=SELLER, amount=43961)
    pay = effects["share.pay"]
    with pytest.raises(Uncertain) as waiting:
        await pay.run(command, "key")
    assert waiting.value.reason == "transfer_pending"
    with pytest.raises(Uncertain):
        await looked_up(pay, command)
    (transfer,) = stand.account.transfers
    stand.account.end_transfer(transfer.id)
    assert await looked_up(pay, command) == PayShare.Paid(transfer_id=transfer.id)


async def test_a_share_that_came_back_is_refused(stand: Stand, effects: dict[str, Effect]) -> None:
    stand.account.asks_owner = True
    command = PayShare(reference="order-1042-t1", wallet_id=SELLER, amount=43961)
    with pytest.raises(Uncertain):
        await effects["share.pay"].run(command, "key")
    stand.account.end_transfer(stand.account.transfers[0].id, done=False)
    with pytest.raises(Refused) as refused:
        await looked_up(effects["share.pay"], command)
    assert refused.value.reason == "transfer_failed"


ORDERED = CreateCharge(
    reference="order-1042-a1",
    customer_id="cus_1",
    method=Method.BOLETO,
    amount=51240,
    freight=3240,
    fee=3840,
    wallet_id=SELLER,
    due_date=DUE,
    description="Pedido 1042",
)


@pytest.mark.parametrize(("left", "made"), [(1, 1), (0, 0), (-1, 0)])
async def test_a_charge_that_leaves_nothing_for_the_seller_is_never_made(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect], left: int, made: int
) -> None:
    customer = await payments.create_customer(PAYER, reference="9", address=HOME)
    net = await payments.simulate_net(ORDERED.amount, ORDERED.method, 1)
    command = ORDERED.but(customer_id=customer, fee=net - ORDERED.freight - left)
    if made:
        bill = await effects["charge.create"].run(command, "key")
        assert isinstance(bill, Bill)
        assert bill.share == left
    else:
        with pytest.raises(Refused) as refused:
            await effects["charge.create"].run(command, "key")
        assert refused.value.reason == "share_too_small"
    assert len(stand.account.charges) == made


async def test_a_charge_whose_answer_was_lost_is_completed_by_the_look_up(
    stand: Stand, payments: AsaasPayments, effects: dict[str, Effect]
) -> None:
    """The split has to be put right, and the line fetched after that."""
    stand.account.net_drift = 7
    made = await charge(payments, method=Method.BOLETO)
    found = await looked_up(effects["charge.create"], ORDERED)
    assert isinstance(found, Bill)
    assert (found.charge_id, found.share) == (made.charge_id, 43954)
    assert found.line == codes.line(stand.account.charges[made.charge_id].bar_code())


async def test_a_payer_without_an_answer_is_found(stand: Stand, effects: dict[str, Effect]) -> None:
    command = EnsureCustomer(person_id="9", payer=PAYER, address=HOME)
    fault(stand, "drop", only="POST /v3/customers", times=1)
    with pytest.raises(Uncertain):
        await effects["payer.ensure"].run(command, "key")
    (customer,) = stand.account.customers
    assert await looked_up(effects["payer.ensure"], command) == EnsureCustomer.Customer(customer_id=customer)


# --- sellers' accounts ----------------------------------------------------------------------------------

SHOP = OpenAccount(
    name="Auto Peças Exemplo",
    document="11222333000181",
    email="loja@autopars.example",
    phone="5541996321478",
    income=2_500_000,
    address=HOME,
    company="limited",
)


async def test_a_seller_s_account_is_opened_once(stand: Stand, effects: dict[str, Effect]) -> None:
    opening = effects["account.open"]
    opened = await opening.run(SHOP, "key")
    assert isinstance(opened, OpenAccount.Opened)
    assert await opening.run(SHOP, "another key") == opened
    (account,) = stand.account.sub_accounts.values()
    assert account.wallet_id == opened.wallet_id


async def test_an_account_whose_answer_was_lost_is_found(stand: Stand, effects: dict[str, Effect]) -> None:
    opening = effects["account.open"]
    assert await looked_up(opening, SHOP) is None
    fault(stand, "late", only="POST /v3/accounts", times=1, delay=1)
    with pytest.raises(Uncertain):
        await opening.run(SHOP, "key")
    (account,) = stand.account.sub_accounts.values()
    assert await looked_up(opening, SHOP) == OpenAccount.Opened(wallet_id=account.wallet_id)


async def test_an_account_that_somebody_else_has_is_refused(effects: dict[str, Effect]) -> None:
    opening = effects["account.open"]
    await opening.run(SHOP, "key")
    with pytest.raises(Refused) as refused:
        await opening.run(SHOP.but(document="52998224725", company="", birth_date=DUE), "key")
    assert refused.value.reason == "already_taken"
