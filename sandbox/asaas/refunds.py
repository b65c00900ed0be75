"""Refunds and chargebacks (sheet 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.asaas.answers import Json, Routes, body_of, cents, missing, page, refuse, reply
from sandbox.asaas.books import Books
from sandbox.asaas.charges import PAID, Charge
from sandbox.asaas.checks import charge_of, living

DOCUMENTS = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
MOST_BYTES = 5 * 1024 * 1024


@dataclass
class Refunds:
    account: Books

    def routes(self) -> Routes:
        return [
            ("POST", "/payments/{id}/refund", self.refund),
            ("POST", "/payments/{id}/bankSlip/refund", self.refund_boleto),
            ("GET", "/payments/{id}/refunds", self.list_refunds),
            ("GET", "/payments/{id}/chargeback", self.read_chargeback),
            ("GET", "/chargebacks/", self.list_chargebacks),
            ("POST", "/chargebacks/{id}/dispute", self.dispute),
        ]

    async def refund(self, request: web.Request) -> web.Response:
        charge, body = living(self.account, request), await body_of(request)
        if charge.billing_type == "BOLETO":  # sheet 5: the buyer has to fill in a form
            raise refuse("invalid_action", "Para estornar boletos utilize a solicitação de estorno.")
        refund(self.account, [charge], body)
        return reply(self.account.json(charge))

    async def refund_boleto(self, request: web.Request) -> web.Response:
        charge = living(self.account, request)
        if charge.billing_type != "BOLETO" or charge.status not in (*PAID, "REFUND_REQUESTED"):
            raise refuse("invalid_action", "Só é possível solicitar estorno de boletos pagos.")
        return reply({"requestUrl": self.account.ask_boleto_refund(charge)})

    async def list_refunds(self, request: web.Request) -> web.Response:
        return page([refund.json() for refund in charge_of(self.account, request).refunds], request)

    # --- chargebacks -----------------------------------------------------------------------------------

    async def read_chargeback(self, request: web.Request) -> web.Response:
        """Sheet 5: by the id of a charge or of a plan."""
        asked = request.match_info["id"]
        found = [c for c in self.account.charges.values() if c.chargeback and asked in (c.id, c.installment)]
        if not found:
            raise missing()
        return reply(dict(found[0].chargeback or {}))

    async def list_chargebacks(self, request: web.Request) -> web.Response:
        query = request.query
        found = [c.chargeback for c in reversed(self.account.charges.values()) if c.chargeback]
        if "status" in query:
            found = [chargeback for chargeback in found if chargeback["status"] == query["status"]]
        least, most = query.get("originDisputeDate[ge]", ""), query.get("originDisputeDate[le]", "9999")
        return page([c for c in found if least <= c["disputeStartDate"] <= most], request)

    async def dispute(self, request: web.Request) -> web.Response:
        """Documents against a chargeback, in parts named ``files``, at most 11; types and sizes are unconfirmed, so the
        limits here are narrow."""
        wanted = request.match_info["id"]
        charges = [c for c in self.account.charges.values() if c.chargeback and c.chargeback["id"] == wanted]
        if not charges:
            raise missing()
        if request.content_type != "multipart/form-data":
            raise refuse("invalid_object", "Envie os documentos como multipart/form-data.")
        names = []
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "files":
                data, mime = bytearray(), part.headers.get("Content-Type", "")
                while len(data) <= MOST_BYTES and (chunk := await part.read_chunk(2**16)):
                    data += chunk
                if len(data) > MOST_BYTES or not data.startswith(DOCUMENTS.get(mime, b"\0no such type")):
                    raise refuse("invalid_object", "Envie documentos PDF, JPEG ou PNG de até 5 MB.")
                names.append(part.filename or "")
        if not 1 <= len(names) <= 11:
            raise refuse("invalid_object", "Envie de 1 a 11 documentos.")
        charge = charges[0]
        chargeback = charge.chargeback or {}
        deadline = str(chargeback["deadlineToSendDisputeDocuments"])
        if chargeback["status"] != "REQUESTED" or self.account.today().isoformat() > deadline:
            raise refuse("invalid_action", "Não é possível contestar este chargeback.")
        self.account.documents += names
        charge.chargeback = chargeback | {"status": "IN_DISPUTE", "disputeStatus": "REQUESTED"}
        self.account.change([charge], "CHARGEBACK_DISPUTE", "PAYMENT_CHARGEBACK_DISPUTE")
        return reply({"chargebackId": wanted, "status": "REQUESTED", "files": names})


def refund(account: Books, charges: list[Charge], body: Json) -> None:
    splits = _split_refunds(charges, body.get("splitRefunds"))
    statuses = ("RECEIVED",) if charges[0].billing_type == "PIX" else PAID  # sheet 5
    if any(charge.status not in statuses for charge in charges):
        raise refuse("invalid_action", "Só é possível estornar cobranças recebidas ou confirmadas.")
    rest = sum(charge.value - charge.refunded for charge in charges)
    # sheet 5: no value = full amount, or the sum of the splits
    unsaid = rest if splits is None else sum(splits.values())
    amount = cents(body["value"]) if body.get("value") is not None else unsaid
    if not 0 < amount <= rest:  # sheet 5: the sum of refunds is at most the value
        raise refuse("invalid_value", "O valor do estorno é maior que o valor disponível da cobrança.")
    if splits is None and amount < rest and any(entry.left for charge in charges for entry in charge.split):
        # What a partial refund takes from the split by default is not documented: it must be given here.
        raise refuse("invalid_object", "Informe splitRefunds para o estorno parcial de uma cobrança com split.")
    if sum((splits or {}).values()) > amount:
        raise refuse("invalid_value", "O estorno dos splits é maior que o valor do estorno.")
    account.refund(charges, amount, body.get("description"), splits)


def _split_refunds(charges: list[Charge], given: Any) -> dict[str, int] | None:
    """Centavos that each split entry returns (sheet 3.3: ``{id, value}``); None if not given."""
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(entry, dict) for entry in given):
        raise refuse("invalid_object", "splitRefunds deve ser uma lista.")
    left = {entry.id: entry.left for charge in charges for entry in charge.split}
    named: dict[str, int] = {}
    for entry in given:
        split_id, value = str(entry.get("id")), cents(entry.get("value"))
        if split_id not in left or split_id in named:
            raise refuse("invalid_object", "O split informado não existe nesta cobrança.")
        if not 0 < value <= left[split_id]:
            raise refuse("invalid_value", "O valor do estorno do split é maior que o valor disponível.")
        named[split_id] = value
    return named
