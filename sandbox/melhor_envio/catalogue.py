"""Carriers, their services and agencies (sheet 5): needs no scope, and answers without a user's token."""

from __future__ import annotations

from collections.abc import Container

from aiohttp import web

from sandbox.melhor_envio.answers import Json, missing, reply
from sandbox.melhor_envio.tariff import COMPANIES, SERVICES, company

# number · company · name · CEP · street · number · district · town · number of the town · state · UF
_AGENCIES = """
4|2|LJ OSASCO 01|06210130|Rua Dona Primitiva Vianco|100|Bonfim|Osasco|5094|São Paulo|SP
7|2|LJ SAO PAULO 03|01310100|Avenida Paulista|900|Bela Vista|São Paulo|5270|São Paulo|SP
9|2|LJ CURITIBA 02|80010000|Rua Marechal Deodoro|51|Centro|Curitiba|4004|Paraná|PR
21|8|TEX SAO PAULO CENTRO|01001000|Praça da Sé|10|Sé|São Paulo|5270|São Paulo|SP
22|8|TEX SAO PAULO PAULISTA|01311000|Avenida Paulista|501|Bela Vista|São Paulo|5270|São Paulo|SP
23|8|TEX SAO PAULO SUL|04538133|Avenida Brigadeiro Faria Lima|3000|Itaim Bibi|São Paulo|5270|São Paulo|SP
31|14|LOGGI SAO PAULO 1|01310100|Avenida Paulista|1100|Bela Vista|São Paulo|5270|São Paulo|SP
"""


def _agencies() -> dict[int, Json]:
    found = {}
    for line in _AGENCIES.strip().splitlines():
        number, carrier, name, cep, street, house, district, town, town_id, state, uf = line.split("|")
        found[int(number)] = {
            "id": int(number),
            "name": name,
            "initials": name.replace(" ", "-"),
            "code": f"10000{number}",
            "company_name": f"{name.title()} Ltda",
            "status": "available",
            "email": f"agencia{number}@carrier.example",
            "note": None,
            "company_id": int(carrier),
            "address": {
                "id": int(number),
                "label": "Agência",
                "postal_code": cep,
                "address": street,
                "number": house,
                "complement": None,
                "district": district,
                "latitude": None,
                "longitude": None,
                "city": {
                    "id": int(town_id),
                    "city": town,
                    "state": {
                        "id": 1,
                        "state": state,
                        "state_abbr": uf,
                        "country": {"id": "BR", "country": "Brazil"},
                    },
                },
            },
            "phone": {"id": int(number), "phone": "1130000000", "type": "fixed", "country_id": "BR"},
        }
    return found


AGENCIES = _agencies()


async def services(_: web.Request) -> web.Response:
    return reply([service.json(encoded=False) for service in SERVICES.values()])


async def service(request: web.Request) -> web.Response:
    return reply(SERVICES[_number(request, SERVICES)].json(encoded=False))


async def companies(_: web.Request) -> web.Response:
    return reply([_with_services(number) for number in COMPANIES])


async def one_company(request: web.Request) -> web.Response:
    return reply(_with_services(_number(request, COMPANIES)))


async def agencies(request: web.Request) -> web.Response:
    """Filters: ``company``, ``country``, ``state``, ``city``, ``status``; a list entry has ``companies``, not one."""
    query = request.query
    found = []
    for agency in AGENCIES.values():
        city = agency["address"]["city"]
        facts = {
            "company": str(agency["company_id"]),
            "country": "BR",
            "state": city["state"]["state_abbr"],
            "city": city["city"],
            "status": agency["status"],
        }
        if all(query.get(name, "") in ("", value) for name, value in facts.items()):
            listed = {name: value for name, value in agency.items() if name != "company_id"}
            found.append({**listed, "companies": [company(agency["company_id"])]})
    return reply(found)


async def agency(request: web.Request) -> web.Response:
    return reply(AGENCIES[_number(request, AGENCIES)])


def _with_services(number: int) -> Json:
    mine = [s.json(encoded=False) for s in SERVICES.values() if s.company == number]
    return {**company(number), "services": mine}


def _number(request: web.Request, known: Container[int]) -> int:
    asked = request.match_info["id"]
    if not asked.isdecimal() or int(asked) not in known:
        raise missing(asked)
    return int(asked)
