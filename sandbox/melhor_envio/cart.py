"""Validation of the cart, and the JSON of an order (sheets 6 and 8.2)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sandbox.melhor_envio.answers import Json, cents, chosen, coded, grams, invalid, number, required, rule
from sandbox.melhor_envio.places import digits, state_of
from sandbox.melhor_envio.tariff import SERVICES, Box, Service

MOST_DECLARED = 100_000
"""Centavos; the highest insured value of a shipment without an invoice (sheet 6; seen for Jadlog only)."""

_PARTY = ("name", "address", "city", "postal_code")

# the keys of the 201 body, in its order (sheet 6)
FLAT = (
    "id", "protocol", "purchase_id", "service_id", "agency_id", "contract", "service_code", "quote", "price",
    "coupon", "discount", "delivery_min", "delivery_max", "status", "reminder", "insurance_value", "weight", "width",
    "height", "length", "diameter", "format", "billed_weight", "receipt", "own_hand", "collect",
    "collect_scheduled_at", "reverse", "non_commercial", "authorization_code", "tracking", "self_tracking",
    "delivery_receipt", "additional_info", "cte_key", "paid_at", "generated_at", "posted_at", "delivered_at",
    "canceled_at", "suspended_at", "expired_at", "created_at", "updated_at", "parse_pi_at", "received_at", "risk",
)  # fmt: skip

_PARTY_OUT = (
    "name", "document", "company_document", "state_register", "postal_code", "address", "complement", "district",
    "city", "state_abbr", "country_id", "latitude", "longitude", "note", "economic_activity_code", "phone", "email",
)  # fmt: skip


def check(body: Json) -> tuple[Service, list[Box]]:
    """The service and boxes of a cart request; raises the matching refusal."""
    errors: dict[str, str] = {}
    for key in ("service", "from", "to", "products", "volumes"):  # sheet 6: required at top level
        if not body.get(key):
            errors[key] = required(key)
    service = SERVICES.get(int(number(body.get("service")) or 0))
    if service is None and "service" not in errors:
        errors["service"] = chosen("service")
    options = body.get("options") if isinstance(body.get("options"), dict) else {}
    key = str(_dict(_dict(options).get("invoice")).get("key") or "")
    commercial = bool(key)
    for side in ("from", "to"):
        errors |= _check_party(side, _dict(body.get(side)), service, commercial=commercial)
    errors |= _check_products(body.get("products"))
    volumes = body.get("volumes")
    volumes = [volumes] if isinstance(volumes, dict) else volumes  # sheet 6: the Woo plugin sends one object
    errors |= _check_volumes(volumes)
    tags = _dict(options).get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(_dict(tag).get("tag"), str) for tag in tags):
        errors["options.tags"] = chosen("options.tags")
    if not commercial and _dict(options).get("non_commercial") is not True:
        errors["options.invoice.key"] = required("options.invoice.key")
    elif commercial and not re.fullmatch(r"[0-9A-Z]{44}", key):
        errors["options.invoice.key"] = "O campo options.invoice.key deve ter 44 caracteres."
    if service is not None and service.company == 8 and not body.get("agency"):
        errors["agency"] = required("agency")  # sheet 5: Total Express; where the key goes is not confirmed
    if errors or service is None or not isinstance(volumes, list):
        raise invalid(errors)
    sender, recipient = _dict(body["from"]), _dict(body["to"])
    if sender.get("document") and sender.get("document") == recipient.get("document"):
        raise rule("Os documentos (CPFs) dos participantes do frete não podem ser iguais")  # sheet 3
    if len(volumes) > 1 and not service.several_volumes:
        raise rule("Não é possível realizar envios com mais de um volume com esta transportadora")  # sheet 3
    if commercial and key[20:22] != "55":
        raise rule("A Nota fiscal deve ser modelo 55")  # sheet 3
    insured = cents(_dict(options).get("insurance_value"))
    if service.company == 2 and not commercial and insured > MOST_DECLARED:
        raise coded(  # sheet 3, E-CRT-0001
            "E-CRT-0001",
            "O valor segurado em envios não comerciais não pode ser maior que R$ 1.000,00.",
            "Reduza o valor segurado ou informe a nota fiscal.",
        )
    boxes = [_box(volume, insured if index == 0 else 0) for index, volume in enumerate(volumes)]
    for box in boxes:
        objection = service.objection_to(box)
        if objection:
            raise rule(objection)  # sheet 4 has the sentence for quotes; for the cart none is recorded
    objection = service.objection(digits(sender["postal_code"]), digits(recipient["postal_code"]))
    if objection:
        raise rule(objection)
    return service, boxes


def check_return(body: Json) -> tuple[Service, Box]:
    """The service and box of a request for reverse logistics (sheet 6): PAC and SEDEX only, one volume."""
    wanted = ("service", "order_id", "new_sender_mail", "new_sender_phone", "insurance_value", "package")
    errors = {key: required(key) for key in wanted if body.get(key) in (None, "", {}, [])}
    service = SERVICES.get(int(number(body.get("service")) or 0))
    if "service" not in errors and (service is None or service.company != 1 or service.id == 17):
        errors["service"] = chosen("service")
    package = _dict(body.get("package"))
    errors |= {key.replace("volumes.0", "package"): text for key, text in _check_volumes([package]).items()}
    if errors or service is None:
        raise invalid(errors)
    box = _box(package, cents(body["insurance_value"]))
    objection = service.objection_to(box)
    if objection:
        raise rule(objection)
    return service, box


def _check_party(side: str, party: Json, service: Service | None, *, commercial: bool) -> dict[str, str]:
    if not party:
        return {}
    errors = {f"{side}.{name}": required(f"{side}.{name}") for name in _PARTY if not party.get(name)}
    cep = digits(party.get("postal_code"))
    if party.get("postal_code") and not cep:
        errors[f"{side}.postal_code"] = chosen(f"{side}.postal_code")
    state = party.get("state_abbr")
    if cep and state and state != state_of(cep):  # sheet 6: checked against the CEP when sent
        errors[f"{side}.state_abbr"] = chosen(f"{side}.state_abbr")
    person, company = party.get("document"), party.get("company_document")
    if not person and not company:  # sheet 6: mandatory in practice
        errors[f"{side}.document"] = required(f"{side}.document")
    if person and not re.fullmatch(r"[0-9]{11}", str(person)):  # a CNPJ here is sheet 6's other key
        errors[f"{side}.document"] = chosen(f"{side}.document")
    if company and not re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", str(company)):
        errors[f"{side}.company_document"] = chosen(f"{side}.company_document")
    if side == "from" and company and commercial and not party.get("state_register"):  # sheet 6
        errors[f"{side}.state_register"] = required(f"{side}.state_register")
    if service is not None and service.company != 1:  # sheet 6: non-Correios want both
        errors |= {f"{side}.{name}": required(f"{side}.{name}") for name in ("phone", "email") if not party.get(name)}
    return errors


def _check_products(products: Any) -> dict[str, str]:
    if not isinstance(products, list):
        return {}
    errors = {}
    for index, product in enumerate(products):
        for name in ("name", "quantity", "unitary_value"):
            value = _dict(product).get(name)
            if not value or (name != "name" and number(value) is None):  # sheet 6: number or numeric text
                errors[f"products.{index}.{name}"] = required(f"products.{index}.{name}")
    return errors


def _check_volumes(volumes: Any) -> dict[str, str]:
    if not isinstance(volumes, list):
        return {}
    errors = {}
    for index, volume in enumerate(volumes):
        for name in ("height", "width", "length", "weight"):
            value = number(_dict(volume).get(name))
            if value is None or value <= 0:
                errors[f"volumes.{index}.{name}"] = required(f"volumes.{index}.{name}")
            elif name != "weight" and value != int(value):  # sheet 6: dimensions are whole numbers
                key = f"volumes.{index}.{name}"
                errors[key] = f"O campo {key} deve ser um número inteiro."
    return errors


def _box(volume: Json, insured: int) -> Box:
    height, width, length = (int(number(volume[side]) or 0) for side in ("height", "width", "length"))
    return Box(height, width, length, grams(volume["weight"]), insured)


def party_out(party: Json) -> Json:
    """Sheet 8.2: the request's ``number`` is returned as ``location_number``."""
    return {**{name: party.get(name) or None for name in _PARTY_OUT}, "location_number": party.get("number") or None}


def volume_out(index: int, box: Box) -> Json:
    """Sheet 6: sizes are text here."""
    return {
        "id": index,
        "height": f"{Decimal(box.height):.2f}",
        "width": f"{Decimal(box.width):.2f}",
        "length": f"{Decimal(box.length):.2f}",
        "diameter": "0.00",
        "weight": f"{Decimal(box.weight_g) / 1000:.2f}",
        "format": "box",
    }


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
