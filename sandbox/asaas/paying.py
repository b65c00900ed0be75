"""What a charge costs and how it is paid: simulation, Pix code, boleto (sheets 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aiohttp import web

from sandbox.asaas import codes, fees
from sandbox.asaas.answers import Json, Routes, body_of, cents, reais, refuse, reply
from sandbox.asaas.books import Books
from sandbox.asaas.checks import BILLING_TYPES, count_of, living


@dataclass
class Paying:
    account: Books

    def routes(self) -> Routes:
        return [
            ("POST", "/payments/simulate", self.simulate),
            ("GET", "/payments/{id}/pixQrCode", self.pix_code),
            ("GET", "/payments/{id}/identificationField", self.boleto_line),
        ]

    async def simulate(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        value = cents(body.get("value"))
        kinds = body.get("billingTypes")
        if not isinstance(kinds, list) or not kinds or not set(kinds) <= set(BILLING_TYPES):
            raise refuse("invalid_billingType", "A forma de pagamento informada é inválida.")
        count = count_of(body)
        values = fees.parts(value, count)
        answer: Json = {"value": reais(value), "creditCard": None, "bankSlip": None, "pix": None}
        for kind, name in (("CREDIT_CARD", "creditCard"), ("BOLETO", "bankSlip"), ("PIX", "pix")):
            if kind not in kinds:
                continue
            nets = [fees.net_of(kind, part, count) for part in values]
            answer[name] = {"netValue": reais(sum(nets))}
            if kind == "CREDIT_CARD":
                answer[name] |= {
                    "feePercentage": float(fees.card_percent(count)),
                    "operationFee": reais(fees.CARD_FIXED),
                }
            else:
                answer[name] |= {"feeValue": reais(fees.FLAT)}
            if count > 1:
                answer[name]["installment"] = {"paymentNetValue": reais(nets[0]), "paymentValue": reais(values[0])}
        return reply(answer)

    async def pix_code(self, request: web.Request) -> web.Response:
        charge = living(self.account, request)
        if charge.billing_type == "CREDIT_CARD":  # sheet 3.4: works for PIX, BOLETO, UNDEFINED
            raise refuse("invalid_billingType", "Esta cobrança não pode ser paga por Pix.")
        code = charge.pix_code()
        if self.account.bad_pix_codes:
            code = code[:-4] + ("0000" if code[-4:] != "0000" else "1111")
        due = charge.due
        expires = due.replace(year=due.year + 1) if (due.month, due.day) != (2, 29) else date(due.year + 1, 2, 28)
        return reply(
            {
                "encodedImage": codes.qr_png(code),
                "payload": code,
                "expirationDate": f"{expires.isoformat()} 23:59:59",  # sheet 3.5: 12 months after the due date
                "description": charge.description,
            }
        )

    async def boleto_line(self, request: web.Request) -> web.Response:
        charge = living(self.account, request)
        if charge.billing_type not in ("BOLETO", "UNDEFINED"):
            raise refuse("invalid_billingType", "Esta cobrança não possui boleto.")
        barcode = charge.bar_code()
        return reply(
            {
                "identificationField": codes.line(barcode),
                "nossoNumero": charge.nosso_numero,
                "barCode": barcode,
            }
        )
