"""The hosted pages: the invoice with a (simulated) card form, the boleto's PDF, the refund form."""

from __future__ import annotations

from html import escape

from aiohttp import web

from sandbox.asaas import codes
from sandbox.asaas.actions import Actions
from sandbox.asaas.charges import UNPAID, Charge

_STATUSES = {
    "PENDING": "Aguardando pagamento",
    "OVERDUE": "Vencida",
    "AWAITING_RISK_ANALYSIS": "Em análise",
    "CONFIRMED": "Pagamento confirmado",
    "RECEIVED": "Pagamento recebido",
    "REFUND_REQUESTED": "Estorno solicitado",
    "REFUNDED": "Estornada",
}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; background: #f3f5f8; color: #1c2733; margin: 0 }
main { max-width: 26rem; margin: 8vh auto; background: #fff; padding: 2rem; border-radius: 12px }
h1 { font-size: 1.1rem; margin: 0 0 .5rem } .amount { font-size: 2rem; font-weight: 600 }
code { display: block; word-break: break-all; background: #f3f5f8; padding: .75rem; border-radius: 8px }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: 8px; margin: 1rem .5rem 0 0; cursor: pointer }
button.yes { background: #0b63f6; color: #fff } button.no { background: #e3e7ee }
small { color: #5c6b7a }
"""


def routes(account: Actions) -> list[web.RouteDef]:
    pages = Pages(account)
    return [
        web.get("/i/{id}", pages.invoice),
        web.post("/i/{id}", pages.answer_invoice),
        web.get("/b/pdf/{id}", pages.boleto),
        web.get("/solicitar-estorno/{id}", pages.refund_form),
        web.post("/solicitar-estorno/{id}", pages.answer_refund_form),
    ]


class Pages:
    def __init__(self, account: Actions) -> None:
        self._account = account

    async def invoice(self, request: web.Request) -> web.Response:
        charge = self._find(request)
        await self._account.view(charge.id)
        refused = "<p role=alert>Cartão recusado pelo banco. Tente outro.</p>" if "recusado" in request.query else ""
        return _page("Fatura", self._facts(charge) + refused + self._ways(charge))

    async def answer_invoice(self, request: web.Request) -> web.Response:
        charge, form = self._find(request), await request.post()
        if form.get("action") == "refuse":
            await self._account.refuse_card(charge.id)
            raise web.HTTPSeeOther(f"/i/{charge.id}?recusado=1")
        try:
            await self._account.pay(charge.id)
        except ValueError:
            return _page("Fatura", "<p>Esta cobrança não pode ser paga.</p>", 409)
        raise web.HTTPSeeOther(f"/i/{charge.id}")

    async def boleto(self, request: web.Request) -> web.Response:
        charge = self._find(request)
        if charge.billing_type not in ("BOLETO", "UNDEFINED"):
            raise web.HTTPNotFound
        lines = [
            "BOLETO DE EXEMPLO - SEM VALOR",
            codes.line(charge.bar_code()),
            f"Vencimento: {charge.due:%d/%m/%Y}",
            f"Valor: {_reais(charge.value)}",
            charge.description or "",
        ]
        return web.Response(body=codes.pdf(lines), content_type="application/pdf")

    async def refund_form(self, request: web.Request) -> web.Response:
        charge = self._find(request)
        if charge.status != "REFUND_REQUESTED":
            return _page("Estorno", self._facts(charge))
        form = _form(("yes", "pay", "Enviar dados bancários"), ("no", "refuse", "Recusar estorno"))
        return _page("Estorno", self._facts(charge) + form)

    async def answer_refund_form(self, request: web.Request) -> web.Response:
        charge, form = self._find(request), await request.post()
        await self._account.finish_boleto_refund(charge.id, denied=form.get("action") == "refuse")
        raise web.HTTPSeeOther(f"/solicitar-estorno/{charge.id}")

    def _find(self, request: web.Request) -> Charge:
        charge = self._account.charges.get(request.match_info["id"])
        if charge is None or charge.deleted:
            raise web.HTTPNotFound(text="Cobrança não encontrada ou removida.")
        return charge

    def _facts(self, charge: Charge) -> str:
        plan = self._account.plan(charge.id)
        total = _reais(sum(part.value for part in plan))
        times = f"<p>em {len(plan)}x de {_reais(plan[0].value)}</p>" if len(plan) > 1 else ""
        return (
            f"<h1>{escape(charge.description or 'Cobrança')}</h1><p class=amount>{total}</p>{times}"
            f"<p>Vencimento {charge.due:%d/%m/%Y} · <b>{_STATUSES.get(charge.status, charge.status)}</b></p>"
        )

    def _ways(self, charge: Charge) -> str:
        if charge.status not in UNPAID:
            return ""
        if charge.is_card:
            return _form(("yes", "pay", "Pagar"), ("no", "refuse", "Recusar"))
        shown = charge.pix_code() if charge.billing_type == "PIX" else codes.line(charge.bar_code())
        return f"<code>{shown}</code>" + _form(("yes", "pay", "Pagar"))


def _form(*buttons: tuple[str, str, str]) -> str:
    shown = "".join(f"<button class={k} name=action value={value}>{label}</button>" for k, value, label in buttons)
    return f"<form method=post>{shown}</form>"


def _page(title: str, body: str, status: int = 200) -> web.Response:
    note = "<p><small>Página de simulação: nenhum dinheiro se move e nenhum dado de cartão é pedido.</small></p>"
    html = (
        f'<!doctype html><html lang="pt-BR"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
        f"<main>{body}{note}</main></html>"
    )
    return web.Response(text=html, content_type="text/html", status=status)


def _reais(amount: int) -> str:
    whole, rest = divmod(amount, 100)
    return f"R$ {whole:,}".replace(",", ".") + f",{rest:02d}"
