"""CEP look-up: ViaCEP against the stand-in, BrasilAPI against prepared answers, and both behind the look-up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.people import Address
from bot.integrations.errors import ProviderError, Refused, Unavailable
from bot.integrations.http import CallRecord, Http
from bot.integrations.viacep import BrasilApi, PostalCodeLookup, ViaCep
from sandbox.core import World
from sandbox.viacep import ViaCepSandbox
from tests.conftest import TestClock
from tests.support import make_http

CURITIBA = Address(
    postal_code="80010000", city="Curitiba", state="PR", street="Rua Marechal Deodoro", district="Centro"
)


class Stage:
    def __init__(self, world: World, http: Http, base: str, records: list[CallRecord]):
        self.world, self.http, self.records = world, http, records
        self.viacep = ViaCep(http, base)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    world = World(pace=0)
    app = web.Application()
    app.add_routes(ViaCepSandbox(world).routes())
    records: list[CallRecord] = []
    http = make_http(records)
    async with TestServer(app) as server:
        yield Stage(world, http, str(server.make_url("/")), records)
        await world.close()
        await http.close()


@pytest.fixture
async def answering() -> AsyncIterator[Any]:
    """A server that gives one prepared answer to everything, and both clients that talk to it."""
    answers: list[tuple[int, Any]] = []
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        status, body = answers[-1]
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_get("/{anything:.*}", handler)
    http = make_http()
    async with TestServer(app) as server:
        base = str(server.make_url("/"))
        yield {"viacep": ViaCep(http, base), "brasilapi": BrasilApi(http, base)}, answers, seen
        await http.close()


async def test_a_street_and_a_whole_town(stage: Stage) -> None:
    assert await stage.viacep.look_up("80010000") == CURITIBA
    assert await stage.viacep.look_up("75400000") == Address(postal_code="75400000", city="Inhumas", state="GO")


@pytest.mark.parametrize("cep", ["99999999", "00000000", "8001000", "80010-000", "", "../etc", "８００１００００"])
async def test_a_cep_that_does_not_exist_is_an_answer(stage: Stage, cep: str) -> None:
    assert await stage.viacep.look_up(cep) is None


@pytest.mark.parametrize("mode", ["down", "slow", "garbage", "busy"])
async def test_a_service_in_trouble_is_unavailable(stage: Stage, mode: Any) -> None:
    fault = stage.world.faults["viacep"]
    fault.mode, fault.delay = mode, 0.8
    with pytest.raises(Unavailable):
        await stage.viacep.look_up("80010000")
    assert len(stage.records) == 3
    fault.mode = "none"
    assert await stage.viacep.look_up("80010000") == CURITIBA


async def test_a_cut_answer_is_asked_for_again(stage: Stage) -> None:
    fault = stage.world.faults["viacep"]
    fault.mode, fault.times = "drop", 2
    assert await stage.viacep.look_up("80010000") == CURITIBA


V, B = "viacep", "brasilapi"
DOWN = {"message": "Erro ao se conectar com o serviço ViaCEP."}
UNKNOWN = {"message": "CEP não encontrado na base do ViaCEP."}


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        (V, 200, {"erro": "true"}),
        (V, 200, {"erro": True}),
        (V, 400, "<h1>Http 400</h1>"),
        (V, 400, {}),
        (B, 404, {"name": "CepPromiseError", "type": "service_error", "errors": [UNKNOWN, UNKNOWN]}),
        (B, 404, {"name": "CepPromiseError", "type": "service_error", "errors": [UNKNOWN, DOWN]}),
        (B, 404, {"message": "Todos os serviços de CEP retornaram erro."}),
        (B, 400, {"name": "CepPromiseError", "type": "validation_error", "errors": []}),
    ],
)
async def test_the_ways_of_saying_that_there_is_none(answering: Any, name: str, status: int, body: Any) -> None:
    sources, answers, _ = answering
    answers.append((status, body))
    assert await sources[name].look_up("80010000") is None


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        (V, 200, {}),
        (V, 200, []),
        (B, 200, []),
        (V, 200, {"erro": "false"}),
        (V, 200, {"localidade": "Curitiba", "uf": "Paraná"}),
        (V, 200, {"localidade": None, "uf": "PR"}),
        (V, 404, "<html>"),
        (V, 403, {}),
        (B, 200, "<html>"),
        (B, 200, {"city": "Curitiba"}),
        (B, 404, "<html>"),
        (B, 404, {"type": "service_error", "errors": [DOWN, DOWN]}),
        (B, 500, {"type": "internal_error"}),
    ],
)
async def test_everything_else_is_no_answer(answering: Any, name: str, status: int, body: Any) -> None:
    sources, answers, _ = answering
    answers.append((status, body))
    with pytest.raises(Unavailable) as refused:
        await sources[name].look_up("80010000")
    assert refused.value.provider == name


async def test_the_second_service_says_it_otherwise(answering: Any) -> None:
    sources, answers, seen = answering
    answers.append(
        (200, {"cep": "80010000", "state": "pr", "city": " Curitiba ", "neighborhood": None, "street": None})
    )
    assert await sources[B].look_up("80010000") == Address(postal_code="80010000", city="Curitiba", state="PR")
    assert seen == ["/api/cep/v2/80010000"]


# --- a CEP by its street ---------------------------------------------------------------------------------


async def test_a_street_in_a_town_has_ceps(stage: Stage) -> None:
    found = await stage.viacep.search("sp", "Sao Paulo", "avenida paulista")
    assert [(f.address.postal_code, f.numbers) for f in found] == [
        ("01310100", "de 612 a 1510 - lado par"),
        ("01311000", "até 609 - lado ímpar"),
    ]
    assert found[0].address.complement == ""


@pytest.mark.parametrize(
    ("state", "city", "street"),
    [
        ("SP", "São Paulo", "Rua que não há"),
        ("S", "São Paulo", "Paulista"),
        ("SP", "SP", "Paulista"),
        ("SP", "Bauru", "/"),
    ],
)
async def test_too_little_or_an_unknown_name_finds_nothing(stage: Stage, state: str, city: str, street: str) -> None:
    assert await stage.viacep.search(state, city, street) == []


@pytest.mark.parametrize(
    ("body", "found"), [({"erro": True}, 0), ([5, {"cep": "x", "localidade": "A", "uf": "SP"}], 0), ([], 0)]
)
async def test_strange_places_in_a_list_are_left_out(answering: Any, body: Any, found: int) -> None:
    sources, answers, _ = answering
    answers.append((200, body))
    assert len(await sources[V].search("SP", "São Paulo", "Rua A/B c")) == found


@pytest.mark.parametrize("body", ["<html>", {"localidade": "São Paulo", "uf": "SP"}])
async def test_a_search_without_a_list_is_no_answer(answering: Any, body: Any) -> None:
    sources, answers, _ = answering
    answers.append((200, body))
    with pytest.raises(Unavailable):
        await sources[V].search("SP", "São Paulo", "Paulista")


async def test_the_look_up_asks_who_knows_streets(answering: Any, stage: Stage) -> None:
    sources, _, seen = answering
    lookup = PostalCodeLookup([sources[B], stage.viacep])
    assert len(await lookup.search("SP", "São Paulo", "Paulista")) == 2
    assert seen == []
    with pytest.raises(Unavailable):
        await PostalCodeLookup([sources[B]]).search("SP", "São Paulo", "Paulista")


# --- the look-up over several sources --------------------------------------------------------------------


class Source:
    """Answers what it is told to, and counts."""

    def __init__(self, answer: Address | ProviderError | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def look_up(self, postal_code: str) -> Address | None:
        self.asked.append(postal_code)
        if isinstance(self.answer, ProviderError):
            raise self.answer
        return self.answer


async def test_the_second_is_asked_only_when_the_first_fails(clock: TestClock) -> None:
    first, second = Source(CURITIBA), Source(None)
    lookup = PostalCodeLookup([first, second], 0, clock=clock)
    assert await lookup.look_up("80010000") == CURITIBA
    first.answer = None
    assert await lookup.look_up("80010000") is None
    assert second.asked == []
    first.answer, second.answer = Unavailable("viacep"), CURITIBA
    assert await lookup.look_up("80010000") == CURITIBA
    first.answer = Refused("viacep")
    assert await lookup.look_up("80010000") == CURITIBA
    assert second.asked == ["80010000"] * 2


@pytest.mark.parametrize(
    "failures",
    [[Refused("a"), Unavailable("b")], [Unavailable("b"), Refused("a")], [Unavailable("b"), Unavailable("c")]],
)
async def test_when_nobody_answers_it_is_tried_again_later(failures: list[ProviderError]) -> None:
    lookup = PostalCodeLookup([Source(f) for f in failures], 10)
    with pytest.raises(Unavailable) as refused:
        await lookup.look_up("80010000")
    assert refused.value.provider == "b"


async def test_without_any_source_it_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await PostalCodeLookup([], 10).look_up("80010000")


async def test_what_was_found_is_remembered_for_a_while(clock: TestClock) -> None:
    source = Source(CURITIBA)
    lookup = PostalCodeLookup([source], 10, clock=clock, keep=timedelta(days=2))
    for _ in range(3):
        assert await lookup.look_up("80010000") == CURITIBA
    assert len(source.asked) == 1
    clock.jump(timedelta(days=2))
    await lookup.look_up("80010000")
    assert len(source.asked) == 2


async def test_what_is_unknown_is_asked_again_sooner_and_a_failure_at_once(clock: TestClock) -> None:
    source = Source(None)
    lookup = PostalCodeLookup([source], 10, clock=clock)
    await lookup.look_up("80010000")
    await lookup.look_up("80010000")
    assert len(source.asked) == 1
    clock.jump(timedelta(hours=1))
    source.answer = Unavailable("viacep")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await lookup.look_up("80010000")
    source.answer = CURITIBA
    assert await lookup.look_up("80010000") == CURITIBA
    assert len(source.asked) == 4


async def test_the_least_used_is_forgotten_first(clock: TestClock) -> None:
    source = Source(CURITIBA)
    lookup = PostalCodeLookup([source], 2, clock=clock)
    for cep in ("1", "2", "1", "3", "1", "2"):
        await lookup.look_up(cep)
    assert source.asked == ["1", "2", "3", "2"]
