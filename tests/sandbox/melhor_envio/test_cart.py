"""Each refusal of a label in the cart, and the usual way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox.melhor_envio.support import CART, NFE, cart
from tests.support_melhor_envio import Stand


async def test_the_cart(stand: Stand) -> None:
    assert await stand.call("GET", "/cart") == (204, "")
    status, order = await stand.call("POST", "/cart", CART)
    assert status == 201
    assert re.fullmatch(r"ORD-\d{12}", order["protocol"])
    assert (order["status"], order["price"], order["reverse"], order["tracking"]) == ("pending", 38.9, 0, None)
    assert "tags" not in order
    _, page = await stand.call("GET", "/cart")
    assert (page["total"], page["data"][0]["id"]) == (1, order["id"])
    status, full = await stand.call("GET", f"/cart/{order['id']}")
    assert full["tags"] == [{"tag": "order-1042-s1", "url": "https://x.example"}]
    assert (await stand.call("DELETE", f"/cart/{order['id']}"))[0] == 204
    for method in ("GET", "DELETE"):
        status, body = await stand.call(method, f"/cart/{order['id']}")
        assert (status, body["message"]) == (404, f"No query results for model [App\\Order] {order['id']}")


async def test_pages_of_ten(stand: Stand) -> None:
    ids = [(await stand.call("POST", "/cart", CART))[1]["id"] for _ in range(11)]
    _, first = await stand.call("GET", "/cart")
    _, second = await stand.call("GET", "/cart?page=2")
    assert [o["id"] for o in first["data"] + second["data"]] == ids[::-1]
    assert (first["last_page"], first["next_page_url"], second["next_page_url"]) == (
        2,
        f"{stand.base}/api/v2/me/cart?page=2",
        None,
    )
    assert (await stand.call("GET", "/cart?page=3"))[0] == 204


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("service", None, "service"),
        ("service", 99, "service"),
        ("from", None, "from"),
        ("to", {}, "to"),
        ("products", [], "products"),
        ("volumes", [], "volumes"),
        ("to.name", "", "to.name"),
        ("to.postal_code", "123", "to.postal_code"),
        ("to.state_abbr", "SP", "to.state_abbr"),
        ("to.document", None, "to.document"),
        ("to.document", "11222333000181", "to.document"),
        ("from.company_document", "52998224725", "from.company_document"),
        ("volumes.0.height", 30.5, "volumes.0.height"),
        ("volumes.0.weight", 0, "volumes.0.weight"),
        ("products.0.unitary_value", "caro", "products.0.unitary_value"),
        ("options.non_commercial", False, "options.invoice.key"),
        ("options.invoice", {"key": "123"}, "options.invoice.key"),
        ("options.tags", ["x"], "options.tags"),
    ],
)
async def test_what_the_cart_finds_invalid(stand: Stand, path: str, value: Any, key: str) -> None:
    status, body = await stand.call("POST", "/cart", cart(path, value))
    assert status == 422
    assert key in body["errors"]
    assert stand.sandbox.orders == {}


async def test_private_carriers_want_phone_and_mail(stand: Stand) -> None:
    body = cart("to.email", "")
    assert (await stand.call("POST", "/cart", body))[0] == 201
    status, refusal = await stand.call("POST", "/cart", {**body, "service": 3})
    assert (status, list(refusal["errors"])) == (422, ["to.email"])


async def test_an_invoice_wants_a_state_register(stand: Stand) -> None:
    body = cart("options.invoice", {"key": NFE})
    body["from"]["state_register"] = ""
    status, refusal = await stand.call("POST", "/cart", body)
    assert (status, list(refusal["errors"])) == (422, ["from.state_register"])


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (
            "volumes",
            [CART["volumes"][0]] * 2,
            "Não é possível realizar envios com mais de um volume com esta transportadora",
        ),
        ("options.invoice", {"key": NFE[:20] + "65" + NFE[22:]}, "A Nota fiscal deve ser modelo 55"),
        (
            "from",
            {**CART["from"], "document": "52998224725"},
            "Os documentos (CPFs) dos participantes do frete não podem ser iguais",
        ),
        ("volumes.0.length", 101, "Dimensões do objeto ultrapassam o limite da transportadora."),
        ("service", 31, "Transportadora não atende este trecho."),
    ],
)
async def test_rules_of_the_cart(stand: Stand, path: str, value: Any, sentence: str) -> None:
    assert await stand.call("POST", "/cart", cart(path, value)) == (422, {"error": sentence})


async def test_jadlog_takes_several_volumes(stand: Stand) -> None:
    body = cart("volumes", [CART["volumes"][0]] * 2)
    assert (await stand.call("POST", "/cart", {**body, "service": 3}))[0] == 201
    assert (await stand.call("POST", "/cart", {**body, "service": 27, "to": CART["from"]}))[0] == 422


async def test_a_declaration_above_a_thousand_reais(stand: Stand) -> None:
    body = cart("options.insurance_value", 1215)
    assert (await stand.call("POST", "/cart", body))[0] == 201  # PAC
    status, refusal = await stand.call("POST", "/cart", {**body, "service": 3})
    assert status == 422
    assert refusal["message"].startswith("E-CRT-0001: O valor segurado em envios não comerciais")
    assert {"suggestion", "request_id", "context"} <= set(refusal)
    body["options"]["invoice"] = {"key": NFE}
    assert (await stand.call("POST", "/cart", {**body, "service": 3}))[0] == 201
