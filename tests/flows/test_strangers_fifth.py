"""A fifth round of people who have never seen this bot, where a count, a name or a *sim* may mean something else."""

from __future__ import annotations

import pytest

from bot.conversations.language import answers
from bot.domain.events import CancelAsked, ChargeOffered, DeliveryAsked
from bot.domain.order import ChargeState, Method, OrderState
from tests.flows.chat import START, Chat
from tests.flows.stories import buyer_with_orders, charge, order, parts_shop, seller_with_sales
from tests.flows.test_fresh_eyes import at
from tests.support_shop import marina

TO_ANA = "cobra 150 da ana 41 98888-1111 polia"


def newcomer() -> Chat:
    return Chat(parts_shop(marina(greeted=True, address=None, document="", name="")))


# --- names and numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "name", "number", "complement"),
    [
        ("coloca aos cuidados de Paulo Lima, 455", "Paulo Lima", "455", ""),
        ("aos cuidados da Ana Souza, na oficina São Jorge, 455", "Ana Souza Oficina São Jorge", "455", ""),
        ("Auto Mecânica Pereira - A/C João - rua XV 980 galpão 3", "Auto Mecânica Pereira João", "980", "galpão 3"),
        ("Marina Souza, 210 box 4", "Marina Souza", "210", "box 4"),
        ("Lia Acosta, 12", "Lia Acosta", "12", ""),
    ],
)
def test_what_stands_around_a_name(said: str, name: str, number: str, complement: str) -> None:
    """*Coloca Aos Cuidados de Paulo* stood on the label."""
    assert answers.name_and_number(said) == (name, number, complement)


def test_of_two_documents_none_is_taken() -> None:
    chat = at("document").buyer("meu cpf é 529.982.247-25 mas põe no da minha esposa 111.444.777-35")
    chat.bot("Vieram dois documentos").buyer("111.444.777-35").bot("nome completo").buyer("Marina Souza 210")
    made = chat.shop.order(1001)
    assert made is not None
    assert made.recipient.document == "11144477735"


@pytest.mark.parametrize("said", ["meu número não é 210 é 201", "o numero nao era 210, e sim 201"])
def test_the_number_that_is_right_is_the_second(said: str) -> None:
    """The old one was asked about, and a *sim* sent it to the seller."""
    chat = paid().buyer(said).bot("Rua XV de Novembro, 201").buyer("sim")
    assert chat.orders_hear(DeliveryAsked).destination.number == "201"
    paid().buyer("errei o numero da casa, é 210").bot("já está assim", "número").not_bot("sem mudar o valor")


def paid() -> Chat:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1002, OrderState.PAID, charges=(charge(Method.PIX, ChargeState.SETTLED),)))
    return Chat(shop)


def test_what_is_said_anew_right_after_the_order() -> None:
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, OrderState.AWAITING_PAYMENT, charges=(charge(Method.PIX),), created_at=START))
    chat = Chat(shop).buyer("opa, Marcos Vinícius Teixeira, nº 333").bot("Marcos Vinícius Teixeira", "Novembro, 333")
    assert "corrige o nome para Marcos Vinícius Teixeira" in chat.alerts[-1].text
    chat.buyer("sim")
    assert chat.orders_hear(DeliveryAsked).destination.number == "333"
    late = buyer_with_orders().buyer("opa, Marcos Vinícius Teixeira, nº 333")
    assert not [e for e in late.heard_by_orders if isinstance(e, DeliveryAsked)]


# --- sums ----------------------------------------------------------------------------------------------------


def test_a_charge_with_a_discount_changes_no_listing() -> None:
    """The price of the part was asked about, and a *1* changed it."""
    chat = newcomer().seller("cobra 350 com 10% de desconto do joão 11 98765-4329 retrovisor onix").bot("Quanto é a co")
    chat.seller("315").bot("R$ 315,00 para", "(11) 98765-4329").not_bot("Anúncio 560")


def test_the_same_charge_again_is_said_to_be_another() -> None:
    chat = newcomer().seller(TO_ANA).seller("1").bot("Enviado para Ana")
    chat.seller(TO_ANA).bot("uma cobrança desse valor já foi para Ana", "Esta é outra", "Confere?")
    chat.seller("cancelar")
    assert len([e for d in chat.decisions for e in d.events if isinstance(e.event, ChargeOffered)]) == 1


@pytest.mark.parametrize(
    ("said", "price"),
    [
        ("sobe 20 no farol", "R$ 500,00"),
        ("baixa 50 reais do 558", "R$ 430,00"),
        ("aumenta mais 10 reais no farol", "R$ 490,00"),
    ],
)
def test_so_much_more_or_less(said: str, price: str) -> None:
    newcomer().seller(said).bot(f"de R$ 480,00 para {price}", "Confirma?")


# --- which one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "number"), [("o que não paguei", 1001), ("o que já paguei", 1002)])
def test_an_order_by_what_has_become_of_it(said: str, number: int) -> None:
    chat = buyer_with_orders().buyer("cancela").bot("Qual pedido").buyer(said).bot(f"#{number}").not_bot("Não caiu")
    assert not [e for e in chat.heard_by_orders if isinstance(e, CancelAsked)]
    chat.buyer("sim")
    assert chat.orders_hear(CancelAsked).order == number


def test_a_part_that_is_gone_asks_of_which_sale() -> None:
    seller_with_sales().seller("não tenho mais esse não").bot("#1001", "#1002").not_bot("Não peguei")
