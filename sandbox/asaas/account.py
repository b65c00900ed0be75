"""The account: its customers, charges and webhooks, its clock, and its notifications.

Money is centavos inside and reais on the wire; days are São Paulo days by the world's clock.
"""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.asaas.answers import Json, missing
from sandbox.asaas.charges import Charge
from sandbox.asaas.hooks import Hooks
from sandbox.core import World

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@dataclass
class SubAccount:
    """A seller's account below this one; ``api_key`` is shown once, on creation (sheet 6)."""

    data: Json
    api_key: str

    @property
    def wallet_id(self) -> str:
        return str(self.data["walletId"])


@dataclass
class Account:
    """State, lookups and notifications."""

    world: World
    api_key: str = field(kw_only=True)
    wallets: set[str] = field(kw_only=True, default_factory=set)
    """Sellers' wallets that exist; the same set object may grow later."""
    own_wallet: str = field(kw_only=True, default="")
    webhook_url: str = field(kw_only=True, default="")
    """The URL of a webhook configured for all events from the start; empty: none."""
    webhook_token: str = field(kw_only=True, default="")
    public_base: str = field(kw_only=True, default="")
    """Prefix of the hosted pages' URLs."""
    id_format: Literal["both", "old", "new"] = field(kw_only=True, default="both")
    """``pay_`` + 16 characters, ``pay_1_`` + 14 (sheet 3.2), or both in turn."""
    delay_factor: float = field(kw_only=True, default=1.0)
    """Scales the waits between webhook attempts."""
    webhook_first: bool = field(kw_only=True, default=False)
    """PAYMENT_CREATED is delivered before the creation is answered (sheet 7.2, reported)."""
    net_drift: int = field(kw_only=True, default=0)
    """Centavos by which a created charge nets less than its simulation (sheet 3.2: the net may change)."""
    bad_pix_codes: bool = field(kw_only=True, default=False)
    """Pix codes have a wrong checksum."""
    pix_keys: int = field(kw_only=True, default=1)
    """Pix keys of the account; without one a code expires at the end of its day (sheet 3.5)."""

    def __post_init__(self) -> None:
        self.customers: dict[str, Json] = {}
        self.charges: dict[str, Charge] = {}
        self.documents: list[str] = []
        """The names of documents sent against chargebacks."""
        self.sub_accounts: dict[str, SubAccount] = {}
        self.hooks = Hooks(self.world, self.delay_factor, str(uuid.uuid4()))
        self._dice = random.Random()
        self._number = 16_000_100
        if self.webhook_url:
            self.hooks.add(self.webhook_url, self.webhook_token)

    # --- for the page and for tests --------------------------------------------------------------------

    @property
    def payments(self) -> dict[str, Json]:
        """Every charge by id, removed ones too, in the shape of the API."""
        return {charge.id: self.json(charge) for charge in self.charges.values()}

    def live_by_reference(self, reference: str) -> list[Json]:
        """The charges with an ``externalReference`` that were not removed, oldest first."""
        return [self.json(c) for c in self.charges.values() if c.reference == reference and not c.deleted]

    def json(self, charge: Charge) -> Json:
        return charge.json(self.public_base)

    async def delivered(self) -> None:
        """Wait until every webhook was delivered, or its queue is paused."""
        await self.hooks.idle()

    # --- for the API -----------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.world.clock().astimezone(SAO_PAULO)

    def today(self) -> date:
        return self.now().date()

    def local_time(self) -> str:
        """Sheet 1: with a blank and without an offset."""
        return self.now().strftime("%Y-%m-%d %H:%M:%S")

    def new_id(self) -> str:
        new = self.id_format == "new" or (self.id_format == "both" and len(self.charges) % 2 == 1)
        letters = string.ascii_letters + string.digits if new else string.ascii_lowercase + string.digits
        tail = "".join(self._dice.choices(letters, k=14 if new else 16))
        return f"pay_1_{tail}" if new else f"pay_{tail}"

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def find(self, payment_id: str) -> Charge:
        if payment_id not in self.charges:
            raise missing()
        return self.charges[payment_id]

    def plan(self, payment_id: str) -> list[Charge]:
        """The charge itself, or all instalments of its plan."""
        charge = self.charges[payment_id]
        return self.instalments(charge.installment) if charge.installment else [charge]

    def instalments(self, plan_id: str) -> list[Charge]:
        found = [c for c in self.charges.values() if c.installment == plan_id]
        if not found:
            raise missing()
        return sorted(found, key=lambda charge: charge.number)

    def tell(self, event: str, charge: Charge, more: Json | None = None) -> None:
        """Queue the webhook with a snapshot of the charge, and update the page."""
        self.hooks.emit(event, "payment", self.json(charge), self.local_time(), more)
        self.world.publish(
            "payment",
            {
                "event": event,
                "id": charge.id,
                "status": "DELETED" if charge.deleted else charge.status,
                "billing_type": charge.billing_type,
                "reference": charge.reference or "",
                "amount": charge.value,
            },
        )

    def remove(self, charges: Iterable[Charge]) -> None:
        for charge in charges:
            charge.deleted = True
            charge.split = []  # sheet 3.4: DELETE drops the split configuration
            self.tell("PAYMENT_DELETED", charge)

    def change(self, charges: Iterable[Charge], status: str, event: str) -> None:
        for charge in charges:
            charge.status = status
            self.tell(event, charge)
