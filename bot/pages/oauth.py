"""OAuth: connecting a provider's account. A one-time link leads its owner to the provider, whose answer comes back.

::

    autopars … connect ──► /oauth/<name>?ticket=…  ──302──► the provider's page
                                                               │ the owner says yes
    tokens in the vault ◄── /oauth/<name>/callback?code=…&state=… ◄──┘

The link and the ``state`` are signed, expire, and work once: their numbers are stored as events with unique keys. The
state is bound to the browser by a cookie, so that nobody else's code can be injected.

Only here a request calls a provider directly: the code lives for minutes, and the owner waits for the result.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.domain.events import Incoming, Tick
from bot.domain.lanes import SYSTEM
from bot.domain.secret import same
from bot.integrations.errors import ProviderError, Unauthorised
from bot.pages.routes import HEADERS, environment
from bot.pages.tickets import Tickets

log = logging.getLogger(__name__)

LINK_LASTS = timedelta(minutes=15)
STATE_LASTS = timedelta(minutes=15)
COOKIE = "oauth_state"

Put = Callable[[Sequence[Incoming]], Awaitable[list[bool]]]


@dataclass(frozen=True)
class Authorisation:
    """One provider's OAuth. ``name`` is its part of the path, ``title`` its name for people.

    ``ask(back, state)`` is the URL of its page; ``exchange(code, back)`` stores the tokens for a code.
    """

    name: str
    title: str
    ask: Callable[[str, str], str]
    exchange: Callable[[str, str], Awaitable[object]]


def path(name: str) -> str:
    return f"/oauth/{name}"


def callback(public_url: str, name: str) -> str:
    """The redirect URL, which must be registered at the provider exactly so."""
    return f"{public_url}{path(name)}/callback"


def one_time_link(public_url: str, name: str, tickets: Tickets) -> str:
    """A link for whoever may connect the account; valid for :data:`LINK_LASTS`."""
    return f"{public_url}{path(name)}?ticket={tickets.issue(f'link/{name}', LINK_LASTS)}"


def routes(
    authorisation: Authorisation, tickets: Tickets, put: Put, *, public_url: str, platform: str
) -> list[web.RouteDef]:
    flow = _Flow(authorisation, tickets, put, public_url, platform)
    at = path(authorisation.name)
    return [
        # a HEAD, as link previews send it, must not use up a ticket
        web.get(at, flow.start, allow_head=False),
        web.get(f"{at}/callback", flow.finish, allow_head=False),
    ]


class _Flow:
    def __init__(
        self, authorisation: Authorisation, tickets: Tickets, put: Put, public_url: str, platform: str
    ) -> None:
        self._authorisation, self._tickets, self._put = authorisation, tickets, put
        self._public_url, self._platform = public_url, platform
        self._name, self._back = authorisation.name, callback(public_url, authorisation.name)

    def _page(self, status: int, title: str, text: str) -> web.Response:
        body = environment.get_template("oauth.html").render(platform=self._platform, heading=title, text=text)
        headers = {**HEADERS, "Cache-Control": "no-store"}
        return web.Response(text=body, content_type="text/html", headers=headers, status=status)

    async def _use(self, purpose: str, ticket: str) -> bool:
        """Use up a ticket; False if it is not valid, or was used before."""
        number = self._tickets.number(f"{purpose}/{self._name}", ticket)
        if number is None:
            return False
        used = Incoming(source="oauth", key=f"{self._name}/{purpose}/{number}", lane=SYSTEM, event=Tick(name="oauth"))
        return all(await self._put([used]))

    async def start(self, request: web.Request) -> web.Response:
        if not await self._use("link", request.query.get("ticket", "")):
            return self._page(403, "Link vencido", f"Gere outro com: autopars {self._name} connect")
        state = self._tickets.issue(f"state/{self._name}", STATE_LASTS)
        headers = {"Location": self._authorisation.ask(self._back, state), "Cache-Control": "no-store"}
        response = web.Response(status=302, headers=headers)
        response.set_cookie(
            COOKIE,
            state,
            max_age=int(STATE_LASTS.total_seconds()),
            path=path(self._name),
            httponly=True,
            secure=self._public_url.startswith("https:"),
            samesite="Lax",  # it must come along when the provider sends the browser back
        )
        return response

    async def finish(self, request: web.Request) -> web.Response:
        response = await self._answer(request)
        response.del_cookie(COOKIE, path=path(self._name))
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        state, kept = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        if not same(state, kept) or not await self._use("state", state):
            return self._page(403, "Pedido desconhecido", f"Comece de novo com: autopars {self._name} connect")
        code = request.query.get("code", "")
        if not code:
            return self._page(
                400, "Não foi autorizado", f"O {self._authorisation.title} não mandou o código de acesso."
            )
        try:
            await self._authorisation.exchange(code, self._back)
        except Unauthorised as error:
            log.error("%s refused the code: %s", self._authorisation.title, error.reason)
            text = (
                f"O {self._authorisation.title} recusou ({error.reason}). Confira o id e o segredo do aplicativo, "
                f"e se o endereço cadastrado nele é exatamente {self._back}"
            )
            return self._page(502, "Não deu certo", text)
        except ProviderError as error:
            log.error("%s gave no tokens: %s", self._authorisation.title, error.reason)
            again = f"Comece de novo com: autopars {self._name} connect"
            return self._page(
                502, "Não deu certo", f"O {self._authorisation.title} não respondeu ({error.reason}). {again}"
            )
        log.info("%s is connected", self._authorisation.title)
        return self._page(200, "Conectado", f"O {self._authorisation.title} está conectado. Pode fechar esta página.")
