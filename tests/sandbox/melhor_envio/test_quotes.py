"""Each refusal of a quote, and the usual way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.melhor_envio.support import QUOTE, SMALL
from tests.support_melhor_envio import Stand


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
