"""Our own wallet, and those of sellers whose accounts were opened under ours."""

from __future__ import annotations

from bot.domain import money
from bot.integrations.asaas.calls import NAME, Json
from bot.integrations.asaas.customers import address_fields, phone_fields
from bot.integrations.asaas.reading import Part
from bot.integrations.errors import Refused
from bot.integrations.payments import Opening


class Accounts(Part):
    async def wallet(self) -> str:
        async for wallet in self._asaas.items("/wallets/", "wallet.read", pages=1):
            if wallet.get("id"):
                return str(wallet["id"])
        raise Refused(NAME, "the account has no wallet", reason="no_wallet")

    async def find_wallet(self, document: str) -> str | None:
        async for account in self._asaas.items("/accounts", "account.find", {"cpfCnpj": document}):
            if account.get("walletId") and str(account.get("cpfCnpj") or "").upper() == document.upper():
                return str(account["walletId"])
        return None

    async def open_account(self, opening: Opening) -> str:
        """The response is the only place with the seller's own key; we do not need it and do not keep it."""
        body: Json = {
            "name": opening.name,
            "cpfCnpj": opening.document,
            "email": opening.email,
            "incomeValue": money.json_number(opening.income),
            **phone_fields(opening.phone),
            **address_fields(opening.address),
            **({"birthDate": opening.birth_date.isoformat()} if opening.birth_date else {}),
            **({"companyType": opening.company.upper()} if opening.company else {}),
        }
        answer = await self._asaas.send("POST", "/accounts", "account.open", body, expect="walletId")
        return str(answer["walletId"])

    async def has_pix_key(self) -> bool:
        """Without a Pix key of the account's own, a Pix code expires at midnight, and every change makes another."""
        async for key in self._asaas.items("/pix/addressKeys", "pix_key.find", {"status": "ACTIVE"}, pages=1):
            if key.get("id"):
                return True
        return False
