"""Current outages, for whoever is on call: since when, who is affected, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.console.server import Desk, Visit
from bot.storage.lists import PAGE
from bot.storage.reading import Row

SHOWN = 8
"""How many orders are named; a link leads to the rest."""
STANDS_AFTER = timedelta(minutes=1)
"""If an event has been waiting this long, no worker is handling it."""

MEANS: Mapping[str, tuple[str, str]] = {
    "messenger": (
        "WhatsApp",
        "Quem escreve não recebe resposta. O essencial vai a quem tem e-mail confirmado; o resto sai quando voltar.",
    ),
    "payments": (
        "Pagamentos",
        "Códigos de pagamento, conferências e devoluções esperam. Quem espera um código é avisado da demora.",
    ),
    "shipping": (
        "Frete",
        "Cotações e etiquetas esperam. Quem pediu uma cotação e quem espera uma etiqueta são avisados da demora.",
    ),
    "mailer": ("E-mail", "Recibos, avisos, links de senha e os seus próprios alertas por e-mail esperam."),
    "images": ("Fotos", "Fotos de peças esperam para entrar nos anúncios."),
    "videos": ("Vídeos", "Vídeos de peças esperam para entrar nos anúncios."),
    "postal_codes": ("CEP", "CEPs e endereços não são achados."),
}
"""The purpose of each provider, and what its outage means."""
BY_ITSELF = (
    "Nada agora: é tentado de novo a cada poucos minutos, e o que espera segue sozinho, uma vez só. Se durar, veja a "
    "página de situação do provedor; autopars doctor diz se o problema é nosso."
)
CORRECT = (
    "autopars doctor diz qual ajuste corrigir. Corrija e reinicie (Melhor Envio: autopars melhor-envio connect basta); "
    "é tentado de novo a cada cinco minutos, e o que espera segue sozinho, uma vez só."
)
CUT_OFF = (
    "Nada chega e nada sai pelo WhatsApp. O essencial vai a quem tem e-mail confirmado; o resto sai quando voltar."
)
PAIR = "Veja se o celular da loja está ligado e com internet. Se estiver: "
STANDS = "As mensagens são guardadas, e ninguém as trabalha: quem escreve não recebe resposta."
START = (
    "Veja se o processo que trabalha (worker) está no ar, e o que /readyz e o log dizem. Ao voltar, ele segue de onde "
    "parou; nada se perde."
)


class Provider(Protocol):
    """What is known of a provider: whether it answers, accepts our credentials, and how much waits for it."""

    @property
    def name(self) -> str: ...
    @property
    def down_since(self) -> datetime | None: ...
    @property
    def refused_since(self) -> datetime | None: ...
    @property
    def waiting(self) -> int: ...


@dataclass(frozen=True)
class Outage:
    title: str
    since: datetime
    means: str
    todo: str
    waiting: int = 0
    needs: str = ""
    """The provider role that the waiting commands need."""
    orders: Sequence[int] = ()
    """Some of the waiting orders, newest first; :attr:`more` tells whether there are others."""
    people: int = 0
    """Chats among the commands looked at."""
    more: bool = False
    pairs: bool = False
    """The number has to be paired again."""
    said: str = ""
    """The provider's own error message."""
    answer: Row | None = None
    """The newest failed call."""


async def outages(
    visit: Visit, providers: Sequence[Provider], channel: Row | None, backlog: Mapping[str, Any]
) -> Sequence[Outage]:
    """Most severe first."""
    desk, found = visit.desk, []
    oldest = backlog["oldest_event"]
    if oldest is not None and desk.clock() - oldest >= STANDS_AFTER:
        found.append(Outage("A fila de entrada está parada", oldest, STANDS, START))
    gateway = desk.providers.get("messenger", "")
    cut_off = channel is not None and not channel["connected"]
    if channel is not None and cut_off:
        waiting = sum(one.waiting for one in providers if one.name == gateway)
        who = await _who_waits(desk, ["messenger"])
        title, said = "WhatsApp desconectado", channel["detail"]
        found.append(Outage(title, channel["at"], CUT_OFF, PAIR, waiting, pairs=True, said=said, **who))
    for one in providers:
        since, todo, what = one.down_since, BY_ITSELF, "{} fora do ar ({})"
        if since is None or (cut_off and one.name == gateway):
            since, todo, what = one.refused_since, CORRECT, "{}: credenciais recusadas ({})"
        if since is None:
            continue
        roles = [role for role, name in desk.providers.items() if name == one.name]
        title = " e ".join(MEANS[role][0] for role in roles if role in MEANS) or one.name
        means = " ".join(MEANS[role][1] for role in roles if role in MEANS)
        calls = await desk.records.calls(provider=one.name, failed=True, limit=1)
        found.append(
            Outage(
                what.format(title, one.name),
                since,
                means,
                todo,
                one.waiting,
                answer=next(iter(calls.rows), None),
                **await _who_waits(desk, roles),
            )
        )
    return found


async def _who_waits(desk: Desk, roles: Sequence[str]) -> dict[str, Any]:
    """For a page of waiting commands: whom they concern."""
    pages = [await desk.records.commands(status="open", needs=role) for role in roles]
    of = dict.fromkeys(row["lane"] for page in pages for row in page.rows)
    orders = [int(lane.removeprefix("order:")) for lane in of if lane.startswith("order:")]
    return {
        "needs": roles[0] if len(roles) == 1 else "",
        "orders": orders[:SHOWN],
        "people": sum(lane.startswith("person:") for lane in of),
        "more": len(orders) > SHOWN or any(len(page.rows) >= PAGE for page in pages),
    }
