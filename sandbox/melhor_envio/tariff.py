"""Carriers, their services, limits and prices. The prices are made up, but depend on distance and billed weight."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sandbox.melhor_envio.answers import Json, text_of
from sandbox.melhor_envio.places import hundreds_of_km

NOT_SERVED = "Transportadora não atende este trecho."
TOO_BIG = "Dimensões do objeto ultrapassam o limite da transportadora."
NO_ECONOMY = "Serviço econômico indisponível para o trecho."
INSURED_TOO_HIGH = "O valor segurado ultrapassa o limite da transportadora."  # the wording is ours: none is recorded

COMPANIES = {1: "Correios", 2: "Jadlog", 8: "Total Express", 14: "Loggi"}


@dataclass(frozen=True)
class Limits:
    """Sheet 5, box limits: grams, cm, centavos."""

    weight_g: int
    sides: tuple[int, int, int]
    """Maximum height, width and length."""
    total: int
    insured: int
    least: tuple[int, int, int] = (0, 0, 0)


_PAC = Limits(30_000, (100, 100, 100), 200, 300_000, (2, 11, 16))
_SEDEX = replace(_PAC, insured=1_000_000)
_MINI = replace(_PAC, weight_g=300)
_JADLOG = Limits(120_000, (100, 105, 181), 386, 2_990_000, (1, 1, 1))
_LOGGI = Limits(30_000, (100, 100, 100), 200, 1_000_000, (1, 1, 1))


@dataclass(frozen=True)
class Service:
    """A price is ``base + kilo × billed kg + far × hundreds of km + insured × permille``."""

    id: int
    name: str
    company: int
    limits: Limits
    base: int
    kilo: int
    far: int
    permille: Decimal
    several_volumes: bool = False

    def price(self, boxes: Sequence[Box], origin: str, destination: str) -> int:
        """Centavos, for the whole shipment."""
        far = hundreds_of_km(origin, destination)
        insured = Decimal(sum(box.insured for box in boxes)) * self.permille / 1000
        weight = sum(self.kilo * self.billed_kg(box) for box in boxes)
        return self.base * len(boxes) + weight + self.far * far + round(insured)

    def billed_kg(self, box: Box) -> int:
        """The greater of weight and a sixth of the volume in litres; Correios ignore the volume up to 5 kg."""
        cubed_g = int(box.height * box.width * box.length) // 6
        if self.company == 1 and cubed_g <= 5000:
            cubed_g = 0
        return max(1, -(-max(box.weight_g, cubed_g) // 1000))

    def days(self, origin: str, destination: str) -> int:
        far = hundreds_of_km(origin, destination)
        return {1: 3 + far, 17: 4 + far, 2: 1 + far // 4}.get(self.id, 2 + -(-far // 2))

    def objection(self, origin: str, destination: str) -> str:
        """Why this service does not cover the route; "" if it does."""
        if self.id == 4 and origin[:2] != destination[:2]:
            return NOT_SERVED
        if self.id == 27 and origin[0] != destination[0]:
            return NO_ECONOMY
        if self.company == 14 and not (origin[:2] == destination[:2] and origin[0] in "012"):
            return NOT_SERVED
        return ""

    def objection_to(self, box: Box) -> str:
        """Why it does not accept the box; "" if it does."""
        limits = self.limits
        if box.weight_g > limits.weight_g:
            return f"Peso ultrapassa o limite máximo de {text_of(limits.weight_g // 10).replace('.', ',')}kg."
        sides = (box.height, box.width, box.length)
        if any(s > most for s, most in zip(sides, limits.sides, strict=True)) or sum(sides) > limits.total:
            return TOO_BIG
        return INSURED_TOO_HIGH if box.insured > limits.insured else ""

    def json(self, *, encoded: bool) -> Json:
        """``encoded``: inside orders these three are JSON in a text (sheet 5, the trap)."""
        limits = self.limits
        height, width, length = (
            {"min": least, "max": most} for least, most in zip(limits.least, limits.sides, strict=True)
        )
        details: Json = {
            "restrictions": {
                "insurance_value": {"min": 0, "max": limits.insured // 100, "max_dec": limits.insured // 100},
                "formats": {
                    "box": {
                        "weight": {"min": 0.001, "max": limits.weight_g / 1000},
                        "width": width,
                        "height": height,
                        "length": length,
                        "sum": limits.total,
                    }
                },
            },
            "requirements": ["names", "addresses"] + (["documents"] if self.company == 1 else ["documents", "invoice"]),
            "optionals": ["AR", "MP", "VD"] if self.company == 1 else ["AR", "VD"],
        }
        if encoded:
            details = {name: json.dumps(value) for name, value in details.items()}
        return {
            "id": self.id,
            "name": self.name,
            "status": "available",
            "type": "normal",
            "range": "interstate",
            **details,
            "company": {
                **company(self.company),
                "status": "available",
                "use_own_contract": False,
                "tracking_link": "https://www.melhorrastreio.com.br/rastreio/",
                "has_grouped_volumes": int(self.several_volumes),
                "batch_size": 1,
            },
        }


@dataclass(frozen=True)
class Box:
    """cm (fractions as given), grams, centavos; ``contents``: (product id, quantity)."""

    height: int | Decimal
    width: int | Decimal
    length: int | Decimal
    weight_g: int
    insured: int
    contents: tuple[tuple[str, int], ...] = ()

    def with_one_more(self, piece: Box) -> Box:
        """Another piece laid on top."""
        return Box(
            self.height + piece.height,
            max(self.width, piece.width),
            max(self.length, piece.length),
            self.weight_g + piece.weight_g,
            self.insured + piece.insured,
            self.contents + piece.contents,
        )

    def json(self) -> Json:
        """Sheet 4: sizes truncated to whole cm, the rest as text."""
        body: Json = {
            "format": "box",
            "weight": text_of(-(-self.weight_g // 10)),
            "insurance_value": text_of(self.insured),
            "dimensions": {"height": int(self.height), "width": int(self.width), "length": int(self.length)},
        }
        if self.contents:
            counts: dict[str, int] = {}
            for name, quantity in self.contents:
                counts[name] = counts.get(name, 0) + quantity
            body["products"] = [{"id": name, "quantity": quantity} for name, quantity in counts.items()]
        return body


_TEN, _SEVEN = Decimal(10), Decimal("7.5")
SERVICES = {
    s.id: s
    for s in (
        Service(1, "PAC", 1, _PAC, 1250, 120, 210, _TEN),
        Service(2, "SEDEX", 1, _SEDEX, 1640, 200, 450, _TEN),
        Service(3, ".Package", 2, _JADLOG, 890, 110, 195, _SEVEN, several_volumes=True),
        Service(4, ".Com", 2, _JADLOG, 1190, 150, 260, _SEVEN, several_volumes=True),
        Service(17, "Mini Envios", 1, _MINI, 690, 100, 90, _TEN),
        Service(27, ".Package Centralizado", 2, _JADLOG, 790, 100, 185, _SEVEN),
        Service(31, "Express", 14, _LOGGI, 990, 120, 150, _SEVEN),
        Service(35, "Standard", 8, _LOGGI, 950, 115, 190, _SEVEN, several_volumes=True),
    )
}
USUAL = frozenset(SERVICES) - {35}
"""The services that an account is quoted by default."""


def company(number: int) -> Json:
    name = COMPANIES[number]
    picture = f"https://www.melhorenvio.com.br/images/shipping-companies/{name.lower().replace(' ', '-')}.png"
    return {"id": number, "name": name, "picture": picture}


def pack(service: Service, pieces: Sequence[Box]) -> list[Box] | str:
    """The pieces in few boxes, by a simple heuristic; or why one of them does not fit at all."""
    boxes: list[Box] = []
    for piece in pieces:
        objection = service.objection_to(piece)
        if objection:
            return objection
        larger = boxes[-1].with_one_more(piece) if boxes else piece
        if boxes and not service.objection_to(larger):
            boxes[-1] = larger
        else:
            boxes.append(piece)
    least = service.limits.least
    return [
        replace(b, height=max(b.height, least[0]), width=max(b.width, least[1]), length=max(b.length, least[2]))
        for b in boxes
    ]


def offer(
    service: Service,
    origin: str,
    destination: str,
    pieces: Sequence[Box],
    *,
    packed: bool,
    markup: int,
    extra_days: int,
) -> Json:
    """One item of a quote. Failed services are in the same list, without a price (sheet 4)."""
    head: Json = {"id": service.id, "name": service.name}
    boxes = pack(service, pieces) if packed else list(pieces)
    error = service.objection(origin, destination)
    if isinstance(boxes, str):
        error = error or boxes
    else:
        error = error or next((why for why in map(service.objection_to, boxes) if why), "")
    if error or isinstance(boxes, str):
        return {**head, "error": error, "company": company(service.company)}
    price, days = service.price(boxes, origin, destination), service.days(origin, destination)
    packages = [box.json() for box in boxes]
    if service.company != 2:  # sheet 4: Jadlog's price is for the whole shipment, so its packages have none
        share = text_of(price // len(boxes))
        packages = [{"price": share, "discount": "0.00", **body} for body in packages]
    return {
        **head,
        "price": text_of(price),
        "custom_price": text_of(price + markup),
        "discount": "0.00",
        "currency": "R$",
        "delivery_time": days,
        "delivery_range": {"min": max(1, days - 1), "max": days},
        "custom_delivery_time": days + extra_days,
        "custom_delivery_range": {"min": max(1, days - 1) + extra_days, "max": days + extra_days},
        "packages": packages,
        "additional_services": {"receipt": False, "own_hand": False, "collect": False},
        "additional": {"unit": {"price": 0, "delivery": 0}},
        "company": company(service.company),
    }
