"""The parts that shops sell."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.common import Value


class Condition(StrEnum):
    NEW = "new"
    USED = "used"
    REMANUFACTURED = "remanufactured"


class Photo(Value):
    """A stored picture: ``id`` is the one that we chose, ``url`` where it is delivered."""

    id: str
    url: str


class Video(Value):
    """A stored video: ``name`` is the one that we chose. ``page`` is where it can be watched and ``poster`` a preview
    picture, both empty until it is ready."""

    name: str
    video_id: str = ""
    page: str = ""
    poster: str = ""


class Product(Value):
    """A part for sale. Sizes of the box in whole cm, weight in grams."""

    listing: int
    """The number that people see and write: *anúncio 558*."""
    version: int = 0
    seller_id: str
    sku: str
    title: str
    price: int
    condition: Condition
    weight_g: int
    width_cm: int
    height_cm: int
    length_cm: int
    stock: int
    """Free pieces; those held by open orders are subtracted already."""
    fits: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()
    video: Video | None = None
    active: bool = True
