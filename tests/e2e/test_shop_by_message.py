"""A shop that lives by messages, over real sockets: invited, opened, charging somebody, asking for its figures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.events import Incoming, SellerInvited
from bot.domain.invitation import code_of
from bot.domain.lanes import SYSTEM
from bot.domain.people import Seller
from bot.storage import tables as t
from sandbox.core import Fault
from tests.e2e.house import BUYER, House
from tests.e2e.stories import number_in

RUI = "5541988887777"
WALLET = "b7a1e0c2-2f7d-4b62-9a0e-5a1f9b3c7d10"
"""One that the payment provider's stand-in knows."""


@pytest.fixture(params=["zapi", "evolution"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path, gateway=request.param)
    await built.open()
    yield built
    await built.close()


async def invite(house: House) -> str:
    assert house.bot is not None
    event = SellerInvited(invitation="i1", by="operator", expires_at=house.clock() + timedelta(days=1))
    await house.bot.store.accept([Incoming(source="cli", key="invite/i1", lane=SYSTEM, event=event)], house.clock())
    await house.quiet()
    return code_of(house.bot.rules.salt, "i1")


async def open_shop(house: House) -> None:
    talk = [
        (await invite(house), "nome da loja"),
        ("Desmanche do Rui", "CNPJ"),
        ("529.982.247-25", "CEP"),
        ("80010-000", "número"),
        ("1200", "pacotes"),
        ("levo na agência", "e-mail"),
        ("rui@autopars.example", "carteira"),
        (WALLET, "Abrir a loja"),
        ("1", "está aberta"),
    ]
    for said, heard in talk:
        await house.say(RUI, said)
        await house.hears(RUI, heard)
    await house.say(RUI, "pular")


async def test_a_shop_without_an_account_has_one_opened(house: House) -> None:
    """The answer of the first call is lost: the account is looked up, and there is one."""
    house.world.faults["asaas"] = Fault("drop", times=1, only="POST /v3/accounts")
    talk = [
        (await invite(house), "nome da loja"),
        ("Desmanche do Rui", "CNPJ"),
        ("529.982.247-25", "CEP"),
        ("80010-000", "número"),
        ("1200", "pacotes"),
        ("levo na agência", "e-mail"),
        ("rui@autopars.example", "carteira"),
        ("não tenho", "Abrir agora"),
        ("1", "nome completo"),
        ("Rui Souza", "nascimento"),
        ("25/08/1985", "renda"),
        ("R$ 8.000", "Confere?"),
        ("sim", "Abrir a loja"),
        ("1", "está aberta"),
    ]
    for said, heard in talk:
        await house.say(RUI, said)
        await house.hears(RUI, heard)
    await house.quiet()
    (account,) = house.sandbox.asaas.sub_accounts.values()
    assert (account.data["cpfCnpj"], account.data["birthDate"]) == ("52998224725", "1985-08-25")
    shops = [Seller.model_validate_json(row.body) for row in await house.rows(sa.select(t.sellers.c.body))]
    assert [shop.wallet_id for shop in shops if shop.name == "Desmanche do Rui"] == [account.wallet_id]


async def test_from_the_invitation_to_the_first_money(house: House) -> None:
    await open_shop(house)
    await house.say(RUI, "cobra 150 da marina 11 98888-0001 pelo farol, no pix")
    await house.hears(RUI, "Confere?", "R$ 150,00")
    house.sandbox.whatsapp.skip(BUYER)
    await house.say(RUI, "1")
    await house.hears(BUYER, "Desmanche do Rui", "R$ 150,00", "CPF")
    await house.say(RUI, "não chegou o link pra ela")
    await house.hears(BUYER, "Desmanche do Rui", "R$ 150,00", "CPF")
    await house.say(RUI, "cancela essa cobrança")
    await house.hears(RUI, "Cancelar a cobrança", "Marina")
    await house.say(RUI, "sim")
    await house.hears(BUYER, "cancelou a cobrança", "Não precisa pagar")
    await house.hears(RUI, "retirada")
    await house.say(RUI, "cobra 150 da marina 11 98888-0001 pelo farol, no pix")
    await house.hears(RUI, "Confere?", "R$ 150,00")
    await house.say(RUI, "1")
    await house.hears(BUYER, "Desmanche do Rui", "R$ 150,00", "CPF")
    await house.say(BUYER, "111.444.777-35")
    await house.hears(BUYER, "nome completo")
    await house.say(BUYER, "Marina Souza")
    told = await house.hears(BUYER, "Pedido", "criado")
    number = number_in(told.words)
    await house.hears(BUYER, "000201")
    (payment,) = await house.until(lambda: house.sandbox.asaas.live_by_reference(f"order-{number}-a1"))
    house.sandbox.whatsapp.skip(RUI)
    await house.sandbox.asaas.pay(payment["id"])
    await house.hears(BUYER, "confirmado")
    await house.hears(RUI, "Pagou", f"#{number}", "Você recebe")
    order = await house.order(number)
    assert (order.state, order.goods, order.freight, order.fee) == ("accepted", 150_00, 0, 12_00)
    assert order.charge is not None
    assert order.charge.credit_on is not None

    await house.say(RUI, "quanto vendi nos últimos 7 dias?")
    await house.hears(RUI, "1 venda", "R$ 150,00")
    await house.hears(RUI, "Ver por peça")
    pictures = [m for m in house.sandbox.whatsapp.chat(RUI) if m.kind == "image"]
    assert pictures[-1].data.startswith(b"\x89PNG")
    await house.say(RUI, "planilha")
    await house.until(lambda: any(m.kind == "document" for m in house.sandbox.whatsapp.chat(RUI)))
    table = next(m for m in house.sandbox.whatsapp.chat(RUI) if m.kind == "document")
    assert "Farol" in table.data.decode("utf-8-sig")
    await house.say(RUI, "quando cai?")
    await house.hears(RUI, "R$", "Já caiu")


async def test_a_copy_of_ones_data_and_their_end(house: House) -> None:
    await house.say(BUYER, "oi, aqui é a Marina")
    await house.hears(BUYER, "assistente")
    await house.say(BUYER, "quero meus dados")
    await house.hears(BUYER, "Aqui vai a cópia")
    await house.until(lambda: any(m.kind == "document" for m in house.sandbox.whatsapp.chat(BUYER)))
    copy = next(m for m in house.sandbox.whatsapp.chat(BUYER) if m.kind == "document")
    assert "aqui é a Marina" in copy.data.decode()
    await house.say(BUYER, "apaga meus dados")
    await house.hears(BUYER, "Apagar o que não é obrigatório guardar")
    await house.say(BUYER, "2")
    await house.hears(BUYER, "Apago?")
    await house.say(BUYER, "sim")
    await house.hears(BUYER, "Pronto, apaguei seus dados")
    await house.quiet()
    people = await house.rows(sa.select(t.people.c.body))
    assert not [row for row in people if "Marina" in row.body]
    words = await house.rows(sa.select(t.events.c.body, t.events.c.raw).where(t.events.c.kind == "message.received"))
    assert words
    assert not [row for row in words if "Marina" in row.body + row.raw]


async def test_a_street_instead_of_a_cep(house: House) -> None:
    await house.say(BUYER, "qto fica o frete do farol do corolla 2015?")
    await house.hears(BUYER, "CEP")
    await house.say(BUYER, "não sei, é avenida paulista, 1000, são paulo")
    await house.hears(BUYER, "Paulista")
