"""Effects for customers, charges, refunds, transfers and disputes. Those that are not idempotent have a lookup by our
reference, which runs before a repeat."""

from __future__ import annotations

import asyncio

from bot.domain import split
from bot.domain.commands import (
    Bill,
    CancelCharge,
    ContestDispute,
    CreateCharge,
    EnsureCustomer,
    MoveDueDate,
    OpenAccount,
    PayShare,
    ReadCharge,
    ReadDispute,
    RefundCharge,
)
from bot.domain.disputes import Objection
from bot.domain.order import Method
from bot.engine.dispatcher import Effect
from bot.integrations.errors import Failed, ProviderError, Refused, Unavailable, Uncertain
from bot.integrations.payments import Dispute, Opening, Payments, Share, Transfer, Wallets
from bot.integrations.protocols import Exhibits, File


def effects(payments: Payments, exhibits: Exhibits) -> dict[str, Effect]:
    return _new_charges(payments) | _existing_charges(payments) | _disputes(payments, exhibits) | _sellers(payments)


def _new_charges(payments: Payments) -> dict[str, Effect]:
    async def customer(command: EnsureCustomer, key: str) -> EnsureCustomer.Customer:
        if found := await find_customer(command, key):
            return found
        created = await payments.create_customer(command.payer, reference=command.person_id, address=command.address)
        return EnsureCustomer.Customer(customer_id=created)

    async def find_customer(command: EnsureCustomer, _: str) -> EnsureCustomer.Customer | None:
        found = await payments.find_customer(command.payer.document)
        return EnsureCustomer.Customer(customer_id=found) if found else None

    async def create(command: CreateCharge, _: str) -> Bill:
        net = await payments.simulate_net(command.amount, command.method, command.installments)
        share = _owed_to(command, net)
        if share < 1:
            raise Refused("payments", "nothing would be left for the seller", reason="share_too_small")
        bill = await payments.create_charge(
            reference=command.reference,
            customer_id=command.customer_id,
            method=command.method,
            installments=command.installments,
            amount=command.amount,
            due_date=command.due_date,
            description=command.description,
            shares=[Share(command.wallet_id, share)],
        )
        try:
            return await complete(command, bill)
        except Unavailable as error:  # the charge exists already: look it up, never create a second one
            raise Uncertain(error.provider, error.detail, reason=error.reason) from error
        except Refused:
            await withdraw(bill)
            raise

    async def find(command: CreateCharge, _: str) -> Bill | None:
        bill = await payments.find_charge(command.reference)
        if bill is None:
            return None
        try:
            return await complete(command, bill)
        except Refused:
            await withdraw(bill)
            return None  # it is gone; creating it again gives the reason

    async def withdraw(bill: Bill) -> None:
        """Delete a charge that was refused afterwards. If that fails, the command is uncertain: it must not create a
        second one."""
        try:
            await payments.cancel_charge(bill.charge_id)
        except ProviderError as error:
            raise Uncertain(error.provider, error.detail, reason=error.reason) from error

    async def complete(command: CreateCharge, bill: Bill) -> Bill:
        """Correct the split if the net differs from the simulation, and fetch the Pix code or boleto line."""
        if bill.amount != command.amount and bill.status not in ("paid", "settled"):
            raise Refused("payments", f"{bill.amount} instead of {command.amount} centavos", reason="wrong_amount")
        share = _owed_to(command, bill.net)
        if share != bill.share:
            shares = [Share(command.wallet_id, share)]
            bill = await payments.set_shares(bill, method=command.method, due_date=command.due_date, shares=shares)
        if command.method is Method.CARD and not bill.page_url:
            raise Uncertain("payments", "there is no page to pay on", reason="unreadable")
        if command.method is Method.PIX:
            return bill.but(pix_code=await payments.pix_code(bill.charge_id))
        if command.method is Method.BOLETO:
            return bill.but(line=await payments.boleto_line(bill.charge_id))
        return bill

    return {
        "payer.ensure": Effect(customer, find_customer),
        "charge.create": Effect(create, find),
    }


def _existing_charges(payments: Payments) -> dict[str, Effect]:
    async def read(command: ReadCharge, _: str) -> Bill:
        return await payments.read_charge(command.charge_id)

    async def cancel(command: CancelCharge, _: str) -> Bill:
        await payments.cancel_charge(command.charge_id)
        return Bill(charge_id=command.charge_id, reference="", status="void", amount=0, net=0)

    async def move_due_date(command: MoveDueDate, _: str) -> Bill:
        bill = await payments.read_charge(command.charge_id)
        if bill.status not in ("pending", "overdue"):
            reason = "void" if bill.status == "void" else "already_paid"
            raise Refused("payments", f"the charge is {bill.status}", reason=reason)
        if bill.due_date != command.due_date:
            bill = await payments.set_due_date(bill, method=command.method, due_date=command.due_date)
        if bill.share != command.share:  # an overdue charge may have lost its split
            shares = [Share(command.wallet_id, command.share)]
            bill = await payments.set_shares(bill, method=command.method, due_date=command.due_date, shares=shares)
        try:
            return bill.but(line=await payments.boleto_line(bill.charge_id))
        except Unavailable as error:  # the day is set already: look it up, never set it again
            raise Uncertain(error.provider, error.detail, reason=error.reason) from error

    async def find_due_date(command: MoveDueDate, key: str) -> Bill | None:
        try:
            bill = await payments.read_charge(command.charge_id)
            return await move_due_date(command, key) if bill.due_date == command.due_date else None
        except Refused:
            return None  # paid meanwhile, void or gone: moving it again gives the reason

    async def refund(command: RefundCharge, _: str) -> Bill:
        before, share = command.before, command.share
        return await payments.refund(command.charge_id, command.amount, command.reason, before=before, share=share)

    async def find_refund(command: RefundCharge, _: str) -> Bill | None:
        return await payments.find_refund(command.charge_id, command.amount, before=command.before)

    return {
        "charge.read": Effect(read),
        "charge.cancel": Effect(cancel),
        "charge.due_date": Effect(move_due_date, find_due_date),
        "charge.refund": Effect(refund, find_refund),
    }


def _disputes(payments: Payments, exhibits: Exhibits) -> dict[str, Effect]:
    async def objection(command: ReadDispute, _: str) -> Objection:
        return _objection(await payments.find_dispute(command.charge_id))

    async def contest(command: ContestDispute, _: str) -> Objection:
        from bot.effects.papers import pdf  # seldom needed, and it brings the pictures' library along

        papers = await asyncio.to_thread(lambda: [pdf(paper) for paper in command.papers])
        own = [File(one.data, one.mime_type, one.name) for one in await exhibits.of(command.order)]
        return _objection(await payments.contest(command.charge_id, [*papers, *own]))

    async def find_contested(command: ContestDispute, _: str) -> Objection | None:
        found = await payments.find_dispute(command.charge_id)
        return _objection(found) if found is not None and found.status != "open" else None

    return {
        "dispute.read": Effect(objection),
        "dispute.contest": Effect(contest, find_contested),
    }


def _sellers(payments: Payments) -> dict[str, Effect]:
    async def pay_share(command: PayShare, _: str) -> PayShare.Paid:
        return _paid(await payments.transfer(command.wallet_id, command.amount, command.reference))

    async def find_share(command: PayShare, _: str) -> PayShare.Paid | None:
        found = await payments.find_transfer(command.reference)
        return _paid(found) if found else None

    def wallets() -> Wallets:
        if not isinstance(payments, Wallets):
            raise Refused("payments", "sellers' accounts are not offered", reason="not_offered")
        return payments

    async def open_account(command: OpenAccount, key: str) -> OpenAccount.Opened:
        found = await find_account(command, key)
        opening = Opening(
            name=command.name,
            document=command.document,
            email=command.email,
            phone=command.phone,
            income=command.income,
            address=command.address,
            birth_date=command.birth_date,
            company=command.company,
        )
        return found or OpenAccount.Opened(wallet_id=await wallets().open_account(opening))

    async def find_account(command: OpenAccount, _: str) -> OpenAccount.Opened | None:
        found = await wallets().find_wallet(command.document)
        return OpenAccount.Opened(wallet_id=found) if found else None

    return {
        "share.pay": Effect(pay_share, find_share),
        "account.open": Effect(open_account, find_account),
    }


def _owed_to(command: CreateCharge, net: int) -> int:
    share = split.share(net, command.freight, command.fee)
    return share - split.withheld(share, command.withheld)


def _paid(transfer: Transfer) -> PayShare.Paid:
    if transfer.status == "failed":
        raise Failed("payments", "the transfer failed", reason="transfer_failed")
    if transfer.status == "pending":  # it may still fail, so it is not told as paid: looked at again
        raise Uncertain("payments", "the transfer is under way", reason="transfer_pending")
    return PayShare.Paid(transfer_id=transfer.transfer_id)


def _objection(found: Dispute | None) -> Objection:
    if found is None:
        return Objection(status="none")
    return Objection(status=found.status, reason=found.reason, answer_by=found.answer_by)
