"""What happened to that order: one sentence at the top, and words of ours on every line of its story."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.console import words
from bot.console.standing import BACK, CANCELLED_BY, standing
from bot.console.timeline import detail
from bot.domain.events import CancelAsked, Event, Message, PaymentFact, Sender, ShipmentFact, Tick
from bot.domain.order import (
    Charge,
    ChargeState,
    Method,
    Order,
    OrderState,
    Return,
    ReturnReason,
    ReturnState,
    Shipment,
    ShipmentState,
)
from tests.orders.story import START, an_order
from tests.support_shop import sample_shop
from tests.web.test_console import OWNERS, Office, office
from tests.web.test_console_acts import paid_order

__all__ = ["office"]


def charge(state: ChargeState = ChargeState.PENDING, **more: object) -> Charge:
    fields = {"reference": "order-1042-a1", "method": Method.PIX, "amount": 512_40, "due_date": START.date()}
    return Charge.model_validate({**fields, "state": state, **more})


def an(state: OrderState, *charges: Charge, **more: object) -> Order:
    return an_order(sample_shop()).but(state=state, charges=charges, **more)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (an(OrderState.AWAITING_PAYMENT), "Espera o código de pagamento"),
        (an(OrderState.AWAITING_PAYMENT, charge(ChargeState.REQUESTED)), "Espera o código de pagamento"),
        (
            an(OrderState.AWAITING_PAYMENT, charge(expires_at=START + timedelta(minutes=30))),
            "Espera o comprador pagar por Pix até 23/11",
        ),
        (
            an(OrderState.AWAITING_PAYMENT, charge(method=Method.BOLETO, due_date=date(2026, 11, 26))),
            "Espera o comprador pagar por boleto; vence em 26/11.",
        ),
        (an(OrderState.AWAITING_PAYMENT, charge(ChargeState.VOID)), "não vale mais"),
        (an(OrderState.AWAITING_PAYMENT, charge(ChargeState.REFUSED)), "recusada pelo provedor"),
        (an(OrderState.PAID, charge(ChargeState.SETTLED), paid_at=START), "espera o vendedor dizer se tem a peça"),
        (an(OrderState.ACCEPTED, ship_by=date(2026, 11, 25)), "a etiqueta ainda não foi comprada (até 25/11)"),
        (
            an(OrderState.ACCEPTED, shipments=(Shipment(reference="s", state=ShipmentState.GENERATED),)),
            "espera o vendedor postar",
        ),
        (an(OrderState.ACCEPTED, label_held=True), "espera a nota fiscal"),
        (
            an(
                OrderState.SHIPPED,
                shipments=(
                    Shipment(reference="s", state=ShipmentState.CANCELLED, tracking="AA0BR"),
                    Shipment(reference="s2", state=ShipmentState.STOPPED, tracking="AA1BR"),
                ),
            ),
            "A caminho do comprador, mas o pacote está parado na transportadora; rastreio AA1BR.",
        ),
        (an(OrderState.DELIVERED, delivered_at=START), "corre o prazo de desistência"),
        (
            an(
                OrderState.DELIVERED,
                delivered_at=START,
                back=Return(reason=ReturnReason.BROKEN, state=ReturnState.ASKED, asked_at=START),
            ),
            BACK[ReturnState.ASKED],
        ),
        (an(OrderState.RETURNING), "voltando ao vendedor"),
        (an(OrderState.CANCELLED, cancel_reason="no_part"), "Cancelado: o vendedor não tem a peça."),
        (an(OrderState.CLOSED, delivered_at=START), "Encerrado"),
    ],
)
def test_where_it_stands(order: Order, said: str) -> None:
    assert said in standing(order)[0]


@pytest.mark.parametrize("state", OrderState)
def test_every_state_says_something(state: OrderState) -> None:
    for one in ChargeState:
        for sentence in standing(an(state, charge(one))):
            assert sentence.endswith("."), sentence
            assert "None" not in sentence
            assert "_" not in sentence


def test_trouble_comes_first_and_money_on_its_way_is_told() -> None:
    order = an(OrderState.PAID, charge(ChargeState.DISPUTED, problem="valor a menos"), disputed=True)
    assert "contestou" in standing(order)[0]
    assert "valor a menos" in standing(order)[2]
    part = charge(ChargeState.SETTLED, received=512_40, refunded=10_00, giving_back=22_50)
    assert "R$ 12,50 a caminho" in standing(an(OrderState.PAID, part))[1]
    whole = charge(ChargeState.REFUNDING, received=512_40, refunded=10_00)
    assert "R$ 502,40 a caminho" in standing(an(OrderState.CANCELLED, whole))[1]


def test_every_reason_to_cancel_and_every_timer_has_words() -> None:
    root = Path(__file__).parents[2] / "bot" / "orders"
    source = "\n".join(path.read_text("utf-8") for path in root.glob("*.py"))
    reasons = set(re.findall(r'(?<!refuse_)(?:begin|cancel)\(turn, "([a-z_]+)"', source))
    assert reasons - set(CANCELLED_BY) == set()
    assert set(re.findall(r'case "([a-z_]+)"(?: \| "[a-z_]+")?(?: if (?:charge|shipment))?:', _ticks(root))) <= set(
        words.TIMERS
    )


def _ticks(root: Path) -> str:
    return (root / "decide.py").read_text("utf-8").partition('case "hold_over"')[2]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (PaymentFact(charge_id="p", fact="settled", amount=512_40), "o dinheiro caiu, R$ 512,40"),
        (ShipmentFact(shipment_id="s", fact="posted", tracking="AA1BR"), "postada · AA1BR"),
        (Tick(name="close"), "fim do prazo de desistência"),
        (CancelAsked(order=1, by="buyer"), "comprador"),
        (CancelAsked(order=1, by="operator:ana"), "ana"),
        (
            Message(sender=Sender(chat="1"), message_id="m", sent_at=START, content="text", text="cadê?"),
            "“cadê?”",
        ),
        (Message(sender=Sender(chat="1"), message_id="m", sent_at=START, content="image"), "[image]"),
    ],
)
def test_what_a_line_says(event: Event, said: str) -> None:
    assert detail(event.model_dump_json(), {}) == said


def test_what_was_erased_says_nothing() -> None:
    assert detail("", {}) == detail("{}", {}) == detail('{"kind":"erased"}', {}) == ""


async def test_the_page_says_it_at_once(office: Office) -> None:
    await paid_order(office)
    owner = await office.enter("owner", OWNERS)
    _, text, _ = await office.get("/pedidos/1042", owner)
    assert "espera o vendedor dizer se tem a peça" in text.partition('class="cards"')[0]
