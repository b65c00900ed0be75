"""Labels bought, generated and printed."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.melhor_envio.support import CART, bought, generated
from tests.support_melhor_envio import TOKEN, Stand

# --- buying -------------------------------------------------------------------------------------------


async def test_the_wallet(stand: Stand) -> None:
    assert (await stand.call("GET", "/balance"))[1] == {"balance": 10000.0, "reserved": 0, "debts": 0.0}
    _, order = await stand.call("POST", "/cart", CART)
    ids = {"orders": [order["id"]]}
    status, paid = await stand.call("POST", "/shipment/checkout", ids)
    assert (status, paid["purchase"]["total"], paid["conciliation_group"]) == (200, 38.9, None)
    assert paid["purchase"]["orders"][0]["status"] == "released"
    assert stand.sandbox.balance_cents == 1_000_000 - 3890
    assert await stand.call("POST", "/shipment/checkout", ids) == (204, "")
    assert stand.sandbox.balance_cents == 1_000_000 - 3890
    stand.sandbox.repeat_checkout_refused = True
    status, body = await stand.call("POST", "/shipment/checkout", ids)
    assert (status, body["errors"]) == (422, {"orders": ["Existe uma ou mais orders que já foram pagas."]})


async def test_a_low_wallet(stand: Stand) -> None:
    _, order = await stand.call("POST", "/cart", CART)
    stand.sandbox.balance_cents = 3889
    status, body = await stand.call("POST", "/shipment/checkout", {"orders": [order["id"]]})
    assert status == 422
    assert body["error"].startswith("Seu saldo de R$ 38,89")


async def test_adjustments_of_older_labels(stand: Stand) -> None:
    stand.sandbox.adjustments_cents = 250
    _, order = await stand.call("POST", "/cart", CART)
    _, paid = await stand.call("POST", "/shipment/checkout", {"orders": [order["id"]]})
    assert paid["conciliation_group"]["total"] == 2.5
    assert stand.sandbox.balance_cents == 1_000_000 - 3890 - 250


@pytest.mark.parametrize("route", ["checkout", "generate", "print", "preview", "cancellable"])
async def test_unknown_ids(stand: Stand, route: str) -> None:
    short = await stand.call("POST", f"/shipment/{route}", {"orders": ["abc"]})
    assert short[1]["errors"] == {"orders.0": ["O campo orders.0 deve ter pelo menos 36 caracteres."]}
    unknown = await stand.call("POST", f"/shipment/{route}", {"orders": ["00000000-0000-4000-8000-000000000000"]})
    assert unknown[1]["errors"] == {"orders.0": ["O campo orders.0 selecionado é inválido."]}
    assert (await stand.call("POST", f"/shipment/{route}", {}))[0] == 422


# --- generating and printing --------------------------------------------------------------------------


async def test_generation_is_asynchronous(stand: Stand) -> None:
    order_id = await bought(stand)
    ids = {"orders": [order_id]}
    status, answer = await stand.call("POST", "/shipment/generate", ids)
    assert (status, answer[order_id]) == (200, {"status": True, "message": "Envio encaminhado para geração"})
    assert "generate_key" in answer
    again = (await stand.call("POST", "/shipment/generate", ids))[1][order_id]
    assert again["status"] is False
    assert again["message"].startswith("O envio já está sendo processado.")
    status, refusal = await stand.call("GET", f"/imprimir/pdf/{order_id}")
    assert status == 422
    assert refusal["message"].startswith("E-PRT-0011: ")
    assert (await stand.call("POST", "/shipment/print", ids))[0] == 422
    await stand.sandbox.finish_generation(order_id)
    assert (await stand.call("POST", "/shipment/generate", ids))[1][order_id] == {
        "status": False,
        "message": "O envio já está gerado",
    }
    assert (await stand.call("POST", "/shipment/print", ids))[0] == 200
    order = (await stand.call("GET", f"/orders/{order_id}"))[1]
    assert order["status"] == "released"
    assert order["generated_at"]
    assert order["tracking"]


async def test_by_itself_it_is_done_after_a_moment(stand: Stand) -> None:
    stand.sandbox.auto_generate = True
    order_id = await bought(stand)
    async with stand.world.listen() as news:
        await stand.call("POST", "/shipment/generate", {"orders": [order_id]})
        while (await news.get()).get("event") != "generated":
            pass
    assert stand.sandbox.orders[order_id]["tracking"]


async def test_a_failed_generation_shows_in_the_order_only(stand: Stand) -> None:
    stand.sandbox.fail_generation = "CNAE inválido"
    order_id = await generated(stand)
    order = (await stand.call("GET", f"/orders/{order_id}"))[1]
    assert (order["status"], order["generated_at"]) == ("released", None)
    assert order["generated_key"]["data"] == "CNAE inválido"
    unpaid = (await stand.call("POST", "/cart", CART))[1]["id"]
    answer = (await stand.call("POST", "/shipment/generate", {"orders": [unpaid]}))[1]
    assert answer[unpaid]["status"] is False


async def test_preview_needs_the_payment(stand: Stand) -> None:
    _, order = await stand.call("POST", "/cart", CART)
    ids = {"orders": [order["id"]]}
    sentence = "Não é possível imprimir etiquetas com o pagamento ainda não processado. Favor aguarde."
    assert await stand.call("POST", "/shipment/preview", ids) == (404, {"error": sentence})
    await stand.call("POST", "/shipment/checkout", ids)
    assert (await stand.call("POST", "/shipment/preview", ids))[0] == 200


async def test_the_label_is_a_real_pdf(stand: Stand) -> None:
    order_id = await generated(stand)
    status, url = await stand.call("GET", f"/imprimir/pdf/{order_id}")
    assert (status, isinstance(url, str)) == (200, True)
    async with stand.session.get(url, headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.status == 400
    async with stand.session.get(url) as response:
        data = await response.read()
        assert response.content_type == "application/pdf"
    table = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert data[table : table + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", data), start=1):
        assert data[int(place) :].startswith(b"%d 0 obj" % number)
    assert b"(Marina)" in data
    assert b"order-1042-s1" in data
    async with stand.session.get(f"{stand.base}/storage/etiquetas/nope.pdf") as response:
        assert response.status == 404
    assert (await stand.call("GET", f"/imprimir/zpl/{order_id}"))[0] == 404
