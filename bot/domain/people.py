"""People, shops and addresses."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.common import Value


class Address(Value):
    """A postal address. ``postal_code`` is eight digits, ``state`` the two letters of the UF."""

    postal_code: str
    city: str
    state: str
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""


class Person(Value):
    """Somebody who writes to us; one row, many identifiers (phones, ``@lid``)."""

    id: str
    version: int = 0
    lane: str
    chat: str
    """The address for sending, exactly as in the person's latest message (opaque)."""
    identifiers: tuple[str, ...] = ()
    """All identifiers of this person: canonical phones, LIDs."""
    name: str = ""
    """Full name, as given for the label."""
    nickname: str = ""
    """The WhatsApp name: shown, never printed on a document."""
    document: str = ""
    """CPF or CNPJ, no mask, upper case."""
    email: str = ""
    email_confirmed: bool = False
    bad_emails: tuple[str, ...] = ()
    """Addresses from which e-mails bounced: nothing is sent there until it is confirmed again."""
    email_asked: bool = False
    """The buyer is asked for an address once."""
    address: Address | None = None
    customer_id: str = ""
    """The payer's id at the payment provider."""
    reminders: bool = True
    """False after SAIR: no reminders, no news."""
    mail_only: bool = False
    """True after SAIR TUDO: even essential messages go by e-mail."""
    greeted: bool = False
    """The privacy note was shown."""
    created_at: datetime

    @property
    def first_name(self) -> str:
        return (self.name or self.nickname).split(" ")[0].strip()


class Seller(Value):
    """A parts shop. ``wallet_id`` is where its share of each payment goes."""

    id: str
    person_id: str
    name: str
    document: str
    email: str = ""
    email_confirmed: bool = True
    """False until the mailed code came back; addresses imported by the operator count as confirmed."""
    phone: str
    wallet_id: str
    state_register: str = ""
    address: Address
    pickup: bool = False
    """The carrier has to collect the parcels; the operator arranges it."""
    auto_accept: bool = False
    away: bool = False
    """Closed by its owner for some days; existing sales continue."""
    away_until: date | None = None
    """The last of these days."""
    away_planned: bool = False
    """The first of them is still to come."""
    active: bool = True

    @property
    def sells(self) -> bool:
        """Whether its parts can be bought now."""
        return self.active and not self.away
