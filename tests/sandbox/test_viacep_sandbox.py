"""The stand-in of ViaCEP by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.core import World
from sandbox.viacep import ViaCepSandbox


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    app.add_routes(ViaCepSandbox(World(pace=0)).routes())
    async with TestClient(TestServer(app)) as made:
        yield made


@pytest.mark.parametrize("path", ["/ws/01310100/json/", "/ws/01310-100/json/", "/ws/01310100/json"])
async def test_a_place(client: TestClient[Any, Any], path: str) -> None:
    response = await client.get(path)
    body = await response.json()
    assert response.status == 200
    assert (body["cep"], body["logradouro"], body["bairro"]) == ("01310-100", "Avenida Paulista", "Bela Vista")
    assert (body["localidade"], body["uf"], body["ddd"], body["ibge"]) == ("São Paulo", "SP", "11", "3550308")
    assert (body["estado"], body["regiao"]) == ("São Paulo", "Sudeste")


async def test_a_town_with_one_cep_has_no_street(client: TestClient[Any, Any]) -> None:
    body = await (await client.get("/ws/75400000/json/")).json()
    assert (body["localidade"], body["uf"], body["logradouro"], body["bairro"]) == ("Inhumas", "GO", "", "")


async def test_an_unknown_cep_is_a_success_that_says_no(client: TestClient[Any, Any]) -> None:
    response = await client.get("/ws/99999999/json/")
    assert (response.status, await response.json()) == (200, {"erro": "true"})


@pytest.mark.parametrize("cep", ["1310100", "013101000", "abcdefgh", "0131-0100", "８００１００００"])
async def test_a_malformed_cep_is_answered_with_a_page(client: TestClient[Any, Any], cep: str) -> None:
    response = await client.get(f"/ws/{cep}/json/")
    assert (response.status, response.content_type) == (400, "text/html")


async def test_streets_by_name(client: TestClient[Any, Any]) -> None:
    found = await (await client.get("/ws/PR/Curitiba/marechal/json/")).json()
    assert [place["cep"] for place in found] == ["80010-000"]
    assert await (await client.get("/ws/PR/Curitiba/Inexistente/json/")).json() == []
    for path in ("/ws/PR/Cu/Marechal/json/", "/ws/PR/Curitiba/Ma/json/", "/ws/XX/Curitiba/Marechal/json/"):
        assert (await client.get(path)).status == 400


def test_every_place_is_whole_and_in_the_range_of_its_state() -> None:
    """Checked with the domain's own table, which nothing here was made from."""
    from bot.domain.postal_code import state_of

    places = ViaCepSandbox(World()).places
    assert len(places) >= 60
    for cep, place in places.items():
        assert state_of(cep) == place["uf"], cep
        assert place["cep"].replace("-", "") == cep
        assert place["localidade"]
        assert place["ddd"].isdigit()
        assert len(place["ibge"]) == 7
        assert bool(place["logradouro"]) == bool(place["bairro"])
