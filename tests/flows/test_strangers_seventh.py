"""A seventh round of people who have never seen this bot: old customers, trouble, a rush at the counter, rare guests.
What was dangerous."""

from __future__ import annotations

import pytest

from bot.conversations.language import answers
from bot.domain.decision import StockMove
from bot.domain.events import SaidPosted, SaleAnswered
from bot.domain.order import Charge, ChargeState, Line, Method, OrderState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales
from tests.flows.test_selling import SALE
from tests.support_shop import marina

HEADLIGHT = "farol direito corolla pra 80010000"


def known(**changes: object) -> Chat:
    """Marina has bought here before: her CPF, her name and her address are there."""
    return Chat(parts_shop(marina(greeted=True, **changes)))


def mirror() -> tuple[Line, ...]:
    return (Line(listing=560, sku="RET", title="Retrovisor direito Onix 2018", quantity=1, unit_price=350_00),)


def settled(number: int) -> tuple[Charge, ...]:
    return (charge(Method.PIX, ChargeState.SETTLED, reference=f"order-{number}-a1"),)


# --- whose name and document it is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["pix, mas dessa vez no cpf do meu marido", "pix, e a nota no nome dele", "pix no CNPJ da empresa"]
)
def test_a_purchase_in_another_name_asks_for_that_name(said: str) -> None:
    """The order was placed with the CPF that was known."""
    chat = known().buyer(HEADLIGHT).buyer("sim").buyer("1").buyer(said).bot("CPF ou CNPJ")
    assert not chat.heard_by_orders
    chat.buyer("111.444.777-35").bot("nome").buyer("Carlos Prado").bot("criado", "Carlos Prado, Rua XV")
    placed = chat.shop.orders[1001]
    assert (placed.recipient.name, placed.recipient.document) == ("Carlos Prado", "11144477735")
    assert (chat.person.name, chat.person.document) == ("Marina Souza", "52998224725")


def test_whether_it_may_be_somebody_elses_document() -> None:
    chat = known(document="", name="").buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("pix").bot("CPF ou CNPJ")
    chat.buyer("uso o cpf da minha mãe? ela deixou").bot("Pode", "com a autorização", "CPF ou CNPJ")
    chat.buyer("529.982.247-25").bot("nome completo")
    assert not chat.heard_by_orders


@pytest.mark.parametrize(
    ("said", "name", "number"),
    [
        ("11.222.333/0001-81", "", ""),
        ("529.982.247-25", "", ""),
        ("Marcos Lima, entregar na oficina do Beto, 455", "Marcos Lima Oficina do Beto", "455"),
        ("Marina Souza, 210/31", "Marina Souza", "210"),
    ],
)
def test_what_is_no_house_and_no_name(said: str, name: str, number: str) -> None:
    """A CNPJ was the house number 11, and *Marcos Lima Entregar Oficina do Beto* stood on the label."""
    assert answers.name_and_number(said)[:2] == (name, number)


def test_a_document_said_again_is_no_house_number() -> None:
    chat = known(address=None).buyer(HEADLIGHT).buyer("sim").buyer("1").buyer("boleto").bot("número da casa")
    chat.buyer("529.982.247-25").bot("Anotei o CPF", "número da casa")
    assert not chat.heard_by_orders


# --- a shop's words that act ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["o retrovisor tá zerado?", "o 560 tá pausado?", "acabou o retrovisor?"])
def test_a_question_of_a_part_changes_nothing(said: str) -> None:
    chat = seller_with_sales().seller(said).bot("560 · Retrovisor direito Onix 2018 · R$ 350,00 · 1 em estoque")
    moves = [w for d in chat.decisions for w in d.writes if isinstance(w, StockMove)]
    assert not moves
    assert chat.shop.products[560].active


def test_a_polite_wish_is_no_question() -> None:
    chat = seller_with_sales().seller("pode zerar o retrovisor?").bot("sem estoque")
    assert chat.shop.products[560].stock == 0


def two_sales() -> Chat:
    chat = seller_with_sales()
    chat.shop.add(order(1004, OrderState.PAID, lines=mirror(), goods=350_00, charges=settled(1004)))
    chat.notice("sale_new", "p-silva", 1004, **{**SALE, "title": "retrovisor Onix 2018"})
    return chat.notice("sale_new", "p-silva", 1001, **SALE).bot("Venda #1001")


def answered(chat: Chat) -> list[tuple[int, bool]]:
    return [(e.order, e.has_it) for e in chat.heard_by_orders if isinstance(e, SaleAnswered)]


def test_of_two_sales_the_part_that_is_named_is_answered() -> None:
    """*O retrovisor tenho*, to the question for the headlight, sold the headlight."""
    chat = two_sales().seller("o retrovisor tenho").bot("Separa a peça da #1004")
    assert answered(chat) == [(1004, True)]
    chat.seller("e o farol não").bot("Sem a peça eu cancelo a venda #1001").buyer("oi").seller("sim")
    assert answered(chat)[-1] == (1001, False)


def test_the_part_of_the_question_may_be_named() -> None:
    assert answered(two_sales().seller("sim, o farol tenho")) == [(1001, True)]


def test_a_sale_that_is_posted_is_no_size_of_a_box() -> None:
    chat = seller_with_sales().seller("cadastrar alternador palio 2010 usado 300").photo()
    chat.seller("pronto").bot("medida")
    chat.seller("postei o 1002").bot("Marquei 1002 como postado")
    assert [e.order for e in chat.heard_by_orders if isinstance(e, SaidPosted)] == [1002]
    chat.seller("5kg 20x20x20").bot("Publicar")


# --- what is not meant for the notices ------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["ligar nao entregador. mensagem", "não liga, só mensagem", "surdo. audio nao"])
def test_who_wants_no_calls_goes_on_being_told(said: str) -> None:
    """A deaf buyer was struck from the reminders."""
    chat = known().buyer(said).bot("tudo por escrito").not_bot("lembretes", "Não peguei")
    assert chat.person.reminders
