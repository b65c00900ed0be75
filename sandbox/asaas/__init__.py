"""A stand-in of Asaas, as strict as its documentation (docs.asaas.com, November 2026).

Each refusal cites its rule as "sheet n", a chapter of the project's notes on these pages:

=======  ==================================================================================================
sheet    pages of docs.asaas.com
=======  ==================================================================================================
1        autenticação, códigos HTTP das respostas, limites da API, cobrança duplicada após retry
2        criando um cliente, notificações
3        criar nova cobrança, cobrança parcelada, obter QR Code Pix, linha digitável; the OpenAPI document
4        cobranças via boleto, atualizar cobrança existente
5        estornar cobrança, estornar boleto, chargeback
6        split de pagamentos, split em parcelamentos, transferência para conta Asaas
7        sobre os webhooks, penalização de filas, fila pausada, tipos de envio
8        sandbox: confirmar pagamento, forçar vencimento
=======  ==================================================================================================

Comments say where the documentation leaves a choice to the stand-in.
"""

from aiohttp import web

from sandbox.asaas import api, pages
from sandbox.asaas.actions import Actions

__all__ = ["AsaasSandbox"]


class AsaasSandbox(Actions):
    """Asaas for one account. ``await pay(id)`` and the like are actions of buyers, banks and time."""

    def routes(self) -> list[web.RouteDef]:
        """The API below ``/v3`` and the hosted pages."""
        return [*api.routes(self), *pages.routes(self)]
