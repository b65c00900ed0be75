"""Melhor Envio behind the :class:`bot.integrations.protocols.Shipping` protocol.

There are no idempotency keys: two posts to the cart are two labels, two checkouts may be two debits. So neither is
repeated blindly; a label is looked up by our tag, and read before it is paid.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from bot.domain.commands import Content, Label, Parcel, Party
from bot.domain.commands.accounts import ListLabels
from bot.domain.order import NoOffer, Offer, ShipmentState, Volume
from bot.domain.text import fold
from bot.integrations.errors import NotFound, Refused, Unavailable
from bot.integrations.http import MAX_FILE, Http
from bot.integrations.melhor_envio import agencies, carriers, labels, quotes
from bot.integrations.melhor_envio.amounts import centavos
from bot.integrations.melhor_envio.api import Api, of, safe, uncertain, unreadable
from bot.integrations.melhor_envio.oauth import Tokens
from bot.integrations.melhor_envio.refusals import ALREADY_PAID, PROVIDER
from bot.integrations.protocols import Agency, File, MediaSource, Wallet

NEWEST_PAGES = 3
"""How many pages of ten are searched for a lost label."""

_OVER = (ShipmentState.CANCELLED, ShipmentState.EXPIRED)
_NOT_POSTED = (ShipmentState.BOUGHT, ShipmentState.GENERATED)

log = logging.getLogger(__name__)


class MelhorEnvioShipping:
    """``files`` fetches PDFs from the storage that responses name. ``url_of_order`` turns our reference into the URL
    beside the tag in their panel. ``services`` limits quotes to these ids; empty: all that the account has."""

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        tokens: Tokens,
        files: MediaSource,
        contact_email: str,
        platform_name: str,
        url_of_order: Callable[[str], str] = lambda _: "",
        services: Sequence[str] = (),
    ) -> None:
        self._api = Api(http, base_url, tokens, f"{platform_name} ({contact_email})")
        self._files = files
        self._platform = platform_name
        self._contact_email = contact_email
        self._url_of_order = url_of_order
        self._services = tuple(services)

    async def quote(
        self, origin: str, destination: str, parcels: Sequence[Parcel], *, invoiced: bool = False
    ) -> tuple[list[Offer], list[NoOffer]]:
        """See :class:`bot.integrations.protocols.Shipping`. ``Refused`` with ``bad_postal_code`` for a CEP."""
        body = quotes.request(origin, destination, parcels, self._services)
        answer = await self._api.call("POST", "/shipment/calculate", "freight.quote", json=body, repeat="always")
        read = quotes.read(answer.json, parcels, invoiced=invoiced)
        if read is None:
            raise unreadable(answer)
        return read

    async def agencies(self, service_id: str, city: str, state: str) -> list[Agency]:
        """Where parcels of this service are handed in, in one town; empty if unknown."""
        answer = await self._api.call("GET", "/shipment/services/" + safe(service_id), "agency.service")
        company = agencies.company_of(answer.json)
        return await self._agencies(company, city, state) if company else []

    # --- a label in the cart -------------------------------------------------------------------------------

    async def order_label(
        self,
        *,
        reference: str,
        service_id: str,
        sender: Party,
        recipient: Party,
        contents: Sequence[Content],
        volumes: Sequence[Volume],
        nfe_key: str,
    ) -> Label:
        """One label. ``Refused`` reasons: several_volumes, nfe_model, insured_too_high, same_document,
        bad_postal_code, wrong_state, invalid_document, invalid_contact, too_big, rejected."""
        body = labels.request(
            reference=reference,
            url=self._url_of_order(reference),
            platform=self._platform,
            contact_email=self._contact_email,
            service_id=service_id,
            sender=sender,
            recipient=recipient,
            contents=contents,
            volumes=volumes,
            nfe_key=nfe_key,
            agency=await self._agency(service_id, sender),
        )
        return await self._into_cart("/cart", "label.order", reference, body)

    async def order_return(self, *, reference: str, shipment_id: str, email: str, phone: str, volume: Volume) -> Label:
        """A return label to the sender of ``shipment_id``. Refused as :meth:`order_label`."""
        body = labels.return_request(
            reference=reference,
            url=self._url_of_order(reference),
            platform=self._platform,
            service_id=carriers.return_service(volume),
            shipment_id=shipment_id,
            email=email or self._contact_email,
            phone=phone,
            volume=volume,
        )
        return await self._into_cart("/cart/reverse", "label.return", reference, body)

    async def _into_cart(self, path: str, operation: str, reference: str, body: dict[str, Any]) -> Label:
        answer = await self._api.call("POST", path, operation, json=body)
        order = labels.read(answer.json)
        if order is None:  # it may be in the cart all the same
            raise uncertain(answer)
        return labels.label(order).but(reference=reference)

    async def find_label(self, reference: str) -> Label | None:
        """The label with our tag in the newest pages of cart and orders; an active one before one that is over."""
        over: Label | None = None
        unread = False
        for path in ("/cart", "/orders"):
            async for order in self._newest(path):
                if order is None:
                    unread = True
                elif order.carries(reference):
                    label = labels.label(order)
                    if label.state not in _OVER:
                        return label
                    over = over or label
        if unread and over is None:  # it may be the one, and must not be ordered again
            raise Unavailable(PROVIDER, "a label of an unknown shape", reason="unreadable")
        return over

    # --- buying and generating -----------------------------------------------------------------------------

    async def buy_label(self, shipment_id: str) -> Label:
        """Paid from the wallet, after checking that it is not paid already. ``Refused``: insufficient_balance,
        cancelled, expired."""
        before = await self.read_label(shipment_id)
        if before.state in _OVER:
            raise Refused(PROVIDER, "the label is over", reason=before.state)
        if before.state != ShipmentState.IN_CART:
            return before.but(unanswered=True)
        body = {"orders": [shipment_id]}
        try:
            answer = await self._api.call("POST", "/shipment/checkout", "label.buy", json=body)
            bought = labels.bought(answer.json, shipment_id)
            if bought is not None:
                paid_along = labels.corrections(answer.json)
                return bought.but(reference=before.reference, corrections=paid_along)
            if answer.body.strip():  # it may have been paid: its current state tells
                raise uncertain(answer)
        except Refused as error:
            if error.reason != ALREADY_PAID:
                raise
        # an empty response, or "paid already": the money has moved, whatever a cache still says
        label = (await self.read_label(shipment_id)).but(unanswered=True)
        return label.but(state=ShipmentState.BOUGHT.value) if label.state == ShipmentState.IN_CART else label

    async def generate_label(self, shipment_id: str) -> Label:
        """Have it generated; the result may still be ``bought``. ``Refused`` with ``generation_refused``."""
        body = {"orders": [shipment_id]}
        answer = await self._api.call("POST", "/shipment/generate", "label.generate", json=body, repeat="always")
        outcome = of(answer, shipment_id)
        if not isinstance(outcome.get("status"), bool):
            raise unreadable(answer)
        message = str(outcome.get("message") or "")
        under_way = any(words in fold(message) for words in ("ja esta gerado", "sendo processado"))
        if not outcome["status"] and not under_way:
            raise Refused(PROVIDER, self._api.redactor.text(message), reason="generation_refused")
        return await self.read_label(shipment_id)

    async def read_label(self, shipment_id: str) -> Label:
        try:
            answer = await self._api.call("GET", f"/orders/{safe(shipment_id)}", "label.read")
        except NotFound:  # an unpaid label may exist in the cart only
            answer = await self._api.call("GET", f"/cart/{safe(shipment_id)}", "label.read")
        order = labels.read(answer.json)
        if order is None:
            raise unreadable(answer)
        return labels.label(order)

    async def label_pdf(self, shipment_id: str) -> File:
        """``Unavailable`` with ``not_generated`` while the label is being generated."""
        answer = await self._api.call("GET", f"/imprimir/pdf/{safe(shipment_id)}", "label.pdf")
        url = answer.json
        if isinstance(url, dict):
            url = next((url[k] for k in ("url", "pdf") if isinstance(url.get(k), str)), None)
        if not isinstance(url, str):
            raise unreadable(answer)
        try:
            file = await self._files.fetch(url, limit=MAX_FILE)
        except Refused as error:
            if error.reason == "not_allowed":
                log.warning("labels are stored at %s; see MEDIA_ALLOWED_HOSTS", _host(url))
            raise
        if not file.data.startswith(b"%PDF"):
            raise Unavailable(PROVIDER, "the file is no PDF", reason="unreadable")
        return File(file.data, "application/pdf", f"etiqueta-{shipment_id[:8]}.pdf")

    # --- the end of a label, and where it is ---------------------------------------------------------------

    async def cancel_label(self, shipment_id: str, reason: str) -> None:
        """Remove a label from the cart, or cancel it at the carrier (which takes time). If it is over or gone, that is
        a success. ``Refused``: already_posted, not_cancellable. After ``Uncertain``, ask :meth:`find_cancelled`: while
        a cancellation is in progress, a second request is refused as if the label could not be cancelled."""
        label = await self._there(shipment_id)
        if label is None:
            return
        if label.state == ShipmentState.IN_CART:
            with suppress(NotFound):  # an earlier attempt has removed it
                await self._api.call("DELETE", f"/cart/{safe(shipment_id)}", "label.remove", repeat="always")
            return
        if label.state not in _NOT_POSTED:
            raise Refused(PROVIDER, f"the label is {label.state}", reason="already_posted")
        order = {"id": shipment_id, "reason_id": "2", "description": reason}
        answer = await self._api.call("POST", "/shipment/cancel", "label.cancel", json={"order": order})
        try:
            cancelled = of(answer, shipment_id).get("canceled")
        except Unavailable:
            cancelled = None
        if cancelled is True:
            return
        if cancelled is not False:
            raise uncertain(answer)
        if await self._there(shipment_id) is not None:
            raise Refused(PROVIDER, f"the label is {label.state}", reason="not_cancellable")

    async def find_cancelled(self, shipment_id: str) -> bool:
        """Whether a label is over or gone; False: it can still be cancelled, or was handed in. ``Unavailable`` with
        ``cancelling`` until that is known."""
        label = await self._there(shipment_id)
        if label is None:
            return True
        if label.state not in _NOT_POSTED:
            return False
        body = {"orders": [shipment_id]}
        answer = await self._api.call("POST", "/shipment/cancellable", "label.look", json=body, repeat="always")
        if of(answer, shipment_id).get("cancellable") is True:
            return False
        raise Unavailable(PROVIDER, "the end of the label is under way", reason="cancelling")

    async def _there(self, shipment_id: str) -> Label | None:
        """The label, None if it is over or gone."""
        try:
            label = await self.read_label(shipment_id)
        except NotFound:
            return None
        return None if label.state in _OVER else label

    async def tracking(self, shipment_ids: Sequence[str]) -> dict[str, Label]:
        """Labels by id; unknown ids are omitted. The response is up to an hour old and has no price. Many at a time:
        the fallback for lost webhooks."""
        if not shipment_ids:
            return {}
        body = {"orders": list(shipment_ids)}
        answer = await self._api.call("POST", "/shipment/tracking", "label.tracking", json=body, repeat="always")
        if answer.json in (None, []):  # nothing known: an empty response, or PHP's empty object
            return {}
        if not isinstance(answer.json, dict):
            raise unreadable(answer)
        wanted = set(shipment_ids)
        orders = [labels.read(raw) for raw in answer.json.values()]
        return {o.id: labels.label(o) for o in orders if o is not None and o.id in wanted}

    async def labels_bought(self, page: int, since: date) -> ListLabels.Listed:
        """One page of ten labels. A list without tags is still useful: labels are known by their ids."""
        items, last = await self._api.page("/orders", "label.list", page + 1)
        found = [order for raw in items if (order := labels.read(raw)) is not None]
        old = any(order.created_at and order.created_at[:10] < since.isoformat() for order in found)
        return ListLabels.Listed(labels=tuple(map(labels.label, found)), more=page + 1 < last and not old)

    async def wallet(self) -> Wallet:
        answer = await self._api.call("GET", "/balance", "wallet.balance")
        try:
            return Wallet(centavos(answer.json["balance"]), owed=centavos(answer.json.get("debts") or 0))
        except (TypeError, KeyError, ValueError, AttributeError):
            raise unreadable(answer) from None

    # --- helpers ---------------------------------------------------------------------------------------

    async def _agency(self, service_id: str, sender: Party) -> int | None:
        """The agency that a label of this service must name, None if it needs none (or none is known: the refusal then
        says what is missing)."""
        company = carriers.AGENCY_COMPANY.get(service_id)
        if company is None:
            return None
        known = await self._agencies(company, sender.address.city, sender.address.state)
        found = agencies.nearest(known, sender.address.postal_code)
        return int(found.agency_id) if found else None

    async def _agencies(self, company: str, city: str, state: str) -> list[Agency]:
        params = {"company": company, "country": "BR", "state": state, "city": city}
        answer = await self._api.call("GET", "/shipment/agencies", "agency.list", params=params)
        if answer.json is not None and not isinstance(answer.json, list):
            raise unreadable(answer)
        return agencies.read(answer.json)

    async def _newest(self, path: str) -> AsyncIterator[labels.Order | None]:
        """With None for each that cannot be read."""
        async for raw in self._api.pages(path, "label.list", NEWEST_PAGES):
            order = labels.read(raw)
            if order is not None and order.tags is None:  # a list without details
                try:
                    answer = await self._api.call("GET", f"{path}/{safe(order.id)}", "label.read")
                except NotFound:  # it changed between the list and now
                    continue
                order = labels.read(answer.json)
            yield order


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return "no address"
