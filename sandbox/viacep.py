"""A stand-in of ViaCEP (sheet: the facts sheet on Melhor Envio, section 10): real places, mostly state capitals."""

from __future__ import annotations

import re
import unicodedata

from aiohttp import web

from sandbox.core import World, faulty

PROVIDER = "viacep"
SHORTEST_NAME = 3
MOST_FOUND = 50

# CEP · street · district · town · UF · area code · the town at IBGE · house numbers; a town's only CEP has no street
_TABLE = """
01001000|Praça da Sé|Sé|São Paulo|SP|11|3550308
01310100|Avenida Paulista|Bela Vista|São Paulo|SP|11|3550308|de 612 a 1510 - lado par
01311000|Avenida Paulista|Bela Vista|São Paulo|SP|11|3550308|até 609 - lado ímpar
04538133|Avenida Brigadeiro Faria Lima|Itaim Bibi|São Paulo|SP|11|3550308
05010000|Rua Caiubi|Perdizes|São Paulo|SP|11|3550308
06210130|Rua Dona Primitiva Vianco|Bonfim|Osasco|SP|11|3534401
07010000|Rua Dom Pedro II|Centro|Guarulhos|SP|11|3518800
09010160|Rua Coronel Oliveira Lima|Centro|Santo André|SP|11|3547809
09710010|Rua Marechal Deodoro|Centro|São Bernardo do Campo|SP|11|3548708
11010000|Rua Frei Gaspar|Centro|Santos|SP|13|3548500
12210000|Rua Quinze de Novembro|Centro|São José dos Campos|SP|12|3549904
13010000|Avenida Francisco Glicério|Centro|Campinas|SP|19|3509502
13201000|Rua Barão de Jundiaí|Centro|Jundiaí|SP|11|3525904
13400000|Rua Governador Pedro de Toledo|Centro|Piracicaba|SP|19|3538709
14010000|Rua General Osório|Centro|Ribeirão Preto|SP|16|3543402
17010000|Rua Batista de Carvalho|Centro|Bauru|SP|14|3506003
18010000|Rua da Penha|Centro|Sorocaba|SP|15|3552205
20010000|Rua Primeiro de Março|Centro|Rio de Janeiro|RJ|21|3304557
20040020|Avenida Rio Branco|Centro|Rio de Janeiro|RJ|21|3304557
22041001|Avenida Nossa Senhora de Copacabana|Copacabana|Rio de Janeiro|RJ|21|3304557
24020000|Avenida Ernani do Amaral Peixoto|Centro|Niterói|RJ|21|3303302
29010000|Avenida Jerônimo Monteiro|Centro|Vitória|ES|27|3205309
29100000|Rua Vasco Coutinho|Centro|Vila Velha|ES|27|3205200
30110000|Avenida Afonso Pena|Centro|Belo Horizonte|MG|31|3106200
30130010|Praça Sete de Setembro|Centro|Belo Horizonte|MG|31|3106200
32010000|Avenida João César de Oliveira|Centro|Contagem|MG|31|3118601
36010000|Rua Halfeld|Centro|Juiz de Fora|MG|32|3136702
38400000|Avenida Afonso Pena|Centro|Uberlândia|MG|34|3170206
40010000|Avenida da França|Comércio|Salvador|BA|71|2927408
40020000|Rua Chile|Centro|Salvador|BA|71|2927408
44001000|Avenida Senhor dos Passos|Centro|Feira de Santana|BA|75|2910800
48548710|||Chorrochó|BA|75|2907707
49010000|Rua João Pessoa|Centro|Aracaju|SE|79|2800308
50010000|Rua do Imperador Pedro II|Santo Antônio|Recife|PE|81|2611606
55002000|Rua Quinze de Novembro|Nossa Senhora das Dores|Caruaru|PE|81|2604106
57020000|Rua do Comércio|Centro|Maceió|AL|82|2704302
58010000|Praça João Pessoa|Centro|João Pessoa|PB|83|2507507
58400000|Rua Maciel Pinheiro|Centro|Campina Grande|PB|83|2504009
59025000|Avenida Rio Branco|Cidade Alta|Natal|RN|84|2408102
60010000|Rua Floriano Peixoto|Centro|Fortaleza|CE|85|2304400
64000000|Rua Álvaro Mendes|Centro|Teresina|PI|86|2211001
65010000|Rua de Nazaré|Centro|São Luís|MA|98|2111300
66010000|Avenida Presidente Vargas|Campina|Belém|PA|91|1501402
68900000|Avenida Padre Júlio Maria Lombaerd|Central|Macapá|AP|96|1600303
69005000|Avenida Eduardo Ribeiro|Centro|Manaus|AM|92|1302603
69301000|Avenida Jaime Brasil|Centro|Boa Vista|RR|95|1400100
69900000|Rua Rui Barbosa|Centro|Rio Branco|AC|68|1200401
70040010|SBN Quadra 1|Asa Norte|Brasília|DF|61|5300108
70200000|SGAS 901|Asa Sul|Brasília|DF|61|5300108
74003010|Avenida Goiás|Setor Central|Goiânia|GO|62|5208707
74905000|Avenida Independência|Centro|Aparecida de Goiânia|GO|62|5201405
75020000|Rua Barão do Rio Branco|Setor Central|Anápolis|GO|62|5201108
75400000|||Inhumas|GO|62|5210000
76801000|Avenida Sete de Setembro|Centro|Porto Velho|RO|69|1100205
77001000|Avenida Juscelino Kubitschek|Plano Diretor Norte|Palmas|TO|63|1721000
78005000|Avenida Getúlio Vargas|Centro Norte|Cuiabá|MT|65|5103403
79002000|Rua Quatorze de Julho|Centro|Campo Grande|MS|67|5002704
80010000|Rua Marechal Deodoro|Centro|Curitiba|PR|41|4106902
80020000|Praça Tiradentes|Centro|Curitiba|PR|41|4106902
84010000|Rua Coronel Cláudio|Centro|Ponta Grossa|PR|42|4119905
85801000|Avenida Brasil|Centro|Cascavel|PR|45|4104808
86010000|Rua Sergipe|Centro|Londrina|PR|43|4113700
87013000|Avenida Brasil|Zona 01|Maringá|PR|44|4115200
88010000|Rua Felipe Schmidt|Centro|Florianópolis|SC|48|4205407
89010000|Rua Quinze de Novembro|Centro|Blumenau|SC|47|4202404
89201000|Rua do Príncipe|Centro|Joinville|SC|47|4209102
90010000|Rua dos Andradas|Centro Histórico|Porto Alegre|RS|51|4314902
95010000|Avenida Júlio de Castilhos|Centro|Caxias do Sul|RS|54|4305108
96010000|Rua Quinze de Novembro|Centro|Pelotas|RS|53|4314407
"""

_STATES = {
    "AC": ("Acre", "Norte"),
    "AL": ("Alagoas", "Nordeste"),
    "AM": ("Amazonas", "Norte"),
    "AP": ("Amapá", "Norte"),
    "BA": ("Bahia", "Nordeste"),
    "CE": ("Ceará", "Nordeste"),
    "DF": ("Distrito Federal", "Centro-Oeste"),
    "ES": ("Espírito Santo", "Sudeste"),
    "GO": ("Goiás", "Centro-Oeste"),
    "MA": ("Maranhão", "Nordeste"),
    "MG": ("Minas Gerais", "Sudeste"),
    "MS": ("Mato Grosso do Sul", "Centro-Oeste"),
    "MT": ("Mato Grosso", "Centro-Oeste"),
    "PA": ("Pará", "Norte"),
    "PB": ("Paraíba", "Nordeste"),
    "PE": ("Pernambuco", "Nordeste"),
    "PI": ("Piauí", "Nordeste"),
    "PR": ("Paraná", "Sul"),
    "RJ": ("Rio de Janeiro", "Sudeste"),
    "RN": ("Rio Grande do Norte", "Nordeste"),
    "RO": ("Rondônia", "Norte"),
    "RR": ("Roraima", "Norte"),
    "RS": ("Rio Grande do Sul", "Sul"),
    "SC": ("Santa Catarina", "Sul"),
    "SE": ("Sergipe", "Nordeste"),
    "SP": ("São Paulo", "Sudeste"),
    "TO": ("Tocantins", "Norte"),
}


def _places() -> dict[str, dict[str, str]]:
    places = {}
    for line in _TABLE.strip().splitlines():
        cep, street, district, town, uf, area, ibge, *numbers = line.split("|")
        state, region = _STATES[uf]
        places[cep] = {
            "cep": f"{cep[:5]}-{cep[5:]}",
            "logradouro": street,
            "complemento": "".join(numbers),
            "unidade": "",
            "bairro": district,
            "localidade": town,
            "uf": uf,
            "estado": state,
            "regiao": region,
            "ibge": ibge,
            "gia": "",
            "ddd": area,
            "siafi": "",
        }
    return places


class ViaCepSandbox:
    """``places`` holds the existing CEPs by eight digits; more can be added."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = _places()

    def routes(self) -> list[web.RouteDef]:
        handler = faulty(self.world, PROVIDER, self._look_up)
        search = faulty(self.world, PROVIDER, self._search)
        return [
            web.get("/ws/{cep}/json/", handler),
            web.get("/ws/{cep}/json", handler),
            web.get("/ws/{uf}/{town}/{street}/json/", search),
            web.get("/ws/{uf}/{town}/{street}/json", search),
        ]

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        cep = request.match_info["cep"]
        if not re.fullmatch(r"[0-9]{5}-?[0-9]{3}", cep):
            return _bad_request()
        # sheet 10, row unknown: a 200 whose body reports the error, as text
        return web.json_response(self.places.get(cep.replace("-", ""), {"erro": "true"}))

    async def _search(self, request: web.Request) -> web.StreamResponse:
        """Search by UF, town and street, at least three letters each; at most fifty results, by similarity."""
        uf, town, street = (request.match_info[name] for name in ("uf", "town", "street"))
        if uf.upper() not in _STATES or min(len(town.strip()), len(street.strip())) < SHORTEST_NAME:
            return _bad_request()
        wanted = _plain(street)
        found = [
            place
            for place in self.places.values()
            if place["uf"] == uf.upper()
            and _plain(town) == _plain(place["localidade"])
            and place["logradouro"]
            and wanted in _plain(place["logradouro"])
        ]
        found.sort(key=lambda place: len(place["logradouro"]))
        return web.json_response(found[:MOST_FOUND])


def _bad_request() -> web.Response:
    """Sheet 10, row malformed: 400, not JSON."""
    page = "<!DOCTYPE HTML><html><body><h1>Http 400</h1><h2>Verifique a URL</h2></body></html>"
    return web.Response(status=400, text=page, content_type="text/html")


def _plain(text: str) -> str:
    """Lower case without accents, for comparing names."""
    parts = unicodedata.normalize("NFD", text.lower())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
