"""Customers at Asaas. Duplicates are allowed there, so a customer is looked up by document before it is created."""

from __future__ import annotations

from bot.domain.order import Recipient
from bot.domain.people import Address
from bot.integrations.asaas.bills import id_of
from bot.integrations.asaas.calls import Json, at
from bot.integrations.asaas.reading import Part
from bot.integrations.errors import Refused


class Customers(Part):
    async def find_customer(self, document: str) -> str | None:
        """The oldest customer with that CPF or CNPJ (no mask), None if there is none. Notifications are switched off
        for one created by hand, too."""
        found = [
            customer
            async for customer in self._asaas.items("/customers", "customer.find", {"cpfCnpj": document})
            if customer.get("id")
            and customer.get("deleted") is not True
            and str(customer.get("cpfCnpj") or "").upper() == document.upper()
        ]
        if not found:
            return None
        oldest = found[-1]
        customer_id = id_of(oldest)
        if oldest.get("notificationDisabled") is not True:
            path, quiet = at("customers", customer_id), {"notificationDisabled": True}
            await self._asaas.send("PUT", path, "customer.quiet", quiet, repeat="always")
        return customer_id

    async def create_customer(self, payer: Recipient, *, reference: str, address: Address | None) -> str:
        """Not repeatable. Without ``notificationDisabled`` Asaas writes to the buyer itself, and charges for it."""
        body: Json = {
            "name": payer.name,
            "cpfCnpj": payer.document,
            "externalReference": reference,
            "notificationDisabled": True,
            **({"email": payer.email} if payer.email else {}),
            **(address_fields(address) if address else {}),
        }
        phone = phone_fields(payer.phone)
        try:
            answer = await self._create({**body, **phone})
        except Refused as refusal:
            if not phone or refusal.reason != "invalid_phone":
                raise
            answer = await self._create(body)  # the phone is not needed for a payment
        return str(answer["id"])

    async def _create(self, body: Json) -> Json:
        return await self._asaas.send("POST", "/customers", "customer.create", body, expect="id")


def phone_fields(canonical: str) -> Json:
    """Area code and number, without the country's 55."""
    if not canonical.startswith("55"):
        return {}
    return {"mobilePhone" if len(canonical) == 13 else "phone": canonical[2:]}


def address_fields(address: Address) -> Json:
    fields = {
        "postalCode": address.postal_code,
        "address": address.street,
        "addressNumber": address.number,
        "complement": address.complement,
        "province": address.district,
    }
    return {name: value for name, value in fields.items() if value}
