"""``import FILE``: sellers and products from JSON or CSV, all or nothing, with an error per row.

The shapes are in ``docs/import.md``. Importing the same file again updates, never duplicates.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.domain import documents, lanes, money, phone, postal_code
from bot.domain.catalogue import Condition, Product
from bot.domain.people import Address, Person, Seller
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.writes import put_product, put_seller, versioned


class ImportRefused(Exception):
    """Nothing was imported; ``problems`` has a line for each row that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


class ProductRow(_Row):
    sku: str
    title: str
    price: str
    condition: Condition = Condition.USED
    weight_kg: str
    width_cm: int
    height_cm: int
    length_cm: int
    stock: int = 1
    fits: list[str] = []
    active: bool = True

    @field_validator("price", "weight_kg", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, (int, float)) else value

    @field_validator("price", "weight_kg")
    @classmethod
    def _positive(cls, value: str) -> str:
        try:
            if Decimal(value) > 0:
                return value
        except InvalidOperation:
            pass
        raise ValueError("must be a positive decimal number such as 480.00")

    @field_validator("width_cm", "height_cm", "length_cm")
    @classmethod
    def _size(cls, value: int) -> int:
        if not 1 <= value <= 1000:
            raise ValueError("must be between 1 and 1000 cm")
        return value

    @field_validator("stock")
    @classmethod
    def _stock(cls, value: int) -> int:
        if value < 0:
            raise ValueError("must not be negative")
        return value


class SellerRow(_Row):
    phone: str
    name: str
    document: str
    email: str = ""
    asaas_wallet_id: str
    state_register: str = ""
    auto_accept: bool = False
    address: Address
    products: list[ProductRow] = []

    @field_validator("phone")
    @classmethod
    def _phone(cls, value: str) -> str:
        found = phone.canonical(value)
        if not found:
            raise ValueError("is no Brazilian phone number")
        return found

    @field_validator("document")
    @classmethod
    def _document(cls, value: str) -> str:
        found = documents.read(value)
        if found is None:
            raise ValueError("is no valid CPF or CNPJ")
        return found

    @field_validator("address")
    @classmethod
    def _address(cls, value: Address) -> Address:
        cep = postal_code.read(value.postal_code)
        if cep is None:
            raise ValueError("postal_code needs eight digits")
        return value.but(postal_code=cep)


@dataclass
class Imported:
    sellers: int = 0
    products: int = 0


def read(path: Path) -> list[SellerRow]:
    """The sellers in a file. Raises :class:`ImportRefused` with every problem found."""
    text = path.read_text("utf-8-sig")
    if path.suffix.lower() == ".csv":
        raw = list(_sellers_of_csv(text))
    else:
        try:
            raw = json.loads(text)["sellers"]
        except (ValueError, KeyError, TypeError) as error:
            raise ImportRefused([f'{path.name}: not JSON of the form {{"sellers": […]}} ({error})']) from error
    problems: list[str] = []
    sellers: list[SellerRow] = []
    for number, row in enumerate(raw, start=1):
        try:
            sellers.append(SellerRow.model_validate(row))
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                where = ".".join(str(p) for p in problem["loc"])
                problems.append(
                    f"seller {number} {row.get('phone', '') if isinstance(row, dict) else ''}: "
                    f"{where}: {problem['msg'].removeprefix('Value error, ')}"
                )
    if problems:
        raise ImportRefused(problems)
    return sellers


def _sellers_of_csv(text: str) -> Iterator[dict[str, Any]]:
    """CSV has one product a line, its seller named by phone; only the seller's phone is needed there."""
    by_phone: dict[str, dict[str, Any]] = {}
    for row in csv.DictReader(text.splitlines()):
        seller = by_phone.setdefault(row.get("phone", ""), {"phone": row.get("phone", ""), "products": []})
        product = {k: v for k, v in row.items() if k in ProductRow.model_fields and v not in ("", None)}
        product["fits"] = [f.strip() for f in (row.get("fits") or "").split("|") if f.strip()]
        seller["products"].append(product)
        for name in ("name", "document", "email", "asaas_wallet_id", "state_register"):
            if row.get(name):
                seller[name] = row[name]
        address = {k.removeprefix("address_"): v for k, v in row.items() if k.startswith("address_") and v}
        if address:
            seller["address"] = address
    yield from by_phone.values()


async def load(database: Database, rules: Rules, sellers: list[SellerRow], now: datetime) -> Imported:
    """Write sellers and products, all in one transaction."""
    problems = [
        f"seller {s.phone}: asaas_wallet_id is the platform's own wallet"
        for s in sellers
        if rules.platform_wallet_id and s.asaas_wallet_id == rules.platform_wallet_id
    ]
    if problems:
        raise ImportRefused(problems)
    async with database.write() as connection:
        return await connection.run_sync(_load, rules, sellers, now)


def _load(connection: sa.Connection, rules: Rules, sellers: list[SellerRow], now: datetime) -> Imported:
    shop = SqlShop(connection, rules)
    done = Imported()
    for row in sellers:
        person = _person(connection, shop, row, now)
        before = shop.seller_of(person.id)
        seller = Seller(
            id=before.id if before else f"s{phone.identity(row.phone, '')}",
            person_id=person.id,
            name=row.name,
            document=row.document,
            email=row.email,
            phone=row.phone,
            wallet_id=row.asaas_wallet_id,
            state_register=row.state_register,
            address=row.address,
            auto_accept=row.auto_accept,
        )
        put_seller(connection, seller)
        done.sellers += 1
        for product in row.products:
            _product(connection, shop, seller, product)
            done.products += 1
    return done


def _person(connection: sa.Connection, shop: SqlShop, row: SellerRow, now: datetime) -> Person:
    identity = phone.identity(row.phone, "")
    person = shop.person_known_as([row.phone]) or Person(
        id=f"i{identity}", lane=lanes.person(identity), chat=row.phone, identifiers=(row.phone,), created_at=now
    )
    changed = person.but(
        name=person.name or row.name,
        email=row.email or person.email,
        email_confirmed=bool(row.email) or person.email_confirmed,
    )
    if changed != person or person.version == 0:
        versioned(connection, t.people, {"id": person.id}, changed, {"lane": person.lane})
        for value in person.identifiers:
            connection.execute(sa.delete(t.identifiers).where(t.identifiers.c.value == value))
            connection.execute(sa.insert(t.identifiers).values(value=value, person_id=person.id))
    return changed


def _product(connection: sa.Connection, shop: SqlShop, seller: Seller, row: ProductRow) -> None:
    before = shop.product_by_sku(seller.id, row.sku)
    product = Product(
        listing=before.listing if before else shop.next_listing(),
        version=before.version if before else 0,
        seller_id=seller.id,
        sku=row.sku,
        title=row.title,
        price=money.from_decimal(row.price),
        condition=row.condition,
        weight_g=int((Decimal(row.weight_kg) * 1000).to_integral_value()),
        width_cm=row.width_cm,
        height_cm=row.height_cm,
        length_cm=row.length_cm,
        stock=row.stock,
        fits=tuple(row.fits),
        photos=before.photos if before else (),
        active=row.active,
    )
    put_product(connection, product)
    connection.execute(sa.update(t.products).where(t.products.c.listing == product.listing).values(stock=row.stock))
