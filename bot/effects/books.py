"""Effects that read providers' records (one page per command), balances and the state of our webhook."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands.accounts import (
    ListCharges,
    ListDisputes,
    ListLabels,
    ListMovements,
    ReadBalance,
    ReadFreightBalance,
    TendWebhook,
)
from bot.engine.dispatcher import Effect
from bot.integrations.errors import Refused
from bot.integrations.payments import Books, Payments, WebhookEntry
from bot.integrations.protocols import Shipping

LABELS_BACK = timedelta(days=30)


def effects(payments: Payments, shipping: Shipping, webhook: str) -> dict[str, Effect]:
    """``webhook``: our public address for the payment provider."""

    def record() -> Books:
        if not isinstance(payments, Books):
            raise Refused("payments", "there is no record to read", reason="not_offered")
        return payments

    async def charges(command: ListCharges, _: str) -> ListCharges.Listed:
        return await record().charges(command.day, command.page)

    async def movements(command: ListMovements, _: str) -> ListMovements.Listed:
        return await record().statement(command.day, command.page)

    async def disputes(command: ListDisputes, _: str) -> ListDisputes.Listed:
        since = command.until - timedelta(days=command.days)
        return await record().objections(since, command.until, command.page)

    async def labels(command: ListLabels, _: str) -> ListLabels.Listed:
        return await shipping.labels_bought(command.page, command.until - LABELS_BACK)

    async def balance(_: ReadBalance, __: str) -> ReadBalance.Balance:
        return ReadBalance.Balance(left=await payments.balance())

    async def freight_balance(_: ReadFreightBalance, __: str) -> ReadBalance.Balance:
        wallet = await shipping.wallet()
        return ReadBalance.Balance(left=wallet.balance - wallet.owed)

    async def tend(_: TendWebhook, __: str) -> TendWebhook.Tended:
        if not isinstance(payments, WebhookEntry):
            raise Refused("payments", "there is no webhook to tend", reason="not_offered")
        hook = await payments.find_webhook(webhook)
        if hook is None or not hook.enabled:
            return TendWebhook.Tended(state="missing")
        if hook.interrupted:
            await payments.resume_webhook(webhook)
            return TendWebhook.Tended(state="woken")
        return TendWebhook.Tended(state="incomplete" if hook.missing else "well")

    return {
        "books.charges": Effect(charges),
        "books.movements": Effect(movements),
        "books.disputes": Effect(disputes),
        "books.labels": Effect(labels),
        "balance.read": Effect(balance),
        "freight.balance": Effect(freight_balance),
        "webhook.tend": Effect(tend),
    }
