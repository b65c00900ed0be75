"""Several bubbles that wait together: one saying is heard as one, what stands alone stays alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import CancelAsked, OrderPlaced
from tests.flows.chat import Chat
from tests.flows.stories import buyer_with_orders, parts_shop, seller_with_sales
from tests.support_shop import marina


def shop() -> Chat:
    return Chat(parts_shop(marina(greeted=True)))


# --- one saying -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bubbles",
    [
        ("oi", "queria um farol", "do corolla 2015", "pra 80010-000"),
        ("oi", "bom dia", "vcs tem farol", "direito", "corolla 2015?"),
        ("frete do farol do corolla", "80010-000", "no pix"),
    ],
)
def test_a_wish_in_several_bubbles_is_answered_once(bubbles: tuple[str, ...]) -> None:
    chat = shop().bubbles(*bubbles).bot("Farol dianteiro direito Corolla 2015*CEP 80010-000*É aí mesmo?")
    assert len(chat.last) == 1


def test_a_stranger_is_greeted_once() -> None:
    chat = Chat(parts_shop()).bubbles("oi", "queria um farol", "do corolla 2015", "pra 80010-000")
    chat.bot("AutoPars*Farol dianteiro direito Corolla 2015")
    assert len(chat.last) <= 2


def test_an_answer_in_own_words_goes_on_in_the_next_bubble() -> None:
    chat = Chat(parts_shop(marina(greeted=True, name="", document="")))
    chat.buyer("farol direito corolla pra 80010-000").buyer("sim").buyer("1").buyer("pix").buyer("529.982.247-25")
    chat.bot("nome completo")
    chat.bubbles("Marina", "de Souza Lima, 210", "apto 31")
    assert len(chat.last) == 1
    (order,) = chat.shop.orders.values()
    assert chat.orders_hear(OrderPlaced).order == order.number
    assert order.recipient.name == "Marina de Souza Lima"
    assert (order.destination.number, order.destination.complement) == ("210", "apto 31")


def test_the_note_to_a_person_is_one_note() -> None:
    chat = shop()
    chat.buyer("atendente").bot("Já estou chamando")
    chat.bubbles("a peça do pedido 1003", "veio sem o parafuso", "e a caixa aberta")
    noted = [a.text for a in chat.alerts if "acrescenta" in a.text]
    assert noted == [f"{chat.person.id} acrescenta: a peça do pedido 1003\nveio sem o parafuso\ne a caixa aberta"]
    assert len(chat.last) == 1


# --- what stands alone ------------------------------------------------------------------------------------


def test_two_wishes_are_two_answers() -> None:
    chat = buyer_with_orders().buyer("oi")
    chat.bubbles("kd meu pedido 1003", "quero cancelar o 1001").bot("#1003*JD123*Cancelar o #1001")


def test_two_parts_are_two_wishes() -> None:
    chat = shop().buyer("oi")
    chat.bubbles("quanto custa farol corolla", "e retrovisor do onix?")
    assert len(chat.last) == 2


def test_two_sales_that_were_posted_are_two_acts() -> None:
    chat = seller_with_sales()
    chat.seller("oi").bubbles("postei 1002", "postei 1003")
    assert len(chat.last) == 2


def test_a_yes_answers_what_was_asked_and_nothing_that_came_after_it() -> None:
    chat = buyer_with_orders()
    chat.buyer("cancela o pedido 1001").bot("Cancelar o #1001")
    chat.bubbles("sim", "cancela o 1002 tambem")
    cancelled = [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    assert [c.order for c in cancelled] == [1001]
    chat.bot("O #1002 já está pago*Cancelo? sim / não")


def test_words_in_front_of_a_yes_do_not_become_part_of_it() -> None:
    chat = buyer_with_orders()
    chat.buyer("cancela o pedido 1001")
    chat.bubbles("espera", "pensando melhor", "não")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.bot("o #1001 continua valendo")


@pytest.mark.parametrize("word", ["menu", "atendente", "sair", "ajuda", "cancelar"])
def test_a_word_that_works_everywhere_works_in_a_burst(word: str) -> None:
    alone = shop().buyer("farol direito corolla").buyer(word).last
    chat = shop().buyer("farol direito corolla").bubbles(word, "obrigada pela atenção")
    assert chat.last[0] == alone[0]


def test_four_answers_to_four_questions_stay_four() -> None:
    chat = shop().buyer("oi")
    chat.bubbles("menu", "1", "farol do corolla 2015", "menu")
    assert [part in said for part, said in zip(("Posso:", "Qual peça", "CEP", "Posso:"), chat.last, strict=True)] == [
        True
    ] * 4


def test_a_word_that_ends_a_question_ends_it_before_the_next_wish() -> None:
    chat = seller_with_sales().seller("meu email é silva@autopars.example").bot("código")
    chat.bubbles("pular", "cobra 150 da marina 11 98888-0001 pelo farol, no pix").bot("Confere?")
    assert not any(f.flow == "email" for f in chat.shop.conversation(chat.person.id).frames)


def test_a_button_is_never_part_of_a_text() -> None:
    chat = buyer_with_orders().buyer("cancela o pedido 1001")
    yes = next(o for o in chat.shop.conversation(chat.person.id).options if o.label == "Sim")
    chat.bubbles("só pra saber", {"text": "Sim", "choice": yes.id}, "e o farol do onix?")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, CancelAsked)] == [1001]
    chat.bot("cancelando o #1001")


# --- corrected and deleted meanwhile ----------------------------------------------------------------------


def test_what_was_corrected_while_it_waited_counts_as_it_is_now() -> None:
    chat = shop().buyer("oi")
    chat.bubbles("queria um farol", "do onix 2018", {"text": "do corolla 2015", "edits": "in-2"}, "pra 80010-000")
    chat.bot("Farol dianteiro direito Corolla 2015*80010-000").not_bot("Onix", "corrig")
    assert len(chat.last) == 1


def test_a_yes_that_became_a_no_is_a_no() -> None:
    chat = buyer_with_orders()
    chat.buyer("cancela o pedido 1001")
    chat.bubbles("sim", {"text": "não", "edits": "in-1"}).bot("o #1001 continua valendo")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]


def test_what_was_deleted_while_it_waited_was_not_said() -> None:
    chat = shop().buyer("oi")
    chat.bubbles("farol corolla", "pra 01310-100", {"deletes": "in-2"}, "pra 80010-000")
    chat.bot("80010-000").not_bot("01310")
    chat.bubbles("menu", {"deletes": "in-1"}).silence()


# --- however it is cut ------------------------------------------------------------------------------------

PURCHASES = (
    ("oi", "tudo bem?", "queria comprar um farol", "do corolla 2015", "pra 80010-000"),
    ("bom dia", "quanto fica o farol direito", "do corolla 2015", "com frete pra 01310-100"),
    ("preciso do retrovisor", "direito do onix 2018", "entrega no 80010-000"),
)
AFTER = ("sim", "1", "pix", "529.982.247-25")
WHO = ("Marina", "de Souza", "Lima, 210", "apto 31")


def bought(opening: list[str], who: list[str]) -> dict[str, Any]:
    chat = Chat(parts_shop()).buyer("menu")
    chat.bubbles(*opening)
    for answer in AFTER:
        chat.buyer(answer)
    chat.bubbles(*who)
    placed = chat.orders_hear(OrderPlaced)
    order = next(iter(chat.shop.orders.values()))
    return {
        "method": placed.method,
        **order.model_dump(include={"lines", "goods", "freight", "destination", "recipient"}),
    }


def cut(pieces: tuple[str, ...], cuts: list[bool]) -> list[str]:
    """The pieces as bubbles: a new one begins where it is cut."""
    bubbles = [pieces[0]]
    for piece, new in zip(pieces[1:], cuts, strict=False):
        bubbles = [*bubbles, piece] if new else [*bubbles[:-1], f"{bubbles[-1]} {piece}"]
    return bubbles


CUTS = st.lists(st.booleans(), min_size=4, max_size=4)


@settings(max_examples=40, deadline=None)
@given(purchase=st.sampled_from(PURCHASES), opening=CUTS, who=CUTS)
def test_the_order_is_the_same_however_the_words_were_cut(
    purchase: tuple[str, ...], opening: list[bool], who: list[bool]
) -> None:
    assert bought(cut(purchase, opening), cut(WHO, who)) == bought([" ".join(purchase)], [" ".join(WHO)])
