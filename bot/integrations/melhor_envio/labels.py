"""Labels: cart requests, and the interpretation of their orders. No calls are made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from bot.domain import lanes
from bot.domain.bills import Correction
from bot.domain.commands import Content, Label, Party
from bot.domain.documents import is_cpf
from bot.domain.money import json_number, to_decimal
from bot.domain.order import ShipmentState, Volume
from bot.domain.text import fold
from bot.integrations.http import LONGEST_ID
from bot.integrations.melhor_envio.amounts import Centavos, centavos, kilos

EXEMPT = "ISENTO"
TRACKING_PAGE = "https://www.melhorrastreio.com.br/rastreio/"


def request(
    *,
    reference: str,
    url: str,
    platform: str,
    contact_email: str,
    service_id: str,
    sender: Party,
    recipient: Party,
    contents: Sequence[Content],
    volumes: Sequence[Volume],
    nfe_key: str,
    agency: int | None = None,
) -> dict[str, Any]:
    """The body of one cart item: one label, with our tag for lookups."""
    options: dict[str, Any] = {
        "insurance_value": json_number(sum(v.insured for v in volumes)),
        "receipt": False,
        "own_hand": False,
        "reverse": False,
        "non_commercial": not nfe_key,
        "platform": platform,
        "tags": tags(reference, url),
    }
    if nfe_key:
        options["invoice"] = {"key": nfe_key}
    body: dict[str, Any] = {
        "service": int(service_id) if service_id.isdecimal() else service_id,
        "from": party(sender, contact_email, commercial=bool(nfe_key)),
        "to": party(recipient, contact_email, commercial=bool(nfe_key)),
        "products": [
            {"name": c.name, "quantity": str(c.quantity), "unitary_value": str(to_decimal(c.unit_value))}
            for c in contents
        ],
        "volumes": [box(volume) for volume in volumes],
        "options": options,
    }
    return body if agency is None else body | {"agency": agency}


def return_request(
    *,
    reference: str,
    url: str,
    platform: str,
    service_id: str,
    shipment_id: str,
    email: str,
    phone: str,
    volume: Volume,
) -> dict[str, Any]:
    """The body of a return label, for a parcel whose original label was made here; one volume (``/cart/reverse``)."""
    return {
        "service": int(service_id),
        "order_id": shipment_id,
        "new_sender_mail": email,
        "new_sender_phone": national(phone),
        "insurance_value": json_number(volume.insured),
        "package": box(volume),
        "options": {"platform": platform, "tags": tags(reference, url)},
    }


def box(volume: Volume) -> dict[str, Any]:
    return {
        "height": volume.height_cm,
        "width": volume.width_cm,
        "length": volume.length_cm,
        "weight": kilos(volume.weight_g),
    }


def tags(reference: str, url: str) -> list[dict[str, str | None]]:
    """What identifies a label in lists and webhooks."""
    return [{"tag": reference, "url": url or None}]


def party(who: Party, contact_email: str, *, commercial: bool) -> dict[str, Any]:
    """A sender or recipient. Carriers other than Correios require both sides' e-mail addresses; a missing one is
    replaced by the platform's own, so that a paid parcel never fails for it. A person's CPF is ``document``; a
    company's CNPJ is ``company_document``, and comes with the state registration, which counts only with an invoice."""
    address = who.address
    fields: dict[str, Any] = {
        "name": who.name,
        "phone": national(who.phone),
        "email": who.email or contact_email,
        "address": address.street,
        "number": address.number,
        "complement": address.complement,
        "district": address.district,
        "city": address.city,
        "state_abbr": address.state,
        "country_id": "BR",
        "postal_code": address.postal_code,
        "note": "",
    }
    if is_cpf(who.document):
        return fields | {"document": who.document}
    register = who.state_register if commercial and who.state_register else EXEMPT
    return fields | {"company_document": who.document, "state_register": register}


def national(phone: str) -> str:
    """Without the country code: 12 or 13 digits start with it, 10 or 11 are national already."""
    return phone[2:] if len(phone) in (12, 13) and phone.startswith("55") else phone


Id = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ID)]


class Tag(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    tag: str | None = None


def _dicts(value: Any) -> Any:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else value


class Order(BaseModel):
    """The fields of their order that we read. The same object comes from cart, orders, tracking and webhooks, each time
    with different fields. For times, only their presence counts.

    Everything except the id counts as missing if malformed: a label that we could not read would be bought twice.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore")

    id: Annotated[Id, StringConstraints(min_length=1)]
    status: str | None = None
    price: Annotated[Centavos, Field(ge=0)] | None = None
    tracking: Id | None = None
    self_tracking: Id | None = None
    melhorenvio_tracking: Id | None = None
    tracking_url: str | None = None
    authorization_code: str | None = None
    tags: Annotated[list[Tag] | None, BeforeValidator(_dicts)] = None
    generated_key: Any = None
    created_at: str | None = None
    paid_at: str | None = None
    generated_at: str | None = None
    received_at: str | None = None
    posted_at: str | None = None
    delivered_at: str | None = None
    suspended_at: str | None = None
    canceled_at: str | None = None
    expired_at: str | None = None
    updated_at: str | None = None

    @field_validator("*", mode="wrap")
    @classmethod
    def _lenient(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            if info.field_name == "id":
                raise
            return None

    @property
    def code(self) -> str:
        """Its id on the tracking page; the carrier's code lags behind theirs."""
        return self.tracking or self.self_tracking or self.melhorenvio_tracking or ""

    @property
    def page(self) -> str:
        if self.tracking_url and self.tracking_url.startswith(("https://", "http://")):
            return self.tracking_url
        return TRACKING_PAGE + self.code if self.code else ""

    def carries(self, reference: str) -> bool:
        return any(t.tag == reference for t in self.tags or [])


def read(raw: Any) -> Order | None:
    """None for anything but an order."""
    try:
        return Order.model_validate(raw)
    except ValidationError:
        return None


def bought(body: Any, shipment_id: str) -> Label | None:
    """The label in a checkout's response, None if it names none that is paid."""
    purchase = body.get("purchase") if isinstance(body, dict) else None
    raw_orders = purchase.get("orders") if isinstance(purchase, dict) else None
    orders = [read(raw) for raw in raw_orders] if isinstance(raw_orders, list) else []
    found = next((label(o) for o in orders if o is not None and o.id == shipment_id), None)
    return found if found is not None and found.state != ShipmentState.IN_CART else None


def corrections(body: Any) -> tuple[Correction, ...]:
    """What a checkout charged for differences of earlier labels. The format of the single entries is not recorded: what
    they do not account for is reported without a label."""
    group = body.get("conciliation_group") if isinstance(body, dict) else None
    if not isinstance(group, dict):
        return ()
    name, left = str(group.get("protocol") or group.get("id") or "sem número")[:60], _amount(group.get("total"))
    found = []
    singles = group.get("conciliations")
    for one in _dicts(singles) if isinstance(singles, list) else []:
        order = one.get("order")
        label_id = one.get("order_id") or (order.get("id") if isinstance(order, dict) else None)
        amount = _amount(one.get("value") if one.get("value") is not None else one.get("total"))
        if label_id and 0 < amount <= left:
            found.append(Correction(name=name, amount=amount, shipment_id=str(label_id)))
            left -= amount
    return (*found, *([Correction(name=name, amount=left)] if left > 0 else []))


def _amount(value: Any) -> int:
    try:
        return centavos(value)
    except ValueError:
        return 0


def state(order: Order) -> ShipmentState:
    """Our state, from status and times together: ``released`` often still appears on generated labels."""
    status = fold(order.status or "").replace(" ", "_").replace("-", "_")
    for here, name in (
        (order.canceled_at or status in ("canceled", "cancelled"), ShipmentState.CANCELLED),
        (order.expired_at or status == "expired", ShipmentState.EXPIRED),
        (order.delivered_at or status == "delivered", ShipmentState.DELIVERED),
        (status in ("undelivered", "not_delivered"), ShipmentState.UNDELIVERED),
        (order.suspended_at or status in ("paused", "suspended"), ShipmentState.STOPPED),
        (order.posted_at or order.received_at or status in ("posted", "received"), ShipmentState.POSTED),
        (order.generated_at or order.tracking or status == "generated", ShipmentState.GENERATED),
        (order.paid_at or status == "released", ShipmentState.BOUGHT),
    ):
        if here:
            return name
    return ShipmentState.IN_CART


def label(order: Order) -> Label:
    now = state(order)
    return Label(
        shipment_id=order.id,
        state=now.value,
        cost=order.price or 0,
        tracking=order.code,
        tracking_url=order.page,
        posting_code=order.authorization_code or "",
        failure=_failure(order) if now == ShipmentState.BOUGHT else "",
        reference=next((t.tag for t in order.tags or [] if lanes.order_of(t.tag) is not None), None) or "",
    )


def _failure(order: Order) -> str:
    """Why the label was not generated: reported nowhere else, while the status stays ``released``."""
    key = order.generated_key
    if not isinstance(key, dict):
        return ""
    why = key.get("data")
    if key.get("failed_at"):
        return str(why or "a geração falhou")
    return str(why) if why and key.get("finished_at") else ""
