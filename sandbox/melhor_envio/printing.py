"""Printing labels (sheet 7.4): links for people, files for programs, in separate storage."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from aiohttp import web

from sandbox.melhor_envio import answers, paper
from sandbox.melhor_envio.answers import Json, body_of, missing, reply, rule
from sandbox.melhor_envio.labels import Labels
from sandbox.melhor_envio.tariff import COMPANIES, SERVICES


class Printing(Labels):
    async def _print(self, request: web.Request) -> web.Response:
        self._all_generated(self._named(await body_of(request)))
        return reply({"url": f"{self.public_base}/imprimir/{uuid.uuid4().hex}"})

    async def _preview(self, request: web.Request) -> web.Response:
        orders = self._named(await body_of(request))
        if not all(order["paid_at"] for order in orders):  # sheet 3: shape D with 404
            sentence = "Não é possível imprimir etiquetas com o pagamento ainda não processado. Favor aguarde."
            raise rule(sentence, 404)
        return reply({"url": f"{self.public_base}/pre-impressao/{uuid.uuid4().hex}"})

    async def _print_file(self, request: web.Request) -> web.Response:
        order = self._known(request.match_info["id"])
        if request.match_info["format"] != "pdf":
            raise missing(order["id"])
        self._all_generated([order])
        key = uuid.uuid4().hex
        self._files[key] = order["id"]
        return reply(f"{self.public_base}/storage/etiquetas/{key}.pdf")  # sheet 7.4: a JSON string

    def _all_generated(self, orders: Iterable[Json]) -> None:
        if not all(order["generated_at"] for order in orders):  # sheet 3
            raise answers.coded(
                "E-PRT-0011",
                "O envio precisa estar gerado para que a impressão seja processada.",
                "Gere o envio e tente novamente.",
            )

    async def _file(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:  # sheet 7.4: it must be fetched without the Bearer header
            return web.Response(status=400, text="<Error>Only one auth mechanism allowed</Error>")
        order = self.orders.get(self._files.get(request.match_info["key"], ""))
        if order is None:
            return web.Response(status=404, text="<Error>NoSuchKey</Error>")
        service = SERVICES[order["service_id"]]
        lines = [f"{COMPANIES[service.company]} {service.name}", order["protocol"], ""]
        for title, party in (("DESTINATÁRIO", order["to"]), ("REMETENTE", order["from"])):
            lines += [
                title,
                str(party.get("name")),
                f"{party.get('address')}, {party.get('number')} {party.get('complement') or ''}".strip(),
                f"{party.get('district') or ''} {party.get('city')}/{party.get('state_abbr') or ''}".strip(),
                f"CEP {party.get('postal_code')}",
                "",
            ]
        lines.append(", ".join(str(tag["tag"]) for tag in order["tags"]))
        return web.Response(body=paper.draw(lines, order["tracking"]), content_type="application/pdf")
