"""Where the owner of an account allows this application: a one-time link of the operator's leads to the provider, whose
answer comes back here.

::

    autopars … connect ──► /oauth/<name>?ticket=…  ──302──► the provider's page
                                                               │ the owner says yes
    tokens in the vault ◄── /oauth/<name>/callback?code=…&state=… ◄──┘

The link and the ``state`` are signed, run out, and count once: their numbers are stored as events, whose keys do. The
state is bound to the browser by a cookie, so that nobody else's code can be slipped in.

Here alone a request calls a provider: the code lives for minutes only, and the owner waits for the word.
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
    """How one provider is asked. ``name`` is its part of the address, ``title`` what people call it.

    ``ask(back, state)`` is the address of its page; ``exchange(code, back)`` keeps the tokens that a code stands for.
    """

    name: str
    title: str
    ask: Callable[[str, str], str]
    exchange: Callable[[str, str], Awaitable[object]]


def path(name: str) -> str:
    return f"/oauth/{name}"


def callback(public_url: str, name: str) -> str:
    """The address to register at the provider, equal to the last letter."""
    return f"{public_url}{path(name)}/callback"


def one_time_link(public_url: str, name: str, tickets: Tickets) -> str:
    """For whoever may connect the account, for :data:`LINK_LASTS`."""
    return f"{public_url}{path(name)}?ticket={tickets.issue(f'link/{name}', LINK_LASTS)}"


def routes(
    authorisation: Authorisation, tickets: Tickets, put: Put, *, public_url: str, platform: str
) -> list[web.RouteDef]:
    name, back = authorisation.name, callback(public_url, authorisation.name)

    def page(status: int, title: str, text: str) -> web.Response:
        body = environment.get_template("oauth.html").render(platform=platform, heading=title, text=text)
        headers = {**HEADERS, "Cache-Control": "no-store"}
        return web.Response(text=body, content_type="text/html", headers=headers, status=status)

    async def first_use(purpose: str, ticket: str) -> str | None:
        """The number of a good ticket that nobody has used, None otherwise; used from now on."""
        number = tickets.number(f"{purpose}/{name}", ticket)
        if number is None:
            return None
        used = Incoming(source="oauth", key=f"{name}/{purpose}/{number}", lane=SYSTEM, event=Tick(name="oauth"))
        return number if all(await put([used])) else None

    async def start(request: web.Request) -> web.Response:
        if await first_use("link", request.query.get("ticket", "")) is None:
            return page(403, "Link vencido", f"Gere outro com: autopars {name} connect")
        state = tickets.issue(f"state/{name}", STATE_LASTS)
        headers = {"Location": authorisation.ask(back, state), "Cache-Control": "no-store"}
        response = web.Response(status=302, headers=headers)
        response.set_cookie(
            COOKIE,
            state,
            max_age=int(STATE_LASTS.total_seconds()),
            path=path(name),
            httponly=True,
            secure=public_url.startswith("https:"),
            samesite="Lax",  # it must come along when the provider sends the browser back
        )
        return response

    async def finish(request: web.Request) -> web.Response:
        response = await answer(request)
        response.del_cookie(COOKIE, path=path(name))
        return response

    async def answer(request: web.Request) -> web.Response:
        state, kept = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        if not same(state, kept) or await first_use("state", state) is None:
            return page(403, "Pedido desconhecido", f"Comece de novo com: autopars {name} connect")
        code = request.query.get("code", "")
        if not code:
            return page(400, "Não foi autorizado", f"O {authorisation.title} não mandou o código de acesso.")
        try:
            await authorisation.exchange(code, back)
        except Unauthorised as error:
            log.error("%s refused the code: %s", authorisation.title, error.reason)
            text = (
                f"O {authorisation.title} recusou ({error.reason}). Confira o id e o segredo do aplicativo, "
                f"e se o endereço cadastrado nele é exatamente {back}"
            )
            return page(502, "Não deu certo", text)
        except ProviderError as error:
            log.error("%s gave no tokens: %s", authorisation.title, error.reason)
            again = f"Comece de novo com: autopars {name} connect"
            return page(502, "Não deu certo", f"O {authorisation.title} não respondeu ({error.reason}). {again}")
        log.info("%s is connected", authorisation.title)
        return page(200, "Conectado", f"O {authorisation.title} está conectado. Pode fechar esta página.")

    return [
        # a HEAD, as link previews send it, must not use a ticket up
        web.get(path(name), start, allow_head=False),
        web.get(f"{path(name)}/callback", finish, allow_head=False),
    ]
