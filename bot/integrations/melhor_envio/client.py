"""Melhor Envio behind the :class:`bot.integrations.protocols.Shipping` protocol.

It knows no idempotency key: two posts to the cart are two labels, two checkouts may be two debits. So neither is
repeated blindly; a label is found again by our tag, and what is bought is read before it is paid.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import quote as url_quote

from bot.domain.commands import Content, Label, Parcel, Party
from bot.domain.order import NoOffer, Offer, ShipmentState, Volume
from bot.domain.text import fold
from bot.integrations.errors import NotFound, Refused, Unauthorised, Unavailable, Uncertain
from bot.integrations.http import MAX_FILE, Answer, Http, Repeat
from bot.integrations.melhor_envio import files, labels, quotes
from bot.integrations.melhor_envio.amounts import centavos
from bot.integrations.melhor_envio.oauth import Tokens
from bot.integrations.melhor_envio.refusals import ALREADY_PAID, PROVIDER, UNAUTHENTICATED, reader
from bot.integrations.protocols import File

PREFIX = "/api/v2/me"
NEWEST_PAGES = 3
"""How far back a lost label is looked for, ten a page; the last page too, should the oldest come first."""

_OVER = (ShipmentState.CANCELLED, ShipmentState.EXPIRED)


class MelhorEnvioShipping:
    """``url_of_order`` turns our reference into the address that stands beside the tag in their panel.
    ``media_hosts`` are the hosts, besides the API's own, that label files may be fetched from.
    ``services`` narrows quotes to these ids; empty: all that the account has."""

    def __init__(
        self,
        http: Http,
        *,
        base_url: str,
        tokens: Tokens,
        contact_email: str,
        platform_name: str,
        url_of_order: Callable[[str], str] | None = None,
        media_hosts: Sequence[str] = (),
        media_timeout: float = 30.0,
        services: Sequence[str] = (),
    ) -> None:
        headers = {"Accept": "application/json", "User-Agent": f"{platform_name} ({contact_email})"}
        self._http = http.provider(PROVIDER, base_url, headers, reader(http.redactor))
        self._tokens = tokens
        self._platform = platform_name
        self._contact_email = contact_email
        self._url_of_order = url_of_order
        self._hosts = files.Hosts(base_url, media_hosts)
        self._media_timeout = media_timeout
        self._services = tuple(services)

    async def quote(
        self, origin: str, destination: str, parcels: Sequence[Parcel]
    ) -> tuple[list[Offer], list[NoOffer]]:
        """See :class:`bot.integrations.protocols.Shipping`. ``Refused`` with ``bad_postal_code`` for a CEP."""
        body = quotes.request(origin, destination, parcels, self._services)
        answer = await self._call("POST", "/shipment/calculate", "freight.quote", json=body, repeat="always")
        read = quotes.read(answer.json, parcels)
        if read is None:
            raise _unreadable(answer)
        return read

    async def order_label(
        self,
        *,
        reference: str,
        service_id: str,
        sender: Party,
        recipient: Party,
        contents: Sequence[Content],
        volume: Volume,
        nfe_key: str,
    ) -> Label:
        """One label for one volume. ``Refused`` reasons: several_volumes, nfe_model, insured_too_high,
        same_document, bad_postal_code, wrong_state, invalid_document, invalid_contact, too_big, rejected."""
        body = labels.request(
            reference=reference,
            url=self._url_of_order(reference) if self._url_of_order else "",
            platform=self._platform,
            contact_email=self._contact_email,
            service_id=service_id,
            sender=sender,
            recipient=recipient,
            contents=contents,
            volume=volume,
            nfe_key=nfe_key,
        )
        answer = await self._call("POST", "/cart", "label.order", json=body)
        order = labels.read(answer.json)
        if order is None:  # it may lie in the cart all the same
            raise Uncertain(PROVIDER, reason="unreadable", status=answer.status)
        return labels.label(order)

    async def find_label(self, reference: str) -> Label | None:
        """The label with our tag in the newest pages of cart and orders; a live one before one that is over."""
        over: Label | None = None
        for path in ("/cart", "/orders"):
            async for order in self._newest(path):
                if order.carries(reference):
                    label = labels.label(order)
                    if label.state not in _OVER:
                        return label
                    over = over or label
        return over

    async def buy_label(self, shipment_id: str) -> Label:
        """Paid from the wallet, after a look whether it is paid already. ``Refused``: insufficient_balance,
        cancelled, expired."""
        before = await self.read_label(shipment_id)
        if before.state in _OVER:
            raise Refused(PROVIDER, "the label is over", reason=before.state)
        if before.state != ShipmentState.IN_CART:
            return before
        body = {"orders": [shipment_id]}
        try:
            answer = await self._call("POST", "/shipment/checkout", "label.buy", json=body)
            bought = _bought(answer.json, shipment_id)
            if bought is not None:
                return labels.label(bought)
        except Refused as error:
            if error.reason != ALREADY_PAID:
                raise
        # an empty answer, or "paid already": the money has moved, whatever a cache still says
        label = await self.read_label(shipment_id)
        return label.but(state=ShipmentState.BOUGHT.value) if label.state == ShipmentState.IN_CART else label

    async def generate_label(self, shipment_id: str) -> Label:
        """Have it made; what comes back may still be ``bought``. ``Refused`` with ``generation_refused``."""
        body = {"orders": [shipment_id]}
        answer = await self._call("POST", "/shipment/generate", "label.generate", json=body, repeat="always")
        outcome = answer.json.get(shipment_id) if isinstance(answer.json, dict) else None
        if not isinstance(outcome, dict):
            raise _unreadable(answer)
        message = str(outcome.get("message") or "")
        under_way = any(words in fold(message) for words in ("ja esta gerado", "sendo processado"))
        if not outcome.get("status") and not under_way:
            raise Refused(PROVIDER, self._http.http.redactor.text(message), reason="generation_refused")
        return await self.read_label(shipment_id)

    async def read_label(self, shipment_id: str) -> Label:
        return labels.label(await self._order(shipment_id))

    async def label_pdf(self, shipment_id: str) -> File:
        """``Unavailable`` with ``not_generated`` while the label is in the making."""
        answer = await self._call("GET", f"/imprimir/pdf/{_safe(shipment_id)}", "label.pdf")
        url = answer.json
        if isinstance(url, dict):
            url = next((url[k] for k in ("url", "pdf") if isinstance(url.get(k), str)), None)
        if not isinstance(url, str):
            raise _unreadable(answer)
        data = await files.fetch(self._http, url, self._hosts, timeout=self._media_timeout, limit=MAX_FILE)
        if not data.startswith(b"%PDF"):
            raise Unavailable(PROVIDER, "the file is no PDF", reason="unreadable")
        return File(data, "application/pdf", f"etiqueta-{shipment_id[:8]}.pdf")

    async def cancel_label(self, shipment_id: str, reason: str) -> None:
        """Taken out of the cart, or cancelled at the carrier (which takes its time). What is over or gone is a
        success. ``Refused``: already_posted, not_cancellable."""
        try:
            label = await self.read_label(shipment_id)
            if label.state in _OVER:
                return
            if label.state == ShipmentState.IN_CART:
                await self._call("DELETE", f"/cart/{_safe(shipment_id)}", "label.remove", repeat="always")
                return
        except NotFound:
            return
        if label.state not in (ShipmentState.BOUGHT, ShipmentState.GENERATED):
            raise Refused(PROVIDER, f"the label is {label.state}", reason="already_posted")
        order = {"id": shipment_id, "reason_id": "2", "description": reason}
        answer = await self._call("POST", "/shipment/cancel", "label.cancel", json={"order": order}, repeat="always")
        outcome = answer.json.get(shipment_id) if isinstance(answer.json, dict) else None
        if not isinstance(outcome, dict):
            raise _unreadable(answer)
        if outcome.get("canceled") is True:
            return
        label = await self.read_label(shipment_id)  # a repeat of what was cancelled a moment ago is turned down too
        if label.state not in _OVER:
            raise Refused(PROVIDER, f"the label is {label.state}", reason="not_cancellable")

    async def tracking(self, shipment_ids: Sequence[str]) -> dict[str, Label]:
        """Labels by id; ids that they do not know are left out. Their answer is up to an hour old, and has no
        price. Many at a time: the safety net under the webhooks."""
        if not shipment_ids:
            return {}
        body = {"orders": list(shipment_ids)}
        answer = await self._call("POST", "/shipment/tracking", "label.tracking", json=body, repeat="always")
        if answer.json in (None, []):  # nothing known: an empty answer, or PHP's empty object
            return {}
        if not isinstance(answer.json, dict):
            raise _unreadable(answer)
        wanted = set(shipment_ids)
        orders = [labels.read(raw) for raw in answer.json.values()]
        return {o.id: labels.label(o) for o in orders if o is not None and o.id in wanted}

    async def balance(self) -> int:
        answer = await self._call("GET", "/balance", "wallet.balance")
        try:
            return centavos(answer.json["balance"])
        except (TypeError, KeyError, ValueError):
            raise _unreadable(answer) from None

    # --- inside ----------------------------------------------------------------------------------------

    async def _call(
        self, method: str, path: str, operation: str, *, json: Any = None, repeat: Repeat | None = None, **more: Any
    ) -> Answer:
        """A call with the current token; where it is turned down, once more with a new one."""
        token = await self._tokens.access()
        for again in (False, True):
            try:
                return await self._http.call(
                    method,
                    PREFIX + path,
                    operation=operation,
                    json=json,
                    repeat=repeat,
                    headers={"Authorization": f"Bearer {token}"},
                    **more,
                )
            except Unauthorised as error:
                if again or error.reason != UNAUTHENTICATED:
                    raise
            token = await self._tokens.refresh(token)
        raise AssertionError("unreachable")

    async def _order(self, shipment_id: str) -> labels.Order:
        try:
            answer = await self._call("GET", f"/orders/{_safe(shipment_id)}", "label.read")
        except NotFound:  # what was never paid may live in the cart only
            answer = await self._call("GET", f"/cart/{_safe(shipment_id)}", "label.read")
        order = labels.read(answer.json)
        if order is None:
            raise _unreadable(answer)
        return order

    async def _newest(self, path: str) -> AsyncIterator[labels.Order]:
        pages = list(range(1, NEWEST_PAGES + 1))
        for number in pages:
            answer = await self._call("GET", path, "label.list", params={"page": number})
            items, last = _page(answer)
            for raw in items:
                order = labels.read(raw)
                if order is not None and order.tags is None:  # a list without details
                    order = await self._detail(path, order)
                if order is not None:
                    yield order
            if number == 1 and last > NEWEST_PAGES:
                pages.append(last)
            if number >= last:
                return

    async def _detail(self, path: str, order: labels.Order) -> labels.Order | None:
        try:
            answer = await self._call("GET", f"{path}/{_safe(order.id)}", "label.read")
        except NotFound:  # it moved on between the list and now
            return None
        return labels.read(answer.json)


def _page(answer: Answer) -> tuple[list[Any], int]:
    """The items of a list and the number of its last page. An empty list is 204 without a body."""
    if answer.json is None:
        return [], 1
    if isinstance(answer.json, list):
        return answer.json, 1
    items = answer.json.get("data") if isinstance(answer.json, dict) else None
    if not isinstance(items, list):
        raise _unreadable(answer)
    last = answer.json.get("last_page")
    return items, last if isinstance(last, int) else 1


def _bought(body: Any, shipment_id: str) -> labels.Order | None:
    purchase = body.get("purchase") if isinstance(body, dict) else None
    raw_orders = purchase.get("orders") if isinstance(purchase, dict) else None
    orders = [labels.read(raw) for raw in raw_orders] if isinstance(raw_orders, list) else []
    return next((o for o in orders if o is not None and o.id == shipment_id), None)


def _safe(shipment_id: str) -> str:
    return url_quote(shipment_id, safe="")


def _unreadable(answer: Answer) -> Unavailable:
    return Unavailable(PROVIDER, "an answer of an unknown shape", reason="unreadable", status=answer.status)
