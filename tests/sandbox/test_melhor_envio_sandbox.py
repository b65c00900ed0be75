"""The stand-in of Melhor Envio, spoken to without our client: each refusal of its documents, and the usual way."""

from __future__ import annotations

import asyncio
import base64
import copy
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from yarl import URL

from sandbox.core import World
from tests.support_melhor_envio import CLIENT_ID, REFRESH, SECRET, TOKEN, Stand, inbox, standing

NFE = "35261111222333000181550010000012341123456780"
QUOTE: dict[str, Any] = {
    "from": {"postal_code": "01310100"},
    "to": {"postal_code": "80010-000"},
    "products": [
        {"id": "a", "width": 35, "height": 30, "length": 60, "weight": 2.4, "insurance_value": 480, "quantity": 1}
    ],
}
SMALL = {"id": "b", "width": 11, "height": 2.6, "length": 16, "weight": 0.1, "insurance_value": "10.00", "quantity": 2}
CART: dict[str, Any] = {
    "service": 1,
    "agency": None,
    "from": {
        "name": "Loja",
        "phone": "11912345678",
        "email": "loja@example.com",
        "company_document": "11222333000181",
        "state_register": "ISENTO",
        "address": "Av. Paulista",
        "number": "1000",
        "district": "Bela Vista",
        "city": "São Paulo",
        "state_abbr": "SP",
        "country_id": "BR",
        "postal_code": "01310100",
    },
    "to": {
        "name": "Marina",
        "phone": "41912345678",
        "email": "m@example.com",
        "document": "52998224725",
        "address": "Rua XV",
        "number": "210",
        "city": "Curitiba",
        "state_abbr": "PR",
        "country_id": "BR",
        "postal_code": "80010000",
    },
    "products": [{"name": "Farol", "quantity": "1", "unitary_value": "480.00"}],
    "volumes": [{"height": 30, "width": 35, "length": 60, "weight": 2.4}],
    "options": {
        "insurance_value": 480,
        "non_commercial": True,
        "tags": [{"tag": "order-1042-s1", "url": "https://x.example"}],
    },
}


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as standing_in:
        standing_in.sandbox.auto_generate = False
        yield standing_in


def cart(path: str = "", value: Any = None) -> dict[str, Any]:
    """The cart request with one field set, e.g. ``to.state_abbr``."""
    body = copy.deepcopy(CART)
    if path:
        *parents, last = path.split(".")
        place: Any = body
        for name in parents:
            place = place[int(name)] if name.isdecimal() else place[name]
        place[last] = value
    return body


async def bought(stand: Stand, body: dict[str, Any] | None = None) -> str:
    _, order = await stand.call("POST", "/cart", body or CART)
    status, _ = await stand.call("POST", "/shipment/checkout", {"orders": [order["id"]]})
    assert status == 200
    return str(order["id"])


async def generated(stand: Stand) -> str:
    order_id = await bought(stand)
    await stand.call("POST", "/shipment/generate", {"orders": [order_id]})
    await stand.sandbox.finish_generation(order_id)
    return order_id


# --- who may call ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["", "Python/3.11 aiohttp/3", "AutoPars (sem contato)"])
async def test_the_user_agent_is_mandatory(stand: Stand, agent: str) -> None:
    assert (await stand.call("GET", "/balance", headers={"User-Agent": agent}))[0] == 403
    assert (await stand.call("GET", "/shipment/services", headers={"User-Agent": agent}))[0] == 403


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_without_a_token(stand: Stand, authorization: str) -> None:
    answer = await stand.call("GET", "/balance", headers={"Authorization": authorization})
    assert answer == (401, {"message": "Unauthenticated."})


async def test_without_accept_it_redirects_to_the_log_in(stand: Stand) -> None:
    status, _ = await stand.call("GET", "/balance", headers={"Authorization": "", "Accept": ""})
    assert status == 302


async def test_a_missing_scope_is_not_named(stand: Stand) -> None:
    stand.sandbox.scopes = {"shipping-calculate"}
    assert (await stand.call("POST", "/shipment/calculate", QUOTE))[0] == 200
    assert await stand.call("GET", "/cart") == (403, {"message": "This action is unauthorized."})


async def test_too_many_calls(stand: Stand) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stand.world.clock = lambda: now
    stand.sandbox.calls_per_minute = 2
    assert [(await stand.call("GET", "/balance"))[0] for _ in range(3)] == [200, 200, 429]
    now += timedelta(minutes=1)
    assert (await stand.call("GET", "/balance"))[0] == 200


async def test_catalogue_needs_no_token(stand: Stand) -> None:
    status, services = await stand.call("GET", "/shipment/services", headers={"Authorization": ""})
    assert status == 200
    assert services[0]["restrictions"]["formats"]["box"]["sum"] == 200
    assert (await stand.call("GET", "/shipment/services/2"))[1]["name"] == "SEDEX"
    assert (await stand.call("GET", "/shipment/services/99"))[0] == 404
    companies = (await stand.call("GET", "/shipment/companies"))[1]
    assert [c["name"] for c in companies] == ["Correios", "Jadlog", "Total Express", "Loggi"]


# --- OAuth ----------------------------------------------------------------------------------------------


async def token(stand: Stand, **fields: str) -> tuple[int, Any]:
    body = {"client_id": CLIENT_ID, "client_secret": SECRET, **fields}
    return await stand.call("POST", "/oauth/token", body, me=False)


async def test_a_refresh_token_works_once(stand: Stand) -> None:
    status, pair = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    assert (status, pair["token_type"], pair["expires_in"]) == (200, "Bearer", 2_592_000)
    assert (await stand.call("GET", "/balance"))[0] == 401
    assert (await stand.call("GET", "/balance", headers={"Authorization": f"Bearer {pair['access_token']}"}))[0] == 200
    status, error = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    assert (status, error["error"]) == (400, "invalid_grant")
    status, _ = await token(stand, grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert status == 200


async def test_tokens_end(stand: Stand) -> None:
    now = datetime.now(UTC)
    stand.world.clock = lambda: now
    _, pair = await token(stand, grant_type="refresh_token", refresh_token=REFRESH)
    now += timedelta(days=31)
    assert (await stand.call("GET", "/balance", headers={"Authorization": f"Bearer {pair['access_token']}"}))[0] == 401
    now += timedelta(days=15)
    assert (await token(stand, grant_type="refresh_token", refresh_token=pair["refresh_token"]))[0] == 400


async def test_other_grants_and_clients(stand: Stand) -> None:
    status, error = await token(stand, grant_type="refresh_token", refresh_token=REFRESH, client_secret="wrong")
    assert (status, error["error"]) == (401, "invalid_client")
    assert (await token(stand, grant_type="password"))[1]["error"] == "unsupported_grant_type"
    status, anonymous = await token(stand, grant_type="client_credentials")
    assert status == 200
    headers = {"Authorization": f"Bearer {anonymous['access_token']}"}
    assert (await stand.call("POST", "/shipment/calculate", QUOTE, headers=headers))[0] == 401


async def test_the_code_of_the_call_back(stand: Stand) -> None:
    back = "http://127.0.0.1/callback?x=1"
    page = f"/oauth/authorize?response_type=code&client_id={CLIENT_ID}&redirect_uri={quote(back, safe='')}&state=s"

    async def code() -> str:
        async with stand.session.get(URL(stand.base + page, encoded=True), allow_redirects=False) as response:
            assert response.status == 302
            location = URL(response.headers["Location"])
        assert (location.query["x"], location.query["state"]) == ("1", "s")
        return location.query["code"]

    status, error = await token(stand, grant_type="authorization_code", code=await code(), redirect_uri="http://other")
    assert (status, error["error"]) == (401, "invalid_client")
    good = await code()
    form = {"grant_type": "authorization_code", "code": good, "redirect_uri": back}
    data = {**form, "client_id": CLIENT_ID, "client_secret": SECRET}
    async with stand.session.post(stand.base + "/oauth/token", data=data) as response:  # a form will do
        assert response.status == 200
    assert (await token(stand, **form))[1]["error"] == "invalid_grant"
    wrong = await stand.call("GET", page.replace(CLIENT_ID, "999"), me=False)
    assert wrong[0] == 401


# --- quotes ---------------------------------------------------------------------------------------------


async def test_a_quote_mixes_offers_and_errors(stand: Stand) -> None:
    status, items = await stand.call("POST", "/shipment/calculate", QUOTE)
    assert status == 200
    assert [i["id"] for i in items] == [1, 2, 3, 4, 17, 27, 31]
    offers = {i["name"]: (i["price"], i["delivery_time"]) for i in items if "error" not in i}
    assert offers == {"PAC": ("38.90", 7), "SEDEX": ("61.20", 2), ".Package": ("32.40", 4)}
    failed = [i for i in items if "error" in i]
    assert all("price" not in i and i["company"]["name"] for i in failed)
    by_name = {i["name"]: i for i in items}
    assert by_name["PAC"]["currency"] == "R$"
    assert by_name["PAC"]["packages"][0]["price"] == "38.90"
    assert by_name["PAC"]["packages"][0]["weight"] == "2.40"
    assert "price" not in by_name[".Package"]["packages"][0]


async def test_sizes_are_cut_off_and_values_multiplied(stand: Stand) -> None:
    body = {**QUOTE, "products": [SMALL], "services": "1,2"}
    _, items = await stand.call("POST", "/shipment/calculate", body)
    package = items[0]["packages"][0]
    assert package["dimensions"] == {"height": 5, "width": 11, "length": 16}  # 2 × 2.6 cm
    assert package["insurance_value"] == "20.00"
    assert package["products"] == [{"id": "b", "quantity": 2}]


async def test_one_service_is_a_bare_object(stand: Stand) -> None:
    _, item = await stand.call("POST", "/shipment/calculate", {**QUOTE, "services": "3"})
    assert item["name"] == ".Package"


async def test_volumes_take_their_own_insurance(stand: Stand) -> None:
    volume = {"height": 30, "width": 35, "length": 60, "weight": 2.4}
    body = {
        "from": QUOTE["from"],
        "to": QUOTE["to"],
        "volumes": [volume, {**volume, "insurance": 7}],
        "options": {"insurance_value": 480},
    }
    _, items = await stand.call("POST", "/shipment/calculate", body)
    assert [p["insurance_value"] for p in items[0]["packages"]] == ["480.00", "7.00"]
    assert "products" not in items[0]["packages"][0]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"from": {}}, "from.postal_code"),
        ({"to": {"postal_code": "00000000"}}, "to.postal_code"),
        ({"to": {"postal_code": "8001000"}}, "to.postal_code"),
        ({"to": {"postal_code": "78950000"}}, "to.postal_code"),
        ({"products": []}, "products"),
        ({"volumes": [{"height": 1, "width": 1, "length": 1, "weight": 1}]}, "products"),
        ({"products": [{**SMALL, "insurance_value": None}]}, "products.0.insurance_value"),
        ({"products": [{**SMALL, "weight": "pesado"}]}, "products.0.weight"),
        ({"products": ["x"]}, "products.0.id"),
        ({"products": None, "volumes": "x"}, "volumes"),
    ],
)
async def test_quotes_that_are_invalid(stand: Stand, changes: dict[str, Any], key: str) -> None:
    status, body = await stand.call("POST", "/shipment/calculate", {**QUOTE, **changes})
    assert (status, body["message"]) == (422, "The given data was invalid.")
    assert key in body["errors"]


async def test_the_recorded_sentence_for_a_missing_cep(stand: Stand) -> None:
    _, body = await stand.call("POST", "/shipment/calculate", {"to": QUOTE["to"], "products": QUOTE["products"]})
    assert body["errors"]["from.postal_code"] == ["O campo from.postal code é obrigatório."]
    assert (await stand.call("POST", "/shipment/calculate", [1]))[0] == 422


@pytest.mark.parametrize(
    ("changes", "refused", "error"),
    [
        ({"length": 101}, {"PAC", "SEDEX"}, "Dimensões do objeto ultrapassam o limite da transportadora."),
        ({"length": 100, "width": 80}, {"PAC", "SEDEX"}, "Dimensões do objeto ultrapassam o limite da transportadora."),
        ({"weight": 31}, {"PAC", "SEDEX"}, "Peso ultrapassa o limite máximo de 30,00kg."),
        ({"insurance_value": 3001}, {"PAC"}, "O valor segurado ultrapassa o limite da transportadora."),
    ],
)
async def test_limits_of_the_carriers(stand: Stand, changes: dict[str, Any], refused: set[str], error: str) -> None:
    body = {**QUOTE, "products": [{**QUOTE["products"][0], **changes}], "services": "1,2,3"}
    _, items = await stand.call("POST", "/shipment/calculate", body)
    assert {i["name"] for i in items if i.get("error") == error} == refused


async def test_what_does_not_fit_one_box_becomes_several(stand: Stand) -> None:
    body = {**QUOTE, "products": [{**QUOTE["products"][0], "quantity": 4}], "services": "1,3"}
    _, (pac, jadlog) = await stand.call("POST", "/shipment/calculate", body)
    assert len(pac["packages"]) == 2
    assert sum(p["products"][0]["quantity"] for p in pac["packages"]) == 4
    assert len(jadlog["packages"]) == 2  # 4 × 30 cm is higher than 100


# --- the cart -------------------------------------------------------------------------------------------


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


# --- buying ---------------------------------------------------------------------------------------------


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


# --- generating and printing ----------------------------------------------------------------------------


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


# --- orders, tracking, cancelling -----------------------------------------------------------------------


async def test_orders(stand: Stand) -> None:
    assert await stand.call("GET", "/orders") == (204, "")
    order_id = await bought(stand)
    assert (await stand.call("GET", "/orders?status=Released"))[1]["total"] == 1
    assert await stand.call("GET", "/orders?status=posted") == (204, "")
    full = (await stand.call("GET", f"/orders/{order_id}"))[1]
    assert full["to"]["location_number"] == "210"
    assert "number" not in full["to"]
    assert json.loads(full["service"]["restrictions"])["formats"]
    assert full["volumes"][0]["height"] == "30.00"
    status, _ = await stand.call("GET", "/orders/00000000-0000-4000-8000-000000000000")
    assert status == 404


async def test_search(stand: Stand) -> None:
    order_id = await bought(stand)
    protocol = stand.sandbox.orders[order_id]["protocol"]
    assert (await stand.call("GET", f"/orders/search?q={protocol}"))[1]["data"][0]["id"] == order_id
    assert (await stand.call("GET", "/orders/search?q=nada"))[0] == 204
    stand.sandbox.search_as_page = False
    assert (await stand.call("GET", "/orders/search?q=nada"))[1] == []
    assert (await stand.call("GET", "/orders/search?q=52998224725"))[1][0]["id"] == order_id


async def test_tracking_is_keyed_by_id_and_may_be_old(stand: Stand) -> None:
    order_id = await generated(stand)
    asked = {"orders": [order_id, "00000000-0000-4000-8000-000000000000"]}
    now = datetime.now(UTC)
    stand.world.clock = lambda: now
    stand.sandbox.tracking_cached_s = 3600
    _, before = await stand.call("POST", "/shipment/tracking", asked)
    assert list(before) == [order_id]
    assert before[order_id]["tracking"] == before[order_id]["melhorenvio_tracking"]
    await stand.sandbox.post(order_id)
    assert (await stand.call("POST", "/shipment/tracking", asked))[1] == before
    now += timedelta(hours=1)
    assert (await stand.call("POST", "/shipment/tracking", asked))[1][order_id]["status"] == "posted"
    assert (await stand.call("POST", "/shipment/tracking", {}))[0] == 422


async def test_cancelling(stand: Stand) -> None:
    order_id = await bought(stand)
    assert (await stand.call("POST", "/shipment/cancellable", {"orders": [order_id]}))[1] == {
        order_id: {"cancellable": True, "time": 0}
    }
    asked = {"order": {"id": order_id, "reason_id": "2", "description": "sem estoque"}}
    _, answer = await stand.call("POST", "/shipment/cancel", asked)
    assert answer[order_id] == {"canceled": True, "status": "pending"}
    await stand.sandbox.finish_cancellation(order_id)
    assert (await stand.call("GET", f"/orders/{order_id}"))[1]["status"] == "canceled"
    assert stand.sandbox.balance_cents == 1_000_000
    status, again = await stand.call("POST", "/shipment/cancel", asked)
    assert (status, again[order_id]) == (200, {"canceled": False})
    posted = await generated(stand)
    await stand.sandbox.post(posted)
    asked["order"]["id"] = posted
    assert (await stand.call("POST", "/shipment/cancel", asked))[1][posted] == {"canceled": False}


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"reason_id": "1"}, "order.reason_id"), ({"description": ""}, "order.description"), ({"id": ""}, "order.id")],
)
async def test_cancel_requests_that_are_invalid(stand: Stand, changes: dict[str, str], key: str) -> None:
    order = {"id": await bought(stand), "reason_id": "2", "description": "x", **changes}
    status, body = await stand.call("POST", "/shipment/cancel", {"order": order})
    assert (status, list(body["errors"])) == (422, [key])
    assert (await stand.call("POST", "/shipment/cancel", {"order": "x"}))[0] == 422


async def test_a_cancelled_label_is_neither_generated_nor_paid_again(stand: Stand) -> None:
    order_id = await bought(stand)
    await stand.call("POST", "/shipment/generate", {"orders": [order_id]})
    await stand.call("POST", "/shipment/cancel", {"order": {"id": order_id, "reason_id": "2", "description": "x"}})
    await stand.sandbox.finish_cancellation(order_id)
    await stand.sandbox.finish_generation(order_id)
    assert stand.sandbox.orders[order_id]["generated_at"] is None
    expired = (await stand.call("POST", "/cart", CART))[1]["id"]
    await stand.sandbox.expire(expired)
    assert (await stand.call("POST", "/shipment/checkout", {"orders": [expired]}))[0] == 422


# --- webhooks -------------------------------------------------------------------------------------------


async def test_webhooks_of_the_usual_way() -> None:
    async with inbox() as box, standing(webhook_url=box.url) as stand:
        stand.sandbox.auto_generate = False
        order_id = await generated(stand)
        await stand.sandbox.advance(order_id)
        await stand.sandbox.advance(order_id)
        events = []
        for _ in range(6):
            headers, body = await box.next()
            signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
            assert headers["x-me-signature"] == signature
            assert headers["user-agent"] == "Melhor Envio Webhooks/1.0"
            assert b'": ' not in body  # compact
            events.append(json.loads(body))
        names = [e["event"].removeprefix("order.") for e in events]
        assert names == ["created", "released", "ready-to-print", "generated", "posted", "delivered"]
        assert events[3]["data"]["status"] == "released"
        assert events[5]["data"]["posted_at"].endswith("+00:00")
        assert events[5]["data"]["tags"] == [{"tag": "order-1042-s1", "url": "https://x.example"}]
        assert stand.sandbox.by_tag("order-1042-s1") is stand.sandbox.orders[order_id]
        assert stand.sandbox.by_tag("nope") is None


async def test_webhooks_of_the_other_ways() -> None:
    async with inbox() as box, standing(webhook_url=box.url) as stand:
        order_id = await bought(stand)
        sandbox = stand.sandbox
        for act in (sandbox.receive, sandbox.pause, sandbox.suspend, sandbox.undeliver):
            await act(order_id)
        events = [await box.next_event() for _ in range(6)]
        assert events[2:] == ["order.received", "order.paused", "order.suspended", "order.undelivered"]
        other = await bought(stand)
        await stand.call("POST", "/shipment/cancel", {"order": {"id": other, "reason_id": "2", "description": "x"}})
        assert [await box.next_event() for _ in range(3)][-1] == "order.cancelled"


async def test_the_known_signature() -> None:
    async with standing() as stand:
        body = (
            b'{"event":"order.posted","data":{"id":"3f0c1d2e-0000-4000-8000-000000000001",'
            b'"protocol":"ORD-202610000123","status":"posted"}}'
        )
        assert stand.sandbox.hooks.sign(body) == "hZixUYZ2lvz1aMId0/0McgFKNcxvK7gvUPsb6SVZUU4="


async def test_five_tries_then_dropped() -> None:
    async with inbox(500, 503, 404, 302, 500, 200) as box, standing(webhook_url=box.url) as stand:
        assert (stand.sandbox.hooks.wait, stand.sandbox.hooks.timeout) == (900.0, 6.0)
        stand.sandbox.hooks.wait = 0
        async with stand.world.listen() as news:
            await stand.call("POST", "/cart", CART)
            statuses: list[int] = []
            while len(statuses) < 5:
                event = await news.get()
                if event["topic"] == "webhook":
                    statuses.append(event["status"])
        await asyncio.gather(*stand.world._tasks)  # nothing more is on its way
        assert statuses == [status for _, status in stand.sandbox.hooks.tries] == [500, 503, 404, 302, 500]
        assert len({(await box.next())[1] for _ in range(5)}) == 1  # the same bytes each time


async def test_a_failed_try_does_not_hold_up_the_next_event() -> None:
    async with inbox(500) as box, standing(webhook_url=box.url) as stand:
        await bought(stand)
        await stand.sandbox.hooks.settled()
        assert stand.sandbox.hooks.tries == [("order.created", 500), ("order.released", 200)]


async def test_nobody_home() -> None:
    async with standing(webhook_url="http://127.0.0.1:1/hook") as stand:
        await stand.call("POST", "/cart", CART)
        await stand.sandbox.hooks.settled()
        assert stand.sandbox.hooks.tries == [("order.created", 0)]


async def test_twice_on_demand() -> None:
    async with inbox() as box, standing(World(pace=0, send_twice=True), webhook_url=box.url) as stand:
        await stand.call("POST", "/cart", CART)
        assert (await box.next())[1] == (await box.next())[1]


async def test_a_new_address_is_tried_first() -> None:
    async with inbox() as box, standing() as stand:
        await stand.sandbox.hooks.register(box.url)
        assert box.methods == ["GET", "HEAD", "POST", "POST", "POST"]
        assert stand.sandbox.hooks.url == box.url
        stand.sandbox.hooks.url = ""
        box.answers = [405]
        with pytest.raises(ValueError, match=r"E-WBH-0002: .* inválido 405"):
            await stand.sandbox.hooks.register(box.url)
        assert stand.sandbox.hooks.url == ""
        with pytest.raises(ValueError, match="inválido 0"):
            await stand.sandbox.hooks.register("http://127.0.0.1:1/hook")


async def test_the_page_hears_of_each_change(stand: Stand) -> None:
    async with stand.world.listen() as news:
        order_id = await generated(stand)
        await stand.sandbox.post(order_id)
        seen = []
        while "posted" not in seen:
            event = await news.get()
            if event["topic"] == "shipment":
                assert event["id"] == order_id
                assert event["reference"] == "order-1042-s1"
                seen.append(event["event"])
    assert seen == ["created", "released", "ready-to-print", "generated", "posted"]


async def test_agencies_by_place_and_carrier(stand: Stand) -> None:
    path = "/shipment/agencies?company=8&country=BR&state=SP&city=S%C3%A3o%20Paulo"
    status, found = await stand.call("GET", path, headers={"Authorization": ""})
    assert (status, [a["id"] for a in found]) == (200, [21, 22, 23])
    assert found[0]["companies"][0]["name"] == "Total Express"
    assert (await stand.call("GET", "/shipment/agencies/4"))[1]["company_id"] == 2
    assert (await stand.call("GET", "/shipment/agencies/99"))[0] == 404
    assert (await stand.call("GET", "/shipment/companies/2"))[1]["services"][0]["id"] == 3


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"service": 3}, "service"),
        ({"service": 17}, "service"),
        ({"order_id": ""}, "order_id"),
        ({"order_id": "0" * 36}, "order_id"),
        ({"new_sender_mail": ""}, "new_sender_mail"),
        ({"package": {"height": 1.5, "width": 10, "length": 20, "weight": 1}}, "package.height"),
        ({"insurance_value": None}, "insurance_value"),
    ],
)
async def test_what_a_return_must_hold(stand: Stand, changes: dict[str, Any], key: str) -> None:
    order_id = await generated(stand)
    body = {
        "service": 1,
        "order_id": order_id,
        "new_sender_mail": "a@b.example",
        "new_sender_phone": "41987654321",
        "insurance_value": 100,
        "package": {"height": 10, "width": 20, "length": 30, "weight": 1},
    }
    status, answer = await stand.call("POST", "/cart/reverse", {**body, **changes})
    assert (status, list(answer["errors"])) == (422, [key])
    status, answer = await stand.call("POST", "/cart/reverse", body)
    assert (status, answer["reverse"]) == (201, 1)


async def test_money_comes_into_the_wallet_when_the_pix_is_paid(stand: Stand) -> None:
    wanted = {"gateway": "yapay-transparente", "slug": "pix", "value": "10.50"}
    status, answer = await stand.call("POST", "/balance", wanted)
    assert status == 200
    assert stand.sandbox.balance_cents == 1_000_000
    stand.sandbox.pay_in(answer["payment_id"])
    assert (await stand.call("GET", "/balance"))[1]["balance"] == 10_010.5
    for wrong in ({"slug": "card"}, {"value": "-1"}, {"gateway": ""}):
        assert (await stand.call("POST", "/balance", {**wanted, **wrong}))[0] == 422
