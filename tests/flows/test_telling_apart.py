"""Parts that differ in one thing only: the wish keeps what tells them apart, and the wrong twin is no fit."""

from __future__ import annotations

import pytest

from bot.conversations.finding import find, look
from bot.domain import part_words
from tests.flows.chat import Chat
from tests.support_shop import MemoryShop, headlight, silva, silva_person

PARTS = {
    "COLD": "Radiador Logan Sandero 1.6 c/ ar",
    "PLAIN": "Radiador Logan Sandero 1.6 s/ ar",
    "TOP": "Batente superior porta Kadett",
    "SWITCH": "Espelho Idea manual LD",
    "SEDAN": "Lanterna traseira Focus Sedan 09/13 LD",
    "HEAD": "Cabeçote Punto 1.4 8v",
    "TYRE": "Pneu 195/55 R15 Pirelli",
    "CIVIC": "Grade Civic G9",
    "COIL": "Bobina Meriva 933634830",
    "LOCK": "Fechadura Polo 6Q4 837 015 A",
    "ABS": "Sensor ABS City 2010/2014 dianteiro",
    "RING": "Vidro Logus 2p LE",
    "SET": "Coifa Escort 97 a 2002",
}


def shop() -> MemoryShop:
    made = MemoryShop()
    made.add(silva_person(), silva())
    for listing, (sku, title) in enumerate(PARTS.items(), start=600):
        made.add(headlight(listing=listing, sku=sku, title=title, fits=()))
    return made


@pytest.mark.parametrize(
    ("said", "skus"),
    [
        ("radiador logan com ar condicionado", ["COLD"]),
        ("radiador do sandero s/ ar", ["PLAIN"]),
        ("batente de cima da porta kadett", ["TOP"]),
        ("batente de baixo da porta kadett", []),
        ("espelho eletrico idea direito", []),
        ("lanterna focus hatch 2011 direita", []),
        ("cabecote punto 1.8", []),
        ("cabecote punto 1.4", ["HEAD"]),
        ("pneu 195/55 aro 15", ["TYRE"]),
        ("pneu 185/60 r14", []),
        ("vidro logus 4 portas esquerdo", []),
        ("vidro logus 2 portas esquerdo", ["RING"]),
        ("grade civic g10", []),
        ("933634830", ["COIL"]),
        ("6q4837015a", ["LOCK"]),
        ("6Q4 837 015 A", ["LOCK"]),
        ("coifa escort 1999", ["SET"]),
    ],
)
def test_the_wrong_twin_is_no_fit(said: str, skus: list[str]) -> None:
    assert [p.sku for p in find(shop(), said)] == skus


def test_the_wrong_twin_is_shown_as_close() -> None:
    found = look(shop(), "espelho elétrico idea direito")
    assert not found.right
    assert [p.sku for p in found.products] == ["SWITCH"]


@pytest.mark.parametrize(
    "said",
    [
        "tem espelho elétrico do idea direito?",
        "sensor abs city 2012 traseiro",
        "grade do civic g10",
        "batente inferior da porta do kadett",
    ],
)
def test_a_buyer_is_told_that_it_is_only_similar(said: str) -> None:
    Chat(shop()).buyer(said).bot("Não achei", "Parecidos que tenho").not_bot("CEP")


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("933634830", "COIL"),
        ("6q4 837 015 a", "LOCK"),
        ("tem radiador do logan com ar?", "COLD"),
        ("queria o radiador sem ar do sandero", "PLAIN"),
        ("cabeçote do punto 1.4", "HEAD"),
        ("o mecânico pediu o cabeçote do punto", "HEAD"),
    ],
)
def test_a_buyer_is_offered_the_right_twin_at_once(said: str, sku: str) -> None:
    Chat(shop()).buyer(said).bot(PARTS[sku], "CEP")


def test_what_else_a_message_says_with_com_is_no_feature() -> None:
    assert "with entrega" not in part_words.features("radiador logan com entrega e nota")
    assert part_words.features("c/ ar e direção")["with direcao"] == {"c"}


def test_what_is_said_already_is_not_said_again() -> None:
    assert part_words.distinctions("radiador 1.6 com ar aro 15 4 portas g5", "radiador 1.6") == "g5 4p aro 15 com ar"
