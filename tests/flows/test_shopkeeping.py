"""Operators put shops and parts right; what is paused is not sold."""

from __future__ import annotations

import pytest

from bot.domain.events import Event, PartEdited, ShopEdited
from tests.flows.chat import Chat
from tests.support_shop import MemoryShop, headlight, silva, silva_person


def chat(**part: object) -> Chat:
    shop = MemoryShop()
    shop.add(silva_person(), silva(), headlight(**part))
    return Chat(shop)


def keeps(talk: Chat, event: Event) -> Chat:
    person = talk.shop.person("p-silva")
    assert person is not None
    return talk.event(person.lane, event)


def edited(**changes: object) -> ShopEdited:
    shop = silva()
    fields = {"name": shop.name, "email": shop.email, "wallet_id": shop.wallet_id, "auto_accept": shop.auto_accept}
    return ShopEdited.model_validate({"seller_id": shop.id, "by": "operator:ana", **fields, **changes})


def part(**changes: object) -> PartEdited:
    there = headlight()
    fields = {"listing": there.listing, "by": "operator:ana", "title": there.title, "price": there.price}
    return PartEdited.model_validate({**fields, **changes})


def test_a_shop_gets_its_wallet() -> None:
    talk = keeps(chat(), edited(wallet_id="w-new", auto_accept=True))
    seller = talk.shop.seller("s-silva")
    assert seller is not None
    assert (seller.wallet_id, seller.auto_accept) == ("w-new", True)


def test_the_platforms_own_wallet_is_refused_aloud() -> None:
    talk = keeps(chat(), edited(wallet_id="wallet-platform", name="Outra"))
    seller = talk.shop.seller("s-silva")
    assert seller is not None
    assert (seller.wallet_id, seller.name) == (silva().wallet_id, silva().name)
    assert [alert.topic for alert in talk.alerts] == ["carteira"]


def test_a_paused_shop_sells_nothing_until_it_is_open_again() -> None:
    talk = keeps(chat(), edited(active=False))
    talk.buyer("farol corolla 2015").not_bot("480,00")
    talk.buyer("cancelar")
    talk.buyer("anuncio 558").not_bot("CEP")
    talk.buyer("cancelar")
    keeps(talk, edited(active=True))
    talk.buyer("farol corolla 2015").bot("480,00")


def test_a_shop_that_is_paused_while_somebody_buys() -> None:
    """The last look before the order is written."""
    talk = chat().buyer("farol corolla 2015 pra 80010-000 no pix").buyer("sim").bot("Jadlog").buyer("1").bot("CPF")
    keeps(talk, edited(active=False))
    for answer in ("529.982.247-25", "Marina Souza, 210 apto 31", "sim"):
        talk.buyer(answer)
    assert talk.shop.orders == {}


def test_a_part_is_put_right() -> None:
    talk = keeps(chat(stock=2), part(title="Farol direito Corolla", price=45000, stock=3))
    product = talk.shop.product(558)
    assert product is not None
    assert (product.title, product.price, product.stock, product.active) == ("Farol direito Corolla", 45000, 5, True)
    talk.buyer("farol corolla 2015").bot("450,00")


def test_a_part_off_the_shelf() -> None:
    keeps(chat(), part(active=False)).buyer("farol corolla 2015").not_bot("480,00")


def test_no_more_is_taken_away_than_there_is() -> None:
    talk = keeps(chat(stock=1), part(stock=-4))
    product = talk.shop.product(558)
    assert product is not None
    assert product.stock == 0


@pytest.mark.parametrize(
    "event", [part(title=""), part(price=0), part(listing=999), edited(name=""), edited(seller_id="s-nobody")]
)
def test_what_makes_no_sense_changes_nothing(event: Event) -> None:
    talk = keeps(chat(), event)
    assert talk.decisions[-1].writes == []
