"""What operations must not run out of: money in the accounts, and the payment provider's webhooks."""

from __future__ import annotations

from datetime import datetime

from bot.domain import money
from bot.domain.commands import AlertOperator
from bot.domain.commands.accounts import ReadBalance, ReadFreightBalance, TendWebhook
from bot.domain.decision import Decision, Stored
from bot.domain.difference import Healed
from bot.domain.events import AccountFact, Done
from bot.domain.shop import Shop
from bot.orders.comparing import Odd
from bot.orders.differences import note

PAYMENTS, FREIGHT, WEBHOOK = "balance/payments", "balance/freight", "webhook/payments"

_EVENTS_LOST = {
    "missing": "não há webhook cadastrado (ou ele está desligado)",
    "incomplete": "o webhook não envia todos os avisos",
}


def decide(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Alert once when something falls short and once when it recovers; until then the console shows it."""
    keeper = _Keeper(stored, shop, now, decision)
    match stored.event:
        case Done(command=ReadBalance()) as event:
            left = event.result_as(ReadBalance.Balance).left
            keeper.balance(PAYMENTS, "a conta de pagamentos", left, shop.rules.low_payments_balance)
        case Done(command=ReadFreightBalance()) as event:
            left = event.result_as(ReadBalance.Balance).left
            keeper.balance(FREIGHT, "a carteira de etiquetas", left, shop.rules.low_freight_balance)
        case Done(command=TendWebhook()) as event:
            keeper.webhook(event.result_as(TendWebhook.Tended).state)
        case AccountFact() as event:
            keeper.account(event)
        case _:
            pass


class _Keeper:
    def __init__(self, stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
        self._stored, self._shop, self._now, self._decision = stored, shop, now, decision

    def balance(self, key: str, name: str, left: int, least: int) -> None:
        if left >= least:
            self._well(key, f"{name} tem {money.show(left)} de novo.")
            return
        odd = Odd(key, "balance", 0, f"{name}: ao menos {money.show(least)}", money.show(left))
        self._short(odd, f"{name} tem {money.show(left)}, menos que {money.show(least)}. {_WHY[key]}")

    def account(self, event: AccountFact) -> None:
        """A key that no one here created points to an intruder; rejected documents stop payments."""
        what = _ABOUT.get(event.about, event.about) + (f" ({event.detail})" if event.detail else "")
        text = f"{what}: {_STANDINGS.get(event.fact, event.fact)}. {_ADVICE.get((event.about, event.fact), '')}".strip()
        alert = AlertOperator(topic="conta de pagamentos", text=f"Conta de pagamentos, {text}")
        self._decision.do(alert, key=f"account/{self._stored.id}")

    def webhook(self, state: str) -> None:
        if state == "woken":
            text = "A fila de avisos de pagamento estava pausada e foi retomada; o que esperava chega agora."
            self._tell(WEBHOOK, text)
        elif state == "well":
            self._well(WEBHOOK, "os avisos de pagamento chegam de novo.")
        else:
            trouble = _EVENTS_LOST[state]
            odd = Odd(WEBHOOK, "webhook", 0, "avisos de pagamento chegam", trouble)
            self._short(odd, f"Pagamentos: {trouble}. Rode `autopars payments connect`; até lá a conciliação os acha.")

    def _short(self, odd: Odd, text: str) -> None:
        if note(odd, self._shop, self._now, self._decision):
            self._tell(odd.key, text)

    def _well(self, key: str, text: str) -> None:
        if self._shop.difference(key) is not None:
            self._decision.write(Healed(at=self._now, key=key))
            self._tell(key, f"Resolvido: {text}")

    def _tell(self, key: str, text: str) -> None:
        alert = AlertOperator(topic=_TOPICS[key], text=text[:1].upper() + text[1:])
        self._decision.do(alert, key=f"{key}/{self._stored.id}")


_ABOUT = {
    "key": "chave de API",
    "commercial_info": "dados comerciais",
    "bank_account": "conta bancária",
    "documents": "documentos",
    "approval": "aprovação da conta",
}
_STANDINGS = {
    "created": "criada",
    "enabled": "ligada",
    "disabled": "desligada",
    "deleted": "apagada",
    "expired": "vencida",
    "expiring": "vence em breve",
    "rejected": "recusada",
    "approved": "concluída",
}
_ADVICE = {
    ("key", "created"): "Se ninguém da casa criou essa chave, apague-a agora e troque a senha da conta.",
    ("key", "enabled"): "Se ninguém da casa ligou essa chave, desligue-a agora.",
    ("key", "expiring"): "Crie outra e ponha-a em ASAAS_API_KEY antes disso.",
    ("key", "expired"): "Sem chave nada é cobrado: ponha outra em ASAAS_API_KEY.",
    ("key", "disabled"): "Se é a nossa, nada é cobrado até que outra esteja em ASAAS_API_KEY.",
    ("key", "deleted"): "Se é a nossa, nada é cobrado até que outra esteja em ASAAS_API_KEY.",
    ("commercial_info", "expiring"): "Confirme os dados no painel, senão a conta para.",
    ("commercial_info", "expired"): "Confirme os dados no painel: enquanto isso a conta para.",
}
_TOPICS = {
    PAYMENTS: "saldo de pagamentos",
    FREIGHT: "saldo de etiquetas",
    WEBHOOK: "avisos de pagamento",
}
_WHY = {
    PAYMENTS: "Devoluções e repasses por transferência precisam desse saldo.",
    FREIGHT: "Ponha saldo no painel da transportadora antes que as etiquetas parem de ser compradas.",
}
