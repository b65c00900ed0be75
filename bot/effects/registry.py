"""The table of all effects, over one set of providers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.domain.commands import AlertOperator, FindPostalCode, LookUpPostalCode, Nothing, StorePhoto
from bot.domain.links import Links
from bot.effects import books, freight, letters, messages, money, personal, videos
from bot.engine.dispatcher import Effect
from bot.integrations.errors import Refused
from bot.integrations.payments import Payments
from bot.integrations.protocols import (
    Exhibits,
    Images,
    Mailer,
    MediaSource,
    Messenger,
    PersonalData,
    PostalCodes,
    Shipping,
    Videos,
)


class Alerts(Protocol):
    """The store of alerts until they are mailed. ``key`` is an idempotency key."""

    async def note(self, key: str, topic: str, text: str) -> None: ...


@dataclass(frozen=True)
class Providers:
    """One implementation of each protocol."""

    messenger: Messenger
    payments: Payments
    shipping: Shipping
    mailer: Mailer
    images: Images
    videos: Videos
    postal_codes: PostalCodes
    media: MediaSource
    alerts: Alerts
    personal: PersonalData
    exhibits: Exhibits


def all_effects(providers: Providers, links: Links, payments_webhook: str = "") -> dict[str, Effect]:
    """Command kind → how it is carried out. ``payments_webhook``: our public address for the payment provider."""

    async def place(command: LookUpPostalCode, _: str) -> LookUpPostalCode.Place:
        return LookUpPostalCode.Place(address=await providers.postal_codes.look_up(command.postal_code))

    async def street(command: FindPostalCode, _: str) -> FindPostalCode.Found:
        found = await providers.postal_codes.search(command.state, command.city, command.street)
        return FindPostalCode.Found(streets=tuple(found))

    async def photo(command: StorePhoto, _: str) -> StorePhoto.Stored:
        from bot.effects.photos import MAX_PHOTO, PhotoRefused, prepare_photo  # large: loaded for the first picture

        there = await providers.images.find(command.photo_id)
        if there is not None:
            return StorePhoto.Stored(photo_id=there.image_id, url=there.url)
        file = await providers.media.fetch(command.source_url, limit=MAX_PHOTO)
        try:
            prepared = await asyncio.to_thread(prepare_photo, file.data)
        except PhotoRefused as error:
            raise Refused("photo", str(error), reason=error.reason) from error
        stored = await providers.images.upload(command.photo_id, prepared.file, owner=command.owner)
        return StorePhoto.Stored(photo_id=stored.image_id, url=stored.url, shrunk_from=prepared.shrunk_from)

    async def alert(command: AlertOperator, key: str) -> Nothing:
        await providers.alerts.note(key, command.topic, command.text)
        return Nothing()

    return {
        **messages.effects(providers.messenger, providers.shipping, providers.payments),
        **money.effects(providers.payments, providers.exhibits),
        **freight.effects(providers.shipping),
        **books.effects(providers.payments, providers.shipping, payments_webhook),
        **personal.effects(providers.personal, providers.messenger, providers.mailer),
        **videos.effects(providers.videos, providers.media),
        **letters.effects(providers.mailer, providers.payments, providers.shipping, links),
        "place.look_up": Effect(place),
        "place.find": Effect(street),
        "photo.store": Effect(photo),
        "operator.alert": Effect(alert),
    }
