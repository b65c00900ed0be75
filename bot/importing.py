"""``import FILE``: sellers and products from JSON or CSV, all or nothing, with an error per row.

The formats are in ``docs/import.md``. Importing the same file again updates, never duplicates.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from bot.domain import documents, lanes, money, phone, postal_code
from bot.domain.catalogue import Condition, Product
from bot.domain.people import Address, Person, Seller
from bot.domain.shop import Rules
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.shop import SqlShop
from bot.storage.writes import put_person, put_products, put_seller


class ImportRefused(Exception):
    """Nothing was imported; ``problems`` has a line for each invalid row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


Filled = Annotated[str, StringConstraints(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


class ProductRow(_Row):
    sku: Filled
    title: Filled
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

    @field_validator("price")
    @classmethod
    def _price(cls, value: str) -> str:
        if _is_positive(value, smallest="0.01"):
            return value
        raise ValueError("must be a positive amount with a dot and whole centavos, such as 480.00")

    @field_validator("weight_kg")
    @classmethod
    def _weight(cls, value: str) -> str:
        if _is_positive(value, smallest="0.001"):
            return value
        raise ValueError("must be a positive number of kg with a dot, to the gram, such as 2.4")

    @field_validator("width_cm", "height_cm", "length_cm")
    @classmethod
    def _size(cls, value: int) -> int:
        if not 1 <= value <= 1000:
            raise ValueError("must be between 1 and 1000 cm")
        return value

    @field_validator("stock")
    @classmethod
    def _stock(cls, value: int) -> int:
        if not 0 <= value <= MOST_PIECES:
            raise ValueError(f"must be from 0 to {MOST_PIECES}")
        return value


def _repeated(values: Iterable[str]) -> list[str]:
    return sorted(value for value, times in Counter(values).items() if times > 1)


def _is_positive(text: str, smallest: str) -> bool:
    try:
        value = Decimal(text)
        return value.is_finite() and 0 < value < 10_000_000 and value % Decimal(smallest) == 0
    except InvalidOperation:
        return False


class SellerRow(_Row):
    phone: str
    name: Filled
    document: str
    email: str = ""
    asaas_wallet_id: Filled
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
        if not re.fullmatch("[A-Za-z]{2}", value.state.strip()):
            raise ValueError("state needs the two letters of the UF")
        return value.but(postal_code=cep, state=value.state.strip().upper())

    @field_validator("email")
    @classmethod
    def _email(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            raise ValueError("is no e-mail address")
        return value

    @model_validator(mode="after")
    def _one_of_each(self) -> SellerRow:
        twice = _repeated(product.sku for product in self.products)
        if twice:
            raise ValueError(f"sku more than once: {', '.join(twice)}")
        return self


@dataclass(frozen=True)
class _Raw:
    """A seller as in the file; ``lines``: the line numbers of its products in a CSV file."""

    row: Any
    lines: Sequence[int] = ()


@dataclass
class Imported:
    sellers: int = 0
    products: int = 0


def read(path: Path) -> list[SellerRow]:
    """The sellers in a file. Raises :class:`ImportRefused` with every problem found."""
    text = _text_of(path)
    raw = _sellers_of_csv(path.name, text) if path.suffix.lower() == ".csv" else _sellers_of_json(path.name, text)
    problems: list[str] = []
    sellers: list[SellerRow] = []
    for number, one in enumerate(raw, start=1):
        try:
            sellers.append(SellerRow.model_validate(one.row))
        except ValidationError as error:
            problems += [_line(number, one, problem) for problem in error.errors(include_input=False)]
    problems += [f"seller {phone}: more than once" for phone in _repeated(seller.phone for seller in sellers)]
    if problems:
        raise ImportRefused(problems)
    return sellers


def _line(number: int, raw: _Raw, problem: ErrorDetails) -> str:
    """One problem as a line that says where it is."""
    place = list(problem["loc"])
    where = f"seller {number}"
    if isinstance(raw.row, dict) and raw.row.get("phone"):
        where += f" {raw.row['phone']}"
    if raw.lines and len(place) > 1 and place[0] == "products" and isinstance(place[1], int):
        where, place = f"line {raw.lines[place[1]]}", place[2:]
    elif raw.lines:
        where = f"line {raw.lines[0]}, {where}"
    text = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {'.'.join(map(str, place))}: {text}" if place else f"{where}: {text}"


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # the encoding of CSV files from spreadsheets on Windows
        if path.suffix.lower() == ".csv":
            return data.decode("cp1252", "replace")
        raise ImportRefused([f"{path.name}: is not UTF-8"]) from None


def _sellers_of_json(name: str, text: str) -> list[_Raw]:
    try:
        sellers = json.loads(text)["sellers"]
        if not isinstance(sellers, list):
            raise TypeError("sellers is no list")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ImportRefused([f'{name}: not JSON of the form {{"sellers": […]}} ({error})']) from error
    return [_Raw(row) for row in sellers]


MOST_PIECES = 1_000_000
SELLER_COLUMNS = ("name", "document", "email", "asaas_wallet_id", "state_register", "auto_accept")
ADDRESS = "address_"
COLUMNS = {"phone", *ProductRow.model_fields, *SELLER_COLUMNS, *(ADDRESS + name for name in Address.model_fields)}


def _sellers_of_csv(name: str, text: str) -> list[_Raw]:
    """CSV has one product per line with its seller's phone; the seller's other columns are needed once only. Separated
    by commas, or by the semicolons of Brazilian spreadsheets."""
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _sellers_of_rows(name, reader)
    except csv.Error as error:
        raise ImportRefused([f"{name}, line {reader.line_num + 1}: {error}"]) from error


def _sellers_of_rows(name: str, reader: csv.DictReader[str]) -> list[_Raw]:
    unknown = [column for column in reader.fieldnames or () if column not in COLUMNS]
    if unknown or "phone" not in (reader.fieldnames or ()):
        what = f"unknown columns: {', '.join(unknown)}" if unknown else "there is no column phone"
        raise ImportRefused([f"{name}: {what}"])
    by_phone: dict[str, dict[str, Any]] = {}
    lines: dict[str, list[int]] = {}
    for row in reader:
        if None in row:
            raise ImportRefused([f"line {reader.line_num}: more fields than columns"])
        phone_given = (row["phone"] or "").strip()
        seller = by_phone.setdefault(phone_given, {"phone": phone_given, "products": []})
        lines.setdefault(phone_given, []).append(reader.line_num)
        product: dict[str, Any] = {k: v for k, v in row.items() if k in ProductRow.model_fields and v not in ("", None)}
        product["fits"] = [f.strip() for f in (row.get("fits") or "").split("|") if f.strip()]
        seller["products"].append(product)
        seller.update({column: row[column] for column in SELLER_COLUMNS if row.get(column)})
        address = {k.removeprefix(ADDRESS): v for k, v in row.items() if k.startswith(ADDRESS) and v}
        if address:
            seller["address"] = address
    return [_Raw(row, lines[phone_given]) for phone_given, row in by_phone.items()]


async def load(database: Database, rules: Rules, sellers: list[SellerRow], now: datetime) -> Imported:
    """Write sellers and products, all in one transaction."""
    problems = [
        f"seller {s.phone}: asaas_wallet_id is the platform's own wallet"
        for s in sellers
        if rules.platform_wallet_id and s.asaas_wallet_id == rules.platform_wallet_id
    ]
    if problems:
        raise ImportRefused(problems)
    async with database.write(within=None) as connection:
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
            away=before is not None and before.away,
            away_until=before.away_until if before else None,
            away_planned=before is not None and before.away_planned,
        )
        put_seller(connection, seller)
        done.sellers += 1
        put_products(connection, _products(connection, shop, seller, row.products))
        done.products += len(row.products)
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
        put_person(connection, changed)
        for value in person.identifiers:
            connection.execute(sa.delete(t.identifiers).where(t.identifiers.c.value == value))
            connection.execute(sa.insert(t.identifiers).values(value=value, person_id=person.id))
    return changed


def _products(connection: sa.Connection, shop: SqlShop, seller: Seller, rows: Sequence[ProductRow]) -> list[Product]:
    mine = t.products.c.seller_id == seller.id
    connection.execute(sa.select(t.products.c.listing).where(mine).with_for_update())  # no concurrent changes
    before = {product.sku: product for product in shop.products_of(seller.id)}
    listings = itertools.count(shop.next_listing())
    return [_product(seller, row, before.get(row.sku), listings) for row in rows]


def _product(seller: Seller, row: ProductRow, before: Product | None, listings: Iterator[int]) -> Product:
    return Product(
        listing=before.listing if before else next(listings),
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
        video=before.video if before else None,
        active=row.active,
    )
