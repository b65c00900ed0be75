"""What may be done about an order: by whom, with a reason, once, as an event of its lane, on record."""

from __future__ import annotations

import pytest

from bot.console.access import PERMITS, Role
from bot.console.acts import ACTS
from bot.domain.decision import Decision, Stored
from bot.domain.events import (
    EVENT,
    CancelAsked,
    Event,
    NewCodeAsked,
    NoticeAgain,
    RefundAsked,
    SaidPosted,
    SaleAnswered,
    Tick,
)
from bot.domain.notice import NoticeState
from bot.domain.order import Charge, ChargeState, Method, OrderState, Shipment
from bot.storage.writes import apply
from tests.orders.story import START, an_order
from tests.support_shop import sample_shop
from tests.web.test_console import OWNERS, Office, office

__all__ = ["office"]

NUMBER = 1042
PASSWORD = "uma senha comprida"


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.server.LOOKS", 0)


async def paid_order(office: Office) -> None:
    """Number 1042, paid by Pix, with one notice that was told."""
    shop, now = sample_shop(), office.clock()
    charge = Charge(
        reference="order-1042-a1",
        method=Method.PIX,
        amount=512_40,
        received=512_40,
        provider_id="pay_1",
        state=ChargeState.SETTLED,
        due_date=now.date(),
    )
    order = an_order(shop).but(version=0, state=OrderState.PAID, charges=(charge,))
    buyer = shop.person(order.buyer_id)
    assert buyer is not None
    told = NoticeState(
        key="order-1042/charge_ready/order-1042-a1",
        person_id=buyer.id,
        name="charge_ready",
        order=1042,
        data={},
        raised_at=now,
    )
    stored = Stored(0, "order:1042", Tick(name="test"), now)
    decision = Decision(stored)
    decision.write(order, buyer.but(version=0), told)
    async with office.database.write() as connection:
        await connection.run_sync(lambda c: apply(c, stored, decision, now))


async def as_role(office: Office, role: Role) -> tuple[str, str]:
    """The cookie and the form's token of somebody of that role."""
    if role is Role.OWNER:
        cookie = await office.enter("owner", OWNERS)
    else:
        await office.access.save(role.value, role, PASSWORD)
        cookie = await office.enter(role.value, PASSWORD)
    return cookie, await office.token(cookie)


async def asked(office: Office) -> list[Event]:
    page = await office.records.events(source="console", whole=True)
    return [EVENT.validate_json(row["body"]) for row in page.rows]


@pytest.mark.parametrize("role", list(Role))
async def test_each_act_asks_for_its_permit(office: Office, role: Role) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, role)
    _, page, _ = await office.get(f"/pedidos/{NUMBER}", cookie)
    for name, act in ACTS.items():
        may = act.permit in PERMITS[role]
        answer = await office.post(f"/pedidos/{NUMBER}/{name}", cookie, token=token, act=name, reason="porque sim")
        assert answer.status == (303 if may else 403), name
        assert may or f"/pedidos/{NUMBER}/{name}" not in page, name
    assert (len(await asked(office)) > 0) == (role is not Role.READER)


BEFORE_IT_TRAVELS = ("aceitar", "recusar", "codigo", "postado", "nao-postado", "pagamento", "etiqueta", "cancelar")
CARD = Charge(reference="order-1042-a1", method=Method.CARD, installments=3, amount=512_40, due_date=START.date())


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, {"cancelar"}),
        ({"charges": (CARD,)}, {"codigo", "cancelar"}),
        ({"charges": (CARD.but(provider_id="pay_1"),)}, {"codigo", "cancelar", "pagamento"}),
        ({"state": OrderState.PAID}, {"aceitar", "recusar", "cancelar"}),
        ({"state": OrderState.PAID, "disputed": True}, {"cancelar"}),
        ({"state": OrderState.ACCEPTED}, {"postado", "cancelar"}),
        ({"state": OrderState.ACCEPTED, "seller_says_posted": True}, {"nao-postado", "cancelar"}),
        ({"state": OrderState.SHIPPED, "shipments": (Shipment(reference="s", provider_id="ship_1"),)}, {"etiqueta"}),
        ({"state": OrderState.CANCELLED}, set()),
    ],
)
def test_what_is_offered_before_a_part_travels(changes: dict[str, object], offered: set[str]) -> None:
    order = an_order(sample_shop(), **changes)
    assert {name for name in BEFORE_IT_TRAVELS if ACTS[name].possible(order)} == offered


def test_what_is_asked_for_before_a_part_travels() -> None:
    order, by = an_order(sample_shop(), charges=(CARD,)), "operator:ana"
    make = {name: act.make for name, act in ACTS.items()}
    assert make["aceitar"](order, by, {}) == SaleAnswered(order=NUMBER, by=by, has_it=True)
    assert make["recusar"](order, by, {}) == SaleAnswered(order=NUMBER, by=by, has_it=False)
    assert make["postado"](order, by, {}) == SaidPosted(order=NUMBER, by=by, posted=True)
    assert make["nao-postado"](order, by, {}) == SaidPosted(order=NUMBER, by=by, posted=False)
    assert make["cancelar"](order, by, {}) == CancelAsked(order=NUMBER, by=by, reason="operator")
    for method, installments in (("card", 3), ("pix", 1)):
        asked = NewCodeAsked(order=NUMBER, by=by, method=method, installments=installments)
        assert make["codigo"](order, by, {"method": method}) == asked
    assert make["codigo"](order, by, {"method": "cheque"}) is None


async def test_money_goes_back_once_however_often_the_button_is_pressed(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.FINANCE)
    for said in ("asked", "twice"):
        answer = await office.post(
            f"/pedidos/{NUMBER}/devolver", cookie, token=token, act="a", amount="12,50", reason="peça riscada"
        )
        assert answer.headers["Location"].endswith(f"said={said}")
    assert await asked(office) == [RefundAsked(order=NUMBER, by="operator:finance", amount=12_50)]
    rows = await office.accounts.log(subject=f"order:{NUMBER}")
    assert [(r["by"], r["action"], r["detail"]) for r in rows] == [
        ("finance", "mandou devolver", "12,50 · peça riscada")
    ]


async def test_an_amount_that_makes_no_sense_moves_nothing(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.OWNER)
    for amount in ("abc", "-5", "0", "1,2,3", "12,50 ou 13"):
        answer = await office.post(f"/pedidos/{NUMBER}/devolver", cookie, token=token, amount=amount, reason="x")
        assert answer.headers["Location"].endswith("said=nothing"), amount
    assert await asked(office) == []


async def test_nothing_is_done_without_a_reason(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.OWNER)
    for name in (a.name for a in ACTS.values() if "reason" in a.asks):
        answer = await office.post(f"/pedidos/{NUMBER}/{name}", cookie, token=token, reason="  ")
        assert answer.headers["Location"].endswith("said=why"), name
    assert await asked(office) == []


async def test_what_is_not_possible_now_is_neither_shown_nor_done(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.OWNER)
    _, page, _ = await office.get(f"/pedidos/{NUMBER}", cookie)
    assert f"/pedidos/{NUMBER}/codigo" not in page
    answer = await office.post(f"/pedidos/{NUMBER}/codigo", cookie, token=token, method="pix", reason="x")
    assert answer.headers["Location"].endswith("said=nothing")
    assert (await office.post("/pedidos/999/cancelar", cookie, token=token, reason="x")).status == 404
    assert await asked(office) == []


async def test_a_notice_is_told_again(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.SUPPORT)
    key = "order-1042/charge_ready/order-1042-a1"
    answer = await office.post(f"/pedidos/{NUMBER}/reenviar", cookie, token=token, key=key, act="a")
    assert answer.headers["Location"].endswith("said=asked")
    (event,) = await asked(office)
    assert event == NoticeAgain(key=key, person_id="p-marina", by="operator:support")
    (row,) = await office.accounts.log(subject=f"order:{NUMBER}")
    assert (row["action"], row["detail"]) == ("mandou de novo", "Aviso: código de pagamento")


async def test_a_notice_of_another_order_is_not_reached_from_here(office: Office) -> None:
    await paid_order(office)
    cookie, token = await as_role(office, Role.OWNER)
    answer = await office.post(f"/pedidos/{NUMBER}/reenviar", cookie, token=token, key="order-7/charge_ready/x")
    assert answer.status == 404
    assert await asked(office) == []
