"""A fourth round of people who have never seen this bot: mechanics in a hurry, elderly people, shops that say
many things in one breath."""

from __future__ import annotations

import pytest

from bot.domain.events import ChargeOffered
from tests.flows.chat import Chat
from tests.flows.stories import parts_shop
from tests.support_shop import headlight, marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa", "Já estou chamando")


def newcomer() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


# --- what went wrong with money, or would have --------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "cobra 100 do pedro 41 99888-7766 e 200 da carla 41 99777-6655",
        "cobra 100 do pedro 41 99888-7766, 200 da carla 41 99777-6655",
        "cobra 100 do pedro 41 99888-7766\ncobra 200 da carla 41 99777-6655",
    ],
)
def test_charges_of_several_people_are_made_one_by_one(said: str) -> None:
    """The sum of one went to the other, and with it a stranger's name and phone as what is charged for."""
    chat = newcomer().seller(said).bot("Uma cobrança por vez", "200 da carla 41 99777-6655", "Do que é")
    chat.seller("farol").bot("R$ 100,00 para Pedro, (41) 99888-7766 · Farol.").not_bot("arla").seller("sim")
    chat.seller("cobrar 200 da carla 41 99777-6655").seller("lanterna").bot("R$ 200,00 para Carla").seller("sim")
    offered = [e.event for d in chat.decisions for e in d.events if isinstance(e.event, ChargeOffered)]
    assert [(o.name, o.amount, o.title) for o in offered] == [("Pedro", 100_00, "Farol"), ("Carla", 200_00, "Lanterna")]


def test_two_parts_in_bubbles_are_not_listed_as_one() -> None:
    """The headlight was listed at the price of the lamp."""
    chat = (
        newcomer()
        .seller("cadastrar")
        .types("farol palio 2010 direito usado 120", "lanterna gol g4 esquerda nova 90", apart=2)
    )
    chat.bot("uma por vez", "lanterna").photo()
    chat.seller("pronto").seller("2kg 40x30x30").bot("Farol direito Palio 2010 (usado) · R$ 120,00").seller("1")
    chat.seller("não").bot("Lanterna", "Gol G4", "R$ 90,00")


@pytest.mark.parametrize("step", ["price", "side", "condition", "photos"])
def test_another_part_while_one_is_listed_is_kept_for_later(step: str) -> None:
    said = {"price": "", "side": " 120 reais", "condition": " direito 120 reais", "photos": " direito usado 120 reais"}
    chat = newcomer().seller(f"cadastrar farol palio 2010{said[step]}")
    chat.seller("lanterna gol g4 esquerda nova 90 reais").bot("uma por vez", "lanterna").not_bot(*DEAD_ENDS)
    for answer in ("120 reais", "direito", "usado"):
        if not chat.last[-1].startswith("Manda de") and "Manda de" not in chat.last[-1]:
            chat.seller(answer)
    chat.photo()
    chat.seller("pronto").seller("2kg 40x30x30").bot("Farol direito Palio 2010 (usado) · R$ 120,00")


@pytest.mark.parametrize("said", ["tira a pastilha do ar", "e tira as pastilhas do ar"])
def test_off_the_air(said: str) -> None:
    chat = newcomer()
    chat.shop.add(headlight(listing=561, sku="P", title="Pastilha dianteira HB20 2019"))
    chat.seller(said).bot("Pausei o anúncio 561").seller("volta a pastilha").bot("561", "no ar")


def test_what_no_cue_speaks_for_calls_nobody() -> None:
    chat = newcomer().buyer("farol do corolla e retrovisor do onix")
    chat.buyer("sim, o farol primeiro").bot("Para qual CEP").not_bot(*DEAD_ENDS)
    assert not chat.alerts
