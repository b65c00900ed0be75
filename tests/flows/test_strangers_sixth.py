"""A sixth round of people who have never seen this bot: shops between sale and post, and buyers who bought wrong."""

from __future__ import annotations

import pytest

from bot.domain.events import CancelAsked, SaidPosted, SaleAnswered
from bot.domain.order import ChargeState, Method, OrderState, ShipmentState
from tests.flows.chat import Chat
from tests.flows.stories import charge, order, parts_shop, seller_with_sales, shipment
from tests.flows.test_returns import delivered
from tests.support_shop import marina

DEAD_ENDS = ("Não peguei", "chamar uma pessoa")


def sold(state: OrderState = OrderState.PAID) -> Chat:
    """Silva's one sale."""
    parcels = (shipment(ShipmentState.GENERATED),) if state is OrderState.ACCEPTED else ()
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, state, charges=(charge(Method.PIX, ChargeState.SETTLED),), shipments=parcels))
    return Chat(shop)


def bought(state: OrderState) -> Chat:
    money = ChargeState.PENDING if state is OrderState.AWAITING_PAYMENT else ChargeState.SETTLED
    parcels = (shipment(ShipmentState.POSTED),) if state is OrderState.SHIPPED else ()
    shop = parts_shop(marina(greeted=True))
    shop.add(order(1001, state, charges=(charge(Method.PIX, money),), shipments=parcels))
    return Chat(shop)


def acts(chat: Chat) -> list[object]:
    return [e for e in chat.heard_by_orders if isinstance(e, SaleAnswered | SaidPosted | CancelAsked)]


def test_who_looks_for_the_part_is_given_time() -> None:
    chat = sold().seller("acho que nao tenho mais, vou ver").bot("Sem pressa", "tenho 1001").not_bot(*DEAD_ENDS)
    chat.seller("achei").bot("Ainda tem a peça?")
    assert not acts(chat)
    chat.seller("tenho")
    assert [e.has_it for e in acts(chat) if isinstance(e, SaleAnswered)] == [True]


@pytest.mark.parametrize(
    "said",
    ["tenho a peça mas ta riscada", "posso mandar outra marca?", "só achei mas é paralela", "serve recondicionado?"],
)
def test_what_is_not_the_same_part_the_buyer_must_agree_to(said: str) -> None:
    chat = sold().seller(said).bot("O comprador precisa concordar", "Não poste ainda")
    assert f"venda #1001: {said}" in chat.alerts[-1].text
    assert not acts(chat)
    both = seller_with_sales().seller(said)
    assert "venda #1002, #1001" in both.alerts[-1].text


@pytest.mark.parametrize("said", ["mandei por motoboy", "entreguei em mãos", "posso entregar pessoalmente?"])
def test_what_goes_without_the_label_is_not_posted(said: str) -> None:
    chat = sold(OrderState.ACCEPTED).seller(said).bot("garantida com a etiqueta")
    assert not acts(chat)


def test_what_breaks_while_it_is_packed() -> None:
    chat = sold().seller("a peça quebrou aqui na embalagem").bot("Sem a peça eu cancelo a venda #1001")
    assert not acts(chat)
    late = sold(OrderState.ACCEPTED).seller("caiu da minha mão aqui na loja")
    assert "venda #1001 já aceita" in late.alerts[-1].text


@pytest.mark.parametrize("said", ["posso postar segunda?", "dá pra mandar só sexta?"])
def test_whether_it_may_be_posted_later(said: str) -> None:
    sold(OrderState.ACCEPTED).seller(said).bot("Aviso o comprador de que a #1001 sai até", "sim / não")


@pytest.mark.parametrize("state", [OrderState.AWAITING_PAYMENT, OrderState.PAID])
@pytest.mark.parametrize("said", ["comprei errado, queria o esquerdo", "pedi a peça errada", "comprei sem querer"])
def test_who_bought_wrong_may_cancel(state: OrderState, said: str) -> None:
    chat = bought(state).buyer(said).bot("cancelar esse e pedir o certo", "#1001").not_bot(*DEAD_ENDS)
    assert not acts(chat)
    chat.buyer("sim")
    assert chat.orders_hear(CancelAsked).order == 1001


def test_what_is_on_its_way_is_not_called_back() -> None:
    bought(OrderState.SHIPPED).buyer("não quero mais, manda voltar").bot("já foi postado", "recusar na entrega")


def test_two_more_of_what_has_come_and_a_return_that_is_given_up() -> None:
    delivered().buyer("pular").buyer("chegou, top! quero mais 2").bot("Farol", "É aí mesmo?")
    chat = delivered().buyer("quero devolver").bot("O que houve").buyer("não, deixa, vou ficar").not_bot(*DEAD_ENDS)
    assert not acts(chat)
