"""Operators edit shops and parts in the seller's own lane, so that simultaneous changes by the seller are not lost."""

from __future__ import annotations

from bot.domain.commands import AlertOperator
from bot.domain.decision import Decision, StockMove, Stored
from bot.domain.events import PartEdited, ShopEdited
from bot.domain.shop import Shop


def shop_edited(stored: Stored, event: ShopEdited, shop: Shop, decision: Decision) -> None:
    seller = shop.seller(event.seller_id)
    if seller is None or not event.name:
        return
    if event.wallet_id and event.wallet_id == shop.rules.platform_wallet_id:
        text = f"A carteira da própria plataforma não pode ser a da loja {seller.id}; nada foi mudado."
        decision.do(AlertOperator(topic="carteira", text=text), key=f"alert/wallet/{stored.id}")
        return
    decision.write(
        seller.but(
            name=event.name,
            email=event.email,
            email_confirmed=seller.email_confirmed or event.email != seller.email,
            wallet_id=event.wallet_id,
            state_register=event.state_register,
            auto_accept=event.auto_accept,
            active=event.active,
        )
    )


def part_edited(event: PartEdited, shop: Shop, decision: Decision) -> None:
    product = shop.product(event.listing)
    if product is None or not event.title or event.price < 1:
        return
    after = product.but(title=event.title, price=event.price, active=event.active)
    if after != product:
        decision.write(after)
    # some may have been sold meanwhile: never take away more than there is
    pieces = max(event.stock, -product.stock)
    if pieces:
        decision.write(StockMove(event.listing, -pieces))
